//! The pages and their configuration.

use http_service::Clock;
use reqwest::redirect::Policy;
use serde_json::{Value, json};

use crate::fixture::{TestWallet, serve};

#[tokio::test]
async fn the_app_is_told_whom_to_trust() {
    let wallet = TestWallet::start().await;

    let config: Value = wallet.get("/config.json").await.json().await.unwrap();

    assert_eq!(config["registerUrl"], "https://register.example/v1/list");
    assert_eq!(config["anchors"][0]["iss"], "did:web:register.example");
    assert_eq!(config["loopbackOrigins"], json!(["http://localhost:4702"]));
    assert_eq!(config["verifierUrl"], "https://verifier.example/");
    assert_eq!(config["sharing"], true);
}

#[tokio::test]
async fn wallet_without_a_store_says_so_and_takes_no_shares() {
    let (origin, _) = serve(None, Clock::system()).await;
    let client = reqwest::Client::new();

    let config: Value = client
        .get(format!("{origin}/config.json"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let refused = client
        .post(format!("{origin}/v1/shares"))
        .json(&json!({}))
        .send()
        .await
        .unwrap();

    assert_eq!(config["sharing"], false);
    assert!(refused.status().is_client_error());
}

#[tokio::test]
async fn link_without_its_last_slash_leads_to_the_page() {
    let wallet = TestWallet::start().await;
    let client = reqwest::Client::builder()
        .redirect(Policy::none())
        .build()
        .unwrap();

    let response = client.get(format!("{}/s", wallet.origin)).send().await.unwrap();

    assert_eq!(
        (response.status().as_u16(), &response.headers()["location"]),
        (308, &"/s/".parse().unwrap())
    );
}

#[tokio::test]
async fn what_is_not_there_is_a_problem() {
    let wallet = TestWallet::start().await;

    let missing = wallet.get("/assets/none.js").await;

    assert_eq!(missing.status(), 404);
    assert_eq!(missing.headers()["content-type"], "application/problem+json");
    assert!(wallet.get("/healthz").await.status().is_success());
    assert!(wallet.get("/readyz").await.status().is_success());
}
