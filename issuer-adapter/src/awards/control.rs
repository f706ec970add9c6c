//! What may happen to an award afterwards.

use super::{AwardError, DESK, Result, Review, State};
use crate::Adapter;
use credentials::open_badges::StatusPurpose;

/// What may be done to a collected award.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Revoke,
    Suspend,
    Reinstate,
}

impl Adapter {
    /// Revokes, suspends or reinstates an award with all its copies.
    pub(crate) async fn control(&self, id: &str, act: Act, reason: &str) -> Result<Review> {
        let reason = reason.trim();
        if reason.is_empty() || reason.chars().count() > 1000 {
            return Err(AwardError::Change {
                field: "reason",
                nl: "geef een reden van hoogstens 1000 tekens",
                en: "give a reason of at most 1000 characters",
            });
        }
        let now = self.clock.now();
        let mut write = self.storage.write().await?;
        let award = write
            .award(id)
            .await?
            .ok_or_else(|| AwardError::Unknown(id.to_owned()))?;
        let (state, action) = match (act, award.state) {
            (Act::Revoke, State::Approved | State::Offered | State::Issued | State::Suspended) => {
                (State::Revoked, "revoked")
            }
            (Act::Suspend, State::Issued) => (State::Suspended, "suspended"),
            (Act::Reinstate, State::Suspended) => (State::Issued, "reinstated"),
            (_, state) => {
                return Err(AwardError::WrongState {
                    id: id.to_owned(),
                    state,
                });
            }
        };
        match act {
            Act::Revoke => {
                write.set_entries(id, StatusPurpose::Revocation, true).await?;
                write.end_offers(id, now).await?;
                write.end_tokens(id, now).await?;
            }
            Act::Suspend => {
                write.set_entries(id, StatusPurpose::Suspension, true).await?;
                write.end_tokens(id, now).await?;
            }
            Act::Reinstate => write.set_entries(id, StatusPurpose::Suspension, false).await?,
        }
        write.set_state(id, state, now).await?;
        write.audit(Some(id), DESK, action, Some(reason), now).await?;
        write.commit().await?;
        tracing::info!(award = id, action, "award status changed");
        self.review(id).await
    }
}
