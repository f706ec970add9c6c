//! Characters that no text of an award may hold: they are not seen, or change how what stands around them is seen.

use credentials::award::Award;
use serde_json::Value;

/// Whether `text` holds control characters other than line ends and tabs, or marks that embed, override or isolate a
/// direction of writing (Unicode Standard Annex 9, section 2).
///
/// Joiners and the marks for one character's direction stay allowed: names are written with them.
pub(crate) fn misleads(text: &str) -> bool {
    text.chars().any(is_misleading)
}

/// Whether it is one of those characters.
pub(crate) fn is_misleading(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The member of the record with a text that [`misleads`], as a change names it.
pub(crate) fn misleading_member(record: &Award) -> Option<&'static str> {
    let record = serde_json::to_value(record).ok()?;
    let members = record.as_object()?.iter();
    let (member, value) = members.into_iter().find(|(_, value)| any(value))?;
    let within = value
        .as_object()
        .into_iter()
        .flatten()
        .find(|(_, value)| any(value))
        .map(|(name, _)| name.as_str());
    Some(match (member.as_str(), within) {
        ("participant", _) => "participant",
        ("achievement", Some("title")) => "title",
        ("achievement", Some("description")) => "description",
        ("achievement", Some("criteria")) => "criteria",
        ("achievement", Some("entryRequirements")) => "entryRequirements",
        ("achievement", Some("outcomes")) => "outcomes",
        ("result", Some("scale")) => "scale",
        ("result", _) => "result",
        _ => "record",
    })
}

fn any(value: &Value) -> bool {
    match value {
        Value::String(text) => misleads(text),
        Value::Array(items) => items.iter().any(any),
        Value::Object(members) => members.values().any(any),
        _ => false,
    }
}
