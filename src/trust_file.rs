//! The file that says whom to trust.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use verification::Settings;

/// Why there is nobody to trust.
#[derive(Debug, thiserror::Error)]
pub enum TrustFileError {
    /// It cannot be read.
    #[error("{0} cannot be read")]
    File(PathBuf, #[source] std::io::Error),
    /// It says something else.
    #[error("{0} does not say whom to trust: it must hold registerUrl and anchors")]
    Shape(PathBuf, #[source] serde_json::Error),
}

/// Settings alone, or a verifier's configuration that holds them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Trust {
    Within { settings: Settings },
    Plain(Settings),
}

/// Reads the settings of a verifier, as it serves them at `/config.json`.
pub(crate) fn read(path: &Path) -> Result<Settings, TrustFileError> {
    let text = std::fs::read_to_string(path).map_err(|error| TrustFileError::File(path.to_owned(), error))?;
    let (Trust::Within { settings } | Trust::Plain(settings)) =
        serde_json::from_str(&text).map_err(|error| TrustFileError::Shape(path.to_owned(), error))?;
    Ok(settings)
}
