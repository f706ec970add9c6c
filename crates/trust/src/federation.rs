//! The same facts as statements of OpenID Federation 1.0, and reading what other federations state.
//!
//! Publishing: who takes part *now* becomes subordinate statements and trust marks. A federation has no history of an
//! entity, so what was true earlier stays with the register's own list.
//!
//! Reading: [`Search`] says which statements to fetch, [`validate_chain`] decides what they prove. That somebody is
//! listed in a federation is shown beside a verdict and never turns one: a federation says who somebody is, and not
//! that it may award microcredentials.

mod chain;
mod entity;
mod keys;
mod marks;
mod policy;
mod publish;
mod search;
mod statement;

pub use chain::{Anchor, ChainError, LONGEST_PATH, Resolved, validate_chain};
pub use entity::{EntityId, NotAnEntity};
pub use keys::{KeySet, KeySetError};
pub use marks::{Mark, MarkError, MarkStatus, peek_mark, verify_mark};
pub use policy::PolicyError;
pub use publish::{Member, Publisher, members, names, sign};
pub use search::{Ask, Search, SearchError, Step, Unanswered};
pub use statement::{Statement, StatementError};

/// `typ` of entity configurations and subordinate statements (section 3).
pub const STATEMENT_TYPE: &str = "entity-statement+jwt";
/// `typ` of trust marks (section 7).
pub const MARK_TYPE: &str = "trust-mark+jwt";
/// `typ` of what an owner of a kind of trust mark lets others issue (section 7.2.1).
pub const DELEGATION_TYPE: &str = "trust-mark-delegation+jwt";
/// `typ` of an answer about a trust mark (section 8.4.2).
pub const MARK_STATUS_TYPE: &str = "trust-mark-status-response+jwt";
/// The entity type of federation entities themselves (section 5.1.1).
pub const FEDERATION_ENTITY: &str = "federation_entity";
/// The entity type of those who issue credentials (OpenID Federation for Wallet Architectures).
pub const CREDENTIAL_ISSUER: &str = "openid_credential_issuer";

/// How far the clock of whoever signed may be ahead of ours.
const LEEWAY: chrono::TimeDelta = chrono::TimeDelta::minutes(1);
