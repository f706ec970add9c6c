//! Two persons for every change: one proposes it, another confirms it.

mod urgent;

use chrono::{DateTime, Utc};
use tracing::Instrument;

use super::changes::Applied;
use super::{
    Answer, Change, ChangeError, PublishError, Published, Recorded, Register, publish, whole_seconds,
};
use crate::keepers::Decisions;
use crate::storage::{NewProposal, StorageError, Write};
use urgent::MOST_URGENT;

/// More changes than this do not wait at a time.
const MOST_WAITING: u64 = 500;
/// More changes of one keeper do not wait at a time.
const MOST_WAITING_OF_ONE: u64 = 50;
/// How many closed proposals keepers look back on.
const MOST_CLOSED: u32 = 50;

/// A change that a keeper proposed, and what became of it.
#[derive(Clone, Debug)]
pub(crate) struct Proposal {
    pub(crate) number: u64,
    /// Who proposed it; for keepers' eyes alone.
    pub(crate) keeper: String,
    pub(crate) proposed_at: DateTime<Utc>,
    pub(crate) change: Change,
    /// What was recorded at once, because it was urgent.
    pub(crate) effect: Option<Answer>,
    /// How it ended; absent while it waits.
    pub(crate) closing: Option<Closing>,
}

/// How a proposal ended.
#[derive(Clone, Debug)]
pub(crate) struct Closing {
    /// Who ended it; for keepers' eyes alone.
    pub(crate) keeper: String,
    pub(crate) at: DateTime<Utc>,
    pub(crate) outcome: Outcome,
    pub(crate) reason: Option<String>,
    /// What was recorded because of it.
    pub(crate) answer: Option<Answer>,
}

/// What became of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Another keeper agreed, and it was recorded.
    Confirmed,
    /// Another keeper did not agree.
    Rejected,
    /// Who proposed it took it back.
    Withdrawn,
}

/// How a change is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Submission<'a> {
    pub(crate) idempotency_key: Option<&'a str>,
    /// A suspension that cannot wait for a second person.
    pub(crate) urgent: bool,
}

/// What came of asking for a change.
#[derive(Clone, Debug)]
pub(crate) enum Submitted {
    /// It was recorded; the number of the proposal that a second person still has to confirm, if any.
    Recorded(Box<Answer>, Option<u64>),
    /// It waits for a second person, or did.
    Waiting(Box<Proposal>),
}

/// Why nothing came of a proposal.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProposalError {
    #[error(transparent)]
    Refused(#[from] ChangeError),
    #[error("the register has changed since it was proposed, or its moment has passed")]
    Stale(#[source] ChangeError),
    #[error("the idempotency key was used for another request")]
    KeyReused,
    #[error("no proposal {0}")]
    Unknown(u64),
    #[error("whoever proposed a change cannot confirm it; another keeper has to")]
    Own,
    #[error("the proposal was {} already", .0.as_str())]
    Closed(Outcome),
    #[error("{MOST_WAITING} proposals wait already; confirm or reject some of them first")]
    TooMany,
    #[error(
        "{MOST_WAITING_OF_ONE} of your proposals wait already; withdraw some, or wait until others have looked at them"
    )]
    TooManyOfOne,
    #[error(
        "only the suspension from this moment on of what is active can be recorded before a second person has seen it"
    )]
    NotUrgent,
    #[error(
        "one keeper suspends at most {MOST_URGENT} times in a day before a second person has seen it; propose it without \
         urgency"
    )]
    TooManyUrgent,
    #[error(
        "an urgent suspension of this accreditation was rejected or withdrawn; two persons have to decide about the next one"
    )]
    UrgentBefore,
    #[error("what was asked was not brought to its end")]
    Interrupted(#[from] tokio::task::JoinError),
}

impl From<PublishError> for ProposalError {
    fn from(error: PublishError) -> Self {
        Self::Refused(error.into())
    }
}

impl From<StorageError> for ProposalError {
    fn from(error: StorageError) -> Self {
        Self::Refused(error.into())
    }
}

impl Outcome {
    /// The word on the wire.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The outcome of a word.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        [Self::Confirmed, Self::Rejected, Self::Withdrawn]
            .into_iter()
            .find(|one| one.as_str() == word)
    }
}

impl Register {
    /// Proposes a change; or records it at once, where one person decides or where it is urgent. One transaction, which is
    /// brought to its end even when nobody waits for the answer any more.
    ///
    /// What cannot be recorded now is refused now. The same request under the same idempotency key leads to one proposal,
    /// and so does the same change while it waits.
    pub(crate) async fn submit(
        &self,
        keeper: &str,
        change: &Change,
        submission: Submission<'_>,
    ) -> Result<Submitted, ProposalError> {
        let (register, keeper, change) = (self.clone(), keeper.to_owned(), change.clone());
        let (key, urgent) = (submission.idempotency_key.map(str::to_owned), submission.urgent);
        to_its_end(async move {
            let submission = Submission {
                idempotency_key: key.as_deref(),
                urgent,
            };
            register.submit_now(&keeper, &change, submission).await
        })
        .await
    }

