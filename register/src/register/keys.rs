//! The end of keys: when they are replaced, and when somebody else may have them.

use chrono::{DateTime, Utc};
use credentials::DidUrl;
use trust::log::{KeyEnd, KeyEvent};
use trust::{Key, Reason};

use super::{PROMPT, PublishError, Register, publish, whole_seconds};
use crate::storage::StorageError;

/// A decision about a key that a keeper wants recorded.
#[derive(Clone, Debug)]
pub(crate) struct KeyDecision {
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
    /// Records the end of a key and publishes the list that shows it, in one transaction; the event, and the
    /// number of the list. The same decision again is answered with what was recorded the first time.
    pub(crate) async fn end_key(
        &self,
        kid: &DidUrl,
        decision: KeyDecision,
    ) -> Result<(KeyEvent, u64), KeyError> {
        let mut write = self.0.storage.write().await?;
        let (_, entities) = write.contents().await?;
        let mut keys = entities.iter().flat_map(|entity| &entity.keys);
        let key = keys
            .find(|key| key.kid == *kid)
            .ok_or_else(|| KeyError::Unknown(kid.clone()))?;
        let same = |event: &KeyEvent| {
            (event.kind, event.at, &event.reason) == (decision.kind, decision.at, &decision.reason)
        };
        if let Some(recorded) = write.key_events(kid).await?.into_iter().find(same) {
            return Ok((recorded, self.current().list.list().sequence));
        }
        let recorded_at = whole_seconds(self.now());
        check(key, &decision, recorded_at)?;
        let event = KeyEvent {
            kind: decision.kind,
            at: decision.at,
            recorded_at,
            reason: decision.reason,
        };
        write.add_key_event(kid, &event).await?;
        let published = publish(&mut write, &self.0.operator, &self.0.register_id, recorded_at).await?;
        let sequence = published.list.list().sequence;
        write.commit().await?;
        self.replace(published);
        Ok((event, sequence))
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
