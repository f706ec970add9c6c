use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use http_service::{ApiJson, ApiQuery, Problem, ProblemBody};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use share_link::ShareLink;
use utoipa::{IntoParams, ToSchema};
use verification::input::from_json;
use verification::policy::Policy;
use verification::{Colour, Input, InputError};

use crate::Verifier;
use crate::http::report::Verification;
use crate::proofs_only::{Asked, Kind};
use crate::verifier::Options;

/// What is to be checked: exactly one of the members but `options`.
///
/// Each may be the text of a QR code (`WM1:…`), a compact SD-JWT with or without key binding, a credential with a Data
/// Integrity proof as JSON object, or a link to a share (`https://wallet.example/s/#…`), which is then opened and so counted.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct VerifyRequest {
    /// A credential.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    verifiable_credential: Option<Value>,
    /// A presentation.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    verifiable_presentation: Option<Value>,
    /// The same under a shorter name.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    presentation: Option<Value>,
    /// What to hold against it.
    #[serde(default)]
    options: RequestOptions,
}

/// What to hold against a presentation. A member that neither this verifier nor VC-API knows is refused, so that a
/// code that was misspelt is not taken for none.
#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RequestOptions {
    /// What the holder was asked to answer (the nonce of the key binding).
    #[serde(default)]
    challenge: Option<String>,
    /// Whom the presentation is for (the audience of the key binding).
    #[serde(default)]
    domain: Option<String>,
    /// Whether an issuer that the register does not list is asked for its keys and status lists. It then learns that
    /// somebody checks, and the verdict stays grey at best.
    #[serde(default)]
    ask_unknown_issuers: Option<bool>,
    /// What VC-API may ask besides; the answer is the same whatever they say.
    #[serde(default, rename = "checks")]
    #[schema(value_type = Option<Vec<String>>)]
    _checks: Option<IgnoredAny>,
    #[serde(default, rename = "returnProblemDetails")]
    #[schema(value_type = Option<bool>)]
    _return_problem_details: Option<IgnoredAny>,
    #[serde(default, rename = "returnCredential")]
    #[schema(value_type = Option<bool>)]
    _return_credential: Option<IgnoredAny>,
    #[serde(default, rename = "returnPresentation")]
    #[schema(value_type = Option<bool>)]
    _return_presentation: Option<IgnoredAny>,
    #[serde(default, rename = "returnResults")]
    #[schema(value_type = Option<bool>)]
    _return_results: Option<IgnoredAny>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Parameters {
    /// How the checks are weighed: `employer`, the default, looks at everything; `proof` at the data model and every
    /// proof alone, and answers as VC-API does.
    policy: Option<String>,
}

