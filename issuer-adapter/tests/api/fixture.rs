//! A running institution, with a small badge platform and a register beside it.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use credentials::award::Sector;
use credentials::{Did, Text};
use http_service::{Clock, system_random};
use issuer_adapter::sources::edubadges::{Source, SourceIssuer};
use issuer_adapter::{Config, Developer, Handle, Institution, Profile, Registration, Unit};
use proofs::{Algorithm, SecretKey};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::net::TcpListener;
use trust::{RegisterList, TrustAnchor, sign_list};

pub(crate) const DESK_KEY: &str = "the key of the desk";
const OPERATOR: &str = "did:web:register.example";

/// The documents of the sample award, as if the platform were at `origin`.
#[derive(Clone)]
pub(crate) struct Badge {
    pub(crate) assertion: Value,
    pub(crate) badge_class: Value,
    pub(crate) issuer: Value,
}

pub(crate) struct TestIssuer {
    pub(crate) origin: String,
    pub(crate) platform: String,
    pub(crate) clock: Clock,
    pub(crate) registration: Registration,
    pub(crate) folder: TempDir,
    pub(crate) client: Client,
    pub(crate) handle: Handle,
    pub(crate) desk_of_receipts: crate::receipts::DeskOfReceipts,
    pub(crate) counter: crate::statistics::Counter,
    pages: Pages,
    operator: Arc<SecretKey>,
}

/// What the platform and the register answer, by path: status, content type, body.
type Pages = Arc<Mutex<BTreeMap<String, (u16, &'static str, String)>>>;

pub(crate) fn direct_award() -> Value {
    read(
        include_str!("../fixtures/direct-award.json"),
        "https://edubadges.example",
    )
}

fn read(text: &str, origin: &str) -> Value {
    serde_json::from_str(&text.replace("https://edubadges.example", origin)).unwrap()
}

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    // By name, since did:web has no addresses.
    let origin = format!("http://localhost:{}", listener.local_addr().unwrap().port());
    (listener, origin)
}

async fn page(State(pages): State<Pages>, request: Request) -> Response {
    let wants_json = request.headers().get(header::ACCEPT).is_some_and(|accept| {
        let accept = accept.to_str().unwrap();
        accept.contains("json") || accept.contains("jwt")
    });
    match pages.lock().unwrap().get(request.uri().path()) {
        None => (StatusCode::NOT_FOUND, "{}").into_response(),
        Some(_) if !wants_json => ([(header::CONTENT_TYPE, "text/html")], "<h1>Badge</h1>").into_response(),
        Some((status, kind, body)) => {
            let status = StatusCode::from_u16(*status).unwrap();
            (status, [(header::CONTENT_TYPE, *kind)], body.clone()).into_response()
        }
    }
}

impl TestIssuer {
    pub(crate) async fn start() -> Self {
        Self::start_with(Profile::default()).await
    }

    /// With a unit that issues for certain readers.
    pub(crate) async fn start_with(profile: Profile) -> Self {
        Self::start_as(profile, None).await
    }

    /// With the endpoints for developers.
    pub(crate) async fn start_for_developers(developer: Developer) -> Self {
        Self::start_as(Profile::default(), Some(developer)).await
    }

