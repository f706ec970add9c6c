//! Quality frameworks as dated data, with our own summary of what was agreed.
//!
//! A framework is two files: a description (identifier, version, sectors, dates, digest) and a
//! text. Credentials name the framework by identifier, version and digest; apps carry the text.
//! The bundled texts are our own summaries and say so. An operator who has the owner's wording
//! supplies it as a text of kind `official` with a description that pins its digest.

use crate::Text;
use crate::award::{QualityFramework, Sector};
use crate::json::{self, JsonError, Limits};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha384};
use std::sync::LazyLock;

/// One version of a quality framework, with its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Framework {
    /// Its identifier, a URL.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its name.
    pub name: Text,
    /// The sectors it is for.
    pub sectors: Vec<Sector>,
    /// The first day it applies to.
    pub effective_from: NaiveDate,
    /// The last day it applies to, where one is set.
    pub effective_until: Option<NaiveDate>,
    /// The announced end of a pilot, where no extension is on record; awards after it are not refused.
    pub announced_end: Option<NaiveDate>,
    /// Whose words `agreements` is.
    pub text_kind: TextKind,
    /// The agreements, in order.
    pub agreements: Vec<Text>,
    /// The digest of the text file, `sha384-` and base64
    /// ([Subresource Integrity §3.5](https://www.w3.org/TR/SRI/#the-integrity-attribute)).
    #[serde(rename = "digestSRI")]
    pub digest_sri: String,
}

/// Whose words a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextKind {
    /// Our own summary.
    Summary,
    /// The owner's wording, supplied by the operator.
    Official,
}

/// Why a framework could not be read.
#[derive(Debug, thiserror::Error)]
pub enum FrameworkError {
    /// The description or the text is not strict JSON.
    #[error("could not read the {0} of the quality framework")]
    Json(&'static str, #[source] JsonError),
    /// The description or the text lacks a member or has one of another kind.
    #[error("the {0} of the quality framework has another shape than expected")]
    Shape(&'static str, #[source] serde_json::Error),
    /// The text was altered: its digest is not the one the description pins.
    #[error("the text of {id} has the digest {found}, not the pinned {pinned}")]
    Altered {
        /// The framework.
        id: String,
        /// The digest of the text given.
        found: String,
        /// The digest the description pins.
        pinned: String,
    },
    /// The text is of another framework or version than the description.
    #[error("the text is of {0}, the description of {1}")]
    OtherFramework(String, String),
}

impl Framework {
    /// Reads a framework from its description and its text, and checks the text's digest.
    pub fn read(description: &[u8], text: &[u8]) -> Result<Self, FrameworkError> {
        let description: Description = read(description, "description")?;
        let digest_sri = format!("sha384-{}", STANDARD.encode(Sha384::digest(text)));
        if digest_sri != description.digest_sri {
            return Err(FrameworkError::Altered {
                id: description.id,
                found: digest_sri,
                pinned: description.digest_sri,
            });
        }
        let text: AgreedText = read(text, "text")?;
        if (&text.framework, &text.version) != (&description.id, &description.version) {
            return Err(FrameworkError::OtherFramework(text.framework, description.id));
        }
        Ok(Self {
            id: description.id,
            version: description.version,
            name: description.name,
            sectors: description.sectors,
            effective_from: description.effective_from,
            effective_until: description.effective_until,
            announced_end: description.announced_end,
            text_kind: text.kind,
            agreements: text.agreements,
            digest_sri,
        })
    }

    /// Whether it applied to awards of `sector` decided on `date`.
    pub fn applies(&self, sector: Sector, date: NaiveDate) -> bool {
        self.sectors.contains(&sector)
            && self.effective_from <= date
            && self.effective_until.is_none_or(|until| date <= until)
    }

    /// The reference an award carries.
    pub fn reference(&self) -> QualityFramework {
        QualityFramework {
            id: self.id.clone(),
            version: self.version.clone(),
            name: self.name.clone(),
            text: None,
            digest_sri: Some(self.digest_sri.clone()),
        }
    }
}

/// The frameworks that come with the product, in order of identifier.
pub fn frameworks() -> &'static [Framework] {
    static BUNDLED: LazyLock<Vec<Framework>> = LazyLock::new(|| {
        // A test reads every file; a file that were unreadable would be missing here, and so refused later.
        FILES
            .iter()
            .filter_map(|(description, text)| Framework::read(description, text).ok())
            .collect()
    });
    &BUNDLED
}

/// The bundled framework with this identifier and version.
pub fn find(id: &str, version: &str) -> Option<&'static Framework> {
    frameworks()
        .iter()
        .find(|framework| framework.id == id && framework.version == version)
}

