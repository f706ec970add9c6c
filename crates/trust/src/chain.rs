//! The chain from an accreditation up to a root: who hangs below whom, and what that comes to at a moment.

use chrono::{DateTime, TimeDelta, Utc};
use credentials::{Language, Text, dutch_day};
use serde::Serialize;

use crate::{
    delegation,
    history::History,
    list::VerifiedList,
    model::{Accreditation, Effect, Entity, EntityKind, Status, StatusEvent},
};

/// The most links that are walked.
pub const LONGEST_CHAIN: usize = 8;

/// Everything a chain answers is by what was recorded up to one moment.
pub(crate) struct Chain<'a> {
    /// From the issuer upwards; never empty.
    pub(crate) hops: Vec<Hop<'a>>,
    /// Whether it ends where a chain must.
    pub(crate) ends_at_root: bool,
}

/// One organisation in a chain, and the accreditation it stands on.
pub(crate) struct Hop<'a> {
    pub(crate) entity: &'a Entity,
    pub(crate) accreditation: &'a Accreditation,
    history: History<'a>,
    known_at: DateTime<Utc>,
}

/// What a status rests on, for whoever wants to look it up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Basis {
    /// A decision.
    #[serde(rename_all = "camelCase")]
    Decision {
        /// Its number in the history of the accreditation.
        seq: u64,
        /// From when it holds.
        effective_from: DateTime<Utc>,
        /// When the register learnt of it.
        recorded_at: DateTime<Utc>,
        /// Whether it looks back.
        effect: Effect,
        /// Where it can be read.
        decision: Option<String>,
    },
    /// The window of the accreditation.
    #[serde(rename_all = "camelCase")]
    Window {
        /// Its first moment.
        valid_from: DateTime<Utc>,
        /// Its last.
        valid_until: Option<DateTime<Utc>>,
    },
    /// Another organisation took over.
    #[serde(rename_all = "camelCase")]
    Succession {
        /// Which.
        entity: String,
        /// From when.
        effective_from: DateTime<Utc>,
        /// When the register learnt of it.
        recorded_at: DateTime<Utc>,
    },
    /// There is nothing.
    Nothing,
}

impl<'a> Chain<'a> {
    /// From an accreditation to the top; a circle, a gap or more than [`LONGEST_CHAIN`] links do not end at a root.
    pub(crate) fn walk(
        list: &'a VerifiedList,
        entity: &'a Entity,
        accreditation: &'a Accreditation,
        known_at: DateTime<Utc>,
    ) -> Self {
        let hop = |entity: &'a Entity, accreditation: &'a Accreditation| Hop {
            entity,
            accreditation,
            history: list.history(accreditation, known_at),
            known_at,
        };
        let mut hops = vec![hop(entity, accreditation)];
        let mut parent = accreditation.parent.as_deref();
        while let Some((entity, accreditation)) = parent.and_then(|id| list.accreditation(id)) {
            if hops.len() == LONGEST_CHAIN {
                break;
            }
            hops.push(hop(entity, accreditation));
            parent = accreditation.parent.as_deref();
        }
        let ends_at_root = hops
            .last()
            .is_some_and(|top| top.entity.kind == EntityKind::Root && top.accreditation.parent.is_none());
        Self { hops, ends_at_root }
    }

    /// The worst link, from good to bad in the order of [`Status`].
    pub(crate) fn status(&self, at: DateTime<Utc>) -> Status {
        if !self.ends_at_root {
            return Status::Absent;
        }
        let statuses = self.hops.iter().map(|hop| hop.status(at));
        statuses.max().unwrap_or(Status::Absent)
    }

    pub(crate) fn is_active(&self, at: DateTime<Utc>) -> bool {
        self.status(at) == Status::Active
    }

    /// The last moment up to and including `at` from which some link stands differently.
    pub(crate) fn change_by(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.hops.iter().filter_map(|hop| hop.change_by(at)).max()
    }

    /// The link that stopped first of those that are not active at `at`, and since when.
    pub(crate) fn stopped(&self, at: DateTime<Utc>) -> Option<(DateTime<Utc>, &Hop<'a>)> {
        let stopped = self
            .hops
            .iter()
            .filter_map(|hop| Some((hop.inactive_since(at)?, hop)));
        stopped.min_by_key(|(since, _)| *since)
    }

    /// Whether it was active at `at` until a later decision withdrew it for that moment as well.
    pub(crate) fn withdrawn_retroactively(&self, at: DateTime<Utc>) -> bool {
        let mut inactive = self
            .hops
            .iter()
            .filter(|hop| hop.status(at) != Status::Active)
            .peekable();
        self.ends_at_root && inactive.peek().is_some() && inactive.all(|hop| hop.withdrawn_retroactively(at))
    }

    /// How the link at `position` goes beyond the one above it, or hangs wrongly.
    pub(crate) fn misfit(&self, list: &VerifiedList, position: usize) -> Option<Text> {
        let hop = self.hops.get(position)?;
        let above = self.hops.get(position + 1)?;
        let distance = u8::try_from(position + 1).unwrap_or(u8::MAX);
        let dimension = delegation::misfit(
            (hop.entity, hop.accreditation),
            (above.entity, above.accreditation),
            distance,
            |id| list.entity_by_id(id),
        )?;
        let name = dimension.name();
        Some(Text::new(
            format!(
                "{} (ruimer dan van wie de toelating gaf)",
                name.nl.unwrap_or_default()
            ),
            format!(
                "{} (wider than that of whoever gave the admission)",
                name.en.unwrap_or_default()
            ),
        ))
    }
}

