//! Changes of an operator's key: made here, and followed as the specification says.

use proofs::{Algorithm, SecretKey, jws};
use serde_json::{Map, Value, json};
use test_support::key;
use trust::receipts::verify_receipt;
use trust::{
    Discontinuity, KEY_CHANGE_TYPE, KeyChangesSeen, LIST_TYPE, ListError, TrustAnchor, key_change_hash,
    verify_list,
};

const AT: &str = "2026-11-21T11:00:00Z";
const OPERATOR: &str = "did:web:register.example";

fn operator(number: u8) -> SecretKey {
    key(Algorithm::EdDsa, &format!("the operator's key {number}"))
}

fn thumbprint(number: u8) -> String {
    operator(number).public_key().thumbprint()
}

/// An anchor that pins a key of the operator's.
fn anchor(number: u8) -> Value {
    json!({ "iss": OPERATOR, "jwk": operator(number).public_key().to_jwk() })
}

fn signed(typ: &str, content: &Value, by: u8) -> String {
    let header = json!({ "alg": "EdDSA", "typ": typ });
    jws::sign(&header, content.to_string().as_bytes(), &operator(by)).unwrap()
}

/// The change from key `number` to the next, after `before`, with what else `change` makes of it.
fn change(number: u8, before: Option<&String>, change: impl FnOnce(&mut Value)) -> String {
    let mut content = json!({
        "iss": OPERATOR, "number": number, "publicKeyJwk": operator(number + 1).public_key().to_jwk(),
        "effectiveFrom": format!("2026-0{number}-01T00:00:00Z"),
    });
    if let Some(before) = before {
        content["previous"] = json!(key_change_hash(before));
    }
    change(&mut content);
    signed(KEY_CHANGE_TYPE, &content, number)
}

fn list(sequence: u64, changes: &[String], by: u8) -> String {
    let mut content = json!({
        "version": 2, "iss": OPERATOR, "registerId": "https://register.example/v1", "sequence": sequence,
        "issuedAt": "2026-11-21T10:00:00Z", "nextUpdate": "2026-11-22T10:00:00Z", "entities": [],
    });
    if !changes.is_empty() {
        content["keyChanges"] = json!(changes);
    }
    signed(LIST_TYPE, &content, by)
}

fn receipt(received_at: &str, by: u8) -> String {
    let root = format!("sha-256:{}", "0".repeat(64));
    let content = json!({
        "iss": OPERATOR, "sequence": 1, "receivedAt": received_at, "issuer": "did:web:waterland.example:energie",
        "batch": 1, "root": root, "size": 64, "days": [&received_at[..10]], "closedAt": received_at,
    });
    signed("mc-receipt+jwt", &content, by)
}

