//! The sealed file a wallet is kept in: one encrypted document behind a passphrase.
//!
//! ```text
//! offset  size  content
//!      0     8  "WAARMERK"
//!      8     1  format version, 1
//!      9     1  key derivation, 1 = Argon2id version 0x13 (RFC 9106)
//!     10     4  memory in KiB        (big endian, as every number here)
//!     14     4  passes
//!     18     4  lanes
//!     22    16  salt
//!     38    12  nonce, new at each sealing
//!     50     …  AES-256-GCM ciphertext and 16-byte tag; bytes 0 to 49 are its associated data
//!   last    32  SHA-256 of everything before it
//! ```
//!
//! The 32-byte encryption key is the output of Argon2id over the passphrase (UTF-8, as typed).
//! The trailing hash is no protection, since anyone can compute it: it tells a file that was
//! damaged from a passphrase that is wrong. Whoever alters a file *and* its hash is told
//! [`UnlockError::WrongPassphrase`], because then nothing can tell the two apart.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use argon2::{Algorithm, Argon2, Params, Version};
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

const MAGIC: &[u8; 8] = b"WAARMERK";
const FORMAT: u8 = 1;
const ARGON2ID: u8 = 1;
const SALT_LENGTH: usize = 16;
const NONCE_LENGTH: usize = 12;
const HEADER_LENGTH: usize = 50;
const TAG_LENGTH: usize = 16;
const CHECKSUM_LENGTH: usize = 32;

/// The largest sealed wallet that is read: 32 MiB.
pub const MAX_SEALED_BYTES: usize = 32 << 20;

/// The fewest characters a passphrase may have.
pub const MIN_PASSPHRASE_CHARACTERS: usize = 8;

/// How much work it takes to try one passphrase.
///
/// The default is the second recommended option of RFC 9106, section 4 (64 MiB, three passes), in
/// one lane, since a page has one thread. On reading, anything outside 19 MiB to 256 MiB, 2 to 10
/// passes and 1 to 4 lanes is refused: less is too weak to have come from a wallet, more could
/// only be meant to exhaust the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Default for Cost {
    fn default() -> Self {
        Self {
            memory_kib: 64 * 1024,
            passes: 3,
            lanes: 1,
        }
    }
}

impl Cost {
    /// The least that is accepted: 19 MiB, two passes, one lane.
    pub const LEAST: Self = Self {
        memory_kib: 19 * 1024,
        passes: 2,
        lanes: 1,
    };

    /// A cost within the bounds above; `None` outside them.
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Option<Self> {
        let within = (19 * 1024..=256 * 1024).contains(&memory_kib)
            && (2..=10).contains(&passes)
            && (1..=4).contains(&lanes);
        within.then_some(Self {
            memory_kib,
            passes,
            lanes,
        })
    }
}

/// Why a passphrase cannot protect a wallet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PassphraseError {
    /// Fewer than [`MIN_PASSPHRASE_CHARACTERS`] characters.
    #[error("the passphrase needs at least {MIN_PASSPHRASE_CHARACTERS} characters")]
    TooShort,
    /// Only spaces, or one character repeated.
    #[error("the passphrase is blank or one repeated character")]
    Blank,
}

/// Why a sealed wallet was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnlockError {
    /// Not a file this program makes.
    #[error("this is not a sealed wallet")]
    NotAWallet,
    /// Made by a newer program.
    #[error("this wallet was sealed by a newer version (format {0})")]
    NewerFormat(u8),
    /// The bytes changed since they were sealed; another passphrase will not help.
    #[error("the sealed wallet is damaged")]
    Damaged,
    /// The parameters ask for more or less work than any wallet does.
    #[error("the sealed wallet asks for an unreasonable amount of work")]
    UnreasonableCost,
    /// The passphrase does not fit, or the file was altered on purpose.
    #[error("the passphrase does not fit this wallet")]
    WrongPassphrase,
    /// There is not enough memory to try the passphrase.
    #[error("not enough memory to try the passphrase")]
    NoMemory,
}

/// The key a wallet is sealed with, and how it was derived.
///
/// Kept in memory while a wallet is open, so that saving does not ask for the passphrase again;
/// wiped when dropped.
pub struct VaultKey {
    key: Zeroizing<[u8; 32]>,
    cost: Cost,
    salt: [u8; SALT_LENGTH],
}

impl std::fmt::Debug for VaultKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VaultKey")
            .field("cost", &self.cost)
            .finish_non_exhaustive()
    }
}

