//! What an issuer was, against a naive reading of the whole log of decisions, on random histories.
//!
//! The naive reader replays every decision that was recorded by the moment asked about, in the order in which they were
//! recorded, over a calendar of half days.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use test_support::{a_register, an_institution, day};
use trust::{
    Accreditation, DidWindow, Effect, Interruption, Reason, ScopeClaim, Status, StatusEvent, Succession,
    VerifiedList, assess_known_at, evaluate, participation, verify_list,
};

/// Half days from 1 January 2026.
const HALF_DAYS: i64 = 120;

fn moment(half_day: i64) -> DateTime<Utc> {
    day("2026-01-01") + TimeDelta::hours(12 * half_day)
}

/// A decision: what, from when, and how long after the one before it was recorded.
type Decided = (Status, i64, i64);

/// A first day and perhaps a last one.
type Window = (i64, Option<i64>);

#[derive(Clone, Debug)]
struct World {
    /// For each accreditation, in the order of [`SUBJECTS`]: its window in whole days, and its decisions.
    accreditations: Vec<(Window, Vec<Decided>)>,
    /// When the institution was taken over, and when that was recorded.
    succession: Option<(i64, i64)>,
    /// Until when the unit used its DID.
    did_until: Option<i64>,
}

/// Root, accreditor, institution, unit, and the unit's second admission.
const SUBJECTS: usize = 5;

fn worlds() -> impl Strategy<Value = World> {
    let status = prop::sample::select(vec![
        Status::Active,
        Status::Active,
        Status::Suspended,
        Status::Withdrawn,
    ]);
    let decided = (status, 0..HALF_DAYS, 0_i64..9);
    let window = (0_i64..20, prop::option::weighted(0.4, 21_i64..60));
    let accreditation = (window, prop::collection::vec(decided, 0..30));
    (
        prop::collection::vec(accreditation, SUBJECTS),
        prop::option::weighted(0.3, (0..HALF_DAYS, 0..HALF_DAYS)),
        prop::option::weighted(0.3, 0..HALF_DAYS),
    )
        .prop_map(|(accreditations, succession, did_until)| World {
            accreditations,
            succession,
            did_until,
        })
}

impl World {
    fn recorded(&self, subject: usize) -> Vec<(Status, i64, i64)> {
        let mut recorded = -1;
        let decided = self.accreditations[subject].1.iter();
        decided
            .map(|(status, from, later)| {
                recorded += later;
                (*status, *from, recorded)
            })
            .collect()
    }

    fn list(&self) -> VerifiedList {
        let set = |accreditation: &mut Accreditation, subject: usize| {
            let (from, until) = self.accreditations[subject].0;
            accreditation.valid_from = moment(2 * from);
            accreditation.valid_until = until.map(|until| moment(2 * until));
            let events = self.recorded(subject).into_iter().zip(1..);
            accreditation.status_history = events
                .map(|((status, from, recorded), seq)| StatusEvent {
                    seq,
                    status,
                    effective_from: moment(from),
                    recorded_at: moment(recorded),
                    effect: Effect::Prospective,
                    reason: Reason::default(),
                    decision: None,
                })
                .collect();
        };
        let register = a_register().admitting(&an_institution()).with_list(|list| {
            for subject in 0..4 {
                set(&mut list.entities[subject].accreditations[0], subject);
            }
            let unit = &mut list.entities[3];
            let mut second = unit.accreditations[0].clone();
            second.accreditation_id.push_str("-2");
            set(&mut second, 4);
            unit.accreditations.push(second);
            unit.did_windows = self
                .did_until
                .map(|until| DidWindow {
                    did: unit.dids[0].clone(),
                    not_before: None,
                    not_after: Some(moment(until)),
                })
                .into_iter()
                .collect();
            list.entities[2].succeeded_by = self.succession.map(|(from, recorded)| Succession {
                entity: "accreditor".to_owned(),
                effective_from: moment(from),
                recorded_at: moment(recorded),
                reason: Reason::default(),
            });
        });
        verify_list(&register.signed(), &[register.anchor()], test_support::now()).unwrap()
    }

