//! Decentralized identifiers, by the grammar of
//! [DID 1.0 §3](https://www.w3.org/TR/did-core/#identifier).

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Longer identifiers are refused; a P-256 `did:jwk` has some 180 characters, an RSA one some 600.
const LONGEST: usize = 2_048;

/// Why a text is not a decentralized identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDid {
    /// The text does not follow the grammar of DID 1.0 §3.
    #[error("not a decentralized identifier (expected did:<method>:<name>)")]
    Syntax,
    /// The text is longer than any identifier in use.
    #[error("decentralized identifier longer than {LONGEST} characters")]
    TooLong,
}

/// A decentralized identifier, such as `did:web:college.example`.
///
/// Always well formed; whether it resolves is for `proofs` to find out.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Did(String);

impl Did {
    /// Reads an identifier without path, query or fragment.
    pub fn parse(text: &str) -> Result<Self, InvalidDid> {
        text.parse()
    }

    /// The method name: `web` in `did:web:college.example`.
    pub fn method(&self) -> &str {
        self.0.split(':').nth(1).unwrap_or_default()
    }

    /// What follows the method name: `college.example` in `did:web:college.example`.
    pub fn method_specific_id(&self) -> &str {
        self.0.splitn(3, ':').nth(2).unwrap_or_default()
    }

    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Did {
    type Err = InvalidDid;

    fn from_str(text: &str) -> Result<Self, InvalidDid> {
        check_did(text)?;
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for Did {
    type Error = InvalidDid;

    fn try_from(text: String) -> Result<Self, InvalidDid> {
        check_did(&text)?;
        Ok(Self(text))
    }
}

impl From<Did> for String {
    fn from(did: Did) -> Self {
        did.0
    }
}

impl AsRef<str> for Did {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Did {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A DID URL: an identifier with what may follow it, such as `did:web:college.example#key-1`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DidUrl {
    text: String,
    did: Did,
}

impl DidUrl {
    /// Reads a DID URL; a bare identifier is one too.
    pub fn parse(text: &str) -> Result<Self, InvalidDid> {
        text.parse()
    }

    /// The identifier before path, query and fragment.
    pub fn did(&self) -> &Did {
        &self.did
    }

    /// What follows `#`, which names a key or a service.
    pub fn fragment(&self) -> Option<&str> {
        self.text.split_once('#').map(|(_, fragment)| fragment)
    }

    /// The whole DID URL as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for DidUrl {
    type Err = InvalidDid;

    fn from_str(text: &str) -> Result<Self, InvalidDid> {
        if text.len() > LONGEST {
            return Err(InvalidDid::TooLong);
        }
        let end = text.find(['/', '?', '#']).unwrap_or(text.len());
        let (did, rest) = text.split_at(end);
        if !rest.chars().all(is_url_character) || rest.matches('#').count() > 1 {
            return Err(InvalidDid::Syntax);
        }
        Ok(Self {
            text: text.to_owned(),
            did: did.parse()?,
        })
    }
}

impl TryFrom<String> for DidUrl {
    type Error = InvalidDid;

    fn try_from(text: String) -> Result<Self, InvalidDid> {
        text.parse()
    }
}

impl From<DidUrl> for String {
    fn from(url: DidUrl) -> Self {
        url.text
    }
}

impl From<Did> for DidUrl {
    fn from(did: Did) -> Self {
        Self {
            text: did.0.clone(),
            did,
        }
    }
}

impl AsRef<str> for DidUrl {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for DidUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn check_did(text: &str) -> Result<(), InvalidDid> {
    if text.len() > LONGEST {
        return Err(InvalidDid::TooLong);
    }
    let rest = text.strip_prefix("did:").ok_or(InvalidDid::Syntax)?;
    let (method, id) = rest.split_once(':').ok_or(InvalidDid::Syntax)?;
    let method_is_sound = !method.is_empty()
        && method
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let id_is_sound = !id.is_empty() && !id.ends_with(':') && has_only_id_characters(id.as_bytes());
    if method_is_sound && id_is_sound {
        Ok(())
    } else {
        Err(InvalidDid::Syntax)
    }
}

fn has_only_id_characters(mut rest: &[u8]) -> bool {
    loop {
        rest = match rest {
            [] => return true,
            [b'%', a, b, tail @ ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => tail,
            [c, tail @ ..] if c.is_ascii_alphanumeric() || b".-_:".contains(c) => tail,
            _ => return false,
        };
    }
}

fn is_url_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || "/?#:@!$&'()*+,;=-._~%".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_in_use_are_read() {
        for text in [
            "did:web:college.example",
            "did:web:localhost%3A4702:energie",
            "did:key:zDnae",
            "did:x:a::b",
        ] {
            assert_eq!(Did::parse(text).unwrap().as_str(), text);
        }
        let did = Did::parse("did:web:college.example:unit").unwrap();
        assert_eq!(
            (did.method(), did.method_specific_id()),
            ("web", "college.example:unit")
        );
    }

    #[test]
    fn malformed_identifiers_are_refused() {
        for text in [
            "",
            "did:",
            "did:web",
            "did:web:",
            "did:Web:a",
            "did:web:a:",
            "did:web:a b",
            "did:web:a%4",
            "did:web:a#k",
            "did:web:a/b",
            "https://college.example",
            "did:web:é",
            " did:web:a",
        ] {
            assert_eq!(Did::parse(text), Err(InvalidDid::Syntax), "{text}");
        }
        let long = format!("did:web:{}", "a".repeat(LONGEST));
        assert_eq!(Did::parse(&long), Err(InvalidDid::TooLong));
    }

    #[test]
    fn did_url_gives_identifier_and_fragment() {
        let url = DidUrl::parse("did:web:college.example:unit#p256-1").unwrap();
        assert_eq!(url.did().as_str(), "did:web:college.example:unit");
        assert_eq!(url.fragment(), Some("p256-1"));
        assert_eq!(DidUrl::parse("did:web:a").unwrap().fragment(), None);
        assert!(DidUrl::parse("did:web:a#b#c").is_err());
        assert!(DidUrl::parse("did:web:a#b c").is_err());
    }

    #[test]
    fn serde_refuses_what_parse_refuses() {
        assert!(serde_json::from_str::<Did>("\"not a did\"").is_err());
        assert_eq!(
            serde_json::to_string(&Did::parse("did:web:a").unwrap()).unwrap(),
            "\"did:web:a\""
        );
    }
}
