//! The tree of RFC 6962 §2.1, the same as that of RFC 9162 §2.1 with SHA-256.

use std::{fmt, ops::Range, str::FromStr};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A hash in the tree; written `sha-256:` and lower-case hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Hash([u8; 32]);

/// A text that is no hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a hash is `sha-256:` and 64 hexadecimal digits")]
pub struct InvalidHash;

/// A complete subtree: that of the 2^`level` leaves from `index` · 2^`level` on. It never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// How many levels it stands above the leaves.
    pub level: u8,
    /// How many complete subtrees of its level stand before it.
    pub index: u64,
}

/// The hash of a leaf.
pub fn leaf_hash(entry: &[u8]) -> Hash {
    Hash(
        Sha256::new()
            .chain_update([0])
            .chain_update(entry)
            .finalize()
            .into(),
    )
}

/// The hash of a node above two others.
pub fn parent(left: &Hash, right: &Hash) -> Hash {
    let hasher = Sha256::new().chain_update([1]);
    Hash(
        hasher
            .chain_update(left.0)
            .chain_update(right.0)
            .finalize()
            .into(),
    )
}

/// Of which complete subtrees the leaves of `range` consist, from left to right.
///
/// `range` is one of those of a path, or begins at nought.
pub fn nodes(range: Range<u64>) -> Vec<Node> {
    let Range { mut start, end } = range;
    let mut nodes = Vec::new();
    while start < end {
        let fits = (end - start).ilog2();
        let level = fits.min(start.trailing_zeros());
        nodes.push(Node {
            // Below 64, since it counts the bits of a u64.
            level: u8::try_from(level).unwrap_or(63),
            index: start >> level,
        });
        start += 1 << level;
    }
    nodes
}

/// The root above complete subtrees that follow each other, as [`nodes`] gives them; that of no leaves is the hash
/// of nothing.
pub fn root_of(subtrees: &[Hash]) -> Hash {
    let mut from_right = subtrees.iter().rev();
    match from_right.next() {
        None => Hash(Sha256::digest([]).into()),
        Some(last) => from_right.fold(*last, |root, left| parent(left, &root)),
    }
}

/// The root of the tree over all its leaves.
pub fn root(leaves: &[Hash]) -> Hash {
    let size = u64::try_from(leaves.len()).unwrap_or(u64::MAX);
    let mut rest = leaves;
    let mut subtrees = Vec::new();
    for node in nodes(0..size) {
        let (own, others) = rest.split_at(rest.len().min(1 << node.level));
        rest = others;
        let mut level = own.to_vec();
        while level.len() > 1 {
            level = level
                .chunks(2)
                .map(|pair| match pair {
                    [left, right] => parent(left, right),
                    single => root_of(single),
                })
                .collect();
        }
        subtrees.extend(level);
    }
    root_of(&subtrees)
}

/// Over which leaves the hashes stand that prove that leaf `index` is in a tree of `size` leaves, from the leaf
/// upwards (RFC 6962 §2.1.1). Nothing for a leaf outside.
pub fn inclusion_path(index: u64, size: u64) -> Vec<Range<u64>> {
    let (mut low, mut high) = (0, size);
    let mut path = Vec::new();
    if index >= size {
        return path;
    }
    while high - low > 1 {
        let middle = low + split(high - low);
        if index < middle {
            path.push(middle..high);
            high = middle;
        } else {
            path.push(low..middle);
            low = middle;
        }
    }
    path.reverse();
    path
}

/// Over which leaves the hashes stand that prove that a tree of `first` leaves is the beginning of one of
/// `second` (RFC 6962 §2.1.2). Nothing where there is nothing to prove.
pub fn consistency_path(first: u64, second: u64) -> Vec<Range<u64>> {
    let (mut low, mut high) = (0, second);
    let mut path = Vec::new();
    if first == 0 || first >= second {
        return path;
    }
    while high != first {
        let middle = low + split(high - low);
        if first <= middle {
            path.push(middle..high);
            high = middle;
        } else {
            path.push(low..middle);
            low = middle;
        }
    }
    if low > 0 {
        path.push(low..high);
    }
    path.reverse();
    path
}

