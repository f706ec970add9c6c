use crate::fixture::TestIssuer;
use crate::wallet::{Wallet, ask_token, code, fetch_offer, fresh_key};
use chrono::TimeDelta;
use proofs::did::LookupError;
use proofs::{PublicKey, data_integrity, vc_jose};
use reqwest::header;
use serde_json::{Value, json};

/// Whether revoked and suspended, by the signed lists that the copy names.
async fn status(issuer: &TestIssuer, copy: &Value) -> (bool, bool) {
    let credential = match copy {
        Value::String(token) => vc_jose::read(token).unwrap().credential().clone(),
        credential => credential.clone(),
    };
    let mut found = Vec::new();
    for (entry, purpose) in credential["credentialStatus"]
        .as_array()
        .unwrap()
        .iter()
        .zip(["revocation", "suspension"])
    {
        assert_eq!(entry["statusPurpose"], purpose);
        let list = list(issuer, entry["statusListCredential"].as_str().unwrap()).await;
        found.push(status_list::check(entry, &list, issuer.now()).unwrap());
    }
    (found[0], found[1])
}

/// A list, its proof checked.
async fn list(issuer: &TestIssuer, address: &str) -> Value {
    let response = issuer.client.get(address).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["access-control-allow-origin"], "*");
    let list: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    let unit = &issuer.registration.units[0];
    let resolve = |kid: &credentials::DidUrl, _| {
        let key = unit.keys.iter().find(|key| key.kid == *kid).unwrap();
        Ok::<_, LookupError>(PublicKey::from_jwk(&key.public_key_jwk).unwrap())
    };
    let proofs = data_integrity::verify(&list, &resolve).unwrap();
    data_integrity::require_issuer(&proofs, &unit.did).unwrap();
    assert_eq!(list["issuer"], unit.did.as_str());
    list
}

/// An issued award with one copy of each kind.
async fn issued(issuer: &TestIssuer) -> (String, Vec<Value>) {
    let (id, offer) = issuer.offered().await;
    let wallet = Wallet::redeem(issuer, &offer).await;
    let mut copies = Vec::new();
    for configuration in [
        "microcredential_show",
        "microcredential_vc_sd_jwt",
        "microcredential_ldp",
    ] {
        copies.extend(wallet.collect(configuration, &[fresh_key()]).await);
    }
    (id, copies)
}

async fn all(issuer: &TestIssuer, copies: &[Value]) -> Vec<(bool, bool)> {
    let mut found = Vec::new();
    for copy in copies {
        found.push(status(issuer, copy).await);
    }
    found
}

#[tokio::test]
async fn revoking_an_award_reaches_all_its_copies_and_no_others() {
    let issuer = TestIssuer::start().await;
    let (id, copies) = issued(&issuer).await;
    let mut other = issuer.badge();
    other.assertion["id"] = json!(format!("{}/public/assertions/Other", issuer.platform));
    issuer.publish(&other);
    assert_eq!(all(&issuer, &copies).await, [(false, false); 3]);

    let (status, body) = issuer
        .act(&id, "revoke", json!({"reason": "Uitslag herzien na klacht"}))
        .await;

    assert_eq!((status, &body["award"]["state"]), (200, &json!("revoked")));
    assert_eq!(all(&issuer, &copies).await, [(true, false); 3]);
    let history = issuer.award(&id).await["history"].clone();
    assert_eq!(
        history.as_array().unwrap().last().unwrap()["detail"],
        "Uitslag herzien na klacht"
    );
}

#[tokio::test]
async fn award_of_another_learner_keeps_its_status() {
    let issuer = TestIssuer::start().await;
    let (first, first_copies) = issued(&issuer).await;
    let mut other = issuer.badge();
    other.assertion["id"] = json!(format!("{}/public/assertions/Other", issuer.platform));
    let (_, body) = issuer.import_file(&other).await;
    let second = body["award"]["id"].as_str().unwrap().to_owned();
    assert_ne!(first, second);
    issuer.change(&second, crate::fixture::completed()).await;
    issuer.act(&second, "approve", json!({})).await;
    let (_, offer) = issuer.act(&second, "offer", json!({})).await;
    let second_copies = Wallet::redeem(&issuer, &offer)
        .await
        .collect("microcredential_show", &[fresh_key()])
        .await;

    issuer.act(&first, "revoke", json!({"reason": "Fout"})).await;

    assert_eq!(all(&issuer, &first_copies).await, [(true, false); 3]);
    assert_eq!(all(&issuer, &second_copies).await, [(false, false)]);
}

