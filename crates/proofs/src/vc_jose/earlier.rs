//! Credentials as JWT from before VC-JOSE-COSE: read, never made.
//!
//! Two forms are out there. Open Badges 3.0 (§8.2.4) has the credential itself as the payload, and repeats
//! some of it in claims; VCDM 1.1 (§6.3.1) has it in the claim `vc`, and moves some of it to claims.
//! Their header says `typ: JWT` or nothing, so that the type does not tell these tokens from others of the
//! same signer: the payload must be a credential.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value};

use super::credential::{Form, SecuredCredential};
use super::{ReadError, has_type, identifier, method};
use crate::did::Purpose;
use crate::jws;

const CONTEXT_1: &str = "https://www.w3.org/2018/credentials/v1";

/// Reads a credential in one of the earlier forms.
///
/// The credential that is returned has the members of the data model it names. A claim that says something
/// else than the credential is refused; no signature has been checked.
pub fn read_earlier(text: &str) -> Result<SecuredCredential, ReadError> {
    let token = jws::parse_also_rsa(text, jws::LARGEST)?;
    if token.typ().is_some() && !token.is_of_type("JWT") || token.header().contains_key("cty") {
        return Err(ReadError::Type);
    }
    let claims = token.payload_json()?;
    let credential = match claims.get("vc") {
        Some(Value::Object(inner)) => inner.clone(),
        Some(_) => return Err(ReadError::NotACredential),
        None => claims.as_object().cloned().ok_or(ReadError::NotACredential)?,
    };
    let of_claim = claims.get("vc").is_some();
    let credential = with_claims(credential, &claims, of_claim)?;
    if claims.get("vp").is_some() || !has_type(&credential, "VerifiableCredential") {
        return Err(ReadError::NotACredential);
    }
    let issuer = identifier(&credential, "issuer").and_then(Value::as_str);
    let issuer = issuer.and_then(|issuer| issuer.parse().ok());
    let method = method::named(&token, issuer.as_ref(), Purpose::AssertionMethod)?;
    Ok(SecuredCredential::new(
        credential,
        claims,
        method,
        Form::Earlier(token),
    ))
}

/// The credential with what only the claims say, where they may say it; what both say must agree.
fn with_claims(mut credential: Map<String, Value>, claims: &Value, fill: bool) -> Result<Value, ReadError> {
    let first_context = match credential.get("@context") {
        Some(Value::Array(contexts)) => contexts.first().and_then(Value::as_str),
        Some(Value::String(only)) => Some(only.as_str()),
        _ => None,
    };
    let names = match first_context {
        Some(CONTEXT_1) => ["issuanceDate", "expirationDate"],
        Some(_) => ["validFrom", "validUntil"],
        None => return Err(ReadError::NotACredential),
    };
    for (claim, member) in ["nbf", "exp"].into_iter().zip(names) {
        let Some(seconds) = claims.get(claim) else {
            continue;
        };
        let moment = jws::numeric_date(seconds).ok_or(ReadError::Contradiction(claim))?;
        match credential.get(member) {
            Some(date) if same_second(date, moment) => {}
            // The end of a signature may come before that of what it says.
            Some(date) if claim == "exp" && !fill && is_later(date, moment) => {}
            None if fill => {
                let text = moment.to_rfc3339_opts(SecondsFormat::Secs, true);
                credential.insert(member.to_owned(), text.into());
            }
            // Without a counterpart it is a limit of the token, and is held against it as such.
            None => {}
            Some(_) => return Err(ReadError::Contradiction(claim)),
        }
    }
    let mut credential = Value::Object(credential);
    for (claim, member) in [("iss", "issuer"), ("jti", "id")] {
        let Some(value) = claims.get(claim) else { continue };
        match identifier(&credential, member) {
            Some(same) if same == value => {}
            None if fill && value.is_string() && credential.get(member).is_none() => {
                credential[member] = value.clone();
            }
            _ => return Err(ReadError::Contradiction(claim)),
        }
    }
    if let Some(subject) = claims.get("sub") {
        match (
            credential.pointer("/credentialSubject/id"),
            credential.get("credentialSubject"),
        ) {
            (Some(same), _) if same == subject => {}
            (None, Some(Value::Object(_))) if fill && subject.is_string() => {
                credential["credentialSubject"]["id"] = subject.clone();
            }
            _ => return Err(ReadError::Contradiction("sub")),
        }
    }
    Ok(credential)
}

fn moment_of(date: &Value) -> Option<DateTime<Utc>> {
    let date = DateTime::parse_from_rfc3339(date.as_str()?).ok()?;
    Some(date.to_utc())
}

fn same_second(date: &Value, moment: DateTime<Utc>) -> bool {
    moment_of(date).is_some_and(|date| date.timestamp() == moment.timestamp())
}

