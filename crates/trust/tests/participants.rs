//! "Was it a participant on that day?", for every participant of the pilots, in words of both languages.
//!
//! The organisations are invented ones in the places of the participants: labels never come into a signed list.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use chrono::NaiveDate;
use credentials::{Language, Text, start_of_dutch_day};
use serde::Deserialize;
use test_support::{Institution, a_register, day, now};
use trust::{Framework, Status, VerifiedList, participation, verify_list};

#[derive(Deserialize)]
struct Participants {
    participants: Vec<Participant>,
}

#[derive(Deserialize)]
struct Participant {
    id: String,
    label: String,
    sector: String,
    from: NaiveDate,
}

fn specification(file: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../specs/accreditation/examples");
    std::fs::read_to_string(format!("{folder}/{file}")).unwrap()
}

fn participants() -> Vec<Participant> {
    let file: Participants = serde_json::from_str(&specification("participants.json")).unwrap();
    file.participants
}

/// A register that admitted an invented organisation for each participant on its first day.
fn register() -> VerifiedList {
    let frameworks: Vec<Framework> = serde_json::from_str(&specification("frameworks.json")).unwrap();
    let mut register = a_register().with_list(|list| {
        list.frameworks.clone_from(&frameworks);
        // Admissions begin at midnight in the Netherlands, and lie within those above.
        for entity in &mut list.entities {
            let admission = &mut entity.accreditations[0];
            admission.valid_from = day("2021-09-01");
            admission.status_history[0].effective_from = day("2021-09-01");
        }
    });
    for participant in participants() {
        let id = participant.id.to_lowercase();
        let sector = serde_json::from_value(participant.sector.clone().into()).unwrap();
        let framework = frameworks
            .iter()
            .find(|framework| framework.sectors.contains(&sector))
            .unwrap();
        let name = format!("Voorbeeldschool {}", participant.id);
        let english = format!("Sample school {}", participant.id);
        let institution = Institution::new(&id, &name, &english).with_institution(|it| {
            let first = start_of_dutch_day(participant.from);
            let admission = &mut it.accreditations[0];
            admission.framework = Some(framework.id.clone());
            admission.framework_version = Some(framework.version.clone());
            admission.valid_from = first;
            admission.valid_until = None;
            admission.status_history[0].effective_from = first;
            admission.status_history[0].recorded_at = first;
        });
        let [institution, _] = institution.entities();
        register = register.with_list(|list| list.entities.push(institution));
    }
    verify_list(&register.signed(), &[register.anchor()], now()).unwrap()
}

fn words(language: Language, text: &Text) -> String {
    let text = match language {
        Language::Nl => text.nl.clone(),
        Language::En => text.en.clone(),
    };
    text.unwrap()
}

#[test]
fn every_participant_took_part_from_its_first_day_on_and_not_before() {
    let list = register();
    let participants = participants();
    assert_eq!(participants.len(), 61);
    for participant in &participants {
        let entity = list.entity_by_id(&participant.id.to_lowercase()).unwrap();
        let on = |date: NaiveDate| participation(&list, entity, start_of_dutch_day(date), now());
        let name = |language| match language {
            Language::Nl => format!("Voorbeeldschool {}", participant.id),
            Language::En => format!("Sample school {}", participant.id),
        };
        let version = if participant.sector == "mbo" {
            "2024"
        } else {
            "2025-05"
        };

        let first = on(participant.from);
        assert_eq!(first.status, Status::Active, "{}", participant.id);
        let day = Language::Nl.date(participant.from);
        assert_eq!(
            words(Language::Nl, &first.answer),
            format!(
                "{} was op {day} deelnemer kwaliteitskader ({version}).",
                name(Language::Nl)
            )
        );
        let day = Language::En.date(participant.from);
        assert_eq!(
            words(Language::En, &first.answer),
            format!(
                "{} was a participant in the quality framework ({version}) on {day}.",
                name(Language::En)
            )
        );
        assert_eq!(on(now().date_naive()).status, Status::Active);

        let before = on(participant.from.pred_opt().unwrap());
        assert_ne!(before.status, Status::Active, "{}", participant.id);
        assert!(
            words(Language::Nl, &before.answer)
                .contains("geen deelnemer kwaliteitskader: de toelating begint op")
        );
        assert!(words(Language::En, &before.answer).contains("not a participant in the quality framework"));
    }
}

#[test]
fn one_label_may_stand_for_two_organisations() {
    let participants = participants();
    let named: Vec<_> = participants
        .iter()
        .filter(|one| one.label.starts_with("Aeres"))
        .collect();
    let sectors: Vec<_> = named.iter().map(|one| one.sector.as_str()).collect();
    assert_eq!(sectors, ["hbo", "mbo"]);
    let list = register();
    let entities: Vec<_> = named
        .iter()
        .map(|one| list.entity_by_id(&one.id.to_lowercase()).unwrap())
        .collect();
    assert_ne!(entities[0].dids, entities[1].dids);
    let on = |place: usize, date: &str| participation(&list, entities[place], day(date), now()).status;
    assert_eq!(
        (on(0, "2022-06-01"), on(1, "2022-06-01")),
        (Status::Active, Status::Expired)
    );
    assert_eq!(
        (on(0, "2024-06-01"), on(1, "2024-06-01")),
        (Status::Active, Status::Active)
    );
}

#[test]
fn no_label_is_in_a_signed_list() {
    let list = serde_json::to_string(register().list()).unwrap();
    for participant in participants() {
        // Short labels are parts of common words.
        if participant.label.len() > 5 {
            assert!(!list.contains(&participant.label), "{}", participant.label);
        }
    }
}
