//! VC-API for developers; these routes exist only where the configuration has `developer`.

use super::App;
use crate::developer::{DeriveRequest, Instance, Instances, IssueRequest, Refusal, StatusRequest};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_service::{ApiJson, ApiPath, FieldError, Problem, ProblemBody, system_random};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// A credential with its proof.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Issued {
    #[schema(value_type = Object)]
    verifiable_credential: Value,
}

/// The issuers of this installation.
///
/// Each has one cryptosuite and one key, a `did:key`.
#[utoipa::path(
    get,
    path = "/vc-api",
    tag = "developer",
    responses(
        (status = 200, description = "Their names, identifiers and addresses.", body = Object),
        (status = 404, description = "This is no developer's installation.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often by this client.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn index(State(app): State<App>) -> Result<Json<Value>, Problem> {
    let instances: Vec<Value> = instances(&app)?.all().iter().map(Instance::description).collect();
    Ok(Json(json!({ "instances": instances })))
}

/// Signs a credential.
#[utoipa::path(
    post,
    path = "/vc-api/{instance}/credentials/issue",
    tag = "developer",
    params(("instance" = String, Path, description = "Which issuer, such as `eddsa-rdfc-2022`; `GET /vc-api` lists them.")),
    request_body = IssueRequest,
    responses(
        (status = 201, description = "The signed credential.", body = Issued),
        (status = 400, description = "The credential or an option is not sound; `errors` name the places.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is no such issuer, or this is no developer's installation.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often by this client.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the institution's.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "The status list is full; starting the installation anew begins others.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn issue(
    State(app): State<App>,
    ApiPath(name): ApiPath<String>,
    ApiJson(body): ApiJson<Value>,
) -> Result<(StatusCode, Json<Issued>), Problem> {
    let now = app.clock.now();
    let request: IssueRequest = read(body)?;
    let issued = on_thread(app, name, move |instance| {
        instance
            .issue(request, now, &mut system_random())
            .map_err(problem)
    });
    Ok((StatusCode::CREATED, Json(issued.await?)))
}

/// Derives a credential that shows a part of another.
#[utoipa::path(
    post,
    path = "/vc-api/{instance}/credentials/derive",
    tag = "developer",
    params(("instance" = String, Path, description = "`ecdsa-sd-2023`.")),
    request_body = DeriveRequest,
    responses(
        (status = 201, description = "The derived credential.", body = Issued),
        (status = 400, description = "Nothing can be derived from it, or not that.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is no such issuer, or this is no developer's installation.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often by this client.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the institution's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn derive(
    State(app): State<App>,
    ApiPath(name): ApiPath<String>,
    ApiJson(body): ApiJson<Value>,
) -> Result<(StatusCode, Json<Issued>), Problem> {
    let request: DeriveRequest = read(body)?;
    let derived = on_thread(app, name, move |instance| {
        instance.derive(&request).map_err(problem)
    });
    Ok((StatusCode::CREATED, Json(derived.await?)))
}

/// Sets or clears the status of a credential that was issued here with one.
#[utoipa::path(
    post,
    path = "/vc-api/{instance}/credentials/status",
    tag = "developer",
    params(("instance" = String, Path, description = "Which issuer.")),
    request_body = StatusRequest,
    responses(
        (status = 200, description = "The status is changed, and the list that is served next says so.", body = Object),
        (status = 400, description = "The request is not sound.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is no such issuer or credential, or this is no developer's installation.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often by this client.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn status(
    State(app): State<App>,
    ApiPath(name): ApiPath<String>,
    ApiJson(body): ApiJson<Value>,
) -> Result<Json<Value>, Problem> {
    let request: StatusRequest = read(body)?;
    instance(&app, &name)?
        .change_status(&request)
        .map_err(|error| problem(error.into()))?;
    Ok(Json(json!({})))
}

/// A status list of an issuer, as a signed credential.
#[utoipa::path(
    get,
    path = "/vc-api/{instance}/status-lists/{id}",
    tag = "developer",
    params(
        ("instance" = String, Path, description = "Which issuer."),
        ("id" = String, Path, description = "The list, as a credential's `statusListCredential` names it."),
    ),
    responses(
        (status = 200, description = "The list: as `application/vc`, or as `application/ld+json` for those who ask for that alone.", body = Object, content_type = "application/vc"),
        (status = 404, description = "There is no such list; those of before a restart are gone.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often by this client.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the institution's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn status_list(
    State(app): State<App>,
    ApiPath((name, id)): ApiPath<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let list = instance(&app, &name)?
        .status_list(&id, now)
        .map_err(|error| problem(error.into()))?;
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let accept = accept.unwrap_or_default();
    let wants_json = accept.contains("json") && !accept.contains("application/vc");
    let kind = if wants_json {
        "application/ld+json"
    } else {
        "application/vc"
    };
    let headers = [("content-type", kind), ("cache-control", "no-store")];
    Ok((headers, list.to_string()).into_response())
}

fn instances(app: &App) -> Result<&Instances, Problem> {
    app.developer.as_ref().ok_or_else(unknown)
}

fn instance<'a>(app: &'a App, name: &str) -> Result<&'a Instance, Problem> {
    instances(app)?.named(name).ok_or_else(unknown)
}

fn unknown() -> Problem {
    Problem::not_found("not-found", "There is no such issuer here.").in_dutch("Zo'n uitgever is hier niet.")
}

/// Signs on a thread where it may take its time.
async fn on_thread(
    app: App,
    name: String,
    work: impl FnOnce(&Instance) -> Result<Value, Problem> + Send + 'static,
) -> Result<Issued, Problem> {
    let done = tokio::task::spawn_blocking(move || work(instance(&app, &name)?)).await;
    let verifiable_credential = done.map_err(Problem::internal)??;
    Ok(Issued {
        verifiable_credential,
    })
}

/// A body of the wrong shape is answered with 400, as VC-API asks.
fn read<T: DeserializeOwned>(body: Value) -> Result<T, Problem> {
    serde_json::from_value(body).map_err(|error| {
        Problem::bad_request("invalid-body", error).in_dutch(
            "De JSON heeft niet de velden die hier worden verwacht; de Engelse tekst zegt welk veld.",
        )
    })
}

fn problem(refusal: Refusal) -> Problem {
    let text = causes(&refusal);
    let refused = |kind: &str, nl: &str| Problem::bad_request(kind, &text).in_dutch(nl);
    match refusal {
        Refusal::DataModel(violations) => {
            let errors = violations.iter().map(|violation| {
                let text = violation.rule.text();
                let field = format!("/credential{}", violation.pointer);
                let (en, nl) = (text.en.unwrap_or_default(), text.nl.unwrap_or_default());
                FieldError::new(&field, violation.rule.code(), en, nl)
            });
            refused(
                "data-model",
                "Het bewijs volgt het gegevensmodel niet; zie `errors`.",
            )
            .with_errors(errors.collect())
        }
        Refusal::OtherIssuer(_) => refused(
            "other-issuer",
            "De uitgever van het bewijs is een andere dan die hier ondertekent.",
        ),
        Refusal::Resource(places) => {
            let errors = places.iter().map(|place| {
                FieldError::new(
                    &format!("/credential{place}"),
                    "resource-changed",
                    "The digest is not that of the resource.",
                    "De hash is niet die van de bron.",
                )
            });
            refused("resource-changed", "De hash van een bron klopt niet.").with_errors(errors.collect())
        }
        Refusal::Option(_) => refused("invalid-option", "Een van de opties kan niet worden gebruikt."),
        Refusal::StatusThere => refused("status-there", "Het bewijs heeft al een status."),
        Refusal::Status(error) => {
            use crate::developer::Unavailable;
            match error {
                Unavailable::Unknown => {
                    Problem::not_found("unknown-status", &text).in_dutch("Zo'n status is hier niet bekend.")
                }
                Unavailable::Entry | Unavailable::Taken | Unavailable::Identifier => {
                    refused("invalid-status", "Deze status kan hier niet worden gemaakt.")
                }
                Unavailable::Full => Problem::unavailable("status-list-full", &text).in_dutch(
                    "De statuslijst is vol; wie deze installatie beheert, begint met een herstart nieuwe.",
                ),
                Unavailable::List(_) | Unavailable::Sign(_) => Problem::internal(error),
            }
        }
        Refusal::EarlierProof(_) => refused(
            "earlier-proof",
            "Een handtekening die het bewijs al heeft, klopt niet.",
        ),
        Refusal::Meaning(_) => refused(
            "no-meaning",
            "Het bewijs noemt iets wat volgens zijn contexten niets betekent.",
        ),
        Refusal::Create(_) => refused("not-signable", "Dit kan zo niet worden ondertekend."),
        Refusal::NotSelective => refused("not-selective", "Alleen ecdsa-sd-2023 laat delen weg."),
        Refusal::BaseProof(_) => refused("base-proof", "De handtekening van de uitgever klopt niet."),
        Refusal::Derive(_) => refused("not-derivable", "Dit kan hiervan niet apart worden getoond."),
    }
}

fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}
