//! From approval to something the learner can collect.

use super::{AwardError, DESK, Result, State};
use crate::Adapter;
use crate::secrets;
use crate::storage::Offer;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use openid4vc::issuance::offer;

/// How long an offer may be collected.
const OFFER_LIFE: TimeDelta = TimeDelta::hours(24);

/// An offer as staff hand it over; the transaction code is shown this once.
pub(crate) struct NewOffer {
    pub(crate) uri: String,
    pub(crate) link: Option<String>,
    pub(crate) tx_code: String,
    pub(crate) expires_at: DateTime<Utc>,
}

/// Whether the learner gets the award, or more copies of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Offered {
    First,
    Again,
}

impl Adapter {
    /// Makes an offer, in the place of any earlier one.
    pub(crate) async fn offer(&self, id: &str) -> Result<NewOffer> {
        self.offer_of(id, Offered::First).await
    }

    /// Makes an offer of new copies to a learner who collected the award before: used copies can be linked, and
    /// a lost device takes its copies along.
    pub(crate) async fn offer_new_copies(&self, id: &str) -> Result<NewOffer> {
        self.offer_of(id, Offered::Again).await
    }

    async fn offer_of(&self, id: &str, offered: Offered) -> Result<NewOffer> {
        let read = self
            .storage
            .award(id)
            .await?
            .ok_or_else(|| AwardError::Unknown(id.to_owned()))?;
        let wrong_state = |state| AwardError::WrongState {
            id: id.to_owned(),
            state,
        };
        match (offered, read.state) {
            (Offered::First, State::Approved | State::Offered) | (Offered::Again, State::Issued) => {}
            (Offered::First, State::Issued | State::Suspended) => {
                return Err(AwardError::AlreadyIssued(id.to_owned()));
            }
            (_, state) => return Err(wrong_state(state)),
        }
        if let Some(finding) = self.admission(&read).await {
            return Err(AwardError::NotReady {
                id: id.to_owned(),
                findings: vec![finding],
            });
        }
        let now = self.clock.now();
        let expires_at = now + OFFER_LIFE;
        let offer_id = secrets::random::<16>();
        let code = code_of(&offer_id);
        let tx_code = secrets::six_digits();
        let row = Offer {
            id_hash: secrets::digest("offer", &offer_id),
            award: id.to_owned(),
            tx_code_hash: tx_code_digest(&code, &tx_code),
            failures: 0,
            expires_at,
            ended: false,
        };
        let mut write = self.storage.write().await?;
        let award = write
            .award(id)
            .await?
            .ok_or_else(|| AwardError::Unknown(id.to_owned()))?;
        if award.state != read.state {
            return Err(wrong_state(award.state));
        }
        // Whoever redeemed an earlier offer gets nothing more with it.
        write.end_tokens(id, now).await?;
        write
            .add_offer(&row, &secrets::digest("code", &code), now)
            .await?;
        let action = match offered {
            Offered::First => {
                write.set_state(id, State::Offered, now).await?;
                "offered"
            }
            Offered::Again => "offered-again",
        };
        write.audit(Some(id), DESK, action, None, now).await?;
        write.commit().await?;
        tracing::info!(award = id, action, "award offered");

        let mut reference = self.config.public_url.clone();
        reference.set_path(&format!("/offers/{offer_id}"));
        let link = self.config.wallet_url.clone().map(|mut wallet| {
            // In the fragment, so that the wallet's host does not get to see it.
            let query = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("credential_offer_uri", reference.as_str())
                .finish();
            wallet.set_fragment(Some(&query));
            wallet.into()
        });
        Ok(NewOffer {
            uri: offer::link(&reference),
            link,
            tx_code,
            expires_at,
        })
    }
}

/// The code of an offer follows from its identifier, so that neither has to be kept.
pub(crate) fn code_of(offer_id: &str) -> String {
    URL_SAFE_NO_PAD.encode(secrets::digest("pre-authorized code of", offer_id))
}

/// The code is part of what is hashed, and is not kept: without it six digits cannot be tried.
pub(crate) fn tx_code_digest(code: &str, tx_code: &str) -> Vec<u8> {
    secrets::digest(&format!("transaction code of {code}"), tx_code)
}
