//! Compact JSON Web Signatures (RFC 7515 §7.1), with the header members that mislead refused.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
pub use credentials::numeric_date;

use credentials::json::{self, JsonError, Limits};
use serde_json::{Map, Value};

use crate::keys::{Algorithm, PublicKey, SignError, Signer};

/// A limit for tokens of unknown make: 256 KiB.
pub const LARGEST: usize = 256 * 1024;

/// Why a text is not an acceptable JWS.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// Longer than the caller allows.
    #[error("the token has {length} characters, more than the {limit} allowed")]
    TooLong {
        /// Its length.
        length: usize,
        /// What is allowed.
        limit: usize,
    },
    /// Not three parts of unpadded base64url.
    #[error("the token is not three base64url parts joined by dots")]
    Shape,
    /// The header is not a well-formed JSON object.
    #[error("the token's header is not acceptable JSON")]
    Header(#[from] JsonError),
    /// `alg` is absent, or is one that is not verified in tokens like this (`none` among them).
    #[error("the token's algorithm is missing or not one that tokens of this kind are verified with")]
    Algorithm,
    /// `crit` or `b64`: extensions that change what is signed. None is supported.
    #[error("the token's header uses `{0}`, which is not supported")]
    Extension(&'static str),
}

/// Why a JWS does not hold for a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The header's `alg` is not that of the key.
    #[error("the token is signed with {token}, but the key is for {key}")]
    Algorithm {
        /// What the header says.
        token: Algorithm,
        /// What the key does.
        key: Algorithm,
    },
    /// The signature does not hold.
    #[error(transparent)]
    Signature(#[from] crate::keys::SignatureError),
}

/// A JWS that was read, not verified.
#[derive(Clone, PartialEq, Eq)]
pub struct Jws {
    header: Map<String, Value>,
    algorithm: Algorithm,
    payload: Vec<u8>,
    signature: Vec<u8>,
    text: String,
    signing_input_length: usize,
}

/// Signs a payload. `alg` is added to the header; if it is there already it must be the signer's.
///
/// A signer of RS256 is refused: such tokens are read from others, not made.
pub fn sign(header: &Value, payload: &[u8], signer: &dyn Signer) -> Result<String, SignError> {
    let mut header = header.as_object().cloned().ok_or(SignError::Header)?;
    let key = signer.algorithm();
    if key == Algorithm::Rs256 {
        return Err(SignError::Refused("RS256 is verified, never made".to_owned()));
    }
    match header.get("alg") {
        None => {
            header.insert("alg".to_owned(), key.jose_name().into());
        }
        Some(Value::String(name)) if Algorithm::from_jose_name(name) == Some(key) => {}
        Some(other) => {
            return Err(SignError::Algorithm {
                header: other.to_string(),
                key,
            });
        }
    }
    let mut token = URL_SAFE_NO_PAD.encode(Value::Object(header).to_string());
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(payload, &mut token);
    let signature = signer.sign(token.as_bytes())?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    Ok(token)
}

/// Reads a compact JWS of at most `limit` characters.
///
/// Refused are: `alg` absent, `none`, `RS256` or unknown; any `crit` or `b64`; a header that names a member
/// twice. Members that point at keys (`jwk`, `jku`, `x5u` …) are never followed.
pub fn parse(text: &str, limit: usize) -> Result<Jws, ParseError> {
    parse_signed_with(text, limit, |algorithm| algorithm != Algorithm::Rs256)
}

/// As [`parse`], for tokens that others may sign with `RS256`: badges (Open Badges 3.0 §8.2.4) and statements
/// of a federation (OpenID Federation 1.0 §3.1).
pub fn parse_also_rsa(text: &str, limit: usize) -> Result<Jws, ParseError> {
    parse_signed_with(text, limit, |_| true)
}

fn parse_signed_with(
    text: &str,
    limit: usize,
    is_accepted: impl Fn(Algorithm) -> bool,
) -> Result<Jws, ParseError> {
    if text.len() > limit {
        return Err(ParseError::TooLong {
            length: text.len(),
            limit,
        });
    }
    let (signing_input, signature) = text.rsplit_once('.').ok_or(ParseError::Shape)?;
    let (header, payload) = signing_input.split_once('.').ok_or(ParseError::Shape)?;
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| ParseError::Shape);
    let (header, payload, signature) = (decode(header)?, decode(payload)?, decode(signature)?);
    let limits = Limits {
        bytes: 16 * 1024,
        depth: 8,
        nodes: 256,
    };
    let Value::Object(header) = json::parse(&header, &limits)? else {
        return Err(ParseError::Shape);
    };
    for extension in ["crit", "b64"] {
        if header.contains_key(extension) {
            return Err(ParseError::Extension(extension));
        }
    }
    let algorithm = header
        .get("alg")
        .and_then(Value::as_str)
        .and_then(Algorithm::from_jose_name)
        .filter(|algorithm| is_accepted(*algorithm))
        .ok_or(ParseError::Algorithm)?;
    Ok(Jws {
        header,
        algorithm,
        payload,
        signature,
        signing_input_length: signing_input.len(),
        text: text.to_owned(),
    })
}

