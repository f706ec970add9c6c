//! The newest register list that was believed, also after a restart: an older one is a step back in time.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use trust::KeyChangesSeen;
use verification::Settings;

/// The numbers of the newest lists, in memory and, where there is a folder for it, in a file.
#[derive(Debug)]
pub(crate) struct Seen {
    /// By the address of the list.
    newest: Mutex<BTreeMap<String, Newest>>,
    file: Option<PathBuf>,
    /// By the address of the list, the register that the number is of.
    registers: BTreeMap<String, Identity>,
}

/// What a later list of a register must have at least.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Newest {
    /// Its number.
    pub(crate) sequence: u64,
    /// The changes of its operator's key that it must begin with.
    pub(crate) key_changes: KeyChangesSeen,
}

impl Newest {
    fn with(self, other: Self) -> Self {
        Self {
            sequence: self.sequence.max(other.sequence),
            key_changes: match other.key_changes.number > self.key_changes.number {
                true => other.key_changes,
                false => self.key_changes,
            },
        }
    }
}

/// A register, so that it is known again when it or its operator changes a key.
#[derive(Debug)]
struct Identity {
    url: String,
    /// Whose signatures count.
    operators: BTreeSet<String>,
    /// The keys that are pinned for them.
    pinned: BTreeSet<String>,
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
    #[serde(default)]
    key_changes: KeyChangesSeen,
    /// The keys that were pinned for it, by what tells them apart (`x`); empty where that was not written down.
    #[serde(default)]
    pinned: BTreeSet<String>,
}

impl Noted {
    fn newest(&self) -> Newest {
        Newest {
            sequence: self.sequence,
            key_changes: self.key_changes.clone(),
        }
    }
}

