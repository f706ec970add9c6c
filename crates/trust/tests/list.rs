//! Which signed lists are relied on, and which are not.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use chrono::Duration;
use proofs::{Algorithm, jws};
use serde_json::{Value, json};
use test_support::{Register, a_register, an_institution, day, key, now};
use trust::{Freshness, LIST_TYPE, ListError, TrustAnchor, content_hash, sign_list, verify_list};

/// Signs any content as the operator would.
fn signed_by_operator(register: &Register, typ: &str, content: &Value) -> String {
    jws::sign(
        &json!({ "typ": typ }),
        content.to_string().as_bytes(),
        register.operator(),
    )
    .unwrap()
}

fn content(register: &Register) -> Value {
    serde_json::to_value(register.list()).unwrap()
}

#[test]
fn a_signed_list_is_read_back_whole() {
    let register = a_register().admitting(&an_institution());
    let list = verify_list(&register.signed(), &[register.anchor()], now()).unwrap();

    assert_eq!(&list.to_list(), register.list());
    let institution = an_institution();
    assert_eq!(
        list.entity(&institution.issuer())
            .unwrap()
            .parent_entity
            .as_deref(),
        Some("waterland")
    );
    let (_, kid) = institution.p256();
    assert_eq!(list.key(&kid).unwrap().entity.dids, [institution.issuer()]);
}

#[test]
fn an_es256_operator_is_as_good() {
    let operator = key(Algorithm::Es256, "operator");
    let register = a_register();
    let kid = "did:web:register.example#p256-1".parse().unwrap();
    let signed = sign_list(register.list(), &operator, &kid).unwrap();
    let anchor = TrustAnchor {
        iss: register.list().iss.clone(),
        jwk: operator.public_key().to_jwk(),
        next_key_thumbprint: None,
        register_url: None,
    };
    assert!(verify_list(&signed, &[anchor], now()).is_ok());
}

#[test]
fn a_list_by_somebody_else_is_refused() {
    let register = a_register();
    let other_key = TrustAnchor {
        jwk: key(Algorithm::EdDsa, "other").public_key().to_jwk(),
        ..register.anchor()
    };
    let other_name = TrustAnchor {
        iss: "did:web:other.example".parse().unwrap(),
        ..register.anchor()
    };
    let result = |anchors: &[TrustAnchor]| verify_list(&register.signed(), anchors, now());

    assert!(matches!(
        result(std::slice::from_ref(&other_key)),
        Err(ListError::WrongSignature)
    ));
    assert!(matches!(
        result(&[other_name]),
        Err(ListError::UnknownOperator(_))
    ));
    assert!(matches!(result(&[]), Err(ListError::UnknownOperator(_))));
    assert!(result(&[other_key, register.anchor()]).is_ok());
}

#[test]
fn a_changed_list_is_refused() {
    let register = a_register();
    let signed = register.signed();
    let mut parts: Vec<_> = signed.split('.').map(str::to_owned).collect();
    let other = a_register().admitting(&an_institution()).signed();
    parts[1] = other.split('.').nth(1).unwrap().to_owned();
    assert!(matches!(
        verify_list(&parts.join("."), &[register.anchor()], now()),
        Err(ListError::WrongSignature)
    ));
}

#[test]
fn a_token_of_another_type_is_no_list() {
    let register = a_register();
    for typ in ["JWT", "vc+sd-jwt", ""] {
        let signed = signed_by_operator(&register, typ, &content(&register));
        assert!(
            matches!(
                verify_list(&signed, &[register.anchor()], now()),
                Err(ListError::WrongType(_))
            ),
            "{typ}"
        );
    }
    let without = jws::sign(
        &json!({}),
        content(&register).to_string().as_bytes(),
        register.operator(),
    )
    .unwrap();
    assert!(matches!(
        verify_list(&without, &[register.anchor()], now()),
        Err(ListError::WrongType(_))
    ));
}

#[test]
fn a_list_past_its_date_is_read_and_called_stale() {
    let register = a_register().issued_at(now() - Duration::hours(25));
    let list = verify_list(&register.signed(), &[register.anchor()], now()).unwrap();
    assert_eq!(
        list.freshness(now()),
        Freshness::Stale {
            since: now() - Duration::hours(1)
        }
    );
    assert_eq!(list.freshness(now() - Duration::hours(2)), Freshness::Fresh);
}

#[test]
fn impossible_dates_are_refused() {
    let register = a_register();
    let refused = |change: &dyn Fn(&mut Value)| {
        let mut content = content(&register);
        change(&mut content);
        let signed = signed_by_operator(&register, LIST_TYPE, &content);
        matches!(
            verify_list(&signed, &[register.anchor()], now()),
            Err(ListError::WrongDates(_))
        )
    };
    assert!(
        refused(&|list| list["nextUpdate"] = json!(now() + Duration::hours(48))),
        "longer than a day"
    );
    assert!(
        refused(&|list| list["nextUpdate"] = list["issuedAt"].clone()),
        "no time at all"
    );
    assert!(
        refused(&|list| {
            list["issuedAt"] = json!(now() + Duration::minutes(6));
            list["nextUpdate"] = json!(now() + Duration::hours(2));
        }),
        "from the future"
    );
    assert!(
        !refused(&|list| list["issuedAt"] = json!(now() + Duration::minutes(4))),
        "clocks may differ a little"
    );
}

