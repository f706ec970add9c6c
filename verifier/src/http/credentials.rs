//! `/credentials` and `/presentations`, which take the same.

pub(crate) mod verify;
