//! Applying a context to the active one
//! ([JSON-LD API §4.1.2](https://www.w3.org/TR/json-ld11-api/#context-processing-algorithm)).

use std::sync::Arc;

use serde_json::{Map, Value};

use super::JsonLdError;
use super::context::{Context, Definition, Direction, Name, Scoped, next_number};
use super::contexts::Compiler;
use super::define::Definer;
use super::iri;
use super::keyword::Keyword;

/// Contexts that may include each other, one in the next.
const DEEPEST: usize = 16;

/// One application, with the contexts that are being included.
pub(super) struct Processing<'c, 'a> {
    compiler: &'c mut Compiler<'a>,
    including: Vec<Arc<str>>,
}

fn malformed(what: &str) -> JsonLdError {
    JsonLdError::ContextDefinition(what.to_owned())
}

impl<'c, 'a> Processing<'c, 'a> {
    pub(super) fn new(compiler: &'c mut Compiler<'a>) -> Self {
        Self {
            compiler,
            including: Vec::new(),
        }
    }

    pub(super) fn run(
        mut self,
        active: &Arc<Context>,
        scoped: &Scoped,
        propagate: bool,
        override_protected: bool,
    ) -> Result<Context, JsonLdError> {
        let propagate = match scoped.value.as_object().and_then(|local| local.get("@propagate")) {
            None => propagate,
            Some(Value::Bool(propagate)) => *propagate,
            Some(_) => return Err(malformed("@propagate")),
        };
        let mut result = Context {
            number: next_number(),
            ..Context::clone(active)
        };
        if !propagate && result.previous.is_none() {
            result.previous = Some(Arc::clone(active));
        }
        // A context that a document names counts as included from the start.
        let own = scoped.url.as_ref();
        if let Some(url) = own.filter(|url| self.is_whole(url, scoped)) {
            self.including.push(Arc::clone(url));
        }
        self.extend(
            &mut result,
            &scoped.value,
            own,
            propagate,
            override_protected,
            scoped.is_inline,
        )?;
        result.aliased = result
            .terms
            .values()
            .map(|definition| match definition.term.meaning {
                Name::Keyword(keyword) => keyword.bit(),
                _ => 0,
            })
            .fold(0, |all, bit| all | bit);
        Ok(result)
    }

    /// Whether this is all of what the URL stands for, and not the context of a term in it.
    fn is_whole(&self, url: &str, scoped: &Scoped) -> bool {
        self.compiler
            .contexts()
            .named(url)
            .is_ok_and(|named| named.number == scoped.number)
    }

    pub(super) fn extend(
        &mut self,
        result: &mut Context,
        local: &Value,
        url: Option<&Arc<str>>,
        propagate: bool,
        override_protected: bool,
        is_inline: bool,
    ) -> Result<(), JsonLdError> {
        match local {
            Value::Array(entries) => entries.iter().try_for_each(|entry| match entry {
                Value::Array(_) => Err(malformed("@context")),
                entry => self.extend(result, entry, url, propagate, override_protected, is_inline),
            }),
            Value::Null => {
                let protected = |(_, definition): &(_, &Arc<Definition>)| definition.is_protected;
                if !override_protected && let Some((term, _)) = result.terms.iter().find(protected) {
                    return Err(JsonLdError::ProtectedTerm(term.to_string()));
                }
                let previous = if propagate { None } else { result.previous.take() };
                *result = Context {
                    number: result.number,
                    previous,
                    ..Context::empty(result.document_base.clone())
                };
                Ok(())
            }
            Value::String(reference) => self.include(result, reference, url, override_protected),
            Value::Object(local) => {
                let merged = self.import(local, url.or(result.document_base.as_ref()))?;
                self.settings(result, &merged, url.is_some() && !is_inline)?;
                Definer::new(self.compiler, result, &merged, url, override_protected, is_inline)?.all()
            }
            Value::Bool(_) | Value::Number(_) => Err(malformed("@context")),
        }
    }

