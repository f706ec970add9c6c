//! Token Status List: what is written, read and refused.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use serde_json::{Value, json};
use status_list::MINIMUM_ENTRIES;
use status_list::token::{
    LARGEST_BYTES, Reference, Status, TokenCheckError, TokenListError, TokenStatusList, check, check_fetched,
    claims,
};

const URI: &str = "https://credentials.college.example/status/t7q2";

fn now() -> DateTime<Utc> {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn reference(index: u64) -> Reference {
    Reference {
        uri: URI.to_owned(),
        index,
    }
}

/// Made an hour ago, good for a day: 1 is revoked, 2 suspended.
fn token() -> Value {
    let mut list = TokenStatusList::new(2, MINIMUM_ENTRIES).unwrap();
    list.set(1, Status::Invalid).unwrap();
    list.set(2, Status::Suspended).unwrap();
    let made = now() - TimeDelta::hours(1);
    claims(&list, URI, made, Some(made + TimeDelta::hours(24)), None)
}

#[test]
fn lists_of_another_implementation_are_read_and_ours_hold_the_same() {
    for (bits, bytes, lst, statuses) in [
        (
            1,
            vec![0xb9, 0xa3],
            "eNrbuRgAAhcBXQ",
            vec![1, 0, 0, 1, 1, 1, 0, 1],
        ),
        (
            2,
            vec![0xc9, 0x44, 0xf9],
            "eNo76fITAAPfAgc",
            vec![1, 2, 0, 3, 0, 1, 0, 1],
        ),
    ] {
        let list = TokenStatusList::decode(&json!({"bits": bits, "lst": lst})).unwrap();
        assert_eq!(list.as_bytes(), bytes);
        let read: Vec<u8> = (0..8).map(|index| list.get(index).unwrap().into()).collect();
        assert_eq!(read, statuses);
        assert_eq!(TokenStatusList::decode(&list.encode()), Ok(list));
    }
}

#[test]
fn what_was_set_is_told_and_its_neighbours_are_valid() {
    let token = token();
    let status = |index| check(&reference(index), &token, now());
    assert_eq!(status(0), Ok(Status::Valid));
    assert_eq!(status(1), Ok(Status::Invalid));
    assert_eq!(status(2), Ok(Status::Suspended));
    assert_eq!(status(3), Ok(Status::Valid));
}

#[test]
fn status_that_needs_more_bits_is_refused() {
    let mut list = TokenStatusList::new(1, 8).unwrap();
    assert_eq!(
        list.set(0, Status::Suspended),
        Err(TokenListError::Status { value: 2, bits: 1 })
    );
    let mut list = TokenStatusList::new(4, 8).unwrap();
    list.set(3, Status::Other(15)).unwrap();
    list.set(3, Status::Other(12)).unwrap();
    assert_eq!(list.get(3), Ok(Status::Other(12)));
    assert!(list.set(3, Status::Other(16)).is_err());
}

#[test]
fn lists_of_odd_sizes_are_refused() {
    assert_eq!(TokenStatusList::new(3, 8), Err(TokenListError::Bits(3)));
    assert_eq!(TokenStatusList::new(1, 9), Err(TokenListError::Length(9)));
    assert_eq!(TokenStatusList::new(2, 0), Err(TokenListError::Length(0)));
    assert!(TokenStatusList::new(8, LARGEST_BYTES).is_ok());
    assert!(TokenStatusList::new(8, LARGEST_BYTES + 1).is_err());
    for bits in [
        json!(0),
        json!(3),
        json!(16),
        json!(257),
        json!("1"),
        json!(-1),
        json!(null),
    ] {
        let claim = json!({"bits": bits, "lst": "eNrbuRgAAhcBXQ"});
        assert!(TokenStatusList::decode(&claim).is_err(), "{bits}");
    }
}

#[test]
fn list_that_unpacks_to_too_much_is_refused() {
    let zeros = miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; LARGEST_BYTES + 1], 9);
    assert_eq!(
        TokenStatusList::decode(&json!({"bits": 1, "lst": URL_SAFE_NO_PAD.encode(zeros)})),
        Err(TokenListError::Encoding(
            "it unpacks to more than a list may have"
        ))
    );
    let long = json!({"bits": 1, "lst": "A".repeat(3 * LARGEST_BYTES)});
    assert!(TokenStatusList::decode(&long).is_err());
}

#[test]
fn text_that_is_no_list_is_refused() {
    for lst in [
        "",
        "####",
        "AAAA",
        "eNrbuRgAAhcBXA",
        "eNrbuRgA",
        "eNrbuRgAAhcBXQ==",
    ] {
        let read = TokenStatusList::decode(&json!({"bits": 1, "lst": lst}));
        assert!(matches!(read, Err(TokenListError::Encoding(_))), "{lst}");
    }
    assert!(TokenStatusList::decode(&json!({"bits": 1})).is_err());
    assert!(TokenStatusList::decode(&json!("eNrbuRgAAhcBXQ")).is_err());
}

#[test]
fn references_are_read_and_others_refused() {
    let of = |status: Value| Reference::of(&json!({ "status": status }));
    assert_eq!(
        of(json!({"status_list": {"idx": 7, "uri": URI}})),
        Ok(Some(reference(7)))
    );
    assert_eq!(Reference::of(&json!({})), Ok(None));
    for status in [
        json!("valid"),
        json!({}),
        json!({"status_list": {"idx": "7", "uri": URI}}),
        json!({"status_list": {"idx": -7, "uri": URI}}),
        json!({"status_list": {"idx": 7}}),
        json!({"status_list": {"idx": 7, "uri": ""}}),
    ] {
        assert!(of(status.clone()).is_err(), "{status}");
    }
}

