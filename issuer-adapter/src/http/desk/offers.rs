//! Handing an award to the learner.

use super::App;
use crate::awards::NewOffer;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use chrono::{DateTime, Utc};
use http_service::{ApiPath, Problem, ProblemBody};
use serde::Serialize;
use utoipa::ToSchema;

/// An offer to hand to the learner. The transaction code goes by another way than the link.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OfferAnswer {
    /// For a QR code or a wallet on the same device.
    offer_uri: String,
    /// A web link that opens our wallet, where one is configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    offer_link: Option<String>,
    /// Six digits; not shown again.
    tx_code: String,
    /// Until when it can be collected.
    expires_at: DateTime<Utc>,
}

impl From<NewOffer> for OfferAnswer {
    fn from(offer: NewOffer) -> Self {
        Self {
            offer_uri: offer.uri,
            offer_link: offer.link,
            tx_code: offer.tx_code,
            expires_at: offer.expires_at,
        }
    }
}

/// Makes an offer to the learner, in the place of any earlier one.
#[utoipa::path(
    post,
    path = "/desk/api/awards/{id}/offer",
    tag = "desk",
    security(("desk" = [])),
    params(("id" = String, Path, description = "The award.")),
    responses(
        (status = 201, description = "The offer.", body = OfferAnswer),
        (status = 401, description = "The desk key is missing or wrong.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is no such award.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The award is not approved, or was issued before.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The register does not let the unit issue now.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often by this client; `Retry-After` says when to try again.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the institution's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn offer(
    State(app): State<App>,
    ApiPath(id): ApiPath<String>,
) -> Result<impl IntoResponse, Problem> {
    Ok((
        StatusCode::CREATED,
        Json(OfferAnswer::from(app.offer(&id).await?)),
    ))
}

/// Makes an offer of new copies of an award that was collected before.
///
/// Earlier copies stay as they are.
#[utoipa::path(
    post,
    path = "/desk/api/awards/{id}/new-copies",
    tag = "desk",
    security(("desk" = [])),
    params(("id" = String, Path, description = "The award.")),
    responses(
        (status = 201, description = "The offer.", body = OfferAnswer),
        (status = 401, description = "The desk key is missing or wrong.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is no such award.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The award is not issued.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The register does not let the unit issue now.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often by this client; `Retry-After` says when to try again.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the institution's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn new_copies(
    State(app): State<App>,
    ApiPath(id): ApiPath<String>,
) -> Result<impl IntoResponse, Problem> {
    Ok((
        StatusCode::CREATED,
        Json(OfferAnswer::from(app.offer_new_copies(&id).await?)),
    ))
}
