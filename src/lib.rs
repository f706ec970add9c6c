//! What the `waarmerk` program consists of: the demo, and checking credentials and registers, and signing, from
//! the command line.
//!
//! The services themselves are crates of their own; `docs/architecture.md` shows how they fit together.

pub mod check;
pub mod demo;
pub mod federation;
pub mod jose;
pub mod output;
pub mod register_import;
pub mod register_key;
pub mod second_opinion;
pub mod services;
pub mod trust_file;
pub mod witness;
