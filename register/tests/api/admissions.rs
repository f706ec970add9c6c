use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use trust::{ScopeClaim, SizeUnit, Status, assess};

use crate::fixture::{SECOND, TestRegister, at, problem, secret};

const NEW: &str = "did:web:nieuw.example";
const SEED_DID: &str = "did:web:college.example";

fn checked(items: &[&str]) -> Value {
    let checked =
        |item: &&str| json!({"item": item, "met": true, "evidence": "besluit 12", "checkedBy": "C. Kijker"});
    items.iter().map(checked).collect()
}

fn admission() -> Value {
    json!({
        "accreditation": "acc-ho-0009", "profile": "NL-HO-2021", "under": "tao-0002", "sectors": ["hbo"],
        "validFrom": "2026-11-21T09:00:00Z",
        "reason": {"code": "admitted", "nl": "Toegelaten", "en": "Admitted"},
        "checklist": checked(&["recognition", "board-commitment", "framework"]),
    })
}

fn institution() -> Value {
    json!({
        "entityId": "ent-ho-0009", "dids": [NEW], "displayName": {"nl": "Hogeschool Nieuw", "en": "New College"},
        "country": "NL", "otherIdentifiers": [{"scheme": "BRIN", "value": "99XX"}],
        "didDocument": {
            "id": NEW,
            "verificationMethod": [
                {"id": "#p256-1", "type": "JsonWebKey", "controller": NEW, "publicKeyJwk": secret(NEW).public_key().to_jwk()},
                {"id": "#other", "type": "JsonWebKey", "controller": NEW, "publicKeyJwk": secret("other").public_key().to_jwk()},
            ],
            "assertionMethod": [format!("{NEW}#p256-1")],
        },
        "keysFrom": "2026-11-21T09:00:00Z",
        "admission": admission(),
    })
}

fn with(mut body: Value, change: impl FnOnce(&mut Value)) -> Value {
    change(&mut body);
    body
}

#[tokio::test]
async fn an_institution_joins_and_may_award_what_its_profile_and_the_mandate_allow() {
    let register = TestRegister::start().await;

    let created = register.keep("/v1/entities", &institution()).await;

    assert_eq!(created.status(), 201);
    let created: Value = created.json().await.unwrap();
    assert_eq!(created["entity"]["keys"].as_array().unwrap().len(), 1);
    assert_eq!(created["entity"]["keys"][0]["kid"], format!("{NEW}#p256-1"));
    let list = register.list().await;
    let now = register.clock.now();
    let judged = |eqf, size| {
        let claim = ScopeClaim {
            eqf: Some(eqf),
            framework: Some("https://framework.example/ho".to_owned()),
            sizes: vec![(SizeUnit::Ec, size)],
            ..ScopeClaim::default()
        };
        assess(&list, &NEW.parse().unwrap(), &claim, now, now).unwrap()
    };
    let sound = judged(6, 5.0);
    assert_eq!((sound.at_issuance, sound.in_scope), (Status::Active, true));
    assert!(!judged(7, 5.0).in_scope);
    assert!(!judged(6, 31.0).in_scope);
    let again = register.keep("/v1/entities", &institution()).await;
    assert_eq!(
        again.json::<Value>().await.unwrap()["sequence"],
        created["sequence"]
    );
}

#[tokio::test]
async fn the_list_and_its_log_commit_to_what_was_checked_and_nobody_sees_who_looked() {
    let register = TestRegister::start().await;
    register.keep("/v1/entities", &institution()).await;

    let document = register.get("/v1/accreditations/acc-ho-0009/checklist").await;
    let document = document.text().await.unwrap();

    let digest = Sha256::digest(&document);
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let address =
        format!("https://register.example/v1/accreditations/acc-ho-0009/checklist#sha-256:{digest}");
    let list = register.list().await;
    let id = "https://register.example/v1/accreditations/acc-ho-0009";
    let (_, accreditation) = list.accreditation(id).unwrap();
    assert_eq!(accreditation.status_history[0].decision.as_ref(), Some(&address));
    let log = register.json("/v1/log/entries/0/22").await.to_string();
    assert!(log.contains(&address), "{log}");
    assert!(document.contains("besluit 12") && !document.contains("Kijker"));
    assert!(!log.contains("Kijker"));
    problem(
        register.get("/v1/accreditations/acc-ho-0007/checklist").await,
        404,
        "unknown-checklist",
    )
    .await;
}

