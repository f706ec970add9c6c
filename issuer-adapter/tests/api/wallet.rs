//! A wallet as small as can be.

use crate::fixture::TestIssuer;
use http_service::system_random;
use openid4vc::issuance::offer::{Offer, parse};
use openid4vc::issuance::proof;
use proofs::{Algorithm, SecretKey};
use reqwest::Response;
use serde_json::{Value, json};

pub(crate) struct Wallet<'a> {
    pub(crate) issuer: &'a TestIssuer,
    pub(crate) token: String,
}

pub(crate) fn fresh_key() -> SecretKey {
    SecretKey::generate(Algorithm::Es256, &mut system_random())
}

/// The offer behind a link of the desk.
pub(crate) async fn fetch_offer(issuer: &TestIssuer, offer: &Value) -> Value {
    let Offer::Reference(url) = parse(offer["offerUri"].as_str().unwrap()).unwrap() else {
        panic!("the offer is by reference");
    };
    let response = issuer.client.get(url).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["cache-control"], "no-store");
    response.json().await.unwrap()
}

pub(crate) fn code(offer: &Value) -> String {
    offer["grants"]["urn:ietf:params:oauth:grant-type:pre-authorized_code"]["pre-authorized_code"]
        .as_str()
        .unwrap()
        .to_owned()
}

pub(crate) async fn ask_token(issuer: &TestIssuer, code: &str, tx_code: Option<&str>) -> (u16, Value) {
    let mut form = vec![
        (
            "grant_type",
            "urn:ietf:params:oauth:grant-type:pre-authorized_code",
        ),
        ("pre-authorized_code", code),
    ];
    form.extend(tx_code.map(|tx_code| ("tx_code", tx_code)));
    let body = form
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect::<Vec<_>>()
        .join("&");
    let response = issuer
        .client
        .post(format!("{}/openid4vci/token", issuer.origin))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body)
        .send()
        .await
        .unwrap();
    let status = response.status().as_u16();
    (status, response.json().await.unwrap())
}

impl<'a> Wallet<'a> {
    /// A wallet that redeemed an offer of the desk.
    pub(crate) async fn redeem(issuer: &'a TestIssuer, offer: &Value) -> Self {
        let credential_offer = fetch_offer(issuer, offer).await;
        let tx_code = offer["txCode"].as_str().unwrap();
        let (status, body) = ask_token(issuer, &code(&credential_offer), Some(tx_code)).await;
        assert_eq!(status, 200, "{body}");
        assert_eq!(body["token_type"], "Bearer");
        Self {
            issuer,
            token: body["access_token"].as_str().unwrap().to_owned(),
        }
    }

    pub(crate) async fn nonce(&self) -> String {
        let response = self
            .issuer
            .client
            .post(format!("{}/openid4vci/nonce", self.issuer.origin))
            .send()
            .await
            .unwrap();
        assert_eq!(response.headers()["cache-control"], "no-store");
        let body: Value = response.json().await.unwrap();
        body["c_nonce"].as_str().unwrap().to_owned()
    }

    pub(crate) fn proof(&self, key: &SecretKey, nonce: &str) -> String {
        proof::make(key, &self.issuer.origin, Some(nonce), self.issuer.now()).unwrap()
    }

    pub(crate) async fn post(&self, body: &Value) -> Response {
        self.issuer
            .client
            .post(format!("{}/openid4vci/credential", self.issuer.origin))
            .bearer_auth(&self.token)
            .json(body)
            .send()
            .await
            .unwrap()
    }

    /// Asks with proofs as given.
    pub(crate) async fn ask(&self, configuration: &str, proofs: &[String]) -> (u16, Value) {
        let body = json!({"credential_configuration_id": configuration, "proofs": {"jwt": proofs}});
        let response = self.post(&body).await;
        let status = response.status().as_u16();
        (status, response.json().await.unwrap())
    }

    /// Collects one copy for each key.
    pub(crate) async fn collect(&self, configuration: &str, keys: &[SecretKey]) -> Vec<Value> {
        let nonce = self.nonce().await;
        let proofs: Vec<String> = keys.iter().map(|key| self.proof(key, &nonce)).collect();
        let (status, body) = self.ask(configuration, &proofs).await;
        assert_eq!(status, 200, "{body}");
        let credentials = body["credentials"].as_array().unwrap();
        credentials.iter().map(|one| one["credential"].clone()).collect()
    }
}