    /// What one accreditation was, half day by half day, by the whole log up to `known`.
    fn calendar(&self, subject: usize, known: i64) -> Vec<Status> {
        let mut calendar = vec![Status::Absent; usize::try_from(HALF_DAYS).unwrap()];
        for (status, from, recorded) in self.recorded(subject) {
            if recorded <= known {
                calendar[usize::try_from(from).unwrap()..].fill(status);
            }
        }
        if let Some((from, recorded)) = self.succession
            && subject == 2
            && recorded <= known
        {
            calendar[usize::try_from(from).unwrap()..].fill(Status::Withdrawn);
        }
        let (from, until) = self.accreditations[subject].0;
        for (half_day, status) in (0..).zip(calendar.iter_mut()) {
            if half_day < 2 * from || until.is_some_and(|until| half_day > 2 * until) {
                *status = Status::Expired;
            }
        }
        calendar
    }

    fn chains(&self, known: i64) -> [Vec<Vec<Status>>; 2] {
        [[3, 2, 1, 0], [4, 2, 1, 0]]
            .map(|subjects| subjects.map(|subject| self.calendar(subject, known)).to_vec())
    }
}

fn worst(chain: &[Vec<Status>], half_day: i64) -> Status {
    let half_day = usize::try_from(half_day).unwrap();
    chain.iter().map(|link| link[half_day]).max().unwrap()
}

/// Goes back in time, half day by half day.
fn interruption(is_active: impl Fn(i64) -> bool, at: i64, now: i64) -> Option<(i64, i64)> {
    let until = (at + 1..=now)
        .rev()
        .take_while(|half_day| is_active(*half_day))
        .last()?;
    let from = (at + 1..until)
        .rev()
        .take_while(|half_day| !is_active(*half_day))
        .last()?;
    is_active(from - 1).then_some((from, until))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn evaluation_equals_a_naive_reading_of_the_whole_log(
        world in worlds(),
        questions in prop::collection::vec((0..HALF_DAYS, 0..HALF_DAYS, 0..HALF_DAYS), 40),
    ) {
        let list = world.list();
        let unit = an_institution().issuer();
        let claim = ScopeClaim::default();
        for (at, now, known) in questions {
            let chains = world.chains(known);
            let in_use = world.did_until.is_none_or(|until| at <= until);
            let best = |half_day| chains.iter().map(|chain| worst(chain, half_day)).min().unwrap();

            let found = evaluate(&list, &unit, &claim, moment(at), moment(known)).unwrap();
            if !in_use {
                prop_assert_eq!(found.status, Status::Absent);
            } else if best(at) == Status::Active {
                prop_assert_eq!(found.status, Status::Active);
            } else {
                // Neither serves; which of the two answers is another rule's affair.
                let statuses = chains.each_ref().map(|chain| worst(chain, at));
                prop_assert!(statuses.contains(&found.status));
            }
            let subjects = match found.links[0].accreditation.ends_with("-2") {
                true => &chains[1],
                false => &chains[0],
            };
            for (link, calendar) in found.links.iter().zip(subjects).skip(usize::from(!in_use)) {
                prop_assert_eq!(link.status, calendar[usize::try_from(at).unwrap()]);
            }

            let entity = list.entity(&unit).unwrap();
            prop_assert_eq!(participation(&list, entity, moment(at), moment(known)).status, best(at));

            let result = assess_known_at(&list, &unit, &claim, moment(at), moment(now), moment(known)).unwrap();
            prop_assert_eq!(result.now, best(now));
            if in_use && best(at) == Status::Active {
                prop_assert_eq!(result.at_issuance, Status::Active);
            }
            prop_assert!(result.inactive_since.is_none() || best(now) != Status::Active);
            let is_active = |half_day| best(half_day) == Status::Active;
            let spell = match is_active(now) {
                true => interruption(is_active, at, now),
                false => None,
            };
            // A window ends at midnight, and what is after that is seen at noon.
            let at_midnight = |found: DateTime<Utc>, half_day: i64| {
                found == moment(half_day) || (half_day % 2 == 1 && found == moment(half_day - 1))
            };
            match (result.interruption, spell) {
                (None, None) => {}
                (Some(Interruption { from, until }), Some((start, end))) => {
                    prop_assert!(at_midnight(from, start), "{from} {}", moment(start));
                    prop_assert_eq!(until, moment(end));
                }
                (found, naive) => prop_assert!(false, "{found:?} {naive:?}"),
            }
            if let Some(since) = result.inactive_since {
                // Nothing was active from then on, and every link has a reason to be the one that is named.
                let start = (0..=now).find(|half_day| moment(*half_day) > since).unwrap_or(now);
                let stopped = chains.iter().filter(|chain| {
                    chain.iter().any(|link| (start..=now).all(|half_day| link[usize::try_from(half_day).unwrap()] != Status::Active))
                });
                prop_assert_eq!(stopped.count(), chains.len());
            }
        }
    }
}
