//! What other administrations say of organisations: it informs, and never decides.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use trust::Evidence;
use trust::extracts::{Addition, Extract, Import, Plan, Source, plan, read};

use super::changes::Applied;
use super::{PROMPT, PublishError, Recorded, Register, publish, whole_seconds};
use crate::storage::{StorageError, Write};

/// More evidence than this is not recorded at once, so that a second person can look at all of it.
pub(crate) const MOST_ADDITIONS: usize = 500;

/// Evidence that a keeper wants recorded: what an extract says that is not recorded yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EvidenceImport {
    pub(crate) source: Source,
    pub(crate) additions: Vec<Addition>,
}

/// Why no evidence was recorded.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EvidenceError {
    #[error("the register knows no organisation `{0}`")]
    UnknownEntity(String),
    #[error("something newer is known about {0} by now")]
    Outdated(String),
    #[error("an extract is made before it is taken over; give the moment at which it was made")]
    LooksAhead,
    #[error(
        "more than {MOST_ADDITIONS} pieces of evidence are not recorded at once; hand in the extract in parts"
    )]
    TooMany,
    #[error(transparent)]
    Publish(#[from] PublishError),
}

impl From<StorageError> for EvidenceError {
    fn from(error: StorageError) -> Self {
        Self::Publish(error.into())
    }
}

impl Register {
    /// What an extract would change in the register as it is.
    pub(crate) async fn plan_import(
        &self,
        source: Source,
        extract: &Extract,
        import: Import,
    ) -> Result<(Plan, EvidenceImport), EvidenceError> {
        if import.extracted_at > self.now() + PROMPT {
            return Err(EvidenceError::LooksAhead);
        }
        let published = self.published().await?;
        let plan = plan(extract, &published.list.to_list().entities, import);
        if plan.additions.len() > MOST_ADDITIONS {
            return Err(EvidenceError::TooMany);
        }
        let additions = plan.additions.clone();
        Ok((plan, EvidenceImport { source, additions }))
    }

    /// Takes over an extract as the operator's own, as a seed is: without keepers. Of what cannot be read nothing is.
    pub async fn take_over(
        &self,
        source: Source,
        extract: &str,
        extracted_at: DateTime<Utc>,
    ) -> Result<Plan, TakeOverError> {
        let extract = read(source, extract, extracted_at)?;
        let mut write = self.0.storage.write().await.map_err(PublishError::from)?;
        let (_, entities) = write.contents().await.map_err(PublishError::from)?;
        let import = Import {
            extracted_at,
            renew: false,
            retract: false,
        };
        let plan = plan(&extract, &entities, import);
        let now = whole_seconds(self.now());
        for addition in &plan.additions {
            let evidence = recorded(&addition.evidence, now);
            let added = write.add_evidence(&addition.entity_id, &evidence).await;
            added.map_err(PublishError::from)?;
        }
        let published = publish(&mut write, &self.0.operator, &self.0.register_id, now).await?;
        write.commit().await.map_err(PublishError::from)?;
        self.replace(published);
        Ok(plan)
    }

    /// Writes evidence. What is recorded already, or was in the meantime, is passed over.
    pub(super) async fn take_up(
        &self,
        write: &mut Write,
        import: &EvidenceImport,
        now: DateTime<Utc>,
    ) -> Result<Applied, EvidenceError> {
        let (_, entities) = write.contents().await?;
        let mut written = 0;
        for Addition { entity_id, evidence } in &import.additions {
            let entity = entities.iter().find(|entity| entity.entity_id == *entity_id);
            let entity = entity.ok_or_else(|| EvidenceError::UnknownEntity(entity_id.clone()))?;
            let known = entity.evidence.iter().find(|known| known.is_about(evidence));
            if let Some(known) = known {
                if known.says_the_same(evidence) && known.checked_at >= evidence.checked_at {
                    continue;
                }
                if known.outdates(evidence) {
                    let identifier = evidence.identifier.clone();
                    return Err(EvidenceError::Outdated(identifier.unwrap_or_default()));
                }
            }
            write.add_evidence(entity_id, &recorded(evidence, now)).await?;
            written += 1;
        }
        let additions = import.additions.len();
        let recorded = Recorded::EvidenceImport {
            additions,
            recorded_at: now,
        };
        Ok(match written {
            0 => Applied::Already(recorded),
            _ => Applied::Written(recorded),
        })
    }
}

/// Why an extract was not taken over.
#[derive(Debug, thiserror::Error)]
pub enum TakeOverError {
    /// It cannot be read.
    #[error("the extract cannot be taken over")]
    Extract(#[from] trust::extracts::ExtractError),
    /// The register could not record it.
    #[error(transparent)]
    Publish(#[from] PublishError),
}

/// Evidence as it is recorded at `now`, by the register's clock.
fn recorded(evidence: &Evidence, now: DateTime<Utc>) -> Evidence {
    Evidence {
        recorded_at: Some(now),
        ..evidence.clone()
    }
}
