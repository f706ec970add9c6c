//! What proves when a credential was decided, and what follows once its issuer does not take part any more.

use chrono::{DateTime, Utc};
use verification::{Axis, Code, Colour};

use super::{Answer, Place, Plan, SOUND, World};
use crate::{Institution, day};

pub(super) const PLANS: &[Plan] = &[
    Plan {
        name: "a receipt, and an institution that takes part",
        world: |world, place| publish(world, place, day("2026-09-15")),
        axes: PROVEN,
        ..SOUND
    },
    Plan {
        name: "a receipt from before the institution was suspended",
        institution: suspended,
        world: |world, place| publish(world, place, day("2026-09-15")),
        colour: Colour::Amber,
        verdict: Code::ValidWhenIssued,
        axes: PROVEN_AND_LEFT,
        ..SOUND
    },
    Plan {
        name: "an institution suspended since it issued, and receipts that cannot be reached",
        institution: suspended,
        world: |world, place| {
            for (url, _) in place.list.receipts_for(&[&place.signed], day("2026-09-15")) {
                world.insert(url, Answer::Silence);
            }
        },
        colour: Colour::Amber,
        verdict: Code::IssueDateUnproven,
        axes: UNPROVEN_AND_LEFT,
        ..SOUND
    },
    Plan {
        name: "an institution suspended since it issued, and leaves of another batch",
        institution: suspended,
        world: |world, place| {
            publish(world, place, day("2026-09-15"));
            let [_, (url, leaves)] = place.list.receipts_for(&[&place.signed], day("2026-09-15"));
            let other: String = leaves.lines().rev().map(|line| format!("{line}\n")).collect();
            world.insert(url, Answer::Body(other));
        },
        colour: Colour::Amber,
        verdict: Code::IssueDateUnproven,
        axes: UNPROVEN_AND_LEFT,
        ..SOUND
    },
    Plan {
        name: "no receipt, and an institution that was suspended for a while since it issued",
        institution: |it| suspended(it).reinstated(day("2026-11-01")),
        ..SOUND
    },
];

const PROVEN: &[(Axis, Code)] = &[(Axis::AccreditedAtIssuance, Code::AccreditedThenProven)];

const PROVEN_AND_LEFT: &[(Axis, Code)] = &[
    (Axis::AccreditedAtIssuance, Code::AccreditedThenProven),
    (Axis::AccreditedNow, Code::NotAccreditedNowSince),
];

const UNPROVEN_AND_LEFT: &[(Axis, Code)] = &[
    (Axis::AccreditedAtIssuance, Code::IssueDateUnproven),
    (Axis::AccreditedNow, Code::NotAccreditedNowSince),
];

fn suspended(institution: Institution) -> Institution {
    institution.suspended(day("2026-10-01"))
}

fn publish(world: &mut World, place: &Place, received_at: DateTime<Utc>) {
    let receipts = place.list.receipts_for(&[&place.signed], received_at);
    world.extend(receipts.map(|(url, body)| (url, Answer::Body(body))));
}
