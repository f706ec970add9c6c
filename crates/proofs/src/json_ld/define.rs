//! Defining the terms of one context, each after those it is made of
//! ([JSON-LD API §4.2.2](https://www.w3.org/TR/json-ld11-api/#create-term-definition)).

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::JsonLdError;
use super::context::{Coercion, Containers, Context, Definition, Direction, Name, Scoped, Term, absolute};
use super::contexts::Compiler;
use super::keyword::{self, Keyword};
use super::process::Processing;

/// Terms that may need each other, one in the next.
const DEEPEST: usize = 64;
const MEMBERS: [Keyword; 11] = [
    Keyword::Id,
    Keyword::Reverse,
    Keyword::Container,
    Keyword::Context,
    Keyword::Direction,
    Keyword::Index,
    Keyword::Language,
    Keyword::Nest,
    Keyword::Prefix,
    Keyword::Protected,
    Keyword::Type,
];

pub(super) struct Definer<'d, 'a> {
    compiler: &'d mut Compiler<'a>,
    context: &'d mut Context,
    local: &'d Map<String, Value>,
    url: Option<&'d Arc<str>>,
    is_inline: bool,
    protected: bool,
    override_protected: bool,
    defined: HashMap<String, bool>,
    depth: usize,
}

impl<'d, 'a> Definer<'d, 'a> {
    pub(super) fn new(
        compiler: &'d mut Compiler<'a>,
        context: &'d mut Context,
        local: &'d Map<String, Value>,
        url: Option<&'d Arc<str>>,
        override_protected: bool,
        is_inline: bool,
    ) -> Result<Self, JsonLdError> {
        compiler.spend(local.len())?;
        Ok(Self {
            compiler,
            context,
            local,
            url,
            is_inline,
            protected: local.get("@protected") == Some(&Value::Bool(true)),
            override_protected,
            defined: HashMap::new(),
            depth: 0,
        })
    }

    pub(super) fn all(mut self) -> Result<(), JsonLdError> {
        let is_setting = |name: &str| Keyword::parse(name).is_some_and(|keyword| keyword != Keyword::Type);
        let local = self.local;
        local
            .keys()
            .filter(|name| !is_setting(name))
            .try_for_each(|name| self.define(name))
    }

    fn define(&mut self, name: &str) -> Result<(), JsonLdError> {
        let malformed = || JsonLdError::ContextDefinition(name.to_owned());
        match self.defined.get(name) {
            Some(true) => return Ok(()),
            Some(false) => return Err(malformed()),
            None => {}
        }
        if name.is_empty() || self.depth == DEEPEST {
            return Err(malformed());
        }
        if keyword::looks_like_one(name) {
            match (Keyword::parse(name), self.local.get(name)) {
                (None, _) => return Ok(()),
                (Some(Keyword::Type), Some(Value::Object(members))) if is_type_definition(members) => {}
                _ => return Err(malformed()),
            }
        }
        self.defined.insert(name.to_owned(), false);
        self.depth += 1;
        let (members, is_simple) = match self.local.get(name) {
            None | Some(Value::Null) => (Map::from_iter([("@id".to_owned(), Value::Null)]), false),
            Some(id @ Value::String(_)) => (Map::from_iter([("@id".to_owned(), id.clone())]), true),
            Some(Value::Object(members)) => (members.clone(), false),
            Some(_) => return Err(malformed()),
        };
        let is_protected = match members.get("@protected") {
            None => self.protected,
            Some(Value::Bool(protected)) => *protected,
            Some(_) => return Err(malformed()),
        };
        let previous = self.context.terms.remove(name);
        let Some(term) = self.read(name, &members, is_simple)? else {
            // Reserved for keywords to come: ignored, as if it were not there.
            self.depth -= 1;
            self.defined.insert(name.to_owned(), true);
            if let Some(previous) = previous {
                self.context.terms.insert(name.into(), previous);
            }
            return Ok(());
        };
        self.depth -= 1;
        self.defined.insert(name.to_owned(), true);
        let definition = match previous {
            Some(before) if before.is_protected && !self.override_protected => {
                // Said again in the same words is allowed, and stays protected.
                if before.term != term {
                    return Err(JsonLdError::ProtectedTerm(name.to_owned()));
                }
                before
            }
            _ => Arc::new(Definition { term, is_protected }),
        };
        self.context.terms.insert(name.into(), definition);
        Ok(())
    }

