//! One microcredential from a badge platform to an employer's verdict, over HTTP and without a browser.
//!
//! Every service is the real one, started as `waarmerk demo` starts it, on ports and in a folder of its own.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at what it did not expect"
)]

mod copies;
mod issuance_time;
#[allow(dead_code, reason = "other tests take the other steps")]
mod steps;

use serde_json::json;
use steps::Round;

#[tokio::test]
async fn award_read_by_link_and_by_file_gives_the_same_record() {
    let round = Round::start().await;
    let link = round.import_by_link("AsWaRmTePoMp00000001").await;

    let round = round.restart_without_awards().await;
    let file = round.import_by_file("AsWaRmTePoMp00000001").await;

    assert!(link["record"].is_object());
    assert_eq!(link["record"], file["record"]);
}

#[tokio::test]
async fn issued_microcredential_is_shown_and_found_real_and_valid() {
    let round = Round::start().await;
    let mut wallet = round.learner_with("AsWaRmTePoMp00000001").await;
    let shown = wallet.show();

    let (status, report) = round.verify(&shown.qr_text).await;

    assert_eq!(
        (status, report["verdict"]["colour"].as_str()),
        (200, Some("green")),
        "{report:#}"
    );
    assert_eq!(report["verdict"]["code"], "ACC-001");
    assert_eq!(report["credential"]["holderName"], "Sanne de Vries");
    for axis in [
        "structure",
        "signature",
        "issuerKey",
        "holder",
        "validity",
        "status",
        "scope",
    ] {
        assert_eq!(
            steps::axis(&report, axis)["outcome"],
            "passed",
            "{axis}: {report:#}"
        );
    }
    assert_eq!(
        report["credential"]["outcomes"],
        json!([]),
        "what was kept back must not be in the code"
    );
}

#[tokio::test]
async fn every_copy_of_an_award_verifies() {
    let round = Round::start().await;
    let mut wallet = round.learner_with("AsWaRmTePoMp00000001").await;

    for copy in wallet.copies() {
        let (_, report) = round.verify(&copy).await;
        assert_eq!(
            steps::axis(&report, "signature")["outcome"],
            "passed",
            "{report:#}"
        );
        assert_eq!(steps::axis(&report, "status")["outcome"], "passed", "{report:#}");
        assert_ne!(
            report["verdict"]["colour"], "green",
            "nobody showed it: {report:#}"
        );
        assert_ne!(report["verdict"]["colour"], "red", "{report:#}");
    }
}

#[tokio::test]
async fn revoked_award_is_red_in_every_copy() {
    let round = Round::start().await;
    let mut wallet = round.learner_with("AsWaRmTePoMp00000001").await;
    let award = round.award().await;

    round
        .desk(
            "POST",
            &format!("awards/{award}/revoke"),
            &json!({"reason": "assessment-invalidated"}),
        )
        .await;

    let (status, report) = round.verify(&wallet.show().qr_text).await;
    assert_eq!(
        (status, report["verdict"]["colour"].as_str()),
        (422, Some("red")),
        "{report:#}"
    );
    assert_eq!(report["verdict"]["code"], "VER-003");
    for copy in wallet.copies() {
        assert_eq!(round.verify(&copy).await.1["verdict"]["code"], "VER-003");
    }
}

#[tokio::test]
async fn changed_presentation_is_red_or_refused() {
    let round = Round::start().await;
    let mut wallet = round.learner_with("AsWaRmTePoMp00000001").await;
    let presentation = wallet.show().presentation;

    let renamed = steps::with_another_name(&presentation);
    let (status, report) = round.verify(&renamed).await;
    assert_eq!(status, 422, "{report:#}");
    assert_eq!(report["verdict"]["colour"], "red");

    let signature = steps::with_another_issuer_signature(&presentation);
    let (_, report) = round.verify(&signature).await;
    assert_eq!(report["verdict"]["code"], "VER-001", "{report:#}");
}

#[tokio::test]
async fn suspension_before_the_award_is_red_and_stays_so_after_reinstatement() {
    let round = Round::start().await;
    let mut wallet = round.learner_with("AsWaRmTePoMp00000001").await;

    round.decide("suspended", "2026-08-01T00:00:00+02:00").await;
    let (_, report) = round.verify(&wallet.show().qr_text).await;
    assert_eq!(report["verdict"]["colour"], "red", "{report:#}");
    assert_eq!(report["verdict"]["code"], "ACC-003");

    round.decide("active", "2026-10-01T00:00:00+02:00").await;
    let (_, report) = round.verify(&wallet.show().qr_text).await;
    assert_eq!(
        report["verdict"]["code"], "ACC-003",
        "the award lies inside the suspension: {report:#}"
    );
}

#[tokio::test]
async fn award_that_lacks_level_and_outcomes_is_not_approved() {
    let round = Round::start().await;

    let award = round.import_by_link("AsOnVoLlEdIg00000001").await;
    let codes = steps::codes(&award);
    assert!(
        codes.contains(&"META-004".to_owned()) && codes.contains(&"META-005".to_owned()),
        "{codes:?}"
    );

    let id = award["id"].as_str().unwrap();
    let (status, problem) = round
        .ask_desk("POST", &format!("awards/{id}/approve"), &json!({}))
        .await;
    assert_eq!(status, 422, "{problem:#}");
    assert!(
        problem.to_string().contains("META-005"),
        "the answer must say what blocks: {problem:#}"
    );
}

#[tokio::test]
async fn revoked_and_hidden_badges_are_refused_with_their_reason() {
    let round = Round::start().await;

    let (_, revoked) = round.try_import("AsInGeTrOkKeN0000001").await;
    assert!(
        revoked.to_string().contains("SRC-001") && revoked.to_string().contains("Uitslag herzien"),
        "{revoked:#}"
    );

    let (_, hidden) = round.try_import("AsNiEtOpEnBaAr000001").await;
    assert!(hidden.to_string().contains("SRC-002"), "{hidden:#}");
}

#[tokio::test]
async fn badge_of_another_institution_is_refused() {
    let round = Round::start().await;

    let (status, problem) = round.try_import("AsPaLlIaTiEf00000001").await;

    assert!((400..500).contains(&status), "{problem:#}");
}

#[tokio::test]
async fn offer_is_collected_once_only() {
    let round = Round::start().await;
    let offer = round.offer_for("AsWaRmTePoMp00000001").await;
    let first = round.collect(&offer).await;
    assert!(first.is_ok());

    let second = round.collect(&offer).await;

    assert!(second.is_err(), "a used offer must be refused");
}

#[tokio::test]
async fn demo_stopped_and_started_again_finds_everything() {
    let round = Round::start().await;
    let mut wallet = round.learner_with("AsWaRmTePoMp00000001").await;

    let round = round.restart().await;

    let (_, report) = round.verify(&wallet.show().qr_text).await;
    assert_eq!(report["verdict"]["colour"], "green", "{report:#}");
    let (status, again) = round.try_import("AsWaRmTePoMp00000001").await;
    assert!(status < 300, "the award is known and given again: {again:#}");
    assert_eq!(again["id"].as_str(), Some(round.award().await.as_str()));
}
