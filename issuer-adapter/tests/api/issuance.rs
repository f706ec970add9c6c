use crate::fixture::TestIssuer;
use crate::wallet::{Wallet, ask_token, code, fetch_offer, fresh_key};
use chrono::TimeDelta;
use credentials::DidUrl;
use credentials::open_badges::facts;
use http_service::system_random;
use openid4vc::issuance::offer::{Offer, parse};
use openid4vc::issuance::proof;
use proofs::data_integrity::{self, ecdsa_sd};
use proofs::did::LookupError;
use proofs::sd_jwt::SdJwt;
use proofs::{Algorithm, PublicKey, SecretKey, vc_jose};
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::task::JoinSet;

const ALL: [&str; 5] = [
    "microcredential_show",
    "microcredential_dc_sd_jwt",
    "microcredential_vc_sd_jwt",
    "microcredential_ldp",
    "microcredential_ldp_sd",
];

/// Those that are Open Badges.
const OPEN_BADGES: [&str; 4] = [ALL[0], ALL[2], ALL[3], ALL[4]];

fn key(issuer: &TestIssuer, kid: &str) -> PublicKey {
    let keys = &issuer.registration.units[0].keys;
    PublicKey::from_jwk(
        &keys
            .iter()
            .find(|key| key.kid.as_str() == kid)
            .unwrap()
            .public_key_jwk,
    )
    .unwrap()
}

/// The credential inside a copy, its signature checked with the unit's registered key.
fn verified(issuer: &TestIssuer, copy: &Value) -> Value {
    match copy {
        Value::String(token) => {
            let secured = vc_jose::read(token).unwrap();
            let sd_jwt = SdJwt::parse(token).unwrap();
            sd_jwt
                .verify_issuer(&key(issuer, sd_jwt.issuer_jws().kid().unwrap()))
                .unwrap();
            secured.credential().clone()
        }
        credential => {
            let resolve = |kid: &DidUrl, _| Ok::<_, LookupError>(key(issuer, kid.as_str()));
            let proofs = if ecdsa_sd::is_base(credential) {
                vec![ecdsa_sd::verify_base(credential, &resolve).unwrap()]
            } else {
                data_integrity::verify(credential, &resolve).unwrap()
            };
            data_integrity::require_issuer(&proofs, &issuer.registration.units[0].did).unwrap();
            credential.clone()
        }
    }
}

#[tokio::test]
async fn learner_collects_every_kind_of_open_badge() {
    let issuer = TestIssuer::start().await;
    let (id, offer) = issuer.offered().await;
    assert_eq!(offer["txCode"].as_str().unwrap().len(), 6);
    let wallet = Wallet::redeem(&issuer, &offer).await;

    for configuration in OPEN_BADGES {
        let holder = fresh_key();
        let copies = wallet.collect(configuration, std::slice::from_ref(&holder)).await;

        let credential = verified(&issuer, &copies[0]);
        let facts = facts(&credential).unwrap();
        assert_eq!(
            facts.title.nl.as_deref(),
            Some("Warmtepompsystemen ontwerpen"),
            "{configuration}"
        );
        assert_eq!(
            facts.holder_name.as_deref(),
            Some("Sanne de Vries"),
            "{configuration}"
        );
        assert_eq!(
            facts.holder,
            Some(holder.public_key().to_did_key()),
            "{configuration}"
        );
        assert_eq!(facts.level.unwrap().eqf, 6, "{configuration}");
        assert_eq!(facts.size.unwrap().ec, Some(5.0), "{configuration}");
        assert_eq!(facts.outcomes.len(), 3, "{configuration}");
        assert_eq!(facts.result.as_deref(), Some("8"), "{configuration}");
        assert_eq!(
            credential["credentialStatus"].as_array().unwrap().len(),
            2,
            "{configuration}"
        );
        match configuration {
            "microcredential_show" => assert_eq!(
                credential["cnf"]["kid"],
                holder.public_key().to_did_key_url().as_str()
            ),
            "microcredential_vc_sd_jwt" => assert_eq!(credential["cnf"]["jwk"], holder.public_key().to_jwk()),
            _ => {
                assert!(credential.get("cnf").is_none());
                assert_eq!(credential["proof"].as_array().unwrap().len(), 1);
            }
        }
    }
    let award = issuer.award(&id).await;
    assert_eq!(award["state"], "issued");
    assert_eq!(award["copies"].as_array().unwrap().len(), OPEN_BADGES.len());
}

