//! Keys, credentials and both judges.
#![allow(dead_code, reason = "each test uses what it needs")]

use chrono::{DateTime, Utc};
use credentials::DidUrl;
use proofs::data_integrity::{self, Cryptosuite, ProofOptions, ecdsa_sd};
use proofs::did::{LookupError, Purpose, resolve_local};
use proofs::{Algorithm, PublicKey, SecretKey};
use second_opinion::{Opinion, Reader, Verdict, What};
use serde_json::{Value, json};

/// The product's own example of an Open Badges 3.0 credential, with every group of members it can have.
const EXAMPLE: &str = include_str!("../../../specs/credential-profile/examples/portable-copy.json");

pub fn reader() -> Reader {
    Reader::new([], &[]).unwrap()
}

pub fn key(algorithm: Algorithm) -> SecretKey {
    SecretKey::generate(algorithm, &mut rng())
}

/// The same in every run.
pub fn rng() -> test_support::SeededRng {
    test_support::rng("second opinion")
}

pub fn now() -> DateTime<Utc> {
    test_support::now()
}

pub fn method(key: &SecretKey) -> String {
    key.public_key().to_did_key_url().to_string()
}

/// The example of this issuer, without the one boolean in it (`Divergence::TypedBoolean`).
pub fn badge_of(key: &SecretKey) -> Value {
    let mut badge = whole_badge_of(key);
    for identifier in badge["credentialSubject"]["identifier"].as_array_mut().unwrap() {
        identifier.as_object_mut().unwrap().remove("hashed").unwrap();
    }
    badge
}

/// The example of this issuer.
pub fn whole_badge_of(key: &SecretKey) -> Value {
    let mut badge: Value = serde_json::from_str(EXAMPLE).unwrap();
    badge["issuer"]["id"] = json!(key.public_key().to_did_key());
    badge
}

/// A credential without anything that ssi is known to treat otherwise.
pub fn plain_of(key: &SecretKey) -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential", "ExampleDegreeCredential"],
        "issuer": key.public_key().to_did_key(),
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "id": "did:example:subject",
            "name": "Noor de Vries",
            "degree": {"type": "ExampleBachelorDegree", "name": "Bachelor of Science"},
        },
    })
}

/// Signed by the product.
pub fn signed(document: &Value, suite: Cryptosuite, key: &SecretKey) -> Value {
    let method = key.public_key().to_did_key_url();
    let options = ProofOptions::assertion(method, now()).with(suite);
    data_integrity::sign(document, &options, key).unwrap()
}

/// A base proof by the product.
pub fn signed_base(document: &Value, mandatory: &[&str], key: &SecretKey) -> Value {
    let method = key.public_key().to_did_key_url();
    let options = ProofOptions::assertion(method, now()).with(Cryptosuite::EcdsaSd2023);
    let mandatory: Vec<String> = mandatory.iter().map(|pointer| (*pointer).to_owned()).collect();
    ecdsa_sd::sign(document, &options, &mandatory, key, &mut rng()).unwrap()
}

/// Derived by the product.
pub fn derived(base: &Value, selective: &[&str]) -> Value {
    let selective: Vec<String> = selective.iter().map(|pointer| (*pointer).to_owned()).collect();
    ecdsa_sd::derive(base, &selective).unwrap()
}

/// The product's own judgement of all proofs.
pub fn ours(document: &Value) -> Result<(), String> {
    data_integrity::verify(document, &local)
        .map(|_| ())
        .map_err(|error| error.to_string())
}

pub fn local(kid: &DidUrl, purpose: Purpose) -> Result<PublicKey, LookupError> {
    resolve_local(kid.did()).unwrap().unwrap().key(kid, purpose)
}

/// ssi's judgement of a credential, with all of it for the message of a failing test.
pub fn theirs(document: &Value) -> (Verdict, Opinion) {
    let opinion = reader().read(&document.to_string()).unwrap();
    (opinion.of(What::Credential), opinion)
}

pub fn assert_both_accept(document: &Value) {
    assert_eq!(ours(document), Ok(()), "{document:#}");
    let (verdict, opinion) = theirs(document);
    assert_eq!(verdict, Verdict::Accepted, "{opinion:?}");
}

pub fn assert_both_refuse(document: &Value) {
    assert!(ours(document).is_err());
    let (verdict, opinion) = theirs(document);
    assert_eq!(verdict, Verdict::Refused, "{opinion:?}");
}

/// The document with another value at this pointer.
pub fn with(document: &Value, pointer: &str, value: Value) -> Value {
    let mut changed = document.clone();
    let place = changed.pointer_mut(pointer);
    *place.unwrap_or_else(|| panic!("nothing at {pointer}")) = value;
    changed
}
