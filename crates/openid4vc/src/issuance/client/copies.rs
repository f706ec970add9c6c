//! Asking for copies, one request for each configuration, with a proof of each key.

use super::error::CollectError;
use super::reading::{refused, success, unexpected};
use super::step::{Collected, ReceivedCredential, Step};
use super::{Issuance, Stage};
use crate::issuance::messages::{CredentialResponse, ErrorCode, ProtocolError, Secret};
use crate::issuance::proof;
use chrono::{DateTime, Utc};
use std::ops::Range;

impl Issuance {
    /// Where the keys for the present credential are among all keys.
    fn places(&self) -> Range<usize> {
        let start = self.wanted.iter().take(self.next).sum();
        start..start + self.wanted.get(self.next).copied().unwrap_or_default()
    }

    pub(super) fn begin_credential(&mut self, at: DateTime<Utc>) -> Result<Step, CollectError> {
        while self.wanted.get(self.next) == Some(&0) {
            self.next += 1;
        }
        if self.next >= self.found.wanted.len() {
            self.stage = Stage::Done;
            return Ok(Step::Done(Collected {
                issuer: self.found.issuer.clone().ok_or(CollectError::OutOfTurn)?,
                credentials: std::mem::take(&mut self.received),
                missing: std::mem::take(&mut self.missing),
            }));
        }
        if self
            .found
            .endpoints
            .as_ref()
            .is_some_and(|endpoints| endpoints.nonce.is_some())
        {
            self.stage = Stage::Nonce;
            return self.request();
        }
        self.prove(None, at)
    }

    pub(super) fn prove(&mut self, nonce: Option<&Secret>, at: DateTime<Utc>) -> Result<Step, CollectError> {
        let audience = &self
            .found
            .offer
            .as_ref()
            .ok_or(CollectError::OutOfTurn)?
            .credential_issuer;
        let nonce = nonce.map(Secret::reveal);
        let keys = self.keys.get(self.places()).ok_or(CollectError::OutOfTurn)?;
        let proofs = keys
            .iter()
            .map(|key| proof::make(key, audience, nonce, at).map_err(|_| CollectError::Proof))
            .collect::<Result<_, _>>()?;
        self.stage = Stage::Credential { proofs };
        self.request()
    }

    pub(super) fn take_credential(
        &mut self,
        status: u16,
        body: &[u8],
        at: DateTime<Utc>,
    ) -> Result<Step, CollectError> {
        if !success(status) {
            return self.credential_refused(status, body, at);
        }
        let response =
            CredentialResponse::parse(body).map_err(|e| CollectError::Unreadable("credential", Some(e)))?;
        let wanted = self.found.wanted.get(self.next).ok_or(CollectError::OutOfTurn)?;
        if response.credentials.is_empty() {
            return Err(match response.transaction_id {
                Some(_) => CollectError::Deferred,
                None => CollectError::Unreadable("credential", None),
            });
        }
        let keys = self.places();
        if response.credentials.len() > keys.len() {
            return Err(CollectError::Unreadable("credential", None));
        }
        for issued in response.credentials {
            self.received.push(ReceivedCredential {
                configuration_id: wanted.configuration_id.clone(),
                format: wanted.format.clone(),
                credential: issued.credential,
                keys: keys.clone(),
            });
        }
        self.to_notify.extend(response.notification_id);
        self.next += 1;
        self.nonce_renewed = false;
        self.begin_credential(at)
    }

    fn credential_refused(
        &mut self,
        status: u16,
        body: &[u8],
        at: DateTime<Utc>,
    ) -> Result<Step, CollectError> {
        let Ok(error) = ProtocolError::parse(body) else {
            return Err(if status == 401 {
                CollectError::TooLate
            } else {
                unexpected(status)
            });
        };
        match error.error {
            ErrorCode::InvalidNonce if !self.nonce_renewed => {
                self.nonce_renewed = true;
                self.begin_credential(at)
            }
            ErrorCode::InvalidToken => Err(CollectError::TooLate),
            _ => Err(refused(status, error)),
        }
    }
}
