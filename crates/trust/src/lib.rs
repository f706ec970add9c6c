#![doc = include_str!("../README.md")]

mod chain;
mod claim;
pub mod delegation;
pub mod evaluation;
pub mod extracts;
pub mod federation;
mod history;
mod issuer_signature;
pub mod known_issuers;
pub mod list;
pub mod log;
pub mod model;
mod operator;
pub mod participation;
pub mod quality;
pub mod receipts;
pub mod scope;
pub mod statistics;
pub mod strangers;
pub mod verdict;

pub use chain::{Basis, LONGEST_CHAIN};
pub use claim::ScopeClaim;
pub use delegation::{DelegationError, check_delegations};
pub use evaluation::{
    ChainResult, Evaluation, Finding, Interruption, Link, Successor, assess, assess_known_at, evaluate,
};
pub use issuer_signature::IssuerSignatureError;
pub use list::{
    Discontinuity, Freshness, LIST_TYPE, LONGEST_VALIDITY, ListError, MAX_LIST_CHARACTERS, RegisteredKey,
    VerifiedList, content_hash, delta, sign_list, verify_larger_list, verify_list,
};
pub use model::{
    Accreditation, DidWindow, Effect, Entity, EntityKind, Evidence, Framework, Key, KeyWindow, LIST_VERSION,
    Layer, ListHead, OtherIdentifier, Profile, Proof, Reason, RegisterList, Status, StatusEvent, Succession,
};
pub use operator::{
    KEY_CHANGE_TYPE, KeyChange, KeyChangeError, KeyChangesSeen, MOST_KEY_CHANGES, OperatorKeys, TrustAnchor,
    key_change_hash,
};
pub use participation::{Participation, participation};
pub use quality::{Judgement, Quality, quality};
pub use scope::{Dimension, Scope, SizeRange, SizeUnit};
pub use verdict::{Question, Verdict, assess_issuance, judge};
