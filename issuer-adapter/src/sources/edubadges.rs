//! Awards on the national badge platform: Open Badges 2.0 with its extensions.
//!
//! An award is three documents: the assertion, its badge class and the issuer of that. They come by a
//! public link ([`fetch`]) or in a file, and [`read`] makes the same record of both. Nothing of the
//! recipient's hashed identity or its salt leaves this module, and the platform's public look-up of
//! names is never called: a name comes from a direct-award record or from staff.

mod outcomes;
mod record;

pub use record::{Context, read};

use credentials::json::{self, Limits};
use http_service::outbound::{Client, OutboundError};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

/// A platform, and the issuers on it that this adapter acts for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The platform's address, such as `https://edubadges.example`; only its origin counts.
    pub platform: Url,
    /// The issuers.
    #[serde(default)]
    pub issuers: Vec<SourceIssuer>,
}

/// An issuer on a platform.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceIssuer {
    /// Its `id` there, a URL.
    pub id: String,
    /// The unit of ours that issues for it.
    pub unit: String,
}

/// The documents of one award.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Documents {
    /// The assertion.
    pub assertion: Value,
    /// The badge class, with its fields for microcredentials.
    pub badge_class: Value,
    /// The issuer.
    pub issuer: Value,
    /// The direct-award record that the assertion came of, where the institution has it.
    #[serde(default)]
    pub direct_award: Option<Value>,
}

impl std::fmt::Debug for Documents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Documents(…)")
    }
}

/// Why no record was made.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// Not at a platform, or not of an issuer, that this adapter acts for.
    #[error("the badge was made elsewhere, not by an issuer this adapter acts for")]
    NotOurs,
    /// The address is not that of an assertion.
    #[error("the address is not that of a badge's assertion")]
    NotAnAssertion,
    /// The assertion was revoked at the source.
    #[error("the badge was revoked at its source")]
    Revoked {
        /// Why, in the source's words, where it says so.
        reason: Option<String>,
    },
    /// One of the documents could not be fetched as JSON.
    #[error("the {document} is not public, or no JSON came back")]
    NotPublic {
        /// Which document.
        document: &'static str,
        /// What went wrong on the way, if it was that.
        #[source]
        source: Option<OutboundError>,
    },
    /// The recipient is not given as a salted hash.
    #[error("the badge's recipient is not a salted sha256 hash")]
    Recipient,
    /// The documents are not of one award.
    #[error("the documents do not belong together: {en}")]
    Contradiction {
        /// What does not fit, in Dutch.
        nl: &'static str,
        /// The same in English.
        en: &'static str,
    },
}

/// Fetches the documents of the award at `address`.
///
/// Only addresses at `sources` are called, each document must call itself by the address it was asked
/// for at, and an issuer that is not ours is not even fetched.
pub async fn fetch(client: &Client, sources: &[Source], address: &str) -> Result<Documents, SourceError> {
    let mut url = Url::parse(address.trim()).map_err(|_| SourceError::NotAnAssertion)?;
    url.set_query(None);
    url.set_fragment(None);
    let source = sources
        .iter()
        .find(|source| source.is_at(&url))
        .ok_or(SourceError::NotOurs)?;
    if !url.path().starts_with("/public/assertions/") {
        return Err(SourceError::NotAnAssertion);
    }

    let assertion = document(client, &url, "assertion").await?;
    if record::is_revoked(&assertion) {
        return Err(record::revocation(&assertion));
    }
    let badge_id = source.linked(&assertion, "badge")?;
    let mut badge_url = badge_id.clone();
    badge_url.set_query(Some("expand=micro"));
    let badge_class = document_called(client, &badge_url, &badge_id, "badge class").await?;
    let issuer_id = source.linked(&badge_class, "issuer")?;
    if source.unit_of(issuer_id.as_str()).is_none() {
        return Err(SourceError::NotOurs);
    }
    let issuer = document(client, &issuer_id, "issuer").await?;
    Ok(Documents {
        assertion,
        badge_class,
        issuer,
        direct_award: None,
    })
}

impl Source {
    fn is_at(&self, url: &Url) -> bool {
        self.platform.origin() == url.origin()
    }

    /// The unit that acts for the issuer with this id.
    fn unit_of(&self, issuer: &str) -> Option<&str> {
        self.issuers
            .iter()
            .find(|known| known.id == issuer)
            .map(|known| known.unit.as_str())
    }

    /// The address of the document that `member` links to; it must be at the same platform.
    fn linked(&self, document: &Value, member: &str) -> Result<Url, SourceError> {
        let url = record::link(document, member)
            .and_then(|text| Url::parse(text).ok())
            .filter(|url| url.query().is_none() && url.fragment().is_none())
            .ok_or(SourceError::Contradiction {
                nl: "een verwijzing ontbreekt",
                en: "a link is missing",
            })?;
        if self.is_at(&url) {
            Ok(url)
        } else {
            Err(SourceError::NotOurs)
        }
    }
}

async fn document(client: &Client, url: &Url, name: &'static str) -> Result<Value, SourceError> {
    document_called(client, url, url, name).await
}

/// Fetches one document, which must call itself `id`.
async fn document_called(
    client: &Client,
    url: &Url,
    id: &Url,
    document: &'static str,
) -> Result<Value, SourceError> {
    // Without this header the platform answers with a page.
    let fetched = client
        .get(url.as_str(), "application/json")
        .await
        .map_err(|source| SourceError::NotPublic {
            document,
            source: Some(source),
        })?;
    let not_public = || SourceError::NotPublic {
        document,
        source: None,
    };
    let is_json = fetched
        .content_type
        .as_deref()
        .is_some_and(|kind| kind == "application/json" || kind == "application/ld+json");
    if fetched.status != 200 || !is_json {
        return Err(not_public());
    }
    let value = json::parse(&fetched.body, &Limits::default()).map_err(|_| not_public())?;
    if value.get("id").and_then(Value::as_str) != Some(id.as_str()) {
        return Err(SourceError::Contradiction {
            nl: "een document noemt een ander adres dan gevraagd",
            en: "a document names another address than was asked",
        });
    }
    Ok(value)
}
