//! What a batch holds: one leaf a copy, and what conceals how many there are.

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use credentials::jcs::{self, JcsError};
use rand_core::CryptoRng;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The fewest leaves in a batch.
pub const SMALLEST_BATCH: usize = 64;

/// The most leaves in a batch.
pub const LARGEST_BATCH: usize = 16_384;

/// Keeps leaves apart from other digests of the same text.
const DOMAIN: &[u8] = b"mc-receipt-leaf/1\0";

/// Characters of a leaf in a file, and the line end after it.
const LINE: usize = 44;

/// How many characters the file of a batch with this many leaves has.
pub(super) fn file_size(leaves: usize) -> usize {
    leaves.saturating_mul(LINE)
}

/// What is not decided with the award: who holds the copy, its places in status lists, and the signature.
const LATER: [&str; 6] = ["proof", "cnf", "sub", "iat", "credentialStatus", "status"];

/// The commitment to one copy.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Leaf([u8; 32]);

/// A text that is no leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a leaf is 32 bytes in base64url")]
pub struct InvalidLeaf;

/// The leaf of a copy.
///
/// `signed` is what the issuer signs: the payload of an SD-JWT with the digests of its disclosures, or a document
/// with a Data Integrity proof. So a leaf holds for what is hidden as well as for what is shown. What is only
/// known once a wallet asks is left out: the holder's key, the places in status lists, the moment of signing.
///
/// The identifier of the copy, and the salts in its digests, are random. So nobody can find out by trial what
/// a leaf stands for.
pub fn leaf(signed: &Value) -> Result<Leaf, JcsError> {
    let mut decided = signed.clone();
    if let Some(members) = decided.as_object_mut() {
        for name in LATER {
            members.remove(name);
        }
        let subjects = match members.get_mut("credentialSubject") {
            Some(Value::Array(subjects)) => subjects.as_mut_slice(),
            Some(single) => std::slice::from_mut(single),
            None => &mut [],
        };
        for subject in subjects.iter_mut().filter_map(Value::as_object_mut) {
            subject.remove("id");
        }
    }
    let text = jcs::canonicalize(&decided)?;
    Ok(Leaf(
        Sha256::new()
            .chain_update(DOMAIN)
            .chain_update(text)
            .finalize()
            .into(),
    ))
}

impl Leaf {
    /// A leaf as it is kept.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// To keep it.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Leaf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for Leaf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Leaf({self})")
    }
}

impl FromStr for Leaf {
    type Err = InvalidLeaf;

    fn from_str(text: &str) -> Result<Self, InvalidLeaf> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidLeaf)?;
        Ok(Self(bytes.try_into().map_err(|_| InvalidLeaf)?))
    }
}

/// The leaves of one batch: in rising order, each once, a power of two of them.
///
/// The order tells nothing of which leaves belong to one award, and the number only how many there are to within
/// a factor of two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaves(Vec<Leaf>);

/// Why leaves make no batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeavesError {
    /// Not a power of two from [`SMALLEST_BATCH`] to [`LARGEST_BATCH`].
    #[error("a batch has a power of two of leaves from {SMALLEST_BATCH} to {LARGEST_BATCH}, not {0}")]
    Count(usize),
    /// Not in rising order, or one is there twice.
    #[error("the leaves of a batch rise, each there once")]
    Order,
    /// A line that is no leaf.
    #[error(transparent)]
    Leaf(#[from] InvalidLeaf),
}

impl Leaves {
    /// Puts leaves in order and adds random ones up to the next power of two.
    pub fn padded(mut leaves: Vec<Leaf>, rng: &mut dyn CryptoRng) -> Result<Self, LeavesError> {
        if leaves.len() > LARGEST_BATCH {
            return Err(LeavesError::Count(leaves.len()));
        }
        let size = leaves.len().next_power_of_two().max(SMALLEST_BATCH);
        while leaves.len() < size {
            let mut bytes = [0; 32];
            rng.fill_bytes(&mut bytes);
            leaves.push(Leaf(bytes));
        }
        leaves.sort_unstable();
        Self::new(leaves)
    }

    /// Takes leaves that are in order already.
    pub fn new(leaves: Vec<Leaf>) -> Result<Self, LeavesError> {
        let count = leaves.len();
        if !count.is_power_of_two() || !(SMALLEST_BATCH..=LARGEST_BATCH).contains(&count) {
            return Err(LeavesError::Count(count));
        }
        if leaves.windows(2).any(|pair| pair[0] >= pair[1]) {
            return Err(LeavesError::Order);
        }
        Ok(Self(leaves))
    }

    /// Reads a file of leaves: one a line, in base64url.
    pub fn parse(text: &str) -> Result<Self, LeavesError> {
        let count = text.len() / LINE;
        if text.len() > LARGEST_BATCH * LINE {
            return Err(LeavesError::Count(count));
        }
        Self::new(text.lines().map(str::parse).collect::<Result<_, _>>()?)
    }

