//! The rules of SD-JWT VC and of our type.

use credentials::sd_jwt_vc::VCT;
use serde_json::Value;

use crate::document::Document;

/// The claim that breaks a rule which every credential of our type follows; what other types ask is theirs.
pub(super) fn broken_rule(document: &Document) -> Option<&'static str> {
    let claims = &document.credential;
    if claims.get("vct").and_then(Value::as_str) != Some(VCT) {
        return None;
    }
    let rules = [
        ("iss", claims.get("iss").is_some_and(Value::is_string)),
        ("cnf", claims.get("cnf").is_some_and(Value::is_object)),
        ("status", claims.get("status").is_none_or(Value::is_object)),
        // A learner is known by a key alone.
        ("sub", claims.get("sub").is_none()),
        // Such a credential would say two things at once, each to another reader.
        (
            "vc",
            claims.get("vc").is_none() && claims.get("@context").is_none(),
        ),
    ];
    rules
        .into_iter()
        .find(|(_, holds)| !holds)
        .map(|(claim, _)| claim)
}
