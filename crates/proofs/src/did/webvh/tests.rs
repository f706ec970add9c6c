use serde_json::json;

use super::entry::multihash;
use super::*;
use crate::SecretKey;
use credentials::jcs;
use sha2::{Digest as _, Sha256};

/// A key that is the same in every run.
fn key(seed: u8) -> SecretKey {
    let d = base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, [seed; 32]);
    let public = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]).verifying_key();
    let x = base64::Engine::encode(
        &base64::engine::general_purpose::URL_SAFE_NO_PAD,
        public.as_bytes(),
    );
    SecretKey::from_jwk(&json!({"kty": "OKP", "crv": "Ed25519", "d": d, "x": x})).unwrap()
}

fn multikey(seed: u8) -> String {
    key(seed).public_key().to_multikey()
}

fn now() -> DateTime<Utc> {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn proof(content: &Value, seed: u8) -> Value {
    let multikey = multikey(seed);
    let mut proof = json!({
        "type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "proofPurpose": "assertionMethod",
        "verificationMethod": format!("did:key:{multikey}#{multikey}"), "created": "2026-01-01T00:00:00Z",
    });
    let mut hashed = Sha256::digest(jcs::canonicalize(&proof).unwrap()).to_vec();
    hashed.extend_from_slice(&Sha256::digest(jcs::canonicalize(content).unwrap()));
    let signature = key(seed).sign(&hashed).unwrap();
    proof["proofValue"] = json!(format!("z{}", bs58::encode(signature).into_string()));
    proof
}

/// A log in the making.
struct Draft {
    scid: String,
    entries: Vec<Value>,
}

impl Draft {
    /// A log of one entry, whose update key is that of seed 1 unless `parameters` say otherwise.
    fn new(parameters: Value) -> Self {
        Self::dated("2026-01-01T00:00:00Z", parameters)
    }

    fn dated(time: &str, parameters: Value) -> Self {
        let mut all = json!({"method": "did:webvh:1.0", "scid": "{SCID}", "updateKeys": [multikey(1)]});
        all.as_object_mut()
            .unwrap()
            .extend(parameters.as_object().unwrap().clone());
        let draft = json!({
            "versionId": "{SCID}", "versionTime": time, "parameters": all,
            "state": {"@context": ["https://www.w3.org/ns/did/v1"], "id": "did:webvh:{SCID}:college.example:unit"},
        });
        let scid = multihash(jcs::canonicalize(&draft).unwrap().as_bytes());
        let text = draft.to_string().replace("{SCID}", &scid);
        let mut log = Self {
            scid,
            entries: Vec::new(),
        };
        log.push(serde_json::from_str(&text).unwrap(), 1);
        log
    }

    fn did(&self) -> Did {
        format!("did:webvh:{}:college.example:unit", self.scid)
            .parse()
            .unwrap()
    }

    /// Chains and signs an entry.
    fn push(&mut self, mut entry: Value, seed: u8) {
        let before = self.entries.last().map_or(self.scid.clone(), |last| {
            last["versionId"].as_str().unwrap().to_owned()
        });
        entry["versionId"] = json!(before);
        let hash = multihash(jcs::canonicalize(&entry).unwrap().as_bytes());
        entry["versionId"] = json!(format!("{}-{hash}", self.entries.len() + 1));
        let proof = proof(&entry, seed);
        entry["proof"] = json!([proof]);
        self.entries.push(entry);
    }

    /// A further version a day later, signed with the key of `seed`.
    fn then(mut self, parameters: Value, seed: u8) -> Self {
        let day = self.entries.len() + 1;
        let mut document = self.entries.last().unwrap()["state"].clone();
        document["alsoKnownAs"] = json!([format!("https://college.example/{day}")]);
        let entry = json!({
            "versionTime": format!("2026-01-{day:02}T00:00:00Z"), "parameters": parameters, "state": document,
        });
        self.push(entry, seed);
        self
    }

    fn text(&self) -> String {
        self.entries.iter().map(|entry| format!("{entry}\n")).collect()
    }

    fn verify(&self) -> Result<Log, LogError> {
        verify_log(&self.did(), self.text().as_bytes(), now())
    }

    fn history(&self) -> History {
        match self.verify() {
            Ok(Log::Checked(history)) => history,
            other => panic!("{other:?}"),
        }
    }

    fn fault(&self) -> Fault {
        match self.verify() {
            Err(LogError::Entry { fault, .. }) => fault,
            other => panic!("{other:?}"),
        }
    }

    fn version_id(&self, index: usize) -> &str {
        self.entries[index]["versionId"].as_str().unwrap()
    }
}

fn hash_of_key(seed: u8) -> String {
    multihash(multikey(seed).as_bytes())
}

#[test]
fn log_lies_beside_the_document_of_the_did_web_with_the_same_place() {
    let scid = Draft::new(json!({})).scid;
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
    let log = Draft::new(json!({}))
        .then(json!({"updateKeys": [multikey(2)]}), 1)
        .then(json!({}), 2);
    let history = log.history();
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
    let log = Draft::new(json!({})).then(json!({}), 1);
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
    let replaced = Draft::new(json!({})).then(json!({"updateKeys": [multikey(2)]}), 1);
    assert_eq!(replaced.then(json!({}), 1).fault(), Fault::Proof);
    let self_appointed = Draft::new(json!({})).then(json!({"updateKeys": [multikey(2)]}), 2);
    assert_eq!(self_appointed.fault(), Fault::Proof);
}

#[test]
fn announced_keys_and_no_others_take_over() {
    let announced = || Draft::new(json!({"nextKeyHashes": [hash_of_key(2)]}));
    let follows = json!({"updateKeys": [multikey(2)], "nextKeyHashes": []});
    announced().then(follows, 2).history();
    let other = json!({"updateKeys": [multikey(3)], "nextKeyHashes": []});
    assert_eq!(announced().then(other, 3).fault(), Fault::KeyNotAnnounced);
    assert_eq!(
        announced().then(json!({"nextKeyHashes": []}), 1).fault(),
        Fault::Parameter("updateKeys")
    );
    assert_eq!(
        announced().then(json!({"updateKeys": [multikey(2)]}), 2).fault(),
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
            json!(format!("did:key:{}#{}", multikey(1), multikey(2))),
        ),
    ] {
        let mut log = Draft::new(json!({}));
        log.entries[0]["proof"][0][member] = value;
        assert_eq!(log.fault(), Fault::Proof, "{member}");
    }
    let mut log = Draft::new(json!({}));
    log.entries[0].as_object_mut().unwrap().remove("proof");
    assert_eq!(log.fault(), Fault::Proof);
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
        json!({"witness": {"threshold": 0, "witnesses": [{"id": format!("did:key:{}", multikey(5))}]}}),
        json!({"witness": {"threshold": 1, "witnesses": []}}),
    ] {
        let log = Draft::new(parameters.clone());
        assert!(matches!(log.fault(), Fault::Parameter(_)), "{parameters}");
    }
    for parameters in [json!({"portable": true}), json!({"scid": "Qm"})] {
        let log = Draft::new(json!({})).then(parameters.clone(), 1);
        assert!(matches!(log.fault(), Fault::Parameter(_)), "{parameters}");
    }
}

