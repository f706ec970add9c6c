use super::*;
use crate::tests::Fixed;
use serde_json::json;

const CONTENT: &[u8] = "{\"vp_token\":{\"a\":[\"…\"]}}".as_bytes();

fn keys(seed: u64) -> [SecretEncryptionKey; 2] {
    [
        SecretEncryptionKey::generate_p256(&mut Fixed(seed * 1_000)),
        SecretEncryptionKey::generate_x25519(&mut Fixed(seed * 1_000)),
    ]
}

fn sealed(key: &SecretEncryptionKey, encryption: Encryption, header: &Value) -> String {
    encrypt(CONTENT, key.public(), encryption, header, &mut Fixed(9)).unwrap()
}

fn opened(text: &str, key: &SecretEncryptionKey) -> Result<Zeroizing<Vec<u8>>, JweError> {
    parse(text, LARGEST)?.decrypt(key)
}

/// The token with its header changed; the parts after it stay.
fn with_header(text: &str, change: impl FnOnce(&mut Value)) -> String {
    let (protected, rest) = text.split_once('.').unwrap();
    let mut header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(protected).unwrap()).unwrap();
    change(&mut header);
    format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
}

#[test]
fn what_is_encrypted_to_a_key_opens_with_it_and_with_no_other() {
    for (key, other) in keys(1).iter().zip(&keys(2)) {
        for encryption in Encryption::ALL {
            let header = json!({"kid": "enc-1", "apu": "QWxpY2U", "apv": "Qm9i"});
            let text = sealed(key, encryption, &header);
            let read = parse(&text, LARGEST).unwrap();
            assert_eq!((read.kid(), read.encryption()), (Some("enc-1"), encryption));
            assert_eq!(read.decrypt(key).unwrap().as_slice(), CONTENT);
            assert!(matches!(read.decrypt(other), Err(JweError::DoesNotOpen)));
        }
    }
    let [on_curve, montgomery] = keys(1);
    let text = sealed(&on_curve, Encryption::A128Gcm, &json!({}));
    assert!(matches!(opened(&text, &montgomery), Err(JweError::OtherCurve)));
}

/// The agreement of RFC 7518, appendix C.
#[test]
fn the_published_agreement_gives_the_published_key() {
    let alice = SecretEncryptionKey::from_jwk(&json!({
        "kty": "EC", "crv": "P-256",
        "x": "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0",
        "y": "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps",
        "d": "0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo",
    }))
    .unwrap();
    let bob = SecretEncryptionKey::from_jwk(&json!({
        "kty": "EC", "crv": "P-256",
        "x": "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
        "y": "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck",
        "d": "VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw",
    }))
    .unwrap();
    let header = json!({"apu": "QWxpY2U", "apv": "Qm9i"});
    let header = header.as_object().unwrap();
    for (secret, public) in [(&alice, bob.public()), (&bob, alice.public())] {
        let key = content_key(secret, public, Encryption::A128Gcm, header).unwrap();
        assert_eq!(URL_SAFE_NO_PAD.encode(key.as_slice()), "VqqN6vgjbSBcIijNcacQGg");
    }
}

