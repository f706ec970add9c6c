//! What stands between an award and a credential.
//!
//! Every rule has a code, a severity and words in Dutch and English ([`messages`]); the limits are
//! dated data ([`profile`]). An error blocks, a warning needs a confirmation by staff, information
//! informs. The rules look at the record alone; whether the issuer may issue is for
//! `admission`, and whether it did so already for the store.

pub mod messages;
pub mod profile;
mod rules;

pub use messages::Severity;
pub use rules::{Facts, check};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

/// One rule's opinion of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The rule.
    #[schema(example = "META-004")]
    pub code: String,
    /// What it means for issuing.
    pub severity: Severity,
    /// In Dutch.
    pub nl: String,
    /// In English.
    pub en: String,
    /// What it is about: a path into the record.
    #[schema(example = "achievement.outcomes")]
    pub field: String,
    /// Whether staff confirmed it; for warnings.
    #[serde(default)]
    pub confirmed: bool,
}

impl Finding {
    /// The finding of the rule `code` about `field`, its places filled with `words` in order of
    /// (place, text).
    pub fn new(code: &str, field: &str, words: &[(&str, &str)]) -> Self {
        let fill = |text: &str| {
            words.iter().fold(text.to_owned(), |text, (place, word)| {
                text.replace(&format!("{{{place}}}"), word)
            })
        };
        let message = messages::message(code);
        Self {
            code: code.to_owned(),
            severity: message.map_or(Severity::Error, |message| message.severity),
            nl: message.map_or_else(|| code.to_owned(), |message| fill(message.nl)),
            en: message.map_or_else(|| code.to_owned(), |message| fill(message.en)),
            field: field.to_owned(),
            confirmed: false,
        }
    }

    /// What a confirmation of this finding is bound to: a finding that says something else, or is
    /// about something else, has to be confirmed anew.
    pub fn digest(&self) -> Vec<u8> {
        Sha256::digest(format!("{}\n{}\n{}", self.code, self.field, self.en)).to_vec()
    }

    /// Whether it stands in the way of approval.
    pub fn blocks(&self) -> bool {
        match self.severity {
            Severity::Error => true,
            Severity::Warning => !self.confirmed,
            Severity::Info => false,
        }
    }
}
