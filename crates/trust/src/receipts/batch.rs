//! What an issuer says of its leaves, and what the register adds.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use credentials::{Did, DidUrl, json};
use proofs::{SignError, Signer, jws};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::leaves::{LARGEST_BATCH, SMALLEST_BATCH};
use crate::issuer_signature::{IssuerSignatureError, check_issuer};
use crate::{
    OperatorKeys, VerifiedList,
    list::{CLOCK_TOLERANCE, hexadecimal},
};

/// The `typ` of a batch that an issuer signed.
pub const BATCH_TYPE: &str = "mc-leaf-batch+jwt";

/// The `typ` of a receipt that a register signed.
pub const RECEIPT_TYPE: &str = "mc-receipt+jwt";

/// The most days a batch names.
pub const MOST_DAYS: usize = 366;

/// A batch or receipt is never longer, in characters of its compact serialisation.
const LONGEST: usize = 16 * 1024;

const LIMITS: json::Limits = json::Limits {
    bytes: LONGEST,
    depth: 4,
    nodes: 1_000,
};

/// What an issuer says of one batch of leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Batch {
    /// Who issues.
    pub issuer: Did,
    /// Its number: one more than that of the issuer's batch before.
    pub batch: u64,
    /// The root of the tree of its leaves.
    pub root: String,
    /// How many leaves it has.
    pub size: u32,
    /// The days, in UTC, on which the awards in it are dated: rising, so that readers know which batches to read.
    pub days: Vec<NaiveDate>,
    /// The root of the issuer's batch before; absent for its first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<String>,
    /// When the issuer closed it.
    pub closed_at: DateTime<Utc>,
}

/// What a register says of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// Who operates the register.
    pub iss: Did,
    /// The place in the order of the register's receipts, from 1.
    pub sequence: u64,
    /// `sha-256:` and the hexadecimal SHA-256 of the register's receipt before, as signed; absent for its first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_hash: Option<String>,
    /// When the register received it, by the register's clock.
    pub received_at: DateTime<Utc>,
    /// The batch.
    #[serde(flatten)]
    pub batch: Batch,
}

/// Why a batch is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// Not a compact JWS of [`BATCH_TYPE`].
    #[error("not a signed batch")]
    NotSigned,
    /// The content is not that of a batch.
    #[error("the batch is not made as it should be: {0}")]
    Shape(&'static str),
    /// Not signed by its issuer.
    #[error(transparent)]
    Signature(#[from] IssuerSignatureError),
}

/// Why a receipt is not believed.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    /// Not a compact JWS of [`RECEIPT_TYPE`].
    #[error("not a signed receipt")]
    NotSigned,
    /// The content is not that of a receipt.
    #[error("the receipt is not made as it should be")]
    Shape,
    /// No key of the operator's vouches for the signature.
    #[error("the receipt is not signed by a register that is trusted")]
    NotTrusted,
}

/// Signs a batch for its issuer.
pub fn sign_batch(batch: &Batch, signer: &dyn Signer, kid: &DidUrl) -> Result<String, SignError> {
    sign(BATCH_TYPE, batch, signer, kid)
}

/// Signs a receipt for a register.
pub fn sign_receipt(receipt: &Receipt, signer: &dyn Signer, kid: &DidUrl) -> Result<String, SignError> {
    sign(RECEIPT_TYPE, receipt, signer, kid)
}

/// Signs a receipt again after a change of the operator's key: its content stays, and `renews` in the header is
/// `sha-256:` and the hexadecimal SHA-256 of the receipt as it was given. One that `kid` signed stays as it is.
pub fn renew_receipt(given: &str, signer: &dyn Signer, kid: &DidUrl) -> Result<String, SignError> {
    let Ok(jws) = jws::parse(given, LONGEST) else {
        return Ok(given.to_owned());
    };
    if jws.kid() == Some(kid.as_str()) {
        return Ok(given.to_owned());
    }
    let renews = hexadecimal(&Sha256::digest(given.as_bytes()));
    let algorithm = signer.algorithm().jose_name();
    let header = json!({ "alg": algorithm, "typ": RECEIPT_TYPE, "kid": kid, "renews": renews });
    jws::sign(&header, jws.payload(), signer)
}

