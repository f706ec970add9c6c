use chrono::Duration;
use futures_util::future::join_all;
use serde_json::json;
use test_support::{DidLog, Institution, a_microcredential, an_institution};

use crate::fixture::{TestVerifier, revocations};

#[tokio::test]
async fn what_may_be_used_again_is_not_fetched_again_until_its_date() {
    let institution = an_institution();
    let verifier = TestVerifier::trusting(&[&institution]).await;
    let credential = verifier.institutions.issue(&institution, a_microcredential());
    let path = revocations(&institution);
    verifier.institutions.allow_reuse(60);

    verifier.verify(credential.shown()).await;
    verifier.verify(credential.shown()).await;
    assert_eq!(verifier.institutions.hits(&path), 1);

    verifier.clock.set(verifier.clock.now() + Duration::seconds(60));
    verifier
        .institutions
        .publish_lists(&credential.status_lists().clone().revoked(true));
    let later = verifier.verify(credential.shown()).await;

    assert_eq!(verifier.institutions.hits(&path), 2);
    assert_eq!(later.colour(), "red");
}

#[tokio::test]
async fn what_may_not_be_used_again_is_fetched_for_every_check() {
    let institution = an_institution();
    let verifier = TestVerifier::trusting(&[&institution]).await;
    let credential = verifier.institutions.issue(&institution, a_microcredential());

    verifier.verify(credential.shown()).await;
    verifier.verify(credential.shown()).await;

    assert_eq!(verifier.institutions.hits(&revocations(&institution)), 2);
}

#[tokio::test]
async fn checks_at_the_same_time_share_what_they_fetch() {
    let institution = an_institution();
    let verifier = TestVerifier::trusting(&[&institution]).await;
    let credential = verifier.institutions.issue(&institution, a_microcredential());
    verifier.institutions.allow_reuse(60);

    let answers = join_all((0..20).map(|_| verifier.verify(credential.shown()))).await;

    assert!(answers.iter().all(|answer| answer.colour() == "green"));
    assert_eq!(verifier.institutions.hits(&revocations(&institution)), 1);
}

#[tokio::test]
async fn a_register_that_does_not_answer_is_stood_in_for_until_its_list_is_due() {
    let institution = an_institution();
    let mut verifier = TestVerifier::trusting(&[&institution]).await;
    let credential = verifier.institutions.issue(&institution, a_microcredential());
    verifier.verify(credential.shown()).await;
    verifier.stop_register().await;

    let with_the_last_list = verifier.verify(credential.shown()).await;
    verifier.clock.set(verifier.clock.now() + Duration::hours(1));
    let an_hour_later = verifier.verify(credential.shown_at(verifier.clock.now())).await;
    verifier.clock.set(verifier.clock.now() + Duration::hours(25));
    let too_late = verifier.verify(credential.shown_at(verifier.clock.now())).await;

    assert_eq!(
        with_the_last_list.colour(),
        "green",
        "{:#}",
        with_the_last_list.body
    );
    assert_eq!(
        an_hour_later.body["verdict"]["en"],
        "Issued by a participating institution; active and not revoked, as known on 21 November 2026 at 12:00. \
         What changed since cannot be seen now."
    );
    assert_eq!(an_hour_later.body["asKnownOn"], "2026-11-21T11:00:00Z");
    assert_eq!(too_late.colour(), "grey");
    assert_eq!(too_late.body["verdict"]["code"], "ACC-007", "{:#}", too_late.body);
}

#[tokio::test]
async fn a_list_of_many_institutions_is_read_although_nothing_else_may_be_as_large() {
    // As long as a list of some two thousand, and as easily compressed.
    let institution =
        an_institution().with_institution(|it| it.legal_name = Some("Stichting ".repeat(300_000)));
    let verifier = TestVerifier::trusting(&[&institution]).await;
    let credential = verifier.institutions.issue(&institution, a_microcredential());

    let answer = verifier.verify(credential.shown()).await;

    assert_eq!(answer.colour(), "green", "{:#}", answer.body["verdict"]);
}

#[tokio::test]
async fn without_a_register_nothing_is_green() {
    let institution = an_institution();
    let mut verifier = TestVerifier::trusting(&[&institution]).await;
    let credential = verifier.institutions.issue(&institution, a_microcredential());
    verifier.stop_register().await;

    let answer = verifier.verify(credential.shown()).await;

    assert_eq!(
        (answer.status.as_u16(), answer.colour()),
        (422, "grey"),
        "{:#}",
        answer.body
    );
    assert!(answer.body["register"].is_null());
}

