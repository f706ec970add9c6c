//! Deltas between lists, on random histories of a register.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use chrono::TimeDelta;
use proptest::prelude::*;
use test_support::{a_register, an_institution, now};
use trust::delta::{self, DeltaError};
use trust::{
    Effect, Reason, RegisterList, Status, StatusEvent, TrustAnchor, content_hash, sign_list, verify_list,
};

/// What a register may do next.
#[derive(Clone, Debug)]
enum Change {
    Decide(usize),
    EndKey(usize),
    Join(u8),
    Leave(usize),
    Rename(usize, String),
    Framework(String),
    /// Signed afresh, nothing else.
    Nothing,
}

fn changes() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => any::<usize>().prop_map(Change::Decide),
        2 => any::<usize>().prop_map(Change::EndKey),
        2 => any::<u8>().prop_map(Change::Join),
        1 => any::<usize>().prop_map(Change::Leave),
        2 => (any::<usize>(), ".{0,40}").prop_map(|(who, name)| Change::Rename(who, name)),
        1 => ".{1,20}".prop_map(Change::Framework),
        1 => Just(Change::Nothing),
    ]
}

fn beginning() -> RegisterList {
    let institution = an_institution();
    a_register().admitting(&institution).list().clone()
}

fn changed(before: &RegisterList, change: &Change) -> RegisterList {
    let mut list = before.clone();
    let count = list.entities.len();
    match change {
        Change::Decide(who) => {
            if let Some(one) = list.entities[who % count].accreditations.first_mut() {
                let last = one.status_history.last();
                let recorded = last.map_or(now(), |event| event.recorded_at) + TimeDelta::hours(1);
                let seq = last.map_or(1, |event| event.seq + 1);
                one.status_history.push(StatusEvent {
                    seq,
                    status: Status::Suspended,
                    effective_from: recorded,
                    recorded_at: recorded,
                    effect: Effect::Prospective,
                    reason: Reason {
                        code: "missing-body".to_owned(),
                        nl: "Geen orgaan voor “eindniveau” é".to_owned(),
                        en: String::new(),
                    },
                    decision: None,
                });
            }
        }
        Change::EndKey(who) => {
            if let Some(key) = list.entities[who % count].keys.first_mut() {
                key.not_after = Some(now());
            }
        }
        Change::Join(number) => {
            let name = format!("school-{number}");
            let one = test_support::Institution::new(&name, "Hogeschool ë", "University");
            let entities = one.entities();
            if !list
                .entities
                .iter()
                .any(|had| had.entity_id == entities[0].entity_id)
            {
                list.entities.extend(entities);
            }
        }
        Change::Leave(who) => drop(list.entities.remove(who % count)),
        Change::Rename(who, name) => list.entities[who % count].legal_name = Some(name.clone()),
        Change::Framework(version) => list
            .frameworks
            .iter_mut()
            .for_each(|one| one.version.clone_from(version)),
        Change::Nothing => {}
    }
    if list != *before {
        list.sequence += 1;
        list.previous_hash = Some(content_hash(before).unwrap());
    }
    list.issued_at += TimeDelta::minutes(10);
    list.next_update += TimeDelta::minutes(10);
    list
}

fn signed(list: &RegisterList) -> String {
    let kid = "did:web:register.example#register-1".parse().unwrap();
    sign_list(list, a_register().operator(), &kid).unwrap()
}

fn anchors() -> [TrustAnchor; 1] {
    [a_register().anchor()]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_delta_makes_the_later_list_of_the_earlier_one_byte_for_byte(
        changes in prop::collection::vec(changes(), 1..6),
        before in 0_usize..6,
    ) {
        let mut lists = vec![beginning()];
        for change in &changes {
            let next = changed(lists.last().unwrap(), change);
            lists.push(next);
        }
        let held = signed(&lists[before % lists.len()]);
        let newest = signed(lists.last().unwrap());
        let delta = delta::between(&held, &newest).unwrap();

        prop_assert_eq!(delta::apply(&delta, &held, &anchors()).unwrap(), newest);
    }

    #[test]
    fn a_changed_delta_makes_no_other_list(change in changes(), place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let first = beginning();
        let (held, newest) = (signed(&first), signed(&changed(&first, &change)));
        let mut delta = delta::between(&held, &newest).unwrap().into_bytes();
        let place = place.index(delta.len());
        delta[place] = byte;

        if let Ok(made) = delta::apply(&String::from_utf8_lossy(&delta), &held, &anchors()) {
            prop_assert_eq!(made, newest);
        }
    }
}