#[tokio::test]
async fn portable_copies_may_be_bound_to_an_ed25519_key_and_the_show_copy_not() {
    let issuer = TestIssuer::start().await;
    let (_, offer) = issuer.offered().await;
    let wallet = Wallet::redeem(&issuer, &offer).await;
    let key = SecretKey::generate(Algorithm::EdDsa, &mut system_random());

    for configuration in ["microcredential_vc_sd_jwt", "microcredential_ldp"] {
        let copies = wallet.collect(configuration, std::slice::from_ref(&key)).await;
        let credential = verified(&issuer, &copies[0]);
        assert_eq!(
            credential["credentialSubject"]["id"],
            key.public_key().to_did_key().as_str()
        );
    }

    let nonce = wallet.nonce().await;
    let (status, body) = wallet
        .ask("microcredential_show", &[wallet.proof(&key, &nonce)])
        .await;
    assert_eq!((status, body["error"].as_str()), (400, Some("invalid_proof")));
}

#[tokio::test]
async fn show_copy_hides_five_groups_and_no_more() {
    let issuer = TestIssuer::start().await;
    let (_, offer) = issuer.offered().await;
    let wallet = Wallet::redeem(&issuer, &offer).await;

    let copies = wallet.collect("microcredential_show", &[fresh_key()]).await;

    let token = SdJwt::parse(copies[0].as_str().unwrap()).unwrap();
    let mut hidden: Vec<String> = token
        .disclosed()
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    hidden.sort();
    assert_eq!(
        hidden,
        [
            "/credentialSubject/achievement/assessment",
            "/credentialSubject/achievement/learningOutcomes",
            "/credentialSubject/identifier",
            "/credentialSubject/result",
            "/evidence",
        ]
    );
}

#[tokio::test]
async fn copies_have_nothing_in_common_that_tells_them_to_be_one_learners() {
    let issuer = TestIssuer::start().await;
    let (_, offer) = issuer.offered().await;
    let wallet = Wallet::redeem(&issuer, &offer).await;

    let keys: Vec<_> = (0..10).map(|_| fresh_key()).collect();
    let copies = wallet.collect("microcredential_show", &keys).await;

    assert_eq!(copies.len(), 10);
    let mut seen = std::collections::HashSet::new();
    for (copy, key) in copies.iter().zip(&keys) {
        let credential = verified(&issuer, copy);
        assert_eq!(
            credential["credentialSubject"]["id"],
            key.public_key().to_did_key().as_str(),
            "in the order of the proofs"
        );
        assert!(seen.insert(credential["id"].to_string()));
        for entry in credential["credentialStatus"].as_array().unwrap() {
            assert!(seen.insert(format!(
                "{} {}",
                entry["statusListCredential"], entry["statusListIndex"]
            )));
        }
    }
}

