//! The identifier of one credential.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

const LONGEST: usize = 2_048;

/// The text is not an absolute identifier, such as `urn:uuid:…` or `https://…`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a credential identifier (expected an absolute URI, such as urn:uuid:…)")]
pub struct InvalidCredentialId;

/// The `id` of a credential: an absolute URI
/// ([VCDM 2.0 §4.4](https://www.w3.org/TR/vc-data-model-2.0/#identifiers)).
///
/// Each copy of an award has its own, so that two verifiers cannot join what they were shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CredentialId(String);

impl CredentialId {
    /// Reads an absolute URI.
    pub fn parse(text: &str) -> Result<Self, InvalidCredentialId> {
        text.parse()
    }

    /// A random UUID (version 4, [RFC 9562 §5.4](https://www.rfc-editor.org/rfc/rfc9562#section-5.4))
    /// made of `random`, as `urn:uuid:…`.
    pub fn from_random(mut random: [u8; 16]) -> Self {
        random[6] = (random[6] & 0x0f) | 0x40;
        random[8] = (random[8] & 0x3f) | 0x80;
        let hex: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        let (a, b, c, d, e) = (&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]);
        Self(format!("urn:uuid:{a}-{b}-{c}-{d}-{e}"))
    }

    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CredentialId {
    type Err = InvalidCredentialId;

    fn from_str(text: &str) -> Result<Self, InvalidCredentialId> {
        Self::try_from(text.to_owned())
    }
}

impl TryFrom<String> for CredentialId {
    type Error = InvalidCredentialId;

    fn try_from(text: String) -> Result<Self, InvalidCredentialId> {
        if is_absolute_uri(&text) {
            Ok(Self(text))
        } else {
            Err(InvalidCredentialId)
        }
    }
}

impl From<CredentialId> for String {
    fn from(id: CredentialId) -> Self {
        id.0
    }
}

impl AsRef<str> for CredentialId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CredentialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_absolute_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    text.len() <= LONGEST
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
        && !rest.is_empty()
        && rest
            .bytes()
            .all(|b| b.is_ascii_graphic() && !b"<>\"{}|\\^`".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_bytes_make_a_version_4_uuid() {
        let id = CredentialId::from_random([0xff; 16]);
        assert_eq!(id.as_str(), "urn:uuid:ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(CredentialId::parse(id.as_str()), Ok(id));
    }

    #[test]
    fn relative_and_malformed_identifiers_are_refused() {
        for text in [
            "",
            "abc",
            "urn:",
            ":x",
            "urn:a b",
            "1a:b",
            "https://a.example/<x>",
            "urn:é",
        ] {
            assert_eq!(CredentialId::parse(text), Err(InvalidCredentialId), "{text}");
        }
    }
}
