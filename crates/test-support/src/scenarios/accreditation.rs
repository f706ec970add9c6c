//! Whether the institution might issue, then and now (the table of the verdicts), and what agencies said of it.

use verification::{Axis, Code, Colour};

use super::{Answer, Plan, SOUND};
use crate::{Institution, a_register, day, moment};

pub(super) const PLANS: &[Plan] = &[
    Plan {
        name: "an institution suspended since it issued",
        institution: |it| it.suspended(day("2026-10-01")),
        colour: Colour::Amber,
        verdict: Code::IssueDateUnproven,
        axes: LEFT_SINCE,
        ..SOUND
    },
    Plan {
        name: "an institution withdrawn since it issued",
        institution: |it| it.withdrawn(day("2026-10-01")),
        colour: Colour::Amber,
        verdict: Code::IssueDateUnproven,
        axes: LEFT_SINCE,
        ..SOUND
    },
    Plan {
        name: "an institution whose admission expired since it issued",
        institution: |it| {
            it.with_institution(|it| it.accreditations[0].valid_until = Some(day("2026-10-01")))
                .with_unit(|it| it.accreditations[0].valid_until = Some(day("2026-10-01")))
        },
        colour: Colour::Amber,
        verdict: Code::IssueDateUnproven,
        axes: LEFT_SINCE,
        ..SOUND
    },
    Plan {
        name: "an institution suspended when it issued, and active again",
        institution: |it| it.suspended(day("2026-09-01")).reinstated(day("2026-10-01")),
        colour: Colour::Red,
        verdict: Code::NotAccreditedThen,
        axes: &[(Axis::AccreditedAtIssuance, Code::NotAccreditedThen)],
        ..SOUND
    },
    Plan {
        name: "a unit that was never admitted",
        institution: |it| it.with_unit(|it| it.accreditations.clear()),
        colour: Colour::Red,
        verdict: Code::NotAccreditedThen,
        axes: &[
            (Axis::AccreditedAtIssuance, Code::NotAccreditedThen),
            (Axis::AccreditedNow, Code::NotAccreditedNow),
            (Axis::Scope, Code::NotAccreditedNow),
        ],
        ..SOUND
    },
    Plan {
        name: "an admission withdrawn retroactively",
        institution: |it| it.withdrawn_retroactively(day("2026-09-01"), day("2026-11-01")),
        colour: Colour::Red,
        verdict: Code::WithdrawnRetroactively,
        axes: &[
            (Axis::AccreditedAtIssuance, Code::WithdrawnRetroactively),
            (Axis::AccreditedNow, Code::NotAccreditedNowSince),
        ],
        ..SOUND
    },
    Plan {
        name: "a level outside the admission",
        credential: |it| it.of_level(8),
        colour: Colour::Red,
        verdict: Code::OutOfScope,
        axes: &[(Axis::Scope, Code::OutOfScope)],
        ..SOUND
    },
    Plan {
        name: "a level that is not stated",
        credential: |it| {
            it.changed(|credential| {
                if let Some(achievement) = credential["credentialSubject"]["achievement"].as_object_mut() {
                    achievement.remove("levelIndication");
                }
            })
        },
        colour: Colour::Grey,
        verdict: Code::ScopeUnstated,
        axes: &[(Axis::Scope, Code::ScopeUnstated)],
        ..SOUND
    },
    Plan {
        name: "a register that does not answer",
        world: |world, place| drop(world.insert(place.register.clone(), Answer::Silence)),
        colour: Colour::Grey,
        verdict: Code::RegisterUnavailable,
        axes: NO_REGISTER,
        ..SOUND
    },
    Plan {
        name: "a register that answers with a failure",
        world: |world, place| drop(world.insert(place.register.clone(), Answer::Status(503))),
        colour: Colour::Grey,
        verdict: Code::RegisterUnavailable,
        axes: NO_REGISTER,
        ..SOUND
    },
    Plan {
        name: "a register list of two days ago",
        register: |it| it.issued_at(moment("2026-11-19T09:00:00Z")),
        colour: Colour::Grey,
        verdict: Code::RegisterStale,
        axes: &[
            (Axis::AccreditedAtIssuance, Code::RegisterStale),
            (Axis::AccreditedNow, Code::RegisterStale),
            (Axis::Scope, Code::RegisterStale),
        ],
        ..SOUND
    },
    Plan {
        name: "a suspension at issuance in a register list of two days ago, which stands",
        institution: |it| it.suspended(day("2026-09-01")),
        register: |it| it.issued_at(moment("2026-11-19T09:00:00Z")),
        colour: Colour::Red,
        verdict: Code::NotAccreditedThen,
        axes: &[
            (Axis::AccreditedAtIssuance, Code::NotAccreditedThen),
            (Axis::AccreditedNow, Code::RegisterStale),
            (Axis::Scope, Code::RegisterStale),
        ],
        ..SOUND
    },
    Plan {
        name: "a register list that somebody else signed",
        world: |world, place| {
            let list = place.list.signed();
            let body = list.rsplit_once('.').map(|(body, _)| body).unwrap_or_default();
            let other = a_register().signed();
            let signature = other
                .rsplit_once('.')
                .map(|(_, signature)| signature)
                .unwrap_or_default();
            drop(world.insert(
                place.register.clone(),
                Answer::Body(format!("{body}.{signature}")),
            ));
        },
        colour: Colour::Grey,
        verdict: Code::RegisterNotBelieved,
        axes: NOT_BELIEVED,
        ..SOUND
    },
    Plan {
        name: "a register of an operator that nobody trusts",
        settings: |it| {
            let other = Institution::new("elders", "Elders", "Elsewhere");
            it.anchors[0].iss = other.did();
        },
        colour: Colour::Grey,
        verdict: Code::RegisterNotBelieved,
        axes: NOT_BELIEVED,
        ..SOUND
    },
    Plan {
        name: "a register list older than one seen before",
        settings: |it| it.minimum_sequence = 419,
        colour: Colour::Grey,
        verdict: Code::RegisterNotBelieved,
        axes: NOT_BELIEVED,
        ..SOUND
    },
    Plan {
        name: "an institution that nobody judged",
        institution: |it| it.with_institution(|it| it.evidence.clear()),
        axes: &[(Axis::InstitutionQuality, Code::InstitutionUnknown)],
        ..SOUND
    },
    Plan {
        name: "an institution that was judged negatively",
        institution: |it| {
            it.with_institution(|it| it.evidence.clear())
                .judged("negative", "2026-01-01", "2027-01-01")
        },
        colour: Colour::Amber,
        verdict: Code::InstitutionNegative,
        axes: &[(Axis::InstitutionQuality, Code::InstitutionNegative)],
        ..SOUND
    },
    Plan {
        name: "a positive judgement that ended",
        institution: |it| {
            it.with_institution(|it| it.evidence.clear())
                .judged("positive", "2020-01-01", "2026-10-01")
        },
        colour: Colour::Amber,
        verdict: Code::InstitutionEnded,
        axes: &[(Axis::InstitutionQuality, Code::InstitutionEnded)],
        ..SOUND
    },
    Plan {
        name: "a positive judgement since the credential was issued",
        institution: |it| {
            it.with_institution(|it| it.evidence.clear())
                .judged("positive", "2026-10-01", "2030-01-01")
        },
        axes: &[(Axis::InstitutionQuality, Code::InstitutionPositiveNow)],
        ..SOUND
    },
    Plan {
        name: "a negative judgement when the credential was issued, and a positive one since",
        institution: |it| {
            it.with_institution(|it| it.evidence.clear())
                .judged("negative", "2026-01-01", "2026-09-30")
                .judged("positive", "2026-10-01", "2030-01-01")
        },
        colour: Colour::Amber,
        verdict: Code::InstitutionNotPositiveThen,
        axes: &[(Axis::InstitutionQuality, Code::InstitutionNotPositiveThen)],
        ..SOUND
    },
];

const LEFT_SINCE: &[(Axis, Code)] = &[
    (Axis::AccreditedAtIssuance, Code::IssueDateUnproven),
    (Axis::AccreditedNow, Code::NotAccreditedNowSince),
];

const NO_REGISTER: &[(Axis, Code)] = &[
    (Axis::IssuerKey, Code::KeyByIssuerAlone),
    (Axis::AccreditedAtIssuance, Code::RegisterUnavailable),
    (Axis::AccreditedNow, Code::RegisterUnavailable),
    (Axis::Scope, Code::RegisterUnavailable),
    (Axis::InstitutionQuality, Code::InstitutionUnknown),
];

const NOT_BELIEVED: &[(Axis, Code)] = &[
    (Axis::IssuerKey, Code::KeyByIssuerAlone),
    (Axis::AccreditedAtIssuance, Code::RegisterNotBelieved),
    (Axis::AccreditedNow, Code::RegisterNotBelieved),
    (Axis::Scope, Code::RegisterNotBelieved),
    (Axis::InstitutionQuality, Code::InstitutionUnknown),
];
