//! Strict JSON: bounded, and with one meaning only.
//!
//! A signed text must say the same to everyone. [RFC 8259 §4](https://www.rfc-editor.org/rfc/rfc8259#section-4)
//! leaves open what a repeated member means, so such an object is refused, also when the repetition
//! shows only after `\u` escapes are decoded.

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::cell::RefCell;
use std::fmt;

/// How large a JSON text may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Length of the text in bytes.
    pub bytes: usize,
    /// Levels of arrays and objects; never more than 120.
    pub depth: usize,
    /// Values of any kind, members and elements included.
    pub nodes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 256 * 1024,
            depth: 32,
            nodes: 20_000,
        }
    }
}

/// Why a text was not read as JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// The text is longer than allowed.
    #[error("JSON of {bytes} bytes is longer than the {limit} allowed")]
    TooLong {
        /// Its length.
        bytes: usize,
        /// What is allowed.
        limit: usize,
    },
    /// Arrays and objects are nested too deeply.
    #[error("JSON is nested more than {0} levels deep")]
    TooDeep(usize),
    /// There are too many values.
    #[error("JSON has more than {0} values")]
    TooManyValues(usize),
    /// An object names a member twice, so that two readers could see two things.
    #[error("a JSON object names the same member twice (line {line}, column {column})")]
    DuplicateMember {
        /// Line where the second one was read, from 1.
        line: usize,
        /// Column where the second one was read, from 1.
        column: usize,
    },
    /// The text is not JSON.
    #[error("not JSON (line {line}, column {column})")]
    Syntax {
        /// Line of the error, from 1.
        line: usize,
        /// Column of the error, from 1.
        column: usize,
    },
}

/// Reads one JSON value, and nothing after it.
pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Value, JsonError> {
    if bytes.len() > limits.bytes {
        return Err(JsonError::TooLong {
            bytes: bytes.len(),
            limit: limits.bytes,
        });
    }
    let progress = Progress {
        limits,
        found: RefCell::new(Found {
            nodes: 0,
            refusal: None,
        }),
    };
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = Strict {
        progress: &progress,
        depth: 0,
    }
    .deserialize(&mut reader)
    .and_then(|value| reader.end().map(|()| value));
    read.map_err(|error| match progress.found.into_inner().refusal {
        Some(Refusal::Depth) => JsonError::TooDeep(limits.depth),
        Some(Refusal::Nodes) => JsonError::TooManyValues(limits.nodes),
        Some(Refusal::Duplicate) => JsonError::DuplicateMember {
            line: error.line(),
            column: error.column(),
        },
        None => JsonError::Syntax {
            line: error.line(),
            column: error.column(),
        },
    })
}

struct Progress<'a> {
    limits: &'a Limits,
    found: RefCell<Found>,
}

struct Found {
    nodes: usize,
    refusal: Option<Refusal>,
}

#[derive(Clone, Copy)]
enum Refusal {
    Depth,
    Nodes,
    Duplicate,
}

impl Progress<'_> {
    fn refuse<E: serde::de::Error>(&self, refusal: Refusal) -> E {
        self.found.borrow_mut().refusal = Some(refusal);
        E::custom("refused")
    }

    fn count<E: serde::de::Error>(&self) -> Result<(), E> {
        let mut found = self.found.borrow_mut();
        found.nodes += 1;
        if found.nodes > self.limits.nodes {
            drop(found);
            return Err(self.refuse(Refusal::Nodes));
        }
        Ok(())
    }
}

#[derive(Clone, Copy)]
struct Strict<'a> {
    progress: &'a Progress<'a>,
    depth: usize,
}

impl<'a> Strict<'a> {
    fn inner<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth >= self.progress.limits.depth {
            return Err(self.progress.refuse(Refusal::Depth));
        }
        Ok(Self {
            depth: self.depth + 1,
            ..self
        })
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.progress.count()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut array = Vec::new();
        while let Some(element) = elements.next_element_seed(inner)? {
            array.push(element);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.contains_key(&name) {
                return Err(self.progress.refuse(Refusal::Duplicate));
            }
            let value = members.next_value_seed(inner)?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(text: &str) -> Result<Value, JsonError> {
        parse(text.as_bytes(), &Limits::default())
    }

    #[test]
    fn ordinary_json_is_read_as_it_stands() {
        let text = r#" {"a": [1, -2, 2.5, true, null, "é\n\u00e9"], "b": {"a": {}}} "#;
        assert_eq!(
            read(text).unwrap(),
            json!({"a": [1, -2, 2.5, true, null, "é\né"], "b": {"a": {}}})
        );
    }

    #[test]
    fn repeated_member_is_refused_at_any_depth() {
        for text in [r#"{"a":1,"a":1}"#, r#"[{"b":{"a":1,"c":2,"a":3}}]"#] {
            assert!(
                matches!(read(text), Err(JsonError::DuplicateMember { .. })),
                "{text}"
            );
        }
    }

    #[test]
    fn repeated_member_hidden_by_escapes_is_refused() {
        assert!(matches!(
            read(r#"{"issuer":1,"iss\u0075er":2}"#),
            Err(JsonError::DuplicateMember { .. })
        ));
    }

    #[test]
    fn what_follows_the_value_is_refused() {
        for text in [
            "{} {}",
            "1 2",
            "null,",
            "",
            "{",
            "[1,]",
            "{'a':1}",
            "NaN",
            "1e999",
            r#""\ud800""#,
        ] {
            assert!(matches!(read(text), Err(JsonError::Syntax { .. })), "{text}");
        }
    }

    #[test]
    fn limits_hold_exactly() {
        let limits = Limits {
            bytes: 20,
            depth: 2,
            nodes: 4,
        };
        let read = |text: &str| parse(text.as_bytes(), &limits);
        assert!(read("[[1,2]]").is_ok());
        assert_eq!(read("[[1,2,3]]"), Err(JsonError::TooManyValues(4)));
        assert_eq!(read("[[[]]]"), Err(JsonError::TooDeep(2)));
        assert!(read(&format!("{:>20}", "1")).is_ok());
        assert_eq!(
            read(&format!("{:>21}", "1")),
            Err(JsonError::TooLong { bytes: 21, limit: 20 })
        );
    }

    #[test]
    fn deep_nesting_ends_in_an_error() {
        let text = "[".repeat(200_000);
        let limits = Limits {
            bytes: usize::MAX,
            depth: usize::MAX,
            nodes: usize::MAX,
        };
        assert!(parse(text.as_bytes(), &limits).is_err());
        assert_eq!(read(&text), Err(JsonError::TooDeep(32)));
    }
}
