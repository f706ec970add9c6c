//! One award in every format, and what becomes of it.

use crate::steps::{self, Round};
use serde_json::{Value, json};

#[tokio::test]
async fn one_acceptance_gives_ten_showings_and_every_format() {
    let round = Round::start().await;
    let mut learner = round.learner_with("AsWaRmTePoMp00000001").await;

    let card = learner.card();
    let numbers: Vec<_> = card
        .copies
        .iter()
        .map(|kind| (kind.format.as_str(), kind.number))
        .collect();
    assert_eq!(
        numbers,
        [
            ("vc+sd-jwt", 10),
            ("dc+sd-jwt", 5),
            ("vc+sd-jwt", 1),
            ("ldp_vc", 1),
            ("ldp_vc", 1)
        ]
    );
    assert!(
        card.notes.is_empty(),
        "every signature was checked: {:?}",
        card.notes
    );
    let award = round
        .desk("GET", &format!("awards/{}", round.award().await), &Value::Null)
        .await;
    for kind in award["copies"].as_array().unwrap() {
        let kept = card
            .copies
            .iter()
            .find(|kept| kept.configuration_id == kind["configurationId"])
            .unwrap();
        assert_eq!(kind["number"], kept.number, "{kind}");
        assert_eq!(kind["accepted"], kept.number, "{kind}");
    }
    for (_, shown) in learner.in_every_format() {
        let (_, report) = round.verify(&shown).await;
        for axis in ["structure", "signature", "issuerKey", "status", "scope"] {
            assert_eq!(
                steps::axis(&report, axis)["outcome"],
                "passed",
                "{axis}: {report:#}"
            );
        }
    }
}

#[tokio::test]
async fn suspension_reinstatement_and_revocation_are_seen_in_every_format() {
    let round = Round::start().await;
    let mut learner = round.learner_with("AsWaRmTePoMp00000001").await;
    let award = round.award().await;
    for (act, code, colour) in [
        ("suspend", "STA-003", "red"),
        ("reinstate", "", "green"),
        ("revoke", "VER-003", "red"),
    ] {
        let path = format!("awards/{award}/{act}");
        round.desk("POST", &path, &json!({"reason": "Onderzoek"})).await;
        for (format, shown) in learner.in_every_format() {
            let (_, report) = round.verify(&shown).await;
            let verdict = &report["verdict"];
            if code.is_empty() {
                assert_eq!(
                    steps::axis(&report, "status")["outcome"],
                    "passed",
                    "{format}: {report:#}"
                );
                // A file was shown by nobody.
                let expected = if format == "ldp_vc" { "amber" } else { colour };
                assert_eq!(verdict["colour"], expected, "{format}: {report:#}");
            } else {
                assert_eq!(
                    (&verdict["code"], &verdict["colour"]),
                    (&json!(code), &json!(colour)),
                    "{act}, {format}: {report:#}"
                );
            }
        }
    }
}

#[tokio::test]
async fn new_copies_join_the_card_and_are_shown_like_the_first() {
    let round = Round::start().await;
    let mut learner = round.learner_with("AsWaRmTePoMp00000001").await;
    for _ in 0..10 {
        assert!(!learner.show().linkable);
    }
    assert!(learner.show().linkable);

    let mut learner = round.new_copies(learner).await;

    assert_eq!((learner.cards(), learner.card().unlinkable_left), (1, 10));
    let shown = learner.show();
    assert!(!shown.linkable);
    let (_, report) = round.verify(&shown.qr_text).await;
    assert_eq!(report["verdict"]["colour"], "green", "{report:#}");
}

#[tokio::test]
async fn a_part_of_the_badge_is_derived_and_verified_and_no_more_is_in_it() {
    let round = Round::start().await;
    let mut learner = round.learner_with("AsWaRmTePoMp00000001").await;

    let shown = learner.derive(&[]);

    assert!(
        !shown.contains("CFItem") && !shown.contains("\"result\""),
        "{shown}"
    );
    let (_, report) = round.verify(&shown).await;
    assert_eq!(
        steps::axis(&report, "signature")["outcome"],
        "passed",
        "{report:#}"
    );
    let evidence = &steps::axis(&report, "signature")["evidence"];
    assert_eq!(evidence["cryptosuite"], "ecdsa-sd-2023");
    assert!(
        report["credential"]["hidden"]
            .as_array()
            .unwrap()
            .contains(&json!("result"))
    );

    let shown = learner.derive(&["outcomes"]);
    assert!(shown.contains("CFItem"));
    let (_, report) = round.verify(&shown).await;
    assert_eq!(
        steps::axis(&report, "signature")["outcome"],
        "passed",
        "{report:#}"
    );
    let (_, report) = round.verify(&shown.replace("warmtepomp", "koelpomp")).await;
    assert_eq!(report["verdict"]["colour"], "red", "{report:#}");
}
