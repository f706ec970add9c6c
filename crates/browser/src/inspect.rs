//! Reading, verifying, drawing.

use serde_json::json;
use share_link::ShareLink;
use verification::{Input, Resources, Settings};
use wallet_core::vault;
use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::Zeroizing;

use crate::errors::{self, from_text, moment, to_text};

/// What a text is: `{"kind":"offer"}`, `{"kind":"challenge","challenge":"493817"}`, `{"kind":"link"}` (to be opened with
/// `linkRequest`) or `{"kind":"credential","format":"…","presented":true}`
/// (`Reading` in `types.ts`).
#[wasm_bindgen]
pub fn read(text: &str) -> Result<String, String> {
    if openid4vc::issuance::offer::parse(text).is_ok() {
        return Ok(to_text(&json!({"kind": "offer"})));
    }
    if let Some(challenge) = qr_presentation::read_challenge(text) {
        return Ok(to_text(&json!({"kind": "challenge", "challenge": challenge})));
    }
    if ShareLink::parse(text).is_ok() {
        return Ok(to_text(&json!({"kind": "link"})));
    }
    let input = input(text)?;
    let format = input.format();
    let presented = match input {
        Input::SdJwt(compact) => !compact.trim_end().ends_with('~'),
        Input::Jwt(_) | Input::DataIntegrity(_) => false,
        Input::Shared(_) | Input::Presented(_) => true,
    };
    Ok(to_text(
        &json!({"kind": "credential", "format": format, "presented": presented}),
    ))
}

/// What still has to be fetched before verifying: a JSON array of `Need`.
///
/// Fetch each with GET, no cookies, no redirects; add the answers to the resources; ask again until empty.
#[wasm_bindgen]
pub fn needs(text: &str, resources_json: &str, settings_json: &str) -> Result<String, String> {
    needs_of(&input(text)?, resources_json, settings_json)
}

pub(crate) fn needs_of(input: &Input, resources_json: &str, settings_json: &str) -> Result<String, String> {
    let resources: Resources = from_text(resources_json, "resources")?;
    let settings: Settings = from_text(settings_json, "settings")?;
    Ok(to_text(&verification::needs(input, &resources, &settings)))
}

/// The verification report (`VerificationReport` in `types.ts`) at the moment `now`.
#[wasm_bindgen]
pub fn verify(text: &str, resources_json: &str, settings_json: &str, now: &str) -> Result<String, String> {
    report_of(&input(text)?, resources_json, settings_json, now)
}

pub(crate) fn report_of(
    input: &Input,
    resources_json: &str,
    settings_json: &str,
    now: &str,
) -> Result<String, String> {
    let resources: Resources = from_text(resources_json, "resources")?;
    let settings: Settings = from_text(settings_json, "settings")?;
    let at = moment(now)?;
    Ok(to_text(&verification::verify(input, &resources, &settings, at)))
}

/// The register list that a delta makes of the one that is held, for the list at `url`: `{"list":"…"}`, with `null` where
/// nothing comes of it and the whole list is to be fetched.
#[wasm_bindgen(js_name = applyDelta)]
pub fn apply_delta(delta: &str, held: &str, url: &str, settings_json: &str) -> Result<String, String> {
    let settings: Settings = from_text(settings_json, "settings")?;
    let anchors = &settings.for_register(url).anchors;
    let list = trust::delta::apply(delta, held, anchors).ok();
    Ok(to_text(&json!({"list": list})))
}

/// A QR code of a presentation's text, or of a link such as a credential offer: `{"svg":"…","version":7}`.
#[wasm_bindgen(js_name = qrSvg)]
pub fn qr_svg(text: &str) -> Result<String, String> {
    let presentation = text.starts_with(qr_presentation::PREFIX);
    let drawing = if presentation {
        qr_presentation::svg(text)
    } else {
        qr_presentation::svg_of_link(text)
    };
    let drawing = drawing.map_err(|e| errors::plain(e.code(), e.nl(), e.en()))?;
    Ok(to_text(&json!({"svg": drawing.svg, "version": drawing.version})))
}

/// `null` when the passphrase may be used for a new wallet, else the error that creating would throw.
#[wasm_bindgen(js_name = passphraseProblem)]
pub fn passphrase_problem(passphrase: String) -> Option<String> {
    let passphrase = Zeroizing::new(passphrase);
    let problem = vault::check_passphrase(&passphrase).err()?;
    Some(errors::of_wallet(&problem.into(), &[]))
}

fn input(text: &str) -> Result<Input, String> {
    verification::read(text).map_err(|error| {
        let message = error.message();
        errors::plain(message.code.id(), message.nl, message.en)
    })
}
