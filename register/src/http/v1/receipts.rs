use std::fmt::Write as _;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use credentials::{Did, json};
use http_service::pages::matches_tag;
use http_service::{ApiJson, ApiPath, JsonLimits, Problem, ProblemBody};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tracing::info;
use trust::receipts::BatchError;
use utoipa::ToSchema;

use super::entities::unknown_entity;
use crate::http::App;
use crate::register::ReceiptError;

/// The largest batch, in JSON.
pub(crate) const BODY: JsonLimits = JsonLimits(json::Limits {
    bytes: 1024 * 1024,
    depth: 2,
    nodes: 8,
});

/// How far an issuer's batches have come.
#[derive(Serialize, ToSchema)]
pub(crate) struct Head {
    /// The issuer.
    #[schema(value_type = String)]
    issuer: Did,
    /// The number of its last batch; 0 when there is none.
    batches: u64,
    /// The root of its last batch.
    #[serde(skip_serializing_if = "Option::is_none")]
    root: Option<String>,
}

/// The receipts of an issuer for awards of one month.
#[derive(Serialize, ToSchema)]
pub(crate) struct Month {
    /// The issuer.
    #[schema(value_type = String)]
    issuer: Did,
    /// The month, in UTC, in which awards of these batches are dated.
    #[schema(example = "2026-04")]
    month: String,
    /// Compact JWSs of type `mc-receipt+jwt`, in the order in which they were given.
    receipts: Vec<String>,
}

/// A batch of leaves.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewBatch {
    /// A compact JWS of type `mc-leaf-batch+jwt`, signed with a key that the register lists for the issuer.
    batch: String,
    /// The leaves: one a line, in base64url, in rising order.
    leaves: String,
}

/// A receipt.
#[derive(Serialize, ToSchema)]
pub(crate) struct Given {
    /// A compact JWS of type `mc-receipt+jwt`.
    receipt: String,
}

/// How far an issuer's batches have come.
#[utoipa::path(
    get,
    path = "/v1/receipts/{did}",
    tag = "public",
    params(("did" = String, Path, description = "The issuer's DID.")),
    responses(
        (status = 200, description = "Its last batch.", body = Head),
        (status = 404, description = "The register knows no such organisation.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn head(
    State(app): State<App>,
    ApiPath(did): ApiPath<String>,
) -> Result<Json<Head>, Problem> {
    let issuer = Did::parse(&did).map_err(|_| unknown_entity())?;
    let head = app
        .register
        .receipts_head(&issuer)
        .await?
        .ok_or_else(unknown_entity)?;
    Ok(Json(Head {
        issuer,
        batches: head.batches,
        root: head.root,
    }))
}

/// The receipts of an issuer for awards of one month.
///
/// Readers fetch all of a month, and then whole files of leaves, so that the register never learns which
/// credential is checked.
#[utoipa::path(
    get,
    path = "/v1/receipts/{did}/{month}",
    tag = "public",
    params(
        ("did" = String, Path, description = "The issuer's DID."),
        ("month" = String, Path, description = "The month of the award in UTC, such as `2026-04`."),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of the answer that is known."),
    ),
    responses(
        (status = 200, description = "The receipts; none when there are none.", body = Month),
        (status = 304, description = "The answer that is known is still the one."),
        (status = 404, description = "There is no such organisation or month.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn month(
    State(app): State<App>,
    ApiPath((did, month)): ApiPath<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let issuer = Did::parse(&did).map_err(|_| unknown_entity())?;
    if month.len() != 7 || format!("{month}-01").parse::<NaiveDate>().is_err() {
        return Err(
            Problem::not_found("unknown-month", "A month is written as 2026-04.")
                .in_dutch("Een maand staat er zo: 2026-04."),
        );
    }
    let receipts = app
        .register
        .receipts_of(&issuer, &month)
        .await?
        .ok_or_else(unknown_entity)?;
    let digest = Sha256::digest(receipts.concat());
    let tag = digest.iter().take(16).fold(String::new(), |mut tag, byte| {
        // Writing to a string cannot fail.
        let _ = write!(tag, "{byte:02x}");
        tag
    });
    let tag = format!("\"{tag}\"");
    let fixed = [
        ("etag", tag.clone()),
        ("cache-control", "public, no-cache".to_owned()),
    ];
    if matches_tag(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, fixed).into_response());
    }
    let body = Month {
        issuer,
        month,
        receipts,
    };
    Ok((fixed, Json(body)).into_response())
}

