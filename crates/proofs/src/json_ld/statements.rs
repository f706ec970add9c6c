//! From a document to its statements: expansion and deserialisation to RDF in one walk
//! ([JSON-LD API §5.1 and §8](https://www.w3.org/TR/json-ld11-api/)), refusing what would be lost.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, LazyLock};

use serde_json::Value;

use super::context::{Context, Name, Term};
use super::contexts::Compiler;
use super::literal::RDF;
use super::place::Place;
use super::rdfc::{Node, Quad};
use super::{Contexts, Form, JsonLdError};

/// More statements than this are refused.
const MOST_STATEMENTS: usize = 20_000;

/// Terms of RDF itself, as N-Quads write them.
pub(super) struct OfRdf {
    pub(super) kind: Arc<str>,
    pub(super) first: Arc<str>,
    pub(super) rest: Arc<str>,
    pub(super) nil: Arc<str>,
}

pub(super) static OF_RDF: LazyLock<OfRdf> = LazyLock::new(|| OfRdf {
    kind: of_rdf("type"),
    first: of_rdf("first"),
    rest: of_rdf("rest"),
    nil: of_rdf("nil"),
});

pub(super) fn of_rdf(name: &str) -> Arc<str> {
    format!("<{RDF}{name}>").into()
}

/// How the direction of a text becomes a statement (API §9.3, `rdfDirection`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Directions {
    /// Not at all.
    #[cfg(test)]
    Lost,
    /// In the text's datatype.
    I18nDatatype,
    /// In a node of its own.
    #[cfg(test)]
    CompoundLiteral,
}

/// How a document is read.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    pub(super) form: Form,
    pub(super) directions: Directions,
    /// What relative identifiers start from.
    pub(super) base: Option<Arc<str>>,
    /// Drops what it does not understand, as the standard says. Only the standard's own tests ask for it:
    /// no program that is shipped contains it.
    #[cfg(test)]
    pub(super) is_lenient: bool,
}

impl Reading {
    /// The way every proof is read.
    pub(super) fn safe(form: Form) -> Self {
        Self {
            form,
            directions: Directions::I18nDatatype,
            base: None,
            #[cfg(test)]
            is_lenient: false,
        }
    }
}

pub(super) fn statements(
    document: &Value,
    contexts: &Contexts,
    reading: Reading,
) -> Result<Vec<Quad>, JsonLdError> {
    Walk::new(contexts, reading, None).document(document)
}

/// The statements, each with the JSON pointer of the value that makes it.
///
/// A statement that links two objects is made by the inner one; one about an object's types by the types.
pub(super) fn placed_statements(
    document: &Value,
    contexts: &Contexts,
) -> Result<(Vec<Quad>, Places), JsonLdError> {
    let mut walk = Walk::new(contexts, Reading::safe(Form::Terms), Some(Places::default()));
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

/// What the values stand for that are being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The document itself.
    Document,
    /// Nodes of a graph.
    Graph,
    /// Nodes beside the one they stand in.
    Included,
    /// Values of a property.
    Property,
}

/// The property whose values are being read.
#[derive(Clone, Copy)]
pub(super) struct Active<'a> {
    pub(super) role: Role,
    /// `None` for a property named by an IRI or through a vocabulary.
    pub(super) term: Option<&'a Term>,
}

impl Active<'_> {
    /// Whether values that are no nodes would hang in the air.
    pub(super) fn is_free(&self) -> bool {
        matches!(self.role, Role::Document | Role::Graph)
    }
}

/// What a value is linked to.
pub(super) enum Target<'t> {
    Nothing,
    Link {
        subject: &'t Node,
        predicate: &'t Arc<str>,
        is_reverse: bool,
    },
    List(&'t mut Vec<Node>),
}

/// Whether a value's statements go into a graph of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Wrap {
    #[default]
    No,
    Always,
    UnlessGraph,
}

/// What the containers around a value say about it.
#[derive(Clone, Copy, Default)]
pub(super) struct Around<'e> {
    pub(super) id: Option<&'e Node>,
    pub(super) kind: Option<&'e Node>,
    /// A property whose value was written as an index.
    pub(super) link: Option<(&'e Arc<str>, &'e Node)>,
    pub(super) wrap: Wrap,
    pub(super) is_in_map: bool,
    pub(super) is_in_array: bool,
}

impl Around<'_> {
    /// Whether it says something that a text cannot carry.
    pub(super) fn needs_a_node(&self) -> bool {
        self.id.is_some() || self.kind.is_some() || self.link.is_some()
    }
}

