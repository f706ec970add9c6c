//! Collecting an offer: the protocol first, then the checks on what came.

use chrono::{DateTime, Utc};
use openid4vc::issuance::client::{
    Allowed, CollectError, Collected, HttpAnswer, HttpRequest, Issuance, OfferView, Step,
};
use openid4vc::issuance::messages::NotificationEvent;
use proofs::{Algorithm, SecretKey};
use rand_core::CryptoRng;
use serde::Serialize;
use url::Url;
use verification::{Fetched, Input, NeedKind, Resource, Resources, Settings};

use crate::card::Card;
use crate::document::{Note, StoredCard, StoredCopy};
use crate::error::WalletError;
use crate::receipt;
use crate::wallet::random_id;

/// More documents than this are not fetched to check one offer's copies.
const MOST_FETCHES: usize = 16;

/// What to do next while collecting.
#[derive(Debug)]
pub enum WalletStep {
    /// Send this, and hand the answer back.
    Request(Activity, HttpRequest),
    /// Ask the learner, then accept.
    Review(OfferView),
    /// The cards are in the wallet. Seal and store it, then send the notifications.
    Done {
        /// One for each microcredential of the offer.
        cards: Vec<Card>,
        /// May be sent without waiting for an answer.
        notifications: Vec<HttpRequest>,
    },
}

/// What a request is for, to show progress by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Activity {
    /// Reading the offer.
    Offer,
    /// Reading who issues.
    Issuer,
    /// Redeeming the offer.
    Token,
    /// Collecting a copy.
    Credential,
    /// Checking what came.
    Check,
}

/// One offer on its way into the wallet.
pub(crate) struct Collection {
    issuance: Issuance,
    settings: Settings,
    keys_needed: usize,
    checking: Option<Checking>,
}

struct Checking {
    collected: Collected,
    copies: Vec<CheckedCopy>,
    resources: Resources,
    waiting_for: Option<String>,
    fetches: usize,
}

struct CheckedCopy {
    stored: StoredCopy,
    input: Option<Input>,
    issuer: String,
    achievement: String,
}

/// What a step of a collection gives: a step for the caller, or the cards to keep.
pub(crate) enum Progress {
    Step(WalletStep),
    Cards(Vec<StoredCard>),
}

impl Collection {
    pub(crate) fn start(text: &str, settings: Settings) -> Result<(Self, WalletStep), WalletError> {
        let allowed = Allowed::with_plain_http(&settings.loopback_origins);
        // The issuer hands the credential over itself: asking it for its keys tells it nothing new.
        let settings = Settings {
            ask_unknown_issuers: true,
            ..settings
        };
        let (issuance, step) = Issuance::start(text, allowed)?;
        let mut collection = Self {
            issuance,
            settings,
            keys_needed: 0,
            checking: None,
        };
        let step = collection.translate(step)?;
        Ok((collection, step))
    }

    pub(crate) fn accept(
        &mut self,
        code: Option<&str>,
        rng: &mut dyn CryptoRng,
    ) -> Result<WalletStep, WalletError> {
        let keys = (0..self.keys_needed)
            .map(|_| SecretKey::generate(Algorithm::Es256, rng))
            .collect();
        let step = self.issuance.accept(code, keys)?;
        self.translate(step)
    }

    pub(crate) fn retry(&mut self, at: DateTime<Utc>) -> Result<WalletStep, WalletError> {
        if self.checking.is_some() {
            return Err(CollectError::OutOfTurn.into());
        }
        let step = self.issuance.retry(at)?;
        self.translate(step)
    }

