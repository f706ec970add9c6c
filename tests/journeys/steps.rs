//! What people do in a journey, each step over HTTP.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use http_service::Clock;
use openid4vc::issuance::client::{HttpAnswer, HttpRequest};
use serde_json::{Value, json};
use tempfile::TempDir;
use verification::Settings;
use waarmerk::demo::{Demo, Options};
use wallet_core::vault::Cost;
use wallet_core::{Card, Choice, Format, Preset, Shown, Wallet, WalletError, WalletStep};

/// A demo of its own, and a client that talks to it.
pub(crate) struct Round {
    pub(crate) demo: Demo,
    pub(crate) data: TempDir,
    pub(crate) http: reqwest::Client,
    pub(crate) clock: Clock,
}

/// What a learner gets from the institution: a link, and a code by another way.
pub(crate) struct Offer {
    link: String,
    code: String,
}

/// A learner's wallet.
pub(crate) struct Learner {
    wallet: Wallet,
    card: String,
    clock: Clock,
}

impl Round {
    pub(crate) async fn start() -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), Clock::system()).await
    }

    /// With a clock that stands still until a test moves it.
    pub(crate) async fn start_at(moment: &str) -> Self {
        let clock = Clock::fixed(moment.parse().unwrap());
        Self::start_in(tempfile::tempdir().unwrap(), clock).await
    }

    /// Moves the clock.
    pub(crate) fn on(&self, moment: &str) {
        self.clock.set(moment.parse::<DateTime<Utc>>().unwrap());
    }

    async fn start_in(data: TempDir, clock: Clock) -> Self {
        let options = Options {
            port: 0,
            data: data.path().to_owned(),
            open: false,
            // So that strangers' requests reach those endpoints too (`tests/hostile`).
            developer: true,
            developer_url: None,
        };
        let demo = Demo::start_by(&options, clock.clone()).await.unwrap();
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self {
            demo,
            data,
            http,
            clock,
        }
    }

    /// The running services.
    pub(crate) fn demo(&self) -> &Demo {
        &self.demo
    }

    /// The folder of their data.
    pub(crate) fn data(&self) -> &std::path::Path {
        self.data.path()
    }

    /// Stops everything and starts it again with the same folder.
    pub(crate) async fn restart(self) -> Self {
        let Self {
            demo, data, clock, ..
        } = self;
        demo.stop().await.unwrap();
        Self::start_in(data, clock).await
    }

    /// The same with an adapter that has forgotten its awards, but not its keys.
    pub(crate) async fn restart_without_awards(self) -> Self {
        let Self {
            demo, data, clock, ..
        } = self;
        demo.stop().await.unwrap();
        let mut forgotten = 0;
        for entry in std::fs::read_dir(data.path().join("waterland")).unwrap() {
            let path = entry.unwrap().path();
            if path.to_string_lossy().contains(".sqlite") {
                std::fs::remove_file(path).unwrap();
                forgotten += 1;
            }
        }
        assert!(forgotten > 0, "no database was found");
        Self::start_in(data, clock).await
    }

    pub(crate) async fn import_by_link(&self, assertion: &str) -> Value {
        let (status, award) = self.try_import(assertion).await;
        assert!(status < 300, "{award:#}");
        award
    }

    pub(crate) async fn try_import(&self, assertion: &str) -> (u16, Value) {
        let link = self.assertion_url(assertion);
        self.ask_desk("POST", "imports", &json!({"assertion": link}))
            .await
    }

    /// Hands the three documents of a badge to this desk, as a file upload does.
    pub(crate) async fn import_by_file(&self, assertion: &str) -> Value {
        let assertion = self.document(&self.assertion_url(assertion)).await;
        let badge = self
            .document(&format!("{}?expand=micro", assertion["badge"].as_str().unwrap()))
            .await;
        let issuer = self.document(badge["issuer"].as_str().unwrap()).await;
        self.desk(
            "POST",
            "imports",
            &json!({"assertion": assertion, "badgeClass": badge, "issuer": issuer}),
        )
        .await
    }

    fn assertion_url(&self, assertion: &str) -> String {
        format!("{}/public/assertions/{assertion}", self.demo.addresses.platform)
    }

    async fn document(&self, url: &str) -> Value {
        let answer = self
            .http
            .get(url)
            .header("accept", "application/json")
            .send()
            .await
            .unwrap();
        answer.json().await.unwrap()
    }

    /// Asks the first institution's desk, and expects it to do as asked.
    pub(crate) async fn desk(&self, method: &str, path: &str, body: &Value) -> Value {
        let (status, answer) = self.ask_desk(method, path, body).await;
        assert!(status < 300, "{method} {path}: {status} {answer:#}");
        answer
    }

    pub(crate) async fn ask_desk(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let url = format!("{}/desk/api/{path}", self.demo.addresses.institutions[0]);
        let mut request = self
            .http
            .request(method.parse().unwrap(), url)
            .bearer_auth(&self.demo.desk_keys[0]);
        if method != "GET" {
            request = request.json(body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let answer: Value = answer.json().await.unwrap_or_default();
        // An award comes as `{"award": …}`.
        (status, answer.get("award").unwrap_or(&answer).clone())
    }

    /// The id of the one award there is.
    pub(crate) async fn award(&self) -> String {
        let awards = self.desk("GET", "awards", &Value::Null).await;
        awards["awards"][0]["id"].as_str().unwrap().to_owned()
    }

    /// From import to offer, as staff do it.
    pub(crate) async fn offer_for(&self, assertion: &str) -> Offer {
        let award = self.import_by_link(assertion).await;
        let id = award["id"].as_str().unwrap();
        let confirmed = json!({
            "participant": {"givenName": "Sanne", "familyName": "de Vries", "confirmed": true},
            "sizeBasis": "derived-from-accredited-programme",
        });
        let award = self.desk("PATCH", &format!("awards/{id}"), &confirmed).await;
        let warnings: Vec<Value> = award["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|finding| finding["severity"] == "warning")
            .map(|finding| finding["code"].clone())
            .collect();
        self.desk(
            "PATCH",
            &format!("awards/{id}"),
            &json!({"confirmations": warnings}),
        )
        .await;
        self.desk("POST", &format!("awards/{id}/approve"), &json!({}))
            .await;
        let offer = self.desk("POST", &format!("awards/{id}/offer"), &json!({})).await;
        Offer::of(&offer)
    }

    pub(crate) async fn learner_with(&self, assertion: &str) -> Learner {
        let offer = self.offer_for(assertion).await;
        self.collect(&offer).await.unwrap()
    }

    /// Opens an offer in a new wallet and accepts it.
    pub(crate) async fn collect(&self, offer: &Offer) -> Result<Learner, WalletError> {
        // The cheapest cost the format allows: these tests are not about the passphrase.
        let cost = Cost::new(19 * 1024, 2, 1).unwrap();
        let wallet = Wallet::create("een lange wachtzin", cost, &mut http_service::system_random())?;
        self.collect_into(wallet, offer).await
    }

    /// New copies of the award there is, for a learner who has it.
    pub(crate) async fn new_copies(&self, learner: Learner) -> Learner {
        let award = self.award().await;
        let offer = self
            .desk("POST", &format!("awards/{award}/new-copies"), &json!({}))
            .await;
        self.collect_into(learner.wallet, &Offer::of(&offer))
            .await
            .unwrap()
    }

    async fn collect_into(&self, mut wallet: Wallet, offer: &Offer) -> Result<Learner, WalletError> {
        let mut rng = http_service::system_random();
        let settings: Settings = {
            let url = format!("{}/config.json", self.demo.addresses.wallet);
            let config = self.document(&url).await;
            serde_json::from_value(config.get("settings").unwrap_or(&config).clone()).unwrap()
        };
        let mut step = wallet.offer_start(&offer.link, settings)?;
        loop {
            step = match step {
                WalletStep::Request(_, request) => {
                    let answer = self.send(request).await;
                    wallet.offer_advance(answer, self.clock.now(), &mut rng)?
                }
                WalletStep::Review(_) => wallet.offer_accept(Some(&offer.code), &mut rng)?,
                WalletStep::Done { cards, notifications } => {
                    for notification in notifications {
                        self.send(notification).await;
                    }
                    let card = cards.first().unwrap().id.clone();
                    let clock = self.clock.clone();
                    return Ok(Learner { wallet, card, clock });
                }
            };
        }
    }

    async fn send(&self, request: HttpRequest) -> HttpAnswer {
        let mut sent = self.http.request(request.method.parse().unwrap(), request.url);
        for (name, value) in request.headers {
            sent = sent.header(name, value);
        }
        if let Some(body) = request.body {
            sent = sent.body(body);
        }
        match sent.send().await {
            Ok(answer) => HttpAnswer::Answered {
                status: answer.status().as_u16(),
                body: answer.text().await.unwrap(),
            },
            Err(_) => HttpAnswer::Unreachable,
        }
    }

    /// Asks the verifier's API about a presentation or credential in its text form.
    pub(crate) async fn verify(&self, text: &str) -> (u16, Value) {
        let url = format!("{}/credentials/verify", self.demo.addresses.verifier);
        let shown: Value = serde_json::from_str(text).unwrap_or_else(|_| json!(text));
        let answer = self
            .http
            .post(url)
            .json(&json!({"verifiableCredential": shown}))
            .send()
            .await
            .unwrap();
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap())
    }

    /// Waits until the register has the commitments of the institution's unit.
    pub(crate) async fn received(&self) {
        let issuer = self.unit().replace('%', "%25");
        let url = format!("{}/v1/receipts/{issuer}", self.demo.addresses.register);
        for _ in 0..200 {
            if self.document(&url).await["batches"].as_u64() > Some(0) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        panic!("the register has no receipt");
    }

    /// The DID of the unit that issues.
    pub(crate) fn unit(&self) -> String {
        let origin = &self.demo.addresses.institutions[0];
        let host = origin.strip_prefix("http://").unwrap().replace(':', "%3A");
        format!("did:web:{host}:energie")
    }

    /// Suspends or reinstates the institution, through the start page as its visitors do.
    pub(crate) async fn decide(&self, status: &str, effective_from: &str) {
        let url = format!("{}/api/institutions/waterland/status", self.demo.addresses.start);
        let body = json!({"status": status, "effectiveFrom": effective_from});
        let answer = self.http.post(url).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }
}

impl Offer {
    fn of(answer: &Value) -> Self {
        Self {
            link: answer["offerLink"].as_str().unwrap().to_owned(),
            code: answer["txCode"].as_str().unwrap().to_owned(),
        }
    }
}

impl Learner {
    /// What the learner shows an employer: the name, and what is always visible.
    pub(crate) fn show(&mut self) -> Shown {
        let choice = Choice {
            preset: Some(Preset::Employer),
            groups: Vec::new(),
            challenge: None,
        };
        self.wallet.show(&self.card, &choice, self.clock.now()).unwrap()
    }

    /// The card as the learner sees it.
    pub(crate) fn card(&self) -> Card {
        self.wallet.card(&self.card).unwrap()
    }

    /// How many cards there are.
    pub(crate) fn cards(&self) -> usize {
        self.wallet.cards().len()
    }

    /// A presentation of the copies that other verifiers ask for.
    pub(crate) fn present(&mut self, format: Format) -> String {
        let choice = Choice {
            preset: Some(Preset::Employer),
            groups: Vec::new(),
            challenge: None,
        };
        let (audience, nonce) = ("urn:waarmerk:show", "unchallenged");
        let made = self
            .wallet
            .present(&self.card, format, &choice, audience, nonce, Utc::now());
        made.unwrap().presentation
    }

    /// What is shown, in each format: by QR code, to others as either SD-JWT, and as a file.
    pub(crate) fn in_every_format(&mut self) -> Vec<(&'static str, String)> {
        let card = self.card();
        let file = card.copies.iter().find(|kind| kind.format == "ldp_vc").unwrap();
        let file = self.wallet.export(&self.card, &file.id, Utc::now()).unwrap();
        vec![
            ("show", self.show().qr_text),
            ("dc+sd-jwt", self.present(Format::DcSdJwt)),
            ("vc+sd-jwt", self.present(Format::VcSdJwt)),
            ("ldp_vc", file.content),
            ("ldp_vc", self.derive(&[])),
        ]
    }

    /// What an employer is shown of the copy that was made for choosing by statement, and these groups.
    pub(crate) fn derive(&mut self, groups: &[&str]) -> String {
        let choice = json!({"preset": "employer", "groups": groups});
        let choice: Choice = serde_json::from_value(choice).unwrap();
        let derived = self.wallet.derive(&self.card, &choice, Utc::now());
        derived.unwrap().credential
    }

    /// A copy of every kind as the file it is exported to.
    pub(crate) fn copies(&mut self) -> Vec<String> {
        let card = self.wallet.card(&self.card).unwrap();
        assert_eq!(card.copies.len(), 5);
        card.copies
            .iter()
            .map(|copy| {
                self.wallet
                    .export(&self.card, &copy.id, self.clock.now())
                    .unwrap()
                    .content
            })
            .collect()
    }
}

/// One axis of a report.
pub(crate) fn axis<'a>(report: &'a Value, name: &str) -> &'a Value {
    let axes = report["axes"].as_array().unwrap();
    axes.iter().find(|axis| axis["axis"] == name).unwrap()
}

