use super::*;
use crate::crypto::sha256;
use crate::keys::{Algorithm, SecretKey};
use crate::tests::{Fixed, key};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde_json::json;

mod rejections;

fn issuer() -> SecretKey {
    key(Algorithm::Es256, 1)
}

fn holder() -> SecretKey {
    key(Algorithm::Es256, 2)
}

fn paths(texts: &[&str]) -> Vec<Path> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

fn payload() -> Value {
    json!({
        "iss": "did:web:college.example",
        "cnf": {"jwk": holder().public_key().to_jwk()},
        "name": "Sanne",
        "address": {"city": "Leeuwarden", "street": "Kade 1"},
        "outcomes": ["first", "second", {"text": "third", "code": 3}],
    })
}

const DISCLOSABLE: [&str; 6] = [
    "/name",
    "/address",
    "/address/street",
    "/outcomes/0",
    "/outcomes/2",
    "/outcomes/2/code",
];

fn issued() -> SdJwt {
    let token = issue(
        &payload(),
        &paths(&DISCLOSABLE),
        &json!({}),
        &issuer(),
        &mut Fixed(7),
    )
    .unwrap();
    SdJwt::parse(&token).unwrap()
}

/// One disclosure as it travels.
fn disclosure(parts: &Value) -> String {
    URL_SAFE_NO_PAD.encode(parts.to_string())
}

fn digest(disclosure: &str) -> String {
    URL_SAFE_NO_PAD.encode(sha256(disclosure.as_bytes()))
}

/// A soundly signed token with whatever payload and disclosures a hostile issuer or holder likes.
fn made(payload: &Value, disclosures: &[&str]) -> Result<Value, SdJwtError> {
    let mut token = jws::sign(&json!({}), payload.to_string().as_bytes(), &issuer()).unwrap();
    for disclosure in disclosures {
        token.push('~');
        token.push_str(disclosure);
    }
    token.push('~');
    let token = SdJwt::parse(&token)?;
    token.verify_issuer(&issuer().public_key()).unwrap();
    token.processed()
}

#[test]
fn a_whole_token_gives_back_the_payload() {
    let token = issued();
    token.verify_issuer(&issuer().public_key()).unwrap();
    assert_eq!(token.processed().unwrap(), payload());
    let mut disclosed = token.disclosed().unwrap();
    disclosed.sort();
    let mut expected = paths(&DISCLOSABLE);
    expected.sort();
    assert_eq!(disclosed, expected);
}

#[test]
fn what_is_not_kept_leaves_no_trace_but_a_digest() {
    let shown = issued().present(&paths(&["/name", "/outcomes/2"])).unwrap();
    let processed = shown.process().unwrap();
    let mut expected = payload();
    expected.as_object_mut().unwrap().remove("address");
    expected["outcomes"] = json!(["second", {"text": "third"}]);
    assert_eq!(*processed.payload(), expected);
    let mut hidden: Vec<String> = processed.hidden_in().iter().map(Path::to_string).collect();
    hidden.sort();
    assert_eq!(hidden, ["", "/outcomes", "/outcomes/1"]);
    assert!(!shown.to_string().contains(&URL_SAFE_NO_PAD.encode("Leeuwarden")));
}

#[test]
fn an_inner_claim_brings_what_encloses_it() {
    let shown = issued().present(&paths(&["/address/street"])).unwrap();
    assert_eq!(shown.processed().unwrap()["address"], payload()["address"]);
    let shown = issued().present(&paths(&["/address"])).unwrap();
    assert_eq!(
        shown.processed().unwrap()["address"],
        json!({"city": "Leeuwarden"})
    );
}

#[test]
fn a_selection_can_be_made_by_rule() {
    let shown = issued()
        .present_where(|path| path.to_string().starts_with("/outcomes"))
        .unwrap();
    assert_eq!(shown.processed().unwrap()["outcomes"], payload()["outcomes"]);
    assert!(shown.processed().unwrap().get("name").is_none());
}

#[test]
fn keeping_what_cannot_be_hidden_is_refused() {
    for path in ["/iss", "/nothing", "/outcomes/1"] {
        assert!(
            matches!(
                issued().present(&paths(&[path])),
                Err(PresentError::NotDisclosable(_))
            ),
            "{path}"
        );
    }
}

