//! Key proofs: a wallet shows that it holds a key, and only to this issuer (appendix F.1).

use chrono::{DateTime, TimeDelta, Utc};
use credentials::{Did, DidUrl};
use proofs::did::{Purpose, resolve_local};
use proofs::{Algorithm, PublicKey, SignError, Signer, jws};
use serde_json::{Value, json};

/// The `typ` of a key proof.
pub const TYPE: &str = "openid4vci-proof+jwt";

/// A proof may be this much older or newer than the issuer's clock.
pub const TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// The longest proof that is read, in characters.
const LONGEST: usize = 8 * 1024;

/// A proof whose signature, type, audience and time were verified.
///
/// Made by [`verify`] alone. Whether `nonce` was given out, is fresh and unused is for the issuer to
/// find out, since that takes its store.
#[derive(Clone, Debug)]
pub struct VerifiedProof {
    /// The key that signed.
    pub key: PublicKey,
    /// The key as a DID: the one the proof names, or the `did:key` of the JWK in it.
    pub holder: Did,
    /// The nonce the proof answers, if it answers one.
    pub nonce: Option<String>,
    /// When the wallet says the proof was made.
    pub issued_at: DateTime<Utc>,
}

/// Why a key proof does not hold.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// Not an acceptable JWS.
    #[error("the proof is not an acceptable JWS")]
    Jws(#[from] jws::ParseError),
    /// Another type of token.
    #[error("the proof is not of type {TYPE}")]
    Type,
    /// Signed with an algorithm that the issuer does not list.
    #[error("the proof is signed with an algorithm that is not offered")]
    Algorithm,
    /// The header must name the key in one way.
    #[error("the proof must name its key by either kid or jwk")]
    KeyReference,
    /// The key named cannot be used.
    #[error("the key of the proof cannot be used; a did:key, a did:jwk or a public JWK is needed")]
    Key,
    /// The signature does not belong to the key.
    #[error("the signature of the proof does not hold")]
    Signature(#[from] jws::VerifyError),
    /// The payload is not an object, or a claim has another shape than it should.
    #[error("the claim {0} of the proof is missing or malformed")]
    Claim(&'static str),
    /// Made for another issuer.
    #[error("the proof is for another issuer")]
    Audience,
    /// Too old, or from the future.
    #[error("the proof was not made within five minutes of now")]
    Time,
}

/// Makes a proof for `audience`, the credential issuer identifier, with the key named as a `did:key`.
pub fn make(
    key: &dyn Signer,
    audience: &str,
    nonce: Option<&str>,
    at: DateTime<Utc>,
) -> Result<String, SignError> {
    let header = json!({"typ": TYPE, "kid": key.public_key().to_did_key_url()});
    let mut claims = json!({"aud": audience, "iat": at.timestamp()});
    if let Some(nonce) = nonce {
        claims["nonce"] = nonce.into();
    }
    jws::sign(&header, claims.to_string().as_bytes(), key)
}

/// Verifies a proof made for `audience` with one of `algorithms`, at the moment `at`.
pub fn verify(
    proof: &str,
    audience: &str,
    algorithms: &[Algorithm],
    at: DateTime<Utc>,
) -> Result<VerifiedProof, ProofError> {
    let jws = jws::parse(proof, LONGEST)?;
    if jws.typ() != Some(TYPE) {
        return Err(ProofError::Type);
    }
    if !algorithms.contains(&jws.algorithm()) {
        return Err(ProofError::Algorithm);
    }
    let (key, holder) = named_key(&jws)?;
    jws.verify(&key)?;

    let claims = jws.payload_json().map_err(|_| ProofError::Claim("set"))?;
    if claims
        .get("aud")
        .and_then(Value::as_str)
        .ok_or(ProofError::Claim("aud"))?
        != audience
    {
        return Err(ProofError::Audience);
    }
    let issued_at = seconds(&claims, "iat")?.ok_or(ProofError::Claim("iat"))?;
    let not_before = seconds(&claims, "nbf")?.unwrap_or(issued_at);
    let expires = seconds(&claims, "exp")?;
    if (at - issued_at).abs() > TOLERANCE
        || not_before > at + TOLERANCE
        || expires.is_some_and(|expires| expires + TOLERANCE < at)
    {
        return Err(ProofError::Time);
    }
    let nonce = match claims.get("nonce") {
        None => None,
        Some(Value::String(nonce)) => Some(nonce.clone()),
        Some(_) => return Err(ProofError::Claim("nonce")),
    };
    Ok(VerifiedProof {
        key,
        holder,
        nonce,
        issued_at,
    })
}

fn named_key(jws: &jws::Jws) -> Result<(PublicKey, Did), ProofError> {
    let header = jws.header();
    if header.contains_key("x5c") || header.contains_key("trust_chain") {
        return Err(ProofError::KeyReference);
    }
    match (header.get("kid"), header.get("jwk")) {
        (None, Some(jwk)) => {
            let key = PublicKey::from_jwk(jwk).map_err(|_| ProofError::Key)?;
            let holder = key.to_did_key();
            Ok((key, holder))
        }
        (Some(Value::String(kid)), None) => {
            let kid = DidUrl::parse(kid).map_err(|_| ProofError::Key)?;
            let document = resolve_local(kid.did())
                .ok_or(ProofError::Key)?
                .map_err(|_| ProofError::Key)?;
            let key = document
                .key(&kid, Purpose::Authentication)
                .map_err(|_| ProofError::Key)?;
            Ok((key, kid.did().clone()))
        }
        _ => Err(ProofError::KeyReference),
    }
}

fn seconds(claims: &Value, name: &'static str) -> Result<Option<DateTime<Utc>>, ProofError> {
    match claims.get(name) {
        None => Ok(None),
        Some(value) => jws::numeric_date(value).map(Some).ok_or(ProofError::Claim(name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proofs::SecretKey;

    const ISSUER: &str = "https://college.example";

    fn now() -> DateTime<Utc> {
        "2026-11-21T10:00:00Z".parse().unwrap()
    }

    fn key() -> SecretKey {
        SecretKey::from_jwk(&json!({
            "kty": "EC", "crv": "P-256", "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
        }))
        .unwrap()
    }

    fn signed(header: Value, claims: Value) -> String {
        jws::sign(&header, claims.to_string().as_bytes(), &key()).unwrap()
    }

    fn header() -> Value {
        json!({"typ": TYPE, "jwk": key().public_key().to_jwk()})
    }

    fn claims() -> Value {
        json!({"aud": ISSUER, "iat": now().timestamp(), "nonce": "n"})
    }

    fn check(proof: &str) -> Result<VerifiedProof, ProofError> {
        verify(proof, ISSUER, &[Algorithm::Es256], now())
    }

    #[test]
    fn proof_that_was_made_is_verified() {
        let proof = make(&key(), ISSUER, Some("n"), now()).unwrap();

        let verified = check(&proof).unwrap();

        assert_eq!(verified.key, key().public_key());
        assert_eq!(verified.holder, key().public_key().to_did_key());
        assert_eq!(verified.nonce.as_deref(), Some("n"));
    }

    #[test]
    fn key_in_the_header_counts_as_its_did_key() {
        let verified = check(&signed(header(), claims())).unwrap();

        assert_eq!(verified.holder, key().public_key().to_did_key());
    }

    #[test]
    fn proof_for_another_issuer_is_refused() {
        let proof = make(&key(), "https://evil.example", Some("n"), now()).unwrap();

        assert!(matches!(check(&proof), Err(ProofError::Audience)));
    }

    #[test]
    fn old_and_future_proofs_are_refused() {
        for (minutes, sound) in [(-6, false), (-5, true), (5, true), (6, false)] {
            let proof = make(&key(), ISSUER, None, now() + TimeDelta::minutes(minutes)).unwrap();
            assert_eq!(check(&proof).is_ok(), sound, "{minutes}");
        }
        let mut expired = claims();
        expired["exp"] = (now() - TimeDelta::minutes(6)).timestamp().into();
        assert!(matches!(check(&signed(header(), expired)), Err(ProofError::Time)));
    }

    #[test]
    fn token_of_another_type_is_refused() {
        for typ in [json!("JWT"), json!("kb+jwt"), Value::Null] {
            let mut header = header();
            header["typ"] = typ;
            assert!(matches!(check(&signed(header, claims())), Err(ProofError::Type)));
        }
    }

    #[test]
    fn key_must_be_named_in_exactly_one_way() {
        let mut both = header();
        both["kid"] = key().public_key().to_did_key_url().as_str().into();
        let mut chain = header();
        chain["x5c"] = json!([]);
        for header in [json!({"typ": TYPE}), both, chain] {
            assert!(matches!(
                check(&signed(header, claims())),
                Err(ProofError::KeyReference)
            ));
        }
    }

    #[test]
    fn signature_of_another_key_is_refused() {
        let other = SecretKey::from_jwk(&json!({
            "kty": "EC", "crv": "P-256", "d": "VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw",
        }))
        .unwrap();
        let proof = jws::sign(&header(), claims().to_string().as_bytes(), &other).unwrap();

        assert!(matches!(check(&proof), Err(ProofError::Signature(_))));
    }

    #[test]
    fn algorithm_that_is_not_offered_is_refused() {
        let refused = verify(&signed(header(), claims()), ISSUER, &[Algorithm::EdDsa], now());

        assert!(matches!(refused, Err(ProofError::Algorithm)));
    }

    #[test]
    fn dates_may_have_a_fraction() {
        let mut claims = claims();
        claims["iat"] = json!(1_795_255_200.5);

        assert_eq!(check(&signed(header(), claims)).unwrap().issued_at, now());
    }

    #[test]
    fn claims_of_another_shape_are_refused() {
        for (name, value) in [
            ("aud", json!([ISSUER])),
            ("iat", json!("now")),
            ("iat", Value::Null),
            ("nonce", json!(1)),
        ] {
            let mut claims = claims();
            claims[name] = value;
            assert!(
                matches!(check(&signed(header(), claims)), Err(ProofError::Claim(_))),
                "{name}"
            );
        }
    }
}
