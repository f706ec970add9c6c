//! Is it built as the standards say? VCDM 2.0 §4 and Open Badges 3.0, or SD-JWT VC and its type, as far as the other
//! checks rely on them.

mod sd_jwt_vc;

use credentials::Text;
use credentials::data_model;
use credentials::open_badges::minimum_context::{self, Claim};
use credentials::open_badges::{Facts, FactsError, Group};
use proofs::json_ld::Contexts;
use serde_json::{Value, json};

use crate::{
    document::{Document, Secured, Signature, data_model_1, parse_moment},
    messages::{Blank, Code},
    report::{Axis, AxisReport, Outcome},
};

const BASE_CONTEXT: &str = "https://www.w3.org/ns/credentials/v2";
const BADGE_CONTEXT: &str = "https://purl.imsglobal.org/spec/ob/v3p0/context";

pub(crate) fn check(document: &Document, signature: &Signature) -> AxisReport {
    let (found, evidence) = match document.secured {
        Secured::SdJwtVc(_) => (
            sd_jwt_vc::broken_rule(document).map(broken),
            json!({ "vct": document.credential.get("vct") }),
        ),
        Secured::Jose(_) | Secured::DataIntegrity { .. } => w3c(document, signature),
    };
    let result = found.or_else(|| match &document.facts {
        Err(FactsError::OtherKind) => Some((Outcome::Inconclusive, Code::OtherKind, String::new())),
        Err(FactsError::Unusable(member)) => Some(broken(member)),
        Err(FactsError::NotAnObject) => Some(broken("JSON")),
        Ok(_) => None,
    });
    let separated = || separated(document.facts.as_ref().ok()?, document);
    if result.is_none()
        && let Some((shown, missing)) = separated()
    {
        let blanks = [("shown", Blank::Text(shown)), ("what", Blank::Text(missing))];
        return AxisReport::filled(
            Axis::Structure,
            Outcome::Inconclusive,
            Code::MinimumContextBroken,
            &blanks,
        )
        .with_evidence(evidence);
    }
    let (outcome, code, what) = result.unwrap_or((Outcome::Passed, Code::StructureSound, String::new()));
    AxisReport::filled(
        Axis::Structure,
        outcome,
        code,
        &[("what", Blank::Same(what.chars().take(300).collect()))],
    )
    .with_evidence(evidence)
}

type Found = (Outcome, Code, String);

fn broken(member: &str) -> Found {
    (Outcome::Failed, Code::StructureBroken, member.to_owned())
}

fn w3c(document: &Document, signature: &Signature) -> (Option<Found>, Value) {
    let contexts = document.credential.get("@context");
    let found = broken_rule(document)
        .map(broken)
        .or_else(|| broken_data_model(document))
        .or_else(|| foreign_context(contexts))
        .or_else(|| match signature {
            Signature::UnknownTerms { term, .. } => {
                Some((Outcome::Inconclusive, Code::UnknownContext, term.clone()))
            }
            _ => None,
        });
    let evidence = json!({ "contexts": contexts, "types": document.credential.get("type") });
    (found, evidence)
}

/// The place that breaks a rule of the data model, as the credential was signed.
fn broken_data_model(document: &Document) -> Option<Found> {
    let signed = match &document.secured {
        Secured::DataIntegrity { signed, .. } => signed,
        // In the earlier form of tokens the dates are the token's.
        _ if data_model_1::is_one(&document.credential) => return None,
        Secured::Jose(_) | Secured::SdJwtVc(_) => &document.credential,
    };
    let violations = data_model::check_credential(signed).err()?;
    // What is empty because its holder keeps it back was not empty when it was signed; other checks say what is missing.
    let hidden = document.hidden_in();
    let as_signed = violations
        .iter()
        .find(|violation| !hidden.contains(&violation.pointer));
    as_signed.map(|violation| broken(&violation.pointer))
}