/// The agreement of RFC 7748 §6.1.
#[test]
fn x25519_agrees_on_the_published_secret() {
    let bytes = |hex: &str| -> Vec<u8> {
        (0..hex.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
            .collect()
    };
    let alice = bytes("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    let bob = bytes("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
    let shared = agreement::agree(Curve::X25519, &bob, &alice).unwrap();
    assert_eq!(
        *shared,
        bytes("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742")
    );
}

#[test]
fn a_token_with_any_part_changed_does_not_open() {
    for key in keys(1) {
        let text = sealed(
            &key,
            Encryption::A256Gcm,
            &json!({"kid": "enc-1", "apu": "QWxpY2U"}),
        );
        let parts: Vec<&str> = text.split('.').collect();
        for place in [2, 3, 4] {
            let mut changed: Vec<String> = parts.iter().map(|&part| part.to_owned()).collect();
            let first = if changed[place].starts_with('A') { "B" } else { "A" };
            changed[place].replace_range(..1, first);
            assert!(
                matches!(opened(&changed.join("."), &key), Err(JweError::DoesNotOpen)),
                "{place}"
            );
        }
        for change in [
            (|header| header["kid"] = json!("enc-2")) as fn(&mut Value),
            |header| header["apu"] = json!("Qm9i"),
            |header| drop(header.as_object_mut().unwrap().remove("apu")),
            |header| header["apv"] = json!("Qm9i"),
            |header| header["enc"] = json!("A128GCM"),
            |header| header["more"] = json!(1),
        ] {
            assert!(matches!(
                opened(&with_header(&text, change), &key),
                Err(JweError::DoesNotOpen)
            ));
        }
    }
}

#[test]
fn other_algorithms_and_extensions_are_refused_before_any_key_is_used() {
    let [key, _] = keys(1);
    let text = sealed(&key, Encryption::A128Gcm, &json!({}));
    for (member, value) in [
        ("alg", json!("ECDH-ES+A256KW")),
        ("alg", json!("dir")),
        ("alg", json!("RSA-OAEP")),
        ("alg", json!("none")),
        ("alg", json!(null)),
        ("enc", json!("A192GCM")),
        ("enc", json!("A128CBC-HS256")),
        ("enc", json!(["A128GCM"])),
    ] {
        let changed = with_header(&text, |header| header[member] = value.clone());
        assert!(
            matches!(parse(&changed, LARGEST), Err(JweError::Algorithm)),
            "{member}: {value}"
        );
    }
    for (member, value) in [("zip", json!("DEF")), ("crit", json!(["exp"]))] {
        let changed = with_header(&text, |header| header[member] = value.clone());
        assert!(
            matches!(parse(&changed, LARGEST), Err(JweError::Extension(name)) if name == member),
            "{member}"
        );
        let refused = encrypt(
            b"",
            key.public(),
            Encryption::A128Gcm,
            &json!({member: value}),
            &mut Fixed(1),
        );
        assert!(matches!(refused, Err(JweError::Extension(_))), "{member}");
    }
}

#[test]
fn a_senders_key_that_is_none_is_refused() {
    let [on_curve, montgomery] = keys(1);
    for (key, changes) in [
        (
            &on_curve,
            vec![
                json!(null),
                json!({"kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA"}),
                // Not on the curve.
                json!({"kty": "EC", "crv": "P-256", "x": "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0",
                    "y": "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0"}),
                json!({"kty": "EC", "crv": "P-384", "x": "AAAA", "y": "AAAA"}),
                serde_json::from_str(&on_curve.to_jwk()).unwrap(),
            ],
        ),
        (
            &montgomery,
            vec![
                // Of small order: 0 and 1.
                json!({"kty": "OKP", "crv": "X25519", "x": URL_SAFE_NO_PAD.encode([0; 32])}),
                json!({"kty": "OKP", "crv": "X25519", "x": "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}),
                json!({"kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode([9; 32])}),
            ],
        ),
    ] {
        let text = sealed(key, Encryption::A128Gcm, &json!({}));
        for sender in changes {
            let changed = with_header(&text, |header| header["epk"] = sender.clone());
            assert!(
                matches!(parse(&changed, LARGEST), Err(JweError::Member("epk"))),
                "{sender}"
            );
        }
    }
}

#[test]
fn texts_that_are_no_compact_token_of_direct_agreement_are_refused() {
    let [key, _] = keys(1);
    let text = sealed(&key, Encryption::A128Gcm, &json!({}));
    let parts: Vec<&str> = text.split('.').collect();
    let [header, _, nonce, content, tag] = parts[..] else {
        panic!("{text}")
    };
    for changed in [
        String::new(),
        "....".to_owned(),
        format!("{header}.{nonce}.{content}.{tag}"),
        format!("{text}."),
        // With an encrypted key, as in agreement that is not direct.
        format!("{header}.AAAA.{nonce}.{content}.{tag}"),
        format!("{header}..{nonce}AAAA.{content}.{tag}"),
        format!("{header}..{nonce}.{content}."),
        format!("{header}..{nonce}.{content}.{}", &tag[..8]),
        format!("{header}..{nonce}.{content}=.{tag}"),
        format!("W10..{nonce}.{content}.{tag}"),
    ] {
        assert!(parse(&changed, LARGEST).is_err(), "{changed}");
    }
    assert!(matches!(
        parse(&text, 10),
        Err(JweError::TooLong { limit: 10, .. })
    ));
    let long = URL_SAFE_NO_PAD.encode([0; LONGEST_PARTY + 1]);
    let refused = encrypt(
        b"",
        key.public(),
        Encryption::A128Gcm,
        &json!({"apv": long}),
        &mut Fixed(1),
    );
    assert!(matches!(refused, Err(JweError::Member("apv"))));
    for name in ["alg", "enc", "epk"] {
        let refused = encrypt(
            b"",
            key.public(),
            Encryption::A128Gcm,
            &json!({name: "x"}),
            &mut Fixed(1),
        );
        assert!(matches!(refused, Err(JweError::Member(named)) if named == name));
    }
}

#[test]
fn keys_are_read_as_they_are_written_and_never_printed() {
    for key in keys(1) {
        let jwk: Value = serde_json::from_str(&key.to_jwk()).unwrap();
        let read = SecretEncryptionKey::from_jwk(&jwk).unwrap();
        assert_eq!(read.public(), key.public());
        assert_eq!(
            PublicEncryptionKey::from_jwk(&key.public().to_jwk()).unwrap(),
            *key.public()
        );
        assert_eq!(
            PublicEncryptionKey::from_jwk(&jwk).unwrap_err(),
            EncryptionKeyError::PrivateKey
        );
        let secret = jwk["d"].as_str().unwrap();
        assert!(!format!("{key:?} {:?}", key.public()).contains(secret));
        for (member, value, expected) in [
            ("use", json!("sig"), EncryptionKeyError::Member("use")),
            ("alg", json!("ES256"), EncryptionKeyError::Member("alg")),
            ("crv", json!("P-521"), EncryptionKeyError::Unsupported),
            ("x", json!("AAAA"), EncryptionKeyError::Member("x")),
        ] {
            let mut changed = key.public().to_jwk();
            changed[member] = value;
            assert_eq!(
                PublicEncryptionKey::from_jwk(&changed).unwrap_err(),
                expected,
                "{member}"
            );
        }
    }
    let [one, _] = keys(1);
    let [other, _] = keys(2);
    let mut mixed: Value = serde_json::from_str(&one.to_jwk()).unwrap();
    mixed["x"] = other.public().to_jwk()["x"].clone();
    mixed["y"] = other.public().to_jwk()["y"].clone();
    assert_eq!(
        SecretEncryptionKey::from_jwk(&mixed).unwrap_err(),
        EncryptionKeyError::HalvesDiffer
    );
}
