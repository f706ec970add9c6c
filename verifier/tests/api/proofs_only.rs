//! The policy `proof`: data model and proofs alone, in the words of VC-API.

use chrono::Duration;
use http_service::system_random;
use proofs::data_integrity::{Cryptosuite, ProofOptions, ecdsa_sd, sign, sign_with};
use proofs::did::Purpose;
use proofs::json_ld::Contexts;
use proofs::{Algorithm, SecretKey};
use serde_json::{Value, json};
use test_support::now;

use crate::fixture::{Answer, TestVerifier};

fn key(algorithm: Algorithm) -> SecretKey {
    SecretKey::generate(algorithm, &mut system_random())
}

fn credential(issuer: &SecretKey) -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", {"Badge": "https://example.org/#Badge"}],
        "type": ["VerifiableCredential", "Badge"],
        "issuer": issuer.public_key().to_did_key(),
        "credentialSubject": {"id": "did:example:subject"},
    })
}

fn options(key: &SecretKey) -> ProofOptions {
    ProofOptions::assertion(key.public_key().to_did_key_url(), now())
}

fn signed(document: &Value, options: &ProofOptions, key: &SecretKey) -> Value {
    sign_with(document, options, key, Contexts::bundled_with_own_terms()).unwrap()
}

async fn verify(verifier: &TestVerifier, credential: &Value) -> Answer {
    let body = json!({"verifiableCredential": credential});
    verifier.post("/credentials/verify?policy=proof", &body).await
}

async fn verify_presentation(verifier: &TestVerifier, presentation: &Value, options: Value) -> Answer {
    let body = json!({"verifiablePresentation": presentation, "options": options});
    verifier.post("/presentations/verify?policy=proof", &body).await
}

fn assert_verified(answer: &Answer) {
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.body["verified"], true);
    assert_eq!(answer.body["errors"], json!([]));
    assert_eq!(answer.body["checks"], json!(["dataModel", "proof"]));
}

