//! Nodes and all they say
//! ([JSON-LD API §5.1.2](https://www.w3.org/TR/json-ld11-api/#expansion-algorithm), steps 13.4.3 to 13.4.13).

use std::sync::Arc;

use serde_json::Value;

use super::JsonLdError;
use super::context::{Context, Name};
use super::keyword::Keyword;
use super::objects::{Member, Object};
use super::place::{Place, Token};
use super::rdfc::Node;
use super::statements::{Active, Around, OF_RDF, Role, Target, Walk};

impl Walk<'_> {
    /// A node and all it says.
    #[expect(
        clippy::too_many_arguments,
        reason = "they are where the walk is, and what for"
    )]
    pub(super) fn node(
        &mut self,
        active: Active<'_>,
        context: &Arc<Context>,
        object: &Object<'_>,
        graph: Option<&Node>,
        target: &mut Target<'_>,
        around: Around<'_>,
        place: &Place<'_>,
    ) -> Result<(), JsonLdError> {
        let subject = match object.of_keyword(Keyword::Id).next() {
            Some(member) => {
                let inner = place.inner(member.token())?;
                let text = member
                    .value
                    .as_str()
                    .ok_or_else(|| JsonLdError::NotAnIri(inner.pointer()))?;
                self.reference(text, member.context(context), &inner)?
            }
            None => around.id.cloned().unwrap_or_else(|| self.blank()),
        };
        let says_nothing = object.properties.is_empty() && object.has_only(&[Keyword::Id]);
        if says_nothing && active.role != Role::Property && !around.needs_a_node() {
            self.lost(|| JsonLdError::SaysNothing(place.pointer()))?;
        }
        self.about(&subject, around, graph)?;
        let first = self.quads.len();
        for kind in &object.types {
            if let Some(kind) = self.node_of(kind) {
                self.say(&subject, &OF_RDF.kind, kind, graph)?;
            }
        }
        if self.places.is_some() && self.quads.len() > first {
            self.mark(first, &place.inner(Token::Member("type"))?, false);
        }
        for member in object.of_keyword(Keyword::Graph) {
            let is_default = active.role == Role::Document
                && !around.is_in_array
                && object.has_only(&[Keyword::Graph])
                && object.properties.is_empty();
            let inside = Active {
                role: Role::Graph,
                term: None,
            };
            let name = if is_default { graph } else { Some(&subject) };
            let inner = place.inner(member.token())?;
            self.values(inside, member.context(context), member.value, name, &inner)?;
        }
        for member in object.of_keyword(Keyword::Included) {
            let inside = Active {
                role: Role::Included,
                term: None,
            };
            let inner = place.inner(member.token())?;
            self.values(inside, member.context(context), member.value, graph, &inner)?;
        }
        for member in object.of_keyword(Keyword::Reverse) {
            let inner = place.inner(member.token())?;
            self.reverse(&subject, member.context(context), member.value, graph, &inner)?;
        }
        for (meaning, member) in &object.properties {
            let inner = place.inner(member.token())?;
            self.property(&subject, meaning, member, context, graph, false, &inner)?;
        }
        self.put(target, subject, graph, place)
    }

    /// What the containers around a node say about it.
    pub(super) fn about(
        &mut self,
        subject: &Node,
        around: Around<'_>,
        graph: Option<&Node>,
    ) -> Result<(), JsonLdError> {
        if let Some(kind) = around.kind {
            self.say(subject, &OF_RDF.kind, kind.clone(), graph)?;
        }
        if let Some((predicate, value)) = around.link {
            self.say(subject, predicate, value.clone(), graph)?;
        }
        Ok(())
    }

    /// Nodes that are linked to nothing.
    fn values(
        &mut self,
        active: Active<'_>,
        context: &Arc<Context>,
        value: &Value,
        graph: Option<&Node>,
        place: &Place<'_>,
    ) -> Result<(), JsonLdError> {
        self.value(
            active,
            context,
            value,
            graph,
            &mut Target::Nothing,
            Around::default(),
            place,
        )
    }

    /// `@reverse`: an object whose properties point back (step 13.4.13).
    fn reverse(
        &mut self,
        subject: &Node,
        context: &Arc<Context>,
        value: &Value,
        graph: Option<&Node>,
        place: &Place<'_>,
    ) -> Result<(), JsonLdError> {
        let Value::Object(members) = value else {
            return Err(JsonLdError::WrongShape(place.pointer()));
        };
        let context = self.context_of(members, context, None, false, place)?;
        for (name, value) in members {
            let inner = place.inner(Token::Member(name))?;
            let meaning = context.expand_name(name);
            match &meaning {
                Name::Keyword(_) => return Err(JsonLdError::WrongShape(inner.pointer())),
                Name::Blank(_) | Name::Nothing => {
                    self.lost(|| JsonLdError::UndefinedTerm {
                        term: name.clone(),
                        path: place.pointer(),
                    })?;
                    if !name.contains(':') {
                        continue;
                    }
                }
                Name::Iri(_) => {}
            }
            let member = Member {
                name,
                value,
                nested: None,
            };
            self.property(subject, &meaning, &member, &context, graph, true, &inner)?;
        }
        Ok(())
    }
}
