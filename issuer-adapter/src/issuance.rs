//! Handing out copies over OpenID4VCI 1.0: offer, token, nonce, credential, notification.
//!
//! Codes, tokens and nonces work once; each copy gets an identifier, a holder key and status indexes of
//! its own, so that what is shown to two verifiers cannot be joined.

mod copies;
pub(crate) mod metadata;

use crate::Adapter;
use crate::awards::{State, code_of, tx_code_digest};
use crate::secrets;
use crate::storage::StorageError;
use chrono::{DateTime, TimeDelta, Utc};
use openid4vc::issuance::messages::{
    CredentialOffer, CredentialRequest, CredentialResponse, ErrorCode, Grants, InputMode, IssuedCredential,
    NotificationEvent, NotificationRequest, PRE_AUTHORIZED_CODE, PreAuthorizedCode, ProtocolError,
    TokenRequest, TokenResponse, TxCode,
};
use openid4vc::issuance::proof::{self, VerifiedProof};
use proofs::Algorithm;
use serde_json::Value;
use std::collections::HashSet;

pub(crate) use copies::CopyError;

/// How long an access token counts.
const TOKEN_LIFE: TimeDelta = TimeDelta::minutes(15);

/// After this many wrong transaction codes an offer is over.
const MOST_FAILURES: u32 = 5;

/// The most proofs in one request.
pub(crate) const MOST_PROOFS: usize = 10;

/// The most copies in one configuration with one token: two full requests, since an answer may get lost.
const MOST_COPIES: u32 = 20;

/// Who acts when a wallet does.
const WALLET: &str = "wallet";

/// A refusal in the words of the protocol.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// Answered with 400 and the error object.
    #[error("{}", .0.error)]
    Protocol(ProtocolError),
    /// A wrong transaction code, of which some more may be tried.
    #[error("wrong transaction code")]
    WrongTxCode { tries_left: u32 },
    /// Answered with 401.
    #[error("no access token that counts")]
    Token { given: bool },
    /// There is no such offer (any more).
    #[error("no such offer")]
    OfferGone,
    /// Our fault.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Our fault.
    #[error("a copy could not be made")]
    Copy(#[source] CopyError),
}

fn refuse(code: ErrorCode, description: &str) -> Refusal {
    Refusal::Protocol(ProtocolError::new(code, description))
}

