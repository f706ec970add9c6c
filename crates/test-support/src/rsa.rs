//! RSA keys of issuers elsewhere, which sign badges as Open Badges 3.0 asks. The product signs nothing with RSA.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credentials::Did;
use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Odd, U4096};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// For tests alone: the secrets are there for anybody to read.
const KEYS: &str = include_str!("rsa_keys.json");

/// A key that signs with RS256 (RFC 7518 §3.3).
#[derive(Clone, Deserialize)]
pub struct RsaKey {
    bits: usize,
    n: String,
    d: String,
}

/// A key with a modulus of 2048 bits.
pub fn an_rsa_key() -> RsaKey {
    rsa_keys(2048).remove(0)
}

/// The keys with a modulus of so many bits: two of 2048, one of 1024, of 2050 and of 4096.
pub fn rsa_keys(bits: usize) -> Vec<RsaKey> {
    let keys: Vec<RsaKey> = serde_json::from_str(KEYS).expect("a list of keys");
    keys.into_iter().filter(|key| key.bits == bits).collect()
}

impl RsaKey {
    /// The public key as JWK.
    pub fn jwk(&self) -> Value {
        json!({"kty": "RSA", "e": "AQAB", "n": self.n})
    }

    /// The identifier that is this key.
    pub fn did(&self) -> Did {
        let encoded = URL_SAFE_NO_PAD.encode(self.jwk().to_string());
        Did::parse(&format!("did:jwk:{encoded}")).expect("base64url fits a DID")
    }

    /// A compact token with this header and payload; `alg` is added where the header has none.
    pub fn signed(&self, header: &Value, payload: &Value) -> String {
        let mut header = header.clone();
        if header.get("alg").is_none() {
            header["alg"] = "RS256".into();
        }
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(payload));
        let signature = self.sign(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// A signature of a message by RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2.1).
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.power_of(&self.encoded(&[0x05, 0x00], message))
    }

    /// As [`sign`](Self::sign), with a shorter name of the hash that the standard does not allow.
    pub fn sign_without_parameters(&self, message: &[u8]) -> Vec<u8> {
        self.power_of(&self.encoded(&[], message))
    }

    /// EMSA-PKCS1-v1_5 (RFC 8017 §9.2); `parameters` are those of the hash's name.
    fn encoded(&self, parameters: &[u8], message: &[u8]) -> Vec<u8> {
        const SHA_256: [u8; 11] = [0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
        let digest = Sha256::digest(message);
        let tagged = |tag: u8, content: &[&[u8]]| {
            let content = content.concat();
            [&[tag, content.len() as u8], content.as_slice()].concat()
        };
        let name = tagged(0x30, &[&SHA_256, parameters]);
        let info = tagged(0x30, &[&name, &tagged(0x04, &[&digest])]);
        let mut encoded = vec![0x00, 0x01];
        encoded.resize(self.bits.div_ceil(8) - info.len() - 1, 0xff);
        encoded.push(0x00);
        encoded.extend(info);
        encoded
    }

    fn power_of(&self, message: &[u8]) -> Vec<u8> {
        let decoded = |text: &str| number(&URL_SAFE_NO_PAD.decode(text).expect("base64url"));
        let modulus = Odd::new(decoded(&self.n)).expect("an odd modulus");
        let parameters = FixedMontyParams::new_vartime(modulus);
        let power = FixedMontyForm::new(&number(message), &parameters)
            .pow_bounded_exp(&decoded(&self.d), self.bits as u32)
            .retrieve();
        let bytes = power.to_be_bytes();
        let bytes: &[u8] = bytes.as_ref();
        bytes[bytes.len() - self.bits.div_ceil(8)..].to_vec()
    }
}

fn number(bytes: &[u8]) -> U4096 {
    let mut padded = [0; U4096::BYTES];
    padded[U4096::BYTES - bytes.len()..].copy_from_slice(bytes);
    U4096::from_be_slice(&padded)
}
