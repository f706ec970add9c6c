//! Deltas between signed lists: made here, and read as the specification says.
//!
//! `UPDATE_EXAMPLES=1` writes the file; else it must be what is made here.

use std::path::Path;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use test_support::a_register;
use trust::delta::{self, DeltaError};
use trust::{Discontinuity, TrustAnchor, verify_list};

use crate::signed_lists::{AT, content, event, hash, sign};

struct Case {
    comment: &'static str,
    held: String,
    delta: Value,
    expect: &'static str,
}

/// The list of section 1 with what the register did next: another decision, and a name with letters beyond ASCII.
fn next() -> Value {
    let mut next = content();
    next["sequence"] = json!(419);
    next["previousHash"] = json!(hash(&content()));
    next["issuedAt"] = json!("2026-11-21T10:40:00Z");
    next["entities"][0]["displayName"]["nl"] = json!("Stelselbeheer voor één “bewijs”");
    let history = next["entities"][0]["accreditations"][0]["statusHistory"].as_array_mut();
    history.unwrap().push(event(2, "2026-11-20"));
    next
}

fn made(from: &str, to: &str) -> Value {
    serde_json::from_str(&delta::between(from, to).unwrap()).unwrap()
}

fn cases() -> Vec<Case> {
    let (first, second) = (sign(&content()), sign(&next()));
    let mut later = next();
    later["sequence"] = json!(420);
    later["previousHash"] = json!(hash(&next()));
    later["entities"][0]["displayName"]["en"] = json!("Governance of all");
    let third = sign(&later);
    let mut afresh = content();
    afresh["issuedAt"] = json!("2026-11-21T10:50:00Z");
    afresh["nextUpdate"] = json!("2026-11-22T10:50:00Z");
    let afresh = sign(&afresh);

    let sound = made(&first, &second);
    let with = |change: &dyn Fn(&mut Value)| {
        let mut delta = sound.clone();
        change(&mut delta);
        delta
    };
    let case = |comment, held: &str, delta: &Value, expect| Case {
        comment,
        held: held.to_owned(),
        delta: delta.clone(),
        expect,
    };
    let refused = |comment, delta: Value| case(comment, &first, &delta, "wrong-delta");
    vec![
        case(
            "a decision and a name, from the list before",
            &first,
            &sound,
            "fresh",
        ),
        case(
            "the same, to a reader who holds another signing of that list",
            &afresh,
            &sound,
            "fresh",
        ),
        case("over two changes", &first, &made(&first, &third), "fresh"),
        case(
            "letters beyond ASCII in what is kept: pieces are counted in bytes",
            &second,
            &made(&second, &third),
            "fresh",
        ),
        case(
            "signed afresh, nothing else",
            &first,
            &made(&first, &afresh),
            "fresh",
        ),
        case(
            "a member that is not known here",
            &first,
            &with(&|delta| delta["later"] = json!(true)),
            "fresh",
        ),
        case(
            "to a list with a lower number",
            &second,
            &made(&second, &first),
            "rolled-back",
        ),
        case(
            "for a list that this reader does not hold",
            &second,
            &sound,
            "other-base",
        ),
        case(
            "a decision was changed on the way",
            &first,
            &serde_json::from_str(&sound.to_string().replace("6-11-20", "6-11-19")).unwrap(),
            "wrong-signature",
        ),
        case(
            "the signature of another list",
            &first,
            &with(&|delta| delta["signature"] = made(&first, &third)["signature"].clone()),
            "wrong-signature",
        ),
        refused(
            "points beyond the end of the base",
            with(&|delta| delta["payload"] = json!([[0, 1_000_000]])),
        ),
        refused(
            "points before its beginning",
            with(&|delta| delta["payload"] = json!([[-1, 20]])),
        ),
        refused(
            "a piece of another kind",
            with(&|delta| delta["payload"] = json!([[0, 20, 20]])),
        ),
        refused(
            "without pieces",
            with(&|delta| drop(delta.as_object_mut().unwrap().remove("payload"))),
        ),
    ]
}

#[test]
fn deltas_are_applied_as_the_specification_says() {
    let anchor: TrustAnchor = a_register().anchor();
    let anchors = std::slice::from_ref(&anchor);
    let at: DateTime<Utc> = AT.parse().unwrap();
    let mut vectors = Vec::new();
    for case in cases() {
        let made = delta::apply(&case.delta.to_string(), &case.held, anchors);
        let held = verify_list(&case.held, anchors, at).unwrap();
        let found = match &made {
            Ok(list) => match verify_list(list, anchors, at).unwrap().check_follows(&held) {
                Ok(()) => "fresh",
                Err(Discontinuity::RolledBack) => "rolled-back",
                Err(Discontinuity::Forked | Discontinuity::OtherOperator) => "forked",
            },
            Err(DeltaError::OtherBase) => "other-base",
            Err(DeltaError::NotSigned) => "wrong-signature",
            Err(_) => "wrong-delta",
        };
        assert_eq!(found, case.expect, "{}", case.comment);

        let mut vector = Map::new();
        vector.insert("comment".to_owned(), json!(case.comment));
        vector.insert("held".to_owned(), json!(case.held));
        vector.insert("delta".to_owned(), case.delta);
        vector.insert("expect".to_owned(), json!(case.expect));
        if let Ok(list) = made {
            vector.insert("list".to_owned(), json!(list));
        }
        vectors.push(Value::Object(vector));
    }
    let file = json!({
        "comment": "The list that a reader holds, a delta, and what comes of it (section 1): `list`, byte for byte, or why not. All are read at the same moment, and the anchor holds for all.",
        "anchor": anchor,
        "at": AT,
        "vectors": vectors,
    });
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs/accreditation/vectors/deltas.json");
    let made = format!("{}\n", serde_json::to_string_pretty(&file).unwrap());
    if std::env::var_os("UPDATE_EXAMPLES").is_some() {
        std::fs::write(&path, made).unwrap();
    } else {
        assert!(
            std::fs::read_to_string(&path).unwrap() == made,
            "specs/accreditation/vectors/deltas.json is not current. Run: cargo xtask generate"
        );
    }
}