#[test]
fn order_of_digests_and_disclosures_tells_nothing() {
    let token = issued();
    let digests: Vec<String> = token.disclosures.iter().map(Disclosure::digest).collect();
    assert!(digests.is_sorted());
    let top: Vec<&str> = token.signed_payload()["_sd"]
        .as_array()
        .unwrap()
        .iter()
        .map(|digest| digest.as_str().unwrap())
        .collect();
    assert_eq!(top.len(), 2);
    assert!(top.is_sorted());
}

#[test]
fn salts_have_sixteen_bytes_and_differ() {
    let token = issued();
    let mut salts: Vec<Vec<u8>> = token
        .disclosures
        .iter()
        .map(|disclosure| {
            let bytes = URL_SAFE_NO_PAD.decode(disclosure.as_str()).unwrap();
            let parts: Value = serde_json::from_slice(&bytes).unwrap();
            URL_SAFE_NO_PAD.decode(parts[0].as_str().unwrap()).unwrap()
        })
        .collect();
    assert!(salts.iter().all(|salt| salt.len() == 16));
    salts.sort();
    salts.dedup();
    assert_eq!(salts.len(), DISCLOSABLE.len());
}

#[test]
fn issuing_a_path_that_leads_nowhere_is_refused() {
    let refused = |payload: &Value, path: &str| {
        issue(payload, &paths(&[path]), &json!({}), &issuer(), &mut Fixed(1)).unwrap_err()
    };
    assert_eq!(
        refused(&payload(), "/nickname"),
        IssueError::NoSuchClaim("/nickname".parse().unwrap())
    );
    assert_eq!(
        refused(&payload(), "/outcomes/3"),
        IssueError::NoSuchClaim("/outcomes/3".parse().unwrap())
    );
    assert_eq!(refused(&payload(), ""), IssueError::Root);
    assert_eq!(refused(&json!([1]), "/0"), IssueError::Payload);
    for name in ["_sd", "...", "_sd_alg"] {
        let place = format!("/a/{name}");
        assert_eq!(
            refused(&json!({"a": {name: 1}}), "/a"),
            IssueError::ReservedName(place.parse().unwrap())
        );
    }
}

#[test]
fn disclosures_that_were_not_signed_are_refused() {
    let named = disclosure(&json!(["salt", "name", "Sanne"]));
    let foreign = disclosure(&json!(["salt", "degree", "PhD"]));
    let payload = json!({"_sd": [digest(&named)]});
    assert_eq!(made(&payload, &[&named]).unwrap(), json!({"name": "Sanne"}));
    assert!(matches!(
        made(&payload, &[&named, &foreign]),
        Err(SdJwtError::UnreferencedDisclosure(1))
    ));
    // A disclosure inside one that stayed away refers to nothing either.
    let inner = disclosure(&json!(["salt", "city", "Leeuwarden"]));
    let outer = disclosure(&json!(["salt", "address", {"_sd": [digest(&inner)]}]));
    let payload = json!({"_sd": [digest(&outer)]});
    assert!(matches!(
        made(&payload, &[&inner]),
        Err(SdJwtError::UnreferencedDisclosure(0))
    ));
    assert!(made(&payload, &[&inner, &outer]).is_ok());
}

#[test]
fn a_digest_that_occurs_twice_is_refused_disclosed_or_not() {
    let named = disclosure(&json!(["salt", "name", "Sanne"]));
    let twice = json!({"_sd": [digest(&named)], "inner": {"_sd": [digest(&named)]}});
    assert!(matches!(made(&twice, &[]), Err(SdJwtError::RepeatedDigest)));
    assert!(matches!(made(&twice, &[&named]), Err(SdJwtError::RepeatedDigest)));
    let in_one = json!({"_sd": [digest(&named), digest(&named)]});
    assert!(matches!(made(&in_one, &[]), Err(SdJwtError::RepeatedDigest)));
    // Also when the second one is inside a disclosure.
    let outer = disclosure(&json!(["salt", "address", {"_sd": [digest(&named)]}]));
    let nested = json!({"_sd": [digest(&named), digest(&outer)]});
    assert!(matches!(
        made(&nested, &[&outer]),
        Err(SdJwtError::RepeatedDigest)
    ));
}

