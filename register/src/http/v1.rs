//! The first version of the API.

pub(crate) mod accreditations;
pub(crate) mod anchor;
pub(crate) mod checklists;
pub(crate) mod entities;
pub(crate) mod evaluate;
pub(crate) mod evidence;
pub(crate) mod list;
pub(crate) mod log;
pub(crate) mod proposals;
pub(crate) mod receipts;
pub(crate) mod session;
pub(crate) mod statistics;