    /// The term; `None` if the definition is to be ignored.
    fn read(
        &mut self,
        name: &str,
        members: &Map<String, Value>,
        is_simple: bool,
    ) -> Result<Option<Term>, JsonLdError> {
        let malformed = || JsonLdError::ContextDefinition(name.to_owned());
        let is_known =
            |member: &String| Keyword::parse(member).is_some_and(|keyword| MEMBERS.contains(&keyword));
        if !members.keys().all(is_known) {
            return Err(malformed());
        }
        let coercion = self.coercion(name, members)?;
        let Some((meaning, is_prefix)) = self.meaning(name, members, is_simple)? else {
            return Ok(None);
        };
        let mut term = Term::of(meaning);
        term.is_reverse = members.contains_key("@reverse");
        term.is_prefix = is_prefix;
        term.coercion = coercion;
        if let Some(value) = members.get("@container") {
            term.containers = read_containers(value, term.is_reverse).ok_or_else(malformed)?;
        }
        if term.containers.has(Keyword::Type) {
            match term.coercion {
                Coercion::Unset => term.coercion = Coercion::Id,
                Coercion::Id | Coercion::Vocab => {}
                _ => return Err(malformed()),
            }
        }
        match members.get("@index") {
            None => {}
            Some(Value::String(index)) if term.containers.has(Keyword::Index) => match self.expand(index)? {
                Name::Iri(_) => term.index = Some(index.as_str().into()),
                _ => return Err(malformed()),
            },
            Some(_) => return Err(malformed()),
        }
        term.scoped = members
            .get("@context")
            .map(|context| match context {
                Value::Bool(_) | Value::Number(_) => Err(JsonLdError::ContextDefinition(name.to_owned())),
                context => Ok(Scoped::new(context.clone(), self.url.cloned(), self.is_inline)),
            })
            .transpose()?;
        if let Some(scoped) = term.scoped.as_ref().filter(|scoped| scoped.is_inline) {
            self.validate(scoped)?;
        }
        if !members.contains_key("@type") {
            term.language = match members.get("@language") {
                None => None,
                Some(Value::Null) => Some(None),
                Some(Value::String(tag)) => Some(Some(tag.to_ascii_lowercase().into())),
                Some(_) => return Err(malformed()),
            };
            term.direction = match members.get("@direction") {
                None => None,
                Some(Value::Null) => Some(None),
                Some(Value::String(text)) => Some(Some(Direction::parse(text).ok_or_else(malformed)?)),
                Some(_) => return Err(malformed()),
            };
        }
        term.nest = match members.get("@nest") {
            None => None,
            Some(Value::String(nest)) if nest == "@nest" || Keyword::parse(nest).is_none() => {
                Some(nest.as_str().into())
            }
            Some(_) => return Err(malformed()),
        };
        match members.get("@prefix") {
            None => {}
            Some(Value::Bool(is_prefix)) if !name.contains([':', '/']) => {
                if *is_prefix && matches!(term.meaning, Name::Keyword(_)) {
                    return Err(malformed());
                }
                term.is_prefix = *is_prefix;
            }
            Some(_) => return Err(malformed()),
        }
        Ok(Some(term))
    }

    /// A term's context is sound even if the term is not used (step 23.3). Those of this program are known to be.
    fn validate(&mut self, scoped: &Scoped) -> Result<(), JsonLdError> {
        let names_others = |entry: &Value| entry.is_string() || entry.get("@import").is_some();
        let names_others = match scoped.value.as_ref() {
            Value::Array(entries) => entries.iter().any(names_others),
            single => names_others(single),
        };
        if names_others {
            return Ok(());
        }
        self.compiler.spend(self.context.terms.len() + 1)?;
        let mut trial = self.context.clone();
        Processing::new(self.compiler).extend(&mut trial, &scoped.value, self.url, true, true, true)
    }

    /// Step 13.
    fn coercion(&mut self, name: &str, members: &Map<String, Value>) -> Result<Coercion, JsonLdError> {
        let malformed = || JsonLdError::ContextDefinition(name.to_owned());
        match members.get("@type") {
            None => Ok(Coercion::Unset),
            Some(Value::String(kind)) => match self.expand(kind)? {
                Name::Keyword(Keyword::Id) => Ok(Coercion::Id),
                Name::Keyword(Keyword::Vocab) => Ok(Coercion::Vocab),
                Name::Keyword(Keyword::Json) => Ok(Coercion::Json),
                Name::Keyword(Keyword::None) => Ok(Coercion::None),
                kind @ Name::Iri(_) => Ok(Coercion::Datatype(kind.text().unwrap_or_default().into())),
                _ => Err(malformed()),
            },
            Some(_) => Err(malformed()),
        }
    }

