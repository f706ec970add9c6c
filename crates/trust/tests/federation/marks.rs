use serde_json::{Value, json};
use trust::federation::{Mark, MarkError, Resolved, StatementError};

use crate::fixture::{
    ANCHOR, KIND, LEAF, UMBRELLA, chain, claims, id, jwks, leaf, now, of_anchor, of_leaf, of_umbrella,
    signed, signed_as, validate, with,
};

const OWNER: &str = "https://owner.example";

fn mark(changes: Value) -> Value {
    let mark = json!({
        "iss": ANCHOR, "sub": LEAF, "trust_mark_type": KIND, "ref": "https://federation.example/1",
        "iat": now().timestamp() - 60, "exp": now().timestamp() + 600,
    });
    with(mark, changes)
}

fn shown(mark: &str, rules: Value) -> Resolved {
    let own = with(
        leaf(),
        json!({"trust_marks": [{"trust_mark_type": KIND, "trust_mark": mark}]}),
    );
    validate(&chain(
        &own,
        &of_leaf(),
        &of_umbrella(),
        &with(of_anchor(), rules),
    ))
    .unwrap()
}

fn verified(mark: &str, rules: Value) -> Result<Mark, MarkError> {
    shown(mark, rules).marks(&[], now()).remove(0)
}

fn given(claims: &Value, by: &str) -> String {
    signed_as(claims, by, &json!({"typ": "trust-mark+jwt"}))
}

#[test]
fn a_mark_by_whom_the_federation_lets_give_it_holds() {
    let found = verified(&given(&mark(json!({})), ANCHOR), json!({})).unwrap();

    assert_eq!((found.trust_mark_type.as_str(), found.issuer), (KIND, id(ANCHOR)));
    assert_eq!(found.reference.as_deref(), Some("https://federation.example/1"));
    assert_eq!(
        found.ends.map(|end| end.timestamp()),
        Some(now().timestamp() + 600)
    );
    let endless = verified(&given(&mark(json!({"exp": null})), ANCHOR), json!({})).unwrap();
    assert_eq!(endless.ends, None);
}

#[test]
fn a_mark_that_is_not_what_it_must_be_does_not_count() {
    let other = "https://other.example";
    for (claims, by, error) in [
        (
            json!({"exp": now().timestamp()}),
            ANCHOR,
            StatementError::Ended(now()).into(),
        ),
        (
            json!({"iat": now().timestamp() + 600}),
            ANCHOR,
            StatementError::FromTheFuture.into(),
        ),
        (json!({"iat": null}), ANCHOR, StatementError::Claim("iat").into()),
        (json!({"sub": null}), ANCHOR, StatementError::Claim("sub").into()),
        (
            json!({"trust_mark_type": null}),
            ANCHOR,
            StatementError::Claim("trust_mark_type").into(),
        ),
        (json!({"trust_mark_type": "x"}), ANCHOR, MarkError::OtherType),
        (json!({"sub": other}), ANCHOR, MarkError::OtherSubject(id(other))),
        (json!({"iss": other}), ANCHOR, MarkError::NotRecognised(id(other))),
        (json!({}), other, StatementError::UnknownKey.into()),
        (
            json!({"delegation": "a.b.c"}),
            ANCHOR,
            MarkError::Delegation(StatementError::NotSigned(String::new())),
        ),
    ] {
        let found = verified(&given(&mark(claims.clone()), by), json!({})).unwrap_err();
        match (&found, &error) {
            (MarkError::Delegation(StatementError::NotSigned(_)), MarkError::Delegation(_)) => {}
            _ => assert_eq!(found, error, "{claims}"),
        }
    }
    let as_statement = signed(&mark(json!({})), ANCHOR);
    assert_eq!(
        verified(&as_statement, json!({})).unwrap_err(),
        StatementError::WrongType("trust-mark+jwt").into()
    );
    let unknown_kind = verified(
        &given(&mark(json!({})), ANCHOR),
        json!({"trust_mark_issuers": {}}),
    );
    assert_eq!(unknown_kind.unwrap_err(), MarkError::NotRecognised(id(ANCHOR)));
    for form in [json!(["x"]), json!([{"trust_mark_type": KIND}])] {
        let own = with(leaf(), json!({"trust_marks": form}));
        let found = validate(&chain(&own, &of_leaf(), &of_umbrella(), &of_anchor())).unwrap();
        assert_eq!(found.marks(&[], now()), [Err(MarkError::Form)]);
    }
}

#[test]
fn a_mark_by_another_member_counts_once_that_members_chain_holds() {
    let by_umbrella = given(&mark(json!({"iss": UMBRELLA})), UMBRELLA);
    let subject = shown(&by_umbrella, json!({"trust_mark_issuers": {KIND: []}}));
    let umbrella = with(claims(UMBRELLA, UMBRELLA), json!({"authority_hints": [ANCHOR]}));
    let issuer = validate(&[signed(&umbrella, UMBRELLA), signed(&of_umbrella(), ANCHOR)]).unwrap();

    assert_eq!(
        subject.marks(&[], now()),
        [Err(MarkError::UnknownIssuer(id(UMBRELLA)))]
    );
    assert!(subject.marks(&[issuer], now())[0].is_ok());
}

#[test]
fn a_mark_with_an_owner_needs_the_owners_leave() {
    let owned = json!({"trust_mark_owners": {KIND: {"sub": OWNER, "jwks": jwks(OWNER)}}});
    let leave = json!({"iss": OWNER, "sub": ANCHOR, "trust_mark_type": KIND, "iat": now().timestamp() - 60});
    let delegated = |changes: Value, by: &str, typ: &str| {
        let delegation = signed_as(&with(leave.clone(), changes), by, &json!({"typ": typ}));
        verified(
            &given(&mark(json!({"delegation": delegation})), ANCHOR),
            owned.clone(),
        )
    };
    let typ = "trust-mark-delegation+jwt";

    assert!(delegated(json!({}), OWNER, typ).is_ok());
    for (changes, by, typ, error) in [
        (json!({"iss": ANCHOR}), OWNER, typ, StatementError::Claim("iss")),
        (json!({"sub": LEAF}), OWNER, typ, StatementError::Claim("sub")),
        (
            json!({"trust_mark_type": "x"}),
            OWNER,
            typ,
            StatementError::Claim("trust_mark_type"),
        ),
        (
            json!({"exp": now().timestamp()}),
            OWNER,
            typ,
            StatementError::Ended(now()),
        ),
        (json!({}), ANCHOR, typ, StatementError::UnknownKey),
        (json!({}), OWNER, "JWT", StatementError::WrongType(typ)),
    ] {
        let found = delegated(changes.clone(), by, typ).unwrap_err();
        let expected = match &error {
            StatementError::WrongType(_) => {
                MarkError::Delegation(StatementError::WrongType("trust-mark-delegation+jwt"))
            }
            other => MarkError::Delegation(other.clone()),
        };
        assert_eq!(found, expected, "{changes}");
    }
    let without = verified(&given(&mark(json!({})), ANCHOR), owned.clone());
    assert_eq!(
        without.unwrap_err(),
        MarkError::Delegation(StatementError::Claim("delegation"))
    );
}
