//! From a document to its statements: expansion and deserialisation to RDF in one walk
//! ([JSON-LD API §5.1 and §8](https://www.w3.org/TR/json-ld11-api/)), refusing what would be lost.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use credentials::jcs;
use serde_json::{Map, Value};

use super::context::{Coercion, Container, Context, Contexts, Expanded, Scoped, Term};
use super::rdfc::{Node, Quad};
use super::{JsonLdError, number};

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const XSD: &str = "http://www.w3.org/2001/XMLSchema#";

/// Objects and arrays deeper than this are refused.
const DEEPEST: usize = 64;
/// More statements than this are refused.
const MOST_STATEMENTS: usize = 20_000;

pub(super) fn statements(document: &Value, contexts: &Contexts) -> Result<Vec<Quad>, JsonLdError> {
    Walk::new(contexts, None).document(document)
}

/// The statements, each with the JSON pointer of the value that makes it.
///
/// A statement that links two objects is made by the inner one; one about an object's types by the types.
pub(super) fn placed_statements(
    document: &Value,
    contexts: &Contexts,
) -> Result<(Vec<Quad>, Places), JsonLdError> {
    let mut walk = Walk::new(contexts, Some(Places::default()));
    let quads = walk.document(document)?;
    Ok((quads, walk.places.unwrap_or_default()))
}

/// Which value of a document makes which statement.
#[derive(Default)]
pub(super) struct Places {
    /// For each statement in turn.
    pub(super) pointers: Vec<Option<Arc<str>>>,
    /// Values whose statements mean something only together: value objects, lists, JSON literals.
    pub(super) indivisible: BTreeSet<Arc<str>>,
}

/// Where the walk is, as a list that leads outwards.
#[derive(Clone, Copy, Default)]
struct Place<'a> {
    outer: Option<&'a Place<'a>>,
    token: Token<'a>,
    depth: usize,
}

#[derive(Clone, Copy, Default)]
enum Token<'a> {
    #[default]
    Root,
    Member(&'a str),
    Element(usize),
}

impl<'a> Place<'a> {
    fn inner<'b>(&'b self, token: Token<'b>) -> Result<Place<'b>, JsonLdError>
    where
        'a: 'b,
    {
        if self.depth == DEEPEST {
            return Err(JsonLdError::TooComplex);
        }
        Ok(Place {
            outer: Some(self),
            token,
            depth: self.depth + 1,
        })
    }

    fn pointer(&self) -> String {
        let mut pointer = self.outer.map(Place::pointer).unwrap_or_default();
        match self.token {
            Token::Root => {}
            Token::Member(name) => {
                pointer.push('/');
                pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
            }
            Token::Element(number) => {
                pointer.push('/');
                pointer.push_str(&number.to_string());
            }
        }
        pointer
    }
}

struct Walk<'a> {
    contexts: &'a Contexts,
    quads: Vec<Quad>,
    blanks: usize,
    labels: HashMap<String, usize>,
    places: Option<Places>,
}

impl<'a> Walk<'a> {
    fn new(contexts: &'a Contexts, places: Option<Places>) -> Self {
        Self {
            contexts,
            quads: Vec::new(),
            blanks: 0,
            labels: HashMap::new(),
            places,
        }
    }

    fn document(&mut self, document: &Value) -> Result<Vec<Quad>, JsonLdError> {
        let Value::Object(members) = document else {
            return Err(JsonLdError::WrongShape(String::new()));
        };
        if !members.contains_key("@context") {
            return Err(JsonLdError::InlineContext(String::new()));
        }
        let place = Place::default();
        self.object(members, &Arc::new(Context::default()), None, None, &place)?;
        if self.quads.is_empty() {
            return Err(JsonLdError::SaysNothing(String::new()));
        }
        Ok(std::mem::take(&mut self.quads))
    }

    /// Notes that the statements from `first` on come from this place, but for those of places inside it.
    fn mark(&mut self, first: usize, place: &Place<'_>, is_indivisible: bool) {
        if let Some(places) = &mut self.places {
            let pointer: Arc<str> = place.pointer().into();
            places.pointers.resize(self.quads.len(), None);
            for made_by in places.pointers.iter_mut().skip(first) {
                if is_indivisible || made_by.is_none() {
                    *made_by = Some(Arc::clone(&pointer));
                }
            }
            if is_indivisible {
                places.indivisible.insert(pointer);
            }
        }
    }

