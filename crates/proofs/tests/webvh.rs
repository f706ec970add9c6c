//! Logs of `did:webvh` identifiers, right and wrong.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use chrono::{DateTime, Utc};
use credentials::Did;
use proofs::did::LoopbackOrigins;
use proofs::did::webvh::{Fault, History, Log, LogError, MOST_BYTES, log_url, verify_log, witness_url};
use serde_json::{Value, json};
use test_support::DidLog;

const PLACE: &str = "college.example:unit";

fn now() -> DateTime<Utc> {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn a_log(parameters: Value) -> DidLog {
    DidLog::at(PLACE, parameters)
}

fn verify(log: &DidLog) -> Result<Log, LogError> {
    verify_log(&log.did(), log.text().as_bytes(), now())
}

fn history(log: &DidLog) -> History {
    match verify(log) {
        Ok(Log::Checked(history)) => history,
        other => panic!("{other:?}"),
    }
}

fn fault(log: &DidLog) -> Fault {
    match verify(log) {
        Err(LogError::Entry { fault, .. }) => fault,
        other => panic!("{other:?}"),
    }
}

fn multikey(name: &str) -> String {
    DidLog::multikey(name)
}

#[test]
fn log_lies_beside_the_document_of_the_did_web_with_the_same_place() {
    let scid = a_log(json!({})).scid().to_owned();
    for (place, url) in [
        ("college.example", "https://college.example/.well-known/did.jsonl"),
        (
            "college.example%3A8443:unit",
            "https://college.example:8443/unit/did.jsonl",
        ),
    ] {
        let did = Did::parse(&format!("did:webvh:{scid}:{place}")).unwrap();
        let log = log_url(&did, &LoopbackOrigins::none()).unwrap();
        assert_eq!(log.as_str(), url);
        assert_eq!(
            witness_url(&log).as_str(),
            url.replace("did.jsonl", "did-witness.json")
        );
    }
    for bad in [
        "college.example",
        "Qm:college.example",
        &format!("{scid}:127.0.0.1"),
        &format!("{scid}:a.example:.."),
    ] {
        let did = Did::parse(&format!("did:webvh:{bad}")).unwrap();
        assert!(log_url(&did, &LoopbackOrigins::none()).is_err(), "{bad}");
    }
}

#[test]
fn version_in_force_is_the_last_one_before_the_moment_asked_for() {
    let log = a_log(json!({}))
        .then(json!({"updateKeys": [multikey("second")]}), "first")
        .then(json!({}), "second");
    let history = history(&log);
    let at = |time: &str| {
        history
            .at(time.parse().unwrap())
            .map(|version| version.id.as_str())
    };
    assert_eq!(history.versions().len(), 3);
    assert_eq!(at("2025-12-31T23:59:59Z"), None);
    assert_eq!(at("2026-01-02T00:00:00Z"), Some(log.version_id(1)));
    assert_eq!(
        at("2026-11-01T00:00:00Z"),
        history.latest().map(|version| version.id.as_str())
    );
}

#[test]
fn any_changed_character_is_noticed() {
    let log = a_log(json!({})).then(json!({}), "first");
    let text = log.text();
    assert!(verify_log(&log.did(), text.as_bytes(), now()).is_ok());
    for (found, changed) in [
        ("college.example/2", "college.example/9"),
        ("2026-01-02T", "2026-01-03T"),
        ("\"2-Qm", "\"3-Qm"),
        ("did/v1\"]", "did/v2\"]"),
    ] {
        let altered = text.replacen(found, changed, 1);
        assert_ne!(altered, text, "{found}");
        assert!(
            verify_log(&log.did(), altered.as_bytes(), now()).is_err(),
            "{found}"
        );
    }
    let without_first = text.split_once('\n').unwrap().1;
    assert!(verify_log(&log.did(), without_first.as_bytes(), now()).is_err());
}

#[test]
fn only_the_keys_of_the_entry_before_may_update() {
    let replaced = a_log(json!({})).then(json!({"updateKeys": [multikey("second")]}), "first");
    assert_eq!(fault(&replaced.then(json!({}), "first")), Fault::Proof);
    let self_appointed = a_log(json!({})).then(json!({"updateKeys": [multikey("second")]}), "second");
    assert_eq!(fault(&self_appointed), Fault::Proof);
}

#[test]
fn announced_keys_and_no_others_take_over() {
    let announced = || a_log(json!({"nextKeyHashes": [DidLog::key_hash("second")]}));
    let follows = json!({"updateKeys": [multikey("second")], "nextKeyHashes": []});
    history(&announced().then(follows, "second"));
    let other = json!({"updateKeys": [multikey("third")], "nextKeyHashes": []});
    assert_eq!(fault(&announced().then(other, "third")), Fault::KeyNotAnnounced);
    assert_eq!(
        fault(&announced().then(json!({"nextKeyHashes": []}), "first")),
        Fault::Parameter("updateKeys")
    );
    assert_eq!(
        fault(&announced().then(json!({"updateKeys": [multikey("second")]}), "second")),
        Fault::Parameter("nextKeyHashes")
    );
}

#[test]
fn other_suites_purposes_and_key_names_are_refused() {
    for (member, value) in [
        ("cryptosuite", json!("ecdsa-jcs-2019")),
        ("proofPurpose", json!("authentication")),
        (
            "verificationMethod",
            json!(format!("did:key:{}#{}", multikey("first"), multikey("second"))),
        ),
    ] {
        let mut log = a_log(json!({}));
        log.entries[0]["proof"][0][member] = value;
        assert_eq!(fault(&log), Fault::Proof, "{member}");
    }
    let mut log = a_log(json!({}));
    log.entries[0].as_object_mut().unwrap().remove("proof");
    assert_eq!(fault(&log), Fault::Proof);
}

#[test]
fn parameters_that_are_unknown_or_stand_in_the_wrong_entry_are_refused() {
    for parameters in [
        json!({"method": "did:webvh:99.0"}),
        json!({"updateKeys": []}),
        json!({"updateKeys": "z6Mk"}),
        json!({"portable": "yes"}),
        json!({"ttl": -1}),
        json!({"witnesses": {}}),
        json!({"witness": {"threshold": 0, "witnesses": [{"id": format!("did:key:{}", multikey("witness"))}]}}),
        json!({"witness": {"threshold": 1, "witnesses": []}}),
    ] {
        let log = a_log(parameters.clone());
        assert!(matches!(fault(&log), Fault::Parameter(_)), "{parameters}");
    }
    for parameters in [json!({"portable": true}), json!({"scid": "Qm"})] {
        let log = a_log(json!({})).then(parameters.clone(), "first");
        assert!(matches!(fault(&log), Fault::Parameter(_)), "{parameters}");
    }
}

#[test]
fn times_go_forward_and_not_beyond_our_clock() {
    let future = DidLog::dated(PLACE, "2026-11-21T12:05:01Z", json!({}));
    assert_eq!(fault(&future), Fault::Time);
    history(&DidLog::dated(PLACE, "2026-11-21T12:05:00Z", json!({})));
    assert_eq!(
        fault(&DidLog::dated(PLACE, "2026-01-01T00:00:00+01:00", json!({}))),
        Fault::Time
    );
    assert_eq!(
        fault(&DidLog::dated(PLACE, "2026-01-02T00:00:00Z", json!({})).then(json!({}), "first")),
        Fault::Time
    );
}

#[test]
fn identifier_given_up_stays_readable_and_is_never_updated() {
    let ended = || a_log(json!({})).then(json!({"deactivated": true, "updateKeys": []}), "first");
    assert!(history(&ended()).is_deactivated());
    assert_eq!(
        fault(&ended().then(json!({"deactivated": false}), "first")),
        Fault::Deactivated
    );
}

#[test]
fn only_a_portable_identifier_moves() {
    for (portable, moves) in [(true, true), (false, false)] {
        let mut log = a_log(json!({"portable": portable}));
        let mut document = log.entries[0]["state"].clone();
        document["id"] = json!(format!("did:webvh:{}:elsewhere.example", log.scid()));
        let entry = json!({"versionTime": "2026-01-02T00:00:00Z", "parameters": {}, "state": document});
        log.push(entry, "first");
        assert_eq!(verify(&log).is_ok(), moves);
    }
}

#[test]
fn enough_witnesses_must_approve_each_version_or_a_later_one() {
    let witness = |name| json!({"id": format!("did:key:{}", multikey(name))});
    let rule =
        json!({"witness": {"threshold": 2, "witnesses": [witness("w1"), witness("w2"), witness("w3")]}});
    let log = a_log(rule).then(json!({}), "first");
    let Ok(Log::NeedsWitnesses(pending)) = verify(&log) else {
        panic!("nobody was asked")
    };
    let check = |file: &Value| pending.clone().witnessed_by(file.to_string().as_bytes());
    let missing = |entry, approved| {
        Err(LogError::Witnesses {
            entry,
            approved,
            needed: 2,
        })
    };

    assert!(check(&log.approved(1, &["w1", "w3"])).is_ok());
    assert_eq!(check(&log.approved(0, &["w1", "w2"])), missing(2, 0));
    assert_eq!(check(&log.approved(1, &["w1", "w1", "w1"])), missing(1, 1));
    assert_eq!(check(&log.approved(1, &["w1", "first"])), missing(1, 1));
    let mut elsewhere = log.approved(1, &["w1", "w2"]);
    elsewhere[0]["versionId"] = json!("2-QmOfAnotherLog");
    assert_eq!(check(&elsewhere), missing(1, 0));
    let mut renamed = log.approved(1, &["w1", "w2"]);
    renamed[0]["versionId"] = json!(log.version_id(0));
    assert_eq!(check(&renamed), missing(1, 0));
    assert!(matches!(check(&json!({})), Err(LogError::WitnessFile(_))));
}

#[test]
fn hostile_sizes_are_refused_before_anything_is_computed() {
    let did = a_log(json!({})).did();
    assert_eq!(verify_log(&did, b"\n \n", now()).unwrap_err(), LogError::Size);
    assert_eq!(
        verify_log(&did, &vec![b'x'; MOST_BYTES + 1], now()).unwrap_err(),
        LogError::Size
    );
    assert_eq!(
        verify_log(&did, &b"{}\n".repeat(1_001), now()).unwrap_err(),
        LogError::Size
    );
    assert!(matches!(
        verify_log(&did, "[".repeat(100_000).as_bytes(), now()),
        Err(LogError::Entry {
            entry: 1,
            fault: Fault::Shape(_)
        })
    ));
}
