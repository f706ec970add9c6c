use reqwest::{StatusCode, header};
use trust::{Freshness, verify_list};

use crate::fixture::{TestRegister, UNIT, at, problem, suspension};

#[tokio::test]
async fn the_list_is_signed_by_the_anchor_and_holds_for_a_day() {
    let register = TestRegister::start().await;

    let response = register.get("/v1/list").await;
    assert_eq!(
        response.headers()[header::CONTENT_TYPE],
        "application/mc-register+jwt"
    );
    let list = register.list().await;

    assert_eq!(
        (list.list().sequence, list.list().previous_hash.as_deref()),
        (1, None)
    );
    assert_eq!(list.list().iss.as_str(), "did:web:register.example");
    assert_eq!(list.list().register_id, "https://register.example/v1");
    assert_eq!(list.freshness(at("2026-11-22T09:00:00Z")), Freshness::Fresh);
    assert_ne!(list.freshness(at("2026-11-22T09:00:01Z")), Freshness::Fresh);
    assert!(list.entity(&UNIT.parse().unwrap()).is_some());
    let (_, accreditation) = list
        .accreditation("https://register.example/v1/accreditations/acc-unit-0031")
        .unwrap();
    assert_eq!(
        accreditation.parent.as_deref(),
        Some("https://register.example/v1/accreditations/acc-ho-0007")
    );
    assert_eq!(accreditation.status_history.len(), 1);
}

#[tokio::test]
async fn a_known_list_is_not_sent_again() {
    let register = TestRegister::start().await;
    let tag = register.get("/v1/list").await.headers()[header::ETAG].clone();
    let ask = || {
        register
            .client
            .get(format!("{}/v1/list", register.origin))
            .header(header::IF_NONE_MATCH, &tag)
            .send()
    };

    assert_eq!(ask().await.unwrap().status(), StatusCode::NOT_MODIFIED);
    register.decide("acc-ho-0007", &suspension()).await;
    assert_eq!(ask().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn a_list_is_signed_afresh_under_the_same_number_before_it_ends() {
    let register = TestRegister::start().await;
    let first = register.list().await;

    register.clock.set(at("2026-11-21T20:59:59Z"));
    let same = register.list().await;
    register.clock.set(at("2026-11-21T21:00:00Z"));
    let fresh = register.list().await;

    assert_eq!(same.list().issued_at, first.list().issued_at);
    assert_eq!(fresh.list().issued_at, at("2026-11-21T21:00:00Z"));
    assert_eq!(
        (fresh.list().sequence, fresh.content_hash()),
        (1, first.content_hash())
    );
    assert!(fresh.follows(&first));
}

#[tokio::test]
async fn each_change_makes_the_next_list_which_commits_to_the_one_before() {
    let register = TestRegister::start().await;
    let first = register.list().await;

    register.decide("acc-ho-0007", &suspension()).await;
    let second = register.list().await;

    assert_eq!(second.list().sequence, 2);
    assert_eq!(second.list().previous_hash.as_deref(), Some(first.content_hash()));
    assert!(second.follows(&first));
    let kept = register.get("/v1/list/1").await.text().await.unwrap();
    let kept = verify_list(&kept, &[register.register.anchor()], register.clock.now()).unwrap();
    assert_eq!(kept.content_hash(), first.content_hash());
    problem(register.get("/v1/list/3").await, 404, "unknown-list").await;
    problem(register.get("/v1/list/last").await, 404, "not-found").await;
}

#[tokio::test]
async fn any_page_may_read_the_list() {
    let register = TestRegister::start().await;

    let response = register.get("/v1/list").await;

    assert_eq!(response.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
}

#[tokio::test]
async fn a_list_signed_by_anybody_else_is_told_apart() {
    let (ours, theirs) = (TestRegister::start().await, TestRegister::start().await);

    let signed = theirs.get("/v1/list").await.text().await.unwrap();

    assert!(verify_list(&signed, &[ours.register.anchor()], ours.clock.now()).is_err());
}

#[tokio::test]
async fn a_reader_of_an_earlier_list_fetches_what_changed_alone() {
    let register = TestRegister::start().await;
    let anchors = [register.register.anchor()];
    let first = register.get("/v1/list").await.text().await.unwrap();
    register.decide("acc-ho-0007", &suspension()).await;
    register.clock.set(at("2026-11-21T10:00:00Z"));
    register.decide("acc-unit-0031", &suspension()).await;
    let whole = register.get("/v1/list").await;
    let tag = whole.headers()[header::ETAG].clone();
    let newest = whole.text().await.unwrap();

    let answer = register.get("/v1/list/delta/1").await;
    assert_eq!(answer.headers()[header::ETAG], tag);
    assert_eq!(answer.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    let delta = answer.text().await.unwrap();

    assert!(
        delta.len() < newest.len() / 4,
        "{} of {}",
        delta.len(),
        newest.len()
    );
    assert_eq!(trust::delta::apply(&delta, &first, &anchors).unwrap(), newest);
}

#[tokio::test]
async fn a_list_that_was_signed_afresh_is_little_to_fetch() {
    let register = TestRegister::start().await;
    let anchors = [register.register.anchor()];
    let held = register.get("/v1/list").await;
    let tag = held.headers()[header::ETAG].clone();
    let held = held.text().await.unwrap();
    let ask = || {
        let address = format!("{}/v1/list/delta/1", register.origin);
        register
            .client
            .get(address)
            .header(header::IF_NONE_MATCH, &tag)
            .send()
    };
    assert_eq!(ask().await.unwrap().status(), StatusCode::NOT_MODIFIED);

    register.clock.set(at("2026-11-21T21:00:00Z"));
    let delta = ask().await.unwrap();

    assert_eq!(delta.status(), StatusCode::OK);
    let delta = delta.text().await.unwrap();
    assert!(delta.len() < 1_000, "{delta}");
    let fresh = register.get("/v1/list").await.text().await.unwrap();
    assert_ne!(fresh, held);
    assert_eq!(trust::delta::apply(&delta, &held, &anchors).unwrap(), fresh);
}

#[tokio::test]
async fn there_is_no_delta_from_a_list_that_never_was() {
    let register = TestRegister::start().await;

    for number in ["0", "2", "18446744073709551615"] {
        problem(
            register.get(&format!("/v1/list/delta/{number}")).await,
            404,
            "no-delta",
        )
        .await;
    }
}
