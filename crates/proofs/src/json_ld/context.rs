//! Contexts, compiled once: what each term of a document means
//! ([JSON-LD API §4.1 and §4.2](https://www.w3.org/TR/json-ld11-api/#context-processing-algorithms)).

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use serde_json::{Map, Value};

use super::JsonLdError;

include!(concat!(env!("OUT_DIR"), "/contexts.rs"));

/// Combinations of contexts that are kept. Documents can name many; ours use some thirty.
const MOST_KEPT: usize = 2_000;

/// The contexts a document may name.
#[derive(Debug, Default)]
pub struct Contexts {
    by_url: BTreeMap<String, Scoped>,
    compiled: Mutex<HashMap<Step, Arc<Context>>>,
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

    /// No contexts at all.
    pub fn none() -> Self {
        Self::default()
    }

    /// These contexts and one more: a JSON-LD document whose `@context` is what `url` stands for.
    #[must_use]
    pub fn with(mut self, url: &str, document: &Value) -> Self {
        let context = document.get("@context").cloned().unwrap_or(Value::Null);
        self.by_url.insert(url.to_owned(), Scoped::new(context));
        self
    }

    /// The bundled contexts, to be extended.
    pub fn bundled_copy() -> Self {
        Self {
            by_url: Self::bundled().by_url.clone(),
            compiled: Mutex::default(),
        }
    }

    /// The URLs of these contexts.
    pub fn urls(&self) -> impl Iterator<Item = &str> {
        self.by_url.keys().map(String::as_str)
    }

    /// What a document's `@context` makes of the active context: one URL or an array of them.
    pub(super) fn named(
        &self,
        active: &Arc<Context>,
        context: &Value,
        path: impl Fn() -> String,
    ) -> Result<Arc<Context>, JsonLdError> {
        let entries = match context {
            Value::Array(entries) if !entries.is_empty() => entries.as_slice(),
            Value::String(_) => std::slice::from_ref(context),
            _ => return Err(JsonLdError::InlineContext(path())),
        };
        let mut active = Arc::clone(active);
        for entry in entries {
            let url = entry.as_str().ok_or_else(|| JsonLdError::InlineContext(path()))?;
            let scoped = self
                .by_url
                .get(url)
                .ok_or_else(|| JsonLdError::UnknownContext(shorten(url)))?;
            active = self.apply(&active, scoped, true, false)?;
        }
        Ok(active)
    }

