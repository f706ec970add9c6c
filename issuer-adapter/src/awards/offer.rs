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

impl Adapter {
    /// Makes an offer, in the place of any earlier one.
    pub(crate) async fn offer(&self, id: &str) -> Result<NewOffer> {
        let read = self
            .storage
            .award(id)
            .await?
            .ok_or_else(|| AwardError::Unknown(id.to_owned()))?;
        match read.state {
            State::Approved | State::Offered => {}
            State::Issued | State::Suspended => return Err(AwardError::AlreadyIssued(id.to_owned())),
            state @ (State::Review | State::Revoked) => {
                return Err(AwardError::WrongState {
                    id: id.to_owned(),
                    state,
                });
            }
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
            return Err(AwardError::WrongState {
                id: id.to_owned(),
                state: award.state,
            });
        }
        // Whoever redeemed an earlier offer gets nothing more with it.
        write.end_tokens(id, now).await?;
        write
            .add_offer(&row, &secrets::digest("code", &code), now)
            .await?;
        write.set_state(id, State::Offered, now).await?;
        write.audit(Some(id), DESK, "offered", None, now).await?;
        write.commit().await?;
        tracing::info!(award = id, "award offered");

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
