//! Fixed keys and clocks, builders; for tests only.
