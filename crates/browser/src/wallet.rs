//! The learner's wallet for JavaScript.

use std::collections::BTreeMap;

use getrandom04::SysRng;
use openid4vc::issuance::client::{HttpAnswer, HttpRequest, OfferView};
use rand_core::UnwrapErr;
use serde::Deserialize;
use serde_json::{Value, json};
use verification::Settings;
use wallet_core::vault::Cost;
use wallet_core::{Choice, SendChoice, ShareAct, WalletError, WalletStep};
use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::Zeroizing;

use crate::errors::{self, from_text, moment, to_text};

/// An open wallet. Nothing is saved by itself: after every change call `seal()` and store the bytes.
///
/// Call `free()` to lock it. Every method throws the JSON text of a `CoreError` (`types.ts`).
#[wasm_bindgen]
pub struct Wallet {
    inner: wallet_core::Wallet,
}

#[wasm_bindgen]
impl Wallet {
    /// A new, empty wallet. Takes a few tenths of a second: run it in a worker.
    pub fn create(passphrase: String) -> Result<Wallet, String> {
        let passphrase = Zeroizing::new(passphrase);
        let inner = wallet_core::Wallet::create(&passphrase, Cost::default(), &mut random()?);
        Ok(Self {
            inner: inner.map_err(|e| errors::of_wallet(&e, &[]))?,
        })
    }

    /// Opens the bytes that `seal()` gave. Throws `wrong-passphrase`, `damaged-wallet`, `newer-wallet` and so on.
    pub fn unlock(sealed: &[u8], passphrase: String) -> Result<Wallet, String> {
        let passphrase = Zeroizing::new(passphrase);
        let inner = wallet_core::Wallet::unlock(sealed, &passphrase);
        Ok(Self {
            inner: inner.map_err(|e| errors::of_wallet(&e, &[]))?,
        })
    }

    /// The wallet as encrypted bytes, to store or to keep as a backup.
    pub fn seal(&self) -> Result<Vec<u8>, String> {
        self.inner
            .seal(&mut random()?)
            .map_err(|e| errors::of_wallet(&e, &[]))
    }

    /// Puts the wallet behind another passphrase, from the next `seal()` on.
    #[wasm_bindgen(js_name = changePassphrase)]
    pub fn change_passphrase(&mut self, passphrase: String) -> Result<(), String> {
        let passphrase = Zeroizing::new(passphrase);
        let changed = self
            .inner
            .change_passphrase(&passphrase, Cost::default(), &mut random()?);
        changed.map_err(|e| errors::of_wallet(&e, &[]))
    }

    /// Starts to collect an offer (link, QR text or JSON); gives an `OfferStep`.
    #[wasm_bindgen(js_name = offerStart)]
    pub fn offer_start(&mut self, text: &str, settings_json: &str) -> Result<String, String> {
        let settings: Settings = from_text(settings_json, "settings")?;
        let step = self.inner.offer_start(text, settings);
        self.step(step)
    }

    /// Takes the answer to the last request, an `HttpAnswer`; gives an `OfferStep`.
    #[wasm_bindgen(js_name = offerAdvance)]
    pub fn offer_advance(&mut self, answer_json: &str, now: &str) -> Result<String, String> {
        let answer = http_answer(answer_json)?;
        let step = self.inner.offer_advance(answer, moment(now)?, &mut random()?);
        self.step(step)
    }

    /// Accepts the reviewed offer, with the code where one is needed; gives an `OfferStep`.
    #[wasm_bindgen(js_name = offerAccept)]
    pub fn offer_accept(&mut self, code: Option<String>) -> Result<String, String> {
        let step = self.inner.offer_accept(code.as_deref(), &mut random()?);
        self.step(step)
    }

    /// Gives the last request again, after an error with `"retry":"again"`; gives an `OfferStep`.
    #[wasm_bindgen(js_name = offerRetry)]
    pub fn offer_retry(&mut self, now: &str) -> Result<String, String> {
        let step = self.inner.offer_retry(moment(now)?);
        self.step(step)
    }

    /// Stops collecting.
    #[wasm_bindgen(js_name = offerCancel)]
    pub fn offer_cancel(&mut self) {
        self.inner.offer_cancel();
    }

    /// Every card, the newest first: a JSON array of `Card`.
    pub fn cards(&self) -> String {
        to_text(&self.inner.cards())
    }

    /// One `Card`.
    pub fn card(&self, id: &str) -> Result<String, String> {
        self.inner
            .card(id)
            .map(|card| to_text(&card))
            .map_err(|e| errors::of_wallet(&e, &[]))
    }

    /// A card's credential as text for `needs` and `verify`: what a verifier would see of it. Not logged.
    pub fn text(&self, id: &str) -> Result<String, String> {
        self.inner.text(id).map_err(|e| errors::of_wallet(&e, &[]))
    }

    /// Makes the presentation behind a QR code from a `ShowChoice`; gives `Shown`. It is logged, so seal after.
    pub fn show(&mut self, id: &str, choice_json: &str, now: &str) -> Result<String, String> {
        let choice: Choice = from_text(choice_json, "choice")?;
        let shown = self.inner.show(id, &choice, moment(now)?);
        shown
            .map(|shown| to_text(&shown))
            .map_err(|e| errors::of_wallet(&e, &[]))
    }

    /// Makes a link from a `SendChoice` at the wallet service `service`; gives a `Share`. Seal, then send `shareRequest`
    /// with `"keep"`.
    pub fn send(&mut self, id: &str, choice_json: &str, service: &str, now: &str) -> Result<String, String> {
        let choice: SendChoice = from_text(choice_json, "choice")?;
        let sent = self
            .inner
            .send(id, &choice, service, moment(now)?, &mut random()?);
        sent.map(|share| to_text(&share))
            .map_err(|e| errors::of_wallet(&e, &[]))
    }

