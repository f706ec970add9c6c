//! The SD-JWT VC of `specs/credential-profile/`, and what is read back from it.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

mod profile;

use chrono::{DateTime, Utc};
use credentials::award::{Award, Sector, Size};
use credentials::facts::{FactsError, Group};
use credentials::sd_jwt_vc::{
    Details, ProjectionError, TokenStatusEntry, VCT, claims, disclosable, facts, group, type_metadata,
};
use profile::{an_award, is_current};
use serde_json::{Value, json};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn details() -> Details {
    Details {
        id: "urn:uuid:0d9c1f52-7a34-4b6e-8f1d-51c2a9e07b36".parse().unwrap(),
        issuer_did: "did:web:credentials.hswaterland.example:energie".parse().unwrap(),
        institution_did: "did:web:credentials.hswaterland.example".parse().unwrap(),
        holder_jwk: json!({
            "kty": "EC",
            "crv": "P-256",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        }),
        status: TokenStatusEntry {
            uri: "https://credentials.hswaterland.example/status/t7q2".to_owned(),
            index: 50_231,
        },
        achievement_url: "https://credentials.hswaterland.example/achievements/warmtepomp/2026-1".to_owned(),
        issued_at: at("2026-09-16T13:12:44Z"),
    }
}

fn made(award: &Award) -> Value {
    claims(award, &details()).unwrap()
}

#[test]
fn the_example_of_the_profile_is_what_the_projection_makes() {
    is_current("examples/sd-jwt-vc.json", &made(&an_award()));
}

#[test]
fn the_type_metadata_of_the_profile_is_current() {
    is_current("type-metadata.json", &type_metadata());
}

#[test]
fn every_claim_for_people_is_in_the_type_metadata_and_hideable_as_it_says() {
    let claims = made(&an_award());
    let metadata = type_metadata();
    let described = metadata["claims"].as_array().unwrap();
    let registered = ["iss", "vct", "iat", "nbf", "exp", "cnf", "status"];
    for name in claims.as_object().unwrap().keys() {
        let is_described = described.iter().any(|claim| claim["path"][0] == **name);
        assert_eq!(is_described, !registered.contains(&name.as_str()), "{name}");
    }
    let hideable = disclosable(&claims);
    for claim in described {
        let path = claim["path"].as_array().unwrap();
        let pointer: String = path
            .iter()
            .map(|name| format!("/{}", name.as_str().unwrap_or("0")))
            .collect();
        assert_eq!(hideable.contains(&pointer), claim["sd"] == "always", "{pointer}");
        if claim["mandatory"] == true {
            assert!(claims.pointer(&pointer).is_some(), "{pointer}");
        }
    }
}

#[test]
fn each_learning_outcome_can_be_hidden_by_itself() {
    let hideable = disclosable(&made(&an_award()));
    let outcomes: Vec<_> = hideable
        .iter()
        .filter(|pointer| group(pointer) == Some(Group::Outcomes))
        .collect();
    assert_eq!(
        outcomes,
        [
            "/learning_outcomes/0",
            "/learning_outcomes/1",
            "/learning_outcomes/2"
        ]
    );
    assert_eq!(hideable.len(), 9);
    assert_eq!(group("/credential_id"), None);
    for group_of in Group::ALL {
        assert!(hideable.iter().any(|pointer| group(pointer) == Some(group_of)));
    }
}

