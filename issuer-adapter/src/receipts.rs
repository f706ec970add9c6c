//! Getting the register's receipts for what was committed to.
//!
//! Commitments wait in the database; every so often those of a unit become a batch, and every batch is handed in
//! until the register gave its receipt. A batch is in the database before it is sent, and the register answers the
//! same root with the same receipt, so whatever stops in between, nothing is lost and nothing is there twice.

use crate::Adapter;
use crate::admission::RegisterError;
use crate::identity::Party;
use crate::storage::{NewBatch, StorageError, WaitingBatch, WaitingLeaf};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use http_service::outbound::OutboundError;
use proofs::SignError;
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::{Arc, Weak};
use std::time::Duration;
use trust::receipts::{Batch, LARGEST_BATCH, Leaves, MOST_DAYS, ReceiptError, sign_batch, verify_receipt};

/// How long to wait after the first attempt that failed; twice as long after each further one.
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(5);
/// The longest wait between attempts.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(1);
/// How often the waiting is looked at, at most and at least.
const PACE: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));

#[derive(Debug, thiserror::Error)]
enum HandInError {
    #[error("the register cannot be reached")]
    Unreachable(#[from] OutboundError),
    #[error("the register answered with status {0}")]
    Refused(u16),
    #[error("the register's answer cannot be used")]
    Answer(#[from] serde_json::Error),
    #[error("the register gives no list that counts")]
    List(#[from] RegisterError),
    #[error("the register's receipt is not for this batch")]
    OtherBatch,
    #[error("the register's receipt is not sound")]
    Receipt(#[from] ReceiptError),
    #[error("the batch could not be signed")]
    Signing(#[from] SignError),
    #[error("the unit is no longer configured here")]
    UnknownUnit,
    #[error("the register's address is not one below which receipts can be")]
    Address,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

#[derive(Deserialize)]
struct Head {
    batches: u64,
    root: Option<String>,
}

#[derive(Deserialize)]
struct Given {
    receipt: String,
}

/// Keeps at it until the service is gone.
pub(crate) async fn keep_handing_in(adapter: Weak<Adapter>, every: Duration) {
    let pace = every.clamp(PACE.0, PACE.1);
    loop {
        tokio::time::sleep(pace).await;
        let Some(adapter) = adapter.upgrade() else { return };
        let due = TimeDelta::from_std(every).unwrap_or(TimeDelta::MAX);
        if let Err(error) = adapter.hand_in_receipts(due).await {
            tracing::error!(%error, "commitments could not be handed in");
        }
    }
}

impl Adapter {
    /// Makes batches of what has waited since `due` or longer, and hands in all that is due.
    pub(crate) async fn hand_in_receipts(self: &Arc<Self>, due: TimeDelta) -> Result<(), StorageError> {
        self.close_batches(due).await?;
        for batch in self.storage.due_batches(self.clock.now()).await? {
            let handed_in = self.hand_in(&batch).await;
            let now = self.clock.now();
            let mut write = self.storage.write().await?;
            match handed_in {
                Ok((receipt, received_at)) => {
                    write.keep_receipt(batch.id, &receipt, received_at).await?;
                    tracing::info!(unit = batch.unit, batch = batch.id, "receipt kept");
                }
                Err(error) => {
                    let doubled = 1 << batch.attempts.min(16);
                    let wait = (FIRST_WAIT * doubled).min(LONGEST_WAIT);
                    write.postpone_batch(batch.id, now + wait).await?;
                    tracing::warn!(unit = batch.unit, batch = batch.id, %error, "no receipt yet");
                }
            }
            write.commit().await?;
        }
        Ok(())
    }

    async fn close_batches(&self, due: TimeDelta) -> Result<(), StorageError> {
        let now = self.clock.now();
        let mut write = self.storage.write().await?;
        for unit in write.units_with_waiting_leaves().await? {
            let waiting = write.waiting_leaves(&unit, LARGEST_BATCH).await?;
            let is_due = waiting
                .first()
                .is_some_and(|oldest| oldest.created_at + due <= now);
            if !is_due {
                continue;
            }
            let (gathered, days) = gather(waiting);
            let leaves = gathered.iter().map(|waiting| waiting.leaf).collect();
            let Ok(leaves) = Leaves::padded(leaves, &mut http_service::system_random()) else {
                tracing::error!(unit, "commitments make no batch");
                continue;
            };
            let new = NewBatch {
                unit: &unit,
                root: &leaves.root(),
                leaves: &leaves.to_text(),
                days: &days,
            };
            write.add_batch(&new, &gathered, now).await?;
        }
        write.commit().await
    }

    /// Sends a batch to the register; its receipt, and when the register says to have received it.
    async fn hand_in(&self, waiting: &WaitingBatch) -> Result<(String, DateTime<Utc>), HandInError> {
        let unit = self
            .identities
            .unit(&waiting.unit)
            .ok_or(HandInError::UnknownUnit)?;
        let did = unit.did().as_str().replace('%', "%25");
        let place = self.config.register_url.join(&format!("./receipts/{did}"));
        let place = place.map_err(|_| HandInError::Address)?;

        let head = self.client.get(place.as_str(), "application/json").await?;
        if head.status != 200 {
            return Err(HandInError::Refused(head.status));
        }
        let signed = sign(waiting, unit, serde_json::from_slice(&head.body)?)?;
        let body = json!({"batch": signed, "leaves": waiting.leaves});
        let answer = self.client.post_json(place.as_str(), body.to_string()).await?;
        if answer.status != 200 {
            return Err(HandInError::Refused(answer.status));
        }
        let Given { receipt } = serde_json::from_slice(&answer.body)?;
        let now = self.clock.now();
        let list = self.register.list(now).await?;
        let told = verify_receipt(&receipt, list.operator(), now)?;
        if told.batch.root != waiting.root || told.batch.issuer != *unit.did() {
            return Err(HandInError::OtherBatch);
        }
        Ok((receipt, told.received_at))
    }
}

fn sign(waiting: &WaitingBatch, unit: &Party, head: Head) -> Result<String, SignError> {
    let lines = waiting.leaves.lines().count();
    let batch = Batch {
        issuer: unit.did().clone(),
        batch: head.batches + 1,
        root: waiting.root.clone(),
        size: u32::try_from(lines).unwrap_or(u32::MAX),
        days: waiting.days.clone(),
        previous: head.root,
        closed_at: waiting.closed_at,
    };
    let (kid, key) = unit.p256();
    sign_batch(&batch, key, kid)
}

/// As many of the waiting as one batch may name the days of, and these days.
fn gather(waiting: Vec<WaitingLeaf>) -> (Vec<WaitingLeaf>, Vec<NaiveDate>) {
    let mut days = BTreeSet::new();
    let mut gathered = Vec::with_capacity(waiting.len());
    for leaf in waiting {
        let own = days_of(leaf.dated_at);
        let more = own.iter().filter(|day| !days.contains(*day)).count();
        if days.len() + more > MOST_DAYS {
            continue;
        }
        days.extend(own);
        gathered.push(leaf);
    }
    (gathered, days.into_iter().collect())
}

/// The days on which a reader may look: that in UTC, and that in the Netherlands, which some copies tell alone.
fn days_of(dated_at: DateTime<Utc>) -> BTreeSet<NaiveDate> {
    let dutch = [0, 1, 2].map(|ahead| (dated_at + TimeDelta::hours(ahead)).date_naive());
    dutch.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use trust::receipts::Leaf;

    #[test]
    fn an_award_of_late_evening_is_found_under_both_days() {
        let days = days_of("2026-04-14T22:30:00Z".parse().unwrap());
        let days: Vec<_> = days.iter().map(ToString::to_string).collect();
        assert_eq!(days, ["2026-04-14", "2026-04-15"]);
    }

    #[test]
    fn what_names_too_many_days_waits_for_the_next_batch() {
        let start: DateTime<Utc> = "2020-01-01T12:00:00Z".parse().unwrap();
        let waiting = (0..400).map(|number| WaitingLeaf {
            leaf: Leaf::from_bytes([0; 32]),
            dated_at: start + TimeDelta::days(number),
            created_at: start,
        });

        let (gathered, days) = gather(waiting.collect());

        assert_eq!((gathered.len(), days.len()), (MOST_DAYS, MOST_DAYS));
    }
}
