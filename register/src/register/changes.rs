//! What keepers change, and the one way in which it is written.

use chrono::{DateTime, Utc};
use credentials::DidUrl;
use serde::{Deserialize, Serialize};
use trust::log::KeyEvent;
use trust::{Accreditation, DelegationError, Entity, ListError, ListHead, StatusEvent, Succession};
use trust::{VerifiedList, check_delegations};

use super::{
    Admission, AdmissionError, Decision, DelegateError, Delegation, EvidenceError, EvidenceImport,
    KeyDecision, KeyError, Merger, PublishError, RecordError, Register, Registration, hex, whole_seconds,
};
use crate::storage::{StorageError, Write};

/// A change that a keeper wants recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(crate) enum Change {
    /// An accreditation gets another status.
    StatusEvent(Decision),
    /// A unit may award on behalf of an institution.
    Delegation(Delegation),
    /// Another organisation takes over.
    Succession(Merger),
    /// A key ended, or somebody else may have it.
    KeyEvent(KeyDecision),
    /// An institution joins the register.
    Registration(Registration),
    /// An institution is admitted to a framework.
    Admission(Admission),
    /// Something becomes known from elsewhere.
    EvidenceImport(EvidenceImport),
}

/// A change as it was recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub(crate) enum Recorded {
    StatusEvent {
        accreditation: String,
        event: StatusEvent,
    },
    Delegation {
        accreditation: Accreditation,
    },
    Succession {
        succession: Succession,
    },
    KeyEvent {
        kid: DidUrl,
        event: KeyEvent,
    },
    Registration {
        entity: Box<Entity>,
    },
    Admission {
        accreditation: Accreditation,
    },
    EvidenceImport {
        /// How many pieces of evidence.
        additions: usize,
        recorded_at: DateTime<Utc>,
    },
}

/// A change as it was recorded, and the number of a list that shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Answer {
    pub(crate) recorded: Recorded,
    pub(crate) sequence: u64,
}

/// What came of writing a change.
pub(super) enum Applied {
    /// It was written.
    Written(Recorded),
    /// The same was recorded before; nothing was written.
    Already(Recorded),
}

/// Why a change is refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChangeError {
    #[error(transparent)]
    Record(RecordError),
    #[error(transparent)]
    Delegate(DelegateError),
    #[error(transparent)]
    Key(KeyError),
    #[error(transparent)]
    Admission(AdmissionError),
    #[error(transparent)]
    Evidence(EvidenceError),
    #[error(transparent)]
    Beyond(#[from] DelegationError),
    #[error("the register would contradict itself: {0}")]
    Contradiction(String),
    #[error(transparent)]
    Publish(PublishError),
}

impl From<PublishError> for ChangeError {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::List(ListError::Inconsistent(what)) => Self::Contradiction(what),
            other => Self::Publish(other),
        }
    }
}

impl From<RecordError> for ChangeError {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::Publish(error) => error.into(),
            refused => Self::Record(refused),
        }
    }
}

impl From<DelegateError> for ChangeError {
    fn from(error: DelegateError) -> Self {
        match error {
            DelegateError::Publish(error) => error.into(),
            refused => Self::Delegate(refused),
        }
    }
}

impl From<KeyError> for ChangeError {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Publish(error) => error.into(),
            refused => Self::Key(refused),
        }
    }
}

impl From<AdmissionError> for ChangeError {
    fn from(error: AdmissionError) -> Self {
        match error {
            AdmissionError::Publish(error) => error.into(),
            refused => Self::Admission(refused),
        }
    }
}

impl From<EvidenceError> for ChangeError {
    fn from(error: EvidenceError) -> Self {
        match error {
            EvidenceError::Publish(error) => error.into(),
            refused => Self::Evidence(refused),
        }
    }
}

impl From<StorageError> for ChangeError {
    fn from(error: StorageError) -> Self {
        Self::Publish(error.into())
    }
}

impl ChangeError {
    /// Whether it is a fault of the register's, and says nothing about the change.
    pub(crate) fn is_fault(&self) -> bool {
        matches!(self, Self::Publish(_))
    }
}

impl Change {
    /// The same for the same change alone.
    pub(super) fn digest(&self, urgent: bool) -> Result<String, StorageError> {
        Ok(hex(serde_json::to_string(&(self, urgent))?.as_bytes()))
    }

    /// Whether it adds organisations or admissions, or changes how they hang together.
    fn is_structural(&self) -> bool {
        !matches!(
            self,
            Self::StatusEvent(_) | Self::KeyEvent(_) | Self::EvidenceImport(_)
        )
    }
}

impl Recorded {
    /// The moment of recording, where it has one of its own.
    pub(super) fn recorded_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::StatusEvent { event, .. } => Some(event.recorded_at),
            Self::KeyEvent { event, .. } => Some(event.recorded_at),
            Self::EvidenceImport { recorded_at, .. } => Some(*recorded_at),
            _ => None,
        }
    }
}

impl Register {
    /// Writes a change, or refuses it. Whoever calls commits and publishes, or undoes it all.
    pub(super) async fn apply(&self, write: &mut Write, change: &Change) -> Result<Applied, ChangeError> {
        let now = whole_seconds(self.now());
        let applied = match change {
            Change::StatusEvent(decision) => self.record(write, decision, now).await?,
            Change::Delegation(delegation) => self.delegate(write, delegation, now).await?,
            Change::Succession(merger) => self.merge(write, merger, now).await?,
            Change::KeyEvent(decision) => self.end_key(write, decision, now).await?,
            Change::Registration(registration) => self.register(write, registration, now).await?,
            Change::Admission(admission) => self.admit(write, admission, now).await?,
            Change::EvidenceImport(import) => self.take_up(write, import, now).await?,
        };
        if change.is_structural() && matches!(applied, Applied::Written(_)) {
            self.check_whole(write).await?;
        }
        Ok(applied)
    }

    /// Refuses what was written if an admission does not lie within those above it, or the list contradicts itself.
    async fn check_whole(&self, write: &mut Write) -> Result<(), ChangeError> {
        let (frameworks, entities) = write.contents().await?;
        check_delegations(&entities)?;
        let head = ListHead {
            frameworks,
            ..self.current().list.list().clone()
        };
        VerifiedList::own(head.with(entities)).map_err(PublishError::from)?;
        Ok(())
    }
}
