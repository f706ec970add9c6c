//! What we sign, libraries that others wrote must verify, and the reverse; what is altered, both must refuse.
//!
//! `cargo xtask second-opinions packages` names their folder in `WAARMERK_SECOND_OPINIONS`. Without it the tests are skipped.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "helpers of tests, which lints do not see as tests"
)]

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credentials::DidUrl;
use proofs::data_integrity::{Cryptosuite, ProofOptions, ecdsa_sd, sign, verify};
use proofs::did::{self, LookupError, Purpose};
use proofs::json_ld::Contexts;
use proofs::{Algorithm, PublicKey, SecretKey};
use rand_core::{TryCryptoRng, TryRng};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// Randomness that is the same in every run.
struct Fixed(u64);

impl TryRng for Fixed {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        self.try_next_u64().map(|word| word as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        self.0 += 1;
        let hash = Sha256::digest(self.0.to_be_bytes());
        Ok(u64::from_be_bytes(*hash.first_chunk().unwrap()))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        for chunk in bytes.chunks_mut(8) {
            let word = self.try_next_u64()?.to_be_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }
}

impl TryCryptoRng for Fixed {}

/// Each suite that both sides make, with each kind of key.
const WAYS: [(Cryptosuite, Algorithm); 6] = [
    (Cryptosuite::EddsaRdfc2022, Algorithm::EdDsa),
    (Cryptosuite::EddsaJcs2022, Algorithm::EdDsa),
    (Cryptosuite::EcdsaRdfc2019, Algorithm::Es256),
    (Cryptosuite::EcdsaRdfc2019, Algorithm::Es384),
    (Cryptosuite::EcdsaJcs2019, Algorithm::Es256),
    (Cryptosuite::EcdsaJcs2019, Algorithm::Es384),
];

fn key(algorithm: Algorithm) -> SecretKey {
    SecretKey::generate(algorithm, &mut Fixed(1_000))
}

/// The key pair in Multikey form.
fn multikey(key: &SecretKey) -> Value {
    let jwk: Value = serde_json::from_str(&key.to_jwk()).unwrap();
    let prefix = match key.algorithm() {
        Algorithm::EdDsa => [0x80, 0x26],
        Algorithm::Es256 => [0x86, 0x26],
        Algorithm::Es384 => [0x87, 0x26],
        Algorithm::Es512 | Algorithm::Rs256 => unreachable!("no suite has such keys"),
    };
    let secret = URL_SAFE_NO_PAD.decode(jwk["d"].as_str().unwrap()).unwrap();
    let secret = bs58::encode([&prefix[..], &secret].concat()).into_string();
    json!({
        "publicKeyMultibase": key.public_key().to_multikey(), "secretKeyMultibase": format!("z{secret}"),
    })
}

/// A microcredential with what libraries get wrong: a fraction, a typed boolean, blank nodes that look alike.
fn credential(issuer: &SecretKey) -> Value {
    json!({
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": "urn:uuid:7b0e6f52-8d59-4b0c-8f0e-0a2f7c9c1f31",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": issuer.public_key().to_did_key(), "type": ["Profile"], "name": "College Waterland"},
        "validFrom": "2026-09-14T08:00:00Z",
        "name": "Heat pumps",
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {"type": "IdentityObject", "hashed": false, "identityHash": "Sam", "identityType": "name"},
                {"type": "IdentityObject", "hashed": false, "identityHash": "s@e.example",
                    "identityType": "emailAddress"},
            ],
            "achievement": {
                "id": "urn:uuid:7b0e6f52-8d59-4b0c-8f0e-0a2f7c9c1f32",
                "type": ["Achievement"],
                "name": "Heat pumps",
                "description": "Installs heat pumps \u{201c}safely\u{201d}",
                "criteria": {"narrative": "Everything"},
                "creditsAvailable": 15.5,
                "alignment": [
                    {"type": ["Alignment"], "targetName": "one", "targetUrl": "https://a.example/1"},
                    {"type": ["Alignment"], "targetName": "two", "targetUrl": "https://a.example/2"},
                    {"type": ["Alignment"], "targetName": "two", "targetUrl": "https://a.example/3"},
                ],
            },
            "result": [{"type": ["Result"], "value": "8"}],
        },
    })
}

fn options(key: &SecretKey) -> ProofOptions {
    let created = "2026-09-14T08:00:00Z".parse().unwrap();
    ProofOptions::assertion(key.public_key().to_did_key_url(), created)
}