    fn blank(&mut self) -> Node {
        self.blanks += 1;
        Node::Blank(self.blanks)
    }

    fn say(
        &mut self,
        subject: &Node,
        predicate: &str,
        object: Node,
        graph: Option<&Node>,
    ) -> Result<(), JsonLdError> {
        if self.quads.len() == MOST_STATEMENTS {
            return Err(JsonLdError::TooComplex);
        }
        self.quads.push(Quad {
            subject: subject.clone(),
            predicate: format!("<{predicate}>"),
            object,
            graph: graph.cloned(),
        });
        Ok(())
    }

    /// One node object; gives its name. `scoped` is the context of the property it is a value of.
    fn object(
        &mut self,
        members: &Map<String, Value>,
        active: &Arc<Context>,
        scoped: Option<&Scoped>,
        graph: Option<&Node>,
        place: &Place<'_>,
    ) -> Result<Node, JsonLdError> {
        let context = self.context_of(members, active, scoped, place)?;
        let (context, for_types) = self.with_types(members, context)?;
        let mut id = None;
        let mut properties = Vec::new();
        // A type without a meaning comes first: it may be why a member has none.
        let types = read_types(members, &for_types, place)?;
        for (name, value) in members {
            if context.is_other_spelling(name) {
                return Err(JsonLdError::OtherSpelling {
                    name: shorten(name),
                    path: place.pointer(),
                });
            }
            match context.expand_name(name) {
                Expanded::Keyword("@context" | "@type") => {}
                Expanded::Keyword("@id") => {
                    let inner = place.inner(Token::Member(name))?;
                    if id.replace(self.identifier(value, &context, &inner)?).is_some() {
                        return Err(JsonLdError::WrongShape(inner.pointer()));
                    }
                }
                Expanded::Keyword(keyword) => {
                    return Err(JsonLdError::Unsupported {
                        keyword: keyword.to_owned(),
                        path: place.pointer(),
                    });
                }
                Expanded::Iri(iri) => properties.push((name, iri, value)),
                Expanded::Nothing => {
                    return Err(JsonLdError::UndefinedTerm {
                        term: name.clone(),
                        path: place.pointer(),
                    });
                }
            }
        }
        let subject = match id {
            Some(id) => id,
            None => self.blank(),
        };
        let first = self.quads.len();
        for iri in types {
            self.say(
                &subject,
                &format!("{RDF}type"),
                Node::Text(format!("<{iri}>")),
                graph,
            )?;
        }
        if self.places.is_some() && self.quads.len() > first {
            let is_type = |name: &&String| for_types.expand_name(name) == Expanded::Keyword("@type");
            let name = members.keys().find(is_type).map_or("type", String::as_str);
            self.mark(first, &place.inner(Token::Member(name))?, false);
        }
        for (name, iri, value) in properties {
            let inner = place.inner(Token::Member(name))?;
            let property = Property {
                iri: &iri,
                term: context.term(name).map(Arc::as_ref),
                context: &context,
            };
            self.property(&subject, &property, value, graph, &inner)?;
        }
        Ok(subject)
    }

    /// The context inside an object: what a type brought ends, then the property's own context, then
    /// the object's (API §5.1.2, steps 7 to 9).
    fn context_of(
        &self,
        members: &Map<String, Value>,
        active: &Arc<Context>,
        scoped: Option<&Scoped>,
        place: &Place<'_>,
    ) -> Result<Arc<Context>, JsonLdError> {
        let mut context = Arc::clone(active);
        if let Some(previous) = &active.previous
            && !is_reference(members, active)
        {
            context = Arc::clone(previous);
        }
        if let Some(scoped) = scoped {
            context = self.contexts.apply(&context, scoped, true, true)?;
        }
        if let Some(named) = members.get("@context") {
            context = self.contexts.named(&context, named, || place.pointer())?;
        }
        Ok(context)
    }

