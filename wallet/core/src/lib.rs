//! The learner's wallet, without any input or output.
