//! The wallet as a whole.

mod links;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use openid4vc::issuance::client::{HttpAnswer, HttpRequest, Remedy};
use openid4vc::issuance::messages::NotificationEvent;
use rand_core::CryptoRng;
use verification::Settings;
use zeroize::Zeroizing;

use crate::card::Card;
use crate::collect::{CollectingProgress, Collection, Progress, WalletStep};
use crate::derive::{self, Derived};
use crate::document::{ActivityEntry, ActivityKind, Document, StoredCard};
use crate::error::WalletError;
use crate::shape::{Format, Use};
use crate::show::{self, Choice, ExportedFile, Presented, Shown};
use crate::vault::{self, Cost, VaultKey};

/// The most cards a wallet holds.
const MOST_CARDS: usize = 300;

/// An open wallet. Keys and credentials are in memory until it is dropped.
///
/// Nothing is saved by itself: after every change, [`Wallet::seal`] and store the result.
pub struct Wallet {
    key: VaultKey,
    document: Document,
    collecting: Option<Collection>,
    notifications: Vec<HttpRequest>,
}

impl std::fmt::Debug for Wallet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Wallet({} cards)", self.document.cards.len())
    }
}

impl Wallet {
    /// A new, empty wallet. The passphrase must be acceptable to [`vault::check_passphrase`].
    pub fn create(passphrase: &str, cost: Cost, rng: &mut dyn CryptoRng) -> Result<Self, WalletError> {
        vault::check_passphrase(passphrase)?;
        let key = VaultKey::create(passphrase, cost, rng)?;
        Ok(Self {
            key,
            document: Document::empty(),
            collecting: None,
            notifications: Vec::new(),
        })
    }

    /// Opens a sealed wallet.
    pub fn unlock(sealed: &[u8], passphrase: &str) -> Result<Self, WalletError> {
        let (key, bytes) = VaultKey::unlock(sealed, passphrase)?;
        let document = Document::read(&bytes).map_err(WalletError::Document)?;
        Ok(Self {
            key,
            document,
            collecting: None,
            notifications: Vec::new(),
        })
    }

