//! Making sense of what an issuer and a learner give.

use super::error::CollectError;
use super::step::CodeView;
use crate::issuance::messages::{CredentialConfiguration, Display, ProtocolError};
use credentials::json::{self, Limits};
use credentials::{Language, Text};

/// The formats a wallet can hold and verify.
const FORMATS: [&str; 3] = ["vc+sd-jwt", "dc+sd-jwt", "ldp_vc"];

/// The typed code as it is to be sent, if it has the announced shape.
pub(super) fn shaped(typed: &str, view: &CodeView) -> Option<String> {
    let code: String = if view.numeric {
        // People copy codes with the spaces they were printed with.
        typed
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .collect()
    } else {
        typed.trim().to_owned()
    };
    let length = u32::try_from(code.chars().count()).ok()?;
    let fits = match view.length {
        Some(wanted) => length == wanted,
        None => (1..=64).contains(&length),
    };
    (fits && (!view.numeric || code.chars().all(|c| c.is_ascii_digit()))).then_some(code)
}

/// How many codes may still be tried: not part of the standard, told by issuers that are kind.
pub(super) fn tries_left(body: &[u8]) -> Option<u32> {
    let error = json::parse(body, &Limits::default()).ok()?;
    u32::try_from(error.get("tries_left")?.as_u64()?).ok()
}

/// Whether a credential of this configuration can be held: a known format, bound to a P-256 key.
pub(super) fn can_hold(configuration: &CredentialConfiguration) -> bool {
    FORMATS.contains(&configuration.format.as_str())
        && configuration
            .proof_types_supported
            .get("jwt")
            .is_some_and(|supported| {
                supported
                    .proof_signing_alg_values_supported
                    .iter()
                    .any(|algorithm| algorithm == "ES256")
            })
}

pub(super) fn configuration_display(configuration: &CredentialConfiguration) -> &[Display] {
    configuration
        .credential_metadata
        .as_ref()
        .map(|metadata| metadata.display.as_slice())
        .unwrap_or_default()
}

/// The names of a display list by language; a name without a language stands in for both.
pub(super) fn names(display: &[Display]) -> Text {
    let in_language = |language: Language| {
        let tagged = display.iter().find(|entry| {
            let tag = entry.locale.as_deref().unwrap_or_default();
            tag.split('-')
                .next()
                .is_some_and(|primary| primary.eq_ignore_ascii_case(language.tag()))
        });
        let entry = tagged.or_else(|| display.iter().find(|entry| entry.locale.is_none()))?;
        plain(entry.name.as_deref()?)
    };
    Text {
        nl: in_language(Language::Nl),
        en: in_language(Language::En),
    }
}

/// Somebody else's words as one bounded line of plain text.
pub(super) fn plain(text: &str) -> Option<String> {
    let line: String = text.chars().filter(|c| !c.is_control()).take(300).collect();
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

pub(super) fn success(status: u16) -> bool {
    (200..300).contains(&status)
}

pub(super) fn expect_success(status: u16) -> Result<(), CollectError> {
    if success(status) {
        Ok(())
    } else {
        Err(unexpected(status))
    }
}

pub(super) fn unexpected(status: u16) -> CollectError {
    match status {
        429 | 503 => CollectError::Busy,
        status => CollectError::IssuerFailed(status),
    }
}

pub(super) fn refused(status: u16, error: ProtocolError) -> CollectError {
    match status {
        429 | 500.. => unexpected(status),
        _ => CollectError::Refused {
            code: error
                .error
                .as_str()
                .chars()
                .filter(|c| c.is_ascii_alphanumeric() || *c == '_')
                .take(64)
                .collect(),
            said: error.error_description.as_deref().and_then(plain),
        },
    }
}
