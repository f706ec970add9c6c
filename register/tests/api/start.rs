use http_service::Clock;
use register::{Decisions, KeepersError, PublishError, Seed, SeedError, StartError};
use serde_json::{Value, json};

use trust::{DelegationError, Dimension};

use crate::fixture::{TestRegister, a_key, at, config, keepers, seed, seed_json, suspension};

#[tokio::test]
async fn everything_is_there_after_a_restart() {
    let before = TestRegister::start().await;
    before.decide("acc-ho-0007", &suspension()).await;
    let (list, anchor) = (before.list().await, before.register.anchor());

    let after = TestRegister::start_in(before.folder, Some(seed()), at("2026-11-21T10:00:00Z")).await;

    assert_eq!(after.register.anchor(), anchor);
    assert_eq!(after.list().await.content_hash(), list.content_hash());
    assert_eq!(after.list().await.list().issued_at, list.list().issued_at);
}

#[tokio::test]
async fn a_register_that_was_off_for_days_signs_a_fresh_list_at_its_start() {
    let before = TestRegister::start().await;

    let after = TestRegister::start_in(before.folder, None, at("2026-12-01T10:00:00Z")).await;

    let list = after.list().await;
    assert_eq!(
        (list.list().sequence, list.list().issued_at),
        (1, at("2026-12-01T10:00:00Z"))
    );
}

#[tokio::test]
async fn an_organisation_may_join_later() {
    let mut smaller = seed();
    let unit = smaller.entities.pop().unwrap();
    let register = TestRegister::start_with(Some(smaller)).await;

    register
        .register
        .add(&Seed {
            entities: vec![unit],
            ..Seed::default()
        })
        .await
        .unwrap();

    let list = register.list().await;
    assert_eq!((list.list().sequence, list.entities().count()), (2, 4));
}

#[tokio::test]
async fn an_empty_register_publishes_an_empty_list() {
    let register = TestRegister::start_with(None).await;

    assert!(register.list().await.entities().next().is_none());
}

async fn refused(change: impl FnOnce(&mut Value)) -> SeedError {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::fixed(at("2026-11-21T09:00:00Z"));
    drop(
        register::router(config(&folder, Some(seed()), clock.clone()))
            .await
            .unwrap(),
    );
    let mut json = seed_json();
    change(&mut json);
    let changed = serde_json::from_value(json).unwrap();
    match register::router(config(&folder, Some(changed), clock)).await {
        Err(StartError::Publish(PublishError::Seed(error))) => error,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("accepted"),
    }
}

#[tokio::test]
async fn what_is_registered_is_not_replaced_by_a_seed() {
    let key = refused(|seed| seed["entities"][3]["keys"][0] = a_key("did:web:college.example:energie")).await;
    assert!(matches!(key, SeedError::OtherKey(kid) if kid.ends_with("#p256-1")));

    let scope = refused(|seed| seed["entities"][3]["accreditations"][0]["scope"]["eqf"] = json!([6])).await;
    assert!(matches!(scope, SeedError::OtherAccreditation(id) if id.ends_with("/acc-unit-0031")));
}

#[tokio::test]
async fn an_accreditation_lies_within_the_one_it_is_derived_from() {
    let wider = refused(|seed| {
        let accreditation = &mut seed["entities"][3]["accreditations"][0];
        accreditation["accreditationId"] = json!("acc-unit-0032");
        accreditation["scope"]["eqf"] = json!([6, 7]);
    })
    .await;
    let beyond_level = |error: &DelegationError| {
        matches!(
            error,
            DelegationError::Beyond {
                dimension: Dimension::Level,
                ..
            }
        )
    };
    assert!(matches!(wider, SeedError::Delegation(error) if beyond_level(&error)));

    let orphan = refused(|seed| {
        let accreditation = &mut seed["entities"][3]["accreditations"][0];
        accreditation["accreditationId"] = json!("acc-unit-0033");
        accreditation["parent"] = json!("acc-none");
    })
    .await;
    assert!(matches!(
        orphan,
        SeedError::Delegation(DelegationError::UnknownParent { .. })
    ));

    let elsewhere = refused(|seed| {
        seed["entities"][3]["entityId"] = json!("ent-unit-0034");
        seed["entities"][3]["dids"] = json!(["did:web:college.example:zorg"]);
        seed["entities"][3]["keys"] = json!([]);
        seed["entities"][3]["parentEntity"] = json!("ent-acc");
        seed["entities"][3]["accreditations"][0]["accreditationId"] = json!("acc-unit-0034");
    })
    .await;
    assert!(matches!(
        elsewhere,
        SeedError::Delegation(DelegationError::Beyond {
            dimension: Dimension::Depth,
            ..
        })
    ));
}

#[tokio::test]
async fn an_identifier_is_written_as_its_administration_does() {
    let refused = refused(|seed| {
        seed["entities"][2]["otherIdentifiers"] = json!([{"scheme": "BRIN", "value": "college"}]);
    })
    .await;
    assert!(matches!(refused, SeedError::Identifier { scheme, .. } if scheme == "BRIN"));
}

#[tokio::test]
async fn a_weak_secret_or_too_few_keepers_stop_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let refused = async |keepers, decisions| {
        let config = register::Config {
            keepers,
            decisions,
            ..config(&folder, None, Clock::system())
        };
        match register::router(config).await {
            Err(StartError::Keepers(error)) => error,
            _ => panic!("the register started"),
        }
    };
    let mut weak = keepers();
    weak[1].secret = "sixteen and more".into();
    let alone = vec![keepers().remove(0)];

    assert_eq!(refused(weak, Decisions::OnePerson).await, KeepersError::Short(2));
    assert_eq!(
        refused(alone, Decisions::TwoPersons).await,
        KeepersError::Number(1)
    );
}
