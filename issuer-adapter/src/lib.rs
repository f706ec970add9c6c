//! Sources in, awards decided, credentials offered out.

pub mod sources;
pub mod validation;