type Result<T> = std::result::Result<T, Refusal>;

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
        let request = TokenRequest::from_form(body)
            .map_err(|_| refuse(ErrorCode::InvalidRequest, "The body is not a token request."))?;
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
        if award.is_none_or(|award| award.state != State::Offered) {
            return Err(over());
        }
        let token = secrets::random::<32>();
        let expires_at = now + TOKEN_LIFE;
        write.end_offer(&offer.id_hash, now).await?;
        write
            .add_token(&secrets::digest("token", &token), &offer.award, expires_at, now)
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
            authorization_details: None,
        })
    }

    /// A fresh nonce.
    pub(crate) fn nonce(&self) -> String {
        self.nonces.issue(self.clock.now())
    }

    /// Issues one copy for each proof.
    pub(crate) async fn issue(&self, token: Option<&str>, body: &[u8]) -> Result<CredentialResponse> {
        let now = self.clock.now();
        let token_hash = secrets::digest("token", token.ok_or(Refusal::Token { given: false })?);
        let known = self
            .storage
            .token(&token_hash)
            .await?
            .ok_or(Refusal::Token { given: true })?;
        if known.ended || now >= known.expires_at {
            return Err(Refusal::Token { given: true });
        }
        let request = requested(body)?;
        let configuration = request.configuration;
        let proofs = self.proofs(&request.proofs, configuration.holder_algorithms())?;
        let nonces = self.fresh_nonces(&proofs)?;

        let award = self
            .storage
            .award(&known.award)
            .await?
            .ok_or(Refusal::Token { given: true })?;
        let denied = || {
            refuse(
                ErrorCode::CredentialRequestDenied,
                "This award is not issued now. Ask the institution.",
            )
        };
        if !matches!(award.state, State::Offered | State::Issued) {
            return Err(denied());
        }
        if let Some(finding) = self.admission(&award).await {
            tracing::warn!(award = award.id, code = finding.code, "copy refused");
            return Err(denied());
        }

        // Places are drawn and copies signed before the transaction, which then finds out whether the
        // places are still free. They nearly always are.
        let notification = secrets::random::<16>();
        for _ in 0..5 {
            let copies = self
                .copies(&award, configuration, &proofs, now)
                .await
                .map_err(Refusal::Copy)?;
            let mut write = self.storage.write().await?;
            let token = write
                .token(&token_hash)
                .await?
                .ok_or(Refusal::Token { given: true })?;
            if token.ended {
                return Err(Refusal::Token { given: true });
            }
            for (nonce, expires_at) in &nonces {
                if !write
                    .use_nonce(&secrets::digest("nonce", nonce), *expires_at, now)
                    .await?
                {
                    return Err(refuse(ErrorCode::InvalidNonce, "The nonce was used before."));
                }
            }
            let state = write.award(&award.id).await?.map(|award| award.state);
            if !matches!(state, Some(State::Offered | State::Issued)) {
                return Err(denied());
            }
            let so_far = write.copies_with(&token_hash, configuration.id()).await?;
            if so_far as usize + copies.len() > MOST_COPIES as usize {
                return Err(refuse(
                    ErrorCode::CredentialRequestDenied,
                    "No more copies are issued with this token.",
                ));
            }
            let notification_hash = secrets::digest("notification", &notification);
            let mut all_free = true;
            for copy in &copies {
                write
                    .add_copy(
                        &copy.id,
                        &award.id,
                        &token_hash,
                        configuration.id(),
                        &notification_hash,
                        now,
                    )
                    .await?;
                for entry in copy.entries() {
                    all_free &= write.take_entry(&entry).await?;
                }
            }
            if !all_free {
                // Dropping the transaction undoes it.
                continue;
            }
            if state == Some(State::Offered) {
                write.set_state(&award.id, State::Issued, now).await?;
            }
            let detail = format!("{} × {}", copies.len(), configuration.id());
            write
                .audit(Some(&award.id), WALLET, "issued", Some(&detail), now)
                .await?;
            write.commit().await?;
            tracing::info!(
                award = award.id,
                configuration = configuration.id(),
                copies = copies.len(),
                "issued"
            );
            return Ok(CredentialResponse {
                credentials: copies
                    .into_iter()
                    .map(|copy| IssuedCredential {
                        credential: copy.credential,
                    })
                    .collect(),
                notification_id: Some(notification),
                ..CredentialResponse::default()
            });
        }
        Err(Refusal::Copy(CopyError::NoPlace))
    }

    /// Records what became of copies.
    pub(crate) async fn notified(&self, token: Option<&str>, body: &[u8]) -> Result<()> {
        let now = self.clock.now();
        let token_hash = secrets::digest("token", token.ok_or(Refusal::Token { given: false })?);
        let known = self
            .storage
            .token(&token_hash)
            .await?
            .ok_or(Refusal::Token { given: true })?;
        let request = NotificationRequest::parse(body).map_err(|_| {
            refuse(
                ErrorCode::InvalidNotificationRequest,
                "The body is not a notification.",
            )
        })?;
        let outcome = match request.event {
            NotificationEvent::CredentialAccepted => "accepted",
            NotificationEvent::CredentialFailure => "failed",
            NotificationEvent::CredentialDeleted => "deleted",
        };
        let mut write = self.storage.write().await?;
        let notification_hash = secrets::digest("notification", &request.notification_id);
        let before = write
            .outcome(&notification_hash, &token_hash)
            .await?
            .ok_or_else(|| {
                refuse(
                    ErrorCode::InvalidNotificationId,
                    "No copies are known by this notification_id.",
                )
            })?;
        // Told once more, it is no news.
        if before.as_deref() != Some(outcome) {
            write.set_outcome(&notification_hash, outcome).await?;
            write
                .audit(Some(&known.award), WALLET, outcome, None, now)
                .await?;
            write.commit().await?;
        }
        Ok(())
    }

    fn proofs(&self, proofs: &[String], algorithms: &[Algorithm]) -> Result<Vec<VerifiedProof>> {
        let audience = self.config.base();
        let mut verified = Vec::with_capacity(proofs.len());
        let mut keys = HashSet::new();
        for proof in proofs {
            let proof = proof::verify(proof, &audience, algorithms, self.clock.now())
                .map_err(|error| refuse(ErrorCode::InvalidProof, &error.to_string()))?;
            if !keys.insert(proof.key.thumbprint()) {
                return Err(refuse(
                    ErrorCode::InvalidProof,
                    "Each proof needs a key of its own.",
                ));
            }
            verified.push(proof);
        }
        Ok(verified)
    }

    /// The different nonces of the proofs, with the end of each.
    fn fresh_nonces(&self, proofs: &[VerifiedProof]) -> Result<Vec<(String, DateTime<Utc>)>> {
        let mut nonces: Vec<(String, DateTime<Utc>)> = Vec::new();
        for proof in proofs {
            let nonce = proof.nonce.as_deref().ok_or_else(|| {
                refuse(
                    ErrorCode::InvalidNonce,
                    "The proof has no nonce. Ask the nonce endpoint for one.",
                )
            })?;
            let expires_at = self.nonces.expiry(nonce, self.clock.now()).ok_or_else(|| {
                refuse(
                    ErrorCode::InvalidNonce,
                    "The nonce is unknown or expired. Ask for another.",
                )
            })?;
            if !nonces.iter().any(|(seen, _)| seen == nonce) {
                nonces.push((nonce.to_owned(), expires_at));
            }
        }
        Ok(nonces)
    }
}

