//! The wallet service over real HTTP.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use serde_json::{Value, json};
use tokio::net::TcpListener;
use verification::Settings;

async fn start() -> String {
    let anchor =
        json!({"iss": "did:web:register.example", "jwk": {"kty": "OKP", "crv": "Ed25519", "x": "AA"}});
    let mut settings = Settings::new(
        "https://register.example/v1/list",
        vec![serde_json::from_value(anchor).unwrap()],
    );
    settings.loopback_origins = vec!["http://localhost:4702".into()];
    let config = wallet::Config {
        settings,
        verifier_url: Some("https://verifier.example/".into()),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(wallet::start(config, listener, std::future::pending()));
    origin
}

#[tokio::test]
async fn the_app_is_told_whom_to_trust() {
    let wallet = start().await;

    let config: Value = reqwest::get(format!("{wallet}/config.json"))
        .await
        .unwrap()
        .json()
        .await
        .unwrap();

    assert_eq!(config["registerUrl"], "https://register.example/v1/list");
    assert_eq!(config["anchors"][0]["iss"], "did:web:register.example");
    assert_eq!(config["loopbackOrigins"], json!(["http://localhost:4702"]));
    assert_eq!(config["verifierUrl"], "https://verifier.example/");
}

#[tokio::test]
async fn what_is_not_there_is_a_problem() {
    let wallet = start().await;

    let missing = reqwest::get(format!("{wallet}/assets/none.js")).await.unwrap();

    assert_eq!(missing.status(), 404);
    assert_eq!(missing.headers()["content-type"], "application/problem+json");
    assert!(
        reqwest::get(format!("{wallet}/healthz"))
            .await
            .unwrap()
            .status()
            .is_success()
    );
}
