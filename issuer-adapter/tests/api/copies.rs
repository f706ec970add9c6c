//! One award in every format, in copies that have nothing in common.

use crate::fixture::TestIssuer;
use crate::wallet::{Wallet, code, fetch_offer, fresh_key};
use chrono::{DateTime, Utc};
use credentials::sd_jwt_vc::{VCT, facts};
use issuer_adapter::Profile;
use openid4vc::issuance::messages::IssuerMetadata;
use openid4vc::issuance::proof;
use proofs::{PublicKey, jws, sd_jwt_vc, vc_jose};
use reqwest::header;
use serde_json::{Value, json};
use status_list::token::{self, Reference, Status};
use std::collections::HashSet;

const DC: &str = "microcredential_dc_sd_jwt";
const ALL: [&str; 5] = [
    "microcredential_show",
    DC,
    "microcredential_vc_sd_jwt",
    "microcredential_ldp",
    "microcredential_ldp_sd",
];

fn unit_key(issuer: &TestIssuer, kid: &str) -> PublicKey {
    let keys = &issuer.registration.units[0].keys;
    let key = keys.iter().find(|key| key.kid.as_str() == kid).unwrap();
    PublicKey::from_jwk(&key.public_key_jwk).unwrap()
}

/// The claims of a `dc+sd-jwt` copy, its signature checked.
fn claims(issuer: &TestIssuer, copy: &Value) -> Value {
    let read = sd_jwt_vc::read(copy.as_str().unwrap()).unwrap();
    assert_eq!(read.sd_jwt().issuer_jws().typ(), Some("dc+sd-jwt"));
    read.verify(&unit_key(issuer, read.kid().unwrap().as_str()))
        .unwrap();
    read.claims().clone()
}

/// What the published list says of a `dc+sd-jwt` copy, the list's signature checked.
async fn token_status(issuer: &TestIssuer, copy: &Value) -> Status {
    let reference = Reference::of(&claims(issuer, copy)).unwrap().unwrap();
    let response = issuer
        .client
        .get(&reference.uri)
        .header(header::ACCEPT, token::MEDIA_TYPE)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], token::MEDIA_TYPE);
    assert_eq!(response.headers()["access-control-allow-origin"], "*");
    let list = jws::parse(&response.text().await.unwrap(), 64 * 1024).unwrap();
    assert_eq!(list.typ(), Some(token::TYP));
    list.verify(&unit_key(issuer, list.kid().unwrap())).unwrap();
    let payload = list.payload_json().unwrap();
    assert_eq!(payload["status_list"]["bits"], 2);
    assert!(payload["exp"].as_i64().unwrap() - payload["iat"].as_i64().unwrap() <= 24 * 60 * 60);
    assert!(payload["ttl"].as_i64().unwrap() > 0);
    token::check(&reference, &payload, issuer.now()).unwrap()
}

/// Whether revoked and suspended by the bits of an Open Badges copy.
async fn bits(issuer: &TestIssuer, copy: &Value) -> Vec<bool> {
    let credential = match copy {
        Value::String(token) => vc_jose::read(token).unwrap().credential().clone(),
        credential => credential.clone(),
    };
    let entries = match &credential["credentialStatus"] {
        Value::Array(entries) => entries.clone(),
        single => vec![single.clone()],
    };
    let mut found = Vec::new();
    for entry in entries {
        let address = entry["statusListCredential"].as_str().unwrap();
        let list = issuer.client.get(address).send().await.unwrap();
        let list: Value = serde_json::from_str(&list.text().await.unwrap()).unwrap();
        found.push(status_list::check(&entry, &list, issuer.now()).unwrap());
    }
    found
}

/// An issued award with two copies of each kind, those of `dc+sd-jwt` apart.
async fn issued(issuer: &TestIssuer) -> (String, Vec<Value>, Vec<Value>) {
    let (id, offer) = issuer.offered().await;
    let wallet = Wallet::redeem(issuer, &offer).await;
    let (mut badges, mut tokens) = (Vec::new(), Vec::new());
    for configuration in ALL {
        let copies = wallet.collect(configuration, &[fresh_key(), fresh_key()]).await;
        match configuration {
            DC => tokens.extend(copies),
            _ => badges.extend(copies),
        }
    }
    (id, badges, tokens)
}

