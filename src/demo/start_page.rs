//! The start page: the guided tour, and the two buttons that suspend and reinstate an institution.

use super::sample_platform::Catalogue;
use super::seed::INSTITUTIONS;
use super::{Addresses, DemoError, KEEPERS};
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, Method, Request, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use http_service::{ApiJson, ApiPath, Limits, Problem, harden, pages};
use rust_embed::RustEmbed;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use tower::ServiceExt;

#[derive(RustEmbed)]
#[folder = "src/demo/page/dist"]
#[allow_missing = true]
struct Pages;

#[derive(Clone)]
struct Tour {
    shown: Arc<Value>,
    register: Router,
    /// Of the keeper who proposes, and of the one who confirms.
    keepers: [HeaderValue; 2],
}

/// The start page's routes.
///
/// Decisions are passed to `register`, the register's own routes: one keeper proposes, the other confirms.
pub(super) fn router(
    addresses: &Addresses,
    catalogue: &Catalogue,
    desk_keys: [&str; 2],
    register: Router,
    keeper_keys: &[String; 2],
) -> Result<Router, DemoError> {
    let [first, second] = keeper_keys;
    let bearer = |key: &str| HeaderValue::from_str(&format!("Bearer {key}")).map_err(|_| DemoError::Token);
    let tour = Tour {
        shown: Arc::new(shown(addresses, catalogue, desk_keys, keeper_keys)),
        register,
        keepers: [bearer(first)?, bearer(second)?],
    };
    let routes = Router::new()
        .route("/api/tour", get(show))
        .route("/api/institutions/{slug}/status", post(decide))
        .with_state(tour)
        .fallback_service(pages::pages::<Pages>(&pages::Policy::default()).map_err(DemoError::new)?);
    Ok(harden(
        routes.layer(middleware::from_fn(only_here)),
        &Limits::default(),
    ))
}

/// Answers requests for this machine alone, so that no page elsewhere can reach the desk keys under a name of its own
/// that it points here.
async fn only_here(request: Request<Body>, next: Next) -> Result<Response, Problem> {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if ["localhost", "127.0.0.1"].contains(&name) {
        return Ok(next.run(request).await);
    }
    Err(
        Problem::forbidden("other-host", "the demo answers to localhost only")
            .in_dutch("de demo luistert alleen naar localhost"),
    )
}

/// Everything the page shows that does not change while the demo runs.
fn shown(
    addresses: &Addresses,
    catalogue: &Catalogue,
    desk_keys: [&str; 2],
    keeper_keys: &[String; 2],
) -> Value {
    let keepers: Vec<Value> = KEEPERS
        .iter()
        .zip(keeper_keys)
        .map(|(name, key)| json!({"name": name, "url": format!("{}/keeper/#key={key}", addresses.register)}))
        .collect();
    let institutions: Vec<Value> = INSTITUTIONS
        .iter()
        .zip(&addresses.institutions)
        .zip(desk_keys)
        .map(|((sample, address), key)| {
            json!({
                "slug": sample.slug,
                "name": {"nl": sample.name[0], "en": sample.name[1]},
                "deskUrl": format!("{address}/desk/#key={key}"),
                "accreditationId": sample.accreditation(),
                "units": [{"nl": sample.unit_name[0], "en": sample.unit_name[1]}],
            })
        })
        .collect();
    let samples: Vec<Value> = catalogue
        .assertions
        .iter()
        .map(|assertion| {
            let (title, issuer) = catalogue.title_and_issuer(assertion);
            let institution = INSTITUTIONS
                .iter()
                .find(|sample| sample.platform_issuer == issuer);
            json!({
                "title": title,
                "assertionUrl": format!("{}/public/assertions/{}", addresses.platform, assertion.id),
                "institution": institution.map(|sample| sample.slug),
                "state": assertion.state(catalogue),
                "note": assertion.note(catalogue).map(|[nl, en]| json!({"nl": nl, "en": en})),
                "awardedOn": assertion.issued_on(),
                "spare": assertion.spare,
            })
        })
        .collect();
    let (spare, samples): (Vec<_>, Vec<_>) = samples
        .into_iter()
        .partition(|sample| sample["spare"] == json!(true));
    json!({
        "services": {
            "register": addresses.register,
            "wallet": addresses.wallet,
            "verifier": addresses.verifier,
            "platform": addresses.platform,
        },
        "institutions": institutions,
        "keepers": keepers,
        "samples": samples,
        // The same badge again, awarded to other learners: for who wants to try twice.
        "spareSamples": spare,
    })
}