    /// What a context makes of the active one; remembered.
    pub(super) fn apply(
        &self,
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
        if let Some(known) = self.memory().get(&step) {
            return Ok(Arc::clone(known));
        }
        let mut result = Context {
            number: next_number(),
            ..Context::clone(active)
        };
        if !propagate && result.previous.is_none() {
            result.previous = Some(Arc::clone(active));
        }
        self.process(&mut result, &scoped.value, propagate, override_protected)?;
        let result = Arc::new(result);
        let mut memory = self.memory();
        if memory.len() >= MOST_KEPT {
            memory.clear();
        }
        memory.insert(step, Arc::clone(&result));
        Ok(result)
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, HashMap<Step, Arc<Context>>> {
        self.compiled.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// API §4.1.2, for the contexts of this program: they define terms, and leave base, language,
    /// imports and propagation alone.
    fn process(
        &self,
        result: &mut Context,
        local: &Value,
        propagate: bool,
        override_protected: bool,
    ) -> Result<(), JsonLdError> {
        match local {
            Value::Array(entries) => entries
                .iter()
                .try_for_each(|entry| self.process(result, entry, propagate, override_protected)),
            Value::Null => {
                if !override_protected
                    && let Some((term, _)) = result.terms.iter().find(|(_, term)| term.is_protected())
                {
                    return Err(JsonLdError::ProtectedTerm(term.clone()));
                }
                let previous = if propagate { None } else { result.previous.take() };
                *result = Context {
                    number: result.number,
                    previous,
                    ..Context::default()
                };
                Ok(())
            }
            Value::Object(local) => result.define_all(local, override_protected),
            Value::String(url) => match self.by_url.get(url) {
                Some(scoped) => self.process(result, &scoped.value, propagate, override_protected),
                None => Err(JsonLdError::UnknownContext(shorten(url))),
            },
            _ => Err(JsonLdError::ContextDefinition("@context".to_owned())),
        }
    }
}

/// A URL from a document, short enough to be shown.
fn shorten(url: &str) -> String {
    url.chars().take(200).collect()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Step {
    active: u64,
    scoped: u64,
    propagate: bool,
    override_protected: bool,
}

fn next_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A context that is applied where a term or type is used.
#[derive(Clone, Debug)]
pub(super) struct Scoped {
    number: u64,
    value: Arc<Value>,
}

impl Scoped {
    fn new(value: Value) -> Self {
        Self {
            number: next_number(),
            value: Arc::new(value),
        }
    }
}

impl PartialEq for Scoped {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

/// How a term's values are read.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Coercion {
    None,
    Id,
    Vocab,
    Json,
    Datatype(String),
}

/// How a term's values are held together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Container {
    None,
    Set,
    List,
    Language,
    Graph,
}

/// What a term means.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Term {
    /// An absolute IRI or a keyword.
    pub(super) iri: String,
    pub(super) coercion: Coercion,
    pub(super) container: Container,
    pub(super) scoped: Option<Scoped>,
    is_prefix: bool,
}

#[derive(Clone, Debug)]
struct Definition {
    /// `None` for a term that was defined to mean nothing.
    term: Option<Arc<Term>>,
    protected: bool,
}

impl Definition {
    fn is_protected(&self) -> bool {
        self.protected
    }
}

/// The meaning of terms at one place of a document.
#[derive(Clone, Debug, Default)]
pub(super) struct Context {
    number: u64,
    terms: HashMap<String, Definition>,
    vocab: Option<String>,
    /// What held before a type's context was applied; it comes back inside nested objects.
    pub(super) previous: Option<Arc<Context>>,
}

/// What a name or value expands to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expanded {
    Keyword(&'static str),
    Iri(String),
    /// No meaning: undefined, or a relative reference.
    Nothing,
}

const KEYWORDS: [&str; 22] = [
    "@base",
    "@container",
    "@context",
    "@direction",
    "@graph",
    "@id",
    "@import",
    "@included",
    "@index",
    "@json",
    "@language",
    "@list",
    "@nest",
    "@none",
    "@prefix",
    "@propagate",
    "@protected",
    "@reverse",
    "@set",
    "@type",
    "@value",
    "@vocab",
];

fn keyword(text: &str) -> Option<&'static str> {
    KEYWORDS.into_iter().find(|keyword| *keyword == text)
}

impl Context {
    pub(super) fn term(&self, name: &str) -> Option<&Arc<Term>> {
        self.terms
            .get(name)
            .and_then(|definition| definition.term.as_ref())
    }

    /// The meaning of a member's name or of a type: terms, prefixes and the vocabulary count.
    pub(super) fn expand_name(&self, name: &str) -> Expanded {
        if let Some(keyword) = keyword(name) {
            return Expanded::Keyword(keyword);
        }
        if name.starts_with('@') {
            return Expanded::Nothing;
        }
        match self.terms.get(name) {
            Some(Definition { term: Some(term), .. }) => match keyword(&term.iri) {
                Some(keyword) => Expanded::Keyword(keyword),
                None => Expanded::Iri(term.iri.clone()),
            },
            Some(Definition { term: None, .. }) => Expanded::Nothing,
            None => match self.expand_id(name) {
                Expanded::Nothing => match &self.vocab {
                    Some(vocab) if !name.contains(':') => absolute(format!("{vocab}{name}")),
                    _ => Expanded::Nothing,
                },
                expanded => expanded,
            },
        }
    }

