//! The vectors of `specs/accreditation/`, which others implement from.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where it fails")]

mod deltas;
mod key_changes;
mod log;
mod patch;
mod signed_lists;

use chrono::{DateTime, Utc};
use patch::patched;
use serde_json::{Value, json};
use test_support::{a_register, now};
use trust::{
    DelegationError, Judgement, Question, ScopeClaim, SizeUnit, VerifiedList, assess, assess_known_at,
    check_delegations, judge, participation, quality, sign_list, verify_list,
};

fn read(file: &str) -> Value {
    let path = format!("{}/../../specs/accreditation/{file}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn vectors(file: &str) -> Vec<Value> {
    let vectors = read(&format!("vectors/{file}"))["vectors"]
        .as_array()
        .unwrap()
        .clone();
    assert!(!vectors.is_empty());
    vectors
}

/// Holds a file of vectors against what was made here; `UPDATE_EXAMPLES=1` writes it instead.
fn is_current(file: &str, made: &Value) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../specs/accreditation/vectors");
    let path = format!("{folder}/{file}");
    let made = format!("{}\n", serde_json::to_string_pretty(made).unwrap());
    if std::env::var_os("UPDATE_EXAMPLES").is_some() {
        std::fs::write(&path, made).unwrap();
    } else {
        let is_same = std::fs::read_to_string(&path).is_ok_and(|there| there == made);
        assert!(is_same, "{file} is not current. Run: cargo xtask generate");
    }
}

/// The example list with the changes of a vector, signed by the operator of the tests.
fn list_of(vector: &Value) -> VerifiedList {
    let content = patched(read("examples/list.json"), &vector["changes"]);
    let list = serde_json::from_value(content).unwrap();
    let register = a_register();
    let kid = "did:web:register.example#register-1".parse().unwrap();
    let signed = sign_list(&list, register.operator(), &kid)
        .unwrap_or_else(|error| panic!("{error}: {}", vector["comment"]));
    verify_list(&signed, &[register.anchor()], list.issued_at).unwrap()
}

fn moment(vector: &Value, name: &str) -> Option<DateTime<Utc>> {
    vector[name].as_str().map(|text| text.parse().unwrap())
}

#[test]
fn the_example_list_holds_nothing_this_version_does_not_know() {
    let list = list_of(&json!({}));
    assert_eq!(
        serde_json::to_value(list.to_list()).unwrap(),
        read("examples/list.json")
    );
}

#[test]
fn issuers_are_judged_as_the_specification_says() {
    for vector in vectors("evaluation.json") {
        let list = list_of(&vector);
        let now = moment(&vector, "now").unwrap_or_else(now);
        let issuer = vector["issuer"].as_str().unwrap().parse().unwrap();
        let (claim, at) = (claim(&vector["claim"]), moment(&vector, "at").unwrap());
        let result = match moment(&vector, "knownAt") {
            Some(known_at) => assess_known_at(&list, &issuer, &claim, at, now, known_at),
            None => assess(&list, &issuer, &claim, at, now),
        };

        let expect = &vector["expect"];
        let Some(result) = result else {
            assert_eq!(expect, "unknown-issuer", "{}", vector["comment"]);
            continue;
        };
        let mut found = serde_json::to_value(&result).unwrap();
        found["roles"] = json!(result.links.iter().map(|link| link.role).collect::<Vec<_>>());
        found["successor"] = json!(result.successor.map(|successor| successor.entity));
        for (name, expected) in expect.as_object().unwrap() {
            assert_eq!(&found[name], expected, "{name}: {}", vector["comment"]);
        }
    }
}

#[test]
fn verdicts_are_those_of_the_specification() {
    for vector in vectors("verdicts.json") {
        let list = list_of(&vector);
        let is_reachable = vector["register"] != "unreachable";
        let verdict = judge(
            Some(&list).filter(|_| is_reachable),
            &Question {
                issuer: &vector["issuer"].as_str().unwrap().parse().unwrap(),
                kid: &vector["kid"].as_str().unwrap().parse().unwrap(),
                claim: &claim(&vector["claim"]),
                claimed: moment(&vector, "claimedAt").unwrap(),
                received_at: moment(&vector, "receivedAt"),
                now: moment(&vector, "now").unwrap_or_else(now),
            },
        );
        let found = json!({ "code": verdict.code(), "colour": verdict.colour() });
        assert_eq!(found, vector["expect"], "{}", vector["comment"]);
    }
}

