#![doc = include_str!("../README.md")]

pub mod award;
mod calendar;
pub mod data_model;
mod date_time_stamp;
mod did;
pub mod facts;
pub mod frameworks;
mod id;
pub mod jcs;
pub mod json;
pub mod open_badges;
mod projection;
mod reading;
pub mod sd_jwt_vc;
mod text;

pub use calendar::{dutch_day, dutch_time, full_date, numeric_date, start_of_dutch_day};
pub use date_time_stamp::DateTimeStamp;
pub use did::{Did, DidUrl, InvalidDid};
pub use frameworks::frameworks;
pub use id::{CredentialId, InvalidCredentialId};
pub use text::{Language, Text};
