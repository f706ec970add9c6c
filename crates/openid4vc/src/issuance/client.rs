//! The wallet's side of a collection: a machine that says which request to send next.
//!
//! ```text
//! offer text → [offer] → issuer metadata → server metadata → Review
//!            → token → (nonce → credential) for each credential → Done
//! ```
//!
//! Whoever drives it sends each [`HttpRequest`], hands the [`HttpAnswer`] to
//! [`Issuance::advance`], shows the learner the [`OfferView`] and calls [`Issuance::accept`] with
//! fresh keys: for each credential one for each copy that is wanted. After an error whose [`CollectError::remedy`] is
//! [`Remedy::Again`], [`Issuance::retry`] gives the request once more; after [`Remedy::Code`],
//! `accept` may be called with another code.
//!
//! Only the pre-authorised code grant is followed. Every address is checked before it is called:
//! https (plain http at listed origins alone), endpoints at the origin of the party naming them,
//! metadata that names the issuer it was asked of. Answers are bounded in size.

mod address;
mod copies;
mod error;
mod metadata;
mod reading;
mod requests;
mod step;

pub use address::Allowed;
pub use error::{CollectError, Remedy};
pub use step::{
    CodeView, Collected, HttpAnswer, HttpRequest, OfferView, OfferedCredential, ReceivedCredential, Step,
};

use super::messages::{
    AuthorizationServerMetadata, CredentialOffer, CredentialRequest, ErrorCode, InputMode, IssuerMetadata,
    NonceResponse, NotificationEvent, NotificationRequest, ProtocolError, Secret, TokenRequest,
    TokenResponse, authorization_server_metadata_url, issuer_metadata_url,
};
use super::offer::{self, Offer};
use chrono::{DateTime, Utc};
use credentials::Text;
use proofs::SecretKey;
use reading::{expect_success, plain, refused, shaped, success, tries_left, unexpected};
use requests::{get, identifier, openid_configuration, post_json};
use url::Url;

/// The most credentials collected from one offer.
const MOST_CREDENTIALS: usize = 8;

/// The most copies asked for in one request, whatever the issuer allows.
const MOST_COPIES: u32 = 32;

/// The state of one collection. Holds codes, tokens and keys; printing it shows none of them.
pub struct Issuance {
    allowed: Allowed,
    stage: Stage,
    found: Found,
    /// The keys of all copies, in the order of the credentials.
    keys: Vec<SecretKey>,
    /// How many of them are for each credential.
    wanted: Vec<usize>,
    code: Option<Secret>,
    token: Option<TokenResponse>,
    received: Vec<ReceivedCredential>,
    missing: Vec<(String, CollectError)>,
    to_notify: Vec<String>,
    next: usize,
    nonce_renewed: bool,
}

impl std::fmt::Debug for Issuance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Issuance({})", self.stage.name())
    }
}

enum Stage {
    Offer(Url),
    Issuer,
    Server { fallback: bool },
    Review,
    Token,
    Nonce,
    Credential { proofs: Vec<String> },
    Done,
}

impl Stage {
    fn name(&self) -> &'static str {
        match self {
            Self::Offer(_) => "offer",
            Self::Issuer => "issuer metadata",
            Self::Server { .. } => "authorization server metadata",
            Self::Review => "review",
            Self::Token => "token",
            Self::Nonce => "nonce",
            Self::Credential { .. } => "credential",
            Self::Done => "done",
        }
    }
}

/// What is known so far; filled from the left to the right of the diagram above.
#[derive(Default)]
struct Found {
    offer: Option<CredentialOffer>,
    issuer: Option<Url>,
    endpoints: Option<Endpoints>,
    server: Option<Url>,
    token_endpoint: Option<Url>,
    issuer_name: Text,
    wanted: Vec<OfferedCredential>,
    batch_size: usize,
}

struct Endpoints {
    credential: Url,
    nonce: Option<Url>,
    notification: Option<Url>,
}

impl Issuance {
    /// Reads an offer's text and gives the first request.
    pub fn start(text: &str, allowed: Allowed) -> Result<(Self, Step), CollectError> {
        let (stage, offer) = match offer::parse(text)? {
            Offer::Value(offer) => (Stage::Issuer, Some(offer)),
            Offer::Reference(url) => {
                if !allowed.permits(&url) {
                    return Err(CollectError::UnsafeAddress("offer"));
                }
                (Stage::Offer(url), None)
            }
        };
        let mut issuance = Self {
            allowed,
            stage,
            found: Found::default(),
            keys: Vec::new(),
            wanted: Vec::new(),
            code: None,
            token: None,
            received: Vec::new(),
            missing: Vec::new(),
            to_notify: Vec::new(),
            next: 0,
            nonce_renewed: false,
        };
        if let Some(offer) = offer {
            issuance.take_offer(offer)?;
        }
        let step = issuance.request()?;
        Ok((issuance, step))
    }

