//! What the rules are made of: places, URLs, types.

use std::fmt;

use serde_json::Value;

/// Where something is, without writing it down until it is needed.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    parent: Option<&'a Place<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Root,
    Member(&'a str),
    Entry(usize),
}

impl<'a> Place<'a> {
    pub(super) fn root() -> Self {
        Self {
            parent: None,
            step: Step::Root,
        }
    }

    pub(super) fn member(&'a self, name: &'a str) -> Self {
        Self {
            parent: Some(self),
            step: Step::Member(name),
        }
    }

    pub(super) fn entry(&'a self, index: usize) -> Self {
        Self {
            parent: Some(self),
            step: Step::Entry(index),
        }
    }
}

/// A JSON pointer (RFC 6901).
impl fmt::Display for Place<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(formatter)?;
        }
        match self.step {
            Step::Root => Ok(()),
            Step::Member(name) => write!(formatter, "/{}", name.replace('~', "~0").replace('/', "~1")),
            Step::Entry(index) => write!(formatter, "/{index}"),
        }
    }
}

/// Whether a text is a URL: a scheme and something that follows, of the characters that URLs have (RFC 3986).
pub(super) fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|char| char.is_ascii_alphanumeric() || matches!(char, '+' | '-' | '.'));
    let is_of_url = |char: char| {
        !char.is_whitespace()
            && !char.is_control()
            && !matches!(char, '<' | '>' | '"' | '{' | '}' | '|' | '\\' | '^' | '`')
    };
    is_scheme && !rest.is_empty() && rest.chars().all(is_of_url)
}

/// The values of a `type` member: one text or a list of them, not empty; `None` if it is neither.
pub(super) fn types(kind: &Value) -> Option<Vec<&str>> {
    let kinds = match kind {
        Value::String(single) => vec![single.as_str()],
        Value::Array(kinds) => kinds.iter().map(Value::as_str).collect::<Option<_>>()?,
        _ => return None,
    };
    let are_names = !kinds.is_empty() && kinds.iter().all(|kind| !kind.is_empty());
    are_names.then_some(kinds)
}

pub(super) fn has_type(object: &Value, wanted: &str) -> bool {
    object
        .get("type")
        .and_then(types)
        .is_some_and(|kinds| kinds.contains(&wanted))
}
