//! Issuance receipts: what proves since when a credential was decided.
//!
//! An issuer commits to each copy when it decides on an award, with a [`Leaf`] that tells nothing by itself. It
//! gathers leaves in batches, signs each [`Batch`] and hands it to the register, which adds its own time and
//! signature: a [`Receipt`]. The leaves of every batch are public, so a reader who holds a credential computes
//! its leaf, finds it among them, and knows that the credential was decided by then.
//!
//! The format and the rules are those of `specs/accreditation/`, section 5.

mod batch;
mod leaves;
mod spans;

pub use batch::{
    BATCH_TYPE, Batch, BatchError, MOST_DAYS, RECEIPT_TYPE, Receipt, ReceiptError, renew_receipt, sign_batch,
    sign_receipt, verify_batch, verify_receipt,
};
pub use leaves::{InvalidLeaf, LARGEST_BATCH, Leaf, Leaves, LeavesError, SMALLEST_BATCH, leaf};
pub use spans::{InvalidSpan, MOST_LEAVES_IN_A_SPAN, Span};

use chrono::{DateTime, Duration, Utc};

/// How long after the date an issuer gives a receipt may come and still confirm that date.
pub const PROMPT: Duration = Duration::hours(24);

/// The time that counts as that of issuance once a receipt is there: the claimed one if the receipt came at
/// most [`PROMPT`] after it, else that of the receipt.
pub fn time_used(claimed: DateTime<Utc>, received_at: DateTime<Utc>) -> DateTime<Utc> {
    match claimed.checked_add_signed(PROMPT) {
        Some(latest) if received_at > latest => received_at,
        _ => claimed,
    }
}
