//! IETF Token Status List
//! ([draft-ietf-oauth-status-list](https://datatracker.ietf.org/doc/draft-ietf-oauth-status-list/)),
//! as a JWT. Section names below are of that document.

mod list;
mod reference;

pub use list::{LARGEST_BYTES, TokenListError, TokenStatusList};
pub use reference::{Reference, TokenCheckError, check, check_fetched, claims, issued_at};

/// The token's `typ` ("Status List Token in JWT Format").
pub const TYP: &str = "statuslist+jwt";

/// What to ask for and answer over HTTP ("Status List Request").
pub const MEDIA_TYPE: &str = "application/statuslist+jwt";

/// What a list says of one credential ("Status Types Values").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// In force.
    Valid,
    /// Revoked, for good.
    Invalid,
    /// Suspended for the time being.
    Suspended,
    /// A value with a meaning that its issuer alone knows, or none yet.
    Other(u8),
}

impl From<u8> for Status {
    fn from(value: u8) -> Self {
        match value {
            0 => Self::Valid,
            1 => Self::Invalid,
            2 => Self::Suspended,
            other => Self::Other(other),
        }
    }
}

impl From<Status> for u8 {
    fn from(status: Status) -> Self {
        match status {
            Status::Valid => 0,
            Status::Invalid => 1,
            Status::Suspended => 2,
            Status::Other(value) => value,
        }
    }
}
