//! Errors as JSON text, which JavaScript gets thrown.

use chrono::{DateTime, Utc};
use openid4vc::issuance::client::{CollectError, Remedy};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wallet_core::WalletError;

use crate::wallet::request_json;

/// The shape `CoreError` of `types.ts`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CoreError<'a> {
    code: &'a str,
    nl: String,
    en: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tries_left: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notifications: Vec<serde_json::Value>,
}

/// An error with nothing but a code and its two texts.
pub(crate) fn plain(code: &str, nl: impl Into<String>, en: impl Into<String>) -> String {
    to_text(&CoreError {
        code,
        nl: nl.into(),
        en: en.into(),
        retry: None,
        tries_left: None,
        detail: None,
        notifications: Vec::new(),
    })
}

/// A wallet's error, with what may help and what is left to send.
pub(crate) fn of_wallet(error: &WalletError, left: &[openid4vc::issuance::client::HttpRequest]) -> String {
    let collect = match error {
        WalletError::Collect(collect) => Some(collect),
        _ => None,
    };
    to_text(&CoreError {
        code: error.code(),
        nl: error.nl(),
        en: error.en(),
        retry: error.remedy().map(|remedy| match remedy {
            Remedy::Again => "again",
            Remedy::Code => "code",
            Remedy::None => "no",
        }),
        tries_left: collect.and_then(CollectError::tries_left),
        detail: collect.and_then(CollectError::said),
        notifications: left.iter().map(request_json).collect(),
    })
}

/// A page passed something that is not in the agreed shape.
pub(crate) fn misuse(what: &str) -> String {
    plain(
        "page-error",
        format!("Er zit een fout in deze pagina ({what}). Laad de pagina opnieuw."),
        format!("This page has a fault ({what}). Reload the page."),
    )
}

pub(crate) fn to_text<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| r#"{"code":"page-error","nl":"","en":""}"#.to_owned())
}

pub(crate) fn from_text<T: DeserializeOwned>(json: &str, what: &str) -> Result<T, String> {
    serde_json::from_str(json).map_err(|_| misuse(what))
}

pub(crate) fn moment(now: &str) -> Result<DateTime<Utc>, String> {
    DateTime::parse_from_rfc3339(now)
        .map(|at| at.to_utc())
        .map_err(|_| misuse("time"))
}
