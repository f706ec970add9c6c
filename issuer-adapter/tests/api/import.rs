use crate::fixture::{Badge, TestIssuer, codes, direct_award};
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::task::JoinSet;

fn fault(body: &Value) -> (&str, &str, &str) {
    let error = &body["errors"][0];
    (
        error["code"].as_str().unwrap(),
        error["nl"].as_str().unwrap(),
        error["en"].as_str().unwrap(),
    )
}

#[tokio::test]
async fn award_by_link_and_by_file_makes_the_same_record() {
    let by_link = TestIssuer::start().await;
    let (status, linked) = by_link
        .import(json!({"assertion": by_link.link(), "directAward": direct_award()}))
        .await;
    assert_eq!(status, 201, "{linked}");

    let by_file = TestIssuer::start().await;
    let (status, filed) = by_file.import_file(&by_file.badge()).await;
    assert_eq!(status, 201, "{filed}");

    let anywhere = |issuer: &TestIssuer, body: &Value| {
        body["award"]["record"]
            .to_string()
            .replace(&issuer.platform, "https://edubadges.example")
    };
    assert_eq!(anywhere(&by_link, &linked), anywhere(&by_file, &filed));
    assert_eq!(codes(&linked["award"]), codes(&filed["award"]));
}

#[tokio::test]
async fn same_award_imported_again_is_the_same_here() {
    let issuer = TestIssuer::start().await;
    let (_, first) = issuer.import_file(&issuer.badge()).await;

    let (status, second) = issuer.import(json!({"assertion": issuer.link()})).await;

    assert_eq!(status, 200);
    assert_eq!(second["award"]["id"], first["award"]["id"]);
    let (_, all) = issuer.desk(Method::GET, "awards", None).await;
    assert_eq!(all["awards"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn award_imported_many_times_at_once_is_there_once() {
    let issuer = Arc::new(TestIssuer::start().await);

    let mut importing = JoinSet::new();
    for _ in 0..8 {
        let issuer = issuer.clone();
        importing.spawn(async move { issuer.import_file(&issuer.badge()).await.0 });
    }
    let mut answers = importing.join_all().await;
    answers.sort_unstable();

    assert_eq!(answers, [200, 200, 200, 200, 200, 200, 200, 201]);
    let (_, all) = issuer.desk(Method::GET, "awards", None).await;
    assert_eq!(all["awards"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_was_mended_at_the_source_comes_in_and_what_staff_added_stays() {
    let issuer = TestIssuer::start().await;
    let id = issuer.approved().await;
    let mut badge = issuer.badge();
    badge.badge_class["extensions:EQFExtension"]["EQF"] = json!(7);
    issuer.publish(&badge);

    let (status, body) = issuer.import(json!({"assertion": issuer.link()})).await;

    assert_eq!(status, 200);
    let award = &body["award"];
    assert_eq!(award["id"], id.as_str());
    assert_eq!(
        award["state"], "review",
        "an approval does not cover what changed"
    );
    assert_eq!(award["record"]["achievement"]["level"]["eqf"], 7);
    assert_eq!(
        award["record"]["achievement"]["title"]["en"],
        "Designing heat pump systems"
    );
    assert_eq!(award["record"]["participant"]["givenName"], "Sanne");
}

#[tokio::test]
async fn name_comes_from_the_direct_award_or_not_at_all() {
    let issuer = TestIssuer::start().await;

    let (_, body) = issuer.import(json!({"assertion": issuer.link()})).await;

    assert!(body["award"]["record"].get("participant").is_none());
    assert!(codes(&body["award"]).contains(&"META-001"));
}

#[tokio::test]
async fn nothing_of_the_recipient_is_kept() {
    let issuer = TestIssuer::start().await;
    let (_, body) = issuer.import_file(&issuer.badge()).await;
    let id = body["award"]["id"].as_str().unwrap();

    let shown = issuer.award(id).await.to_string();
    let mut kept = Vec::new();
    for file in std::fs::read_dir(issuer.folder.path().join("data")).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            kept.extend(std::fs::read(path).unwrap());
        }
    }

    for secret in ["a39bd4b156fa516d", "5f1c3a0e9b7d4c26", "s.devries"] {
        assert!(!shown.contains(secret), "{secret}");
        assert!(
            !kept
                .windows(secret.len())
                .any(|window| window == secret.as_bytes()),
            "{secret}"
        );
    }
    assert!(
        kept.windows(5).any(|window| window == b"Sanne"),
        "the search finds what is kept"
    );
}

#[tokio::test]
async fn revoked_badge_is_refused_with_its_reason() {
    let issuer = TestIssuer::start().await;
    let revoked = json!({
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Assertion",
        "id": issuer.link(),
        "revoked": true,
        "revocationReason": "Uitslag herzien na klacht",
    });
    issuer.answer(
        "/public/assertions/AsWaterland0001",
        200,
        "application/json",
        &revoked.to_string(),
    );

    let (status, body) = issuer.import(json!({"assertion": issuer.link()})).await;

    assert_eq!(status, 422);
    assert_eq!(
        fault(&body),
        (
            "SRC-001",
            "Deze edubadge is ingetrokken: Uitslag herzien na klacht.",
            "This edubadge was revoked: Uitslag herzien na klacht."
        )
    );
}

#[tokio::test]
async fn badge_that_is_not_public_or_not_json_is_refused() {
    let issuer = TestIssuer::start().await;
    let path = "/public/assertions/AsWaterland0001";
    for (status, kind, body) in [
        (404, "application/json", "{}"),
        (200, "text/html", "<h1>Badge</h1>"),
        (200, "application/json", "<h1>Badge</h1>"),
        (200, "application/json", r#"{"id":"a","id":"b"}"#),
        (500, "application/json", "{}"),
    ] {
        issuer.answer(path, status, kind, body);
        let (refused, problem) = issuer.import(json!({"assertion": issuer.link()})).await;
        assert_eq!((refused, fault(&problem).0), (422, "SRC-002"), "{status} {kind}");
    }
    issuer.publish(&issuer.badge());
    issuer.forget("/public/badges/BaWarmtepomp001");
    let (_, problem) = issuer.import(json!({"assertion": issuer.link()})).await;
    assert_eq!(fault(&problem).0, "SRC-002");
}

#[tokio::test]
async fn document_that_calls_itself_otherwise_is_refused() {
    let issuer = TestIssuer::start().await;
    let mut assertion = issuer.badge().assertion;
    assertion["id"] = json!(format!("{}/public/assertions/Other", issuer.platform));
    issuer.answer(
        "/public/assertions/AsWaterland0001",
        200,
        "application/json",
        &assertion.to_string(),
    );

    let (status, body) = issuer.import(json!({"assertion": issuer.link()})).await;

    assert_eq!((status, fault(&body).0), (422, "SRC-007"));
}

#[tokio::test]
async fn recipient_that_cannot_be_checked_is_refused() {
    let issuer = TestIssuer::start().await;
    let mut badge = issuer.badge();
    badge.assertion["recipient"] =
        json!({"type": "email", "hashed": false, "identity": "sanne@learner.example"});

    let (status, body) = issuer.import_file(&badge).await;

    assert_eq!((status, fault(&body).0), (422, "SRC-003"));
}

#[tokio::test]
async fn badge_made_elsewhere_is_refused_by_link_and_by_file() {
    let issuer = TestIssuer::start().await;
    let elsewhere = |badge: Badge, from: &str, to: &str| {
        let replaced = |value: &Value| serde_json::from_str(&value.to_string().replace(from, to)).unwrap();
        Badge {
            assertion: replaced(&badge.assertion),
            badge_class: replaced(&badge.badge_class),
            issuer: replaced(&badge.issuer),
        }
    };
    let other_issuer = elsewhere(issuer.badge(), "IsEnergie000001", "IsElders0000001");
    let other_platform = elsewhere(issuer.badge(), &issuer.platform, "https://badges.example");

    for badge in [&other_issuer, &other_platform] {
        let (status, body) = issuer.import_file(badge).await;
        assert_eq!((status, fault(&body).0), (422, "SRC-006"));
    }
    issuer.publish(&other_issuer);
    for link in [
        issuer.link(),
        "https://badges.example/public/assertions/1".into(),
        "http://169.254.169.254/x".into(),
    ] {
        let (status, body) = issuer.import(json!({"assertion": link})).await;
        assert_eq!((status, fault(&body).0), (422, "SRC-006"), "{link}");
    }
}

#[tokio::test]
async fn import_without_anything_to_import_is_refused() {
    let issuer = TestIssuer::start().await;
    for body in [
        json!({"assertion": {}}),
        json!({"assertion": {}, "badgeClass": {}}),
        json!({"assertion": 1}),
        json!({"assertion": "geen link"}),
        json!({"assertion": format!("{}/public/badges/1", issuer.platform)}),
        json!({}),
        json!({"assertion": {}, "badgeClass": {}, "issuer": {}}),
    ] {
        let (status, problem) = issuer.import(body.clone()).await;
        assert_eq!(status, 422, "{body} {problem}");
    }
}

/// Each of the eight fields that the framework demands has its own message, in both languages.
#[tokio::test]
async fn each_missing_mandatory_field_gives_its_own_message() {
    type Spoil = fn(&mut Badge);
    let cases: [(&str, &str, &str, Spoil); 7] = [
        (
            "META-002",
            "Vermeld de instelling en het organisatieonderdeel.",
            "State the institution and the organisational unit.",
            |badge| {
                let issuer = badge.issuer.as_object_mut().unwrap();
                issuer.remove("faculty");
                issuer.remove("extensions:InstitutionNameExtension");
            },
        ),
        (
            "META-003",
            "Vul de naam van de onderwijseenheid in.",
            "Enter the name of the unit.",
            |badge| badge.badge_class["name"] = json!(" "),
        ),
        (
            "META-004",
            "Voeg minstens één leeruitkomst toe.",
            "Add at least one learning outcome.",
            |badge| {
                badge
                    .badge_class
                    .as_object_mut()
                    .unwrap()
                    .remove("extensions:LearningOutcomeExtension");
            },
        ),
        (
            "META-005",
            "Geef een indicatie van het EQF/NLQF-niveau.",
            "Give an indication of the EQF/NLQF level.",
            |badge| {
                badge
                    .badge_class
                    .as_object_mut()
                    .unwrap()
                    .remove("extensions:EQFExtension");
            },
        ),
        (
            "META-006",
            "Geef de omvang in EC of studiebelastingsuren.",
            "Give the size in ECTS or study load hours.",
            |badge| {
                badge
                    .badge_class
                    .as_object_mut()
                    .unwrap()
                    .remove("extensions:ECTSExtension");
            },
        ),
        (
            "META-007",
            "Beschrijf wat nodig is om de microcredential te krijgen.",
            "Describe what is required to obtain the microcredential.",
            |badge| badge.badge_class["criteria"] = json!({"narrative": ""}),
        ),
        (
            "META-008",
            "Kies het kwaliteitskader en de versie.",
            "Choose the quality framework and its version.",
            |badge| badge.badge_class["qualityAssuranceUrl"] = json!("https://framework.example.org/unknown"),
        ),
    ];
    let issuer = TestIssuer::start().await;
    let sound = issuer.badge();

    // The first of the eight is the name, which no assertion has.
    let (_, body) = issuer.import(json!({"assertion": issuer.link()})).await;
    let mut found = vec![only_error(&body)];
    let mut expected = vec![(
        "META-001".to_owned(),
        "De naam van de deelnemer ontbreekt of is niet bevestigd.".to_owned(),
        "The participant's name is missing or not confirmed.".to_owned(),
    )];
    for (number, (code, nl, en, spoil)) in cases.into_iter().enumerate() {
        let mut badge = sound.clone();
        spoil(&mut badge);
        badge.assertion["id"] = json!(format!("{}/public/assertions/As{number}", issuer.platform));
        let (status, body) = issuer.import_file(&badge).await;
        assert_eq!(status, 201, "{body}");
        found.push(only_error(&body));
        expected.push((code.to_owned(), nl.to_owned(), en.to_owned()));

        let id = body["award"]["id"].as_str().unwrap();
        let (status, _) = issuer.act(id, "approve", json!({})).await;
        assert_eq!(status, 422, "{code} blocks");
    }
    assert_eq!(found, expected);
}

fn only_error(body: &Value) -> (String, String, String) {
    let findings = body["award"]["findings"].as_array().unwrap();
    let errors: Vec<&Value> = findings
        .iter()
        .filter(|finding| finding["severity"] == "error")
        .collect();
    assert_eq!(errors.len(), 1, "{errors:?}");
    let text = |member: &str| errors[0][member].as_str().unwrap().to_owned();
    (text("code"), text("nl"), text("en"))
}