#[test]
fn times_go_forward_and_not_beyond_our_clock() {
    let future = Draft::dated("2026-11-21T12:05:01Z", json!({}));
    assert_eq!(future.fault(), Fault::Time);
    Draft::dated("2026-11-21T12:05:00Z", json!({})).history();
    assert_eq!(
        Draft::dated("2026-01-01T00:00:00+01:00", json!({})).fault(),
        Fault::Time
    );
    assert_eq!(
        Draft::dated("2026-01-02T00:00:00Z", json!({}))
            .then(json!({}), 1)
            .fault(),
        Fault::Time
    );
}

#[test]
fn identifier_given_up_stays_readable_and_is_never_updated() {
    let ended = || Draft::new(json!({})).then(json!({"deactivated": true, "updateKeys": []}), 1);
    assert!(ended().history().is_deactivated());
    assert_eq!(
        ended().then(json!({"deactivated": false}), 1).fault(),
        Fault::Deactivated
    );
}

#[test]
fn only_a_portable_identifier_moves() {
    for (portable, moves) in [(true, true), (false, false)] {
        let mut log = Draft::new(json!({"portable": portable}));
        let mut document = log.entries[0]["state"].clone();
        document["id"] = json!(format!("did:webvh:{}:elsewhere.example", log.scid));
        let entry = json!({"versionTime": "2026-01-02T00:00:00Z", "parameters": {}, "state": document});
        log.push(entry, 1);
        assert_eq!(log.verify().is_ok(), moves);
    }
}

#[test]
fn enough_witnesses_must_approve_each_version_or_a_later_one() {
    let witness = |seed| json!({"id": format!("did:key:{}", multikey(seed))});
    let rule = json!({"witness": {"threshold": 2, "witnesses": [witness(7), witness(8), witness(9)]}});
    let log = Draft::new(rule).then(json!({}), 1);
    let Ok(Log::NeedsWitnesses(pending)) = log.verify() else {
        panic!("nobody was asked")
    };
    let approval = |index: usize, seeds: &[u8]| {
        let id = log.version_id(index);
        let proofs: Vec<Value> = seeds
            .iter()
            .map(|seed| proof(&json!({"versionId": id}), *seed))
            .collect();
        json!({"versionId": id, "proof": proofs})
    };
    let check = |file: Value| pending.clone().witnessed_by(file.to_string().as_bytes());

    assert!(check(json!([approval(1, &[7, 9])])).is_ok());
    let missing = |entry, approved| {
        Err(LogError::Witnesses {
            entry,
            approved,
            needed: 2,
        })
    };
    assert_eq!(check(json!([approval(0, &[7, 8])])), missing(2, 0));
    assert_eq!(check(json!([approval(1, &[7, 7, 7])])), missing(1, 1));
    assert_eq!(check(json!([approval(1, &[7, 1])])), missing(1, 1));
    let mut elsewhere = approval(1, &[7, 8]);
    elsewhere["versionId"] = json!("2-QmOfAnotherLog");
    assert_eq!(check(json!([elsewhere])), missing(1, 0));
    assert!(matches!(
        pending.clone().witnessed_by(b"{}"),
        Err(LogError::WitnessFile(_))
    ));
}

#[test]
fn hostile_sizes_are_refused_before_anything_is_computed() {
    let did = Draft::new(json!({})).did();
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
