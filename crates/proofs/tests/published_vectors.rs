//! Published vectors, read from the folder that `WAARMERK_VECTORS` names (`cargo xtask conformance
//! --data DIR` sets it). Without it each test says that it was skipped.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "helpers of tests, which lints do not see as tests"
)]

use std::fs;
use std::path::{Path, PathBuf};

use credentials::DidUrl;
use proofs::did::{self, LookupError, Purpose};
use proofs::json_ld::{Contexts, Hash, canonicalize};
use proofs::{PublicKey, SecretKey, data_integrity};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

fn vectors(folder: &str) -> Option<PathBuf> {
    match std::env::var_os("WAARMERK_VECTORS") {
        Some(root) => Some(PathBuf::from(root).join(folder)),
        None => {
            println!("skipped: WAARMERK_VECTORS names no folder with {folder}");
            None
        }
    }
}

fn text(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn json_of(file: &Path) -> Value {
    serde_json::from_str(&text(file)).unwrap()
}

fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The bundled contexts and the one of W3C's examples, in which any name has a meaning.
fn contexts() -> Contexts {
    Contexts::bundled_copy().with(
        "https://www.w3.org/ns/credentials/examples/v2",
        &json!({"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}}),
    )
}

fn resolve(method: &DidUrl, purpose: Purpose) -> Result<PublicKey, LookupError> {
    let unresolved = |reason: String| LookupError::Unresolved {
        did: method.did().clone(),
        reason,
    };
    did::resolve_local(method.did())
        .ok_or_else(|| unresolved("not a local method".to_owned()))?
        .map_err(|error| unresolved(error.to_string()))?
        .key(method, purpose)
}

/// Every step of EdDSA cryptosuites, appendix B.1: canonical forms, hashes, signature, proof.
fn check_steps(folder: &Path, unsigned: &Value, contexts: &Contexts) {
    let step = |name: &str| text(&folder.join(name)).trim_end_matches('\n').to_owned();
    let document = canonicalize(unsigned, contexts).unwrap();
    let config = canonicalize(&json_of(&folder.join("proofConfigDataInt.json")), contexts).unwrap();
    assert_eq!(document.trim_end(), step("canonDocDataInt.txt"));
    assert_eq!(config.trim_end(), step("proofCanonDataInt.txt"));
    assert_eq!(hash(&document), step("docHashDataInt.txt"));
    assert_eq!(hash(&config), step("proofHashDataInt.txt"));
    assert_eq!(hash(&config) + &hash(&document), step("combinedHashDataInt.txt"));

    let signed = json_of(&folder.join("signedDataInt.json"));
    let proofs = data_integrity::verify_with(&signed, &resolve, contexts).unwrap();
    assert_eq!(proofs.len(), 1);

    let made = sign_like(unsigned, &signed["proof"], &key(folder), contexts);
    assert_eq!(made["proof"]["proofValue"], step("sigBTC58DataInt.txt"));
    assert_eq!(made["proof"], signed["proof"]);
}

/// The suite's own key pair, in Multikey form.
fn key(folder: &Path) -> SecretKey {
    let pair = folder
        .ancestors()
        .map(|folder| folder.join("keyPair.json"))
        .find(|file| file.exists())
        .map(|file| json_of(&file))
        .unwrap();
    secret(
        pair["privateKeyMultibase"].as_str().unwrap(),
        pair["publicKeyMultibase"].as_str().unwrap(),
    )
}

fn secret(private: &str, public: &str) -> SecretKey {
    use base64::Engine as _;
    let bytes = bs58::decode(private.trim_start_matches('z')).into_vec().unwrap();
    let mut jwk = PublicKey::from_multikey(public).unwrap().to_jwk();
    // Two bytes of multicodec, then the seed.
    jwk["d"] = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .encode(&bytes[2..])
        .into();
    SecretKey::from_jwk(&jwk).unwrap()
}

/// Signs with the options of a published proof.
fn sign_like(unsigned: &Value, proof: &Value, key: &SecretKey, contexts: &Contexts) -> Value {
    let options = data_integrity::ProofOptions {
        purpose: Purpose::from_name(proof["proofPurpose"].as_str().unwrap()).unwrap(),
        ..data_integrity::ProofOptions::assertion(
            proof["verificationMethod"].as_str().unwrap().parse().unwrap(),
            proof["created"].as_str().unwrap().parse().unwrap(),
        )
    };
    data_integrity::sign_with(unsigned, &options, key, contexts).unwrap()
}

#[test]
fn eddsa_rdfc_2022_steps_are_those_published() {
    let Some(folder) = vectors("vc-di-eddsa/TestVectors") else {
        return;
    };
    check_steps(
        &folder.join("eddsa-rdfc-2022"),
        &json_of(&folder.join("unsigned.json")),
        &contexts(),
    );
}

#[test]
fn eddsa_rdfc_2022_steps_of_the_employment_document_are_those_published() {
    let Some(folder) = vectors("vc-di-eddsa/TestVectors") else {
        return;
    };
    let Some(context) = std::env::var_os("WAARMERK_CITIZENSHIP_CONTEXT") else {
        println!("skipped: WAARMERK_CITIZENSHIP_CONTEXT names no copy of the citizenship context v4rc1");
        return;
    };
    let contexts = contexts().with(
        "https://w3id.org/citizenship/v4rc1",
        &json_of(Path::new(&context)),
    );
    check_steps(
        &folder.join("eddsa-rdfc-2022/employ"),
        &json_of(&folder.join("employmentAuth.json")),
        &contexts,
    );
}

#[test]
fn published_proof_sets_and_chains_hold_and_break_when_changed() {
    let Some(folder) = vectors("vc-di-eddsa/TestVectors/proof-set-chain") else {
        return;
    };
    for name in [
        "signedProofSet1",
        "signedProofSet2",
        "signedProofChain1",
        "signedProofChain2",
    ] {
        let signed = json_of(&folder.join(format!("{name}.json")));
        let count = signed["proof"].as_array().map_or(1, Vec::len);
        let proofs = data_integrity::verify_with(&signed, &resolve, &contexts());
        assert_eq!(
            proofs.unwrap_or_else(|error| panic!("{name}: {error}")).len(),
            count
        );

        let mut changed = signed.clone();
        changed["validFrom"] = "2020-01-01T00:00:00Z".into();
        assert!(
            data_integrity::verify_with(&changed, &resolve, &contexts()).is_err(),
            "{name}"
        );
    }
}

/// The RDFC-1.0 suite has datasets, not JSON-LD; they are written as JSON-LD here, which any dataset
/// without lists of its own can be.
#[test]
fn rdfc_1_0_tests_give_the_published_canonical_forms() {
    let Some(folder) = vectors("rdf-canon") else {
        return;
    };
    let manifest = json_of(&folder.join("manifest.jsonld"));
    let (mut done, mut left_out) = (0, 0);
    for test in manifest["entries"].as_array().unwrap() {
        let name = test["id"].as_str().unwrap();
        let kind = test["type"].as_str().unwrap();
        if kind == "rdfc:RDFC10MapTest" {
            left_out += 1;
            continue;
        }
        let hash = if test["hashAlgorithm"] == "SHA384" {
            Hash::Sha384
        } else {
            Hash::Sha256
        };
        let quads = text(&folder.join(test["action"].as_str().unwrap()));
        let result = match proofs::json_ld::canonicalize_n_quads(&quads, hash) {
            Ok(result) => Some(result),
            Err(_) if kind == "rdfc:RDFC10NegativeEvalTest" => None,
            Err(error) => panic!("{name}: {error}"),
        };
        let expected = test["result"].as_str().map(|file| text(&folder.join(file)));
        assert_eq!(result, expected, "{name}");
        done += 1;
    }
    println!("{done} RDFC-1.0 tests passed, {left_out} left out");
    assert!(done > 50);
}