/// Whether a passphrase may be used for a new wallet.
pub fn check_passphrase(passphrase: &str) -> Result<(), PassphraseError> {
    if passphrase.chars().count() < MIN_PASSPHRASE_CHARACTERS {
        return Err(PassphraseError::TooShort);
    }
    let mut characters = passphrase.chars().filter(|c| !c.is_whitespace());
    let Some(first) = characters.next() else {
        return Err(PassphraseError::Blank);
    };
    if characters.all(|c| c == first) {
        return Err(PassphraseError::Blank);
    }
    Ok(())
}

impl VaultKey {
    /// Derives the key of a new wallet, with a salt of its own.
    pub fn create(passphrase: &str, cost: Cost, rng: &mut dyn CryptoRng) -> Result<Self, UnlockError> {
        let mut salt = [0; SALT_LENGTH];
        rng.fill_bytes(&mut salt);
        Self::derive(passphrase, cost, salt)
    }

    fn derive(passphrase: &str, cost: Cost, salt: [u8; SALT_LENGTH]) -> Result<Self, UnlockError> {
        let parameters = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32))
            .map_err(|_| UnlockError::UnreasonableCost)?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters)
            .hash_password_into(passphrase.as_bytes(), &salt, key.as_mut_slice())
            .map_err(|_| UnlockError::NoMemory)?;
        Ok(Self { key, cost, salt })
    }

    /// Encrypts `document` under this key with a new nonce; the layout is at the head of this module.
    pub fn seal(&self, document: &[u8], rng: &mut dyn CryptoRng) -> Result<Vec<u8>, UnlockError> {
        let mut nonce = [0; NONCE_LENGTH];
        rng.fill_bytes(&mut nonce);

        let mut sealed = Vec::with_capacity(HEADER_LENGTH + document.len() + TAG_LENGTH + CHECKSUM_LENGTH);
        sealed.extend_from_slice(MAGIC);
        sealed.extend_from_slice(&[FORMAT, ARGON2ID]);
        for number in [self.cost.memory_kib, self.cost.passes, self.cost.lanes] {
            sealed.extend_from_slice(&number.to_be_bytes());
        }
        sealed.extend_from_slice(&self.salt);
        sealed.extend_from_slice(&nonce);

        let ciphertext = self
            .cipher()?
            .encrypt(
                &Nonce::from(nonce),
                Payload {
                    msg: document,
                    aad: &sealed,
                },
            )
            .map_err(|_| UnlockError::NoMemory)?;
        sealed.extend_from_slice(&ciphertext);
        let checksum = Sha256::digest(&sealed);
        sealed.extend_from_slice(&checksum);
        Ok(sealed)
    }

    /// Opens a sealed wallet: its key, to seal it again later, and the document inside.
    pub fn unlock(sealed: &[u8], passphrase: &str) -> Result<(Self, Zeroizing<Vec<u8>>), UnlockError> {
        if !sealed.starts_with(MAGIC) {
            return Err(UnlockError::NotAWallet);
        }
        match sealed.get(MAGIC.len()) {
            Some(&FORMAT) => {}
            Some(&version) if version > FORMAT => return Err(UnlockError::NewerFormat(version)),
            _ => return Err(UnlockError::Damaged),
        }
        if sealed.len() < HEADER_LENGTH + TAG_LENGTH + CHECKSUM_LENGTH || sealed.len() > MAX_SEALED_BYTES {
            return Err(UnlockError::Damaged);
        }
        let (content, checksum) = sealed.split_at(sealed.len() - CHECKSUM_LENGTH);
        if Sha256::digest(content).as_slice() != checksum {
            return Err(UnlockError::Damaged);
        }
        let (header, ciphertext) = content.split_at(HEADER_LENGTH);
        if header[9] != ARGON2ID {
            return Err(UnlockError::Damaged);
        }
        let number =
            |at: usize| u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
        let cost = Cost::new(number(10), number(14), number(18)).ok_or(UnlockError::UnreasonableCost)?;
        let mut salt = [0; SALT_LENGTH];
        salt.copy_from_slice(&header[22..38]);
        let mut nonce = [0; NONCE_LENGTH];
        nonce.copy_from_slice(&header[38..HEADER_LENGTH]);

        let key = Self::derive(passphrase, cost, salt)?;
        let document = key
            .cipher()?
            .decrypt(
                &Nonce::from(nonce),
                Payload {
                    msg: ciphertext,
                    aad: header,
                },
            )
            .map_err(|_| UnlockError::WrongPassphrase)?;
        Ok((key, Zeroizing::new(document)))
    }

    fn cipher(&self) -> Result<Aes256Gcm, UnlockError> {
        Aes256Gcm::new_from_slice(self.key.as_slice()).map_err(|_| UnlockError::Damaged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use test_support::rng;

    const PASSPHRASE: &str = "zeven groene fietsen";

    fn sealed() -> Vec<u8> {
        let mut rng = rng("vault");
        let key = VaultKey::create(PASSPHRASE, Cost::LEAST, &mut rng).unwrap();
        key.seal(b"the document", &mut rng).unwrap()
    }

    fn with_checksum(mut sealed: Vec<u8>) -> Vec<u8> {
        sealed.truncate(sealed.len() - CHECKSUM_LENGTH);
        let checksum = Sha256::digest(&sealed);
        sealed.extend_from_slice(&checksum);
        sealed
    }

    #[test]
    fn sealed_document_opens_with_its_passphrase() {
        let (_, document) = VaultKey::unlock(&sealed(), PASSPHRASE).unwrap();
        assert_eq!(document.as_slice(), b"the document");
    }

    #[test]
    fn each_sealing_has_its_own_nonce() {
        let mut rng = rng("vault");
        let key = VaultKey::create(PASSPHRASE, Cost::LEAST, &mut rng).unwrap();
        let (first, second) = (
            key.seal(b"same", &mut rng).unwrap(),
            key.seal(b"same", &mut rng).unwrap(),
        );
        assert_ne!(first[38..50], second[38..50]);
        assert_eq!(
            VaultKey::unlock(&second, PASSPHRASE).unwrap().1.as_slice(),
            b"same"
        );
    }

    #[test]
    fn wrong_passphrase_is_named_as_such() {
        let error = VaultKey::unlock(&sealed(), "zeven groene fietsen.").unwrap_err();
        assert_eq!(error, UnlockError::WrongPassphrase);
    }

    #[test]
    fn damage_anywhere_is_told_apart_from_a_wrong_passphrase() {
        let whole = sealed();
        for at in MAGIC.len() + 1..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            assert_eq!(
                VaultKey::unlock(&damaged, PASSPHRASE).unwrap_err(),
                UnlockError::Damaged,
                "byte {at}"
            );
        }
        assert_eq!(
            VaultKey::unlock(&whole[..whole.len() - 1], PASSPHRASE).unwrap_err(),
            UnlockError::Damaged
        );
    }

    #[test]
    fn alteration_with_a_repaired_checksum_does_not_open() {
        for at in [22, 40, HEADER_LENGTH] {
            let mut altered = sealed();
            altered[at] ^= 1;
            let error = VaultKey::unlock(&with_checksum(altered), PASSPHRASE).unwrap_err();
            assert_eq!(error, UnlockError::WrongPassphrase, "byte {at}");
        }
    }

    #[test]
    fn parameters_outside_the_bounds_are_refused_before_any_work() {
        for (at, value) in [
            (10, u32::MAX),
            (10, 8),
            (14, 1),
            (14, 4_000_000_000),
            (18, 0),
            (18, 4096),
        ] {
            let mut altered = sealed();
            altered[at..at + 4].copy_from_slice(&u32::to_be_bytes(value));
            let error = VaultKey::unlock(&with_checksum(altered), PASSPHRASE).unwrap_err();
            assert_eq!(error, UnlockError::UnreasonableCost, "{value} at {at}");
        }
    }

    #[test]
    fn other_files_and_newer_formats_are_named() {
        assert_eq!(
            VaultKey::unlock(b"{}", PASSPHRASE).unwrap_err(),
            UnlockError::NotAWallet
        );
        let mut newer = sealed();
        newer[8] = 9;
        assert_eq!(
            VaultKey::unlock(&newer, PASSPHRASE).unwrap_err(),
            UnlockError::NewerFormat(9)
        );
    }

    #[test]
    fn passphrase_must_be_long_enough_and_not_blank() {
        assert_eq!(check_passphrase("kort"), Err(PassphraseError::TooShort));
        assert_eq!(check_passphrase("            "), Err(PassphraseError::Blank));
        assert_eq!(check_passphrase("aaaaaaaaaa"), Err(PassphraseError::Blank));
        assert_eq!(check_passphrase("zeven groene fietsen"), Ok(()));
    }
}
