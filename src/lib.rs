//! What the `waarmerk` program consists of: the demo, and checking and signing from the command line.
//!
//! The services themselves are crates of their own; `docs/architecture.md` shows how they fit together.
#![expect(clippy::print_stdout, reason = "this is the library of a command line tool")]

pub mod check;
pub mod demo;
pub mod jose;
pub mod services;
