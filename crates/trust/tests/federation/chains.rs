use proofs::jws;
use serde_json::{Value, json};
use trust::federation::{ChainError, PolicyError, StatementError, validate_chain};

use crate::fixture::{
    ANCHOR, LEAF, UMBRELLA, anchor, chain, claims, id, jwks, leaf, now, of_anchor, of_leaf, of_umbrella,
    secret, signed, signed_as, validate, with,
};

fn refused(statements: &[String], number: usize) -> StatementError {
    match validate(statements) {
        Err(ChainError::Statement { number: found, error }) if found == number => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_chain_up_to_the_pinned_anchor_holds_until_its_first_statement_ends() {
    let soon = with(of_umbrella(), json!({"exp": now().timestamp() + 60}));
    let all = chain(&leaf(), &of_leaf(), &soon, &of_anchor());

    let found = validate(&all).unwrap();
    let without_the_last = validate(&all[..3]).unwrap();

    assert_eq!((found.subject.as_str(), found.anchor.as_str()), (LEAF, ANCHOR));
    assert_eq!(found.path, [id(UMBRELLA)]);
    assert_eq!(found.ends.timestamp(), now().timestamp() + 60);
    assert_eq!(found.keys.to_json(), jwks(LEAF));
    assert_eq!(without_the_last.path, found.path);
}

#[test]
fn the_shortest_chain_has_the_anchor_right_above() {
    let own = with(leaf(), json!({"authority_hints": [ANCHOR]}));
    let statements = [signed(&own, LEAF), signed(&claims(ANCHOR, LEAF), ANCHOR)];

    let found = validate(&statements).unwrap();

    assert!(found.path.is_empty());
}

/// RS256 is the algorithm that the standard takes for granted (OpenID Federation 1.0 §3.1).
#[test]
fn an_entity_above_may_sign_with_rsa() {
    let keys = test_support::rsa_keys(2048);
    let mut jwk = keys[0].jwk();
    jwk["kid"] = json!("rsa-1");
    let umbrella = with(of_umbrella(), json!({"jwks": {"keys": [jwk]}}));
    let header = json!({"typ": "entity-statement+jwt", "kid": "rsa-1"});
    let with_leaf_by = |key: &test_support::RsaKey| {
        let mut all = chain(&leaf(), &of_leaf(), &umbrella, &of_anchor());
        all[1] = key.signed(&header, &of_leaf());
        all
    };

    let found = validate(&with_leaf_by(&keys[0])).unwrap();

    assert_eq!(found.path, [id(UMBRELLA)]);
    assert_eq!(
        refused(&with_leaf_by(&keys[1]), 2),
        StatementError::WrongSignature
    );
}

#[test]
fn a_statement_that_is_not_what_it_must_be_is_refused() {
    let table: Vec<(Value, StatementError)> = vec![
        (
            json!({"iat": now().timestamp() + 3600}),
            StatementError::FromTheFuture,
        ),
        (json!({"iat": null}), StatementError::Claim("iat")),
        (json!({"iat": "today"}), StatementError::Claim("iat")),
        (json!({"exp": now().timestamp()}), StatementError::Ended(now())),
        (json!({"exp": null}), StatementError::Claim("exp")),
        (json!({"exp": "never"}), StatementError::Claim("exp")),
        (json!({"iss": null}), StatementError::Claim("iss")),
        (
            json!({"sub": "credentials.college.example"}),
            StatementError::Claim("sub"),
        ),
        (json!({"jwks": null}), StatementError::Claim("jwks")),
        (json!({"jwks": {"keys": []}}), StatementError::Claim("jwks")),
        (
            json!({"jwks": {"keys": [{"kty": "EC"}]}}),
            StatementError::Claim("jwks"),
        ),
        (json!({"crit": ["special"]}), StatementError::Critical),
        (json!({"crit": []}), StatementError::Critical),
        (json!({"metadata": []}), StatementError::Claim("metadata")),
        (
            json!({"metadata": {"federation_entity": {"name": null}}}),
            StatementError::Claim("metadata"),
        ),
        (json!({"aud": ANCHOR}), StatementError::OutOfPlace("aud")),
        (
            json!({"trust_anchor": ANCHOR}),
            StatementError::OutOfPlace("trust_anchor"),
        ),
    ];
    for (change, error) in table {
        let above = chain(
            &leaf(),
            &with(of_leaf(), change.clone()),
            &of_umbrella(),
            &of_anchor(),
        );
        assert_eq!(refused(&above, 2), error, "{change}");
    }
    for name in [
        "authority_hints",
        "trust_anchor_hints",
        "trust_marks",
        "trust_mark_issuers",
        "trust_mark_owners",
    ] {
        let above = chain(
            &leaf(),
            &with(of_leaf(), json!({name: []})),
            &of_umbrella(),
            &of_anchor(),
        );
        assert_eq!(refused(&above, 2), StatementError::OutOfPlace(name));
    }
    for name in [
        "constraints",
        "metadata_policy",
        "metadata_policy_crit",
        "source_endpoint",
    ] {
        let own = chain(
            &with(leaf(), json!({name: {}})),
            &of_leaf(),
            &of_umbrella(),
            &of_anchor(),
        );
        assert_eq!(refused(&own, 1), StatementError::OutOfPlace(name));
    }
    for hints in [json!([]), json!("x"), json!(["x"]), json!(vec![UMBRELLA; 17])] {
        let own = chain(
            &with(leaf(), json!({"authority_hints": hints})),
            &of_leaf(),
            &of_umbrella(),
            &of_anchor(),
        );
        assert_eq!(refused(&own, 1), StatementError::Claim("authority_hints"));
    }
    let twice = jwks(LEAF)["keys"][0].clone();
    let own = chain(
        &with(leaf(), json!({"jwks": {"keys": [twice, twice]}})),
        &of_leaf(),
        &of_umbrella(),
        &of_anchor(),
    );
    assert_eq!(refused(&own, 1), StatementError::Claim("jwks"));
}

#[test]
fn a_header_that_misleads_is_refused() {
    let sound = chain(&leaf(), &of_leaf(), &of_umbrella(), &of_anchor());
    for (header, error) in [
        (
            json!({"typ": "JWT"}),
            StatementError::WrongType("entity-statement+jwt"),
        ),
        (
            json!({"typ": "trust-mark+jwt"}),
            StatementError::WrongType("entity-statement+jwt"),
        ),
        (
            json!({"typ": null}),
            StatementError::WrongType("entity-statement+jwt"),
        ),
        (
            json!({"typ": "entity-statement+jwt", "kid": null}),
            StatementError::NoKeyName,
        ),
        (
            json!({"typ": "entity-statement+jwt", "kid": ""}),
            StatementError::NoKeyName,
        ),
        (
            json!({"typ": "entity-statement+jwt", "kid": "another"}),
            StatementError::UnknownKey,
        ),
        (
            json!({"typ": "entity-statement+jwt", "trust_chain": []}),
            StatementError::Header("trust_chain"),
        ),
        (
            json!({"typ": "entity-statement+jwt", "peer_trust_chain": []}),
            StatementError::Header("peer_trust_chain"),
        ),
    ] {
        let mut statements = sound.clone();
        statements[1] = signed_as(&of_leaf(), UMBRELLA, &header);
        assert_eq!(refused(&statements, 2), error, "{header}");
    }
    let unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiZW50aXR5LXN0YXRlbWVudCtqd3QiLCJraWQiOiJrIn0.e30.";
    let too_long = format!("a.{}.b", "a".repeat(jws::LARGEST));
    for text in [unsigned, "", "a.b.c", "{}", &too_long] {
        let mut statements = sound.clone();
        statements[1] = text.to_owned();
        assert!(
            matches!(refused(&statements, 2), StatementError::NotSigned(_)),
            "{text:.60}"
        );
    }
}

#[test]
fn each_statement_is_signed_by_whom_the_next_names_and_the_last_by_the_pinned_key() {
    let sound = chain(&leaf(), &of_leaf(), &of_umbrella(), &of_anchor());
    let other_key = json!({"kid": secret("https://other.example").public_key().thumbprint()});
    for (number, signer) in [(1, LEAF), (2, UMBRELLA), (3, ANCHOR), (4, ANCHOR)] {
        let claims = [leaf(), of_leaf(), of_umbrella(), of_anchor()][number - 1].clone();
        // By another key under the right name: the name is that of the right key.
        let right = secret(signer).public_key().thumbprint();
        let header = json!({"typ": "entity-statement+jwt", "kid": right});
        let mut statements = sound.clone();
        let forger = if signer == ANCHOR {
            ANCHOR.to_owned() + "/x"
        } else {
            "https://other.example".into()
        };
        statements[number - 1] = signed_as(&claims, &forger, &header);
        assert_eq!(
            refused(&statements, number),
            StatementError::WrongSignature,
            "{number}"
        );
        // By another key under its own name.
        statements[number - 1] = signed_as(
            &claims,
            "https://other.example",
            &with(json!({"typ": "entity-statement+jwt"}), other_key.clone()),
        );
        assert_eq!(
            refused(&statements, number),
            StatementError::UnknownKey,
            "{number}"
        );
    }
    // An anchor that states another key of itself is not believed for it.
    let usurped = with(of_anchor(), json!({"jwks": jwks("https://other.example")}));
    let mut statements = sound.clone();
    statements[2] = signed(&of_umbrella(), "https://other.example");
    statements[3] = signed(&usurped, "https://other.example");
    assert_eq!(refused(&statements, 3), StatementError::UnknownKey);
    // The leaf's key must be the one that its superior states, not merely its own.
    let mut statements = sound;
    statements[1] = signed(
        &with(of_leaf(), json!({"jwks": jwks("https://other.example")})),
        UMBRELLA,
    );
    assert_eq!(refused(&statements, 1), StatementError::UnknownKey);
}

#[test]
fn statements_that_do_not_follow_from_each_other_are_no_chain() {
    let sound = chain(&leaf(), &of_leaf(), &of_umbrella(), &of_anchor());
    let other = "https://other.example";
    assert_eq!(validate(&[]).unwrap_err(), ChainError::Length(0));
    assert_eq!(validate(&sound[..1]).unwrap_err(), ChainError::Length(1));
    assert_eq!(
        validate(&vec![sound[0].clone(); 40]).unwrap_err(),
        ChainError::Length(40)
    );
    assert_eq!(validate(&sound[1..]).unwrap_err(), ChainError::NoSubject);
    assert_eq!(
        validate(&[sound[0].clone(), sound[2].clone()]).unwrap_err(),
        ChainError::Broken(1)
    );
    assert_eq!(
        validate(&[sound[0].clone(), sound[0].clone(), sound[1].clone()]).unwrap_err(),
        ChainError::Broken(1)
    );
    assert_eq!(
        validate(&sound[..2]).unwrap_err(),
        ChainError::OtherAnchor(id(UMBRELLA)),
        "the umbrella is no anchor"
    );
    let mut elsewhere = sound.clone();
    elsewhere[3] = signed(&claims(other, other), other);
    assert_eq!(
        validate(&elsewhere).unwrap_err(),
        ChainError::OtherAnchor(id(other))
    );
    let unnamed = with(leaf(), json!({"authority_hints": [other]}));
    assert_eq!(
        validate(&chain(&unnamed, &of_leaf(), &of_umbrella(), &of_anchor())).unwrap_err(),
        ChainError::NotNamed(id(UMBRELLA))
    );
    let circle = [
        sound[0].clone(),
        sound[1].clone(),
        signed(&claims(LEAF, UMBRELLA), LEAF),
        signed(&claims(ANCHOR, LEAF), ANCHOR),
    ];
    assert_eq!(validate(&circle).unwrap_err(), ChainError::Loop(id(LEAF)));
    let anchor_alone = [signed(&of_anchor(), ANCHOR), signed(&of_anchor(), ANCHOR)];
    assert!(validate(&anchor_alone).is_err());
}

#[test]
fn a_chain_for_another_anchor_or_time_does_not_hold() {
    let sound = chain(&leaf(), &of_leaf(), &of_umbrella(), &of_anchor());
    let later = now() + chrono::TimeDelta::hours(2);
    assert!(matches!(
        validate_chain(&sound, &anchor(), later),
        Err(ChainError::Statement {
            error: StatementError::Ended(_),
            ..
        })
    ));
    let mut other = anchor();
    other.entity = id("https://other.example");
    assert_eq!(
        validate_chain(&sound, &other, now()).unwrap_err(),
        ChainError::OtherAnchor(id(ANCHOR))
    );
}

#[test]
fn what_superiors_constrain_is_kept() {
    let college = "https://credentials.college.example";
    let set = |by_umbrella: Value, by_anchor: Value| {
        validate(&chain(
            &leaf(),
            &with(of_leaf(), json!({"constraints": by_umbrella})),
            &with(of_umbrella(), json!({"constraints": by_anchor})),
            &of_anchor(),
        ))
    };
    let name = |by: &str, entity: &str| ChainError::Name {
        by: id(by),
        entity: id(entity),
    };
    for (by_umbrella, by_anchor, expected) in [
        (json!({"max_path_length": 0}), json!({"max_path_length": 1}), None),
        (
            json!({}),
            json!({"max_path_length": 0}),
            Some(ChainError::TooLong(id(ANCHOR))),
        ),
        (
            json!({"max_path_length": -1}),
            json!({}),
            Some(ChainError::Constraints(id(UMBRELLA))),
        ),
        (json!([]), json!({}), Some(ChainError::Constraints(id(UMBRELLA)))),
        (
            json!({"naming_constraints": {"permitted": [".college.example"]}}),
            json!({}),
            None,
        ),
        (
            json!({"naming_constraints": {"permitted": ["credentials.college.example"]}}),
            json!({}),
            None,
        ),
        (
            json!({"naming_constraints": {"permitted": ["college.example"]}}),
            json!({}),
            Some(name(UMBRELLA, college)),
        ),
        (
            json!({"naming_constraints": {"permitted": [".example"], "excluded": [".college.example"]}}),
            json!({}),
            Some(name(UMBRELLA, college)),
        ),
        (
            json!({}),
            json!({"naming_constraints": {"permitted": [".college.example"]}}),
            Some(name(ANCHOR, UMBRELLA)),
        ),
        (
            json!({}),
            json!({"naming_constraints": {"permitted": []}}),
            Some(name(ANCHOR, college)),
        ),
        (
            json!({"naming_constraints": {"permitted": "x"}}),
            json!({}),
            Some(ChainError::Constraints(id(UMBRELLA))),
        ),
        (json!({"something_new": 1}), json!({}), None),
    ] {
        let found = set(by_umbrella.clone(), by_anchor.clone()).err();
        assert_eq!(found, expected, "{by_umbrella} {by_anchor}");
    }
    let only_itself = set(json!({"allowed_entity_types": []}), json!({})).unwrap();
    assert_eq!(
        only_itself.metadata.keys().collect::<Vec<_>>(),
        ["federation_entity"]
    );
}

#[test]
fn superiors_have_the_last_word_on_metadata() {
    let stated = json!({
        "metadata": {
            "federation_entity": {"organization_name": "As it is registered"},
            "openid_provider": {"issuer": "https://never.example"},
        },
        "metadata_policy": {"openid_credential_issuer": {"algorithms": {"subset_of": ["ES256", "EdDSA"]}}},
    });
    let by_anchor =
        json!({"metadata_policy": {"openid_credential_issuer": {"algorithms": {"essential": true}}}});
    let found = validate(&chain(
        &leaf(),
        &with(of_leaf(), stated),
        &with(of_umbrella(), by_anchor),
        &of_anchor(),
    ))
    .unwrap();

    assert_eq!(
        Value::Object(found.metadata),
        json!({
            "federation_entity": {"organization_name": "As it is registered"},
            "openid_credential_issuer": {"credential_issuer": LEAF, "algorithms": ["ES256"]},
        })
    );
    let critical = json!({"metadata_policy_crit": ["regexp"]});
    let refused = validate(&chain(
        &leaf(),
        &of_leaf(),
        &with(of_umbrella(), critical),
        &of_anchor(),
    ));
    assert_eq!(
        refused.unwrap_err(),
        ChainError::Policy(PolicyError::UnknownCritical)
    );
}
