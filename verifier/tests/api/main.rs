//! The verifier over real HTTP, with a real register and an institution that publishes its status lists.

mod description;
mod fetching;
mod fixture;
mod requests;
mod verdicts;
