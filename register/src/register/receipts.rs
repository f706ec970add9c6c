//! Receipts: the register's own time and signature on what issuers committed to.

use std::sync::PoisonError;

use chrono::TimeDelta;
use credentials::Did;
use proofs::SignError;
use trust::receipts::{
    Batch, BatchError, Leaves, LeavesError, Receipt, Span, renew_receipt, sign_receipt, verify_batch,
};
use trust::{ScopeClaim, Status, assess};

use super::{PublishError, Register, check_key, hex, whole_seconds};
use crate::storage::{NewReceipt, StorageError, StoredReceipt};

/// The most receipts that are kept as they were signed anew, some kilobytes each.
const MOST_RENEWED: usize = 4096;
/// How many batches an issuer may hand in within a day. A reader looks through those of a month.
const MOST_A_DAY: u64 = 64;

/// How far an issuer's batches have come.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    /// How many there are.
    pub(crate) batches: u64,
    /// The root of the last.
    pub(crate) root: Option<String>,
}

/// Why no receipt was given.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReceiptError {
    #[error("the register knows no organisation with that DID")]
    UnknownIssuer,
    #[error("the issuer does not take part now, so no receipt is given")]
    NotAdmitted,
    #[error(transparent)]
    Batch(#[from] BatchError),
    #[error("the batch is of another issuer than the address says")]
    OtherIssuer,
    #[error(transparent)]
    Leaves(#[from] LeavesError),
    #[error("the leaves do not have the size and root that the batch says")]
    OtherLeaves,
    #[error("the issuer's next batch is number {expected}, after the root of the one before")]
    OutOfOrder { expected: u64 },
    #[error("more than {MOST_A_DAY} batches within a day; gather leaves in fewer")]
    TooMany,
    #[error("the receipt could not be signed")]
    Signing(#[from] SignError),
    #[error(transparent)]
    Publish(#[from] PublishError),
}

impl From<StorageError> for ReceiptError {
    fn from(error: StorageError) -> Self {
        Self::Publish(error.into())
    }
}

impl Register {
    /// Gives a receipt for a batch. For the same root it is the same receipt, so a repeated request does no harm.
    pub(crate) async fn receive(
        &self,
        issuer: &Did,
        statement: &str,
        leaves: &str,
    ) -> Result<StoredReceipt, ReceiptError> {
        let published = self.published().await?;
        let list = &published.list;
        if list.entity(issuer).is_none() {
            return Err(ReceiptError::UnknownIssuer);
        }
        let batch = verify_batch(statement, list, self.now())?;
        if batch.issuer != *issuer {
            return Err(ReceiptError::OtherIssuer);
        }
        let leaves = Leaves::parse(leaves)?;
        if leaves.root() != batch.root || u32::try_from(leaves.count()) != Ok(batch.size) {
            return Err(ReceiptError::OtherLeaves);
        }

        let mut write = self.0.storage.write().await?;
        check_key(&mut write, &self.0.operator).await?;
        if let Some(given) = write.receipt_for(issuer.as_str(), &batch.root).await? {
            let signed = self.renewed(&given.signed)?;
            return Ok(StoredReceipt { signed, ..given });
        }
        // The time is that at which nothing else can come between, and so is the list.
        let now = whole_seconds(self.now());
        let list = &self.current().list;
        let batch = verify_batch(statement, list, now)?;
        let standing = assess(list, issuer, &ScopeClaim::default(), now, now);
        if standing.is_none_or(|chain| chain.now != Status::Active) {
            return Err(ReceiptError::NotAdmitted);
        }
        let newest = write.newest_receipt_of(issuer.as_str()).await?;
        let expected = newest.as_ref().map_or(0, |newest| newest.batch) + 1;
        if batch.batch != expected || batch.previous != newest.map(|newest| newest.root) {
            return Err(ReceiptError::OutOfOrder { expected });
        }
        let day_ago = (now - TimeDelta::days(1)).timestamp();
        if write.receipts_since(issuer.as_str(), day_ago).await? >= MOST_A_DAY {
            return Err(ReceiptError::TooMany);
        }
        let last = write.last_receipt().await?;
        let receipt = Receipt {
            iss: self.0.operator.did().clone(),
            sequence: last.as_ref().map_or(0, |last| last.sequence) + 1,
            previous_hash: last.map(|last| format!("sha-256:{}", hex(last.signed.as_bytes()))),
            received_at: now,
            batch,
        };
        let stored = StoredReceipt {
            sequence: receipt.sequence,
            batch: receipt.batch.batch,
            root: receipt.batch.root.clone(),
            signed: sign_receipt(&receipt, self.0.operator.key(), self.0.operator.kid())?,
        };
        let new = NewReceipt {
            receipt: &stored,
            issuer: issuer.as_str(),
            received_at: now.timestamp(),
            statement,
            leaves: &leaves.to_text(),
            months: &months(&receipt.batch),
        };
        write.add_receipt(&new).await?;
        write.commit().await?;
        Ok(stored)
    }

    /// How far an issuer's batches have come; nothing for one the register does not list.
    pub(crate) async fn receipts_head(&self, issuer: &Did) -> Result<Option<Head>, PublishError> {
        if self.published().await?.list.entity(issuer).is_none() {
            return Ok(None);
        }
        let newest = self.0.storage.newest_receipt(issuer.as_str()).await?;
        Ok(Some(Head {
            batches: newest.as_ref().map_or(0, |newest| newest.batch),
            root: newest.map(|newest| newest.root),
        }))
    }

    /// The receipts for batches with awards of a month; nothing for an issuer the register does not list.
    pub(crate) async fn receipts_of(
        &self,
        issuer: &Did,
        month: &str,
    ) -> Result<Option<Vec<String>>, ReceiptError> {
        if self.published().await?.list.entity(issuer).is_none() {
            return Ok(None);
        }
        let given = self.0.storage.receipts_of(issuer.as_str(), month).await?;
        let signed = given.iter().map(|receipt| self.renewed(receipt));
        Ok(Some(signed.collect::<Result<_, _>>()?))
    }

    /// A receipt as it was given, signed with the present key where that came later: readers may know no other.
    fn renewed(&self, signed: &str) -> Result<String, SignError> {
        let operator = &self.0.operator;
        if operator.changes().is_empty() {
            return Ok(signed.to_owned());
        }
        let known = || self.0.renewed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(renewed) = known().get(signed) {
            return Ok(renewed.clone());
        }
        let renewed = renew_receipt(signed, operator.key(), operator.kid())?;
        let mut known = known();
        if known.len() >= MOST_RENEWED {
            known.clear();
        }
        known.insert(signed.to_owned(), renewed.clone());
        Ok(renewed)
    }

    /// The leaves of batches that follow each other; nothing if one is missing or they are too many at once.
    pub(crate) async fn leaves(&self, issuer: &Did, span: Span) -> Result<Option<String>, StorageError> {
        self.0.storage.leaves(issuer.as_str(), span).await
    }
}

/// The months its days are in, each once.
fn months(batch: &Batch) -> Vec<String> {
    let mut months: Vec<_> = batch
        .days
        .iter()
        .map(|day| day.format("%Y-%m").to_string())
        .collect();
    months.dedup();
    months
}
