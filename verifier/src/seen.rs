//! The newest register list that was believed, also after a restart: an older one is a step back in time.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use verification::Settings;

/// The number of the newest list, in memory and, where there is a folder for it, in a file.
#[derive(Debug)]
pub(crate) struct Seen {
    newest: Mutex<u64>,
    file: Option<PathBuf>,
    register: String,
}

/// Why the file cannot be used. A verifier that went on without it could be shown an old list.
#[derive(Debug, thiserror::Error)]
pub enum SeenError {
    /// It cannot be read, or its folder not made.
    #[error("{0}, which remembers the newest register list, cannot be used")]
    File(PathBuf, #[source] io::Error),
    /// It holds something else.
    #[error("{0} does not hold the number of the newest register list; if that is no matter, remove it")]
    Content(PathBuf, #[source] serde_json::Error),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Noted {
    register: String,
    sequence: u64,
}

impl Seen {
    /// What is remembered in `folder`; the numbers of another register mean nothing for this one.
    pub(crate) fn open(folder: Option<&Path>, settings: &Settings) -> Result<Self, SeenError> {
        let register = register(settings);
        let mut newest = settings.minimum_sequence;
        let file = match folder {
            Some(folder) => {
                let failed = |error| SeenError::File(folder.to_owned(), error);
                http_service::private_folder(folder).map_err(failed)?;
                let file = folder.join("newest-register-list.json");
                match std::fs::read(&file) {
                    Ok(text) => {
                        let noted: Noted = serde_json::from_slice(&text)
                            .map_err(|error| SeenError::Content(file.clone(), error))?;
                        if noted.register == register {
                            newest = newest.max(noted.sequence);
                        }
                    }
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => return Err(SeenError::File(file, error)),
                }
                Some(file)
            }
            None => None,
        };
        Ok(Self {
            newest: Mutex::new(newest),
            file,
            register,
        })
    }

    /// The number below which a list is not believed.
    pub(crate) fn newest(&self) -> u64 {
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers a list that was believed. Writes a file when it is news.
    pub(crate) fn note(&self, sequence: u64) {
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        if sequence <= *newest {
            return;
        }
        *newest = sequence;
        let Some(file) = &self.file else {
            return;
        };
        let noted = Noted {
            register: self.register.clone(),
            sequence,
        };
        let written = serde_json::to_vec(&noted)
            .map_err(io::Error::from)
            .and_then(|text| http_service::replace_private(file, &text));
        if let Err(error) = written {
            tracing::error!(%error, "the number of the newest register list could not be written down");
        }
    }
}

/// The register that the numbers are of: its address and whose signature counts.
fn register(settings: &Settings) -> String {
    let mut register = settings.register_url.clone();
    for anchor in &settings.anchors {
        register.push(' ');
        register.push_str(anchor.iss.as_str());
    }
    register
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(url: &str) -> Settings {
        Settings::new(url, Vec::new())
    }

    #[test]
    fn what_was_seen_is_known_after_a_restart_and_only_for_the_same_register() {
        let folder = tempfile::tempdir().unwrap();
        let open = |url| Seen::open(Some(folder.path()), &settings(url)).unwrap();
        let one = open("https://register.example/v1/list");
        one.note(7);
        one.note(6);

        assert_eq!(one.newest(), 7);
        assert_eq!(open("https://register.example/v1/list").newest(), 7);
        assert_eq!(open("https://other.example/v1/list").newest(), 0);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_not_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("newest-register-list.json"), "{}").unwrap();

        let refused = Seen::open(Some(folder.path()), &settings("https://register.example"));

        assert!(matches!(refused, Err(SeenError::Content(..))));
    }
}
