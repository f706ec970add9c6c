//! Putting requests together.

use super::step::HttpRequest;
use crate::issuance::messages::TokenResponse;
use serde_json::Value;
use url::Url;

/// The identifier to ask with instead of the configuration, where the token came with one (section 6.2).
pub(super) fn identifier(token: &TokenResponse, configuration_id: &str) -> Option<String> {
    let details = token.authorization_details.as_ref()?.as_array()?;
    let ours = details.iter().find(|detail| {
        detail.get("credential_configuration_id").and_then(Value::as_str) == Some(configuration_id)
    })?;
    ours.get("credential_identifiers")?
        .as_array()?
        .first()?
        .as_str()
        .map(str::to_owned)
}

/// The older address of the same metadata, which some servers alone have (OpenID Connect Discovery 1.0, section 4).
pub(super) fn openid_configuration(server: &Url) -> Url {
    let mut url = server.clone();
    url.set_path(&format!(
        "{}/.well-known/openid-configuration",
        server.path().trim_end_matches('/')
    ));
    url
}

pub(super) fn get(url: Url) -> HttpRequest {
    HttpRequest {
        method: "GET",
        url,
        headers: vec![("accept", "application/json".to_owned())],
        body: None,
    }
}

pub(super) fn post_json(url: &Url, token: &TokenResponse, body: String) -> HttpRequest {
    HttpRequest {
        method: "POST",
        url: url.clone(),
        headers: vec![
            ("accept", "application/json".to_owned()),
            ("authorization", format!("Bearer {}", token.access_token.reveal())),
            ("content-type", "application/json".to_owned()),
        ],
        body: Some(body),
    }
}
