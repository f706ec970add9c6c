//! Keys that sign.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand_core::CryptoRng;
use serde_json::Value;
use zeroize::Zeroizing;

use super::{Algorithm, KeyError, PublicKey, SignError, Signer, jwk};
use crate::crypto;

/// A key that signs. Its secret is wiped from memory when the last clone is dropped and is never
/// printed.
#[derive(Clone)]
pub struct SecretKey {
    secret: Zeroizing<Vec<u8>>,
    public: PublicKey,
    parsed: Arc<crypto::SigningKey>,
}

impl SecretKey {
    /// Makes a key from the caller's randomness.
    ///
    /// # Panics
    ///
    /// For [`Algorithm::Rs256`]: nothing here signs with RSA.
    #[expect(clippy::expect_used, reason = "a caller names the algorithm in its code")]
    pub fn generate(algorithm: Algorithm, rng: &mut dyn CryptoRng) -> Self {
        let length = algorithm
            .secret_length()
            .expect("an algorithm that signatures are made with");
        let mut secret = Zeroizing::new(vec![0u8; length]);
        loop {
            rng.fill_bytes(secret.as_mut_slice());
            if let (Algorithm::Es512, Some(first)) = (algorithm, secret.first_mut()) {
                // A scalar of P-521 has 521 bits, not 528.
                *first &= 1;
            }
            // Of P-256 scalars one in 2^32 is out of range, of others fewer; then new bytes are drawn.
            if let Ok(key) = Self::from_secret(algorithm, &secret) {
                return key;
            }
        }
    }

    fn from_secret(algorithm: Algorithm, secret: &Zeroizing<Vec<u8>>) -> Result<Self, KeyError> {
        let parsed = crypto::SigningKey::new(algorithm, secret).map_err(|_| KeyError::Rejected)?;
        Ok(Self {
            secret: secret.clone(),
            public: PublicKey::from_bytes(algorithm, &parsed.public_bytes())?,
            parsed: Arc::new(parsed),
        })
    }

    /// Reads a private JWK. If it names a public key too, the two must belong together.
    pub fn from_jwk(jwk: &Value) -> Result<Self, KeyError> {
        let algorithm = jwk::algorithm(jwk)?;
        if algorithm == Algorithm::Rs256 {
            return Err(KeyError::Unsupported);
        }
        let key = Self::from_secret(algorithm, &jwk::bytes(jwk, "d", algorithm)?)?;
        if jwk.get("x").is_some() && PublicKey::from_public_members(jwk)? != key.public {
            return Err(KeyError::HalvesDiffer);
        }
        Ok(key)
    }

    /// The private JWK as JSON text, wiped when dropped.
    pub fn to_jwk(&self) -> Zeroizing<String> {
        let secret = Zeroizing::new(URL_SAFE_NO_PAD.encode(self.secret.as_slice()));
        let mut text = Zeroizing::new(String::with_capacity(256));
        let public = self.public.to_jwk().to_string();
        text.push_str(public.trim_end_matches('}'));
        text.push_str(",\"d\":\"");
        text.push_str(&secret);
        text.push_str("\"}");
        text
    }

    /// The key that verifies what this one signs.
    pub fn public_key(&self) -> PublicKey {
        self.public.clone()
    }

    /// The algorithm of this key.
    pub fn algorithm(&self) -> Algorithm {
        self.public.algorithm()
    }

    /// Signs a message; see [`Signer::sign`].
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        self.parsed
            .sign(message)
            .map_err(|_| SignError::Refused("the signature library failed".to_owned()))
    }
}

impl Signer for SecretKey {
    fn algorithm(&self) -> Algorithm {
        self.algorithm()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        self.sign(message)
    }

    fn public_key(&self) -> PublicKey {
        self.public_key()
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SecretKey({} …)", self.algorithm())
    }
}