const MANDATORY: [&str; 3] = [
    "/issuer",
    "/validFrom",
    "/credentialSubject/achievement/creditsAvailable",
];
const SELECTIVE: [&[&str]; 5] = [
    &[],
    &["/name"],
    &[
        "/credentialSubject/achievement/alignment/1",
        "/credentialSubject/result",
    ],
    &[
        "/credentialSubject/identifier",
        "/credentialSubject/achievement/criteria/narrative",
    ],
    &["/credentialSubject"],
];

fn texts(pointers: &[&str]) -> Vec<String> {
    pointers.iter().map(|&pointer| pointer.to_owned()).collect()
}

fn resolve(method: &DidUrl, purpose: Purpose) -> Result<PublicKey, LookupError> {
    did::resolve_local(method.did())
        .unwrap()
        .unwrap()
        .key(method, purpose)
}

/// Gives the tasks to the other libraries; `None`, and a word about it, if they are not at hand.
fn ask(tasks: &[Value]) -> Option<Vec<Value>> {
    let Some(folder) = std::env::var_os("WAARMERK_SECOND_OPINIONS").map(PathBuf::from) else {
        println!("skipped: WAARMERK_SECOND_OPINIONS names no folder");
        return None;
    };
    let bundled = Contexts::bundled();
    let contexts: Map<String, Value> = bundled
        .urls()
        .filter_map(|url| Some((url.to_owned(), bundled.document(url)?)))
        .collect();
    let mut node = Command::new("node")
        .arg(folder.join("data-integrity.mjs"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let input = json!({"contexts": contexts, "tasks": tasks}).to_string();
    node.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success());
    let answers: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answers.len(), tasks.len());
    Some(answers)
}

/// The document with one value of it changed, and with one member added.
fn altered(document: &Value) -> [Value; 2] {
    let mut changed = document.clone();
    changed["validFrom"] = json!("2020-01-01T00:00:00Z");
    let mut longer = document.clone();
    longer["description"] = json!("added");
    [changed, longer]
}

fn verification(suite: Cryptosuite, document: &Value) -> Value {
    json!({"do": "verify", "suite": suite.name(), "document": document})
}

/// They accept the first document and refuse the others.
fn expect(answers: &mut impl Iterator<Item = Value>, what: &str) {
    let [sound, changed, longer] = [(); 3].map(|()| answers.next().unwrap());
    assert_eq!(sound, json!({"ok": true}), "{what}");
    for refused in [changed, longer] {
        assert!(refused.get("error").is_some(), "{what}, altered");
    }
}

#[test]
fn others_verify_what_we_sign_and_refuse_it_altered() {
    let mut tasks = Vec::new();
    for (suite, algorithm) in WAYS {
        let key = key(algorithm);
        let signed = sign(&credential(&key), &options(&key).with(suite), &key).unwrap();
        tasks.push(verification(suite, &signed));
        tasks.extend(altered(&signed).map(|document| verification(suite, &document)));
    }
    let Some(answers) = ask(&tasks) else { return };
    let mut answers = answers.into_iter();
    for (suite, algorithm) in WAYS {
        expect(&mut answers, &format!("{suite} with {algorithm}"));
    }
}

#[test]
fn we_verify_what_others_sign_and_refuse_it_altered() {
    let ways = WAYS
        .into_iter()
        .chain([(Cryptosuite::Ed25519Signature2020, Algorithm::EdDsa)]);
    let tasks: Vec<Value> = ways
        .clone()
        .map(|(suite, algorithm)| {
            let key = key(algorithm);
            let mut document = credential(&key);
            if suite == Cryptosuite::Ed25519Signature2020 {
                let context = json!("https://w3id.org/security/suites/ed25519-2020/v1");
                document["@context"].as_array_mut().unwrap().push(context);
            }
            json!({
                "do": "sign", "suite": suite.name(), "document": document, "key": multikey(&key),
                "created": "2026-09-14T08:00:00Z",
            })
        })
        .collect();
    let Some(answers) = ask(&tasks) else { return };
    for ((suite, algorithm), answer) in ways.zip(answers) {
        let document = answer
            .get("document")
            .unwrap_or_else(|| panic!("{suite} with {algorithm}: {answer}"));
        let proofs = verify(document, &resolve).unwrap_or_else(|error| panic!("{suite}: {error}"));
        assert_eq!(proofs[0].cryptosuite, suite);
        for altered in altered(document) {
            assert!(
                verify(&altered, &resolve).is_err(),
                "{suite} with {algorithm}, altered"
            );
        }
    }
}

