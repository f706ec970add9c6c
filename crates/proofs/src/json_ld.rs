//! What a JSON-LD document says, as canonical statements, with nothing lost on the way.
//!
//! JSON-LD drops what it does not understand: an undefined property, a type without a meaning, an
//! identifier that is not an IRI. Dropped is unsigned, so anybody could add it to a signed document.
//! Here every member either becomes a statement or makes the document unacceptable, and the error
//! says which member it was.
//!
//! JSON-LD also lets one statement be written in many ways: a member by its term or by its IRI, a text
//! plainly or as a value object. What follows here reads members by their names, so whoever holds a signed
//! document could hide its status by spelling it differently. Only the terms' spelling is accepted.
//!
//! Contexts come from [`Contexts`] alone: nothing is fetched. Each combination of them, those that types and
//! properties bring included, is compiled once and kept; what a document defines itself is forgotten with it.
//!
//! Two forms of documents are told apart by [`Form`]: the one that readers of members' names understand, and all of
//! JSON-LD 1.1. Neither loses anything. A member that is null or an empty array is as if it were not there, which is
//! how everybody reads it; nulls and arrays inside arrays are refused in the first form.

mod containers;
mod context;
mod contexts;
mod dataset;
mod define;
mod iri;
mod keyword;
mod literal;
mod n_quads;
mod nodes;
mod number;
mod objects;
mod place;
mod process;
mod rdfc;
mod statements;
mod values;

use std::collections::BTreeMap;

use serde_json::Value;

pub use crate::crypto::Hash;
pub use contexts::Contexts;
pub(crate) use dataset::{Dataset, Selection, SelectionError};
pub use n_quads::NotNQuads;
use statements::Reading;

/// Why a document has no canonical statements. Values are never quoted, since they may be personal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonLdError {
    /// The document names a context that is not part of this program.
    #[error("the context `{0}` is not known here, and contexts are never fetched")]
    UnknownContext(String),
    /// The document names no context, or defines terms of its own where it may not.
    #[error("`@context` at `{0}` must list the URLs of contexts, and nothing else")]
    InlineContext(String),
    /// A member that no context gives a meaning.
    #[error("`{term}` at `{path}` is not defined by the document's contexts")]
    UndefinedTerm {
        /// The member's name.
        term: String,
        /// The object it stands in, as a JSON pointer.
        path: String,
    },
    /// A member or value written in another way than the contexts provide for, with the same meaning. It
    /// would be signed and yet missed by whoever reads members by their names, such as a status or an end date.
    #[error("`{name}` at `{path}` must be written with the terms of the document's contexts")]
    OtherSpelling {
        /// How it is written.
        name: String,
        /// The object it stands in, as a JSON pointer.
        path: String,
    },
    /// A type that no context gives a meaning.
    #[error("the type `{term}` at `{path}` is not defined by the document's contexts")]
    UndefinedType {
        /// The type's name.
        term: String,
        /// The object it stands in, as a JSON pointer.
        path: String,
    },
    /// A value that should be an absolute IRI.
    #[error("the value at `{0}` must be an absolute IRI")]
    NotAnIri(String),
    /// A null among values, or an object that would leave no statement.
    #[error("the value at `{0}` says nothing that could be signed")]
    SaysNothing(String),
    /// A value of the wrong shape for its member.
    #[error("the value at `{0}` has the wrong shape for its member")]
    WrongShape(String),
    /// A feature of JSON-LD that this crate leaves out.
    #[error("`{keyword}` at `{path}` is not supported")]
    Unsupported {
        /// The keyword.
        keyword: String,
        /// Where it stands, as a JSON pointer.
        path: String,
    },
    /// Two contexts give one protected term different meanings.
    #[error("the contexts contradict each other about `{0}`")]
    ProtectedTerm(String),
    /// A context itself is malformed or uses a feature that this crate leaves out.
    #[error("the context's definition of `{0}` is not supported")]
    ContextDefinition(String),
    /// An integer that is not an IEEE 754 double: other readers would sign and see another number.
    #[error("the number at `{0}` has more digits than every reader keeps; write it as text")]
    InexactNumber(String),
    /// Statements were given, and not as N-Quads.
    #[error(transparent)]
    NQuads(#[from] NotNQuads),
    /// The document is nested too deeply, too large, or made to be expensive.
    #[error("the document is too large or too entangled to be canonicalised")]
    TooComplex,
}

/// In which form a document is accepted. Both forms lose nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Members by the terms of named contexts, in objects and arrays of values: what says the same to whoever
    /// reads members by their names.
    Terms,
    /// All of JSON-LD 1.1. Contexts inside the document may give any name any meaning, and members may be
    /// nested, reversed or spelled as IRIs: what the names seem to say is not what is signed.
    Any,
}

/// A document's statements as canonical N-Quads (RDFC-1.0 with SHA-256), one line each.
///
/// Equal for two documents exactly if they say the same. Fails rather than losing anything.
pub fn canonicalize(document: &Value, contexts: &Contexts) -> Result<String, JsonLdError> {
    canonicalize_with(document, contexts, Hash::Sha256)
}

/// As [`canonicalize`], with the hash inside RDFC-1.0 that a cryptosuite asks for.
///
/// The hash decides the names of blank nodes alone; a document without any reads the same with either.
pub fn canonicalize_with(document: &Value, contexts: &Contexts, hash: Hash) -> Result<String, JsonLdError> {
    canonicalize_form(document, contexts, Form::Terms, hash)
}

/// As [`canonicalize_with`], for a document in the form the caller accepts.
///
/// Whoever accepts [`Form::Any`] must not read the document's members by their names: see there.
pub fn canonicalize_form(
    document: &Value,
    contexts: &Contexts,
    form: Form,
    hash: Hash,
) -> Result<String, JsonLdError> {
    let quads = statements::statements(document, contexts, Reading::safe(form))?;
    rdfc::canonical_n_quads(quads, hash)
}

/// Statements given as N-Quads in their canonical form; for comparing with other tools.
pub fn canonicalize_n_quads(text: &str, hash: Hash) -> Result<String, JsonLdError> {
    let (quads, _) = n_quads::parse(text)?;
    rdfc::canonical_n_quads(quads, hash)
}

/// The canonical name of each blank node of statements given as N-Quads: the issued identifiers map of
/// RDFC-1.0 §4.4. Neither side has `_:`.
pub fn canonical_names(text: &str, hash: Hash) -> Result<BTreeMap<String, String>, JsonLdError> {
    let (mut quads, numbers) = n_quads::parse(text)?;
    quads.sort();
    quads.dedup();
    let names = rdfc::canonical_labels(&quads, hash)?;
    let named = |(label, number): (String, usize)| {
        Some((label, names.get(&number)?.trim_start_matches("_:").to_owned()))
    };
    Ok(numbers.into_iter().filter_map(named).collect())
}

#[cfg(test)]
mod tests;
