//! The bits themselves.

use crate::gzip;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand_core::CryptoRng;
use std::fmt;

/// The fewest entries a list may have, so that one holder is lost among many
/// ([Bitstring Status List 1.0 §3.3](https://www.w3.org/TR/vc-bitstring-status-list/#bitstring-generation-algorithm)).
pub const MINIMUM_ENTRIES: usize = 131_072;

/// The most entries that are read: a list of one mebibyte.
pub const MAXIMUM_ENTRIES: usize = 8 * 1024 * 1024;

/// An `encodedList` longer than this is refused unread. It is what the largest list takes when
/// nothing in it can be compressed.
const LONGEST_ENCODED: usize = MAXIMUM_ENTRIES / 8 * 3 / 2;

/// One bit for each credential, the first entry in the highest bit of the first byte
/// ([§2.2](https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslistcredential)).
#[derive(Clone, PartialEq, Eq)]
pub struct StatusList {
    bits: Vec<u8>,
}

/// Why a status list could not be made, read or changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// The number of entries is too small, too large or no multiple of eight.
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
    /// The text is not `u` and base64url of a GZIP stream.
    #[error("the encoded status list cannot be read: {0}")]
    Encoding(&'static str),
    /// So few places are free that a random one was not found; the issuer needs a further list.
    #[error("the status list is full")]
    Full,
}

impl StatusList {
    /// A list of `length` entries, none of them set.
    pub fn new(length: usize) -> Result<Self, ListError> {
        Self::from_bits(vec![0; length.div_ceil(8)], length)
    }

    /// The list with these bytes, as [`StatusList::as_bytes`] gave them.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, ListError> {
        let length = bytes.len().saturating_mul(8);
        Self::from_bits(bytes, length)
    }

    fn from_bits(bits: Vec<u8>, length: usize) -> Result<Self, ListError> {
        let sound = (MINIMUM_ENTRIES..=MAXIMUM_ENTRIES).contains(&length) && length.is_multiple_of(8);
        if sound {
            Ok(Self { bits })
        } else {
            Err(ListError::Length(length))
        }
    }

    /// The bits, the first entry in the highest bit of the first byte.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bits
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
        Ok(byte & bit(index) != 0)
    }

    /// Sets or clears the entry at `index`.
    pub fn set(&mut self, index: usize, value: bool) -> Result<(), ListError> {
        let length = self.len();
        let byte = self
            .bits
            .get_mut(index / 8)
            .ok_or(ListError::Index { index, length })?;
        if value {
            *byte |= bit(index);
        } else {
            *byte &= !bit(index);
        }
        Ok(())
    }

    /// The list as `encodedList`: multibase base64url (`u`) of the GZIP stream.
    pub fn encode(&self) -> String {
        format!("u{}", URL_SAFE_NO_PAD.encode(gzip::compress(&self.bits)))
    }

    /// Reads an `encodedList`. Never unpacks more than [`MAXIMUM_ENTRIES`].
    pub fn decode(text: &str) -> Result<Self, ListError> {
        if text.len() > LONGEST_ENCODED {
            return Err(ListError::Encoding("it is longer than the largest list"));
        }
        let base64url = text
            .strip_prefix('u')
            .ok_or(ListError::Encoding("it does not start with u"))?;
        let stream = URL_SAFE_NO_PAD
            .decode(base64url)
            .map_err(|_| ListError::Encoding("it is not base64url"))?;
        let bits = gzip::decompress(&stream, MAXIMUM_ENTRIES / 8).map_err(ListError::Encoding)?;
        Self::from_bytes(bits)
    }
}

impl fmt::Debug for StatusList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StatusList({} entries)", self.len())
    }
}

fn bit(index: usize) -> u8 {
    0x80 >> (index % 8)
}

