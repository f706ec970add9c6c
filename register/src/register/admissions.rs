//! Institutions that join, and their admission to a quality framework.

use chrono::{DateTime, Utc};
use credentials::award::Sector;
use credentials::jcs::JcsError;
use credentials::{Did, Text};
use serde::{Deserialize, Serialize};
use trust::{
    Accreditation, Dimension, Effect, Entity, EntityKind, Framework, Layer, OtherIdentifier, Profile, Reason,
    Scope, Status, StatusEvent,
};

use super::changes::Applied;
use super::checklist::{self, Checked, Missing, conditions};
use super::delegations::is_same_key;
use super::{DelegateError, PROMPT, PublishError, Recorded, Register, find};
use crate::storage::{StorageError, Write};

/// An institution that a keeper wants registered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Registration {
    /// The institution with its keys, without accreditations.
    pub(crate) entity: Entity,
    /// What it is admitted to at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) admission: Option<Admission>,
}

/// An admission that a keeper wants recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Admission {
    /// A DID of the institution.
    pub(crate) entity: Did,
    /// The last segment of the id of its accreditation.
    pub(crate) name: String,
    /// The policy profile, such as `NL-HO-2021`.
    pub(crate) profile: String,
    /// The last segment of the id of the accreditation under which it is admitted.
    pub(crate) under: String,
    pub(crate) sectors: Vec<Sector>,
    /// Narrower limits than those of the profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) scope: Option<Scope>,
    pub(crate) valid_from: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) valid_until: Option<DateTime<Utc>>,
    pub(crate) may_delegate: bool,
    pub(crate) reason: Reason,
    /// Where the decision can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) decision: Option<String>,
    pub(crate) checklist: Vec<Checked>,
}

