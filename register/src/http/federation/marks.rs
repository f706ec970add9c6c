use axum::Json;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use http_service::ProblemBody;
use trust::federation::EntityId;

use super::Present;
use super::answer::{Parameters, Refusal, signed};
use crate::http::App;

const FORM: &str = "application/x-www-form-urlencoded";

/// The trust mark for taking part in a quality framework.
///
/// Section 8.6. It holds for hours, names the accreditation it rests on, and says nothing about levels, sizes and
/// fields: `/v1/evaluate` and the list do.
#[utoipa::path(
    get,
    path = "/federation/trust_mark",
    tag = "federation",
    params(
        ("trust_mark_type" = String, Query, description = "One of those in `trust_mark_issuers` of the register's configuration."),
        ("sub" = String, Query, description = "The entity identifier of whom it is for."),
    ),
    responses(
        (status = 200, description = "The trust mark.", body = String, content_type = "application/trust-mark+jwt"),
        (status = 400, description = "`invalid_request`", body = Object),
        (status = 404, description = "`not_found`: it does not have that trust mark.", body = Object),
        (status = 429, description = "Too many questions.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(State(app): State<App>, RawQuery(query): RawQuery) -> Result<Response, Refusal> {
    let present = Present::of(&app.register).await?;
    let publisher = present.publisher();
    let parameters = Parameters::of(query.as_deref());
    let kind = parameters.required("trust_mark_type")?;
    let subject = parameters.required("sub")?;
    let member = EntityId::parse(subject).ok().and_then(|id| publisher.member(&id));
    let mark = match member {
        Some(member) => publisher.mark(&member, kind)?,
        None => None,
    };
    let mark = mark.ok_or_else(|| Refusal::not_found("It does not have that trust mark now."))?;
    Ok(signed("application/trust-mark+jwt", mark))
}

/// Everybody who has a trust mark now.
///
/// Section 8.5.
#[utoipa::path(
    get,
    path = "/federation/trust_mark_list",
    tag = "federation",
    params(
        ("trust_mark_type" = String, Query, description = "One of those in `trust_mark_issuers` of the register's configuration."),
        ("sub" = Option<String>, Query, description = "Only this entity."),
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
    let kind = parameters.required("trust_mark_type")?;
    let subject = parameters.one("sub")?;
    let marked: Vec<EntityId> = publisher
        .members()
        .filter(|member| subject.is_none_or(|subject| member.id.as_str() == subject))
        .filter(|member| publisher.is_marked(member, kind))
        .map(|member| member.id)
        .collect();
    Ok(([("cache-control", "public, max-age=60")], Json(marked)).into_response())
}

/// What has become of a trust mark: `active`, `expired`, `revoked` or `invalid`.
///
/// Section 8.4. A mark that the register never gave is answered with 404.
#[utoipa::path(
    post,
    path = "/federation/trust_mark_status",
    tag = "federation",
    request_body(content = Object, content_type = "application/x-www-form-urlencoded", description = "`trust_mark`: the mark."),
    responses(
        (status = 200, description = "The answer, signed.", body = String, content_type = "application/trust-mark-status-response+jwt"),
        (status = 400, description = "`invalid_request`", body = Object),
        (status = 404, description = "`not_found`: the register never gave it.", body = Object),
        (status = 429, description = "Too many questions.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn status(
    State(app): State<App>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default();
    if !kind.trim().eq_ignore_ascii_case(FORM) {
        return Err(Refusal::request(format!("Send {FORM}.")));
    }
    let present = Present::of(&app.register).await?;
    let publisher = present.publisher();
    let parameters = Parameters::read(&body);
    let mark = parameters.required("trust_mark")?;
    let status = publisher
        .mark_status(mark)
        .ok_or_else(|| Refusal::not_found("That is no trust mark this register gave."))?;
    let answer = signed(
        "application/trust-mark-status-response+jwt",
        publisher.mark_status_response(mark, status)?,
    );
    Ok(([("cache-control", "no-store")], answer).into_response())
}