#[test]
fn a_list_that_contradicts_itself_is_neither_signed_nor_read() {
    let institution = an_institution();
    let register = || a_register().admitting(&institution);
    let broken = [
        ("one entity twice", register().admitting(&institution)),
        (
            "one identifier, two entities",
            register().with_list(|list| {
                let did = list.entities[2].dids[0].clone();
                list.entities[3].dids.push(did);
            }),
        ),
        (
            "a key under another's identifier",
            register().with_list(|list| {
                let key = list.entities[3].keys[0].clone();
                list.entities[2].keys.push(key);
            }),
        ),
        (
            "another thumbprint",
            register().with_list(|list| {
                list.entities[3].keys[0].jwk_thumbprint = list.entities[3].keys[1].jwk_thumbprint.clone();
            }),
        ),
        (
            "one accreditation twice",
            register().with_list(|list| {
                let accreditation = list.entities[2].accreditations[0].clone();
                list.entities[3].accreditations.push(accreditation);
            }),
        ),
        (
            "a history out of order",
            register().with_list(|list| {
                let history = &mut list.entities[2].accreditations[0].status_history;
                history.push(history[0].clone());
            }),
        ),
        (
            "an impossible range",
            register().with_list(|list| {
                list.entities[2].accreditations[0].scope.sizes.as_mut().unwrap()[0].step = Some(0.0);
            }),
        ),
    ];
    for (what, register) in broken {
        let kid = "did:web:register.example#register-1".parse().unwrap();
        let refused = sign_list(register.list(), register.operator(), &kid);
        assert!(matches!(refused, Err(ListError::Inconsistent(_))), "{what}");
        let signed = signed_by_operator(&register, LIST_TYPE, &content(&register));
        let read = verify_list(&signed, &[register.anchor()], now());
        assert!(matches!(read, Err(ListError::Inconsistent(_))), "{what}");
    }
}

#[test]
fn what_is_no_list_is_refused() {
    let register = a_register();
    let anchors = [register.anchor()];
    let huge = "e".repeat(trust::MAX_LIST_CHARACTERS + 1);
    assert!(matches!(
        verify_list(&huge, &anchors, now()),
        Err(ListError::TooLarge)
    ));
    assert!(matches!(
        verify_list("", &anchors, now()),
        Err(ListError::NotSigned(_))
    ));
    assert!(matches!(
        verify_list("{}", &anchors, now()),
        Err(ListError::NotSigned(_))
    ));
    let shapeless = signed_by_operator(
        &register,
        LIST_TYPE,
        &json!({ "iss": "did:web:register.example" }),
    );
    assert!(matches!(
        verify_list(&shapeless, &anchors, now()),
        Err(ListError::Shape(_))
    ));
}

#[test]
fn members_of_a_later_version_are_ignored_and_still_hashed() {
    let register = a_register();
    let mut newer = content(&register);
    newer["logSize"] = json!(1290);
    let signed = signed_by_operator(&register, LIST_TYPE, &newer);
    let list = verify_list(&signed, &[register.anchor()], now()).unwrap();
    assert_eq!(&list.to_list(), register.list());
    assert_ne!(list.content_hash(), content_hash(register.list()).unwrap());
}

#[test]
fn the_hash_is_that_of_the_content_not_of_the_signing() {
    let register = a_register().admitting(&an_institution());
    let before = content_hash(register.list()).unwrap();
    let signed_later = register.clone().issued_at(now());
    assert_eq!(content_hash(signed_later.list()).unwrap(), before);
    let list = verify_list(&register.signed(), &[register.anchor()], now()).unwrap();
    assert_eq!(list.content_hash(), before);
    assert!(before.starts_with("sha-256:") && before.len() == 8 + 64);
}

#[test]
fn a_list_follows_one_it_commits_to() {
    let read = |register: &Register| verify_list(&register.signed(), &[register.anchor()], now()).unwrap();
    let first = a_register();
    let second = |hash: String| {
        let admitted = a_register().admitting(&an_institution().suspended(day("2026-02-01")));
        admitted.with_list(|list| (list.sequence, list.previous_hash) = (419, Some(hash)))
    };
    let honest = second(content_hash(first.list()).unwrap());
    let rewritten = second("sha-256:00".to_owned());
    let unnumbered = a_register().admitting(&an_institution());

    assert!(read(&honest).follows(&read(&first)));
    assert!(
        read(&first.clone().issued_at(now())).follows(&read(&first)),
        "signed afresh"
    );
    assert!(
        !read(&rewritten).follows(&read(&first)),
        "commits to another past"
    );
    assert!(
        !read(&unnumbered).follows(&read(&first)),
        "changed under the same number"
    );
    assert!(!read(&first).follows(&read(&honest)), "rolled back");
}
