//! Published vectors of Data Integrity; see the crate `conformance`.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests, which lints do not see as tests"
)]

use std::fs;
use std::path::Path;

use conformance::{Suite, excluded, failed, passed, same};
use credentials::DidUrl;
use proofs::did::{self, LookupError, Purpose};
use proofs::json_ld::{Contexts, Hash, canonicalize};
use proofs::{PublicKey, SecretKey, data_integrity};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

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
fn eddsa_rdfc_2022_gives_the_published_steps() {
    let Some((mut suite, folder)) = Suite::open("Data Integrity: eddsa-rdfc-2022", "vc-di-eddsa/TestVectors")
    else {
        return;
    };
    suite.case("unsigned", || {
        check_steps(
            &folder.join("eddsa-rdfc-2022"),
            &json_of(&folder.join("unsigned.json")),
            &contexts(),
        );
        passed()
    });
    suite.case("employmentAuth", || {
        excluded("the context `https://w3id.org/citizenship/v4rc1` is not part of this program")
    });
    suite.close();
}

#[test]
fn the_published_proof_sets_and_chains_hold_and_break_when_changed() {
    let Some((mut suite, folder)) = Suite::open(
        "Data Integrity: proof sets and chains",
        "vc-di-eddsa/TestVectors/proof-set-chain",
    ) else {
        return;
    };
    for name in [
        "signedProofSet1",
        "signedProofSet2",
        "signedProofChain1",
        "signedProofChain2",
    ] {
        suite.case(name, || {
            let signed = json_of(&folder.join(format!("{name}.json")));
            let count = signed["proof"].as_array().map_or(1, Vec::len);
            match data_integrity::verify_with(&signed, &resolve, &contexts()) {
                Ok(proofs) if proofs.len() == count => {}
                other => return failed(format!("{other:?}")),
            }
            let mut changed = signed.clone();
            changed["validFrom"] = "2020-01-01T00:00:00Z".into();
            match data_integrity::verify_with(&changed, &resolve, &contexts()) {
                Err(_) => passed(),
                Ok(_) => failed("it holds although it was changed"),
            }
        });
    }
    suite.close();
}

#[test]
fn the_published_rdfc_1_0_tests_give_their_canonical_forms() {
    let Some((mut suite, folder)) = Suite::open("RDFC-1.0", "rdf-canon") else {
        return;
    };
    let manifest = json_of(&folder.join("manifest.jsonld"));
    for test in manifest["entries"].as_array().unwrap() {
        let kind = test["type"].as_str().unwrap();
        suite.case(test["id"].as_str().unwrap(), || {
            if kind == "rdfc:RDFC10MapTest" {
                return excluded("maps of blank node names are not there yet");
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
                Err(error) => return failed(error),
            };
            same(
                &result,
                &test["result"].as_str().map(|file| text(&folder.join(file))),
            )
        });
    }
    suite.close();
}
