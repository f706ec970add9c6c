//! Presentations: `vp+jwt` and `vp+sd-jwt`.

use std::fmt;

use chrono::{DateTime, Utc};
use credentials::{Did, DidUrl};
use rand_core::CryptoRng;
use serde_json::{Value, json};

use super::{
    Enclosed, MOST_CREDENTIALS, PRESENTATION_JWT_TYPE, PRESENTATION_SD_JWT_TYPE, ReadError, SecureError,
    agree, check_header, has_type, identifier, method,
};
use crate::data_integrity::IssuerMismatch;
use crate::did::Purpose;
use crate::jws::{self, Jws};
use crate::keys::{PublicKey, Signer};
use crate::sd_jwt::{self, KeyBinding, Path, SdJwt};

const CONTEXT: &str = "https://www.w3.org/ns/credentials/v2";

/// A presentation that was read from its token: neither it nor its credentials have been verified.
#[derive(Clone)]
pub struct SecuredPresentation {
    presentation: Value,
    credentials: Vec<Enclosed>,
    kid: Option<DidUrl>,
    form: Form,
}

#[derive(Clone)]
enum Form {
    Jwt(Jws),
    SdJwt(Box<SdJwt>),
}

impl Form {
    fn jws(&self) -> &Jws {
        match self {
            Self::Jwt(jws) => jws,
            Self::SdJwt(token) => token.issuer_jws(),
        }
    }
}

/// Signs a presentation as `vp+jwt`.
///
/// `kid` is the holder's verification method. Whom it is for and what it answers belong in the presentation
/// as the claims `aud`, `nonce` and `iat`. The credentials in it are not looked at.
pub fn present(
    presentation: &Value,
    kid: &(impl AsRef<str> + ?Sized),
    signer: &dyn Signer,
) -> Result<String, SecureError> {
    is_presentation(presentation)?;
    let header = json!({"typ": PRESENTATION_JWT_TYPE, "cty": "vp", "kid": kid.as_ref()});
    Ok(jws::sign(&header, presentation.to_string().as_bytes(), signer)?)
}

/// Signs a presentation as `vp+sd-jwt`, its claims at `disclosable` able to be hidden.
pub fn present_disclosing(
    presentation: &Value,
    disclosable: &[Path],
    kid: &(impl AsRef<str> + ?Sized),
    signer: &dyn Signer,
    rng: &mut dyn CryptoRng,
) -> Result<String, SecureError> {
    is_presentation(presentation)?;
    let header = json!({"typ": PRESENTATION_SD_JWT_TYPE, "cty": "vp", "kid": kid.as_ref()});
    Ok(sd_jwt::issue(presentation, disclosable, &header, signer, rng)?)
}

/// Reads a `vp+jwt` or a `vp+sd-jwt`.
///
/// Every credential in it is in an envelope whose token is of a known kind, or has a proof; none has been
/// read. A claim of RFC 7519 that repeats the presentation must agree with it.
pub fn read_presentation(text: &str) -> Result<SecuredPresentation, ReadError> {
    if text.contains('~') {
        let token = SdJwt::parse(text)?;
        check_header(token.issuer_jws(), PRESENTATION_SD_JWT_TYPE, "vp")?;
        return secured(token.processed()?, Form::SdJwt(Box::new(token)));
    }
    let token = jws::parse(text, jws::LARGEST)?;
    check_header(&token, PRESENTATION_JWT_TYPE, "vp")?;
    secured(token.payload_json()?, Form::Jwt(token))
}

fn is_presentation(payload: &Value) -> Result<(), ReadError> {
    let contexts = payload.get("@context");
    let first = contexts.and_then(|contexts| contexts.get(0).or(Some(contexts)));
    let is_one = first.and_then(Value::as_str) == Some(CONTEXT)
        && has_type(payload, "VerifiablePresentation")
        && payload.get("vc").is_none()
        && payload.get("vp").is_none();
    is_one.then_some(()).ok_or(ReadError::NotAPresentation)
}

