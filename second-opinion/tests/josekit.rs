//! `josekit`, which has OpenSSL do the work: what we encrypt it opens, what it encrypts or signs with RSA we read.
#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use josekit::jwe::{ECDH_ES, JweHeader};
use josekit::jwk::Jwk;
use josekit::jws::{JwsHeader, RS256};
use proofs::jwe::{self, Encryption, SecretEncryptionKey};
use proofs::{PublicKey, jws, vc_jose};
use serde_json::{Value, json};
use test_support::{an_rsa_key, rng};

const PLAINTEXT: &str = "{\"vp_token\":{\"a\":[\"é\"]}}";

fn keys() -> [SecretEncryptionKey; 2] {
    [
        SecretEncryptionKey::generate_p256(&mut rng("p256")),
        SecretEncryptionKey::generate_x25519(&mut rng("x25519")),
    ]
}

fn jwk(value: &Value) -> Jwk {
    Jwk::from_bytes(value.to_string()).unwrap()
}

/// The last characters, those of the authentication tag, are others.
fn altered(token: &str) -> String {
    let (start, tag) = token.split_at(token.len() - 8);
    let other = if tag.starts_with('A') {
        "BAAAAAAA"
    } else {
        "AAAAAAAA"
    };
    format!("{start}{other}")
}

#[test]
fn josekit_opens_what_we_encrypt() {
    for key in keys() {
        let secret: Value = serde_json::from_str(&key.to_jwk()).unwrap();
        let decrypter = ECDH_ES.decrypter_from_jwk(&jwk(&secret)).unwrap();
        for encryption in Encryption::ALL {
            for header in [json!({}), json!({"apu": "QWxpY2U", "apv": "Qm9i"})] {
                let token = jwe::encrypt(
                    PLAINTEXT.as_bytes(),
                    key.public(),
                    encryption,
                    &header,
                    &mut rng("seal"),
                )
                .unwrap();

                let (opened, _) = josekit::jwe::deserialize_compact(&token, &decrypter).unwrap();

                assert_eq!(opened, PLAINTEXT.as_bytes());
                assert!(josekit::jwe::deserialize_compact(&altered(&token), &decrypter).is_err());
            }
        }
    }
}

#[test]
fn we_open_what_josekit_encrypts() {
    for key in keys() {
        let mut encrypter = ECDH_ES.encrypter_from_jwk(&jwk(&key.public().to_jwk())).unwrap();
        encrypter.set_agreement_partyuinfo("Alice");
        encrypter.set_agreement_partyvinfo("Bob");
        for encryption in Encryption::ALL {
            let mut header = JweHeader::new();
            header.set_content_encryption(encryption.name());
            let token = josekit::jwe::serialize_compact(PLAINTEXT.as_bytes(), &header, &encrypter).unwrap();

            let read = jwe::parse(&token, jwe::LARGEST).unwrap();

            assert_eq!(read.decrypt(&key).unwrap().as_slice(), PLAINTEXT.as_bytes());
            let altered = jwe::parse(&altered(&token), jwe::LARGEST).unwrap();
            assert!(altered.decrypt(&key).is_err());
        }
    }
}

#[test]
fn we_verify_the_badges_that_josekit_signs_with_rsa() {
    let pair = RS256.generate_key_pair(2048).unwrap();
    let public: Value = serde_json::from_str(&pair.to_jwk_public_key().to_string()).unwrap();
    let key = PublicKey::from_jwk(&json!({"kty": "RSA", "n": public["n"], "e": public["e"]})).unwrap();
    let badge = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": key.to_did_jwk(),
        "credentialSubject": {"name": "Noor"},
    });
    let mut header = JwsHeader::new();
    header.set_token_type("JWT");
    let signer = RS256.signer_from_jwk(&pair.to_jwk_key_pair()).unwrap();
    let token = josekit::jws::serialize_compact(badge.to_string().as_bytes(), &header, &signer).unwrap();

    let read = vc_jose::read_earlier(&token).unwrap();

    assert_eq!(*read.credential(), badge);
    assert_eq!((read.verify(&key), read.require_issuer()), (Ok(()), Ok(())));
    assert!(
        read.verify(&PublicKey::from_jwk(&an_rsa_key().jwk()).unwrap())
            .is_err()
    );
    let forged = vc_jose::read_earlier(&altered(&token)).unwrap();
    assert!(forged.verify(&key).is_err());
}

#[test]
fn josekit_refuses_what_rsa_does_not_sign() {
    let key = an_rsa_key();
    let verifier = RS256.verifier_from_jwk(&jwk(&key.jwk())).unwrap();
    let token = key.signed(&json!({"typ": "JWT"}), &json!({"a": 1}));

    assert!(josekit::jws::deserialize_compact(&token, &verifier).is_ok());
    assert!(josekit::jws::deserialize_compact(&altered(&token), &verifier).is_err());
    assert!(jws::parse_also_rsa(&token, jws::LARGEST).is_ok());
}
