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
    let progress = Progress::new(bytes, limits)?;
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let strict = Strict {
        progress: &progress,
        depth: 0,
    };
    let read = strict.deserialize(&mut reader);
    let read = read.and_then(|value| reader.end().map(|()| value));
    read.map_err(|error| progress.explain(&error))
}

/// Reads one JSON object as [`parse`] does, for objects with a very long array in them: the elements of its member `name`,
/// which has to be an array, are handed to `each` in their order instead of being kept.
///
/// `each` may have been called when a fault is found later on. What is returned has an empty array.
pub fn parse_with_elements(
    bytes: &[u8],
    limits: &Limits,
    name: &str,
    each: &mut dyn FnMut(Value),
) -> Result<Value, JsonError> {
    let progress = Progress::new(bytes, limits)?;
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let strict = Strict {
        progress: &progress,
        depth: 0,
    };
    let read = WithElements { strict, name, each }.deserialize(&mut reader);
    let read = read.and_then(|value| reader.end().map(|()| value));
    read.map_err(|error| progress.explain(&error))
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

impl<'a> Progress<'a> {
    fn new(bytes: &[u8], limits: &'a Limits) -> Result<Self, JsonError> {
        if bytes.len() > limits.bytes {
            return Err(JsonError::TooLong {
                bytes: bytes.len(),
                limit: limits.bytes,
            });
        }
        Ok(Self {
            limits,
            found: RefCell::new(Found {
                nodes: 0,
                refusal: None,
            }),
        })
    }

    fn explain(&self, error: &serde_json::Error) -> JsonError {
        let (line, column) = (error.line(), error.column());
        match self.found.borrow().refusal {
            Some(Refusal::Depth) => JsonError::TooDeep(self.limits.depth),
            Some(Refusal::Nodes) => JsonError::TooManyValues(self.limits.nodes),
            Some(Refusal::Duplicate) => JsonError::DuplicateMember { line, column },
            None => JsonError::Syntax { line, column },
        }
    }

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

/// An object of which one array is handed on.
struct WithElements<'a, 'e> {
    strict: Strict<'a>,
    name: &'e str,
    each: &'e mut dyn FnMut(Value),
}

impl<'de> DeserializeSeed<'de> for WithElements<'_, '_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.strict.progress.count()?;
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for WithElements<'_, '_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let inner = self.strict.inner()?;
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.contains_key(&name) {
                return Err(self.strict.progress.refuse(Refusal::Duplicate));
            }
            let value = match name == self.name {
                true => members.next_value_seed(Elements {
                    strict: inner,
                    each: self.each,
                })?,
                false => members.next_value_seed(inner)?,
            };
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

/// The array that is handed on; anything else stays where it is.
struct Elements<'a, 'e> {
    strict: Strict<'a>,
    each: &'e mut dyn FnMut(Value),
}

impl<'de> DeserializeSeed<'de> for Elements<'_, '_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.strict.progress.count()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Elements<'_, '_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Value, E> {
        self.strict.visit_unit()
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Value, E> {
        self.strict.visit_bool(value)
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Value, E> {
        self.strict.visit_i64(value)
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        self.strict.visit_u64(value)
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        self.strict.visit_f64(value)
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        self.strict.visit_str(value)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Value, A::Error> {
        self.strict.visit_map(members)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let inner = self.strict.inner()?;
        while let Some(element) = elements.next_element_seed(inner)? {
            (self.each)(element);
        }
        Ok(Value::Array(Vec::new()))
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
    fn elements_that_are_handed_on_are_read_as_strictly_as_the_rest() {
        let limits = Limits {
            bytes: 80,
            depth: 3,
            nodes: 9,
        };
        let read = |text: &str| {
            let mut handed = Vec::new();
            let rest = parse_with_elements(text.as_bytes(), &limits, "a", &mut |one| handed.push(one));
            rest.map(|rest| (rest, handed))
        };

        assert_eq!(
            read(r#"{"b":[1],"a":[{"a":2},3],"c":4}"#),
            Ok((
                json!({"b": [1], "a": [], "c": 4}),
                vec![json!({"a": 2}), json!(3)]
            ))
        );
        for text in [
            r#"{"a":[{"b":1,"b":2}]}"#,
            r#"{"a":[1],"a":[2]}"#,
            r#"{"a":[1],"b":{"c":1,"c":1}}"#,
        ] {
            assert!(
                matches!(read(text), Err(JsonError::DuplicateMember { .. })),
                "{text}"
            );
        }
        assert_eq!(read(r#"{"a":[[[1]]]}"#), Err(JsonError::TooDeep(3)));
        assert_eq!(
            read(r#"{"a":[1,2,3,4],"b":[1,2,3]}"#),
            Err(JsonError::TooManyValues(9))
        );
        for other in [json!({"b": [1]}), json!(1), json!("b"), json!(null)] {
            let text = json!({ "a": other }).to_string();
            assert_eq!(read(&text), Ok((json!({ "a": other }), Vec::new())), "{text}");
        }
        for text in [r#"{"a":{"b":1,"b":2}}"#, r#"{"a":{"b":{"b":{}}}}"#] {
            assert!(read(text).is_err(), "{text}");
        }
        for text in ["[]", r#"{"a":[]} 1"#, r#"{"a":[1,]}"#] {
            assert!(matches!(read(text), Err(JsonError::Syntax { .. })), "{text}");
        }
        assert_eq!(
            read(&" ".repeat(81)),
            Err(JsonError::TooLong { bytes: 81, limit: 80 })
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
