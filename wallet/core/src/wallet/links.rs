//! The wallet's links.

use chrono::{DateTime, Utc};
use openid4vc::issuance::client::{HttpAnswer, HttpRequest};
use rand_core::CryptoRng;

use super::Wallet;
use crate::document::{ActivityEntry, ActivityKind};
use crate::error::WalletError;
use crate::send::{SendChoice, ShareAct, ShareView, StoredShare};
use crate::shape::{Format, Use};

/// The most links a wallet remembers.
const MOST_SHARES: usize = 1000;

impl Wallet {
    /// Makes a link to what is chosen, at the wallet service whose address is `service`, and logs it.
    ///
    /// Seal and store the wallet first, then send the request of [`ShareAct::Keep`]: so the means to withdraw the link
    /// are kept before anybody can open it. Copies are used up as by [`Wallet::show`].
    pub fn send(
        &mut self,
        id: &str,
        choice: &SendChoice,
        service: &str,
        at: DateTime<Utc>,
        rng: &mut dyn CryptoRng,
    ) -> Result<ShareView, WalletError> {
        if self.document.shares.len() >= MOST_SHARES {
            return Err(WalletError::Full);
        }
        let card = self.stored_mut(id)?;
        let place = card
            .next_copy(Format::VcSdJwt.as_str(), Use::Show)
            .ok_or(WalletError::NotShowable)?;
        let share = StoredShare::make(card, place, choice, service, at, rng)?;
        card.use_up(place);
        let view = share.view(at);
        self.document.log(ActivityEntry {
            at,
            kind: ActivityKind::Sent,
            title: view.title.clone(),
            groups: Some(view.visible.clone()),
        });
        self.document.shares.push(share);
        Ok(view)
    }

    /// Every link that was made, the newest first.
    pub fn shares(&self, at: DateTime<Utc>) -> Vec<ShareView> {
        self.document
            .shares
            .iter()
            .rev()
            .map(|share| share.view(at))
            .collect()
    }

    /// What to ask the wallet service about a link.
    pub fn share_request(&self, id: &str, act: ShareAct) -> Result<HttpRequest, WalletError> {
        let share = self.document.shares.iter().find(|share| share.id == id);
        share.ok_or(WalletError::NoSuchShare)?.request(act)
    }

    /// Takes the answer to [`Wallet::share_request`].
    pub fn share_answer(
        &mut self,
        id: &str,
        act: ShareAct,
        answer: &HttpAnswer,
        at: DateTime<Utc>,
    ) -> Result<ShareView, WalletError> {
        let shares = &mut self.document.shares;
        let share = shares.iter_mut().find(|share| share.id == id);
        let share = share.ok_or(WalletError::NoSuchShare)?;
        let was_over = share.is_over(at);
        share.answered(act, answer, at)?;
        let view = share.view(at);
        if act == ShareAct::Withdraw && !was_over {
            self.document.log(ActivityEntry {
                at,
                kind: ActivityKind::Withdrawn,
                title: view.title.clone(),
                groups: None,
            });
        }
        Ok(view)
    }

    /// Takes a link that is over out of the list. One that can be opened must be withdrawn first.
    pub fn forget_share(&mut self, id: &str, at: DateTime<Utc>) -> Result<(), WalletError> {
        let share = self.document.shares.iter().find(|share| share.id == id);
        if !share.ok_or(WalletError::NoSuchShare)?.is_over(at) {
            return Err(WalletError::ShareInUse);
        }
        self.document.shares.retain(|share| share.id != id);
        Ok(())
    }
}