/// The leaves of batches that follow each other.
///
/// A reader asks for those of a day at once, as far as they have no more than 32,768 leaves together.
#[utoipa::path(
    get,
    path = "/v1/receipts/{did}/batches/{span}",
    tag = "public",
    params(
        ("did" = String, Path, description = "The issuer's DID."),
        ("span" = String, Path, description = "The numbers of the first batch and the last, such as `3-17`."),
    ),
    responses(
        (status = 200, description = "The leaves of one batch after the other, one a line; never changes.", body = String, content_type = "text/plain"),
        (status = 404, description = "There are no such batches, or they are too many to send at once.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn leaves(
    State(app): State<App>,
    ApiPath((did, span)): ApiPath<(String, String)>,
) -> Result<Response, Problem> {
    let issuer = Did::parse(&did).map_err(|_| unknown_entity())?;
    let span = span.parse().map_err(|_| unknown_batches())?;
    let leaves = app
        .register
        .leaves(&issuer, span)
        .await?
        .ok_or_else(unknown_batches)?;
    let fixed = [
        ("content-type", "text/plain; charset=utf-8"),
        ("cache-control", "public, max-age=31536000, immutable"),
    ];
    Ok((fixed, leaves).into_response())
}

fn unknown_batches() -> Problem {
    Problem::not_found(
        "unknown-batches",
        "The issuer did not hand in all of those batches, or they are too many to send at once.",
    )
    .in_dutch("De uitgever heeft die reeksen niet allemaal ingeleverd, of het zijn er te veel voor een keer.")
}

/// Gives a receipt for a batch of leaves.
///
/// The batch is signed by its issuer, which must take part at this moment. For the same root the answer is
/// always the same receipt.
#[utoipa::path(
    post,
    path = "/v1/receipts/{did}",
    tag = "issuer",
    params(("did" = String, Path, description = "The issuer's DID.")),
    request_body = NewBatch,
    responses(
        (status = 200, description = "The receipt.", body = Given),
        (status = 400, description = "The body is not JSON.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The issuer does not take part now, or the key is not one of its keys that count now.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "The register knows no such organisation.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It does not follow the issuer's batch before; ask how far these have come.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not `application/json`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Batch and leaves are not made as they should be, or do not belong together.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many batches within a day.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create(
    State(app): State<App>,
    ApiPath(did): ApiPath<String>,
    ApiJson(body): ApiJson<NewBatch>,
) -> Result<Json<Given>, Problem> {
    let issuer = Did::parse(&did).map_err(|_| unknown_entity())?;
    let receipt = app.register.receive(&issuer, &body.batch, &body.leaves).await?;
    info!(%issuer, batch = receipt.batch, sequence = receipt.sequence, "receipt given");
    Ok(Json(Given {
        receipt: receipt.signed,
    }))
}

impl From<ReceiptError> for Problem {
    fn from(error: ReceiptError) -> Self {
        match error {
            ReceiptError::UnknownIssuer => unknown_entity(),
            ReceiptError::NotAdmitted => Self::new(StatusCode::FORBIDDEN, "not-admitted", error)
                .in_dutch("De uitgever doet nu niet mee; daarom komt er geen ontvangstbewijs."),
            ReceiptError::Batch(BatchError::Signature(_)) => {
                Self::new(StatusCode::FORBIDDEN, "batch-not-signed", error)
                    .in_dutch("De reeks is niet ondertekend met een sleutel van de uitgever die nu telt.")
            }
            ReceiptError::Batch(BatchError::NotSigned | BatchError::Shape(_))
            | ReceiptError::OtherIssuer
            | ReceiptError::Leaves(_)
            | ReceiptError::OtherLeaves => Self::unprocessable("invalid-batch", error)
                .in_dutch("De reeks en haar bladeren zijn niet goed opgebouwd of horen niet bij elkaar."),
            ReceiptError::OutOfOrder { .. } => Self::conflict("batch-out-of-order", error)
                .in_dutch("De reeks volgt niet op de vorige van deze uitgever."),
            ReceiptError::TooMany => Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many-batches", error)
                .in_dutch("Te veel reeksen op een dag; neem er meer samen."),
            ReceiptError::Signing(error) => Self::internal(error),
            ReceiptError::Publish(error) => error.into(),
        }
    }
}
