//! What goes in and out of a collection: requests, answers, and what a learner is asked.

use super::error::CollectError;
use credentials::Text;
use serde_json::Value;
use std::ops::Range;
use url::Url;

/// A request to be sent as it is, without cookies and without following redirects.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The address.
    pub url: Url,
    /// Header names and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body of a `POST`.
    pub body: Option<String>,
}

impl std::fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} …", self.method, self.url.origin().ascii_serialization())
    }
}

/// What came of a request.
#[derive(Clone, PartialEq, Eq)]
pub enum HttpAnswer {
    /// An answer, whatever its status.
    Answered {
        /// The HTTP status.
        status: u16,
        /// The body.
        body: String,
    },
    /// No answer: no connection, a time-out, or a browser that withholds it.
    Unreachable,
}

/// What to do next.
#[derive(Debug)]
pub enum Step {
    /// Send this and hand the answer to [`Issuance::advance`](super::Issuance::advance).
    Request(HttpRequest),
    /// Ask the learner, then call [`Issuance::accept`](super::Issuance::accept).
    Review(OfferView),
    /// Everything that could be collected was.
    Done(Collected),
}

/// What a learner sees before accepting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferView {
    /// The credential issuer identifier.
    pub issuer: Url,
    /// What the issuer calls itself; anyone may claim any name, the address is the certain part.
    pub issuer_name: Text,
    /// What can be collected, in the order of the keys that [`Issuance::accept`](super::Issuance::accept) takes.
    pub credentials: Vec<OfferedCredential>,
    /// How many copies of each can be asked for; at least one.
    pub batch_size: usize,
    /// The separately sent code that is needed, if one is.
    pub code: Option<CodeView>,
}

/// One credential of an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferedCredential {
    /// Its configuration at the issuer.
    pub configuration_id: String,
    /// Its format.
    pub format: String,
    /// The contexts, for W3C formats.
    pub contexts: Vec<String>,
    /// The type, for SD-JWT VC.
    pub vct: Option<String>,
    /// What the issuer calls it.
    pub name: Text,
}

/// What the separately sent code looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeView {
    /// Digits alone.
    pub numeric: bool,
    /// Its length.
    pub length: Option<u32>,
    /// How the learner gets it, in the issuer's words.
    pub description: Option<String>,
}

/// What was collected.
#[derive(Debug)]
pub struct Collected {
    /// The credential issuer identifier.
    pub issuer: Url,
    /// The credentials, unchecked.
    pub credentials: Vec<ReceivedCredential>,
    /// Configurations the issuer refused or failed to issue, while it issued others.
    pub missing: Vec<(String, CollectError)>,
}

/// A credential as it was received; nothing about it was verified.
#[derive(Clone, PartialEq)]
pub struct ReceivedCredential {
    /// Its configuration at the issuer.
    pub configuration_id: String,
    /// Its format.
    pub format: String,
    /// The credential: a JSON string for compact forms, an object otherwise.
    pub credential: Value,
    /// Which of [`Issuance::keys`](super::Issuance::keys) it was asked for with. It is bound to one of them;
    /// which one, it says itself, since an issuer may give fewer copies than it was sent proofs (section 8.3).
    pub keys: Range<usize>,
}

impl std::fmt::Debug for ReceivedCredential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ReceivedCredential({} …)", self.configuration_id)
    }
}
