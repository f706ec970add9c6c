//! Links: opening one, and what it shows.

use serde_json::{Value, json};
use share_link::{LinkError, ShareLink};
use verification::{Input, InputError};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{
    errors::{self, to_text},
    inspect,
};

/// How to ask for what is behind a link: an `HttpRequest`. Sending it counts as opening.
#[wasm_bindgen(js_name = linkRequest)]
pub fn link_request(link: &str) -> Result<String, String> {
    let link = parse(link)?;
    let body = json!({"id": link.id()}).to_string();
    Ok(to_text(&json!({
        "method": "POST",
        "url": link.open_address(),
        "headers": {"accept": "application/json", "content-type": "application/json"},
        "body": body,
    })))
}

/// What is behind a link, from the answer to `linkRequest`: an `OpenedLink`. Without an answer the status is 0.
///
/// Throws why there is nothing (`INP-012` to `INP-017`), in the reader's words.
#[wasm_bindgen(js_name = openLink)]
pub fn open_link(link: &str, status: u16, body: &str) -> Result<String, String> {
    let input = opened(link, status, body)?;
    let Input::Shared(shared) = &input else {
        return Err(of_input(InputError::ShareChanged));
    };
    let terms = shared.terms();
    let answer: Value = serde_json::from_str(body).unwrap_or_default();
    Ok(to_text(&json!({
        "purpose": terms.purpose(),
        "created": terms.created(),
        "until": terms.until(),
        "viewsLeft": answer.get("viewsLeft"),
        "content": verification::content(&input),
    })))
}

/// As `needs`, for a link and what its store answered this page just now.
#[wasm_bindgen(js_name = needsOfLink)]
pub fn needs_of_link(
    link: &str,
    status: u16,
    body: &str,
    resources_json: &str,
    settings_json: &str,
) -> Result<String, String> {
    inspect::needs_of(&opened(link, status, body)?, resources_json, settings_json)
}

/// As `verify`, for a link and what its store answered this page just now.
#[wasm_bindgen(js_name = verifyLink)]
pub fn verify_link(
    link: &str,
    status: u16,
    body: &str,
    resources_json: &str,
    settings_json: &str,
    now: &str,
) -> Result<String, String> {
    inspect::report_of(&opened(link, status, body)?, resources_json, settings_json, now)
}

fn opened(link: &str, status: u16, body: &str) -> Result<Input, String> {
    let link = parse(link)?;
    if status == 0 {
        return Err(of_input(InputError::LinkNoAnswer));
    }
    let sealed = verification::sealed_share(status, body.as_bytes()).map_err(of_input)?;
    verification::open(&link, &sealed).map_err(of_input)
}

fn parse(link: &str) -> Result<ShareLink, String> {
    ShareLink::parse(link).map_err(|error: LinkError| of_input(error.into()))
}

fn of_input(error: InputError) -> String {
    let message = error.message();
    errors::plain(message.code.id(), message.nl, message.en)
}
