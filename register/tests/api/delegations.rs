use chrono::TimeDelta;
use serde_json::{Value, json};
use trust::{ScopeClaim, Status, assess};

use crate::fixture::{TestRegister, UNIT, a_key, at, problem, suspension};

pub(crate) const DELEGATIONS: &str = "/v1/accreditations/acc-ho-0007/delegations";
pub(crate) const SUCCESSION: &str = "/v1/entities/did:web:college.example/succession";
const CARE: &str = "did:web:college.example:zorg";

fn reason() -> Value {
    json!({"code": "delegated", "nl": "Gemachtigd door de instelling", "en": "Delegated by the institution"})
}

/// The school of care, for a part of what its institution may.
pub(crate) fn care() -> Value {
    json!({
        "entityId": "ent-unit-0032", "dids": [CARE],
        "displayName": {"nl": "Academie voor Zorg", "en": "School of Care"},
        "keys": [a_key(CARE)],
        "accreditation": "acc-unit-0032",
        "scope": {"eqf": [6], "sizes": [{"unit": "EC", "min": 3, "max": 10, "step": 0.5}]},
        "validFrom": "2026-11-21T09:00:00Z",
        "reason": reason(),
    })
}

fn with(change: impl FnOnce(&mut Value)) -> Value {
    let mut body = care();
    change(&mut body);
    body
}

async fn status_of(register: &TestRegister, did: &str, claimed: &str) -> (Status, Status) {
    let list = register.list().await;
    let claim = ScopeClaim::default();
    let result = assess(
        &list,
        &did.parse().unwrap(),
        &claim,
        at(claimed),
        register.clock.now(),
    )
    .unwrap();
    (result.at_issuance, result.now)
}

#[tokio::test]
async fn a_unit_awards_within_what_its_institution_delegates() {
    let register = TestRegister::start().await;
    let body = care();

    let created = register.keep(DELEGATIONS, &body).await;

    assert_eq!(created.status(), 201);
    let created: Value = created.json().await.unwrap();
    assert_eq!(created["sequence"], 2);
    assert_eq!(
        created["accreditation"]["parent"],
        "https://register.example/v1/accreditations/acc-ho-0007"
    );
    assert_eq!(created["accreditation"]["validUntil"], "2027-04-30T21:59:59Z");
    let list = register.list().await;
    let entity = list.entity(&CARE.parse().unwrap()).unwrap();
    assert_eq!(entity.parent_entity.as_deref(), Some("ent-ho-0007"));
    let claim = |eqf| ScopeClaim {
        eqf: Some(eqf),
        framework: Some("https://framework.example/ho".to_owned()),
        ..ScopeClaim::default()
    };
    let judged = |eqf| {
        let now = register.clock.now();
        assess(&list, &CARE.parse().unwrap(), &claim(eqf), now, now).unwrap()
    };
    let sound = judged(6);
    assert_eq!(
        (sound.at_issuance, sound.in_scope, sound.links.len()),
        (Status::Active, true, 4)
    );
    assert!(!judged(5).in_scope);

    let again = register.keep(DELEGATIONS, &body).await;
    assert_eq!(again.status(), 201);
    assert_eq!(again.json::<Value>().await.unwrap()["sequence"], 2);
}

#[tokio::test]
async fn what_goes_beyond_the_institution_is_not_written() {
    let register = TestRegister::start().await;
    let beyond: [fn(&mut Value); 4] = [
        |body| body["scope"]["eqf"] = json!([6, 7]),
        |body| body["scope"] = json!({"eqf": [6]}),
        |body| body["validUntil"] = json!("2028-01-01T00:00:00Z"),
        |body| body["validFrom"] = json!("2025-01-01T00:00:00Z"),
    ];
    for change in beyond {
        let refused = register.keep(DELEGATIONS, &with(change)).await;
        problem(refused, 422, "beyond-institution").await;
    }
    let list = register.list().await;
    assert_eq!(list.list().sequence, 1);
    assert!(list.entity(&CARE.parse().unwrap()).is_none());
}

#[tokio::test]
async fn a_units_keys_are_read_from_its_did_document() {
    let register = TestRegister::start().await;
    let jwk = crate::fixture::secret(CARE).public_key().to_jwk();
    let body = with(|body| {
        body.as_object_mut().unwrap().remove("keys");
        body["didDocument"] = json!({
            "id": CARE, "assertionMethod": ["#p256-1"],
            "verificationMethod": [{"id": "#p256-1", "type": "JsonWebKey", "controller": CARE, "publicKeyJwk": jwk}],
        });
    });

    assert_eq!(register.keep(DELEGATIONS, &body).await.status(), 201);

    let list = register.list().await;
    let entity = list.entity(&CARE.parse().unwrap()).unwrap();
    assert_eq!(entity.keys[0].kid.as_str(), format!("{CARE}#p256-1"));
    let other = with(|body| body["didDocument"] = json!({"id": UNIT}));
    problem(
        register.keep(DELEGATIONS, &other).await,
        422,
        "invalid-delegation",
    )
    .await;
}

