//! Properties and how their values are held together
//! ([JSON-LD API §5.1.2](https://www.w3.org/TR/json-ld11-api/#expansion-algorithm), steps 13.5 to 13.14).

use std::sync::Arc;

use serde_json::{Map, Value};

use super::JsonLdError;
use super::context::{Coercion, Context, Name, Term};
use super::keyword::Keyword;
use super::literal::is_language_tag;
use super::objects::{Member, unsupported};
use super::place::{Place, Token};
use super::rdfc::Node;
use super::statements::{Active, Around, Role, Target, Walk, Wrap};

impl Walk<'_> {
    #[expect(
        clippy::too_many_arguments,
        reason = "they are where the walk is, and what for"
    )]
    pub(super) fn property(
        &mut self,
        subject: &Node,
        meaning: &Name,
        member: &Member<'_>,
        context: &Arc<Context>,
        graph: Option<&Node>,
        is_reverse: bool,
        place: &Place<'_>,
    ) -> Result<(), JsonLdError> {
        let context = member.context(context);
        let term = context.term(member.name);
        let predicate = match meaning {
            Name::Iri(iri) => Arc::clone(iri),
            // Kept for what lenient reading finds inside.
            Name::Blank(_) | Name::Nothing | Name::Keyword(_) => Arc::from(""),
        };
        let mut target = Target::Link {
            subject,
            predicate: &predicate,
            is_reverse: is_reverse != term.is_some_and(|term| term.is_reverse),
        };
        let active = Active {
            role: Role::Property,
            term,
        };
        let first = self.quads.len();
        let value = member.value;
        if term.is_some_and(|term| term.coercion == Coercion::Json) {
            let json = self.json(value, place)?;
            self.put(&mut target, json, graph, place)?;
            self.mark(first, place, true);
            return Ok(());
        }
        // A null says that there is no value, and an empty array as well: what JSON-LD makes of both is what
        // it makes of a member that is not there.
        if value.is_null() {
            return Ok(());
        }
        let has = |keyword| term.is_some_and(|term| term.containers.has(keyword));
        if let (Some(term), Value::Object(members)) = (term, value) {
            if has(Keyword::Language) {
                return self.language_map(active, context, members, graph, &mut target, place);
            }
            if has(Keyword::Index) || has(Keyword::Type) || has(Keyword::Id) {
                return self.map(active, term, context, members, graph, &mut target, place);
            }
        }
        if has(Keyword::Language) && self.is_plain() {
            return Err(JsonLdError::WrongShape(place.pointer()));
        }
        if has(Keyword::List) && !is_list_object(value, context) {
            if matches!(target, Target::Link { is_reverse: true, .. }) {
                return Err(JsonLdError::WrongShape(place.pointer()));
            }
            let list = self.list(active, context, value, graph, place)?;
            self.put(&mut target, list, graph, place)?;
            self.mark(first, place, true);
            return Ok(());
        }
        let is_graph = has(Keyword::Graph) && !has(Keyword::Id) && !has(Keyword::Index);
        let around = Around {
            wrap: if is_graph { Wrap::Always } else { Wrap::No },
            ..Around::default()
        };
        self.value(active, context, value, graph, &mut target, around, place)
    }

    /// Texts by language (step 13.7).
    fn language_map(
        &mut self,
        active: Active<'_>,
        context: &Arc<Context>,
        texts: &Map<String, Value>,
        graph: Option<&Node>,
        target: &mut Target<'_>,
        place: &Place<'_>,
    ) -> Result<(), JsonLdError> {
        if texts.is_empty() && self.is_plain() {
            return Err(JsonLdError::WrongShape(place.pointer()));
        }
        let direction = match active.term.and_then(|term| term.direction) {
            Some(own) => own,
            None => context.direction,
        };
        for (tag, text) in texts {
            let inner = place.inner(Token::Member(tag))?;
            let is_none = context.means(tag, Keyword::None);
            if self.is_plain() && !is_language_tag(tag) {
                return Err(JsonLdError::WrongShape(inner.pointer()));
            }
            let entries = match text {
                Value::Array(entries) if !(entries.is_empty() && self.is_plain()) => entries.as_slice(),
                single => std::slice::from_ref(single),
            };
            let first = self.quads.len();
            for entry in entries {
                if entry.is_null() && !self.is_plain() {
                    continue;
                }
                let text = entry
                    .as_str()
                    .ok_or_else(|| JsonLdError::WrongShape(inner.pointer()))?;
                let language = (!is_none).then_some(tag.as_str());
                let node = self.text(text, language, direction, graph, &inner)?;
                self.put(target, node, graph, &inner)?;
            }
            self.mark(first, &inner, text.is_array());
        }
        Ok(())
    }

    /// Values by identifier, type or index (step 13.8).
    #[expect(
        clippy::too_many_arguments,
        reason = "they are where the walk is, and what for"
    )]
    fn map(
        &mut self,
        active: Active<'_>,
        term: &Term,
        context: &Arc<Context>,
        members: &Map<String, Value>,
        graph: Option<&Node>,
        target: &mut Target<'_>,
        place: &Place<'_>,
    ) -> Result<(), JsonLdError> {
        let containers = term.containers;
        for (key, value) in members {
            let inner = place.inner(Token::Member(key))?;
            let mut inside = match &context.previous {
                Some(previous) if containers.has(Keyword::Id) || containers.has(Keyword::Type) => {
                    Arc::clone(previous)
                }
                _ => Arc::clone(context),
            };
            let is_none = context.means(key, Keyword::None);
            let (mut id, mut kind, mut link) = (None, None, None);
            if containers.has(Keyword::Type) {
                if let Some(scoped) = inside.term(key).and_then(|term| term.scoped.clone()) {
                    inside = self.compiler.apply(&inside, &scoped, false, false)?;
                }
                if !is_none {
                    kind = self.node_of(&context.expand_name(key));
                    if kind.is_none() {
                        self.lost(|| JsonLdError::UndefinedType {
                            term: key.clone(),
                            path: place.pointer(),
                        })?;
                    }
                }
            } else if containers.has(Keyword::Id) {
                if !is_none {
                    id = Some(self.reference(key, context, &inner)?);
                }
            } else if let Some(index) = &term.index {
                if !is_none && let Name::Iri(predicate) = context.expand_name(index) {
                    let active = Active {
                        role: Role::Property,
                        term: context.term(index),
                    };
                    let key = Value::String(key.clone());
                    link = Some((predicate, self.scalar(active, context, &key, graph, &inner)?));
                }
            } else if !is_none {
                // An index says nothing, so nobody signs it.
                self.lost(|| unsupported(Keyword::Index, place))?;
            }
            let around = Around {
                id: id.as_ref(),
                kind: kind.as_ref(),
                link: link.as_ref().map(|(predicate, value)| (predicate, value)),
                wrap: if containers.has(Keyword::Graph) {
                    Wrap::UnlessGraph
                } else {
                    Wrap::No
                },
                is_in_map: true,
                is_in_array: false,
            };
            self.value(active, &inside, value, graph, target, around, &inner)?;
        }
        Ok(())
    }
}

/// Whether a value says itself that it is a list.
fn is_list_object(value: &Value, context: &Context) -> bool {
    value
        .as_object()
        .is_some_and(|members| members.keys().any(|name| context.means(name, Keyword::List)))
}
