//! What is built or signed otherwise than it should be.

use serde_json::json;
use verification::{Axis, Code, Colour};

use super::{Plan, SOUND};
use crate::{Institution, a_microcredential};

pub(super) const PLANS: &[Plan] = &[
    SOUND,
    Plan {
        name: "a credential with a Data Integrity proof, as a file",
        signed: |it| it.signed_as_data_integrity(),
        text: |it| it.text.clone(),
        colour: Colour::Amber,
        verdict: Code::RealNotShownByHolder,
        axes: &[(Axis::Holder, Code::HolderNotChallenged)],
        ..SOUND
    },
    Plan {
        name: "a credential that breaks a rule of the data model",
        credential: |it| it.changed(|credential| credential["id"] = "no-address".into()),
        colour: Colour::Red,
        verdict: Code::StructureBroken,
        axes: &[(Axis::Structure, Code::StructureBroken)],
        ..SOUND
    },
    Plan {
        name: "another kind of credential",
        credential: |it| {
            it.changed(|credential| credential["type"] = json!(["VerifiableCredential", "DiplomaCredential"]))
        },
        colour: Colour::Grey,
        verdict: Code::OtherKind,
        axes: &[
            (Axis::Structure, Code::OtherKind),
            (Axis::AccreditedAtIssuance, Code::OtherKind),
            (Axis::AccreditedNow, Code::OtherKind),
            (Axis::Scope, Code::OtherKind),
            (Axis::InstitutionQuality, Code::OtherKind),
        ],
        ..SOUND
    },
    Plan {
        name: "a credential with a context that is not known",
        credential: |it| {
            it.changed(|credential| {
                if let Some(contexts) = credential["@context"].as_array_mut() {
                    contexts.push("https://other.example/context".into());
                }
            })
        },
        colour: Colour::Grey,
        verdict: Code::UnknownContext,
        axes: &[(Axis::Structure, Code::UnknownContext)],
        ..SOUND
    },
    Plan {
        name: "outcomes shown without their level",
        credential: |it| it.letting_hide(&["/credentialSubject/achievement/levelIndication"]),
        text: |it| it.shown_without(&["/credentialSubject/achievement/levelIndication"]),
        colour: Colour::Grey,
        verdict: Code::MinimumContextBroken,
        axes: &[
            (Axis::Structure, Code::MinimumContextBroken),
            (Axis::Scope, Code::ScopeUnstated),
        ],
        ..SOUND
    },
    Plan {
        name: "a grade shown without its scale",
        credential: |it| it.letting_hide(&["/credentialSubject/result/0/scale"]),
        text: |it| it.shown_without(&["/credentialSubject/result/0/scale"]),
        colour: Colour::Grey,
        verdict: Code::MinimumContextBroken,
        axes: &[(Axis::Structure, Code::MinimumContextBroken)],
        ..SOUND
    },
    Plan {
        name: "a grade to which the institution gave no scale, and something else left out",
        credential: |it| {
            it.changed(|credential| {
                if let Some(result) = credential["credentialSubject"]["result"][0].as_object_mut() {
                    result.remove("scale");
                }
            })
        },
        text: |it| it.shown_without(&["/evidence"]),
        ..SOUND
    },
    Plan {
        name: "one changed character in the signature",
        text: |it| {
            let shown = it.shown();
            let place = shown.find('~').unwrap_or_default() - 10;
            let other = if &shown[place..=place] == "A" { "B" } else { "A" };
            format!("{}{other}{}", &shown[..place], &shown[place + 1..])
        },
        colour: Colour::Red,
        verdict: Code::SignatureWrong,
        axes: WRONG_SIGNATURE,
        ..SOUND
    },
    Plan {
        name: "a claim that the issuer did not sign",
        text: |it| {
            // ["c2FsdHNhbHRzYWx0c2FsdA","result",[{"type":["Result"],"value":"10"}]]
            let forged = "WyJjMkZzZEhOaGJIUnpZV3gwYzJGc2RBIiwicmVzdWx0IixbeyJ0eXBlIjpbIlJlc3VsdCJdLCJ2YWx1ZSI6IjEwIn1dXQ";
            format!("{}{forged}~", it.text)
        },
        colour: Colour::Red,
        verdict: Code::SignatureWrong,
        axes: ADDED_CLAIM,
        ..SOUND
    },
    Plan {
        name: "a proof of a kind that is not known",
        signed: |it| it.signed_as_data_integrity(),
        text: |it| it.text.replace("eddsa-rdfc-2022", "future-suite-2030"),
        colour: Colour::Grey,
        verdict: Code::SignatureUnknown,
        axes: UNKNOWN_PROOF,
        ..SOUND
    },
    Plan {
        name: "a credential of which a part is shown, with a proof derived for it",
        signed: |it| it.signed_selectively(&["/credentialSubject/result"]),
        text: |it| it.text.clone(),
        colour: Colour::Amber,
        verdict: Code::EndMayBeHidden,
        axes: &[
            (Axis::Holder, Code::HolderNotChallenged),
            (Axis::Validity, Code::EndMayBeHidden),
        ],
        ..SOUND
    },
    Plan {
        name: "the proof that a holder keeps to derive others from",
        signed: |it| it.signed_as_base(),
        text: |it| it.text.clone(),
        colour: Colour::Grey,
        verdict: Code::BaseProof,
        axes: BASE_PROOF,
        ..SOUND
    },
    Plan {
        name: "a credential signed with the key of another institution",
        institution: |_| Institution::new("elders", "Hogeschool Elders", "Elsewhere University"),
        credential: |it| {
            it.changed(|credential| {
                credential["issuer"]["id"] = crate::an_institution().issuer().as_str().into();
            })
        },
        register: |it| it.admitting(&crate::an_institution()),
        colour: Colour::Red,
        verdict: Code::KeyNotIssuers,
        axes: ANOTHERS_KEY,
        ..SOUND
    },
    Plan {
        name: "a token that carries no credential",
        text: |_| {
            let institution = crate::an_institution();
            let (key, kid) = institution.p256();
            let token = proofs::sd_jwt::issue(
                &json!({ "sub": "somebody" }),
                &[],
                &json!({ "typ": "other+sd-jwt", "kid": kid }),
                key,
                &mut crate::rng("other"),
            );
            token.unwrap_or_else(|_| a_microcredential().signed().text)
        },
        colour: Colour::Red,
        verdict: Code::StructureBroken,
        axes: NO_CREDENTIAL,
        ..SOUND
    },
];