#[test]
fn a_delta_is_for_one_list_alone_and_whichever_signing_of_it_is_held() {
    let first = beginning();
    let second = changed(&first, &Change::Decide(2));
    let third = changed(&second, &Change::Decide(3));
    let delta = delta::between(&signed(&first), &signed(&third)).unwrap();
    let afresh = signed(&changed(&first, &Change::Nothing));
    assert_ne!(afresh, signed(&first));

    assert_eq!(delta::apply(&delta, &afresh, &anchors()).unwrap(), signed(&third));
    for other in [signed(&second), signed(&third)] {
        let refused = delta::apply(&delta, &other, &anchors());
        assert!(matches!(refused, Err(DeltaError::OtherBase)), "{refused:?}");
    }
}

#[test]
fn what_no_anchor_signed_does_not_come_out_of_a_delta() {
    let first = beginning();
    let (held, newest) = (signed(&first), signed(&changed(&first, &Change::Decide(2))));
    let delta = delta::between(&held, &newest).unwrap();
    let other = TrustAnchor {
        iss: "did:web:other.example".parse().unwrap(),
        ..a_register().anchor()
    };

    assert!(matches!(
        delta::apply(&delta, &held, &[other]),
        Err(DeltaError::NotSigned)
    ));
    let changed = delta.replace("Geen orgaan", "Een orgaan");
    assert_ne!(changed, delta);
    assert!(matches!(
        delta::apply(&changed, &held, &anchors()),
        Err(DeltaError::NotSigned)
    ));
}

#[test]
fn a_list_that_is_not_in_canonical_json_can_be_held_all_the_same() {
    let first = beginning();
    let header = serde_json::json!({ "alg": "EdDSA", "typ": trust::LIST_TYPE });
    let spelled = serde_json::to_string_pretty(&first).unwrap();
    let held = proofs::jws::sign(&header, spelled.as_bytes(), a_register().operator()).unwrap();
    let newest = signed(&changed(&first, &Change::Decide(2)));

    let delta = delta::between(&held, &newest).unwrap();

    assert!(
        delta.len() < newest.len() / 4,
        "{} of {}",
        delta.len(),
        newest.len()
    );
    assert_eq!(delta::apply(&delta, &held, &anchors()).unwrap(), newest);
}

#[test]
fn a_delta_that_asks_for_too_much_is_refused() {
    let held = signed(&beginning());
    let read = verify_list(&held, &anchors(), now()).unwrap();
    let with = |payload: &str| {
        format!(
            r#"{{"from":{{"sequence":1,"contentHash":"{}"}},"protected":"e30","signature":"AA","payload":[{payload}]}}"#,
            read.content_hash()
        )
    };
    let refused = |payload: &str| delta::apply(&with(payload), &held, &anchors()).unwrap_err();

    assert!(matches!(refused("[0,99999999]"), DeltaError::OutOfRange));
    assert!(matches!(
        refused("[18446744073709551615,2]"),
        DeltaError::OutOfRange
    ));
    assert!(matches!(refused("[0]"), DeltaError::Shape(_)));
    assert!(matches!(refused("[-1,2]"), DeltaError::Shape(_)));
    let again = vec!["[0,2000]"; 7_000].join(",");
    assert!(matches!(refused(&again), DeltaError::TooLarge));
    assert!(matches!(refused("[0,20]"), DeltaError::NotSigned));
}

#[test]
fn the_address_of_a_delta_lies_below_that_of_the_list() {
    let held = signed(&beginning());

    assert_eq!(delta::sequence_of(&held), Some(beginning().sequence));
    assert_eq!(
        delta::address("https://register.example/v1/list", 418),
        "https://register.example/v1/list/delta/418"
    );
}