fn sign(typ: &str, content: &impl Serialize, signer: &dyn Signer, kid: &DidUrl) -> Result<String, SignError> {
    let header = json!({ "alg": signer.algorithm().jose_name(), "typ": typ, "kid": kid });
    // Dates, numbers and texts always make JSON.
    let payload = serde_json::to_vec(content).unwrap_or_default();
    jws::sign(&header, &payload, signer)
}

/// Checks a batch at the moment `at`: its shape, and a signature by a key of its issuer that counts now.
///
/// Whether the issuer is admitted, and whether the number follows, is for the register to say.
pub fn verify_batch(signed: &str, list: &VerifiedList, at: DateTime<Utc>) -> Result<Batch, BatchError> {
    let (jws, batch): (_, Batch) = read(signed, BATCH_TYPE).ok_or(BatchError::NotSigned)?;
    check_issuer(&jws, &batch.issuer, list, at)?;
    check(&batch, at)?;
    Ok(batch)
}

fn check(batch: &Batch, at: DateTime<Utc>) -> Result<(), BatchError> {
    let is_root = |text: &str| {
        text.strip_prefix("sha-256:").is_some_and(|hex| {
            hex.len() == 64
                && hex
                    .bytes()
                    .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        })
    };
    let size = usize::try_from(batch.size).unwrap_or_default();
    let rules = [
        (is_root(&batch.root), "root"),
        (batch.previous.as_deref().is_none_or(is_root), "previous"),
        (
            batch.batch > 0 && batch.previous.is_some() == (batch.batch > 1),
            "batch",
        ),
        (
            size.is_power_of_two() && (SMALLEST_BATCH..=LARGEST_BATCH).contains(&size),
            "size",
        ),
        (
            (1..=MOST_DAYS).contains(&batch.days.len())
                && batch.days.windows(2).all(|pair| pair[0] < pair[1]),
            "days",
        ),
        (batch.closed_at <= at + CLOCK_TOLERANCE, "closedAt"),
    ];
    match rules.into_iter().find(|(holds, _)| !holds) {
        Some((_, member)) => Err(BatchError::Shape(member)),
        None => Ok(()),
    }
}

/// Checks a receipt: signed by the operator of the register with a key that counts for its time, and within sense.
pub fn verify_receipt(
    signed: &str,
    operator: &OperatorKeys,
    at: DateTime<Utc>,
) -> Result<Receipt, ReceiptError> {
    let (jws, receipt): (_, Receipt) = read(signed, RECEIPT_TYPE).ok_or(ReceiptError::NotSigned)?;
    if !operator.signed(&jws, &receipt.iss, receipt.received_at) {
        return Err(ReceiptError::NotTrusted);
    }
    let is_from_the_future = receipt.received_at > at + Duration::minutes(5);
    if is_from_the_future || check(&receipt.batch, receipt.received_at).is_err() {
        return Err(ReceiptError::Shape);
    }
    Ok(receipt)
}

fn read<T: DeserializeOwned>(signed: &str, typ: &str) -> Option<(jws::Jws, T)> {
    let jws = jws::parse(signed.trim(), LONGEST).ok()?;
    if jws.typ() != Some(typ) {
        return None;
    }
    let content = json::parse(jws.payload(), &LIMITS).ok()?;
    Some((jws, serde_json::from_value(content).ok()?))
}

impl Receipt {
    /// Reads a receipt without checking who signed it, to see whether it is of interest.
    pub fn peek(signed: &str) -> Option<Self> {
        read(signed, RECEIPT_TYPE).map(|(_, receipt)| receipt)
    }
}