#[test]
fn the_same_disclosure_twice_is_refused() {
    let named = disclosure(&json!(["salt", "name", "Sanne"]));
    let payload = json!({"_sd": [digest(&named)]});
    assert!(matches!(
        made(&payload, &[&named, &named]),
        Err(SdJwtError::RepeatedDisclosure(1))
    ));
}

#[test]
fn disclosures_with_reserved_names_are_refused() {
    for name in ["_sd", "...", "_sd_alg"] {
        let reserved = disclosure(&json!(["salt", name, ["x"]]));
        let payload = json!({"_sd": [digest(&reserved)]});
        assert!(
            matches!(made(&payload, &[&reserved]), Err(SdJwtError::ReservedName(0))),
            "{name}"
        );
    }
}

#[test]
fn a_disclosure_cannot_replace_a_claim() {
    let other = disclosure(&json!(["salt", "iss", "did:web:other.example"]));
    let payload = json!({"iss": "did:web:college.example", "_sd": [digest(&other)]});
    assert!(matches!(
        made(&payload, &[&other]),
        Err(SdJwtError::ClaimCollision(0))
    ));
    let first = disclosure(&json!(["a", "name", "Sanne"]));
    let second = disclosure(&json!(["b", "name", "Anne"]));
    let payload = json!({"_sd": [digest(&first), digest(&second)]});
    assert!(matches!(
        made(&payload, &[&first, &second]),
        Err(SdJwtError::ClaimCollision(1))
    ));
}

#[test]
fn digests_of_the_wrong_shape_are_refused() {
    let at_root = |payload: Value| match made(&payload, &[]) {
        Err(SdJwtError::Digests(path)) => path.to_string(),
        other => panic!("{payload}: {other:?}"),
    };
    assert_eq!(at_root(json!({"_sd": "digest"})), "");
    assert_eq!(at_root(json!({"_sd": {"0": "digest"}})), "");
    assert_eq!(at_root(json!({"_sd": [1]})), "");
    assert_eq!(at_root(json!({"a": {"_sd": null}})), "/a");
    assert_eq!(at_root(json!({"a": [{"...": 1}]})), "/a");
    assert_eq!(at_root(json!({"a": [{"...": "digest", "b": 1}]})), "/a/0");
    assert_eq!(at_root(json!({"a": {"...": "digest"}})), "/a");
    assert_eq!(at_root(json!({"...": "digest"})), "");
}

#[test]
fn digest_algorithms_other_than_sha_256_are_refused() {
    for name in [
        json!("sha-512"),
        json!("md5"),
        json!("SHA-256"),
        json!(["sha-256"]),
        json!(null),
    ] {
        assert!(
            matches!(
                made(&json!({"_sd_alg": name}), &[]),
                Err(SdJwtError::DigestAlgorithm)
            ),
            "{name}"
        );
    }
    assert_eq!(
        made(&json!({"_sd_alg": "sha-256", "a": 1}), &[]).unwrap(),
        json!({"a": 1})
    );
}

#[test]
fn disclosures_of_the_wrong_kind_for_their_place_are_refused() {
    let element = disclosure(&json!(["salt", "value"]));
    let claim = disclosure(&json!(["salt", "name", "value"]));
    let in_object = json!({"_sd": [digest(&element)]});
    assert!(matches!(
        made(&in_object, &[&element]),
        Err(SdJwtError::WrongKind(0))
    ));
    let in_array = json!({"a": [{"...": digest(&claim)}]});
    assert!(matches!(
        made(&in_array, &[&claim]),
        Err(SdJwtError::WrongKind(0))
    ));
    let in_array = json!({"a": [1, {"...": digest(&element)}, {"...": "another"}]});
    assert_eq!(made(&in_array, &[&element]).unwrap(), json!({"a": [1, "value"]}));
}

