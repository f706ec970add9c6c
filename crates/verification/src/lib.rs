#![doc = include_str!("../README.md")]

pub mod input;
pub mod messages;
pub mod report;
pub mod resources;
mod verify;

pub use input::{Input, InputError, read};
pub use report::{Axis, AxisReport, Colour, CredentialView, Outcome, Verdict, VerificationReport};
pub use resources::{Fetched, Need, NeedKind, Resource, Resources, Settings};
pub use verify::{needs, verify};
