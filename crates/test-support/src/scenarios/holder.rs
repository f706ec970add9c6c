//! Who shows it, and when; and the credential's own dates.

use chrono::Duration;
use proofs::{Algorithm, vc_jose};
use serde_json::Value;
use verification::{Axis, Code, Colour};

use super::{Plan, SOUND};
use crate::{Microcredential, SignedMicrocredential, day, key, now};

/// The code that verifiers ask for in these scenarios.
const CHALLENGE: &str = "493817";

pub(super) const PLANS: &[Plan] = &[
    Plan {
        name: "a QR code, shown just now",
        text: SignedMicrocredential::qr,
        ..SOUND
    },
    Plan {
        name: "a plain token in a presentation that its holder signed just now",
        signed: Microcredential::signed_as_jwt,
        text: SignedMicrocredential::presented,
        ..SOUND
    },
    Plan {
        name: "a plain token in a presentation that somebody else signed",
        signed: Microcredential::signed_as_jwt,
        text: |it| {
            let thief = key(Algorithm::Es256, "thief");
            let presentation = it.presentation("unchallenged", now());
            let kid = it.holder().public_key().to_did_key_url();
            vc_jose::present(&presentation, &kid, &thief).unwrap_or_default()
        },
        colour: Colour::Red,
        verdict: Code::HolderProofWrong,
        axes: &[(Axis::Holder, Code::HolderProofWrong)],
        ..SOUND
    },
    Plan {
        name: "a badge as a plain token, as a file",
        signed: Microcredential::signed_as_badge_jwt,
        text: |it| it.text.clone(),
        colour: Colour::Amber,
        verdict: Code::RealNotShownByHolder,
        axes: &[(Axis::Holder, Code::HolderNotChallenged)],
        ..SOUND
    },
    Plan {
        name: "an answer to the verifier's code",
        settings: |it| it.challenge = Some(CHALLENGE.to_owned()),
        text: |it| it.answering(CHALLENGE, now()),
        axes: &[(Axis::Holder, Code::HolderAnswered)],
        ..SOUND
    },
    Plan {
        name: "an answer to another code",
        settings: |it| it.challenge = Some(CHALLENGE.to_owned()),
        text: |it| it.answering("111111", now()),
        colour: Colour::Red,
        verdict: Code::AnswersOtherChallenge,
        axes: &[(Axis::Holder, Code::AnswersOtherChallenge)],
        ..SOUND
    },
    Plan {
        name: "shown without the code that was asked for",
        settings: |it| it.challenge = Some(CHALLENGE.to_owned()),
        colour: Colour::Grey,
        verdict: Code::ShownWithoutChallenge,
        axes: &[(Axis::Holder, Code::ShownWithoutChallenge)],
        ..SOUND
    },
    Plan {
        name: "a presentation of three days ago",
        text: |it| it.shown_at(now() - Duration::days(3)),
        colour: Colour::Grey,
        verdict: Code::PresentationTooOld,
        axes: &[(Axis::Holder, Code::PresentationTooOld)],
        ..SOUND
    },
    Plan {
        name: "a presentation from the future",
        text: |it| it.shown_at(now() + Duration::minutes(12)),
        colour: Colour::Grey,
        verdict: Code::PresentationFromFuture,
        axes: &[(Axis::Holder, Code::PresentationFromFuture)],
        ..SOUND
    },
    Plan {
        name: "a presentation four minutes ahead, within the tolerance",
        text: |it| it.shown_at(now() + Duration::minutes(4)),
        ..SOUND
    },
    Plan {
        name: "a copy, not shown by its holder",
        text: |it| it.text.clone(),
        colour: Colour::Amber,
        verdict: Code::RealNotShownByHolder,
        axes: &[(Axis::Holder, Code::HolderNotChallenged)],
        ..SOUND
    },
    Plan {
        name: "a credential shown with somebody else's key",
        text: |it| {
            let thief = key(Algorithm::Es256, "thief");
            let stolen = it
                .sd_jwt()
                .bind("urn:waarmerk:show", "unchallenged", now(), &thief);
            stolen.unwrap_or_default()
        },
        colour: Colour::Red,
        verdict: Code::HolderProofWrong,
        axes: &[(Axis::Holder, Code::HolderProofWrong)],
        ..SOUND
    },
    Plan {
        name: "a credential that ends later",
        credential: |it| it.expiring_on(day("2030-01-01")),
        axes: &[(Axis::Validity, Code::ValidUntil)],
        ..SOUND
    },
    Plan {
        name: "an expired credential",
        credential: |it| it.expiring_on(day("2026-11-01")),
        colour: Colour::Red,
        verdict: Code::Expired,
        axes: &[(Axis::Validity, Code::Expired)],
        ..SOUND
    },
    Plan {
        name: "a credential that is not valid yet",
        credential: |it| it.changed(|credential| credential["nbf"] = 1_800_000_000.into()),
        colour: Colour::Red,
        verdict: Code::NotYetValid,
        axes: &[(Axis::Validity, Code::NotYetValid)],
        ..SOUND
    },
    Plan {
        name: "a credential with a date that cannot be read",
        credential: |it| it.changed(|credential| credential["exp"] = "2030-01-01".into()),
        colour: Colour::Grey,
        verdict: Code::DatesUnreadable,
        axes: &[(Axis::Validity, Code::DatesUnreadable)],
        ..SOUND
    },
    Plan {
        name: "a credential with an end beyond all years",
        credential: |it| it.changed(|credential| credential["exp"] = 1e300.into()),
        colour: Colour::Grey,
        verdict: Code::DatesUnreadable,
        axes: &[(Axis::Validity, Code::DatesUnreadable)],
        ..SOUND
    },
    Plan {
        name: "an answer to a code that was not asked for",
        text: |it| it.answering("111111", now()),
        colour: Colour::Grey,
        verdict: Code::AnswersUnaskedChallenge,
        axes: &[(Axis::Holder, Code::AnswersUnaskedChallenge)],
        ..SOUND
    },
    Plan {
        name: "a copy in the place of an answer to the verifier's code",
        settings: |it| it.challenge = Some(CHALLENGE.to_owned()),
        text: |it| it.text.clone(),
        colour: Colour::Grey,
        verdict: Code::ShownWithoutChallenge,
        axes: &[(Axis::Holder, Code::ShownWithoutChallenge)],
        ..SOUND
    },
    Plan {
        name: "a credential whose end its holder left out",
        credential: |it| it.expiring_on(day("2026-11-01")).letting_hide(&["/validUntil"]),
        text: |it| it.shown_without(&["/validUntil"]),
        colour: Colour::Grey,
        verdict: Code::StatusMayBeHidden,
        axes: END_AND_STATUS_MAY_BE_HIDDEN,
        ..SOUND
    },
    Plan {
        name: "a revoked credential whose holder left out where to see that",
        credential: |it| it.revoked().letting_hide(&["/credentialStatus/0"]),
        text: |it| it.shown_without(&["/credentialStatus/0"]),
        colour: Colour::Grey,
        verdict: Code::StatusMayBeHidden,
        axes: &[(Axis::Status, Code::StatusMayBeHidden)],
        ..SOUND
    },
    Plan {
        name: "a credential that its issuer may revoke and not suspend",
        credential: |it| it.changed(|credential| one_entry(credential, "revocation")),
        axes: &[(Axis::Status, Code::StatusNotRevoked)],
        ..SOUND
    },
    Plan {
        name: "a credential that its issuer may suspend and not revoke",
        credential: |it| it.changed(|credential| one_entry(credential, "suspension")),
        axes: &[(Axis::Status, Code::StatusNotSuspended)],
        ..SOUND
    },
];

/// Something was left out at the top, which might be either.
const END_AND_STATUS_MAY_BE_HIDDEN: &[(Axis, Code)] = &[
    (Axis::Validity, Code::EndMayBeHidden),
    (Axis::Status, Code::StatusMayBeHidden),
];

/// Leaves one of the status entries.
fn one_entry(credential: &mut Value, purpose: &str) {
    if let Some(entries) = credential["credentialStatus"].as_array_mut() {
        entries.retain(|entry| entry["statusPurpose"] == purpose);
    }
}
