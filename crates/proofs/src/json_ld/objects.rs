//! Objects of a document: nodes, and what stands for values, lists and sets
//! ([JSON-LD API §5.1.2](https://www.w3.org/TR/json-ld11-api/#expansion-algorithm), steps 6 to 19).

use std::sync::Arc;

use serde_json::{Map, Value};

use super::JsonLdError;
use super::context::{Context, Name, Scoped};
use super::keyword::Keyword;
use super::place::{Place, Token};
use super::rdfc::Node;
use super::statements::{Active, Around, Role, Target, Walk, Wrap, shorten};

/// The members of an object by what they mean.
#[derive(Default)]
pub(super) struct Object<'d> {
    /// The keywords it has, as bits.
    pub(super) keywords: u32,
    /// The members that are keywords, but for types.
    pub(super) of_keywords: Vec<(Keyword, Member<'d>)>,
    pub(super) types: Vec<Name>,
    pub(super) properties: Vec<(Name, Member<'d>)>,
}

/// One member.
pub(super) struct Member<'d> {
    pub(super) name: &'d str,
    pub(super) value: &'d Value,
    /// For one that stands in a nested object: the path to it, and the context there.
    pub(super) nested: Option<(String, Arc<Context>)>,
}

impl Object<'_> {
    pub(super) fn has(&self, keyword: Keyword) -> bool {
        self.keywords & keyword.bit() != 0
    }

    /// Whether it has no keywords but these.
    pub(super) fn has_only(&self, keywords: &[Keyword]) -> bool {
        let allowed = keywords.iter().fold(0, |all, keyword| all | keyword.bit());
        self.keywords & !allowed == 0
    }
}

impl<'d> Object<'d> {
    pub(super) fn of_keyword(&self, keyword: Keyword) -> impl Iterator<Item = &Member<'d>> {
        self.of_keywords
            .iter()
            .filter(move |(found, _)| *found == keyword)
            .map(|(_, member)| member)
    }
}

impl<'d> Member<'d> {
    pub(super) fn token(&self) -> Token<'_> {
        match &self.nested {
            Some((path, _)) => Token::Path(path),
            None => Token::Member(self.name),
        }
    }

    pub(super) fn context<'c>(&'c self, outer: &'c Arc<Context>) -> &'c Arc<Context> {
        self.nested.as_ref().map_or(outer, |(_, context)| context)
    }
}