    /// Whether a member's name is an IRI, a prefix with the rest of one, or a keyword other than `@context`,
    /// instead of the term that contexts define for it.
    ///
    /// Such a name means the same as the term, and those who read members by their names would miss it.
    pub(super) fn is_other_spelling(&self, name: &str) -> bool {
        match self.expand_name(name) {
            Expanded::Keyword(keyword) => name == keyword && name != "@context" && self.has_term_for(keyword),
            Expanded::Iri(_) => name.contains(':') && !self.terms.contains_key(name),
            Expanded::Nothing => false,
        }
    }

    /// Whether there is a term for this IRI or keyword.
    pub(super) fn has_term_for(&self, iri: &str) -> bool {
        let means = |definition: &Definition| definition.term.as_ref().is_some_and(|term| term.iri == iri);
        self.terms.values().any(means)
    }

    /// The meaning of an identifier: an absolute IRI or a prefix and the rest.
    pub(super) fn expand_id(&self, text: &str) -> Expanded {
        let Some((prefix, rest)) = text.split_once(':') else {
            return Expanded::Nothing;
        };
        if !rest.starts_with("//")
            && let Some(term) = self.term(prefix)
            && term.is_prefix
        {
            return absolute(format!("{}{rest}", term.iri));
        }
        absolute(text.to_owned())
    }

    fn define_all(
        &mut self,
        local: &Map<String, Value>,
        override_protected: bool,
    ) -> Result<(), JsonLdError> {
        let unsupported = |name: &str| JsonLdError::ContextDefinition(name.to_owned());
        let mut protected = false;
        for (name, value) in local.iter().filter(|(name, _)| name.starts_with('@')) {
            match (name.as_str(), value) {
                ("@version", _) => {}
                ("@protected", Value::Bool(value)) => protected = *value,
                ("@vocab", Value::Null) => self.vocab = None,
                ("@vocab", Value::String(vocab)) if is_absolute_iri(vocab) => {
                    self.vocab = Some(vocab.clone())
                }
                _ => return Err(unsupported(name)),
            }
        }
        let mut definer = Definer {
            context: self,
            local,
            protected,
            override_protected,
            defined: HashMap::new(),
        };
        local
            .keys()
            .filter(|name| !name.starts_with('@'))
            .try_for_each(|name| definer.define(name))
    }
}

/// Defines the terms of one context, each after those it is made of (API §4.2.2).
struct Definer<'a> {
    context: &'a mut Context,
    local: &'a Map<String, Value>,
    protected: bool,
    override_protected: bool,
    defined: HashMap<String, bool>,
}

