use axum::extract::State;
use axum::response::Response;
use http_service::ProblemBody;

use super::Present;
use super::answer::{Refusal, signed};
use crate::http::App;

/// What the register says of itself as a trust anchor: its key, where it answers, and who gives which trust marks.
///
/// An entity configuration (OpenID Federation 1.0, section 9). Pin the key of `/v1/anchor` and not the one in here:
/// whoever answers could have signed it.
#[utoipa::path(
    get,
    path = "/.well-known/openid-federation",
    tag = "federation",
    responses(
        (status = 200, description = "The entity configuration.", body = String, content_type = "application/entity-statement+jwt"),
        (status = 404, description = "`not_found`: the register is at no https address.", body = Object),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(State(app): State<App>) -> Result<Response, Refusal> {
    let present = Present::of(&app.register).await?;
    Ok(signed(
        "application/entity-statement+jwt",
        present.publisher().configuration()?,
    ))
}
