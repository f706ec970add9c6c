//! `did:key` and `did:jwk`: the identifier is the key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credentials::{Did, DidUrl, json};

use super::document::{Document, DocumentError, Purpose, Representation, VerificationMethod};
use crate::keys::{PublicKey, multikey_bytes};

/// The document of an identifier that carries its own key; `None` for other methods.
///
/// The key is listed for assertions and for authentication. A `did:key` has the method
/// `did:key:z…#z…`, a `did:jwk` the method `did:jwk:…#0`.
pub fn resolve_local(did: &Did) -> Option<Result<Document, DocumentError>> {
    match did.method() {
        "key" => Some(resolve_key(did)),
        "jwk" => Some(resolve_jwk(did)),
        _ => None,
    }
}

/// Multicodec prefixes of keys that have a `did:key` and are not used here, with the length of such a key.
const BLS12_381_G2: ([u8; 2], usize) = ([0xeb, 0x01], 96);
const X25519: ([u8; 2], usize) = ([0xec, 0x01], 32);

fn resolve_key(did: &Did) -> Result<Document, DocumentError> {
    let multikey = did.method_specific_id();
    let bytes = multikey_bytes(multikey)?;
    let is_of = |(prefix, length): ([u8; 2], usize)| {
        bytes.strip_prefix(&prefix).is_some_and(|key| key.len() == length)
    };
    let other = || method_id(did, multikey).map(|id| VerificationMethod::of_other_type(id, multikey));
    if is_of(X25519) {
        return Document::for_key_agreement(other()?);
    }
    if is_of(BLS12_381_G2) {
        return with_one_method(did, other()?);
    }
    let key = PublicKey::from_multikey_bytes(&bytes)?;
    one_method(did, multikey, key, Representation::Multikey)
}

fn resolve_jwk(did: &Did) -> Result<Document, DocumentError> {
    let bytes = URL_SAFE_NO_PAD
        .decode(did.method_specific_id())
        .map_err(|_| DocumentError::Identifier)?;
    let limits = json::Limits {
        bytes: 2_048,
        depth: 4,
        nodes: 32,
    };
    let key = PublicKey::from_jwk(&json::parse(&bytes, &limits)?)?;
    one_method(did, "0", key, Representation::JsonWebKey)
}

fn one_method(
    did: &Did,
    fragment: &str,
    key: PublicKey,
    representation: Representation,
) -> Result<Document, DocumentError> {
    let id = method_id(did, fragment)?;
    with_one_method(did, VerificationMethod::new(id, key, representation))
}

fn with_one_method(did: &Did, method: VerificationMethod) -> Result<Document, DocumentError> {
    let purposes = [Purpose::AssertionMethod, Purpose::Authentication];
    Document::new(did.clone(), vec![method], &purposes)
}

fn method_id(did: &Did, fragment: &str) -> Result<DidUrl, DocumentError> {
    DidUrl::parse(&format!("{did}#{fragment}")).map_err(|_| DocumentError::Identifier)
}

#[expect(
    clippy::expect_used,
    reason = "base58 and base64url use only characters a DID may have"
)]
pub(crate) fn key_did(key: &PublicKey) -> Did {
    Did::parse(&format!("did:key:{}", key.to_multikey())).expect("a multikey fits a DID")
}

#[expect(
    clippy::expect_used,
    reason = "base58 uses only characters a DID URL may have"
)]
pub(crate) fn key_did_url(key: &PublicKey) -> DidUrl {
    let multikey = key.to_multikey();
    DidUrl::parse(&format!("did:key:{multikey}#{multikey}")).expect("a multikey fits a DID URL")
}

