//! Suspensions that cannot wait for a second person, and what keeps one person from doing more than that.

use chrono::TimeDelta;
use trust::{Effect, Entity, Reason, Status, StatusEvent};

use super::{Proposal, ProposalError};
use crate::register::{Change, Decision, Recorded, Register, find, whole_seconds};
use crate::storage::Write;

/// One keeper suspends no more often than this in a day: what is recorded stays in list and log for good.
pub(super) const MOST_URGENT: u64 = 10;

impl Register {
    /// What waits already and asks for the same. What was recorded at once counts while nothing was decided since alone:
    /// after that the same suspension would be another one.
    pub(super) async fn waiting_alike(
        &self,
        write: &mut Write,
        digest: &str,
    ) -> Result<Option<Proposal>, ProposalError> {
        let Some(proposal) = write.waiting_alike(digest).await? else {
            return Ok(None);
        };
        let effect = proposal.effect.as_ref().map(|effect| &effect.recorded);
        let Some(Recorded::StatusEvent { accreditation, event }) = effect else {
            return Ok(Some(proposal));
        };
        let entities = write.contents().await?.1;
        Ok((newest(&entities, accreditation) == Some(event)).then_some(proposal))
    }

    /// Refuses unless it suspends, from now on, what is active by the newest decision: then taking it back brings
    /// nothing about that two persons did not decide. Nothing else that a keeper does can be undone. Refuses as well what
    /// one keeper could fill list and log with: many suspensions, or the same one again and again.
    pub(super) async fn require_urgent(
        &self,
        write: &mut Write,
        keeper: &str,
        change: &Change,
    ) -> Result<(), ProposalError> {
        let Change::StatusEvent(Decision {
            accreditation,
            status: Status::Suspended,
            effective_from: None,
            effect: Effect::Prospective,
            ..
        }) = change
        else {
            return Err(ProposalError::NotUrgent);
        };
        let (entities, now) = (write.contents().await?.1, self.now());
        let id = self.address(accreditation);
        if let Some(event) = newest(&entities, &id) {
            if event.status != Status::Active || event.effective_from > now {
                return Err(ProposalError::NotUrgent);
            }
            if write.was_reinstated_by(&id, event.seq).await? {
                return Err(ProposalError::UrgentBefore);
            }
        }
        let since = whole_seconds(now) - TimeDelta::days(1);
        match write.number_urgent(keeper, since).await? < MOST_URGENT {
            true => Ok(()),
            false => Err(ProposalError::TooManyUrgent),
        }
    }

    /// Writes that a suspension that nobody confirmed is over, unless something was decided since.
    pub(super) async fn reinstate(
        &self,
        write: &mut Write,
        accreditation: &str,
        suspension: &StatusEvent,
    ) -> Result<Option<Recorded>, ProposalError> {
        let entities = write.contents().await?.1;
        if newest(&entities, accreditation) != Some(suspension) {
            return Ok(None);
        }
        let now = suspension.recorded_at.max(whole_seconds(self.now()));
        let event = StatusEvent {
            seq: suspension.seq + 1,
            status: Status::Active,
            effective_from: now,
            recorded_at: now,
            effect: Effect::Prospective,
            reason: Reason {
                code: "not-confirmed".to_owned(),
                nl: "De schorsing is niet door een tweede persoon bevestigd.".to_owned(),
                en: "The suspension was not confirmed by a second person.".to_owned(),
            },
            decision: None,
        };
        write.add_event(accreditation, &event).await?;
        Ok(Some(Recorded::StatusEvent {
            accreditation: accreditation.to_owned(),
            event,
        }))
    }
}

fn newest<'a>(entities: &'a [Entity], accreditation: &str) -> Option<&'a StatusEvent> {
    find(entities, accreditation).and_then(|one| one.status_history.last())
}
