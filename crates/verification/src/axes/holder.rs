//! Did the holder show it, just now? Says exactly what is known: the holder's key signed, never who the person is.

use chrono::Duration;
use proofs::{
    did::{self, Purpose},
    sd_jwt::{KeyBinding, SdJwt},
    vc_jose::SecuredPresentation,
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

/// Why it is not known what the holder signed.
enum Unbound {
    /// Nothing says that the holder shows it.
    NotShown,
    /// Something says so, and does not hold.
    Wrong(String),
}

/// What the holder signed, if that holds.
pub(crate) fn binding(document: &Document) -> Option<KeyBinding> {
    bound(document).ok()
}

fn bound(document: &Document) -> Result<KeyBinding, Unbound> {
    let wrong = |why: &str| Unbound::Wrong(why.to_owned());
    if let Some(presentation) = &document.presented {
        return by_presentation(document, presentation);
    }
    let token = document
        .sd_jwt()
        .filter(|token| token.key_binding().is_some())
        .ok_or(Unbound::NotShown)?;
    let holder = match token.holder_key() {
        Ok(Some(holder)) => holder,
        Ok(None) => return Err(wrong("the credential names no key of its holder")),
        Err(error) => return Err(Unbound::Wrong(error.to_string())),
    };
    match subject_has_key(document, token) {
        Some(true) => {}
        Some(false) => return Err(wrong("the credential is about somebody else than its holder")),
        // Its keys would have to be fetched, which nobody who checks does for a holder.
        None => return Err(Unbound::NotShown),
    }
    token
        .verify_key_binding(&holder)
        .map_err(|error| Unbound::Wrong(error.to_string()))
}

/// A presentation that is a token of its own must be signed with the key that the credential is bound to, or
/// with that of its subject.
fn by_presentation(document: &Document, presentation: &SecuredPresentation) -> Result<KeyBinding, Unbound> {
    let wrong = |why: &str| Unbound::Wrong(why.to_owned());
    let Some(kid) = presentation.kid() else {
        return Err(wrong("the presentation names no key of its holder"));
    };
    let method = match did::resolve_local(kid.did()) {
        Some(Ok(document)) => document.key(kid, Purpose::Authentication),
        // Its key would have to be fetched, which nobody who checks does for a holder.
        Some(Err(_)) | None => return Err(Unbound::NotShown),
    };
    let key = method.map_err(|error| Unbound::Wrong(error.to_string()))?;
    presentation
        .verify(&key)
        .map_err(|error| Unbound::Wrong(error.to_string()))?;
    if presentation.require_holder().is_err() {
        return Err(wrong(
            "the presentation is signed by somebody else than its holder",
        ));
    }
    let bound = match document.sd_jwt().map(SdJwt::holder_key) {
        Some(Ok(bound)) => bound,
        Some(Err(error)) => return Err(Unbound::Wrong(error.to_string())),
        None => None,
    };
    let subject = document
        .facts
        .as_ref()
        .ok()
        .and_then(|facts| facts.holder.clone());
    let is_holders = match (&bound, &subject) {
        (Some(bound), _) => *bound == key,
        (None, Some(subject)) => *subject == *kid.did(),
        (None, None) => return Err(wrong("the credential names no key of its holder")),
    };
    if !is_holders {
        return Err(wrong(
            "the presentation is signed by somebody else than the credential is about",
        ));
    }
    // One that is for nobody can be passed on like a copy.
    presentation.binding().ok_or(Unbound::NotShown)
}

pub(crate) fn check(check: &Check<'_>, document: &Document) -> AxisReport {
    let failed = |why: &str| {
        AxisReport::new(Axis::Holder, Outcome::Failed, Code::HolderProofWrong)
            .with_evidence(json!({ "detail": why }))
    };
    let binding = match bound(document) {
        Ok(binding) => binding,
        // Whoever was asked for a code and hands over less than an answer is told so: taking the holder's
        // signature away must not make it look better.
        Err(Unbound::NotShown) => {
            let code = match check.settings.challenge {
                Some(_) => Code::ShownWithoutChallenge,
                None => Code::HolderNotChallenged,
            };
            return AxisReport::new(Axis::Holder, Outcome::Inconclusive, code);
        }
        Err(Unbound::Wrong(why)) => return failed(&why),
    };
    if let Some(shared) = &document.shared {
        return by_link(check, shared, &binding);
    }
    if ShareId::from_uri(&binding.audience).is_some() {
        let (outcome, code) = if binding.issued_at > check.at + CLOCK_TOLERANCE {
            (Outcome::Failed, ahead(check))
        } else if check.settings.challenge.is_some() {
            (Outcome::Inconclusive, Code::ShownWithoutChallenge)
        } else {
            (Outcome::Inconclusive, Code::SharedByLinkAlone)
        };
        let blanks = [
            ("date", Blank::Date(binding.issued_at)),
            ("age", Blank::Text(in_words(check.at - binding.issued_at))),
        ];
        return AxisReport::filled(Axis::Holder, outcome, code, &blanks)
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
    let end = document.presented.as_ref().and_then(SecuredPresentation::ends);
    let has_ended = end.is_some_and(|end| end < check.at - CLOCK_TOLERANCE);
    let (outcome, code) = if age < -CLOCK_TOLERANCE {
        (Outcome::Failed, ahead(check))
    } else if age > longest || has_ended {
        (Outcome::Failed, Code::PresentationTooOld)
    } else {
        match challenge {
            Some(challenge) if challenge == binding.nonce => (Outcome::Passed, Code::HolderAnswered),
            Some(_) => (Outcome::Inconclusive, Code::ShownWithoutChallenge),
            None if binding.nonce == UNCHALLENGED => (Outcome::Passed, Code::HolderShown),
            // Made for somebody else, who may be passing it on.
            None => (Outcome::Inconclusive, Code::AnswersUnaskedChallenge),
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

/// What to say of a presentation from the future.
fn ahead(check: &Check<'_>) -> Code {
    match check.clock {
        // Ours was compared with another, so it is theirs.
        Clock::Right => Code::HolderClockAhead,
        Clock::Unknown | Clock::Off(_) => Code::PresentationFromFuture,
    }
}

/// What the holder signed for a link must be for this link, and the day within the time that was signed with it.
///
/// It does not grow old in minutes, and answers nobody: a code that was asked for is not in it.
fn by_link(check: &Check<'_>, Shared { link, share }: &Shared, binding: &KeyBinding) -> AxisReport {
    let terms = &share.terms;
    let failed = |why: &str| {
        AxisReport::new(Axis::Holder, Outcome::Failed, Code::HolderProofWrong)
            .with_evidence(json!({ "detail": why }))
    };
    if binding.audience != link.id().uri() {
        return failed("it was made for another link");
    }
    if binding.nonce != terms.digest(link) || binding.issued_at != terms.created() {
        return failed(
            "the store, the purpose or the dates of the link are not those that the holder signed",
        );
    }
    let (outcome, code) = if binding.issued_at > check.at + CLOCK_TOLERANCE {
        (Outcome::Failed, ahead(check))
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

/// Whether the key that the credential is bound to is one of its subject's; `None` where the subject is a party whose
/// keys are not in its name. A credential without such a subject is about whoever has the key.
fn subject_has_key(document: &Document, token: &SdJwt) -> Option<bool> {
    let facts = document.facts.as_ref().ok();
    let Some(subject) = facts.and_then(|facts| facts.holder.as_ref()) else {
        return Some(true);
    };
    let subject = did::resolve_local(subject)?.ok()?;
    let holder = token.holder_key().ok().flatten().map(|key| key.thumbprint());
    Some(subject.verification_methods().iter().any(|method| {
        let key = subject.key(method.id(), Purpose::Authentication).ok();
        key.map(|key| key.thumbprint()) == holder
    }))
}