/// The largest power of two below `size`, which is more than 1.
fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// Whether `path` proves that the leaf with hash `leaf` is number `index` in the tree of `size` leaves with
/// `root` (RFC 9162 §2.1.3.2).
pub fn verify_inclusion(leaf: Hash, index: u64, size: u64, path: &[Hash], root: Hash) -> bool {
    if index >= size {
        return false;
    }
    let mut climb = Climb::new(index, size - 1);
    let mut hash = leaf;
    for sibling in path {
        match climb.step() {
            None => return false,
            Some(Side::Left) => hash = parent(sibling, &hash),
            Some(Side::Right) => hash = parent(&hash, sibling),
        }
    }
    climb.is_at_top() && hash == root
}

/// Whether `path` proves that the tree of `first` leaves with `first_root` is the beginning of that of `second`
/// leaves with `second_root` (RFC 9162 §2.1.4.2).
pub fn verify_consistency(
    first: u64,
    first_root: Hash,
    second: u64,
    second_root: Hash,
    path: &[Hash],
) -> bool {
    if first > second {
        return false;
    }
    if first == second {
        return path.is_empty() && first_root == second_root;
    }
    if first == 0 {
        return path.is_empty() && first_root == root_of(&[]);
    }
    // A tree that is complete is its own first node, and is not sent.
    let known = first.is_power_of_two().then_some(first_root);
    let mut hashes = known.iter().chain(path);
    let Some(&start) = hashes.next() else {
        return false;
    };
    let mut climb = Climb::new(first - 1, second - 1);
    climb.skip_right_turns();
    let (mut before, mut after) = (start, start);
    for sibling in hashes {
        match climb.step() {
            None => return false,
            Some(Side::Left) => {
                before = parent(sibling, &before);
                after = parent(sibling, &after);
            }
            Some(Side::Right) => after = parent(&after, sibling),
        }
    }
    climb.is_at_top() && before == first_root && after == second_root
}

/// On which side of a node its sibling stands.
enum Side {
    Left,
    Right,
}

/// The way from a leaf to the root: its place and that of the last leaf, level by level.
struct Climb {
    place: u64,
    last: u64,
}

impl Climb {
    fn new(place: u64, last: u64) -> Self {
        Self { place, last }
    }

    fn up(&mut self) {
        self.place >>= 1;
        self.last >>= 1;
    }

    fn skip_right_turns(&mut self) {
        while self.place & 1 == 1 {
            self.up();
        }
    }

    /// One level up, past the levels on which there is no sibling; nothing above the root.
    fn step(&mut self) -> Option<Side> {
        if self.last == 0 {
            return None;
        }
        let is_left_of_nothing = self.place == self.last;
        if self.place & 1 == 1 || is_left_of_nothing {
            while self.place & 1 == 0 && self.place != 0 {
                self.up();
            }
            self.up();
            Some(Side::Left)
        } else {
            self.up();
            Some(Side::Right)
        }
    }

    fn is_at_top(&self) -> bool {
        self.last == 0
    }
}

impl Hash {
    /// A hash as it is kept.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// To keep it.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::list::hexadecimal(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl From<Hash> for String {
    fn from(hash: Hash) -> Self {
        hash.to_string()
    }
}

impl TryFrom<String> for Hash {
    type Error = InvalidHash;

    fn try_from(text: String) -> Result<Self, InvalidHash> {
        text.parse()
    }
}

impl FromStr for Hash {
    type Err = InvalidHash;

    fn from_str(text: &str) -> Result<Self, InvalidHash> {
        let digits = text.strip_prefix("sha-256:").ok_or(InvalidHash)?.as_bytes();
        if digits.len() != 64 {
            return Err(InvalidHash);
        }
        let digit = |digit: u8| match digit {
            b'0'..=b'9' => Ok(digit - b'0'),
            b'a'..=b'f' => Ok(digit - b'a' + 10),
            _ => Err(InvalidHash),
        };
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The leaves of the well-known test tree of Certificate Transparency.
    const LEAVES: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];