    /// The contexts that the object's types bring, in order of the types' names (step 11). Gives the
    /// context for members and the one for the types themselves.
    fn with_types(
        &self,
        members: &Map<String, Value>,
        context: Arc<Context>,
    ) -> Result<(Arc<Context>, Arc<Context>), JsonLdError> {
        let for_types = Arc::clone(&context);
        let mut names: Vec<&str> = members
            .iter()
            .filter(|(name, _)| for_types.expand_name(name) == Expanded::Keyword("@type"))
            .flat_map(|(_, value)| match value {
                Value::Array(entries) => entries.as_slice(),
                single => std::slice::from_ref(single),
            })
            .filter_map(Value::as_str)
            .collect();
        names.sort_unstable();
        names.dedup();
        let mut result = context;
        for name in names {
            if let Some(scoped) = for_types.term(name).and_then(|term| term.scoped.as_ref()) {
                result = self.contexts.apply(&result, scoped, false, false)?;
            }
        }
        Ok((result, for_types))
    }

    fn identifier(
        &mut self,
        value: &Value,
        context: &Context,
        place: &Place<'_>,
    ) -> Result<Node, JsonLdError> {
        let text = value
            .as_str()
            .ok_or_else(|| JsonLdError::NotAnIri(place.pointer()))?;
        self.reference(text, context, place)
    }

    fn reference(&mut self, text: &str, context: &Context, place: &Place<'_>) -> Result<Node, JsonLdError> {
        if let Some(label) = text.strip_prefix("_:") {
            if label.is_empty() {
                return Err(JsonLdError::NotAnIri(place.pointer()));
            }
            if let Some(known) = self.labels.get(label) {
                return Ok(Node::Blank(*known));
            }
            let blank = self.blank();
            if let Node::Blank(number) = blank {
                self.labels.insert(label.to_owned(), number);
            }
            return Ok(blank);
        }
        match context.expand_id(text) {
            Expanded::Iri(iri) => Ok(Node::Text(format!("<{iri}>"))),
            _ => Err(JsonLdError::NotAnIri(place.pointer())),
        }
    }

    fn property(
        &mut self,
        subject: &Node,
        property: &Property<'_>,
        value: &Value,
        graph: Option<&Node>,
        place: &Place<'_>,
    ) -> Result<(), JsonLdError> {
        if property.coercion() == &Coercion::Json {
            let text = jcs::canonicalize(value).map_err(|_| JsonLdError::WrongShape(place.pointer()))?;
            let literal = literal(&text, Some(&format!("{RDF}JSON")));
            let first = self.quads.len();
            self.say(subject, property.iri, literal, graph)?;
            self.mark(first, place, true);
            return Ok(());
        }
        match property.container() {
            Container::Language => return self.language_map(subject, property, value, graph, place),
            Container::List => {
                let first = self.quads.len();
                let list = self.list(property, value, graph, place)?;
                self.say(subject, property.iri, list, graph)?;
                self.mark(first, place, true);
                return Ok(());
            }
            Container::None | Container::Set | Container::Graph => {}
        }
        let Value::Array(elements) = value else {
            return self.value_of(subject, property, value, graph, place);
        };
        if elements.is_empty() {
            return Err(JsonLdError::SaysNothing(place.pointer()));
        }
        for (number, element) in elements.iter().enumerate() {
            let inner = place.inner(Token::Element(number))?;
            self.value_of(subject, property, element, graph, &inner)?;
        }
        Ok(())
    }

    fn value_of(
        &mut self,
        subject: &Node,
        property: &Property<'_>,
        value: &Value,
        graph: Option<&Node>,
        place: &Place<'_>,
    ) -> Result<(), JsonLdError> {
        if property.container() == Container::Graph {
            // The object's statements go into a graph of their own.
            let Value::Object(members) = value else {
                return Err(JsonLdError::WrongShape(place.pointer()));
            };
            if graph.is_some() {
                return Err(JsonLdError::Unsupported {
                    keyword: "@graph".to_owned(),
                    path: place.pointer(),
                });
            }
            let name = self.blank();
            let before = self.quads.len();
            self.object(members, property.context, property.scoped(), Some(&name), place)?;
            if self.quads.len() == before {
                return Err(JsonLdError::SaysNothing(place.pointer()));
            }
            self.say(subject, property.iri, name, None)?;
            self.mark(before, place, false);
            return Ok(());
        }
        let first = self.quads.len();
        let object = self.node_or_literal(property, value, graph, place)?;
        let is_literal = matches!(&object, Node::Text(text) if text.starts_with('"'));
        self.say(subject, property.iri, object, graph)?;
        self.mark(first, place, is_literal && value.is_object());
        Ok(())
    }

