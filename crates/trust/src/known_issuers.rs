//! Lists of known issuers, as the Digital Credentials Consortium and others publish them: a name for each DID.
//!
//! Nobody signs them, and they have no history. That somebody is listed is shown with the name of the list. It is no
//! admission, and turns no verdict.

use chrono::{DateTime, Utc};
use credentials::{Did, json};
use serde::Serialize;
use serde_json::Value;

use crate::strangers::shown;

/// The largest list that is read, in bytes.
pub const LARGEST_KNOWN_LIST: usize = 4 * 1024 * 1024;
/// More lists than this are not followed.
const MOST_LISTS: usize = 16;
/// More characters than this of a name are not shown.
const LONGEST_NAME: usize = 200;

const LIMITS: json::Limits = json::Limits {
    bytes: LARGEST_KNOWN_LIST,
    depth: 8,
    nodes: 200_000,
};

/// What a list says of a DID.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KnownIssuer {
    /// The name in the list.
    pub name: String,
    /// Where it is, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Its web page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// One list.
#[derive(Clone, Debug)]
pub struct KnownIssuers {
    registry: serde_json::Map<String, Value>,
    updated: Option<DateTime<Utc>>,
}

/// Where a list is, by a file that names several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KnownList {
    /// What the list is called.
    pub name: String,
    /// Where it is; nothing for kinds of lists that are not read here.
    pub url: Option<String>,
}

/// Why a list is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KnownListError {
    /// Not JSON that can be read.
    #[error("the list is not acceptable JSON")]
    Json(#[from] json::JsonError),
    /// JSON of another shape.
    #[error("the list has no `registry` with a member for each DID")]
    Shape,
    /// A file that should name lists does not.
    #[error("the file names no lists: an array of one to {MOST_LISTS} objects, each with a `name`")]
    Names,
}

impl KnownIssuers {
    /// Reads a list: `{"meta": {"updated": …}, "registry": {"did:…": {"name": …}}}`.
    pub fn read(bytes: &[u8]) -> Result<Self, KnownListError> {
        let Value::Object(mut list) = json::parse(bytes, &LIMITS)? else {
            return Err(KnownListError::Shape);
        };
        let Some(Value::Object(registry)) = list.remove("registry") else {
            return Err(KnownListError::Shape);
        };
        let updated = list.get("meta").and_then(|meta| meta.get("updated")?.as_str());
        let updated = updated.and_then(|text| DateTime::parse_from_rfc3339(text).ok());
        Ok(Self {
            registry,
            updated: updated.map(|at| at.to_utc()),
        })
    }

    /// What it says of a DID, if it has it. An entry without a name is none.
    pub fn get(&self, did: &Did) -> Option<KnownIssuer> {
        let entry = self.registry.get(did.as_str())?;
        let text = |name: &str| {
            let text = entry.get(name)?.as_str()?;
            shown(text, LONGEST_NAME)
        };
        Some(KnownIssuer {
            name: text("name")?,
            location: text("location"),
            url: text("url"),
        })
    }

    /// How many it has.
    pub fn len(&self) -> usize {
        self.registry.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.registry.is_empty()
    }

    /// When it was last changed, by its own word.
    pub fn updated(&self) -> Option<DateTime<Utc>> {
        self.updated
    }
}

/// Reads a file that names several lists: `[{"name": …, "type": "dcc-legacy", "url": …}]`.
///
/// Lists without a `type` are of that type. Other types, such as `oidf`, are named and have no address here.
pub fn read_known_lists(bytes: &[u8]) -> Result<Vec<KnownList>, KnownListError> {
    let lists = json::parse(bytes, &LIMITS)?;
    let lists = lists
        .as_array()
        .filter(|lists| (1..=MOST_LISTS).contains(&lists.len()));
    let read = |list: &Value| {
        let text = |name: &str| list.get(name).and_then(Value::as_str);
        let is_read_here = matches!(text("type"), None | Some("dcc-legacy"));
        Some(KnownList {
            name: shown(text("name")?, LONGEST_NAME).unwrap_or_default(),
            url: text("url").filter(|_| is_read_here).map(str::to_owned),
        })
    };
    lists
        .and_then(|lists| lists.iter().map(read).collect())
        .ok_or(KnownListError::Names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_a_name_for_each_did() {
        let list = KnownIssuers::read(
            br#"{"meta": {"updated": "2025-05-09T18:17:57+00:00"}, "registry": {
                "did:web:college.example": {"name": "The\u001b[31m College", "location": "Waterstad", "url": 5},
                "did:web:nameless.example": {"url": "https://nameless.example"}
            }}"#,
        )
        .unwrap();
        let get = |did: &str| list.get(&did.parse().unwrap());

        let found = get("did:web:college.example").unwrap();
        assert_eq!(found.name, "The[31m College", "nothing that moves the cursor");
        assert_eq!((found.location.as_deref(), found.url), (Some("Waterstad"), None));
        assert_eq!(get("did:web:nameless.example"), None);
        assert_eq!(get("did:web:college.example:energie"), None);
        assert_eq!(list.updated(), Some("2025-05-09T18:17:57Z".parse().unwrap()));
        assert_eq!(list.len(), 2);
    }

    #[test]
    fn what_is_no_list_is_refused() {
        for text in ["[]", "{}", r#"{"registry": []}"#] {
            assert_eq!(
                KnownIssuers::read(text.as_bytes()).unwrap_err(),
                KnownListError::Shape
            );
        }
        let twice =
            r#"{"registry": {"did:web:a.example": {"name": "A"}, "did:web:a.example": {"name": "B"}}}"#;
        for text in ["", "{", twice] {
            let refused = KnownIssuers::read(text.as_bytes());
            assert!(matches!(refused, Err(KnownListError::Json(_))), "{text}");
        }
        let large = " ".repeat(LARGEST_KNOWN_LIST) + "{}";
        assert!(matches!(
            KnownIssuers::read(large.as_bytes()),
            Err(KnownListError::Json(_))
        ));
    }

    #[test]
    fn a_file_names_lists_and_those_of_other_kinds_have_no_address() {
        let lists = read_known_lists(
            br#"[{"name": "Members", "type": "oidf", "url": "https://a.example"},
                 {"name": "Pilot", "type": "dcc-legacy", "url": "https://b.example/registry.json"},
                 {"name": "Older", "url": "https://c.example/registry.json"}]"#,
        )
        .unwrap();

        let addresses: Vec<_> = lists.iter().map(|list| list.url.as_deref()).collect();
        assert_eq!(
            addresses,
            [
                None,
                Some("https://b.example/registry.json"),
                Some("https://c.example/registry.json")
            ]
        );
        for text in ["[]", "{}", r#"[{"url": "https://b.example"}]"#] {
            assert_eq!(read_known_lists(text.as_bytes()), Err(KnownListError::Names));
        }
        let many = format!("[{}]", vec![r#"{"name": "A"}"#; 17].join(","));
        assert_eq!(read_known_lists(many.as_bytes()), Err(KnownListError::Names));
    }
}
