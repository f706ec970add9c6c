//! Credentials of the Verifiable Credentials Data Model 1.1, which are read and never issued.

use serde_json::Value;

/// The context every one of them names first (VCDM 1.1 §4.1).
const BASE_CONTEXT: &str = "https://www.w3.org/2018/credentials/v1";

/// The dates that VCDM 2.0 gave another name (VCDM 2.0, appendix on changes).
const RENAMED: [(&str, &str); 2] = [("issuanceDate", "validFrom"), ("expirationDate", "validUntil")];

/// Whether a credential says that it follows the data model 1.1.
pub(crate) fn is_one(credential: &Value) -> bool {
    let first = credential.get("@context").and_then(|contexts| contexts.get(0));
    first.and_then(Value::as_str) == Some(BASE_CONTEXT)
}

/// The credential under the names of VCDM 2.0, for readers; one that follows it already is left as it is. Members
/// that have no meaning in the data model 1.1 do not stand in for those that have.
pub(super) fn in_names_of_2(credential: &Value) -> Value {
    let mut renamed = credential.clone();
    if is_one(credential)
        && let Some(members) = renamed.as_object_mut()
    {
        for (old, new) in RENAMED {
            members.remove(new);
            if let Some(date) = members.remove(old) {
                members.insert(new.to_owned(), date);
            }
        }
    }
    renamed
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_dates_with_a_meaning_are_read() {
        let old = json!({
            "@context": [BASE_CONTEXT], "issuanceDate": "2024-01-01T00:00:00Z", "validUntil": "2099-01-01T00:00:00Z",
        });
        let read = in_names_of_2(&old);
        assert_eq!(read["validFrom"], "2024-01-01T00:00:00Z");
        assert!(read.get("validUntil").is_none());

        let new = json!({"@context": ["https://www.w3.org/ns/credentials/v2"], "issuanceDate": "2024-01-01T00:00:00Z"});
        assert_eq!(in_names_of_2(&new), new);
    }
}
