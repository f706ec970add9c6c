//! Links: what was sent, for what, until when, and how to take it back.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, NaiveDate, Utc};
use credentials::Text;
use credentials::open_badges::Group;
use openid4vc::issuance::client::{HttpAnswer, HttpRequest};
use rand_core::CryptoRng;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use share_link::{Share, ShareLink, Terms};
use url::Url;
use zeroize::Zeroizing;

use crate::document::{Note, StoredCard};
use crate::error::WalletError;
use crate::show::{self, Choice, Presented, Preset};
use crate::wallet::random_id;

/// What the learner chooses to send.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SendChoice {
    /// A choice made beforehand.
    #[serde(default)]
    pub preset: Option<Preset>,
    /// Exactly these groups; with `preset`, these besides.
    #[serde(default)]
    pub groups: Vec<Group>,
    /// What it is for, in 140 characters at most; whoever opens the link reads it.
    pub purpose: String,
    /// When the link ends, within a year.
    pub until: DateTime<Utc>,
    /// How often it may be opened.
    #[serde(default)]
    pub max_views: Option<u32>,
}

/// The purpose may name an employer.
impl std::fmt::Debug for SendChoice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SendChoice({:?} {:?} …)", self.preset, self.groups)
    }
}

/// What can be asked of the wallet service about a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ShareAct {
    /// Keep what is behind it; asking again does no harm.
    Keep,
    /// Say how often it was opened.
    Look,
    /// Delete what is behind it.
    Withdraw,
}

/// Whether a link can be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ShareState {
    /// The wallet service has not confirmed that it keeps it.
    Making,
    /// It can.
    Open,
    /// The learner withdrew it.
    Withdrawn,
    /// Its end has passed.
    Ended,
    /// It was opened as often as the learner allowed.
    UsedUp,
}

/// A link as the learner sees it.
#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShareView {
    /// Known to this wallet alone.
    pub id: String,
    /// The card it shows; that may have been removed since.
    pub card_id: String,
    /// What the card is called.
    pub title: Text,
    /// The link itself: whoever has it can read what is behind it.
    pub link: String,
    /// What it is for.
    pub purpose: String,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// When it ends.
    pub until: DateTime<Utc>,
    /// How often it may be opened.
    pub max_views: Option<u32>,
    /// The groups that it shows.
    pub visible: Vec<Group>,
    /// The groups that it keeps back.
    pub hidden: Vec<Group>,
    /// What was held back, and why.
    pub notes: Vec<Note>,
    /// Whether it can be opened.
    pub state: ShareState,
    /// How often it was opened, when the wallet service was last asked.
    pub views: u32,
    /// The last day on which it was.
    pub last_opened_on: Option<NaiveDate>,
    /// When the wallet service was last asked.
    pub asked_at: Option<DateTime<Utc>>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

impl std::fmt::Debug for ShareView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ShareView({} {:?} …)", self.id, self.state)
    }
}

/// A link, with what owns it.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredShare {
    pub(crate) id: String,
    card: String,
    title: Text,
    /// The wallet service's address.
    service: Url,
    #[serde(serialize_with = "write_secret", deserialize_with = "read_secret")]
    key: Zeroizing<String>,
    #[serde(serialize_with = "write_secret", deserialize_with = "read_secret")]
    capability: Zeroizing<String>,
    /// What is behind it, until the wallet service says that it keeps it.
    sealed: Option<String>,
    purpose: String,
    created: DateTime<Utc>,
    until: DateTime<Utc>,
    max_views: Option<u32>,
    visible: Vec<Group>,
    hidden: Vec<Group>,
    notes: Vec<Note>,
    state: ShareState,
    views: u32,
    last_opened_on: Option<NaiveDate>,
    asked_at: Option<DateTime<Utc>>,
    withdrawn_at: Option<DateTime<Utc>>,
}

/// What the wallet service says of a share.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    state: ShareState,
    until: DateTime<Utc>,
    max_views: Option<u32>,
    views: u32,
    last_opened_on: Option<NaiveDate>,
}