fn secured(payload: Value, form: Form) -> Result<SecuredPresentation, ReadError> {
    is_presentation(&payload)?;
    let holder = identifier(&payload, "holder");
    agree(
        form.jws(),
        &payload,
        &[("iss", holder), ("jti", payload.get("id"))],
    )?;
    let entries = match payload.get("verifiableCredential") {
        None => &[],
        Some(Value::Array(entries)) => entries.as_slice(),
        Some(single) => std::slice::from_ref(single),
    };
    if entries.len() > MOST_CREDENTIALS {
        return Err(ReadError::TooManyCredentials);
    }
    let credentials = entries
        .iter()
        .enumerate()
        .map(|(place, entry)| Enclosed::read(entry).map_err(|source| ReadError::Enclosed { place, source }))
        .collect::<Result<_, _>>()?;
    let holder = holder.and_then(|holder| holder.as_str()?.parse().ok());
    let kid = method::named(form.jws(), holder.as_ref(), Purpose::Authentication)?;
    Ok(SecuredPresentation {
        credentials,
        kid,
        presentation: payload,
        form,
    })
}

impl SecuredPresentation {
    /// The presentation, disclosures in their places.
    pub fn presentation(&self) -> &Value {
        &self.presentation
    }

    /// The credentials in it, in their order.
    pub fn credentials(&self) -> &[Enclosed] {
        &self.credentials
    }

    /// The signer's verification method, if it is that of a decentralized identifier; see
    /// [`SecuredCredential::kid`](super::SecuredCredential::kid).
    pub fn kid(&self) -> Option<&DidUrl> {
        self.kid.as_ref()
    }

    /// The header's `kid`, whatever it names.
    pub fn key_id(&self) -> Option<&str> {
        self.form.jws().kid()
    }

    /// The presentation's `holder`, if it is a decentralized identifier.
    pub fn holder(&self) -> Option<Did> {
        identifier(&self.presentation, "holder")?.as_str()?.parse().ok()
    }

    /// Whether the key that the header names belongs to the holder, where the presentation names one.
    pub fn require_holder(&self) -> Result<(), IssuerMismatch> {
        match (self.presentation.get("holder"), self.holder(), &self.kid) {
            (None, _, Some(_)) => Ok(()),
            (Some(_), Some(holder), Some(kid)) if holder == *kid.did() => Ok(()),
            _ => Err(IssuerMismatch),
        }
    }

    /// Whom it is for, what it answers and when it says to have been signed, if it says all three.
    pub fn binding(&self) -> Option<KeyBinding> {
        let audience = match self.presentation.get("aud")? {
            Value::Array(audiences) if audiences.len() == 1 => audiences.first()?,
            other => other,
        };
        Some(KeyBinding {
            audience: audience.as_str()?.to_owned(),
            nonce: self.presentation.get("nonce")?.as_str()?.to_owned(),
            issued_at: self.date("iat")?,
        })
    }

    /// When its signature ends, if it says so.
    pub fn ends(&self) -> Option<DateTime<Utc>> {
        self.date("exp")
    }

    fn date(&self, claim: &str) -> Option<DateTime<Utc>> {
        self.presentation.get(claim).and_then(jws::numeric_date)
    }

    /// Checks the signature over the presentation; its credentials have their own.
    pub fn verify(&self, key: &PublicKey) -> Result<(), jws::VerifyError> {
        self.form.jws().verify(key)
    }
}