async fn show(State(tour): State<Tour>) -> Response {
    let mut shown = (*tour.shown).clone();
    if let Some(institutions) = shown["institutions"].as_array_mut() {
        for institution in institutions {
            let id = institution["accreditationId"].as_str().unwrap_or_default();
            let Some(known) = ask(&tour.register, Request::get(format!("/v1/accreditations/{id}"))).await
            else {
                continue;
            };
            institution["since"] = since(&known["accreditation"]["statusHistory"], chrono::Utc::now());
            institution["status"] = known["status"].clone();
        }
    }
    ([(header::CACHE_CONTROL, "no-store")], Json(shown)).into_response()
}

/// From when the present status counts: the last decision that has taken effect.
fn since(history: &Value, now: chrono::DateTime<chrono::Utc>) -> Value {
    let begun = |event: &&Value| {
        event["effectiveFrom"]
            .as_str()
            .and_then(|from| from.parse::<chrono::DateTime<chrono::Utc>>().ok())
            .is_some_and(|from| from <= now)
    };
    let last = history.as_array().and_then(|events| {
        events
            .iter()
            .filter(begun)
            .max_by_key(|event| event["seq"].as_u64())
    });
    last.map_or(Value::Null, |event| event["effectiveFrom"].clone())
}

async fn ask(register: &Router, request: axum::http::request::Builder) -> Option<Value> {
    let request = request.body(Body::empty()).ok()?;
    let answer = register.clone().oneshot(request).await.ok()?;
    let body = axum::body::to_bytes(answer.into_body(), 4 << 20).await.ok()?;
    serde_json::from_slice(&body).ok()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Decision {
    status: Decided,
    effective_from: chrono::DateTime<chrono::Utc>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Decided {
    Active,
    Suspended,
}

/// Suspends or reinstates an institution, from a moment that may lie in the past.
async fn decide(
    State(tour): State<Tour>,
    ApiPath(slug): ApiPath<String>,
    ApiJson(decision): ApiJson<Decision>,
) -> Result<Response, Problem> {
    let sample = INSTITUTIONS
        .iter()
        .find(|sample| sample.slug == slug)
        .ok_or_else(|| unknown(&slug))?;
    let [first, second] = &tour.keepers;
    let path = format!("/v1/accreditations/{}/status-events", sample.accreditation());
    let proposed = tour
        .post(first, &path, Body::from(event(&decision).to_string()))
        .await?;
    let is_waiting = proposed.status() == StatusCode::ACCEPTED;
    let Some(proposal) = proposed.headers().get(header::LOCATION).filter(|_| is_waiting) else {
        return Ok(proposed);
    };
    let path = format!("{}/confirmation", proposal.to_str().map_err(Problem::internal)?);
    tour.post(second, &path, Body::empty()).await
}

impl Tour {
    /// What the register answers to one of its keepers.
    async fn post(&self, keeper: &HeaderValue, path: &str, body: Body) -> Result<Response, Problem> {
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::AUTHORIZATION, keeper)
            .header(header::CONTENT_TYPE, "application/json")
            .body(body)
            .map_err(Problem::internal)?;
        let answer = self.register.clone().oneshot(request).await;
        Ok(answer.unwrap_or_else(|never| match never {}))
    }
}

fn unknown(slug: &str) -> Problem {
    Problem::not_found(
        "unknown-institution",
        format!("the demo has no institution `{slug}`"),
    )
    .in_dutch(format!("de demo heeft geen instelling `{slug}`"))
}

/// The status event the register is asked to record.
fn event(decision: &Decision) -> Value {
    let (status, code, nl, en) = match decision.status {
        Decided::Active => ("active", "remedied", "Hersteld", "Remedied"),
        Decided::Suspended => (
            "suspended",
            "missing-body",
            "Geen orgaan aangewezen dat het eindniveau garandeert",
            "No body designated to guarantee the final level",
        ),
    };
    let looks_back = decision.effective_from < chrono::Utc::now() - chrono::TimeDelta::minutes(5);
    json!({
        "status": status,
        "effectiveFrom": decision.effective_from,
        "effect": if looks_back { "retroactive" } else { "prospective" },
        "reason": {"code": code, "nl": nl, "en": en},
    })
}
