//! What terms mean at one place of a document, and what names and identifiers expand to
//! ([JSON-LD API §5.2](https://www.w3.org/TR/json-ld11-api/#iri-expansion)).

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;

use super::iri;
use super::keyword::{self, Keyword};

/// A number that no other context has.
pub(super) fn next_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A context not yet applied: that of a URL, of a term, or of a document.
#[derive(Clone, Debug)]
pub(super) struct Scoped {
    pub(super) number: u64,
    pub(super) value: Arc<Value>,
    /// The URL it was found at; relative ones in it start there.
    pub(super) url: Option<Arc<str>>,
    /// Whether a document brought it, so that it is forgotten with the document.
    pub(super) is_inline: bool,
}

impl Scoped {
    pub(super) fn new(value: Value, url: Option<Arc<str>>, is_inline: bool) -> Self {
        Self {
            number: next_number(),
            value: Arc::new(value),
            url,
            is_inline,
        }
    }
}

impl PartialEq for Scoped {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

/// How a term's values are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Coercion {
    Unset,
    /// `@none`: as if unset, but no default language.
    None,
    Id,
    Vocab,
    Json,
    Datatype(Arc<str>),
}

impl Coercion {
    pub(super) fn datatype(&self) -> Option<&str> {
        match self {
            Self::Datatype(datatype) => Some(datatype),
            _ => None,
        }
    }
}

/// How a term's values are held together: the containers it has, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Containers(pub(super) u32);

impl Containers {
    pub(super) fn has(self, keyword: Keyword) -> bool {
        self.0 & keyword.bit() != 0
    }
}

/// What a name or identifier expands to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Keyword(Keyword),
    /// An absolute IRI, in angle brackets.
    Iri(Arc<str>),
    /// A blank node, with `_:`.
    Blank(Arc<str>),
    /// No meaning: undefined, null, or relative to nothing.
    Nothing,
}

impl Name {
    /// The IRI or blank node as text, without angle brackets.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Iri(iri) => Some(bare(iri)),
            Self::Blank(label) => Some(label),
            Self::Keyword(keyword) => Some(keyword.text()),
            Self::Nothing => None,
        }
    }
}

/// An IRI without its angle brackets.
pub(super) fn bare(iri: &str) -> &str {
    iri.strip_prefix('<')
        .and_then(|iri| iri.strip_suffix('>'))
        .unwrap_or(iri)
}

/// What a term means.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Term {
    pub(super) meaning: Name,
    pub(super) is_reverse: bool,
    pub(super) is_prefix: bool,
    pub(super) coercion: Coercion,
    pub(super) containers: Containers,
    /// The term's own language; the inner `None` stands for none at all.
    pub(super) language: Option<Option<Arc<str>>>,
    pub(super) direction: Option<Option<Direction>>,
    /// The property that an index is a value of.
    pub(super) index: Option<Arc<str>>,
    pub(super) nest: Option<Arc<str>>,
    pub(super) scoped: Option<Scoped>,
}

impl Term {
    pub(super) fn of(meaning: Name) -> Self {
        Self {
            meaning,
            is_reverse: false,
            is_prefix: false,
            coercion: Coercion::Unset,
            containers: Containers::default(),
            language: None,
            direction: None,
            index: None,
            nest: None,
            scoped: None,
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Definition {
    pub(super) term: Term,
    pub(super) is_protected: bool,
}

/// The direction of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    LeftToRight,
    RightToLeft,
}

impl Direction {
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "ltr" => Some(Self::LeftToRight),
            "rtl" => Some(Self::RightToLeft),
            _ => None,
        }
    }

    pub(super) fn text(self) -> &'static str {
        match self {
            Self::LeftToRight => "ltr",
            Self::RightToLeft => "rtl",
        }
    }
}

/// The meaning of terms at one place of a document.
#[derive(Clone, Debug, Default)]
pub(super) struct Context {
    pub(super) number: u64,
    /// Whether a document had a part in it, so that it is forgotten with the document.
    pub(super) is_inline: bool,
    pub(super) terms: HashMap<Arc<str>, Arc<Definition>>,
    /// Keywords that have a term, as bits.
    pub(super) aliased: u32,
    pub(super) vocab: Option<Arc<str>>,
    pub(super) base: Option<Arc<str>>,
    /// The base to return to when a context is emptied.
    pub(super) document_base: Option<Arc<str>>,
    pub(super) language: Option<Arc<str>>,
    pub(super) direction: Option<Direction>,
    /// What held before a context that does not reach inner objects; it comes back inside them.
    pub(super) previous: Option<Arc<Context>>,
}

