use super::App;
use crate::issuance::Refusal;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_service::{ApiPath, Problem, ProblemBody};
use openid4vc::issuance::messages::{ErrorCode, NonceResponse, ProtocolError};
use serde_json::json;

const NO_STORE: [(&str, &str); 1] = [("cache-control", "no-store")];

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Protocol(error) => (StatusCode::BAD_REQUEST, NO_STORE, Json(error)).into_response(),
            Self::WrongTxCode { tries_left } => {
                // Beside the members of RFC 6749, so that a wallet can say how many tries are left.
                let body = json!({
                    "error": ErrorCode::InvalidGrant,
                    "error_description": "The transaction code is wrong.",
                    "tries_left": tries_left,
                });
                (StatusCode::BAD_REQUEST, NO_STORE, Json(body)).into_response()
            }
            Self::Token { given } => {
                // RFC 6750, section 3.1: no error code for a request without a token.
                let challenge = if given {
                    "Bearer error=\"invalid_token\""
                } else {
                    "Bearer"
                };
                let error = ProtocolError::new(
                    ErrorCode::InvalidToken,
                    "The access token is missing, unknown or expired.",
                );
                let headers = [(header::WWW_AUTHENTICATE, challenge)];
                (StatusCode::UNAUTHORIZED, headers, NO_STORE, Json(error)).into_response()
            }
            Self::OfferGone => Problem::not_found(
                "offer-gone",
                "This offer is unknown, used or expired. Ask the institution for another.",
            )
            .in_dutch(
                "Dit aanbod is onbekend, gebruikt of verlopen. Vraag je onderwijsinstelling om een nieuw.",
            )
            .into_response(),
            Self::Storage(error) => Problem::internal(error).into_response(),
            Self::Copy(error) => Problem::internal(error).into_response(),
        }
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(only), None) = (values.next(), values.next()) else {
        return None;
    };
    let (scheme, token) = only.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

fn is_of_type(headers: &HeaderMap, media_type: &str) -> bool {
    let given = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    given
        .and_then(|given| given.split(';').next())
        .is_some_and(|given| given.trim().eq_ignore_ascii_case(media_type))
}

fn wrong_type(code: ErrorCode, media_type: &str) -> Refusal {
    Refusal::Protocol(ProtocolError::new(code, &format!("Send {media_type}.")))
}

/// The offer that a link refers to (section 4.1.3).
#[utoipa::path(
    get,
    path = "/offers/{id}",
    tag = "issuance",
    params(("id" = String, Path, description = "The offer, as its link names it.")),
    responses(
        (status = 200, description = "The credential offer.", body = Object),
        (status = 404, description = "The offer is unknown, used or expired.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the institution's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn offer(State(app): State<App>, ApiPath(id): ApiPath<String>) -> Result<Response, Refusal> {
    Ok((NO_STORE, Json(app.credential_offer(&id).await?)).into_response())
}

/// Exchanges the offer's code and the transaction code for an access token (section 6).
#[utoipa::path(
    post,
    path = "/openid4vci/token",
    tag = "issuance",
    request_body(content = Object, content_type = "application/x-www-form-urlencoded", description = "`grant_type`, `pre-authorized_code` and `tx_code`."),
    responses(
        (status = 200, description = "The access token.", body = Object),
        (status = 400, description = "`invalid_request`, `invalid_grant` or `unsupported_grant_type`. A wrong transaction code also says `tries_left`.", body = Object),
        (status = 429, description = "Asked too often by this client; `Retry-After` says when to try again.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the institution's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn token(
    State(app): State<App>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let form = "application/x-www-form-urlencoded";
    if !is_of_type(&headers, form) {
        return Err(wrong_type(ErrorCode::InvalidRequest, form));
    }
    Ok((NO_STORE, Json(app.token(&body).await?)).into_response())
}

/// A fresh nonce for key proofs (section 7).
#[utoipa::path(
    post,
    path = "/openid4vci/nonce",
    tag = "issuance",
    responses((status = 200, description = "The nonce; it works once, within five minutes.", body = Object))
)]
pub(crate) async fn nonce(State(app): State<App>) -> Response {
    (
        NO_STORE,
        Json(NonceResponse {
            c_nonce: app.nonce().into(),
        }),
    )
        .into_response()
}

/// Issues one copy for each key proof (section 8).
#[utoipa::path(
    post,
    path = "/openid4vci/credential",
    tag = "issuance",
    security(("access_token" = [])),
    request_body(content = Object, content_type = "application/json", description = "`credential_configuration_id` and `proofs.jwt`."),
    responses(
        (status = 200, description = "The copies, in the order of the proofs.", body = Object),
        (status = 400, description = "`invalid_credential_request`, `unknown_credential_configuration`, `invalid_proof`, `invalid_nonce` or `credential_request_denied`.", body = Object),
        (status = 401, description = "The access token is missing, unknown or expired.", body = Object),
        (status = 500, description = "A fault of the institution's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn credential(
    State(app): State<App>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    if !is_of_type(&headers, "application/json") {
        return Err(wrong_type(
            ErrorCode::InvalidCredentialRequest,
            "application/json",
        ));
    }
    Ok((NO_STORE, Json(app.issue(bearer(&headers), &body).await?)).into_response())
}

/// Tells what became of the copies (section 11).
#[utoipa::path(
    post,
    path = "/openid4vci/notification",
    tag = "issuance",
    security(("access_token" = [])),
    request_body(content = Object, content_type = "application/json", description = "`notification_id` and `event`."),
    responses(
        (status = 204, description = "Noted."),
        (status = 400, description = "`invalid_notification_id` or `invalid_notification_request`.", body = Object),
        (status = 401, description = "The access token is missing or unknown.", body = Object),
        (status = 500, description = "A fault of the institution's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn notification(
    State(app): State<App>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    if !is_of_type(&headers, "application/json") {
        return Err(wrong_type(
            ErrorCode::InvalidNotificationRequest,
            "application/json",
        ));
    }
    app.notified(bearer(&headers), &body).await?;
    Ok(StatusCode::NO_CONTENT)
}
