use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use chrono::TimeDelta;
use credentials::json::{Limits, parse};
use serde_json::{Value, json};

use crate::fixture::TestIssuer;

/// Where a register takes numbers of awards; it can be closed.
#[derive(Clone, Default)]
pub(crate) struct Counter(Arc<Mutex<Told>>);

#[derive(Default)]
struct Told {
    is_closed: bool,
    statements: Vec<Value>,
}

impl Counter {
    pub(crate) fn routes(&self) -> Router {
        Router::new()
            .route("/v1/statistics/{did}", post(take))
            .with_state(self.clone())
    }

    fn close(&self, is_closed: bool) {
        self.0.lock().unwrap().is_closed = is_closed;
    }

    fn statements(&self) -> Vec<Value> {
        self.0.lock().unwrap().statements.clone()
    }
}

async fn take(State(counter): State<Counter>, Json(body): Json<Value>) -> StatusCode {
    let mut told = counter.0.lock().unwrap();
    if told.is_closed {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    let jws = proofs::jws::parse(body["statistics"].as_str().unwrap(), 16 * 1024).unwrap();
    told.statements
        .push(parse(jws.payload(), &Limits::default()).unwrap());
    StatusCode::NO_CONTENT
}

fn counts(statement: &Value) -> (&Value, &Value) {
    (&statement["year"], &statement["counts"])
}

#[tokio::test]
async fn the_register_is_told_how_much_was_awarded_once_and_in_numbers_alone() {
    let issuer = TestIssuer::start().await;
    let waiting = issuer.reviewed().await;
    assert!(issuer.handle.tell_statistics().await.unwrap());
    assert_eq!(issuer.counter.statements(), [] as [Value; 0], "not decided yet");

    let (status, body) = issuer.act(&waiting, "approve", json!({})).await;
    assert_eq!(status, 200, "{body}");
    for _ in 0..2 {
        assert!(issuer.handle.tell_statistics().await.unwrap());
    }

    let told = issuer.counter.statements();
    let one = json!([{"sector": "hbo", "eqf": 6, "size": "ec-to-5", "awards": 1}]);
    assert_eq!(told.len(), 1);
    assert_eq!(counts(&told[0]), (&json!(2026), &one));
    assert_eq!(told[0]["issuer"], json!(issuer.registration.units[0].did));
    assert_eq!(told[0].as_object().unwrap().len(), 4);

    let revoke = json!({"reason": "Uitslag herzien na klacht"});
    let (status, body) = issuer.act(&waiting, "revoke", revoke).await;
    assert_eq!(status, 200, "{body}");
    issuer.later(TimeDelta::seconds(1));
    assert!(issuer.handle.tell_statistics().await.unwrap());
    let told = issuer.counter.statements();
    assert_eq!(counts(&told[1]), (&json!(2026), &json!([])));
}

#[tokio::test]
async fn numbers_that_the_register_did_not_take_are_told_the_next_time() {
    let issuer = TestIssuer::start().await;
    issuer.offered().await;
    issuer.counter.close(true);
    assert!(!issuer.handle.tell_statistics().await.unwrap());

    issuer.counter.close(false);
    assert!(issuer.handle.tell_statistics().await.unwrap());

    assert_eq!(issuer.counter.statements().len(), 1);
}