    /// Every link that was made, the newest first: a JSON array of `Share`.
    pub fn shares(&self, now: &str) -> Result<String, String> {
        Ok(to_text(&self.inner.shares(moment(now)?)))
    }

    /// What to ask the wallet service about a link: `keep`, `look` or `withdraw`; gives an `HttpRequest`.
    #[wasm_bindgen(js_name = shareRequest)]
    pub fn share_request(&self, id: &str, act: &str) -> Result<String, String> {
        let request = self.inner.share_request(id, share_act(act)?);
        request
            .map(|request| to_text(&request_json(&request)))
            .map_err(|e| errors::of_wallet(&e, &[]))
    }

    /// Takes the answer to `shareRequest`, an `HttpAnswer`; gives the `Share` as it is now, so seal after.
    #[wasm_bindgen(js_name = shareAnswer)]
    pub fn share_answer(
        &mut self,
        id: &str,
        act: &str,
        answer_json: &str,
        now: &str,
    ) -> Result<String, String> {
        let answer = http_answer(answer_json)?;
        let share = self
            .inner
            .share_answer(id, share_act(act)?, &answer, moment(now)?);
        share
            .map(|share| to_text(&share))
            .map_err(|e| errors::of_wallet(&e, &[]))
    }

    /// Takes a link that is over out of the list.
    #[wasm_bindgen(js_name = forgetShare)]
    pub fn forget_share(&mut self, id: &str, now: &str) -> Result<(), String> {
        self.inner
            .forget_share(id, moment(now)?)
            .map_err(|e| errors::of_wallet(&e, &[]))
    }

    /// A copy as a file: `ExportedFile`. It is logged, so seal after.
    #[wasm_bindgen(js_name = exportCopy)]
    pub fn export(&mut self, id: &str, copy: &str, now: &str) -> Result<String, String> {
        let file = self.inner.export(id, copy, moment(now)?);
        file.map(|file| to_text(&file))
            .map_err(|e| errors::of_wallet(&e, &[]))
    }

    /// Removes a card with its keys, for good.
    pub fn remove(&mut self, id: &str, now: &str) -> Result<(), String> {
        self.inner
            .remove(id, moment(now)?)
            .map_err(|e| errors::of_wallet(&e, &[]))
    }

    /// The activity log, the newest first: a JSON array of `ActivityEntry`.
    pub fn activity(&self) -> String {
        to_text(&self.inner.activity())
    }
}

impl Wallet {
    fn step(&mut self, step: Result<WalletStep, WalletError>) -> Result<String, String> {
        let step = step.map_err(|error| errors::of_wallet(&error, &self.inner.take_notifications()))?;
        let progress = self.inner.offer_progress();
        let step = match step {
            WalletStep::Request(doing, request) => json!({
                "step": "request",
                "doing": doing,
                "progress": progress,
                "request": request_json(&request),
            }),
            WalletStep::Review(offer) => {
                json!({"step": "review", "offer": offer_json(&offer, progress.total)})
            }
            WalletStep::Done { cards, notifications } => {
                let notifications: Vec<Value> = notifications.iter().map(request_json).collect();
                json!({"step": "done", "card": cards.first(), "cards": cards, "notifications": notifications})
            }
        };
        Ok(to_text(&step))
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Answered {
        status: u16,
        body: String,
    },
    Unreachable {
        #[serde(rename = "unreachable")]
        _reason: String,
    },
}

fn http_answer(json: &str) -> Result<HttpAnswer, String> {
    Ok(match from_text(json, "answer")? {
        Answer::Answered { status, body } => HttpAnswer::Answered { status, body },
        Answer::Unreachable { .. } => HttpAnswer::Unreachable,
    })
}

fn share_act(name: &str) -> Result<ShareAct, String> {
    serde_json::from_value(name.into()).map_err(|_| errors::misuse("act"))
}

pub(crate) fn request_json(request: &HttpRequest) -> Value {
    let headers: BTreeMap<_, _> = request
        .headers
        .iter()
        .map(|(name, value)| (*name, value))
        .collect();
    json!({"method": request.method, "url": request.url.as_str(), "headers": headers, "body": request.body})
}

fn offer_json(offer: &OfferView, copies: usize) -> Value {
    let credentials: Vec<Value> = offer
        .credentials
        .iter()
        .map(|offered| {
            json!({"configurationId": offered.configuration_id, "format": offered.format, "name": offered.name})
        })
        .collect();
    let code = offer
        .code
        .as_ref()
        .map(|code| json!({"numeric": code.numeric, "length": code.length, "description": code.description}));
    json!({
        "issuer": offer.issuer.as_str(),
        "issuerOrigin": offer.issuer.origin().ascii_serialization(),
        "issuerName": offer.issuer_name,
        "credentials": credentials,
        "copies": copies,
        "code": code,
    })
}

/// The browser's random source. Tried first, so that a browser without one gives an error instead of a trap.
fn random() -> Result<UnwrapErr<SysRng>, String> {
    let mut probe = [0; 1];
    getrandom04::fill(&mut probe).map_err(|_| {
        errors::plain(
            "no-randomness",
            "Deze browser geeft geen toeval, en zonder dat zijn sleutels niet veilig. Gebruik een andere browser.",
            "This browser gives no randomness, and keys are not safe without it. Use another browser.",
        )
    })?;
    Ok(UnwrapErr(SysRng))
}