impl Context {
    /// No terms at all; relative identifiers are resolved against the base, if there is one.
    pub(super) fn empty(base: Option<Arc<str>>) -> Self {
        Self {
            number: if base.is_some() { next_number() } else { 0 },
            document_base: base.clone(),
            base,
            ..Self::default()
        }
    }

    pub(super) fn term(&self, name: &str) -> Option<&Term> {
        self.terms.get(name).map(|definition| &definition.term)
    }

    /// The meaning of a member's name or of a value that is one: terms, prefixes and the vocabulary count.
    pub(super) fn expand_name(&self, name: &str) -> Name {
        match self.terms.get(name) {
            Some(definition) => definition.term.meaning.clone(),
            None => self.expand_undefined(name),
        }
    }

    fn expand_undefined(&self, name: &str) -> Name {
        if let Some(keyword) = Keyword::parse(name) {
            return Name::Keyword(keyword);
        }
        if keyword::looks_like_one(name) {
            return Name::Nothing;
        }
        match (self.expand_colon(name), &self.vocab) {
            (Some(expanded), _) => expanded,
            (None, Some(vocab)) => absolute(format!("{vocab}{name}").into()),
            (None, None) => Name::Nothing,
        }
    }

    /// Whether a member's name expands to this keyword.
    pub(super) fn means(&self, name: &str, keyword: Keyword) -> bool {
        if name.starts_with('@') || self.aliased & keyword.bit() != 0 {
            self.expand_name(name) == Name::Keyword(keyword)
        } else {
            false
        }
    }

    /// The meaning of a type, or of a value of a property whose values are names: as a name, or else as an
    /// identifier.
    pub(super) fn expand_type(&self, name: &str) -> Name {
        match self.expand_name(name) {
            Name::Nothing if !self.terms.contains_key(name) => self.expand_id(name),
            expanded => expanded,
        }
    }

    /// The meaning of an identifier: an absolute IRI, a prefix and the rest, or relative to the base.
    pub(super) fn expand_id(&self, text: &str) -> Name {
        if let Some(keyword) = Keyword::parse(text) {
            return Name::Keyword(keyword);
        }
        if let Some(term) = self.term(text)
            && let Name::Keyword(keyword) = term.meaning
        {
            return Name::Keyword(keyword);
        }
        if keyword::looks_like_one(text) {
            return Name::Nothing;
        }
        match (self.expand_colon(text), &self.base) {
            (Some(expanded), _) => expanded,
            (None, Some(base)) => absolute(iri::resolve(base, text).into()),
            (None, None) => Name::Nothing,
        }
    }

    /// A blank node, a prefix and the rest, or an absolute IRI; `None` for anything else.
    pub(super) fn expand_colon(&self, text: &str) -> Option<Name> {
        let (prefix, rest) = text.split_once(':').filter(|(prefix, _)| !prefix.is_empty())?;
        if prefix == "_" {
            return Some(if rest.is_empty() {
                Name::Nothing
            } else {
                Name::Blank(text.into())
            });
        }
        if !rest.starts_with("//")
            && let Some(term) = self.term(prefix)
            && term.is_prefix
            && let Some(start) = term.meaning.text()
        {
            return Some(match &term.meaning {
                Name::Blank(_) => Name::Blank(format!("{start}{rest}").into()),
                _ => absolute(format!("{start}{rest}").into()),
            });
        }
        match absolute(text.into()) {
            Name::Nothing if self.vocab.is_none() && self.base.is_none() => Some(Name::Nothing),
            Name::Nothing => None,
            absolute => Some(absolute),
        }
    }

    /// Whether there is a term for this meaning.
    pub(super) fn has_term_for(&self, meaning: &Name) -> bool {
        match meaning {
            Name::Keyword(keyword) => self.aliased & keyword.bit() != 0,
            _ => self
                .terms
                .values()
                .any(|definition| definition.term.meaning == *meaning),
        }
    }
}

/// An absolute IRI, or nothing.
pub(super) fn absolute(text: Cow<'_, str>) -> Name {
    if iri::is_absolute(&text) {
        Name::Iri(format!("<{text}>").into())
    } else {
        Name::Nothing
    }
}
