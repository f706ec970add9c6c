//! Which addresses a wallet is willing to call.

use super::CollectError;
use url::{Origin, Url};

/// The longest address that is followed.
const LONGEST: usize = 2048;

/// The addresses that may be called: https, and plain http at exactly the origins listed.
#[derive(Clone, Debug, Default)]
pub struct Allowed {
    plain_http: Vec<Origin>,
}

impl Allowed {
    /// `plain_http` lists origins such as `http://localhost:4702`; what is no origin is left out.
    pub fn with_plain_http<S: AsRef<str>>(plain_http: impl IntoIterator<Item = S>) -> Self {
        let origins = plain_http
            .into_iter()
            .filter_map(|text| Url::parse(text.as_ref()).ok());
        Self {
            plain_http: origins
                .filter(|url| url.scheme() == "http")
                .map(|url| url.origin())
                .collect(),
        }
    }

    /// Reads an address that may be called. No user names, no fragments.
    pub(super) fn parse(&self, text: &str, what: &'static str) -> Result<Url, CollectError> {
        let unsafe_address = || CollectError::UnsafeAddress(what);
        if text.len() > LONGEST {
            return Err(unsafe_address());
        }
        let url = Url::parse(text).map_err(|_| unsafe_address())?;
        self.permits(&url).then_some(url).ok_or_else(unsafe_address)
    }

    /// Whether this address may be called.
    pub(super) fn permits(&self, url: &Url) -> bool {
        let scheme = match url.scheme() {
            "https" => true,
            "http" => self.plain_http.contains(&url.origin()),
            _ => false,
        };
        scheme
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
            && url.fragment().is_none()
    }

    /// Reads an issuer identifier: an address without a query.
    pub(super) fn identifier(&self, text: &str, what: &'static str) -> Result<Url, CollectError> {
        let url = self.parse(text, what)?;
        match url.query() {
            None => Ok(url),
            Some(_) => Err(CollectError::UnsafeAddress(what)),
        }
    }

    /// Reads an endpoint, which must be at the origin of the party that names it.
    pub(super) fn endpoint(&self, text: &str, owner: &Url, what: &'static str) -> Result<Url, CollectError> {
        let url = self.parse(text, what)?;
        if url.origin() == owner.origin() {
            Ok(url)
        } else {
            Err(CollectError::OtherOrigin(what))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_called_at_the_listed_origin_alone() {
        let allowed = Allowed::with_plain_http(["http://localhost:4702"]);
        assert!(allowed.parse("http://localhost:4702/offers/1", "offer").is_ok());
        assert!(allowed.parse("https://college.example/offers/1", "offer").is_ok());
        for refused in [
            "http://localhost:4703/offers/1",
            "http://localhost/offers/1",
            "http://127.0.0.1:4702/offers/1",
            "http://localhost:4702@evil.example/",
            "http://user@localhost:4702/",
            "ftp://college.example/",
            "javascript:alert(1)",
            "https://college.example/#x",
        ] {
            assert!(allowed.parse(refused, "offer").is_err(), "{refused}");
        }
    }

    #[test]
    fn an_https_entry_does_not_open_plain_http() {
        let allowed = Allowed::with_plain_http(["https://college.example", "nonsense"]);
        assert!(allowed.parse("http://college.example/", "offer").is_err());
    }

    #[test]
    fn endpoint_elsewhere_is_refused() {
        let owner = Url::parse("https://college.example/energy").unwrap();
        let allowed = Allowed::default();
        assert!(
            allowed
                .endpoint("https://college.example/token", &owner, "token endpoint")
                .is_ok()
        );
        for elsewhere in ["https://evil.example/token", "https://college.example:8443/token"] {
            let refused = allowed.endpoint(elsewhere, &owner, "token endpoint");
            assert!(
                matches!(refused, Err(CollectError::OtherOrigin("token endpoint"))),
                "{elsewhere}"
            );
        }
    }
}
