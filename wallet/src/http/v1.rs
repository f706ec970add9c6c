pub(crate) mod share;
pub(crate) mod shares;
