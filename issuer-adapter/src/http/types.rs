use axum::Json;
use axum::response::{IntoResponse, Response};
use credentials::sd_jwt_vc;

/// The type metadata of our SD-JWT VCs (SD-JWT VC, "Type Metadata").
///
/// The same as is published at the address that `vct` is.
#[utoipa::path(
    get,
    path = "/types/microcredential",
    tag = "public",
    responses(
        (status = 200, description = "The type metadata.", body = Object),
    )
)]
pub(crate) async fn show() -> Response {
    (
        [("cache-control", "public, max-age=86400")],
        Json(sd_jwt_vc::type_metadata()),
    )
        .into_response()
}
