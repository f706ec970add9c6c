#![doc = include_str!("../README.md")]

mod check;
mod gzip;
mod list;
pub mod token;

pub use check::{
    CLOCK_TOLERANCE, CheckError, EntryRef, check, check_fetched, credential, entries, entry, fresh_until,
};
pub use credentials::open_badges::StatusPurpose as Purpose;
pub use list::{ListError, MAXIMUM_ENTRIES, MINIMUM_ENTRIES, StatusList, random_index};