fn is_later(date: &Value, moment: DateTime<Utc>) -> bool {
    moment_of(date).is_some_and(|date| date > moment)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{Algorithm, SecretKey};
    use serde_json::json;

    fn issuer() -> SecretKey {
        crate::tests::key(Algorithm::Es256, 1)
    }

    fn token(header: &Value, payload: &Value) -> String {
        jws::sign(header, payload.to_string().as_bytes(), &issuer()).unwrap()
    }

    /// As Open Badges 3.0 has it.
    fn badge() -> Value {
        let issuer = issuer().public_key().to_did_jwk();
        json!({
            "@context": [
                "https://www.w3.org/ns/credentials/v2",
                "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
            ],
            "id": "urn:uuid:1",
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "issuer": {"id": issuer, "type": ["Profile"]},
            "validFrom": "2026-09-14T08:00:00Z",
            "credentialSubject": {"id": "did:example:a", "type": ["AchievementSubject"]},
            "iss": issuer, "jti": "urn:uuid:1", "sub": "did:example:a", "nbf": 1_789_372_800,
        })
    }

    /// As VCDM 1.1 has it.
    fn wrapped() -> Value {
        json!({
            "iss": issuer().public_key().to_did_jwk(), "jti": "urn:uuid:1", "sub": "did:example:a",
            "nbf": 1_789_372_800, "exp": 1_799_372_800,
            "vc": {
                "@context": [CONTEXT_1],
                "type": ["VerifiableCredential"],
                "credentialSubject": {"name": "Sanne"},
            },
        })
    }

    #[test]
    fn the_form_of_open_badges_is_read_by_key_id_or_by_the_key_itself() {
        let key = issuer().public_key();
        let method = format!("{}#0", key.to_did_jwk());
        for header in [
            json!({"typ": "JWT", "kid": method}),
            json!({"jwk": key.to_jwk()}),
            json!({"typ": "JWT", "jwk": key.to_jwk()}),
            json!({}),
        ] {
            let read = read_earlier(&token(&header, &badge())).unwrap();
            assert_eq!(read.kid().unwrap().as_str(), method, "{header}");
            assert_eq!(read.credential()["validFrom"], "2026-09-14T08:00:00Z");
            assert_eq!(read.verify(&key), Ok(()));
            assert!(read.is_earlier());
        }
    }

    #[test]
    fn a_key_in_the_header_that_is_not_the_issuers_is_refused() {
        let other = crate::tests::key(Algorithm::Es256, 2).public_key();
        let text = token(&json!({"jwk": other.to_jwk()}), &badge());
        assert!(matches!(read_earlier(&text), Err(ReadError::KeyId)));
        let mut of_web = badge();
        of_web["issuer"]["id"] = json!("did:web:college.example");
        of_web["iss"] = json!("did:web:college.example");
        let text = token(&json!({"jwk": issuer().public_key().to_jwk()}), &of_web);
        assert!(
            read_earlier(&text).unwrap().kid().is_none(),
            "nobody says whose it is"
        );
    }

    #[test]
    fn the_form_of_vcdm_1_1_gives_a_credential_of_that_model() {
        let read = read_earlier(&token(&json!({"typ": "JWT"}), &wrapped())).unwrap();
        let issuer = issuer().public_key().to_did_jwk();
        assert_eq!(
            *read.credential(),
            json!({
                "@context": [CONTEXT_1],
                "id": "urn:uuid:1",
                "type": ["VerifiableCredential"],
                "issuer": issuer,
                "issuanceDate": "2026-09-14T08:00:00Z",
                "expirationDate": "2027-01-08T01:46:40Z",
                "credentialSubject": {"id": "did:example:a", "name": "Sanne"},
            })
        );
        assert_eq!(read.claims()["exp"], 1_799_372_800);
    }

    #[test]
    fn claims_that_say_something_else_are_refused_in_both_forms() {
        for claim in ["iss", "jti", "sub", "nbf"] {
            let mut payload = badge();
            payload[claim] = if claim == "nbf" {
                json!(1)
            } else {
                json!("did:example:x")
            };
            let text = token(&json!({}), &payload);
            assert!(
                matches!(read_earlier(&text), Err(ReadError::Contradiction(named)) if named == claim),
                "{claim}"
            );
        }
        for (member, value, claim) in [
            ("issuer", json!("did:example:x"), "iss"),
            ("id", json!("urn:uuid:2"), "jti"),
            ("issuanceDate", json!("2020-01-01T00:00:00Z"), "nbf"),
            ("expirationDate", json!("2099-01-01T00:00:00Z"), "exp"),
            ("credentialSubject", json!({"id": "did:example:x"}), "sub"),
        ] {
            let mut payload = wrapped();
            payload["vc"][member] = value;
            let text = token(&json!({}), &payload);
            assert!(
                matches!(read_earlier(&text), Err(ReadError::Contradiction(named)) if named == claim),
                "{member}"
            );
        }
    }

    #[test]
    fn other_tokens_of_the_same_signer_are_no_credentials() {
        for (header, payload) in [
            (json!({"typ": "vc+jwt"}), badge()),
            (json!({"typ": "statuslist+jwt"}), badge()),
            (json!({"typ": "JWT", "cty": "JWT"}), badge()),
            (
                json!({"typ": "JWT"}),
                json!({"iss": "did:example:a", "nonce": "n"}),
            ),
            (
                json!({"typ": "JWT"}),
                json!({"@context": ["https://www.w3.org/ns/credentials/v2"]}),
            ),
            (json!({"typ": "JWT"}), json!({"vc": "x"})),
            (json!({"typ": "JWT"}), json!([])),
        ] {
            let text = token(&header, &payload);
            assert!(
                matches!(
                    read_earlier(&text),
                    Err(ReadError::Type | ReadError::NotACredential)
                ),
                "{header}"
            );
        }
    }
}