/// An index below `length` that is not `used`, each with the same chance.
///
/// Consecutive indexes would tell who received a credential together. A list so full that two
/// hundred attempts fail counts as full (with one place in ten left that happens once in 10⁹).
pub fn random_index(
    length: usize,
    used: &dyn Fn(usize) -> bool,
    rng: &mut dyn CryptoRng,
) -> Result<usize, ListError> {
    const ATTEMPTS: usize = 200;
    let length = u32::try_from(length)
        .ok()
        .filter(|length| *length > 0)
        .ok_or(ListError::Length(length))?;
    // Numbers past the last whole multiple would favour low indexes.
    let even = u32::MAX - u32::MAX % length;
    for _ in 0..ATTEMPTS {
        let drawn = rng.next_u32();
        let index = (drawn % length) as usize;
        if drawn < even && !used(index) {
            return Ok(index);
        }
    }
    Err(ListError::Full)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Numbers that repeat, for tests alone.
    pub(crate) struct Fixed(pub u64);

    impl rand_core::TryRng for Fixed {
        type Error = std::convert::Infallible;

        fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
            Ok((self.try_next_u64()? >> 32) as u32)
        }

        fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            Ok(self.0)
        }

        fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
            for byte in bytes {
                *byte = (self.try_next_u64()? >> 56) as u8;
            }
            Ok(())
        }
    }

    impl rand_core::TryCryptoRng for Fixed {}

    #[test]
    fn first_entry_is_the_highest_bit_of_the_first_byte() {
        let mut list = StatusList::new(MINIMUM_ENTRIES).unwrap();
        list.set(0, true).unwrap();
        list.set(15, true).unwrap();
        assert_eq!(list.as_bytes()[..2], [0b1000_0000, 0b0000_0001]);
        list.set(0, false).unwrap();
        assert_eq!(list.get(0), Ok(false));
        assert_eq!(list.get(15), Ok(true));
    }

    #[test]
    fn list_smaller_than_the_minimum_is_refused() {
        assert_eq!(
            StatusList::new(MINIMUM_ENTRIES - 8),
            Err(ListError::Length(MINIMUM_ENTRIES - 8))
        );
        assert_eq!(
            StatusList::new(MINIMUM_ENTRIES + 1),
            Err(ListError::Length(MINIMUM_ENTRIES + 1))
        );
        assert!(StatusList::new(MAXIMUM_ENTRIES).is_ok());
        let short = format!("u{}", URL_SAFE_NO_PAD.encode(gzip::compress(&[0; 100])));
        assert_eq!(StatusList::decode(&short), Err(ListError::Length(800)));
    }

    #[test]
    fn index_past_the_end_is_refused() {
        let mut list = StatusList::new(MINIMUM_ENTRIES).unwrap();
        let past = Err(ListError::Index {
            index: MINIMUM_ENTRIES,
            length: MINIMUM_ENTRIES,
        });
        assert_eq!(list.set(MINIMUM_ENTRIES, true), past);
        assert!(list.get(usize::MAX).is_err());
    }

    /// An empty list of the least size, as the standard's own example of `encodedList` encodes it.
    #[test]
    fn list_of_another_implementation_is_read() {
        let list = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA";
        assert_eq!(StatusList::decode(list), StatusList::new(MINIMUM_ENTRIES));
    }

    #[test]
    fn list_that_unpacks_to_too_much_is_refused() {
        let bomb = format!(
            "u{}",
            URL_SAFE_NO_PAD.encode(gzip::compress(&vec![0; MAXIMUM_ENTRIES / 8 + 1]))
        );
        assert_eq!(
            StatusList::decode(&bomb),
            Err(ListError::Encoding("it unpacks to more than a list may have"))
        );
        assert!(StatusList::decode(&format!("u{}", "A".repeat(LONGEST_ENCODED))).is_err());
    }

    #[test]
    fn text_that_is_no_list_is_refused() {
        for text in ["", "u", "zabc", "u####", "uAAAA", "uH4sIAAAAAAAAA"] {
            assert!(
                matches!(StatusList::decode(text), Err(ListError::Encoding(_))),
                "{text}"
            );
        }
    }

    #[test]
    fn largest_list_survives_though_nothing_in_it_compresses() {
        let mut bits = vec![0; MAXIMUM_ENTRIES / 8];
        rand_core::TryRng::try_fill_bytes(&mut Fixed(1), &mut bits).unwrap();
        let list = StatusList::from_bytes(bits).unwrap();
        assert!(StatusList::decode(&list.encode()).unwrap() == list);
    }

    #[test]
    fn random_index_is_never_a_used_one() {
        let mut rng = Fixed(3);
        for _ in 0..1_000 {
            let index = random_index(16, &|index| index % 4 != 1, &mut rng).unwrap();
            assert!(index < 16 && index % 4 == 1);
        }
    }

    #[test]
    fn random_indexes_do_not_follow_each_other() {
        let mut rng = Fixed(4);
        let drawn: Vec<usize> = (0..100)
            .map(|_| random_index(MINIMUM_ENTRIES, &|_| false, &mut rng).unwrap())
            .collect();
        assert!(drawn.windows(2).all(|pair| pair[0].abs_diff(pair[1]) > 1));
        let low = drawn.iter().filter(|index| **index < MINIMUM_ENTRIES / 2).count();
        assert!((30..70).contains(&low), "{low} of 100 in the lower half");
    }

    #[test]
    fn full_list_says_so() {
        assert_eq!(
            random_index(MINIMUM_ENTRIES, &|_| true, &mut Fixed(5)),
            Err(ListError::Full)
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn set_entries_survive_encoding(indexes in prop::collection::btree_set(0..MINIMUM_ENTRIES, 0..50)) {
            let mut list = StatusList::new(MINIMUM_ENTRIES).unwrap();
            for index in &indexes {
                list.set(*index, true).unwrap();
            }
            let read = StatusList::decode(&list.encode()).unwrap();
            prop_assert!(read == list);
            prop_assert!(indexes.iter().all(|index| read.get(*index) == Ok(true)));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "u[A-Za-z0-9_-]{0,200}", bytes: Vec<u8>) {
            let _ = StatusList::decode(&text);
            let _ = gzip::decompress(&bytes, 1_000);
        }
    }
}
