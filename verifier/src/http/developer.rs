use axum::extract::State;
use axum::http::StatusCode;
use http_service::ProblemBody;

use crate::Verifier;

/// Forgets every answer that was kept: register list, DID documents, status lists.
///
/// What was fetched is used again as long as its server allows. Who changes a status and looks at once whether it is
/// seen makes the verifier forget first.
#[utoipa::path(
    post,
    path = "/developer/forget",
    tag = "developer",
    responses(
        (status = 204, description = "Everything is fetched anew."),
        (status = 404, description = "This is no developer's installation.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn forget(State(verifier): State<Verifier>) -> StatusCode {
    verifier.forget();
    StatusCode::NO_CONTENT
}
