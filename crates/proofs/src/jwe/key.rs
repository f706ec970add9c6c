//! Keys that agree on secrets, as JWK: P-256 and X25519. They sign nothing.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand_core::CryptoRng;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::crypto::agreement::{self, Curve};

/// Why a key for encryption could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncryptionKeyError {
    /// Neither P-256 nor X25519.
    #[error("only P-256 and X25519 keys are supported")]
    Unsupported,
    /// A member is absent, malformed, or says that the key is for something else.
    #[error("the JWK member `{0}` is missing, malformed or for another use")]
    Member(&'static str),
    /// A public key was asked for and a private one was given.
    #[error("a private key stands where a public key belongs")]
    PrivateKey,
    /// The bytes are not a point that may be used, or not a valid secret.
    #[error("the bytes are not a usable key of this type")]
    Rejected,
    /// A private JWK whose public half belongs to another key.
    #[error("the public and private halves of the JWK do not belong together")]
    HalvesDiffer,
}

/// A key that others encrypt to.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicEncryptionKey {
    curve: Curve,
    bytes: Vec<u8>,
}

impl PublicEncryptionKey {
    /// Reads a public JWK; one with a private member or for signing is refused.
    pub fn from_jwk(jwk: &Value) -> Result<Self, EncryptionKeyError> {
        if jwk.get("d").is_some() {
            return Err(EncryptionKeyError::PrivateKey);
        }
        Self::from_public_members(jwk)
    }

    fn from_public_members(jwk: &Value) -> Result<Self, EncryptionKeyError> {
        let curve = curve_of(jwk)?;
        let x = bytes(jwk, "x")?;
        let bytes = match curve {
            Curve::P256 => [&[0x04], x.as_slice(), bytes(jwk, "y")?.as_slice()].concat(),
            Curve::X25519 => x.to_vec(),
        };
        agreement::check_public(curve, &bytes).map_err(|_| EncryptionKeyError::Rejected)?;
        Ok(Self { curve, bytes })
    }

    /// The public JWK, with the members that identify the key and no others.
    pub fn to_jwk(&self) -> Value {
        let (kty, crv) = self.curve.names();
        let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match (self.curve, self.bytes.split_at_checked(33)) {
            (Curve::P256, Some((first, y))) => {
                let x = first.get(1..).unwrap_or_default();
                json!({"kty": kty, "crv": crv, "x": encoded(x), "y": encoded(y)})
            }
            _ => json!({"kty": kty, "crv": crv, "x": encoded(&self.bytes)}),
        }
    }

    pub(crate) fn curve(&self) -> Curve {
        self.curve
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for PublicEncryptionKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PublicEncryptionKey({} …)", self.curve.names().1)
    }
}

/// A key that opens what was encrypted to it. Its secret is wiped when dropped and is never printed.
#[derive(Clone)]
pub struct SecretEncryptionKey {
    secret: Zeroizing<Vec<u8>>,
    public: PublicEncryptionKey,
}

impl SecretEncryptionKey {
    /// Makes a key on P-256 from the caller's randomness.
    pub fn generate_p256(rng: &mut dyn CryptoRng) -> Self {
        Self::generate(Curve::P256, rng)
    }

    /// Makes an X25519 key from the caller's randomness.
    pub fn generate_x25519(rng: &mut dyn CryptoRng) -> Self {
        Self::generate(Curve::X25519, rng)
    }

    pub(super) fn generate(curve: Curve, rng: &mut dyn CryptoRng) -> Self {
        let mut secret = Zeroizing::new(vec![0; 32]);
        loop {
            rng.fill_bytes(secret.as_mut_slice());
            // Of P-256 scalars one in 2^32 is out of range; then new bytes are drawn.
            if let Ok(key) = Self::from_secret(curve, secret.clone()) {
                return key;
            }
        }
    }

    fn from_secret(curve: Curve, secret: Zeroizing<Vec<u8>>) -> Result<Self, EncryptionKeyError> {
        let bytes = agreement::public_half(curve, &secret).map_err(|_| EncryptionKeyError::Rejected)?;
        Ok(Self {
            secret,
            public: PublicEncryptionKey { curve, bytes },
        })
    }

    /// Reads a private JWK. If it names a public key too, the two must belong together.
    pub fn from_jwk(jwk: &Value) -> Result<Self, EncryptionKeyError> {
        let key = Self::from_secret(curve_of(jwk)?, bytes(jwk, "d")?)?;
        if jwk.get("x").is_some() && PublicEncryptionKey::from_public_members(jwk)? != key.public {
            return Err(EncryptionKeyError::HalvesDiffer);
        }
        Ok(key)
    }

    /// The private JWK as JSON text, wiped when dropped.
    pub fn to_jwk(&self) -> Zeroizing<String> {
        let secret = Zeroizing::new(URL_SAFE_NO_PAD.encode(self.secret.as_slice()));
        let public = self.public.to_jwk().to_string();
        let mut text = Zeroizing::new(String::with_capacity(256));
        text.push_str(public.trim_end_matches('}'));
        text.push_str(",\"d\":\"");
        text.push_str(&secret);
        text.push_str("\"}");
        text
    }

    /// The key that others encrypt to.
    pub fn public(&self) -> &PublicEncryptionKey {
        &self.public
    }

    pub(super) fn curve(&self) -> Curve {
        self.public.curve
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.secret
    }
}

impl fmt::Debug for SecretEncryptionKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SecretEncryptionKey({} …)", self.curve().names().1)
    }
}

fn curve_of(jwk: &Value) -> Result<Curve, EncryptionKeyError> {
    let member = |name| jwk.get(name).and_then(Value::as_str);
    let named = (member("kty"), member("crv"));
    let curve = [Curve::P256, Curve::X25519]
        .into_iter()
        .find(|curve| named == (Some(curve.names().0), Some(curve.names().1)))
        .ok_or(EncryptionKeyError::Unsupported)?;
    if jwk.get("use").is_some_and(|usage| usage != "enc") {
        return Err(EncryptionKeyError::Member("use"));
    }
    match jwk.get("alg") {
        None => Ok(curve),
        Some(name) if name == super::ALGORITHM => Ok(curve),
        Some(_) => Err(EncryptionKeyError::Member("alg")),
    }
}

/// A base64url member of 32 bytes, as all of these have.
fn bytes(jwk: &Value, name: &'static str) -> Result<Zeroizing<Vec<u8>>, EncryptionKeyError> {
    let malformed = EncryptionKeyError::Member(name);
    let text = jwk.get(name).and_then(Value::as_str).ok_or(malformed)?;
    let bytes = URL_SAFE_NO_PAD
        .decode(text)
        .map(Zeroizing::new)
        .map_err(|_| malformed)?;
    if bytes.len() == 32 {
        Ok(bytes)
    } else {
        Err(malformed)
    }
}
