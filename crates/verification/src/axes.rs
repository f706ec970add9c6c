//! The independent questions, one file each.

pub(crate) mod accreditation;
pub(crate) mod holder;
pub(crate) mod issuer_key;
pub(crate) mod quality;
pub(crate) mod signature;
pub(crate) mod status;
pub(crate) mod structure;
pub(crate) mod validity;