#[tokio::test]
async fn offer_tells_the_wallet_how_to_redeem_it() {
    let issuer = TestIssuer::start().await;
    let (_, offer) = issuer.offered().await;

    let credential_offer = fetch_offer(&issuer, &offer).await;

    assert_eq!(credential_offer["credential_issuer"], issuer.origin.as_str());
    assert_eq!(credential_offer["credential_configuration_ids"], json!(ALL));
    let grant = &credential_offer["grants"]["urn:ietf:params:oauth:grant-type:pre-authorized_code"];
    assert_eq!(
        (&grant["tx_code"]["input_mode"], &grant["tx_code"]["length"]),
        (&json!("numeric"), &json!(6))
    );
    // The web link leads to the same offer, and keeps it out of the request to the wallet's host.
    let link = offer["offerLink"].as_str().unwrap();
    assert!(link.starts_with("https://wallet.example/#"));
    assert_eq!(
        parse(link).unwrap(),
        parse(offer["offerUri"].as_str().unwrap()).unwrap()
    );
}

#[tokio::test]
async fn offer_works_for_a_day_and_once() {
    let issuer = TestIssuer::start().await;
    let (id, first) = issuer.offered().await;
    let first_offer = fetch_offer(&issuer, &first).await;
    let Offer::Reference(url) = parse(first["offerUri"].as_str().unwrap()).unwrap() else {
        panic!()
    };

    // A new offer replaces the one before.
    let (_, second) = issuer.act(&id, "offer", json!({})).await;
    let gone = issuer.client.get(url).send().await.unwrap();
    assert_eq!(gone.status(), 404);
    let (status, body) = ask_token(&issuer, &code(&first_offer), first["txCode"].as_str()).await;
    assert_eq!((status, &body["error"]), (400, &json!("invalid_grant")));

    // A code is not redeemed twice.
    let second_offer = fetch_offer(&issuer, &second).await;
    Wallet::redeem(&issuer, &second).await;
    let (status, body) = ask_token(&issuer, &code(&second_offer), second["txCode"].as_str()).await;
    assert_eq!((status, &body["error"]), (400, &json!("invalid_grant")));

    // An offer ends after a day.
    let (_, third) = issuer.act(&id, "offer", json!({})).await;
    let third_offer = fetch_offer(&issuer, &third).await;
    issuer.later(TimeDelta::hours(24));
    let (status, body) = ask_token(&issuer, &code(&third_offer), third["txCode"].as_str()).await;
    assert_eq!((status, &body["error"]), (400, &json!("invalid_grant")));
}

#[tokio::test]
async fn new_offer_ends_what_the_one_before_opened() {
    let issuer = TestIssuer::start().await;
    let (id, first) = issuer.offered().await;
    let wallet = Wallet::redeem(&issuer, &first).await;

    let (status, second) = issuer.act(&id, "offer", json!({})).await;

    assert_eq!(status, 201);
    let nonce = wallet.nonce().await;
    let (status, _) = wallet.ask(ALL[0], &[wallet.proof(&fresh_key(), &nonce)]).await;
    assert_eq!(status, 401, "the first wallet gets nothing more");
    let other = Wallet::redeem(&issuer, &second).await;
    assert_eq!(other.collect(ALL[0], &[fresh_key()]).await.len(), 1);
}

#[tokio::test]
async fn wrong_transaction_code_can_be_tried_five_times() {
    let issuer = TestIssuer::start().await;
    let (id, offer) = issuer.offered().await;
    let credential_offer = fetch_offer(&issuer, &offer).await;
    let right = offer["txCode"].as_str().unwrap();
    let wrong = if right == "000000" { "111111" } else { "000000" };

    for left in (0..5).rev() {
        let (status, body) = ask_token(&issuer, &code(&credential_offer), Some(wrong)).await;
        assert_eq!(
            (status, &body["error"], &body["tries_left"]),
            (400, &json!("invalid_grant"), &json!(left))
        );
    }

    let (status, body) = ask_token(&issuer, &code(&credential_offer), Some(right)).await;
    assert_eq!((status, &body["error"]), (400, &json!("invalid_grant")));
    assert!(body.get("tries_left").is_none());
    assert_eq!(
        issuer.award(&id).await["state"],
        "offered",
        "staff can make a new offer"
    );
}

