//! Every code a report can carry, with its text in Dutch and in English: two originals, neither a translation.

use serde::Serialize;

/// A text in both languages, ready to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    /// The code, such as `VER-001`.
    pub code: &'static str,
    /// In Dutch.
    pub nl: String,
    /// In English.
    pub en: String,
}

/// A code of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// The input is nothing known.
    InputUnknown,
}

/// The message of a code, with its blanks filled.
pub fn message(code: Code, blanks: &[(&str, &str)]) -> Message {
    let _ = (code, blanks);
    Message { code: "INP-006", nl: String::new(), en: String::new() }
}
