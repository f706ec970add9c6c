#![doc = include_str!("../README.md")]

mod bearer;
mod clock;
mod cors;
mod extract;
mod harden;
pub mod health;
pub mod outbound;
pub mod pages;
mod private;
mod problem;
mod random;
mod serve;

pub use bearer::{Bearer, Secret, TooShort};
pub use clock::Clock;
pub use cors::public_cors;
pub use extract::{ApiJson, ApiPath, ApiQuery, JsonLimits};
pub use harden::{Limits, harden, not_found};
pub use private::{KeyFileError, private_file, private_folder, secret_key, write_private};
pub use problem::{FieldError, Problem, ProblemBody};
pub use random::system_random;
pub use serve::{interrupted, serve};
