#![doc = include_str!("../README.md")]

use chrono::{DateTime, Utc};
use credentials::Did;
pub use credentials::open_badges::StatusPurpose as Purpose;
use rand_core::CryptoRng;
use serde_json::Value;

/// The fewest entries a list may have, so that one holder is lost among many
/// ([Bitstring Status List 1.0 §3.3](https://www.w3.org/TR/vc-bitstring-status-list/#bitstring-generation-algorithm)).
pub const MINIMUM_ENTRIES: usize = 131_072;

/// One bit for each credential.
#[derive(Clone, PartialEq, Eq)]
pub struct StatusList {
    bits: Vec<u8>,
}

/// Why a status list could not be made or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// The number of entries is too small, too large or not a multiple of eight.
    #[error("a status list has {MINIMUM_ENTRIES} to {MAXIMUM_ENTRIES} entries, a multiple of 8; not {0}")]
    Length(usize),
    /// The index is past the end of the list.
    #[error("status list index {index} is not below {length}")]
    Index {
        /// The index.
        index: usize,
        /// The number of entries.
        length: usize,
    },
    /// The text is not multibase base64url of a GZIP stream.
    #[error("the encoded status list is not readable: {0}")]
    Encoding(&'static str),
    /// Every index of the list is taken; the issuer needs a further list.
    #[error("the status list is full")]
    Full,
}

/// The most entries that are read.
pub const MAXIMUM_ENTRIES: usize = 8 * 1024 * 1024;

impl StatusList {
    /// A list of `length` entries, none of them set.
    pub fn new(length: usize) -> Result<Self, ListError> {
        if !(MINIMUM_ENTRIES..=MAXIMUM_ENTRIES).contains(&length) || !length.is_multiple_of(8) {
            return Err(ListError::Length(length));
        }
        Ok(Self {
            bits: vec![0; length / 8],
        })
    }

    /// The number of entries.
    #[expect(
        clippy::len_without_is_empty,
        reason = "a list has at least the minimum of entries"
    )]
    pub fn len(&self) -> usize {
        self.bits.len() * 8
    }

    /// Whether the entry at `index` is set.
    pub fn get(&self, index: usize) -> Result<bool, ListError> {
        let byte = self.bits.get(index / 8).ok_or(ListError::Index {
            index,
            length: self.len(),
        })?;
        Ok(byte & (0x80 >> (index % 8)) != 0)
    }

    /// Sets or clears the entry at `index`.
    pub fn set(&mut self, index: usize, value: bool) -> Result<(), ListError> {
        let length = self.len();
        let byte = self
            .bits
            .get_mut(index / 8)
            .ok_or(ListError::Index { index, length })?;
        let bit = 0x80 >> (index % 8);
        if value {
            *byte |= bit
        } else {
            *byte &= !bit
        }
        Ok(())
    }

    /// The list as `encodedList`: `u`, then base64url of the GZIP stream.
    pub fn encode(&self) -> String {
        String::new()
    }

    /// Reads an `encodedList` of at most [`MAXIMUM_ENTRIES`].
    pub fn decode(text: &str) -> Result<Self, ListError> {
        let _ = text;
        Err(ListError::Encoding("unknown"))
    }
}

/// An index that `used` does not know, chosen evenly at random.
pub fn random_index(
    length: usize,
    used: &dyn Fn(usize) -> bool,
    rng: &mut dyn CryptoRng,
) -> Result<usize, ListError> {
    let _ = (length, used, rng);
    Err(ListError::Full)
}

/// The `credentialStatus` entry of a credential
/// ([§2.1](https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslistentry)).
pub fn entry(list_url: &str, purpose: Purpose, index: usize) -> Value {
    let _ = (list_url, purpose, index);
    Value::Null
}

/// The unsigned status list credential
/// ([§2.2](https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslistcredential)).
pub fn credential(
    list: &StatusList,
    id: &str,
    purpose: Purpose,
    issuer: &Did,
    valid_from: DateTime<Utc>,
    valid_until: DateTime<Utc>,
) -> Value {
    let _ = (list, id, purpose, issuer, valid_from, valid_until);
    Value::Null
}

/// Where and what to look up, read from a `credentialStatus` entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryRef {
    /// The address of the status list credential.
    pub list_url: String,
    /// What a set bit means.
    pub purpose: Purpose,
    /// The place in the list.
    pub index: usize,
}

/// Reads the `credentialStatus` of a credential: absent, one entry or an array of them.
pub fn entries(credential: &Value) -> Result<Vec<EntryRef>, CheckError> {
    let _ = credential;
    Ok(Vec::new())
}

/// Why the status could not be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// The `credentialStatus` entry is not a usable BitstringStatusListEntry.
    #[error("the status entry has no usable {0}")]
    Entry(&'static str),
    /// The status list credential is not usable.
    #[error("the status list credential has no usable {0}")]
    List(&'static str),
    /// The list is about something else than the entry.
    #[error("the status list is for {list}, the entry for {entry}")]
    Purpose {
        /// What the list says.
        list: String,
        /// What the entry says.
        entry: String,
    },
    /// The list has another address than the entry names.
    #[error("the status list calls itself by another address than the entry")]
    OtherList,
    /// The index is past the end of the list.
    #[error("status list index {index} is not below {length}")]
    Index {
        /// The index.
        index: usize,
        /// The number of entries.
        length: usize,
    },
    /// The list is not valid yet.
    #[error("the status list is valid from {0} only")]
    NotYetValid(DateTime<Utc>),
    /// The list is too old to say how things are now.
    #[error("the status list was valid until {until}")]
    Stale {
        /// When it stopped being fresh.
        until: DateTime<Utc>,
        /// What it said then.
        last_known: bool,
    },
}

/// Whether the bit of `entry` is set in `list_credential` at the moment `at`.
///
/// The list's proof, and whether its issuer may speak for the credential's, are checked before.
pub fn check(entry: &Value, list_credential: &Value, at: DateTime<Utc>) -> Result<bool, CheckError> {
    let _ = (entry, list_credential, at);
    Err(CheckError::List("encodedList"))
}