#[tokio::test]
async fn of_many_who_redeem_at_once_one_succeeds() {
    let issuer = Arc::new(TestIssuer::start().await);
    let (_, offer) = issuer.offered().await;
    let code = code(&fetch_offer(&issuer, &offer).await);
    let tx_code = offer["txCode"].as_str().unwrap().to_owned();

    let mut asking = JoinSet::new();
    for _ in 0..12 {
        let (issuer, code, tx_code) = (issuer.clone(), code.clone(), tx_code.clone());
        asking.spawn(async move { ask_token(&issuer, &code, Some(&tx_code)).await.0 });
    }
    let mut answers = asking.join_all().await;
    answers.sort_unstable();

    assert_eq!(answers[0], 200);
    assert!(answers[1..].iter().all(|status| *status == 400), "{answers:?}");
}

#[tokio::test]
async fn of_many_who_use_one_nonce_at_once_one_succeeds() {
    let issuer = Arc::new(TestIssuer::start().await);
    let (id, offer) = issuer.offered().await;
    let wallet = Wallet::redeem(&issuer, &offer).await;
    let (nonce, token) = (wallet.nonce().await, wallet.token.clone());

    let mut asking = JoinSet::new();
    for _ in 0..8 {
        let (issuer, nonce, token) = (issuer.clone(), nonce.clone(), token.clone());
        asking.spawn(async move {
            let wallet = Wallet {
                issuer: &issuer,
                token,
            };
            wallet.ask(ALL[0], &[wallet.proof(&fresh_key(), &nonce)]).await.0
        });
    }
    let mut answers = asking.join_all().await;
    answers.sort_unstable();

    assert_eq!(answers[0], 200);
    assert!(answers[1..].iter().all(|status| *status == 400), "{answers:?}");
    assert_eq!(issuer.award(&id).await["copies"][0]["number"], 1);
}

#[tokio::test]
async fn a_wallet_that_asks_many_times_at_once_gets_every_copy() {
    let issuer = Arc::new(TestIssuer::start().await);
    let (id, offer) = issuer.offered().await;
    let wallet = Wallet::redeem(&issuer, &offer).await;
    let mut asking = JoinSet::new();
    for _ in 0..8 {
        let (issuer, token, nonce) = (issuer.clone(), wallet.token.clone(), wallet.nonce().await);
        asking.spawn(async move {
            let wallet = Wallet {
                issuer: &issuer,
                token,
            };
            wallet.ask(ALL[0], &[wallet.proof(&fresh_key(), &nonce)]).await.0
        });
    }

    assert_eq!(asking.join_all().await, [200; 8]);
    assert_eq!(issuer.award(&id).await["copies"][0]["number"], 8);
}

#[tokio::test]
async fn missing_transaction_code_costs_no_try() {
    let issuer = TestIssuer::start().await;
    let (_, offer) = issuer.offered().await;
    let credential_offer = fetch_offer(&issuer, &offer).await;

    for _ in 0..6 {
        let (status, body) = ask_token(&issuer, &code(&credential_offer), None).await;
        assert_eq!((status, &body["error"]), (400, &json!("invalid_request")));
    }

    let (status, _) = ask_token(&issuer, &code(&credential_offer), offer["txCode"].as_str()).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn token_endpoint_refuses_in_the_words_of_the_standard() {
    let issuer = TestIssuer::start().await;
    for (kind, body, error) in [
        (
            "application/x-www-form-urlencoded",
            "grant_type=authorization_code&code=x",
            "unsupported_grant_type",
        ),
        ("application/x-www-form-urlencoded", "", "invalid_request"),
        (
            "application/x-www-form-urlencoded",
            "grant_type=urn:ietf:params:oauth:grant-type:pre-authorized_code&tx_code=1",
            "invalid_request",
        ),
        (
            "application/x-www-form-urlencoded",
            "grant_type=urn:ietf:params:oauth:grant-type:pre-authorized_code&pre-authorized_code=x&tx_code=1&tx_code=2",
            "invalid_request",
        ),
        (
            "application/x-www-form-urlencoded",
            "grant_type=urn:ietf:params:oauth:grant-type:pre-authorized_code&pre-authorized_code=x&tx_code=1",
            "invalid_grant",
        ),
        ("application/json", "{}", "invalid_request"),
    ] {
        let response = issuer
            .client
            .post(format!("{}/openid4vci/token", issuer.origin))
            .header("content-type", kind)
            .body(body)
            .send()
            .await
            .unwrap();
        assert_eq!(
            (
                response.status(),
                response.headers()["cache-control"].to_str().unwrap()
            ),
            (reqwest::StatusCode::BAD_REQUEST, "no-store")
        );
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer["error"], error, "{body}");
    }
}