#[tokio::test]
async fn an_rsa_key_is_listed_unless_it_is_weak() {
    let register = TestRegister::start().await;
    let of_bytes = |count: usize| format!("{}xQ", "xcXF".repeat((count - 1) / 3));
    let with_key = |modulus: String| {
        let rsa = json!({"kty": "RSA", "n": modulus, "e": "AQAB"});
        with(|body| {
            body.as_object_mut().unwrap().remove("keys");
            body["didDocument"] = json!({
                "id": CARE, "assertionMethod": ["#rsa-1"],
                "verificationMethod": [{"id": "#rsa-1", "type": "JsonWebKey", "controller": CARE, "publicKeyJwk": rsa}],
            });
        })
    };

    let weak = register.keep(DELEGATIONS, &with_key(of_bytes(127))).await;
    problem(weak, 422, "invalid-delegation").await;
    assert_eq!(
        register
            .keep(DELEGATIONS, &with_key(of_bytes(256)))
            .await
            .status(),
        201
    );

    let list = register.list().await;
    let entity = list.entity(&CARE.parse().unwrap()).unwrap();
    assert_eq!(entity.keys[0].public_key_jwk["kty"], "RSA");
}

#[tokio::test]
async fn only_an_institution_in_force_delegates() {
    let register = TestRegister::start().await;
    for above in ["tao-0002", "acc-unit-0031"] {
        let refused = register
            .keep(&format!("/v1/accreditations/{above}/delegations"), &care())
            .await;
        problem(refused, 422, "not-an-institution").await;
    }
    let unknown = register
        .keep("/v1/accreditations/nothing/delegations", &care())
        .await;
    assert_eq!(unknown.status(), 404);

    register.decide("tao-0002", &suspension()).await;
    register.clock.set(at("2026-11-21T13:00:00Z"));
    let refused = register.keep(DELEGATIONS, &care()).await;
    problem(refused, 409, "not-in-force").await;
}

#[tokio::test]
async fn the_same_name_is_no_repetition_for_another_unit_or_key() {
    let register = TestRegister::start().await;
    assert_eq!(register.keep(DELEGATIONS, &care()).await.status(), 201);

    let another = with(|body| {
        body["entityId"] = json!("ent-unit-0033");
        body["dids"] = json!(["did:web:college.example:other"]);
        body["keys"] = json!([a_key("did:web:college.example:other")]);
    });
    let other_key = with(|body| body["keys"][0]["kid"] = json!(format!("{CARE}#p256-2")));

    for body in [another, other_key] {
        let refused = register.keep(DELEGATIONS, &body).await;
        problem(refused, 409, "registered-otherwise").await;
    }
}

#[tokio::test]
async fn an_admission_that_is_not_in_force_delegates_nothing_though_another_is() {
    let register = TestRegister::start().await;
    let second = json!({
        "frameworks": [],
        "entities": [{
            "entityId": "ent-ho-0007", "type": "institution", "dids": ["did:web:college.example"],
            "displayName": {"nl": "ent-ho-0007", "en": "ent-ho-0007"}, "keys": [],
            "accreditations": [{
                "accreditationId": "acc-ho-0008", "parent": "tao-0002", "layer": "L3",
                "framework": "https://framework.example/ho",
                "scope": {"eqf": [5, 6], "sizes": [{"unit": "EC", "min": 3, "max": 30, "step": 0.5}]},
                "validFrom": "2025-05-01T00:00:00+02:00", "validUntil": "2027-04-30T23:59:59+02:00",
                "mayDelegate": true, "maxDepth": 1
            }]
        }]
    });
    register
        .register
        .add(&serde_json::from_value(second).unwrap())
        .await
        .unwrap();
    register.decide("acc-ho-0007", &suspension()).await;
    register.clock.set(at("2026-11-21T13:00:00Z"));

    let refused = register.keep(DELEGATIONS, &care()).await;

    problem(refused, 409, "not-in-force").await;
}

