//! Signed lists: made here, and read as the specification says.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use proofs::{Algorithm, jws};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use test_support::{a_register, key};
use trust::{Discontinuity, Freshness, LIST_TYPE, ListError, MAX_LIST_CHARACTERS, TrustAnchor, verify_list};

pub(crate) const AT: &str = "2026-11-21T11:00:00Z";

struct Case {
    comment: &'static str,
    list: String,
    at: &'static str,
    /// The list that the reader accepted before.
    previous: Option<String>,
    /// How many times `A` is added to the list.
    padding: usize,
    expect: &'static str,
}

fn case(comment: &'static str, list: &str, expect: &'static str) -> Case {
    Case {
        comment,
        list: list.to_owned(),
        at: AT,
        previous: None,
        padding: 0,
        expect,
    }
}

pub(crate) fn content() -> Value {
    json!({
        "version": 2,
        "iss": "did:web:register.example",
        "registerId": "https://register.example/v1",
        "sequence": 418,
        "issuedAt": "2026-11-21T10:00:00Z",
        "nextUpdate": "2026-11-22T10:00:00Z",
        "previousHash": format!("sha-256:{}", "0".repeat(64)),
        "frameworks": [{ "id": "https://framework.example.org/ho/2025-05", "sectors": ["hbo", "wo"] }],
        "entities": [entity()],
    })
}

fn entity() -> Value {
    json!({
        "entityId": "root", "type": "root", "dids": ["did:web:root.register.example"],
        "displayName": { "nl": "Stelselbeheer", "en": "Governance" },
        "accreditations": [{
            "accreditationId": "https://register.example/v1/accreditations/root", "layer": "L3",
            "validFrom": "2021-10-01T00:00:00Z", "mayDelegate": true, "maxDepth": 3,
            "statusHistory": [event(1, "2021-09-01")],
        }],
    })
}

pub(crate) fn event(seq: u64, recorded: &str) -> Value {
    json!({
        "seq": seq, "status": "active", "effectiveFrom": "2021-10-01T00:00:00Z",
        "recordedAt": format!("{recorded}T00:00:00Z"), "reason": { "code": "admitted" },
    })
}

fn with(change: impl FnOnce(&mut Value)) -> Value {
    let mut content = content();
    change(&mut content);
    content
}

pub(crate) fn sign(content: &Value) -> String {
    sign_as(
        &json!({ "alg": "EdDSA", "typ": LIST_TYPE }),
        content.to_string().as_bytes(),
    )
}

fn sign_as(header: &Value, payload: &[u8]) -> String {
    jws::sign(header, payload, a_register().operator()).unwrap()
}

pub(crate) fn hash(content: &Value) -> String {
    let register = a_register();
    let list = verify_list(&sign(content), &[register.anchor()], AT.parse().unwrap()).unwrap();
    list.content_hash().to_owned()
}

fn key_entry(kid: &str) -> Value {
    let public = key(Algorithm::EdDsa, "root").public_key();
    json!({
        "kid": kid, "publicKeyJwk": public.to_jwk(), "jwkThumbprint": public.thumbprint(),
        "notBefore": "2021-10-01T00:00:00Z",
    })
}

fn rsa_entry(bits: usize) -> Value {
    let jwk = test_support::rsa_keys(bits)[0].jwk();
    let thumbprint = json!({ "e": jwk["e"], "kty": "RSA", "n": jwk["n"] }).to_string();
    let mut entry = key_entry("did:web:root.register.example#1");
    entry["jwkThumbprint"] = json!(URL_SAFE_NO_PAD.encode(Sha256::digest(thumbprint)));
    entry["publicKeyJwk"] = jwk;
    entry
}

