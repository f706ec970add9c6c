//! The list itself ("Status List").

use super::Status;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_zlib_with_limit};
use serde_json::{Value, json};
use std::fmt;

/// A list never unpacks to more bytes than this: four million credentials of two bits.
pub const LARGEST_BYTES: usize = 1024 * 1024;

/// The longest `lst` that is looked at; what nothing compresses grows by a third in base64url.
const LONGEST_ENCODED: usize = LARGEST_BYTES * 3 / 2;

/// The standard asks for the best compression.
const LEVEL: u8 = 9;

/// Why a list could not be made, changed or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenListError {
    /// Not 1, 2, 4 or 8 bits for each credential.
    #[error("a status has 1, 2, 4 or 8 bits, not {0}")]
    Bits(u64),
    /// No entries, part of a byte, or more than [`LARGEST_BYTES`].
    #[error("{0} entries are no whole number of bytes or too many")]
    Length(usize),
    /// Past the end of the list.
    #[error("entry {index} is past the end of a list of {length}")]
    Index {
        /// The entry asked for.
        index: u64,
        /// How many there are.
        length: usize,
    },
    /// A status that needs more bits than the list has for it.
    #[error("status {value} does not fit into {bits} bits")]
    Status {
        /// The status as a number.
        value: u8,
        /// The bits of the list.
        bits: u8,
    },
    /// `bits` or `lst` cannot be read.
    #[error("the list cannot be read: {0}")]
    Encoding(&'static str),
}

/// One status of 1, 2, 4 or 8 bits for each credential of an issuer, in memory.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenStatusList {
    bits: u8,
    bytes: Vec<u8>,
}

impl TokenStatusList {
    /// A list of `length` credentials, all valid.
    ///
    /// `bits` is 1, 2, 4 or 8; suspension needs 2. `length` fills whole bytes. Large lists keep a
    /// credential hidden among others: [`MINIMUM_ENTRIES`](crate::MINIMUM_ENTRIES) is a good least.
    pub fn new(bits: u8, length: usize) -> Result<Self, TokenListError> {
        let in_byte = per_byte(u64::from(bits))?;
        if !length.is_multiple_of(in_byte) {
            return Err(TokenListError::Length(length));
        }
        Self::from_bytes(bits, vec![0; length / in_byte])
    }

    /// The list with these bytes, as [`TokenStatusList::as_bytes`] gave them.
    pub fn from_bytes(bits: u8, bytes: Vec<u8>) -> Result<Self, TokenListError> {
        let in_byte = per_byte(u64::from(bits))?;
        if bytes.is_empty() || bytes.len() > LARGEST_BYTES {
            return Err(TokenListError::Length(bytes.len().saturating_mul(in_byte)));
        }
        Ok(Self { bits, bytes })
    }

    /// The statuses, the first in the lowest bits of the first byte.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many bits each status has.
    pub fn bits(&self) -> u8 {
        self.bits
    }

    /// The number of credentials.
    #[expect(clippy::len_without_is_empty, reason = "a list has at least one byte")]
    pub fn len(&self) -> usize {
        self.bytes.len() * self.in_byte()
    }

    /// The status at `index`.
    pub fn get(&self, index: u64) -> Result<Status, TokenListError> {
        let (place, shift) = self.place(index)?;
        let byte = self.bytes.get(place).copied().unwrap_or_default();
        Ok(Status::from(byte >> shift & self.mask()))
    }

    /// Changes the status at `index`.
    pub fn set(&mut self, index: u64, status: Status) -> Result<(), TokenListError> {
        let (place, shift) = self.place(index)?;
        let mask = self.mask();
        let value = u8::from(status);
        if value & !mask != 0 {
            return Err(TokenListError::Status {
                value,
                bits: self.bits,
            });
        }
        if let Some(byte) = self.bytes.get_mut(place) {
            *byte = *byte & !(mask << shift) | value << shift;
        }
        Ok(())
    }

    /// The list as the claim `status_list`: `bits` and, in `lst`, base64url of the ZLIB stream.
    pub fn encode(&self) -> Value {
        let stream = compress_to_vec_zlib(&self.bytes, LEVEL);
        json!({"bits": self.bits, "lst": URL_SAFE_NO_PAD.encode(stream)})
    }

    /// Reads a claim `status_list`. Never unpacks more than [`LARGEST_BYTES`].
    pub fn decode(claim: &Value) -> Result<Self, TokenListError> {
        let bits = claim
            .get("bits")
            .and_then(Value::as_u64)
            .ok_or(TokenListError::Encoding("it has no bits"))?;
        per_byte(bits)?;
        let text = claim
            .get("lst")
            .and_then(Value::as_str)
            .ok_or(TokenListError::Encoding("it has no lst"))?;
        if text.len() > LONGEST_ENCODED {
            return Err(TokenListError::Encoding("it is longer than the largest list"));
        }
        let stream = URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| TokenListError::Encoding("lst is not base64url"))?;
        let bytes = decompress_to_vec_zlib_with_limit(&stream, LARGEST_BYTES).map_err(|error| match error
            .status
        {
            TINFLStatus::HasMoreOutput => TokenListError::Encoding("it unpacks to more than a list may have"),
            _ => TokenListError::Encoding("the ZLIB stream is damaged"),
        })?;
        if !ends_with_checksum(&stream, &bytes) {
            return Err(TokenListError::Encoding("there is more than one ZLIB stream"));
        }
        Self::from_bytes(bits.to_le_bytes()[0], bytes)
    }

    fn in_byte(&self) -> usize {
        8 / usize::from(self.bits)
    }

    fn mask(&self) -> u8 {
        0xff >> (8 - self.bits)
    }

    /// The byte, and the place within it.
    fn place(&self, index: u64) -> Result<(usize, u8), TokenListError> {
        let past = TokenListError::Index {
            index,
            length: self.len(),
        };
        let place = usize::try_from(index)
            .ok()
            .filter(|index| *index < self.len())
            .ok_or(past)?;
        let within = (place % self.in_byte()).to_le_bytes()[0];
        Ok((place / self.in_byte(), within * self.bits))
    }
}

impl fmt::Debug for TokenStatusList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenStatusList({} entries of {} bits)", self.len(), self.bits)
    }
}

fn per_byte(bits: u64) -> Result<usize, TokenListError> {
    match bits {
        1 => Ok(8),
        2 => Ok(4),
        4 => Ok(2),
        8 => Ok(1),
        other => Err(TokenListError::Bits(other)),
    }
}

/// Whether a ZLIB stream ends where it should: its last four bytes are the Adler-32 checksum of what it unpacks to
/// (RFC 1950 §2.2). Bytes after it would be read past in silence.
fn ends_with_checksum(stream: &[u8], unpacked: &[u8]) -> bool {
    const MODULUS: u32 = 65_521;
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in unpacked {
        a = (a + u32::from(*byte)) % MODULUS;
        b = (b + a) % MODULUS;
    }
    stream.ends_with(&((b << 16) | a).to_be_bytes())
}
