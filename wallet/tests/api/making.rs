//! Giving the store something to keep.

use chrono::TimeDelta;
use futures_util::future::join_all;
use reqwest::Response;
use serde_json::{Value, json};
use wallet::Limits;

use crate::fixture::{Made, TestWallet, digest, problem};

async fn json(response: Response) -> Value {
    response.json().await.unwrap()
}

#[tokio::test]
async fn share_is_kept_until_the_end_in_its_header() {
    let wallet = TestWallet::start().await;
    let made = Made::new("kept");

    let response = wallet.make(&made, Some(5)).await;

    assert_eq!(response.status(), 201);
    let status = json(response).await;
    assert_eq!(
        status,
        json!({"state": "open", "until": "2026-12-21T11:00:00Z", "maxViews": 5, "views": 0})
    );
    assert_eq!(wallet.status(&made).await, status);
}

#[tokio::test]
async fn same_request_again_is_the_same_share_also_after_the_service_was_killed() {
    let wallet = TestWallet::start().await;
    let made = Made::new("twice");

    let at_once = join_all((0..8).map(|_| wallet.make(&made, None))).await;
    let new = at_once.iter().filter(|response| response.status() == 201).count();
    assert_eq!(new, 1);
    assert!(at_once.iter().all(|response| response.status().is_success()));

    let wallet = wallet.killed_and_started_again().await;
    let again = wallet.make(&made, None).await;
    assert_eq!(again.status(), 200);
    assert_eq!(wallet.open(&made).await.status(), 200);
}

#[tokio::test]
async fn retry_does_not_bring_back_what_was_withdrawn() {
    let wallet = TestWallet::start().await;
    let made = Made::new("withdrawn");
    wallet.make(&made, None).await;
    wallet.as_owner("DELETE", &made.capability, None).await;

    let again = wallet.make(&made, None).await;

    assert_eq!(again.status(), 200);
    assert_eq!(json(again).await["state"], "withdrawn");
    problem(wallet.open(&made).await, 410, "share-withdrawn").await;
}

#[tokio::test]
async fn id_or_capability_of_another_share_is_refused() {
    let wallet = TestWallet::start().await;
    let made = Made::new("first");
    wallet.make(&made, None).await;

    let mut stolen = Made::new("first");
    stolen.capability = "somebody else's capability".into();
    problem(wallet.make(&stolen, None).await, 409, "share-exists").await;
    problem(wallet.make(&made, Some(1)).await, 409, "share-exists").await;
    let mut owned_already = Made::new("second");
    owned_already.capability = made.capability.clone();
    problem(wallet.make(&owned_already, None).await, 409, "share-exists").await;

    problem(
        wallet.as_owner("GET", &stolen.capability, None).await,
        401,
        "unauthorized",
    )
    .await;
    assert_eq!(wallet.status(&made).await["views"], 0);
}

