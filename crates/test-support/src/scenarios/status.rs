//! Revoked, suspended, and lists that cannot tell.

use chrono::Duration;
use verification::{Axis, Code, Colour};

use super::{Answer, Place, Plan, SOUND, World, publish};
use crate::{Institution, Microcredential, now};

pub(super) const PLANS: &[Plan] = &[
    Plan {
        name: "a revoked credential",
        credential: Microcredential::revoked,
        colour: Colour::Red,
        verdict: Code::Revoked,
        axes: &[(Axis::Status, Code::Revoked)],
        ..SOUND
    },
    Plan {
        name: "a suspended credential",
        credential: Microcredential::suspended,
        colour: Colour::Red,
        verdict: Code::Suspended,
        axes: &[(Axis::Status, Code::Suspended)],
        ..SOUND
    },
    Plan {
        name: "a credential of which no status is kept",
        credential: Microcredential::without_status,
        axes: &[(Axis::Status, Code::StatusNotKept)],
        ..SOUND
    },
    Plan {
        name: "a status list that answers with a failure",
        world: |world, place| drop(world.insert(place.lists[0].clone(), Answer::Status(503))),
        colour: Colour::Grey,
        verdict: Code::StatusUnreachable,
        axes: &[(Axis::Status, Code::StatusUnreachable)],
        ..SOUND
    },
    Plan {
        name: "a status list whose server does not answer",
        world: |world, place| drop(world.insert(place.lists[1].clone(), Answer::Silence)),
        colour: Colour::Grey,
        verdict: Code::StatusUnreachable,
        axes: &[(Axis::Status, Code::StatusUnreachable)],
        ..SOUND
    },
    Plan {
        name: "status lists of a week ago",
        world: |world, place| of_days_ago(world, place, false),
        colour: Colour::Grey,
        verdict: Code::StatusLastKnown,
        axes: &[(Axis::Status, Code::StatusLastKnown)],
        ..SOUND
    },
    Plan {
        name: "a revocation in a list of a week ago, which is final",
        world: |world, place| of_days_ago(world, place, true),
        colour: Colour::Red,
        verdict: Code::Revoked,
        axes: &[(Axis::Status, Code::Revoked)],
        ..SOUND
    },
    Plan {
        name: "a suspension in a list of a week ago, which may have been lifted",
        credential: Microcredential::suspended,
        world: |world, place| of_days_ago(world, place, false),
        colour: Colour::Grey,
        verdict: Code::StatusLastKnown,
        axes: &[(Axis::Status, Code::StatusLastKnown)],
        ..SOUND
    },
    Plan {
        name: "status lists that somebody else signed",
        credential: Microcredential::revoked,
        world: |world, place| {
            let forger = Institution::new("elders", "Hogeschool Elders", "Elsewhere University");
            publish(
                world,
                place
                    .signed
                    .status_lists()
                    .clone()
                    .revoked(false)
                    .signed_by(&forger),
            );
        },
        colour: Colour::Grey,
        verdict: Code::StatusListNotIssuers,
        axes: &[(Axis::Status, Code::StatusListNotIssuers)],
        ..SOUND
    },
    Plan {
        name: "a status list in the place of the other",
        credential: Microcredential::revoked,
        world: |world, place| {
            let [(revocations, _), (_, suspensions)] = place.signed.status_lists().signed();
            drop(world.insert(revocations, Answer::Body(suspensions.to_string())));
        },
        colour: Colour::Grey,
        verdict: Code::StatusListNotIssuers,
        axes: &[(Axis::Status, Code::StatusListNotIssuers)],
        ..SOUND
    },
    Plan {
        name: "status lists from the future",
        world: |world, place| {
            let later = place
                .signed
                .status_lists()
                .clone()
                .valid_from(now() + Duration::hours(2));
            publish(world, later.signed());
        },
        colour: Colour::Grey,
        verdict: Code::StatusFromFuture,
        axes: &[(Axis::Status, Code::StatusFromFuture)],
        ..SOUND
    },
];

fn of_days_ago(world: &mut World, place: &Place, revoked: bool) {
    let lists = place.signed.status_lists().clone();
    publish(
        world,
        lists
            .revoked(revoked)
            .valid_from(now() - Duration::days(7))
            .signed(),
    );
}
