//! What RFC 9901 says must be refused, by its sections, where the other tests do not have it already; and what looks
//! alike and must not be refused.

use super::*;

/// §7.1, step 1: the issuer's signature, with an algorithm that is one.
#[test]
fn tokens_without_a_signature_algorithm_are_refused() {
    for algorithm in [
        json!("none"),
        json!("None"),
        json!("HS256"),
        json!(null),
        json!(["ES256"]),
    ] {
        let header = URL_SAFE_NO_PAD.encode(json!({"alg": algorithm}).to_string());
        for signature in ["", "AA"] {
            let token = format!("{header}.e30.{signature}~");
            assert!(
                matches!(
                    SdJwt::parse(&token),
                    Err(SdJwtError::Jws(jws::ParseError::Algorithm))
                ),
                "{algorithm}"
            );
        }
    }
}

/// §4.1.1 and §7.1, step 2: `_sd_alg` stands at the top, and can be neither hidden nor replaced.
#[test]
fn a_digest_algorithm_anywhere_but_at_the_top_is_refused() {
    for payload in [
        json!({"a": {"_sd_alg": "sha-256"}}),
        json!({"a": [{"_sd_alg": "sha-256"}]}),
    ] {
        assert!(
            matches!(made(&payload, &[]), Err(SdJwtError::Digests(_))),
            "{payload}"
        );
    }
    let inner = disclosure(&json!(["salt", "a", {"_sd_alg": "sha-256"}]));
    let payload = json!({"_sd": [digest(&inner)]});
    assert!(matches!(made(&payload, &[&inner]), Err(SdJwtError::Digests(_))));
    let replacing = disclosure(&json!(["salt", "_sd_alg", "sha-512"]));
    let payload = json!({"_sd_alg": "sha-256", "_sd": [digest(&replacing)]});
    assert!(matches!(
        made(&payload, &[&replacing]),
        Err(SdJwtError::ReservedName(0))
    ));
}

/// §7.1, step 3c: the rules hold within disclosures as they do in the payload.
#[test]
fn every_rule_holds_within_disclosures_too() {
    let named = disclosure(&json!(["salt", "name", "Sanne"]));
    let element = disclosure(&json!(["salt", "value"]));
    let reserved = disclosure(&json!(["salt", "...", 1]));
    for (inner, within) in [
        (json!({"_sd": "digest"}), None),
        (json!({"_sd": [1]}), None),
        (json!({"...": "digest"}), None),
        (json!([{"...": "digest", "more": 1}]), None),
        (json!([{"...": 1}]), None),
        (json!({"_sd": [digest(&element)]}), Some(&element)),
        (json!([{"...": digest(&named)}]), Some(&named)),
        (json!({"_sd": [digest(&reserved)]}), Some(&reserved)),
        (json!({"name": "Anne", "_sd": [digest(&named)]}), Some(&named)),
        (json!({"_sd": [digest(&named), digest(&named)]}), Some(&named)),
    ] {
        let outer = disclosure(&json!(["salt", "outer", inner]));
        let in_array = disclosure(&json!(["salt", inner]));
        for (payload, outer) in [
            (json!({"_sd": [digest(&outer)]}), &outer),
            (json!({"list": [{"...": digest(&in_array)}]}), &in_array),
        ] {
            let mut all = vec![outer.as_str()];
            all.extend(within.map(String::as_str));
            assert!(made(&payload, &all).is_err(), "{inner}");
        }
    }
}

/// §7.1, step 4: one digest in two places, whatever kind of places they are.
#[test]
fn a_digest_in_an_object_and_in_an_array_is_refused() {
    let element = disclosure(&json!(["salt", "value"]));
    let both = json!({"_sd": [digest(&element)], "list": [{"...": digest(&element)}]});
    assert!(matches!(made(&both, &[]), Err(SdJwtError::RepeatedDigest)));
    let twice = json!({"list": [{"...": digest(&element)}, {"...": digest(&element)}]});
    assert!(matches!(made(&twice, &[]), Err(SdJwtError::RepeatedDigest)));
    // Two disclosures of one value are two things, with two digests.
    let other = disclosure(&json!(["other salt", "value"]));
    let alike = json!({"list": [{"...": digest(&element)}, {"...": digest(&other)}]});
    assert_eq!(
        made(&alike, &[&element, &other]).unwrap(),
        json!({"list": ["value", "value"]})
    );
}