#[tokio::test]
async fn award_is_issued_as_sd_jwt_vc_that_says_the_same() {
    let issuer = TestIssuer::start().await;
    let (_, offer) = issuer.offered().await;
    let wallet = Wallet::redeem(&issuer, &offer).await;
    let holder = fresh_key();

    let copies = wallet.collect(DC, std::slice::from_ref(&holder)).await;

    let claims = claims(&issuer, &copies[0]);
    assert_eq!(claims["vct"], VCT);
    assert_eq!(claims["cnf"]["jwk"]["x"], holder.public_key().to_jwk()["x"]);
    let facts = facts(&claims).unwrap();
    assert_eq!(facts.title.nl.as_deref(), Some("Warmtepompsystemen ontwerpen"));
    assert_eq!(facts.holder_name.as_deref(), Some("Sanne de Vries"));
    assert_eq!(facts.level.unwrap().eqf, 6);
    assert_eq!(facts.outcomes.len(), 3);
    assert_eq!(facts.result.as_deref(), Some("8"));
}

#[tokio::test]
async fn sd_jwt_vcs_of_a_batch_have_nothing_in_common_that_links_them() {
    let issuer = TestIssuer::start().await;
    let (_, offer) = issuer.offered().await;
    let wallet = Wallet::redeem(&issuer, &offer).await;
    let keys: Vec<_> = (0..10).map(|_| fresh_key()).collect();

    let copies = wallet.collect(DC, &keys).await;

    assert_eq!(copies.len(), 10);
    let mut seen = HashSet::new();
    for (copy, key) in copies.iter().zip(&keys) {
        let claims = claims(&issuer, copy);
        assert_eq!(
            claims["cnf"]["jwk"]["x"],
            key.public_key().to_jwk()["x"],
            "in the order of the proofs"
        );
        for own in [
            &claims["credential_id"],
            &claims["status"]["status_list"]["idx"],
            &claims["cnf"],
        ] {
            assert!(seen.insert(own.to_string()), "{own}");
        }
        for part in copy
            .as_str()
            .unwrap()
            .split(['~', '.'])
            .skip(1)
            .filter(|part| !part.is_empty())
        {
            assert!(
                seen.insert(part.to_owned()),
                "disclosures and signatures have salts and keys of their own"
            );
        }
    }
}

#[tokio::test]
async fn two_proofs_of_one_key_are_refused_and_nothing_is_issued() {
    let issuer = TestIssuer::start().await;
    let (id, offer) = issuer.offered().await;
    let wallet = Wallet::redeem(&issuer, &offer).await;
    let (key, nonce) = (fresh_key(), wallet.nonce().await);

    let proofs = [wallet.proof(&key, &nonce), wallet.proof(&key, &nonce)];
    let (status, body) = wallet.ask(DC, &proofs).await;

    assert_eq!((status, &body["error"]), (400, &json!("invalid_proof")));
    assert_eq!(issuer.award(&id).await["copies"], json!([]));
}

#[tokio::test]
async fn suspension_reinstatement_and_revocation_reach_every_copy_in_every_format() {
    let issuer = TestIssuer::start().await;
    let (id, badges, tokens) = issued(&issuer).await;
    let reason = || json!({"reason": "Onderzoek"});
    for (act, revoked, suspended, status) in [
        (None, false, false, Status::Valid),
        (Some("suspend"), false, true, Status::Suspended),
        (Some("reinstate"), false, false, Status::Valid),
        (Some("suspend"), false, true, Status::Suspended),
        (Some("revoke"), true, true, Status::Invalid),
    ] {
        if let Some(act) = act {
            let (answer, body) = issuer.act(&id, act, reason()).await;
            assert_eq!(answer, 200, "{act}: {body}");
        }
        for badge in &badges {
            assert_eq!(bits(&issuer, badge).await, [revoked, suspended], "{act:?}");
        }
        for token in &tokens {
            assert_eq!(token_status(&issuer, token).await, status, "{act:?}");
        }
        for copies in issuer.award(&id).await["copies"].as_array().unwrap() {
            assert_eq!(copies["number"], 2, "{copies}");
            assert_eq!(copies["revoked"], if revoked { 2 } else { 0 }, "{copies}");
            let paused = suspended && !revoked;
            assert_eq!(copies["suspended"], if paused { 2 } else { 0 }, "{copies}");
        }
    }
}