    /// What the term stands for and whether it may begin compact IRIs (steps 14 to 20).
    fn meaning(
        &mut self,
        name: &str,
        members: &Map<String, Value>,
        is_simple: bool,
    ) -> Result<Option<(Name, bool)>, JsonLdError> {
        let malformed = || JsonLdError::ContextDefinition(name.to_owned());
        if let Some(reverse) = members.get("@reverse") {
            if members.contains_key("@id") || members.contains_key("@nest") {
                return Err(malformed());
            }
            let reverse = reverse.as_str().ok_or_else(malformed)?;
            if keyword::looks_like_one(reverse) {
                return Ok(None);
            }
            return match self.expand(reverse)? {
                meaning @ (Name::Iri(_) | Name::Blank(_)) => Ok(Some((meaning, false))),
                _ => Err(malformed()),
            };
        }
        let has_colon_inside = name
            .trim_end_matches(':')
            .char_indices()
            .any(|(index, character)| index > 0 && character == ':');
        match members.get("@id") {
            Some(Value::Null) => return Ok(Some((Name::Nothing, false))),
            Some(Value::String(id)) if id != name => {
                if keyword::looks_like_one(id) && Keyword::parse(id).is_none() {
                    return Ok(None);
                }
                let meaning = match self.expand(id)? {
                    Name::Nothing | Name::Keyword(Keyword::Context) => return Err(malformed()),
                    meaning => meaning,
                };
                if has_colon_inside || name.contains('/') {
                    self.defined.insert(name.to_owned(), true);
                    self.define_prefix(name)?;
                    let same = self.context.expand_name(name) == meaning;
                    self.defined.insert(name.to_owned(), false);
                    if !same {
                        return Err(malformed());
                    }
                    return Ok(Some((meaning, false)));
                }
                let ends = |text: &str| text.ends_with([':', '/', '?', '#', '[', ']', '@']);
                let is_prefix = is_simple
                    && !name.contains(':')
                    && match &meaning {
                        Name::Iri(_) => meaning.text().is_some_and(ends),
                        Name::Blank(_) => true,
                        Name::Keyword(_) | Name::Nothing => false,
                    };
                return Ok(Some((meaning, is_prefix)));
            }
            None | Some(Value::String(_)) => {}
            Some(_) => return Err(malformed()),
        }
        if name.find(':').is_some_and(|colon| colon > 0) {
            self.define_prefix(name)?;
            // Here, and only here, a term is a prefix without having been made one.
            let whole = match name.split_once(':') {
                Some((prefix, rest)) if !rest.starts_with("//") => self
                    .context
                    .term(prefix)
                    .and_then(|term| Some(absolute(format!("{}{rest}", term.meaning.text()?).into()))),
                _ => None,
            };
            return match whole.or_else(|| self.context.expand_colon(name)) {
                Some(meaning @ (Name::Iri(_) | Name::Blank(_))) => Ok(Some((meaning, false))),
                _ => Err(malformed()),
            };
        }
        if name == "@type" {
            return Ok(Some((Name::Keyword(Keyword::Type), false)));
        }
        match &self.context.vocab {
            Some(vocab) => match absolute(format!("{vocab}{name}").into()) {
                Name::Nothing => Err(malformed()),
                meaning => Ok(Some((meaning, false))),
            },
            None => Err(malformed()),
        }
    }

    /// Expands a name used in a definition, which may need another term of this context first.
    fn expand(&mut self, text: &str) -> Result<Name, JsonLdError> {
        if Keyword::parse(text).is_none() {
            if self.local.contains_key(text) {
                self.define(text)?;
            } else {
                self.define_prefix(text)?;
            }
        }
        Ok(self.context.expand_name(text))
    }

    fn define_prefix(&mut self, text: &str) -> Result<(), JsonLdError> {
        match text.split_once(':') {
            Some((prefix, rest)) if !rest.starts_with("//") && self.local.contains_key(prefix) => {
                self.define(prefix)
            }
            _ => Ok(()),
        }
    }
}

/// `@type` may be defined to be kept in a set, or protected, and nothing else.
fn is_type_definition(members: &Map<String, Value>) -> bool {
    !members.is_empty()
        && members.iter().all(|(name, value)| {
            (name == "@container" && value == "@set") || (name == "@protected" && value.is_boolean())
        })
}

/// Step 21.
fn read_containers(value: &Value, is_reverse: bool) -> Option<Containers> {
    use Keyword::{Graph, Id, Index, Language, List, Set, Type};
    if value.is_null() && is_reverse {
        return Some(Containers::default());
    }
    let entries = match value {
        Value::Array(entries) => entries.as_slice(),
        single => std::slice::from_ref(single),
    };
    let mut bits = 0;
    for entry in entries {
        bits |= Keyword::parse(entry.as_str()?)?.bit();
    }
    let without_set = bits & !Set.bit();
    let one_of = |keywords: &[Keyword]| keywords.iter().any(|keyword| without_set == keyword.bit());
    let is_sound = if is_reverse {
        entries.len() == 1 && (bits == Set.bit() || bits == Index.bit())
    } else {
        bits == List.bit()
            || bits == Set.bit()
            || one_of(&[Graph, Id, Index, Language, Type])
            || without_set == Graph.bit() | Id.bit()
            || without_set == Graph.bit() | Index.bit()
    };
    is_sound.then_some(Containers(bits))
}
