use axum::Json;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use http_service::ProblemBody;
use trust::federation::{CREDENTIAL_ISSUER, EntityId, FEDERATION_ENTITY};

use super::Present;
use super::answer::{Parameters, Refusal, signed};
use crate::http::App;

/// What the register says of an institution or unit that takes part now.
///
/// A subordinate statement (section 8.1): the keys that count now, the registered name, and that nobody stands below it.
/// Whoever does not take part now has none; what was true earlier is in the list.
#[utoipa::path(
    get,
    path = "/federation/fetch",
    tag = "federation",
    params(("sub" = String, Query, description = "Its entity identifier: the https address of its `did:web`.", example = "https://credentials.college.example/energie")),
    responses(
        (status = 200, description = "The statement.", body = String, content_type = "application/entity-statement+jwt"),
        (status = 400, description = "`invalid_request`", body = Object),
        (status = 404, description = "`not_found`: nothing is stated of it now.", body = Object),
        (status = 429, description = "Too many questions.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn fetch(State(app): State<App>, RawQuery(query): RawQuery) -> Result<Response, Refusal> {
    let present = Present::of(&app.register).await?;
    let publisher = present.publisher();
    let parameters = Parameters::of(query.as_deref());
    let subject = parameters.required("sub")?;
    if subject == publisher.entity.as_str() {
        return Err(Refusal::request(
            "That is the register itself; what it says of itself is at /.well-known/openid-federation.",
        ));
    }
    let member = EntityId::parse(subject).ok().and_then(|id| publisher.member(&id));
    let member = member.ok_or_else(|| {
        Refusal::not_found(
            "The register states nothing of it now. Who took part when is in the signed list at /v1/list.",
        )
    })?;
    Ok(signed(
        "application/entity-statement+jwt",
        publisher.statement(&member)?,
    ))
}

/// Everybody of whom the register states something now.
///
/// Subordinate listing (section 8.2). Everybody here issues credentials, and nobody has others below it.
#[utoipa::path(
    get,
    path = "/federation/list",
    tag = "federation",
    params(
        ("entity_type" = Option<String>, Query, description = "Only those with this entity type, such as `openid_credential_issuer`; may be repeated."),
        ("trust_marked" = Option<bool>, Query, description = "Only those with a trust mark."),
        ("trust_mark_type" = Option<String>, Query, description = "Only those with this trust mark."),
        ("intermediate" = Option<bool>, Query, description = "Only those with others below them: nobody."),
    ),
    responses(
        (status = 200, description = "Their entity identifiers.", body = Vec<String>),
        (status = 400, description = "`invalid_request`", body = Object),
        (status = 429, description = "Too many questions.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn index(State(app): State<App>, RawQuery(query): RawQuery) -> Result<Response, Refusal> {
    let present = Present::of(&app.register).await?;
    let publisher = present.publisher();
    let parameters = Parameters::of(query.as_deref());
    let kind = parameters.one("trust_mark_type")?;
    let is_marked = parameters.flag("trust_marked")? == Some(true);
    let is_intermediate = parameters.flag("intermediate")? == Some(true);
    let has_types = parameters
        .all("entity_type")
        .all(|one| [CREDENTIAL_ISSUER, FEDERATION_ENTITY].contains(&one));
    let listed: Vec<EntityId> = publisher
        .members()
        .filter(|_| has_types && !is_intermediate)
        .filter(|member| kind.is_none_or(|kind| publisher.is_marked(member, kind)))
        .filter(|member| !is_marked || !publisher.marks_of(member).is_empty())
        .map(|member| member.id)
        .collect();
    Ok(([("cache-control", "public, max-age=60")], Json(listed)).into_response())
}