impl Seen {
    /// What is remembered in `folder`; the numbers of another register mean nothing for these.
    pub(crate) fn open(folder: Option<&Path>, settings: &Settings) -> Result<Self, SeenError> {
        let urls = settings.register_urls();
        let registers: BTreeMap<_, _> = urls
            .iter()
            .map(|url| ((*url).to_owned(), Identity::of(&settings.for_register(url))))
            .collect();
        let configured = |url: &str| Newest {
            sequence: settings.for_register(url).minimum_sequence,
            key_changes: settings.seen_key_changes.get(url).cloned().unwrap_or_default(),
        };
        let mut newest: BTreeMap<String, Newest> = urls
            .iter()
            .map(|url| ((*url).to_owned(), configured(url)))
            .collect();
        let file = match folder {
            Some(folder) => {
                let failed = |error| SeenError::File(folder.to_owned(), error);
                http_service::private_folder(folder).map_err(failed)?;
                let file = folder.join("newest-register-list.json");
                for noted in read(&file)? {
                    let url = registers.iter().find(|(_, known)| known.is(&noted));
                    if let Some(newest) = url.and_then(|(url, _)| newest.get_mut(url)) {
                        *newest = newest.clone().with(noted.newest());
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

    /// What the next list of each address must have at least.
    pub(crate) fn all(&self) -> BTreeMap<String, Newest> {
        self.numbers().clone()
    }

    /// Remembers a list that was believed. Writes a file when it is news.
    pub(crate) fn note(&self, url: &str, list: Newest) {
        let mut newest = self.numbers();
        match newest.get_mut(url) {
            Some(before) if before.clone().with(list.clone()) != *before => {
                *before = before.clone().with(list);
            }
            _ => return,
        }
        let Some(file) = &self.file else {
            return;
        };
        if let Err(error) = self.write(file, &mut newest) {
            tracing::error!(%error, "the number of the newest register list could not be written down");
        }
    }

    /// Writes the numbers down beside those of registers that others who use the folder trust, and takes over what others
    /// have seen of the same ones.
    fn write(&self, file: &Path, newest: &mut BTreeMap<String, Newest>) -> Result<(), SeenError> {
        let failed = |error| SeenError::File(file.to_owned(), error);
        let alone = std::fs::File::create(file.with_extension("lock")).map_err(failed)?;
        alone.lock().map_err(failed)?;
        let mut noted = Vec::new();
        for known in read(file)? {
            match self.registers.iter().find(|(_, register)| register.is(&known)) {
                None => noted.push(known),
                Some((url, _)) => {
                    let before = newest.entry(url.clone()).or_default();
                    *before = before.clone().with(known.newest());
                }
            }
        }
        noted.extend(newest.iter().filter_map(|(url, newest)| {
            let register = self.registers.get(url)?;
            Some(Noted {
                register: register.to_string(),
                sequence: newest.sequence,
                key_changes: newest.key_changes.clone(),
                pinned: register.pinned.clone(),
            })
        }));
        let text = serde_json::to_vec(&File::Several(noted));
        let text = text.map_err(|error| SeenError::Content(file.to_owned(), error))?;
        http_service::replace_private(file, &text).map_err(failed)
    }

    fn numbers(&self) -> MutexGuard<'_, BTreeMap<String, Newest>> {
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

impl Identity {
    fn of(settings: &Settings) -> Self {
        let operators = settings.anchors.iter().map(|anchor| anchor.iss.to_string());
        let keys = settings
            .anchors
            .iter()
            .filter_map(|anchor| anchor.jwk.get("x")?.as_str());
        Self {
            url: settings.register_url.clone(),
            operators: operators.collect(),
            pinned: keys.map(str::to_owned).collect(),
        }
    }

    /// Whether that was written down of this register: at the same address, by one of the same operators, and by somebody
    /// who pinned one of the same keys. Who pins others instead begins anew, since the numbers may be a thief's.
    fn is(&self, noted: &Noted) -> bool {
        let mut words = noted.register.split(' ');
        let is_here = words.next() == Some(self.url.as_str());
        let operators: Vec<_> = words.collect();
        let is_same = operators
            .iter()
            .any(|operator| self.operators.contains(*operator));
        let is_pinned = noted.pinned.is_empty() || !noted.pinned.is_disjoint(&self.pinned);
        is_here && is_pinned && (is_same || (operators.is_empty() && self.operators.is_empty()))
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)?;
        self.operators
            .iter()
            .try_for_each(|operator| write!(f, " {operator}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(sequence: u64) -> Newest {
        Newest {
            sequence,
            ..Newest::default()
        }
    }

    impl Seen {
        fn newest(&self, url: &str) -> u64 {
            self.all()[url].sequence
        }
    }

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
        one.note(url, list(7));
        one.note(url, list(6));

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
            key_changes: KeyChangesSeen::default(),
            pinned: BTreeSet::new(),
        };
        let file = folder.path().join("newest-register-list.json");
        std::fs::write(&file, serde_json::to_vec(&before).unwrap()).unwrap();

        let seen = Seen::open(Some(folder.path()), &settings).unwrap();
        seen.note(further, list(3));
        seen.note("https://unknown.example/v1/list", list(9));

        let again = Seen::open(Some(folder.path()), &settings).unwrap();
        let numbers = BTreeMap::from([(further.to_owned(), list(3)), (url.to_owned(), list(7))]);
        assert_eq!(again.all(), numbers);
    }

    #[test]
    fn numbers_of_others_who_use_the_folder_stay_and_never_go_back() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (
            "https://register.example/v1/list",
            "https://other.example/v1/list",
        );
        let open = |url| Seen::open(Some(folder.path()), &settings(url)).unwrap();
        let (first, second) = (open(one), open(one));
        first.note(one, list(7));
        second.note(one, list(6));
        open(other).note(other, list(3));

        assert_eq!((open(one).newest(one), open(other).newest(other)), (7, 3));
        assert_eq!(second.newest(one), 7, "taken over when it wrote");
    }

    #[test]
    fn changes_of_key_are_remembered_beside_the_number_and_never_go_back() {
        let folder = tempfile::tempdir().unwrap();
        let url = "https://register.example/v1/list";
        let seen = Seen::open(Some(folder.path()), &settings(url)).unwrap();
        let changed = Newest {
            sequence: 7,
            key_changes: KeyChangesSeen {
                number: 1,
                last: Some("sha-256:1".to_owned()),
            },
        };
        seen.note(url, changed.clone());
        seen.note(url, list(8));

        let again = Seen::open(Some(folder.path()), &settings(url)).unwrap();
        assert_eq!(
            again.all()[url],
            Newest {
                sequence: 8,
                ..changed
            }
        );
    }

    #[test]
    fn a_register_with_one_more_key_is_the_same_register() {
        let folder = tempfile::tempdir().unwrap();
        let url = "https://register.example/v1/list";
        let anchored = |operators: &[&str]| {
            let anchor =
                |iss: &&str| serde_json::from_value(serde_json::json!({"iss": iss, "jwk": {}})).unwrap();
            let settings = Settings::new(url, operators.iter().map(anchor).collect());
            Seen::open(Some(folder.path()), &settings).unwrap()
        };
        anchored(&["did:web:a.example"]).note(url, list(7));

        assert_eq!(
            anchored(&["did:web:a.example", "did:web:a.example"]).newest(url),
            7
        );
        assert_eq!(
            anchored(&["did:web:b.example", "did:web:a.example"]).newest(url),
            7
        );
        assert_eq!(anchored(&["did:web:b.example"]).newest(url), 0);
    }

    #[test]
    fn who_pins_another_key_instead_begins_anew() {
        let folder = tempfile::tempdir().unwrap();
        let url = "https://register.example/v1/list";
        let pinning = |keys: &[&str]| {
            let anchor = |x: &&str| {
                serde_json::from_value(serde_json::json!({"iss": "did:web:a.example", "jwk": {"x": x}}))
                    .unwrap()
            };
            let settings = Settings::new(url, keys.iter().map(anchor).collect());
            Seen::open(Some(folder.path()), &settings).unwrap()
        };
        pinning(&["one"]).note(url, list(7));

        assert_eq!(pinning(&["two", "one"]).newest(url), 7);
        assert_eq!(pinning(&["two"]).newest(url), 0);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_not_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("newest-register-list.json"), "{}").unwrap();

        let refused = Seen::open(Some(folder.path()), &settings("https://register.example"));

        assert!(matches!(refused, Err(SeenError::Content(..))));
    }
}