pub(super) struct Walk<'a> {
    pub(super) compiler: Compiler<'a>,
    pub(super) reading: Reading,
    pub(super) quads: Vec<Quad>,
    blanks: usize,
    labels: HashMap<Arc<str>, usize>,
    pub(super) places: Option<Places>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(contexts: &'a Contexts, reading: Reading, places: Option<Places>) -> Self {
        Self {
            compiler: Compiler::new(contexts),
            reading,
            quads: Vec::new(),
            blanks: 0,
            labels: HashMap::new(),
            places,
        }
    }

    fn document(&mut self, document: &Value) -> Result<Vec<Quad>, JsonLdError> {
        let context = Arc::new(Context::empty(self.reading.base.clone()));
        self.document_in(document, &context)
    }

    pub(super) fn document_in(
        &mut self,
        document: &Value,
        context: &Arc<Context>,
    ) -> Result<Vec<Quad>, JsonLdError> {
        let place = Place::default();
        match document {
            Value::Object(members) if self.is_plain() && !members.contains_key("@context") => {
                return Err(JsonLdError::InlineContext(String::new()));
            }
            Value::Object(_) => {}
            Value::Array(_) if !self.is_plain() => {}
            _ => return Err(JsonLdError::WrongShape(String::new())),
        }
        let active = Active {
            role: Role::Document,
            term: None,
        };
        self.value(
            active,
            context,
            document,
            None,
            &mut Target::Nothing,
            Around::default(),
            &place,
        )?;
        if self.quads.is_empty() {
            self.lost(|| JsonLdError::SaysNothing(String::new()))?;
        }
        Ok(std::mem::take(&mut self.quads))
    }

    /// Whether only the terms of named contexts are accepted.
    pub(super) fn is_plain(&self) -> bool {
        self.reading.form == Form::Terms
    }

    /// Something has no statement: an error, wherever proofs are made or checked.
    #[cfg_attr(
        not(test),
        expect(clippy::unused_self, reason = "tests ask for the other way")
    )]
    pub(super) fn lost(&self, error: impl FnOnce() -> JsonLdError) -> Result<(), JsonLdError> {
        #[cfg(test)]
        if self.reading.is_lenient {
            return Ok(());
        }
        Err(error())
    }

    /// Notes that the statements from `first` on come from this place, but for those of places inside it.
    pub(super) fn mark(&mut self, first: usize, place: &Place<'_>, is_indivisible: bool) {
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

    pub(super) fn blank(&mut self) -> Node {
        self.blanks += 1;
        Node::Blank(self.blanks)
    }

    pub(super) fn say(
        &mut self,
        subject: &Node,
        predicate: &Arc<str>,
        object: Node,
        graph: Option<&Node>,
    ) -> Result<(), JsonLdError> {
        if self.quads.len() == MOST_STATEMENTS {
            return Err(JsonLdError::TooComplex);
        }
        // Only lenient reading has nodes and properties that are none.
        let is_none = |node: &Node| matches!(node, Node::Text(text) if text.is_empty());
        if is_none(subject) || predicate.is_empty() || is_none(&object) || graph.is_some_and(is_none) {
            return Ok(());
        }
        self.quads.push(Quad {
            subject: subject.clone(),
            predicate: Arc::clone(predicate),
            object,
            graph: graph.cloned(),
        });
        Ok(())
    }

    /// Links a value to what it is a value of.
    pub(super) fn put(
        &mut self,
        target: &mut Target<'_>,
        object: Node,
        graph: Option<&Node>,
        place: &Place<'_>,
    ) -> Result<(), JsonLdError> {
        match target {
            Target::Nothing => Ok(()),
            Target::List(nodes) => {
                nodes.push(object);
                Ok(())
            }
            Target::Link {
                subject,
                predicate,
                is_reverse: false,
            } => self.say(subject, predicate, object, graph),
            Target::Link {
                subject, predicate, ..
            } => {
                if matches!(&object, Node::Text(text) if text.starts_with('"')) {
                    return Err(JsonLdError::WrongShape(place.pointer()));
                }
                self.say(&object, predicate, (*subject).clone(), graph)
            }
        }
    }

    /// The node of a name; `None` if the name has no meaning.
    pub(super) fn node_of(&mut self, name: &Name) -> Option<Node> {
        match name {
            Name::Iri(iri) => Some(Node::Text(Arc::clone(iri))),
            Name::Blank(label) => {
                if let Some(known) = self.labels.get(label) {
                    return Some(Node::Blank(*known));
                }
                let blank = self.blank();
                if let Node::Blank(number) = blank {
                    self.labels.insert(Arc::clone(label), number);
                }
                Some(blank)
            }
            Name::Keyword(_) | Name::Nothing => None,
        }
    }

    /// The node an identifier names.
    pub(super) fn reference(
        &mut self,
        text: &str,
        context: &Context,
        place: &Place<'_>,
    ) -> Result<Node, JsonLdError> {
        match self.node_of(&context.expand_id(text)) {
            Some(node) => Ok(node),
            None => self.no_node(|| JsonLdError::NotAnIri(place.pointer())),
        }
    }

    /// What stands for a node without a meaning when reading leniently; nothing is said about it.
    pub(super) fn no_node(&self, error: impl FnOnce() -> JsonLdError) -> Result<Node, JsonLdError> {
        self.lost(error)?;
        Ok(Node::Text("".into()))
    }
}

pub(super) fn shorten(text: &str) -> String {
    text.chars().take(100).collect()
}