#[expect(clippy::expect_used, reason = "base64url uses only characters a DID may have")]
pub(crate) fn jwk_did(key: &PublicKey) -> Did {
    let encoded = URL_SAFE_NO_PAD.encode(key.to_jwk().to_string());
    Did::parse(&format!("did:jwk:{encoded}")).expect("base64url fits a DID")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::did::LookupError;

    // Published in the did:key and did:jwk method specifications.
    const ED25519: &str = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK";
    const P256: &str = "did:key:zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv";
    const P384: &str = "did:key:z82Lm1MpAkeJcix9K8TMiLd5NMAhnwkjjCBeWHXyu3U4oT2MVJJKXkcVBgjGhnLBn2Kaau9";
    const X25519_KEY: &str = "did:key:z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc";
    const BLS: &str = "did:key:zUC7EK3ZakmukHhuncwkbySmomv3FmrkmS36E4Ks5rsb6VQSRpoCrx6Hb8e2Nk6UvJFSdyw9NK1scFXJp21gNNYFjVWNgaqyGnkyhtagagCpQb5B7tagJu3HDbjQ8h5ypoHjwBb";
    const JWK_P256: &str = "did:jwk:eyJjcnYiOiJQLTI1NiIsImt0eSI6IkVDIiwieCI6ImFjYklRaXVNczNpOF91c3pFakoydHBUdFJNNEVVM3l6OTFQSDZDZEgyVjAiLCJ5IjoiX0tjeUxqOXZXTXB0bm1LdG00NkdxRHo4d2Y3NEk1TEtncmwyR3pIM25TRSJ9";

    fn did(text: &str) -> Did {
        text.parse().unwrap()
    }

    #[test]
    fn published_identifiers_resolve_and_are_written_the_same_way() {
        for text in [ED25519, P256, P384] {
            let document = resolve_local(&did(text)).unwrap().unwrap();
            let kid = DidUrl::parse(&format!("{text}#{}", text.trim_start_matches("did:key:"))).unwrap();
            let key = document.key(&kid, Purpose::AssertionMethod).unwrap();
            assert_eq!(key.to_did_key().as_str(), text);
            assert_eq!(key.to_did_key_url(), kid);
        }
        let document = resolve_local(&did(JWK_P256)).unwrap().unwrap();
        let kid = DidUrl::parse(&format!("{JWK_P256}#0")).unwrap();
        assert_eq!(
            document
                .key(&kid, Purpose::Authentication)
                .unwrap()
                .to_did_jwk()
                .as_str(),
            JWK_P256
        );
    }

    #[test]
    fn keys_that_are_not_used_here_have_documents_and_verify_nothing() {
        for (text, purpose) in [(X25519_KEY, "keyAgreement"), (BLS, "assertionMethod")] {
            let document = resolve_local(&did(text)).unwrap().unwrap();
            let multikey = text.trim_start_matches("did:key:");
            let kid = DidUrl::parse(&format!("{text}#{multikey}")).unwrap();
            let written = document.to_json();
            assert_eq!(written["verificationMethod"][0]["publicKeyMultibase"], multikey);
            assert_eq!(written[purpose][0], kid.as_str());
            assert!(document.key(&kid, Purpose::AssertionMethod).is_err());
        }
        assert!(
            resolve_local(&did(X25519_KEY))
                .unwrap()
                .unwrap()
                .listed_for(Purpose::AssertionMethod)
                .is_empty()
        );
    }

    #[test]
    fn another_fragment_names_no_key() {
        let document = resolve_local(&did(ED25519)).unwrap().unwrap();
        let kid = DidUrl::parse(&format!("{ED25519}#key-1")).unwrap();
        assert_eq!(
            document.key(&kid, Purpose::AssertionMethod),
            Err(LookupError::UnknownMethod(kid))
        );
    }

    #[test]
    fn identifiers_without_a_usable_key_are_refused() {
        for text in [
            "did:key:zDnae",
            "did:key:6Mkhax",
            "did:jwk:e30",
            "did:jwk:eyJrdHkiOiJFQyJ9",
            "did:jwk:***",
        ] {
            if let Ok(did) = Did::parse(text) {
                assert!(resolve_local(&did).unwrap().is_err(), "{text}");
            }
        }
        assert!(resolve_local(&did("did:web:college.example")).is_none());
    }
}
