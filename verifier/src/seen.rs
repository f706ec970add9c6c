//! The newest register list that was believed, also after a restart: an older one is a step back in time.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use verification::Settings;

/// The numbers of the newest lists, in memory and, where there is a folder for it, in a file.
#[derive(Debug)]
pub(crate) struct Seen {
    /// By the address of the list.
    newest: Mutex<BTreeMap<String, u64>>,
    file: Option<PathBuf>,
    /// By the address of the list, the register that the number is of.
    registers: BTreeMap<String, String>,
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

/// What the file holds: one register in a file of before there could be several.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum File {
    Several(Vec<Noted>),
    One(Noted),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Noted {
    register: String,
    sequence: u64,
}

impl Seen {
    /// What is remembered in `folder`; the numbers of another register mean nothing for these.
    pub(crate) fn open(folder: Option<&Path>, settings: &Settings) -> Result<Self, SeenError> {
        let urls = settings.register_urls();
        let registers: BTreeMap<_, _> = urls
            .iter()
            .map(|url| ((*url).to_owned(), register(&settings.for_register(url))))
            .collect();
        let mut newest: BTreeMap<String, u64> = urls
            .iter()
            .map(|url| ((*url).to_owned(), settings.for_register(url).minimum_sequence))
            .collect();
        let file = match folder {
            Some(folder) => {
                let failed = |error| SeenError::File(folder.to_owned(), error);
                http_service::private_folder(folder).map_err(failed)?;
                let file = folder.join("newest-register-list.json");
                for noted in read(&file)? {
                    let url = registers.iter().find(|(_, known)| **known == noted.register);
                    if let Some(number) = url.and_then(|(url, _)| newest.get_mut(url)) {
                        *number = noted.sequence.max(*number);
                    }
                }
                Some(file)
            }
            None => None,
        };
        Ok(Self {
            newest: Mutex::new(newest),
            file,
            registers,
        })
    }

    /// The number below which a list from this address is not believed.
    pub(crate) fn newest(&self, url: &str) -> u64 {
        self.numbers().get(url).copied().unwrap_or_default()
    }

    /// The same for all addresses.
    pub(crate) fn all(&self) -> BTreeMap<String, u64> {
        self.numbers().clone()
    }

    /// Remembers a list that was believed. Writes a file when it is news.
    pub(crate) fn note(&self, url: &str, sequence: u64) {
        let mut newest = self.numbers();
        match newest.get_mut(url) {
            Some(number) if *number < sequence => *number = sequence,
            _ => return,
        }
        let Some(file) = &self.file else {
            return;
        };
        let noted = newest.iter().filter_map(|(url, sequence)| {
            Some(Noted {
                register: self.registers.get(url)?.clone(),
                sequence: *sequence,
            })
        });
        let written = serde_json::to_vec(&File::Several(noted.collect()))
            .map_err(io::Error::from)
            .and_then(|text| http_service::replace_private(file, &text));
        if let Err(error) = written {
            tracing::error!(%error, "the number of the newest register list could not be written down");
        }
    }

    fn numbers(&self) -> MutexGuard<'_, BTreeMap<String, u64>> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(file: &Path) -> Result<Vec<Noted>, SeenError> {
    let text = match std::fs::read(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(SeenError::File(file.to_owned(), error)),
    };
    match serde_json::from_slice(&text) {
        Ok(File::Several(noted)) => Ok(noted),
        Ok(File::One(noted)) => Ok(vec![noted]),
        Err(error) => Err(SeenError::Content(file.to_owned(), error)),
    }
}

/// The register that a number is of: its address and whose signature counts.
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
        let (url, other) = (
            "https://register.example/v1/list",
            "https://other.example/v1/list",
        );
        one.note(url, 7);
        one.note(url, 6);

        assert_eq!(one.newest(url), 7);
        assert_eq!(open(url).newest(url), 7);
        assert_eq!(open(other).newest(other), 0);
    }

    #[test]
    fn each_of_several_registers_has_a_number_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let (url, further) = (
            "https://register.example/v1/list",
            "https://other.example/v1/list",
        );
        let anchor = serde_json::json!({"iss": "did:web:other.example", "jwk": {}, "registerUrl": further});
        let settings = Settings::new(url, vec![serde_json::from_value(anchor).unwrap()]);
        let before = Noted {
            register: url.to_owned(),
            sequence: 7,
        };
        let file = folder.path().join("newest-register-list.json");
        std::fs::write(&file, serde_json::to_vec(&before).unwrap()).unwrap();

        let seen = Seen::open(Some(folder.path()), &settings).unwrap();
        seen.note(further, 3);
        seen.note("https://unknown.example/v1/list", 9);

        let again = Seen::open(Some(folder.path()), &settings).unwrap();
        let numbers = BTreeMap::from([(further.to_owned(), 3), (url.to_owned(), 7)]);
        assert_eq!(again.all(), numbers);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_not_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("newest-register-list.json"), "{}").unwrap();

        let refused = Seen::open(Some(folder.path()), &settings("https://register.example"));

        assert!(matches!(refused, Err(SeenError::Content(..))));
    }
}
