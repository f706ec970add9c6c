use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use http_service::{ApiPath, Problem, ProblemBody};

use crate::http::App;

/// What was checked before an admission, in canonical JSON.
///
/// The recorded admission, and so the list and its log, names its SHA-256: `decision` ends in `#sha-256:…`. Who looked is
/// not part of it.
#[utoipa::path(
    get,
    path = "/v1/accreditations/{id}/checklist",
    tag = "public",
    params(("id" = String, Path, description = "The last segment of the accreditation's id.")),
    responses(
        (status = 200, description = "`profile`, and `items` with `item`, `met` and `evidence`.", body = Object, content_type = "application/json"),
        (status = 404, description = "No checklist was kept under that name.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(app): State<App>,
    ApiPath(id): ApiPath<String>,
) -> Result<impl IntoResponse, Problem> {
    let document = app.register.checklist(&id).await?.ok_or_else(|| {
        Problem::not_found("unknown-checklist", "No checklist was kept for that admission.")
            .in_dutch("Van die toelating is geen controlelijst bewaard.")
    })?;
    Ok(([(header::CONTENT_TYPE, "application/json")], document))
}
