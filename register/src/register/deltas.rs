//! What changed between an earlier list and the present one, for readers who hold that.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use trust::delta;

use super::{PublishError, Published, Register};

/// Lists that were followed by more others than this have no delta.
const FURTHEST: u64 = 100;

/// The deltas to one list, each made when it is first asked for and never twice.
#[derive(Default)]
pub(super) struct Deltas {
    /// By the number of the list that they are from; nothing where the whole list is as good.
    made: Mutex<BTreeMap<u64, Option<Arc<str>>>>,
    /// One is made at a time, however many ask.
    making: tokio::sync::Mutex<()>,
}

impl Deltas {
    fn made(&self) -> MutexGuard<'_, BTreeMap<u64, Option<Arc<str>>>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Register {
    /// The list of this moment, and what leads to it from the one with number `sequence`; nothing when that is no list, is
    /// long past, or has so little in common with it that readers better fetch the whole.
    pub(crate) async fn delta(
        &self,
        sequence: u64,
    ) -> Result<(Arc<Published>, Option<Arc<str>>), PublishError> {
        let published = self.published().await?;
        let newest = published.list.list().sequence;
        if sequence == 0 || newest.checked_sub(sequence).is_none_or(|past| past > FURTHEST) {
            return Ok((published, None));
        }
        let current = published.clone();
        let find = || current.deltas.made().get(&sequence).cloned();
        if let Some(made) = find() {
            return Ok((published, made));
        }
        // Whoever asks for another one meanwhile fetches the whole list, which costs nobody any waiting.
        let Ok(_alone) = current.deltas.making.try_lock() else {
            return Ok((published, None));
        };
        if let Some(made) = find() {
            return Ok((published, made));
        }
        let from = match sequence == newest {
            true => Some(published.signed.clone()),
            false => self.list(sequence).await?,
        };
        let made = match from {
            None => None,
            Some(from) => {
                let to = published.clone();
                let work = tokio::task::spawn_blocking(move || {
                    let made = delta::between(&from, &to.signed).ok()?;
                    (made.len() < to.signed.len() / 4).then(|| made.into())
                });
                // A fault of ours shows as no delta: the whole list is still there.
                work.await.unwrap_or_default()
            }
        };
        current.deltas.made().insert(sequence, made.clone());
        Ok((published, made))
    }
}
