//! The institution's service over real HTTP.

mod admission;
mod description;
mod desk;
mod fixture;
mod identity;
mod import;
mod issuance;
mod review;
mod status;
mod wallet;