const FILES: [(&[u8], &[u8]); 2] = [
    (
        include_bytes!("../data/frameworks/ho-2025-05.json"),
        include_bytes!("../data/frameworks/ho-2025-05.summary.json"),
    ),
    (
        include_bytes!("../data/frameworks/mbo-2024.json"),
        include_bytes!("../data/frameworks/mbo-2024.summary.json"),
    ),
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Description {
    id: String,
    version: String,
    name: Text,
    sectors: Vec<Sector>,
    effective_from: NaiveDate,
    #[serde(default)]
    effective_until: Option<NaiveDate>,
    #[serde(default)]
    announced_end: Option<NaiveDate>,
    #[serde(rename = "digestSRI")]
    digest_sri: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AgreedText {
    framework: String,
    version: String,
    kind: TextKind,
    agreements: Vec<Text>,
}

fn read<T: serde::de::DeserializeOwned>(bytes: &[u8], what: &'static str) -> Result<T, FrameworkError> {
    let value = json::parse(bytes, &Limits::default()).map_err(|e| FrameworkError::Json(what, e))?;
    serde_json::from_value(value).map_err(|e| FrameworkError::Shape(what, e))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn every_bundled_framework_is_read_and_has_twelve_agreements_in_both_languages() {
        assert_eq!(frameworks().len(), FILES.len());
        for framework in frameworks() {
            assert_eq!(framework.agreements.len(), 12, "{}", framework.id);
            for text in framework.agreements.iter().chain([&framework.name]) {
                assert!(text.get(Language::Nl).is_some() && text.get(Language::En).is_some());
            }
            assert_eq!(framework.text_kind, TextKind::Summary);
        }
    }

    #[test]
    fn framework_applies_on_its_first_and_last_day_and_not_outside() {
        let ho = find("https://framework.example.org/ho/2025-05", "2025-05").unwrap();
        assert!(ho.applies(Sector::Hbo, date("2025-05-01")));
        assert!(ho.applies(Sector::Wo, date("2027-04-30")));
        assert!(!ho.applies(Sector::Hbo, date("2025-04-30")));
        assert!(!ho.applies(Sector::Hbo, date("2027-05-01")));
        assert!(!ho.applies(Sector::Mbo, date("2026-01-01")));
    }

    #[test]
    fn pilot_without_recorded_extension_still_applies_and_tells_its_announced_end() {
        let mbo = find("https://framework.example.org/mbo/2024", "2024").unwrap();
        assert!(mbo.applies(Sector::Mbo, date("2026-09-01")));
        assert_eq!(mbo.announced_end, Some(date("2025-12-31")));
    }

    #[test]
    fn altered_text_is_refused() {
        let (description, text) = FILES[0];
        let altered = String::from_utf8(text.to_vec())
            .unwrap()
            .replace("minimaal 3", "minimaal 1");
        assert!(matches!(
            Framework::read(description, altered.as_bytes()),
            Err(FrameworkError::Altered { .. })
        ));
    }

    #[test]
    fn text_of_another_framework_is_refused() {
        let (_, text) = FILES[1];
        let mut description: serde_json::Value = serde_json::from_slice(FILES[0].0).unwrap();
        description["digestSRI"] = find("https://framework.example.org/mbo/2024", "2024")
            .unwrap()
            .digest_sri
            .clone()
            .into();
        let description = serde_json::to_vec(&description).unwrap();
        assert!(matches!(
            Framework::read(&description, text),
            Err(FrameworkError::OtherFramework(..))
        ));
    }
}