    pub(crate) fn advance(
        &mut self,
        answer: HttpAnswer,
        at: DateTime<Utc>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Progress, WalletError> {
        if let Some(checking) = &mut self.checking {
            checking.take(answer, at);
            return self.check(at, rng);
        }
        match self.issuance.advance(answer, at)? {
            Step::Done(collected) => {
                self.checking = Some(Checking::begin(collected, self.issuance.keys(), rng)?);
                self.check(at, rng)
            }
            step => self.translate(step).map(Progress::Step),
        }
    }

    /// What to tell the issuer about the copies.
    pub(crate) fn notifications(&self, event: NotificationEvent) -> Vec<HttpRequest> {
        self.issuance.notifications(event)
    }

    /// Asks for what is still needed to check signatures, then judges.
    fn check(&mut self, at: DateTime<Utc>, rng: &mut dyn CryptoRng) -> Result<Progress, WalletError> {
        let checking = self.checking.as_mut().ok_or(CollectError::OutOfTurn)?;
        match checking.next_fetch(&self.settings) {
            Some(request) => Ok(Progress::Step(WalletStep::Request(Activity::Check, request))),
            None => checking.cards(&self.settings, at, rng).map(Progress::Cards),
        }
    }

    fn translate(&mut self, step: Step) -> Result<WalletStep, WalletError> {
        match step {
            Step::Request(request) => {
                let doing = match self.issuance.waiting_for() {
                    "offer" => Activity::Offer,
                    "token" => Activity::Token,
                    "nonce" | "credential" => Activity::Credential,
                    _ => Activity::Issuer,
                };
                Ok(WalletStep::Request(doing, request))
            }
            Step::Review(view) => {
                self.keys_needed = view.credentials.len();
                Ok(WalletStep::Review(view))
            }
            Step::Done(_) => Err(CollectError::OutOfTurn.into()),
        }
    }
}

impl Checking {
    /// Checks each copy by itself; what fails here is refused without asking anybody.
    fn begin(
        mut collected: Collected,
        keys: &[SecretKey],
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, WalletError> {
        let mut copies = Vec::new();
        for received in std::mem::take(&mut collected.credentials) {
            let key = keys.get(received.key_index).ok_or(CollectError::OutOfTurn)?;
            let facts = receipt::check(&received, &key.public_key())?;
            let stored = StoredCopy {
                id: random_id(rng),
                configuration_id: received.configuration_id,
                format: received.format,
                credential: received.credential,
                key: key.clone(),
            };
            let title = facts.title.nl.or(facts.title.en).unwrap_or_default();
            copies.push(CheckedCopy {
                input: verification::read(&stored.text()).ok(),
                stored,
                issuer: facts.issuer.id,
                achievement: facts.achievement.unwrap_or(title),
            });
        }
        Ok(Self {
            collected,
            copies,
            resources: Resources::new(),
            waiting_for: None,
            fetches: 0,
        })
    }

    fn take(&mut self, answer: HttpAnswer, at: DateTime<Utc>) {
        let Some(url) = self.waiting_for.take() else {
            return;
        };
        let resource = match answer {
            HttpAnswer::Answered { status, body } => Resource::Fetched(Fetched {
                status,
                body,
                fetched_at: at,
            }),
            HttpAnswer::Unreachable => Resource::Unreachable {
                unreachable: "no answer".to_owned(),
            },
        };
        self.resources.insert(url, resource);
    }

    /// The next document that would help to check a signature. Status lists and receipts would not.
    fn next_fetch(&mut self, settings: &Settings) -> Option<HttpRequest> {
        while self.fetches < MOST_FETCHES {
            let inputs = self.copies.iter().filter_map(|copy| copy.input.as_ref());
            let need = inputs
                .flat_map(|input| verification::needs(input, &self.resources, settings))
                .find(|need| !matches!(need.kind, NeedKind::Status | NeedKind::Receipts))?;
            self.fetches += 1;
            match Url::parse(&need.url) {
                Ok(url) => {
                    self.waiting_for = Some(need.url);
                    let headers = vec![("accept", need.accept.to_owned())];
                    return Some(HttpRequest {
                        method: "GET",
                        url,
                        headers,
                        body: None,
                    });
                }
                Err(_) => self.resources.insert_unreachable(need.url, "not an address"),
            }
        }
        None
    }

    /// Judges the signatures and groups the copies by what they attest.
    fn cards(
        &mut self,
        settings: &Settings,
        at: DateTime<Utc>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<StoredCard>, WalletError> {
        let mut all_checked = true;
        for copy in &self.copies {
            let checked = match &copy.input {
                Some(input) => {
                    let report = verification::verify(input, &self.resources, settings, at);
                    receipt::judge(&report, &copy.stored.configuration_id)?
                }
                None => false,
            };
            all_checked &= checked;
        }
        let mut notes = Vec::new();
        if !all_checked {
            notes.push(Note::new(
                "signature-unchecked",
                "De handtekening kon bij ontvangst niet worden gecontroleerd, omdat het register of de uitgever niet bereikbaar was.",
                "The signature could not be checked on receipt, because the register or the issuer could not be reached.",
            ));
        }
        if !self.collected.missing.is_empty() {
            notes.push(Note::new(
                "copy-missing",
                "De onderwijsinstelling gaf niet alle vormen van dit bewijs. Wat er wel is, is bewaard.",
                "The institution did not give every form of this credential. What it gave was kept.",
            ));
        }
        let mut cards: Vec<(String, String, StoredCard)> = Vec::new();
        for copy in std::mem::take(&mut self.copies) {
            let known = cards
                .iter_mut()
                .find(|(issuer, achievement, _)| *issuer == copy.issuer && *achievement == copy.achievement);
            match known {
                Some((_, _, card)) => card.copies.push(copy.stored),
                None => {
                    let card = StoredCard {
                        id: random_id(rng),
                        received_at: at,
                        collected_from: self.collected.issuer.origin().ascii_serialization(),
                        copies: vec![copy.stored],
                        notes: notes.clone(),
                    };
                    cards.push((copy.issuer, copy.achievement, card));
                }
            }
        }
        Ok(cards.into_iter().map(|(_, _, card)| card).collect())
    }
}
