//! Delegation to units, and mergers.

use chrono::{DateTime, Utc};
use credentials::Did;
use serde::{Deserialize, Serialize};
use trust::{
    Accreditation, Entity, EntityKind, Key, Layer, Reason, Scope, Status, StatusEvent, Succession,
    VerifiedList, participation,
};

use super::changes::Applied;
use super::{PROMPT, PublishError, Recorded, Register, find};
use crate::storage::{StorageError, Write};

/// A unit that an institution wants to award on its behalf.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Delegation {
    /// The last segment of the id of the institution's accreditation.
    pub(crate) parent: String,
    /// The unit: new, or one the register has already.
    pub(crate) unit: Entity,
    /// The last segment of the id of its accreditation.
    pub(crate) name: String,
    /// What it may award; that of the institution where nothing is given.
    pub(crate) scope: Option<Scope>,
    pub(crate) valid_from: DateTime<Utc>,
    /// The institution's own end where none is given.
    pub(crate) valid_until: Option<DateTime<Utc>>,
    pub(crate) reason: Reason,
}

/// That another organisation takes over, as a keeper wants it recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Merger {
    /// A DID of the organisation that is taken over.
    pub(crate) entity: Did,
    pub(crate) successor: Did,
    pub(crate) effective_from: DateTime<Utc>,
    pub(crate) reason: Reason,
}

/// Why a delegation or merger was not recorded.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DelegateError {
    #[error("no accreditation `{0}`")]
    UnknownAccreditation(String),
    #[error("the register knows no organisation with the DID {0}")]
    UnknownEntity(Did),
    #[error("`{0}` is not in force now, so nothing can be delegated under it")]
    NotInForce(String),
    #[error("only institutions delegate to units")]
    NotAnInstitution,
    #[error("{0} is registered already as something else")]
    OtherUnit(String),
    #[error(
        "{0} is registered already, with other names, DIDs or keys; a delegation changes nothing of these: give them as \
         they are registered, and leave out other keys"
    )]
    KnownUnit(String),
    #[error("accreditation `{0}` is registered already with other content; give a new one a new name")]
    OtherAccreditation(String),
    #[error("a merger takes effect when it is recorded or later")]
    LooksBack,
    #[error("both must be of the same kind")]
    OtherKind,
    #[error("another organisation was recorded to take over already, or from another day")]
    SucceededAlready,
    #[error(transparent)]
    Publish(#[from] PublishError),
}

impl From<StorageError> for DelegateError {
    fn from(error: StorageError) -> Self {
        Self::Publish(error.into())
    }
}

impl Register {
    /// Writes that a unit may award under an institution's accreditation. The same again changes nothing.
    pub(super) async fn delegate(
        &self,
        write: &mut Write,
        delegation: &Delegation,
        now: DateTime<Utc>,
    ) -> Result<Applied, DelegateError> {
        let parent = &delegation.parent;
        let id = self.address(parent);
        let before = write.contents().await?.1;
        let unknown = || DelegateError::UnknownAccreditation(parent.clone());
        let above = find(&before, &id).ok_or_else(unknown)?;
        let holder = before
            .iter()
            .find(|entity| entity.accreditations.iter().any(|one| one.accreditation_id == id))
            .ok_or_else(unknown)?;
        if holder.kind != EntityKind::Institution || above.layer != Layer::L3 {
            return Err(DelegateError::NotAnInstitution);
        }

        let unit = Entity {
            kind: EntityKind::Unit,
            parent_entity: Some(holder.entity_id.clone()),
            accreditations: Vec::new(),
            ..delegation.unit.clone()
        };
        let accreditation = Accreditation {
            accreditation_id: self.address(&delegation.name),
            layer: Layer::L3,
            kind: above.kind.clone(),
            accreditor: holder.dids.first().cloned(),
            framework: above.framework.clone(),
            framework_version: above.framework_version.clone(),
            scope: delegation.scope.clone().unwrap_or_else(|| above.scope.clone()),
            valid_from: delegation.valid_from,
            valid_until: delegation.valid_until.or(above.valid_until),
            may_delegate: false,
            max_depth: 0,
            decision: None,
            parent: Some(id),
            status_history: Vec::new(),
        };
        if let Some(known) = find(&before, &accreditation.accreditation_id) {
            let known_content = Accreditation {
                status_history: Vec::new(),
                ..known.clone()
            };
            let is_its = before.iter().any(|entity| {
                entity.entity_id == unit.entity_id
                    && entity
                        .accreditations
                        .iter()
                        .any(|one| one.accreditation_id == known.accreditation_id)
                    && unit.dids.iter().all(|did| entity.dids.contains(did))
                    && unit
                        .keys
                        .iter()
                        .all(|key| entity.keys.iter().any(|one| is_same_key(one, key)))
            });
            return match is_its && known_content == accreditation {
                true => Ok(Applied::Already(Recorded::Delegation {
                    accreditation: known.clone(),
                })),
                false => Err(DelegateError::OtherAccreditation(delegation.name.clone())),
            };
        }
        self.require_in_force(&before, holder, above, parent, now)?;
        add_unit(write, &before, &unit).await?;
        write.add_accreditation(&unit.entity_id, &accreditation).await?;
        let event = StatusEvent {
            seq: 1,
            status: Status::Active,
            effective_from: accreditation.valid_from,
            recorded_at: now,
            effect: trust::Effect::Prospective,
            reason: delegation.reason.clone(),
            decision: None,
        };
        write.add_event(&accreditation.accreditation_id, &event).await?;
        Ok(Applied::Written(Recorded::Delegation {
            accreditation: Accreditation {
                status_history: vec![event],
                ..accreditation
            },
        }))
    }

