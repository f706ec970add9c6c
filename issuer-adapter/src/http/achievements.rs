use super::App;
use axum::Json;
use axum::extract::State;
use credentials::open_badges::Copy;
use http_service::{ApiPath, Problem, ProblemBody};
use serde_json::{Value, json};

/// What can be attained: the achievement that credentials refer to.
///
/// In the words of Open Badges 3.0; nothing in it is about a learner.
#[utoipa::path(
    get,
    path = "/achievements/{id}",
    tag = "public",
    params(("id" = String, Path, description = "The achievement, as credentials name it.")),
    responses(
        (status = 200, description = "The achievement.", body = Object),
        (status = 404, description = "There is no such achievement.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the institution's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(app): State<App>,
    ApiPath(id): ApiPath<String>,
) -> Result<Json<Value>, Problem> {
    let unknown = || {
        Problem::not_found("unknown-achievement", "There is no achievement by that name.")
            .in_dutch("Er is geen onderwijseenheid met die naam.")
    };
    let award = app.storage.award_of_achievement(&id).await?.ok_or_else(unknown)?;
    let credential = app.projected(&award, Copy::Portable).map_err(Problem::internal)?;
    let achievement = credential
        .pointer("/credentialSubject/achievement")
        .cloned()
        .unwrap_or_default();
    let mut document = json!({"@context": credential.get("@context")});
    if let (Value::Object(document), Value::Object(achievement)) = (&mut document, achievement) {
        document.extend(achievement);
    }
    Ok(Json(document))
}
