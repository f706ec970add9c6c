//! What may happen to an award afterwards.

use super::{AwardError, DESK, Result, Review, State, change};
use crate::Adapter;
use crate::plain_text;
use crate::storage::ListKind;

/// The values of a token status list
/// ([Token Status List §7.1](https://datatracker.ietf.org/doc/draft-ietf-oauth-status-list/)).
const VALID: u8 = 0;
const INVALID: u8 = 1;
const SUSPENDED: u8 = 2;

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
        if plain_text::misleads(reason) {
            return Err(change::misleading("reason"));
        }
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
        let suspends = self.suspends(&award) && write.can_suspend(id).await?;
        if act == Act::Suspend && !suspends {
            return Err(AwardError::CannotSuspend(id.to_owned()));
        }
        let (bits, bit, status) = match act {
            Act::Revoke => (ListKind::Revocation, 1, INVALID),
            Act::Suspend => (ListKind::Suspension, 1, SUSPENDED),
            Act::Reinstate => (ListKind::Suspension, 0, VALID),
        };
        write.give_entries(id, bits, bit).await?;
        write.give_entries(id, ListKind::Token, status).await?;
        if act == Act::Revoke {
            write.end_offers(id, now).await?;
        }
        if act != Act::Reinstate {
            write.end_tokens(id, now).await?;
        }
        write.set_state(id, state, now).await?;
        write.audit(Some(id), DESK, action, Some(reason), now).await?;
        write.commit().await?;
        tracing::info!(award = id, action, "award status changed");
        self.review(id).await
    }
}
