//! VC-API for developers.

use crate::fixture::TestIssuer;
use credentials::DidUrl;
use issuer_adapter::Developer;
use proofs::PublicKey;
use proofs::data_integrity::{self, ecdsa_sd};
use proofs::did::{LookupError, Purpose, resolve_local};
use serde_json::{Value, json};

async fn developers() -> TestIssuer {
    TestIssuer::start_for_developers(Developer::default()).await
}

fn resolve(kid: &DidUrl, purpose: Purpose) -> Result<PublicKey, LookupError> {
    resolve_local(kid.did()).unwrap().unwrap().key(kid, purpose)
}

async fn post(issuer: &TestIssuer, path: &str, body: &Value) -> (u16, Value) {
    let address = format!("{}/vc-api/{path}", issuer.origin);
    let response = issuer.client.post(address).json(body).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

async fn issue(issuer: &TestIssuer, name: &str, credential: &Value, options: Value) -> (u16, Value) {
    let body = json!({"credential": credential, "options": options});
    post(issuer, &format!("{name}/credentials/issue"), &body).await
}

/// The issuers, by name.
async fn instances(issuer: &TestIssuer) -> Vec<(String, String)> {
    let address = format!("{}/vc-api", issuer.origin);
    let text = issuer
        .client
        .get(address)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let index: Value = serde_json::from_str(&text).unwrap();
    let text = |one: &Value, member: &str| one[member].as_str().unwrap().to_owned();
    let all = index["instances"].as_array().unwrap().iter();
    all.map(|one| (text(one, "name"), text(one, "issuer"))).collect()
}

async fn did(issuer: &TestIssuer, name: &str) -> String {
    let all = instances(issuer).await;
    all.into_iter().find(|(other, _)| other == name).unwrap().1
}

fn credential(issuer: &str) -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential"],
        "issuer": issuer,
        "validFrom": "2026-09-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:subject", "name": "Noor"},
    })
}

#[tokio::test]
async fn without_the_switch_there_is_nothing() {
    let issuer = TestIssuer::start().await;

    let index = issuer
        .client
        .get(format!("{}/vc-api", issuer.origin))
        .send()
        .await
        .unwrap();
    assert_eq!(index.status(), 404);
    for path in [
        "eddsa-rdfc-2022/credentials/issue",
        "ecdsa-sd-2023/credentials/derive",
        "eddsa-rdfc-2022/credentials/status",
    ] {
        let (status, _) = post(
            &issuer,
            path,
            &json!({"credential": credential("did:example:issuer")}),
        )
        .await;
        assert_eq!(status, 404, "{path}");
    }
    let keys = std::fs::read_dir(issuer.folder.path().join("data/keys")).unwrap();
    let mut names = keys.map(|file| file.unwrap().file_name().into_string().unwrap());
    assert!(!names.any(|name| name.starts_with("vc-api")), "no key is made");
}

#[tokio::test]
async fn every_suite_issues_what_verifies_and_no_institution_signed() {
    let issuer = developers().await;
    let all = instances(&issuer).await;
    assert_eq!(all.len(), 7);
    for (name, did) in all {
        assert!(did.starts_with("did:key:"));
        let (status, body) = issue(&issuer, &name, &credential(&did), json!({})).await;
        assert_eq!(status, 201, "{name}: {body}");
        let issued = &body["verifiableCredential"];
        assert!(name.starts_with(issued["proof"]["cryptosuite"].as_str().unwrap()));
        let shown = match name.as_str() {
            "ecdsa-sd-2023" => ecdsa_sd::derive(issued, &[]).unwrap(),
            _ => issued.clone(),
        };
        let proofs = data_integrity::verify(&shown, &resolve).unwrap();
        data_integrity::require_issuer(&proofs, &did.parse().unwrap()).unwrap();
        let registered = &issuer.registration;
        assert!(registered.institution.did.as_str() != did && registered.units[0].did.as_str() != did);
    }
}

#[tokio::test]
async fn options_go_into_the_proof_and_a_chain_holds() {
    let issuer = developers().await;
    let name = "eddsa-jcs-2022";
    let did = did(&issuer, name).await;
    let options = json!({
        "id": "urn:uuid:1", "created": "2026-11-01T00:00:00Z", "expires": "2027-11-01T00:00:00Z",
        "domain": "verifier.example", "challenge": "n-1",
    });
    let (status, first) = issue(&issuer, name, &credential(&did), options.clone()).await;
    assert_eq!(status, 201, "{first}");
    for (member, value) in options.as_object().unwrap() {
        assert_eq!(&first["verifiableCredential"]["proof"][member], value);
    }

    let over = json!({"previousProof": ["urn:uuid:1"]});
    let (status, second) = issue(&issuer, name, &first["verifiableCredential"], over).await;
    assert_eq!(status, 201, "{second}");
    let proofs = data_integrity::verify(&second["verifiableCredential"], &resolve).unwrap();
    assert_eq!(proofs.len(), 2);
}