#[test]
fn with_everything_hidden_title_issuer_level_and_size_stay() {
    let mut claims = made(&an_award());
    for pointer in disclosable(&claims).iter().rev() {
        let (parent, last) = pointer.rsplit_once('/').unwrap();
        match claims.pointer_mut(parent).unwrap() {
            Value::Object(object) => drop(object.remove(last).unwrap()),
            Value::Array(array) => drop(array.remove(last.parse().unwrap())),
            other => panic!("{pointer} is in {other}"),
        }
    }
    let facts = facts(&claims).unwrap();
    assert_eq!(facts.hidden, Group::ALL);
    assert_eq!(facts.title.nl.as_deref(), Some("Warmtepompsystemen ontwerpen"));
    assert_eq!(facts.level.unwrap().eqf, 6);
    assert_eq!(facts.size.unwrap().ec, Some(5.0));
    assert_eq!(facts.sector, Some(Sector::Hbo));
    assert_eq!(facts.framework.unwrap().version.as_deref(), Some("2025-05"));
    let text = claims.to_string();
    for word in [
        "Sanne",
        "Vries",
        "Voldoende",
        "portfolio",
        "warmteverlies",
        "urn:uuid",
    ] {
        assert!(!text.contains(word), "{word}");
    }
}

#[test]
fn what_is_read_back_is_what_was_awarded() {
    let award = an_award();
    let facts = facts(&made(&award)).unwrap();
    assert_eq!(facts.title, award.achievement.title);
    assert_eq!(facts.holder_name.as_deref(), Some("Sanne de Vries"));
    assert_eq!(
        facts.issuer.name.as_deref(),
        Some("Academie voor Energie en Techniek")
    );
    assert_eq!(facts.issuer.institution.as_deref(), Some("Hogeschool Waterland"));
    assert_eq!(facts.outcomes.len(), 3);
    assert_eq!(facts.outcomes[0], award.achievement.outcomes[0].text);
    let assessment = facts.assessment.unwrap();
    assert_eq!(assessment.criteria, award.achievement.criteria);
    assert_eq!(
        assessment.entry_requirements,
        award.achievement.entry_requirements
    );
    assert_eq!(assessment.identity_checked, Some(true));
    assert_eq!(facts.result.as_deref(), Some("Voldoende"));
    assert_eq!(facts.evidence.len(), 2);
    assert_eq!(facts.credential_type.as_deref(), Some("MicroCredential"));
    assert_eq!(
        facts.awarded_on,
        Some(at("2026-09-14T10:00:00Z")),
        "noon in the Netherlands"
    );
    assert!(facts.hidden.is_empty());
}

#[test]
fn dates_are_days_in_the_netherlands() {
    let mut award = an_award();
    award.awarded_at = Some(at("2026-09-13T22:30:00Z"));
    award.expires_at = Some(at("2031-09-13T22:00:00Z"));
    let claims = made(&award);
    assert_eq!(claims["issuance_date"], "2026-09-14");
    assert_eq!(claims["nbf"], at("2026-09-13T22:00:00Z").timestamp());
    assert_eq!(claims["iat"], at("2026-09-15T22:00:00Z").timestamp());
    assert_eq!(claims["exp"], at("2031-09-13T22:00:00Z").timestamp());
    award.awarded_at = Some(at("2026-09-14T21:59:59Z"));
    assert_eq!(
        made(&award)["nbf"],
        claims["nbf"],
        "of one day, none is told from another"
    );
}

#[test]
fn nothing_tells_who_the_learner_is_but_the_name() {
    let claims = made(&an_award());
    assert!(claims.get("sub").is_none() && claims.get("vct#integrity").is_none());
    let mut details = details();
    details.holder_jwk["kid"] = json!("wallet-of-sanne");
    details.holder_jwk["use"] = json!("sig");
    let same_key = credentials::sd_jwt_vc::claims(&an_award(), &details).unwrap();
    assert_eq!(same_key["cnf"], claims["cnf"]);
}

#[test]
fn a_size_is_told_in_the_units_the_award_has() {
    let size_of = |size: Size| {
        let mut award = an_award();
        award.achievement.size = Some(size);
        let claims = made(&award);
        ["ects", "hours", "sbu"].map(|unit| claims.get(unit).cloned())
    };
    let half = Size {
        ec: Some(7.5),
        ..Size::default()
    };
    assert_eq!(size_of(half), [Some(json!(7.5)), None, None]);
    let hours = Size {
        hours: Some(84),
        ..Size::default()
    };
    assert_eq!(size_of(hours), [None, Some(json!(84)), None]);
    let load = Size {
        sbu: Some(240),
        ..Size::default()
    };
    assert_eq!(size_of(load), [None, None, Some(json!(240))]);
}

