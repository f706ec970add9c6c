//! One share, for the wallet that made it. The capability in the `Authorization` header says which, so that no address
//! names a share.

use axum::extract::State;
use axum::{Extension, Json};
use http_service::{ApiJson, Bearer, ClientAddress, Problem, ProblemBody};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::shares::{ShareError, Shares, Status, digest};

/// What takes the place of a share.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Replacement {
    /// The same share sealed again, with another end in its header.
    #[schema(max_length = 65536)]
    share: String,
    /// How often it may be opened in all; without it, as often as people like.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1000)]
    max_views: Option<u32>,
}

/// What became of the share.
#[utoipa::path(
    get,
    path = "/v1/share",
    tag = "owner",
    security(("owner" = [])),
    responses(
        (status = 200, description = "Whether it can be opened, and how often it was.", body = Status),
        (status = 401, description = "No share has that capability.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the store's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(State(shares): State<Shares>, bearer: Bearer) -> Result<Json<Status>, Problem> {
    let status = shares.status(&digest(bearer.token())).await;
    status.map(Json).map_err(of_owner)
}

/// Gives the share another end.
///
/// Its end is part of what is sealed, so that the store cannot change it by itself.
#[utoipa::path(
    put,
    path = "/v1/share",
    tag = "owner",
    request_body = Replacement,
    security(("owner" = [])),
    responses(
        (status = 200, description = "It is replaced.", body = Status),
        (status = 400, description = "The body is not JSON.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No share has that capability.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "It is over, and stays so.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The share is too large.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not `application/json`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "It is not this share sealed again, or its end or number of views cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too often from this address.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the store's.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "The store is full.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn replace(
    State(shares): State<Shares>,
    Extension(by): Extension<ClientAddress>,
    bearer: Bearer,
    ApiJson(body): ApiJson<Replacement>,
) -> Result<Json<Status>, Problem> {
    let capability = digest(bearer.token());
    let replaced = shares.replace(&capability, body.share, body.max_views, by).await;
    replaced.map(Json).map_err(of_owner)
}

/// Withdraws the share: its content is deleted at once. Doing so again changes nothing.
#[utoipa::path(
    delete,
    path = "/v1/share",
    tag = "owner",
    security(("owner" = [])),
    responses(
        (status = 200, description = "It is over.", body = Status),
        (status = 401, description = "No share has that capability.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the store's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn withdraw(State(shares): State<Shares>, bearer: Bearer) -> Result<Json<Status>, Problem> {
    let withdrawn = shares.withdraw(&digest(bearer.token())).await;
    withdrawn.map(Json).map_err(of_owner)
}

/// A capability that owns nothing is the wrong one, or of a share that was forgotten.
fn of_owner(error: ShareError) -> Problem {
    match error {
        ShareError::Unknown => Problem::unauthorized("No share here is owned by this capability.")
            .in_dutch("Er is hier geen link die bij deze sleutel hoort."),
        other => other.into(),
    }
}