    /// The file that [`parse`](Self::parse) reads.
    pub fn to_text(&self) -> String {
        let mut text = String::with_capacity(self.0.len() * LINE);
        for leaf in &self.0 {
            URL_SAFE_NO_PAD.encode_string(leaf.0, &mut text);
            text.push('\n');
        }
        text
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Whether one of them is `leaf`.
    pub fn contains(&self, leaf: &Leaf) -> bool {
        self.0.binary_search(leaf).is_ok()
    }

    /// The root of their Merkle tree (RFC 6962 §2.1): `sha-256:` and hexadecimal.
    pub fn root(&self) -> String {
        let hash = |prefix: u8, parts: [&[u8]; 2]| -> [u8; 32] {
            let hasher = Sha256::new().chain_update([prefix]);
            parts
                .into_iter()
                .fold(hasher, |hasher, part| hasher.chain_update(part))
                .finalize()
                .into()
        };
        let mut level: Vec<[u8; 32]> = self.0.iter().map(|leaf| hash(0, [&leaf.0, &[]])).collect();
        // A power of two, so every level but the last has pairs alone.
        while level.len() > 1 {
            level = level
                .chunks_exact(2)
                .map(|pair| hash(1, [&pair[0], &pair[1]]))
                .collect();
        }
        crate::list::hexadecimal(level.first().map_or(&[][..], |root| root))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use test_support::rng;

    fn numbered(count: u8) -> Vec<Leaf> {
        (0..count).map(|number| Leaf([number; 32])).collect()
    }

    #[test]
    fn leaf_is_the_same_whoever_holds_the_copy_and_wherever_its_status_is() {
        let planned = json!({"id": "urn:uuid:1", "credentialSubject": {"id": "did:key:a", "_sd": ["x"]},
            "credentialStatus": [1], "cnf": {"kid": "a"}, "proof": []});
        let issued = json!({"credentialSubject": {"_sd": ["x"], "id": "did:key:b"}, "id": "urn:uuid:1",
            "credentialStatus": [2], "cnf": {"kid": "b"}, "proof": {"proofValue": "z"}, "iat": 1});

        assert_eq!(leaf(&planned).unwrap(), leaf(&issued).unwrap());
    }

    #[test]
    fn leaf_changes_with_anything_that_was_decided() {
        let base = json!({"id": "urn:uuid:1", "validFrom": "2026-04-14T00:00:00Z", "credentialSubject": {"_sd": ["x"]}});
        for (pointer, other) in [
            ("/id", json!("urn:uuid:2")),
            ("/validFrom", json!("2026-04-15T00:00:00Z")),
            ("/credentialSubject/_sd/0", json!("y")),
        ] {
            let mut changed = base.clone();
            *changed.pointer_mut(pointer).unwrap() = other;
            assert_ne!(leaf(&base).unwrap(), leaf(&changed).unwrap(), "{pointer}");
        }
    }

    #[test]
    fn a_batch_conceals_how_many_leaves_are_real() {
        for (real, size) in [(1, 64), (64, 64), (65, 128), (200, 256)] {
            let leaves = Leaves::padded(numbered(real), &mut rng("padding")).unwrap();
            assert_eq!(leaves.count(), size);
            assert!(numbered(real).iter().all(|leaf| leaves.contains(leaf)));
        }
    }

    #[test]
    fn a_file_is_read_back_with_the_same_root() {
        let leaves = Leaves::padded(numbered(3), &mut rng("padding")).unwrap();
        let read = Leaves::parse(&leaves.to_text()).unwrap();

        assert_eq!(read, leaves);
        assert_eq!(read.root(), leaves.root());
    }

    #[test]
    fn root_is_that_of_rfc_6962() {
        // Computed apart from this program: SHA-256 of 0x00 and a leaf, then of 0x01 and two nodes, six times.
        let leaves = Leaves::new(numbered(64)).unwrap();
        assert_eq!(
            leaves.root(),
            "sha-256:cede01bf65030198d62a79b390d7a9e12c200e243e7cee55357dec00eee03abd"
        );
    }

    #[test]
    fn leaves_out_of_order_repeated_or_in_odd_numbers_are_refused() {
        let mut repeated = numbered(64);
        repeated[1] = repeated[0];
        assert_eq!(Leaves::new(repeated), Err(LeavesError::Order));
        let mut swapped = numbered(64);
        swapped.swap(3, 4);
        assert_eq!(Leaves::new(swapped), Err(LeavesError::Order));
        assert_eq!(Leaves::new(numbered(63)), Err(LeavesError::Count(63)));
        assert_eq!(Leaves::new(numbered(32)), Err(LeavesError::Count(32)));
        assert_eq!(Leaves::parse("nonsense\n"), Err(LeavesError::Leaf(InvalidLeaf)));
        let long = "a".repeat((LARGEST_BATCH + 1) * LINE);
        assert!(matches!(Leaves::parse(&long), Err(LeavesError::Count(_))));
    }
}