#[tokio::test]
async fn token_list_is_served_in_its_one_form_and_as_it_is_now() {
    let issuer = TestIssuer::start().await;
    let (id, _, tokens) = issued(&issuer).await;
    let reference = Reference::of(&claims(&issuer, &tokens[0])).unwrap().unwrap();
    let get = async |address: &str, name: header::HeaderName, value: &str| {
        let request = issuer.client.get(address).header(name, value);
        request.send().await.unwrap()
    };

    let first = get(&reference.uri, header::ACCEPT, "*/*").await;
    let tag = first.headers()[header::ETAG].to_str().unwrap().to_owned();
    let same = get(&reference.uri, header::IF_NONE_MATCH, &tag).await;
    assert_eq!(same.status(), 304);
    let other = get(&reference.uri, header::ACCEPT, "application/statuslist+cwt").await;
    assert_eq!(other.status(), 406);
    let past = get(&format!("{}?time=1", reference.uri), header::ACCEPT, "*/*").await;
    assert_eq!(past.status(), 501);
    // A list is under one address alone.
    let name = reference.uri.rsplit('/').next().unwrap();
    let bitstring = get(&format!("{}/status/{name}", issuer.origin), header::ACCEPT, "*/*").await;
    assert_eq!(bitstring.status(), 404);

    issuer.act(&id, "revoke", json!({"reason": "x"})).await;
    let changed = get(&reference.uri, header::IF_NONE_MATCH, &tag).await;
    assert_eq!(changed.status(), 200);
}

#[tokio::test]
async fn metadata_describes_every_configuration_and_the_size_of_a_batch() {
    let issuer = TestIssuer::start().await;
    let address = format!("{}/.well-known/openid-credential-issuer", issuer.origin);
    let text = issuer
        .client
        .get(address)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();

    let metadata = IssuerMetadata::parse(text.as_bytes()).unwrap();

    assert_eq!(metadata.batch_credential_issuance.unwrap().batch_size, 10);
    let described = metadata.credential_configurations_supported;
    assert_eq!(described.len(), ALL.len());
    let dc = &described[DC];
    assert_eq!((dc.format.as_str(), dc.vct.as_deref()), ("dc+sd-jwt", Some(VCT)));
    assert!(dc.credential_definition.is_none());
    let claims = &dc.credential_metadata.as_ref().unwrap().claims;
    let title = claims
        .iter()
        .find(|claim| claim.path == [json!("title")])
        .unwrap();
    assert_eq!(title.mandatory, Some(true));
    let locales: Vec<_> = title
        .display
        .iter()
        .filter_map(|display| display.locale.as_deref())
        .collect();
    assert_eq!(locales, ["nl-NL", "en-GB"]);

    let address = format!("{}/types/microcredential", issuer.origin);
    let metadata: Value = issuer
        .client
        .get(address)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(metadata["vct"], VCT);
}

/// Redeems an offer with authorization details.
async fn redeem_with(issuer: &TestIssuer, offer: &Value, details: &str) -> (u16, Value) {
    let credential_offer = fetch_offer(issuer, offer).await;
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair(
        "grant_type",
        "urn:ietf:params:oauth:grant-type:pre-authorized_code",
    );
    form.append_pair("pre-authorized_code", &code(&credential_offer));
    form.append_pair("tx_code", offer["txCode"].as_str().unwrap());
    form.append_pair("authorization_details", details);
    let response = issuer
        .client
        .post(format!("{}/openid4vci/token", issuer.origin))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(form.finish())
        .send()
        .await
        .unwrap();
    let status = response.status().as_u16();
    (status, response.json().await.unwrap())
}

#[tokio::test]
async fn authorization_details_are_answered_with_identifiers_that_are_then_the_only_way_to_ask() {
    let issuer = TestIssuer::start().await;
    let (_, offer) = issuer.offered().await;
    let details = json!([{"type": "openid_credential", "credential_configuration_id": DC, "locations": [issuer.origin]}]);

    let (status, token) = redeem_with(&issuer, &offer, &details.to_string()).await;

    assert_eq!(status, 200, "{token}");
    let given = &token["authorization_details"][0];
    assert_eq!(
        (&given["type"], &given["credential_configuration_id"]),
        (&json!("openid_credential"), &json!(DC))
    );
    let identifier = given["credential_identifiers"][0].as_str().unwrap();
    let wallet = Wallet {
        issuer: &issuer,
        token: token["access_token"].as_str().unwrap().to_owned(),
    };
    let nonce = wallet.nonce().await;
    let proof =
        || json!({"jwt": [proof::make(&fresh_key(), &issuer.origin, Some(&nonce), issuer.now()).unwrap()]});
    for (asked, error) in [
        (
            json!({"credential_configuration_id": DC, "proofs": proof()}),
            "invalid_credential_request",
        ),
        (
            json!({"credential_identifier": "microcredential_show:award", "proofs": proof()}),
            "unknown_credential_identifier",
        ),
        (
            json!({"credential_identifier": identifier, "credential_configuration_id": DC, "proofs": proof()}),
            "invalid_credential_request",
        ),
    ] {
        let response = wallet.post(&asked).await;
        assert_eq!(response.status(), 400, "{error}");
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer["error"], error);
    }
    let right = json!({"credential_identifier": identifier, "proofs": proof()});
    let answer: Value = wallet.post(&right).await.json().await.unwrap();
    claims(&issuer, &answer["credentials"][0]["credential"]);
}

