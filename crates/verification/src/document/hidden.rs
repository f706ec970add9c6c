//! Which groups of claims the holder left out. A digest without its disclosure does not tell, so it is inferred from
//! what is absent where something is hidden.

use credentials::{
    facts::{Facts, Group},
    open_badges::minimum_context::Claim,
    sd_jwt_vc,
};
use serde_json::Value;

/// In a show or a portable copy; `left_out` holds the place of each thing that is hidden.
pub(super) fn of_w3c(facts: &Facts, mut left_out: Vec<String>) -> Vec<Group> {
    let mut groups = facts.hidden.clone();
    // Where one thing was left out of two that are absent, it is the one that every credential has.
    groups.sort_by_key(|group| *group == Group::Result);
    groups.retain(|group| {
        let place = left_out.iter().position(|place| match group {
            Group::Name | Group::Result => place == "/credentialSubject",
            Group::Outcomes | Group::Assessment => place.starts_with("/credentialSubject/achievement"),
            Group::Evidence => place.is_empty(),
        });
        place.map(|place| left_out.swap_remove(place)).is_some()
    });
    groups.sort_by_key(|group| Group::ALL.iter().position(|one| one == group));
    groups
}

/// Whether a claim that is not shown may be one of what is hidden at these places in a W3C credential. A digest hides a
/// member of the object it stands in, or an element of the array.
pub(super) fn may_be_in_w3c(claim: Claim, credential: &Value, left_out: &[String]) -> bool {
    const ACHIEVEMENT: &str = "/credentialSubject/achievement";
    let hides = |place: &str| {
        let mut hidden = left_out.iter();
        hidden.any(|one| {
            one.strip_prefix(place)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    match claim {
        Claim::Level | Claim::Size => hides(ACHIEVEMENT),
        // Beside the value, or in the description that the result names.
        Claim::Scale => {
            let results = match credential.pointer("/credentialSubject/result") {
                Some(Value::Array(results)) => results.as_slice(),
                Some(single) => std::slice::from_ref(single),
                None => &[],
            };
            let names_description = results
                .iter()
                .any(|result| result.get("resultDescription").is_some());
            hides("/credentialSubject/result") || (names_description && hides(ACHIEVEMENT))
        }
    }
}

/// As [`may_be_in_w3c`], in an SD-JWT VC, where level and size stand at the top.
pub(super) fn may_be_in_sd_jwt_vc(claim: Claim, left_out: &[String]) -> bool {
    let place = match claim {
        Claim::Level | Claim::Size => "",
        Claim::Scale => "/result",
    };
    left_out.iter().any(|one| one == place)
}

/// How many of the claims that can be hidden at the top of an SD-JWT VC of our type are not there.
pub(super) fn absent_of_sd_jwt_vc(claims: &Value) -> usize {
    sd_jwt_vc::hideable_at_the_top()
        .filter(|claim| claims.get(claim).is_none())
        .count()
}

/// In an SD-JWT VC, where all but outcomes are hidden at the top.
pub(super) fn of_sd_jwt_vc(claims: &Value, facts: &Facts, left_out: &[String]) -> Vec<Group> {
    let absent = |claim: &str| claims.get(claim).is_none();
    let mut at_the_top = left_out.iter().filter(|place| place.is_empty()).count();
    // Every credential has these, so each of them that is absent accounts for one.
    at_the_top -= usize::from(at_the_top > 0 && absent("credential_id"));
    let mut hidden = Vec::new();
    for (group, claims) in [
        (Group::Name, &["family_name", "given_name"][..]),
        (Group::Assessment, &["assessment"]),
        (Group::Result, &["result"]),
        (Group::Evidence, &["evidence"]),
    ] {
        let missing = claims.iter().filter(|claim| absent(claim)).count();
        if at_the_top > 0 && !facts.discloses(group) {
            hidden.push(group);
        }
        at_the_top = at_the_top.saturating_sub(missing);
    }
    if !facts.discloses(Group::Outcomes) && left_out.iter().any(|place| place == "/learning_outcomes") {
        hidden.push(Group::Outcomes);
    }
    hidden.sort_by_key(|group| Group::ALL.iter().position(|one| one == group));
    hidden
}
