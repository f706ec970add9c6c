//! What a holder who chooses by statement always shows.

use serde_json::Value;

use super::{Copy, disclosable, group};
use crate::facts::Group;

/// JSON pointers (RFC 6901) to what every proof derived from a portable copy shows: all that is not disclosable, and
/// the name, which the choice for an employer always has. So that choice is a small proof.
///
/// Among them are the status and the dates: a holder who left those out would show a revoked credential as sound.
/// Identifiers and types are not listed, since they go with whatever stands beside or below them.
pub fn mandatory(credential: &Value) -> Vec<String> {
    let mut hidden = disclosable(Copy::Portable, credential);
    hidden.retain(|pointer| group(Copy::Portable, credential, pointer) != Some(Group::Name));
    let mut pointers = Vec::new();
    cover(credential, String::new(), &hidden, &mut pointers);
    pointers
}

/// The fewest pointers to all of a value but what is hidden.
fn cover(value: &Value, pointer: String, hidden: &[String], pointers: &mut Vec<String>) {
    if hidden.contains(&pointer) {
        return;
    }
    let inside = |hidden: &String| {
        hidden
            .strip_prefix(&pointer)
            .is_some_and(|rest| rest.starts_with('/'))
    };
    let is_divided = pointer.is_empty() || hidden.iter().any(inside);
    match value {
        Value::Object(members) if is_divided => {
            for (name, member) in members {
                if !["@context", "id", "type"].contains(&name.as_str()) {
                    let name = name.replace('~', "~0").replace('/', "~1");
                    cover(member, format!("{pointer}/{name}"), hidden, pointers);
                }
            }
        }
        Value::Array(elements) if is_divided => {
            for (index, element) in elements.iter().enumerate() {
                cover(element, format!("{pointer}/{index}"), hidden, pointers);
            }
        }
        _ => pointers.push(pointer),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn all_but_what_may_be_hidden_is_shown_and_the_name_too() {
        let credential = json!({
            "@context": [], "id": "urn:uuid:1", "type": ["VerifiableCredential"], "issuer": {"id": "did:example:a"},
            "credentialStatus": [{"type": "BitstringStatusListEntry"}], "evidence": [{"id": "urn:e"}],
            "credentialSubject": {
                "id": "did:example:sam", "type": ["AchievementSubject"], "identifier": [{"identityHash": "Sam"}],
                "result": [{"value": "8"}],
                "achievement": {
                    "id": "urn:a", "name": "Heat pumps", "criteria": {"narrative": "n"},
                    "alignment": [{"targetType": "ext:EQF"}, {"targetType": "CFItem"}],
                },
            },
        });
        let mut pointers = mandatory(&credential);
        pointers.sort();
        assert_eq!(
            pointers,
            [
                "/credentialStatus",
                "/credentialSubject/achievement/alignment/0",
                "/credentialSubject/achievement/name",
                "/credentialSubject/identifier",
                "/issuer",
            ]
        );
    }
}