    async fn start_as(profile: Profile, developer: Option<Developer>) -> Self {
        let clock = Clock::fixed("2026-11-21T10:00:00Z".parse().unwrap());
        let pages = Pages::default();
        let (platform_listener, platform) = listen().await;
        let operator = Arc::new(SecretKey::generate(Algorithm::EdDsa, &mut system_random()));
        let desk_of_receipts = crate::receipts::DeskOfReceipts::new(operator.clone(), OPERATOR);
        let counter = crate::statistics::Counter::default();
        let router = Router::new()
            .fallback(page)
            .with_state(pages.clone())
            .merge(desk_of_receipts.routes())
            .merge(counter.routes());
        tokio::spawn(http_service::serve(
            platform_listener,
            router,
            std::future::pending(),
        ));

        let (listener, origin) = listen().await;
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            public_url: origin.parse().unwrap(),
            data_dir: folder.path().join("data"),
            desk_token: DESK_KEY.into(),
            institution: Institution {
                name: Text::new("Hogeschool Waterland", "Waterland University of Applied Sciences"),
                institution_code: Some("99ZZ".into()),
                url: None,
            },
            units: vec![Unit {
                slug: "energie".into(),
                name: Text::dutch("Academie voor Energie en Techniek"),
                sector: Sector::Hbo,
                profile,
            }],
            sources: vec![Source {
                platform: platform.parse().unwrap(),
                issuers: vec![SourceIssuer {
                    id: format!("{platform}/public/issuers/IsEnergie000001"),
                    unit: "energie".into(),
                }],
            }],
            framework_links: BTreeMap::new(),
            frameworks: Vec::new(),
            register_url: format!("{platform}/v1/list").parse().unwrap(),
            anchors: vec![TrustAnchor {
                iss: Did::parse(OPERATOR).unwrap(),
                jwk: operator.public_key().to_jwk(),
                next_key_thumbprint: None,
                register_url: None,
            }],
            receipts_every_seconds: 3600,
            statistics_every_seconds: 86_400,
            loopback_origins: vec![platform.clone()],
            wallet_url: Some("https://wallet.example/".parse().unwrap()),
            sample_data: true,
            federation: None,
            developer,
            clock: clock.clone(),
        };
        let before = issuer_adapter::registration(&config).unwrap();
        let (router, handle) = issuer_adapter::router(config).await.unwrap();
        let registration = handle.registration();
        assert_eq!(
            json!(before),
            json!(registration),
            "keys stay the same from start to start"
        );
        tokio::spawn(http_service::serve(listener, router, std::future::pending()));

        let issuer = Self {
            origin,
            platform,
            clock,
            registration,
            folder,
            client: Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .unwrap(),
            handle,
            desk_of_receipts,
            counter,
            pages,
            operator,
        };
        issuer.register("active", None);
        let badge = issuer.badge();
        issuer.publish(&badge);
        issuer
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub(crate) fn later(&self, by: TimeDelta) {
        self.clock.set(self.clock.now() + by);
    }

    /// The sample award's documents.
    pub(crate) fn badge(&self) -> Badge {
        Badge {
            assertion: read(include_str!("../fixtures/assertion.json"), &self.platform),
            badge_class: read(include_str!("../fixtures/badge-class.json"), &self.platform),
            issuer: read(include_str!("../fixtures/issuer.json"), &self.platform),
        }
    }

    /// Puts documents on the platform.
    pub(crate) fn publish(&self, badge: &Badge) {
        for document in [&badge.assertion, &badge.badge_class, &badge.issuer] {
            let id = document["id"].as_str().unwrap();
            self.answer(
                id.strip_prefix(&self.platform).unwrap(),
                200,
                "application/json",
                &document.to_string(),
            );
        }
    }

    /// What the platform answers at a path.
    pub(crate) fn answer(&self, path: &str, status: u16, kind: &'static str, body: &str) {
        self.pages
            .lock()
            .unwrap()
            .insert(path.to_owned(), (status, kind, body.to_owned()));
    }

    pub(crate) fn forget(&self, path: &str) {
        self.pages.lock().unwrap().remove(path);
    }

    /// What the register says of the institution since the day before; `sizes` limits its admission.
    pub(crate) fn register(&self, status: &str, sizes: Option<Value>) {
        let unit = &self.registration.units[0];
        let institution = &self.registration.institution;
        let event = |seq: u64, status: &str, from: &str| {
            json!({
                "seq": seq, "status": status, "effectiveFrom": from, "recordedAt": from,
                "reason": {"code": "decision", "nl": "besluit", "en": "decision"},
            })
        };
        let mut history = vec![event(1, "active", "2025-05-01T00:00:00Z")];
        if status != "active" {
            history.push(event(2, status, "2026-11-20T00:00:00Z"));
        }
        let accreditation = |id: &str,
                             parent: Option<&str>,
                             history: Vec<Value>,
                             depth: u8,
                             sizes: Option<&Value>| {
            json!({
                "accreditationId": format!("https://register.example/v1/accreditations/{id}"),
                "layer": "L3",
                "framework": "https://framework.example.org/ho/2025-05",
                "scope": {"sectors": ["hbo"], "eqf": [5, 6, 7], "sizes": sizes, "credentialTypes": ["MicroCredential"]},
                "validFrom": "2025-05-01T00:00:00Z",
                "mayDelegate": depth > 0,
                "maxDepth": depth,
                "parent": parent.map(|parent| format!("https://register.example/v1/accreditations/{parent}")),
                "statusHistory": history,
            })
        };
        let active = || vec![event(1, "active", "2025-05-01T00:00:00Z")];
        let sequence = 1 + u64::from(status != "active") + 2 * u64::from(sizes.is_some());
        let list: RegisterList = serde_json::from_value(json!({
            "iss": OPERATOR,
            "registerId": "https://register.example",
            "sequence": sequence * 10,
            "issuedAt": self.now(),
            "nextUpdate": self.now() + TimeDelta::hours(24),
            "entities": [
                {"entityId": "root", "type": "root", "dids": ["did:web:root.example"], "displayName": {},
                 "accreditations": [accreditation("root", None, active(), 2, None)]},
                {"entityId": "institution", "type": "institution", "dids": [institution.did], "displayName": {},
                 "accreditations": [accreditation("institution", Some("root"), history, 1, None)]},
                {"entityId": "unit", "type": "unit", "dids": [unit.did], "displayName": {}, "parentEntity": "institution",
                 "accreditations": [accreditation("unit", Some("institution"), active(), 0, sizes.as_ref())]},
            ],
        }))
        .unwrap();
        let kid = format!("{OPERATOR}#list-1").parse().unwrap();
        let signed = sign_list(&list, self.operator.as_ref(), &kid).unwrap();
        self.answer("/v1/list", 200, "application/mc-register+jwt", &signed);
    }

