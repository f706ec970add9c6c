//! Records who may award what, since when.
