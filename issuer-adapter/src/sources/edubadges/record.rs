//! From the platform's three documents to the record.

mod achievement;

use super::{Documents, Source, SourceError};
use crate::plain_text;
use crate::sources::{Imported, Intake};
use chrono::{DateTime, NaiveDate, Offset, Utc};
use credentials::award::{Award, AwardResult, Evidence, Issuing, Organisation, Participant, Sector};
use credentials::frameworks::Framework;
use credentials::{Language, Text};
use serde_json::Value;
use std::collections::BTreeMap;

/// What reading needs to know of this institution.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The platforms and issuers we act for.
    pub sources: &'a [Source],
    /// The sector of each unit, by the unit's name in our addresses.
    pub sectors: &'a BTreeMap<String, Sector>,
    /// Our national institution code, where we have one.
    pub institution_code: Option<&'a str>,
    /// The quality frameworks known here.
    pub frameworks: &'a [Framework],
    /// Links by which the platform names a framework other than by its own identifier.
    pub framework_links: &'a BTreeMap<String, String>,
}

/// Reads the three documents of one award.
///
/// Refused are documents that do not belong together, a revoked assertion, a recipient that is not a
/// salted hash, and issuers this adapter does not act for. What is merely missing becomes a finding
/// later.
pub fn read(documents: &Documents, context: &Context<'_>) -> Result<Imported, SourceError> {
    let Documents {
        assertion,
        badge_class,
        issuer,
        direct_award,
    } = documents;
    if is_revoked(assertion) {
        return Err(revocation(assertion));
    }
    belong_together(documents)?;
    let assertion_id = string(assertion, "id").unwrap_or_default();
    let issuer_id = string(issuer, "id").unwrap_or_default();
    let unit = context
        .sources
        .iter()
        .filter(|source| url::Url::parse(assertion_id).is_ok_and(|url| source.is_at(&url)))
        .find_map(|source| source.unit_of(issuer_id))
        .ok_or(SourceError::NotOurs)?;
    let code = extension(issuer, "InstitutionIdentifier").and_then(Value::as_str);
    if let (Some(ours), Some(theirs)) = (context.institution_code, code)
        && !ours.eq_ignore_ascii_case(theirs.trim())
    {
        return Err(SourceError::NotOurs);
    }
    recipient(assertion)?;

    let mut intake = Intake::default();
    let language = achievement::language(badge_class, &mut intake);
    let source_language = if language.as_deref() == Some("en") {
        Language::En
    } else {
        Language::Nl
    };
    intake.language = Some(source_language);
    let achievement = achievement::achievement(
        badge_class,
        context,
        context.sectors.get(unit).copied(),
        language,
        source_language,
        &mut intake,
    );
    let award = Award {
        participant: direct_award.as_ref().and_then(participant),
        issuing: issuing(issuer),
        achievement,
        awarded_at: awarded_at(assertion, &mut intake),
        expires_at: expires_at(assertion)?,
        result: scalar(assertion, "grade_achieved").map(|value| AwardResult { value, scale: None }),
        evidence: evidence(assertion),
        source_assertion: Some(assertion_id.to_owned()),
    };
    Ok(Imported {
        award,
        intake,
        unit: unit.to_owned(),
    })
}

pub(super) fn is_revoked(assertion: &Value) -> bool {
    // A platform that says so in another way than the standard's has said it all the same.
    match assertion.get("revoked") {
        None | Some(Value::Null | Value::Bool(false)) => false,
        Some(Value::String(text)) => !text.trim().eq_ignore_ascii_case("false"),
        Some(_) => true,
    }
}

pub(super) fn revocation(assertion: &Value) -> SourceError {
    let reason = string(assertion, "revocationReason").map(str::trim);
    SourceError::Revoked {
        reason: reason
            .filter(|reason| !reason.is_empty())
            .map(|reason| reason.chars().take(300).collect()),
    }
}

/// The address a member links to, given as text or as an object with an `id`.
pub(super) fn link<'a>(document: &'a Value, member: &str) -> Option<&'a str> {
    match document.get(member)? {
        Value::String(text) => Some(text),
        object => object.get("id")?.as_str(),
    }
}

fn belong_together(documents: &Documents) -> Result<(), SourceError> {
    let Documents {
        assertion,
        badge_class,
        issuer,
        direct_award,
    } = documents;
    let of_type = |document: &Value, name: &str| {
        let same = |kind: &Value| kind.as_str() == Some(name);
        document
            .get("type")
            .is_some_and(|kind| same(kind) || kind.as_array().is_some_and(|kinds| kinds.iter().any(same)))
    };
    for (document, name) in [
        (assertion, "Assertion"),
        (badge_class, "BadgeClass"),
        (issuer, "Issuer"),
    ] {
        if !of_type(document, name) || string(document, "id").is_none() {
            return Err(SourceError::Contradiction {
                nl: "een document is van een andere soort",
                en: "a document is of another kind",
            });
        }
    }
    if link(assertion, "badge") != string(badge_class, "id") {
        return Err(SourceError::Contradiction {
            nl: "de toekenning is van een andere badge",
            en: "the award is of another badge",
        });
    }
    if link(badge_class, "issuer") != string(issuer, "id") {
        return Err(SourceError::Contradiction {
            nl: "de badge is van een andere uitgever",
            en: "the badge is of another issuer",
        });
    }
    let badge_id = string(badge_class, "id").unwrap_or_default();
    let named = direct_award
        .as_ref()
        .and_then(|record| string(record, "badgeclass"));
    if named.is_some_and(|named| !badge_id.ends_with(named)) {
        return Err(SourceError::Contradiction {
            nl: "de direct award is van een andere badge",
            en: "the direct award is of another badge",
        });
    }
    Ok(())
}

