//! Opening what was shared.

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};
use test_support::now;

use crate::fixture::{Made, TestWallet, problem};

#[tokio::test]
async fn whoever_has_the_link_gets_the_share_and_its_owner_sees_that_it_was_opened() {
    let wallet = TestWallet::start().await;
    let made = Made::new("opened");
    wallet.make(&made, None).await;

    let opened: Value = wallet.open(&made).await.json().await.unwrap();

    assert_eq!(opened, json!({"share": made.sealed}));
    let share = share_link::open(opened["share"].as_str().unwrap(), &made.link).unwrap();
    assert_eq!(share.terms.purpose(), "Sollicitatie bij Bureau Voorbeeld");
    let status = wallet.status(&made).await;
    assert_eq!(
        (&status["views"], &status["lastOpenedOn"]),
        (&json!(1), &json!("2026-11-21"))
    );
}

#[tokio::test]
async fn following_the_link_does_not_count() {
    let wallet = TestWallet::start().await;
    let made = Made::new("previewed");
    wallet.make(&made, None).await;

    for path in ["/s/", "/s", "/v1/shares/open", "/v1/shares"] {
        wallet.get(path).await;
        wallet
            .client
            .head(format!("{}{path}", wallet.origin))
            .send()
            .await
            .unwrap();
    }

    assert_eq!(wallet.status(&made).await["views"], 0);
}

#[tokio::test]
async fn link_for_one_view_opens_once_however_many_ask_at_once() {
    let wallet = TestWallet::start().await;
    let made = Made::new("once");
    wallet.make(&made, Some(1)).await;

    let answers = join_all((0..6).map(|_| wallet.open(&made))).await;

    let (opened, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status() == 200);
    assert_eq!((opened.len(), refused.len()), (1, 5));
    for answer in opened {
        assert_eq!(answer.json::<Value>().await.unwrap()["viewsLeft"], 0);
    }
    for answer in refused {
        problem(answer, 410, "share-used-up").await;
    }
    assert_eq!(wallet.status(&made).await["state"], "usedUp");
}

#[tokio::test]
async fn every_end_has_its_own_answer_in_both_languages() {
    let wallet = TestWallet::start().await;
    let withdrawn = Made::new("withdrawn");
    let ended = Made::ending_after("ended", TimeDelta::hours(1));
    for made in [&withdrawn, &ended] {
        wallet.make(made, None).await;
    }
    wallet.as_owner("DELETE", &withdrawn.capability, None).await;
    wallet.clock.set(now() + TimeDelta::hours(1));

    let mut said = Vec::new();
    for (made, status, kind) in [
        (&withdrawn, 410, "share-withdrawn"),
        (&ended, 410, "share-ended"),
        (&Made::new("never made"), 404, "unknown-share"),
    ] {
        let body = problem(wallet.open(made).await, status, kind).await;
        assert_ne!(body["detail"], body["detailNl"]);
        said.push(body["detailNl"].as_str().unwrap().to_owned());
    }
    said.dedup();
    assert_eq!(said.len(), 3);
    assert_eq!(wallet.status(&ended).await["state"], "ended");
}

#[tokio::test]
async fn page_of_any_origin_may_open_and_none_may_own() {
    let wallet = TestWallet::start().await;
    let preflight = async |path: &str, method: &str| {
        let request = wallet
            .client
            .request("OPTIONS".parse().unwrap(), format!("{}{path}", wallet.origin));
        let request = request
            .header("origin", "https://verifier.example")
            .header("access-control-request-method", method)
            .header("access-control-request-headers", "content-type");
        request
            .send()
            .await
            .unwrap()
            .headers()
            .contains_key("access-control-allow-origin")
    };
    assert!(preflight("/v1/shares/open", "POST").await);
    for (path, method) in [
        ("/v1/shares", "POST"),
        ("/v1/share", "GET"),
        ("/v1/share", "DELETE"),
        ("/v1/share", "PUT"),
    ] {
        assert!(!preflight(path, method).await, "{method} {path}");
    }
}

#[tokio::test]
async fn what_is_no_id_is_refused() {
    let wallet = TestWallet::start().await;
    for body in [
        json!({}),
        json!({"id": 7}),
        json!({"id": "short"}),
        json!({"id": "../../../../etc/passwd"}),
        json!({"id": "A".repeat(5000)}),
    ] {
        problem(wallet.post("/v1/shares/open", &body).await, 422, "invalid-body").await;
    }
}
