//! Collecting an offer: the protocol first, then the checks on what came.

use chrono::{DateTime, Utc};
use credentials::open_badges::CONTEXTS;
use credentials::sd_jwt_vc;
use openid4vc::issuance::client::{
    Allowed, CollectError, Collected, HttpAnswer, HttpRequest, Issuance, OfferView, OfferedCredential, Step,
};
use openid4vc::issuance::messages::NotificationEvent;
use proofs::{Algorithm, PublicKey, SecretKey};
use rand_core::CryptoRng;
use serde::Serialize;
use std::collections::BTreeMap;
use url::Url;
use verification::{Fetched, Input, NeedKind, Resource, Resources, Settings};

use crate::card::Card;
use crate::document::{IssuerNames, Note, StoredCard, StoredCopy, StoredKey};
use crate::error::WalletError;
use crate::receipt;
use crate::shape::Use;
use crate::wallet::random_id;

/// More documents than this are not fetched to check one offer's copies.
const MOST_FETCHES: usize = 40;

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

/// How far collecting is, in copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CollectingProgress {
    /// Copies that were given or refused.
    pub done: usize,
    /// Copies asked for; nought until the offer is known.
    pub total: usize,
}

/// Copies for showing: as many times can a card be shown without two of them being linked.
const SHOW_COPIES: usize = 10;

/// Copies for European wallets' verifiers, which ask online.
const SD_JWT_VC_COPIES: usize = 5;

/// How many copies are wanted of what is offered, where the issuer gives as many; nought of what this wallet
/// could not read.
fn wanted(offered: &OfferedCredential) -> usize {
    let lean = |context: &String| Some(context.as_str()) == CONTEXTS.last().copied();
    match offered.format.as_str() {
        "vc+sd-jwt" if offered.contexts.iter().any(lean) => SHOW_COPIES,
        "dc+sd-jwt" if offered.vct.as_deref() == Some(sd_jwt_vc::VCT) => SD_JWT_VC_COPIES,
        "dc+sd-jwt" => 0,
        _ => 1,
    }
}

/// One offer on its way into the wallet.
pub(crate) struct Collection {
    issuance: Issuance,
    settings: Settings,
    /// How many copies are asked for, of each credential the issuer offers.
    plan: Vec<usize>,
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
            plan: Vec::new(),
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
        let keys = self
            .plan
            .iter()
            .map(|copies| {
                (0..*copies)
                    .map(|_| SecretKey::generate(Algorithm::Es256, rng))
                    .collect()
            })
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

    /// How many copies were given, of how many.
    pub(crate) fn progress(&self) -> CollectingProgress {
        let (done, _) = self.issuance.progress();
        CollectingProgress {
            done,
            total: self.plan.iter().sum(),
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
            Step::Review(mut view) => {
                self.plan = view
                    .credentials
                    .iter()
                    .map(|offered| wanted(offered).min(view.batch_size))
                    .collect();
                view.credentials.retain(|offered| wanted(offered) > 0);
                if view.credentials.is_empty() {
                    return Err(CollectError::NotSupported.into());
                }
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
        let mut free: Vec<(usize, PublicKey)> = keys.iter().map(SecretKey::public_key).enumerate().collect();
        for received in std::mem::take(&mut collected.credentials) {
            let candidates: Vec<_> = free
                .iter()
                .filter(|(place, _)| received.keys.contains(place))
                .cloned()
                .collect();
            let (place, facts) = receipt::check(&received, &candidates)?;
            // Two copies on one key would be known for one learner's.
            free.retain(|(other, _)| *other != place);
            let key = keys.get(place).ok_or(CollectError::OutOfTurn)?;
            let mut stored = StoredCopy {
                id: random_id(rng),
                configuration_id: received.configuration_id,
                format: received.format,
                made_for: Use::Portable,
                shown: 0,
                credential: received.credential,
                key: StoredKey::of(key),
            };
            if let Some(claims) = stored.claims() {
                stored.made_for = stored.shape(&claims).made_for();
            }
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
        let mut names: BTreeMap<String, IssuerNames> = BTreeMap::new();
        for copy in &self.copies {
            let checked = match &copy.input {
                Some(input) => {
                    let report = verification::verify(input, &self.resources, settings, at);
                    if let Some(credential) = &report.credential {
                        names.entry(copy.issuer.clone()).or_insert_with(|| IssuerNames {
                            institution: credential.issuer.display_institution.clone(),
                            unit: credential.issuer.display_name.clone(),
                        });
                    }
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
                        issuer_names: names.get(&copy.issuer).cloned().unwrap_or_default(),
                    };
                    cards.push((copy.issuer, copy.achievement, card));
                }
            }
        }
        Ok(cards.into_iter().map(|(_, _, card)| card).collect())
    }
}