#[tokio::test]
async fn a_did_or_name_of_somebody_else_is_not_given_away() {
    let register = TestRegister::start().await;
    let refused = register
        .keep(DELEGATIONS, &with(|body| body["dids"] = json!([UNIT])))
        .await;
    problem(refused, 422, "contradiction").await;
    let refused = register
        .keep(DELEGATIONS, &with(|body| body["entityId"] = json!("ent-ho-0007")))
        .await;
    problem(refused, 409, "registered-otherwise").await;
    let refused = register
        .keep(
            DELEGATIONS,
            &with(|body| body["accreditation"] = json!("acc-unit-0031")),
        )
        .await;
    problem(refused, 409, "registered-otherwise").await;
    let incomplete = with(|body| {
        body["displayName"] = json!({"nl": "Zorg"});
        body["accreditation"] = json!("../root-0001");
    });
    let refused = problem(
        register.keep(DELEGATIONS, &incomplete).await,
        422,
        "invalid-delegation",
    )
    .await;
    assert_eq!(refused["errors"].as_array().unwrap().len(), 2);
    assert_eq!(register.list().await.list().sequence, 1);
}

#[tokio::test]
async fn a_delegation_changes_nothing_of_a_unit_that_is_registered() {
    let register = TestRegister::start().await;
    let listed = register.list().await;
    let listed = listed.entity(&UNIT.parse().unwrap()).unwrap();
    let known = with(|body| {
        body["entityId"] = json!("ent-unit-0031");
        body["dids"] = json!([UNIT]);
        body["displayName"] = json!({"nl": "ent-unit-0031", "en": "ent-unit-0031"});
        body["keys"] = json!(listed.keys);
    });
    let changed = |change: fn(&mut Value)| {
        let mut body = known.clone();
        change(&mut body);
        body
    };

    for said in [
        changed(|body| body["keys"] = json!([a_key(UNIT)])),
        changed(|body| {
            let mut key = a_key(UNIT);
            key["kid"] = json!(format!("{UNIT}#p256-2"));
            body["keys"].as_array_mut().unwrap().push(key);
        }),
        changed(|body| body["keys"][0]["notBefore"] = json!("2020-01-01T00:00:00Z")),
        changed(|body| body["displayName"]["nl"] = json!("Universiteit van Elders")),
        changed(|body| body["dids"] = json!([UNIT, "did:web:college.example:second"])),
    ] {
        let refused = problem(register.keep(DELEGATIONS, &said).await, 409, "known-unit").await;
        assert!(
            refused["detailNl"]
                .as_str()
                .unwrap()
                .contains("staat al in het register")
        );
    }

    assert_eq!(register.list().await.list().sequence, 1);
    assert_eq!(register.keep(DELEGATIONS, &known).await.status(), 201);
    let list = register.list().await;
    assert_eq!(list.entity(&UNIT.parse().unwrap()).unwrap().keys.len(), 1);
}

#[tokio::test]
async fn a_key_is_kept_without_anything_that_does_not_make_it_a_key() {
    let register = TestRegister::start().await;
    let with_more = with(|body| body["keys"][0]["publicKeyJwk"]["note"] = json!("x".repeat(100_000)));

    assert_eq!(register.keep(DELEGATIONS, &with_more).await.status(), 201);

    let list = register.list().await;
    let keys = &list.entity(&CARE.parse().unwrap()).unwrap().keys;
    assert!(keys[0].public_key_jwk.get("note").is_none());
}

#[tokio::test]
async fn limits_of_any_length_are_refused() {
    let register = TestRegister::start().await;
    let many: Vec<_> = (0..300).map(|number| format!("{number:04}")).collect();
    for scope in [
        json!({"fields": many}),
        json!({"credentialTypes": ["x".repeat(101)]}),
        json!({"eqf": vec![6; 9]}),
    ] {
        let long = with(|body| body["scope"] = scope);
        let said = problem(register.keep(DELEGATIONS, &long).await, 422, "invalid-delegation").await;
        assert_eq!(said["errors"][0]["field"], "/scope");
    }
}

#[tokio::test]
async fn the_keeper_alone_delegates_and_merges() {
    let register = TestRegister::start().await;
    for path in [DELEGATIONS, SUCCESSION] {
        let request = register
            .client
            .post(format!("{}{path}", register.origin))
            .json(&care());
        assert_eq!(request.send().await.unwrap().status(), 401, "{path}");
    }
}

/// The college, and another institution that may take over.
pub(crate) async fn two_institutions() -> TestRegister {
    let mut seed = crate::fixture::seed_json();
    let mut other = seed["entities"][2].clone();
    other["entityId"] = json!("ent-ho-0008");
    other["dids"] = json!(["did:web:university.example"]);
    other["keys"] = json!([]);
    other["accreditations"][0]["accreditationId"] = json!("acc-ho-0008");
    seed["entities"].as_array_mut().unwrap().push(other);
    TestRegister::start_with(Some(serde_json::from_value(seed).unwrap())).await
}

pub(crate) fn merger() -> Value {
    json!({
        "successor": "did:web:university.example", "effectiveFrom": "2026-12-01T00:00:00Z",
        "reason": {"code": "merged", "nl": "Gefuseerd", "en": "Merged"},
    })
}

