//! SD-JWT VC, format `dc+sd-jwt`
//! ([draft-ietf-oauth-sd-jwt-vc](https://datatracker.ietf.org/doc/draft-ietf-oauth-sd-jwt-vc/)), with
//! issuers that are decentralized identifiers.
//!
//! The draft leaves open how an issuer's key is found. Here `iss` is a DID and the header's `kid` a
//! verification method of it, as in the DIIP profile (version 5).

use std::fmt;

use credentials::{Did, DidUrl};
use rand_core::CryptoRng;
use serde_json::{Value, json};

use crate::jws;
use crate::keys::{PublicKey, Signer};
use crate::sd_jwt::{self, IssueError, Path, Processed, SdJwt, SdJwtError};

/// The media type of an SD-JWT VC, in the header's `typ`.
pub const TYPE: &str = "dc+sd-jwt";
/// The media type of drafts before 07; VC-JOSE-COSE uses it for another data model.
const EARLIER_TYPE: &str = "vc+sd-jwt";

/// Claims that a holder must not be able to hide (draft §2.2.2.2, "Registered JWT Claims").
const ALWAYS_VISIBLE: [&str; 7] = ["iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status"];

/// Why a text is not an acceptable SD-JWT VC.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The token is not an acceptable SD-JWT.
    #[error(transparent)]
    SdJwt(#[from] SdJwtError),
    /// `typ` is not [`TYPE`] or that of earlier drafts.
    #[error("the token's type is not {TYPE}")]
    Type,
    /// `vct` is absent or no text.
    #[error("the token has no `vct`")]
    CredentialType,
    /// A claim that must always be visible came in a disclosure.
    #[error("the claim `{0}` may not be hideable")]
    Hideable(&'static str),
}

/// An SD-JWT VC that was read, not verified.
#[derive(Clone)]
pub struct SecuredSdJwtVc {
    token: SdJwt,
    processed: Processed,
    kid: Option<DidUrl>,
}

/// Signs claims as `dc+sd-jwt`, those at `disclosable` able to be hidden.
///
/// `kid` is a verification method of the DID in `iss`. `cnf` and `status` belong in the claims.
pub fn issue(
    claims: &Value,
    disclosable: &[Path],
    kid: &DidUrl,
    signer: &dyn Signer,
    rng: &mut dyn CryptoRng,
) -> Result<String, IssueError> {
    sd_jwt::issue(
        claims,
        disclosable,
        &json!({"typ": TYPE, "kid": kid}),
        signer,
        rng,
    )
}

/// Whether a token that was read is an SD-JWT VC: by its type, or by that of earlier drafts together
/// with a `vct` and no `@context`, which tells it from a `vc+sd-jwt` of VC-JOSE-COSE.
pub fn is_one(token: &SdJwt) -> bool {
    let jws = token.issuer_jws();
    let payload = token.signed_payload();
    let is_earlier = || payload.get("vct").is_some() && payload.get("@context").is_none();
    jws.is_of_type(TYPE) || jws.is_of_type(EARLIER_TYPE) && is_earlier()
}

/// Reads an SD-JWT VC, with or without key binding.
///
/// Every rule of RFC 9901 §7.1 holds for what is returned; no signature has been checked.
pub fn read(text: &str) -> Result<SecuredSdJwtVc, ReadError> {
    from_sd_jwt(SdJwt::parse(text)?)
}

/// As [`read`], for a token that was parsed before.
pub fn from_sd_jwt(token: SdJwt) -> Result<SecuredSdJwtVc, ReadError> {
    if !is_one(&token) {
        return Err(ReadError::Type);
    }
    let processed = token.process()?;
    let visible = token.signed_payload();
    let hideable = |claim: &&&str| visible.get(**claim) != processed.payload().get(**claim);
    if let Some(claim) = ALWAYS_VISIBLE.iter().find(hideable) {
        return Err(ReadError::Hideable(claim));
    }
    if !visible.get("vct").is_some_and(Value::is_string) {
        return Err(ReadError::CredentialType);
    }
    let kid = token.issuer_jws().kid();
    let kid = kid.and_then(|kid| DidUrl::parse(kid).ok());
    Ok(SecuredSdJwtVc {
        token,
        processed,
        kid,
    })
}

impl SecuredSdJwtVc {
    /// The claims, disclosures in their places.
    pub fn claims(&self) -> &Value {
        self.processed.payload()
    }

    /// The issuer's verification method, if the header names one; other issuers are found by a
    /// certificate or by metadata at their address. Whether it belongs to `iss` is for the caller.
    pub fn kid(&self) -> Option<&DidUrl> {
        self.kid.as_ref()
    }

    /// `iss`, if it is a decentralized identifier.
    pub fn issuer(&self) -> Option<Did> {
        self.claims().get("iss")?.as_str()?.parse().ok()
    }

    /// The SD-JWT, for key binding and for presenting.
    pub fn sd_jwt(&self) -> &SdJwt {
        &self.token
    }

    /// What is disclosed and what is hidden.
    pub fn processed(&self) -> &Processed {
        &self.processed
    }

    /// Checks the issuer's signature.
    pub fn verify(&self, key: &PublicKey) -> Result<(), jws::VerifyError> {
        self.token.verify_issuer(key)
    }
}

impl fmt::Debug for SecuredSdJwtVc {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecuredSdJwtVc(…)")
    }
}
