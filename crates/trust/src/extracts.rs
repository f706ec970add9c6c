//! Extracts of other administrations, read as evidence about organisations.
//!
//! DEQAR's reports are evidence of layer L2, RIO's recognitions of layer L1. Evidence informs and never decides. An
//! extract creates nobody: what it says of organisations that a register does not know is told, and passed over.
//!
//! An extract is read whole or not at all, so that a half-read file is not taken for all there is.

mod csv;
mod deqar;
mod plan;
mod rio;

use chrono::{DateTime, NaiveDate, Utc};
use credentials::dutch_day;
use credentials::json::JsonError;
use serde::{Deserialize, Serialize};

use crate::{Evidence, OtherIdentifier, strangers};

pub use plan::{Addition, Import, Plan, RETRACTED, Unplaced, plan};

/// The largest extract that is read, in bytes.
pub const LARGEST_EXTRACT: usize = 4 * 1024 * 1024;
/// More rows than this are not read.
pub const MOST_ROWS: usize = 50_000;
/// More faults than this are not told of one extract.
pub const MOST_FAULTS: usize = 50;
/// More characters than this of a text are not taken over.
const LONGEST_TEXT: usize = 200;

/// Whose extract it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The Database of External Quality Assurance Results: reports of agencies, in the JSON of its web API
    /// (`/webapi/v2/browse/reports/…`), one, an array, or a page with `results`.
    Deqar,
    /// DUO's register of institutions and programmes: recognitions of institutions, in the CSV of its open data
    /// (`onderwijsinstellingserkenningen.csv`).
    Rio,
}

/// What an extract says of one organisation.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// Which report or row of the extract, from 1; the heading of a table does not count.
    pub row: usize,
    /// Which organisation, by identifiers that mean the same one.
    pub about: Vec<OtherIdentifier>,
    /// What the extract calls it.
    pub name: Option<String>,
    /// What it says, without when it was looked up.
    pub evidence: Evidence,
}

/// What an extract says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extract {
    /// What it says of organisations, in its order.
    pub statements: Vec<Statement>,
    /// What says nothing about an organisation as a whole.
    pub passed_over: Vec<PassedOver>,
    /// Whether it says itself that there is more elsewhere.
    pub is_partial: bool,
}

/// A row that is no evidence here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PassedOver {
    /// Which, from 1.
    pub row: usize,
    /// Why.
    pub why: Why,
}

/// Why a row is no evidence here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The report is about programmes.
    AboutProgrammes,
    /// DEQAR itself doubts the report.
    Flagged,
    /// The code is not one that organisations are registered with.
    OtherCode,
    /// Another recognition of the same institution in the extract counts.
    OtherPeriod,
}

/// Why an extract is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExtractError {
    /// Too much at once.
    #[error("the extract has {bytes} bytes; at most {LARGEST_EXTRACT} are read: hand it in in parts")]
    TooLarge {
        /// Its length.
        bytes: usize,
    },
    /// Too much at once.
    #[error("the extract has more than {MOST_ROWS} rows; hand it in in parts")]
    TooManyRows,
    /// Not JSON that can be read.
    #[error("the extract is not acceptable JSON; download it anew")]
    Json(#[from] JsonError),
    /// Not what it should be.
    #[error("the extract {0}")]
    Shape(&'static str),
    /// Some of it cannot be read.
    #[error("{} of its fields cannot be read; nothing is taken over", .0.len())]
    Faults(Vec<Fault>),
}

/// A field that cannot be read. Whoever keeps the source can mend it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// In which row, from 1.
    pub row: usize,
    /// Which field, by its name there.
    pub field: &'static str,
    /// What is wrong with it.
    pub what: Wrong,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wrong {
    /// It has to be there.
    Missing,
    /// It is no day.
    NoDay,
    /// The end lies before the beginning.
    EndsBeforeItBegins,
    /// It is none of the words that are known here.
    UnknownWord,
    /// It is not written as such an identifier is.
    NoIdentifier,
    /// The row has another number of fields than the heading.
    OtherNumberOfFields,
}

impl Wrong {
    /// In English.
    pub fn english(self) -> &'static str {
        match self {
            Self::Missing => "is missing",
            Self::NoDay => "is no day such as 2026-11-20",
            Self::EndsBeforeItBegins => "lies before the day on which it begins",
            Self::UnknownWord => {
                "is a word that this register does not know; ask who maintains it for a newer version"
            }
            Self::NoIdentifier => "is not how such an identifier is written",
            Self::OtherNumberOfFields => "has another number of fields than the heading",
        }
    }

    /// In Dutch.
    pub fn dutch(self) -> &'static str {
        match self {
            Self::Missing => "ontbreekt",
            Self::NoDay => "is geen dag zoals 2026-11-20",
            Self::EndsBeforeItBegins => "ligt voor de dag waarop het begint",
            Self::UnknownWord => {
                "is een woord dat dit register niet kent; vraag de beheerder om een nieuwere versie"
            }
            Self::NoIdentifier => "is niet hoe zo’n kenmerk geschreven wordt",
            Self::OtherNumberOfFields => "heeft een ander aantal velden dan de kop",
        }
    }
}

/// Reads an extract that was made at `extracted_at`.
pub fn read(source: Source, text: &str, extracted_at: DateTime<Utc>) -> Result<Extract, ExtractError> {
    if text.len() > LARGEST_EXTRACT {
        return Err(ExtractError::TooLarge { bytes: text.len() });
    }
    let text = text.trim_start_matches('\u{feff}');
    match source {
        Source::Deqar => deqar::read(text),
        Source::Rio => rio::read(text, dutch_day(extracted_at)),
    }
}

/// The extract, unless something in it cannot be read.
fn unless_faulty(extract: Extract, mut faults: Vec<Fault>) -> Result<Extract, ExtractError> {
    if faults.is_empty() {
        return Ok(extract);
    }
    faults.truncate(MOST_FAULTS);
    Err(ExtractError::Faults(faults))
}

/// A text for people; nothing for an empty one.
fn shown(text: &str) -> Option<String> {
    strangers::shown(text, LONGEST_TEXT)
}

/// A day as both write it: `2026-11-20`; or as older Dutch files do: `20-11-2026`.
fn day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let is_plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if !is_plain {
        return None;
    }
    ["%Y-%m-%d", "%d-%m-%Y"]
        .iter()
        .find_map(|format| NaiveDate::parse_from_str(text, format).ok())
}