struct Requested {
    configuration: metadata::Configuration,
    proofs: Vec<String>,
}

fn requested(body: &[u8]) -> Result<Requested> {
    let malformed = |text: &str| refuse(ErrorCode::InvalidCredentialRequest, text);
    let json: Value = credentials::json::parse(
        body,
        &credentials::json::Limits {
            bytes: 128 * 1024,
            ..credentials::json::Limits::default()
        },
    )
    .map_err(|_| malformed("The body is not acceptable JSON."))?;
    // Told apart before the whole is read, so that the answer names the fault.
    let proofs = json.get("proofs");
    if proofs.is_none() {
        return Err(refuse(ErrorCode::InvalidProof, "proofs is missing."));
    }
    let only_jwt = proofs
        .and_then(Value::as_object)
        .is_some_and(|proofs| proofs.len() == 1 && proofs.contains_key("jwt"));
    if !only_jwt {
        return Err(refuse(
            ErrorCode::InvalidProof,
            "proofs must hold jwt and nothing else.",
        ));
    }
    if json.get("credential_response_encryption").is_some() {
        return Err(refuse(
            ErrorCode::InvalidEncryptionParameters,
            "Encrypted answers are not supported.",
        ));
    }
    let request =
        CredentialRequest::parse(body).map_err(|_| malformed("The body is not a credential request."))?;
    let id = match (request.credential_configuration_id, request.credential_identifier) {
        (Some(id), None) => id,
        (None, Some(_)) => {
            return Err(refuse(
                ErrorCode::UnknownCredentialIdentifier,
                "No credential identifiers were given out; use credential_configuration_id.",
            ));
        }
        _ => {
            return Err(malformed(
                "credential_configuration_id is missing, or given with credential_identifier.",
            ));
        }
    };
    let configuration = metadata::Configuration::parse(&id).ok_or_else(|| {
        refuse(
            ErrorCode::UnknownCredentialConfiguration,
            "There is no such credential configuration here.",
        )
    })?;
    let proofs = request.proofs.map(|proofs| proofs.jwt).unwrap_or_default();
    if !(1..=MOST_PROOFS).contains(&proofs.len()) {
        return Err(refuse(
            ErrorCode::InvalidProof,
            "proofs.jwt must hold one to ten proofs.",
        ));
    }
    Ok(Requested {
        configuration,
        proofs,
    })
}
