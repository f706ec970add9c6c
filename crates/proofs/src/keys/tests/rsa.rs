//! RSA keys: which are read, and what they verify.

use super::*;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use test_support::{RsaKey, an_rsa_key, rsa_keys};

fn public(key: &RsaKey) -> PublicKey {
    PublicKey::from_jwk(&key.jwk()).unwrap()
}

#[test]
fn the_published_thumbprint_and_signature_are_found() {
    // RFC 7638, section 3.1.
    let key = PublicKey::from_jwk(&json!({
        "kty": "RSA", "e": "AQAB", "alg": "RS256", "kid": "2011-04-29",
        "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
    }))
    .unwrap();
    assert_eq!(key.thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    // RFC 7515, appendix A.2.
    let key = PublicKey::from_jwk(&json!({
        "kty": "RSA", "e": "AQAB",
        "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
    }))
    .unwrap();
    let token = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    let read = crate::jws::parse_also_rsa(token, 1_000).unwrap();
    assert_eq!(read.verify(&key), Ok(()));
}

#[test]
fn keys_of_the_sizes_that_are_used_are_read_as_they_were_written() {
    for bits in [2048, 2050, 4096] {
        let key = &rsa_keys(bits)[0];
        let public = public(key);
        assert_eq!(public.algorithm(), Algorithm::Rs256);
        assert_eq!(public.to_jwk(), key.jwk());
        assert_eq!(
            PublicKey::from_multikey(&public.to_multikey()),
            Ok(public.clone())
        );
        assert_eq!(public.to_did_jwk().method(), "jwk");
        let signature = key.sign(b"message");
        assert_eq!(public.verify(b"message", &signature), Ok(()), "{bits}");
        assert_eq!(
            public.verify(b"massage", &signature),
            Err(SignatureError),
            "{bits}"
        );
    }
}

#[test]
fn keys_of_other_sizes_are_refused_with_their_size() {
    let weak = &rsa_keys(1024)[0];
    assert_eq!(
        PublicKey::from_jwk(&weak.jwk()),
        Err(KeyError::RsaSize { bits: 1024 })
    );
    for (bytes, bits) in [(255, 2040), (513, 4104), (2_000, 16_000)] {
        let mut jwk = an_rsa_key().jwk();
        jwk["n"] = json!(URL_SAFE_NO_PAD.encode(vec![0xff; bytes]));
        assert_eq!(PublicKey::from_jwk(&jwk), Err(KeyError::RsaSize { bits }));
    }
}

#[test]
fn malformed_rsa_keys_and_private_ones_are_refused() {
    let with = |name: &str, value: Value| {
        let mut jwk = an_rsa_key().jwk();
        jwk[name] = value;
        PublicKey::from_jwk(&jwk).map(drop)
    };
    let modulus = URL_SAFE_NO_PAD
        .decode(an_rsa_key().jwk()["n"].as_str().unwrap())
        .unwrap();
    let padded = [&[0], modulus.as_slice()].concat();
    let mut even = modulus.clone();
    *even.last_mut().unwrap() ^= 1;

    assert_eq!(with("e", json!("Aw")), Err(KeyError::RsaExponent));
    assert_eq!(with("e", json!("AAEAAQ")), Err(KeyError::RsaExponent));
    assert_eq!(with("e", json!(65_537)), Err(KeyError::Jwk("e")));
    assert_eq!(
        with("n", json!(URL_SAFE_NO_PAD.encode(padded))),
        Err(KeyError::Jwk("n"))
    );
    assert_eq!(
        with("n", json!(URL_SAFE_NO_PAD.encode(even))),
        Err(KeyError::Rejected)
    );
    assert_eq!(with("n", json!("")), Err(KeyError::Jwk("n")));
    assert_eq!(with("n", json!("not base64url")), Err(KeyError::Jwk("n")));
    assert_eq!(with("alg", json!("RS512")), Err(KeyError::Jwk("alg")));
    assert_eq!(with("alg", json!("PS256")), Err(KeyError::Jwk("alg")));
    assert_eq!(with("use", json!("enc")), Err(KeyError::Jwk("use")));
    for private in ["d", "p", "qi", "oth"] {
        assert_eq!(with(private, json!("AQ")), Err(KeyError::PrivateKey));
    }
    assert_eq!(with("alg", json!("RS256")), Ok(()));
}

#[test]
fn multikeys_with_another_spelling_of_an_rsa_key_are_refused() {
    let bytes = public(&an_rsa_key()).to_multikey_bytes();
    assert!(PublicKey::from_multikey_bytes(&bytes).is_ok());
    for change in 0..bytes.len() {
        let mut other = bytes.clone();
        other[change] ^= 0x80;
        assert_ne!(
            PublicKey::from_multikey_bytes(&other),
            PublicKey::from_multikey_bytes(&bytes)
        );
    }
    for length in [2, 9, 10, bytes.len() - 1] {
        assert!(
            PublicKey::from_multikey_bytes(&bytes[..length]).is_err(),
            "{length}"
        );
    }
    assert!(PublicKey::from_multikey_bytes(&[bytes.as_slice(), &[0]].concat()).is_err());
}

#[test]
fn an_rsa_key_signs_nothing() {
    let mut jwk = an_rsa_key().jwk();
    jwk["d"] = json!("AQAB");
    assert_eq!(SecretKey::from_jwk(&jwk).unwrap_err(), KeyError::Unsupported);
}
