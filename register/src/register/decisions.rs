//! Decisions about an accreditation: suspended, active again, withdrawn.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use trust::{Accreditation, Effect, Reason, Status, StatusEvent};

use super::changes::Applied;
use super::{PROMPT, PublishError, Recorded, Register, find};
use crate::storage::{StorageError, Write};

/// A decision that a keeper wants recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Decision {
    /// The last segment of the accreditation's id.
    pub(crate) accreditation: String,
    pub(crate) status: Status,
    /// The moment of recording where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) effective_from: Option<DateTime<Utc>>,
    pub(crate) effect: Effect,
    pub(crate) reason: Reason,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) decision: Option<String>,
}

/// Why a decision was not recorded.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RecordError {
    #[error("no accreditation `{0}`")]
    UnknownAccreditation(String),
    #[error("the accreditation runs from {from}{}; a decision cannot take effect outside that", until.map(|end| format!(" until {end}")).unwrap_or_default())]
    OutsideWindow {
        from: DateTime<Utc>,
        until: Option<DateTime<Utc>>,
    },
    #[error(
        "it was recorded at {recorded_at} and takes effect before that; a decision that looks back must be retroactive"
    )]
    LooksBack { recorded_at: DateTime<Utc> },
    #[error("a retroactive decision takes effect before it is recorded, at {recorded_at}")]
    LooksAhead { recorded_at: DateTime<Utc> },
    #[error("the accreditation has that status from that moment on already")]
    NothingChanges,
    #[error(transparent)]
    Publish(#[from] PublishError),
}

impl From<StorageError> for RecordError {
    fn from(error: StorageError) -> Self {
        Self::Publish(error.into())
    }
}

impl Register {
    /// Writes a decision.
    pub(super) async fn record(
        &self,
        write: &mut Write,
        decision: &Decision,
        now: DateTime<Utc>,
    ) -> Result<Applied, RecordError> {
        let id = self.address(&decision.accreditation);
        let (_, entities) = write.contents().await?;
        let accreditation = find(&entities, &id)
            .ok_or_else(|| RecordError::UnknownAccreditation(decision.accreditation.clone()))?;
        // A clock that was put back must not put a decision before the one it follows.
        let newest = accreditation.status_history.last();
        let recorded_at = newest.map_or(now, |newest| newest.recorded_at.max(now));
        let effective_from = decision.effective_from.unwrap_or(recorded_at);
        check(accreditation, decision, effective_from, recorded_at)?;
        let event = StatusEvent {
            seq: newest.map_or(0, |last| last.seq) + 1,
            status: decision.status,
            effective_from,
            recorded_at,
            effect: decision.effect,
            reason: decision.reason.clone(),
            decision: decision.decision.clone(),
        };
        write.add_event(&id, &event).await?;
        Ok(Applied::Written(Recorded::StatusEvent {
            accreditation: id,
            event,
        }))
    }
}

fn check(
    accreditation: &Accreditation,
    decision: &Decision,
    at: DateTime<Utc>,
    recorded_at: DateTime<Utc>,
) -> Result<(), RecordError> {
    let (from, until) = (accreditation.valid_from, accreditation.valid_until);
    if at < from || until.is_some_and(|end| at > end) {
        return Err(RecordError::OutsideWindow { from, until });
    }
    match decision.effect {
        Effect::Prospective if at < recorded_at - PROMPT => {
            return Err(RecordError::LooksBack { recorded_at });
        }
        Effect::Retroactive if at > recorded_at => return Err(RecordError::LooksAhead { recorded_at }),
        _ => {}
    }
    let in_force = accreditation.event_at(at, recorded_at);
    let newest = accreditation.status_history.last();
    // An older event that is overridden later on may well be repeated.
    if in_force == newest && in_force.is_some_and(|event| event.status == decision.status) {
        return Err(RecordError::NothingChanges);
    }
    Ok(())
}