/// Checks a credential.
#[utoipa::path(
    post,
    path = "/credentials/verify",
    tag = "public",
    params(Parameters),
    request_body = VerifyRequest,
    responses(
        (status = 200, description = "The verdict is green or amber; by the policy `proof`: every proof holds.", body = Verification),
        (status = 400, description = "There is nothing to check in it, or the policy is not known.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not `application/json`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The verdict is red or grey, or a proof does not hold: a report. Or the request has the wrong shape, or the link in it is over (`link-over`) or leads to no share (`link-without-share`): a problem.",
            content((Verification = "application/json"), (ProblemBody = "application/problem+json"))),
        (status = 429, description = "Asked too often by this client; `Retry-After` says when to try again.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 502, description = "The store of the link does not answer.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the verifier's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn credential(
    State(verifier): State<Verifier>,
    ApiQuery(parameters): ApiQuery<Parameters>,
    ApiJson(body): ApiJson<VerifyRequest>,
) -> Result<Response, Problem> {
    verify(verifier, parameters, body, Kind::Credential).await
}

/// Checks a presentation: the same as for a credential, and how the holder showed it.
#[utoipa::path(
    post,
    path = "/presentations/verify",
    tag = "public",
    params(Parameters),
    request_body = VerifyRequest,
    responses(
        (status = 200, description = "The verdict is green or amber; by the policy `proof`: every proof holds.", body = Verification),
        (status = 400, description = "There is nothing to check in it, or the policy is not known.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not `application/json`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The verdict is red or grey, or a proof does not hold: a report. Or the request has the wrong shape, or the link in it is over (`link-over`) or leads to no share (`link-without-share`): a problem.",
            content((Verification = "application/json"), (ProblemBody = "application/problem+json"))),
        (status = 429, description = "Asked too often by this client; `Retry-After` says when to try again.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 502, description = "The store of the link does not answer.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the verifier's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn presentation(
    State(verifier): State<Verifier>,
    ApiQuery(parameters): ApiQuery<Parameters>,
    ApiJson(body): ApiJson<VerifyRequest>,
) -> Result<Response, Problem> {
    verify(verifier, parameters, body, Kind::Presentation).await
}

async fn verify(
    verifier: Verifier,
    parameters: Parameters,
    body: VerifyRequest,
    kind: Kind,
) -> Result<Response, Problem> {
    if parameters.policy.as_deref() == Some("proof") {
        return verify_proofs(&verifier, body, kind).await;
    }
    let options = Options {
        policy: parameters.policy.map(policy).transpose()?,
        challenge: body.options.challenge.clone(),
        audience: body.options.domain.clone(),
        ask_unknown_issuers: body.options.ask_unknown_issuers,
        ..Options::default()
    };
    let input = input(&verifier, body).await?;
    let report = verifier.check(&input, options).await;
    tracing::info!(verdict = ?report.verdict.colour, "checked");
    let holds = matches!(report.verdict.colour, Colour::Green | Colour::Amber);
    Ok((status(holds), Json(report)).into_response())
}

/// By the policy `proof`.
async fn verify_proofs(verifier: &Verifier, body: VerifyRequest, kind: Kind) -> Result<Response, Problem> {
    let asked = Asked {
        challenge: body.options.challenge.clone(),
        domain: body.options.domain.clone(),
    };
    let document = only(body)?;
    if !document.is_object() && !document.is_string() {
        return Err(unreadable(InputError::NotACredential));
    }
    let report = verifier.check_proofs(document, kind, asked).await;
    tracing::info!(verified = report.verified, "checked the proofs");
    Ok((status(report.verified), Json(report)).into_response())
}

fn status(holds: bool) -> StatusCode {
    if holds {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    }
}

fn policy(name: String) -> Result<Policy, Problem> {
    serde_json::from_value(Value::String(name)).map_err(|_| {
        Problem::bad_request(
            "unknown-policy",
            "This verifier knows two policies: `employer` and `proof`.",
        )
        .in_dutch("Deze controle kent twee soorten beleid: `employer` en `proof`.")
    })
}

/// The one thing that is to be checked.
fn only(body: VerifyRequest) -> Result<Value, Problem> {
    let members = [
        body.verifiable_credential,
        body.verifiable_presentation,
        body.presentation,
    ];
    let mut given = members.into_iter().flatten();
    match (given.next(), given.next()) {
        (Some(only), None) => Ok(only),
        _ => Err(Problem::bad_request(
            "nothing-to-check",
            "Send one of `verifiableCredential`, `verifiablePresentation` and `presentation`.",
        )
        .in_dutch("Stuur één van `verifiableCredential`, `verifiablePresentation` en `presentation`.")),
    }
}

async fn input(verifier: &Verifier, body: VerifyRequest) -> Result<Input, Problem> {
    match only(body)? {
        Value::String(text) if ShareLink::parse(&text).is_ok() => {
            verifier.read(&text).await.map_err(unreadable)
        }
        only => from_json(only).map_err(unreadable),
    }
}

fn unreadable(error: InputError) -> Problem {
    let message = error.message();
    let problem = match error {
        InputError::LinkWithdrawn | InputError::LinkEnded | InputError::LinkUsedUp => {
            Problem::unprocessable("link-over", message.en)
        }
        InputError::LinkUnknown => Problem::unprocessable("link-without-share", message.en),
        InputError::LinkNoAnswer => Problem::bad_gateway("link-unreachable", message.en),
        _ => Problem::bad_request("unreadable", message.en),
    };
    problem.in_dutch(message.nl)
}
