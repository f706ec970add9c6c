//! Credentials: `vc+jwt` and `vc+sd-jwt`.

use std::fmt;

use credentials::{Did, DidUrl};
use rand_core::CryptoRng;
use serde_json::{Value, json};

use super::{
    JWT_TYPE, ReadError, SD_JWT_TYPE, SecureError, agree, check_header, has_type, identifier, method,
};
use crate::data_integrity::IssuerMismatch;
use crate::did::Purpose;
use crate::jws::{self, Jws};
use crate::keys::{PublicKey, Signer};
use crate::sd_jwt::{self, IssueError, Path, Processed, SdJwt};

/// A credential that was read from its token, not verified.
#[derive(Clone)]
pub struct SecuredCredential {
    credential: Value,
    /// The whole payload, where the credential is a part of it.
    claims: Option<Value>,
    kid: Option<DidUrl>,
    form: Form,
}

#[derive(Clone)]
pub(super) struct Disclosing {
    token: SdJwt,
    processed: Processed,
}

#[derive(Clone)]
pub(super) enum Form {
    Jwt(Jws),
    SdJwt(Box<Disclosing>),
    Earlier(Jws),
}

/// Signs a credential as `vc+sd-jwt`, its claims at `disclosable` able to be hidden.
///
/// `kid` is the issuer's verification method. A `cnf` belongs in the credential that is passed.
pub fn issue(
    credential: &Value,
    disclosable: &[Path],
    kid: &(impl AsRef<str> + ?Sized),
    signer: &dyn Signer,
    rng: &mut dyn CryptoRng,
) -> Result<String, IssueError> {
    sd_jwt::issue(
        credential,
        disclosable,
        &json!({"typ": SD_JWT_TYPE, "kid": kid.as_ref()}),
        signer,
        rng,
    )
}

/// Signs a credential as `vc+jwt`: nothing in it can be hidden.
///
/// `kid` is the issuer's verification method. What [`read`] would refuse is not signed.
pub fn issue_jwt(
    credential: &Value,
    kid: &(impl AsRef<str> + ?Sized),
    signer: &dyn Signer,
) -> Result<String, SecureError> {
    if !is_credential(credential) {
        return Err(ReadError::NotACredential.into());
    }
    let header = json!({"typ": JWT_TYPE, "cty": "vc", "kid": kid.as_ref()});
    Ok(jws::sign(&header, credential.to_string().as_bytes(), signer)?)
}

/// Reads a `vc+sd-jwt` (with or without key binding) or a `vc+jwt`.
///
/// Every rule of RFC 9901 §7.1 holds for what is returned; no signature has been checked. Claims of
/// RFC 7519 that repeat the credential must agree with it; its dates are the signature's, not the credential's.
pub fn read(text: &str) -> Result<SecuredCredential, ReadError> {
    if text.contains('~') {
        return from_sd_jwt(SdJwt::parse(text)?);
    }
    let token = jws::parse_also_rsa(text, jws::LARGEST)?;
    check_header(&token, JWT_TYPE, "vc")?;
    secured(token.payload_json()?, Form::Jwt(token))
}

/// As [`read`], for an SD-JWT that was parsed before.
pub fn from_sd_jwt(token: SdJwt) -> Result<SecuredCredential, ReadError> {
    check_header(token.issuer_jws(), SD_JWT_TYPE, "vc")?;
    let processed = token.process()?;
    let payload = processed.payload().clone();
    secured(payload, Form::SdJwt(Box::new(Disclosing { token, processed })))
}

fn is_credential(payload: &Value) -> bool {
    payload.get("@context").is_some() && payload.get("vc").is_none() && payload.get("vp").is_none()
}

fn secured(payload: Value, form: Form) -> Result<SecuredCredential, ReadError> {
    // A presentation has its own type, and its own rules.
    if !is_credential(&payload) || has_type(&payload, "VerifiablePresentation") {
        return Err(ReadError::NotACredential);
    }
    let jws = form.jws();
    let subject = payload
        .get("credentialSubject")
        .and_then(|subject| subject.get("id"));
    let issuer = identifier(&payload, "issuer");
    agree(
        jws,
        &payload,
        &[("iss", issuer), ("jti", payload.get("id")), ("sub", subject)],
    )?;
    let issuer = issuer.and_then(|issuer| issuer.as_str()?.parse().ok());
    let kid = method::named(jws, issuer.as_ref(), Purpose::AssertionMethod)?;
    Ok(SecuredCredential {
        credential: payload,
        claims: None,
        kid,
        form,
    })
}

impl Form {
    fn jws(&self) -> &Jws {
        match self {
            Self::Jwt(jws) | Self::Earlier(jws) => jws,
            Self::SdJwt(disclosing) => disclosing.token.issuer_jws(),
        }
    }
}

impl SecuredCredential {
    pub(super) fn new(credential: Value, claims: Value, kid: Option<DidUrl>, form: Form) -> Self {
        Self {
            credential,
            claims: Some(claims),
            kid,
            form,
        }
    }

    /// The credential, disclosures in their places.
    pub fn credential(&self) -> &Value {
        &self.credential
    }

    /// The token's claims, `iat`, `nbf` and `exp` among them; as a rule the credential is all of it.
    pub fn claims(&self) -> &Value {
        self.claims.as_ref().unwrap_or(&self.credential)
    }

