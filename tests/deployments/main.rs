//! Two deployments that know nothing of each other: other ports, other keys, another root of admissions.
//!
//! What one of them issues is unknown to the other, and is no longer once the other trusts its register too.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at what it did not expect"
)]

#[path = "../journeys/steps.rs"]
#[allow(dead_code, reason = "other tests take the other steps")]
mod steps;

use http_service::Clock;
use serde_json::{Value, json};
use steps::Round;
use tokio::net::TcpListener;
use tokio::process::Command;

const BADGE: &str = "AsWaRmTePoMp00000001";

/// The settings of a deployment's verifier, as it serves them.
async fn settings(round: &Round) -> Value {
    get(round, &format!("{}/config.json", round.demo.addresses.verifier)).await
}

/// The same, with the anchor of another deployment as its register gives it.
async fn trusting_also(round: &Round, other: &Round) -> Value {
    let mut settings = settings(round).await;
    let anchor = get(other, &format!("{}/v1/anchor", other.demo.addresses.register)).await;
    settings["anchors"].as_array_mut().unwrap().push(anchor);
    // Both run on this machine, without https.
    let [own, others] = [&settings, &self::settings(other).await]
        .map(|settings| settings["loopbackOrigins"].as_array().unwrap().clone());
    settings["loopbackOrigins"] = own.into_iter().chain(others).collect();
    settings
}

async fn get(round: &Round, url: &str) -> Value {
    round.http.get(url).send().await.unwrap().json().await.unwrap()
}

/// What a verifier with these settings answers over HTTP.
async fn asked(round: &Round, settings: &Value, shown: &str) -> Value {
    let (router, _) = verifier::router(verifier::Config {
        settings: serde_json::from_value(settings.clone()).unwrap(),
        clock: Clock::system(),
        data_dir: None,
        developer: false,
    })
    .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(http_service::serve(listener, router, std::future::pending()));
    let request = round.http.post(format!("{origin}/presentations/verify"));
    let answer = request
        .json(&json!({ "presentation": shown }))
        .send()
        .await
        .unwrap();
    answer.json().await.unwrap()
}

/// What `waarmerk check` says with these settings as its trust file, and the code it ends with.
async fn checked(settings: &Value, shown: &str) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("trust.json"), settings.to_string()).unwrap();
    std::fs::write(folder.path().join("shown.txt"), shown).unwrap();
    let done = Command::new(env!("CARGO_BIN_EXE_waarmerk"))
        .current_dir(folder.path())
        .args(["check", "shown.txt", "--trust", "trust.json", "--english"])
        .output()
        .await
        .unwrap();
    let text = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    (done.status.code().unwrap(), text)
}

fn verdict(report: &Value) -> (&str, &str) {
    let verdict = &report["verdict"];
    (
        verdict["colour"].as_str().unwrap(),
        verdict["code"].as_str().unwrap(),
    )
}

#[tokio::test]
async fn each_of_two_deployments_is_unknown_to_the_other_until_its_anchor_is_added() {
    let (here, there) = (Round::start().await, Round::start().await);
    for (own, other) in [(&here, &there), (&there, &here)] {
        let mut learner = other.learner_with(BADGE).await;
        let shown = learner.show().qr_text;

        let (_, unknown) = own.verify(&shown).await;
        let (unknown_code, unknown_text) = checked(&settings(own).await, &shown).await;
        assert_eq!(verdict(&unknown), ("grey", "ACC-006"), "{unknown:#}");
        assert_eq!(unknown_code, 2, "{unknown_text}");
        assert!(unknown_text.starts_with("GREY  ACC-006"), "{unknown_text}");

        let both = trusting_also(own, other).await;
        let known = asked(own, &both, &shown).await;
        let (known_code, known_text) = checked(&both, &shown).await;
        assert_eq!(verdict(&known), ("green", "ACC-001"), "{known:#}");
        assert_eq!(known_code, 0, "{known_text}");
        assert!(known_text.starts_with("GREEN  ACC-001"), "{known_text}");
        let decided: Vec<_> = known["registers"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["decided"])
            .collect();
        assert_eq!(decided, [false, true]);

        // Its own credentials are what they were.
        let mut learner = own.learner_with("AsWaRmTePoMp00000002").await;
        let own_report = asked(own, &both, &learner.show().qr_text).await;
        assert_eq!(verdict(&own_report), ("green", "ACC-001"), "{own_report:#}");
    }
}

#[tokio::test]
async fn a_suspension_in_the_deployment_that_issued_is_seen_by_the_other() {
    let (here, there) = (Round::start().await, Round::start().await);
    let mut learner = there.learner_with(BADGE).await;
    there.decide("suspended", "2026-08-01T00:00:00+02:00").await;

    let both = trusting_also(&here, &there).await;
    let report = asked(&here, &both, &learner.show().qr_text).await;

    assert_eq!(verdict(&report), ("red", "ACC-003"), "{report:#}");
}

#[tokio::test]
async fn an_anchor_with_another_key_makes_nothing_known() {
    let (here, there) = (Round::start().await, Round::start().await);
    let mut learner = there.learner_with(BADGE).await;
    let mut forged = trusting_also(&here, &there).await;
    let own_key = forged["anchors"][0]["jwk"].clone();
    forged["anchors"][1]["jwk"] = own_key;

    let report = asked(&here, &forged, &learner.show().qr_text).await;

    assert_eq!(verdict(&report), ("grey", "ACC-007"), "{report:#}");
    let problem = report["registers"][1]["problem"].as_str().unwrap();
    assert!(
        problem.contains("the signature of the register list is wrong"),
        "{problem}"
    );
}
