//! A running register with a small chain: root, accreditor, institution, unit.

use chrono::{DateTime, Utc};
use http_service::Clock;
use proofs::{Algorithm, SecretKey};
use register::{Config, Decisions, Keeper, Register, Seed};
use reqwest::{Client, Response, header};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tower::ServiceExt;
use trust::{OperatorKeys, VerifiedList, verify_list};

/// The secrets of two keepers.
pub(crate) const KEEPER: &str = "the first keeper's own secret, long enough";
pub(crate) const SECOND: &str = "the second keeper's own secret, long enough";
pub(crate) const UNIT: &str = "did:web:college.example:energie";

pub(crate) struct TestRegister {
    pub(crate) origin: String,
    pub(crate) clock: Clock,
    pub(crate) register: Register,
    pub(crate) folder: TempDir,
    pub(crate) client: Client,
    router: axum::Router,
}

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

impl TestRegister {
    pub(crate) async fn start() -> Self {
        Self::start_with(Some(seed())).await
    }

    pub(crate) async fn start_with(seed: Option<Seed>) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), seed, at("2026-11-21T09:00:00Z")).await
    }

    /// A register where two persons decide.
    pub(crate) async fn start_for_two() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::start_by(folder, seed(), at("2026-11-21T09:00:00Z"), Decisions::TwoPersons).await
    }

    pub(crate) async fn start_in(folder: TempDir, seed: Option<Seed>, now: DateTime<Utc>) -> Self {
        let clock = Clock::fixed(now);
        let config = config(&folder, seed, clock.clone());
        Self::serve(folder, config, clock).await
    }

    pub(crate) async fn start_by(
        folder: TempDir,
        seed: Seed,
        now: DateTime<Utc>,
        decisions: Decisions,
    ) -> Self {
        let clock = Clock::fixed(now);
        let config = Config {
            decisions,
            ..config(&folder, Some(seed), clock.clone())
        };
        Self::serve(folder, config, clock).await
    }

    async fn serve(folder: TempDir, config: Config, clock: Clock) -> Self {
        let (router, register) = register::router(config).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(http_service::serve(
            listener,
            router.clone(),
            std::future::pending(),
        ));
        Self {
            origin,
            clock,
            register,
            folder,
            client: Client::new(),
            router,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.client
            .get(format!("{}{path}", self.origin))
            .send()
            .await
            .unwrap()
    }

    pub(crate) async fn json(&self, path: &str) -> Value {
        let response = self.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }

    /// The published list, verified with the register's anchor at the time of its clock.
    pub(crate) async fn list(&self) -> VerifiedList {
        let signed = self.get("/v1/list").await.text().await.unwrap();
        verify_list(&signed, &[self.register.anchor()], self.clock.now()).unwrap()
    }

    /// The keys of its operator, for a reader who pins its anchor.
    pub(crate) fn operator(&self) -> OperatorKeys {
        let anchor = self.register.anchor();
        OperatorKeys::pinned(anchor.iss.as_str(), std::slice::from_ref(&anchor)).unwrap()
    }

    pub(crate) async fn decide(&self, name: &str, body: &Value) -> Response {
        self.decide_as(name, body, &[("authorization", &format!("Bearer {KEEPER}"))])
            .await
    }

    /// Posts to a keeper's address, as the first keeper.
    pub(crate) async fn keep(&self, path: &str, body: &Value) -> Response {
        self.keep_as(KEEPER, path, body).await
    }

    /// Posts to a keeper's address with a keeper's secret.
    pub(crate) async fn keep_as(&self, secret: &str, path: &str, body: &Value) -> Response {
        let request = self.client.post(format!("{}{path}", self.origin)).json(body);
        request.bearer_auth(secret).send().await.unwrap()
    }

    /// Confirms a proposal without a connection between, so that hanging up is felt at once.
    pub(crate) async fn served(&self, secret: &str, path: &str) -> axum::response::Response {
        self.served_with(secret, path, String::new()).await
    }

    /// Posts without a connection between, so that a refusal arrives though the body was not read.
    pub(crate) async fn served_with(
        &self,
        secret: &str,
        path: &str,
        body: String,
    ) -> axum::response::Response {
        let request = axum::http::Request::post(path)
            .header("authorization", format!("Bearer {secret}"))
            .body(axum::body::Body::from(body))
            .unwrap();
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn is_confirmed(&self, number: u64) -> bool {
        let asked = self.client.get(format!("{}/v1/proposals/{number}", self.origin));
        let proposal: Value = asked
            .bearer_auth(KEEPER)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        proposal["state"] == "confirmed"
    }

    pub(crate) async fn decide_as(&self, name: &str, body: &Value, headers: &[(&str, &str)]) -> Response {
        let address = format!("{}/v1/accreditations/{name}/status-events", self.origin);
        let mut request = self.client.post(address).json(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap()
    }
}

pub(crate) fn config(folder: &TempDir, seed: Option<Seed>, clock: Clock) -> Config {
    Config {
        data_dir: folder.path().join("register"),
        public_url: "https://register.example".into(),
        keepers: keepers(),
        decisions: Decisions::OnePerson,
        seed,
        clock,
    }
}

pub(crate) fn keepers() -> Vec<Keeper> {
    let keeper = |name: &str, secret: &str| Keeper {
        name: name.into(),
        secret: secret.into(),
    };
    vec![keeper("anna", KEEPER), keeper("bert", SECOND)]
}

/// A suspension from noon on the day of the tests.
pub(crate) fn suspension() -> Value {
    json!({
        "status": "suspended",
        "effectiveFrom": "2026-11-21T13:00:00+01:00",
        "reason": {"code": "missing-body", "nl": "Geen orgaan aangewezen", "en": "No body designated"}
    })
}

pub(crate) async fn problem(response: Response, status: u16, kind: &str) -> Value {
    assert_eq!(response.status().as_u16(), status);
    assert_eq!(
        response.headers()[header::CONTENT_TYPE],
        "application/problem+json"
    );
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["type"], format!("/problems/{kind}"), "{body}");
    body
}

pub(crate) fn seed() -> Seed {
    serde_json::from_value(seed_json()).unwrap()
}

pub(crate) fn seed_json() -> Value {
    json!({
        "frameworks": [{
            "id": "https://framework.example/ho", "version": "2025-05", "sectors": ["hbo"],
            "profiles": [{
                "id": "NL-HO-2021", "sectors": ["hbo"], "effectiveFrom": "2021-09-30T22:00:00Z",
                "scope": {"sizes": [{"unit": "EC", "min": 3, "max": 30, "step": 0.5}], "credentialTypes": ["MicroCredential"]}
            }]
        }],
        "entities": [
            entity("ent-root", "root", "did:web:stelsel.example", None, ("root-0001", None, 3)),
            entity("ent-acc", "accreditor", "did:web:kwaliteit.example", None, ("tao-0002", Some("root-0001"), 2)),
            entity("ent-ho-0007", "institution", "did:web:college.example", None, ("acc-ho-0007", Some("tao-0002"), 1)),
            entity("ent-unit-0031", "unit", UNIT, Some("ent-ho-0007"), ("acc-unit-0031", Some("acc-ho-0007"), 0)),
        ]
    })
}

fn entity(
    id: &str,
    kind: &str,
    did: &str,
    parent: Option<&str>,
    accreditation: (&str, Option<&str>, u8),
) -> Value {
    let (name, above, depth) = accreditation;
    json!({
        "entityId": id, "type": kind, "dids": [did], "parentEntity": parent,
        "displayName": {"nl": id, "en": id},
        "keys": [key(did)],
        "accreditations": [{
            "accreditationId": name, "parent": above, "layer": "L3",
            "framework": "https://framework.example/ho",
            "scope": {"eqf": [5, 6], "sizes": [{"unit": "EC", "min": 3, "max": 30, "step": 0.5}]},
            "validFrom": "2025-05-01T00:00:00+02:00", "validUntil": "2027-04-30T23:59:59+02:00",
            "mayDelegate": depth > 0, "maxDepth": depth
        }]
    })
}

/// The same key for the same DID each time.
fn key(did: &str) -> Value {
    listed(did, &secret(did))
}

/// The secret half of the key of a DID.
pub(crate) fn secret(did: &str) -> SecretKey {
    static KEYS: std::sync::Mutex<std::collections::BTreeMap<String, String>> =
        std::sync::Mutex::new(std::collections::BTreeMap::new());
    let mut keys = KEYS.lock().unwrap();
    let jwk = keys.entry(did.to_owned()).or_insert_with(|| {
        let secret = SecretKey::generate(Algorithm::Es256, &mut http_service::system_random());
        secret.to_jwk().to_string()
    });
    SecretKey::from_jwk(&serde_json::from_str(jwk).unwrap()).unwrap()
}

pub(crate) fn a_key(did: &str) -> Value {
    let secret = SecretKey::generate(Algorithm::Es256, &mut http_service::system_random());
    listed(did, &secret)
}

fn listed(did: &str, secret: &SecretKey) -> Value {
    let public = secret.public_key();
    json!({
        "kid": format!("{did}#p256-1"), "publicKeyJwk": public.to_jwk(), "jwkThumbprint": public.thumbprint(),
        "notBefore": "2025-05-01T00:00:00+02:00"
    })
}
