//! SD-JWT VC, format `dc+sd-jwt`: projected from an award, and read back as facts.
//!
//! The shape is that of `specs/credential-profile/`. Registered claims are those of SD-JWT VC
//! ([draft-ietf-oauth-sd-jwt-vc](https://datatracker.ietf.org/doc/draft-ietf-oauth-sd-jwt-vc/)) and
//! RFC 7519; signing and hiding is done by `proofs`.

mod facts;
mod type_metadata;

pub use crate::projection::ProjectionError;
pub use facts::facts;
pub use type_metadata::type_metadata;

use crate::award::Award;
use crate::facts::Group;
use crate::projection::{PrimarySize, Sound, is_absolute, language_map, number, object};
use crate::{CredentialId, Did, dutch_day, start_of_dutch_day};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use type_metadata::{CLAIMS, Disclosure};

/// The type of our SD-JWT VCs; its metadata is [`type_metadata`].
pub const VCT: &str = "https://ns.example.org/vct/microcredential/1";

/// The one Open Badges achievement type that [`VCT`] stands for.
const CREDENTIAL_TYPE: &str = "MicroCredential";

/// What differs from copy to copy of one award.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// The copy's own identifier.
    pub id: CredentialId,
    /// The unit that issues: `iss`, to which the key named by the token's `kid` belongs.
    pub issuer_did: Did,
    /// The institution the unit is part of.
    pub institution_did: Did,
    /// The holder's public key as a JWK; only `kty`, `crv`, `x` and `y` of it enter the credential.
    pub holder_jwk: Value,
    /// Its place in a token status list.
    pub status: TokenStatusEntry,
    /// Where the achievement is described.
    pub achievement_url: String,
    /// When the copy is signed; the credential tells the day alone.
    pub issued_at: DateTime<Utc>,
}

/// One place in a token status list (Token Status List, "Referenced Token": `status_list`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenStatusEntry {
    /// The list's address.
    pub uri: String,
    /// The place in the list.
    pub index: u32,
}

/// The claims of `award` for one copy, before any is hidden, holder's key and status included.
///
/// Refuses an award that lacks what every microcredential must say (as
/// [`open_badges::credential`](crate::open_badges::credential) does), one of another type than a
/// microcredential, and a holder's key that is not a public one.
///
/// `nbf` and `iat` are the beginnings of the days of award and of signing in the Netherlands, so
/// that moments link no two copies.
pub fn claims(award: &Award, details: &Details) -> Result<Value, ProjectionError> {
    use ProjectionError::{Missing, Unusable};
    let sound = Sound::of(award, &details.achievement_url)?;
    let achievement = &award.achievement;
    if achievement
        .credential_type
        .as_deref()
        .is_some_and(|kind| kind != CREDENTIAL_TYPE)
    {
        return Err(Unusable("credential type"));
    }
    if !is_absolute(&details.status.uri) {
        return Err(Unusable("address of the status list"));
    }
    let participant = award.participant.as_ref().ok_or(Missing("participant's name"))?;
    let name = |part: &str| Some(part.trim().to_owned()).filter(|part| !part.is_empty());
    // Who has one name has it as the family name, which every wallet expects.
    let (given_name, family_name) = match (name(&participant.given_name), name(&participant.family_name)) {
        (given, Some(family)) => (given, Some(family)),
        (only, None) => (None, only),
    };

    let awarded_on = dutch_day(sound.awarded_at);
    let size = achievement.size.as_ref();
    let (ects, hours, sbu) = match sound.size {
        PrimarySize::Ec(ec) => (
            Some(number(ec)),
            size.and_then(|size| size.hours).map(Value::from),
            None,
        ),
        PrimarySize::Hours(hours) => (None, Some(hours.into()), None),
        PrimarySize::Sbu(sbu) => (None, None, Some(sbu.into())),
    };
    let text = |text: &Option<String>| text.as_deref().map(Value::from);
    let framework = object([
        ("id", Some(sound.framework.id.as_str().into())),
        ("version", Some(sound.framework.version.as_str().into())),
        ("digest_sri", text(&sound.framework.digest_sri)),
    ]);
    let outcomes: Vec<Value> = achievement
        .outcomes
        .iter()
        .filter_map(|outcome| language_map(&outcome.text))
        .collect();
    let result = award.result.as_ref().map(|result| {
        object([
            ("value", Some(result.value.as_str().into())),
            // In the same disclosure, since a grade means nothing without it.
            ("scale", text(&result.scale)),
        ])
    });
    Ok(object([
        ("iss", Some(json!(details.issuer_did))),
        ("vct", Some(VCT.into())),
        ("iat", Some(day_of(details.issued_at))),
        ("nbf", Some(day_of(sound.awarded_at))),
        ("exp", award.expires_at.map(|until| until.timestamp().into())),
        ("cnf", Some(json!({"jwk": public_key(&details.holder_jwk)?}))),
        (
            "status",
            Some(json!({"status_list": {"idx": details.status.index, "uri": details.status.uri}})),
        ),
        ("credential_id", Some(json!(details.id))),
        ("awarding_body", Some(awarding_body(award, details, &sound))),
        ("title", language_map(&achievement.title)),
        ("issuance_date", Some(awarded_on.to_string().into())),
        ("achievement", Some(details.achievement_url.as_str().into())),
        ("language", Some(sound.language.tag().into())),
        ("eqf_level", Some(sound.level.eqf.into())),
        ("nlqf_level", text(&sound.level.nlqf)),
        ("level_basis", Some(sound.level.basis.as_str().into())),
        ("ects", ects),
        ("hours", hours),
        ("sbu", sbu),
        (
            "size_basis",
            size.and_then(|size| size.basis)
                .map(|basis| basis.as_str().into()),
        ),
        ("sector", achievement.sector.map(|sector| sector.as_str().into())),
        ("field_of_study", text(&achievement.field)),
        ("quality_framework", Some(framework)),
        ("given_name", given_name.map(Value::from)),
        ("family_name", family_name.map(Value::from)),
        ("learning_outcomes", Some(outcomes.into())),
        ("assessment", Some(assessment(award))),
        ("result", result),
        ("evidence", evidence(award)),
    ]))
}