#[tokio::test]
async fn derived_credential_shows_what_was_chosen_and_what_always_is() {
    let issuer = developers().await;
    let name = "ecdsa-sd-2023";
    let did = did(&issuer, name).await;
    let options = json!({"mandatoryPointers": ["/issuer"]});
    let (_, base) = issue(&issuer, name, &credential(&did), options).await;
    let derive = |pointers: Value, credential: Value| {
        let body = json!({"verifiableCredential": credential, "options": {"selectivePointers": pointers}});
        let issuer = &issuer;
        async move { post(issuer, "ecdsa-sd-2023/credentials/derive", &body).await }
    };
    let base = &base["verifiableCredential"];

    let (status, derived) = derive(json!(["/credentialSubject/name"]), base.clone()).await;
    assert_eq!(status, 201, "{derived}");
    let derived = &derived["verifiableCredential"];
    data_integrity::verify(derived, &resolve).unwrap();
    assert_eq!(derived["credentialSubject"]["name"], "Noor");
    assert!(derived.get("validFrom").is_none());

    let mut changed = base.clone();
    changed["credentialSubject"]["name"] = json!("Sam");
    for (pointers, credential, kind) in [
        (json!(["/credentialSubject/grade"]), base.clone(), "not-derivable"),
        (json!([7]), base.clone(), "invalid-body"),
        (json!([]), changed, "base-proof"),
        (json!([]), derived.clone(), "base-proof"),
        (json!([]), json!({"proof": base["proof"]}), "data-model"),
    ] {
        let (status, body) = derive(pointers, credential).await;
        assert_eq!(
            (status, body["type"].as_str()),
            (400, Some(&*format!("/problems/{kind}"))),
            "{body}"
        );
    }
    let body = json!({"verifiableCredential": base});
    let (status, body) = post(&issuer, "eddsa-rdfc-2022/credentials/derive", &body).await;
    assert_eq!(
        (status, body["type"].as_str()),
        (400, Some("/problems/not-selective"))
    );
}

