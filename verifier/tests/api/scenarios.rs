//! The API says of every scenario what `verify` says, in both languages.

use http_service::Clock;
use reqwest::Client;
use serde_json::{Value, json};
use test_support::scenarios::Scenario;
use tokio::net::TcpListener;
use verification::messages::message;

use crate::world;

async fn asked(scenario: &Scenario, client: &Client) -> (u16, Value) {
    let (router, _) = verifier::router(verifier::Config {
        settings: scenario.settings.clone(),
        clock: Clock::fixed(scenario.at),
        data_dir: None,
        developer: false,
    })
    .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let served = tokio::spawn(async move { axum::serve(listener, router).await });
    let given = serde_json::from_str(&scenario.text).unwrap_or(Value::from(scenario.text.as_str()));
    let answer = client
        .post(format!("{origin}/presentations/verify"))
        .json(&json!({ "presentation": given }))
        .send()
        .await
        .unwrap();
    let status = answer.status().as_u16();
    let body = answer.json().await.unwrap();
    served.abort();
    (status, body)
}

/// What people read of a report: verdict, every check and every notice, with code, colour and words.
fn words(report: &Value) -> Value {
    let lines = |name: &str| -> Vec<Value> {
        let all = report[name].as_array().cloned().unwrap_or_default();
        let line = |it: &Value| json!([it["axis"], it["outcome"], it["code"], it["nl"], it["en"]]);
        all.iter().map(line).collect()
    };
    json!({ "verdict": report["verdict"], "axes": lines("axes"), "notices": lines("notices") })
}

#[tokio::test]
async fn the_api_says_of_every_scenario_what_the_checks_say() {
    let (_, scenarios) = world::serve().await.unwrap();
    let client = Client::new();
    for scenario in &scenarios {
        let (status, body) = asked(scenario, &client).await;
        match scenario.checked() {
            Ok(report) => {
                let report = serde_json::to_value(report).unwrap();
                assert_eq!(words(&body), words(&report), "{}", scenario.name);
                let good = ["green", "amber"].contains(&report["verdict"]["colour"].as_str().unwrap());
                assert_eq!(status, if good { 200 } else { 422 }, "{}", scenario.name);
            }
            Err(code) => {
                let said = message(code, &[]);
                assert_eq!(status, 400, "{}", scenario.name);
                assert_eq!(
                    (&body["detail"], &body["detailNl"]),
                    (&json!(said.en), &json!(said.nl))
                );
            }
        }
    }
}
