use super::*;
use crate::tests::{Fixed, key};
use serde_json::{Value, json};

mod rsa;

/// Those that keys here sign with.
const SIGNING: [Algorithm; 4] = [
    Algorithm::EdDsa,
    Algorithm::Es256,
    Algorithm::Es384,
    Algorithm::Es512,
];

#[test]
fn keys_are_read_as_they_were_written() {
    for algorithm in SIGNING {
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
    for algorithm in SIGNING {
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
    for algorithm in SIGNING {
        let secret = key(algorithm, 1);
        let signature = secret.sign(b"message").unwrap();
        let public = secret.public_key();
        assert_eq!(public.verify(b"massage", &signature), Err(SignatureError));
        assert_eq!(
            key(algorithm, 2).public_key().verify(b"message", &signature),
            Err(SignatureError)
        );
        let length = algorithm.signature_length().unwrap();
        for position in [0, length / 2 - 1, length / 2, length - 1] {
            let mut changed = signature.clone();
            changed[position] ^= 1;
            assert_eq!(
                public.verify(b"message", &changed),
                Err(SignatureError),
                "{position}"
            );
        }
        for length in [0, length - 1, length + 1, 160 - length] {
            let mut changed = signature.clone();
            changed.resize(length, 0);
            assert_eq!(
                public.verify(b"message", &changed),
                Err(SignatureError),
                "{length}"
            );
        }
        assert_eq!(public.verify(b"message", &vec![0; length]), Err(SignatureError));
    }
}

#[test]
fn an_ed25519_signature_with_an_unreduced_scalar_is_refused() {
    // S + L: the same equation holds, in a second spelling.
    const L: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
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
    assert_eq!(with("crv", json!("P-384")), Err(KeyError::Jwk("x")));
    assert_eq!(with("crv", json!("P-521")), Err(KeyError::Jwk("x")));
    assert_eq!(with("crv", json!("secp256k1")), Err(KeyError::Unsupported));
    assert_eq!(with("kty", json!("RSA")), Err(KeyError::Unsupported));
    assert_eq!(with("kty", json!("oct")), Err(KeyError::Unsupported));
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
