//! Three people at work: staff with a learner, the register's keeper, somebody who shares. Each goes on where the
//! program's end left them, and keeps a ledger of what was answered.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{TimeDelta, Utc};
use openid4vc::issuance::client::{HttpAnswer, HttpRequest};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use share_link::{Share, ShareLink, Terms};
use verification::Settings;
use wallet_core::vault::Cost;
use wallet_core::{Wallet, WalletStep};

/// The program ended before it answered.
#[derive(Debug)]
pub(crate) struct Gone;

/// The learners' passphrase.
pub(crate) const PASSPHRASE: &str = "een lange wachtzin";

type Result<T> = std::result::Result<T, Gone>;

/// Where everything is, and with which keys.
#[derive(Clone)]
pub(crate) struct Town {
    http: reqwest::Client,
    ports: Vec<u64>,
    desk_key: String,
    keeper_keys: [String; 2],
    /// Every body sent and received, when somebody listens.
    said: Option<Arc<Mutex<Vec<String>>>>,
    /// How many requests were answered.
    answered: Arc<AtomicU64>,
}

impl Town {
    pub(crate) fn new(notes: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self {
            http: reqwest::Client::builder()
                .no_proxy()
                .pool_max_idle_per_host(0)
                .timeout(Duration::from_secs(60))
                .build()
                .unwrap(),
            ports: notes["ports"]
                .as_array()
                .unwrap()
                .iter()
                .map(|port| port.as_u64().unwrap())
                .collect(),
            desk_key: text(&notes["deskKeys"][0]),
            keeper_keys: [0, 1].map(|place| text(&notes["keeperKeys"][place])),
            said: None,
            answered: Arc::default(),
        }
    }

