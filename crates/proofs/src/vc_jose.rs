//! Credentials secured with JOSE: `vc+sd-jwt` and `vc+jwt`
//! ([VC-JOSE-COSE](https://www.w3.org/TR/vc-jose-cose/) §3.1 and §3.2).

use std::fmt;

use credentials::json::JsonError;
use credentials::{Did, DidUrl};
use rand_core::CryptoRng;
use serde_json::{Value, json};

use crate::jws::{self, Jws};
use crate::keys::{PublicKey, Signer};
use crate::sd_jwt::{self, IssueError, Path, Processed, SdJwt, SdJwtError};

/// The media type of a selectively disclosable credential, in the header's `typ`.
pub const SD_JWT_TYPE: &str = "vc+sd-jwt";
/// The media type of a credential as a plain JWT, in the header's `typ`.
pub const JWT_TYPE: &str = "vc+jwt";

/// Why a text is not an acceptable `vc+sd-jwt` or `vc+jwt`.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The token is not an acceptable JWS.
    #[error(transparent)]
    Jws(#[from] jws::ParseError),
    /// The token is not an acceptable SD-JWT.
    #[error(transparent)]
    SdJwt(#[from] SdJwtError),
    /// The payload is not acceptable JSON.
    #[error("the credential is not acceptable JSON")]
    Json(#[from] JsonError),
    /// `typ` is neither `vc+sd-jwt` nor `vc+jwt`, or does not fit the form.
    #[error("the token's type is not that of a credential in this form")]
    Type,
    /// `cty` is there and is not `vc`.
    #[error("the token's content type is not `vc`")]
    ContentType,
    /// The payload has no `@context`, so it is not a W3C credential, or has a `vc` or `vp` claim, as
    /// only the older form did.
    #[error("the payload is not a credential of the W3C data model 2.0")]
    NotACredential,
    /// A registered JWT claim contradicts the credential.
    #[error("the claim `{0}` contradicts the credential")]
    Contradiction(&'static str),
    /// `kid` is not a DID URL.
    #[error("the token's `kid` is missing or is not a DID URL")]
    KeyId,
}

/// A credential that was read from its token, not verified.
#[derive(Clone)]
pub struct SecuredCredential {
    credential: Value,
    kid: DidUrl,
    form: Form,
}

#[derive(Clone)]
struct Disclosing {
    token: SdJwt,
    processed: Processed,
}

#[derive(Clone)]
enum Form {
    Jwt(Jws),
    SdJwt(Box<Disclosing>),
}

/// Signs a credential as `vc+sd-jwt`, its claims at `disclosable` able to be hidden.
///
/// `kid` is the issuer's verification method. A `cnf` belongs in the credential that is passed.
pub fn issue(
    credential: &Value,
    disclosable: &[Path],
    kid: &DidUrl,
    signer: &dyn Signer,
    rng: &mut dyn CryptoRng,
) -> Result<String, IssueError> {
    sd_jwt::issue(
        credential,
        disclosable,
        &json!({"typ": SD_JWT_TYPE, "kid": kid}),
        signer,
        rng,
    )
}

/// Reads a `vc+sd-jwt` (with or without key binding) or a `vc+jwt`.
///
/// Every rule of RFC 9901 §7.1 holds for what is returned; no signature has been checked. Claims of
/// RFC 7519 that repeat the credential must agree with it.
pub fn read(text: &str) -> Result<SecuredCredential, ReadError> {
    if text.contains('~') {
        return from_sd_jwt(SdJwt::parse(text)?);
    }
    let token = jws::parse(text, jws::LARGEST)?;
    check_header(&token, JWT_TYPE)?;
    secured(token.payload_json()?, Form::Jwt(token))
}

/// As [`read`], for an SD-JWT that was parsed before.
pub fn from_sd_jwt(token: SdJwt) -> Result<SecuredCredential, ReadError> {
    check_header(token.issuer_jws(), SD_JWT_TYPE)?;
    let processed = token.process()?;
    let payload = processed.payload().clone();
    secured(payload, Form::SdJwt(Box::new(Disclosing { token, processed })))
}

fn secured(payload: Value, form: Form) -> Result<SecuredCredential, ReadError> {
    let jws = match &form {
        Form::Jwt(jws) => jws,
        Form::SdJwt(disclosing) => disclosing.token.issuer_jws(),
    };
    let kid = jws
        .kid()
        .and_then(|kid| DidUrl::parse(kid).ok())
        .ok_or(ReadError::KeyId)?;
    if payload.get("@context").is_none() || payload.get("vc").is_some() || payload.get("vp").is_some() {
        return Err(ReadError::NotACredential);
    }
    let subject = payload
        .get("credentialSubject")
        .and_then(|subject| subject.get("id"));
    for (claim, member) in [
        ("iss", identifier(&payload, "issuer")),
        ("jti", payload.get("id")),
        ("sub", subject),
    ] {
        if let Some(value) = payload.get(claim)
            && Some(value) != member
        {
            return Err(ReadError::Contradiction(claim));
        }
    }
    Ok(SecuredCredential {
        credential: payload,
        kid,
        form,
    })
}

fn check_header(jws: &Jws, media_type: &str) -> Result<(), ReadError> {
    if !jws.is_of_type(media_type) {
        return Err(ReadError::Type);
    }
    match jws.header().get("cty") {
        None => Ok(()),
        Some(Value::String(cty)) if cty == "vc" || cty == "application/vc" => Ok(()),
        Some(_) => Err(ReadError::ContentType),
    }
}

/// A member that is an identifier or an object with one.
fn identifier<'a>(credential: &'a Value, member: &str) -> Option<&'a Value> {
    match credential.get(member)? {
        object @ Value::Object(_) => object.get("id"),
        other => Some(other),
    }
}

impl SecuredCredential {
    /// The credential, disclosures in their places.
    pub fn credential(&self) -> &Value {
        &self.credential
    }

    /// The issuer's verification method, as the header names it. That it belongs to the credential's
    /// issuer is checked by [`SecuredCredential::require_issuer`].
    pub fn kid(&self) -> &DidUrl {
        &self.kid
    }

    /// The credential's `issuer`, if it is a decentralized identifier.
    pub fn issuer(&self) -> Option<Did> {
        identifier(&self.credential, "issuer")?.as_str()?.parse().ok()
    }

    /// Whether the key named in the header belongs to the credential's issuer.
    pub fn require_issuer(&self) -> Result<(), crate::data_integrity::IssuerMismatch> {
        match self.issuer() {
            Some(issuer) if issuer == *self.kid.did() => Ok(()),
            _ => Err(crate::data_integrity::IssuerMismatch),
        }
    }

    /// The SD-JWT, for key binding and for presenting; `None` for a `vc+jwt`.
    pub fn sd_jwt(&self) -> Option<&SdJwt> {
        match &self.form {
            Form::Jwt(_) => None,
            Form::SdJwt(disclosing) => Some(&disclosing.token),
        }
    }

    /// What is disclosed and what is hidden; `None` for a `vc+jwt`.
    pub fn processed(&self) -> Option<&Processed> {
        match &self.form {
            Form::Jwt(_) => None,
            Form::SdJwt(disclosing) => Some(&disclosing.processed),
        }
    }

    /// Checks the issuer's signature.
    pub fn verify(&self, key: &PublicKey) -> Result<(), jws::VerifyError> {
        match &self.form {
            Form::Jwt(token) => token.verify(key),
            Form::SdJwt(disclosing) => disclosing.token.verify_issuer(key),
        }
    }
}

impl fmt::Debug for SecuredCredential {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SecuredCredential({} …)", self.kid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{Algorithm, SecretKey};
    use crate::tests::{Fixed, key};

    fn issuer() -> SecretKey {
        key(Algorithm::Es256, 1)
    }

    fn kid() -> DidUrl {
        "did:web:college.example#p256-1".parse().unwrap()
    }

    fn credential() -> Value {
        json!({
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "id": "urn:uuid:1",
            "type": ["VerifiableCredential"],
            "issuer": {"id": "did:web:college.example"},
            "credentialSubject": {"id": "did:example:a", "name": "Sanne"},
        })
    }

    fn token(credential: &Value) -> String {
        let name = "/credentialSubject/name".parse().unwrap();
        issue(credential, &[name], &kid(), &issuer(), &mut Fixed(1)).unwrap()
    }

    fn plain(header: &Value, payload: &Value) -> String {
        jws::sign(header, payload.to_string().as_bytes(), &issuer()).unwrap()
    }

    #[test]
    fn a_selectively_disclosable_credential_is_read_and_verified() {
        let read = read(&token(&credential())).unwrap();
        assert_eq!(*read.credential(), credential());
        assert_eq!(read.kid(), &kid());
        assert_eq!(read.verify(&issuer().public_key()), Ok(()));
        assert_eq!(read.require_issuer(), Ok(()));
        assert_eq!(read.processed().unwrap().disclosed().len(), 1);
        assert!(read.verify(&key(Algorithm::Es256, 2).public_key()).is_err());
    }

    #[test]
    fn a_plain_credential_token_is_read_and_verified() {
        let token = plain(
            &json!({"typ": "vc+jwt", "cty": "vc", "kid": kid()}),
            &credential(),
        );
        let read = read(&token).unwrap();
        assert_eq!(*read.credential(), credential());
        assert_eq!(read.verify(&issuer().public_key()), Ok(()));
        assert!(read.sd_jwt().is_none() && read.processed().is_none());
    }

    #[test]
    fn tokens_of_another_type_are_refused() {
        for header in [
            json!({"kid": kid()}),
            json!({"typ": "JWT", "kid": kid()}),
            json!({"typ": "vc+sd-jwt", "kid": kid()}),
        ] {
            assert!(
                matches!(read(&plain(&header, &credential())), Err(ReadError::Type)),
                "{header}"
            );
        }
        let as_jwt = plain(&json!({"typ": "vc+jwt", "kid": kid()}), &credential()) + "~";
        assert!(matches!(read(&as_jwt), Err(ReadError::Type)));
        let other = plain(
            &json!({"typ": "vc+jwt", "cty": "vp", "kid": kid()}),
            &credential(),
        );
        assert!(matches!(read(&other), Err(ReadError::ContentType)));
    }

    #[test]
    fn tokens_without_a_did_url_for_their_key_are_refused() {
        for header in [json!({"typ": "vc+jwt"}), json!({"typ": "vc+jwt", "kid": "key-1"})] {
            assert!(
                matches!(read(&plain(&header, &credential())), Err(ReadError::KeyId)),
                "{header}"
            );
        }
    }

    #[test]
    fn payloads_of_another_data_model_are_refused() {
        let header = json!({"typ": "vc+jwt", "kid": kid()});
        assert!(matches!(
            read(&plain(&header, &json!({"vct": "x"}))),
            Err(ReadError::NotACredential)
        ));
        for claim in ["vc", "vp"] {
            let mut both = credential();
            both[claim] = credential();
            assert!(
                matches!(read(&plain(&header, &both)), Err(ReadError::NotACredential)),
                "{claim}"
            );
        }
    }

    #[test]
    fn claims_that_contradict_the_credential_are_refused() {
        let header = json!({"typ": "vc+jwt", "kid": kid()});
        for (claim, agreed) in [
            ("iss", "did:web:college.example"),
            ("jti", "urn:uuid:1"),
            ("sub", "did:example:a"),
        ] {
            let mut payload = credential();
            payload[claim] = json!(agreed);
            assert!(read(&plain(&header, &payload)).is_ok(), "{claim}");
            payload[claim] = json!("did:web:other.example");
            assert!(
                matches!(read(&plain(&header, &payload)), Err(ReadError::Contradiction(name)) if name == claim),
                "{claim}"
            );
        }
    }

    #[test]
    fn a_key_of_another_party_is_not_the_issuers() {
        let mut of_other = credential();
        of_other["issuer"] = json!("did:web:other.example");
        let read = read(&token(&of_other)).unwrap();
        assert_eq!(read.require_issuer(), Err(crate::data_integrity::IssuerMismatch));
    }
}
