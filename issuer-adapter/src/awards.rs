//! An award's way from source to credential: imported, reviewed, approved, offered, issued, and what
//! may happen to it afterwards.

mod change;
mod control;
mod import;
mod offer;

pub use change::Changes;
pub(crate) use control::Act;
pub(crate) use offer::{NewOffer, code_of, tx_code_digest};

use crate::Adapter;
use crate::config::Profile;
use crate::issuance::commit_to;
use crate::sources::edubadges::SourceError;
use crate::storage::{StorageError, StoredAward};
use crate::validation::{self, Facts, Finding};
use chrono::{DateTime, Utc};
use credentials::open_badges::{self, Copy, CopyDetails, ProjectionError, StatusEntry, StatusPurpose};
use credentials::sd_jwt_vc::{self, TokenStatusEntry};
use credentials::{CredentialId, Language};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashSet;
use utoipa::ToSchema;

/// Who acts at the desk; there is one key for it.
const DESK: &str = "desk";

/// Where an award is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Imported; staff complete and check it.
    Review,
    /// Staff approved it.
    Approved,
    /// The learner can collect it.
    Offered,
    /// The learner collected it.
    Issued,
    /// Paused.
    Suspended,
    /// Ended for good.
    Revoked,
}

impl State {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Approved => "approved",
            Self::Offered => "offered",
            Self::Issued => "issued",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
        }
    }
}

