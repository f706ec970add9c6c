#![doc = include_str!("../README.md")]

pub mod evaluation;
pub mod list;
pub mod model;
pub mod receipts;
pub mod scope;

pub use evaluation::{ChainResult, Interruption, Link, ScopeClaim, evaluate, evaluate_known_at};
pub use list::{
    Freshness, LIST_TYPE, LONGEST_VALIDITY, ListError, MAX_LIST_CHARACTERS, RegisteredKey, TrustAnchor,
    VerifiedList, content_hash, sign_list, verify_list,
};
pub use model::{
    Accreditation, Effect, Entity, EntityKind, Evidence, Framework, Key, KeyWindow, Layer, OtherIdentifier,
    Reason, RegisterList, Status, StatusEvent,
};
pub use scope::{Dimension, Scope, SizeRange, SizeUnit};
