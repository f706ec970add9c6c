//! The one HTTP client with which a service reaches out.
//!
//! Addresses come from credentials and other documents of strangers, so each is treated as an attempt
//! to reach what only this machine can reach. Only `https` to public addresses is fetched, and what an
//! operator allowed by exact origin (the sample set-up, an internal register). Names are resolved here,
//! every address of the answer is checked, and the connection goes to an address that was checked: a name
//! that later resolves elsewhere gains nothing. Redirects and proxies are not followed, cookies are not
//! kept, and bodies are not read beyond a limit, nor decoded unless by [`Client::compressed`].

mod address;

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::io::{self, Read as _};
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use flate2::read::GzDecoder;
use http::{HeaderMap, StatusCode, header};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect;
use url::{Host, Origin, Url};

use crate::Clock;

pub use address::is_public;

/// How long changes are waited for, where the whole can be had instead.
const SOON: Duration = Duration::from_secs(4);

/// What a client may reach and how much it takes.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Exact origins (`http://localhost:4702`) that are reached even over plain http or at an address
    /// that is not public. Another port on the same host is another origin.
    pub allowed_origins: Vec<String>,
    /// The longest time for a whole exchange.
    pub time: Duration,
    /// The longest time to connect.
    pub connect_time: Duration,
    /// The largest body in bytes.
    pub body: usize,
    /// Where `fetched_at` comes from.
    pub clock: Clock,
}

impl Default for Settings {
    /// No extra origins, ten seconds (four to connect), two mebibytes.
    fn default() -> Self {
        Self {
            allowed_origins: Vec::new(),
            time: Duration::from_secs(10),
            connect_time: Duration::from_secs(4),
            body: 2 * 1024 * 1024,
            clock: Clock::system(),
        }
    }
}

/// A client as the module describes; cheap to clone, and clones share connections.
#[derive(Clone)]
pub struct Client {
    /// For everything: https alone, checked addresses.
    guarded: reqwest::Client,
    /// For the allowed origins alone.
    allowed: reqwest::Client,
    origins: Arc<BTreeSet<String>>,
    body: usize,
    /// Whether it asks for compressed answers.
    compressed: bool,
    clock: Clock,
}

/// An answer, whatever its status.
#[derive(Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The status code; never a redirect.
    pub status: u16,
    /// The entity tag, to ask later whether it changed.
    pub tag: Option<String>,
    /// The media type without parameters, in lower case.
    pub content_type: Option<String>,
    /// The body as sent.
    pub body: Vec<u8>,
    /// When it was fetched.
    pub fetched_at: DateTime<Utc>,
    /// Until when the server lets it be used again, by `Cache-Control: max-age` (RFC 9111, section 5.2.2);
    /// `None` when it says nothing or forbids it.
    pub fresh_until: Option<DateTime<Utc>>,
}

impl fmt::Debug for Fetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fetched({}, {} bytes)", self.status, self.body.len())
    }
}

