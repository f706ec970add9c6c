//! A running verifier, the register it trusts, and the web of the institutions it hears of.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http_service::Clock;
use register::{Register, Seed};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use test_support::{Institution, Microcredential, SignedMicrocredential, StatusLists, a_register, now};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use verification::Settings;

const KEEPER: &str = "the keeper's own secret, long enough";

pub(crate) struct TestVerifier {
    pub(crate) origin: String,
    pub(crate) clock: Clock,
    pub(crate) register_origin: String,
    pub(crate) institutions: Web,
    pub(crate) client: Client,
    register: JoinHandle<()>,
    pub(crate) settings: Settings,
    folder: TempDir,
}

/// What the institutions publish, by path, and how often each was asked for.
#[derive(Clone, Default)]
pub(crate) struct Web(Arc<Mutex<Published>>);

#[derive(Default)]
struct Published {
    origin: String,
    pages: HashMap<String, (u16, String)>,
    max_age: Option<u32>,
    hits: HashMap<String, usize>,
    /// What was sent last, by path.
    sent: HashMap<String, String>,
}

impl TestVerifier {
    /// A verifier whose register admitted these institutions.
    pub(crate) async fn trusting(institutions: &[&Institution]) -> Self {
        let admitted = institutions
            .iter()
            .fold(a_register(), |register, one| register.admitting(one));
        let seed = Seed {
            frameworks: admitted.list().frameworks.clone(),
            entities: admitted.list().entities.clone(),
            ..Seed::default()
        };
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed(now());
        let config = register::Config {
            data_dir: folder.path().to_owned(),
            public_url: "https://register.example".into(),
            keepers: vec![register::Keeper {
                name: "anna".into(),
                secret: KEEPER.into(),
            }],
            decisions: register::Decisions::OnePerson,
            seed: Some(seed),
            clock: clock.clone(),
        };
        let (router, handle) = register::router(config).await.unwrap();
        let (register_origin, register) = serve(router).await;
        let institutions = Web::start().await;
        let settings = settings(&handle, &register_origin, &institutions.origin());
        let (router, _) = verifier::router(verifier::Config {
            settings: settings.clone(),
            clock: clock.clone(),
            data_dir: Some(folder.path().join("verifier")),
            developer: false,
        })
        .unwrap();
        let (origin, _) = serve(router).await;
        Self {
            origin,
            clock,
            register_origin,
            institutions,
            client: Client::new(),
            register,
            settings,
            folder,
        }
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        let response = self
            .client
            .post(format!("{}{path}", self.origin))
            .json(body)
            .send()
            .await
            .unwrap();
        Answer {
            status: response.status(),
            kind: response.headers()["content-type"].to_str().unwrap().to_owned(),
            body: response.json().await.unwrap(),
        }
    }

    pub(crate) async fn verify(&self, presentation: impl Into<Value>) -> Answer {
        self.post(
            "/presentations/verify",
            &json!({"presentation": presentation.into()}),
        )
        .await
    }

    /// The keeper decides on the institution's accreditation, from this moment on.
    pub(crate) async fn decide(&self, institution: &Institution, status: &str) {
        let slug = institution.slug();
        let address = format!("{}/v1/accreditations/{slug}/status-events", self.register_origin);
        let decision = json!({
            "status": status, "effectiveFrom": self.clock.now(),
            "reason": {"code": "test", "nl": "proef", "en": "test"}
        });
        let answer = self
            .client
            .post(address)
            .bearer_auth(KEEPER)
            .json(&decision)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED);
    }

    /// The verifier starts anew with what it keeps on disk, and reads the register's list at another address.
    pub(crate) async fn restart_reading(&mut self, register_url: &str) {
        let (router, _) = verifier::router(verifier::Config {
            settings: Settings {
                register_url: register_url.to_owned(),
                ..self.settings.clone()
            },
            clock: self.clock.clone(),
            data_dir: Some(self.folder.path().join("verifier")),
            developer: false,
        })
        .unwrap();
        (self.origin, _) = serve(router).await;
    }

    /// The register's machine goes down.
    pub(crate) async fn stop_register(&mut self) {
        self.register.abort();
        let _ = (&mut self.register).await;
    }
}

