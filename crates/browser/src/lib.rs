//! The wasm binding of wallet-core and verification.
