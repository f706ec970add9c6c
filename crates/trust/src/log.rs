//! The register's log: everything it ever recorded, in order, in a Merkle tree that only grows.
//!
//! A list says how things are; the log shows that nothing the register said before was taken back. Each change is an
//! [`Entry`], the entries are the leaves of the tree of RFC 6962 §2.1, and the register signs its [`Head`]. Who
//! keeps an older head asks for a proof of consistency, and learns at once when the past was rewritten.
//!
//! The format and the rules are those of `specs/accreditation/`, section 9.

mod entry;
mod head;
mod tree;

pub use entry::{Entry, InvalidLog, KeyEnd, KeyEvent, Replay};
pub use head::{HEAD_TYPE, Head, HeadError, sign_head, verify_head};
pub use tree::{
    Hash, InvalidHash, Node, consistency_path, inclusion_path, leaf_hash, nodes, parent, root, root_of,
    verify_consistency, verify_inclusion,
};