impl Definer<'_> {
    fn define(&mut self, name: &str) -> Result<(), JsonLdError> {
        let malformed = || JsonLdError::ContextDefinition(name.to_owned());
        match self.defined.get(name) {
            Some(true) => return Ok(()),
            Some(false) => return Err(malformed()),
            None => {}
        }
        self.defined.insert(name.to_owned(), false);
        let (definition, is_simple) = match self.local.get(name) {
            None | Some(Value::Null) => (None, false),
            Some(Value::String(id)) => {
                let mut members = Map::new();
                members.insert("@id".to_owned(), Value::String(id.clone()));
                (Some(members), true)
            }
            Some(Value::Object(members)) => (Some(members.clone()), false),
            Some(_) => return Err(malformed()),
        };
        let protected = match definition.as_ref().and_then(|members| members.get("@protected")) {
            None => self.protected,
            Some(Value::Bool(protected)) => *protected,
            Some(_) => return Err(malformed()),
        };
        let term = match definition {
            Some(members) if members.get("@id") != Some(&Value::Null) => {
                Some(Arc::new(self.read(name, &members, is_simple)?))
            }
            _ => None,
        };
        self.defined.insert(name.to_owned(), true);
        if let Some(before) = self.context.terms.get(name)
            && before.protected
            && !self.override_protected
        {
            // Said again in the same words is allowed, and stays protected.
            return if before.term == term {
                Ok(())
            } else {
                Err(JsonLdError::ProtectedTerm(name.to_owned()))
            };
        }
        self.context
            .terms
            .insert(name.to_owned(), Definition { term, protected });
        Ok(())
    }

    fn read(
        &mut self,
        name: &str,
        members: &Map<String, Value>,
        is_simple: bool,
    ) -> Result<Term, JsonLdError> {
        let malformed = || JsonLdError::ContextDefinition(name.to_owned());
        let known = ["@id", "@type", "@container", "@context", "@prefix", "@protected"];
        if members.keys().any(|member| !known.contains(&member.as_str())) {
            return Err(malformed());
        }
        let iri = match members.get("@id") {
            Some(Value::String(id)) if id != name => self.expand(id)?,
            Some(Value::String(_)) | None if name.contains(':') => self.expand_outside(name),
            Some(Value::String(_)) | None => match &self.context.vocab {
                Some(vocab) => absolute(format!("{vocab}{name}")),
                None => Expanded::Nothing,
            },
            Some(_) => return Err(malformed()),
        };
        let iri = match iri {
            Expanded::Iri(iri) => iri,
            Expanded::Keyword(keyword) if keyword != "@context" => keyword.to_owned(),
            _ => return Err(malformed()),
        };
        let coercion = match members.get("@type") {
            None => Coercion::None,
            Some(Value::String(kind)) => match self.expand(kind)? {
                Expanded::Keyword("@id") => Coercion::Id,
                Expanded::Keyword("@vocab") => Coercion::Vocab,
                Expanded::Keyword("@json") => Coercion::Json,
                Expanded::Keyword("@none") => Coercion::None,
                Expanded::Iri(datatype) => Coercion::Datatype(datatype),
                _ => return Err(malformed()),
            },
            Some(_) => return Err(malformed()),
        };
        let container = match members.get("@container") {
            None => Container::None,
            Some(value) => read_container(value).ok_or_else(malformed)?,
        };
        let is_prefix = match members.get("@prefix") {
            None => is_simple && iri.ends_with([':', '/', '?', '#', '[', ']', '@']),
            Some(Value::Bool(is_prefix)) => *is_prefix,
            Some(_) => return Err(malformed()),
        };
        Ok(Term {
            iri,
            coercion,
            container,
            scoped: members.get("@context").cloned().map(Scoped::new),
            is_prefix,
        })
    }

    /// Expands a name used in a definition, which may need another term of this context first.
    fn expand(&mut self, text: &str) -> Result<Expanded, JsonLdError> {
        if !text.starts_with('@') {
            if self.local.contains_key(text) {
                self.define(text)?;
            } else if let Some((prefix, rest)) = text.split_once(':')
                && !rest.starts_with("//")
                && self.local.contains_key(prefix)
            {
                self.define(prefix)?;
            }
        }
        Ok(self.context.expand_name(text))
    }

    /// A term that is itself a compact or absolute IRI.
    fn expand_outside(&self, name: &str) -> Expanded {
        self.context.expand_id(name)
    }
}

fn read_container(value: &Value) -> Option<Container> {
    let entries = match value {
        Value::Array(entries) => entries.as_slice(),
        single => std::slice::from_ref(single),
    };
    let mut container = Container::None;
    for entry in entries {
        container = match (container, entry.as_str()?) {
            // A set changes nothing but how a document is written.
            (Container::None, "@set") => Container::Set,
            (other, "@set") => other,
            (Container::None | Container::Set, "@list") => Container::List,
            (Container::None | Container::Set, "@language") => Container::Language,
            (Container::None | Container::Set, "@graph") => Container::Graph,
            _ => return None,
        };
    }
    Some(container)
}

fn absolute(text: String) -> Expanded {
    if is_absolute_iri(&text) {
        Expanded::Iri(text)
    } else {
        Expanded::Nothing
    }
}

/// Whether a text is an absolute IRI that N-Quads can write: a scheme, and no character that would
/// end or break it.
pub(super) fn is_absolute_iri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || "+-.".contains(character))
        && !rest.is_empty()
        && !rest
            .chars()
            .any(|character| character <= ' ' || "<>\"{}|^`\\".contains(character))
}