/// Why an institution was not registered or admitted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AdmissionError {
    #[error("the register knows no organisation with the DID {0}")]
    UnknownEntity(Did),
    #[error("only institutions are admitted this way")]
    NotAnInstitution,
    #[error("no accreditation `{0}`")]
    UnknownAccreditation(String),
    #[error("`{0}` is no mandate to admit institutions, or is not in force now")]
    NoMandate(String),
    #[error("no framework in the register has a profile `{asked}`; there are: {}", known.join(", "))]
    UnknownProfile { asked: String, known: Vec<String> },
    #[error("profile {0} is for other sectors")]
    OtherSector(String),
    #[error("the scope names other sectors than the admission does; leave them out there, or name the same")]
    ScopeSectors,
    #[error(
        "{} is registered with {scheme} {value} already; if this is the same organisation, use that one, and else one of \
         the two identifiers is wrong", by.en.as_deref().unwrap_or_default()
    )]
    Identified { by: Text, scheme: String, value: String },
    #[error("profile {profile} counts from {from}{}", until.map(|end| format!(" until {end}")).unwrap_or_default())]
    OutsideProfile {
        profile: String,
        from: DateTime<Utc>,
        until: Option<DateTime<Utc>>,
    },
    #[error("it goes beyond profile {profile} in {}", dimension.name().en.unwrap_or_default())]
    BeyondProfile { profile: String, dimension: Dimension },
    #[error(transparent)]
    Missing(#[from] Missing),
    #[error("{0} is registered already with other content; choose another name")]
    RegisteredOtherwise(String),
    #[error("the checklist cannot be written")]
    Checklist(#[from] JcsError),
    #[error(transparent)]
    Publish(#[from] PublishError),
}

impl From<StorageError> for AdmissionError {
    fn from(error: StorageError) -> Self {
        Self::Publish(error.into())
    }
}

impl Register {
    /// Writes that an institution joins, with its keys, and its admission where there is one. The same again changes
    /// nothing.
    pub(super) async fn register(
        &self,
        write: &mut Write,
        registration: &Registration,
        now: DateTime<Utc>,
    ) -> Result<Applied, AdmissionError> {
        let Registration { entity, admission } = registration;
        let before = write.contents().await?.1;
        let known = before.iter().find(|known| known.entity_id == entity.entity_id);
        match known {
            Some(known) if is_same(known, entity) => {}
            Some(known) => return Err(AdmissionError::RegisteredOtherwise(known.entity_id.clone())),
            None => {
                require_own_identifiers(&before, entity)?;
                write.add_entity(entity).await?;
                for key in &entity.keys {
                    if write.add_key(&entity.entity_id, key).await?.is_some() {
                        return Err(AdmissionError::RegisteredOtherwise(key.kid.to_string()));
                    }
                }
            }
        }
        let mut is_new = known.is_none();
        if let Some(admission) = admission {
            is_new |= matches!(self.admit(write, admission, now).await?, Applied::Written(_));
        }
        let after = write.contents().await?.1;
        let entity = after.into_iter().find(|one| one.entity_id == entity.entity_id);
        let entity = entity.unwrap_or_else(|| registration.entity.clone());
        let recorded = Recorded::Registration {
            entity: Box::new(entity),
        };
        Ok(match is_new {
            true => Applied::Written(recorded),
            false => Applied::Already(recorded),
        })
    }

    /// Writes an admission with what was checked before it. The same again changes nothing.
    pub(super) async fn admit(
        &self,
        write: &mut Write,
        admission: &Admission,
        now: DateTime<Utc>,
    ) -> Result<Applied, AdmissionError> {
        let (frameworks, entities) = write.contents().await?;
        let holder = entities
            .iter()
            .find(|entity| entity.dids.contains(&admission.entity))
            .ok_or_else(|| AdmissionError::UnknownEntity(admission.entity.clone()))?;
        if holder.kind != EntityKind::Institution {
            return Err(AdmissionError::NotAnInstitution);
        }
        let under = self.address(&admission.under);
        let above = find(&entities, &under)
            .ok_or_else(|| AdmissionError::UnknownAccreditation(admission.under.clone()))?;
        let giver = entities
            .iter()
            .find(|entity| {
                entity
                    .accreditations
                    .iter()
                    .any(|one| one.accreditation_id == under)
            })
            .filter(|giver| giver.kind < EntityKind::Institution && above.layer == Layer::L3)
            .ok_or_else(|| AdmissionError::NoMandate(admission.under.clone()))?;
        let (framework, profile) = profile(&frameworks, &admission.profile)?;
        let accreditation = Accreditation {
            accreditation_id: self.address(&admission.name),
            layer: Layer::L3,
            kind: Some("framework-participation".to_owned()),
            accreditor: giver.dids.first().cloned(),
            framework: Some(framework.id.clone()),
            framework_version: Some(framework.version.clone()),
            scope: scope(admission, profile, above)?,
            valid_from: admission.valid_from,
            valid_until: admission
                .valid_until
                .or(earliest(above.valid_until, profile.effective_until)),
            may_delegate: admission.may_delegate,
            max_depth: u8::from(admission.may_delegate),
            decision: admission.decision.clone(),
            parent: Some(under),
            status_history: Vec::new(),
        };
        if let Some(known) = find(&entities, &accreditation.accreditation_id) {
            let is_its = holder.accreditations.contains(known);
            let bare = Accreditation {
                status_history: Vec::new(),
                ..known.clone()
            };
            return match is_its && bare == accreditation {
                true => Ok(Applied::Already(Recorded::Admission {
                    accreditation: known.clone(),
                })),
                false => Err(AdmissionError::RegisteredOtherwise(admission.name.clone())),
            };
        }
        checklist::require(conditions(framework, &admission.sectors), &admission.checklist)?;
        self.require_in_force(&entities, giver, above, &admission.under, now)
            .map_err(|error| match error {
                DelegateError::Publish(error) => AdmissionError::Publish(error),
                _ => AdmissionError::NoMandate(admission.under.clone()),
            })?;
        let (document, digest) = checklist::published(&admission.profile, &admission.checklist)?;
        let id = accreditation.accreditation_id.clone();
        let looks_back = accreditation.valid_from < now - PROMPT;
        let event = StatusEvent {
            seq: 1,
            status: Status::Active,
            effective_from: accreditation.valid_from,
            recorded_at: now,
            effect: match looks_back {
                true => Effect::Retroactive,
                false => Effect::Prospective,
            },
            reason: admission.reason.clone(),
            // The list and its log so commit to what was checked.
            decision: Some(format!("{id}/checklist#{digest}")),
        };
        write.add_accreditation(&holder.entity_id, &accreditation).await?;
        write.add_event(&id, &event).await?;
        write.add_checklist(&id, &document).await?;
        Ok(Applied::Written(Recorded::Admission {
            accreditation: Accreditation {
                status_history: vec![event],
                ..accreditation
            },
        }))
    }
}

/// Refuses an identifier that another organisation was registered with: each names one organisation.
fn require_own_identifiers(before: &[Entity], entity: &Entity) -> Result<(), AdmissionError> {
    for other in before {
        let is_taken = |asked: &&OtherIdentifier| {
            other.other_identifiers.iter().any(|one| {
                one.scheme.eq_ignore_ascii_case(&asked.scheme) && one.value.eq_ignore_ascii_case(&asked.value)
            })
        };
        if let Some(taken) = entity.other_identifiers.iter().find(is_taken) {
            return Err(AdmissionError::Identified {
                by: other.display_name.clone(),
                scheme: taken.scheme.clone(),
                value: taken.value.clone(),
            });
        }
    }
    Ok(())
}

fn is_same(known: &Entity, asked: &Entity) -> bool {
    let bare = |entity: &Entity| Entity {
        keys: Vec::new(),
        accreditations: Vec::new(),
        succeeded_by: None,
        ..entity.clone()
    };
    let has = |key| known.keys.iter().any(|one| is_same_key(one, key));
    bare(known) == bare(asked) && asked.keys.iter().all(has)
}

fn profile<'a>(
    frameworks: &'a [Framework],
    asked: &str,
) -> Result<(&'a Framework, &'a Profile), AdmissionError> {
    let mut all = frameworks
        .iter()
        .flat_map(|framework| framework.profiles.iter().map(move |profile| (framework, profile)));
    let found = all.clone().find(|(_, profile)| profile.id == asked);
    found.ok_or_else(|| AdmissionError::UnknownProfile {
        asked: asked.to_owned(),
        known: all.by_ref().map(|(_, profile)| profile.id.clone()).collect(),
    })
}

/// What may be awarded: what was asked, where it was not what the profile allows, and else what is allowed above.
fn scope(admission: &Admission, profile: &Profile, above: &Accreditation) -> Result<Scope, AdmissionError> {
    let id = || profile.id.clone();
    if admission.sectors.is_empty() || admission.sectors.iter().any(|one| !profile.sectors.contains(one)) {
        return Err(AdmissionError::OtherSector(id()));
    }
    let (from, until) = (profile.effective_from, profile.effective_until);
    let last = admission.valid_until.unwrap_or(admission.valid_from);
    if admission.valid_from < from || until.is_some_and(|end| last > end) {
        return Err(AdmissionError::OutsideProfile {
            profile: id(),
            from,
            until,
        });
    }
    let asked = admission.scope.clone().unwrap_or_default();
    let is_same = |sectors: &Vec<Sector>| {
        sectors.iter().all(|one| admission.sectors.contains(one))
            && admission.sectors.iter().all(|one| sectors.contains(one))
    };
    if !asked.sectors.as_ref().is_none_or(is_same) {
        return Err(AdmissionError::ScopeSectors);
    }
    let (profiled, outer) = (&profile.scope, &above.scope);
    let scope = Scope {
        sectors: Some(admission.sectors.clone()),
        jurisdictions: first([
            &asked.jurisdictions,
            &profiled.jurisdictions,
            &outer.jurisdictions,
        ]),
        eqf: first([&asked.eqf, &profiled.eqf, &outer.eqf]),
        nlqf: first([&asked.nlqf, &profiled.nlqf, &outer.nlqf]),
        fields: first([&asked.fields, &profiled.fields, &outer.fields]),
        sizes: first([&asked.sizes, &profiled.sizes, &outer.sizes]),
        credential_types: first([
            &asked.credential_types,
            &profiled.credential_types,
            &outer.credential_types,
        ]),
    };
    match scope.exceeds(profiled) {
        None => Ok(scope),
        Some(dimension) => Err(AdmissionError::BeyondProfile {
            profile: id(),
            dimension,
        }),
    }
}

fn first<T: Clone>(limits: [&Option<T>; 3]) -> Option<T> {
    limits.into_iter().flatten().next().cloned()
}

fn earliest(one: Option<DateTime<Utc>>, other: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    one.into_iter().chain(other).min()
}
