//! The employer's page and the verification API.