#[test]
fn list_of_another_address_tells_nothing() {
    let other = Reference {
        uri: "https://credentials.college.example/status/other".to_owned(),
        index: 1,
    };
    assert_eq!(check(&other, &token(), now()), Err(TokenCheckError::OtherList));
}

#[test]
fn index_past_the_end_is_refused() {
    let past = MINIMUM_ENTRIES as u64;
    let refused = TokenListError::Index {
        index: past,
        length: MINIMUM_ENTRIES,
    };
    assert_eq!(
        check(&reference(past), &token(), now()),
        Err(TokenCheckError::List(refused))
    );
    assert!(check(&reference(u64::MAX), &token(), now()).is_err());
}

#[test]
fn stale_list_is_an_outcome_of_its_own_with_what_was_last_known() {
    let until = now() + TimeDelta::hours(23);
    assert_eq!(check(&reference(2), &token(), until), Ok(Status::Suspended));
    assert_eq!(
        check(&reference(2), &token(), until + TimeDelta::seconds(1)),
        Err(TokenCheckError::Stale {
            until,
            last_known: Status::Suspended
        })
    );
}

#[test]
fn time_to_live_counts_from_when_the_list_was_fetched() {
    let mut token = token();
    token["ttl"] = json!(300);
    assert_eq!(check(&reference(0), &token, now()), Ok(Status::Valid));
    let fetched_at = now() - TimeDelta::minutes(6);
    assert_eq!(
        check_fetched(&reference(0), &token, now(), fetched_at),
        Err(TokenCheckError::Stale {
            until: now() - TimeDelta::minutes(1),
            last_known: Status::Valid
        })
    );
    for ttl in [json!(0), json!(-5), json!("soon"), json!(1.5)] {
        token["ttl"] = ttl;
        assert_eq!(
            check(&reference(0), &token, now()),
            Err(TokenCheckError::Claim("ttl"))
        );
    }
}

#[test]
fn list_without_a_date_or_from_the_future_is_refused() {
    let mut token = token();
    for (iat, refused) in [
        (json!(null), true),
        (json!("today"), true),
        (json!(now().timestamp() + 301), true),
        (json!(now().timestamp() + 300), false),
    ] {
        token["iat"] = iat.clone();
        assert_eq!(check(&reference(0), &token, now()).is_err(), refused, "{iat}");
    }
}

#[test]
fn claims_are_those_of_the_standard() {
    let list = TokenStatusList::from_bytes(1, vec![0xb9, 0xa3]).unwrap();
    let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
    assert_eq!(
        claims(
            &list,
            "https://example.com/statuslists/1",
            at(1_686_920_170),
            Some(at(2_291_720_170)),
            Some(TimeDelta::hours(12))
        ),
        json!({
            "sub": "https://example.com/statuslists/1",
            "iat": 1_686_920_170,
            "exp": 2_291_720_170_i64,
            "ttl": 43_200,
            "status_list": list.encode(),
        })
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn statuses_survive_encoding(
        bits in prop::sample::select(vec![1u8, 2, 4, 8]),
        statuses in prop::collection::vec(any::<u8>(), 1..100),
    ) {
        let mut list = TokenStatusList::new(bits, 800).unwrap();
        let places = || (0u64..).step_by(8).zip(statuses.iter().map(|status| Status::from(status >> (8 - bits))));
        for (index, status) in places() {
            list.set(index, status).unwrap();
        }
        let read = TokenStatusList::decode(&list.encode()).unwrap();
        for (index, status) in places() {
            prop_assert_eq!(read.get(index), Ok(status));
            prop_assert_eq!(read.get(index + 1), Ok(Status::Valid));
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(lst in "[A-Za-z0-9_-]{0,200}", bits in 0u64..10) {
        let _ = TokenStatusList::decode(&json!({"bits": bits, "lst": lst}));
    }
}

#[test]
fn list_that_does_not_count_yet_tells_nothing() {
    let mut token = token();
    token["nbf"] = (now() + TimeDelta::minutes(6)).timestamp().into();
    assert!(matches!(
        check(&reference(1), &token, now()),
        Err(TokenCheckError::FromFuture(_))
    ));
    token["nbf"] = (now() + TimeDelta::minutes(4)).timestamp().into();
    assert_eq!(check(&reference(1), &token, now()), Ok(Status::Invalid));
    token["nbf"] = "soon".into();
    assert_eq!(
        check(&reference(1), &token, now()),
        Err(TokenCheckError::Claim("nbf"))
    );
}

#[test]
fn list_without_an_end_is_kept_for_a_day() {
    let mut token = token();
    token.as_object_mut().unwrap().remove("exp");
    let kept = |hours| check_fetched(&reference(0), &token, now(), now() - TimeDelta::hours(hours));
    assert_eq!(kept(24), Ok(Status::Valid));
    assert!(matches!(kept(25), Err(TokenCheckError::Stale { .. })));
}

#[test]
fn bytes_after_a_list_are_refused() {
    let list = TokenStatusList::new(1, MINIMUM_ENTRIES).unwrap().encode();
    let mut stream = URL_SAFE_NO_PAD.decode(list["lst"].as_str().unwrap()).unwrap();
    assert!(TokenStatusList::decode(&json!({"bits": 1, "lst": URL_SAFE_NO_PAD.encode(&stream)})).is_ok());
    stream.push(0);
    assert!(TokenStatusList::decode(&json!({"bits": 1, "lst": URL_SAFE_NO_PAD.encode(&stream)})).is_err());
}