#[test]
fn a_credential_of_vcdm_1_1_signed_by_others_verifies() {
    let key = key(Algorithm::EdDsa);
    let document = json!({
        "@context": [
            "https://www.w3.org/2018/credentials/v1",
            "https://w3id.org/vc/status-list/2021/v1",
            "https://w3id.org/security/suites/ed25519-2020/v1",
        ],
        "id": "urn:uuid:7b0e6f52-8d59-4b0c-8f0e-0a2f7c9c1f33",
        "type": ["VerifiableCredential"],
        "issuer": key.public_key().to_did_key(),
        "issuanceDate": "2024-09-14T08:00:00Z",
        "credentialSubject": {"id": "did:example:sam"},
        "credentialStatus": {
            "id": "https://college.example/status/1#7", "type": "StatusList2021Entry",
            "statusPurpose": "revocation", "statusListIndex": "7",
            "statusListCredential": "https://college.example/status/1",
        },
    });
    let task = json!({
        "do": "sign", "suite": "Ed25519Signature2020", "document": document, "key": multikey(&key),
        "created": "2024-09-14T08:00:00Z",
    });
    let Some(answers) = ask(&[task]) else { return };
    let signed = &answers[0]["document"];
    assert!(verify(signed, &resolve).is_ok(), "{:?}", verify(signed, &resolve));
    let mut changed = signed.clone();
    changed["credentialStatus"]["statusListIndex"] = json!("8");
    assert!(verify(&changed, &resolve).is_err());
}

#[test]
fn others_verify_what_we_derive_and_derive_from_what_we_sign() {
    let key = key(Algorithm::Es256);
    let mandatory = texts(&MANDATORY);
    let base = ecdsa_sd::sign(&credential(&key), &options(&key), &mandatory, &key, &mut Fixed(7)).unwrap();
    let suite = Cryptosuite::EcdsaSd2023;
    let mut tasks = Vec::new();
    for selective in SELECTIVE {
        let shown = ecdsa_sd::derive(&base, &texts(selective)).unwrap();
        tasks.push(verification(suite, &shown));
        tasks.extend(altered(&shown).map(|document| verification(suite, &document)));
    }
    for selective in SELECTIVE {
        tasks.push(json!({"do": "derive", "document": base, "selective": selective}));
    }
    tasks.push(verification(suite, &base));
    let Some(answers) = ask(&tasks) else { return };
    let mut answers = answers.into_iter();
    for selective in SELECTIVE {
        expect(&mut answers, &format!("{selective:?}"));
    }
    for selective in SELECTIVE {
        let answer = answers.next().unwrap();
        // Their choice is ours, byte for byte.
        let ours = ecdsa_sd::derive(&base, &texts(selective)).unwrap();
        assert_eq!(answer, json!({"document": ours}), "{selective:?}");
    }
    assert!(answers.next().unwrap().get("error").is_some(), "a base proof");
}

#[test]
fn we_derive_from_what_others_sign_and_verify_what_they_derive() {
    let key = key(Algorithm::Es256);
    let sign = json!({
        "do": "sign", "suite": "ecdsa-sd-2023", "document": credential(&key), "key": multikey(&key),
        "created": "2026-09-14T08:00:00Z", "mandatory": MANDATORY,
    });
    let Some(answers) = ask(&[sign]) else { return };
    let base = answers[0]
        .get("document")
        .unwrap_or_else(|| panic!("{}", answers[0]));
    assert!(ecdsa_sd::verify_base(base, &resolve).is_ok());
    assert!(verify(base, &resolve).is_err());
    let tasks: Vec<Value> = SELECTIVE
        .into_iter()
        .flat_map(|selective| {
            let ours = ecdsa_sd::derive(base, &texts(selective)).unwrap();
            [
                verification(Cryptosuite::EcdsaSd2023, &ours),
                json!({"do": "derive", "document": base, "selective": selective}),
            ]
        })
        .collect();
    let mut answers = ask(&tasks).unwrap().into_iter();
    for selective in SELECTIVE {
        assert_eq!(answers.next().unwrap(), json!({"ok": true}), "{selective:?}");
        let theirs = answers.next().unwrap();
        let theirs = theirs.get("document").unwrap_or_else(|| panic!("{theirs}"));
        assert!(verify(theirs, &resolve).is_ok(), "{selective:?}");
        for altered in altered(theirs) {
            assert!(verify(&altered, &resolve).is_err(), "{selective:?}, altered");
        }
    }
}
