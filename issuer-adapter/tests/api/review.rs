use crate::fixture::{TestIssuer, codes, completed};
use serde_json::{Value, json};

async fn imported(issuer: &TestIssuer) -> String {
    let (_, body) = issuer.import_file(&issuer.badge()).await;
    body["award"]["id"].as_str().unwrap().to_owned()
}

fn actions(award: &Value) -> Vec<&str> {
    award["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["action"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn warnings_have_to_be_confirmed_before_approval() {
    let issuer = TestIssuer::start().await;
    let id = imported(&issuer).await;
    assert_eq!(
        codes(&issuer.award(&id).await),
        ["META-010", "META-010", "SIZ-006", "RES-004"]
    );

    let (status, problem) = issuer.act(&id, "approve", json!({})).await;
    assert_eq!(status, 422);
    assert_eq!(problem["errors"].as_array().unwrap().len(), 4);

    let (status, body) = issuer
        .change(&id, json!({"confirmations": ["META-010", "SIZ-006", "RES-004"]}))
        .await;
    assert_eq!(status, 200);
    let findings = body["award"]["findings"].as_array().unwrap();
    assert!(
        findings
            .iter()
            .filter(|finding| finding["severity"] == "warning")
            .all(|finding| finding["confirmed"] == true)
    );

    let (status, body) = issuer.act(&id, "approve", json!({})).await;
    assert_eq!((status, &body["award"]["state"]), (200, &json!("approved")));
    let award = issuer.award(&id).await;
    assert_eq!(
        actions(&award),
        [
            "imported",
            "confirmed",
            "confirmed",
            "confirmed",
            "confirmed",
            "approved"
        ]
    );
    assert_eq!(award["history"][1]["detail"], "META-010");
    assert_eq!(award["history"][1]["actor"], "desk");
}

#[tokio::test]
async fn the_scale_that_staff_add_to_a_grade_ends_the_warning() {
    let issuer = TestIssuer::start().await;
    let id = imported(&issuer).await;
    assert!(codes(&issuer.award(&id).await).contains(&"RES-004"));

    let (status, body) = issuer.change(&id, json!({"scale": " 1–10 "})).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(
        body["award"]["record"]["result"],
        json!({"value": "8", "scale": "1–10"})
    );
    assert!(!codes(&body["award"]).contains(&"RES-004"));

    let (status, _) = issuer.change(&id, json!({"scale": "x".repeat(61)})).await;
    assert_eq!(status, 422);
    let (_, body) = issuer.change(&id, json!({"scale": ""})).await;
    assert_eq!(body["award"]["record"]["result"], json!({"value": "8"}));
    assert!(codes(&body["award"]).contains(&"RES-004"));
}

#[tokio::test]
async fn confirmation_left_out_is_taken_back() {
    let issuer = TestIssuer::start().await;
    let id = imported(&issuer).await;
    issuer
        .change(&id, json!({"confirmations": ["META-010", "SIZ-006", "RES-004"]}))
        .await;

    issuer
        .change(&id, json!({"confirmations": ["META-010", "RES-004"]}))
        .await;

    let (status, problem) = issuer.act(&id, "approve", json!({})).await;
    assert_eq!((status, &problem["errors"][0]["code"]), (422, &json!("SIZ-006")));
}

#[tokio::test]
async fn errors_cannot_be_confirmed_away() {
    let issuer = TestIssuer::start().await;
    let mut badge = issuer.badge();
    badge.badge_class["extensions:ECTSExtension"]["ECTS"] = json!(2.5);
    let (_, body) = issuer.import_file(&badge).await;
    let id = body["award"]["id"].as_str().unwrap();
    issuer.change(id, completed()).await;
    issuer.change(id, json!({"confirmations": ["SIZ-001"]})).await;

    let (status, problem) = issuer.act(id, "approve", json!({})).await;

    assert_eq!(status, 422);
    assert_eq!(problem["errors"][0]["code"], "SIZ-001");
    assert_eq!(
        problem["errors"][0]["nl"],
        "De omvang moet tussen 3 en 30 EC liggen; opgegeven: 2,5 EC."
    );
    assert_eq!(problem["errors"][0]["field"], "/achievement/size");
}

#[tokio::test]
async fn staff_complete_what_the_source_does_not_tell() {
    let issuer = TestIssuer::start().await;
    let (_, body) = issuer.import(json!({"assertion": issuer.link()})).await;
    let id = body["award"]["id"].as_str().unwrap();

    let mut changes = completed();
    changes["participant"] = json!({"givenName": " Sanne ", "familyName": "de Vries", "confirmed": true});
    changes["entryRequirements"] =
        json!({"nl": "Werkervaring in de installatietechniek.", "en": "Experience in building services."});
    changes["field"] = json!("0713");
    let (status, body) = issuer.change(id, changes).await;

    assert_eq!(status, 200, "{body}");
    let record = &body["award"]["record"];
    assert_eq!(
        record["participant"],
        json!({"givenName": "Sanne", "familyName": "de Vries", "confirmed": true})
    );
    assert_eq!(
        record["achievement"]["title"],
        json!({"nl": "Warmtepompsystemen ontwerpen", "en": "Designing heat pump systems"})
    );
    assert_eq!(
        record["achievement"]["outcomes"][2]["text"]["en"],
        "You tune the system and test its efficiency."
    );
    assert_eq!(codes(&body["award"]), Vec::<&str>::new());
    assert_eq!(body["award"]["preview"]["holderName"], "Sanne de Vries");
}

#[tokio::test]
async fn the_sources_own_words_cannot_be_changed_here() {
    let issuer = TestIssuer::start().await;
    let id = imported(&issuer).await;
    for changes in [
        json!({"title": {"nl": "Iets anders"}}),
        json!({"criteria": {"nl": ""}}),
        json!({"outcomes": [{"nl": "Iets anders"}]}),
        json!({"outcomes": [{}, {}, {}, {"en": "One too many"}]}),
        json!({"participant": {"givenName": "", "familyName": "de Vries", "confirmed": true}}),
        json!({"expiresAt": "2020-01-01T00:00:00Z"}),
        json!({"level": {"eqf": 8}}),
    ] {
        let (status, problem) = issuer.change(&id, changes.clone()).await;
        assert_eq!(status, 422, "{changes} {problem}");
    }
    assert_eq!(
        issuer.award(&id).await["updatedAt"],
        issuer.award(&id).await["createdAt"]
    );
}

#[tokio::test]
async fn end_date_asks_for_confirmation_and_can_be_removed() {
    let issuer = TestIssuer::start().await;
    let id = issuer.reviewed().await;

    let (_, body) = issuer
        .change(&id, json!({"expiresAt": "2031-09-14T21:59:59Z"}))
        .await;
    assert_eq!(codes(&body["award"]), ["VAL-010"]);

    let (_, body) = issuer.change(&id, json!({"expiresAt": null})).await;
    assert_eq!(codes(&body["award"]), Vec::<&str>::new());
}

#[tokio::test]
async fn change_after_approval_asks_for_a_new_approval() {
    let issuer = TestIssuer::start().await;
    let id = issuer.approved().await;

    let (_, body) = issuer.change(&id, json!({"title": {"en": "Heat pumps"}})).await;

    assert_eq!(body["award"]["state"], "review");
    let (status, _) = issuer.act(&id, "offer", json!({})).await;
    assert_eq!(status, 409);
}

#[tokio::test]
async fn offered_award_does_not_change_any_more() {
    let issuer = TestIssuer::start().await;
    let (id, _) = issuer.offered().await;

    let (status, _) = issuer.change(&id, json!({"title": {"en": "Heat pumps"}})).await;

    assert_eq!(status, 409);
}

#[tokio::test]
async fn preview_says_what_the_credential_will_say() {
    let issuer = TestIssuer::start().await;
    let id = issuer.reviewed().await;

    let preview = issuer.award(&id).await["preview"].clone();

    assert_eq!(preview["title"]["nl"], "Warmtepompsystemen ontwerpen");
    assert_eq!(preview["level"]["eqf"], 6);
    assert_eq!(preview["size"]["ec"], 5.0);
    assert_eq!(
        preview["issuer"]["did"],
        issuer.registration.units[0].did.as_str()
    );
    assert_eq!(preview["outcomes"].as_array().unwrap().len(), 3);
    assert_eq!(preview["framework"]["version"], "2025-05");
}

#[tokio::test]
async fn unknown_award_is_told_so() {
    let issuer = TestIssuer::start().await;
    for (method, path) in [
        ("GET", "awards/none"),
        ("PATCH", "awards/none"),
        ("POST", "awards/none/approve"),
        ("POST", "awards/none/offer"),
    ] {
        let (status, body) = issuer.desk(method.parse().unwrap(), path, Some(json!({}))).await;
        assert_eq!(
            (status, &body["type"]),
            (404, &json!("/problems/unknown-award")),
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn characters_that_nobody_sees_are_refused_in_every_text() {
    let issuer = TestIssuer::start().await;
    let id = imported(&issuer).await;
    let before = issuer.award(&id).await["record"].clone();
    for hidden in ["\u{0}", "\u{7}", "\u{85}", "\u{202e}", "\u{2066}"] {
        let text = format!("Sanne{hidden}de Vries");
        for (member, change) in [
            (
                "/participant",
                json!({"participant": {"givenName": text, "familyName": "de Vries", "confirmed": true}}),
            ),
            (
                "/participant",
                json!({"participant": {"givenName": "Sanne", "familyName": text, "confirmed": true}}),
            ),
            ("/title", json!({"title": {"en": text}})),
            ("/description", json!({"description": {"en": text}})),
            ("/criteria", json!({"criteria": {"en": text}})),
            ("/entryRequirements", json!({"entryRequirements": {"nl": text}})),
            ("/outcomes", json!({"outcomes": [{"en": text}]})),
            ("/scale", json!({"scale": text})),
            ("/justification", json!({"justification": text})),
        ] {
            let (status, problem) = issuer.change(&id, change).await;
            assert_eq!(
                (status, &problem["errors"][0]["field"]),
                (422, &json!(member)),
                "{hidden:?}: {problem}"
            );
        }
    }
    assert_eq!(issuer.award(&id).await["record"], before);

    // What names are written with stays: joiners, a mark for one character, letters of any script.
    for name in [
        "\u{0646}\u{06cc}\u{200c}\u{0645}\u{0627}",
        "\u{200f}\u{05d3}\u{05df}",
        "Žofie",
    ] {
        let change = json!({"participant": {"givenName": name, "familyName": "de Vries", "confirmed": true}});
        assert_eq!(issuer.change(&id, change).await.0, 200, "{name:?}");
    }
}

#[tokio::test]
async fn characters_that_nobody_sees_do_not_come_in_with_a_badge() {
    let issuer = TestIssuer::start().await;
    let mut badge = issuer.badge();
    badge.badge_class["name"] = json!("Warmte\u{0}pomp\u{202e}systemen");
    let (status, body) = issuer.import_file(&badge).await;
    assert_eq!(status, 201, "{body}");
    assert_eq!(
        body["award"]["record"]["achievement"]["title"]["nl"],
        "Warmtepompsystemen"
    );
}
