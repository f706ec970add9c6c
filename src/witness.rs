//! `waarmerk witness`: keeps what a register recorded, and checks that it takes nothing of it back.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use http_service::outbound;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use trust::log::{Entry, Hash, Head, Replay, leaf_hash, root, verify_head};
use trust::{ListError, MAX_LIST_CHARACTERS, verify_list};
use url::Url;
use verification::Settings;

use crate::output::tell;
use crate::trust_file::{self, TrustFileError};

/// As many entries as a register gives at once.
const PAGE: u64 = 500;
/// More entries than this are not taken from a register at one time.
const MOST_NEW: u64 = 2_000_000;
/// A head that is older than this is not of today.
const LONGEST_UNCHANGED: chrono::TimeDelta = chrono::TimeDelta::hours(24);

/// Which register, and where what it said is kept.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// A file with the register's address and anchors, as a verifier serves it at `/config.json`.
    #[arg(long, env = "WAARMERK_TRUST")]
    trust: PathBuf,
    /// The folder that keeps the register's log between two runs.
    #[arg(long)]
    keep: PathBuf,
    /// Print in English instead of Dutch.
    #[arg(long)]
    english: bool,
}

/// Why the register was not found in order.
#[derive(Debug, thiserror::Error)]
pub enum WitnessError {
    /// The file of `--trust` is of no use.
    #[error(transparent)]
    Trust(#[from] TrustFileError),
    /// The folder of `--keep` cannot be read or written.
    #[error("{0} cannot be used")]
    Folder(PathBuf, #[source] io::Error),
    /// What was kept contradicts itself.
    #[error("what {0} keeps is damaged; look into it before you begin a new folder")]
    Damaged(PathBuf),
    /// The client could not be made.
    #[error(transparent)]
    Client(#[from] outbound::SettingsError),
    /// The register did not give what was asked.
    #[error("the register could not be asked for its {what}: {why}")]
    Unreachable {
        /// What was asked for.
        what: &'static str,
        /// What happened.
        why: String,
    },
    /// The head is old.
    #[error("the head of the register's log is of {0}, not of today")]
    OldHead(chrono::DateTime<chrono::Utc>),
    /// The head is older than one that is known.
    #[error("the register gave a head of {now}, and there is one of {known}")]
    EarlierHead {
        /// The moment of the head that was given.
        now: chrono::DateTime<chrono::Utc>,
        /// The moment of the head that is known.
        known: chrono::DateTime<chrono::Utc>,
    },
    /// What was given is not what was signed; whoever stands between may have changed it.
    #[error("the register gave entries that are not those of the head it signed")]
    OtherEntries,
    /// A newer register than this program knows.
    #[error("this witness is too old to read the register's log: {0}")]
    TooOld(String),
    /// The register contradicts what it signed before, or itself. What proves it lies in the folder.
    #[error("{0}; what it signed lies in {1}")]
    Contradiction(Contradiction, PathBuf),
}

/// How a register contradicts itself.
#[derive(Debug, thiserror::Error)]
pub enum Contradiction {
    /// Entries are gone.
    #[error("the register's log had {before} entries and now has {now}")]
    Shorter {
        /// How many were kept.
        before: u64,
        /// How many there are.
        now: u64,
    },
    /// The log that was kept is not the beginning of the present one.
    #[error("the register changed its past: the {0} entries known are not the beginning of its log")]
    PastChanged(u64),
    /// An entry cannot be.
    #[error("the register's log contradicts itself: {0}")]
    Log(String),
    /// The list is not in the log.
    #[error("list {0}, which the register publishes, is not in its log")]
    ListNotLogged(u64),
    /// The list, as signed, contradicts itself.
    #[error("the register signed a list that contradicts itself: {0}")]
    List(#[source] ListError),
}

impl WitnessError {
    /// 1 when the register contradicts itself, 2 when that could not be checked.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Contradiction(..) => 1,
            _ => 2,
        }
    }
}

/// What was kept of a register's log.
#[derive(Default)]
struct Known {
    head: Option<Head>,
    /// In canonical JSON, one a line in the file.
    entries: Vec<String>,
}

impl Known {
    /// The changes of the operator's key among the entries, as they were signed.
    fn key_changes(&self) -> Vec<String> {
        let entries = self
            .entries
            .iter()
            .filter(|entry| entry.contains("\"keyChange\""));
        let changes = entries.filter_map(|entry| match serde_json::from_str(entry) {
            Ok(Entry::KeyChange { change }) => Some(change),
            _ => None,
        });
        changes.collect()
    }
}

/// What a register says at this moment.
struct Present {
    head: Head,
    signed: String,
    list: (u64, String),
}

#[derive(Deserialize)]
struct Entries {
    entries: Vec<Value>,
}

/// Follows the log from where the folder ends, and prints what was found.
pub async fn run(options: &Options) -> Result<(), WitnessError> {
    let settings = trust_file::read(&options.trust)?;
    let folder = Folder(&options.keep);
    let register = Remote::new(&settings)?;
    let known = folder.load()?;

    let present = register.present(&settings, &known, &folder).await?;
    let size = known.entries.len();
    let entries = register.entries(known, &present, &folder).await?;
    replay(&entries, &present, &folder)?;

    let new = entries.get(size..).unwrap_or_default();
    folder.add(new, &present.signed)?;
    let (total, number, list) = (entries.len(), new.len(), present.list.0);
    tell(&if options.english {
        format!(
            "In order: {total} entries, {number} of them new. Every list up to {list} says what the log says."
        )
    } else {
        format!(
            "In orde: {total} regels, waarvan {number} nieuw. Elke lijst tot en met {list} zegt wat in het logboek staat."
        )
    });
    Ok(())
}

/// That every list in the log says what the entries before it say, and that the present list is one of them.
fn replay(entries: &[String], present: &Present, folder: &Folder<'_>) -> Result<(), WitnessError> {
    let contradicted = |found| folder.contradicted(found, &present.signed);
    let (sequence, content_hash) = &present.list;
    let mut replay = Replay::default();
    let mut is_published = false;
    for text in entries {
        let entry: Entry =
            serde_json::from_str(text).map_err(|error| WitnessError::TooOld(error.to_string()))?;
        if let Entry::List { version, .. } = &entry
            && *version > trust::LIST_VERSION
        {
            return Err(WitnessError::TooOld(format!("a list of version {version}")));
        }
        replay
            .apply(entry)
            .map_err(|error| contradicted(Contradiction::Log(error.to_string())))?;
        is_published |= replay.published(*sequence, content_hash);
    }
    if is_published {
        Ok(())
    } else {
        Err(contradicted(Contradiction::ListNotLogged(*sequence)))
    }
}

fn root_over(entries: &[String]) -> Hash {
    let leaves: Vec<_> = entries.iter().map(|entry| leaf_hash(entry.as_bytes())).collect();
    root(&leaves)
}

/// The register, asked over HTTP.
struct Remote {
    client: outbound::Client,
    list: Url,
}

impl Remote {
    fn new(settings: &Settings) -> Result<Self, WitnessError> {
        let client = outbound::Client::new(&outbound::Settings {
            allowed_origins: settings.loopback_origins.clone(),
            ..outbound::Settings::default()
        })?;
        let list = Url::parse(&settings.register_url).map_err(|error| WitnessError::Unreachable {
            what: "list",
            why: error.to_string(),
        })?;
        Ok(Self {
            client: client.compressed(MAX_LIST_CHARACTERS),
            list,
        })
    }

    /// The list first: then the log, which is asked for later, must have it.
    async fn present(
        &self,
        settings: &Settings,
        known: &Known,
        folder: &Folder<'_>,
    ) -> Result<Present, WitnessError> {
        let now = chrono::Utc::now();
        // Whoever stands between can put anything in the place of an answer: only what is signed accuses.
        let unusable = |what, why: &dyn std::fmt::Display| WitnessError::Unreachable {
            what,
            why: why.to_string(),
        };
        let signed = self.text("list", "").await?;
        let list = verify_list(&signed, &settings.anchors, now).map_err(|error| match error {
            ListError::Inconsistent(_) => folder.contradicted(Contradiction::List(error), &signed),
            other => unusable("list", &other),
        })?;
        // Whoever has a key that the operator replaced can sign, and accuses nobody by that.
        if !list.operator().begins_with(&known.key_changes()) {
            return Err(unusable(
                "list",
                &"it does not tell of the changes of its operator's key that are known",
            ));
        }
        let signed = self.text("head", "./log/head").await?;
        let head = verify_head(&signed, list.operator(), now).map_err(|error| unusable("head", &error))?;
        if (&head.iss, &head.register_id) != (&list.list().iss, &list.list().register_id) {
            return Err(unusable("head", &"it is of another register than the list"));
        }
        if head.issued_at < now - LONGEST_UNCHANGED {
            return Err(WitnessError::OldHead(head.issued_at));
        }
        let list = (list.list().sequence, list.content_hash().to_owned());
        Ok(Present { head, signed, list })
    }

    /// All entries of the present log, of which those that were kept are the beginning.
    async fn entries(
        &self,
        known: Known,
        present: &Present,
        folder: &Folder<'_>,
    ) -> Result<Vec<String>, WitnessError> {
        let now = &present.head;
        if let Some(before) = &known.head
            && now.size < before.size
        {
            if now.issued_at < before.issued_at {
                let (now, known) = (now.issued_at, before.issued_at);
                return Err(WitnessError::EarlierHead { now, known });
            }
            let (before, now) = (before.size, now.size);
            return Err(folder.contradicted(Contradiction::Shorter { before, now }, &present.signed));
        }
        let size = known.entries.len();
        let mut entries = known.entries;
        self.continue_to(now, &mut entries).await?;
        if root_over(&entries) == now.root {
            return Ok(entries);
        }
        // Either these are not the entries, or the log does not go on from what is known: the whole of it tells.
        let mut anew = Vec::new();
        self.continue_to(now, &mut anew).await?;
        match root_over(&anew) == now.root && size > 0 {
            true => Err(folder.contradicted(Contradiction::PastChanged(size as u64), &present.signed)),
            false => Err(WitnessError::OtherEntries),
        }
    }

    /// Fetches what is missing of the entries that `head` stands for.
    async fn continue_to(&self, head: &Head, entries: &mut Vec<String>) -> Result<(), WitnessError> {
        let unusable = |why: &str| WitnessError::Unreachable {
            what: "entries",
            why: why.to_owned(),
        };
        let mut next = entries.len() as u64;
        if head.size - next > MOST_NEW {
            return Err(unusable("there are more than are taken at one time"));
        }
        while next < head.size {
            let last = head.size.min(next + PAGE) - 1;
            let page: Entries = self
                .json("entries", &format!("./log/entries/{next}/{last}"))
                .await?;
            if page.entries.len() as u64 != last - next + 1 {
                return Err(unusable("it gave another number of entries than was asked"));
            }
            for entry in &page.entries {
                let text = credentials::jcs::canonicalize(entry);
                entries.push(text.map_err(|error| unusable(&error.to_string()))?);
            }
            next = last + 1;
        }
        Ok(())
    }

    async fn text(&self, what: &'static str, address: &str) -> Result<String, WitnessError> {
        let failed = |why: String| WitnessError::Unreachable { what, why };
        let url = self
            .list
            .join(address)
            .map_err(|error| failed(error.to_string()))?;
        let answer = self.client.get(url.as_str(), "*/*").await;
        let answer = answer.map_err(|error| failed(error.to_string()))?;
        if answer.status != 200 {
            return Err(failed(format!("it answered with {}", answer.status)));
        }
        String::from_utf8(answer.body).map_err(|error| failed(error.to_string()))
    }

    async fn json<T: DeserializeOwned>(&self, what: &'static str, address: &str) -> Result<T, WitnessError> {
        let text = self.text(what, address).await?;
        serde_json::from_str(&text).map_err(|error| WitnessError::Unreachable {
            what,
            why: error.to_string(),
        })
    }
}

/// The folder of `--keep`: `entries.jsonl` and `heads.jsonl`, both only ever added to.
struct Folder<'a>(&'a Path);

impl Folder<'_> {
    fn load(&self) -> Result<Known, WitnessError> {
        fs::create_dir_all(self.0).map_err(|error| self.failed(error))?;
        let heads = self.lines("heads.jsonl")?;
        let Some(signed) = heads.last() else {
            return Ok(Known::default());
        };
        let damaged = || WitnessError::Damaged(self.0.to_owned());
        // It was verified when it was put here, perhaps with a key that has been replaced since.
        let head = Head::peek(signed).ok_or_else(damaged)?;
        let size = usize::try_from(head.size).map_err(|_| damaged())?;
        let mut entries = self.lines("entries.jsonl")?;
        if entries.len() > size {
            // Added by a run that ended before it could add the head.
            entries.truncate(size);
            let whole: String = entries.iter().map(|entry| format!("{entry}\n")).collect();
            fs::write(self.0.join("entries.jsonl"), whole).map_err(|error| self.failed(error))?;
        }
        if entries.len() != size || root_over(&entries) != head.root {
            return Err(damaged());
        }
        Ok(Known {
            head: Some(head),
            entries,
        })
    }

