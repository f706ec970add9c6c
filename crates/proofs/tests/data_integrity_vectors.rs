//! Published step-by-step vectors of the Data Integrity cryptosuites; see the crate `conformance`.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests, which lints do not see as tests"
)]

use std::fs;
use std::path::Path;

use conformance::{Outcome, Suite, failed, passed, same};
use credentials::{DidUrl, jcs};
use proofs::data_integrity::{self, Cryptosuite, ProofError, ProofOptions, ecdsa_sd};
use proofs::did::{self, LookupError, Purpose};
use proofs::json_ld::{Contexts, Hash, canonicalize_with};
use proofs::{PublicKey, SecretKey};
use serde_json::{Value, json};

fn text(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn json_of(file: &Path) -> Value {
    serde_json::from_str(&text(file)).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bundled contexts and what W3C's examples need besides: a context in which any name has a meaning, and the
/// terms for citizenship that occur.
fn contexts() -> Contexts {
    let date = |id: &str| json!({"@id": id, "@type": "http://www.w3.org/2001/XMLSchema#dateTime"});
    let link = |id: &str| json!({"@id": id, "@type": "@id"});
    let mut citizenship = json!({
        "additionalName": "https://schema.org/additionalName", "birthDate": date("https://schema.org/birthDate"),
        "familyName": "https://schema.org/familyName", "gender": "https://schema.org/gender",
        "givenName": "https://schema.org/givenName", "identifier": "https://schema.org/identifier",
        "image": link("https://schema.org/image"), "Person": "https://schema.org/Person",
        "residentSince": date("https://w3id.org/citizenship#residentSince"),
        "employmentAuthorizationDocument": link("https://w3id.org/citizenship#employmentAuthorizationDocument"),
        "permanentResidentCard": link("https://w3id.org/citizenship#permanentResidentCard"),
    });
    for term in [
        "birthCountry",
        "commuterClassification",
        "EmployablePerson",
        "EmploymentAuthorizationDocument",
        "EmploymentAuthorizationDocumentCredential",
        "lprCategory",
        "lprNumber",
        "PermanentResident",
        "PermanentResidentCard",
        "PermanentResidentCardCredential",
    ] {
        citizenship[term] = format!("https://w3id.org/citizenship#{term}").into();
    }
    Contexts::bundled_copy()
        .with(
            "https://www.w3.org/ns/credentials/examples/v2",
            &json!({"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}}),
        )
        .with(
            "https://w3id.org/citizenship/v4rc1",
            &json!({"@context": citizenship}),
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

/// One worked example: its folder, the ending of its files' names, the document, and its suite.
struct Steps<'a> {
    folder: &'a Path,
    files: &'a str,
    cryptosuite: Cryptosuite,
    hash: Hash,
}

impl Steps<'_> {
    fn step(&self, name: &str) -> String {
        text(&self.folder.join(format!("{name}{}.txt", self.files)))
            .trim_end_matches('\n')
            .to_owned()
    }

    fn json(&self, name: &str) -> Value {
        json_of(&self.folder.join(format!("{name}{}.json", self.files)))
    }

    /// Canonical forms, hashes, and the proof, which must break when the document is changed.
    fn check(&self) -> Outcome {
        let signed = self.json("signed");
        let mut unsigned = signed.clone();
        unsigned.as_object_mut().unwrap().remove("proof");
        let canonical = |value: &Value| {
            if self.cryptosuite.signs_json() {
                jcs::canonicalize(value).unwrap()
            } else {
                canonicalize_with(value, &contexts(), self.hash).unwrap()
            }
        };
        let document = canonical(&unsigned);
        let options = canonical(&self.json("proofConfig"));
        assert_eq!(document.trim_end(), self.step("canonDoc"));
        assert_eq!(options.trim_end(), self.step("proofCanon"));
        let document = hex(&self.hash.digest(document.as_bytes()));
        let options = hex(&self.hash.digest(options.as_bytes()));
        assert_eq!(document, self.step("docHash"));
        assert_eq!(options, self.step("proofHash"));
        assert_eq!(options + &document, self.step("combinedHash"));
        assert_eq!(signed["proof"]["proofValue"], self.step("sigBTC58"));

        let proofs = data_integrity::verify_with(&signed, &resolve, &contexts()).unwrap();
        assert_eq!(proofs.len(), 1);
        assert_eq!(proofs[0].cryptosuite, self.cryptosuite);
        let mut changed = signed;
        changed["validFrom"] = "2020-01-01T00:00:00Z".into();
        match data_integrity::verify_with(&changed, &resolve, &contexts()) {
            Err(ProofError::Signature) => passed(),
            other => failed(format!("changed: {other:?}")),
        }
    }

    /// Signed again with the published key, the proof is the published one.
    fn check_signing(&self, pair: &Value) -> Outcome {
        let signed = self.json("signed");
        let mut unsigned = signed.clone();
        unsigned.as_object_mut().unwrap().remove("proof");
        let proof = &signed["proof"];
        let options = ProofOptions::assertion(
            proof["verificationMethod"].as_str().unwrap().parse().unwrap(),
            proof["created"].as_str().unwrap().parse().unwrap(),
        )
        .with(self.cryptosuite);
        let made = data_integrity::sign_with(&unsigned, &options, &secret(pair), &contexts()).unwrap();
        same(&made, &signed)
    }
}

/// A key pair in Multikey form.
fn secret(pair: &Value) -> SecretKey {
    use base64::Engine as _;
    let private = pair
        .get("privateKeyMultibase")
        .or_else(|| pair.get("secretKeyMultibase"));
    let private = private.and_then(Value::as_str).unwrap();
    let bytes = bs58::decode(private.trim_start_matches('z')).into_vec().unwrap();
    let public = pair["publicKeyMultibase"].as_str().unwrap();
    let mut jwk = PublicKey::from_multikey(public).unwrap().to_jwk();
    // Two bytes of multicodec, then the secret.
    jwk["d"] = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .encode(&bytes[2..])
        .into();
    SecretKey::from_jwk(&jwk).unwrap()
}

#[test]
fn eddsa_suites_give_the_published_steps() {
    let Some((mut suite, folder)) = Suite::open("Data Integrity: EdDSA suites", "vc-di-eddsa/TestVectors")
    else {
        return;
    };
    let pair = json_of(&folder.join("keyPair.json"));
    for (name, files, cryptosuite) in [
        ("eddsa-rdfc-2022", "DataInt", Cryptosuite::EddsaRdfc2022),
        ("eddsa-rdfc-2022/employ", "DataInt", Cryptosuite::EddsaRdfc2022),
        ("eddsa-jcs-2022", "JCS", Cryptosuite::EddsaJcs2022),
        ("Ed25519Signature2020", "EdSig", Cryptosuite::Ed25519Signature2020),
    ] {
        let steps = Steps {
            folder: &folder.join(name),
            files,
            cryptosuite,
            hash: Hash::Sha256,
        };
        suite.case(name, || steps.check());
        if cryptosuite != Cryptosuite::Ed25519Signature2020 {
            suite.case(&format!("{name}: signed again"), || steps.check_signing(&pair));
        }
    }
    suite.close();
}

#[test]
fn ecdsa_suites_give_the_published_steps() {
    let Some((mut suite, folder)) = Suite::open("Data Integrity: ECDSA suites", "vc-di-ecdsa/TestVectors")
    else {
        return;
    };
    let (rdfc, jcs) = (Cryptosuite::EcdsaRdfc2019, Cryptosuite::EcdsaJcs2019);
    for (name, files, cryptosuite, hash) in [
        ("ecdsa-rdfc-2019-p256", "ECDSAP256", rdfc, Hash::Sha256),
        ("ecdsa-rdfc-2019-p256/employ", "ECDSAP256", rdfc, Hash::Sha256),
        ("ecdsa-rdfc-2019-p384", "ECDSAP384", rdfc, Hash::Sha384),
        ("ecdsa-rdfc-2019-p384/employ", "ECDSAP384", rdfc, Hash::Sha384),
        ("ecdsa-jcs-2019-p256", "JCSECDSAP256", jcs, Hash::Sha256),
        ("ecdsa-jcs-2019-p384", "JCSECDSAP384", jcs, Hash::Sha384),
    ] {
        let steps = Steps {
            folder: &folder.join(name),
            files,
            cryptosuite,
            hash,
        };
        suite.case(name, || steps.check());
    }
    suite.close();
}

#[test]
fn ecdsa_sd_2023_gives_the_published_steps() {
    let Some((mut suite, folder)) = Suite::open("Data Integrity: ecdsa-sd-2023", "vc-di-ecdsa/TestVectors")
    else {
        return;
    };
    for (name, selective) in [
        ("employ", "employSelective.json"),
        ("prc", "prCredSelective.json"),
    ] {
        let of = |file: &str| json_of(&folder.join("ecdsa-sd-2023").join(name).join(file));
        suite.case(&format!("{name}: base proof"), || {
            let base = of("addSignedSDBase.json");
            assert!(matches!(
                data_integrity::verify_with(&base, &resolve, &contexts()),
                Err(ProofError::BaseProof)
            ));
            match ecdsa_sd::verify_base_with(&base, &resolve, &contexts()) {
                Ok(_) => passed(),
                Err(error) => failed(error),
            }
        });
        suite.case(&format!("{name}: derive"), || {
            let pointers: Vec<String> = serde_json::from_value(json_of(&folder.join(selective))).unwrap();
            let base = of("addSignedSDBase.json");
            match ecdsa_sd::derive_with(&base, &pointers, &contexts()) {
                Ok(derived) => same(&derived, &of("derivedRevealDocument.json")),
                Err(error) => failed(error),
            }
        });
        suite.case(&format!("{name}: verify"), || {
            let derived = of("derivedRevealDocument.json");
            match data_integrity::verify_with(&derived, &resolve, &contexts()) {
                Ok(_) => passed(),
                Err(error) => failed(error),
            }
        });
    }
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