    /// The issuer's verification method, as the header names it or as the issuer has only one. `None` if it
    /// is left open, or is not that of a decentralized identifier. That it belongs to the credential's
    /// issuer is checked by [`SecuredCredential::require_issuer`].
    pub fn kid(&self) -> Option<&DidUrl> {
        self.kid.as_ref()
    }

    /// The header's `kid`, whatever it names.
    pub fn key_id(&self) -> Option<&str> {
        self.form.jws().kid()
    }

    /// The credential's `issuer`, if it is a decentralized identifier.
    pub fn issuer(&self) -> Option<Did> {
        identifier(&self.credential, "issuer")?.as_str()?.parse().ok()
    }

    /// Whether the key named in the header belongs to the credential's issuer.
    pub fn require_issuer(&self) -> Result<(), IssuerMismatch> {
        match (self.issuer(), &self.kid) {
            (Some(issuer), Some(kid)) if issuer == *kid.did() => Ok(()),
            _ => Err(IssuerMismatch),
        }
    }

    /// Whether it is in one of the forms from before VC-JOSE-COSE.
    pub fn is_earlier(&self) -> bool {
        matches!(self.form, Form::Earlier(_))
    }

    /// `vc+sd-jwt`, `vc+jwt`, or the name of the earlier forms.
    pub fn format(&self) -> &'static str {
        match self.form {
            Form::Jwt(_) => JWT_TYPE,
            Form::SdJwt(_) => SD_JWT_TYPE,
            Form::Earlier(_) => super::EARLIER_FORMAT,
        }
    }

    /// The SD-JWT, for key binding and for presenting; `None` for a plain JWT.
    pub fn sd_jwt(&self) -> Option<&SdJwt> {
        match &self.form {
            Form::Jwt(_) | Form::Earlier(_) => None,
            Form::SdJwt(disclosing) => Some(&disclosing.token),
        }
    }

    /// What is disclosed and what is hidden; `None` for a plain JWT.
    pub fn processed(&self) -> Option<&Processed> {
        match &self.form {
            Form::Jwt(_) | Form::Earlier(_) => None,
            Form::SdJwt(disclosing) => Some(&disclosing.processed),
        }
    }

    /// Checks the issuer's signature.
    pub fn verify(&self, key: &PublicKey) -> Result<(), jws::VerifyError> {
        self.form.jws().verify(key)
    }
}

impl fmt::Debug for SecuredCredential {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SecuredCredential({} …)", self.format())
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
        assert_eq!(read.kid(), Some(&kid()));
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
    fn a_key_id_may_be_relative_to_the_issuer_and_is_else_left_open() {
        for (header, expected) in [
            (json!({"typ": "vc+jwt", "kid": "p256-1"}), Some(kid())),
            (json!({"typ": "vc+jwt", "kid": "#p256-1"}), Some(kid())),
            (json!({"typ": "vc+jwt"}), None),
            (
                json!({"typ": "vc+jwt", "kid": "https://college.example/keys/1"}),
                None,
            ),
        ] {
            let read = read(&plain(&header, &credential())).unwrap();
            assert_eq!(read.kid(), expected.as_ref(), "{header}");
            assert_eq!(read.require_issuer().is_ok(), expected.is_some(), "{header}");
        }
        let number = plain(&json!({"typ": "vc+jwt", "kid": 1}), &credential());
        assert!(matches!(read(&number), Err(ReadError::KeyId)));
    }

    #[test]
    fn an_issuer_that_is_its_key_needs_no_key_id() {
        for did in [
            issuer().public_key().to_did_key(),
            issuer().public_key().to_did_jwk(),
        ] {
            let mut by_key = credential();
            by_key["issuer"] = json!(did);
            let read = read(&plain(&json!({"typ": "vc+jwt"}), &by_key)).unwrap();
            assert_eq!(read.kid().map(DidUrl::did), Some(&did));
            assert_eq!(read.require_issuer(), Ok(()));
        }
    }

    #[test]
    fn what_is_signed_as_a_plain_token_is_read_with_every_algorithm() {
        for algorithm in [
            Algorithm::Es256,
            Algorithm::Es384,
            Algorithm::Es512,
            Algorithm::EdDsa,
        ] {
            let key = key(algorithm, 3);
            let token = issue_jwt(&credential(), &kid(), &key).unwrap();
            let read = read(&token).unwrap();
            assert_eq!(*read.credential(), credential());
            assert_eq!(read.format(), "vc+jwt");
            assert_eq!(read.verify(&key.public_key()), Ok(()), "{algorithm}");
        }
    }

    #[test]
    fn what_would_not_be_read_is_not_signed() {
        for payload in [
            json!({}),
            json!({"@context": [], "vc": {}}),
            json!({"@context": [], "vp": {}}),
        ] {
            assert!(
                matches!(
                    issue_jwt(&payload, &kid(), &issuer()),
                    Err(SecureError::Content(ReadError::NotACredential))
                ),
                "{payload}"
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
            // The same where the claim is repeated in the header (RFC 7519 §5.3).
            let mut header = header.clone();
            header[claim] = json!("did:web:other.example");
            assert!(
                matches!(read(&plain(&header, &credential())), Err(ReadError::Contradiction(name)) if name == claim),
                "{claim} in the header"
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
