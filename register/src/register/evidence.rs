//! What other administrations say of organisations: it informs, and never decides.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use trust::extracts::{Addition, Extract, Import, Plan, Source, plan, read};
use trust::{Entity, Evidence};

use super::changes::Applied;
use super::{Change, PROMPT, Proposal, PublishError, Recorded, Register, publish, whole_seconds};
use crate::storage::{StorageError, Write};

/// More evidence than this is not recorded at once, so that a second person can look at all of it.
pub(crate) const MOST_ADDITIONS: usize = 500;

/// Evidence that a keeper wants recorded: what an extract says that is not recorded yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EvidenceImport {
    pub(crate) source: Source,
    pub(crate) additions: Vec<Addition>,
    /// Whether what says the same as what is known is recorded, as looked up again.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) renew: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives what it asks about")]
fn is_false(flag: &bool) -> bool {
    !flag
}

impl EvidenceImport {
    /// Whether both would record the same, whenever it was looked up.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let is_like = |(one, two): (&Addition, &Addition)| {
            one.entity_id == two.entity_id && one.evidence.says_the_same(&two.evidence)
        };
        self.source == other.source
            && self.renew == other.renew
            && self.additions.len() == other.additions.len()
            && self.additions.iter().zip(&other.additions).all(is_like)
    }

    /// What of it is still to be recorded. Refused whole where something newer is known by now.
    pub(super) fn pending<'a>(&'a self, entities: &[Entity]) -> Result<Vec<&'a Addition>, EvidenceError> {
        let mut pending = Vec::new();
        for addition in &self.additions {
            let Addition { entity_id, evidence } = addition;
            let entity = entities.iter().find(|entity| entity.entity_id == *entity_id);
            let entity = entity.ok_or_else(|| EvidenceError::UnknownEntity(entity_id.clone()))?;
            let known = entity.evidence.iter().find(|known| known.is_about(evidence));
            match known {
                Some(known)
                    if known.says_the_same(evidence)
                        && (!self.renew || known.checked_at >= evidence.checked_at) => {}
                Some(known) if known.outdates(evidence) => {
                    let identifier = evidence.identifier.clone();
                    return Err(EvidenceError::Outdated(identifier.unwrap_or_default()));
                }
                _ => pending.push(addition),
            }
        }
        Ok(pending)
    }
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
        let evidence = EvidenceImport {
            source,
            additions: plan.additions.clone(),
            renew: import.renew,
        };
        Ok((plan, evidence))
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

    /// What waits already of a keeper and would record the same evidence, whenever it was looked up: an import every night
    /// is proposed once. What can no longer be recorded stands in nobody's way.
    pub(super) async fn waiting_evidence_alike(
        &self,
        write: &mut Write,
        keeper: &str,
        change: &Change,
    ) -> Result<Option<Proposal>, StorageError> {
        let Change::EvidenceImport(import) = change else {
            return Ok(None);
        };
        let (_, entities) = write.contents().await?;
        let is_alike = |proposal: &Proposal| match &proposal.change {
            Change::EvidenceImport(known) => known.is_like(import) && known.pending(&entities).is_ok(),
            _ => false,
        };
        let waiting = write.waiting_of(keeper).await?;
        Ok(waiting.into_iter().find(is_alike))
    }

    /// Writes evidence. What is recorded already, or was in the meantime, is passed over unless it is renewed.
    pub(super) async fn take_up(
        &self,
        write: &mut Write,
        import: &EvidenceImport,
        now: DateTime<Utc>,
    ) -> Result<Applied, EvidenceError> {
        let (_, entities) = write.contents().await?;
        let pending = import.pending(&entities)?;
        for Addition { entity_id, evidence } in &pending {
            write.add_evidence(entity_id, &recorded(evidence, now)).await?;
        }
        let additions = import.additions.len();
        let recorded = Recorded::EvidenceImport {
            additions,
            recorded_at: now,
        };
        Ok(match pending.is_empty() {
            true => Applied::Already(recorded),
            false => Applied::Written(recorded),
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