impl Jws {
    /// The protected header.
    pub fn header(&self) -> &Map<String, Value> {
        &self.header
    }

    /// The algorithm in the header.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The header's `kid`.
    pub fn kid(&self) -> Option<&str> {
        self.header.get("kid").and_then(Value::as_str)
    }

    /// The header's `typ`.
    pub fn typ(&self) -> Option<&str> {
        self.header.get("typ").and_then(Value::as_str)
    }

    /// Whether `typ` is this media type, in any case and with or without `application/`
    /// (RFC 7515 §4.1.9).
    pub fn is_of_type(&self, media_type: &str) -> bool {
        self.typ().is_some_and(|typ| {
            let prefix = "application/";
            let bare = match typ.get(..prefix.len()) {
                Some(start) if start.eq_ignore_ascii_case(prefix) => {
                    typ.get(prefix.len()..).unwrap_or_default()
                }
                _ => typ,
            };
            bare.eq_ignore_ascii_case(media_type)
        })
    }

    /// The payload's bytes.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The payload's bytes, and nothing else that was read.
    pub fn into_payload(self) -> Vec<u8> {
        self.payload
    }

    /// The payload as JSON, within the usual limits.
    pub fn payload_json(&self) -> Result<Value, JsonError> {
        json::parse(&self.payload, &Limits::default())
    }

    /// The signature's bytes.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// What the signature covers: header and payload as they were sent.
    pub fn signing_input(&self) -> &str {
        self.text.get(..self.signing_input_length).unwrap_or_default()
    }

    /// The token as it was read.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Checks the signature with a key whose algorithm must be the header's.
    pub fn verify(&self, key: &PublicKey) -> Result<(), VerifyError> {
        if key.algorithm() != self.algorithm {
            return Err(VerifyError::Algorithm {
                token: self.algorithm,
                key: key.algorithm(),
            });
        }
        key.verify(self.signing_input().as_bytes(), &self.signature)?;
        Ok(())
    }
}

impl fmt::Debug for Jws {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Jws({} …)", self.algorithm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::SecretKey;
    use serde_json::json;

    fn key(algorithm: Algorithm) -> SecretKey {
        crate::tests::key(algorithm, 1)
    }

    fn unsigned(header: &Value) -> String {
        format!(
            "{}.e30.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode([0; 64])
        )
    }

    #[test]
    fn what_is_signed_is_read_and_verified() {
        for algorithm in [
            Algorithm::Es256,
            Algorithm::Es384,
            Algorithm::Es512,
            Algorithm::EdDsa,
        ] {
            let key = key(algorithm);
            let token = sign(&json!({"typ": "JWT", "kid": "k"}), b"{\"a\":1}", &key).unwrap();
            let jws = parse(&token, LARGEST).unwrap();
            assert_eq!(jws.verify(&key.public_key()), Ok(()));
            assert_eq!(jws.payload_json().unwrap(), json!({"a": 1}));
            assert_eq!((jws.kid(), jws.typ()), (Some("k"), Some("JWT")));
        }
    }

    #[test]
    fn a_changed_part_is_noticed() {
        let key = key(Algorithm::Es256);
        let token = sign(&json!({"typ": "JWT"}), b"{}", &key).unwrap();
        let parts: Vec<&str> = token.split('.').collect();
        let other_payload = format!("{}.{}.{}", parts[0], URL_SAFE_NO_PAD.encode("{ }"), parts[2]);
        let other_header = format!(
            "{}.{}.{}",
            URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256"}"#),
            parts[1],
            parts[2]
        );
        for token in [other_payload, other_header] {
            assert!(parse(&token, LARGEST).unwrap().verify(&key.public_key()).is_err());
        }
    }

    #[test]
    fn dates_are_numbers_with_or_without_a_fraction() {
        for (claim, seconds) in [
            (json!(1_795_307_421), Some(1_795_307_421)),
            (json!(1_795_307_421.75), Some(1_795_307_421)),
            (json!(-0.5), Some(-1)),
            (json!(1e300), None),
            (json!("1795307421"), None),
            (json!([1_795_307_421]), None),
        ] {
            assert_eq!(
                numeric_date(&claim).map(|date| date.timestamp()),
                seconds,
                "{claim}"
            );
        }
    }

    #[test]
    fn a_key_of_another_algorithm_is_refused() {
        let token = sign(&json!({}), b"{}", &key(Algorithm::Es256)).unwrap();
        assert_eq!(
            parse(&token, LARGEST)
                .unwrap()
                .verify(&key(Algorithm::EdDsa).public_key()),
            Err(VerifyError::Algorithm {
                token: Algorithm::Es256,
                key: Algorithm::EdDsa
            })
        );
    }

