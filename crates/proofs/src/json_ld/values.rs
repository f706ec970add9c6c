//! Values: texts, numbers, value objects, lists and sets
//! ([JSON-LD API §5.3.2](https://www.w3.org/TR/json-ld11-api/#value-expansion) and
//! [§8.2.2](https://www.w3.org/TR/json-ld11-api/#object-to-rdf-conversion)).

use std::sync::Arc;

use credentials::jcs;
use serde_json::Value;

use super::JsonLdError;
use super::context::{Coercion, Context, Direction, Name};
use super::keyword::Keyword;
use super::literal::{RDF, directed, is_language_tag, literal, native, tagged};
use super::objects::{Object, unsupported};
use super::place::{Place, Token};
use super::rdfc::Node;
#[cfg(test)]
use super::statements::of_rdf;
use super::statements::{Active, Around, Directions, OF_RDF, Role, Target, Walk, Wrap, shorten};

/// Integers up to this are numbers of their own in every reader (RFC 7493 §2.2).
const MOST_EXACT: u64 = 1 << 53;

impl Walk<'_> {
    /// One value of the active property, or all of them.
    #[expect(
        clippy::too_many_arguments,
        reason = "they are where the walk is, and what for"
    )]
    pub(super) fn value(
        &mut self,
        active: Active<'_>,
        context: &Arc<Context>,
        value: &Value,
        graph: Option<&Node>,
        target: &mut Target<'_>,
        around: Around<'_>,
        place: &Place<'_>,
    ) -> Result<(), JsonLdError> {
        let first = self.quads.len();
        match value {
            Value::Null if self.is_plain() => return Err(JsonLdError::SaysNothing(place.pointer())),
            Value::Null => return Ok(()),
            Value::Array(_) if around.is_in_array && self.is_plain() => {
                return Err(JsonLdError::WrongShape(place.pointer()));
            }
            Value::Array(_)
                if around.is_in_array
                    && matches!(target, Target::List(_))
                    && active.term.is_some_and(|term| term.containers.has(Keyword::List)) =>
            {
                let list = self.list(active, context, value, graph, place)?;
                return self.put(target, list, graph, place);
            }
            Value::Array(elements) => {
                for (number, element) in elements.iter().enumerate() {
                    let inner = place.inner(Token::Element(number))?;
                    let around = Around {
                        is_in_array: true,
                        ..around
                    };
                    self.value(active, context, element, graph, target, around, &inner)?;
                }
                return Ok(());
            }
            Value::Object(members) => {
                self.object(active, context, members, graph, target, around, place)?;
            }
            scalar => {
                if active.role == Role::Included {
                    return Err(JsonLdError::WrongShape(place.pointer()));
                }
                if active.is_free() {
                    return self.lost(|| JsonLdError::SaysNothing(place.pointer()));
                }
                if around.wrap != Wrap::No {
                    return self.lost(|| JsonLdError::WrongShape(place.pointer()));
                }
                // A property's own context counts for the names that are its values.
                let scoped = active.term.and_then(|term| term.scoped.as_ref());
                let applied = match scoped {
                    Some(scoped) => Some(self.compiler.apply(context, scoped, true, true)?),
                    None => None,
                };
                let node = self.scalar(active, applied.as_ref().unwrap_or(context), scalar, graph, place)?;
                if around.needs_a_node() {
                    if is_literal(&node) || around.id.is_some() {
                        return Err(JsonLdError::WrongShape(place.pointer()));
                    }
                    if let Some(kind) = around.kind {
                        self.say(&node, &OF_RDF.kind, kind.clone(), graph)?;
                    }
                    if let Some((predicate, value)) = around.link {
                        self.say(&node, predicate, value.clone(), graph)?;
                    }
                }
                self.put(target, node, graph, place)?;
            }
        }
        if self.places.is_some() && matches!(target, Target::Link { .. }) {
            let is_text = |quad: &super::rdfc::Quad| is_literal(&quad.object);
            let is_value_object = value.is_object()
                && self.quads.len() == first + 1
                && self.quads.last().is_some_and(is_text)
                && active.role == Role::Property
                && value.get("@value").is_some();
            self.mark(first, place, is_value_object);
        }
        Ok(())
    }

    /// A text, number or boolean by what its property says about it.
    pub(super) fn scalar(
        &mut self,
        active: Active<'_>,
        context: &Context,
        value: &Value,
        graph: Option<&Node>,
        place: &Place<'_>,
    ) -> Result<Node, JsonLdError> {
        let coercion = active.term.map_or(&Coercion::Unset, |term| &term.coercion);
        let Value::String(text) = value else {
            return self.native(value, coercion.datatype(), place);
        };
        match coercion {
            Coercion::Id => self.reference(text, context, place),
            Coercion::Vocab => {
                let name = context.expand_type(text);
                match self.node_of(&name) {
                    Some(Node::Blank(_)) if self.is_plain() => Err(JsonLdError::NotAnIri(place.pointer())),
                    Some(node) => Ok(node),
                    None => self.no_node(|| JsonLdError::UndefinedTerm {
                        term: shorten(text),
                        path: place.pointer(),
                    }),
                }
            }
            Coercion::Datatype(datatype) => Ok(literal(text, Some(datatype))),
            Coercion::Unset | Coercion::None | Coercion::Json => {
                let language = match active.term.and_then(|term| term.language.as_ref()) {
                    Some(own) => own.clone(),
                    None => context.language.clone(),
                };
                let direction = match active.term.and_then(|term| term.direction) {
                    Some(own) => own,
                    None => context.direction,
                };
                self.text(text, language.as_deref(), direction, graph, place)
            }
        }
    }

    fn native(&self, value: &Value, datatype: Option<&str>, place: &Place<'_>) -> Result<Node, JsonLdError> {
        let is_inexact = |number: &serde_json::Number| {
            let magnitude = number.as_u64().or(number.as_i64().map(i64::unsigned_abs));
            magnitude.is_some_and(|magnitude| magnitude > MOST_EXACT)
        };
        match value {
            // Processors that read numbers as doubles would sign another one.
            Value::Number(number) if is_inexact(number) => Err(JsonLdError::InexactNumber(place.pointer())),
            value => native(value, datatype).ok_or_else(|| JsonLdError::WrongShape(place.pointer())),
        }
    }

    /// A text with its language and direction.
    pub(super) fn text(
        &mut self,
        text: &str,
        language: Option<&str>,
        direction: Option<Direction>,
        graph: Option<&Node>,
        place: &Place<'_>,
    ) -> Result<Node, JsonLdError> {
        if language.is_some_and(|tag| !is_language_tag(tag)) {
            return self.no_node(|| JsonLdError::WrongShape(place.pointer()));
        }
        // Tags are normalised to lower case, as most processors do (API §5.1.2, step 13.4.9).
        let tag = language.map(str::to_ascii_lowercase);
        #[cfg(not(test))]
        let _ = graph;
        match (direction, self.reading.directions) {
            (Some(direction), Directions::I18nDatatype) => Ok(directed(
                text,
                tag.as_deref().unwrap_or_default(),
                direction.text(),
            )),
            #[cfg(test)]
            (Some(direction), Directions::CompoundLiteral) => {
                let node = self.blank();
                self.say(&node, &of_rdf("value"), literal(text, None), graph)?;
                if let Some(tag) = &tag {
                    self.say(&node, &of_rdf("language"), literal(tag, None), graph)?;
                }
                self.say(
                    &node,
                    &of_rdf("direction"),
                    literal(direction.text(), None),
                    graph,
                )?;
                Ok(node)
            }
            #[cfg(test)]
            (Some(_), Directions::Lost) => {
                self.lost(|| unsupported(Keyword::Direction, place))?;
                Ok(tag.map_or_else(|| literal(text, None), |tag| tagged(text, &tag)))
            }
            (None, _) => Ok(tag.map_or_else(|| literal(text, None), |tag| tagged(text, &tag))),
        }
    }

    /// `{"@value": …}` with a language, a direction or a datatype, and nothing else (step 15).
    #[expect(
        clippy::too_many_arguments,
        reason = "they are where the walk is, and what for"
    )]
    pub(super) fn value_object(
        &mut self,
        active: Active<'_>,
        context: &Arc<Context>,
        object: &Object<'_>,
        graph: Option<&Node>,
        target: &mut Target<'_>,
        around: Around<'_>,
        place: &Place<'_>,
    ) -> Result<(), JsonLdError> {
        let wrong_shape = || JsonLdError::WrongShape(place.pointer());
        if let Some((_, member)) = object.properties.first() {
            return Err(JsonLdError::UndefinedTerm {
                term: member.name.to_owned(),
                path: place.pointer(),
            });
        }
        let allowed = [
            Keyword::Value,
            Keyword::Language,
            Keyword::Direction,
            Keyword::Type,
            Keyword::Index,
        ];
        if let Some((keyword, _)) = object
            .of_keywords
            .iter()
            .find(|(found, _)| !allowed.contains(found))
        {
            return Err(unsupported(*keyword, place));
        }
        let text_of = |keyword| match object.of_keyword(keyword).next() {
            None => Ok(None),
            Some(member) => member.value.as_str().map(Some).ok_or_else(wrong_shape),
        };
        let language = text_of(Keyword::Language)?;
        let direction = text_of(Keyword::Direction)?
            .map(|text| Direction::parse(text).ok_or_else(wrong_shape))
            .transpose()?;
        let value = object
            .of_keyword(Keyword::Value)
            .next()
            .map(|member| member.value)
            .ok_or_else(wrong_shape)?;
        let is_typed = object.has(Keyword::Type);
        let is_tagged = language.is_some() || direction.is_some();
        let is_json = object.types.as_slice() == [Name::Keyword(Keyword::Json)];
        if (is_typed && (is_tagged || object.types.len() != 1))
            || around.needs_a_node()
            || active.role == Role::Included
        {
            return Err(wrong_shape());
        }
        let node = match value {
            value if is_json => self.json(value, place)?,
            Value::Null => return self.lost(wrong_shape),
            Value::Array(entries) if entries.is_empty() => return self.lost(wrong_shape),
            Value::String(text) if is_tagged => self.text(text, language, direction, graph, place)?,
            Value::Array(_) | Value::Object(_) => return Err(wrong_shape()),
            _ if is_tagged => return Err(wrong_shape()),
            value => {
                let datatype = match object.types.first() {
                    None => None,
                    Some(kind @ Name::Iri(_)) => kind.text(),
                    Some(Name::Keyword(_)) => return Err(wrong_shape()),
                    Some(Name::Blank(_) | Name::Nothing) => {
                        return Err(JsonLdError::UndefinedType {
                            term: "@type".to_owned(),
                            path: place.pointer(),
                        });
                    }
                };
                match value {
                    Value::String(text) => literal(text, datatype),
                    native => self.native(native, datatype, place)?,
                }
            }
        };
        if active.is_free() || around.wrap != Wrap::No {
            return self.lost(|| JsonLdError::SaysNothing(place.pointer()));
        }
        if self.is_plain()
            && !value.is_null()
            && !value.is_array()
            && !value.is_object()
            && self
                .scalar(active, context, value, graph, place)
                .is_ok_and(|plain| plain == node)
        {
            return Err(JsonLdError::OtherSpelling {
                name: "@value".to_owned(),
                path: place.pointer(),
            });
        }
        self.put(target, node, graph, place)
    }

    /// A JSON literal.
    pub(super) fn json(&self, value: &Value, place: &Place<'_>) -> Result<Node, JsonLdError> {
        let text = jcs::canonicalize(value).map_err(|_| JsonLdError::WrongShape(place.pointer()))?;
        Ok(literal(&text, Some(&format!("{RDF}JSON"))))
    }

    /// `{"@list": …}` or `{"@set": …}` (step 17).
    #[expect(
        clippy::too_many_arguments,
        reason = "they are where the walk is, and what for"
    )]
    pub(super) fn list_or_set(
        &mut self,
        active: Active<'_>,
        context: &Arc<Context>,
        object: &Object<'_>,
        graph: Option<&Node>,
        target: &mut Target<'_>,
        around: Around<'_>,
        place: &Place<'_>,
    ) -> Result<(), JsonLdError> {
        let keyword = if object.has(Keyword::List) {
            Keyword::List
        } else {
            Keyword::Set
        };
        let member = object.of_keyword(keyword).next();
        let (Some(member), true, true) = (
            member,
            object.has_only(&[keyword, Keyword::Index]),
            object.properties.is_empty() && active.role != Role::Included,
        ) else {
            return Err(JsonLdError::WrongShape(place.pointer()));
        };
        let inner = place.inner(member.token())?;
        let context = member.context(context);
        if keyword == Keyword::Set {
            return self.value(active, context, member.value, graph, target, around, &inner);
        }
        if active.is_free() {
            return self.lost(|| JsonLdError::SaysNothing(place.pointer()));
        }
        if around.needs_a_node() || matches!(target, Target::Link { is_reverse: true, .. }) {
            return Err(JsonLdError::WrongShape(place.pointer()));
        }
        let list = self.list(active, context, member.value, graph, &inner)?;
        self.put(target, list, graph, place)
    }

    /// An RDF list of the elements, in their order.
    pub(super) fn list(
        &mut self,
        active: Active<'_>,
        context: &Arc<Context>,
        value: &Value,
        graph: Option<&Node>,
        place: &Place<'_>,
    ) -> Result<Node, JsonLdError> {
        let mut nodes = Vec::new();
        let target = &mut Target::List(&mut nodes);
        self.value(active, context, value, graph, target, Around::default(), place)?;
        let mut rest = Node::Text(Arc::clone(&OF_RDF.nil));
        for first in nodes.into_iter().rev() {
            let link = self.blank();
            self.say(&link, &OF_RDF.first, first, graph)?;
            self.say(&link, &OF_RDF.rest, rest, graph)?;
            rest = link;
        }
        Ok(rest)
    }
}

pub(super) fn is_literal(node: &Node) -> bool {
    matches!(node, Node::Text(text) if text.starts_with('"'))
}