#[tokio::test]
async fn nonce_works_once_and_for_five_minutes() {
    let issuer = TestIssuer::start().await;
    let (_, offer) = issuer.offered().await;
    let wallet = Wallet::redeem(&issuer, &offer).await;
    let nonce = wallet.nonce().await;
    let (status, _) = wallet.ask(ALL[0], &[wallet.proof(&fresh_key(), &nonce)]).await;
    assert_eq!(status, 200);

    let (status, body) = wallet.ask(ALL[0], &[wallet.proof(&fresh_key(), &nonce)]).await;
    assert_eq!(
        (status, &body["error"]),
        (400, &json!("invalid_nonce")),
        "used before"
    );

    let late = wallet.nonce().await;
    issuer.later(TimeDelta::minutes(6));
    let (status, body) = wallet.ask(ALL[0], &[wallet.proof(&fresh_key(), &late)]).await;
    assert_eq!(
        (status, &body["error"]),
        (400, &json!("invalid_nonce")),
        "too late"
    );

    let (status, body) = wallet.ask(ALL[0], &[wallet.proof(&fresh_key(), "made-up")]).await;
    assert_eq!(
        (status, &body["error"]),
        (400, &json!("invalid_nonce")),
        "not ours"
    );

    let bare = proof::make(&fresh_key(), &issuer.origin, None, issuer.now()).unwrap();
    let (status, body) = wallet.ask(ALL[0], &[bare]).await;
    assert_eq!(
        (status, &body["error"]),
        (400, &json!("invalid_nonce")),
        "none at all"
    );
}

#[tokio::test]
async fn refused_request_does_not_use_the_nonce_up() {
    let issuer = TestIssuer::start().await;
    let (_, offer) = issuer.offered().await;
    let wallet = Wallet::redeem(&issuer, &offer).await;
    let nonce = wallet.nonce().await;
    let (status, _) = wallet.ask("unknown", &[wallet.proof(&fresh_key(), &nonce)]).await;
    assert_eq!(status, 400);

    let (status, _) = wallet.ask(ALL[0], &[wallet.proof(&fresh_key(), &nonce)]).await;

    assert_eq!(status, 200);
}

#[tokio::test]
async fn proofs_that_do_not_hold_are_refused() {
    let issuer = TestIssuer::start().await;
    let (_, offer) = issuer.offered().await;
    let wallet = Wallet::redeem(&issuer, &offer).await;
    let nonce = wallet.nonce().await;
    let key = fresh_key();
    let sound = wallet.proof(&key, &nonce);
    let elsewhere = proof::make(&key, "https://evil.example", Some(&nonce), issuer.now()).unwrap();
    let old = proof::make(
        &key,
        &issuer.origin,
        Some(&nonce),
        issuer.now() - TimeDelta::minutes(10),
    )
    .unwrap();
    let mut altered = sound.clone();
    altered.replace_range(altered.len() - 4.., "AAAA");
    let eleven: Vec<String> = (0..11).map(|_| wallet.proof(&fresh_key(), &nonce)).collect();

    for proofs in [
        vec![elsewhere],
        vec![old],
        vec![altered],
        vec!["x".into()],
        vec![],
        vec![sound.clone(), sound],
        eleven,
    ] {
        let (status, body) = wallet.ask(ALL[0], &proofs).await;
        assert_eq!(
            (status, &body["error"]),
            (400, &json!("invalid_proof")),
            "{}",
            proofs.len()
        );
    }
}

