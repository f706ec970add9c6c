//! A running wallet service, and shares to give it.

use std::time::Duration;

use chrono::TimeDelta;
use http_service::Clock;
use reqwest::{Client, RequestBuilder, Response, header};
use serde_json::{Value, json};
use share_link::{Share, ShareLink, Terms};
use tempfile::TempDir;
use test_support::{now, rng};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use verification::Settings;
use wallet::{Limits, StoreConfig};

pub(crate) struct TestWallet {
    pub(crate) origin: String,
    pub(crate) clock: Clock,
    pub(crate) client: Client,
    pub(crate) folder: TempDir,
    serving: JoinHandle<()>,
}

/// A share as its maker knows it.
pub(crate) struct Made {
    pub(crate) link: ShareLink,
    pub(crate) sealed: String,
    pub(crate) capability: String,
}

impl TestWallet {
    pub(crate) async fn start() -> Self {
        Self::with(Limits::default()).await
    }

    pub(crate) async fn with(limits: Limits) -> Self {
        Self::within(tempfile::tempdir().unwrap(), limits).await
    }

    async fn within(folder: TempDir, limits: Limits) -> Self {
        let clock = Clock::fixed(now());
        let store = StoreConfig {
            data_dir: folder.path().join("wallet"),
            limits,
        };
        let (origin, serving) = serve(Some(store), clock.clone()).await;
        Self {
            origin,
            clock,
            client: Client::new(),
            folder,
            serving,
        }
    }

    /// Ends without a word, and begins again with what is on disk.
    pub(crate) async fn killed_and_started_again(self) -> Self {
        self.serving.abort();
        Self::within(self.folder, Limits::default()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        sent(self.client.get(format!("{}{path}", self.origin))).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Response {
        sent(self.client.post(format!("{}{path}", self.origin)).json(body)).await
    }

    pub(crate) async fn post_text(&self, path: &str, body: impl Into<reqwest::Body>) -> Response {
        let request = self.client.post(format!("{}{path}", self.origin));
        sent(
            request
                .header(header::CONTENT_TYPE, "application/json")
                .body(body),
        )
        .await
    }

    pub(crate) async fn make(&self, made: &Made, max_views: Option<u32>) -> Response {
        self.post("/v1/shares", &made.request(max_views)).await
    }

    pub(crate) async fn open(&self, made: &Made) -> Response {
        self.post("/v1/shares/open", &json!({"id": made.link.id()})).await
    }

    /// As the owner: `GET`, `DELETE`, or `PUT` with a body.
    pub(crate) async fn as_owner(&self, method: &str, capability: &str, body: Option<&Value>) -> Response {
        let address = format!("{}/v1/share", self.origin);
        let request = self
            .client
            .request(method.parse().unwrap(), address)
            .bearer_auth(capability);
        sent(match body {
            Some(body) => request.json(body),
            None => request,
        })
        .await
    }

    pub(crate) async fn status(&self, made: &Made) -> Value {
        let response = self.as_owner("GET", &made.capability, None).await;
        assert_eq!(response.status(), 200);
        response.json().await.unwrap()
    }
}

async fn sent(request: RequestBuilder) -> Response {
    request.timeout(Duration::from_secs(20)).send().await.unwrap()
}

/// Serves a wallet with or without a store.
pub(crate) async fn serve(store: Option<StoreConfig>, clock: Clock) -> (String, JoinHandle<()>) {
    let anchor =
        json!({"iss": "did:web:register.example", "jwk": {"kty": "OKP", "crv": "Ed25519", "x": "AA"}});
    let mut settings = Settings::new(
        "https://register.example/v1/list",
        vec![serde_json::from_value(anchor).unwrap()],
    );
    settings.loopback_origins = vec!["http://localhost:4702".into()];
    let config = wallet::Config {
        settings,
        verifier_url: Some("https://verifier.example/".into()),
        store,
        clock,
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        wallet::start(config, listener, std::future::pending())
            .await
            .unwrap();
    });
    (origin, serving)
}

impl Made {
    pub(crate) fn new(name: &str) -> Self {
        Self::ending_after(name, TimeDelta::days(30))
    }

    pub(crate) fn ending_after(name: &str, time: TimeDelta) -> Self {
        let link = ShareLink::create(&"https://wallet.example".parse().unwrap(), &mut rng(name)).unwrap();
        Self {
            sealed: sealed(&link, time),
            link,
            capability: format!("the capability of {name}"),
        }
    }

    pub(crate) fn request(&self, max_views: Option<u32>) -> Value {
        let digest = digest(&self.capability);
        match max_views {
            Some(most) => json!({"share": self.sealed, "capability": digest, "maxViews": most}),
            None => json!({"share": self.sealed, "capability": digest}),
        }
    }
}

/// The same content for `link`, with an end `time` from now.
pub(crate) fn sealed(link: &ShareLink, time: TimeDelta) -> String {
    let terms = Terms::new("Sollicitatie bij Bureau Voorbeeld", now(), now() + time).unwrap();
    let presentation = "e30.e30.AA~e30.e30.AA".to_owned();
    share_link::seal(&Share { presentation, terms }, link, &mut rng("sealing")).unwrap()
}

pub(crate) fn digest(capability: &str) -> String {
    use base64::Engine as _;
    use sha2::Digest as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(capability))
}

pub(crate) async fn problem(response: Response, status: u16, kind: &str) -> Value {
    let code = response.status().as_u16();
    let body: Value = response.json().await.unwrap();
    assert_eq!(
        (code, body["type"].as_str()),
        (status, Some(format!("/problems/{kind}").as_str())),
        "{body}"
    );
    assert!(body["detail"].is_string(), "{body}");
    body
}