#[test]
fn a_learner_with_one_name_has_it_as_the_family_name() {
    let mut award = an_award();
    award.participant.as_mut().unwrap().family_name = String::new();
    let claims = made(&award);
    assert_eq!(
        (claims.get("given_name"), &claims["family_name"]),
        (None, &json!("Sanne"))
    );
    assert_eq!(facts(&claims).unwrap().holder_name.as_deref(), Some("Sanne"));
}

#[test]
fn an_award_that_says_too_little_or_something_else_makes_no_credential() {
    type Change = fn(&mut Award);
    let cases: [(Change, ProjectionError); 6] = [
        (
            |award| award.participant = None,
            ProjectionError::Missing("participant's name"),
        ),
        (
            |award| award.achievement.level = None,
            ProjectionError::Missing("level"),
        ),
        (
            |award| award.achievement.size = None,
            ProjectionError::Missing("size"),
        ),
        (
            |award| award.awarded_at = None,
            ProjectionError::Missing("award date"),
        ),
        (
            |award| award.achievement.outcomes.clear(),
            ProjectionError::Missing("learning outcome"),
        ),
        (
            |award| award.achievement.credential_type = Some("Diploma".to_owned()),
            ProjectionError::Unusable("credential type"),
        ),
    ];
    for (change, expected) in cases {
        let mut award = an_award();
        change(&mut award);
        assert_eq!(claims(&award, &details()), Err(expected));
    }
}

#[test]
fn a_key_that_is_secret_or_no_key_makes_no_credential() {
    for key in [
        json!({"kty": "EC", "crv": "P-256", "x": "f83O", "y": "x_FE", "d": "jpsQ"}),
        json!({"kty": "oct", "k": "AAAA"}),
        json!("did:key:z6Mk"),
        json!({"kty": "EC", "crv": "P-256"}),
    ] {
        let details = Details {
            holder_jwk: key.clone(),
            ..details()
        };
        assert_eq!(
            claims(&an_award(), &details),
            Err(ProjectionError::Unusable("holder's key")),
            "{key}"
        );
    }
}

#[test]
fn other_types_and_broken_claims_are_refused() {
    let read = |change: fn(&mut Value)| {
        let mut claims = made(&an_award());
        change(&mut claims);
        facts(&claims).unwrap_err()
    };
    assert_eq!(
        read(|claims| claims["vct"] = json!(format!("{VCT}2"))),
        FactsError::OtherKind
    );
    assert_eq!(read(|claims| *claims = json!([])), FactsError::NotAnObject);
    for (change, claim) in [
        ((|claims| claims["iss"] = json!({})) as fn(&mut Value), "iss"),
        (|claims| claims["title"] = json!("Warmtepomp"), "title"),
        (
            |claims| claims["awarding_body"] = json!("Waterland"),
            "awarding_body",
        ),
        (
            |claims| claims["issuance_date"] = json!("2026-02-30"),
            "issuance_date",
        ),
    ] {
        assert_eq!(read(change), FactsError::Unusable(claim));
    }
}

#[test]
fn members_of_an_unexpected_kind_read_as_not_said() {
    let mut claims = made(&an_award());
    for name in [
        "eqf_level",
        "ects",
        "hours",
        "learning_outcomes",
        "assessment",
        "result",
        "evidence",
        "exp",
    ] {
        claims[name] = json!({"unexpected": [name]});
    }
    claims["eqf_level"] = json!(9);
    let facts = facts(&claims).unwrap();
    assert!(facts.level.is_none() && facts.size.is_none() && facts.assessment.is_none());
    assert!(facts.outcomes.is_empty() && facts.result.is_none() && facts.evidence.is_empty());
}
