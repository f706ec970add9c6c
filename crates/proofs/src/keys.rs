//! Keys: read from and written as JWK and Multikey, parsed once, secrets wiped when dropped.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credentials::{Did, DidUrl};
use rand_core::CryptoRng;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::crypto;

/// A signature algorithm this crate signs and verifies with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256: `ES256` (RFC 7518 §3.4).
    Es256,
    /// Ed25519: `EdDSA` (RFC 8037 §3.1).
    EdDsa,
}

impl Algorithm {
    /// The name in a JOSE header's `alg`.
    pub fn jose_name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }

    /// Reads a JOSE header's `alg`. RFC 9864's `Ed25519` is accepted beside `EdDSA`.
    pub fn from_jose_name(name: &str) -> Option<Self> {
        match name {
            "ES256" => Some(Self::Es256),
            "EdDSA" | "Ed25519" => Some(Self::EdDsa),
            _ => None,
        }
    }

    /// The multicodec prefix of a public key (Controlled Identifiers 1.0 §2.2.2).
    fn multicodec(self) -> [u8; 2] {
        match self {
            Self::Es256 => [0x80, 0x24],
            Self::EdDsa => [0xed, 0x01],
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.jose_name())
    }
}

/// Why a key could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The key is of a kind this crate does not use.
    #[error("only Ed25519 and P-256 keys are supported")]
    Unsupported,
    /// A member is absent, of the wrong kind or not base64url.
    #[error("the JWK member `{0}` is missing or malformed")]
    Jwk(&'static str),
    /// A public key was asked for and a private one was given.
    #[error("a private key stands where a public key belongs")]
    PrivateKey,
    /// The text is not a Multikey.
    #[error("a Multikey is `z`, then base58btc of a known key type and its bytes")]
    Multikey,
    /// The bytes are not a point that may be used, or not a valid secret.
    #[error("the bytes are not a usable key of this type")]
    Rejected,
    /// A private JWK whose public half belongs to another key.
    #[error("the public and private halves of the JWK do not belong together")]
    HalvesDiffer,
}

/// Why nothing was signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The signer would not or could not sign; for a key outside this process, its own words.
    #[error("the key did not sign: {0}")]
    Refused(String),
    /// The header asks for another algorithm than the key has.
    #[error("the header says `{header}`, but the key signs with {key}")]
    Algorithm {
        /// What the header says.
        header: String,
        /// What the key does.
        key: Algorithm,
    },
    /// The header is not a JSON object.
    #[error("a JOSE header must be a JSON object")]
    Header,
}

/// A signature that does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not belong to this content and key")]
pub struct SignatureError;

/// Something that signs: a key in memory, in a file, or behind a device's interface.
pub trait Signer {
    /// The algorithm of every signature made.
    fn algorithm(&self) -> Algorithm;

    /// Signs a message; the signature is 64 bytes, `r || s` for ES256.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError>;

    /// The key that verifies what is signed here.
    fn public_key(&self) -> PublicKey;
}

/// A public key that was parsed and found usable.
#[derive(Clone)]
pub struct PublicKey {
    algorithm: Algorithm,
    bytes: Vec<u8>,
    parsed: Arc<crypto::VerifyingKey>,
}

