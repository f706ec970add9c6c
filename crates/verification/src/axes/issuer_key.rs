//! Is the signing key the issuer's, meant for issuing, and did it count when it signed?

use proofs::did::{LookupError, Purpose};
use serde_json::json;
use trust::Key;

use crate::{
    check::Check,
    document::{Document, Signature},
    issuance_time::IssuanceTime,
    messages::Code,
    report::{Axis, AxisReport, Outcome},
};

pub(crate) fn check(
    check: &Check<'_>,
    document: &Document,
    signature: &Signature,
    time: &IssuanceTime,
) -> AxisReport {
    let (Some(issuer), Some(kid)) = (document.issuer(), &document.kid) else {
        return AxisReport::new(Axis::IssuerKey, Outcome::Inconclusive, Code::KeyUnknown);
    };
    if matches!(signature, Signature::NoKey(_)) && *kid.did() == issuer && check.leaves_alone(&issuer) {
        return AxisReport::new(Axis::IssuerKey, Outcome::NotApplicable, Code::NotChecked);
    }
    let registered = check.list_with(&issuer).map(|list| list.key(kid));
    let (outcome, code) = if *kid.did() != issuer {
        (Outcome::Failed, Code::KeyNotIssuers)
    } else if let Signature::OtherPurpose = signature {
        (Outcome::Failed, Code::KeyForOtherUse)
    } else {
        match registered {
            Some(None) => (Outcome::Failed, Code::KeyNotRegistered),
            Some(Some(registered)) if counted(check, registered.key, document, time) => {
                (Outcome::Passed, Code::KeySound)
            }
            Some(Some(_)) => (Outcome::Failed, Code::KeyOutsideWindow),
            None => match check.key(kid, Purpose::AssertionMethod) {
                Ok(_) => (Outcome::Passed, Code::KeyByIssuerAlone),
                Err(LookupError::NotForPurpose { .. }) => (Outcome::Failed, Code::KeyForOtherUse),
                Err(
                    LookupError::OtherDocument(_) | LookupError::OtherController(_) | LookupError::Revoked(_),
                ) => (Outcome::Failed, Code::KeyNotIssuers),
                Err(
                    LookupError::UnknownMethod(_) | LookupError::Key { .. } | LookupError::Unresolved { .. },
                ) => (Outcome::Inconclusive, Code::KeyUnknown),
            },
        }
    };
    let key = registered.flatten().map(|registered| registered.key);
    AxisReport::new(Axis::IssuerKey, outcome, code).with_evidence(json!({
        "issuer": issuer,
        "kid": kid,
        "thumbprint": key.map(|key| &key.jwk_thumbprint),
        "notBefore": key.map(|key| key.not_before),
        "notAfter": key.and_then(|key| key.not_after),
        "compromisedAt": key.and_then(|key| key.compromised_at),
        "signedAt": document.signed_at(),
        "provenAt": time.proven(),
    }))
}

/// Whether the key counted at some moment at which it may have signed by the issuer's own word.
fn counted(check: &Check<'_>, key: &Key, document: &Document, time: &IssuanceTime) -> bool {
    let latest = document.signed_by().map(|latest| latest.min(check.at));
    check.counts_by(key, document.signed_at(), time) || check.counts_by(key, latest, time)
}