/// What a verifier answered.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) kind: String,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn colour(&self) -> &str {
        self.body["verdict"]["colour"]
            .as_str()
            .unwrap_or_else(|| panic!("no report: {}", self.body))
    }

    /// The outcome of one check.
    pub(crate) fn axis(&self, name: &str) -> &str {
        let axes = self.body["axes"].as_array().unwrap();
        axes.iter().find(|axis| axis["axis"] == name).unwrap()["outcome"]
            .as_str()
            .unwrap()
    }

    pub(crate) fn assert_problem(&self, status: u16, kind: &str) {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        assert_eq!(self.kind, "application/problem+json");
        assert_eq!(self.body["type"], format!("/problems/{kind}"));
    }
}

impl Web {
    pub(crate) async fn start() -> Self {
        let web = Self::default();
        let (origin, _) = serve(Router::new().fallback(answer).with_state(web.clone())).await;
        web.0.lock().unwrap().origin = origin;
        web
    }

    pub(crate) fn origin(&self) -> String {
        self.0.lock().unwrap().origin.clone()
    }

    pub(crate) fn publish(&self, path: &str, status: u16, body: impl ToString) {
        self.0
            .lock()
            .unwrap()
            .pages
            .insert(path.to_owned(), (status, body.to_string()));
    }

    /// Every answer may be used again for so many seconds.
    pub(crate) fn allow_reuse(&self, seconds: u32) {
        self.0.lock().unwrap().max_age = Some(seconds);
    }

    /// How often anything was asked for.
    pub(crate) fn all_hits(&self) -> usize {
        self.0.lock().unwrap().hits.values().sum()
    }

    /// What was sent to `path` last.
    pub(crate) fn sent(&self, path: &str) -> String {
        self.0.lock().unwrap().sent.get(path).cloned().unwrap_or_default()
    }

    pub(crate) fn hits(&self, path: &str) -> usize {
        self.0.lock().unwrap().hits.get(path).copied().unwrap_or_default()
    }

    /// Signs a microcredential whose status lists are in this web, and publishes the lists.
    pub(crate) fn issue(
        &self,
        institution: &Institution,
        credential: Microcredential,
    ) -> SignedMicrocredential {
        let address = format!("{}/{}", self.origin(), institution.slug());
        let signed = credential.by(institution).published_at(&address).signed();
        self.publish_lists(signed.status_lists());
        signed
    }

    /// Publishes status lists, in the place of those that were there.
    pub(crate) fn publish_lists(&self, lists: &StatusLists) {
        let origin = self.origin();
        for (url, list) in lists.signed() {
            self.publish(url.strip_prefix(&origin).unwrap(), 200, list);
        }
    }
}

/// The path of an institution's list of revoked credentials.
pub(crate) fn revocations(institution: &Institution) -> String {
    format!("/{}/status/r1", institution.slug())
}

async fn answer(State(web): State<Web>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let body = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap();
    let mut published = web.0.lock().unwrap();
    let sent = String::from_utf8(body.to_vec()).unwrap();
    published.sent.insert(path.clone(), sent);
    *published.hits.entry(path.clone()).or_default() += 1;
    let Some((status, body)) = published.pages.get(&path).cloned() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let reuse = published
        .max_age
        .map_or("no-cache".to_owned(), |age| format!("max-age={age}"));
    (
        StatusCode::from_u16(status).unwrap(),
        [("cache-control", reuse)],
        body,
    )
        .into_response()
}

fn settings(register: &Register, register_origin: &str, institutions: &str) -> Settings {
    let mut settings = Settings::new(format!("{register_origin}/v1/list"), vec![register.anchor()]);
    // A did:web names a domain, never an address.
    let by_name = institutions.replace("127.0.0.1", "localhost");
    settings.loopback_origins = vec![register_origin.to_owned(), institutions.to_owned(), by_name];
    settings
}

pub(crate) async fn serve(router: Router) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let served = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (origin, served)
}
