//! Whose key it is, and whether it counted.

use verification::{Axis, Code, Colour};

use super::{Answer, Plan, SOUND};
use crate::{Institution, day};

pub(super) const PLANS: &[Plan] = &[
    Plan {
        name: "an issuer that the register does not know",
        listed: false,
        colour: Colour::Grey,
        verdict: Code::UnknownIssuer,
        axes: UNKNOWN,
        ..SOUND
    },
    Plan {
        name: "an unknown issuer whose DID document cannot be reached",
        listed: false,
        world: |world, place| drop(world.insert(place.did_document.clone(), Answer::Silence)),
        colour: Colour::Grey,
        verdict: Code::SignatureNoKey,
        axes: NO_KEY,
        ..SOUND
    },
    Plan {
        name: "an unknown issuer whose DID document is about somebody else",
        listed: false,
        world: |world, place| {
            let other = Institution::new("elders", "Hogeschool Elders", "Elsewhere University");
            let document = other.did_document(&["assertionMethod"]).to_string();
            drop(world.insert(place.did_document.clone(), Answer::Body(document)));
        },
        colour: Colour::Grey,
        verdict: Code::SignatureNoKey,
        axes: NO_KEY,
        ..SOUND
    },
    Plan {
        name: "an unknown issuer whose key is not meant for issuing",
        listed: false,
        world: |world, place| {
            let document = place.institution.did_document(&["authentication"]).to_string();
            drop(world.insert(place.did_document.clone(), Answer::Body(document)));
        },
        colour: Colour::Red,
        verdict: Code::KeyForOtherUse,
        axes: OTHER_USE,
        ..SOUND
    },
    Plan {
        name: "a key that the register does not list for its issuer",
        institution: Institution::without_keys,
        colour: Colour::Red,
        verdict: Code::KeyNotRegistered,
        axes: NOT_REGISTERED,
        ..SOUND
    },
    Plan {
        name: "a key that counted only after it signed",
        institution: |it| it.keys_valid(day("2026-10-01"), None),
        colour: Colour::Red,
        verdict: Code::KeyOutsideWindow,
        axes: &[(Axis::IssuerKey, Code::KeyOutsideWindow)],
        ..SOUND
    },
    Plan {
        name: "a key that somebody else may have",
        institution: |it| it.keys_compromised(day("2026-10-01")),
        colour: Colour::Red,
        verdict: Code::KeyOutsideWindow,
        axes: &[
            (Axis::IssuerKey, Code::KeyOutsideWindow),
            // The other key signs the lists.
            (Axis::Status, Code::StatusListNotIssuers),
        ],
        ..SOUND
    },
];

const UNKNOWN: &[(Axis, Code)] = &[
    (Axis::IssuerKey, Code::KeyByIssuerAlone),
    (Axis::AccreditedAtIssuance, Code::UnknownIssuer),
    (Axis::AccreditedNow, Code::UnknownIssuer),
    (Axis::Scope, Code::UnknownIssuer),
    (Axis::InstitutionQuality, Code::InstitutionUnknown),
];

const NO_KEY: &[(Axis, Code)] = &[
    (Axis::Signature, Code::SignatureNoKey),
    (Axis::IssuerKey, Code::KeyUnknown),
    (Axis::Status, Code::NotChecked),
    (Axis::AccreditedAtIssuance, Code::NotChecked),
    (Axis::AccreditedNow, Code::NotChecked),
    (Axis::Scope, Code::NotChecked),
    (Axis::InstitutionQuality, Code::NotChecked),
];

const OTHER_USE: &[(Axis, Code)] = &[
    (Axis::Signature, Code::SignatureNoKey),
    (Axis::IssuerKey, Code::KeyForOtherUse),
    (Axis::Status, Code::NotChecked),
    (Axis::AccreditedAtIssuance, Code::NotChecked),
    (Axis::AccreditedNow, Code::NotChecked),
    (Axis::Scope, Code::NotChecked),
    (Axis::InstitutionQuality, Code::NotChecked),
];

const NOT_REGISTERED: &[(Axis, Code)] = &[
    (Axis::Signature, Code::SignatureNoKey),
    (Axis::IssuerKey, Code::KeyNotRegistered),
    (Axis::Status, Code::NotChecked),
    (Axis::AccreditedAtIssuance, Code::NotChecked),
    (Axis::AccreditedNow, Code::NotChecked),
    (Axis::Scope, Code::NotChecked),
    (Axis::InstitutionQuality, Code::NotChecked),
];
