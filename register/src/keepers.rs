//! Who keeps the register: persons, each with a secret of their own.

use std::sync::Arc;

use http_service::Secret;
use serde::{Deserialize, Serialize};

/// A secret shorter than this may be guessed.
const SHORTEST: usize = 32;
/// More keepers no register has.
const MOST: usize = 64;

/// How many persons it takes to change the register.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decisions {
    /// One keeper proposes, another confirms.
    #[default]
    TwoPersons,
    /// What a keeper asks is recorded at once.
    OnePerson,
}

/// Somebody who keeps the register.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keeper {
    /// Names one person for good: 1 to 64 small letters, digits and hyphens. Colleagues see it; it is never published.
    pub name: String,
    /// At least 32 characters that this person alone knows.
    #[serde(default)]
    pub secret: String,
}

impl std::fmt::Debug for Keeper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keeper(…)")
    }
}

/// Why nobody could keep the register with these keepers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeepersError {
    /// There are too few for the rule by which is decided, or more than 64.
    #[error("decisions by two persons need 2 to 64 keepers, those by one person 1 to 64; these are {0}")]
    Number(usize),
    /// A name cannot be used.
    #[error("the name of keeper {0} in the list is not 1 to 64 small letters, digits and hyphens")]
    Name(usize),
    /// A secret can be guessed.
    #[error("the secret of keeper {0} in the list has fewer than {SHORTEST} characters")]
    Short(usize),
    /// Two keepers would be one person.
    #[error("keeper {0} in the list has the name or the secret of one before; each person has their own")]
    Twice(usize),
}

/// The keepers of a running register; of their secrets only digests are kept.
#[derive(Clone)]
pub(crate) struct Keepers(Arc<[(String, Secret)]>);

impl Keepers {
    pub(crate) fn new(keepers: &[Keeper], decisions: Decisions) -> Result<Self, KeepersError> {
        let fewest = match decisions {
            Decisions::TwoPersons => 2,
            Decisions::OnePerson => 1,
        };
        if !(fewest..=MOST).contains(&keepers.len()) {
            return Err(KeepersError::Number(keepers.len()));
        }
        let mut known: Vec<(String, Secret)> = Vec::with_capacity(keepers.len());
        for (place, keeper) in (1..).zip(keepers) {
            if !is_name(&keeper.name) {
                return Err(KeepersError::Name(place));
            }
            if keeper.secret.chars().count() < SHORTEST {
                return Err(KeepersError::Short(place));
            }
            let is_same =
                |(name, secret): &(String, Secret)| *name == keeper.name || secret.matches(&keeper.secret);
            if known.iter().any(is_same) {
                return Err(KeepersError::Twice(place));
            }
            let secret = Secret::new(&keeper.secret).map_err(|_| KeepersError::Short(place))?;
            known.push((keeper.name.clone(), secret));
        }
        Ok(Self(known.into()))
    }

    /// Whose secret it is, in a time that tells nothing about any of them.
    pub(crate) fn whose<'a>(&'a self, secret: &str) -> Option<&'a str> {
        let compare = |found, (name, own): &'a (String, Secret)| match own.matches(secret) {
            true => Some(name.as_str()),
            false => found,
        };
        self.0.iter().fold(None, compare)
    }
}

/// Whether it is 1 to 64 small letters, digits and hyphens.
pub(crate) fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=64).contains(&name.len()) && name.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keeper(name: &str, secret: &str) -> Keeper {
        Keeper {
            name: name.to_owned(),
            secret: secret.to_owned(),
        }
    }

    const FIRST: &str = "the first secret, long enough to stay one";
    const SECOND: &str = "another secret, long enough to stay one too";

    #[test]
    fn each_keeper_is_known_by_their_own_secret() {
        let keepers = Keepers::new(
            &[keeper("anna", FIRST), keeper("bert", SECOND)],
            Decisions::TwoPersons,
        )
        .unwrap();

        assert_eq!(keepers.whose(FIRST), Some("anna"));
        assert_eq!(keepers.whose(SECOND), Some("bert"));
        assert_eq!(keepers.whose("nobody's secret, though it is long enough"), None);
    }

    #[test]
    fn two_persons_cannot_be_one() {
        let refused = |keepers: &[Keeper], decisions| Keepers::new(keepers, decisions).err();
        let two = Decisions::TwoPersons;

        assert_eq!(
            refused(&[keeper("anna", FIRST)], two),
            Some(KeepersError::Number(1))
        );
        assert_eq!(refused(&[keeper("anna", FIRST)], Decisions::OnePerson), None);
        assert_eq!(refused(&[], Decisions::OnePerson), Some(KeepersError::Number(0)));
        let same_secret = [keeper("anna", FIRST), keeper("bert", FIRST)];
        assert_eq!(refused(&same_secret, two), Some(KeepersError::Twice(2)));
        let same_name = [keeper("anna", FIRST), keeper("anna", SECOND)];
        assert_eq!(refused(&same_name, two), Some(KeepersError::Twice(2)));
        let short = [keeper("anna", FIRST), keeper("bert", &SECOND[..31])];
        assert_eq!(refused(&short, two), Some(KeepersError::Short(2)));
        let named = [keeper("Anna B", FIRST), keeper("bert", SECOND)];
        assert_eq!(refused(&named, two), Some(KeepersError::Name(1)));
    }
}