    /// Confirms what another keeper proposed: records it, if it still holds, and publishes the list that shows it. One
    /// transaction, brought to its end as well; confirming again changes nothing.
    pub(crate) async fn confirm(&self, keeper: &str, number: u64) -> Result<Proposal, ProposalError> {
        let (register, keeper) = (self.clone(), keeper.to_owned());
        to_its_end(async move { register.confirm_now(&keeper, number).await }).await
    }

    /// Ends a proposal without recording it: rejected by another keeper, withdrawn by whoever made it. What an urgent one
    /// suspended is active again from this moment on. One transaction, brought to its end as well; the same again changes
    /// nothing.
    pub(crate) async fn reject(
        &self,
        keeper: &str,
        number: u64,
        reason: String,
    ) -> Result<Proposal, ProposalError> {
        let (register, keeper) = (self.clone(), keeper.to_owned());
        to_its_end(async move { register.reject_now(&keeper, number, reason).await }).await
    }

    async fn submit_now(
        &self,
        keeper: &str,
        change: &Change,
        submission: Submission<'_>,
    ) -> Result<Submitted, ProposalError> {
        let Submission {
            idempotency_key,
            urgent,
        } = submission;
        let digest = change.digest(urgent)?;
        let mut write = self.0.storage.write().await?;
        if let Some(key) = idempotency_key
            && let Some((proposal, known)) = write.proposal_under(keeper, key).await?
        {
            return match known == digest {
                true => Ok(proposal.into_submitted()),
                false => Err(ProposalError::KeyReused),
            };
        }
        let needs_two = self.0.decisions == Decisions::TwoPersons;
        if needs_two && let Some(proposal) = self.waiting_alike(&mut write, &digest).await? {
            return Ok(proposal.into_submitted());
        }
        if needs_two && let Some(proposal) = self.waiting_evidence_alike(&mut write, keeper, change).await? {
            return Ok(proposal.into_submitted());
        }
        if urgent {
            self.require_urgent(&mut write, keeper, change).await?;
        } else if needs_two {
            let (all, own) = write.number_waiting(keeper).await?;
            if own >= MOST_WAITING_OF_ONE {
                return Err(ProposalError::TooManyOfOne);
            }
            if all >= MOST_WAITING {
                return Err(ProposalError::TooMany);
            }
        }
        let is_recorded = urgent || !needs_two;
        write.try_out().await?;
        let recorded = match self.apply(&mut write, change).await? {
            Applied::Written(recorded) => recorded,
            Applied::Already(recorded) => {
                let sequence = self.current().list.list().sequence;
                let answer = Box::new(Answer { recorded, sequence });
                return Ok(Submitted::Recorded(answer, None));
            }
        };
        let now = whole_seconds(self.now());
        let mut new = NewProposal {
            keeper,
            proposed_at: now,
            change,
            digest: &digest,
            idempotency_key,
            effect: None,
        };
        if !is_recorded {
            write.take_back().await?;
            let number = write.add_proposal(&new).await?;
            let proposal = write
                .proposal(number)
                .await?
                .ok_or(ProposalError::Unknown(number))?;
            write.commit().await?;
            return Ok(Submitted::Waiting(Box::new(proposal)));
        }
        let (answer, published) = self.publish_recorded(&mut write, recorded).await?;
        let waits = needs_two.then_some(&answer);
        new.effect = waits;
        let number = write.add_proposal(&new).await?;
        if !needs_two {
            let closing = Closing {
                keeper: keeper.to_owned(),
                at: now,
                outcome: Outcome::Confirmed,
                reason: None,
                answer: Some(answer.clone()),
            };
            write.close_proposal(number, &closing).await?;
        }
        write.commit().await?;
        self.replace(published);
        Ok(Submitted::Recorded(Box::new(answer), needs_two.then_some(number)))
    }

