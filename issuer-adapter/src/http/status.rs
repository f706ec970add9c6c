use super::App;
use crate::status::{Form, Published, StatusError};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use http_service::pages::matches_tag;
use http_service::{ApiPath, Problem, ProblemBody};
use status_list::token::MEDIA_TYPE;

/// A signed status list.
///
/// A `BitstringStatusListCredential` with an `eddsa-rdfc-2022` proof; valid for 24 hours at most. Ask again
/// with `If-None-Match`.
#[utoipa::path(
    get,
    path = "/status/{id}",
    tag = "public",
    params(
        ("id" = String, Path, description = "The list, as a credential's `statusListCredential` names it."),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of the list that is known."),
    ),
    responses(
        (status = 200, description = "The list.", body = Object, content_type = "application/vc"),
        (status = 304, description = "The list that is known is still the one."),
        (status = 404, description = "There is no such list.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the institution's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(app): State<App>,
    ApiPath(id): ApiPath<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let published = published(&app, &id, Form::Bitstring).await?;
    Ok(answer(&headers, &published, "application/vc"))
}

/// A signed token status list.
///
/// A JWT of type `statuslist+jwt` with two bits for each credential: 0 valid, 1 revoked, 2 suspended; valid for
/// 24 hours at most. Ask again with `If-None-Match`.
#[utoipa::path(
    get,
    path = "/status/token/{id}",
    tag = "public",
    params(
        ("id" = String, Path, description = "The list, as the `uri` in a credential's `status` names it."),
        ("Accept" = Option<String>, Header, description = "`application/statuslist+jwt` is the one form there is."),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of the list that is known."),
    ),
    responses(
        (status = 200, description = "The list.", body = String, content_type = "application/statuslist+jwt"),
        (status = 304, description = "The list that is known is still the one."),
        (status = 404, description = "There is no such list.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 406, description = "Another form of the list was asked for.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the institution's.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 501, description = "Asked for the list as it was at another `time`.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show_token(
    State(app): State<App>,
    ApiPath(id): ApiPath<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    // "Historical Resolution" of the standard is optional, and must not be answered with the present.
    let mut asked = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    if asked.any(|(name, _)| name == "time") {
        return Err(Problem::new(
            StatusCode::NOT_IMPLEMENTED,
            "no-history",
            "Status lists are kept as they are now, not as they were.",
        )
        .in_dutch("Statuslijsten zijn er zoals ze nu zijn, niet zoals ze waren."));
    }
    if !accepts(&headers, MEDIA_TYPE) {
        return Err(Problem::new(
            StatusCode::NOT_ACCEPTABLE,
            "not-acceptable",
            format!("The list is there as {MEDIA_TYPE} alone."),
        )
        .in_dutch(format!("De lijst is er alleen als {MEDIA_TYPE}.")));
    }
    let published = published(&app, &id, Form::Token).await?;
    Ok(answer(&headers, &published, MEDIA_TYPE))
}

async fn published(app: &App, id: &str, form: Form) -> Result<Published, Problem> {
    app.status_list(id, form).await.map_err(|error| match error {
        StatusError::Unknown => {
            Problem::not_found("unknown-status-list", "There is no status list by that name.")
                .in_dutch("Er is geen statuslijst met die naam.")
        }
        error => Problem::internal(error),
    })
}

fn answer(headers: &HeaderMap, published: &Published, media_type: &'static str) -> Response {
    let fixed = [
        ("etag", published.etag.clone()),
        ("cache-control", "public, no-cache".to_owned()),
    ];
    if matches_tag(headers, &published.etag) {
        return (StatusCode::NOT_MODIFIED, fixed).into_response();
    }
    (fixed, [("content-type", media_type)], published.body.to_string()).into_response()
}

/// Whether a client that sent these headers takes an answer of that type (RFC 9110 section 12.5.1). The most
/// specific range counts; one of quality nought is a refusal.
fn accepts(headers: &HeaderMap, media_type: &str) -> bool {
    let mut values = headers.get_all(header::ACCEPT).iter().peekable();
    if values.peek().is_none() {
        return true;
    }
    let group = media_type.split('/').next().unwrap_or_default();
    let best = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let name = parts.next()?.to_ascii_lowercase();
            let specific = match name.as_str() {
                "*/*" => 0,
                name if name.strip_suffix("/*") == Some(group) => 1,
                name if name == media_type => 2,
                _ => return None,
            };
            let quality = parts
                .find_map(|part| part.strip_prefix("q="))
                .map_or(1.0, |quality| quality.parse::<f32>().unwrap_or(0.0));
            Some((specific, quality > 0.0))
        })
        .max();
    best.is_some_and(|(_, wanted)| wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn client_gets_the_form_it_takes_and_no_other() {
        for (accept, taken) in [
            (None, true),
            (Some("*/*"), true),
            (Some("application/*;q=0.5"), true),
            (Some("Application/StatusList+JWT"), true),
            (
                Some("application/statuslist+cwt, application/statuslist+jwt;q=0.1"),
                true,
            ),
            (Some("application/statuslist+cwt"), false),
            (Some("text/html"), false),
            (Some("*/*, application/statuslist+jwt;q=0"), false),
        ] {
            let headers = accept.map(|accept| (header::ACCEPT, accept.parse().unwrap()));
            assert_eq!(
                accepts(&HeaderMap::from_iter(headers), MEDIA_TYPE),
                taken,
                "{accept:?}"
            );
        }
    }
}
