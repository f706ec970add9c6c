//! Keys: read from and written as JWK and Multikey, parsed once, secrets wiped when dropped.

mod jwk;
mod public;
mod rsa;
mod secret;

use std::fmt;

pub use public::PublicKey;
pub(crate) use public::multikey_bytes;
pub use secret::SecretKey;

/// A signature algorithm this crate verifies with, and but for RS256 signs with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256: `ES256` (RFC 7518 §3.4).
    Es256,
    /// ECDSA on P-384 with SHA-384: `ES384` (RFC 7518 §3.4).
    Es384,
    /// ECDSA on P-521 with SHA-512: `ES512` (RFC 7518 §3.4). In JOSE alone; no cryptosuite uses it.
    Es512,
    /// Ed25519: `EdDSA` (RFC 8037 §3.1).
    EdDsa,
    /// RSASSA-PKCS1-v1_5 with SHA-256: `RS256` (RFC 7518 §3.3). Verified in the tokens that
    /// [`jws::parse_also_rsa`](crate::jws::parse_also_rsa) reads; nothing is signed with it.
    Rs256,
}

impl Algorithm {
    /// The name in a JOSE header's `alg`.
    pub fn jose_name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
            Self::EdDsa => "EdDSA",
            Self::Rs256 => "RS256",
        }
    }

    /// Reads a JOSE header's `alg`. RFC 9864's `Ed25519` is accepted beside `EdDSA`.
    pub fn from_jose_name(name: &str) -> Option<Self> {
        match name {
            "ES256" => Some(Self::Es256),
            "ES384" => Some(Self::Es384),
            "ES512" => Some(Self::Es512),
            "EdDSA" | "Ed25519" => Some(Self::EdDsa),
            "RS256" => Some(Self::Rs256),
            _ => None,
        }
    }

    /// The JWK members `kty` and `crv` of its keys.
    fn jwk_names(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Es256 => ("EC", Some("P-256")),
            Self::Es384 => ("EC", Some("P-384")),
            Self::Es512 => ("EC", Some("P-521")),
            Self::EdDsa => ("OKP", Some("Ed25519")),
            Self::Rs256 => ("RSA", None),
        }
    }

    /// The multicodec prefix of a public key (Controlled Identifiers 1.0 §2.2.2; of RSA keys the registry's).
    fn multicodec(self) -> [u8; 2] {
        match self {
            Self::Es256 => [0x80, 0x24],
            Self::Es384 => [0x81, 0x24],
            Self::Es512 => [0x82, 0x24],
            Self::EdDsa => [0xed, 0x01],
            Self::Rs256 => [0x85, 0x24],
        }
    }

    /// Bytes in a secret and in each coordinate of a public key; RSA has no such length.
    pub(crate) fn secret_length(self) -> Option<usize> {
        match self {
            Self::Es256 | Self::EdDsa => Some(32),
            Self::Es384 => Some(48),
            Self::Es512 => Some(66),
            Self::Rs256 => None,
        }
    }

    /// Bytes in every signature; of RSA that depends on the key.
    pub(crate) fn signature_length(self) -> Option<usize> {
        self.secret_length().map(|length| 2 * length)
    }

    const ALL: [Self; 5] = [Self::EdDsa, Self::Es256, Self::Es384, Self::Es512, Self::Rs256];
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
    #[error("only Ed25519, P-256, P-384 and P-521 keys are supported, and RSA keys that verify")]
    Unsupported,
    /// An RSA key that is too short to be safe, or longer than anybody needs.
    #[error("an RSA key of {bits} bits; those of 2048 to 4096 bits are used")]
    RsaSize {
        /// The bits of its modulus.
        bits: usize,
    },
    /// An RSA key with an exponent that is unusual, and unsafe where it is small.
    #[error("an RSA key whose exponent is not 65537")]
    RsaExponent,
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

    /// Signs a message; the signature is `r || s` for ES256 (64 bytes), ES384 (96 bytes) and ES512 (132
    /// bytes), 64 bytes for EdDSA.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError>;

    /// The key that verifies what is signed here.
    fn public_key(&self) -> PublicKey;
}

#[cfg(test)]
mod tests;
