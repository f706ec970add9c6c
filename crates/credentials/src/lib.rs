//! What is claimed: awards, achievements, credentials and how they are read.