    /// Seals everything but an unfinished collection.
    pub fn seal(&self, rng: &mut dyn CryptoRng) -> Result<Vec<u8>, WalletError> {
        // Reserved generously, so that growing leaves no copies of keys behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(
            64 * 1024 + self.document.cards.len() * 64 * 1024,
        ));
        serde_json::to_writer(&mut *bytes, &self.document).map_err(|e| WalletError::Document(Some(e)))?;
        if bytes.len() + 1024 > vault::MAX_SEALED_BYTES {
            return Err(WalletError::Full);
        }
        Ok(self.key.seal(&bytes, rng)?)
    }

    /// Puts the wallet behind another passphrase, from the next [`Wallet::seal`] on.
    pub fn change_passphrase(
        &mut self,
        passphrase: &str,
        cost: Cost,
        rng: &mut dyn CryptoRng,
    ) -> Result<(), WalletError> {
        vault::check_passphrase(passphrase)?;
        self.key = VaultKey::create(passphrase, cost, rng)?;
        Ok(())
    }

    /// Starts to collect an offer; an unfinished one is dropped.
    pub fn offer_start(&mut self, text: &str, settings: Settings) -> Result<WalletStep, WalletError> {
        self.offer_cancel();
        if self.document.cards.len() >= MOST_CARDS {
            return Err(WalletError::Full);
        }
        let (collection, step) = Collection::start(text, settings)?;
        self.collecting = Some(collection);
        Ok(step)
    }

    /// Takes the answer to the last request.
    pub fn offer_advance(
        &mut self,
        answer: HttpAnswer,
        at: DateTime<Utc>,
        rng: &mut dyn CryptoRng,
    ) -> Result<WalletStep, WalletError> {
        let collection = self.collecting.as_mut().ok_or(WalletError::NotCollecting)?;
        match collection.advance(answer, at, rng) {
            Ok(Progress::Step(step)) => Ok(step),
            Ok(Progress::Cards(cards)) => {
                let notifications = collection.notifications(NotificationEvent::CredentialAccepted);
                self.collecting = None;
                let cards = cards.into_iter().filter_map(|card| self.keep(card)).collect();
                Ok(WalletStep::Done { cards, notifications })
            }
            Err(error) => {
                if matches!(error, WalletError::Receipt(_)) {
                    self.notifications = collection.notifications(NotificationEvent::CredentialFailure);
                }
                if error.remedy() == Some(Remedy::None) {
                    self.collecting = None;
                }
                Err(error)
            }
        }
    }

    /// Accepts the reviewed offer, with the separately sent code where one is needed.
    pub fn offer_accept(
        &mut self,
        code: Option<&str>,
        rng: &mut dyn CryptoRng,
    ) -> Result<WalletStep, WalletError> {
        self.collecting
            .as_mut()
            .ok_or(WalletError::NotCollecting)?
            .accept(code, rng)
    }

    /// Gives the last request again, after an error that may pass.
    pub fn offer_retry(&mut self, at: DateTime<Utc>) -> Result<WalletStep, WalletError> {
        self.collecting
            .as_mut()
            .ok_or(WalletError::NotCollecting)?
            .retry(at)
    }

    /// How far collecting is.
    pub fn offer_progress(&self) -> CollectingProgress {
        self.collecting
            .as_ref()
            .map_or(CollectingProgress { done: 0, total: 0 }, Collection::progress)
    }

    /// Stops collecting. An offer that was not accepted can be collected later.
    pub fn offer_cancel(&mut self) {
        self.collecting = None;
        self.notifications.clear();
    }

    /// Requests left over from a refused collection, telling the issuer; may go unanswered.
    pub fn take_notifications(&mut self) -> Vec<HttpRequest> {
        std::mem::take(&mut self.notifications)
    }

    /// Every card, the newest first.
    pub fn cards(&self) -> Vec<Card> {
        self.document
            .cards
            .iter()
            .rev()
            .filter_map(StoredCard::view)
            .collect()
    }

    /// One card.
    pub fn card(&self, id: &str) -> Result<Card, WalletError> {
        self.stored(id)?.view().ok_or(WalletError::NoSuchCard)
    }

    /// The copy that a card would be shown with (or else its first), as text to be verified: for the learner to
    /// see what a verifier would see.
    pub fn text(&self, id: &str) -> Result<String, WalletError> {
        let card = self.stored(id)?;
        let lean = card.next_copy(Format::VcSdJwt.as_str(), Use::Show);
        let copy = card
            .copies
            .get(lean.unwrap_or(0))
            .ok_or(WalletError::NoSuchCopy)?;
        Ok(copy.text())
    }

    /// Makes the presentation behind a QR code, and logs it.
    ///
    /// Each time takes a copy that was never used. When none is left, the one used least is used again, and
    /// [`Shown::linkable`] says so.
    pub fn show(&mut self, id: &str, choice: &Choice, at: DateTime<Utc>) -> Result<Shown, WalletError> {
        let card = self.stored_mut(id)?;
        let place = card
            .next_copy(Format::VcSdJwt.as_str(), Use::Show)
            .ok_or(WalletError::NotShowable)?;
        let shown = show::show(card, place, choice, at)?;
        let (title, groups) = (card.title(), Some(shown.visible.clone()));
        card.use_up(place);
        self.document.log(ActivityEntry {
            at,
            kind: ActivityKind::Shown,
            title,
            groups,
        });
        Ok(shown)
    }

    /// Makes a presentation of a portable copy for somebody who asked: `audience` is who, `nonce` their
    /// challenge. It is logged. Copies are used up as by [`Wallet::show`].
    ///
    /// [`Choice::challenge`] has no meaning here and must be absent.
    pub fn present(
        &mut self,
        id: &str,
        format: Format,
        choice: &Choice,
        audience: &str,
        nonce: &str,
        at: DateTime<Utc>,
    ) -> Result<Presented, WalletError> {
        if choice.challenge.is_some() {
            return Err(WalletError::Challenge);
        }
        let card = self.stored_mut(id)?;
        let place = card
            .next_copy(format.as_str(), Use::Portable)
            .ok_or(WalletError::NoSuchCopy)?;
        let copy = card.copies.get(place).ok_or(WalletError::NoSuchCopy)?;
        let presented = show::present(copy, choice, audience, nonce, at)?;
        let (title, groups) = (card.title(), Some(presented.visible.clone()));
        card.use_up(place);
        self.document.log(ActivityEntry {
            at,
            kind: ActivityKind::Shown,
            title,
            groups,
        });
        Ok(presented)
    }

    /// Derives a part of the copy that was made for choosing by statement, and logs it. Copies are used up as by
    /// [`Wallet::show`].
    ///
    /// [`Choice::challenge`] has no meaning here and must be absent: nobody's challenge is answered.
    pub fn derive(&mut self, id: &str, choice: &Choice, at: DateTime<Utc>) -> Result<Derived, WalletError> {
        if choice.challenge.is_some() {
            return Err(WalletError::Challenge);
        }
        let card = self.stored_mut(id)?;
        let fitting = card.copies.iter().enumerate().filter(|(_, copy)| copy.is_base());
        let place = fitting.min_by_key(|(_, copy)| copy.shown).map(|(place, _)| place);
        let place = place.ok_or(WalletError::NoSuchCopy)?;
        let copy = card.copies.get(place).ok_or(WalletError::NoSuchCopy)?;
        let derived = derive::derive(copy, choice)?;
        let (title, groups) = (card.title(), Some(derived.visible.clone()));
        card.use_up(place);
        self.document.log(ActivityEntry {
            at,
            kind: ActivityKind::Shown,
            title,
            groups,
        });
        Ok(derived)
    }

    /// A copy as a file, and logs it.
    pub fn export(&mut self, id: &str, copy: &str, at: DateTime<Utc>) -> Result<ExportedFile, WalletError> {
        let card = self.stored_mut(id)?;
        let place = card.copies.iter().position(|stored| stored.id == copy);
        let place = place.ok_or(WalletError::NoSuchCopy)?;
        let copy = card.copies.get(place).ok_or(WalletError::NoSuchCopy)?;
        let (file, title) = (show::export(card, copy), card.title());
        // Whoever gets the file can link it to a showing of the same copy.
        card.use_up(place);
        self.document.log(ActivityEntry {
            at,
            kind: ActivityKind::Exported,
            title,
            groups: None,
        });
        Ok(file)
    }

    /// Removes a card with its keys. It cannot be undone.
    pub fn remove(&mut self, id: &str, at: DateTime<Utc>) -> Result<(), WalletError> {
        let title = self.stored(id)?.title();
        self.document.cards.retain(|card| card.id != id);
        self.document.log(ActivityEntry {
            at,
            kind: ActivityKind::Removed,
            title,
            groups: None,
        });
        Ok(())
    }

    /// The activity log, the newest first.
    pub fn activity(&self) -> Vec<ActivityEntry> {
        self.document.activity.iter().rev().cloned().collect()
    }

    /// Keeps a card, or its copies on the card there is of the same award.
    fn keep(&mut self, mut card: StoredCard) -> Option<Card> {
        let award = card.award()?;
        let cards = &mut self.document.cards;
        if let Some(place) = cards
            .iter()
            .position(|known| known.award().as_ref() == Some(&award))
        {
            card.take_over(cards.remove(place));
        }
        let view = card.view()?;
        let (at, title) = (card.received_at, view.title.clone());
        self.document.log(ActivityEntry {
            at,
            kind: ActivityKind::Received,
            title,
            groups: None,
        });
        self.document.cards.push(card);
        Some(view)
    }

    fn stored_mut(&mut self, id: &str) -> Result<&mut StoredCard, WalletError> {
        self.document
            .cards
            .iter_mut()
            .find(|card| card.id == id)
            .ok_or(WalletError::NoSuchCard)
    }

    fn stored(&self, id: &str) -> Result<&StoredCard, WalletError> {
        self.document
            .cards
            .iter()
            .find(|card| card.id == id)
            .ok_or(WalletError::NoSuchCard)
    }
}

/// Sixteen random bytes as text.
pub(crate) fn random_id(rng: &mut dyn CryptoRng) -> String {
    let mut bytes = [0; 16];
    rng.fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}
