//! What one person does alone where two decide, and what it is bounded by.

use std::task::{Context, Waker};

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::delegations::{DELEGATIONS, care};
use crate::fixture::{KEEPER, SECOND, TestRegister, problem, suspension};
use crate::proposals::{EVENTS, at_once, confirmation, propose, rejection, status};

fn urgent() -> Value {
    let mut body = at_once();
    body["urgent"] = json!(true);
    body
}

#[tokio::test]
async fn an_urgent_suspension_holds_at_once_and_is_confirmed_afterwards() {
    let register = TestRegister::start_for_two().await;

    let suspended = register.keep(EVENTS, &urgent()).await;

    assert_eq!(suspended.status(), 201);
    let suspended: Value = suspended.json().await.unwrap();
    let number = suspended["proposal"].as_u64().unwrap();
    assert_eq!(status(&register).await, "suspended");
    problem(
        register.keep(&confirmation(number), &json!({})).await,
        403,
        "own-proposal",
    )
    .await;
    let confirmed = register.keep_as(SECOND, &confirmation(number), &json!({})).await;
    assert_eq!(confirmed.json::<Value>().await.unwrap()["urgent"], true);
    assert_eq!(
        (status(&register).await, register.list().await.list().sequence),
        (json!("suspended"), 2)
    );
}

#[tokio::test]
async fn an_urgent_suspension_that_another_rejects_is_over() {
    let register = TestRegister::start_for_two().await;
    let suspended: Value = register.keep(EVENTS, &urgent()).await.json().await.unwrap();
    let number = suspended["proposal"].as_u64().unwrap();
    register.clock.set(register.clock.now() + TimeDelta::minutes(10));

    let reason = json!({"reason": "Het was een proef"});
    let rejected = register.keep_as(SECOND, &rejection(number), &reason).await;

    assert_eq!(rejected.status(), 200);
    let history = register.json("/v1/accreditations/acc-ho-0007/history").await;
    let last = history["events"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["status"], &last["effectiveFrom"]),
        (&json!("active"), &json!("2026-11-21T09:10:00Z"))
    );
    assert_eq!(last["reason"]["code"], "not-confirmed");
}

#[tokio::test]
async fn one_person_cannot_undo_by_way_of_urgency_what_two_decided() {
    let register = TestRegister::start_for_two().await;
    let mut withdrawal = suspension();
    withdrawal["status"] = json!("withdrawn");
    withdrawal["effectiveFrom"] = json!("2026-12-01T00:00:00Z");
    let number = propose(&register, EVENTS, &withdrawal).await;
    register.keep_as(SECOND, &confirmation(number), &json!({})).await;

    problem(register.keep(EVENTS, &urgent()).await, 422, "not-urgent").await;
    let mut later = suspension();
    later["urgent"] = json!(true);
    let unit = "/v1/accreditations/acc-unit-0031/status-events";
    problem(register.keep(unit, &later).await, 422, "not-urgent").await;
    let mut back = urgent();
    back["status"] = json!("active");
    problem(register.keep(unit, &back).await, 422, "not-urgent").await;
}

#[tokio::test]
async fn what_was_suspended_urgently_and_not_confirmed_is_for_two_persons_the_next_time() {
    let register = TestRegister::start_for_two().await;
    let reason = json!({"reason": "Toch niet"});
    let suspended: Value = register.keep(EVENTS, &urgent()).await.json().await.unwrap();
    let number = suspended["proposal"].as_u64().unwrap();
    let withdrawn: Value = register
        .keep(&rejection(number), &reason)
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(withdrawn["reinstated"], true);

    for secret in [KEEPER, SECOND] {
        let again = register.keep_as(secret, EVENTS, &urgent()).await;
        problem(again, 409, "urgent-before").await;
    }
    assert_eq!(register.list().await.list().sequence, 3);

    for status in ["suspended", "active"] {
        let mut decided = at_once();
        decided["status"] = json!(status);
        let number = propose(&register, EVENTS, &decided).await;
        register.keep_as(SECOND, &confirmation(number), &json!({})).await;
    }
    assert_eq!(register.keep(EVENTS, &urgent()).await.status(), 201);
}

