//! Whose key it is, and whether it counted.

use proofs::Algorithm;
use proofs::data_integrity::{self, ProofOptions};
use serde_json::Value;
use verification::{Axis, Code, Colour};

use super::{Answer, Plan, SOUND};
use crate::{Institution, Microcredential, SignedMicrocredential, day, key, now};

pub(super) const PLANS: &[Plan] = &[
    Plan {
        name: "an issuer that the register does not know",
        listed: false,
        colour: Colour::Grey,
        verdict: Code::UnknownIssuer,
        axes: NOT_ASKED,
        ..SOUND
    },
    Plan {
        name: "an issuer that the register does not know and whose identifier is its key",
        signed: by_a_bare_key,
        text: |it| it.text.clone(),
        colour: Colour::Grey,
        verdict: Code::UnknownIssuer,
        axes: LISTS_NOT_ASKED,
        ..SOUND
    },
    Plan {
        name: "an unknown issuer that is asked for its key and lists",
        listed: false,
        settings: |it| it.ask_unknown_issuers = true,
        colour: Colour::Grey,
        verdict: Code::UnknownIssuer,
        axes: UNKNOWN,
        ..SOUND
    },
    Plan {
        name: "an unknown issuer that is asked and whose DID document cannot be reached",
        listed: false,
        settings: |it| it.ask_unknown_issuers = true,
        world: |world, place| drop(world.insert(place.did_document.clone(), Answer::Silence)),
        colour: Colour::Grey,
        verdict: Code::SignatureNoKey,
        axes: NO_KEY,
        ..SOUND
    },
    Plan {
        name: "an unknown issuer that is asked and whose DID document is about somebody else",
        listed: false,
        settings: |it| it.ask_unknown_issuers = true,
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
        name: "an unknown issuer that is asked and whose key is not meant for issuing",
        listed: false,
        settings: |it| it.ask_unknown_issuers = true,
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

const NOT_ASKED: &[(Axis, Code)] = &[
    (Axis::Signature, Code::SignatureNotAsked),
    (Axis::IssuerKey, Code::NotChecked),
    (Axis::Status, Code::NotChecked),
    (Axis::AccreditedAtIssuance, Code::UnknownIssuer),
    (Axis::AccreditedNow, Code::UnknownIssuer),
    (Axis::Scope, Code::UnknownIssuer),
    (Axis::InstitutionQuality, Code::NotChecked),
];

const LISTS_NOT_ASKED: &[(Axis, Code)] = &[
    (Axis::IssuerKey, Code::KeyByIssuerAlone),
    (Axis::Holder, Code::HolderNotChallenged),
    (Axis::Status, Code::StatusNotAsked),
    (Axis::AccreditedAtIssuance, Code::UnknownIssuer),
    (Axis::AccreditedNow, Code::UnknownIssuer),
    (Axis::Scope, Code::UnknownIssuer),
    (Axis::InstitutionQuality, Code::InstitutionUnknown),
];

/// The same credential by an issuer that is nothing but a key.
fn by_a_bare_key(credential: Microcredential) -> SignedMicrocredential {
    let secret = key(Algorithm::EdDsa, "a bare key");
    let signer = secret.public_key();
    let signed = credential.signed_as_data_integrity();
    let mut credential: Value = serde_json::from_str(&signed.text).expect("a JSON document");
    let members = credential.as_object_mut().expect("an object");
    members.remove("proof");
    credential["issuer"]["id"] = signer.to_did_key().as_str().into();
    let options = ProofOptions::assertion(signer.to_did_key_url(), now());
    let text = data_integrity::sign(&credential, &options, &secret).expect("a credential that can be signed");
    signed.written_as(text.to_string())
}
