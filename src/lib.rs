//! Waarmerk: verifiable microcredentials.
