//! Claims that never travel apart, as data that each credential profile names.
//!
//! An outcome says little without its level and size, a grade nothing without its scale. A wallet completes
//! such a choice or refuses it; a verifier that is shown a part alone says that it cannot tell.
//! The same table is published in `specs/credential-profile/minimum-context.json`.

use super::{Facts, Group};
use serde::Serialize;

/// What a shown group may need beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Claim {
    /// The level in the European framework.
    Level,
    /// The size.
    Size,
    /// The scale of a grade. A result in words speaks for itself.
    Scale,
}

/// One rule: whoever shows the group shows these as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// The group that is shown.
    pub group: Group,
    /// What has to be there too.
    pub needs: &'static [Claim],
}

/// The rules of one kind of credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// The achievement type it is for; absent in the profile for every other type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_type: Option<&'static str>,
    /// What holds in it.
    pub rules: &'static [Rule],
}

const GRADE: Rule = Rule {
    group: Group::Result,
    needs: &[Claim::Scale],
};

/// Every profile; the last is for all other types.
pub const PROFILES: [Profile; 2] = [
    Profile {
        credential_type: Some("MicroCredential"),
        rules: &[
            Rule {
                group: Group::Outcomes,
                needs: &[Claim::Level, Claim::Size],
            },
            GRADE,
        ],
    },
    Profile {
        credential_type: None,
        rules: &[GRADE],
    },
];

/// The rules a credential is under, by the achievement type it names.
pub fn rules(facts: &Facts) -> &'static [Rule] {
    let named = facts.credential_type.as_deref();
    PROFILES
        .iter()
        .find(|profile| profile.credential_type.is_none() || profile.credential_type == named)
        .map_or(&[], |profile| profile.rules)
}

impl Rule {
    /// What is missing of what the group needs; empty as well when the group is not shown.
    pub fn missing(&self, facts: &Facts) -> Vec<Claim> {
        if !facts.discloses(self.group) {
            return Vec::new();
        }
        let is_there = |claim: &Claim| match claim {
            Claim::Level => facts.level.is_some(),
            Claim::Size => facts.size.is_some(),
            Claim::Scale => facts.scale.is_some() || facts.result.as_deref().is_none_or(is_word),
        };
        self.needs
            .iter()
            .filter(|claim| !is_there(claim))
            .copied()
            .collect()
    }
}

/// Whether a result can be understood without a scale: `Voldoende` can, `8` and `B2` cannot.
pub fn is_word(result: &str) -> bool {
    let letters = result
        .chars()
        .filter(|character| character.is_alphabetic())
        .count();
    letters > 1 && !result.chars().any(|character| character.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_word_is_understood_without_a_scale() {
        for word in ["Voldoende", "Passed", "cum laude"] {
            assert!(is_word(word), "{word}");
        }
        for grade in ["8", "7,5", "B", "B2", "10/10", "", "-"] {
            assert!(!is_word(grade), "{grade}");
        }
    }

    #[test]
    fn the_published_table_is_the_one_in_use() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../specs/credential-profile/minimum-context.json"
        );
        let published: serde_json::Value =
            serde_json::from_slice(&std::fs::read(path).unwrap_or_default()).unwrap_or_default();
        let in_use = serde_json::json!({ "profiles": PROFILES });
        assert_eq!(published, in_use, "expected:\n{in_use:#}");
    }
}
