//! A federation in memory: a trust anchor, an umbrella organisation and a leaf.

use chrono::{DateTime, Utc};
use proofs::{Algorithm, SecretKey, jws};
use serde_json::{Value, json};
use test_support::key;
use trust::federation::{Anchor, ChainError, EntityId, KeySet, Resolved, validate_chain};

pub(crate) const ANCHOR: &str = "https://federation.example";
pub(crate) const UMBRELLA: &str = "https://umbrella.example/edu";
pub(crate) const LEAF: &str = "https://credentials.college.example";
pub(crate) const KIND: &str = "https://federation.example/marks/member";

pub(crate) fn now() -> DateTime<Utc> {
    test_support::now()
}

pub(crate) fn secret(of: &str) -> SecretKey {
    let algorithm = if of == ANCHOR {
        Algorithm::EdDsa
    } else {
        Algorithm::Es256
    };
    key(algorithm, of)
}

pub(crate) fn jwks(of: &str) -> Value {
    KeySet::of([secret(of).public_key()]).to_json()
}

pub(crate) fn id(text: &str) -> EntityId {
    EntityId::parse(text).unwrap()
}

pub(crate) fn anchor() -> Anchor {
    Anchor {
        entity: id(ANCHOR),
        keys: KeySet::parse(&jwks(ANCHOR)).unwrap(),
    }
}

/// The claims of what `by` says of `of`, with its usual key, for an hour.
pub(crate) fn claims(by: &str, of: &str) -> Value {
    json!({
        "iss": by, "sub": of, "jwks": jwks(of),
        "iat": now().timestamp() - 60, "exp": now().timestamp() + 3600,
    })
}

pub(crate) fn with(mut claims: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => claims.as_object_mut().unwrap().remove(name),
            value => claims
                .as_object_mut()
                .unwrap()
                .insert(name.clone(), value.clone()),
        };
    }
    claims
}

/// Signs claims as `signer` does.
pub(crate) fn signed(claims: &Value, signer: &str) -> String {
    signed_as(claims, signer, &json!({"typ": "entity-statement+jwt"}))
}

pub(crate) fn signed_as(claims: &Value, signer: &str, header: &Value) -> String {
    let secret = secret(signer);
    let header = with(json!({"kid": secret.public_key().thumbprint()}), header.clone());
    jws::sign(&header, claims.to_string().as_bytes(), &secret).unwrap()
}

pub(crate) fn leaf() -> Value {
    let stated = json!({
        "authority_hints": [UMBRELLA],
        "metadata": {
            "openid_credential_issuer": {"credential_issuer": LEAF, "algorithms": ["ES256", "RS1"]},
            "federation_entity": {"organization_name": "As it calls itself"},
        },
    });
    with(claims(LEAF, LEAF), stated)
}

pub(crate) fn of_leaf() -> Value {
    claims(UMBRELLA, LEAF)
}

pub(crate) fn of_umbrella() -> Value {
    claims(ANCHOR, UMBRELLA)
}

pub(crate) fn of_anchor() -> Value {
    let stated = json!({
        "metadata": {"federation_entity": {"federation_fetch_endpoint": format!("{ANCHOR}/fetch")}},
        "trust_mark_issuers": {KIND: [ANCHOR]},
    });
    with(claims(ANCHOR, ANCHOR), stated)
}

/// The four claims of a chain, each signed as it should be.
pub(crate) fn chain(leaf: &Value, of_leaf: &Value, of_umbrella: &Value, of_anchor: &Value) -> Vec<String> {
    vec![
        signed(leaf, LEAF),
        signed(of_leaf, UMBRELLA),
        signed(of_umbrella, ANCHOR),
        signed(of_anchor, ANCHOR),
    ]
}

pub(crate) fn validate(statements: &[String]) -> Result<Resolved, ChainError> {
    validate_chain(statements, &anchor(), now())
}