impl PublicKey {
    fn from_bytes(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, KeyError> {
        let bytes = crypto::normalise_public(algorithm, bytes).map_err(|_| KeyError::Rejected)?;
        let parsed = crypto::VerifyingKey::new(algorithm, &bytes).map_err(|_| KeyError::Rejected)?;
        Ok(Self {
            algorithm,
            bytes,
            parsed: Arc::new(parsed),
        })
    }

    /// Reads a public JWK (RFC 7517, RFC 8037).
    ///
    /// A JWK with a private member is refused, and so is one meant for encryption or for another
    /// algorithm.
    pub fn from_jwk(jwk: &Value) -> Result<Self, KeyError> {
        if jwk.get("d").is_some() {
            return Err(KeyError::PrivateKey);
        }
        Self::from_public_members(jwk)
    }

    fn from_public_members(jwk: &Value) -> Result<Self, KeyError> {
        let algorithm = jwk_algorithm(jwk)?;
        match algorithm {
            Algorithm::EdDsa => Self::from_bytes(algorithm, &jwk_bytes(jwk, "x")?),
            Algorithm::Es256 => {
                let mut point = vec![0x04];
                point.extend_from_slice(&jwk_bytes(jwk, "x")?);
                point.extend_from_slice(&jwk_bytes(jwk, "y")?);
                Self::from_bytes(algorithm, &point)
            }
        }
    }

    /// The public JWK, with the members that identify the key and no others.
    pub fn to_jwk(&self) -> Value {
        match self.algorithm {
            Algorithm::EdDsa => {
                json!({"crv": "Ed25519", "kty": "OKP", "x": URL_SAFE_NO_PAD.encode(&self.bytes)})
            }
            Algorithm::Es256 => {
                let (x, y) = self.coordinates();
                json!({
                    "crv": "P-256", "kty": "EC",
                    "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y),
                })
            }
        }
    }

    fn coordinates(&self) -> (&[u8], &[u8]) {
        let point = self.bytes.get(1..).unwrap_or_default();
        point.split_at(point.len() / 2)
    }

    /// Reads a Multikey's `publicKeyMultibase` (Controlled Identifiers 1.0 §2.2.2).
    pub fn from_multikey(text: &str) -> Result<Self, KeyError> {
        // The longest we know is some 50 characters; base58 takes quadratic time.
        let encoded = match text.strip_prefix('z') {
            Some(encoded) if encoded.len() <= 128 => encoded,
            _ => return Err(KeyError::Multikey),
        };
        let bytes = bs58::decode(encoded).into_vec().map_err(|_| KeyError::Multikey)?;
        let (prefix, key) = bytes.split_first_chunk::<2>().ok_or(KeyError::Multikey)?;
        for (algorithm, length) in [(Algorithm::EdDsa, 32), (Algorithm::Es256, 33)] {
            if algorithm.multicodec() == *prefix {
                return if key.len() == length {
                    Self::from_bytes(algorithm, key)
                } else {
                    Err(KeyError::Multikey)
                };
            }
        }
        Err(KeyError::Unsupported)
    }

    /// The key as `publicKeyMultibase`: base58btc, P-256 points compressed.
    pub fn to_multikey(&self) -> String {
        let mut bytes = self.algorithm.multicodec().to_vec();
        match self.algorithm {
            Algorithm::EdDsa => bytes.extend_from_slice(&self.bytes),
            Algorithm::Es256 => {
                let (x, y) = self.coordinates();
                let odd = y.last().is_some_and(|byte| byte & 1 == 1);
                bytes.push(if odd { 0x03 } else { 0x02 });
                bytes.extend_from_slice(x);
            }
        }
        format!("z{}", bs58::encode(bytes).into_string())
    }

    /// The RFC 7638 thumbprint: SHA-256 of the JWK's required members, base64url.
    pub fn thumbprint(&self) -> String {
        // `to_jwk` holds exactly the required members; their order is the standard's, so it is
        // written out instead of left to a map.
        let x = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let members = match self.algorithm {
            Algorithm::EdDsa => {
                format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, x(&self.bytes))
            }
            Algorithm::Es256 => {
                let (first, second) = self.coordinates();
                format!(
                    r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#,
                    x(first),
                    x(second)
                )
            }
        };
        URL_SAFE_NO_PAD.encode(crypto::sha256(members.as_bytes()))
    }

    /// The `did:key` of this key.
    pub fn to_did_key(&self) -> Did {
        crate::did::key_did(self)
    }

    /// The one verification method of this key's `did:key`, such as `did:key:z6Mk…#z6Mk…`.
    pub fn to_did_key_url(&self) -> DidUrl {
        crate::did::key_did_url(self)
    }

    /// The `did:jwk` of this key.
    pub fn to_did_jwk(&self) -> Did {
        crate::did::jwk_did(self)
    }

    /// The algorithm whose signatures this key verifies.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Checks a signature: strict for Ed25519 (RFC 8032 §5.1.7), `r || s` for ES256.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
        if crypto::signature_is_well_formed(self.algorithm, signature)
            && self.parsed.verify(message, signature)
        {
            Ok(())
        } else {
            Err(SignatureError)
        }
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.algorithm == other.algorithm && self.bytes == other.bytes
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PublicKey({} {})", self.algorithm, self.thumbprint())
    }
}

/// A key that signs. Its secret is wiped from memory when the last clone is dropped and is never
/// printed.
#[derive(Clone)]
pub struct SecretKey {
    secret: Zeroizing<[u8; 32]>,
    public: PublicKey,
    parsed: Arc<crypto::SigningKey>,
}

impl SecretKey {
    /// Makes a key from the caller's randomness.
    pub fn generate(algorithm: Algorithm, rng: &mut dyn CryptoRng) -> Self {
        let mut secret = Zeroizing::new([0u8; 32]);
        loop {
            rng.fill_bytes(secret.as_mut_slice());
            // One P-256 scalar in 2^32 is out of range; then new bytes are drawn.
            if let Ok(key) = Self::from_secret(algorithm, &secret) {
                return key;
            }
        }
    }

