//! Canonical JSON by RFC 8785. The depth is bounded by how a value was read.

use std::cmp::Ordering;
use std::fmt::Write as _;

use serde_json::{Map, Value};

/// The canonical form of an object without some of its members.
pub(super) fn without(content: &Value, left_out: &[&str]) -> String {
    let mut canonical = String::new();
    match content {
        Value::Object(members) => object(members, left_out, &mut canonical),
        other => canonicalize(other, &mut canonical),
    }
    canonical
}

/// The canonical form of an object without some of its members, up to and from the elements of its array `name`, which it has
/// to have.
pub(super) fn around(content: &Map<String, Value>, left_out: &[&str], name: &str) -> (String, String) {
    let order = |other: &str| other.encode_utf16().cmp(name.encode_utf16());
    let those = |wanted: Ordering| {
        let members = content.iter().filter(|(other, _)| order(other) == wanted);
        let members = members.map(|(other, value)| (other.clone(), value.clone()));
        let mut text = String::new();
        object(&members.collect(), left_out, &mut text);
        // What is between the braces.
        text.get(1..text.len() - 1).unwrap_or_default().to_owned()
    };
    let (mut before, mut after) = (those(Ordering::Less), those(Ordering::Greater));
    if !before.is_empty() {
        before.push(',');
    }
    if !after.is_empty() {
        after.insert(0, ',');
    }
    (
        format!("{{{before}{}:[", Value::from(name)),
        format!("]{after}}}"),
    )
}

fn object(members: &Map<String, Value>, left_out: &[&str], out: &mut String) {
    let mut members: Vec<_> = members
        .iter()
        .filter(|(name, _)| !left_out.contains(&name.as_str()))
        .collect();
    members.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    out.push('{');
    for (position, (name, member)) in members.into_iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        out.push_str(&Value::from(name.as_str()).to_string());
        out.push(':');
        canonicalize(member, out);
    }
    out.push('}');
}

fn canonicalize(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                canonicalize(item, out);
            }
            out.push(']');
        }
        Value::Object(members) => object(members, &[], out),
        // ECMAScript writes a whole number without a fraction.
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 1e15 => {
                let _ = write!(out, "{float:.0}");
            }
            _ => out.push_str(&number.to_string()),
        },
        scalar => out.push_str(&scalar.to_string()),
    }
}