#[tokio::test]
async fn after_a_merger_nothing_is_issued_under_the_old_admission_and_what_was_stays() {
    let register = two_institutions().await;

    let recorded = register.keep(SUCCESSION, &merger()).await;

    assert_eq!(recorded.status(), 201);
    let recorded: Value = recorded.json().await.unwrap();
    assert_eq!(
        (&recorded["entity"], &recorded["sequence"]),
        (&json!("ent-ho-0008"), &json!(2))
    );
    assert_eq!(
        status_of(&register, UNIT, "2026-11-21T09:00:00Z").await,
        (Status::Active, Status::Active)
    );
    register.clock.set(at("2026-12-02T09:00:00Z"));
    assert_eq!(
        status_of(&register, UNIT, "2026-11-21T09:00:00Z").await,
        (Status::Active, Status::Withdrawn)
    );
    assert_eq!(
        status_of(&register, UNIT, "2026-12-01T09:00:00Z").await.0,
        Status::Withdrawn
    );

    // The unit goes over, and takes part without interruption.
    let mut over = care();
    over["entityId"] = json!("ent-unit-0031");
    over["dids"] = json!([UNIT]);
    over["displayName"] = json!({"nl": "ent-unit-0031", "en": "ent-unit-0031"});
    over["keys"] = json!([]);
    over["accreditation"] = json!("acc-unit-0031-b");
    over["validFrom"] = json!("2026-12-01T00:00:00Z");
    let created = register
        .keep("/v1/accreditations/acc-ho-0008/delegations", &over)
        .await;
    assert_eq!(created.status(), 201, "{}", created.text().await.unwrap());
    assert_eq!(
        status_of(&register, UNIT, "2026-11-21T09:00:00Z").await,
        (Status::Active, Status::Active)
    );
    assert_eq!(
        register.json(&format!("/v1/entities/{UNIT}")).await["status"],
        "active"
    );
    assert_eq!(
        register.json("/v1/entities/did:web:college.example").await["status"],
        "withdrawn"
    );
}

#[tokio::test]
async fn a_merger_is_recorded_once_does_not_look_back_and_leads_nowhere_in_a_circle() {
    let register = two_institutions().await;
    let changed = |change: fn(&mut Value)| {
        let mut body = merger();
        change(&mut body);
        body
    };
    let back = changed(|body| body["effectiveFrom"] = json!("2026-11-01T00:00:00Z"));
    problem(register.keep(SUCCESSION, &back).await, 422, "looks-back").await;
    let itself = changed(|body| body["successor"] = json!("did:web:college.example"));
    problem(register.keep(SUCCESSION, &itself).await, 422, "contradiction").await;
    let a_unit = changed(|body| body["successor"] = json!(UNIT));
    problem(register.keep(SUCCESSION, &a_unit).await, 422, "other-kind").await;
    let nobody = changed(|body| body["successor"] = json!("did:web:nobody.example"));
    assert_eq!(register.keep(SUCCESSION, &nobody).await.status(), 404);

    assert_eq!(register.keep(SUCCESSION, &merger()).await.status(), 201);
    let again: Value = register.keep(SUCCESSION, &merger()).await.json().await.unwrap();
    assert_eq!(again["sequence"], 2);
    let later = changed(|body| body["effectiveFrom"] = json!("2026-12-05T00:00:00Z"));
    problem(register.keep(SUCCESSION, &later).await, 409, "succeeded-already").await;
    let circle = json!({
        "successor": "did:web:college.example", "effectiveFrom": "2026-12-05T00:00:00Z",
        "reason": {"code": "merged", "nl": "Gefuseerd", "en": "Merged"},
    });
    let refused = register
        .keep("/v1/entities/did:web:university.example/succession", &circle)
        .await;
    problem(refused, 422, "contradiction").await;
}

#[tokio::test]
async fn a_clock_that_is_put_back_leaves_the_history_in_order() {
    let register = TestRegister::start().await;
    assert_eq!(register.decide("acc-ho-0007", &suspension()).await.status(), 201);
    register
        .clock
        .set(at("2026-11-21T09:00:00Z") - TimeDelta::minutes(3));
    let back = json!({
        "status": "active", "effectiveFrom": "2026-11-22T13:00:00Z",
        "reason": {"code": "remedied", "nl": "Hersteld", "en": "Remedied"},
    });

    let recorded = register.decide("acc-ho-0007", &back).await;

    assert_eq!(recorded.status(), 201);
    let recorded: Value = recorded.json().await.unwrap();
    assert_eq!(recorded["recordedAt"], "2026-11-21T09:00:00Z");
    assert_eq!(register.list().await.list().sequence, 3);
}