struct Case {
    comment: &'static str,
    anchors: Vec<Value>,
    list: String,
    previous: Option<String>,
    /// What a reader kept that keeps numbers alone.
    seen: Option<KeyChangesSeen>,
    receipts: Vec<(String, &'static str)>,
    expect: &'static str,
}

fn case(comment: &'static str, anchors: &[Value], list: &str, expect: &'static str) -> Case {
    Case {
        comment,
        anchors: anchors.to_vec(),
        list: list.to_owned(),
        previous: None,
        seen: None,
        receipts: Vec::new(),
        expect,
    }
}

fn cases() -> Vec<Case> {
    let first = change(1, None, |_| {});
    let second = change(2, Some(&first), |_| {});
    let both = [first.clone(), second.clone()];
    let announcing = |number| {
        let mut anchor = anchor(1);
        anchor["nextKeyThumbprint"] = json!(thumbprint(number));
        anchor
    };
    let made = |comment, change: String| {
        let changes = [first.clone(), change];
        case(comment, &[anchor(1)], &list(9, &changes, 3), "key-changes")
    };
    let mut cases = vec![
        case(
            "pinned before both changes",
            &[anchor(1)],
            &list(9, &both, 3),
            "fresh",
        ),
        case("pinned between them", &[anchor(2)], &list(9, &both, 3), "fresh"),
        case("pinned after them", &[anchor(3)], &list(9, &both, 3), "fresh"),
        case(
            "two keys pinned",
            &[anchor(3), anchor(1)],
            &list(9, &both, 3),
            "fresh",
        ),
        case(
            "another key pinned as well",
            &[anchor(7), anchor(2)],
            &list(9, &both, 3),
            "fresh",
        ),
        case(
            "a key pinned that never was the operator's",
            &[anchor(7)],
            &list(9, &both, 3),
            "key-changes",
        ),
        case(
            "signed with a key that was replaced",
            &[anchor(1)],
            &list(9, &both, 2),
            "wrong-signature",
        ),
        case(
            "the changes taken away",
            &[anchor(1)],
            &list(9, &[], 3),
            "wrong-signature",
        ),
        case(
            "the first change taken away",
            &[anchor(1)],
            &list(9, &both[1..], 3),
            "key-changes",
        ),
        case(
            "the announced key came",
            &[announcing(2)],
            &list(9, &both, 3),
            "fresh",
        ),
        case(
            "another than the announced key came",
            &[announcing(5)],
            &list(9, &both, 3),
            "key-changes",
        ),
        made(
            "a change under another number",
            change(2, Some(&first), |it| it["number"] = json!(3)),
        ),
        made("a change that follows on nothing", change(2, None, |_| {})),
        made(
            "a change that follows on another one",
            change(2, Some(&second), |_| {}),
        ),
        made(
            "a change of another operator",
            change(2, Some(&first), |it| it["iss"] = json!("did:web:other.example")),
        ),
        made(
            "a change before the one before",
            change(2, Some(&first), |it| {
                it["effectiveFrom"] = json!("2025-12-31T00:00:00Z")
            }),
        ),
        made(
            "a change without a date",
            change(2, Some(&first), |it| {
                it.as_object_mut().unwrap().remove("effectiveFrom");
            }),
        ),
        made(
            "a change that brings back the pinned key",
            change(2, Some(&first), |it| {
                it["publicKeyJwk"] = anchor(1)["jwk"].clone()
            }),
        ),
        made(
            "a change that brings the same key again",
            change(2, Some(&first), |it| {
                it["publicKeyJwk"] = anchor(2)["jwk"].clone()
            }),
        ),
        made("a text that is no change", "not a change".to_owned()),
    ];
    let by_another = {
        let content: Value = jws::parse(&second, 4096).unwrap().payload_json().unwrap();
        [first.clone(), signed(KEY_CHANGE_TYPE, &content, 1)]
    };
    cases.push(case(
        "a change signed with the key before the last",
        &[anchor(1)],
        &list(9, &by_another, 3),
        "key-changes",
    ));
    cases.push(case(
        "the same, of no matter to who pinned a later key",
        &[anchor(3)],
        &list(9, &by_another, 3),
        "fresh",
    ));
    let of_other_type = {
        let content: Value = jws::parse(&second, 4096).unwrap().payload_json().unwrap();
        [first.clone(), signed(LIST_TYPE, &content, 2)]
    };
    cases.push(case(
        "a change of another type",
        &[anchor(1)],
        &list(9, &of_other_type, 3),
        "key-changes",
    ));
    let announced = |number| {
        let first = change(1, None, |it| it["nextKeyThumbprint"] = json!(thumbprint(number)));
        let second = change(2, Some(&first), |_| {});
        list(9, &[first, second], 3)
    };
    cases.push(case(
        "a change brings what the one before announced",
        &[anchor(1)],
        &announced(3),
        "fresh",
    ));
    cases.push(case(
        "a change brings something else",
        &[anchor(1)],
        &announced(5),
        "key-changes",
    ));
    let after = |comment, previous: String, list: String, expect| Case {
        previous: Some(previous),
        ..case(comment, &[anchor(1)], &list, expect)
    };
    let forked = [
        first.clone(),
        change(2, Some(&first), |it| {
            it["publicKeyJwk"] = anchor(5)["jwk"].clone()
        }),
    ];
    cases.push(after(
        "a change that came since",
        list(7, &both[..1], 2),
        list(9, &both, 3),
        "fresh",
    ));
    cases.push(after(
        "a higher number, signed with a key that was replaced meanwhile",
        list(7, &both, 3),
        list(9, &both[..1], 2),
        "rolled-back",
    ));
    cases.push(after(
        "another change than the one that is known",
        list(7, &both, 3),
        list(9, &forked, 5),
        "forked",
    ));

    let knowing = |comment, seen: &[String], list: String, expect| Case {
        seen: Some(KeyChangesSeen {
            number: seen.len() as u64,
            last: seen.last().map(|last| key_change_hash(last)),
        }),
        ..case(comment, &[anchor(1)], &list, expect)
    };
    cases.push(knowing(
        "a reader that kept the hash of the first change",
        &both[..1],
        list(9, &both, 3),
        "fresh",
    ));
    cases.push(knowing(
        "a reader that knows of more changes",
        &both,
        list(9, &both[..1], 2),
        "rolled-back",
    ));
    cases.push(knowing(
        "a reader that knows of another change in that place",
        &both,
        list(9, &forked, 5),
        "forked",
    ));
    let announcing_key = |number: u8, next: u8| {
        let mut anchor = anchor(number);
        anchor["nextKeyThumbprint"] = json!(thumbprint(next));
        anchor
    };
    cases.push(case(
        "of two keys that are pinned, another than the later one's anchor announces came",
        &[anchor(1), announcing_key(2, 5)],
        &list(9, &both, 3),
        "key-changes",
    ));
    cases.push(case(
        "one key pinned twice, and another came than one of the anchors announces",
        &[anchor(1), announcing_key(1, 5)],
        &list(9, &both, 3),
        "key-changes",
    ));
    let tomorrow = [change(1, None, |it| {
        it["effectiveFrom"] = json!("2026-11-21T10:00:01Z")
    })];
    cases.push(case(
        "a change of later than the list",
        &[anchor(1)],
        &list(9, &tomorrow, 2),
        "key-changes",
    ));
    let later_stolen = [
        first.clone(),
        change(2, Some(&first), |it| it["compromised"] = json!(true)),
    ];
    cases.push(Case {
        receipts: vec![
            (receipt("2025-12-01T00:00:00Z", 1), "not-trusted"),
            (receipt("2025-12-01T00:00:00Z", 2), "not-trusted"),
            (receipt("2025-12-01T00:00:00Z", 3), "believed"),
        ],
        ..case(
            "receipts where somebody else may have the second key: those of the first count no longer either",
            &[anchor(1)],
            &list(9, &later_stolen, 3),
            "fresh",
        )
    });
    let stolen = change(1, None, |it| it["compromised"] = json!(true));
    cases.push(Case {
        receipts: vec![
            (receipt("2025-12-01T00:00:00Z", 1), "believed"),
            (receipt("2026-01-01T00:00:00Z", 1), "believed"),
            (receipt("2026-01-01T00:00:01Z", 1), "not-trusted"),
            (receipt("2025-12-01T00:00:00Z", 3), "believed"),
            (receipt("2026-11-01T00:00:00Z", 3), "believed"),
            (receipt("2025-12-01T00:00:00Z", 7), "not-trusted"),
        ],
        ..case(
            "receipts by keys that were replaced, and by the last one",
            &[anchor(1)],
            &list(9, &both, 3),
            "fresh",
        )
    });
    cases.push(Case {
        receipts: vec![
            (receipt("2025-12-01T00:00:00Z", 1), "not-trusted"),
            (receipt("2025-12-01T00:00:00Z", 2), "believed"),
        ],
        ..case(
            "receipts where somebody else may have the first key",
            &[anchor(1)],
            &list(9, &[stolen], 2),
            "fresh",
        )
    });
    cases.push(Case {
        receipts: vec![(receipt("2025-12-01T00:00:00Z", 1), "not-trusted")],
        ..case(
            "a receipt by a key from before the pinned one",
            &[anchor(2)],
            &list(9, &both, 3),
            "fresh",
        )
    });
    cases
}

#[test]
fn changes_of_key_are_followed_as_the_specification_says() {
    let mut vectors = Vec::new();
    for case in cases() {
        let at = AT.parse().unwrap();
        let anchors: Vec<TrustAnchor> = serde_json::from_value(json!(case.anchors)).unwrap();
        let read = verify_list(&case.list, &anchors, at);
        let before = case
            .previous
            .as_ref()
            .map(|previous| verify_list(previous, &anchors, at).unwrap());
        let found = match &read {
            Ok(list) => match before
                .map_or(Ok(()), |before| list.check_follows(&before))
                .and_then(|()| {
                    list.operator()
                        .check_continues(&case.seen.clone().unwrap_or_default())
                }) {
                Ok(()) => "fresh",
                Err(Discontinuity::RolledBack) => "rolled-back",
                Err(Discontinuity::Forked) => "forked",
                Err(Discontinuity::OtherOperator) => "other-operator",
            },
            Err(ListError::KeyChanges(_)) => "key-changes",
            Err(ListError::WrongSignature) => "wrong-signature",
            Err(error) => panic!("{}: {error}", case.comment),
        };
        assert_eq!(found, case.expect, "{}", case.comment);
        let mut vector = Map::new();
        vector.insert("comment".to_owned(), json!(case.comment));
        vector.insert("at".to_owned(), json!(AT));
        vector.insert("anchors".to_owned(), json!(case.anchors));
        if let Some(previous) = &case.previous {
            vector.insert("previous".to_owned(), json!(previous));
        }
        if let Some(seen) = &case.seen {
            vector.insert("seen".to_owned(), json!(seen));
        }
        vector.insert("list".to_owned(), json!(case.list));
        vector.insert("expect".to_owned(), json!(case.expect));
        let mut receipts = Vec::new();
        for (receipt, expect) in case.receipts {
            let believed = verify_receipt(&receipt, read.as_ref().unwrap().operator(), at).is_ok();
            let found = if believed { "believed" } else { "not-trusted" };
            assert_eq!(found, expect, "{}", case.comment);
            receipts.push(json!({ "receipt": receipt, "expect": expect }));
        }
        if !receipts.is_empty() {
            vector.insert("receipts".to_owned(), json!(receipts));
        }
        vectors.push(Value::Object(vector));
    }
    let comment = "Lists whose operator changed its key, what a reader who pinned `anchors` makes of each (section 11), and of receipts by what the list tells. `previous` is the list it accepted before; `seen` is what it kept of the changes, where it keeps numbers alone.";
    crate::is_current(
        "key-changes.json",
        &json!({ "comment": comment, "vectors": vectors }),
    );
}
