//! What the owner of a share can do, and nobody else.

use chrono::TimeDelta;
use serde_json::{Value, json};
use test_support::now;

use crate::fixture::{Made, TestWallet, problem, sealed};

#[tokio::test]
async fn withdrawing_again_changes_nothing_and_still_says_how_often_it_was_opened() {
    let wallet = TestWallet::start().await;
    let made = Made::new("withdrawn");
    wallet.make(&made, None).await;
    wallet.open(&made).await;

    for _ in 0..2 {
        let response = wallet.as_owner("DELETE", &made.capability, None).await;
        assert_eq!(response.status(), 200);
        let status: Value = response.json().await.unwrap();
        assert_eq!(
            (&status["state"], &status["views"]),
            (&json!("withdrawn"), &json!(1))
        );
    }
    let wallet = wallet.killed_and_started_again().await;
    problem(wallet.open(&made).await, 410, "share-withdrawn").await;
}

#[tokio::test]
async fn other_capabilities_own_nothing() {
    let wallet = TestWallet::start().await;
    let made = Made::new("guarded");
    wallet.make(&made, None).await;

    for (method, body) in [
        ("GET", None),
        ("DELETE", None),
        ("PUT", Some(json!({"share": made.sealed}))),
    ] {
        let response = wallet.as_owner(method, "another capability", body.as_ref()).await;
        problem(response, 401, "unauthorized").await;
    }
    let nobody = wallet
        .client
        .delete(format!("{}/v1/share", wallet.origin))
        .send()
        .await
        .unwrap();
    problem(nobody, 401, "unauthorized").await;
    assert_eq!(wallet.status(&made).await["state"], "open");
}

#[tokio::test]
async fn end_moves_with_what_is_sealed_and_the_views_go_on_counting() {
    let wallet = TestWallet::start().await;
    let made = Made::new("extended");
    wallet.make(&made, None).await;
    wallet.open(&made).await;

    let body = json!({"share": sealed(&made.link, TimeDelta::days(90)), "maxViews": 3});
    let replaced = wallet.as_owner("PUT", &made.capability, Some(&body)).await;

    assert_eq!(replaced.status(), 200);
    wallet.clock.set(now() + TimeDelta::days(60));
    let opened: Value = wallet.open(&made).await.json().await.unwrap();
    assert_eq!(
        (&opened["share"], &opened["viewsLeft"]),
        (&body["share"], &json!(1))
    );
    let shorter = json!({"share": sealed(&made.link, TimeDelta::days(61))});
    wallet.as_owner("PUT", &made.capability, Some(&shorter)).await;
    wallet.clock.set(now() + TimeDelta::days(61));
    problem(wallet.open(&made).await, 410, "share-ended").await;
}

#[tokio::test]
async fn what_is_over_stays_over_and_one_share_cannot_take_the_place_of_another() {
    let wallet = TestWallet::start().await;
    let (made, other) = (Made::new("one"), Made::new("other"));
    wallet.make(&made, None).await;

    let swapped = wallet
        .as_owner("PUT", &made.capability, Some(&json!({"share": other.sealed})))
        .await;
    problem(swapped, 422, "invalid-share").await;
    wallet.as_owner("DELETE", &made.capability, None).await;
    let revived = wallet
        .as_owner("PUT", &made.capability, Some(&json!({"share": made.sealed})))
        .await;
    problem(revived, 410, "share-withdrawn").await;
}

#[tokio::test]
async fn fewer_views_than_there_were_end_the_share() {
    let wallet = TestWallet::start().await;
    let made = Made::new("fewer");
    wallet.make(&made, None).await;
    wallet.open(&made).await;

    let body = json!({"share": made.sealed, "maxViews": 1});
    wallet.as_owner("PUT", &made.capability, Some(&body)).await;

    problem(wallet.open(&made).await, 410, "share-used-up").await;
}