impl Walk<'_> {
    #[expect(
        clippy::too_many_arguments,
        reason = "they are where the walk is, and what for"
    )]
    pub(super) fn object(
        &mut self,
        active: Active<'_>,
        context: &Arc<Context>,
        members: &Map<String, Value>,
        graph: Option<&Node>,
        target: &mut Target<'_>,
        around: Around<'_>,
        place: &Place<'_>,
    ) -> Result<(), JsonLdError> {
        let scoped = active.term.and_then(|term| term.scoped.as_ref());
        let for_types = self.context_of(members, context, scoped, around.is_in_map, place)?;
        let context = self.with_types(members, &for_types)?;
        let mut object = Object::default();
        self.gather(members, &context, &for_types, None, &mut object, place)?;
        if object.has(Keyword::Index) {
            for member in object.of_keyword(Keyword::Index) {
                if !member.value.is_string() {
                    return Err(JsonLdError::WrongShape(place.pointer()));
                }
            }
            // An index says nothing, so nobody signs it.
            self.lost(|| unsupported(Keyword::Index, place))?;
        }
        if object.has(Keyword::Value) {
            return self.value_object(active, &context, &object, graph, target, around, place);
        }
        if object.has(Keyword::List) || object.has(Keyword::Set) {
            return self.list_or_set(active, &context, &object, graph, target, around, place);
        }
        if object.has(Keyword::Language) || object.has(Keyword::Direction) {
            let keyword = if object.has(Keyword::Language) {
                Keyword::Language
            } else {
                Keyword::Direction
            };
            self.lost(|| unsupported(keyword, place))?;
            if object.has_only(&[Keyword::Language]) && object.properties.is_empty() {
                return Ok(());
            }
        }
        let is_graph = object.has(Keyword::Graph)
            && object.has_only(&[Keyword::Graph, Keyword::Id, Keyword::Index])
            && object.properties.is_empty();
        let is_wrapped = around.wrap == Wrap::Always || (around.wrap == Wrap::UnlessGraph && !is_graph);
        if !is_wrapped {
            return self.node(active, &context, &object, graph, target, around, place);
        }
        let name = around.id.cloned().unwrap_or_else(|| self.blank());
        let before = self.quads.len();
        let inside = Active {
            role: Role::Graph,
            term: active.term,
        };
        let alone = Around {
            wrap: Wrap::No,
            id: None,
            kind: None,
            link: None,
            ..around
        };
        self.node(
            inside,
            &context,
            &object,
            Some(&name),
            &mut Target::Nothing,
            alone,
            place,
        )?;
        if self.quads.len() == before {
            self.lost(|| JsonLdError::SaysNothing(place.pointer()))?;
        }
        self.about(&name, around, graph)?;
        self.put(target, name, graph, place)
    }

    /// The context inside an object: what a type brought ends, then the property's own context, then
    /// the object's (steps 7 to 9).
    pub(super) fn context_of(
        &mut self,
        members: &Map<String, Value>,
        active: &Arc<Context>,
        scoped: Option<&Scoped>,
        is_in_map: bool,
        place: &Place<'_>,
    ) -> Result<Arc<Context>, JsonLdError> {
        let mut context = Arc::clone(active);
        if let Some(previous) = &active.previous
            && !is_in_map
            && !is_reference(members, active)
        {
            context = Arc::clone(previous);
        }
        if let Some(scoped) = scoped {
            context = self.compiler.apply(&context, scoped, true, true)?;
        }
        match members.get("@context") {
            Some(local) => self.local(&context, local, place),
            None => Ok(context),
        }
    }

    /// What an object's `@context` makes of the active context.
    pub(super) fn local(
        &mut self,
        active: &Arc<Context>,
        local: &Value,
        place: &Place<'_>,
    ) -> Result<Arc<Context>, JsonLdError> {
        let entries = match local {
            Value::Array(entries) if !(entries.is_empty() && self.is_plain()) => entries.as_slice(),
            Value::Array(_) => return Err(JsonLdError::InlineContext(place.pointer())),
            single => std::slice::from_ref(single),
        };
        let mut context = Arc::clone(active);
        for entry in entries {
            context = match entry {
                Value::String(url) => {
                    let base = self.reading.base.as_deref();
                    let url = match base {
                        Some(base) if !super::iri::is_absolute(url) => super::iri::resolve(base, url),
                        _ => url.clone(),
                    };
                    let scoped = self.compiler.contexts().named(&url)?;
                    self.compiler.apply(&context, scoped, true, false)?
                }
                Value::Object(terms) if self.is_plain() && self.compiler.contexts().allows_own_terms() => {
                    self.own_terms(&context, terms)?
                }
                _ if self.is_plain() => return Err(JsonLdError::InlineContext(place.pointer())),
                Value::Array(_) => return Err(JsonLdError::WrongShape(place.pointer())),
                inline => {
                    let scoped = self.compiler.inline(inline)?;
                    self.compiler.apply(&context, &scoped, true, false)?
                }
            };
        }
        Ok(context)
    }

    /// A context inside a plain document, which adds terms and does nothing else.
    fn own_terms(
        &mut self,
        active: &Arc<Context>,
        terms: &Map<String, Value>,
    ) -> Result<Arc<Context>, JsonLdError> {
        for (name, definition) in terms {
            let is_definition = match definition {
                Value::Object(members) => {
                    let known = |member: &String| matches!(member.as_str(), "@id" | "@type" | "@protected");
                    members.contains_key("@id") && members.keys().all(known)
                }
                other => other.is_string(),
            };
            let is_allowed = match name.as_str() {
                "@protected" => definition.is_boolean(),
                "@vocab" => {
                    let vocabulary = definition.as_str();
                    active.vocab.is_none() && vocabulary.is_some_and(super::iri::is_absolute)
                }
                name => is_definition && !name.starts_with('@') && !name.contains([':', '/']),
            };
            if !is_allowed {
                return Err(JsonLdError::ContextDefinition(name.clone()));
            }
            if active.term(name).is_some() {
                return Err(JsonLdError::ProtectedTerm(name.clone()));
            }
        }
        if terms.contains_key("@vocab") {
            self.compiler.set_own_vocabulary();
        }
        let scoped = self.compiler.inline(&Value::Object(terms.clone()))?;
        let with_terms = self.compiler.apply(active, &scoped, true, false)?;
        for name in terms.keys().filter(|name| !name.starts_with('@')) {
            let meaning = with_terms.expand_name(name);
            // An alias would hide from readers of names what is signed; those of terms that types bring are found where
            // they are used.
            self.compiler.add_own_name(name)?;
            if !matches!(meaning, Name::Iri(_)) || active.has_term_for(&meaning) {
                return Err(JsonLdError::ContextDefinition(name.clone()));
            }
        }
        Ok(with_terms)
    }

    /// The contexts that the object's types bring, in order of the types' names (step 11).
    fn with_types(
        &mut self,
        members: &Map<String, Value>,
        for_types: &Arc<Context>,
    ) -> Result<Arc<Context>, JsonLdError> {
        let mut names: Vec<&str> = members
            .iter()
            .filter(|(name, _)| for_types.means(name, Keyword::Type))
            .flat_map(|(_, value)| match value {
                Value::Array(entries) => entries.as_slice(),
                single => std::slice::from_ref(single),
            })
            .filter_map(Value::as_str)
            .collect();
        names.sort_unstable();
        names.dedup();
        let mut result = Arc::clone(for_types);
        for name in names {
            if let Some(scoped) = for_types.term(name).and_then(|term| term.scoped.as_ref()) {
                result = self.compiler.apply(&result, scoped, false, false)?;
            }
        }
        Ok(result)
    }

    /// Sorts the members by what they mean, those of nested objects among them (steps 12 to 14).
    fn gather<'d>(
        &mut self,
        members: &'d Map<String, Value>,
        context: &Arc<Context>,
        for_types: &Arc<Context>,
        nested: Option<&str>,
        object: &mut Object<'d>,
        place: &Place<'_>,
    ) -> Result<(), JsonLdError> {
        // A type without a meaning comes first: it may be why a member has none.
        for (name, value) in members
            .iter()
            .filter(|(name, _)| context.means(name, Keyword::Type))
        {
            if object.has(Keyword::Type) && self.is_plain() {
                return Err(JsonLdError::WrongShape(
                    place.inner(Token::Member(name))?.pointer(),
                ));
            }
            object.keywords |= Keyword::Type.bit();
            self.read_types(
                value,
                for_types,
                &mut object.types,
                &place.inner(Token::Member(name))?,
            )?;
        }
        let mut nests = Vec::new();
        for (name, value) in members {
            let is_other = is_other_spelling(context, name) || self.compiler.doubles(context, name);
            if self.is_plain() && is_other && !is_of_a_value(context, name, members) {
                return Err(JsonLdError::OtherSpelling {
                    name: shorten(name),
                    path: place.pointer(),
                });
            }
            let member = |name| Member {
                name,
                value,
                nested: nested.map(|path| (format!("{path}/{}", escaped(name)), Arc::clone(context))),
            };
            match context.expand_name(name) {
                Name::Keyword(Keyword::Context | Keyword::Type) => {}
                Name::Keyword(Keyword::Nest) if !self.is_plain() => nests.push((name, value)),
                Name::Keyword(keyword) => {
                    let is_supported = match keyword {
                        Keyword::Id | Keyword::Value | Keyword::Language | Keyword::Direction => true,
                        Keyword::Graph
                        | Keyword::Included
                        | Keyword::Reverse
                        | Keyword::List
                        | Keyword::Set
                        | Keyword::Index => !self.is_plain(),
                        _ => false,
                    };
                    if !is_supported {
                        return Err(unsupported(keyword, place));
                    }
                    if object.has(keyword) && keyword != Keyword::Included {
                        return Err(JsonLdError::WrongShape(
                            place.inner(Token::Member(name))?.pointer(),
                        ));
                    }
                    object.keywords |= keyword.bit();
                    object.of_keywords.push((keyword, member(name)));
                }
                found @ Name::Iri(_) => object.properties.push((found, member(name))),
                found @ (Name::Blank(_) | Name::Nothing) => {
                    self.lost(|| JsonLdError::UndefinedTerm {
                        term: name.clone(),
                        path: place.pointer(),
                    })?;
                    if name.contains(':') {
                        object.properties.push((found, member(name)));
                    }
                }
            }
        }
        for (name, value) in nests {
            let scoped = context.term(name).and_then(|term| term.scoped.clone());
            let inside = match scoped {
                Some(scoped) => self.compiler.apply(context, &scoped, true, true)?,
                None => Arc::clone(context),
            };
            let path = format!("{}/{}", nested.unwrap_or_default(), escaped(name));
            let (values, is_array) = match value {
                Value::Array(values) => (values.as_slice(), true),
                single => (std::slice::from_ref(single), false),
            };
            for (number, value) in values.iter().enumerate() {
                let path = if is_array {
                    format!("{path}/{number}")
                } else {
                    path.clone()
                };
                let inner = place.inner(Token::Path(&path))?;
                match value {
                    Value::Object(members)
                        if !members.keys().any(|name| inside.means(name, Keyword::Value)) =>
                    {
                        if place.inner(Token::Root)?.pointer().len() + path.len() > 4096 {
                            return Err(JsonLdError::TooComplex);
                        }
                        self.gather(members, &inside, for_types, Some(&path), object, place)?;
                    }
                    _ => return Err(JsonLdError::WrongShape(inner.pointer())),
                }
            }
        }
        Ok(())
    }

    fn read_types(
        &mut self,
        value: &Value,
        context: &Context,
        types: &mut Vec<Name>,
        place: &Place<'_>,
    ) -> Result<(), JsonLdError> {
        let wrong_shape = || JsonLdError::WrongShape(place.pointer());
        let entries = match value {
            Value::Array(entries) if !(entries.is_empty() && self.is_plain()) => entries.as_slice(),
            Value::String(_) => std::slice::from_ref(value),
            _ => return Err(wrong_shape()),
        };
        for entry in entries {
            let name = entry.as_str().ok_or_else(wrong_shape)?;
            let kind = context.expand_type(name);
            let is_term = context.term(name).is_some();
            let is_known = match &kind {
                Name::Iri(_)
                    if self.is_plain()
                        && (!is_term && context.has_term_for(&kind)
                            || self.compiler.doubles(context, name)) =>
                {
                    return Err(JsonLdError::OtherSpelling {
                        name: shorten(name),
                        path: place.pointer(),
                    });
                }
                Name::Iri(_) => true,
                Name::Blank(_) => !self.is_plain(),
                // Values may be JSON.
                Name::Keyword(keyword) => *keyword == Keyword::Json && !self.is_plain(),
                Name::Nothing => false,
            };
            if !is_known {
                self.lost(|| JsonLdError::UndefinedType {
                    term: shorten(name),
                    path: place.pointer(),
                })?;
            }
            types.push(kind);
        }
        Ok(())
    }
}