#[tokio::test]
async fn credential_that_is_not_sound_is_refused_by_place() {
    let issuer = developers().await;
    let name = "eddsa-rdfc-2022";
    let did = did(&issuer, name).await;
    let sound = credential(&did);
    let with = |member: &str, value: Value| {
        let mut credential = sound.clone();
        credential[member] = value;
        credential
    };
    for (changed, field, code) in [
        (with("validUntil", Value::Null), "/credential/validUntil", "date"),
        (with("type", json!([])), "/credential/type", "type"),
        (
            with("evidence", json!([{}])),
            "/credential/evidence/0/type",
            "type",
        ),
        (json!("text"), "/credential", "not-an-object"),
    ] {
        let (status, body) = issue(&issuer, name, &changed, json!({})).await;
        assert_eq!(
            (status, body["type"].as_str()),
            (400, Some("/problems/data-model")),
            "{body}"
        );
        assert_eq!(body["errors"][0]["field"], field);
        assert_eq!(body["errors"][0]["code"], code);
        assert!(body["detailNl"].is_string());
    }
    let resource = json!({"id": "https://www.w3.org/ns/credentials/v2", "digestMultibase": "uM4RgWQc3RUDtjJCSgTJtTfvpZ7SPEg_LNO0ESlovQC0"});
    let mut signed_by_nobody = with("proof", json!({"type": "DataIntegrityProof"}));
    signed_by_nobody["proof"]["cryptosuite"] = json!("eddsa-rdfc-2022");
    for (credential, options, kind) in [
        (
            with("issuer", json!("did:example:other")),
            json!({}),
            "other-issuer",
        ),
        (with("unheardOf", json!(1)), json!({}), "no-meaning"),
        (with("relatedResource", resource), json!({}), "resource-changed"),
        (signed_by_nobody, json!({}), "earlier-proof"),
        (
            sound.clone(),
            json!({"mandatoryPointers": ["/issuer"]}),
            "invalid-option",
        ),
        (sound.clone(), json!({"created": "yesterday"}), "invalid-option"),
        (
            sound.clone(),
            json!({"expires": "2020-01-01T00:00:00Z"}),
            "invalid-option",
        ),
        (
            sound.clone(),
            json!({"previousProof": ["urn:uuid:1"]}),
            "not-signable",
        ),
        (sound.clone(), json!({"unheardOf": 1}), "invalid-body"),
        (
            sound.clone(),
            json!({"credentialStatus": {"type": "Other", "statusPurpose": "revocation"}}),
            "invalid-status",
        ),
    ] {
        let (status, body) = issue(&issuer, name, &credential, options).await;
        assert_eq!(
            (status, body["type"].as_str()),
            (400, Some(&*format!("/problems/{kind}"))),
            "{body}"
        );
    }
    let (status, body) = post(&issuer, "eddsa-rdfc-2022/credentials/issue", &json!({})).await;
    assert_eq!(
        (status, body["type"].as_str()),
        (400, Some("/problems/invalid-body"))
    );
    let (status, _) = issue(&issuer, "unheard-of", &sound, json!({})).await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn status_is_in_a_list_under_the_public_address_and_can_be_changed() {
    let developer: Developer =
        serde_json::from_value(json!({"public_url": "https://proxy.example:8443"})).unwrap();
    let issuer = TestIssuer::start_for_developers(developer).await;
    let name = "ecdsa-sd-2023";
    let did = did(&issuer, name).await;
    let entry = |purpose: &str| json!({"type": "BitstringStatusListEntry", "statusPurpose": purpose});
    let options = json!({"credentialStatus": [entry("revocation"), entry("suspension")]});
    let (status, body) = issue(&issuer, name, &credential(&did), options.clone()).await;
    assert_eq!(status, 201, "{body}");
    let entry_of = &body["verifiableCredential"]["credentialStatus"][1];
    let address = entry_of["statusListCredential"].as_str().unwrap();
    let path = address.strip_prefix("https://proxy.example:8443").unwrap();

    let list = async |accept: &str| {
        let request = issuer
            .client
            .get(format!("{}{path}", issuer.origin))
            .header("accept", accept);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
        let list: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
        let proofs = data_integrity::verify(&list, &resolve).unwrap();
        data_integrity::require_issuer(&proofs, &did.parse().unwrap()).unwrap();
        (kind, list)
    };
    let (kind, before) = list("*/*").await;
    assert_eq!(kind, "application/vc");
    assert_eq!(
        list("application/ld+json, application/json").await.0,
        "application/ld+json"
    );
    assert_eq!(status_list::check(entry_of, &before, issuer.now()), Ok(false));

    let id = credential(&did)["id"].clone();
    for (wanted, set) in [(json!(true), true), (json!(false), false)] {
        let change = json!({"credentialId": id, "credentialStatus": entry("suspension"), "status": wanted});
        let (status, _) = post(&issuer, "ecdsa-sd-2023/credentials/status", &change).await;
        assert_eq!(status, 200);
        let (_, after) = list("*/*").await;
        assert_eq!(status_list::check(entry_of, &after, issuer.now()), Ok(set));
    }

    let (status, again) = issue(&issuer, name, &credential(&did), options).await;
    assert_eq!(
        (status, again["type"].as_str()),
        (400, Some("/problems/invalid-status"))
    );
    let unknown = json!({"credentialId": "urn:uuid:2", "credentialStatus": entry("revocation")});
    let (status, body) = post(&issuer, "ecdsa-sd-2023/credentials/status", &unknown).await;
    assert_eq!(
        (status, body["type"].as_str()),
        (404, Some("/problems/unknown-status"))
    );
    let lost = issuer.client.get(format!(
        "{}/vc-api/ecdsa-sd-2023/status-lists/absent",
        issuer.origin
    ));
    assert_eq!(lost.send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn credential_of_the_old_data_model_gets_the_context_of_its_proof() {
    let issuer = developers().await;
    let name = "ecdsa-rdfc-2019-p384";
    let old = json!({
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "type": ["VerifiableCredential"],
        "issuer": did(&issuer, name).await,
        "issuanceDate": "2024-09-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:subject"},
    });

    let (status, body) = issue(&issuer, name, &old, json!({})).await;

    assert_eq!(status, 201, "{body}");
    let issued = &body["verifiableCredential"];
    assert_eq!(
        issued["@context"][1],
        "https://w3id.org/security/data-integrity/v2"
    );
    data_integrity::verify(issued, &resolve).unwrap();
}