    /// Writes that another organisation takes over. The same again is answered with what was recorded the first time.
    pub(super) async fn merge(
        &self,
        write: &mut Write,
        merger: &Merger,
        now: DateTime<Utc>,
    ) -> Result<Applied, DelegateError> {
        let entities = write.contents().await?.1;
        let of = |did: &Did| {
            let found = entities.iter().find(|entity| entity.dids.contains(did));
            found.ok_or_else(|| DelegateError::UnknownEntity(did.clone()))
        };
        let (from, to) = (of(&merger.entity)?, of(&merger.successor)?);
        if let Some(known) = &from.succeeded_by {
            let same = (&known.entity, known.effective_from, &known.reason)
                == (&to.entity_id, merger.effective_from, &merger.reason);
            return match same {
                true => Ok(Applied::Already(Recorded::Succession {
                    succession: known.clone(),
                })),
                false => Err(DelegateError::SucceededAlready),
            };
        }
        if from.kind != to.kind {
            return Err(DelegateError::OtherKind);
        }
        if merger.effective_from < now - PROMPT {
            return Err(DelegateError::LooksBack);
        }
        let succession = Succession {
            entity: to.entity_id.clone(),
            effective_from: merger.effective_from,
            recorded_at: now,
            reason: merger.reason.clone(),
        };
        write.add_succession(&from.entity_id, &succession).await?;
        Ok(Applied::Written(Recorded::Succession { succession }))
    }

    /// Refuses unless the institution takes part now, all the way up, and by this accreditation.
    pub(super) fn require_in_force(
        &self,
        entities: &[Entity],
        holder: &Entity,
        above: &Accreditation,
        parent: &str,
        now: DateTime<Utc>,
    ) -> Result<(), DelegateError> {
        let published = self.current();
        let head = published.list.list().clone();
        let list = VerifiedList::own(head.with(entities.to_vec())).map_err(PublishError::from)?;
        let is_in_force = above.status_at(now, now) == Status::Active;
        match participation(&list, holder, now, now).status {
            Status::Active if is_in_force => Ok(()),
            _ => Err(DelegateError::NotInForce(parent.to_owned())),
        }
    }
}

/// Adds a unit and its keys. Of one that is there already nothing changes, so nothing else may be said of it: whoever
/// confirms would take it for a new unit's.
async fn add_unit(write: &mut Write, before: &[Entity], unit: &Entity) -> Result<(), DelegateError> {
    if let Some(known) = before.iter().find(|entity| entity.entity_id == unit.entity_id) {
        // A unit that goes over keeps the institution it was registered with.
        if known.kind != EntityKind::Unit {
            return Err(DelegateError::OtherUnit(unit.entity_id.clone()));
        }
        let is_known = known.dids == unit.dids
            && known.display_name == unit.display_name
            && unit
                .keys
                .iter()
                .all(|key| known.keys.iter().any(|one| is_as_listed(one, key)));
        return match is_known {
            true => Ok(()),
            false => Err(DelegateError::KnownUnit(unit.entity_id.clone())),
        };
    }
    write.add_entity(unit).await?;
    for key in &unit.keys {
        if write.add_key(&unit.entity_id, key).await?.is_some() {
            return Err(DelegateError::OtherUnit(key.kid.to_string()));
        }
    }
    Ok(())
}

/// Whether a key is one that is registered, with the window that it has there.
fn is_as_listed(registered: &Key, asked: &Key) -> bool {
    let is_end = |end: Option<DateTime<Utc>>, registered| end == registered || end.is_none();
    is_same_key(registered, asked)
        && registered.not_before == asked.not_before
        && is_end(asked.not_after, registered.not_after)
        && is_end(asked.compromised_at, registered.compromised_at)
}

/// Whether a key is the one that is registered, whatever ended it since.
pub(super) fn is_same_key(registered: &Key, asked: &Key) -> bool {
    (&registered.kid, &registered.jwk_thumbprint) == (&asked.kid, &asked.jwk_thumbprint)
}