    fn include(
        &mut self,
        result: &mut Context,
        reference: &str,
        url: Option<&Arc<str>>,
        override_protected: bool,
    ) -> Result<(), JsonLdError> {
        let scoped = self.named(reference, url.or(result.document_base.as_ref()))?;
        let Some(found) = scoped.url.clone() else {
            return Err(malformed("@context"));
        };
        if self.including.contains(&found) || self.including.len() >= DEEPEST {
            return Err(malformed("@context"));
        }
        self.including.push(found);
        self.extend(
            result,
            &scoped.value,
            scoped.url.as_ref(),
            true,
            override_protected,
            false,
        )?;
        self.including.pop();
        Ok(())
    }

    fn named(&self, reference: &str, base: Option<&Arc<str>>) -> Result<Scoped, JsonLdError> {
        let contexts = self.compiler.contexts();
        match base {
            Some(base) if !iri::is_absolute(reference) => contexts.named(&iri::resolve(base, reference)),
            _ => contexts.named(reference),
        }
        .cloned()
    }

    /// A context with what it imports (step 5.6).
    fn import(
        &self,
        local: &Map<String, Value>,
        url: Option<&Arc<str>>,
    ) -> Result<Map<String, Value>, JsonLdError> {
        match local.get("@import") {
            None => Ok(local.clone()),
            Some(Value::String(reference)) => {
                let scoped = self.named(reference, url)?;
                match scoped.value.as_ref() {
                    Value::Object(imported) if !imported.contains_key("@import") => {
                        let mut merged = imported.clone();
                        merged.extend(local.clone());
                        merged.remove("@import");
                        Ok(merged)
                    }
                    _ => Err(malformed("@import")),
                }
            }
            Some(_) => Err(malformed("@import")),
        }
    }

    /// Steps 5.5 and 5.7 to 5.11.
    fn settings(
        &self,
        result: &mut Context,
        local: &Map<String, Value>,
        is_remote: bool,
    ) -> Result<(), JsonLdError> {
        for (name, value) in local.iter().filter(|(name, _)| name.starts_with('@')) {
            let wrong = || malformed(name);
            match (Keyword::parse(name), value) {
                (Some(Keyword::Version), value) if value.as_f64() == Some(1.1) => {}
                (Some(Keyword::Base), _) if is_remote => {}
                (Some(Keyword::Base), Value::Null) => result.base = None,
                (Some(Keyword::Base), Value::String(base)) if iri::is_absolute(base) => {
                    result.base = Some(base.as_str().into());
                }
                (Some(Keyword::Base), Value::String(base)) => match &result.base {
                    Some(known) => result.base = Some(iri::resolve(known, base).into()),
                    None => return Err(wrong()),
                },
                (Some(Keyword::Language), Value::Null) => result.language = None,
                (Some(Keyword::Language), Value::String(tag)) => {
                    result.language = Some(tag.to_ascii_lowercase().into());
                }
                (Some(Keyword::Direction), Value::Null) => result.direction = None,
                (Some(Keyword::Direction), Value::String(direction)) => {
                    result.direction = Some(Direction::parse(direction).ok_or_else(wrong)?);
                }
                (Some(Keyword::Propagate | Keyword::Protected), Value::Bool(_)) => {}
                // A term definition, and settings that need others first.
                (Some(Keyword::Type | Keyword::Vocab), _) | (None, _) => {}
                _ => return Err(wrong()),
            }
        }
        match local.get("@vocab") {
            None => {}
            Some(Value::Null) => result.vocab = None,
            Some(Value::String(vocab)) => {
                let expanded = match result.expand_name(vocab) {
                    Name::Nothing if vocab.is_empty() || !vocab.contains(':') => result
                        .base
                        .as_ref()
                        .map(|base| iri::resolve(base, vocab))
                        .filter(|vocab| iri::is_absolute(vocab)),
                    Name::Nothing => vocabulary(vocab),
                    Name::Keyword(_) => None,
                    expanded => expanded.text().map(str::to_owned),
                };
                result.vocab = Some(expanded.ok_or_else(|| malformed("@vocab"))?.into());
            }
            Some(_) => return Err(malformed("@vocab")),
        }
        Ok(())
    }
}

/// A vocabulary need not be an IRI itself, such as `urn:`; what it makes of a name must.
fn vocabulary(text: &str) -> Option<String> {
    iri::is_absolute(&format!("{text}x")).then(|| text.to_owned())
}
