//! The register over real HTTP.
