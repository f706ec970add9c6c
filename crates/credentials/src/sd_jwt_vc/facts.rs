//! What the processed payload of an SD-JWT VC says.

use super::{CREDENTIAL_TYPE, VCT};
use crate::facts::{
    AssessmentFacts, EvidenceFacts, Facts, FactsError, FrameworkFacts, IssuerFacts, LevelFacts, SizeFacts,
};
use crate::reading::{language_map, positive, text, whole, word};
use crate::{Text, frameworks, full_date, numeric_date, start_of_dutch_day};
use chrono::TimeDelta;
use serde_json::Value;

/// Reads what `claims` say: the processed payload, with whichever claims are disclosed.
///
/// Nothing about proof, status or issuer is checked here. What is of an unexpected kind reads as
/// not said; refused are other types than [`VCT`], and a payload without usable `iss`, `title`,
/// `awarding_body` or `issuance_date`. The day of award reads as its noon in the Netherlands.
pub fn facts(claims: &Value) -> Result<Facts, FactsError> {
    if !claims.is_object() {
        return Err(FactsError::NotAnObject);
    }
    if claims.get("vct").and_then(Value::as_str) != Some(VCT) {
        return Err(FactsError::OtherKind);
    }
    let issuer = text(claims, "iss").ok_or(FactsError::Unusable("iss"))?;
    let title = Some(language_map(claims.get("title")))
        .filter(|title| !title.is_empty())
        .ok_or(FactsError::Unusable("title"))?;
    let awarding_body = claims
        .get("awarding_body")
        .filter(|body| body.is_object())
        .ok_or(FactsError::Unusable("awarding_body"))?;
    let awarded_on = text(claims, "issuance_date")
        .and_then(|day| full_date(&day))
        .ok_or(FactsError::Unusable("issuance_date"))?;
    let noon = start_of_dutch_day(awarded_on).checked_add_signed(TimeDelta::hours(12));
    let holder_name = [text(claims, "given_name"), text(claims, "family_name")];
    let holder_name: Vec<String> = holder_name.into_iter().flatten().collect();
    let mut facts = Facts {
        id: text(claims, "credential_id").and_then(|id| id.parse().ok()),
        title,
        description: Text::default(),
        issuer: awarding_body_of(awarding_body, issuer),
        holder: None,
        awarded_on: noon,
        valid_until: claims.get("exp").and_then(numeric_date),
        achievement: text(claims, "achievement"),
        credential_type: Some(CREDENTIAL_TYPE.to_owned()),
        level: level(claims),
        size: size(claims),
        framework: claims.get("quality_framework").and_then(framework),
        sector: word(claims, "sector"),
        field: text(claims, "field_of_study"),
        language: text(claims, "language"),
        holder_name: (!holder_name.is_empty()).then(|| holder_name.join(" ")),
        outcomes: array(claims, "learning_outcomes")
            .iter()
            .map(|outcome| language_map(Some(outcome)))
            .filter(|outcome| !outcome.is_empty())
            .collect(),
        assessment: claims.get("assessment").and_then(assessment),
        result: claims.get("result").and_then(|result| text(result, "value")),
        scale: claims.get("result").and_then(|result| text(result, "scale")),
        evidence: array(claims, "evidence")
            .iter()
            .map(|evidence| EvidenceFacts {
                url: text(evidence, "url"),
                name: text(evidence, "name"),
                description: text(evidence, "description"),
            })
            .collect(),
        skills: Vec::new(),
        hidden: Vec::new(),
    };
    facts.note_hidden();
    Ok(facts)
}

fn array<'a>(claims: &'a Value, name: &str) -> &'a [Value] {
    let elements = claims.get(name).and_then(Value::as_array);
    elements.map_or(&[], Vec::as_slice)
}

fn awarding_body_of(body: &Value, issuer: String) -> IssuerFacts {
    let institution = body
        .get("institution")
        .and_then(|institution| text(institution, "name"));
    let name = text(body, "name").map(|name| {
        let unit = institution
            .as_deref()
            .and_then(|institution| name.strip_prefix(institution)?.strip_prefix(" – "));
        unit.map(str::to_owned).unwrap_or(name)
    });
    IssuerFacts {
        did: issuer.parse().ok(),
        id: issuer,
        name,
        institution,
        institution_code: text(body, "institution_code"),
        country: text(body, "country"),
    }
}

fn level(claims: &Value) -> Option<LevelFacts> {
    let eqf = claims.get("eqf_level")?.as_u64()?;
    Some(LevelFacts {
        eqf: u8::try_from(eqf).ok().filter(|eqf| (1..=8).contains(eqf))?,
        nlqf: text(claims, "nlqf_level"),
        basis: word(claims, "level_basis"),
    })
}

fn size(claims: &Value) -> Option<SizeFacts> {
    let size = SizeFacts {
        ec: positive(claims.get("ects")),
        hours: whole(claims.get("hours")),
        sbu: whole(claims.get("sbu")),
        basis: word(claims, "size_basis"),
    };
    let said = size.ec.is_some() || size.hours.is_some() || size.sbu.is_some();
    said.then_some(size)
}

fn framework(framework: &Value) -> Option<FrameworkFacts> {
    let id = text(framework, "id")?;
    let version = text(framework, "version");
    let bundled = version
        .as_deref()
        .and_then(|version| frameworks::find(&id, version));
    Some(FrameworkFacts {
        name: bundled
            .map(|framework| framework.name.clone())
            .unwrap_or_default(),
        digest_sri: text(framework, "digest_sri"),
        id,
        version,
    })
}

fn assessment(assessment: &Value) -> Option<AssessmentFacts> {
    let read = AssessmentFacts {
        criteria: language_map(assessment.get("requirements")),
        kind: text(assessment, "type"),
        participation: text(assessment, "participation"),
        supervision: text(assessment, "supervision"),
        identity_checked: assessment.get("identity_checked").and_then(Value::as_bool),
        entry_requirements: language_map(assessment.get("entry_requirements")),
    };
    (read != AssessmentFacts::default()).then_some(read)
}