/// §4.2.3: the digest covers the disclosure as it travels, not what it says.
#[test]
fn a_disclosure_written_otherwise_is_another_one() {
    let travelling = disclosure(&json!(["salt", "name", "Sanne"]));
    let spaced = URL_SAFE_NO_PAD.encode(r#"["salt", "name", "Sanne"]"#);
    let payload = json!({"_sd": [digest(&travelling)]});
    assert!(matches!(
        made(&payload, &[&spaced]),
        Err(SdJwtError::UnreferencedDisclosure(0))
    ));
    assert!(made(&json!({"_sd": [digest(&spaced)]}), &[&spaced]).is_ok());
}

/// §4.2.7 and §7.1, step 3d: what has no disclosure is left out, be it hidden or a decoy; values are not digests.
#[test]
fn decoys_and_hidden_elements_are_left_out_and_values_are_not() {
    let payload = json!({
        "_sd": ["decoy-1", "decoy-2"],
        "list": ["a", {"...": "decoy-3"}, "b"],
        "_sd_hash": "kept", "text": "_sd",
        "empty": {"_sd": []},
    });
    assert_eq!(
        made(&payload, &[]).unwrap(),
        json!({"list": ["a", "b"], "_sd_hash": "kept", "text": "_sd", "empty": {}})
    );
}

#[test]
fn decoys_cannot_be_told_from_what_is_hidden_and_change_nothing_that_is_shown() {
    let decoys = |place: &str, count| Decoys {
        place: place.parse().unwrap(),
        count,
    };
    let made = |decoys: &[Decoys]| {
        issue_with_decoys(
            &payload(),
            &paths(&["/name", "/outcomes/0"]),
            decoys,
            &json!({}),
            &issuer(),
            &mut Fixed(3),
        )
    };
    let all = [decoys("", 3), decoys("/address", 2), decoys("/outcomes", 4)];
    let token = SdJwt::parse(&made(&all).unwrap()).unwrap();
    assert_eq!(token.processed().unwrap(), payload());
    assert_eq!(token.disclosure_count(), 2);
    let signed = token.signed_payload();
    let top = signed["_sd"].as_array().unwrap();
    assert_eq!(top.len(), 4);
    assert!(top.is_sorted_by_key(|digest| digest.as_str()));
    assert!(top.iter().all(|digest| digest.as_str().unwrap().len() == 43));
    assert_eq!(signed["address"]["_sd"].as_array().unwrap().len(), 2);
    assert_eq!(signed["outcomes"].as_array().unwrap().len(), 3 + 4);
    assert_eq!(token.process().unwrap().hidden_in().len(), 3 + 2 + 4);

    assert_eq!(
        made(&[decoys("/iss", 1)]).unwrap_err(),
        IssueError::DecoyPlace("/iss".parse().unwrap())
    );
    assert_eq!(
        made(&[decoys("/nothing", 1)]).unwrap_err(),
        IssueError::NoSuchClaim("/nothing".parse().unwrap())
    );
    assert_eq!(
        made(&[decoys("", usize::MAX)]).unwrap_err(),
        IssueError::TooManyDisclosures
    );
}

/// §7.3, step 1 and 5: what comes after the last tilde is the holder's token, and that is a signed one.
#[test]
fn a_key_binding_that_is_no_signed_token_is_refused() {
    let selection = issued().to_string();
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"kb+jwt"}"#);
    for binding in [
        "x".to_owned(),
        "e30.e30".to_owned(),
        format!("{header}.e30."),
        "WyJhIiwxXQ".to_owned(),
    ] {
        assert!(
            matches!(
                SdJwt::parse(&format!("{selection}{binding}")),
                Err(SdJwtError::Jws(_))
            ),
            "{binding}"
        );
    }
    // Without the tilde the last disclosure would stand in its place.
    assert!(SdJwt::parse(selection.trim_end_matches('~')).is_err());
}

/// §7.3, step 5b: the holder's own algorithm.
#[test]
fn a_key_binding_with_another_algorithm_than_the_holders_key_is_refused() {
    let other = key(Algorithm::EdDsa, 9);
    let shown = issued().bind("verifier.example", "n-1", at(), &other).unwrap();
    assert!(matches!(
        SdJwt::parse(&shown)
            .unwrap()
            .verify_key_binding(&holder().public_key()),
        Err(KeyBindingError::Signature(jws::VerifyError::Algorithm { .. }))
    ));
}

/// §4.3.1: the hash covers the issuer's token and every disclosure, in their order.
#[test]
fn a_key_binding_for_the_same_disclosures_in_another_order_is_refused() {
    let bound = bound(&issued()).to_string();
    let mut parts: Vec<&str> = bound.split('~').collect();
    parts.swap(1, 2);
    let swapped = SdJwt::parse(&parts.join("~")).unwrap();
    assert!(swapped.processed().is_ok());
    assert!(matches!(
        swapped.verify_key_binding(&holder().public_key()),
        Err(KeyBindingError::OtherSelection)
    ));
}

/// §9.7: what a verifier must know may not be for the holder to hide.
#[test]
fn a_holder_key_that_could_be_hidden_is_none() {
    let token = issue(
        &payload(),
        &paths(&["/cnf"]),
        &json!({}),
        &issuer(),
        &mut Fixed(1),
    )
    .unwrap();
    assert_eq!(SdJwt::parse(&token).unwrap().holder_key().unwrap(), None);
}
