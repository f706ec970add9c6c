pub(crate) mod open;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http_service::{ApiJson, ClientAddress, Problem, ProblemBody};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::shares::{CapabilityDigest, Over, ShareError, Shares, Status};

/// A share to keep. Its id and its end stand in its own header.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewShare {
    /// The sealed share: a compact JWE as `specs/share-link/` describes it.
    #[schema(max_length = 65536)]
    share: String,
    /// The SHA-256 digest, in base64url without padding, of the capability that will own it.
    #[schema(pattern = "^[A-Za-z0-9_-]{43}$")]
    capability: String,
    /// How often it may be opened; without it, as often as people like.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1000)]
    max_views: Option<u32>,
}

/// Keeps a share until its end.
///
/// Sent again in the same words it is the same share: the answer is then 200 and tells what became of it.
#[utoipa::path(
    post,
    path = "/v1/shares",
    tag = "owner",
    request_body = NewShare,
    responses(
        (status = 200, description = "It was there already.", body = Status),
        (status = 201, description = "It is kept.", body = Status),
        (status = 400, description = "The body is not JSON.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Another share has that id or capability.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The share is too large.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not `application/json`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "It is not a sealed share, or its end, capability or number of views cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many from this address.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the store's.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "The store is full.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create(
    State(shares): State<Shares>,
    Extension(by): Extension<ClientAddress>,
    ApiJson(body): ApiJson<NewShare>,
) -> Result<(StatusCode, Json<Status>), Problem> {
    let capability = digest(&body.capability)?;
    let (status, is_new) = shares.make(body.share, capability, body.max_views, by).await?;
    let code = if is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((code, Json(status)))
}

fn digest(text: &str) -> Result<CapabilityDigest, ShareError> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| ShareError::Capability)?;
    bytes.try_into().map_err(|_| ShareError::Capability)
}

impl From<ShareError> for Problem {
    fn from(error: ShareError) -> Self {
        let unusable = |en: &str, nl: &str| Self::unprocessable("invalid-share", en).in_dutch(nl);
        match error {
            ShareError::NotAShare => unusable(
                "This is not a sealed share (specs/share-link/, section 4).",
                "Dit is geen versleuteld bewijs om te delen (specs/share-link/, paragraaf 4).",
            ),
            ShareError::End => unusable(
                "A share must end in the future, within a year.",
                "Een link moet in de toekomst eindigen, binnen een jaar.",
            ),
            ShareError::Views => unusable(
                "A share can be opened from 1 to 1000 times; leave `maxViews` out for no limit.",
                "Een link is 1 tot 1000 keer te openen; laat `maxViews` weg voor geen grens.",
            ),
            ShareError::Capability => unusable(
                "`capability` must be a SHA-256 digest in base64url without padding.",
                "`capability` moet een SHA-256-digest zijn, in base64url zonder opvulling.",
            ),
            ShareError::OtherShare => unusable(
                "This share was sealed for another link.",
                "Dit is versleuteld voor een andere link.",
            ),
            ShareError::TooLarge => Self::too_large(
                "share-too-large",
                "A sealed share may have 65,536 characters at most.",
            )
            .in_dutch("Een versleuteld bewijs mag hooguit 65.536 tekens hebben."),
            ShareError::Taken => Self::conflict(
                "share-exists",
                "Another share has this id or this capability. Make a new one.",
            )
            .in_dutch("Er is al een link met dit kenmerk. Maak een nieuwe."),
            ShareError::Unknown => Self::not_found(
                "unknown-share",
                "There is no such share here, and as far as is remembered there never was.",
            )
            .in_dutch("Deze link bestaat hier niet, en voor zover we weten heeft hij nooit bestaan."),
            ShareError::Over(Over::Withdrawn) => {
                Self::gone("share-withdrawn", "The person who shared this has withdrawn it.")
                    .in_dutch("Degene die dit deelde, heeft de link ingetrokken.")
            }
            ShareError::Over(Over::Ended) => {
                Self::gone("share-ended", "The end date of this link has passed.")
                    .in_dutch("De einddatum van deze link is voorbij.")
            }
            ShareError::Over(Over::UsedUp) => Self::gone(
                "share-used-up",
                "This link was opened as often as its owner allowed.",
            )
            .in_dutch("Deze link is zo vaak geopend als mocht."),
            ShareError::TooMany { retry_after } => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too-many-requests",
                "This was asked too often from your address. Try again later.",
            )
            .in_dutch("Dit is te vaak gevraagd vanaf jouw adres. Probeer het later opnieuw.")
            .retry_after(retry_after),
            ShareError::Full => Self::unavailable(
                "store-full",
                "There is no room for more links now. Try again later.",
            )
            .in_dutch("Er is nu geen plaats voor meer links. Probeer het later opnieuw."),
            ShareError::Storage(error) => error.into(),
        }
    }
}