#[tokio::test]
async fn one_keeper_suspends_urgently_ten_times_a_day() {
    let register = TestRegister::start_for_two().await;
    for number in 1..=10 {
        let mut reason = urgent();
        reason["reason"]["nl"] = json!(format!("Reden {number}"));
        assert_eq!(register.keep(EVENTS, &reason).await.status(), 201, "{number}");
        let mut back = at_once();
        back["status"] = json!("active");
        back["reason"]["nl"] = json!(format!("Hersteld {number}"));
        let number = propose(&register, EVENTS, &back).await;
        register.keep_as(SECOND, &confirmation(number), &json!({})).await;
    }

    problem(register.keep(EVENTS, &urgent()).await, 409, "too-many-urgent").await;
    let another = register
        .keep_as(
            SECOND,
            "/v1/accreditations/acc-unit-0031/status-events",
            &urgent(),
        )
        .await;
    assert_eq!(another.status(), 201);
    register.clock.set(register.clock.now() + TimeDelta::hours(25));
    assert_eq!(register.keep(EVENTS, &urgent()).await.status(), 201);
}

#[tokio::test]
async fn one_keeper_does_not_fill_what_waits_and_never_blocks_what_is_urgent() {
    let register = TestRegister::start_for_two().await;
    for number in 0..50 {
        let mut junk = suspension();
        junk["reason"]["nl"] = json!(format!("Vulling {number}"));
        propose(&register, EVENTS, &junk).await;
    }

    problem(register.keep(DELEGATIONS, &care()).await, 409, "too-many-waiting").await;
    assert_eq!(register.keep_as(SECOND, DELEGATIONS, &care()).await.status(), 202);
    assert_eq!(register.keep(EVENTS, &urgent()).await.status(), 201);
    assert_eq!(status(&register).await, "suspended");
}

#[tokio::test]
async fn an_urgent_suspension_is_recorded_again_after_two_persons_made_active_what_the_first_suspended() {
    let register = TestRegister::start_for_two().await;
    let first: Value = register.keep(EVENTS, &urgent()).await.json().await.unwrap();
    let mut back = at_once();
    back["status"] = json!("active");
    let number = propose(&register, EVENTS, &back).await;
    register.keep_as(SECOND, &confirmation(number), &json!({})).await;

    let again = register.keep(EVENTS, &urgent()).await;

    assert_eq!(again.status(), 201);
    let again: Value = again.json().await.unwrap();
    assert_eq!((&first["seq"], &again["seq"]), (&json!(2), &json!(4)));
    assert_eq!(status(&register).await, "suspended");
    let repeated: Value = register.keep(EVENTS, &urgent()).await.json().await.unwrap();
    assert_eq!(repeated["proposal"], again["proposal"]);
    // The first one says nothing about what is so now.
    let number = first["proposal"].as_u64().unwrap();
    let rejected = register
        .keep_as(SECOND, &rejection(number), &json!({"reason": "Achterhaald"}))
        .await;
    assert_eq!(rejected.json::<Value>().await.unwrap()["reinstated"], false);
    assert_eq!(status(&register).await, "suspended");
}

#[tokio::test]
async fn what_is_recorded_is_published_though_whoever_asked_has_gone() {
    for patience in 1.. {
        let register = TestRegister::start_for_two().await;
        let number = propose(&register, EVENTS, &at_once()).await;
        let mut is_answered = false;
        {
            let path = confirmation(number);
            let mut asked = std::pin::pin!(register.served(SECOND, &path));
            for _ in 0..patience {
                is_answered |= asked
                    .as_mut()
                    .poll(&mut Context::from_waker(Waker::noop()))
                    .is_ready();
                if is_answered {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        }
        if register.is_confirmed(number).await {
            let mut tries = 0;
            while status(&register).await != "suspended" {
                tries += 1;
                assert!(tries < 500, "recorded, and not published");
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
        }
        if is_answered {
            return;
        }
    }
}
