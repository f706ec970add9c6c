//! Issuing copies (section 8), in one transaction for each request.

use super::copies::{CopyError, SignedCopy};
use super::metadata::Configuration;
use super::request::requested;
use super::{MOST_COPIES, Refusal, Result, WALLET, refuse};
use crate::Adapter;
use crate::awards::State;
use crate::secrets;
use crate::storage::{NewLeaf, StoredAward, Write};
use chrono::{DateTime, Utc};
use openid4vc::issuance::messages::{CredentialResponse, ErrorCode, IssuedCredential};

/// How often copies are drawn when others took what they need: of requests at the same time one is served each time.
const MOST_ATTEMPTS: usize = 32;

impl Adapter {
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
        let request = requested(body, known.identified.as_deref())?;
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

        // Places and commitments are drawn and copies signed before the transaction, which then finds out whether
        // they are still free. They nearly always are.
        let notification = secrets::random::<16>();
        for _ in 0..MOST_ATTEMPTS {
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
                // Another request may have drawn the same commitment.
                if configuration.is_committed_to() && !write.is_free(&copy.leaf).await? {
                    all_free = false;
                    break;
                }
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
                all_free &= commit(&mut write, &award, configuration, copy, now).await?;
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
}

/// Marks the commitment to a copy as used, or makes it now. Whether no other copy has it.
async fn commit(
    write: &mut Write,
    award: &StoredAward,
    configuration: Configuration,
    copy: &SignedCopy,
    now: DateTime<Utc>,
) -> Result<bool> {
    if !configuration.is_committed_to() {
        return Ok(true);
    }
    if let Some(is_free) = write.use_leaf(&copy.leaf, &copy.id).await? {
        return Ok(is_free);
    }
    let new = NewLeaf {
        leaf: &copy.leaf,
        award: &award.id,
        unit: &award.unit,
        configuration: configuration.id(),
        seed: copy.seed.as_bytes(),
        dated_at: award.record.awarded_at.unwrap_or(now),
        copy: Some(&copy.id),
    };
    write.add_leaf(&new, now).await?;
    Ok(true)
}
