//! Texts, numbers and language-tagged texts as canonical N-Quads write them
//! ([RDFC-1.0 §5](https://www.w3.org/TR/rdf-canon/#canonical-quads)).

use serde_json::Value;

use super::number;
use super::rdfc::Node;

pub(super) const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
pub(super) const XSD: &str = "http://www.w3.org/2001/XMLSchema#";
const I18N: &str = "https://www.w3.org/ns/i18n#";

pub(super) fn literal(text: &str, datatype: Option<&str>) -> Node {
    let mut written = quoted(text);
    if let Some(datatype) = datatype.filter(|datatype| datatype.strip_prefix(XSD) != Some("string")) {
        written.push_str("^^<");
        written.push_str(datatype);
        written.push('>');
    }
    Node::Text(written.into())
}

pub(super) fn tagged(text: &str, tag: &str) -> Node {
    let mut written = quoted(text);
    written.push('@');
    written.push_str(tag);
    Node::Text(written.into())
}

/// A text with a direction, and perhaps a language, in a datatype
/// ([JSON-LD 1.1 §4.2.4.1](https://www.w3.org/TR/json-ld11/#the-i18n-namespace)).
pub(super) fn directed(text: &str, tag: &str, direction: &str) -> Node {
    literal(
        text,
        Some(&format!("{I18N}{}_{direction}", tag.to_ascii_lowercase())),
    )
}

/// A boolean or number (API §8.2.2); `None` for other kinds.
pub(super) fn native(value: &Value, datatype: Option<&str>) -> Option<Node> {
    let typed = |text: &str, name: &str| match datatype {
        Some(datatype) => literal(text, Some(datatype)),
        None => literal(text, Some(&format!("{XSD}{name}"))),
    };
    match value {
        Value::Bool(true) => Some(typed("true", "boolean")),
        Value::Bool(false) => Some(typed("false", "boolean")),
        Value::Number(number) => {
            let is_double = datatype.and_then(|datatype| datatype.strip_prefix(XSD)) == Some("double");
            let (text, is_integer) = number::lexical(number);
            Some(if is_integer && !is_double {
                typed(&text, "integer")
            } else {
                typed(
                    &number::canonical_double(number.as_f64().unwrap_or_default()),
                    "double",
                )
            })
        }
        Value::Null | Value::String(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A text in quotes, escaped as canonical N-Quads are (RDFC-1.0 §5).
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    let mut plain = 0;
    for (index, byte) in text.bytes().enumerate() {
        let escaped = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            8 => "\\b",
            12 => "\\f",
            0..=31 | 127 => "",
            _ => continue,
        };
        quoted.push_str(text.get(plain..index).unwrap_or_default());
        plain = index + 1;
        if escaped.is_empty() {
            quoted.push_str(&format!("\\u{byte:04X}"));
        } else {
            quoted.push_str(escaped);
        }
    }
    quoted.push_str(text.get(plain..).unwrap_or_default());
    quoted.push('"');
    quoted
}

/// A language tag in the shape of BCP 47: parts of one to eight characters, the first of letters.
pub(super) fn is_language_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let is_part =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    parts
        .next()
        .is_some_and(|first| is_part(first) && first.bytes().all(|byte| byte.is_ascii_alphabetic()))
        && parts.all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_as_canonical_n_quads() {
        assert_eq!(
            quoted("a\"\\\n\r\t\u{8}\u{c}\u{1}\u{7f}é"),
            r#""a\"\\\n\r\t\b\f\u0001\u007Fé""#
        );
    }
}
