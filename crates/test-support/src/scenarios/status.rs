//! Revoked, suspended, and lists that cannot tell.

use chrono::Duration;
use verification::{Axis, Code, Colour};

use super::{Answer, Place, Plan, SOUND, World, publish, publish_bitstrings};
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
            let lists = place.signed.status_lists().clone().revoked(false);
            publish_bitstrings(world, lists.signed_by(&forger));
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
            publish(world, &later);
        },
        colour: Colour::Grey,
        verdict: Code::StatusFromFuture,
        axes: &[(Axis::Status, Code::StatusFromFuture)],
        ..SOUND
    },
    Plan {
        name: "an SD-JWT VC, with its token status list",
        signed: Microcredential::signed_as_sd_jwt_vc,
        ..SOUND
    },
    Plan {
        name: "an SD-JWT VC that was revoked",
        credential: Microcredential::revoked,
        signed: Microcredential::signed_as_sd_jwt_vc,
        colour: Colour::Red,
        verdict: Code::Revoked,
        axes: &[(Axis::Status, Code::Revoked)],
        ..SOUND
    },
    Plan {
        name: "a token status list with a value of the issuer's own",
        signed: Microcredential::signed_as_sd_jwt_vc,
        world: |world, place| {
            let lists = place.signed.status_lists();
            let list = lists.token_of(&place.institution, |claims| {
                let full = status_list::token::TokenStatusList::from_bytes(2, vec![0xff; 32_768]);
                claims["status_list"] = full.map(|list| list.encode()).unwrap_or_default();
            });
            drop(world.insert(lists.token_url(), Answer::Body(list)));
        },
        colour: Colour::Grey,
        verdict: Code::StatusValueUnknown,
        axes: &[(Axis::Status, Code::StatusValueUnknown)],
        ..SOUND
    },
];

fn of_days_ago(world: &mut World, place: &Place, revoked: bool) {
    let lists = place.signed.status_lists().clone();
    publish(
        world,
        &lists.revoked(revoked).valid_from(now() - Duration::days(7)),
    );
}