    fn from_secret(algorithm: Algorithm, secret: &Zeroizing<[u8; 32]>) -> Result<Self, KeyError> {
        let parsed = crypto::SigningKey::new(algorithm, secret).map_err(|_| KeyError::Rejected)?;
        Ok(Self {
            secret: secret.clone(),
            public: PublicKey::from_bytes(algorithm, &parsed.public_bytes())?,
            parsed: Arc::new(parsed),
        })
    }

    /// Reads a private JWK. If it names a public key too, the two must belong together.
    pub fn from_jwk(jwk: &Value) -> Result<Self, KeyError> {
        let algorithm = jwk_algorithm(jwk)?;
        let bytes = jwk_bytes(jwk, "d")?;
        let secret: [u8; 32] = bytes.as_slice().try_into().map_err(|_| KeyError::Jwk("d"))?;
        let key = Self::from_secret(algorithm, &Zeroizing::new(secret))?;
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
        self.public.algorithm
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

fn jwk_algorithm(jwk: &Value) -> Result<Algorithm, KeyError> {
    let member = |name| jwk.get(name).and_then(Value::as_str);
    let algorithm = match (member("kty"), member("crv")) {
        (Some("OKP"), Some("Ed25519")) => Algorithm::EdDsa,
        (Some("EC"), Some("P-256")) => Algorithm::Es256,
        (None, _) => return Err(KeyError::Jwk("kty")),
        _ => return Err(KeyError::Unsupported),
    };
    if jwk.get("use").is_some_and(|usage| usage != "sig") {
        return Err(KeyError::Jwk("use"));
    }
    match jwk.get("alg") {
        None => Ok(algorithm),
        Some(Value::String(name)) if Algorithm::from_jose_name(name) == Some(algorithm) => Ok(algorithm),
        Some(_) => Err(KeyError::Jwk("alg")),
    }
}

/// A base64url member that holds exactly 32 bytes, as all members of these keys do.
fn jwk_bytes(jwk: &Value, name: &'static str) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let text = jwk.get(name).and_then(Value::as_str).ok_or(KeyError::Jwk(name))?;
    let bytes = URL_SAFE_NO_PAD
        .decode(text)
        .map(Zeroizing::new)
        .map_err(|_| KeyError::Jwk(name))?;
    if bytes.len() == 32 {
        Ok(bytes)
    } else {
        Err(KeyError::Jwk(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{Fixed, key};

    const BOTH: [Algorithm; 2] = [Algorithm::Es256, Algorithm::EdDsa];

    #[test]
    fn keys_are_read_as_they_were_written() {
        for algorithm in BOTH {
            let secret = key(algorithm, 1);
            let public = secret.public_key();
            assert_eq!(PublicKey::from_jwk(&public.to_jwk()).unwrap(), public);
            assert_eq!(PublicKey::from_multikey(&public.to_multikey()).unwrap(), public);
            let jwk: Value = serde_json::from_str(&secret.to_jwk()).unwrap();
            let read = SecretKey::from_jwk(&jwk).unwrap();
            assert_eq!(read.public_key(), public);
            assert_eq!(public.verify(b"m", &read.sign(b"m").unwrap()), Ok(()));
        }
    }

    #[test]
    fn generation_follows_the_callers_randomness() {
        for algorithm in BOTH {
            let make = |seed| SecretKey::generate(algorithm, &mut Fixed(seed)).public_key();
            assert_eq!(make(1), make(1));
            assert_ne!(make(1), make(2));
        }
    }

    #[test]
    fn thumbprints_are_those_published() {
        // RFC 8037, appendix A.3.
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
        let key = PublicKey::from_jwk(&jwk).unwrap();
        assert_eq!(key.thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn published_signatures_hold() {
        // RFC 8037, appendix A.4 and A.5.
        let secret = SecretKey::from_jwk(&json!({
            "kty": "OKP", "crv": "Ed25519",
            "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        }))
        .unwrap();
        let token = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        let made = crate::jws::sign(&json!({}), b"Example of Ed25519 signing", &secret).unwrap();
        assert_eq!(made, token);
        // RFC 7515, appendix A.3.
        let key = PublicKey::from_jwk(&json!({
            "kty": "EC", "crv": "P-256",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        }))
        .unwrap();
        let token = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        assert_eq!(crate::jws::parse(token, 1_000).unwrap().verify(&key), Ok(()));
    }

    #[test]
    fn changed_messages_signatures_and_keys_are_noticed() {
        for algorithm in BOTH {
            let secret = key(algorithm, 1);
            let signature = secret.sign(b"message").unwrap();
            let public = secret.public_key();
            assert_eq!(public.verify(b"massage", &signature), Err(SignatureError));
            assert_eq!(
                key(algorithm, 2).public_key().verify(b"message", &signature),
                Err(SignatureError)
            );
            for position in [0, 31, 32, 63] {
                let mut changed = signature.clone();
                changed[position] ^= 1;
                assert_eq!(
                    public.verify(b"message", &changed),
                    Err(SignatureError),
                    "{position}"
                );
            }
            for length in [0, 63, 65] {
                let mut changed = signature.clone();
                changed.resize(length, 0);
                assert_eq!(
                    public.verify(b"message", &changed),
                    Err(SignatureError),
                    "{length}"
                );
            }
            assert_eq!(public.verify(b"message", &[0; 64]), Err(SignatureError));
        }
    }

    #[test]
    fn an_ed25519_signature_with_an_unreduced_scalar_is_refused() {
        // S + L: the same equation holds, in a second spelling.
        const L: [u8; 32] = [
            0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
        ];
        let secret = key(Algorithm::EdDsa, 1);
        let mut signature = secret.sign(b"message").unwrap();
        let mut carry = 0u16;
        for (byte, other) in signature[32..].iter_mut().zip(L) {
            carry += u16::from(*byte) + u16::from(other);
            *byte = carry.to_le_bytes()[0];
            carry >>= 8;
        }
        assert_eq!(
            secret.public_key().verify(b"message", &signature),
            Err(SignatureError)
        );
    }

    #[test]
    fn jwks_that_are_not_public_signing_keys_are_refused() {
        let sound = key(Algorithm::Es256, 1).public_key().to_jwk();
        let with = |name: &str, value: Value| {
            let mut jwk = sound.clone();
            jwk[name] = value;
            PublicKey::from_jwk(&jwk)
        };
        assert_eq!(with("d", json!("AA")), Err(KeyError::PrivateKey));
        assert_eq!(with("use", json!("enc")), Err(KeyError::Jwk("use")));
        assert_eq!(with("alg", json!("EdDSA")), Err(KeyError::Jwk("alg")));
        assert_eq!(with("alg", json!("ES384")), Err(KeyError::Jwk("alg")));
        assert_eq!(with("crv", json!("P-384")), Err(KeyError::Unsupported));
        assert_eq!(with("kty", json!("RSA")), Err(KeyError::Unsupported));
        assert_eq!(with("kty", json!(null)), Err(KeyError::Jwk("kty")));
        assert_eq!(with("x", json!("AAAA")), Err(KeyError::Jwk("x")));
        assert_eq!(with("y", json!("not base64url")), Err(KeyError::Jwk("y")));
        // A point that is not on the curve.
        assert_eq!(with("y", sound["x"].clone()), Err(KeyError::Rejected));
        assert!(with("alg", json!("ES256")).is_ok());
        assert!(with("use", json!("sig")).is_ok());
        assert!(with("kid", json!("p256-1")).is_ok());
    }

    #[test]
    fn a_private_jwk_whose_halves_differ_is_refused() {
        let mut jwk: Value = serde_json::from_str(&key(Algorithm::EdDsa, 1).to_jwk()).unwrap();
        jwk["x"] = key(Algorithm::EdDsa, 2).public_key().to_jwk()["x"].clone();
        assert_eq!(SecretKey::from_jwk(&jwk).unwrap_err(), KeyError::HalvesDiffer);
    }

    #[test]
    fn multikeys_of_other_kinds_are_refused() {
        for text in [
            "",
            "z",
            "f00",
            "z6Mk",
            "z0OIl",
            "uAA",
            &format!("z{}", "2".repeat(500)),
        ] {
            assert!(PublicKey::from_multikey(text).is_err(), "{text}");
        }
        // secp256k1, from the did:key specification.
        assert_eq!(
            PublicKey::from_multikey("zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme"),
            Err(KeyError::Unsupported)
        );
    }

    #[test]
    fn secrets_do_not_show_in_debug_output() {
        let secret = key(Algorithm::Es256, 1);
        let jwk: Value = serde_json::from_str(&secret.to_jwk()).unwrap();
        assert!(!format!("{secret:?}").contains(jwk["d"].as_str().unwrap()));
        assert_eq!(format!("{secret:?}"), "SecretKey(ES256 …)");
    }
}