#[tokio::test]
async fn authorization_details_that_ask_for_what_is_not_here_cost_no_offer() {
    let issuer = TestIssuer::start().await;
    let (_, offer) = issuer.offered().await;
    for details in [
        json!([{"type": "payment", "credential_configuration_id": DC}]),
        json!([{"type": "openid_credential", "credential_configuration_id": "other"}]),
        json!([{"type": "openid_credential"}]),
        json!([{"type": "openid_credential", "credential_configuration_id": DC, "locations": ["https://other.example"]}]),
        json!([]),
        json!({}),
        json!("text"),
    ] {
        let (status, body) = redeem_with(&issuer, &offer, &details.to_string()).await;
        assert_eq!(
            (status, &body["error"]),
            (400, &json!("invalid_authorization_details")),
            "{details}"
        );
    }
    Wallet::redeem(&issuer, &offer).await;
}

#[tokio::test]
async fn unit_for_the_badge_world_issues_one_status_entry_and_cannot_suspend() {
    let issuer = TestIssuer::start_with(Profile::OneEdTech).await;
    let (id, badges, tokens) = issued(&issuer).await;
    for badge in &badges {
        let credential = match badge {
            Value::String(token) => vc_jose::read(token).unwrap().credential().clone(),
            credential => credential.clone(),
        };
        assert_eq!(credential["credentialStatus"]["statusPurpose"], "revocation");
    }
    assert_eq!(issuer.award(&id).await["suspendable"], false);

    let (status, problem) = issuer.act(&id, "suspend", json!({"reason": "x"})).await;
    assert_eq!(
        (status, &problem["type"]),
        (409, &json!("/problems/suspension-not-available"))
    );
    assert_eq!(token_status(&issuer, &tokens[0]).await, Status::Valid);

    issuer.act(&id, "revoke", json!({"reason": "x"})).await;
    for badge in &badges {
        assert_eq!(bits(&issuer, badge).await, [true]);
    }
    assert_eq!(token_status(&issuer, &tokens[0]).await, Status::Invalid);
}

#[tokio::test]
async fn new_copies_of_a_collected_award_follow_it_like_the_first() {
    let issuer = TestIssuer::start().await;
    let (id, _, first) = issued(&issuer).await;

    let (status, offer) = issuer.act(&id, "new-copies", json!({})).await;
    assert_eq!(status, 201, "{offer}");
    assert_eq!(
        issuer.award(&id).await["state"],
        "issued",
        "the first copies stay in force"
    );
    let wallet = Wallet::redeem(&issuer, &offer).await;
    let second = wallet.collect(DC, &[fresh_key()]).await;

    issuer.act(&id, "suspend", json!({"reason": "x"})).await;
    for token in first.iter().chain(&second) {
        assert_eq!(token_status(&issuer, token).await, Status::Suspended);
    }
    let (status, _) = issuer.act(&id, "new-copies", json!({})).await;
    assert_eq!(status, 409, "none while it is suspended");
}

#[tokio::test]
async fn award_that_was_not_collected_has_no_new_copies() {
    let issuer = TestIssuer::start().await;
    let (id, _) = issuer.offered().await;

    let (status, _) = issuer.act(&id, "new-copies", json!({})).await;

    assert_eq!(status, 409);
}

#[tokio::test]
async fn pages_of_any_origin_can_read_that_a_method_is_not_taken() {
    let issuer = TestIssuer::start().await;
    for (method, path) in [
        (reqwest::Method::GET, "/openid4vci/token"),
        (reqwest::Method::GET, "/openid4vci/credential"),
        (reqwest::Method::POST, "/.well-known/openid-credential-issuer"),
        (reqwest::Method::DELETE, "/status/token/x"),
    ] {
        let response = issuer
            .client
            .request(method.clone(), format!("{}{path}", issuer.origin))
            .header(header::ORIGIN, "https://wallet.example")
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 405, "{method} {path}");
        assert_eq!(
            response.headers()["access-control-allow-origin"],
            "*",
            "{method} {path}"
        );
        assert!(response.headers().contains_key(header::ALLOW), "{method} {path}");
    }
}

#[tokio::test]
async fn day_of_award_is_all_that_a_copy_tells_of_time() {
    let issuer = TestIssuer::start().await;
    let (_, _, tokens) = issued(&issuer).await;

    let claims = claims(&issuer, &tokens[0]);

    for name in ["iat", "nbf"] {
        let moment: DateTime<Utc> = DateTime::from_timestamp(claims[name].as_i64().unwrap(), 0).unwrap();
        assert_eq!(moment.format("%M%S").to_string(), "0000", "{name}");
    }
}