    /// What the collection is waiting for: `offer`, `issuer metadata`, `token` and so on.
    pub fn waiting_for(&self) -> &'static str {
        self.stage.name()
    }

    /// Takes the answer to the last request and gives the next step.
    ///
    /// `at` is written into key proofs as the time they were made.
    pub fn advance(&mut self, answer: HttpAnswer, at: DateTime<Utc>) -> Result<Step, CollectError> {
        let waiting = self.stage.name();
        let HttpAnswer::Answered { status, body } = answer else {
            return self.settle(CollectError::Unreachable(waiting), at);
        };
        let limit = match self.stage {
            Stage::Credential { .. } => 2 * 1024 * 1024,
            Stage::Issuer => 256 * 1024,
            _ => 64 * 1024,
        };
        if body.len() > limit {
            return self.settle(CollectError::TooLarge(waiting), at);
        }
        match self.take(status, body.as_bytes(), at) {
            Ok(step) => Ok(step),
            Err(error) => self.settle(error, at),
        }
    }

    /// Gives the last request once more, after an error that may pass.
    pub fn retry(&mut self, at: DateTime<Utc>) -> Result<Step, CollectError> {
        if matches!(self.stage, Stage::Credential { .. }) {
            // The issuer may have seen the proof already, so it gets a new one.
            return self.begin_credential(at);
        }
        self.request()
    }

    /// Accepts the offer, with fresh keys for each of [`OfferView::credentials`], in that order: one for
    /// each copy wanted, at most [`OfferView::batch_size`]; of a credential without keys none is asked for.
    ///
    /// A code is checked for its announced shape first, so that a slip of the finger costs no try.
    pub fn accept(&mut self, code: Option<&str>, keys: Vec<Vec<SecretKey>>) -> Result<Step, CollectError> {
        let fits = keys.len() == self.found.wanted.len()
            && keys.iter().all(|batch| batch.len() <= self.found.batch_size)
            && keys.iter().any(|batch| !batch.is_empty());
        if !matches!(self.stage, Stage::Review) || !fits {
            return Err(CollectError::OutOfTurn);
        }
        self.code = match (self.code_view(), code) {
            (None, _) => None,
            (Some(_), None) => return Err(CollectError::CodeShape),
            (Some(view), Some(typed)) => {
                Some(Secret::from(shaped(typed, &view).ok_or(CollectError::CodeShape)?))
            }
        };
        self.wanted = keys.iter().map(Vec::len).collect();
        self.keys = keys.into_iter().flatten().collect();
        self.stage = Stage::Token;
        self.request()
    }

    /// The keys given to [`Issuance::accept`], one after the other; [`ReceivedCredential::keys`] are places
    /// in it.
    pub fn keys(&self) -> &[SecretKey] {
        &self.keys
    }

    /// How many of the copies asked for were dealt with, and how many are asked for in all.
    pub fn progress(&self) -> (usize, usize) {
        let done = self.wanted.iter().take(self.next).sum();
        (done, self.keys.len())
    }

    /// Requests that tell the issuer what became of its credentials (section 11); may go unanswered.
    pub fn notifications(&self, event: NotificationEvent) -> Vec<HttpRequest> {
        let (Some(endpoints), Some(token)) = (&self.found.endpoints, &self.token) else {
            return Vec::new();
        };
        let Some(url) = &endpoints.notification else {
            return Vec::new();
        };
        let request = |id: &String| {
            let body = NotificationRequest {
                notification_id: id.clone(),
                event,
                event_description: None,
            };
            Some(post_json(url, token, serde_json::to_string(&body).ok()?))
        };
        self.to_notify.iter().filter_map(request).collect()
    }

    /// Where to go after an error: back to the review, on to the next credential, or nowhere.
    fn settle(&mut self, error: CollectError, at: DateTime<Utc>) -> Result<Step, CollectError> {
        match (&self.stage, error.remedy()) {
            (Stage::Token, Remedy::Code) => self.stage = Stage::Review,
            (Stage::Nonce | Stage::Credential { .. }, Remedy::None) => {
                let Some(wanted) = self.found.wanted.get(self.next) else {
                    return Err(CollectError::OutOfTurn);
                };
                let last = self.wanted.iter().skip(self.next + 1).all(|copies| *copies == 0);
                if last && self.received.is_empty() {
                    return Err(error);
                }
                self.missing.push((wanted.configuration_id.clone(), error));
                self.next += 1;
                return self.begin_credential(at);
            }
            _ => {}
        }
        Err(error)
    }

    fn take(&mut self, status: u16, body: &[u8], at: DateTime<Utc>) -> Result<Step, CollectError> {
        match &self.stage {
            Stage::Offer(_) => {
                match status {
                    200 => {}
                    404 | 410 => return Err(CollectError::OfferGone),
                    status => return Err(unexpected(status)),
                }
                let offer =
                    CredentialOffer::parse(body).map_err(|e| CollectError::Unreadable("offer", Some(e)))?;
                self.take_offer(offer)?;
                self.stage = Stage::Issuer;
                self.request()
            }
            Stage::Issuer => {
                expect_success(status)?;
                let metadata = IssuerMetadata::parse(body)
                    .map_err(|e| CollectError::Unreadable("issuer metadata", Some(e)))?;
                self.take_issuer(&metadata)?;
                self.stage = Stage::Server { fallback: false };
                self.request()
            }
            Stage::Server { fallback: false } if status == 404 => {
                self.stage = Stage::Server { fallback: true };
                self.request()
            }
            Stage::Server { .. } => {
                expect_success(status)?;
                let metadata = AuthorizationServerMetadata::parse(body)
                    .map_err(|e| CollectError::Unreadable("authorization server metadata", Some(e)))?;
                self.take_server(&metadata)?;
                self.stage = Stage::Review;
                Ok(Step::Review(self.view()?))
            }
            Stage::Token => {
                if !success(status) {
                    return Err(self.token_refused(status, body));
                }
                let token =
                    TokenResponse::parse(body).map_err(|e| CollectError::Unreadable("token", Some(e)))?;
                if !token.token_type.eq_ignore_ascii_case("bearer") {
                    return Err(CollectError::Unreadable("token", None));
                }
                self.token = Some(token);
                self.code = None;
                self.begin_credential(at)
            }
            Stage::Nonce => {
                expect_success(status)?;
                let nonce =
                    NonceResponse::parse(body).map_err(|e| CollectError::Unreadable("nonce", Some(e)))?;
                self.prove(Some(&nonce.c_nonce), at)
            }
            Stage::Credential { .. } => self.take_credential(status, body, at),
            Stage::Review | Stage::Done => Err(CollectError::OutOfTurn),
        }
    }

    fn token_refused(&self, status: u16, body: &[u8]) -> CollectError {
        let Ok(error) = ProtocolError::parse(body) else {
            return unexpected(status);
        };
        let needs_code = self.code_view().is_some();
        match error.error {
            ErrorCode::InvalidGrant => match (needs_code, tries_left(body)) {
                (true, Some(left)) => CollectError::WrongCode {
                    tries_left: Some(left),
                },
                (true, None) => CollectError::CodeOrOffer,
                (false, _) => CollectError::OfferGone,
            },
            _ => refused(status, error),
        }
    }

    /// The request of the present stage.
    fn request(&self) -> Result<Step, CollectError> {
        let missing = || CollectError::OutOfTurn;
        let request = match &self.stage {
            Stage::Offer(url) => get(url.clone()),
            Stage::Issuer => get(issuer_metadata_url(
                self.found.issuer.as_ref().ok_or_else(missing)?,
            )),
            Stage::Server { fallback } => {
                let server = self.found.server.as_ref().ok_or_else(missing)?;
                get(if *fallback {
                    openid_configuration(server)
                } else {
                    authorization_server_metadata_url(server)
                })
            }
            Stage::Token => {
                let grant = self
                    .found
                    .offer
                    .as_ref()
                    .and_then(CredentialOffer::pre_authorized_code);
                let code = grant.ok_or_else(missing)?.pre_authorized_code.clone();
                let body = TokenRequest::pre_authorized(code, self.code.clone());
                HttpRequest {
                    method: "POST",
                    url: self.found.token_endpoint.clone().ok_or_else(missing)?,
                    headers: vec![
                        ("accept", "application/json".to_owned()),
                        ("content-type", "application/x-www-form-urlencoded".to_owned()),
                    ],
                    body: Some(body.to_form()),
                }
            }
            Stage::Nonce => {
                let endpoint = self
                    .found
                    .endpoints
                    .as_ref()
                    .and_then(|endpoints| endpoints.nonce.clone());
                HttpRequest {
                    method: "POST",
                    url: endpoint.ok_or_else(missing)?,
                    headers: vec![("accept", "application/json".to_owned())],
                    body: None,
                }
            }
            Stage::Credential { proofs } => {
                let (Some(endpoints), Some(token), Some(wanted)) = (
                    &self.found.endpoints,
                    &self.token,
                    self.found.wanted.get(self.next),
                ) else {
                    return Err(missing());
                };
                let mut body = CredentialRequest::new(&wanted.configuration_id, proofs.clone());
                if let Some(identifier) = identifier(token, &wanted.configuration_id) {
                    body.credential_configuration_id = None;
                    body.credential_identifier = Some(identifier);
                }
                let body = serde_json::to_string(&body).map_err(|_| CollectError::Proof)?;
                post_json(&endpoints.credential, token, body)
            }
            Stage::Review | Stage::Done => return Err(missing()),
        };
        Ok(Step::Request(request))
    }

    fn code_view(&self) -> Option<CodeView> {
        let code = self
            .found
            .offer
            .as_ref()?
            .pre_authorized_code()?
            .tx_code
            .as_ref()?;
        Some(CodeView {
            numeric: code.input_mode != Some(InputMode::Text),
            length: code.length.filter(|length| (1..=64).contains(length)),
            description: code.description.as_deref().and_then(plain),
        })
    }

    fn view(&self) -> Result<OfferView, CollectError> {
        Ok(OfferView {
            issuer: self.found.issuer.clone().ok_or(CollectError::OutOfTurn)?,
            issuer_name: self.found.issuer_name.clone(),
            credentials: self.found.wanted.clone(),
            batch_size: self.found.batch_size,
            code: self.code_view(),
        })
    }
}

#[cfg(test)]
mod tests;
