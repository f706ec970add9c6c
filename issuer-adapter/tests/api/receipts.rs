use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use chrono::TimeDelta;
use credentials::json::{Limits, parse};
use proofs::SecretKey;
use proofs::sd_jwt::SdJwt;
use serde_json::{Value, json};
use trust::receipts::{Batch, Leaf, Leaves, Receipt, leaf, sign_receipt};

use crate::fixture::TestIssuer;
use crate::wallet::{Wallet, fresh_key};

const ALL: [&str; 4] = [
    "microcredential_show",
    "microcredential_vc_sd_jwt",
    "microcredential_ldp",
    "microcredential_dc_sd_jwt",
];

/// Where a register takes in batches; it can be closed, and its answers can get lost.
#[derive(Clone)]
pub(crate) struct DeskOfReceipts(Arc<Mutex<Desk>>);

struct Desk {
    operator: Arc<SecretKey>,
    iss: &'static str,
    is_open: bool,
    loses_answers: bool,
    asked: usize,
    taken: Vec<(Batch, Leaves)>,
}

impl DeskOfReceipts {
    pub(crate) fn new(operator: Arc<SecretKey>, iss: &'static str) -> Self {
        Self(Arc::new(Mutex::new(Desk {
            operator,
            iss,
            is_open: true,
            loses_answers: false,
            asked: 0,
            taken: Vec::new(),
        })))
    }

    pub(crate) fn routes(&self) -> Router {
        Router::new()
            .route("/v1/receipts/{did}", get(head).post(take))
            .with_state(self.clone())
    }

    fn open(&self, is_open: bool) {
        self.0.lock().unwrap().is_open = is_open;
    }

    fn lose_answers(&self, loses_answers: bool) {
        self.0.lock().unwrap().loses_answers = loses_answers;
    }

    fn asked(&self) -> usize {
        self.0.lock().unwrap().asked
    }

    fn taken(&self) -> Vec<(Batch, Leaves)> {
        self.0.lock().unwrap().taken.clone()
    }

    /// How many batches hold this leaf.
    fn holding(&self, leaf: &Leaf) -> usize {
        self.taken()
            .iter()
            .filter(|(_, leaves)| leaves.contains(leaf))
            .count()
    }
}

