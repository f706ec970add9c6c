//! What an Open Badges 3.0 credential says, read from either copy and from those of others.

use super::portable;
use crate::award::Sector;
use crate::facts::{
    AssessmentFacts, EvidenceFacts, Facts, FactsError, FrameworkFacts, IssuerFacts, LevelFacts, SizeFacts,
    SkillFacts,
};
use crate::reading::{language_map, moment, only, positive, text, values, whole, word};
use crate::{Language, Text, frameworks};
use serde_json::Value;

/// Reads what `credential` says: the processed payload, with whichever claims are disclosed.
///
/// Nothing about proof, status or issuer is checked here. What is of an unexpected kind reads as
/// not said; only a document that is no Open Badges 3.0 credential at all is refused.
pub fn facts(credential: &Value) -> Result<Facts, FactsError> {
    let document = credential.as_object().ok_or(FactsError::NotAnObject)?;
    let types: Vec<&str> = values(document.get("type")).filter_map(Value::as_str).collect();
    if !types
        .iter()
        .any(|kind| ["OpenBadgeCredential", "AchievementCredential"].contains(kind))
    {
        return Err(FactsError::OtherKind);
    }
    // A second achievement would go unjudged: its level and size are nowhere compared with what may be issued.
    let mut subjects =
        values(document.get("credentialSubject")).filter(|subject| subject.get("achievement").is_some());
    let subject = subjects
        .next()
        .filter(|_| subjects.next().is_none())
        .ok_or(FactsError::Unusable("credentialSubject"))?;
    let achievement = only(subject.get("achievement"))
        .filter(|achievement| achievement.is_object())
        .ok_or(FactsError::Unusable("achievement"))?;
    let issuer = issuer(document.get("issuer").ok_or(FactsError::Unusable("issuer"))?)?;

    let read = Reader::of(achievement);
    let title = read.title(text(credential, "name"));
    if title.is_empty() {
        return Err(FactsError::Unusable("achievement.name"));
    }
    let graded = values(subject.get("result")).find(|result| text(result, "value").is_some());
    let evidence: Vec<EvidenceFacts> = values(document.get("evidence"))
        .chain(values(achievement.get("related")))
        .map(evidence)
        .collect();
    let mut facts = Facts {
        id: text(credential, "id").and_then(|id| id.parse().ok()),
        title,
        description: read.in_own_language(text(achievement, "description")),
        issuer,
        holder: text(subject, "id").and_then(|id| id.parse().ok()),
        awarded_on: moment(credential, "validFrom").or_else(|| moment(credential, "awardedDate")),
        valid_until: moment(credential, "validUntil"),
        achievement: text(achievement, "id"),
        credential_type: text(achievement, "achievementType"),
        level: read.level(),
        size: read.size(),
        framework: read.framework(credential),
        sector: read.sector(),
        field: text(achievement, "fieldOfStudy"),
        language: text(achievement, "inLanguage"),
        holder_name: holder_name(subject),
        outcomes: read.outcomes(),
        assessment: read.assessment(),
        result: graded.and_then(|result| text(result, "value")),
        scale: graded.and_then(|result| read.scale(result)),
        evidence,
        skills: read.skills(),
        hidden: Vec::new(),
    };
    facts.note_hidden();
    Ok(facts)
}

/// An achievement and its alignments.
struct Reader<'a> {
    achievement: &'a Value,
    language: Language,
}

impl<'a> Reader<'a> {
    fn of(achievement: &'a Value) -> Self {
        let english = text(achievement, "inLanguage").is_some_and(|tag| {
            tag.split(['-', '_'])
                .next()
                .is_some_and(|tag| tag.eq_ignore_ascii_case("en"))
        });
        Self {
            achievement,
            language: if english { Language::En } else { Language::Nl },
        }
    }