/// JSON pointers ([RFC 6901](https://www.rfc-editor.org/rfc/rfc6901)) of what is selectively
/// disclosable in `claims`, made by [`claims`]; each learning outcome is so by itself.
pub fn disclosable(claims: &Value) -> Vec<String> {
    let mut pointers = Vec::new();
    for claim in CLAIMS
        .iter()
        .filter(|claim| claim.disclosure == Disclosure::Always)
    {
        match claim.path {
            [name, "*"] => {
                let elements = claims.get(name).and_then(Value::as_array).map_or(0, Vec::len);
                pointers.extend((0..elements).map(|place| format!("/{name}/{place}")));
            }
            [name] if claims.get(name).is_some() => pointers.push(format!("/{name}")),
            _ => {}
        }
    }
    pointers
}

/// The claims that are selectively disclosable as a whole, at the top of the claims.
pub fn hideable_at_the_top() -> impl Iterator<Item = &'static str> {
    CLAIMS.iter().filter_map(|claim| match claim.path {
        [name] if claim.disclosure == Disclosure::Always => Some(*name),
        _ => None,
    })
}

/// The group that the claim at `pointer`, one of [`disclosable`], belongs to; the credential's
/// identifier belongs to none.
pub fn group(pointer: &str) -> Option<Group> {
    match pointer.trim_start_matches('/').split('/').next()? {
        "given_name" | "family_name" => Some(Group::Name),
        "learning_outcomes" => Some(Group::Outcomes),
        "assessment" => Some(Group::Assessment),
        "result" => Some(Group::Result),
        "evidence" => Some(Group::Evidence),
        _ => None,
    }
}

fn day_of(moment: DateTime<Utc>) -> Value {
    start_of_dutch_day(dutch_day(moment)).timestamp().into()
}

/// What makes the key, and nothing that would tell two copies apart or give it away.
fn public_key(jwk: &Value) -> Result<Value, ProjectionError> {
    let unusable = ProjectionError::Unusable("holder's key");
    let member = |name: &str| jwk.get(name).filter(|value| value.is_string()).cloned();
    if jwk.get("d").is_some() || jwk.get("k").is_some() {
        return Err(unusable);
    }
    let (Some(kty), Some(crv), Some(x)) = (member("kty"), member("crv"), member("x")) else {
        return Err(unusable);
    };
    Ok(object([
        ("kty", Some(kty)),
        ("crv", Some(crv)),
        ("x", Some(x)),
        ("y", member("y")),
    ]))
}

fn awarding_body(award: &Award, details: &Details, sound: &Sound<'_>) -> Value {
    let text = |text: &Option<String>| text.as_deref().map(Value::from);
    object([
        // As wallets that know nothing of units and institutions show it.
        (
            "name",
            Some(format!("{} – {}", sound.institution, sound.unit).into()),
        ),
        (
            "institution",
            Some(json!({"id": details.institution_did, "name": sound.institution})),
        ),
        ("institution_code", text(&award.issuing.institution_code)),
        ("country", text(&award.issuing.country)),
    ])
}

fn assessment(award: &Award) -> Value {
    let achievement = &award.achievement;
    let assessment = achievement.assessment.as_ref();
    let word = |text: &'static str| Value::from(text);
    object([
        ("requirements", language_map(&achievement.criteria)),
        (
            "type",
            assessment.and_then(|a| a.kind).map(|kind| word(kind.as_str())),
        ),
        (
            "participation",
            assessment
                .and_then(|a| a.participation)
                .map(|form| word(form.as_str())),
        ),
        (
            "supervision",
            assessment
                .and_then(|a| a.supervision())
                .map(|kind| word(kind.as_str())),
        ),
        (
            "identity_checked",
            assessment.and_then(|a| a.identity_checked).map(Value::from),
        ),
        (
            "entry_requirements",
            language_map(&achievement.entry_requirements),
        ),
    ])
}

fn evidence(award: &Award) -> Option<Value> {
    let text = |text: &Option<String>| text.as_deref().map(Value::from);
    let works = award.evidence.iter().map(|evidence| {
        object([
            ("url", text(&evidence.url)),
            ("name", text(&evidence.name)),
            ("description", text(&evidence.description)),
        ])
    });
    let source = award
        .source_assertion
        .as_deref()
        .map(|source| json!({"url": source, "name": "Open Badges 2.0 assertion"}));
    let all: Vec<Value> = works.chain(source).collect();
    (!all.is_empty()).then_some(Value::Array(all))
}
