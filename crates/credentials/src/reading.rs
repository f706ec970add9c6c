//! Reading members of JSON whose writer is not trusted: what is of an unexpected kind reads as not said.

use crate::Text;
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// JSON-LD writes one value by itself or in an array.
pub(crate) fn values(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    let (array, single) = match value {
        Some(Value::Array(array)) => (array.as_slice(), None),
        single => (&[][..], single),
    };
    array.iter().chain(single)
}

/// The one value of a member; in an array as well, and said more than once, for JSON-LD makes no difference.
pub(crate) fn only(value: Option<&Value>) -> Option<&Value> {
    let mut all = values(value);
    let first = all.next()?;
    all.all(|other| other == first).then_some(first)
}

pub(crate) fn text(object: &Value, member: &str) -> Option<String> {
    only(object.get(member))
        .and_then(Value::as_str)
        .filter(|text| !text.trim().is_empty())
        .map(str::to_owned)
}

pub(crate) fn word<T: DeserializeOwned>(object: &Value, member: &str) -> Option<T> {
    T::deserialize(only(object.get(member))?).ok()
}

pub(crate) fn language_map(value: Option<&Value>) -> Text {
    let get = |tag: &str| value.and_then(|map| text(map, tag));
    Text {
        nl: get("nl"),
        en: get("en"),
    }
}

pub(crate) fn moment(object: &Value, member: &str) -> Option<DateTime<Utc>> {
    let at = DateTime::parse_from_rfc3339(object.get(member)?.as_str()?).ok()?;
    Some(at.with_timezone(&Utc))
}

pub(crate) fn positive(value: Option<&Value>) -> Option<f64> {
    only(value)
        .and_then(|value| value.as_f64().or_else(|| value.as_str()?.parse().ok()))
        .filter(|value| value.is_finite() && *value > 0.0)
}

pub(crate) fn whole(value: Option<&Value>) -> Option<u32> {
    only(value)
        .and_then(|value| value.as_u64().or_else(|| value.as_str()?.parse().ok()))
        .and_then(|value| u32::try_from(value).ok())
        .filter(|value| *value > 0)
}