#[test]
fn admissions_are_written_within_those_above_alone() {
    for vector in vectors("delegations.json") {
        let content = patched(read("examples/list.json"), &vector["changes"]);
        let list: trust::RegisterList = serde_json::from_value(content).unwrap();
        let found = match check_delegations(&list.entities) {
            Ok(()) => "ok".to_owned(),
            Err(DelegationError::UnknownParent { .. }) => "unknown-parent".to_owned(),
            Err(DelegationError::Circular(_)) => "circular".to_owned(),
            Err(DelegationError::NoRoot(_)) => "no-root".to_owned(),
            Err(DelegationError::Beyond { dimension, .. }) => {
                format!("beyond: {}", json!(dimension).as_str().unwrap())
            }
        };
        assert_eq!(found, vector["expect"], "{}", vector["comment"]);
    }
}

#[test]
fn institutions_are_judged_then_and_now() {
    for vector in vectors("quality.json") {
        let list = list_of(&vector);
        let issuer = vector["issuer"].as_str().unwrap().parse().unwrap();
        let (then, now) = (moment(&vector, "then").unwrap(), moment(&vector, "now").unwrap());
        let found = quality(&list, &issuer, then, now);
        let word = |judgement: Judgement| json!(judgement)["judgement"].clone();
        let found = json!({ "then": word(found.then), "now": word(found.now) });
        assert_eq!(found, vector["expect"], "{}", vector["comment"]);
    }
}

#[test]
fn what_was_taken_back_is_nothing_that_a_judgement_rests_on() {
    let back = json!({"layer": "L2", "kind": "quality-assurance-decision", "source": "DEQAR", "identifier": "report 9",
        "decision": "retracted", "checkedAt": "2020-01-01T00:00:00Z"});
    let list = list_of(&json!({"changes": [{"op": "add", "path": "/entities/2/evidence/-", "value": back}]}));
    let issuer = "did:web:waterland.example:energie".parse().unwrap();

    let found = quality(&list, &issuer, now(), now());

    assert_eq!(list.entity_by_id("waterland").unwrap().evidence.len(), 2);
    let rests_on: Vec<_> = found
        .evidence
        .iter()
        .map(|one| one.identifier.as_deref())
        .collect();
    assert_eq!(rests_on, [Some("report 000000")]);
}

#[test]
fn who_took_part_when_is_answered_in_two_languages() {
    for vector in vectors("participation.json") {
        let list = list_of(&vector);
        let entity = list.entity_by_id(vector["entity"].as_str().unwrap()).unwrap();
        let known_at = moment(&vector, "knownAt").unwrap_or_else(now);
        let found = participation(&list, entity, moment(&vector, "at").unwrap(), known_at);
        assert_eq!(
            json!(found.status),
            vector["expect"]["status"],
            "{}",
            vector["comment"]
        );
        if let Some(answer) = vector["expect"].get("answer") {
            assert_eq!(&json!(found.answer), answer, "{}", vector["comment"]);
        }
    }
}

fn claim(claim: &Value) -> ScopeClaim {
    let text = |name: &str| claim[name].as_str().map(str::to_owned);
    let sizes = claim["sizes"].as_object().into_iter().flatten();
    ScopeClaim {
        sector: serde_json::from_value(claim["sector"].clone()).ok(),
        framework: text("framework"),
        eqf: claim["eqf"].as_u64().map(|level| u8::try_from(level).unwrap()),
        nlqf: text("nlqf"),
        sizes: sizes
            .map(|(unit, value)| {
                let unit: SizeUnit = serde_json::from_value(json!(unit)).unwrap();
                (unit, value.as_f64().unwrap())
            })
            .collect(),
        credential_type: text("credentialType"),
        field: text("field"),
        country: text("country"),
    }
}
