use axum::Json;
use axum::extract::State;
use http_service::{ApiJson, Problem, ProblemBody};
use serde::{Deserialize, Serialize};
use share_link::ShareId;
use utoipa::ToSchema;

use crate::shares::Shares;

/// Which share to open.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WhichShare {
    /// The part of the link between `#` and the full stop.
    #[schema(value_type = String, pattern = "^[A-Za-z0-9_-]{22}$")]
    id: ShareId,
}

/// A share, for whoever has its key.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OpenedShare {
    /// The sealed share: a compact JWE.
    share: String,
    /// How often it can still be opened; absent where there is no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    views_left: Option<u32>,
}

/// Opens a share, which its owner sees counted.
///
/// A POST, since it changes something: programs that follow links by themselves, such as previews of messages, send GET
/// alone and so are not counted. The id is in the body, where logs of servers in between do not hold it.
#[utoipa::path(
    post,
    path = "/v1/shares/open",
    tag = "public",
    request_body = WhichShare,
    responses(
        (status = 200, description = "The share.", body = OpenedShare),
        (status = 400, description = "The body is not JSON.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is no such share.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "It is over: `share-withdrawn`, `share-ended` or `share-used-up`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not `application/json`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The id is not one.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too often from this address.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the store's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create(
    State(shares): State<Shares>,
    ApiJson(WhichShare { id }): ApiJson<WhichShare>,
) -> Result<Json<OpenedShare>, Problem> {
    let opened = shares.view(&id).await?;
    Ok(Json(OpenedShare {
        share: opened.sealed,
        views_left: opened.views_left,
    }))
}