#[tokio::test]
async fn every_condition_that_is_not_met_is_named() {
    let register = TestRegister::start().await;
    let missing = async |change: &dyn Fn(&mut Value)| {
        let body = with(institution(), |body| change(&mut body["admission"]["checklist"]));
        let said = problem(
            register.keep("/v1/entities", &body).await,
            422,
            "conditions-not-met",
        )
        .await;
        let errors = said["errors"].as_array().unwrap().iter();
        assert!(
            errors
                .clone()
                .all(|error| !error["nl"].as_str().unwrap().is_empty())
        );
        errors
            .map(|error| error["code"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };

    assert_eq!(
        missing(&|list| *list = json!([])).await,
        ["recognition", "board-commitment", "framework"]
    );
    assert_eq!(
        missing(&|list| list[1]["met"] = json!(false)).await,
        ["board-commitment"]
    );
    assert_eq!(
        missing(&|list| list[2]["evidence"] = json!(" ")).await,
        ["framework"]
    );
    assert_eq!(
        missing(&|list| list[0]["checkedBy"] = json!("")).await,
        ["recognition"]
    );
    assert_eq!(register.list().await.list().sequence, 1);
}

#[tokio::test]
async fn vocational_education_has_three_conditions_of_its_own_beside_what_its_framework_agrees() {
    let mut seed = crate::fixture::seed_json();
    let framework = json!({
        "id": "https://framework.example.org/mbo/2024", "version": "2024", "sectors": ["mbo"],
        "profiles": [{"id": "NL-MBO-2024", "sectors": ["mbo"], "effectiveFrom": "2024-02-29T23:00:00Z"}]
    });
    seed["frameworks"].as_array_mut().unwrap().push(framework);
    let register = TestRegister::start_with(Some(serde_json::from_value(seed).unwrap())).await;

    let checklists = register.json("/v1/checklists").await;

    let checklist = &checklists["profiles"][1]["checklists"][0];
    let conditions = checklist["conditions"].as_array().unwrap();
    let items: Vec<_> = conditions
        .iter()
        .map(|one| one["item"].as_str().unwrap())
        .collect();
    assert_eq!(
        items[..4],
        [
            "board-commitment",
            "framework",
            "knowledge-sharing",
            "agreement-1"
        ]
    );
    assert_eq!(items.len(), 15);
    assert!(
        conditions
            .iter()
            .all(|one| one["text"]["nl"].is_string() && one["text"]["en"].is_string())
    );
}

#[tokio::test]
async fn what_the_profile_or_the_mandate_does_not_allow_is_refused() {
    let register = TestRegister::start().await;
    let refused = async |change: &dyn Fn(&mut Value), status, kind| {
        let body = with(institution(), |body| change(&mut body["admission"]));
        problem(register.keep("/v1/entities", &body).await, status, kind).await
    };

    refused(
        &|one| one["profile"] = json!("NL-HO-1999"),
        422,
        "unknown-profile",
    )
    .await;
    refused(&|one| one["sectors"] = json!(["mbo"]), 422, "other-sector").await;
    refused(&|one| one["sectors"] = json!([]), 422, "other-sector").await;
    refused(
        &|one| one["validFrom"] = json!("2020-01-01T00:00:00Z"),
        422,
        "outside-profile",
    )
    .await;
    let wide = json!({"sizes": [{"unit": "EC", "min": 1, "max": 60}]});
    refused(&|one| one["scope"] = wide.clone(), 422, "beyond-profile").await;
    refused(
        &|one| one["scope"] = json!({"eqf": [8]}),
        422,
        "beyond-institution",
    )
    .await;
    refused(
        &|one| one["validUntil"] = json!("2030-01-01T00:00:00Z"),
        422,
        "beyond-institution",
    )
    .await;
    refused(
        &|one| one["under"] = json!("acc-none"),
        404,
        "unknown-accreditation",
    )
    .await;
    refused(&|one| one["under"] = json!("acc-ho-0007"), 409, "no-mandate").await;
    refused(
        &|one| one["accreditation"] = json!("acc-ho-0007"),
        409,
        "registered-otherwise",
    )
    .await;
    register
        .decide(
            "tao-0002",
            &with(crate::fixture::suspension(), |body| {
                body.as_object_mut().unwrap().remove("effectiveFrom");
            }),
        )
        .await;
    refused(&|_| {}, 409, "no-mandate").await;
}

#[tokio::test]
async fn what_is_said_of_an_institution_must_be_whole_and_its_keys_public() {
    let register = TestRegister::start().await;
    let refused = async |change: &dyn Fn(&mut Value)| {
        let body = with(institution(), change);
        let said = problem(register.keep("/v1/entities", &body).await, 422, "invalid-entity").await;
        said["errors"][0]["field"].as_str().unwrap().to_owned()
    };

    assert_eq!(
        refused(&|one| one["entityId"] = json!("Nieuw!")).await,
        "/entityId"
    );
    assert_eq!(
        refused(&|one| one["displayName"] = json!({"nl": "Nieuw"})).await,
        "/displayName"
    );
    assert_eq!(
        refused(&|one| one["country"] = json!("Nederland")).await,
        "/country"
    );
    assert_eq!(
        refused(&|one| one["otherIdentifiers"][0]["value"] = json!("college")).await,
        "/otherIdentifiers"
    );
    assert_eq!(refused(&|one| one["dids"] = json!([])).await, "/dids");
    assert_eq!(
        refused(&|one| one["didDocument"]["id"] = json!(SEED_DID)).await,
        "/didDocument"
    );
    assert_eq!(
        refused(&|one| one["didDocument"]["assertionMethod"] = json!([])).await,
        "/didDocument"
    );
    let private: Value = serde_json::from_str(&secret(NEW).to_jwk()).unwrap();
    let leaks =
        |one: &mut Value| one["didDocument"]["verificationMethod"][0]["publicKeyJwk"] = private.clone();
    assert_eq!(refused(&leaks).await, "/didDocument");
    let field = refused(&|one| one["admission"]["reason"]["nl"] = json!("")).await;
    assert_eq!(field, "/admission/reason/nl");
    let taken = with(institution(), |one| {
        one["dids"] = json!([NEW, SEED_DID]);
    });
    problem(register.keep("/v1/entities", &taken).await, 422, "contradiction").await;
    let other = with(institution(), |one| one["entityId"] = json!("ent-ho-0007"));
    problem(
        register.keep("/v1/entities", &other).await,
        409,
        "registered-otherwise",
    )
    .await;
    assert_eq!(register.list().await.list().sequence, 1);
}

#[tokio::test]
async fn an_institution_that_is_registered_is_admitted_once_a_second_person_agrees() {
    let register = TestRegister::start_for_two().await;
    let bare = with(institution(), |body| {
        body.as_object_mut().unwrap().remove("admission");
    });
    let confirm = async |proposed: reqwest::Response| {
        assert_eq!(proposed.status(), 202);
        let proposal: Value = proposed.json().await.unwrap();
        let path = format!("/v1/proposals/{}/confirmation", proposal["number"]);
        assert_eq!(register.keep_as(SECOND, &path, &json!({})).await.status(), 200);
        proposal
    };
    confirm(register.keep("/v1/entities", &bare).await).await;
    assert_eq!(
        register.json(&format!("/v1/entities/{NEW}")).await["status"],
        "absent"
    );

    register.clock.set(at("2026-11-21T10:00:00Z"));
    let body = json!({"entity": NEW, "admission": admission()});
    let proposal = confirm(register.keep("/v1/accreditations", &body).await).await;

    assert_eq!(proposal["change"]["checklist"][0]["checkedBy"], "C. Kijker");
    assert_eq!(
        register.json(&format!("/v1/entities/{NEW}")).await["status"],
        "active"
    );
    let history = register.json("/v1/accreditations/acc-ho-0009/history").await;
    assert_eq!(history["events"][0]["recordedAt"], "2026-11-21T10:00:00Z");
    assert_eq!(history["events"][0]["effect"], "retroactive");
}

#[tokio::test]
async fn limits_that_name_other_sectors_than_the_admission_are_refused() {
    let register = TestRegister::start().await;
    let contradicts = with(institution(), |body| {
        body["admission"]["scope"] = json!({"sectors": ["hbo", "wo"]});
    });
    let refused = register.keep("/v1/entities", &contradicts).await;
    problem(refused, 422, "other-sector").await;
    let same = with(institution(), |body| {
        body["admission"]["scope"] = json!({"sectors": ["hbo"]})
    });
    assert_eq!(register.keep("/v1/entities", &same).await.status(), 201);
}

#[tokio::test]
async fn a_condition_is_given_once() {
    let register = TestRegister::start().await;
    let twice = with(institution(), |body| {
        let list = body["admission"]["checklist"].as_array_mut().unwrap();
        let mut other = list[0].clone();
        other["met"] = json!(false);
        list.push(other);
    });
    let said = problem(register.keep("/v1/entities", &twice).await, 422, "invalid-entity").await;
    assert_eq!(said["errors"][0]["code"], "twice");
}

#[tokio::test]
async fn an_identifier_of_another_organisation_is_refused_with_its_name() {
    let register = TestRegister::start().await;
    assert_eq!(register.keep("/v1/entities", &institution()).await.status(), 201);
    let did = "did:web:ander.example";
    let other = with(institution(), |body| {
        body["entityId"] = json!("ent-ho-0010");
        body["dids"] = json!([did]);
        body["didDocument"] = json!({
            "id": did, "assertionMethod": ["#p256-1"],
            "verificationMethod": [{"id": "#p256-1", "type": "JsonWebKey", "controller": did, "publicKeyJwk": secret(did).public_key().to_jwk()}],
        });
        body.as_object_mut().unwrap().remove("admission");
    });
    let said = problem(
        register.keep("/v1/entities", &other).await,
        409,
        "identifier-taken",
    )
    .await;
    assert!(
        said["detailNl"].as_str().unwrap().contains("Hogeschool Nieuw"),
        "{said}"
    );
    assert!(said["detail"].as_str().unwrap().contains("New College"), "{said}");
}