/// The member that breaks a rule every credential of the data model follows.
fn broken_rule(document: &Document) -> Option<&'static str> {
    let credential = &document.credential;
    let is_date = |member: &str| match credential.get(member) {
        None => true,
        Some(date) => date.as_str().and_then(parse_moment).is_some(),
    };
    let issuer = credential.get("issuer");
    let issuer = issuer.and_then(|issuer| issuer.as_str().or_else(|| issuer.get("id")?.as_str()));
    let is_address = |text: &str| {
        text.split_once(':')
            .is_some_and(|(scheme, rest)| !scheme.is_empty() && !rest.is_empty())
    };
    let id_is_sound = credential
        .get("id")
        .is_none_or(|id| id.as_str().is_some_and(is_address));
    let has_subject = match credential.get("credentialSubject") {
        Some(Value::Object(subject)) => !subject.is_empty(),
        // An achievement credential is about one learner (Open Badges 3.0).
        Some(Value::Array(subjects)) => subjects.len() == 1,
        _ => false,
    };
    let first_context = credential.get("@context").and_then(|contexts| contexts.get(0));
    let is_old = document.may_be_old() && data_model_1::is_one(credential);
    let rules = [
        (
            "@context",
            is_old || first_context.and_then(Value::as_str) == Some(BASE_CONTEXT),
        ),
        (
            "type",
            types(credential).any(|kind| kind == "VerifiableCredential"),
        ),
        ("id", id_is_sound),
        ("issuer", issuer.is_some_and(is_address)),
        (
            "validFrom",
            credential.get("validFrom").is_some() && is_date("validFrom"),
        ),
        ("validUntil", is_date("validUntil")),
        ("credentialSubject", has_subject),
    ];
    rules
        .into_iter()
        .find(|(_, holds)| !holds)
        .map(|(member, _)| member)
}

fn types(credential: &Value) -> impl Iterator<Item = &str> {
    let kinds = match credential.get("type") {
        Some(Value::Array(kinds)) => kinds.as_slice(),
        Some(single) => std::slice::from_ref(single),
        None => &[],
    };
    kinds.iter().filter_map(Value::as_str)
}

/// A context that is not part of this program; what its terms mean cannot be told, and nothing is fetched.
fn foreign_context(contexts: Option<&Value>) -> Option<Found> {
    let contexts = contexts?.as_array()?;
    let unknown = contexts.iter().find_map(|context| match context {
        Value::String(url) if Contexts::bundled().urls().any(|known| known == url) => None,
        Value::String(url) => Some(url.clone()),
        _ => Some("@context".to_owned()),
    });
    let is_badge = contexts
        .iter()
        .filter_map(Value::as_str)
        .any(|url| url.starts_with(BADGE_CONTEXT));
    match unknown {
        Some(unknown) => Some((Outcome::Inconclusive, Code::UnknownContext, unknown)),
        None if is_badge => None,
        None => Some((Outcome::Inconclusive, Code::OtherKind, String::new())),
    }
}

/// What is shown while something that the profile says travels with it is left out.
///
/// Only where the holder may have left just that out: what the issuer never said is not for the holder to add.
fn separated(facts: &Facts, document: &Document) -> Option<(Text, Text)> {
    minimum_context::rules(facts).iter().find_map(|rule| {
        let missing = rule.missing(facts).into_iter();
        let missing: Vec<Text> = missing
            .filter(|claim| document.may_hide(*claim))
            .map(in_words)
            .collect();
        (!missing.is_empty()).then(|| {
            (
                group_in_words(rule.group),
                Text::joined(&missing, " en ", " and "),
            )
        })
    })
}

fn group_in_words(group: Group) -> Text {
    match group {
        Group::Name => Text::new("de naam", "the name"),
        Group::Outcomes => Text::new("de leeruitkomsten", "the outcomes"),
        Group::Assessment => Text::new("de toetsing", "the assessment"),
        Group::Result => Text::new("het resultaat", "the result"),
        Group::Evidence => Text::new("het bewijsmateriaal", "the evidence"),
    }
}

fn in_words(claim: Claim) -> Text {
    match claim {
        Claim::Level => Text::new("het niveau", "the level"),
        Claim::Size => Text::new("de omvang", "the size"),
        Claim::Scale => Text::new("de schaal", "the scale"),
    }
}
