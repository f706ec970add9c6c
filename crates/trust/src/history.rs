//! What a history of decisions comes to, from moment to moment.
//!
//! A decision overrides the earlier ones from its `effectiveFrom` on. So, read from the newest to the oldest, a decision
//! still counts somewhere only if it takes effect before all newer ones: those that do, in the order in which they take
//! effect, are the whole answer. Kept once for a list, a question is a binary search however long the history grows.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use crate::model::StatusEvent;

/// Histories up to this length are read anew each time, which is as fast and needs no memory.
const SHORT: usize = 16;

/// A decision that still counts somewhere.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counting {
    /// Its position in the history.
    position: u32,
    /// That of the decision with which its status began: one that changes nothing begins nothing.
    begun: u32,
}

/// The decisions that still count somewhere, in the order in which they take effect.
pub(crate) type Order = Box<[Counting]>;

/// The order of a whole history, when it is long enough to be kept.
pub(crate) fn kept_order(events: &[StatusEvent]) -> Option<Order> {
    (events.len() > SHORT).then(|| order(events).into_boxed_slice())
}

fn order(events: &[StatusEvent]) -> Vec<Counting> {
    let mut counting: Vec<Counting> = Vec::new();
    let mut earliest = DateTime::<Utc>::MAX_UTC;
    for (position, event) in events.iter().enumerate().rev() {
        if event.effective_from < earliest || counting.is_empty() {
            earliest = event.effective_from;
            let position = u32::try_from(position).unwrap_or(u32::MAX);
            counting.push(Counting {
                position,
                begun: position,
            });
        }
    }
    counting.reverse();
    let status = |one: Counting| at(events, one.position).map(|event| event.status);
    for place in 1..counting.len() {
        if status(counting[place - 1]) == status(counting[place]) {
            counting[place].begun = counting[place - 1].begun;
        }
    }
    counting
}

/// The history of one accreditation, as far as it was recorded by some moment.
#[derive(Clone, Debug)]
pub(crate) struct History<'a> {
    events: &'a [StatusEvent],
    order: Cow<'a, [Counting]>,
}

impl<'a> History<'a> {
    /// `events` rise in `seq` and do not fall in `recordedAt`, which a verified list guarantees; `kept` is the order of
    /// them all.
    pub(crate) fn new(
        events: &'a [StatusEvent],
        kept: Option<&'a [Counting]>,
        known_at: DateTime<Utc>,
    ) -> Self {
        let is_all = events.last().is_none_or(|last| last.recorded_at <= known_at);
        if let (true, Some(kept)) = (is_all, kept) {
            return Self {
                events,
                order: Cow::Borrowed(kept),
            };
        }
        let known = events.partition_point(|event| event.recorded_at <= known_at);
        let events = events.get(..known).unwrap_or_default();
        Self {
            events,
            order: Cow::Owned(order(events)),
        }
    }

    /// The decision that counts at `at`.
    pub(crate) fn event_at(&self, at: DateTime<Utc>) -> Option<&'a StatusEvent> {
        self.event(self.begun_by(at).checked_sub(1)?)
    }

    /// The last moment up to and including `at` from which another decision counts.
    pub(crate) fn change_by(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let counting = self.order.get(self.begun_by(at).checked_sub(1)?)?;
        Some(self::at(self.events, counting.begun)?.effective_from)
    }

    /// The decision that counted at `at` before `event` was taken.
    pub(crate) fn overridden(&self, event: &StatusEvent, at: DateTime<Utc>) -> Option<&'a StatusEvent> {
        let earlier = self.events.partition_point(|one| one.seq < event.seq);
        let mut earlier = self.events.get(..earlier)?.iter();
        earlier.rfind(|one| one.effective_from <= at)
    }

    fn begun_by(&self, at: DateTime<Utc>) -> usize {
        let has_begun = |one: &Counting| {
            self::at(self.events, one.position).is_some_and(|event| event.effective_from <= at)
        };
        self.order.partition_point(has_begun)
    }

    fn event(&self, place: usize) -> Option<&'a StatusEvent> {
        self::at(self.events, self.order.get(place)?.position)
    }
}

fn at(events: &[StatusEvent], position: u32) -> Option<&StatusEvent> {
    events.get(usize::try_from(position).ok()?)
}