fn assert_refused(answer: &Answer, kind: &str, pointer: &str) {
    assert_eq!(answer.status, 422, "{}", answer.body);
    assert_eq!(answer.body["verified"], false);
    let error = &answer.body["errors"][0];
    assert!(error["type"].as_str().unwrap().ends_with(kind), "{error}");
    assert_eq!(error["pointer"], pointer, "{error}");
    assert!(!error["detail"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn credential_of_any_suite_is_verified_and_a_changed_one_is_not() {
    let verifier = TestVerifier::trusting(&[]).await;
    for (cryptosuite, algorithm) in [
        (Cryptosuite::EddsaRdfc2022, Algorithm::EdDsa),
        (Cryptosuite::EddsaJcs2022, Algorithm::EdDsa),
        (Cryptosuite::EcdsaRdfc2019, Algorithm::Es256),
        (Cryptosuite::EcdsaJcs2019, Algorithm::Es384),
    ] {
        let key = key(algorithm);
        let sound = signed(&credential(&key), &options(&key).with(cryptosuite), &key);
        assert_verified(&verify(&verifier, &sound).await);

        let mut changed = sound;
        changed["credentialSubject"]["id"] = json!("did:example:other");
        assert_refused(
            &verify(&verifier, &changed).await,
            "#PROOF_VERIFICATION_ERROR",
            "/proof",
        );
    }
}

#[tokio::test]
async fn derived_credential_is_verified_and_a_base_proof_is_the_holders_own() {
    let verifier = TestVerifier::trusting(&[]).await;
    let key = key(Algorithm::Es256);
    let contexts = Contexts::bundled_with_own_terms();
    let mandatory = ["/issuer".to_owned()];
    let rng = &mut system_random();
    let base = ecdsa_sd::sign_with(&credential(&key), &options(&key), &mandatory, &key, rng, contexts);
    let base = base.unwrap();
    let selective = ["/credentialSubject".to_owned()];
    let derived = ecdsa_sd::derive_with(&base, &selective, contexts).unwrap();

    assert_verified(&verify(&verifier, &derived).await);
    assert_refused(
        &verify(&verifier, &base).await,
        "#PROOF_VERIFICATION_ERROR",
        "/proof",
    );
}

#[tokio::test]
async fn every_proof_of_a_set_must_hold_and_count_today() {
    let verifier = TestVerifier::trusting(&[]).await;
    let (issuer, other) = (key(Algorithm::EdDsa), key(Algorithm::EdDsa));
    let first = signed(&credential(&issuer), &options(&issuer), &issuer);
    let set = signed(&first, &options(&other), &other);
    assert_verified(&verify(&verifier, &set).await);

    let mut half = set.clone();
    half["proof"][1]["proofValue"] = first["proof"]["proofValue"].clone();
    assert_refused(
        &verify(&verifier, &half).await,
        "#PROOF_VERIFICATION_ERROR",
        "/proof",
    );

    let ended = ProofOptions {
        expires: Some(now() - Duration::seconds(1)),
        ..options(&issuer)
    };
    let ended = signed(&credential(&issuer), &ended, &issuer);
    assert_refused(
        &verify(&verifier, &ended).await,
        "#PROOF_VERIFICATION_ERROR",
        "/proof",
    );

    let by_another = signed(&credential(&issuer), &options(&other), &other);
    let answer = verify(&verifier, &by_another).await;
    assert_refused(&answer, "#INVALID_VERIFICATION_METHOD", "/issuer");

    let presenting = ProofOptions {
        purpose: Purpose::Authentication,
        ..options(&issuer)
    };
    let not_issued = signed(&credential(&issuer), &presenting, &issuer);
    assert_refused(
        &verify(&verifier, &not_issued).await,
        "#PROOF_VERIFICATION_ERROR",
        "/proof",
    );
}

#[tokio::test]
async fn document_that_breaks_the_data_model_is_refused_where_it_does() {
    let verifier = TestVerifier::trusting(&[]).await;
    let key = key(Algorithm::EdDsa);
    let sound = signed(&credential(&key), &options(&key), &key);
    for (member, value, pointer) in [
        ("validUntil", Value::Null, "/validUntil"),
        ("credentialStatus", json!([]), "/credentialStatus"),
        ("termsOfUse", json!([{"id": "urn:x:y"}]), "/termsOfUse/0/type"),
    ] {
        let mut broken = sound.clone();
        broken[member] = value;
        assert_refused(
            &verify(&verifier, &broken).await,
            "#MALFORMED_VALUE_ERROR",
            pointer,
        );
    }
    let mut undefined = sound;
    undefined["credentialSubject"]["unheardOf"] = json!("x");
    assert_refused(
        &verify(&verifier, &undefined).await,
        "#DATA_LOSS_DETECTION_ERROR",
        "/proof",
    );
    assert_refused(
        &verify(&verifier, &json!("e30.e30.AA")).await,
        "#PARSING_ERROR",
        "",
    );
    verify(&verifier, &json!(7))
        .await
        .assert_problem(400, "unreadable");
}

#[tokio::test]
async fn resource_with_another_digest_is_refused_and_one_not_fetched_is_said() {
    let verifier = TestVerifier::trusting(&[]).await;
    let key = key(Algorithm::EdDsa);
    let with = |id: &str| {
        let mut document = credential(&key);
        let digest = "uJKGMkOmFbVJhEfKTduMC2XCyvRAYLjOVmZWwIH1wQ7k";
        document["relatedResource"] = json!([{"id": id, "digestMultibase": digest}]);
        signed(&document, &options(&key), &key)
    };
    let known = with("https://www.w3.org/ns/credentials/v2");
    let other = with("https://www.w3.org/2018/credentials/v1");
    let unknown = verify(&verifier, &with("https://college.example/a.png")).await;

    assert_verified(&verify(&verifier, &known).await);
    let answer = verify(&verifier, &other).await;
    assert_refused(&answer, "#CRYPTOGRAPHIC_SECURITY_ERROR", "/relatedResource/0");
    assert_verified(&unknown);
    assert_eq!(unknown.body["warnings"][0]["pointer"], "/relatedResource/0");
}

#[tokio::test]
async fn issuer_that_is_no_did_is_verified_with_a_warning() {
    let verifier = TestVerifier::trusting(&[]).await;
    let key = key(Algorithm::EdDsa);
    let mut document = credential(&key);
    document["issuer"] = json!("https://college.example/issuer");

    let answer = verify(&verifier, &signed(&document, &options(&key), &key)).await;

    assert_verified(&answer);
    assert_eq!(answer.body["warnings"][0]["pointer"], "/issuer");
}

#[tokio::test]
async fn issuer_on_the_web_is_resolved_and_one_that_does_not_answer_is_not_verified() {
    let verifier = TestVerifier::trusting(&[]).await;
    let key = key(Algorithm::EdDsa);
    let origin = verifier.institutions.origin();
    let host = origin.strip_prefix("http://127.0.0.1:").unwrap();
    let did = format!("did:web:localhost%3A{host}:college");
    let mut document = credential(&key);
    document["issuer"] = json!(did);
    let method = format!("{did}#k").parse().unwrap();
    let sound = signed(&document, &ProofOptions::assertion(method, now()), &key);

    let answer = verify(&verifier, &sound).await;
    assert_refused(&answer, "#INVALID_VERIFICATION_METHOD", "/proof");

    let published = json!({
        "id": did,
        "verificationMethod": [{
            "id": format!("{did}#k"), "type": "Multikey", "controller": did,
            "publicKeyMultibase": key.public_key().to_multikey(),
        }],
        "assertionMethod": ["#k"],
    });
    verifier.institutions.publish("/college/did.json", 200, published);
    assert_verified(&verify(&verifier, &sound).await);
}

fn presentation(holder: &SecretKey, credentials: Value) -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", {"Badge": "https://example.org/#Badge"}],
        "type": ["VerifiablePresentation"],
        "holder": holder.public_key().to_did_key(),
        "verifiableCredential": credentials,
    })
}

