//! What a register starts with.

use serde::{Deserialize, Serialize};
use trust::{
    Accreditation, DelegationError, Entity, Framework, Reason, Status, StatusEvent, check_delegations,
};

use crate::storage::{StorageError, Write};
use chrono::{DateTime, Utc};

/// The organisations, keys and accreditations that a register is given at its start.
///
/// In JSON the members are those of the register list (`specs/accreditation/`). An `accreditationId` or
/// `parent` may be its last segment alone; an accreditation
/// without `statusHistory` counts as admitted on its first day. What the register has already is left as
/// it is, so the same seed may be given at every start, and a longer one adds to it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Seed {
    /// Whether all of it is invented; the register's page then says so.
    #[serde(default)]
    pub sample_data: bool,
    /// The quality frameworks.
    #[serde(default)]
    pub frameworks: Vec<Framework>,
    /// The organisations, from the root down.
    #[serde(default)]
    pub entities: Vec<Entity>,
}

/// Why a seed was refused; nothing of it was then taken over.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// A key is registered under the same name with other content.
    #[error("key {0} is registered already, with another public key or window; give a new key a new name")]
    OtherKey(String),
    /// An accreditation is registered under the same id with other content.
    #[error("accreditation {0} is registered already with other content; give a new one a new id")]
    OtherAccreditation(String),
    /// An accreditation does not lie within the one it is derived from.
    #[error(transparent)]
    Delegation(#[from] DelegationError),
    /// An identifier does not look as the administration that gives it writes it.
    #[error("{entity} has {scheme} `{value}`, which is not how that is written")]
    Identifier {
        /// Whose.
        entity: String,
        /// Which administration's.
        scheme: String,
        /// What is wrong.
        value: String,
    },
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Seed {
    /// Adds what is missing; `address` turns the last segment of an accreditation's id into the whole id.
    pub(crate) async fn add_to(
        &self,
        write: &mut Write,
        now: DateTime<Utc>,
        address: impl Fn(&str) -> String,
    ) -> Result<(), SeedError> {
        for framework in &self.frameworks {
            write.add_framework(framework).await?;
        }
        for entity in &self.entities {
            let mut identifiers = entity.other_identifiers.iter();
            if let Some(identifier) = identifiers.find(|identifier| !identifier.is_well_formed()) {
                return Err(SeedError::Identifier {
                    entity: entity.entity_id.clone(),
                    scheme: identifier.scheme.clone(),
                    value: identifier.value.clone(),
                });
            }
            write.add_entity(entity).await?;
            for key in &entity.keys {
                let found = write.add_key(&entity.entity_id, key).await?;
                if found.is_some_and(|found| found != *key) {
                    return Err(SeedError::OtherKey(key.kid.to_string()));
                }
            }
            for accreditation in &entity.accreditations {
                let accreditation = Accreditation {
                    accreditation_id: whole(&accreditation.accreditation_id, &address),
                    parent: accreditation
                        .parent
                        .as_deref()
                        .map(|parent| whole(parent, &address)),
                    ..accreditation.clone()
                };
                self.add_accreditation(write, now, &entity.entity_id, accreditation)
                    .await?;
            }
        }
        let (_, entities) = write.contents().await?;
        check_delegations(&entities)?;
        Ok(())
    }

    async fn add_accreditation(
        &self,
        write: &mut Write,
        now: DateTime<Utc>,
        holder: &str,
        accreditation: Accreditation,
    ) -> Result<(), SeedError> {
        let id = accreditation.accreditation_id.clone();
        if let Some(found) = write.add_accreditation(holder, &accreditation).await? {
            let wanted = Accreditation {
                status_history: Vec::new(),
                ..accreditation
            };
            return match found == wanted {
                true => Ok(()),
                false => Err(SeedError::OtherAccreditation(id)),
            };
        }
        let mut history = accreditation.status_history;
        if history.is_empty() {
            history.push(admitted(accreditation.valid_from, now));
        }
        for event in &history {
            write.add_event(&id, event).await?;
        }
        Ok(())
    }
}

fn whole(id: &str, address: &impl Fn(&str) -> String) -> String {
    match id.contains('/') {
        true => id.to_owned(),
        false => address(id),
    }
}

fn admitted(from: DateTime<Utc>, now: DateTime<Utc>) -> StatusEvent {
    StatusEvent {
        seq: 1,
        status: Status::Active,
        effective_from: from,
        recorded_at: now,
        effect: trust::Effect::Prospective,
        reason: Reason {
            code: "admitted".into(),
            nl: "Toegelaten".into(),
            en: "Admitted".into(),
        },
        decision: None,
    }
}
