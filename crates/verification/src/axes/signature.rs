//! Is it unchanged since it was signed?

use proofs::data_integrity::Cryptosuite;
use serde_json::json;

use crate::{
    check::Check,
    document::{Document, Signature},
    messages::Code,
    report::{Axis, AxisReport, Outcome},
};

pub(crate) fn check(check: &Check<'_>, document: &Document, signature: &Signature) -> AxisReport {
    let was_left_alone = document
        .issuer()
        .is_some_and(|issuer| check.leaves_alone(&issuer));
    let (outcome, code, detail) = match signature {
        Signature::Sound | Signature::OtherPurpose => (Outcome::Passed, Code::SignatureSound, None),
        Signature::Wrong(detail) => (Outcome::Failed, Code::SignatureWrong, Some(detail.clone())),
        Signature::NoKey(_) if was_left_alone => (Outcome::Inconclusive, Code::SignatureNotAsked, None),
        Signature::NoKey(error) => (
            Outcome::Inconclusive,
            Code::SignatureNoKey,
            Some(error.to_string()),
        ),
        Signature::Base => (Outcome::Inconclusive, Code::BaseProof, None),
        Signature::Unknown(detail) | Signature::UnknownTerms { detail, .. } => (
            Outcome::Inconclusive,
            Code::SignatureUnknown,
            Some(detail.clone()),
        ),
    };
    AxisReport::new(Axis::Signature, outcome, code).with_evidence(json!({
        "format": document.format(),
        "cryptosuite": document.cryptosuite().map(Cryptosuite::name),
        "kid": document.kid,
        "detail": detail,
    }))
}