/// Why nothing was fetched. The texts name the host at most, never a path.
#[derive(Debug, thiserror::Error)]
pub enum OutboundError {
    /// Not an absolute http(s) address, too long, or with a user name in it.
    #[error("not an address that can be fetched")]
    InvalidUrl,
    /// Plain http, and not to an allowed origin.
    #[error("{0} is not fetched: only https is, unless the operator allows the origin")]
    NotHttps(String),
    /// The host is, or resolves to, an address that is not public.
    #[error("{0} is not fetched: it is at an address that is not public")]
    ForbiddenAddress(String),
    /// The server answered with a redirect.
    #[error("{host} answered with a redirect ({status}); redirects are not followed")]
    Redirect {
        /// Who answered.
        host: String,
        /// The status code.
        status: u16,
    },
    /// The body is larger than the limit.
    #[error("the answer of {host} is larger than {limit} bytes")]
    TooLarge {
        /// Who answered.
        host: String,
        /// The limit in bytes.
        limit: usize,
    },
    /// The body is compressed although that was not asked for, or not as it should be.
    #[error("the answer of {0} is encoded in a way that was not asked for")]
    Encoded(String),
    /// It took too long.
    #[error("{0} did not answer in time")]
    Timeout(String),
    /// No connection, or one that broke off.
    #[error("{host} could not be reached")]
    Unreachable {
        /// Who did not answer.
        host: String,
        /// What the connection says.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

/// A client that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// Not an origin.
    #[error("`{0}` is not an origin: write scheme, host and port alone, such as http://localhost:4702")]
    InvalidOrigin(String),
    /// The TLS library refused.
    #[error("the HTTP client could not be made")]
    Client(#[from] reqwest::Error),
}

impl Client {
    /// A client for `settings`.
    pub fn new(settings: &Settings) -> Result<Self, SettingsError> {
        Self::with_lookup(settings, Lookup::system())
    }

    fn with_lookup(settings: &Settings, lookup: Lookup) -> Result<Self, SettingsError> {
        let origins = settings
            .allowed_origins
            .iter()
            .map(|origin| parse_origin(origin))
            .collect::<Result<_, _>>()?;
        let clients = |roots: Roots| {
            let builder = || {
                let builder = reqwest::Client::builder()
                    .redirect(redirect::Policy::none())
                    .no_proxy()
                    .referer(false)
                    .timeout(settings.time)
                    .connect_timeout(settings.connect_time)
                    .pool_max_idle_per_host(4)
                    .user_agent(concat!("waarmerk/", env!("CARGO_PKG_VERSION")));
                match roots {
                    Roots::System => builder,
                    Roots::None => builder.tls_certs_only([]),
                }
            };
            let checked = CheckedNames {
                lookup: lookup.clone(),
            };
            let guarded = builder().https_only(true).dns_resolver(checked).build()?;
            let allowed = builder().dns_resolver(lookup.clone()).build()?;
            Ok::<_, reqwest::Error>((guarded, allowed))
        };
        // A machine without certificate authorities can still reach allowed origins over plain http.
        let (guarded, allowed) = clients(Roots::System).or_else(|error| {
            tracing::warn!(
                ?error,
                "no certificate authorities found on this machine: nothing is reached over https"
            );
            clients(Roots::None)
        })?;
        Ok(Self {
            guarded,
            allowed,
            origins: Arc::new(origins),
            body: settings.body,
            compressed: false,
            clock: settings.clock.clone(),
        })
    }

    /// The same client for large texts: it takes bodies of up to `limit` bytes, and asks for them compressed with gzip.
    ///
    /// The limit holds for what is sent and for what comes out of it, which is unpacked no further.
    #[must_use]
    pub fn compressed(&self, limit: usize) -> Self {
        Self {
            body: limit,
            compressed: true,
            ..self.clone()
        }
    }

    /// Fetches `address`, asking for the media type(s) `accept`.
    ///
    /// An answer with an error status is `Ok`: the caller decides what it means.
    pub async fn get(&self, address: &str, accept: &str) -> Result<Fetched, OutboundError> {
        self.get_if_changed(address, accept, None).await
    }

    /// Fetches `address` unless it is still what `tag` names: then the status is 304 and the body empty
    /// (RFC 9110, section 13.1.2).
    pub async fn get_if_changed(
        &self,
        address: &str,
        accept: &str,
        tag: Option<&str>,
    ) -> Result<Fetched, OutboundError> {
        let (client, url, host) = self.checked(address)?;
        let mut request = client.get(url).header(header::ACCEPT, accept);
        if let Some(tag) = tag {
            request = request.header(header::IF_NONE_MATCH, tag);
        }
        self.fetched(request, host, tag.is_some()).await
    }

    /// Fetches what changed in something that is known, from the address of that, and makes the whole of it with `whole`.
    ///
    /// `tag` is that of what is known, which the server gives to changes as well. The answer is as if the whole had been fetched;
    /// `None` where nothing comes of it, and the whole is to be fetched, whatever became of the request. `whole` works on a thread where it may take its time.
    pub async fn get_changes(
        &self,
        address: &str,
        tag: Option<&str>,
        whole: impl FnOnce(&str) -> Option<String> + Send + 'static,
    ) -> Option<Fetched> {
        // A server that does not answer for what changed may answer for the whole.
        let asked = self.get_if_changed(address, "application/json", tag);
        let fetched = tokio::time::timeout(SOON, asked).await.ok()?.ok()?;
        if fetched.status == 304 {
            return Some(fetched);
        }
        let (200, Ok(changes)) = (fetched.status, String::from_utf8(fetched.body)) else {
            return None;
        };
        let made = tokio::task::spawn_blocking(move || whole(&changes)).await;
        made.unwrap_or_default().map(|body| Fetched {
            body: body.into_bytes(),
            status: 200,
            tag: fetched.tag,
            content_type: None,
            fetched_at: fetched.fetched_at,
            fresh_until: fetched.fresh_until,
        })
    }

    /// Sends a small JSON text to `address`, and reads the JSON that comes back.
    pub async fn post_json(&self, address: &str, body: String) -> Result<Fetched, OutboundError> {
        let (client, url, host) = self.checked(address)?;
        let request = client
            .post(url)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/json")
            .body(body);
        self.fetched(request, host, false).await
    }

    /// Sends a text to `address` as whoever has the secret `bearer` (RFC 6750), and reads the JSON that comes back.
    ///
    /// Redirects are not followed, so the secret goes nowhere else.
    pub async fn post_text_as(
        &self,
        bearer: &str,
        address: &str,
        body: String,
    ) -> Result<Fetched, OutboundError> {
        let (client, url, host) = self.checked(address)?;
        let request = client
            .post(url)
            .bearer_auth(bearer)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "text/plain; charset=utf-8")
            .body(body);
        self.fetched(request, host, false).await
    }

    /// The client, address and host for a request, when that address may be asked.
    fn checked(&self, address: &str) -> Result<(&reqwest::Client, Url, String), OutboundError> {
        if address.len() > 2048 {
            return Err(OutboundError::InvalidUrl);
        }
        let mut url = Url::parse(address).map_err(|_| OutboundError::InvalidUrl)?;
        url.set_fragment(None);
        let host = url.host_str().ok_or(OutboundError::InvalidUrl)?.to_owned();
        let client = self.client_for(&url, &host)?;
        Ok((client, url, host))
    }

    async fn fetched(
        &self,
        request: reqwest::RequestBuilder,
        host: String,
        conditional: bool,
    ) -> Result<Fetched, OutboundError> {
        let accepted = if self.compressed { "gzip" } else { "identity" };
        let request = request.header(header::ACCEPT_ENCODING, accepted);
        let sent = request.send().await;
        let mut response = sent.map_err(|error| failure(&host, error))?;
        let status = response.status();
        let unchanged = status == StatusCode::NOT_MODIFIED && conditional;
        if status.is_redirection() && !unchanged {
            return Err(OutboundError::Redirect {
                host,
                status: status.as_u16(),
            });
        }
        let is_packed = match response.headers().get(header::CONTENT_ENCODING) {
            // Without a body there is nothing to unpack.
            _ if unchanged => false,
            Some(encoding) if encoding == "gzip" && self.compressed => true,
            Some(encoding) if encoding != "identity" => return Err(OutboundError::Encoded(host)),
            _ => false,
        };
        let too_large = || OutboundError::TooLarge {
            host: host.clone(),
            limit: self.body,
        };
        if response
            .content_length()
            .is_some_and(|length| length > self.body as u64)
        {
            return Err(too_large());
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| failure(&host, error))? {
            if body.len() + chunk.len() > self.body {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        if is_packed {
            body = match unpacked(&body, self.body) {
                Ok(body) if body.len() > self.body => return Err(too_large()),
                Ok(body) => body,
                Err(_) => return Err(OutboundError::Encoded(host)),
            };
        }
        let fetched_at = self.clock.now();
        Ok(Fetched {
            status: status.as_u16(),
            tag: entity_tag(response.headers()),
            content_type: media_type(response.headers()),
            fresh_until: max_age(response.headers()).and_then(|age| fetched_at.checked_add_signed(age)),
            body,
            fetched_at,
        })
    }

    fn client_for(&self, url: &Url, host: &str) -> Result<&reqwest::Client, OutboundError> {
        if !url.username().is_empty() || url.password().is_some() {
            return Err(OutboundError::InvalidUrl);
        }
        if self.origins.contains(&url.origin().ascii_serialization()) {
            return Ok(&self.allowed);
        }
        match url.scheme() {
            "https" => {}
            "http" => return Err(OutboundError::NotHttps(host.to_owned())),
            _ => return Err(OutboundError::InvalidUrl),
        }
        // An address in the URL is connected to without being resolved, so it is checked here.
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            _ => None,
        };
        match literal.is_none_or(is_public) {
            true => Ok(&self.guarded),
            false => Err(OutboundError::ForbiddenAddress(host.to_owned())),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("origins", &self.origins)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

/// Which certificate authorities are believed.
#[derive(Clone, Copy)]
enum Roots {
    System,
    None,
}

fn parse_origin(text: &str) -> Result<String, SettingsError> {
    let invalid = || SettingsError::InvalidOrigin(text.to_owned());
    let url = Url::parse(text).map_err(|_| invalid())?;
    let bare =
        url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    match url.origin() {
        Origin::Tuple(..) if bare && matches!(url.scheme(), "http" | "https") => {
            Ok(url.origin().ascii_serialization())
        }
        _ => Err(invalid()),
    }
}

/// What was packed with gzip; one byte more than `limit` when it is longer.
fn unpacked(packed: &[u8], limit: usize) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    let longest = u64::try_from(limit).map_or(u64::MAX, |limit| limit.saturating_add(1));
    GzDecoder::new(packed).take(longest).read_to_end(&mut body)?;
    Ok(body)
}

fn entity_tag(headers: &HeaderMap) -> Option<String> {
    headers
        .get(header::ETAG)?
        .to_str()
        .ok()
        .filter(|tag| tag.len() <= 256)
        .map(str::to_owned)
}

fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next()?.trim().to_ascii_lowercase())
}

fn max_age(headers: &HeaderMap) -> Option<TimeDelta> {
    let value = headers
        .get(header::CACHE_CONTROL)?
        .to_str()
        .ok()?
        .to_ascii_lowercase();
    let mut age = None;
    for directive in value.split(',').map(str::trim) {
        match directive.split_once('=') {
            Some(("max-age", seconds)) => age = seconds.trim_matches('"').parse::<u32>().ok(),
            None if directive == "no-store" || directive == "no-cache" => return None,
            _ => {}
        }
    }
    age.map(|seconds| TimeDelta::seconds(i64::from(seconds)))
}

fn failure(host: &str, error: reqwest::Error) -> OutboundError {
    let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
    while let Some(inner) = cause {
        if inner.is::<NotPublic>() {
            return OutboundError::ForbiddenAddress(host.to_owned());
        }
        cause = inner.source();
    }
    match error.is_timeout() {
        true => OutboundError::Timeout(host.to_owned()),
        // The address stays out of the text: it may name a credential.
        false => OutboundError::Unreachable {
            host: host.to_owned(),
            source: error.without_url().into(),
        },
    }
}

/// A name that resolves to an address which is not public.
#[derive(Debug, thiserror::Error)]
#[error("resolves to an address that is not public")]
struct NotPublic;

type Addresses = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Finds the addresses of a name; the system's resolver, or a test's.
#[derive(Clone)]
struct Lookup(Arc<dyn Fn(String) -> Addresses + Send + Sync>);

impl Lookup {
    fn system() -> Self {
        Self(Arc::new(|name| {
            Box::pin(async move {
                let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
                Ok(found.map(|socket| socket.ip()).collect())
            })
        }))
    }
}

impl Resolve for Lookup {
    fn resolve(&self, name: Name) -> Resolving {
        let found = self.0(name.as_str().to_owned());
        Box::pin(async move { Ok(sockets(found.await?)) })
    }
}

/// Resolves names to public addresses only; one that is not public spoils the whole answer.
struct CheckedNames {
    lookup: Lookup,
}

impl Resolve for CheckedNames {
    fn resolve(&self, name: Name) -> Resolving {
        let found = self.lookup.0(name.as_str().to_owned());
        Box::pin(async move {
            let addresses = found.await?;
            match addresses.iter().copied().all(is_public) {
                true => Ok(sockets(addresses)),
                false => Err(NotPublic.into()),
            }
        })
    }
}

fn sockets(addresses: Vec<IpAddr>) -> Addrs {
    // Port 0 stands for the port of the URL.
    Box::new(addresses.into_iter().map(|address| SocketAddr::new(address, 0)))
}

#[cfg(test)]
mod tests;