fn cases() -> Vec<Case> {
    let sound = sign(&content());
    let at = |at: &'static str, case: Case| Case { at, ..case };
    let after = |previous: &str, case: Case| Case {
        previous: Some(previous.to_owned()),
        ..case
    };
    let contradictory = |comment, change: fn(&mut Value)| case(comment, &sign(&with(change)), "inconsistent");
    let numbered = |sequence: u64, previous: Option<String>| {
        with(|list| {
            list["sequence"] = json!(sequence);
            list["previousHash"] = json!(previous);
        })
    };
    let next = sign(&numbered(419, Some(hash(&content()))));
    let parts: Vec<&str> = sound.split('.').collect();
    let unsigned_header = "eyJhbGciOiJub25lIiwidHlwIjoibWMtcmVnaXN0ZXIrand0In0";
    vec![
        case("sound, and the next list is due later", &sound, "fresh"),
        at(
            "2026-11-22T10:00:00Z",
            case("the last moment of the same list", &sound, "fresh"),
        ),
        at(
            "2026-11-22T10:00:01Z",
            case(
                "past it; still read, never enough for a good verdict",
                &sound,
                "stale",
            ),
        ),
        at(
            "2026-11-21T09:55:00Z",
            case("signed five minutes ahead of the reader's clock", &sound, "fresh"),
        ),
        at(
            "2026-11-21T09:54:59Z",
            case("signed more than five minutes ahead of it", &sound, "wrong-dates"),
        ),
        case(
            "a member this version does not know is ignored, and hashed",
            &sign(&with(|list| list["later"] = json!({ "a": 1.0 }))),
            "fresh",
        ),
        case(
            "of the first version of the format, which did not state it",
            &sign(&with(|list| {
                list.as_object_mut().unwrap().remove("version");
            })),
            "fresh",
        ),
        case(
            "of a version of the format that is not known yet",
            &sign(&with(|list| list["version"] = json!(3))),
            "unknown-version",
        ),
        case(
            "the content of another list under the signature of the first",
            &format!("{}.{}.{}", parts[0], next.split('.').nth(1).unwrap(), parts[2]),
            "wrong-signature",
        ),
        case(
            "no signature at all: the content alone",
            &content().to_string(),
            "not-signed",
        ),
        case(
            "an unsigned token",
            &format!("{unsigned_header}.{}.", parts[1]),
            "not-signed",
        ),
        case(
            "signed by the operator, as something else than a list",
            &sign_as(
                &json!({ "alg": "EdDSA", "typ": "vc+sd-jwt" }),
                content().to_string().as_bytes(),
            ),
            "wrong-type",
        ),
        case(
            "signed with the operator's key in another's name",
            &sign(&with(|list| list["iss"] = json!("did:web:other.example"))),
            "unknown-operator",
        ),
        case(
            "claims to hold for two days",
            &sign(&with(|list| list["nextUpdate"] = json!("2026-11-23T10:00:00Z"))),
            "wrong-dates",
        ),
        case(
            "ends when it begins",
            &sign(&with(|list| list["nextUpdate"] = list["issuedAt"].clone())),
            "wrong-dates",
        ),
        case(
            "signed afresh an hour later without a change: another signature, the same hash",
            &sign(&with(|list| list["issuedAt"] = json!("2026-11-21T10:30:00Z"))),
            "fresh",
        ),
        case(
            "no sequence number",
            &sign(&with(|list| {
                list.as_object_mut().unwrap().remove("sequence");
            })),
            "shape",
        ),
        case(
            "a member named twice",
            &sign_as(
                &json!({ "alg": "EdDSA", "typ": LIST_TYPE }),
                content()
                    .to_string()
                    .replacen('{', "{\"sequence\":1,", 1)
                    .as_bytes(),
            ),
            "json",
        ),
        Case {
            padding: MAX_LIST_CHARACTERS,
            ..case("longer than a list may be", &sound, "too-large")
        },
        contradictory("an entity listed twice", |list| {
            list["entities"] = json!([entity(), entity()])
        }),
        contradictory("a framework listed twice", |list| {
            list["frameworks"] = json!([list["frameworks"][0], list["frameworks"][0]])
        }),
        contradictory("a DID of two entities", |list| {
            let mut other = entity();
            other["entityId"] = json!("other");
            other["accreditations"] = json!([]);
            list["entities"] = json!([entity(), other]);
        }),
        contradictory("a history whose numbers do not rise", |list| {
            list["entities"][0]["accreditations"][0]["statusHistory"] =
                json!([event(2, "2021-09-01"), event(1, "2021-09-02")]);
        }),
        contradictory(
            "a history recorded out of order: something was put in between afterwards",
            |list| {
                list["entities"][0]["accreditations"][0]["statusHistory"] =
                    json!([event(1, "2021-09-02"), event(2, "2021-09-01")]);
            },
        ),
        contradictory("a decision that nobody can take", |list| {
            list["entities"][0]["accreditations"][0]["statusHistory"][0]["status"] = json!("absent");
        }),
        contradictory("an accreditation that ends before it begins", |list| {
            list["entities"][0]["accreditations"][0]["validUntil"] = json!("2021-09-30T00:00:00Z");
        }),
        contradictory("a size range that holds nothing", |list| {
            list["entities"][0]["accreditations"][0]["scope"] =
                json!({ "sizes": [{ "unit": "EC", "min": 5, "max": 3 }] });
        }),
        case(
            "organisations that are no list",
            &sign(&with(|list| list["entities"] = json!({ "root": entity() }))),
            "shape",
        ),
        case(
            "the same in a version to come",
            &sign(&with(|list| {
                list["version"] = json!(3);
                list["entities"] = json!({ "root": entity() });
            })),
            "unknown-version",
        ),
        case(
            "an RSA key",
            &sign(&with(|list| {
                list["entities"][0]["keys"] = json!([rsa_entry(2048)])
            })),
            "fresh",
        ),
        contradictory("an RSA key that is too small", |list| {
            list["entities"][0]["keys"] = json!([rsa_entry(1024)]);
        }),
        contradictory("a key of no kind that lists have", |list| {
            list["entities"][0]["keys"] = json!([key_entry("did:web:root.register.example#1")]);
            list["entities"][0]["keys"][0]["publicKeyJwk"] = json!({ "kty": "oct", "k": "AAAA" });
        }),
        contradictory("a key under a DID of another", |list| {
            list["entities"][0]["keys"] = json!([key_entry("did:web:other.example#1")]);
        }),
        contradictory("a key with another thumbprint", |list| {
            list["entities"][0]["keys"] = json!([key_entry("did:web:root.register.example#1")]);
            list["entities"][0]["keys"][0]["jwkThumbprint"] =
                json!("oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");
        }),
        contradictory("windows of one DID that overlap", |list| {
            let did = &list["entities"][0]["dids"][0];
            list["entities"][0]["didWindows"] = json!([
                { "did": did, "notAfter": "2025-01-01T00:00:00Z" }, { "did": did, "notBefore": "2025-01-01T00:00:00Z" },
            ]);
        }),
        contradictory("a window of a DID that the entity does not have", |list| {
            list["entities"][0]["didWindows"] = json!([{ "did": "did:web:other.example" }]);
        }),
        contradictory("taken over by somebody who is not there", |list| {
            list["entities"][0]["succeededBy"] = succession("nobody");
        }),
        contradictory("taken over by itself", |list| {
            list["entities"][0]["succeededBy"] = succession("root")
        }),
        after(
            &sound,
            case("the next list, which commits to the one before", &next, "fresh"),
        ),
        after(
            &sound,
            case(
                "the same content signed afresh",
                &sign(&with(|list| list["issuedAt"] = json!("2026-11-21T10:30:00Z"))),
                "fresh",
            ),
        ),
        after(
            &sound,
            case(
                "numbers between that this reader did not see",
                &sign(&numbered(450, None)),
                "fresh",
            ),
        ),
        after(
            &next,
            case("rolled back to a lower number", &sound, "rolled-back"),
        ),
        after(
            &sound,
            case(
                "forked: the next number, committing to something else",
                &sign(&numbered(419, Some(format!("sha-256:{}", "1".repeat(64))))),
                "forked",
            ),
        ),
        after(
            &sound,
            case(
                "forked: the next number, committing to nothing",
                &sign(&numbered(419, None)),
                "forked",
            ),
        ),
        after(
            &sound,
            case(
                "forked: other content under the same number",
                &sign(&with(|list| list["entities"] = json!([]))),
                "forked",
            ),
        ),
    ]
}