    fn node_or_literal(
        &mut self,
        property: &Property<'_>,
        value: &Value,
        graph: Option<&Node>,
        place: &Place<'_>,
    ) -> Result<Node, JsonLdError> {
        match value {
            Value::Null => Err(JsonLdError::SaysNothing(place.pointer())),
            Value::Array(_) => Err(JsonLdError::WrongShape(place.pointer())),
            Value::Object(members) => {
                let is_value = members
                    .keys()
                    .any(|name| property.context.expand_name(name) == Expanded::Keyword("@value"));
                if is_value {
                    self.value_object(property, members, place)
                } else {
                    self.object(members, property.context, property.scoped(), graph, place)
                }
            }
            Value::String(text) => {
                // A property's own context counts for the names that are its values.
                let context = match property.scoped() {
                    Some(scoped) => self.contexts.apply(property.context, scoped, true, true)?,
                    None => Arc::clone(property.context),
                };
                match property.coercion() {
                    Coercion::Id => self.reference(text, &context, place),
                    Coercion::Vocab => match context.expand_name(text) {
                        Expanded::Iri(iri) => Ok(Node::Text(format!("<{iri}>"))),
                        _ => Err(JsonLdError::UndefinedTerm {
                            term: shorten(text),
                            path: place.pointer(),
                        }),
                    },
                    Coercion::Datatype(datatype) => Ok(literal(text, Some(datatype))),
                    Coercion::None | Coercion::Json => Ok(literal(text, None)),
                }
            }
            native => Ok(native_literal(native, property.coercion().datatype())),
        }
    }

    /// `{"@value": …}` with a language or a datatype, and nothing else.
    fn value_object(
        &self,
        property: &Property<'_>,
        members: &Map<String, Value>,
        place: &Place<'_>,
    ) -> Result<Node, JsonLdError> {
        let context = self.context_of(members, property.context, property.scoped(), place)?;
        let (mut value, mut language, mut datatype) = (None, None, None);
        for (name, member) in members {
            match (context.expand_name(name), member) {
                (Expanded::Keyword("@context"), _) => {}
                (Expanded::Keyword("@value"), Value::String(_) | Value::Number(_) | Value::Bool(_)) => {
                    value = Some(member);
                }
                (Expanded::Keyword("@language"), Value::String(tag)) if is_language_tag(tag) => {
                    language = Some(tag)
                }
                (Expanded::Keyword("@type"), Value::String(kind)) => match context.expand_name(kind) {
                    Expanded::Iri(iri) => datatype = Some(iri),
                    _ => {
                        return Err(JsonLdError::UndefinedType {
                            term: shorten(kind),
                            path: place.pointer(),
                        });
                    }
                },
                (Expanded::Keyword("@value" | "@language" | "@type"), _) => {
                    return Err(JsonLdError::WrongShape(place.pointer()));
                }
                (Expanded::Keyword(keyword), _) => {
                    return Err(JsonLdError::Unsupported {
                        keyword: keyword.to_owned(),
                        path: place.pointer(),
                    });
                }
                (Expanded::Iri(_) | Expanded::Nothing, _) => {
                    return Err(JsonLdError::UndefinedTerm {
                        term: name.clone(),
                        path: place.pointer(),
                    });
                }
            }
        }
        let written = |datatype: Option<&str>| match value {
            Some(Value::String(text)) => Ok(literal(text, datatype)),
            Some(native) => Ok(native_literal(native, datatype)),
            None => Err(JsonLdError::WrongShape(place.pointer())),
        };
        match (value, language, datatype) {
            (Some(Value::String(text)), Some(tag), None) => Ok(tagged_in_document(text, tag)),
            (Some(_), None, datatype) => {
                let node = written(datatype.as_deref())?;
                if node == written(property.coercion().datatype())? {
                    return Err(JsonLdError::OtherSpelling {
                        name: "@value".to_owned(),
                        path: place.pointer(),
                    });
                }
                Ok(node)
            }
            _ => Err(JsonLdError::WrongShape(place.pointer())),
        }
    }

