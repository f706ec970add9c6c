#![doc = include_str!("../README.md")]

mod bearer;
mod body;
mod client;
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
mod rate;
mod serve;

pub use bearer::{Bearer, Secret, TooShort};
pub use client::{ClientAddress, InvalidNetwork, Network};
pub use clock::Clock;
pub use cors::public_cors;
pub use extract::{ApiJson, ApiPath, ApiQuery, JsonLimits};
pub use harden::{Limits, accepts_gzip, harden, not_found};
pub use private::{KeyFileError, private_file, private_folder, replace_private, secret_key, write_private};
pub use problem::{FieldError, Problem, ProblemBody};
pub use random::system_random;
pub use rate::{RateLimit, RateLimited, Rates};
pub use serve::{Serving, interrupted, serve, serve_with};
