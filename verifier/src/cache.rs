//! A folder with what checks needed before, so that they can be made without a connection.
//!
//! It holds public lists and keys alone, never what was checked. Nothing in it is believed for lying there: a register
//! list is used when an anchor's key signed it, a status list when its issuer did, leaves when a signed receipt has their
//! root. The dates at which things were fetched are this machine's own word.

use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use verification::{Fetched, Resource};

/// How many answers are kept, at most; the one that was fetched first makes room.
const MOST_FILES: usize = 1024;
/// A larger file is not one of ours: escaping makes a text at most six times as long.
const MOST_BYTES: u64 = 6 * trust::MAX_LIST_CHARACTERS as u64;

/// The folder, and whether it is all there is.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
    is_offline: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    url: String,
    status: u16,
    fetched_at: DateTime<Utc>,
    body: String,
}

impl Cache {
    /// A folder that checks add to. It is made where it is not there, for this user alone.
    pub fn filled_in(folder: &Path) -> io::Result<Self> {
        http_service::private_folder(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
            is_offline: false,
        })
    }

    /// A folder that checks use instead of any connection. It has to be there.
    pub fn used_offline(folder: &Path) -> io::Result<Self> {
        std::fs::read_dir(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
            is_offline: true,
        })
    }

    pub(crate) fn is_offline(&self) -> bool {
        self.is_offline
    }

    /// What is kept of an address.
    pub(crate) fn get(&self, url: &str) -> Resource {
        let missing = |why: &str| Resource::Unreachable {
            unreachable: why.to_owned(),
        };
        let file = self.file(url);
        match std::fs::metadata(&file) {
            Ok(found) if found.len() > MOST_BYTES => return missing("what is kept of it is too large"),
            Ok(_) => {}
            Err(_) => return missing("nothing is kept of it"),
        }
        let kept = std::fs::read(&file).ok();
        let kept = kept.and_then(|text| serde_json::from_slice::<Kept>(&text).ok());
        match kept.filter(|kept| kept.url == url) {
            Some(Kept {
                status,
                body,
                fetched_at,
                ..
            }) => Resource::Fetched(Fetched {
                status,
                body,
                fetched_at,
            }),
            None => missing("what is kept of it is damaged"),
        }
    }

    /// Keeps an answer. That something is not there is kept as well, but never in the place of something that was.
    pub(crate) fn put(&self, url: &str, answer: &Fetched) {
        let is_there = |resource| matches!(resource, Resource::Fetched(kept) if kept.status == 200);
        match answer.status {
            200 => {}
            404 if !is_there(self.get(url)) => {}
            _ => return,
        }
        let kept = Kept {
            url: url.to_owned(),
            status: answer.status,
            fetched_at: answer.fetched_at,
            body: answer.body.clone(),
        };
        let file = self.file(url);
        let written = serde_json::to_vec(&kept)
            .map_err(io::Error::from)
            .and_then(|text| http_service::replace_private(&file, &text));
        if let Err(error) = written.and_then(|()| self.make_room()) {
            tracing::error!(%error, "what was fetched could not be kept");
        }
    }

    fn file(&self, url: &str) -> PathBuf {
        let name = Sha256::digest(url.as_bytes());
        let name: String = name.iter().map(|byte| format!("{byte:02x}")).collect();
        self.folder.join(format!("{name}.kept.json"))
    }

    fn make_room(&self) -> io::Result<()> {
        let mut files = Vec::new();
        for entry in std::fs::read_dir(&self.folder)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().ends_with(".kept.json") {
                files.push((entry.metadata()?.modified()?, entry.path()));
            }
        }
        files.sort();
        let excess = files.len().saturating_sub(MOST_FILES);
        for (_, file) in files.into_iter().take(excess) {
            std::fs::remove_file(file)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://register.example/v1/list";

    fn answer(status: u16, body: &str) -> Fetched {
        Fetched {
            status,
            body: body.to_owned(),
            fetched_at: DateTime::UNIX_EPOCH,
        }
    }

    fn unreachable(resource: Resource) -> String {
        match resource {
            Resource::Unreachable { unreachable } => unreachable,
            Resource::Fetched(_) => String::new(),
        }
    }

    #[test]
    fn what_was_kept_is_found_with_its_date_and_nothing_else_is() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::filled_in(folder.path()).unwrap();
        cache.put(URL, &answer(200, "a list"));
        cache.put(URL, &answer(404, "gone"));
        cache.put(URL, &answer(503, "busy"));

        let offline = Cache::used_offline(folder.path()).unwrap();

        assert_eq!(offline.get(URL), Resource::Fetched(answer(200, "a list")));
        assert_eq!(
            unreachable(offline.get("https://other.example")),
            "nothing is kept of it"
        );
    }

    #[test]
    fn a_file_of_another_address_or_of_another_kind_is_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::filled_in(folder.path()).unwrap();
        cache.put(URL, &answer(200, "a list"));
        std::fs::rename(cache.file(URL), cache.file("https://other.example")).unwrap();
        std::fs::write(cache.file(URL), "{}").unwrap();

        assert_eq!(unreachable(cache.get(URL)), "what is kept of it is damaged");
        assert_eq!(
            unreachable(cache.get("https://other.example")),
            "what is kept of it is damaged"
        );
    }

    #[test]
    fn the_number_of_files_is_bounded() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::filled_in(folder.path()).unwrap();
        for number in 0..MOST_FILES + 3 {
            std::fs::write(folder.path().join(format!("{number}.kept.json")), "").unwrap();
        }

        cache.put(URL, &answer(200, "a list"));

        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), MOST_FILES);
    }

    #[test]
    fn a_folder_that_is_not_there_cannot_stand_in_for_a_connection() {
        let folder = tempfile::tempdir().unwrap();

        assert!(Cache::used_offline(&folder.path().join("nothing")).is_err());
    }
}