fn succession(entity: &str) -> Value {
    json!({ "entity": entity, "effectiveFrom": "2026-01-01T00:00:00Z", "recordedAt": "2026-01-01T00:00:00Z" })
}

#[test]
fn signed_lists_are_read_as_the_specification_says() {
    let anchor: TrustAnchor = a_register().anchor();
    let anchors = std::slice::from_ref(&anchor);
    let mut vectors = Vec::new();
    for case in cases() {
        let at: DateTime<Utc> = case.at.parse().unwrap();
        let text = format!("{}{}", case.list, "A".repeat(case.padding));
        let read = verify_list(&text, anchors, at);
        let before = case
            .previous
            .as_ref()
            .map(|previous| verify_list(previous, anchors, at + TimeDelta::hours(1)).unwrap());
        let found = match &read {
            Ok(list) => match before.map_or(Ok(()), |before| list.check_follows(&before)) {
                Err(Discontinuity::RolledBack) => "rolled-back",
                Err(Discontinuity::Forked) => "forked",
                Err(Discontinuity::OtherOperator) => "other-operator",
                Ok(()) if list.freshness(at) == Freshness::Fresh => "fresh",
                Ok(()) => "stale",
            },
            Err(ListError::TooLarge) => "too-large",
            Err(ListError::NotSigned(_)) => "not-signed",
            Err(ListError::KeyChanges(_)) => "key-changes",
            Err(ListError::WrongSignature) => "wrong-signature",
            Err(ListError::WrongType(_)) => "wrong-type",
            Err(ListError::UnknownOperator(_)) => "unknown-operator",
            Err(ListError::UnknownVersion(_)) => "unknown-version",
            Err(ListError::WrongDates(_)) => "wrong-dates",
            Err(ListError::Inconsistent(_)) => "inconsistent",
            Err(ListError::Json(_)) => "json",
            Err(ListError::Shape(_)) => "shape",
            Err(ListError::Signing(_)) => "signing",
        };
        assert_eq!(found, case.expect, "{}", case.comment);

        let mut vector = Map::new();
        vector.insert("comment".to_owned(), json!(case.comment));
        vector.insert("at".to_owned(), json!(case.at));
        if let Some(previous) = &case.previous {
            vector.insert("previous".to_owned(), json!(previous));
        }
        vector.insert("list".to_owned(), json!(case.list));
        if case.padding > 0 {
            vector.insert("padding".to_owned(), json!(case.padding));
        }
        vector.insert("expect".to_owned(), json!(case.expect));
        if let Ok(list) = &read {
            vector.insert("contentHash".to_owned(), json!(list.content_hash()));
        }
        vectors.push(Value::Object(vector));
    }
    let file = json!({
        "comment": "Signed lists, the moment at which each is read, and what a reader makes of it (section 1). `previous` is the list it accepted before; `padding` is how many times the letter A comes after the list. The anchor holds for all.",
        "anchor": anchor,
        "vectors": vectors,
    });
    crate::is_current("lists.json", &file);
}