    fn alignments(&self) -> impl Iterator<Item = (&'a str, &'a Value)> + use<'a> {
        values(self.achievement.get("alignment"))
            .filter_map(|alignment| Some((alignment.get("targetType")?.as_str()?, alignment)))
    }

    fn alignment(&self, target_type: &str) -> Option<&'a Value> {
        self.alignments()
            .find(|(kind, _)| *kind == target_type)
            .map(|(_, alignment)| alignment)
    }

    fn in_own_language(&self, text: Option<String>) -> Text {
        text.map(|text| Text::only(self.language, text))
            .unwrap_or_default()
    }

    fn title(&self, credential_name: Option<String>) -> Text {
        let own = self.in_own_language(text(self.achievement, "name").or(credential_name));
        let mut translated = language_map(self.achievement.get("title"));
        if let Some(alignment) = self.alignment(portable::TITLE) {
            let name = text(alignment, "targetName");
            match text(alignment, "targetCode").as_deref() {
                Some("nl") => translated.nl = translated.nl.or(name),
                Some("en") => translated.en = translated.en.or(name),
                _ => {}
            }
        }
        Text {
            nl: own.nl.or(translated.nl),
            en: own.en.or(translated.en),
        }
    }

    fn level(&self) -> Option<LevelFacts> {
        let own = self.achievement.get("levelIndication");
        let alignment = self.alignment(portable::LEVEL);
        let eqf = own
            .and_then(|level| level.get("level")?.as_u64())
            .or_else(|| alignment.and_then(|eqf| text(eqf, "targetCode")?.parse().ok()))?;
        let national = self.alignment(portable::NATIONAL_LEVEL);
        Some(LevelFacts {
            eqf: u8::try_from(eqf).ok().filter(|eqf| (1..=8).contains(eqf))?,
            nlqf: own
                .and_then(|level| text(level, "nlqf"))
                .or_else(|| national.and_then(|level| text(level, "targetCode"))),
            basis: own.and_then(|level| word(level, "basis")),
        })
    }

    fn size(&self) -> Option<SizeFacts> {
        let mut size = SizeFacts {
            ec: positive(self.achievement.get("creditsAvailable"))
                .or_else(|| positive(self.achievement.get("ECTS"))),
            hours: whole(self.achievement.get("timeInvestment")),
            sbu: whole(self.achievement.get("SBU")),
            basis: None,
        };
        if let Some(own) = self.achievement.get("sizeIndication") {
            match text(own, "unit").as_deref() {
                Some("EC") => size.ec = positive(own.get("value")),
                Some("HOUR") => size.hours = whole(own.get("value")),
                Some("SBU") => size.sbu = whole(own.get("value")),
                _ => {}
            }
            size.hours = whole(own.get("hours")).or(size.hours);
            size.basis = word(own, "basis");
        }
        if let Some(load) = self.alignment(portable::STUDY_LOAD) {
            let value = text(load, "targetCode").and_then(|code| code.parse().ok());
            match text(load, "targetFramework").as_deref() {
                Some("SBU") => size.sbu = size.sbu.or(value),
                Some("hours") => size.hours = size.hours.or(value),
                _ => {}
            }
        }
        let said = size.ec.is_some() || size.hours.is_some() || size.sbu.is_some();
        said.then_some(size)
    }

    fn framework(&self, credential: &Value) -> Option<FrameworkFacts> {
        let own = self.achievement.get("qualityFramework");
        let alignment = self.alignment(portable::FRAMEWORK);
        let id = own
            .and_then(|framework| text(framework, "id"))
            .or_else(|| alignment.and_then(|alignment| text(alignment, "targetUrl")))?;
        let version = own
            .and_then(|framework| text(framework, "version"))
            .or_else(|| alignment.and_then(|alignment| text(alignment, "targetCode")));
        let resource = values(credential.get("relatedResource"))
            .find(|resource| resource.get("id").and_then(Value::as_str) == Some(&id));
        let digest_sri = own
            .and_then(|framework| text(framework, "digestSRI"))
            .or_else(|| resource.and_then(|resource| text(resource, "digestSRI")));
        let bundled = version
            .as_deref()
            .and_then(|version| frameworks::find(&id, version));
        let name = match bundled {
            Some(framework) => framework.name.clone(),
            None => self.in_own_language(alignment.and_then(|alignment| text(alignment, "targetName"))),
        };
        Some(FrameworkFacts {
            id,
            version,
            digest_sri,
            name,
        })
    }

    fn sector(&self) -> Option<Sector> {
        let alignment = self.alignment(portable::SECTOR);
        word(self.achievement, "sector").or_else(|| word(alignment?, "targetCode"))
    }

    fn outcomes(&self) -> Vec<Text> {
        let mut own: Vec<(u64, Text)> = values(self.achievement.get("learningOutcomes"))
            .map(|outcome| {
                let order = outcome.get("order").and_then(Value::as_u64).unwrap_or(u64::MAX);
                (order, language_map(outcome.get("text")))
            })
            .collect();
        // A JSON-LD set has no order; the number says it.
        own.sort_by_key(|(order, _)| *order);
        let aligned = self
            .alignments()
            .filter(|(kind, _)| *kind == portable::OUTCOME)
            .filter_map(|(_, alignment)| portable::outcome_text(alignment, self.language));
        own.into_iter()
            .map(|(_, text)| text)
            .chain(aligned)
            .filter(|text| !text.is_empty())
            .collect()
    }

    fn assessment(&self) -> Option<AssessmentFacts> {
        let own = self
            .achievement
            .get("assessment")
            .filter(|assessment| assessment.is_object());
        // Other Dutch credentials put these terms on the achievement itself.
        let said = |member: &str, target_type: &str| {
            let aligned = self
                .alignment(target_type)
                .and_then(|alignment| text(alignment, "targetName"));
            own.and_then(|own| text(own, member))
                .or_else(|| text(self.achievement, member))
                .or(aligned)
        };
        let criteria = match own.and_then(|own| own.get("criteria")) {
            Some(criteria) => language_map(Some(criteria)),
            None => self.in_own_language(
                self.achievement
                    .get("criteria")
                    .and_then(|criteria| text(criteria, "narrative")),
            ),
        };
        let entry_requirements = match own.and_then(|own| own.get("entryRequirements")) {
            Some(entry) => language_map(Some(entry)),
            None => self.in_own_language(
                self.alignment(portable::ENTRY)
                    .and_then(|alignment| text(alignment, "targetDescription")),
            ),
        };
        let assessment = AssessmentFacts {
            criteria,
            kind: said("assessmentType", portable::ASSESSMENT),
            participation: said("participationType", portable::PARTICIPATION),
            supervision: said("supervisionType", portable::SUPERVISION),
            identity_checked: own
                .and_then(|own| own.get("identityChecked"))
                .or_else(|| self.achievement.get("identityChecked"))
                .and_then(Value::as_bool),
            entry_requirements,
        };
        (assessment != AssessmentFacts::default()).then_some(assessment)
    }

    /// The scale of a result: beside it, or in the description it names (Open Badges 3.0, `ResultDescription`).
    fn scale(&self, result: &Value) -> Option<String> {
        if let Some(own) = text(result, "scale") {
            return Some(own);
        }
        let id = text(result, "resultDescription")?;
        let description = values(self.achievement.get("resultDescription"))
            .find(|description| text(description, "id").as_deref() == Some(&id))?;
        let bounds = text(description, "valueMin").zip(text(description, "valueMax"));
        // Ours has it in the name, since the terms for it are lists or take two numbers.
        let named = || {
            let name = text(description, "name")?;
            let (_, scale) = name.strip_suffix(')')?.rsplit_once('(')?;
            Some(scale.to_owned()).filter(|scale| !scale.trim().is_empty())
        };
        bounds
            .map(|(least, most)| format!("{least}–{most}"))
            .or_else(named)
    }

    fn skills(&self) -> Vec<SkillFacts> {
        let known = [
            portable::LEVEL,
            portable::NATIONAL_LEVEL,
            portable::STUDY_LOAD,
            portable::FRAMEWORK,
            portable::SECTOR,
            portable::TITLE,
            portable::OUTCOME,
            portable::ASSESSMENT,
            portable::PARTICIPATION,
            portable::SUPERVISION,
            portable::ENTRY,
            portable::STACKABILITY,
        ];
        self.alignments()
            .filter(|(kind, _)| !known.contains(kind))
            .filter_map(|(_, alignment)| {
                Some(SkillFacts {
                    name: text(alignment, "targetName")?,
                    url: text(alignment, "targetUrl"),
                    framework: text(alignment, "targetFramework"),
                })
            })
            .collect()
    }
}

