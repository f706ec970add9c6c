//! Did the holder show it, just now? Says exactly what is known: the holder's key signed, never who the person is.

use chrono::Duration;
use proofs::{
    did::{self, Purpose},
    sd_jwt::{KeyBinding, SdJwt},
};
use serde_json::json;
use share_link::ShareId;

use crate::{
    check::{CLOCK_TOLERANCE, Check},
    clock::{Clock, in_words},
    document::Document,
    link::Shared,
    messages::{Blank, Code},
    report::{Axis, AxisReport, Outcome},
};

/// The nonce of a presentation that answers nobody.
const UNCHALLENGED: &str = "unchallenged";

pub(crate) fn check(check: &Check<'_>, document: &Document) -> AxisReport {
    let not_challenged = || AxisReport::new(Axis::Holder, Outcome::Inconclusive, Code::HolderNotChallenged);
    let failed = |why: &str| {
        AxisReport::new(Axis::Holder, Outcome::Failed, Code::HolderProofWrong)
            .with_evidence(json!({ "detail": why }))
    };
    let Some(token) = document.sd_jwt().filter(|token| token.key_binding().is_some()) else {
        return not_challenged();
    };
    let holder = match token.holder_key() {
        Ok(Some(holder)) => holder,
        Ok(None) => return failed("the credential names no key of its holder"),
        Err(error) => return failed(&error.to_string()),
    };
    if subject_has_other_key(document, token) {
        return failed("the credential is about somebody else than its holder");
    }
    let binding = match token.verify_key_binding(&holder) {
        Ok(binding) => binding,
        Err(error) => return failed(&error.to_string()),
    };
    if let Some(shared) = &document.shared {
        return by_link(check, shared, &binding);
    }
    if ShareId::from_uri(&binding.audience).is_some() {
        return AxisReport::filled(
            Axis::Holder,
            Outcome::Inconclusive,
            Code::SharedByLinkAlone,
            &[("date", Blank::Date(binding.issued_at))],
        )
        .with_evidence(json!({ "sharedAt": binding.issued_at }))
        .known_on(binding.issued_at);
    }
    if binding.audience != check.settings.audience {
        return failed("it was made for another audience");
    }
    let challenge = check.settings.challenge.as_deref();
    if challenge.is_some_and(|challenge| challenge != binding.nonce && binding.nonce != UNCHALLENGED) {
        return AxisReport::new(Axis::Holder, Outcome::Failed, Code::AnswersOtherChallenge)
            .with_evidence(json!({ "detail": "it answers another challenge", "madeAt": binding.issued_at }));
    }

    let age = check.at - binding.issued_at;
    let longest = Duration::minutes(i64::from(check.settings.freshness_minutes));
    let (outcome, code) = if age < -CLOCK_TOLERANCE {
        let code = match check.clock {
            // Ours was compared with another, so it is theirs.
            Clock::Right => Code::HolderClockAhead,
            Clock::Unknown | Clock::Off(_) => Code::PresentationFromFuture,
        };
        (Outcome::Failed, code)
    } else if age > longest {
        (Outcome::Failed, Code::PresentationTooOld)
    } else {
        match challenge {
            Some(challenge) if challenge == binding.nonce => (Outcome::Passed, Code::HolderAnswered),
            Some(_) => (Outcome::Inconclusive, Code::ShownWithoutChallenge),
            None => (Outcome::Passed, Code::HolderShown),
        }
    };
    AxisReport::filled(
        Axis::Holder,
        outcome,
        code,
        &[("age", Blank::Text(in_words(age)))],
    )
    .with_evidence(json!({ "madeAt": binding.issued_at, "ageSeconds": age.num_seconds() }))
    .known_on(binding.issued_at)
}

/// What the holder signed for a link must be for this link, and the day within the time that was signed with it.
///
/// It does not grow old in minutes, and answers nobody: a code that was asked for is not in it.
fn by_link(check: &Check<'_>, Shared { id, share }: &Shared, binding: &KeyBinding) -> AxisReport {
    let terms = &share.terms;
    let failed = |why: &str| {
        AxisReport::new(Axis::Holder, Outcome::Failed, Code::HolderProofWrong)
            .with_evidence(json!({ "detail": why }))
    };
    if binding.audience != id.uri() {
        return failed("it was made for another link");
    }
    if binding.nonce != terms.digest() || binding.issued_at != terms.created() {
        return failed("the purpose or the dates of the link are not those that the holder signed");
    }
    let (outcome, code) = if binding.issued_at > check.at + CLOCK_TOLERANCE {
        match check.clock {
            Clock::Right => (Outcome::Failed, Code::HolderClockAhead),
            Clock::Off(_) | Clock::Unknown => (Outcome::Failed, Code::PresentationFromFuture),
        }
    } else if check.at >= terms.until() {
        (Outcome::Failed, Code::LinkEnded)
    } else if check.settings.challenge.is_some() {
        (Outcome::Inconclusive, Code::ShownWithoutChallenge)
    } else {
        (Outcome::Passed, Code::SharedByLink)
    };
    let blanks = [
        ("date", Blank::Date(binding.issued_at)),
        // The last moment at which it counts, so that a link that ends at midnight is not a day longer.
        ("end", Blank::Date(terms.until() - Duration::seconds(1))),
        ("age", Blank::Text(in_words(check.at - binding.issued_at))),
    ];
    AxisReport::filled(Axis::Holder, outcome, code, &blanks)
        .with_evidence(json!({ "sharedAt": binding.issued_at, "linkUntil": terms.until() }))
        .known_on(binding.issued_at)
}

/// Whether the subject is a party whose key is another than the one the credential is bound to.
fn subject_has_other_key(document: &Document, token: &SdJwt) -> bool {
    let subject = document
        .facts
        .as_ref()
        .ok()
        .and_then(|facts| facts.holder.as_ref());
    let Some(Ok(subject)) = subject.and_then(did::resolve_local) else {
        return false;
    };
    let holder = token.holder_key().ok().flatten().map(|key| key.thumbprint());
    !subject.verification_methods().iter().any(|method| {
        let key = subject.key(method.id(), Purpose::Authentication).ok();
        key.map(|key| key.thumbprint()) == holder
    })
}