    async fn confirm_now(&self, keeper: &str, number: u64) -> Result<Proposal, ProposalError> {
        let mut write = self.0.storage.write().await?;
        let mut proposal = write
            .proposal(number)
            .await?
            .ok_or(ProposalError::Unknown(number))?;
        if proposal.keeper == keeper && self.0.decisions == Decisions::TwoPersons {
            return Err(ProposalError::Own);
        }
        match proposal.closing.as_ref().map(|closing| closing.outcome) {
            None => {}
            Some(Outcome::Confirmed) => return Ok(proposal),
            Some(other) => return Err(ProposalError::Closed(other)),
        }
        let (answer, published) = match proposal.effect.clone() {
            Some(effect) => (effect, None),
            None => {
                let applied = self.apply(&mut write, &proposal.change).await;
                let applied = applied.map_err(|error| match error.is_fault() {
                    true => ProposalError::Refused(error),
                    false => ProposalError::Stale(error),
                })?;
                let (Applied::Written(recorded) | Applied::Already(recorded)) = applied;
                let (answer, published) = self.publish_recorded(&mut write, recorded).await?;
                (answer, Some(published))
            }
        };
        let closing = Closing {
            keeper: keeper.to_owned(),
            at: whole_seconds(self.now()),
            outcome: Outcome::Confirmed,
            reason: None,
            answer: Some(answer),
        };
        write.close_proposal(number, &closing).await?;
        write.commit().await?;
        if let Some(published) = published {
            self.replace(published);
        }
        proposal.closing = Some(closing);
        Ok(proposal)
    }

    async fn reject_now(&self, keeper: &str, number: u64, reason: String) -> Result<Proposal, ProposalError> {
        let mut write = self.0.storage.write().await?;
        let mut proposal = write
            .proposal(number)
            .await?
            .ok_or(ProposalError::Unknown(number))?;
        let outcome = match proposal.keeper == keeper {
            true => Outcome::Withdrawn,
            false => Outcome::Rejected,
        };
        if let Some(closing) = &proposal.closing {
            let is_same = closing.outcome == outcome && closing.keeper == keeper;
            return match is_same {
                true => Ok(proposal),
                false => Err(ProposalError::Closed(closing.outcome)),
            };
        }
        let mut closing = Closing {
            keeper: keeper.to_owned(),
            at: whole_seconds(self.now()),
            outcome,
            reason: Some(reason),
            answer: None,
        };
        let mut published = None;
        if let Some(Recorded::StatusEvent { accreditation, event }) =
            proposal.effect.as_ref().map(|effect| &effect.recorded)
            && let Some(back) = self.reinstate(&mut write, accreditation, event).await?
        {
            let (answer, list) = self.publish_recorded(&mut write, back).await?;
            closing.answer = Some(answer);
            published = Some(list);
        }
        write.close_proposal(number, &closing).await?;
        write.commit().await?;
        if let Some(published) = published {
            self.replace(published);
        }
        proposal.closing = Some(closing);
        Ok(proposal)
    }

    /// What waits, the oldest first, and what was closed last.
    pub(crate) async fn proposals(&self) -> Result<(Vec<Proposal>, Vec<Proposal>), StorageError> {
        let storage = &self.0.storage;
        Ok((storage.waiting().await?, storage.closed(MOST_CLOSED).await?))
    }

    /// The proposal with a number.
    pub(crate) async fn proposal(&self, number: u64) -> Result<Option<Proposal>, StorageError> {
        self.0.storage.proposal(number).await
    }

    /// What was checked before an admission, in canonical JSON.
    pub(crate) async fn checklist(&self, name: &str) -> Result<Option<String>, StorageError> {
        self.0.storage.checklist(&self.address(name)).await
    }

    async fn publish_recorded(
        &self,
        write: &mut Write,
        recorded: Recorded,
    ) -> Result<(Answer, Published), ChangeError> {
        let now = whole_seconds(self.now());
        let at = recorded.recorded_at().map_or(now, |at| at.max(now));
        let published = publish(write, &self.0.operator, &self.0.register_id, at).await?;
        let sequence = published.list.list().sequence;
        Ok((Answer { recorded, sequence }, published))
    }
}

/// Waits for work that goes on when nobody waits for it any more: what is committed is published too, though a client
/// hangs up or its time is over.
async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, ProposalError>> + Send + 'static,
) -> Result<T, ProposalError> {
    tokio::spawn(work.in_current_span()).await?
}

impl Proposal {
    /// Of an urgent proposal that was rejected or withdrawn: whether what it suspended became active again. It does not
    /// when something else was recorded about it since.
    pub(crate) fn reinstated(&self) -> Option<bool> {
        self.effect.as_ref()?;
        let closing = self.closing.as_ref()?;
        (closing.outcome != Outcome::Confirmed).then_some(closing.answer.is_some())
    }

    /// What to answer to who asks for the same again.
    fn into_submitted(self) -> Submitted {
        let of_closing = self.closing.as_ref().and_then(|closing| closing.answer.as_ref());
        let waits = self.closing.is_none().then_some(self.number);
        match self.effect.as_ref().or(of_closing) {
            Some(answer) => Submitted::Recorded(Box::new(answer.clone()), waits),
            None => Submitted::Waiting(Box::new(self)),
        }
    }
}
