//! Entity identifiers: the https addresses by which federations name organisations.

use std::fmt;

use credentials::Did;
use proofs::did::{LoopbackOrigins, web_url};
use serde::{Serialize, Serializer};
use url::{Host, Url};

/// The longest identifier that is read.
const LONGEST: usize = 512;

/// An entity identifier (section 1.2): an https address with a host, without query and fragment.
///
/// Compared as it is written. Plain http is taken for addresses of this machine alone, for a demo.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityId(String);

/// A text that names no entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an entity identifier: an https address without query and fragment")]
pub struct NotAnEntity;

impl EntityId {
    /// Reads an identifier.
    pub fn parse(text: &str) -> Result<Self, NotAnEntity> {
        let url = Some(text)
            .filter(|text| text.len() <= LONGEST)
            .and_then(|text| Url::parse(text).ok())
            .ok_or(NotAnEntity)?;
        let is_bare = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
        let is_reached_safely = match url.scheme() {
            "https" => url.host().is_some(),
            "http" => is_loopback(&url),
            _ => false,
        };
        // What is written otherwise than it is read, such as with a tab in it, would be compared wrongly.
        let is_as_written = url.as_str() == text || url.as_str().strip_suffix('/') == Some(text);
        match is_bare && url.password().is_none() && is_reached_safely && is_as_written {
            true => Ok(Self(text.to_owned())),
            false => Err(NotAnEntity),
        }
    }

    /// The identifier of whoever has a `did:web`: the address in which its DID document lies.
    ///
    /// `did:web:college.example` is `https://college.example`, and `did:web:college.example:energie` is
    /// `https://college.example/energie`. Other methods name no address. With `on_this_machine`, services of a demo
    /// are reached over plain http.
    pub fn of_did(did: &Did, on_this_machine: bool) -> Option<Self> {
        let mut url = web_url(did, &LoopbackOrigins::none()).ok()?;
        if on_this_machine && is_loopback(&url) {
            url.set_scheme("http").ok()?;
        }
        let document = url.as_str();
        let place = document
            .strip_suffix("/.well-known/did.json")
            .or_else(|| document.strip_suffix("/did.json"))?;
        Self::parse(place).ok()
    }

    /// The `did:web` of which this is the identifier.
    pub fn did(&self) -> Option<Did> {
        let url = Url::parse(&self.0).ok()?;
        let mut did = format!("did:web:{}", url.host_str()?);
        if let Some(port) = url.port() {
            did.push_str(&format!("%3A{port}"));
        }
        for segment in url.path().split('/').filter(|segment| !segment.is_empty()) {
            did.push(':');
            did.push_str(segment);
        }
        Did::parse(&did).ok()
    }

    /// Where it publishes its entity configuration (section 9).
    pub fn configuration(&self) -> String {
        format!("{}/.well-known/openid-federation", self.0.trim_end_matches('/'))
    }

    /// The identifier as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host, in lower case and without the dot that a whole name may end with.
    pub(crate) fn host(&self) -> String {
        let url = Url::parse(&self.0).ok();
        let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
        host.trim_end_matches('.').to_ascii_lowercase()
    }

    /// An address below it.
    pub(crate) fn below(&self, path: &str) -> String {
        format!("{}/{path}", self.0.trim_end_matches('/'))
    }

    /// Whether it is one of this machine's, over plain http.
    pub(crate) fn is_on_this_machine(&self) -> bool {
        self.0.starts_with("http://")
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

impl fmt::Display for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EntityId({})", self.0)
    }
}

impl Serialize for EntityId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_an_https_address_and_nothing_more() {
        for text in [
            "https://college.example",
            "https://college.example/",
            "https://college.example:8443/units/energie",
            "http://localhost:4702/energie",
        ] {
            assert_eq!(EntityId::parse(text).unwrap().as_str(), text);
        }
        for text in [
            "",
            "college.example",
            "http://college.example",
            "https://college.example?a",
            "https://college.example/#a",
            "https://a@college.example",
            "https://college.example/\ta",
            "HTTPS://college.example",
            "https://college.example/a/../b",
            "ftp://college.example",
            "did:web:college.example",
        ] {
            assert_eq!(EntityId::parse(text), Err(NotAnEntity), "{text}");
        }
        assert!(EntityId::parse(&format!("https://{}.example", "a".repeat(600))).is_err());
    }

    #[test]
    fn a_did_on_the_web_has_an_identifier_and_the_identifier_leads_back() {
        for (did, on_this_machine, id) in [
            ("did:web:college.example", false, "https://college.example"),
            (
                "did:web:college.example:energie",
                true,
                "https://college.example/energie",
            ),
            (
                "did:web:college.example%3A8443:a:b",
                false,
                "https://college.example:8443/a/b",
            ),
            (
                "did:web:localhost%3A4702:energie",
                true,
                "http://localhost:4702/energie",
            ),
            ("did:web:localhost%3A4702", false, "https://localhost:4702"),
        ] {
            let did: Did = did.parse().unwrap();
            let found = EntityId::of_did(&did, on_this_machine).unwrap();
            assert_eq!(found.as_str(), id);
            assert_eq!(found.did(), Some(did));
        }
        let key = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK";
        assert_eq!(EntityId::of_did(&key.parse().unwrap(), false), None);
    }

    #[test]
    fn a_configuration_lies_below_the_identifier() {
        for id in [
            "https://college.example/energie",
            "https://college.example/energie/",
        ] {
            assert_eq!(
                EntityId::parse(id).unwrap().configuration(),
                "https://college.example/energie/.well-known/openid-federation"
            );
        }
    }
}