#[tokio::test]
async fn an_older_list_is_refused_after_a_restart_as_well() {
    let institution = an_institution();
    let mut verifier = TestVerifier::trusting(&[&institution]).await;
    let credential = verifier.institutions.issue(&institution, a_microcredential());
    verifier.decide(&institution, "suspended").await;
    let list = async |number: u8| {
        let address = format!("{}/v1/list/{number}", verifier.register_origin);
        reqwest::get(address).await.unwrap().text().await.unwrap()
    };
    let (older, newer) = (list(1).await, list(2).await);
    let address = format!("{}/list", verifier.institutions.origin());
    verifier.institutions.publish("/list", 200, newer);
    verifier.restart_reading(&address).await;
    let suspended = verifier.verify(credential.shown()).await;

    verifier.institutions.publish("/list", 200, older);
    verifier.restart_reading(&address).await;
    let rolled_back = verifier.verify(credential.shown()).await;

    assert_eq!(suspended.colour(), "amber", "{:#}", suspended.body);
    assert_eq!(
        rolled_back.body["verdict"]["code"], "ACC-007",
        "{:#}",
        rolled_back.body
    );
}

#[tokio::test]
async fn an_issuer_that_the_register_does_not_list_hears_nothing_of_a_check_unless_it_is_to_be_asked() {
    let stranger = Institution::new("elders", "Elders", "Elsewhere");
    let verifier = TestVerifier::trusting(&[&an_institution()]).await;
    let web = verifier.institutions.origin();
    let port = web.rsplit(':').next().unwrap();
    let issuer = format!("did:web:localhost%3A{port}");
    let stranger = stranger.with_unit(|unit| unit.dids = vec![issuer.parse().unwrap()]);
    let credential = verifier.institutions.issue(&stranger, a_microcredential());

    let answer = verifier.verify(credential.shown()).await;
    assert_eq!(verifier.institutions.all_hits(), 0);
    let asked = json!({"presentation": credential.shown(), "options": {"askUnknownIssuers": true}});
    verifier.post("/presentations/verify", &asked).await;

    assert_eq!(answer.body["verdict"]["code"], "ACC-006", "{:#}", answer.body);
    assert_eq!(verifier.institutions.hits("/.well-known/did.json"), 1);
}

#[tokio::test]
async fn the_log_of_an_unlisted_issuer_is_fetched_and_checked_before_its_key_counts() {
    let verifier = TestVerifier::trusting(&[&an_institution()]).await;
    let web = verifier.institutions.origin();
    let host = web.replace("http://127.0.0.1:", "localhost%3A");
    let (log, stranger) = DidLog::of_an_institution(&host, json!({}));
    let credential = verifier.institutions.issue(&stranger, a_microcredential());
    let asked = json!({"presentation": credential.shown(), "options": {"askUnknownIssuers": true}});
    let forged = log.text().replace("p256-1", "p256-2");

    verifier
        .institutions
        .publish("/energie/did.jsonl", 200, log.text());
    let sound = verifier.post("/presentations/verify", &asked).await;
    verifier.institutions.publish("/energie/did.jsonl", 200, forged);
    let forged = verifier.post("/presentations/verify", &asked).await;
    verifier.institutions.publish("/energie/did.jsonl", 404, "");
    let gone = verifier.post("/presentations/verify", &asked).await;

    assert_eq!(sound.axis("signature"), "passed", "{:#}", sound.body);
    assert_eq!(sound.axis("status"), "passed", "{:#}", sound.body);
    assert_eq!(sound.colour(), "grey", "the register does not list it");
    for without_a_key in [forged, gone] {
        assert_eq!(without_a_key.axis("signature"), "inconclusive");
        assert_eq!(without_a_key.axis("status"), "notApplicable");
        assert_eq!(without_a_key.colour(), "grey");
    }
    assert_eq!(verifier.institutions.hits("/energie/did.jsonl"), 3);
}