#[tokio::test]
async fn credential_endpoint_refuses_in_the_words_of_the_standard() {
    let issuer = TestIssuer::start().await;
    let (id, offer) = issuer.offered().await;
    let wallet = Wallet::redeem(&issuer, &offer).await;
    let nonce = wallet.nonce().await;
    let proofs = json!({"jwt": [wallet.proof(&fresh_key(), &nonce)]});
    for (body, error) in [
        (
            json!({"credential_configuration_id": "unknown", "proofs": proofs}),
            "unknown_credential_configuration",
        ),
        (
            json!({"credential_identifier": "x", "proofs": proofs}),
            "unknown_credential_identifier",
        ),
        (json!({"proofs": proofs}), "invalid_credential_request"),
        (json!({"credential_configuration_id": ALL[0]}), "invalid_proof"),
        (
            json!({"credential_configuration_id": ALL[0], "proofs": {"di_vp": [{}]}}),
            "invalid_proof",
        ),
        (
            json!({"credential_configuration_id": ALL[0], "proofs": {"jwt": [wallet.proof(&fresh_key(), &nonce)], "di_vp": [{}]}}),
            "invalid_proof",
        ),
        (
            json!({"credential_configuration_id": ALL[0], "proofs": proofs, "credential_response_encryption": {}}),
            "invalid_encryption_parameters",
        ),
    ] {
        let response = wallet.post(&body).await;
        assert_eq!(response.status(), 400, "{body}");
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer["error"], error, "{body}");
    }
    assert_eq!(issuer.award(&id).await["state"], "offered");
}

#[tokio::test]
async fn token_that_is_missing_wrong_or_old_is_refused_with_a_challenge() {
    let issuer = TestIssuer::start().await;
    let (_, offer) = issuer.offered().await;
    let mut wallet = Wallet::redeem(&issuer, &offer).await;
    let nonce = wallet.nonce().await;
    let body = json!({"credential_configuration_id": ALL[0], "proofs": {"jwt": [wallet.proof(&fresh_key(), &nonce)]}});
    let address = format!("{}/openid4vci/credential", issuer.origin);

    let bare = issuer.client.post(&address).json(&body).send().await.unwrap();
    assert_eq!(
        (
            bare.status().as_u16(),
            bare.headers()["www-authenticate"].to_str().unwrap()
        ),
        (401, "Bearer")
    );

    let right = std::mem::replace(&mut wallet.token, "wrong".into());
    let wrong = wallet.post(&body).await;
    assert_eq!(
        (
            wrong.status().as_u16(),
            wrong.headers()["www-authenticate"].to_str().unwrap()
        ),
        (401, "Bearer error=\"invalid_token\"")
    );
    let answer: Value = wrong.json().await.unwrap();
    assert_eq!(answer["error"], "invalid_token");

    wallet.token = right;
    issuer.later(TimeDelta::minutes(15));
    assert_eq!(wallet.post(&body).await.status(), 401);
}

#[tokio::test]
async fn what_was_collected_is_not_offered_again() {
    let issuer = TestIssuer::start().await;
    let (id, offer) = issuer.offered().await;
    let wallet = Wallet::redeem(&issuer, &offer).await;
    wallet.collect(ALL[0], &[fresh_key()]).await;

    let (status, problem) = issuer.act(&id, "offer", json!({})).await;

    assert_eq!(status, 409);
    assert_eq!(problem["errors"][0]["code"], "RES-002");
    assert_eq!(
        problem["detailNl"],
        "Voor dit resultaat is al een microcredential uitgegeven."
    );
    let (status, again) = issuer.import(json!({"assertion": issuer.link()})).await;
    assert_eq!(
        (status, &again["award"]["id"], &again["award"]["state"]),
        (200, &json!(id), &json!("issued"))
    );
}

