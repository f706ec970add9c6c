//! `did:web`: where the document lies.

use credentials::Did;
use url::{Host, Url};

/// Why a `did:web` gives no URL, or an origin may not be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebError {
    /// The identifier has another method.
    #[error("not a did:web")]
    Method,
    /// Host, port or path cannot be made into a URL without changing their meaning.
    #[error("the did:web names no usable host, port and path")]
    Malformed,
    /// A network address stands where a domain name belongs.
    #[error("a did:web must name a domain, not a network address")]
    Address,
    /// A listed origin is not plain http on this machine.
    #[error("only http origins on this machine's loopback interface can be listed")]
    NotLoopback,
}

/// The exact origins that may be reached over plain http: services on this machine, for a demo.
///
/// Empty by default; then everything is https.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoopbackOrigins(Vec<String>);

impl LoopbackOrigins {
    /// No exceptions: https only.
    pub fn none() -> Self {
        Self::default()
    }

    /// Lists origins such as `http://localhost:4702`. Anything that is not plain http on
    /// `localhost` or a loopback address is refused, so a slip in the configuration opens nothing.
    pub fn new<S: AsRef<str>>(origins: impl IntoIterator<Item = S>) -> Result<Self, WebError> {
        origins
            .into_iter()
            .map(|origin| {
                let url = Url::parse(origin.as_ref()).map_err(|_| WebError::NotLoopback)?;
                let is_loopback = match url.host() {
                    Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
                    Some(Host::Ipv4(address)) => address.is_loopback(),
                    Some(Host::Ipv6(address)) => address.is_loopback(),
                    None => false,
                };
                let is_origin = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
                if url.scheme() == "http" && is_loopback && is_origin && url.username().is_empty() {
                    Ok(url.origin().ascii_serialization())
                } else {
                    Err(WebError::NotLoopback)
                }
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether a URL lies at one of the listed origins.
    pub fn allow(&self, url: &Url) -> bool {
        self.0.contains(&url.origin().ascii_serialization())
    }
}

/// The URL of a `did:web`'s document: https, or http when its origin is listed.
///
/// `did:web:localhost%3A4702:energie` is `http://localhost:4702/energie/did.json` if
/// `http://localhost:4702` is listed.
pub fn web_url(did: &Did, loopback: &LoopbackOrigins) -> Result<Url, WebError> {
    if did.method() != "web" {
        return Err(WebError::Method);
    }
    let mut segments = did.method_specific_id().split(':');
    let authority = segments.next().unwrap_or_default();
    let (host, port) = match authority.split_once('%') {
        None => (authority, None),
        Some((host, port)) => {
            let digits = port.strip_prefix("3A").or_else(|| port.strip_prefix("3a"));
            let port: u16 = digits
                .filter(|digits| !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit()))
                .and_then(|digits| digits.parse().ok())
                .ok_or(WebError::Malformed)?;
            (host, Some(port))
        }
    };
    let is_domain = |host: &str| {
        host.split('.').all(|label| {
            !label.is_empty()
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
    };
    if !is_domain(host) {
        return Err(WebError::Malformed);
    }
    let mut path: Vec<&str> = segments.collect();
    // Dots and escapes could lead out of the place the identifier names.
    if path
        .iter()
        .any(|segment| segment.is_empty() || *segment == "." || *segment == ".." || segment.contains('%'))
    {
        return Err(WebError::Malformed);
    }
    if path.is_empty() {
        path.push(".well-known");
    }
    path.push("did.json");
    let authority = port.map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let rest = format!("{authority}/{}", path.join("/"));
    let plain = Url::parse(&format!("http://{rest}")).map_err(|_| WebError::Malformed)?;
    if !matches!(plain.host(), Some(Host::Domain(_))) {
        return Err(WebError::Address);
    }
    if loopback.allow(&plain) {
        return Ok(plain);
    }
    Url::parse(&format!("https://{rest}")).map_err(|_| WebError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url_of(did: &str, loopback: &LoopbackOrigins) -> Result<String, WebError> {
        web_url(&did.parse().unwrap(), loopback).map(String::from)
    }

    #[test]
    fn a_domain_has_its_document_at_the_well_known_place() {
        let none = LoopbackOrigins::none();
        assert_eq!(
            url_of("did:web:college.example", &none).unwrap(),
            "https://college.example/.well-known/did.json"
        );
    }

    #[test]
    fn path_and_escaped_port_become_part_of_the_url() {
        let none = LoopbackOrigins::none();
        assert_eq!(
            url_of("did:web:college.example%3A8443:units:energie", &none).unwrap(),
            "https://college.example:8443/units/energie/did.json"
        );
    }

    #[test]
    fn only_a_listed_origin_is_reached_over_plain_http() {
        let listed = LoopbackOrigins::new(["http://localhost:4702"]).unwrap();
        assert_eq!(
            url_of("did:web:localhost%3A4702:energie", &listed).unwrap(),
            "http://localhost:4702/energie/did.json"
        );
        assert_eq!(
            url_of("did:web:localhost%3A4703", &listed).unwrap(),
            "https://localhost:4703/.well-known/did.json"
        );
    }

    #[test]
    fn origins_outside_this_machine_cannot_be_listed() {
        for origin in [
            "http://college.example",
            "https://localhost:4702",
            "http://192.168.1.5:80",
            "localhost:4702",
            "http://localhost:4702/path",
            "http://user@localhost:4702",
            "http://localhost.example",
        ] {
            assert_eq!(
                LoopbackOrigins::new([origin]),
                Err(WebError::NotLoopback),
                "{origin}"
            );
        }
    }

    #[test]
    fn addresses_are_refused_in_every_spelling() {
        for did in [
            "did:web:127.0.0.1",
            "did:web:10.0.0.1%3A80",
            "did:web:2130706433",
            "did:web:0x7f.1",
        ] {
            assert_eq!(
                url_of(did, &LoopbackOrigins::none()),
                Err(WebError::Address),
                "{did}"
            );
        }
    }

    #[test]
    fn paths_and_ports_that_could_mislead_are_refused() {
        for did in [
            "did:web:college.example:..:other",
            "did:web:college.example::unit",
            "did:web:college.example:%2e%2e",
            "did:web:college.example%3A",
            "did:web:college.example%3A99999",
            "did:web:under_score.example",
            "did:web:college.example%2Fpath",
            "did:web:a%40college.example",
            "did:web:%3A80",
        ] {
            assert_eq!(
                url_of(did, &LoopbackOrigins::none()),
                Err(WebError::Malformed),
                "{did}"
            );
        }
        assert_eq!(
            url_of("did:key:z6Mk", &LoopbackOrigins::none()),
            Err(WebError::Method)
        );
    }
}
