//! The register over real HTTP.

mod description;
mod fixture;
mod keeper;
mod list;
mod lookups;
mod start;