async fn head(State(desk): State<DeskOfReceipts>) -> Response {
    let mut desk = desk.0.lock().unwrap();
    desk.asked += 1;
    if !desk.is_open {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let last = desk.taken.last().map(|(batch, _)| batch.root.clone());
    Json(json!({"issuer": "-", "batches": desk.taken.len(), "root": last})).into_response()
}

async fn take(State(desk): State<DeskOfReceipts>, Json(body): Json<Value>) -> Response {
    let mut desk = desk.0.lock().unwrap();
    let signed = body["batch"].as_str().unwrap();
    let jws = proofs::jws::parse(signed, 16 * 1024).unwrap();
    let batch: Batch = serde_json::from_value(parse(jws.payload(), &Limits::default()).unwrap()).unwrap();
    let leaves = Leaves::parse(body["leaves"].as_str().unwrap()).unwrap();
    assert_eq!(
        (leaves.root(), leaves.count()),
        (batch.root.clone(), batch.size as usize)
    );
    if !desk.taken.iter().any(|(taken, _)| taken.root == batch.root) {
        assert_eq!(batch.batch, desk.taken.len() as u64 + 1);
        desk.taken.push((batch.clone(), leaves));
    }
    if desk.loses_answers {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    let (batch, _) = desk
        .taken
        .iter()
        .find(|(taken, _)| taken.root == batch.root)
        .unwrap();
    let receipt = Receipt {
        iss: desk.iss.parse().unwrap(),
        sequence: 1,
        previous_hash: None,
        received_at: batch.closed_at,
        batch: batch.clone(),
    };
    let kid = format!("{}#list-1", desk.iss).parse().unwrap();
    let receipt = sign_receipt(&receipt, desk.operator.as_ref(), &kid).unwrap();
    Json(json!({"receipt": receipt})).into_response()
}

fn leaf_of(copy: &Value) -> Leaf {
    match copy.as_str() {
        Some(token) => leaf(SdJwt::parse(token).unwrap().signed_payload()).unwrap(),
        None => leaf(copy).unwrap(),
    }
}

#[tokio::test]
async fn every_copy_was_committed_to_when_the_award_was_approved() {
    let issuer = TestIssuer::start().await;
    let (_, offer) = issuer.offered().await;
    issuer.handle.hand_in_receipts().await.unwrap();
    assert_eq!(issuer.desk_of_receipts.taken().len(), 1);
    let wallet = Wallet::redeem(&issuer, &offer).await;

    for configuration in ALL {
        for copy in wallet.collect(configuration, &[fresh_key(), fresh_key()]).await {
            assert_eq!(
                issuer.desk_of_receipts.holding(&leaf_of(&copy)),
                1,
                "{configuration}"
            );
        }
    }
    issuer.handle.hand_in_receipts().await.unwrap();
    assert_eq!(
        issuer.desk_of_receipts.taken().len(),
        1,
        "nothing new was committed to"
    );
}

#[tokio::test]
async fn copies_beyond_those_planned_are_committed_to_when_they_are_made() {
    let issuer = TestIssuer::start().await;
    let (_, offer) = issuer.offered().await;
    issuer.handle.hand_in_receipts().await.unwrap();
    let wallet = Wallet::redeem(&issuer, &offer).await;
    let keys: Vec<_> = (0..10).map(|_| fresh_key()).collect();
    wallet.collect("microcredential_ldp", &keys).await;

    let more = wallet.collect("microcredential_ldp", &[fresh_key()]).await;

    assert_eq!(issuer.desk_of_receipts.holding(&leaf_of(&more[0])), 0);
    issuer.handle.hand_in_receipts().await.unwrap();
    assert_eq!(issuer.desk_of_receipts.holding(&leaf_of(&more[0])), 1);
}

#[tokio::test]
async fn a_register_that_is_down_is_asked_again_later_and_nothing_is_lost() {
    let issuer = TestIssuer::start().await;
    let (_, offer) = issuer.offered().await;
    issuer.desk_of_receipts.open(false);
    issuer.handle.hand_in_receipts().await.unwrap();
    issuer.handle.hand_in_receipts().await.unwrap();
    assert_eq!(issuer.desk_of_receipts.asked(), 1, "not before it is due");

    issuer.desk_of_receipts.open(true);
    issuer.later(TimeDelta::seconds(10));
    issuer.handle.hand_in_receipts().await.unwrap();

    let wallet = Wallet::redeem(&issuer, &offer).await;
    let copies = wallet.collect("microcredential_show", &[fresh_key()]).await;
    assert_eq!(issuer.desk_of_receipts.holding(&leaf_of(&copies[0])), 1);
}

#[tokio::test]
async fn an_answer_that_got_lost_leads_to_no_second_batch() {
    let issuer = TestIssuer::start().await;
    issuer.offered().await;
    issuer.desk_of_receipts.lose_answers(true);
    issuer.handle.hand_in_receipts().await.unwrap();
    issuer.desk_of_receipts.lose_answers(false);
    issuer.later(TimeDelta::seconds(10));

    issuer.handle.hand_in_receipts().await.unwrap();
    issuer.later(TimeDelta::hours(2));
    issuer.handle.hand_in_receipts().await.unwrap();

    assert_eq!(issuer.desk_of_receipts.taken().len(), 1);
    assert_eq!(
        issuer.desk_of_receipts.asked(),
        2,
        "once more, and then it is done"
    );
}

#[tokio::test]
async fn batches_conceal_how_many_awards_there_were_and_name_their_days() {
    let issuer = TestIssuer::start().await;
    issuer.approved().await;
    issuer.handle.hand_in_receipts().await.unwrap();

    let (batch, leaves) = issuer.desk_of_receipts.taken().remove(0);

    assert_eq!(leaves.count(), 64);
    assert!(
        batch.days.contains(&"2026-09-14".parse().unwrap()),
        "{:?}",
        batch.days
    );
}