impl StoredShare {
    /// Signs what is chosen of the copy at `place` for this link alone, and seals it.
    pub(crate) fn make(
        card: &StoredCard,
        place: usize,
        choice: &SendChoice,
        service: &str,
        at: DateTime<Utc>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, WalletError> {
        let copy = card.copies.get(place).ok_or(WalletError::NotShowable)?;
        let service = Url::parse(service).map_err(|_| WalletError::NoStore)?;
        let link = ShareLink::create(&service, rng).map_err(|_| WalletError::NoStore)?;
        let terms = Terms::new(&choice.purpose, at, choice.until)?;
        let shown = Choice {
            preset: choice.preset,
            groups: choice.groups.clone(),
            challenge: None,
        };
        let Presented {
            presentation,
            visible,
            hidden,
            notes,
            ..
        } = show::present(
            copy,
            &shown,
            &link.id().uri(),
            &terms.digest(&link),
            terms.created(),
        )?;
        let share = Share { presentation, terms };
        let sealed = share_link::seal(&share, &link, rng).map_err(|_| WalletError::Presentation)?;
        let terms = share.terms;
        Ok(Self {
            id: random_id(rng),
            card: card.id.clone(),
            title: card.title(),
            service: link.wallet().clone(),
            key: link.key(),
            capability: Zeroizing::new(random_secret(rng)),
            sealed: Some(sealed),
            purpose: terms.purpose().to_owned(),
            created: terms.created(),
            until: terms.until(),
            max_views: choice.max_views,
            visible,
            hidden,
            notes,
            state: ShareState::Making,
            views: 0,
            last_opened_on: None,
            asked_at: None,
            withdrawn_at: None,
        })
    }

    pub(crate) fn view(&self, at: DateTime<Utc>) -> ShareView {
        let link = ShareLink::of_key(&self.service, &self.key).map(|link| link.reveal());
        ShareView {
            id: self.id.clone(),
            card_id: self.card.clone(),
            title: self.title.clone(),
            link: link.unwrap_or_default(),
            purpose: self.purpose.clone(),
            created: self.created,
            until: self.until,
            max_views: self.max_views,
            visible: self.visible.clone(),
            hidden: self.hidden.clone(),
            notes: self.notes.clone(),
            state: self.state_at(at),
            views: self.views,
            last_opened_on: self.last_opened_on,
            asked_at: self.asked_at,
            withdrawn_at: self.withdrawn_at,
        }
    }

    pub(crate) fn is_over(&self, at: DateTime<Utc>) -> bool {
        !matches!(self.state_at(at), ShareState::Making | ShareState::Open)
    }

    fn state_at(&self, at: DateTime<Utc>) -> ShareState {
        match self.state {
            ShareState::Making | ShareState::Open if at >= self.until => ShareState::Ended,
            state => state,
        }
    }

    pub(crate) fn request(&self, act: ShareAct) -> Result<HttpRequest, WalletError> {
        let address = |path: &str| self.service.join(path).map_err(|_| WalletError::NoStore);
        let owner = ("authorization", format!("Bearer {}", self.capability.as_str()));
        let accept = ("accept", "application/json".to_owned());
        let (method, url, headers, body) = match (act, &self.sealed) {
            (ShareAct::Keep, Some(sealed)) => {
                let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(self.capability.as_bytes()));
                let mut body = json!({"share": sealed, "capability": digest});
                if let Some(most) = self.max_views {
                    body["maxViews"] = most.into();
                }
                let kind = ("content-type", "application/json".to_owned());
                ("POST", "v1/shares", vec![accept, kind], Some(body.to_string()))
            }
            // It is kept already, so all there is to ask is how it stands.
            (ShareAct::Keep, None) | (ShareAct::Look, _) => ("GET", "v1/share", vec![accept, owner], None),
            (ShareAct::Withdraw, _) => ("DELETE", "v1/share", vec![accept, owner], None),
        };
        Ok(HttpRequest {
            method,
            url: address(url)?,
            headers,
            body,
        })
    }

    pub(crate) fn answered(
        &mut self,
        act: ShareAct,
        answer: &HttpAnswer,
        at: DateTime<Utc>,
    ) -> Result<(), WalletError> {
        let HttpAnswer::Answered { status, body } = answer else {
            return Err(WalletError::StoreUnreachable);
        };
        let never_kept = *status == 401 && self.state == ShareState::Making;
        if act == ShareAct::Withdraw && never_kept {
            self.end(ShareState::Withdrawn, at);
            return Ok(());
        }
        if !matches!(status, 200 | 201) {
            return Err(refused(body));
        }
        let status: Status = serde_json::from_str(body).map_err(|_| refused(body))?;
        self.state = status.state;
        self.until = status.until;
        self.max_views = status.max_views;
        self.views = status.views;
        self.last_opened_on = status.last_opened_on;
        self.asked_at = Some(at);
        self.sealed = None;
        if self.state == ShareState::Withdrawn {
            self.end(ShareState::Withdrawn, at);
        }
        Ok(())
    }

    fn end(&mut self, state: ShareState, at: DateTime<Utc>) {
        self.state = state;
        self.sealed = None;
        self.withdrawn_at.get_or_insert(at);
    }
}

/// The store's own words, where it gave any.
fn refused(body: &str) -> WalletError {
    let problem: Value = serde_json::from_str(body).unwrap_or_default();
    let text = |name: &str| problem.get(name).and_then(Value::as_str).map(str::to_owned);
    let code = text("type").and_then(|kind| kind.strip_prefix("/problems/").map(str::to_owned));
    WalletError::StoreRefused {
        code: code.unwrap_or_else(|| "unknown".to_owned()),
        nl: text("detailNl").unwrap_or_else(|| {
            "De server die links bewaart gaf een antwoord dat we niet begrijpen. Probeer het later opnieuw."
                .to_owned()
        }),
        en: text("detail").unwrap_or_else(|| {
            "The server that keeps links gave an answer that we do not understand. Try again later."
                .to_owned()
        }),
    }
}

/// Thirty-two random bytes as text.
fn random_secret(rng: &mut dyn CryptoRng) -> String {
    let mut bytes = Zeroizing::new([0; 32]);
    rng.fill_bytes(bytes.as_mut_slice());
    URL_SAFE_NO_PAD.encode(bytes.as_slice())
}

fn write_secret<S: Serializer>(secret: &Zeroizing<String>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret)
}

fn read_secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Zeroizing<String>, D::Error> {
    String::deserialize(deserializer).map(Zeroizing::new)
}