impl<'a> Hop<'a> {
    /// What it is at `at`: outside the window expired, after a succession withdrawn, else by the decision that counts.
    pub(crate) fn status(&self, at: DateTime<Utc>) -> Status {
        if self.accreditation.is_outside_window(at) {
            Status::Expired
        } else if self.entity.successor_at(at, self.known_at).is_some() {
            Status::Withdrawn
        } else {
            self.history
                .event_at(at)
                .map_or(Status::Absent, |event| event.status)
        }
    }

    /// What [`status`](Self::status) rests on.
    pub(crate) fn basis(&self, at: DateTime<Utc>) -> Basis {
        let Accreditation {
            valid_from,
            valid_until,
            ..
        } = *self.accreditation;
        if self.accreditation.is_outside_window(at) {
            return Basis::Window {
                valid_from,
                valid_until,
            };
        }
        if let Some(succession) = self.entity.successor_at(at, self.known_at) {
            return Basis::Succession {
                entity: succession.entity.clone(),
                effective_from: succession.effective_from,
                recorded_at: succession.recorded_at,
            };
        }
        match self.history.event_at(at) {
            Some(event) => Basis::Decision {
                seq: event.seq,
                effective_from: event.effective_from,
                recorded_at: event.recorded_at,
                effect: event.effect,
                decision: event.decision.clone(),
            },
            None => Basis::Nothing,
        }
    }

    /// Why it stands as it does at `at`: in the register's own words where a decision says so.
    pub(crate) fn reason(&self, at: DateTime<Utc>) -> Text {
        let day = |moment: DateTime<Utc>| {
            let day = dutch_day(moment);
            (Language::Nl.date(day), Language::En.date(day))
        };
        let Accreditation {
            valid_from,
            valid_until,
            ..
        } = *self.accreditation;
        if at < valid_from {
            let (nl, en) = day(valid_from);
            return Text::new(
                format!("de toelating begint op {nl}"),
                format!("the admission begins on {en}"),
            );
        }
        if let Some(end) = valid_until.filter(|end| at > *end) {
            let (nl, en) = day(end);
            return Text::new(
                format!("de toelating liep tot {nl}"),
                format!("the admission ran until {en}"),
            );
        }
        if let Some(succession) = self.entity.successor_at(at, self.known_at) {
            let (nl, en) = day(succession.effective_from);
            return Text::new(
                format!("overgenomen door een andere organisatie op {nl}"),
                format!("taken over by another organisation on {en}"),
            );
        }
        match self.history.event_at(at) {
            Some(event) => in_words(event),
            None => Text::new("nog niet toegelaten", "not admitted yet"),
        }
    }

    /// The decision in force at `at`, if that is what decides.
    pub(crate) fn deciding_event(&self, at: DateTime<Utc>) -> Option<&'a StatusEvent> {
        let decides = !self.accreditation.is_outside_window(at)
            && self.entity.successor_at(at, self.known_at).is_none();
        self.history.event_at(at).filter(|_| decides)
    }

    /// The last moment up to and including `at` from which this link stands differently.
    pub(crate) fn change_by(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let succession = self.entity.succeeded_by.as_ref();
        let dates = [
            Some(self.accreditation.valid_from),
            // The last moment of the window still belongs to it.
            self.accreditation.valid_until.map(after),
            succession
                .filter(|succession| succession.recorded_at <= self.known_at)
                .map(|succession| succession.effective_from),
        ];
        let dates = dates.into_iter().flatten().filter(|date| *date <= at);
        dates.chain(self.history.change_by(at)).max()
    }

    /// Since when it is not active, when it is not active at `at`: the end of the last spell in which it was, else the
    /// first date there is.
    fn inactive_since(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if self.status(at) == Status::Active {
            return None;
        }
        let mut since = self.change_by(at)?;
        while let Some(before) = self.change_by(before(since))
            && self.status(before) != Status::Active
        {
            since = before;
        }
        let end = self.accreditation.valid_until.filter(|end| after(*end) == since);
        Some(end.unwrap_or(since))
    }

    fn withdrawn_retroactively(&self, at: DateTime<Utc>) -> bool {
        self.deciding_event(at).is_some_and(|event| {
            let looks_back = event.effect == Effect::Retroactive || event.recorded_at > at;
            let before = self.history.overridden(event, at);
            event.status == Status::Withdrawn
                && looks_back
                && before.is_some_and(|before| before.status == Status::Active)
        })
    }
}

/// What a decision says of its reason; its status where it gives none.
pub(crate) fn in_words(event: &StatusEvent) -> Text {
    let told = Text::new(event.reason.nl.clone(), event.reason.en.clone());
    if told.is_empty() {
        event.status.in_words()
    } else {
        told
    }
}

const SMALLEST: TimeDelta = TimeDelta::nanoseconds(1);

fn after(moment: DateTime<Utc>) -> DateTime<Utc> {
    moment.checked_add_signed(SMALLEST).unwrap_or(moment)
}

fn before(moment: DateTime<Utc>) -> DateTime<Utc> {
    moment.checked_sub_signed(SMALLEST).unwrap_or(moment)
}