#[tokio::test]
async fn one_token_gives_twenty_copies_of_a_kind_at_most() {
    let issuer = TestIssuer::start().await;
    let (_, offer) = issuer.offered().await;
    let wallet = Wallet::redeem(&issuer, &offer).await;
    for _ in 0..2 {
        let keys: Vec<_> = (0..10).map(|_| fresh_key()).collect();
        wallet.collect(ALL[0], &keys).await;
    }

    let nonce = wallet.nonce().await;
    let (status, body) = wallet.ask(ALL[0], &[wallet.proof(&fresh_key(), &nonce)]).await;

    assert_eq!(
        (status, &body["error"]),
        (400, &json!("credential_request_denied"))
    );
}

#[tokio::test]
async fn wallet_tells_what_became_of_its_copies() {
    let issuer = TestIssuer::start().await;
    let (id, offer) = issuer.offered().await;
    let wallet = Wallet::redeem(&issuer, &offer).await;
    let nonce = wallet.nonce().await;
    let (_, body) = wallet.ask(ALL[0], &[wallet.proof(&fresh_key(), &nonce)]).await;
    let notify = async |body: Value| {
        let address = format!("{}/openid4vci/notification", issuer.origin);
        let response = issuer
            .client
            .post(address)
            .bearer_auth(&wallet.token)
            .json(&body)
            .send()
            .await
            .unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    };

    let (status, _) =
        notify(json!({"notification_id": body["notification_id"], "event": "credential_accepted"})).await;
    assert_eq!(status, 204);
    let (status, answer) = notify(json!({"notification_id": "x", "event": "credential_accepted"})).await;
    assert!(status == 400 && answer.contains("invalid_notification_id"));
    let (status, answer) = notify(json!({"notification_id": "x", "event": "something"})).await;
    assert!(status == 400 && answer.contains("invalid_notification_request"));

    let history = issuer.award(&id).await["history"].clone();
    assert_eq!(history.as_array().unwrap().last().unwrap()["action"], "accepted");
}

#[tokio::test]
async fn wallets_in_a_browser_may_ask_from_any_origin() {
    let issuer = TestIssuer::start().await;
    for path in [
        "/openid4vci/token",
        "/openid4vci/nonce",
        "/openid4vci/credential",
        "/offers/x",
        "/status/x",
    ] {
        let response = issuer
            .client
            .request(Method::OPTIONS, format!("{}{path}", issuer.origin))
            .header("origin", "https://wallet.example")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,content-type")
            .send()
            .await
            .unwrap();
        assert_eq!(response.headers()["access-control-allow-origin"], "*", "{path}");
    }

    let address = format!("{}/.well-known/openid-configuration", issuer.origin);
    let response = issuer.client.get(address).send().await.unwrap();
    assert_eq!(response.status(), 404);
    assert_eq!(response.headers()["access-control-allow-origin"], "*");
}

#[tokio::test]
async fn achievement_is_described_where_credentials_say() {
    let issuer = TestIssuer::start().await;
    let (_, offer) = issuer.offered().await;
    let wallet = Wallet::redeem(&issuer, &offer).await;
    let copies = wallet.collect("microcredential_ldp", &[fresh_key()]).await;
    let address = copies[0]["credentialSubject"]["achievement"]["id"]
        .as_str()
        .unwrap();

    let response = issuer.client.get(address).send().await.unwrap();
    assert_eq!(response.headers()["access-control-allow-origin"], "*");
    let text = response.text().await.unwrap();

    let achievement: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(achievement["id"], address);
    assert_eq!(achievement["name"], "Warmtepompsystemen ontwerpen");
    assert!(!text.contains("Sanne"));
}