/// Whether the recipient is a salted hash. Neither is kept: together they would identify the learner.
fn recipient(assertion: &Value) -> Result<(), SourceError> {
    let recipient = assertion.get("recipient").ok_or(SourceError::Recipient)?;
    let hash = string(recipient, "identity").and_then(|identity| identity.strip_prefix("sha256$"));
    let is_hash = hash.is_some_and(|hash| {
        hash.len() == 64
            && hash
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    });
    let salted = string(recipient, "salt").is_some_and(|salt| !salt.is_empty());
    let hashed = recipient.get("hashed").and_then(Value::as_bool) != Some(false);
    if is_hash && salted && hashed {
        Ok(())
    } else {
        Err(SourceError::Recipient)
    }
}

fn participant(direct_award: &Value) -> Option<Participant> {
    Some(Participant {
        given_name: text(direct_award, "first_name")?,
        family_name: text(direct_award, "surname")?,
        confirmed: true,
    })
}

fn issuing(issuer: &Value) -> Issuing {
    let institution = issuer
        .get("faculty")
        .and_then(|faculty| faculty.get("institution"));
    let named = |member| institution.and_then(|institution| text(institution, member));
    let extension_name = extension(issuer, "InstitutionName")
        .and_then(Value::as_str)
        .and_then(clean);
    Issuing {
        institution: Organisation {
            name: Text {
                nl: named("name_dutch").or(extension_name),
                en: named("name_english"),
            },
            url: None,
        },
        unit: Organisation {
            name: Text {
                nl: text(issuer, "name_dutch").or_else(|| text(issuer, "name")),
                en: text(issuer, "name_english"),
            },
            url: text(issuer, "url").filter(|url| is_web(url)),
        },
        country: extension(issuer, "InstitutionCountry")
            .and_then(Value::as_str)
            .and_then(clean),
        institution_code: extension(issuer, "InstitutionIdentifier")
            .and_then(Value::as_str)
            .and_then(clean),
    }
}

fn awarded_at(assertion: &Value, intake: &mut Intake) -> Option<DateTime<Utc>> {
    let given = string(assertion, "issuedOn")?;
    match DateTime::parse_from_rfc3339(given) {
        Ok(moment) => {
            intake.utc_offset_seconds = Some(moment.offset().fix().local_minus_utc());
            Some(moment.with_timezone(&Utc))
        }
        Err(_) => {
            intake.awarded_at_without_zone = Some(given.chars().take(40).collect());
            None
        }
    }
}

/// The end date, if one is set; a date alone means the end of that day.
fn expires_at(assertion: &Value) -> Result<Option<DateTime<Utc>>, SourceError> {
    let Some(given) = text(assertion, "expires") else {
        return Ok(None);
    };
    let moment = DateTime::parse_from_rfc3339(&given)
        .map(|moment| moment.with_timezone(&Utc))
        .ok();
    let day = || {
        Some(
            given
                .parse::<NaiveDate>()
                .ok()?
                .and_hms_opt(23, 59, 59)?
                .and_utc(),
        )
    };
    let end = moment.or_else(day).ok_or(SourceError::Contradiction {
        nl: "de einddatum is niet te lezen",
        en: "the end date cannot be read",
    })?;
    Ok(Some(end))
}

fn evidence(assertion: &Value) -> Vec<Evidence> {
    let one = |value: &Value| {
        if let Value::String(url) = value {
            return is_web(url).then(|| Evidence {
                url: Some(url.clone()),
                ..Evidence::default()
            });
        }
        let description = match (text(value, "narrative"), text(value, "description")) {
            (Some(narrative), Some(description)) => Some(format!("{narrative} – {description}")),
            (narrative, description) => narrative.or(description),
        };
        let evidence = Evidence {
            url: text(value, "id").filter(|url| is_web(url)),
            name: text(value, "name"),
            description,
        };
        (evidence != Evidence::default()).then_some(evidence)
    };
    let mut evidence: Vec<Evidence> = match assertion.get("evidence") {
        Some(Value::Array(several)) => several.iter().take(20).filter_map(one).collect(),
        Some(single) => one(single).into_iter().collect(),
        None => Vec::new(),
    };
    if let Some(narrative) = text(assertion, "narrative") {
        evidence.push(Evidence {
            description: Some(narrative),
            ..Evidence::default()
        });
    }
    evidence
}

/// The value inside one of the platform's extensions, which are all named alike.
fn extension<'a>(document: &'a Value, name: &str) -> Option<&'a Value> {
    document.get(format!("extensions:{name}Extension"))?.get(name)
}

fn string<'a>(document: &'a Value, member: &str) -> Option<&'a str> {
    document.get(member)?.as_str()
}

fn text(document: &Value, member: &str) -> Option<String> {
    string(document, member).and_then(clean)
}

/// A text or number as text.
fn scalar(document: &Value, member: &str) -> Option<String> {
    match document.get(member)? {
        Value::String(text) => clean(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The text without characters that mislead and without surrounding space; nothing when nothing is left.
fn clean(text: &str) -> Option<String> {
    let text: String = text
        .chars()
        .filter(|c| *c != '\r' && !plain_text::is_misleading(*c))
        .collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn is_web(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "https" | "http"))
}

#[cfg(test)]
#[path = "record/tests.rs"]
mod tests;
