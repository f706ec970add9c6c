//! Files and folders that only this user can read: databases, keys, notes.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use proofs::{Algorithm, KeyError, SecretKey};

use crate::system_random;

/// Why a key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// It cannot be read or written.
    #[error("the key file {path} cannot be used")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It does not hold a key of the right kind.
    #[error("the key file {0} does not hold a private key (JWK) of the right kind")]
    NotAKey(PathBuf, #[source] Option<KeyError>),
}

/// The secret key in the file at `path`, as a JWK; made there at the first time.
pub fn secret_key(path: &Path, algorithm: Algorithm) -> Result<SecretKey, KeyFileError> {
    let file = |source| KeyFileError::File {
        path: path.to_owned(),
        source,
    };
    let not_a_key = |error| KeyFileError::NotAKey(path.to_owned(), error);
    match fs::read(path) {
        Ok(text) => {
            let jwk = serde_json::from_slice(&text).map_err(|_| not_a_key(None))?;
            let key = SecretKey::from_jwk(&jwk).map_err(|error| not_a_key(Some(error)))?;
            if key.algorithm() == algorithm {
                Ok(key)
            } else {
                Err(not_a_key(None))
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let key = SecretKey::generate(algorithm, &mut system_random());
            write_private(path, key.to_jwk().as_bytes()).map_err(file)?;
            Ok(key)
        }
        Err(error) => Err(file(error)),
    }
}

/// A name for what is being written, which no other writer of this machine uses.
fn draft_of(path: &Path) -> PathBuf {
    static WRITTEN: AtomicU64 = AtomicU64::new(0);
    let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
    path.with_extension(format!("{}-{number}.new", std::process::id()))
}

/// Writes a file that was not there, readable by this user alone, and whole or not at all.
pub fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let draft = draft_of(path);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    file.write_all(content)?;
    file.sync_all()?;
    // Linking fails when another process was first, whose file then counts.
    fs::hard_link(&draft, path)?;
    fs::remove_file(&draft)?;
    keep_name(path)
}

/// Makes the name of a file last as its content does: a key that was used must not be gone after a loss of power.
fn keep_name(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Writes a file in the place of one that may be there, readable by this user alone: afterwards, and after a loss of
/// power, it is the old one or the new one, and whole.
pub fn replace_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let draft = draft_of(path);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&draft, path)?;
    keep_name(path)
}

/// Makes a folder, and those above it, that only this user can look into; one that is there stays as it is.
pub fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Makes an empty file that only this user can read, for a library that opens it later; one that is there is closed
/// to others.
pub fn private_file(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn file_is_closed_to_other_users_and_keeps_its_content() {
        let path = std::env::temp_dir().join(format!("private-file-{}", std::process::id()));
        fs::write(&path, "kept").unwrap();

        private_file(&path).unwrap();

        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_to_string(&path).unwrap(), "kept");
        fs::remove_file(&path).unwrap();
    }

    #[test]
    fn folder_is_closed_to_other_users_and_may_be_there_already() {
        let path = std::env::temp_dir()
            .join(format!("private-folder-{}", std::process::id()))
            .join("data");

        private_folder(&path).unwrap();
        private_folder(&path).unwrap();

        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o700
        );
        std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }
}