    /// Waits until so many more requests were answered, or hardly anything happens any more.
    pub(crate) async fn answered(&self, more: u64) {
        let enough = self.answered.load(Ordering::Relaxed) + more;
        for _ in 0..20_000 {
            if self.answered.load(Ordering::Relaxed) >= enough {
                return;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// The same, with everything that is said from now on.
    pub(crate) fn listened_to(self) -> (Self, Arc<Mutex<Vec<String>>>) {
        let said = Arc::<Mutex<Vec<String>>>::default();
        let town = Self {
            said: Some(said.clone()),
            ..self
        };
        (town, said)
    }

    fn hear(&self, text: &str) {
        if let Some(said) = &self.said {
            said.lock().unwrap().push(text.to_owned());
        }
    }

    /// The service at a place in the demo: 1 register, 2 adapter, 4 wallet, 5 verifier, 6 badge platform.
    pub(crate) fn origin(&self, place: usize) -> String {
        format!("http://localhost:{}", self.ports[place])
    }

    pub(crate) async fn ask(
        &self,
        method: &str,
        url: &str,
        key: Option<&str>,
        body: Option<&Value>,
        named: Option<&str>,
    ) -> Result<(u16, Value)> {
        let mut request = self.http.request(method.parse().unwrap(), url);
        if let Some(key) = key {
            self.hear(&json!(key).to_string());
            request = request.bearer_auth(key);
        }
        if let Some(body) = body {
            self.hear(&body.to_string());
            request = request.json(body);
        }
        if let Some(named) = named {
            request = request.header("Idempotency-Key", named);
        }
        let answer = request.send().await.map_err(|_| Gone)?;
        let status = answer.status().as_u16();
        let bytes = answer.bytes().await.map_err(|_| Gone)?;
        self.answered.fetch_add(1, Ordering::Relaxed);
        self.hear(&String::from_utf8_lossy(&bytes));
        let body = serde_json::from_slice(&bytes).unwrap_or_default();
        assert!(status < 500, "{method} {url}: {status} {body:#}");
        Ok((status, body))
    }

    async fn desk(&self, method: &str, path: &str, body: Option<Value>) -> Result<(u16, Value)> {
        let url = format!("{}/desk/api/{path}", self.origin(2));
        let (status, answer) = self
            .ask(method, &url, Some(&self.desk_key), body.as_ref(), None)
            .await?;
        Ok((status, answer.get("award").cloned().unwrap_or(answer)))
    }
}

/// Imports a result, approves and offers it, lets a learner collect it, suspends, reinstates and revokes it; and again.
#[derive(Default)]
pub(crate) struct Staff {
    award: Option<String>,
    collecting: Option<Collecting>,
    /// What the award was last answered to be, and what it is being made.
    known: Option<String>,
    wanted: Option<&'static str>,
    /// Copies that learners were given, of every award, and those that were revoked with it.
    pub(crate) copies: Vec<(String, usize)>,
    pub(crate) revoked: Vec<String>,
    /// The last learner's wallet.
    pub(crate) wallet: Option<Box<Wallet>>,
    /// How often an award was taken all the way.
    pub(crate) rounds: usize,
}

struct Collecting {
    wallet: Box<Wallet>,
    code: String,
    /// The request under way.
    step: Option<WalletStep>,
}

impl Staff {
    pub(crate) async fn work(&mut self, town: &Town) -> Gone {
        loop {
            if let Err(gone) = self.step(town).await {
                return gone;
            }
        }
    }

    /// What was answered is still so, or what was asked last has been done.
    pub(crate) async fn check(&mut self, town: &Town) {
        let (_, answer) = town.desk("GET", "awards", None).await.unwrap();
        let awards = answer["awards"].as_array().unwrap();
        let state = |id: &str| {
            awards
                .iter()
                .find(|award| award["id"] == id)
                .map(|award| award["state"].clone())
        };
        for revoked in &self.revoked {
            assert_eq!(state(revoked), Some(json!("revoked")), "{revoked} was revoked");
        }
        if let (Some(id), Some(known)) = (&self.award, &self.known) {
            let now = state(id).unwrap_or_else(|| panic!("award {id} is gone"));
            let is_done = self.wanted.is_some_and(|wanted| now == wanted);
            assert!(
                now == *known || is_done,
                "award {id} was {known}, was to be {:?}, and is {now}",
                self.wanted
            );
            self.known = now.as_str().map(str::to_owned);
        }
    }

    pub(crate) async fn step(&mut self, town: &Town) -> Result<()> {
        let Some(id) = self.award.clone() else {
            let link = format!("{}/public/assertions/AsWaRmTePoMp00000001", town.origin(6));
            let (status, award) = town
                .desk("POST", "imports", Some(json!({"assertion": link})))
                .await?;
            assert!(status < 300, "{award:#}");
            self.award = award["id"].as_str().map(str::to_owned);
            self.known = award["state"].as_str().map(str::to_owned);
            return Ok(());
        };
        match self.known.as_deref() {
            Some("review") => self.approve(town, &id).await,
            Some("approved") => self.offer(town, &id).await,
            Some("offered" | "issued") if self.collecting.is_some() => self.collect(town, &id).await,
            // Somebody lost the way in the middle of collecting; the desk offers again.
            Some("offered") => self.offer(town, &id).await,
            Some("issued") => self.control(town, &id).await,
            Some("suspended") => {
                self.change(
                    town,
                    &id,
                    "reinstate",
                    "issued",
                    Some(json!({"reason": "cleared"})),
                )
                .await
            }
            // Also when that was done and the answer got lost.
            Some("revoked") => {
                self.rounds += 1;
                self.revoked.push(id);
                self.award = None;
                self.known = None;
                Ok(())
            }
            other => panic!("award {id} is {other:?}"),
        }
    }

    /// Asks for a change, and notes what it makes of the award once that is answered.
    async fn change(
        &mut self,
        town: &Town,
        id: &str,
        act: &str,
        to: &'static str,
        body: Option<Value>,
    ) -> Result<()> {
        self.wanted = Some(to);
        let (status, answer) = town
            .desk("POST", &format!("awards/{id}/{act}"), body.or(Some(json!({}))))
            .await?;
        assert!(status < 300, "{act}: {status} {answer:#}");
        self.known = Some(to.to_owned());
        self.wanted = None;
        Ok(())
    }

    async fn approve(&mut self, town: &Town, id: &str) -> Result<()> {
        let confirmed = json!({
            "participant": {"givenName": "Sanne", "familyName": "de Vries", "confirmed": true},
            "sizeBasis": "derived-from-accredited-programme",
        });
        let (_, award) = town
            .desk("PATCH", &format!("awards/{id}"), Some(confirmed))
            .await?;
        let warnings: Vec<Value> = award["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|finding| finding["severity"] == "warning")
            .map(|finding| finding["code"].clone())
            .collect();
        town.desk(
            "PATCH",
            &format!("awards/{id}"),
            Some(json!({"confirmations": warnings})),
        )
        .await?;
        self.change(town, id, "approve", "approved", None).await
    }

    async fn offer(&mut self, town: &Town, id: &str) -> Result<()> {
        self.wanted = Some("offered");
        let (status, offer) = town
            .desk("POST", &format!("awards/{id}/offer"), Some(json!({})))
            .await?;
        assert!(status < 300, "{offer:#}");
        self.known = Some("offered".to_owned());
        self.wanted = None;
        let (_, config) = town
            .ask(
                "GET",
                &format!("{}/config.json", town.origin(4)),
                None,
                None,
                None,
            )
            .await?;
        let settings: Settings =
            serde_json::from_value(config.get("settings").unwrap_or(&config).clone()).unwrap();
        let cost = Cost::new(19 * 1024, 2, 1).unwrap();
        let mut wallet = Wallet::create(PASSPHRASE, cost, &mut http_service::system_random()).unwrap();
        let step = wallet
            .offer_start(offer["offerLink"].as_str().unwrap(), settings)
            .unwrap();
        self.collecting = Some(Collecting {
            wallet: Box::new(wallet),
            code: offer["txCode"].as_str().unwrap().to_owned(),
            step: Some(step),
        });
        Ok(())
    }

    /// The learner's next request.
    async fn collect(&mut self, town: &Town, id: &str) -> Result<()> {
        let mut rng = http_service::system_random();
        let collecting = self.collecting.as_mut().unwrap();
        // A request that got no answer is taken up again.
        let step = match collecting.step.take() {
            Some(step) => Ok(step),
            None => collecting.wallet.offer_retry(Utc::now()),
        };
        let next = match step {
            Ok(WalletStep::Request(_, request)) => {
                self.wanted = Some("issued");
                let answer = match send(town, request).await {
                    Ok(answer) => answer,
                    Err(Gone) => {
                        // The machine hears of it, so that it can take it up again.
                        let _ =
                            collecting
                                .wallet
                                .offer_advance(HttpAnswer::Unreachable, Utc::now(), &mut rng);
                        return Err(Gone);
                    }
                };
                collecting.wallet.offer_advance(answer, Utc::now(), &mut rng)
            }
            Ok(WalletStep::Review(_)) => collecting.wallet.offer_accept(Some(&collecting.code), &mut rng),
            Ok(WalletStep::Done { cards, notifications }) => {
                let card = collecting.wallet.card(&cards.first().unwrap().id).unwrap();
                self.copies.push((id.to_owned(), card.copies.len()));
                self.known = Some("issued".to_owned());
                self.wallet = self.collecting.take().map(|collecting| collecting.wallet);
                for notification in notifications {
                    send(town, notification).await?;
                }
                return Ok(());
            }
            Err(error) => Err(error),
        };
        match next {
            Ok(step) => collecting.step = Some(step),
            // The offer was redeemed and the answer got lost: the learner has to ask the institution.
            Err(_) => {
                self.collecting = None;
                let (_, award) = town.desk("GET", &format!("awards/{id}"), None).await?;
                self.known = award["state"].as_str().map(str::to_owned);
            }
        }
        Ok(())
    }

    async fn control(&mut self, town: &Town, id: &str) -> Result<()> {
        if self.rounds.is_multiple_of(2) {
            self.rounds += 1;
            return self
                .change(
                    town,
                    id,
                    "suspend",
                    "suspended",
                    Some(json!({"reason": "under-review"})),
                )
                .await;
        }
        let reason = json!({"reason": "assessment-invalidated"});
        self.change(town, id, "revoke", "revoked", Some(reason)).await?;
        Ok(())
    }
}

async fn send(town: &Town, request: HttpRequest) -> Result<HttpAnswer> {
    let mut sent = town.http.request(request.method.parse().unwrap(), request.url);
    for (name, value) in request.headers {
        sent = sent.header(name, value);
    }
    if let Some(body) = request.body {
        town.hear(&body);
        sent = sent.body(body);
    }
    let answer = sent.send().await.map_err(|_| Gone)?;
    let status = answer.status().as_u16();
    let body = answer.text().await.map_err(|_| Gone)?;
    town.answered.fetch_add(1, Ordering::Relaxed);
    town.hear(&body);
    Ok(HttpAnswer::Answered { status, body })
}

/// Decides about an institution, each decision under a name of its own.
#[derive(Default)]
pub(crate) struct Keeper {
    asked: u32,
    pub(crate) answered: u32,
}

impl Keeper {
    pub(crate) async fn work(&mut self, town: &Town) -> Gone {
        loop {
            // A decision without an answer is proposed again, under the same name, and confirmed if it still waits.
            if self.asked == self.answered {
                self.asked += 1;
            }
            let number = self.asked;
            let status = if number % 2 == 1 { "suspended" } else { "active" };
            let start = chrono::DateTime::parse_from_rfc3339("2030-01-01T00:00:00Z").unwrap();
            let body = json!({
                "status": status,
                "effectiveFrom": (start + TimeDelta::hours(i64::from(number))).to_rfc3339(),
                "reason": {"code": format!("decision-{number}"), "nl": "proef", "en": "test"},
            });
            let url = format!("{}/v1/accreditations/acc-noard/status-events", town.origin(1));
            let name = format!("decision-{number}");
            let [first, second] = &town.keeper_keys;
            let proposal = match town
                .ask("POST", &url, Some(first), Some(&body), Some(&name))
                .await
            {
                // It was confirmed, and that answer did not arrive.
                Ok((201, _)) => None,
                Ok((status, proposal)) => {
                    assert_eq!(status, 202, "{proposal:#}");
                    proposal["number"].as_u64()
                }
                Err(gone) => return gone,
            };
            if let Some(proposal) = proposal {
                let url = format!("{}/v1/proposals/{proposal}/confirmation", town.origin(1));
                match town.ask("POST", &url, Some(second), None, None).await {
                    Ok((status, answer)) => assert_eq!(status, 200, "{answer:#}"),
                    Err(gone) => return gone,
                }
            }
            self.answered = number;
        }
    }

    /// Every decision that was answered is there once, and one that was not at most once.
    pub(crate) async fn check(&self, town: &Town) {
        let url = format!("{}/v1/accreditations/acc-noard/history", town.origin(1));
        let (_, history) = town.ask("GET", &url, None, None, None).await.unwrap();
        let events = history["events"].as_array().unwrap();
        let count = |number: u32| {
            let code = json!(format!("decision-{number}"));
            events
                .iter()
                .filter(|event| event["reason"]["code"] == code)
                .count()
        };
        for number in 1..=self.answered {
            assert_eq!(count(number), 1, "decision {number} was answered");
        }
        if self.asked > self.answered {
            assert!(count(self.asked) <= 1, "decision {} twice", self.asked);
        }
    }
}

/// Makes shares, opens them, and withdraws every other one.
#[derive(Default)]
pub(crate) struct Sharer {
    pub(crate) shares: Vec<Shared>,
}

/// A share and what was asked and answered of it.
pub(crate) struct Shared {
    id: Value,
    capability: String,
    request: Value,
    made: bool,
    opens_asked: u64,
    opens_answered: u64,
    withdrawal_asked: bool,
    withdrawn: bool,
}

/// How often each share is opened.
const OPENS: u64 = 2;

impl Sharer {
    /// What nobody but the holder and those who got a link may know: where the shares are and who may change them.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let of = |share: &Shared| [share.id.as_str().unwrap().to_owned(), share.capability.clone()];
        self.shares.iter().flat_map(of).collect()
    }

    pub(crate) async fn work(&mut self, town: &Town) -> Gone {
        loop {
            if let Err(gone) = self.step(town).await {
                return gone;
            }
        }
    }

    pub(crate) async fn step(&mut self, town: &Town) -> Result<()> {
        let number = self.shares.len();
        let is_over =
            |share: &Shared| share.opens_answered >= OPENS && (share.withdrawn || !number.is_multiple_of(2));
        if self.shares.last().is_none_or(is_over) {
            self.shares.push(Shared::new(number));
        }
        let share = self.shares.last_mut().unwrap();
        let origin = town.origin(4);
        if !share.made {
            // Sent again in the same words it is the same share.
            let (status, answer) = town
                .ask(
                    "POST",
                    &format!("{origin}/v1/shares"),
                    None,
                    Some(&share.request),
                    None,
                )
                .await?;
            assert!(status == 201 || status == 200, "{status} {answer:#}");
            share.made = true;
        } else if share.opens_answered < OPENS {
            share.opens_asked += 1;
            let (status, answer) = town
                .ask(
                    "POST",
                    &format!("{origin}/v1/shares/open"),
                    None,
                    Some(&json!({"id": share.id})),
                    None,
                )
                .await?;
            assert_eq!(status, 200, "{answer:#}");
            share.opens_answered += 1;
        } else {
            share.withdrawal_asked = true;
            let (status, answer) = town
                .ask(
                    "DELETE",
                    &format!("{origin}/v1/share"),
                    Some(&share.capability),
                    None,
                    None,
                )
                .await?;
            assert!(status < 300, "{answer:#}");
            share.withdrawn = true;
        }
        Ok(())
    }

    /// Every share that was answered is there with every view that was answered, and what was withdrawn stays so.
    pub(crate) async fn check(&self, town: &Town, last: usize) {
        for share in self.shares.iter().rev().take(last) {
            let url = format!("{}/v1/share", town.origin(4));
            let (status, found) = town
                .ask("GET", &url, Some(&share.capability), None, None)
                .await
                .unwrap();
            if status == 401 {
                assert!(!share.made, "a share that was answered is gone");
                continue;
            }
            let views = found["views"].as_u64().unwrap();
            assert!(
                (share.opens_answered..=share.opens_asked).contains(&views),
                "opened {} times of {}, and {views} are counted",
                share.opens_answered,
                share.opens_asked
            );
            let is_withdrawn = found["state"] == "withdrawn";
            assert!(
                is_withdrawn || !share.withdrawn,
                "a withdrawn share is back: {found:#}"
            );
            assert!(
                share.withdrawal_asked || !is_withdrawn,
                "a share was withdrawn by itself: {found:#}"
            );
        }
    }
}

impl Shared {
    fn new(number: usize) -> Self {
        let rng = &mut http_service::system_random();
        let link = ShareLink::create(&"https://wallet.example".parse().unwrap(), rng).unwrap();
        let until = Utc::now() + TimeDelta::days(30);
        let terms = Terms::new("Sollicitatie", Utc::now(), until).unwrap();
        let presentation = "e30.e30.AA~e30.e30.AA".to_owned();
        let sealed = share_link::seal(&Share { presentation, terms }, &link, rng).unwrap();
        let capability = format!("capability number {number} of this test");
        let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(&capability));
        Self {
            id: json!(link.id()),
            capability,
            request: json!({"share": sealed, "capability": digest, "maxViews": 100}),
            made: false,
            opens_asked: 0,
            opens_answered: 0,
            withdrawal_asked: false,
            withdrawn: false,
        }
    }
}
