//! The contexts a document may name, and what applying them gives; compiled once and kept
//! ([JSON-LD API §4.1](https://www.w3.org/TR/json-ld11-api/#context-processing-algorithm)).

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use serde_json::Value;

use super::JsonLdError;
use super::context::{Context, Name, Scoped};
use super::process::Processing;

include!(concat!(env!("OUT_DIR"), "/contexts.rs"));

/// Definitions kept in all compiled contexts together; our own documents use some forty thousand.
const MOST_KEPT: usize = 500_000;
/// Definitions that one document may have copied or made; its own contexts count as well.
const MOST_PER_DOCUMENT: usize = 500_000;
/// Contexts of its own that one document may have.
const MOST_INLINE: usize = 100;
/// A document gives no more names than this a meaning of its own.
const MOST_OWN_NAMES: usize = 200;

/// The contexts a document may name.
#[derive(Debug, Default)]
pub struct Contexts {
    by_url: BTreeMap<String, Scoped>,
    compiled: Mutex<Compiled>,
    with_own_terms: bool,
}

#[derive(Debug, Default)]
struct Compiled {
    contexts: HashMap<Step, Arc<Context>>,
    definitions: usize,
}

impl Contexts {
    /// The contexts that are part of this program; `specs/contexts/README.md` lists them.
    pub fn bundled() -> &'static Self {
        static BUNDLED_CONTEXTS: LazyLock<Contexts> = LazyLock::new(|| {
            BUNDLED.iter().fold(Contexts::default(), |contexts, (url, text)| {
                match serde_json::from_str(text) {
                    Ok(context) => contexts.with(url, &context),
                    // The build checked that it is JSON.
                    Err(_) => contexts,
                }
            })
        });
        &BUNDLED_CONTEXTS
    }

    /// The contexts that are part of this program, in documents that may add terms of their own.
    ///
    /// A context inside the document may then give a meaning to names that have none, one by one or all with `@vocab`, and
    /// do nothing else: it defines no
    /// name that is defined, no second name for what has one, and none of JSON-LD's keywords. So whoever reads members
    /// by their names still reads what was signed.
    pub fn bundled_with_own_terms() -> &'static Self {
        static WITH_OWN_TERMS: LazyLock<Contexts> = LazyLock::new(|| Contexts {
            with_own_terms: true,
            ..Contexts::bundled_copy()
        });
        &WITH_OWN_TERMS
    }

    /// No contexts at all.
    pub fn none() -> Self {
        Self::default()
    }

    /// These contexts and one more: a JSON-LD document whose `@context` is what `url` stands for.
    #[must_use]
    pub fn with(mut self, url: &str, document: &Value) -> Self {
        let context = document.get("@context").cloned().unwrap_or(Value::Null);
        let scoped = Scoped::new(context, Some(url.into()), false);
        self.by_url.insert(url.to_owned(), scoped);
        self
    }

    /// The bundled contexts, to be extended.
    pub fn bundled_copy() -> Self {
        Self {
            by_url: Self::bundled().by_url.clone(),
            ..Self::default()
        }
    }

    pub(super) fn allows_own_terms(&self) -> bool {
        self.with_own_terms
    }

    /// The URLs of these contexts.
    pub fn urls(&self) -> impl Iterator<Item = &str> {
        self.by_url.keys().map(String::as_str)
    }

    /// What a URL stands for, as a JSON-LD document.
    pub fn document(&self, url: &str) -> Option<Value> {
        let context = &self.by_url.get(url)?.value;
        Some(serde_json::json!({ "@context": **context }))
    }

    pub(super) fn named(&self, url: &str) -> Result<&Scoped, JsonLdError> {
        self.by_url
            .get(url)
            .ok_or_else(|| JsonLdError::UnknownContext(url.chars().take(200).collect()))
    }

    fn compiled(&self) -> std::sync::MutexGuard<'_, Compiled> {
        self.compiled.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One application of a context to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Step {
    active: u64,
    scoped: u64,
    propagate: bool,
    override_protected: bool,
}