impl fmt::Debug for SecuredPresentation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "SecuredPresentation({} credentials …)",
            self.credentials.len()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Envelope, EnvelopeError, Wrapped};
    use super::*;
    use crate::keys::{Algorithm, SecretKey};
    use crate::tests::{Fixed, key};

    fn holder() -> SecretKey {
        key(Algorithm::Es256, 1)
    }

    fn kid() -> DidUrl {
        holder().public_key().to_did_key_url()
    }

    fn presentation() -> Value {
        json!({
            "@context": [CONTEXT],
            "id": "urn:uuid:2",
            "type": ["VerifiablePresentation"],
            "holder": holder().public_key().to_did_key(),
            "verifiableCredential": [Envelope::new(Wrapped::Jwt, "e30.e30.AA").to_json()],
            "aud": "https://verifier.example", "nonce": "n-1", "iat": 1_789_372_800,
        })
    }

    fn signed(header: &Value, payload: &Value) -> Result<SecuredPresentation, ReadError> {
        read_presentation(&jws::sign(header, payload.to_string().as_bytes(), &holder()).unwrap())
    }

    fn changed(change: impl FnOnce(&mut Value)) -> Result<SecuredPresentation, ReadError> {
        let mut payload = presentation();
        change(&mut payload);
        signed(&json!({"typ": "vp+jwt", "cty": "vp", "kid": kid()}), &payload)
    }

    #[test]
    fn a_presentation_is_signed_read_and_verified_in_both_forms() {
        let plain = present(&presentation(), &kid(), &holder()).unwrap();
        let paths = ["/holder", "/verifiableCredential/0"].map(|path| path.parse().unwrap());
        let disclosing =
            present_disclosing(&presentation(), &paths, &kid(), &holder(), &mut Fixed(1)).unwrap();
        for token in [plain, disclosing] {
            let read = read_presentation(&token).unwrap();
            assert_eq!(*read.presentation(), presentation());
            assert_eq!(
                read.credentials(),
                [Enclosed::Enveloped(Envelope::new(Wrapped::Jwt, "e30.e30.AA"))]
            );
            assert_eq!((read.kid(), read.require_holder()), (Some(&kid()), Ok(())));
            let binding = read.binding().unwrap();
            assert_eq!(
                (binding.audience.as_str(), binding.nonce.as_str()),
                ("https://verifier.example", "n-1")
            );
            assert_eq!(read.verify(&holder().public_key()), Ok(()));
            assert!(read.verify(&key(Algorithm::Es256, 2).public_key()).is_err());
        }
    }

    #[test]
    fn presentations_with_another_header_are_refused() {
        for header in [
            json!({}),
            json!({"typ": "JWT"}),
            json!({"typ": "vc+jwt"}),
            json!({"typ": "vp+sd-jwt"}),
        ] {
            assert!(
                matches!(signed(&header, &presentation()), Err(ReadError::Type)),
                "{header}"
            );
        }
        let header = json!({"typ": "vp+jwt", "cty": "vc"});
        assert!(matches!(
            signed(&header, &presentation()),
            Err(ReadError::ContentType)
        ));
    }

    #[test]
    fn what_is_no_presentation_of_vcdm_2_is_neither_read_nor_signed() {
        for (member, value) in [
            ("@context", json!(["https://www.w3.org/2018/credentials/v1"])),
            ("type", json!(["VerifiableCredential"])),
            ("vp", json!({})),
            ("vc", json!({})),
        ] {
            let mut payload = presentation();
            payload[member] = value;
            assert!(
                matches!(
                    signed(&json!({"typ": "vp+jwt"}), &payload),
                    Err(ReadError::NotAPresentation)
                ),
                "{member}"
            );
            assert!(present(&payload, &kid(), &holder()).is_err(), "{member}");
        }
    }

    #[test]
    fn what_is_not_secured_has_no_place_in_a_presentation() {
        for (entry, expected) in [
            (
                json!({"type": "EnvelopedVerifiableCredential", "id": "no"}),
                EnvelopeError::Url,
            ),
            (
                Envelope::new(Wrapped::PresentationJwt, "e30.e30.AA").to_json(),
                EnvelopeError::MediaType,
            ),
            (json!({"type": "VerifiableCredential"}), EnvelopeError::Unsecured),
        ] {
            let read = changed(|payload| payload["verifiableCredential"][0] = entry);
            assert!(
                matches!(&read, Err(ReadError::Enclosed { place: 0, source }) if *source == expected),
                "{read:?}"
            );
        }
        let many = changed(|payload| {
            let one = payload["verifiableCredential"][0].clone();
            payload["verifiableCredential"] = json!(vec![one; MOST_CREDENTIALS + 1]);
        });
        assert!(matches!(many, Err(ReadError::TooManyCredentials)));
    }

    #[test]
    fn a_presentation_in_anothers_name_is_noticed() {
        let other = changed(|payload| payload["holder"] = json!("did:example:other")).unwrap();
        assert_eq!(other.require_holder(), Err(IssuerMismatch));
        let unnamed = changed(|payload| drop(payload.as_object_mut().unwrap().remove("holder"))).unwrap();
        assert_eq!(unnamed.require_holder(), Ok(()));
        for claim in ["iss", "jti"] {
            let read = changed(|payload| payload[claim] = json!("did:example:other"));
            assert!(
                matches!(read, Err(ReadError::Contradiction(named)) if named == claim),
                "{claim}"
            );
        }
    }
}