fn answering(holder: &SecretKey) -> ProofOptions {
    ProofOptions {
        purpose: Purpose::Authentication,
        domain: Some("verifier.example".to_owned()),
        challenge: Some("n-1".to_owned()),
        ..options(holder)
    }
}

#[tokio::test]
async fn presentation_answers_its_challenge_with_sound_credentials() {
    let verifier = TestVerifier::trusting(&[]).await;
    let (issuer, holder) = (key(Algorithm::EdDsa), key(Algorithm::Es256));
    let credential = signed(&credential(&issuer), &options(&issuer), &issuer);
    let of_holder = |options: ProofOptions| options.with(Cryptosuite::EcdsaRdfc2019);
    let shown = presentation(&holder, json!([credential]));
    let sound = signed(&shown, &of_holder(answering(&holder)), &holder);

    let asked = json!({"domain": "verifier.example", "challenge": "n-1"});
    assert_verified(&verify_presentation(&verifier, &sound, asked.clone()).await);
    for (options, kind) in [
        (json!({"challenge": "n-2"}), "#INVALID_CHALLENGE_ERROR"),
        (json!({"domain": "other.example"}), "#INVALID_DOMAIN_ERROR"),
    ] {
        assert_refused(
            &verify_presentation(&verifier, &sound, options).await,
            kind,
            "/proof",
        );
    }
    let unsigned = verify_presentation(&verifier, &shown, asked.clone()).await;
    assert_refused(&unsigned, "#PROOF_VERIFICATION_ERROR", "/proof");

    let mut of_another = shown.clone();
    of_another["holder"] = json!(issuer.public_key().to_did_key());
    let stolen = signed(&of_another, &of_holder(answering(&holder)), &holder);
    let answer = verify_presentation(&verifier, &stolen, asked.clone()).await;
    assert_refused(&answer, "#PROOF_VERIFICATION_ERROR", "/holder");

    let mut changed = shown;
    changed["verifiableCredential"][0]["credentialSubject"]["id"] = json!("did:example:other");
    let changed = signed(&changed, &of_holder(answering(&holder)), &holder);
    let answer = verify_presentation(&verifier, &changed, asked).await;
    assert_refused(
        &answer,
        "#PROOF_VERIFICATION_ERROR",
        "/verifiableCredential/0/proof",
    );
}

#[tokio::test]
async fn holders_own_word_needs_no_proof_beside_the_presentations() {
    let verifier = TestVerifier::trusting(&[]).await;
    let (holder, other) = (key(Algorithm::EdDsa), key(Algorithm::EdDsa));
    let own = presentation(&holder, json!([credential(&holder)]));
    let of_other = presentation(&holder, json!([credential(&other)]));

    let own = signed(&own, &answering(&holder), &holder);
    let of_other = signed(&of_other, &answering(&holder), &holder);

    assert_verified(&verify_presentation(&verifier, &own, json!({})).await);
    let answer = verify_presentation(&verifier, &of_other, json!({})).await;
    assert_refused(
        &answer,
        "#PROOF_VERIFICATION_ERROR",
        "/verifiableCredential/0/proof",
    );
}