#[tokio::test]
async fn a_list_that_is_held_is_brought_up_to_date_by_what_changed_alone() {
    let institution = an_institution();
    let mut verifier = TestVerifier::trusting(&[&institution]).await;
    let credential = verifier.institutions.issue(&institution, a_microcredential());
    verifier.decide(&institution, "suspended").await;
    let list = async |number: u8| {
        let address = format!("{}/v1/list/{number}", verifier.register_origin);
        reqwest::get(address).await.unwrap().text().await.unwrap()
    };
    let (older, newer) = (list(1).await, list(2).await);
    let changes = trust::delta::between(&older, &newer).unwrap();
    let address = format!("{}/list", verifier.institutions.origin());
    verifier.institutions.publish("/list", 200, older);
    verifier.restart_reading(&address).await;
    let before = verifier.verify(credential.shown()).await;

    verifier.institutions.publish("/list/delta/1", 200, changes);
    let suspended = verifier.verify(credential.shown()).await;
    assert_eq!(verifier.institutions.hits("/list"), 1);
    verifier.institutions.publish("/list", 200, newer);
    verifier.institutions.publish("/list/delta/2", 200, "of no use");
    let still = verifier.verify(credential.shown()).await;

    assert_eq!(before.colour(), "green", "{:#}", before.body);
    assert_eq!(suspended.colour(), "amber", "{:#}", suspended.body);
    assert_eq!(still.colour(), "amber", "{:#}", still.body);
    assert_eq!(verifier.institutions.hits("/list"), 2);
}

#[tokio::test]
async fn a_list_of_known_issuers_is_shown_and_one_that_is_missing_or_too_large_is_told_as_unread() {
    let institution = an_institution();
    let verifier = TestVerifier::trusting(&[&institution]).await;
    let credential = verifier.institutions.issue(&institution, a_microcredential());
    let settings = verification::Settings {
        known_issuer_lists: vec![verification::KnownIssuerList {
            name: "the pilot".to_owned(),
            url: format!("{}/registry.json", verifier.institutions.origin()),
        }],
        ..verifier.settings.clone()
    };
    let config = verifier::Config {
        settings,
        clock: verifier.clock.clone(),
        data_dir: None,
        developer: false,
    };
    let (_, looking) = verifier::router(config).unwrap();
    let input = verification::read(&credential.shown()).unwrap();
    let named = json!({"registry": {institution.issuer().as_str(): {"name": "Waterland"}}}).to_string();
    let large = format!("{named}{}", " ".repeat(trust::known_issuers::LARGEST_KNOWN_LIST));

    for (status, body, code) in [
        (404, "", "INF-015"),
        (200, large.as_str(), "INF-015"),
        (200, &named, "INF-013"),
    ] {
        verifier.institutions.publish("/registry.json", status, body);

        let report = looking.check(&input, verifier::Options::default()).await;

        assert_eq!(report.verdict.message.code.id(), "ACC-001");
        let told = report.notices.iter().any(|notice| notice.code.id() == code);
        assert!(told, "{code}: {:?}", report.listed_elsewhere);
    }
}

#[tokio::test]
async fn a_list_of_known_issuers_that_hangs_takes_nothing_else_its_time() {
    let institution = an_institution();
    let verifier = TestVerifier::trusting(&[&institution]).await;
    let credential = verifier.institutions.issue(&institution, a_microcredential());
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://localhost:{}", silent.local_addr().unwrap().port());
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((connection, _)) = silent.accept().await {
            held.push(connection);
        }
    });
    let mut settings = verifier.settings.clone();
    settings.loopback_origins.push(origin.clone());
    settings.known_issuer_lists = vec![verification::KnownIssuerList {
        name: "the silent".to_owned(),
        url: format!("{origin}/registry.json"),
    }];
    let config = verifier::Config {
        settings,
        clock: verifier.clock.clone(),
        data_dir: None,
        developer: false,
    };
    let (_, looking) = verifier::router(config).unwrap();
    let input = verification::read(&credential.shown()).unwrap();

    let reports = join_all((0..4).map(|_| looking.check(&input, verifier::Options::default()))).await;
    let later = looking.check(&input, verifier::Options::default()).await;

    for report in reports.iter().chain([&later]) {
        assert_eq!(
            report.verdict.message.code.id(),
            "ACC-001",
            "{:?}",
            report.verdict
        );
        assert!(report.notices.iter().any(|notice| notice.code.id() == "INF-015"));
    }
}