fn issuer(issuer: &Value) -> Result<IssuerFacts, FactsError> {
    let id = match issuer {
        Value::String(id) => id.clone(),
        profile => text(profile, "id").ok_or(FactsError::Unusable("issuer"))?,
    };
    let institution = values(issuer.get("parentOrg")).find_map(|parent| text(parent, "name"));
    let name = text(issuer, "name").map(|name| {
        let unit = institution
            .as_deref()
            .and_then(|institution| name.strip_prefix(institution)?.strip_prefix(" – "));
        unit.map(str::to_owned).unwrap_or(name)
    });
    let code = values(issuer.get("otherIdentifier"))
        .find(|entry| text(entry, "identifierType").as_deref() == Some("ext:BRIN"));
    Ok(IssuerFacts {
        did: id.parse().ok(),
        id,
        name,
        institution,
        institution_code: code.and_then(|entry| text(entry, "identifier")),
        country: values(issuer.get("address")).find_map(|address| text(address, "addressCountryCode")),
    })
}

fn holder_name(subject: &Value) -> Option<String> {
    values(subject.get("identifier"))
        .find(|identity| {
            text(identity, "identityType").as_deref() == Some("name")
                && identity.get("hashed") == Some(&Value::Bool(false))
        })
        .and_then(|identity| text(identity, "identityHash"))
}

fn evidence(evidence: &Value) -> EvidenceFacts {
    EvidenceFacts {
        url: text(evidence, "id"),
        name: text(evidence, "name"),
        description: text(evidence, "narrative").or_else(|| text(evidence, "description")),
    }
}
