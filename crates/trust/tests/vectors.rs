//! The examples of `specs/accreditation/`, which others implement from.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use serde_json::{Value, json};
use test_support::{a_register, now};
use trust::{
    Freshness, ListError, ScopeClaim, SizeUnit, TrustAnchor, VerifiedList, assess_known_at, sign_list,
    verify_list,
};

fn read(file: &str) -> Value {
    let path = format!("{}/../../specs/accreditation/{file}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The example list, signed by the operator of the tests.
fn example() -> VerifiedList {
    let list = serde_json::from_value(read("examples/list.json")).unwrap();
    let register = a_register();
    let kid = "did:web:register.example#register-1".parse().unwrap();
    let signed = sign_list(&list, register.operator(), &kid).unwrap();
    verify_list(&signed, &[register.anchor()], now()).unwrap()
}

#[test]
fn the_example_list_holds_nothing_this_version_does_not_know() {
    assert_eq!(
        serde_json::to_value(example().list()).unwrap(),
        read("examples/list.json")
    );
}

#[test]
fn signed_lists_are_read_as_the_specification_says() {
    let vectors = read("vectors/lists.json");
    let anchor: TrustAnchor = serde_json::from_value(vectors["anchor"].clone()).unwrap();
    for vector in vectors["vectors"].as_array().unwrap() {
        let at = vector["at"].as_str().unwrap().parse().unwrap();
        let read = verify_list(
            vector["list"].as_str().unwrap(),
            std::slice::from_ref(&anchor),
            at,
        );
        let found = match &read {
            Ok(list) if list.freshness(at) == Freshness::Fresh => "fresh",
            Ok(_) => "stale",
            Err(ListError::WrongSignature) => "wrong-signature",
            Err(ListError::WrongType(_)) => "wrong-type",
            Err(ListError::UnknownOperator(_)) => "unknown-operator",
            Err(ListError::WrongDates(_)) => "wrong-dates",
            Err(ListError::Inconsistent(_)) => "inconsistent",
            Err(ListError::Shape(_)) => "shape",
            Err(_) => "other",
        };
        assert_eq!(found, vector["expect"], "{}", vector["comment"]);
        let hash = read
            .ok()
            .map(|list| json!(list.content_hash()))
            .unwrap_or_default();
        assert_eq!(hash, vector["contentHash"], "{}", vector["comment"]);
    }
}

#[test]
fn issuers_are_judged_as_the_specification_says() {
    let list = example();
    for vector in read("vectors/evaluation.json")["vectors"].as_array().unwrap() {
        let moment = |name: &str| vector[name].as_str().map(|text| text.parse().unwrap());
        let now = moment("now").unwrap_or_else(now);
        let known_at = moment("knownAt").unwrap_or(now);
        let issuer = vector["issuer"].as_str().unwrap().parse().unwrap();
        let claim = claim(&vector["claim"]);
        let result = assess_known_at(&list, &issuer, &claim, moment("at").unwrap(), now, known_at);

        let expect = &vector["expect"];
        let Some(result) = result else {
            assert_eq!(expect, "unknown-issuer", "{}", vector["comment"]);
            continue;
        };
        let roles: Vec<_> = result.links.iter().map(|link| link.role).collect();
        let mut found = serde_json::to_value(&result).unwrap();
        found["roles"] = json!(roles);
        for (name, expected) in expect.as_object().unwrap() {
            assert_eq!(&found[name], expected, "{name}: {}", vector["comment"]);
        }
    }
}

fn claim(claim: &Value) -> ScopeClaim {
    let text = |name: &str| claim[name].as_str().map(str::to_owned);
    let sizes = claim["sizes"].as_object().into_iter().flatten();
    ScopeClaim {
        sector: serde_json::from_value(claim["sector"].clone()).ok(),
        framework: text("framework"),
        eqf: claim["eqf"].as_u64().map(|level| u8::try_from(level).unwrap()),
        nlqf: text("nlqf"),
        sizes: sizes
            .map(|(unit, value)| {
                let unit: SizeUnit = serde_json::from_value(json!(unit)).unwrap();
                (unit, value.as_f64().unwrap())
            })
            .collect(),
        credential_type: text("credentialType"),
        field: text("field"),
        country: text("country"),
    }
}
