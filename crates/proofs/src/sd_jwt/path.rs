//! Places in a JSON document.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;

/// The text is not a JSON pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a path is a JSON pointer, such as `/credentialSubject/result`")]
pub struct InvalidPath;

/// A place in a JSON document, written as a JSON pointer (RFC 6901): `/alignment/0`.
///
/// A number names an element in an array and a member in an object, as the document has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path(Vec<String>);

impl Path {
    /// The whole document.
    pub fn root() -> Self {
        Self::default()
    }

    /// This place's member or element of that name.
    #[must_use]
    pub fn join(&self, token: impl Into<String>) -> Self {
        let mut tokens = self.0.clone();
        tokens.push(token.into());
        Self(tokens)
    }

    /// Names and numbers from the outside in.
    pub fn tokens(&self) -> &[String] {
        &self.0
    }

    /// Whether this place is `other` or lies within it.
    pub fn starts_with(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }

    /// What the document has here.
    pub fn value_in<'a>(&self, document: &'a Value) -> Option<&'a Value> {
        document.pointer(&self.to_string())
    }
}

impl FromStr for Path {
    type Err = InvalidPath;

    fn from_str(text: &str) -> Result<Self, InvalidPath> {
        if text.is_empty() {
            return Ok(Self::root());
        }
        let tokens = text.strip_prefix('/').ok_or(InvalidPath)?;
        tokens
            .split('/')
            .map(unescape)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

fn unescape(token: &str) -> Result<String, InvalidPath> {
    let mut plain = String::with_capacity(token.len());
    let mut characters = token.chars();
    while let Some(character) = characters.next() {
        plain.push(match character {
            '~' => match characters.next() {
                Some('0') => '~',
                Some('1') => '/',
                _ => return Err(InvalidPath),
            },
            other => other,
        });
    }
    Ok(plain)
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|token| write!(formatter, "/{}", token.replace('~', "~0").replace('/', "~1")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_written_as_they_were_read() {
        for text in ["", "/a", "/a/0/b", "/a~1b/~0", "/", "/a//b"] {
            assert_eq!(text.parse::<Path>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["a", "a/b", "/~", "/~2", "/a~"] {
            assert_eq!(text.parse::<Path>(), Err(InvalidPath), "{text}");
        }
    }

    #[test]
    fn a_place_lies_within_itself_and_what_encloses_it() {
        let inner: Path = "/a/b".parse().unwrap();
        assert!(inner.starts_with(&inner));
        assert!(inner.starts_with(&"/a".parse().unwrap()));
        assert!(!inner.starts_with(&"/a/b/c".parse().unwrap()));
        assert!(!"/ab".parse::<Path>().unwrap().starts_with(&"/a".parse().unwrap()));
    }
}