#[test]
fn malformed_disclosures_are_refused() {
    for parts in [
        json!([]),
        json!(["salt"]),
        json!(["salt", "name", "value", "more"]),
        json!([1, "name", "value"]),
        json!(["salt", 1, "value"]),
        json!({"salt": 1}),
        json!("salt"),
    ] {
        let malformed = disclosure(&parts);
        let payload = json!({"_sd": [digest(&malformed)]});
        assert!(
            matches!(made(&payload, &[&malformed]), Err(SdJwtError::Disclosure(0))),
            "{parts}"
        );
    }
    for text in ["", "***", "WyJh", "WyJhIiwgImIiXQ=="] {
        assert!(
            matches!(made(&json!({}), &[text]), Err(SdJwtError::Disclosure(0))),
            "{text}"
        );
    }
    let twice = URL_SAFE_NO_PAD.encode(r#"["salt","name",{"a":1,"a":2}]"#);
    assert!(matches!(
        made(&json!({"_sd": [digest(&twice)]}), &[&twice]),
        Err(SdJwtError::Disclosure(0))
    ));
}

#[test]
fn texts_that_are_no_sd_jwt_are_refused() {
    let token = jws::sign(&json!({}), b"{}", &issuer()).unwrap();
    assert!(matches!(SdJwt::parse(&token), Err(SdJwtError::Shape)));
    assert!(matches!(SdJwt::parse("~"), Err(SdJwtError::Jws(_))));
    let list = jws::sign(&json!({}), b"[]", &issuer()).unwrap() + "~";
    assert!(matches!(SdJwt::parse(&list), Err(SdJwtError::Payload(None))));
    assert!(matches!(
        SdJwt::parse_within(&list, 10),
        Err(SdJwtError::TooLong { limit: 10, .. })
    ));
    let many = list.replace('~', &"~WyJhIiwxXQ".repeat(501)) + "~";
    assert!(SdJwt::parse(&many).is_err());
}

#[test]
fn disclosures_nested_without_end_are_refused() {
    let mut inner = disclosure(&json!(["salt", "a", 1]));
    let mut all = vec![inner.clone()];
    for _ in 0..100 {
        inner = disclosure(&json!(["salt", "a", {"_sd": [digest(&inner)]}]));
        all.push(inner.clone());
    }
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    assert!(matches!(
        made(&json!({"_sd": [digest(&inner)]}), &all),
        Err(SdJwtError::TooDeep)
    ));
}

#[test]
fn another_key_did_not_issue_the_token() {
    assert!(issued().verify_issuer(&holder().public_key()).is_err());
    assert!(
        issued()
            .verify_issuer(&key(Algorithm::EdDsa, 1).public_key())
            .is_err()
    );
}

fn at() -> DateTime<Utc> {
    "2026-09-14T08:00:00Z".parse().unwrap()
}

fn bound(selection: &SdJwt) -> SdJwt {
    SdJwt::parse(
        &selection
            .bind("verifier.example", "n-1", at(), &holder())
            .unwrap(),
    )
    .unwrap()
}

#[test]
fn key_binding_tells_what_the_holder_signed() {
    let shown = bound(&issued().present(&paths(&["/name"])).unwrap());
    let holder = shown.holder_key().unwrap().unwrap();
    assert_eq!(
        shown.verify_key_binding(&holder).unwrap(),
        KeyBinding {
            audience: "verifier.example".to_owned(),
            nonce: "n-1".to_owned(),
            issued_at: at()
        }
    );
    assert_eq!(SdJwt::parse(&shown.to_string()).unwrap().disclosure_count(), 1);
}

#[test]
fn a_selection_changed_after_binding_is_noticed() {
    let shown = bound(&issued());
    let mut fewer = shown.present(&paths(&["/name"])).unwrap();
    assert!(fewer.key_binding().is_none());
    fewer.key_binding = shown.key_binding.clone();
    assert!(matches!(
        fewer.verify_key_binding(&holder().public_key()),
        Err(KeyBindingError::OtherSelection)
    ));
}

#[test]
fn a_binding_by_another_key_is_refused() {
    let stolen = issued()
        .bind("verifier.example", "n-1", at(), &key(Algorithm::Es256, 3))
        .unwrap();
    let stolen = SdJwt::parse(&stolen).unwrap();
    assert!(matches!(
        stolen.verify_key_binding(&stolen.holder_key().unwrap().unwrap()),
        Err(KeyBindingError::Signature(_))
    ));
    assert!(matches!(
        issued().verify_key_binding(&holder().public_key()),
        Err(KeyBindingError::Absent)
    ));
}

/// A binding with some other header or payload, soundly signed by the holder.
fn bound_with(header: &Value, change: impl FnOnce(&mut Value)) -> Result<KeyBinding, KeyBindingError> {
    let selection = issued();
    let mut payload = json!({
        "aud": "verifier.example", "iat": at().timestamp(), "nonce": "n-1",
        "sd_hash": digest(&selection.to_string()),
    });
    change(&mut payload);
    let token = jws::sign(header, payload.to_string().as_bytes(), &holder()).unwrap();
    SdJwt::parse(&format!("{selection}{token}"))
        .unwrap()
        .verify_key_binding(&holder().public_key())
}

#[test]
fn bindings_without_their_type_or_a_claim_are_refused() {
    let sound = json!({"typ": "kb+jwt"});
    assert!(bound_with(&sound, |_| {}).is_ok());
    for header in [json!({}), json!({"typ": "JWT"}), json!({"typ": "kb+jwt+x"})] {
        assert!(
            matches!(bound_with(&header, |_| {}), Err(KeyBindingError::Type)),
            "{header}"
        );
    }
    for name in ["aud", "nonce", "iat", "sd_hash"] {
        let without = bound_with(&sound, |claims| {
            claims.as_object_mut().unwrap().remove(name);
        });
        assert!(
            matches!(without, Err(KeyBindingError::Claim(claim)) if claim == name),
            "{name}"
        );
        let list = bound_with(&sound, |claims| claims[name] = json!([claims[name]]));
        assert!(
            matches!(list, Err(KeyBindingError::Claim(claim)) if claim == name),
            "{name}"
        );
    }
    let fraction = bound_with(&sound, |claims| {
        claims["iat"] = serde_json::from_str(&format!("{}.25", at().timestamp())).unwrap();
    });
    assert_eq!(fraction.unwrap().issued_at, at());
    let other = bound_with(&sound, |claims| claims["sd_hash"] = digest("another").into());
    assert!(matches!(other, Err(KeyBindingError::OtherSelection)));
}

#[test]
fn the_holder_is_named_by_key_or_by_identifier() {
    let named = |confirmation: &Value| {
        let payload = json!({"cnf": confirmation});
        let token = issue(&payload, &[], &json!({}), &issuer(), &mut Fixed(1)).unwrap();
        SdJwt::parse(&token).unwrap().holder_key()
    };
    let expected = holder().public_key();
    let did_key = expected.to_did_key();
    let did_jwk = expected.to_did_jwk();
    for confirmation in [
        json!({"jwk": expected.to_jwk()}),
        json!({"kid": expected.to_did_key_url()}),
        json!({"kid": did_key}),
        json!({"kid": format!("{did_jwk}#0")}),
    ] {
        assert_eq!(named(&confirmation).unwrap().unwrap(), expected, "{confirmation}");
    }
    for confirmation in [
        json!({}),
        json!({"kid": "did:web:college.example#key-1"}),
        json!({"kid": format!("{did_key}#other")}),
        json!({"jwk": {"kty": "oct"}}),
        json!({"jwk": expected.to_jwk(), "kid": did_key}),
    ] {
        assert!(
            matches!(named(&confirmation), Err(KeyBindingError::HolderKey(_))),
            "{confirmation}"
        );
    }
    let none = issue(&json!({"a": 1}), &[], &json!({}), &issuer(), &mut Fixed(1)).unwrap();
    assert_eq!(SdJwt::parse(&none).unwrap().holder_key().unwrap(), None);
}

#[test]
fn claims_do_not_show_in_debug_output() {
    let token = bound(&issued());
    let shown = format!(
        "{token:?} {:?} {:?}",
        token.process().unwrap(),
        token.issuer_jws()
    );
    assert!(!shown.contains("Sanne") && !shown.contains("Leeuwarden"));
}

/// The first example of RFC 9901 (§5.1), signed by its appendix's key.
mod rfc_example {
    use super::*;

    #[test]
    fn its_digests_are_those_published() {
        for (disclosure, expected) in [
            // §4.2.1 and §4.2.3: one claim in three spellings, each with its own digest.
            (
                "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0",
                "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0",
            ),
            // §4.2.2 and §4.2.4.2: an array element.
            (
                "WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIkZSIl0",
                "w0I8EKcdCtUPkGCNUrfwVp2xEgNjtoIDlOxc9-PlOhs",
            ),
        ] {
            assert_eq!(Disclosure::parse(disclosure).unwrap().digest(), expected);
        }
    }
}