/// The codes of an award's findings.
pub(crate) fn codes(award: &Value) -> Vec<String> {
    let findings = award["findings"].as_array().unwrap();
    findings
        .iter()
        .map(|finding| finding["code"].as_str().unwrap().to_owned())
        .collect()
}

/// The presentation with another person's name in the disclosure that holds one.
pub(crate) fn with_another_name(presentation: &str) -> String {
    let mut parts: Vec<String> = presentation.split('~').map(str::to_owned).collect();
    let position = parts
        .iter()
        .position(|part| decoded(part).is_some_and(|text| text.contains("Sanne de Vries")))
        .expect("a disclosure with the name");
    let text = decoded(&parts[position])
        .unwrap()
        .replace("Sanne de Vries", "Sander de Boer");
    parts[position] = URL_SAFE_NO_PAD.encode(text);
    parts.join("~")
}

/// The presentation with one character of the issuer's signature changed.
pub(crate) fn with_another_issuer_signature(presentation: &str) -> String {
    let (issuer, rest) = presentation.split_once('~').unwrap();
    let (signed, signature) = issuer.rsplit_once('.').unwrap();
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    format!("{signed}.{first}{}~{rest}", &signature[1..])
}

fn decoded(part: &str) -> Option<String> {
    String::from_utf8(URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}