#[tokio::test]
async fn only_a_sealed_share_with_an_end_within_a_year_is_taken() {
    let wallet = TestWallet::start().await;
    let made = Made::new("strange");
    let capability = digest("a capability");
    let parts: Vec<&str> = made.sealed.split('.').collect();
    let with_header = |header: &str| {
        use base64::Engine as _;
        let header = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(header);
        format!("{header}..{}.{}.{}", parts[2], parts[3], parts[4])
    };
    let kid = made.link.id().uri();
    let strange = [
        "".to_owned(),
        "hello".to_owned(),
        "....".to_owned(),
        made.sealed.replace("..", ".AAAA."),
        format!("{}.AAAA", made.sealed),
        with_header("{}"),
        with_header(
            r#"{"alg":"none","enc":"A256GCM","typ":"share+jwe","kid":"urn:waarmerk:share:x","exp":1}"#,
        ),
        with_header(&format!(
            r#"{{"alg":"dir","enc":"A256GCM","typ":"share+jwe","kid":"{kid}","exp":1800000000,"zip":"DEF"}}"#
        )),
        with_header(&format!(
            r#"{{"alg":"dir","enc":"A256GCM","typ":"share+jwe","kid":"{kid}","exp":1800000000,"exp":1900000000}}"#
        )),
        with_header(&format!(
            r#"{{"alg":"dir","enc":"A256GCM","typ":"share+jwe","kid":"{kid}","exp":"soon"}}"#
        )),
        // Ended in 2020, and in the year 9999.
        with_header(&format!(
            r#"{{"alg":"dir","enc":"A256GCM","typ":"share+jwe","kid":"{kid}","exp":1577836800}}"#
        )),
        with_header(&format!(
            r#"{{"alg":"dir","enc":"A256GCM","typ":"share+jwe","kid":"{kid}","exp":253402300799}}"#
        )),
    ];
    for share in strange {
        let response = wallet
            .post("/v1/shares", &json!({"share": share, "capability": capability}))
            .await;
        problem(response, 422, "invalid-share").await;
    }
    for capability in [
        "",
        "short",
        &"A".repeat(44),
        "*not base64url and not a digest of anything**",
    ] {
        let response = wallet
            .post(
                "/v1/shares",
                &json!({"share": made.sealed, "capability": capability}),
            )
            .await;
        problem(response, 422, "invalid-share").await;
    }
    for views in [0, 1001] {
        problem(wallet.make(&made, Some(views)).await, 422, "invalid-share").await;
    }
    problem(wallet.open(&made).await, 404, "unknown-share").await;
}

#[tokio::test]
async fn hostile_bodies_are_refused_and_leave_nothing_behind() {
    let wallet = TestWallet::start().await;
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    problem(wallet.post_text("/v1/shares", deep).await, 400, "invalid-json").await;
    problem(
        wallet
            .post_text("/v1/shares", "{\"share\": \"a\", \"share\": \"b\"}")
            .await,
        400,
        "invalid-json",
    )
    .await;
    problem(
        wallet.post_text("/v1/shares", "<html>").await,
        400,
        "invalid-json",
    )
    .await;
    problem(
        wallet.post_text("/v1/shares", "x".repeat(100_000)).await,
        413,
        "body-too-large",
    )
    .await;
    problem(
        wallet.post_text("/v1/shares", "x".repeat(2_000_000)).await,
        413,
        "body-too-large",
    )
    .await;
    let large = json!({"share": "a".repeat(65_537), "capability": digest("large")});
    problem(wallet.post("/v1/shares", &large).await, 413, "share-too-large").await;
    for wrong in [
        json!([]),
        json!({"share": 1, "capability": 2}),
        json!({"share": "a"}),
        json!({"share": "a", "capability": "b", "maxViews": "many"}),
        json!({"share": "a", "capability": "b", "maxViews": -1}),
        json!({"share": "a", "capability": "b", "more": true}),
    ] {
        problem(wallet.post("/v1/shares", &wrong).await, 422, "invalid-body").await;
    }
    let form = wallet
        .client
        .post(format!("{}/v1/shares", wallet.origin))
        .body("share=a")
        .send()
        .await
        .unwrap();
    problem(form, 415, "unsupported-media-type").await;
}

#[tokio::test]
async fn one_client_makes_so_many_a_day() {
    let limits = Limits {
        most_made_a_day: 2,
        ..Limits::default()
    };
    let wallet = TestWallet::with(limits).await;
    for name in ["1", "2"] {
        assert_eq!(wallet.make(&Made::new(name), None).await.status(), 201);
    }

    let refused = wallet.make(&Made::new("3"), None).await;

    assert!(refused.headers().contains_key("retry-after"));
    problem(refused, 429, "too-many-requests").await;
    wallet.clock.set(wallet.clock.now() + TimeDelta::days(1));
    assert_eq!(wallet.make(&Made::new("3"), None).await.status(), 201);
}
