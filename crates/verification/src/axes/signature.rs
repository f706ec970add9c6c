//! Is it unchanged since it was signed?

use serde_json::json;

use crate::{
    document::{Document, Signature},
    messages::Code,
    report::{Axis, AxisReport, Outcome},
};

pub(crate) fn check(document: &Document, signature: &Signature) -> AxisReport {
    let (outcome, code, detail) = match signature {
        Signature::Sound | Signature::OtherPurpose => (Outcome::Passed, Code::SignatureSound, None),
        Signature::Wrong(detail) => (Outcome::Failed, Code::SignatureWrong, Some(detail.clone())),
        Signature::NoKey(error) => (
            Outcome::Inconclusive,
            Code::SignatureNoKey,
            Some(error.to_string()),
        ),
        Signature::Unknown(detail) | Signature::UnknownTerms { detail, .. } => (
            Outcome::Inconclusive,
            Code::SignatureUnknown,
            Some(detail.clone()),
        ),
    };
    AxisReport::new(Axis::Signature, outcome, code)
        .with_evidence(json!({ "format": document.format(), "kid": document.kid, "detail": detail }))
}
