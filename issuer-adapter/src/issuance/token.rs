//! The offer, and its exchange for an access token (sections 4 and 6).

use super::{MOST_FAILURES, Refusal, Result, WALLET, metadata, refuse};
use crate::Adapter;
use crate::awards::{State, code_of, tx_code_digest};
use crate::secrets;
use chrono::TimeDelta;
use openid4vc::issuance::messages::{
    AuthorizationDetail, CredentialOffer, ErrorCode, Grants, InputMode, MessageError, PRE_AUTHORIZED_CODE,
    PreAuthorizedCode, TokenRequest, TokenResponse, TxCode,
};
use serde_json::json;

/// How long an access token counts.
const TOKEN_LIFE: TimeDelta = TimeDelta::minutes(15);

impl Adapter {
    /// The offer that a link refers to.
    pub(crate) async fn credential_offer(&self, offer_id: &str) -> Result<CredentialOffer> {
        let offer = self.storage.offer(&secrets::digest("offer", offer_id)).await?;
        let open = offer.is_some_and(|offer| {
            !offer.ended && offer.failures < MOST_FAILURES && self.clock.now() < offer.expires_at
        });
        if !open {
            return Err(Refusal::OfferGone);
        }
        Ok(CredentialOffer {
            credential_issuer: self.config.base(),
            credential_configuration_ids: metadata::Configuration::ALL
                .iter()
                .map(|kind| kind.id().to_owned())
                .collect(),
            grants: Some(Grants {
                pre_authorized_code: Some(PreAuthorizedCode {
                    pre_authorized_code: code_of(offer_id).into(),
                    tx_code: Some(TxCode {
                        input_mode: Some(InputMode::Numeric),
                        length: Some(6),
                        description: Some(
                            "Zes cijfers, van je onderwijsinstelling. / Six digits, from your institution."
                                .into(),
                        ),
                    }),
                    authorization_server: None,
                }),
                authorization_code: None,
            }),
        })
    }

    /// Exchanges a code for an access token. Both the offer's code and the transaction code must be right.
    pub(crate) async fn token(&self, body: &[u8]) -> Result<TokenResponse> {
        let request = TokenRequest::from_form(body).map_err(|error| match error {
            // The one parameter that is JSON.
            MessageError::Json(_) | MessageError::Shape(_) => refuse(
                ErrorCode::InvalidAuthorizationDetails,
                "authorization_details is not an array of requests for credentials.",
            ),
            MessageError::Meaning(why) => refuse(ErrorCode::InvalidRequest, why),
        })?;
        if request.grant_type != PRE_AUTHORIZED_CODE {
            return Err(refuse(
                ErrorCode::UnsupportedGrantType,
                "Only the pre-authorized code grant is supported.",
            ));
        }
        let code = request
            .pre_authorized_code
            .ok_or_else(|| refuse(ErrorCode::InvalidRequest, "pre-authorized_code is missing."))?;
        let tx_code = request
            .tx_code
            .ok_or_else(|| refuse(ErrorCode::InvalidRequest, "This offer needs a tx_code."))?;
        let identified = request
            .authorization_details
            .map(|details| self.identified(&details))
            .transpose()?;
        let over = || refuse(ErrorCode::InvalidGrant, "The code is unknown, used or expired.");

        let now = self.clock.now();
        let code_hash = secrets::digest("code", code.reveal());
        // Guesses are turned away before they can keep others from writing.
        if !self.storage.knows_code(&code_hash).await? {
            return Err(over());
        }
        let mut write = self.storage.write().await?;
        let offer = write.offer_of_code(&code_hash).await?.ok_or_else(over)?;
        if offer.ended || offer.failures >= MOST_FAILURES || now >= offer.expires_at {
            return Err(over());
        }
        if !secrets::same(
            &tx_code_digest(code.reveal(), tx_code.reveal()),
            &offer.tx_code_hash,
        ) {
            write.count_failure(&offer.id_hash).await?;
            let tries_left = MOST_FAILURES.saturating_sub(offer.failures + 1);
            if tries_left == 0 {
                write
                    .audit(Some(&offer.award), WALLET, "offer-blocked", None, now)
                    .await?;
            }
            write.commit().await?;
            return Err(Refusal::WrongTxCode { tries_left });
        }
        let award = write.award(&offer.award).await?;
        if !award.is_some_and(|award| matches!(award.state, State::Offered | State::Issued)) {
            return Err(over());
        }
        let token = secrets::random::<32>();
        let expires_at = now + TOKEN_LIFE;
        write.end_offer(&offer.id_hash, now).await?;
        write
            .add_token(
                &secrets::digest("token", &token),
                &offer.award,
                identified.as_deref(),
                expires_at,
                now,
            )
            .await?;
        write
            .audit(Some(&offer.award), WALLET, "redeemed", None, now)
            .await?;
        write.commit().await?;
        tracing::info!(award = offer.award, "offer redeemed");
        Ok(TokenResponse {
            access_token: token.into(),
            token_type: "Bearer".into(),
            expires_in: u64::try_from(TOKEN_LIFE.num_seconds()).ok(),
            authorization_details: identified.map(|configurations| {
                configurations
                    .iter()
                    .map(|id| {
                        json!({
                            "type": AuthorizationDetail::OPENID_CREDENTIAL,
                            "credential_configuration_id": id,
                            "credential_identifiers": [identifier(id)],
                        })
                    })
                    .collect()
            }),
        })
    }

    /// The configurations that authorization details ask for, each once (section 6.1.1; RFC 9396).
    fn identified(&self, details: &[AuthorizationDetail]) -> Result<Vec<String>> {
        let refuse = |why: &str| refuse(ErrorCode::InvalidAuthorizationDetails, why);
        let mut configurations: Vec<String> = Vec::new();
        for detail in details {
            if detail.kind != AuthorizationDetail::OPENID_CREDENTIAL {
                return Err(refuse(
                    "Only details of the type openid_credential are understood.",
                ));
            }
            if !detail.locations.is_empty() && !detail.locations.contains(&self.config.base()) {
                return Err(refuse("The details are meant for another credential issuer."));
            }
            let id = detail
                .credential_configuration_id
                .as_deref()
                .and_then(metadata::Configuration::parse)
                .ok_or_else(|| refuse("credential_configuration_id is missing or unknown here."))?
                .id();
            if !configurations.iter().any(|seen| seen == id) {
                configurations.push(id.to_owned());
            }
        }
        if configurations.is_empty() {
            return Err(refuse("authorization_details is empty."));
        }
        Ok(configurations)
    }
}

/// The name of the one credential there is of a configuration, for wallets that ask by identifier.
pub(super) fn identifier(configuration_id: &str) -> String {
    format!("{configuration_id}:award")
}