/// Contexts as one document uses them: those of the program from the common memory, its own from one that
/// ends with it.
pub(super) struct Compiler<'a> {
    contexts: &'a Contexts,
    inline: HashMap<Step, Arc<Context>>,
    /// What was last asked for; types and properties repeat.
    recent: HashMap<Step, Arc<Context>>,
    inline_count: usize,
    definitions: usize,
    /// Names that the document itself gave a meaning.
    own_names: HashSet<String>,
    /// Whether the document itself gave a meaning to all names without one.
    has_own_vocabulary: bool,
}

impl<'a> Compiler<'a> {
    pub(super) fn new(contexts: &'a Contexts) -> Self {
        Self {
            contexts,
            inline: HashMap::new(),
            recent: HashMap::new(),
            inline_count: 0,
            definitions: 0,
            own_names: HashSet::new(),
            has_own_vocabulary: false,
        }
    }

    pub(super) fn contexts(&self) -> &'a Contexts {
        self.contexts
    }

    /// A context that stands in the document itself.
    pub(super) fn inline(&mut self, value: &Value) -> Result<Scoped, JsonLdError> {
        self.inline_count += 1;
        if self.inline_count > MOST_INLINE {
            return Err(JsonLdError::TooComplex);
        }
        Ok(Scoped::new(value.clone(), None, true))
    }

    pub(super) fn add_own_name(&mut self, name: &str) -> Result<(), JsonLdError> {
        self.own_names.insert(name.to_owned());
        if self.own_names.len() > MOST_OWN_NAMES {
            return Err(JsonLdError::TooComplex);
        }
        Ok(())
    }

    pub(super) fn set_own_vocabulary(&mut self) {
        self.has_own_vocabulary = true;
    }

    /// Whether a name that the document itself defined means what another term in force means.
    pub(super) fn doubles(&self, context: &Context, name: &str) -> bool {
        if self.has_own_vocabulary && context.term(name).is_none() {
            let meaning = context.expand_name(name);
            return matches!(meaning, Name::Iri(_)) && context.has_term_for(&meaning);
        }
        self.own_names.contains(name)
            && context.term(name).is_some_and(|own| {
                context.terms.iter().any(|(other, definition)| {
                    **other != *name
                        && definition.term.meaning == own.meaning
                        && !self.own_names.contains(&**other)
                })
            })
    }

    /// What a context makes of the active one; remembered.
    pub(super) fn apply(
        &mut self,
        active: &Arc<Context>,
        scoped: &Scoped,
        propagate: bool,
        override_protected: bool,
    ) -> Result<Arc<Context>, JsonLdError> {
        let step = Step {
            active: active.number,
            scoped: scoped.number,
            propagate,
            override_protected,
        };
        if let Some(known) = self.recent.get(&step) {
            return Ok(Arc::clone(known));
        }
        let is_inline = active.is_inline || scoped.is_inline;
        let known = if is_inline {
            self.inline.get(&step).cloned()
        } else {
            self.contexts.compiled().contexts.get(&step).cloned()
        };
        if let Some(known) = known {
            self.recent.insert(step, Arc::clone(&known));
            return Ok(known);
        }
        self.spend(active.terms.len() + 1)?;
        let made = Processing::new(self).run(active, scoped, propagate, override_protected)?;
        let made = Arc::new(Context { is_inline, ..made });
        if is_inline {
            self.inline.insert(step, Arc::clone(&made));
        } else {
            let mut compiled = self.contexts.compiled();
            if compiled.definitions + made.terms.len() > MOST_KEPT {
                *compiled = Compiled::default();
            }
            compiled.definitions += made.terms.len();
            compiled.contexts.insert(step, Arc::clone(&made));
        }
        self.recent.insert(step, Arc::clone(&made));
        Ok(made)
    }

    /// Counts definitions made for this document.
    pub(super) fn spend(&mut self, definitions: usize) -> Result<(), JsonLdError> {
        self.definitions += definitions;
        if self.definitions > MOST_PER_DOCUMENT {
            Err(JsonLdError::TooComplex)
        } else {
            Ok(())
        }
    }
}