    fn language_map(
        &mut self,
        subject: &Node,
        property: &Property<'_>,
        value: &Value,
        graph: Option<&Node>,
        place: &Place<'_>,
    ) -> Result<(), JsonLdError> {
        let texts = match value {
            Value::Object(texts) if !texts.is_empty() => texts,
            _ => return Err(JsonLdError::WrongShape(place.pointer())),
        };
        for (tag, text) in texts {
            let inner = place.inner(Token::Member(tag))?;
            if !is_language_tag(tag) {
                return Err(JsonLdError::WrongShape(inner.pointer()));
            }
            let entries = match text {
                Value::Array(entries) if !entries.is_empty() => entries.as_slice(),
                single => std::slice::from_ref(single),
            };
            let first = self.quads.len();
            for entry in entries {
                let text = entry
                    .as_str()
                    .ok_or_else(|| JsonLdError::WrongShape(inner.pointer()))?;
                self.say(subject, property.iri, tagged_in_document(text, tag), graph)?;
            }
            self.mark(first, &inner, text.is_array());
        }
        Ok(())
    }

    /// An RDF list of the elements, in their order.
    fn list(
        &mut self,
        property: &Property<'_>,
        value: &Value,
        graph: Option<&Node>,
        place: &Place<'_>,
    ) -> Result<Node, JsonLdError> {
        let elements = match value {
            Value::Array(elements) => elements.as_slice(),
            single => std::slice::from_ref(single),
        };
        let mut rest = Node::Text(format!("<{RDF}nil>"));
        for (number, element) in elements.iter().enumerate().rev() {
            let inner = place.inner(Token::Element(number))?;
            let first = self.node_or_literal(property, element, graph, &inner)?;
            let link = self.blank();
            self.say(&link, &format!("{RDF}first"), first, graph)?;
            self.say(&link, &format!("{RDF}rest"), rest, graph)?;
            rest = link;
        }
        Ok(rest)
    }
}

/// A member that was found to be a property.
struct Property<'a> {
    iri: &'a str,
    /// `None` for a member named by an IRI or through a vocabulary.
    term: Option<&'a Term>,
    context: &'a Arc<Context>,
}

impl Property<'_> {
    fn coercion(&self) -> &Coercion {
        self.term.map_or(&Coercion::None, |term| &term.coercion)
    }

    fn container(&self) -> Container {
        self.term.map_or(Container::None, |term| term.container)
    }

    fn scoped(&self) -> Option<&Scoped> {
        self.term.and_then(|term| term.scoped.as_ref())
    }
}

impl Coercion {
    fn datatype(&self) -> Option<&str> {
        match self {
            Self::Datatype(datatype) => Some(datatype),
            _ => None,
        }
    }
}

/// Whether an object is only `{"@id": …}` or a value object: then a type's context goes on.
fn is_reference(members: &Map<String, Value>, context: &Context) -> bool {
    let is = |name: &String, keyword| context.expand_name(name) == Expanded::Keyword(keyword);
    members.keys().any(|name| is(name, "@value"))
        || (members.len() == 1 && members.keys().all(|name| is(name, "@id")))
}

