//! What every service does with requests, over real HTTP.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use std::sync::Arc;
use std::time::Duration;

use axum::routing::{get, post};
use axum::{Json, Router};
use http_service::pages::{Policy, pages};
use http_service::{ApiJson, Bearer, Limits, Problem, Secret, harden, health, not_found, public_cors, serve};
use reqwest::{Client, Response, StatusCode, header};
use rust_embed::RustEmbed;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{Notify, oneshot};

#[derive(RustEmbed)]
#[folder = "tests/site"]
struct Site;

#[derive(RustEmbed)]
#[folder = "tests/no-site"]
#[allow_missing = true]
struct NoSite;

#[derive(serde::Deserialize)]
struct Sum {
    a: u8,
    b: u8,
}

fn routes() -> Router {
    let secret = Secret::new("correct horse battery").unwrap();
    Router::new()
        .route(
            "/sum",
            post(|ApiJson(sum): ApiJson<Sum>| async move { Json(u16::from(sum.a) + u16::from(sum.b)) }),
        )
        .route(
            "/kept",
            post(move |bearer: Bearer| async move { bearer.require(&secret).map(|()| "come in") }),
        )
        .route("/panic", get(|| async { panic!("Jane Doe") as &str }))
        .route(
            "/slow",
            get(|| async { tokio::time::sleep(Duration::from_secs(60)).await }),
        )
        .route(
            "/fault",
            get(|| async { Problem::internal(std::io::Error::other("disk of Jane Doe")) }),
        )
        .route(
            "/large",
            get(|| async { ([(header::CACHE_CONTROL, "public, max-age=60")], "x".repeat(5000)) }),
        )
        .route("/large-and-secret", get(|| async { "x".repeat(5000) }))
        .route("/public", get(|| async { "hello" }).layer(public_cors()))
}

async fn start(router: Router) -> String {
    let limits = Limits {
        body: 4096,
        time: Duration::from_millis(300),
        ..Limits::default()
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(serve(listener, harden(router, &limits), std::future::pending()));
    origin
}

async fn api() -> String {
    start(routes().fallback(not_found)).await
}

async fn site() -> String {
    let policy = Policy {
        connect: vec!["https:".into(), "http://localhost:4701".into()],
    };
    start(routes().fallback_service(pages::<Site>(&policy).unwrap())).await
}

/// Asserts that an answer is a problem of `kind`, and returns it.
async fn problem(response: Response, status: u16, kind: &str) -> Value {
    assert_eq!(response.status().as_u16(), status);
    assert_eq!(
        response.headers()[header::CONTENT_TYPE],
        "application/problem+json"
    );
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["type"], format!("/problems/{kind}"));
    assert_eq!(body["status"], status);
    assert!(!body["title"].as_str().unwrap().is_empty());
    body
}