#[tokio::test]
async fn presentation_in_an_envelope_is_held_to_the_same() {
    let verifier = TestVerifier::trusting(&[]).await;
    let (issuer, holder) = (key(Algorithm::Es256), key(Algorithm::EdDsa));
    let method = |key: &SecretKey| key.public_key().to_did_key_url();
    let mut credential = credential(&issuer);
    credential["type"] = json!(["VerifiableCredential"]);
    let header = json!({"typ": "vc+jwt", "cty": "vc", "kid": method(&issuer)});
    let token = proofs::jws::sign(&header, credential.to_string().as_bytes(), &issuer).unwrap();
    let mut shown = presentation(
        &holder,
        json!([{
            "@context": "https://www.w3.org/ns/credentials/v2",
            "type": "EnvelopedVerifiableCredential",
            "id": format!("data:application/vc+jwt,{token}"),
        }]),
    );
    shown["nonce"] = json!("n-1");
    shown["aud"] = json!("verifier.example");
    let enveloped = |by: &SecretKey| {
        let header = json!({"typ": "vp+jwt", "cty": "vp", "kid": method(by)});
        let token = proofs::jws::sign(&header, shown.to_string().as_bytes(), by).unwrap();
        json!({
            "@context": "https://www.w3.org/ns/credentials/v2",
            "type": "EnvelopedVerifiablePresentation",
            "id": format!("data:application/vp+jwt,{token}"),
        })
    };
    let asked = json!({"domain": "verifier.example", "challenge": "n-1"});

    assert_verified(&verify_presentation(&verifier, &enveloped(&holder), asked.clone()).await);
    let other = verify_presentation(&verifier, &enveloped(&holder), json!({"challenge": "n-2"})).await;
    assert_refused(&other, "#INVALID_CHALLENGE_ERROR", "/proof");
    let stolen = verify_presentation(&verifier, &enveloped(&issuer), asked.clone()).await;
    assert_eq!(stolen.status, 422, "{}", stolen.body);
    let mut bare = enveloped(&holder);
    bare["type"] = json!(["VerifiablePresentation"]);
    assert_eq!(verify_presentation(&verifier, &bare, asked).await.status, 422);
}

#[tokio::test]
async fn token_that_has_ended_or_answers_nothing_is_refused() {
    let verifier = TestVerifier::trusting(&[]).await;
    let issuer = key(Algorithm::Es256);
    let enveloped = |end: i64| {
        let mut credential = credential(&issuer);
        credential["type"] = json!(["VerifiableCredential"]);
        credential["exp"] = json!(end);
        let header = json!({"typ": "vc+jwt", "cty": "vc", "kid": issuer.public_key().to_did_key_url()});
        let token = proofs::jws::sign(&header, credential.to_string().as_bytes(), &issuer).unwrap();
        json!({
            "@context": "https://www.w3.org/ns/credentials/v2",
            "type": "EnvelopedVerifiableCredential",
            "id": format!("data:application/vc+jwt,{token}"),
        })
    };
    let later = now().timestamp() + 3_600;

    assert_verified(&verify(&verifier, &enveloped(later)).await);
    assert_refused(
        &verify(&verifier, &enveloped(1_577_836_800)).await,
        "#PROOF_VERIFICATION_ERROR",
        "",
    );
    let asked = json!({"verifiableCredential": enveloped(later), "options": {"challenge": "n-1"}});
    let unanswered = verifier.post("/credentials/verify?policy=proof", &asked).await;
    assert_refused(&unanswered, "#INVALID_CHALLENGE_ERROR", "/proof");
}

#[tokio::test]
async fn only_a_developers_verifier_can_be_made_to_forget() {
    let verifier = TestVerifier::trusting(&[]).await;
    let closed = verifier.post("/developer/forget", &json!({})).await;
    assert!(closed.status == 404 || closed.status == 405, "{}", closed.status);

    let config = verifier::Config {
        settings: verification::Settings::new("https://register.example/v1/list", Vec::new()),
        clock: verifier.clock.clone(),
        data_dir: None,
        developer: true,
    };
    let (router, _) = verifier::router(config).unwrap();
    let (origin, _) = crate::fixture::serve(router).await;
    let address = format!("{origin}/developer/forget");
    let forgot = verifier.client.post(address).send().await.unwrap();
    assert_eq!(forgot.status(), 204);
}

/// What is signed by `sign` alone, without terms of the document's own, is verified as well.
#[tokio::test]
async fn old_data_model_is_verified_by_its_own_rules() {
    let verifier = TestVerifier::trusting(&[]).await;
    let key = key(Algorithm::EdDsa);
    let document = json!({
        "@context": ["https://www.w3.org/2018/credentials/v1", "https://w3id.org/security/data-integrity/v2"],
        "type": ["VerifiableCredential"],
        "issuer": key.public_key().to_did_key(),
        "issuanceDate": "2024-09-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:subject"},
    });
    let sound = sign(&document, &options(&key), &key).unwrap();
    assert_verified(&verify(&verifier, &sound).await);
    let mut undated = sound;
    undated.as_object_mut().unwrap().remove("issuanceDate");
    assert_refused(
        &verify(&verifier, &undated).await,
        "#MALFORMED_VALUE_ERROR",
        "/issuanceDate",
    );
}