/// The object's types as IRIs; none, if it has no such member.
fn read_types(
    members: &Map<String, Value>,
    context: &Context,
    place: &Place<'_>,
) -> Result<Vec<String>, JsonLdError> {
    let mut named = members
        .iter()
        .filter(|(name, _)| context.expand_name(name) == Expanded::Keyword("@type"));
    let Some((name, value)) = named.next() else {
        return Ok(Vec::new());
    };
    let inner = place.inner(Token::Member(name))?;
    let wrong_shape = || JsonLdError::WrongShape(inner.pointer());
    if named.next().is_some() {
        return Err(wrong_shape());
    }
    let entries = match value {
        Value::Array(entries) if !entries.is_empty() => entries.as_slice(),
        Value::String(_) => std::slice::from_ref(value),
        _ => return Err(wrong_shape()),
    };
    entries
        .iter()
        .map(|entry| {
            let name = entry.as_str().ok_or_else(wrong_shape)?;
            match context.expand_name(name) {
                Expanded::Iri(iri) if context.term(name).is_none() && context.has_term_for(&iri) => {
                    Err(JsonLdError::OtherSpelling {
                        name: shorten(name),
                        path: inner.pointer(),
                    })
                }
                Expanded::Iri(iri) => Ok(iri),
                _ => Err(JsonLdError::UndefinedType {
                    term: shorten(name),
                    path: inner.pointer(),
                }),
            }
        })
        .collect()
}

fn shorten(text: &str) -> String {
    text.chars().take(100).collect()
}

/// A language tag in the shape of BCP 47: parts of one to eight characters, the first of letters.
fn is_language_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let is_part =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    parts
        .next()
        .is_some_and(|first| is_part(first) && first.bytes().all(|byte| byte.is_ascii_alphabetic()))
        && parts.all(is_part)
}

pub(super) fn literal(text: &str, datatype: Option<&str>) -> Node {
    let mut written = quoted(text);
    if let Some(datatype) = datatype.filter(|datatype| datatype.strip_prefix(XSD) != Some("string")) {
        written.push_str("^^<");
        written.push_str(datatype);
        written.push('>');
    }
    Node::Text(written)
}

pub(super) fn tagged(text: &str, tag: &str) -> Node {
    Node::Text(format!("{}@{tag}", quoted(text)))
}

/// A text in a document's language; tags are normalised to lower case, as most processors do
/// (API §5.1.2, step 13.4.9).
fn tagged_in_document(text: &str, tag: &str) -> Node {
    tagged(text, &tag.to_ascii_lowercase())
}

/// A boolean or number (API §8.2.2).
fn native_literal(value: &Value, datatype: Option<&str>) -> Node {
    let of_xsd = |name: &str| format!("{XSD}{name}");
    match value {
        Value::Bool(flag) => literal(
            if *flag { "true" } else { "false" },
            Some(datatype.unwrap_or(&of_xsd("boolean"))),
        ),
        Value::Number(number) => {
            let is_double = datatype == Some(&of_xsd("double"));
            let (text, is_integer) = number::lexical(number);
            if is_integer && !is_double {
                literal(&text, Some(datatype.unwrap_or(&of_xsd("integer"))))
            } else {
                let text = number::canonical_double(number.as_f64().unwrap_or_default());
                literal(&text, Some(datatype.unwrap_or(&of_xsd("double"))))
            }
        }
        // The other kinds are told apart before this is asked.
        other => literal(&other.to_string(), datatype),
    }
}

/// A text in quotes, escaped as canonical N-Quads are (RDFC-1.0 §5).
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            '\0'..='\u{1f}' | '\u{7f}' => quoted.push_str(&format!("\\u{:04X}", u32::from(character))),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::super::context::is_absolute_iri;
    use super::*;

    #[test]
    fn texts_are_escaped_as_canonical_n_quads() {
        assert_eq!(
            quoted("a\"\\\n\r\t\u{8}\u{c}\u{1}\u{7f}é"),
            r#""a\"\\\n\r\t\b\f\u0001\u007Fé""#
        );
    }

    #[test]
    fn iris_that_would_break_a_line_are_not_iris() {
        for text in [
            "urn:a b",
            "urn:a>",
            "urn:<a",
            "urn:",
            ":a",
            "1a:b",
            "a",
            "urn:a\n",
            "urn:\\u0041",
            "//a.example",
        ] {
            assert!(!is_absolute_iri(text), "{text}");
        }
        for text in ["urn:a", "https://é.example/ü", "did:key:z6Mk#z6Mk", "tag:a,b:c"] {
            assert!(is_absolute_iri(text), "{text}");
        }
    }
}