    /// Asks the desk; gives status and body.
    pub(crate) async fn desk(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let mut request = self
            .client
            .request(method, format!("{}/desk/api/{path}", self.origin))
            .bearer_auth(DESK_KEY);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        (status, response.json().await.unwrap())
    }

    pub(crate) fn link(&self) -> String {
        format!("{}/public/assertions/AsWaterland0001", self.platform)
    }

    pub(crate) async fn import(&self, body: Value) -> (u16, Value) {
        self.desk(Method::POST, "imports", Some(body)).await
    }

    pub(crate) async fn import_file(&self, badge: &Badge) -> (u16, Value) {
        self.import(json!({
            "assertion": badge.assertion,
            "badgeClass": badge.badge_class,
            "issuer": badge.issuer,
            "directAward": direct_award(),
        }))
        .await
    }

    pub(crate) async fn award(&self, id: &str) -> Value {
        let (status, body) = self.desk(Method::GET, &format!("awards/{id}"), None).await;
        assert_eq!(status, 200, "{body}");
        body["award"].clone()
    }

    pub(crate) async fn change(&self, id: &str, changes: Value) -> (u16, Value) {
        self.desk(Method::PATCH, &format!("awards/{id}"), Some(changes))
            .await
    }

    pub(crate) async fn act(&self, id: &str, act: &str, body: Value) -> (u16, Value) {
        self.desk(Method::POST, &format!("awards/{id}/{act}"), Some(body))
            .await
    }

    /// An imported award that waits for approval alone.
    pub(crate) async fn reviewed(&self) -> String {
        let (status, body) = self.import_file(&self.badge()).await;
        assert_eq!(status, 201, "{body}");
        let id = body["award"]["id"].as_str().unwrap().to_owned();
        let (status, body) = self.change(&id, completed()).await;
        assert_eq!(status, 200, "{body}");
        id
    }

    pub(crate) async fn approved(&self) -> String {
        let id = self.reviewed().await;
        let (status, body) = self.act(&id, "approve", json!({})).await;
        assert_eq!(status, 200, "{body}");
        id
    }

    /// An approved award and the offer of it.
    pub(crate) async fn offered(&self) -> (String, Value) {
        let id = self.approved().await;
        let (status, offer) = self.act(&id, "offer", json!({})).await;
        assert_eq!(status, 201, "{offer}");
        (id, offer)
    }
}

/// What staff add to the sample award.
pub(crate) fn completed() -> Value {
    json!({
        "title": {"en": "Designing heat pump systems"},
        "criteria": {"en": "Design file and interview, both at least sufficient."},
        "outcomes": [
            {"en": "You calculate the heat loss of an existing dwelling."},
            {"en": "You design and justify a suitable heat pump system."},
            {"en": "You tune the system and test its efficiency."},
        ],
        "sizeBasis": "derived-from-accredited-programme",
        "scale": "1–10",
    })
}

/// The codes of findings, those that are mere information left out.
pub(crate) fn codes(award: &Value) -> Vec<&str> {
    let findings = award["findings"].as_array().unwrap().iter();
    findings
        .filter(|finding| finding["severity"] != "info")
        .map(|finding| finding["code"].as_str().unwrap())
        .collect()
}
