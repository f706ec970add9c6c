//! As many organisations as took part in the pilots, so that searching and counting have something to do.
//!
//! They are invented ones in the places of the participants: names of real institutions never come into a signed list.

use register::Seed;
use serde::Deserialize;
use serde_json::{Value, json};

use super::seed::{FRAMEWORK, scope_of};

/// Before the first of them took part.
const PILOTS: &str = "2021-09-01T00:00:00+02:00";
/// The framework of vocational education.
const MBO_FRAMEWORK: &str = "https://framework.example.org/mbo/2024";

#[derive(Deserialize)]
struct Participants {
    participants: Vec<Participant>,
}

/// A participant of the pilots.
#[derive(Deserialize)]
struct Participant {
    /// `H01` to `H22`, `U01` to `U12`, `M01` to `M27`.
    id: String,
    sector: String,
    /// Its first day, as the pilots' list tells it.
    from: chrono::NaiveDate,
}

/// The sample participants, and the mandates they are admitted under.
pub(crate) fn seed(register_did: &str) -> Result<Seed, serde_json::Error> {
    let known: Participants = serde_json::from_str(include_str!(
        "../../specs/accreditation/examples/participants.json"
    ))?;
    // With its profile, so that keepers can admit to it.
    let mut frameworks: Vec<Value> =
        serde_json::from_str(include_str!("../../specs/accreditation/examples/frameworks.json"))?;
    frameworks.retain(|framework| framework["id"] == MBO_FRAMEWORK);
    let mandates = [
        ("ent-root", "root", "stelsel", "root-pilots", None, 3),
        (
            "ent-accreditor",
            "accreditor",
            "kwaliteit",
            "tao-pilots",
            Some("root-pilots"),
            2,
        ),
    ];
    let mandates = mandates.iter().map(|(id, kind, name, accreditation, parent, depth)| {
        let mut mandate = json!({
            "accreditationId": accreditation,
            "layer": "L3",
            "kind": "governance",
            "validFrom": PILOTS,
            "mayDelegate": true,
            "maxDepth": depth,
            "scope": {"sectors": ["hbo", "wo", "mbo"], "jurisdictions": ["NL"], "credentialTypes": ["MicroCredential"]},
            "statusHistory": history(PILOTS),
        });
        if let Some(parent) = parent {
            mandate["parent"] = json!(parent);
        }
        json!({
            "entityId": id,
            "type": kind,
            "dids": [format!("{register_did}:{name}")],
            "displayName": {"nl": id, "en": id},
            "accreditations": [mandate],
        })
    });
    let entities: Vec<Value> = mandates
        .chain(
            known
                .participants
                .iter()
                .map(|one| institution(one, register_did)),
        )
        .collect();
    serde_json::from_value(json!({
        "sampleData": true,
        "frameworks": frameworks,
        "entities": entities,
    }))
}

fn institution(participant: &Participant, register_did: &str) -> Value {
    let Participant { id, sector, from } = participant;
    let name = id.to_lowercase();
    let since = credentials::start_of_dutch_day(*from).to_rfc3339();
    let (framework, version) = match sector.as_str() {
        "mbo" => (MBO_FRAMEWORK, "2024"),
        _ => (FRAMEWORK, "2025-05"),
    };
    json!({
        "entityId": format!("ent-{name}"),
        "type": "institution",
        "dids": [format!("did:web:{name}.voorbeelddeelnemer.example")],
        "displayName": {"nl": format!("Voorbeelddeelnemer {id} ({sector})"), "en": format!("Sample participant {id} ({sector})")},
        "country": "NL",
        "accreditations": [{
            "accreditationId": format!("acc-{name}"),
            "layer": "L3",
            "kind": "framework-participation",
            "accreditor": format!("{register_did}:kwaliteit"),
            "framework": framework,
            "frameworkVersion": version,
            "validFrom": since,
            "parent": "tao-pilots",
            "scope": scope_of(sector),
            "statusHistory": history(&since),
        }],
    })
}

fn history(since: &str) -> Value {
    json!([{
        "seq": 1,
        "status": "active",
        "effectiveFrom": since,
        "recordedAt": since,
        "effect": "prospective",
        "reason": {"code": "admitted", "nl": "Toegelaten", "en": "Admitted"},
    }])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_as_in_the_pilots_and_none_has_a_real_name() {
        let file: Value = serde_json::from_str(include_str!(
            "../../specs/accreditation/examples/participants.json"
        ))
        .unwrap();
        let labels: Vec<_> = file["participants"].as_array().unwrap().iter().collect();

        let seed = seed("did:web:register.example").unwrap();
        let text = serde_json::to_string(&seed).unwrap();

        assert_eq!((labels.len(), seed.entities.len()), (61, 63));
        for one in labels {
            let label = one["label"].as_str().unwrap();
            assert!(!text.contains(label), "{label}");
        }
    }
}