async fn post_json(address: String, body: impl Into<reqwest::Body>) -> Response {
    Client::new()
        .post(address)
        .header(header::CONTENT_TYPE, "application/json")
        .body(body)
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn json_is_read_strictly() {
    let api = api().await;
    let sum = format!("{api}/sum");

    let read = post_json(sum.clone(), r#"{"a": 1, "b": 2}"#).await;
    assert_eq!(read.json::<Value>().await.unwrap(), json!(3));

    problem(post_json(sum.clone(), r#"{"a": 1, "#).await, 400, "invalid-json").await;
    problem(
        post_json(sum.clone(), r#"{"a": 1, "a": 2, "b": 2}"#).await,
        400,
        "invalid-json",
    )
    .await;
    problem(
        post_json(sum.clone(), r#"{"a": 1, "b": 2} {}"#).await,
        400,
        "invalid-json",
    )
    .await;
    problem(post_json(sum.clone(), r#"{"a": 1}"#).await, 422, "invalid-body").await;
    problem(
        post_json(sum.clone(), vec![b' '; 5000]).await,
        413,
        "body-too-large",
    )
    .await;
    let chunks = futures_util::stream::iter((0..50).map(|_| Ok::<_, std::io::Error>(vec![b' '; 100])));
    problem(
        post_json(sum.clone(), reqwest::Body::wrap_stream(chunks)).await,
        413,
        "body-too-large",
    )
    .await;
    let text = Client::new()
        .post(&sum)
        .body(r#"{"a": 1, "b": 2}"#)
        .send()
        .await
        .unwrap();
    problem(text, 415, "unsupported-media-type").await;
}

#[tokio::test]
async fn a_kept_endpoint_opens_for_the_right_token_only() {
    let kept = format!("{}/kept", api().await);
    let with = |value: &'static str| {
        Client::new()
            .post(&kept)
            .header(header::AUTHORIZATION, value)
            .send()
    };

    assert_eq!(
        with("Bearer correct horse battery").await.unwrap().status(),
        StatusCode::OK
    );
    assert_eq!(
        with("bearer correct horse battery").await.unwrap().status(),
        StatusCode::OK
    );
    for wrong in [
        "Bearer wrong horse battery",
        "Bearer ",
        "Basic correct horse battery",
        "correct horse battery",
    ] {
        let refused = with(wrong).await.unwrap();
        assert_eq!(refused.headers()[header::WWW_AUTHENTICATE], "Bearer");
        problem(refused, 401, "unauthorized").await;
    }
    problem(
        Client::new().post(&kept).send().await.unwrap(),
        401,
        "unauthorized",
    )
    .await;
}

#[test]
fn a_short_token_is_no_secret() {
    assert!(Secret::new("fifteen letters").is_err());
    assert!(!format!("{:?}", Secret::new("correct horse battery").unwrap()).contains("horse"));
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_problems() {
    let api = api().await;

    problem(
        reqwest::get(format!("{api}/nothing")).await.unwrap(),
        404,
        "not-found",
    )
    .await;
    let got = reqwest::get(format!("{api}/sum")).await.unwrap();
    assert_eq!(got.headers()[header::ALLOW], "POST");
    problem(got, 405, "method-not-allowed").await;
    let posted = Client::new().post(format!("{api}/public")).send().await.unwrap();
    assert_eq!(posted.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    problem(posted, 405, "method-not-allowed").await;
}

#[tokio::test]
async fn faults_tell_nothing_of_their_cause() {
    let api = api().await;

    for path in ["panic", "fault"] {
        let body = problem(
            reqwest::get(format!("{api}/{path}")).await.unwrap(),
            500,
            "internal",
        )
        .await;
        assert!(!body.to_string().contains("Jane"));
    }
    problem(reqwest::get(format!("{api}/slow")).await.unwrap(), 503, "timeout").await;
}

#[tokio::test]
async fn every_answer_carries_a_request_id_and_security_headers() {
    let api = api().await;
    let get = |id: &'static str| {
        Client::new()
            .get(format!("{api}/public"))
            .header("x-request-id", id)
            .send()
    };

    let kept = get("0123-abcd").await.unwrap();
    let replaced = get("<script>alert(1)</script>").await.unwrap();

    assert_eq!(kept.headers()["x-request-id"], "0123-abcd");
    assert_eq!(replaced.headers()["x-request-id"].len(), 16);
    assert_eq!(kept.headers()["x-content-type-options"], "nosniff");
    assert_eq!(
        kept.headers()["content-security-policy"],
        "default-src 'none'; frame-ancestors 'none'"
    );
}

#[tokio::test]
async fn public_answers_may_be_read_by_any_page_and_others_may_not() {
    let api = api().await;
    let get = |path: &str| {
        Client::new()
            .get(format!("{api}{path}"))
            .header(header::ORIGIN, "https://wallet.example")
            .send()
    };

    let public = get("/public").await.unwrap();
    let private = get("/fault").await.unwrap();

    assert_eq!(public.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    assert!(
        !public
            .headers()
            .contains_key(header::ACCESS_CONTROL_ALLOW_CREDENTIALS)
    );
    assert!(
        !private
            .headers()
            .contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN)
    );
}

#[tokio::test]
async fn health_says_whether_the_work_can_be_done() {
    let ready = start(health::routes(|| async { Ok::<_, String>(()) })).await;
    let waiting = start(health::routes(|| async { Err("no database at /secret/path") })).await;

    assert!(
        reqwest::get(format!("{ready}/readyz"))
            .await
            .unwrap()
            .status()
            .is_success()
    );
    assert!(
        reqwest::get(format!("{waiting}/healthz"))
            .await
            .unwrap()
            .status()
            .is_success()
    );
    let body = problem(
        reqwest::get(format!("{waiting}/readyz")).await.unwrap(),
        503,
        "not-ready",
    )
    .await;
    assert!(!body.to_string().contains("secret"));
}

#[tokio::test]
async fn pages_are_served_with_their_types_and_a_strict_policy() {
    let site = site().await;
    let kind = async |path: &str| {
        let response = reqwest::get(format!("{site}{path}")).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.headers()[header::CONTENT_TYPE]
            .to_str()
            .unwrap()
            .to_owned()
    };

    assert_eq!(kind("/").await, "text/html; charset=utf-8");
    assert_eq!(
        kind("/assets/app-3f2a.js").await,
        "text/javascript; charset=utf-8"
    );
    assert_eq!(kind("/core.wasm").await, "application/wasm");
    assert_eq!(kind("/app.webmanifest").await, "application/manifest+json");

    let page = reqwest::get(&site).await.unwrap();
    let policy = page.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval';"));
    assert!(policy.contains("connect-src 'self' https: http://localhost:4701;"));
    assert!(!policy.contains("unsafe-inline"));
    assert!(
        page.headers()["permissions-policy"]
            .to_str()
            .unwrap()
            .contains("camera=(self)")
    );
}

#[tokio::test]
async fn pages_are_revalidated_and_hashed_assets_kept() {
    let site = site().await;
    let first = reqwest::get(format!("{site}/index.html")).await.unwrap();
    let tag = first.headers()[header::ETAG].clone();

    let again = Client::new()
        .get(&site)
        .header(header::IF_NONE_MATCH, &tag)
        .send()
        .await
        .unwrap();
    let other = Client::new()
        .get(&site)
        .header(header::IF_NONE_MATCH, "\"old\"")
        .send()
        .await
        .unwrap();
    let asset = reqwest::get(format!("{site}/assets/app-3f2a.js")).await.unwrap();

    assert_eq!(first.headers()[header::CACHE_CONTROL], "no-cache");
    assert_eq!(
        (again.status(), again.text().await.unwrap().as_str()),
        (StatusCode::NOT_MODIFIED, "")
    );
    assert_eq!(other.status(), StatusCode::OK);
    assert_eq!(
        asset.headers()[header::CACHE_CONTROL],
        "public, max-age=31536000, immutable"
    );
}

#[tokio::test]
async fn an_address_inside_the_app_opens_the_app_and_a_missing_file_does_not() {
    let site = site().await;
    let get = |path: &str, accept: &'static str| {
        Client::new()
            .get(format!("{site}{path}"))
            .header(header::ACCEPT, accept)
            .send()
    };

    let inside = get("/card/3", "text/html,*/*").await.unwrap();
    assert!(inside.text().await.unwrap().contains("<title>Site</title>"));
    problem(get("/assets/app-old.js", "*/*").await.unwrap(), 404, "not-found").await;
    problem(
        get("/assets/app-old.js", "text/html").await.unwrap(),
        404,
        "not-found",
    )
    .await;
    problem(
        get("/v1/unknown", "application/json").await.unwrap(),
        404,
        "not-found",
    )
    .await;
    let posted = Client::new().post(&site).send().await.unwrap();
    problem(posted, 405, "method-not-allowed").await;
}

#[tokio::test]
async fn pages_that_were_not_built_say_so() {
    let site = start(Router::new().fallback_service(pages::<NoSite>(&Policy::default()).unwrap())).await;

    let page = Client::new()
        .get(&site)
        .header(header::ACCEPT, "text/html")
        .send()
        .await
        .unwrap();
    assert_eq!(page.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.text().await.unwrap().contains("not built"));
    problem(reqwest::get(&site).await.unwrap(), 503, "pages-not-built").await;
}

#[test]
fn a_source_cannot_break_out_of_the_policy() {
    for source in ["https://a; script-src *", "'unsafe-inline'", "", "https://a,b"] {
        assert!(
            pages::<Site>(&Policy {
                connect: vec![source.into()]
            })
            .is_err(),
            "{source}"
        );
    }
}

#[tokio::test]
async fn requests_under_way_are_finished_at_shutdown() {
    let (arrived, finish) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (at_handler, may_finish) = (arrived.clone(), finish.clone());
    let handler = async move || {
        at_handler.notify_one();
        may_finish.notified().await;
        "finished"
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(serve(listener, Router::new().route("/", get(handler)), async {
        drop(stopped.await)
    }));
    let request = tokio::spawn(async { reqwest::get(origin).await.unwrap().text().await.unwrap() });
    arrived.notified().await;

    stop.send(()).unwrap();
    finish.notify_one();

    assert_eq!(request.await.unwrap(), "finished");
    server.await.unwrap().unwrap();
}

#[tokio::test]
async fn what_anybody_may_keep_is_compressed_when_asked_and_nothing_else() {
    let origin = start(routes()).await;
    let encoding = async |path: &str, accepted: &str| {
        let request = Client::new().get(format!("{origin}{path}"));
        let response = request
            .header(header::ACCEPT_ENCODING, accepted)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200);
        let encoding = response.headers().get(header::CONTENT_ENCODING).cloned();
        (
            encoding.map(|value| value.to_str().unwrap().to_owned()),
            response.bytes().await.unwrap().len(),
        )
    };

    let (compressed, length) = encoding("/large", "gzip").await;
    assert_eq!(compressed.as_deref(), Some("gzip"));
    assert!(length < 500, "{length}");
    assert_eq!(encoding("/large", "identity").await, (None, 5000));
    assert_eq!(
        encoding("/large", "identity;q=0, gzip;q=0").await,
        (None, 5000),
        "rather than a refusal"
    );
    assert_eq!(encoding("/large-and-secret", "gzip").await, (None, 5000));
    assert_eq!(
        encoding("/public", "gzip").await,
        (None, 5),
        "too small to gain anything"
    );
}