    fn lines(&self, name: &str) -> Result<Vec<String>, WitnessError> {
        match fs::read_to_string(self.0.join(name)) {
            Ok(text) => Ok(text.lines().map(str::to_owned).collect()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Entries first, so that every head that is kept has its entries.
    fn add(&self, entries: &[String], head: &str) -> Result<(), WitnessError> {
        self.append("entries.jsonl", entries)?;
        self.append("heads.jsonl", &[head.trim().to_owned()])
    }

    /// Keeps what a register signed although it cannot be, beside what it signed before.
    fn contradicted(&self, found: Contradiction, signed: &str) -> WitnessError {
        match self.append("contradictions.jsonl", &[signed.trim().to_owned()]) {
            Ok(()) => WitnessError::Contradiction(found, self.0.to_owned()),
            Err(error) => error,
        }
    }

    fn append(&self, name: &str, lines: &[String]) -> Result<(), WitnessError> {
        let write = || -> io::Result<()> {
            let mut file: File = OpenOptions::new()
                .create(true)
                .append(true)
                .open(self.0.join(name))?;
            let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
            file.write_all(text.as_bytes())?;
            file.sync_all()
        };
        write().map_err(|error| self.failed(error))
    }

    fn failed(&self, error: io::Error) -> WitnessError {
        WitnessError::Folder(self.0.to_owned(), error)
    }
}
