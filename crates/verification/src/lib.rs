#![doc = include_str!("../README.md")]

mod axes;
mod check;
mod clock;
mod document;
pub mod elsewhere;
pub mod input;
mod issuance_time;
mod issuer;
mod link;
pub mod messages;
pub mod policy;
pub mod proofs_only;
mod registers;
pub mod report;
pub mod resources;
mod verify;

pub use elsewhere::{ClaimedAccreditation, KnownIssuerList, ListedElsewhere};
pub use input::{Input, InputError, from_json, read};
pub use link::{Shared, open, sealed_share};
pub use messages::{Code, Message};
pub use policy::Policy;
pub use report::{
    Axis, AxisReport, Colour, ConsultedRegister, CredentialView, IssuanceTimeView, Outcome, RegisterView,
    SharedView, Verdict, VerificationReport,
};
pub use resources::{Fetched, KnownList, Need, NeedKind, Resource, Resources, Settings};
pub use verify::{content, needs, verify};
