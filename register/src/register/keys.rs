//! The end of keys: when they are replaced, and when somebody else may have them.

use chrono::{DateTime, Utc};
use credentials::DidUrl;
use serde::{Deserialize, Serialize};
use trust::log::{KeyEnd, KeyEvent};
use trust::{Key, Reason};

use super::changes::Applied;
use super::{PROMPT, PublishError, Recorded, Register};
use crate::storage::{StorageError, Write};

/// A decision about a key that a keeper wants recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeyDecision {
    pub(crate) kid: DidUrl,
    pub(crate) kind: KeyEnd,
    pub(crate) at: DateTime<Utc>,
    pub(crate) reason: Reason,
}

/// Why nothing was recorded about a key.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyError {
    #[error("the register lists no key `{0}`")]
    Unknown(DidUrl),
    #[error(
        "a key ends at the moment of recording or later; one that somebody else may have had before is compromised"
    )]
    LooksBack,
    #[error("a key is compromised from a moment that has passed; give the moment since when, not one ahead")]
    LooksAhead,
    #[error("the key ends at that moment or earlier already; an end only ever comes earlier")]
    NothingChanges,
    #[error(transparent)]
    Publish(#[from] PublishError),
}

impl From<StorageError> for KeyError {
    fn from(error: StorageError) -> Self {
        Self::Publish(error.into())
    }
}

impl Register {
    /// Writes the end of a key. The same decision again is answered with what was recorded the first time.
    pub(super) async fn end_key(
        &self,
        write: &mut Write,
        decision: &KeyDecision,
        recorded_at: DateTime<Utc>,
    ) -> Result<Applied, KeyError> {
        let kid = &decision.kid;
        let (_, entities) = write.contents().await?;
        let mut keys = entities.iter().flat_map(|entity| &entity.keys);
        let key = keys
            .find(|key| key.kid == *kid)
            .ok_or_else(|| KeyError::Unknown(kid.clone()))?;
        let same = |event: &KeyEvent| {
            (event.kind, event.at, &event.reason) == (decision.kind, decision.at, &decision.reason)
        };
        let recorded = |event| Recorded::KeyEvent {
            kid: kid.clone(),
            event,
        };
        if let Some(event) = write.key_events(kid).await?.into_iter().find(same) {
            return Ok(Applied::Already(recorded(event)));
        }
        check(key, decision, recorded_at)?;
        let event = KeyEvent {
            kind: decision.kind,
            at: decision.at,
            recorded_at,
            reason: decision.reason.clone(),
        };
        write.add_key_event(kid, &event).await?;
        Ok(Applied::Written(recorded(event)))
    }

    /// What became of a key, the oldest first; nothing for a key the register does not list.
    pub(crate) async fn key_history(&self, kid: &DidUrl) -> Result<Option<Vec<KeyEvent>>, PublishError> {
        if self.published().await?.list.key(kid).is_none() {
            return Ok(None);
        }
        let mut write = self.0.storage.write().await?;
        Ok(Some(write.key_events(kid).await?))
    }
}

fn check(key: &Key, decision: &KeyDecision, recorded_at: DateTime<Utc>) -> Result<(), KeyError> {
    let end = match decision.kind {
        KeyEnd::Ended if decision.at < recorded_at - PROMPT => return Err(KeyError::LooksBack),
        KeyEnd::Ended => key.not_after,
        KeyEnd::Compromised if decision.at > recorded_at + PROMPT => return Err(KeyError::LooksAhead),
        KeyEnd::Compromised => key.compromised_at,
    };
    match end {
        Some(end) if end <= decision.at => Err(KeyError::NothingChanges),
        _ => Ok(()),
    }
}