#[tokio::test]
async fn suspension_can_end_and_revocation_cannot() {
    let issuer = TestIssuer::start().await;
    let (id, copies) = issued(&issuer).await;
    let reason = || json!({"reason": "Onderzoek"});

    issuer.act(&id, "suspend", reason()).await;
    assert_eq!(all(&issuer, &copies).await, [(false, true); 3]);
    assert_eq!(issuer.award(&id).await["state"], "suspended");

    issuer.act(&id, "reinstate", reason()).await;
    assert_eq!(all(&issuer, &copies).await, [(false, false); 3]);
    assert_eq!(issuer.award(&id).await["state"], "issued");

    issuer.act(&id, "suspend", reason()).await;
    issuer.act(&id, "revoke", reason()).await;
    assert_eq!(all(&issuer, &copies).await, [(true, true); 3]);
    for act in ["reinstate", "suspend", "revoke", "offer", "approve"] {
        let (status, _) = issuer.act(&id, act, reason()).await;
        assert_eq!(status, 409, "{act}");
    }
}

#[tokio::test]
async fn after_a_revocation_the_result_can_be_awarded_anew() {
    let issuer = TestIssuer::start().await;
    let (id, copies) = issued(&issuer).await;
    issuer.act(&id, "revoke", json!({"reason": "Wallet kwijt"})).await;

    let (status, body) = issuer.import_file(&issuer.badge()).await;

    assert_eq!(status, 201);
    assert_ne!(body["award"]["id"], id.as_str());
    assert_eq!(all(&issuer, &copies).await, [(true, false); 3]);
}

#[tokio::test]
async fn what_does_not_fit_the_state_is_refused_and_so_is_an_empty_reason() {
    let issuer = TestIssuer::start().await;
    let waiting = issuer.reviewed().await;
    for act in ["revoke", "suspend", "reinstate"] {
        let (status, _) = issuer.act(&waiting, act, json!({"reason": "x"})).await;
        assert_eq!(status, 409, "{act}");
    }
    let (status, problem) = issuer.act(&waiting, "revoke", json!({"reason": " "})).await;
    assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!("/reason")));
}

#[tokio::test]
async fn revoked_offer_is_not_collected() {
    let issuer = TestIssuer::start().await;
    let (id, offer) = issuer.offered().await;
    let credential_offer = fetch_offer(&issuer, &offer).await;
    issuer.act(&id, "revoke", json!({"reason": "Vergissing"})).await;

    let (status, body) = ask_token(&issuer, &code(&credential_offer), offer["txCode"].as_str()).await;

    assert_eq!((status, &body["error"]), (400, &json!("invalid_grant")));
}

#[tokio::test]
async fn suspended_or_revoked_award_gives_no_further_copies() {
    for act in ["suspend", "revoke"] {
        let issuer = TestIssuer::start().await;
        let (id, offer) = issuer.offered().await;
        let wallet = Wallet::redeem(&issuer, &offer).await;
        wallet.collect("microcredential_show", &[fresh_key()]).await;
        issuer.act(&id, act, json!({"reason": "x"})).await;

        let nonce = wallet.nonce().await;
        let (status, _) = wallet
            .ask("microcredential_show", &[wallet.proof(&fresh_key(), &nonce)])
            .await;

        assert_eq!(status, 401, "{act}");
    }
}

#[tokio::test]
async fn list_is_signed_afresh_when_it_changes_or_nears_its_end() {
    let issuer = TestIssuer::start().await;
    let (id, copies) = issued(&issuer).await;
    let address = copies[2]["credentialStatus"][0]["statusListCredential"]
        .as_str()
        .unwrap();
    let tag = async || {
        let response = issuer.client.get(address).send().await.unwrap();
        response.headers()[header::ETAG].to_str().unwrap().to_owned()
    };
    let first = tag().await;

    issuer.later(TimeDelta::hours(11));
    assert_eq!(tag().await, first, "nothing changed");
    let unchanged = issuer
        .client
        .get(address)
        .header(header::IF_NONE_MATCH, &first)
        .send()
        .await
        .unwrap();
    assert_eq!(unchanged.status(), 304);

    issuer.later(TimeDelta::hours(2));
    let second = tag().await;
    assert_ne!(second, first, "near its end");

    issuer.register("active", None);
    issuer.act(&id, "revoke", json!({"reason": "x"})).await;
    assert_ne!(tag().await, second, "an entry changed");
    let signed = list(&issuer, address).await;
    assert!(
        signed["validUntil"]
            .as_str()
            .unwrap()
            .parse::<chrono::DateTime<chrono::Utc>>()
            .unwrap()
            > issuer.now()
    );
}

#[tokio::test]
async fn list_names_tell_nothing_and_unknown_lists_are_not_there() {
    let issuer = TestIssuer::start().await;
    let (_, copies) = issued(&issuer).await;
    let address = copies[2]["credentialStatus"][0]["statusListCredential"]
        .as_str()
        .unwrap();
    let name = address.rsplit('/').next().unwrap();
    assert_eq!(name.len(), 8, "{name}");

    let unknown = issuer
        .client
        .get(format!("{}/status/none", issuer.origin))
        .send()
        .await
        .unwrap();
    assert_eq!(unknown.status(), 404);
}