    /// The definition, as RFC 6962 §2.1 writes it.
    fn defined(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => root_of(&[]),
            [leaf] => *leaf,
            _ => {
                let middle = usize::try_from(split(leaves.len() as u64)).unwrap();
                parent(&defined(&leaves[..middle]), &defined(&leaves[middle..]))
            }
        }
    }

    fn numbered(count: u64) -> Vec<Hash> {
        (0..count)
            .map(|number| leaf_hash(&number.to_be_bytes()))
            .collect()
    }

    /// The hash over a range, put together from complete subtrees, as a register does.
    fn over(leaves: &[Hash], range: Range<u64>) -> Hash {
        let subtree = |node: Node| {
            let width = 1_usize << node.level;
            let start = usize::try_from(node.index).unwrap() * width;
            defined(&leaves[start..start + width])
        };
        root_of(&nodes(range).into_iter().map(subtree).collect::<Vec<_>>())
    }

    fn path(leaves: &[Hash], ranges: Vec<Range<u64>>) -> Vec<Hash> {
        ranges.into_iter().map(|range| over(leaves, range)).collect()
    }

    #[test]
    fn roots_are_the_published_ones() {
        let leaves: Vec<_> = LEAVES.iter().map(|leaf| leaf_hash(leaf)).collect();
        for (size, expected) in [
            (
                0,
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            ),
            (
                1,
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            ),
            (
                2,
                "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            ),
            (
                3,
                "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            ),
            (
                5,
                "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            ),
            (
                8,
                "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
            ),
        ] {
            let found = over(&leaves, 0..size);
            assert_eq!(found.to_string(), format!("sha-256:{expected}"), "{size} leaves");
        }
    }

    #[test]
    fn root_is_that_of_the_definition_for_every_size() {
        let leaves = numbered(70);
        for size in 0..=70 {
            assert_eq!(root(&leaves[..size]), defined(&leaves[..size]), "{size} leaves");
        }
    }

    #[test]
    fn every_leaf_is_proven_in_every_tree_and_nowhere_else() {
        let leaves = numbered(40);
        for size in 1..=40 {
            let root = over(&leaves, 0..size);
            for index in 0..size {
                let leaf = leaves[usize::try_from(index).unwrap()];
                let path = path(&leaves, inclusion_path(index, size));
                assert!(
                    verify_inclusion(leaf, index, size, &path, root),
                    "{index} of {size}"
                );

                let other = leaf_hash(b"other");
                assert!(!verify_inclusion(other, index, size, &path, root));
                assert!(!verify_inclusion(leaf, index, size, &path, other));
                let next = (index + 1) % size;
                assert!(size == 1 || !verify_inclusion(leaf, next, size, &path, root));
                let longer: Vec<_> = path.iter().copied().chain([other]).collect();
                assert!(!verify_inclusion(leaf, index, size, &longer, root));
                assert!(path.is_empty() || !verify_inclusion(leaf, index, size, &path[1..], root));
            }
            assert!(!verify_inclusion(leaves[0], size, size, &[], root));
        }
    }

    #[test]
    fn every_tree_is_proven_to_be_the_beginning_of_every_later_one() {
        let leaves = numbered(40);
        for second in 1..=40 {
            let after = over(&leaves, 0..second);
            for first in 0..=second {
                let before = over(&leaves, 0..first);
                let path = path(&leaves, consistency_path(first, second));
                assert!(
                    verify_consistency(first, before, second, after, &path),
                    "{first} of {second}"
                );

                let other = leaf_hash(b"other");
                assert!(
                    !verify_consistency(first, other, second, after, &path),
                    "{first} of {second}"
                );
                assert!(first == 0 || !verify_consistency(first, before, second, other, &path));
                for place in 0..path.len() {
                    let mut changed = path.clone();
                    changed[place] = other;
                    assert!(!verify_consistency(first, before, second, after, &changed));
                    assert!(!verify_consistency(first, before, second, after, &path[..place]));
                }
            }
        }
    }

    #[test]
    fn a_tree_whose_past_was_changed_has_no_proof() {
        let leaves = numbered(13);
        let before = over(&leaves, 0..9);
        let mut changed = leaves;
        changed[4] = leaf_hash(b"other");
        let path = path(&changed, consistency_path(9, 13));

        assert!(!verify_consistency(9, before, 13, over(&changed, 0..13), &path));
    }

    #[test]
    fn only_a_digest_is_a_hash() {
        let text = leaf_hash(b"").to_string();
        assert_eq!(text.parse(), Ok(leaf_hash(b"")));
        for wrong in [
            "",
            "sha-256:",
            &text[..70],
            &text.to_uppercase(),
            &text.replace('6', "é"),
        ] {
            assert_eq!(wrong.parse::<Hash>(), Err(InvalidHash), "{wrong}");
        }
    }
}