    /// Only the kinds of tokens for which a standard asks for RSA are read with it.
    #[test]
    fn rsa_is_read_where_it_is_asked_for_and_nowhere_else() {
        let rsa = test_support::an_rsa_key();
        let token = rsa.signed(&json!({"typ": "JWT"}), &json!({"a": 1}));
        let public = PublicKey::from_jwk(&rsa.jwk()).unwrap();

        let read = parse_also_rsa(&token, LARGEST).unwrap();

        assert_eq!(read.verify(&public), Ok(()));
        let other = PublicKey::from_jwk(&test_support::rsa_keys(2048)[1].jwk()).unwrap();
        assert!(matches!(read.verify(&other), Err(VerifyError::Signature(_))));
        assert!(matches!(parse(&token, LARGEST), Err(ParseError::Algorithm)));
    }

    #[test]
    fn a_key_of_one_algorithm_is_no_key_of_another() {
        let rsa = test_support::an_rsa_key();
        let rsa_public = PublicKey::from_jwk(&rsa.jwk()).unwrap();
        let says_rsa = rsa.signed(&json!({}), &json!({}));
        let says_ecdsa = rsa.signed(&json!({"alg": "ES256"}), &json!({}));
        let ecdsa = key(Algorithm::Es256).public_key();
        let verdict =
            |token: &str, key: &PublicKey| parse_also_rsa(token, LARGEST).unwrap().verify(key).unwrap_err();

        assert!(matches!(
            verdict(&says_rsa, &ecdsa),
            VerifyError::Algorithm { .. }
        ));
        assert!(matches!(
            verdict(&says_ecdsa, &rsa_public),
            VerifyError::Algorithm { .. }
        ));
        assert!(matches!(verdict(&says_ecdsa, &ecdsa), VerifyError::Signature(_)));
        // The public key as a shared secret, and the hashes and paddings that are not read.
        for other in ["HS256", "PS256", "RS384", "RS512", "RS1", "none"] {
            let token = rsa.signed(&json!({"alg": other}), &json!({}));
            assert!(
                matches!(parse_also_rsa(&token, LARGEST), Err(ParseError::Algorithm)),
                "{other}"
            );
        }
    }

    #[test]
    fn nothing_is_signed_with_rsa() {
        struct Rsa(PublicKey);
        impl Signer for Rsa {
            fn algorithm(&self) -> Algorithm {
                Algorithm::Rs256
            }
            fn sign(&self, _: &[u8]) -> Result<Vec<u8>, SignError> {
                Ok(vec![0; 256])
            }
            fn public_key(&self) -> PublicKey {
                self.0.clone()
            }
        }
        let signer = Rsa(PublicKey::from_jwk(&test_support::an_rsa_key().jwk()).unwrap());
        assert!(matches!(
            sign(&json!({}), b"{}", &signer),
            Err(SignError::Refused(_))
        ));
    }

    #[test]
    fn algorithms_that_sign_nothing_or_share_a_secret_are_refused() {
        for header in [
            json!({}),
            json!({"alg": "none"}),
            json!({"alg": "HS256"}),
            json!({"alg": ["ES256"]}),
        ] {
            assert!(
                matches!(parse(&unsigned(&header), LARGEST), Err(ParseError::Algorithm)),
                "{header}"
            );
        }
    }

    #[test]
    fn extensions_that_change_what_is_signed_are_refused() {
        for (name, value) in [
            ("crit", json!(["exp"])),
            ("crit", json!([])),
            ("b64", json!(false)),
            ("b64", json!(true)),
        ] {
            let header = json!({"alg": "ES256", name: value});
            assert!(
                matches!(parse(&unsigned(&header), LARGEST), Err(ParseError::Extension(_))),
                "{header}"
            );
        }
    }

    #[test]
    fn malformed_tokens_are_refused() {
        for token in [
            "",
            ".",
            "..",
            "a.b",
            "e30.e30.e30=",
            "e30.e30.e30.e30",
            "bnVsbA.e30.AA",
            "e30.e 0.AA",
        ] {
            assert!(parse(token, LARGEST).is_err(), "{token}");
        }
        let twice = format!(
            "{}.e30.AA",
            URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256","alg":"EdDSA"}"#)
        );
        assert!(matches!(parse(&twice, LARGEST), Err(ParseError::Header(_))));
        assert!(matches!(parse("e30.e30.AA", 5), Err(ParseError::TooLong { .. })));
    }

    #[test]
    fn a_header_that_contradicts_the_key_is_not_signed() {
        let error = sign(&json!({"alg": "EdDSA"}), b"{}", &key(Algorithm::Es256)).unwrap_err();
        assert!(matches!(
            error,
            SignError::Algorithm {
                key: Algorithm::Es256,
                ..
            }
        ));
    }

    #[test]
    fn media_types_are_compared_as_the_standard_says() {
        let token = sign(
            &json!({"typ": "application/VC+SD-JWT"}),
            b"{}",
            &key(Algorithm::Es256),
        )
        .unwrap();
        let jws = parse(&token, LARGEST).unwrap();
        assert!(jws.is_of_type("vc+sd-jwt"));
        assert!(!jws.is_of_type("kb+jwt"));
    }
}