/// The signature is not right, so nothing that rests on it is looked at.
const WRONG_SIGNATURE: &[(Axis, Code)] = &[
    (Axis::Signature, Code::SignatureWrong),
    (Axis::Holder, Code::HolderProofWrong),
    (Axis::Status, Code::NotChecked),
    (Axis::AccreditedAtIssuance, Code::NotChecked),
    (Axis::AccreditedNow, Code::NotChecked),
    (Axis::Scope, Code::NotChecked),
    (Axis::InstitutionQuality, Code::NotChecked),
];

const UNKNOWN_PROOF: &[(Axis, Code)] = &[
    (Axis::Signature, Code::SignatureUnknown),
    (Axis::Holder, Code::HolderNotChallenged),
    (Axis::Status, Code::NotChecked),
    (Axis::AccreditedAtIssuance, Code::NotChecked),
    (Axis::AccreditedNow, Code::NotChecked),
    (Axis::Scope, Code::NotChecked),
    (Axis::InstitutionQuality, Code::NotChecked),
];

const BASE_PROOF: &[(Axis, Code)] = &[
    (Axis::Signature, Code::BaseProof),
    (Axis::Holder, Code::HolderNotChallenged),
    (Axis::Status, Code::NotChecked),
    (Axis::AccreditedAtIssuance, Code::NotChecked),
    (Axis::AccreditedNow, Code::NotChecked),
    (Axis::Scope, Code::NotChecked),
    (Axis::InstitutionQuality, Code::NotChecked),
];

const ANOTHERS_KEY: &[(Axis, Code)] = &[
    (Axis::IssuerKey, Code::KeyNotIssuers),
    (Axis::Status, Code::NotChecked),
    (Axis::AccreditedAtIssuance, Code::NotChecked),
    (Axis::AccreditedNow, Code::NotChecked),
    (Axis::Scope, Code::NotChecked),
    (Axis::InstitutionQuality, Code::NotChecked),
];

const ADDED_CLAIM: &[(Axis, Code)] = &[
    (Axis::Structure, Code::StructureBroken),
    (Axis::Signature, Code::SignatureWrong),
    (Axis::IssuerKey, Code::NotChecked),
    (Axis::Holder, Code::NotChecked),
    (Axis::Validity, Code::NotChecked),
    (Axis::Status, Code::NotChecked),
    (Axis::AccreditedAtIssuance, Code::NotChecked),
    (Axis::AccreditedNow, Code::NotChecked),
    (Axis::Scope, Code::NotChecked),
    (Axis::InstitutionQuality, Code::NotChecked),
];

const NO_CREDENTIAL: &[(Axis, Code)] = &[
    (Axis::Structure, Code::StructureBroken),
    (Axis::Signature, Code::NotChecked),
    (Axis::IssuerKey, Code::NotChecked),
    (Axis::Holder, Code::NotChecked),
    (Axis::Validity, Code::NotChecked),
    (Axis::Status, Code::NotChecked),
    (Axis::AccreditedAtIssuance, Code::NotChecked),
    (Axis::AccreditedNow, Code::NotChecked),
    (Axis::Scope, Code::NotChecked),
    (Axis::InstitutionQuality, Code::NotChecked),
];
