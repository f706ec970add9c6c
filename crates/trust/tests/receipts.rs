//! The vectors for receipts in `specs/accreditation/`, which others implement from.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use chrono::{DateTime, Utc};
use serde_json::Value;
use trust::receipts::{Leaves, ReceiptError, leaf, time_used, verify_receipt};
use trust::{OperatorKeys, TrustAnchor};

fn vectors() -> Value {
    let path = format!(
        "{}/../../specs/accreditation/vectors/receipts.json",
        env!("CARGO_MANIFEST_DIR")
    );
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn each<'a>(vectors: &'a Value, kind: &str) -> &'a Vec<Value> {
    let all = vectors[kind].as_array().unwrap();
    assert!(!all.is_empty(), "{kind}");
    all
}

fn moment(value: &Value) -> DateTime<Utc> {
    value.as_str().unwrap().parse().unwrap()
}

#[test]
fn leaves_are_those_of_the_specification() {
    for vector in each(&vectors(), "leaves") {
        assert_eq!(
            leaf(&vector["signed"]).unwrap().to_string(),
            vector["leaf"].as_str().unwrap(),
            "{}",
            vector["comment"]
        );
    }
}

#[test]
fn files_of_leaves_have_the_roots_of_the_specification_or_are_refused() {
    for vector in each(&vectors(), "batches") {
        let root = Leaves::parse(vector["file"].as_str().unwrap()).ok();
        let root = root.map_or("refused".to_owned(), |leaves| leaves.root());
        assert_eq!(root, vector["expect"], "{}", vector["comment"]);
    }
}

#[test]
fn receipts_are_believed_as_the_specification_says() {
    let vectors = vectors();
    let anchor: TrustAnchor = serde_json::from_value(vectors["anchor"].clone()).unwrap();
    let operator = OperatorKeys::pinned(anchor.iss.as_str(), std::slice::from_ref(&anchor)).unwrap();
    for vector in each(&vectors, "receipts") {
        let receipt = vector["receipt"].as_str().unwrap();
        let found = match verify_receipt(receipt, &operator, moment(&vector["at"])) {
            Ok(_) => "believed",
            Err(ReceiptError::NotTrusted) => "not-trusted",
            Err(ReceiptError::NotSigned) => "not-a-receipt",
            Err(ReceiptError::Shape) => "not-sound",
        };
        assert_eq!(found, vector["expect"], "{}", vector["comment"]);
    }
}

#[test]
fn the_time_that_counts_is_that_of_the_specification() {
    for vector in each(&vectors(), "times") {
        let used = time_used(moment(&vector["claimed"]), moment(&vector["receivedAt"]));
        assert_eq!(used, moment(&vector["used"]), "{}", vector["comment"]);
    }
}
