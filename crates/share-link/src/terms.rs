//! What a share is for, and how long it lasts.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, SecondsFormat, SubsecRound, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use crate::link::ShareLink;

/// The most characters that a purpose may have.
pub const MAX_PURPOSE_CHARACTERS: usize = 140;

/// The most days that may lie between beginning and end.
pub const LONGEST_DAYS: i64 = 366;

/// What a share is for, and how long it lasts (`specs/share-link/`, section 3).
///
/// Always a purpose of one line, and an end after the beginning; both moments are whole seconds.
#[derive(Clone, PartialEq, Eq)]
pub struct Terms {
    purpose: String,
    created: DateTime<Utc>,
    until: DateTime<Utc>,
}

/// The purpose may name an employer.
impl std::fmt::Debug for Terms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Terms({} to {} …)", self.created, self.until)
    }
}

/// Why terms cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TermsError {
    /// Nothing but spaces.
    #[error("a share needs a purpose")]
    NoPurpose,
    /// More than [`MAX_PURPOSE_CHARACTERS`].
    #[error("a purpose may have {MAX_PURPOSE_CHARACTERS} characters at most")]
    LongPurpose,
    /// Line ends, control characters or marks that turn the direction of writing.
    #[error("a purpose is one line of plain text")]
    PurposeCharacters,
    /// The end is not after the beginning.
    #[error("a share ends after it begins")]
    EndsBefore,
    /// More than [`LONGEST_DAYS`].
    #[error("a share lasts {LONGEST_DAYS} days at most")]
    TooLong,
}

impl Terms {
    /// Terms from `created` to `until`, of which fractions of a second are dropped; spaces around the purpose too.
    pub fn new(purpose: &str, created: DateTime<Utc>, until: DateTime<Utc>) -> Result<Self, TermsError> {
        let (purpose, created, until) = (purpose.trim(), created.trunc_subsecs(0), until.trunc_subsecs(0));
        if purpose.is_empty() {
            return Err(TermsError::NoPurpose);
        }
        if purpose.chars().count() > MAX_PURPOSE_CHARACTERS {
            return Err(TermsError::LongPurpose);
        }
        if purpose.chars().any(is_hidden) {
            return Err(TermsError::PurposeCharacters);
        }
        if until <= created {
            return Err(TermsError::EndsBefore);
        }
        if until - created > TimeDelta::days(LONGEST_DAYS) {
            return Err(TermsError::TooLong);
        }
        Ok(Self {
            purpose: purpose.to_owned(),
            created,
            until,
        })
    }

    /// What it is for, in the holder's words.
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// When the holder made it, or last changed its end.
    pub fn created(&self) -> DateTime<Utc> {
        self.created
    }

    /// The moment from which it counts no longer.
    pub fn until(&self) -> DateTime<Utc> {
        self.until
    }

    /// What the holder signs as `nonce` for a link: base64url of the SHA-256 digest of
    /// `waarmerk share link 2 LF wallet LF created LF until LF purpose`.
    ///
    /// So nobody who has the link can lengthen it, give it another purpose, or keep it at another store than the
    /// holder can withdraw it from.
    pub fn digest(&self, link: &ShareLink) -> String {
        let text = format!(
            "waarmerk share link 2\n{}\n{}\n{}\n{}",
            link.wallet(),
            written(self.created),
            written(self.until),
            self.purpose
        );
        URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes()))
    }
}

/// `2026-11-21T11:00:00Z`.
pub(crate) fn written(moment: DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Reads exactly what [`written`] writes.
pub(crate) fn read(text: &str) -> Option<DateTime<Utc>> {
    let moment = DateTime::parse_from_rfc3339(text).ok()?.to_utc();
    (written(moment) == text).then_some(moment)
}

/// Characters that are not seen, or change how others are seen.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