pub(super) fn unsupported(keyword: Keyword, place: &Place<'_>) -> JsonLdError {
    JsonLdError::Unsupported {
        keyword: keyword.text().to_owned(),
        path: place.pointer(),
    }
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Whether an object is only `{"@id": …}` or a value object: then a type's context goes on.
fn is_reference(members: &Map<String, Value>, context: &Context) -> bool {
    members.keys().any(|name| context.means(name, Keyword::Value))
        || (members.len() == 1 && members.keys().all(|name| context.means(name, Keyword::Id)))
}

/// Whether a member is one of those that say what a value is, in a value object: they are written as keywords there.
fn is_of_a_value(context: &Context, name: &str, members: &Map<String, Value>) -> bool {
    matches!(name, "@value" | "@type" | "@language" | "@direction")
        && members.keys().any(|name| context.means(name, Keyword::Value))
}

/// Whether a member's name is an IRI, a prefix with the rest of one, or a keyword other than `@context`,
/// instead of the term that contexts define for it.
///
/// Such a name means the same as the term, and those who read members by their names would miss it.
fn is_other_spelling(context: &Context, name: &str) -> bool {
    if context.term(name).is_some() {
        return false;
    }
    match context.expand_name(name) {
        Name::Keyword(Keyword::Context) => false,
        meaning @ Name::Keyword(_) => context.has_term_for(&meaning),
        Name::Iri(_) => name.contains(':') || name.starts_with('@'),
        Name::Blank(_) | Name::Nothing => false,
    }
}