/// Why something did not happen to an award.
#[derive(Debug, thiserror::Error)]
pub enum AwardError {
    /// There is no such award.
    #[error("no award {0}")]
    Unknown(String),
    /// The award is not at a point where that can be done.
    #[error("award {id} is {}, so this cannot be done", state.as_str())]
    WrongState {
        /// Which award.
        id: String,
        /// Where it is.
        state: State,
    },
    /// The credentials of the award have no place where a suspension could be told.
    #[error("award {0} cannot be suspended")]
    CannotSuspend(String),
    /// The award was issued, and is not issued twice.
    #[error("award {0} was issued before")]
    AlreadyIssued(String),
    /// Findings stand in the way.
    #[error("award {id} has findings that stand in the way")]
    NotReady {
        /// Which award.
        id: String,
        /// The findings.
        findings: Vec<Finding>,
    },
    /// The source gave no record.
    #[error("the award could not be imported")]
    Source(#[from] SourceError),
    /// A change that is not allowed or makes no sense.
    #[error("the change of {field} is not possible: {en}")]
    Change {
        /// Which member of the change.
        field: &'static str,
        /// Why, in Dutch.
        nl: &'static str,
        /// The same in English.
        en: &'static str,
    },
    /// The award passes every rule, and still makes no credential.
    #[error("award {id} makes no credential")]
    Projection {
        /// Which award.
        id: String,
        /// Why.
        #[source]
        source: ProjectionError,
    },
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// An award with what is known about it.
pub(crate) struct Review {
    pub(crate) award: StoredAward,
    pub(crate) findings: Vec<Finding>,
    pub(crate) preview: Option<Value>,
    /// Whether copies have, and get, a place where a suspension is told.
    pub(crate) suspendable: bool,
}

type Result<T> = std::result::Result<T, AwardError>;

impl Adapter {
    /// The newest awards with their findings.
    pub(crate) async fn reviews(&self) -> Result<Vec<Review>> {
        let mut reviews = Vec::new();
        for award in self.storage.awards(500).await? {
            let confirmed = self.storage.confirmed(&award.id).await?;
            reviews.push(Review {
                findings: self.findings(&award, &confirmed).await,
                suspendable: self.suspends(&award),
                award,
                preview: None,
            });
        }
        Ok(reviews)
    }

    /// An award with its findings and what the learner will get.
    pub(crate) async fn review(&self, id: &str) -> Result<Review> {
        let award = self
            .storage
            .award(id)
            .await?
            .ok_or_else(|| AwardError::Unknown(id.to_owned()))?;
        let confirmed = self.storage.confirmed(id).await?;
        let findings = self.findings(&award, &confirmed).await;
        let preview = self.preview(&award);
        let suspendable = self.suspends(&award) && self.storage.can_suspend(id).await?;
        Ok(Review {
            award,
            findings,
            preview,
            suspendable,
        })
    }

    /// Whether copies made now can be suspended.
    pub(crate) fn suspends(&self, award: &StoredAward) -> bool {
        self.profile(&award.unit) == Profile::Standard
    }

    /// Changes what staff may change. A change takes an approval back.
    pub(crate) async fn change(&self, id: &str, changes: Changes) -> Result<Review> {
        let now = self.clock.now();
        let mut write = self.storage.write().await?;
        let mut award = write
            .award(id)
            .await?
            .ok_or_else(|| AwardError::Unknown(id.to_owned()))?;
        if !matches!(award.state, State::Review | State::Approved) {
            return Err(AwardError::WrongState {
                id: id.to_owned(),
                state: award.state,
            });
        }
        let before = award.clone();
        let confirmations = changes.confirmations.clone();
        changes.apply(&mut award)?;
        let changed = award.record != before.record
            || award.intake != before.intake
            || award.justification != before.justification;
        if changed {
            award.state = State::Review;
            award.updated_at = now;
            write.update_award(&award).await?;
            write.audit(Some(id), DESK, "changed", None, now).await?;
        }
        if let Some(codes) = confirmations {
            // The list says what is confirmed: what it leaves out is no longer.
            let findings = validation::check(&self.facts(&award));
            for finding in findings
                .iter()
                .filter(|finding| finding.severity == validation::Severity::Warning)
            {
                let digest = finding.digest();
                if codes.contains(&finding.code) {
                    if write.confirm(id, &finding.code, &digest, DESK, now).await? {
                        write
                            .audit(Some(id), DESK, "confirmed", Some(&finding.code), now)
                            .await?;
                    }
                } else if write.unconfirm(id, &digest).await? {
                    write
                        .audit(Some(id), DESK, "unconfirmed", Some(&finding.code), now)
                        .await?;
                    write.set_state(id, State::Review, now).await?;
                }
            }
        }
        write.commit().await?;
        self.review(id).await
    }

    /// Approves an award that nothing stands in the way of.
    pub(crate) async fn approve(&self, id: &str) -> Result<Review> {
        let read = self
            .storage
            .award(id)
            .await?
            .ok_or_else(|| AwardError::Unknown(id.to_owned()))?;
        // The register is asked and copies are planned before the transaction, so that nobody waits for that.
        let refused = self.admission(&read).await;
        let now = self.clock.now();
        let planned = self.plan(&read, now);
        let mut write = self.storage.write().await?;
        let award = write
            .award(id)
            .await?
            .ok_or_else(|| AwardError::Unknown(id.to_owned()))?;
        if award.state != State::Review || award.updated_at != read.updated_at {
            return Err(AwardError::WrongState {
                id: id.to_owned(),
                state: award.state,
            });
        }
        let confirmed = write.confirmed(id).await?;
        let mut findings = self.rules(&award, &confirmed);
        findings.extend(refused);
        findings.retain(Finding::blocks);
        if !findings.is_empty() {
            return Err(AwardError::NotReady {
                id: id.to_owned(),
                findings,
            });
        }
        self.projected(&award, Copy::Portable)
            .and_then(|_| self.projected(&award, Copy::Show))
            .and_then(|_| self.projected_sd_jwt_vc(&award, now))
            .map_err(|source| AwardError::Projection {
                id: id.to_owned(),
                source,
            })?;
        write.set_state(id, State::Approved, now).await?;
        write.audit(Some(id), DESK, "approved", None, now).await?;
        let planned = planned.unwrap_or_else(|error| {
            // Then each copy is committed to when it is made.
            tracing::error!(award = id, %error, "no copies could be planned");
            Vec::new()
        });
        commit_to(&mut write, &award, &planned, now).await?;
        write.commit().await?;
        tracing::info!(award = id, "award approved");
        self.review(id).await
    }

    /// Every finding about an award, confirmations counted.
    async fn findings(&self, award: &StoredAward, confirmed: &HashSet<Vec<u8>>) -> Vec<Finding> {
        let mut findings = self.rules(award, confirmed);
        if matches!(award.state, State::Review | State::Approved | State::Offered) {
            // Errors come first.
            findings.splice(0..0, self.admission(award).await);
        }
        findings
    }

    fn rules(&self, award: &StoredAward, confirmed: &HashSet<Vec<u8>>) -> Vec<Finding> {
        let mut findings = validation::check(&self.facts(award));
        for finding in &mut findings {
            finding.confirmed = confirmed.contains(&finding.digest());
        }
        findings
    }

    fn facts<'a>(&'a self, award: &'a StoredAward) -> Facts<'a> {
        Facts {
            award: &award.record,
            intake: &award.intake,
            justification: award.justification.as_deref(),
            frameworks: &self.frameworks,
            now: self.clock.now(),
        }
    }

    /// The finding that the register does not let the unit issue this award now, if so.
    pub(crate) async fn admission(&self, award: &StoredAward) -> Option<Finding> {
        let unit = self.identities.unit(&award.unit);
        let Some(unit) = unit else {
            let words = [
                ("instelling", award.unit.as_str()),
                ("institution", award.unit.as_str()),
                ("reden", "dit onderdeel is hier niet meer ingesteld"),
                ("reason", "this unit is no longer configured here"),
            ];
            return Some(Finding::new("ISS-001", "issuing", &words));
        };
        let refusal = self
            .register
            .refusal(unit.did(), &award.record, self.clock.now())
            .await?;
        let name = |language| {
            unit.name()
                .in_language(language)
                .map_or(award.unit.as_str(), |(_, name)| name)
        };
        let words = [
            ("instelling", name(Language::Nl)),
            ("institution", name(Language::En)),
            ("reden", refusal.get(Language::Nl).unwrap_or("-")),
            ("reason", refusal.get(Language::En).unwrap_or("-")),
        ];
        Some(Finding::new("ISS-001", "issuing", &words))
    }

    /// What the learner will get, as the wallet will show it; nothing while it is incomplete.
    fn preview(&self, award: &StoredAward) -> Option<Value> {
        let credential = self.projected(award, Copy::Show).ok()?;
        serde_json::to_value(open_badges::facts(&credential).ok()?).ok()
    }

    /// The credential with places in it that stand for what each copy gets anew.
    pub(crate) fn projected(
        &self,
        award: &StoredAward,
        copy: Copy,
    ) -> std::result::Result<Value, ProjectionError> {
        let unit = self
            .identities
            .unit(&award.unit)
            .ok_or(ProjectionError::Missing("issuing unit"))?;
        let entry = |purpose| StatusEntry {
            purpose,
            list_url: self.address("status/example"),
            index: 0,
        };
        let details = CopyDetails {
            id: CredentialId::from_random([0; 16]),
            issuer_did: unit.did().clone(),
            institution_did: self.identities.institution.did().clone(),
            holder_did: unit.p256().1.public_key().to_did_key(),
            status: vec![entry(StatusPurpose::Revocation), entry(StatusPurpose::Suspension)],
            achievement_url: self.achievement_address(award),
        };
        open_badges::credential(&award.record, copy, &details)
    }

    /// The same as an SD-JWT VC.
    fn projected_sd_jwt_vc(
        &self,
        award: &StoredAward,
        now: DateTime<Utc>,
    ) -> std::result::Result<Value, ProjectionError> {
        let unit = self
            .identities
            .unit(&award.unit)
            .ok_or(ProjectionError::Missing("issuing unit"))?;
        let details = sd_jwt_vc::Details {
            id: CredentialId::from_random([0; 16]),
            issuer_did: unit.did().clone(),
            institution_did: self.identities.institution.did().clone(),
            holder_jwk: unit.p256().1.public_key().to_jwk(),
            status: TokenStatusEntry {
                uri: self.address("status/token/example"),
                index: 0,
            },
            achievement_url: self.achievement_address(award),
            issued_at: now,
        };
        sd_jwt_vc::claims(&award.record, &details)
    }

    /// Where an award's achievement is described.
    pub(crate) fn achievement_address(&self, award: &StoredAward) -> String {
        self.address(&format!("achievements/{}", award.achievement))
    }
}
