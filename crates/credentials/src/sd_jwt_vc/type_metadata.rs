//! What wallets are told about the type: names for people, and what may be hidden.

use super::VCT;
use serde_json::{Value, json};

/// Whether a claim can be hidden (`sd` in the type metadata).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Disclosure {
    Always,
    Never,
}

/// One claim of the type. `*` in a path stands for every element.
pub(super) struct Claim {
    pub(super) path: &'static [&'static str],
    pub(super) disclosure: Disclosure,
    mandatory: bool,
    nl: &'static str,
    en: &'static str,
}

const fn claim(
    path: &'static [&'static str],
    disclosure: Disclosure,
    mandatory: bool,
    nl: &'static str,
    en: &'static str,
) -> Claim {
    Claim {
        path,
        disclosure,
        mandatory,
        nl,
        en,
    }
}

use Disclosure::{Always, Never};

/// Every claim that is shown to people, in the order in which to show them.
#[rustfmt::skip]
pub(super) const CLAIMS: &[Claim] = &[
    claim(
        &["title"],
        Never,
        true,
        "Naam onderwijseenheid",
        "Name of the unit",
    ),
    claim(
        &["awarding_body", "name"],
        Never,
        true,
        "Toegekend door",
        "Awarded by",
    ),
    claim(
        &["issuance_date"],
        Never,
        true,
        "Datum toekenning",
        "Date of award",
    ),
    claim(&["given_name"], Always, false, "Voornaam", "Given name"),
    claim(&["family_name"], Always, true, "Achternaam", "Family name"),
    claim(&["eqf_level"], Never, true, "Niveau (EQF)", "Level (EQF)"),
    claim(&["nlqf_level"], Never, false, "Niveau (NLQF)", "Level (NLQF)"),
    claim(
        &["level_basis"],
        Never,
        true,
        "Herkomst niveau",
        "Basis of the level",
    ),
    claim(
        &["ects"],
        Never,
        false,
        "Omvang in EC (indicatie)",
        "Size in ECTS (indication)",
    ),
    claim(&["hours"], Never, false, "Omvang in uren", "Size in hours"),
    claim(
        &["sbu"],
        Never,
        false,
        "Omvang in studiebelastingsuren",
        "Size in study load hours",
    ),
    claim(
        &["size_basis"],
        Never,
        false,
        "Herkomst omvang",
        "Basis of the size",
    ),
    claim(
        &["learning_outcomes"],
        Never,
        true,
        "Leeruitkomsten",
        "Learning outcomes",
    ),
    claim(
        &["learning_outcomes", "*"],
        Always,
        false,
        "Leeruitkomst",
        "Learning outcome",
    ),
    claim(&["assessment"], Always, true, "Toetsing", "Assessment"),
    claim(&["result"], Always, false, "Resultaat", "Result"),
    claim(&["evidence"], Always, false, "Bewijsstukken", "Evidence"),
    claim(&["sector"], Never, false, "Sector", "Sector"),
    claim(
        &["field_of_study"],
        Never,
        false,
        "Vakgebied (ISCED-F)",
        "Field of study (ISCED-F)",
    ),
    claim(&["language"], Never, true, "Taal", "Language"),
    claim(
        &["quality_framework", "id"],
        Never,
        true,
        "Kwaliteitskader",
        "Quality framework",
    ),
    claim(
        &["quality_framework", "version"],
        Never,
        true,
        "Versie kwaliteitskader",
        "Version of the quality framework",
    ),
    claim(&["achievement"], Never, true, "Beschrijving", "Description"),
    claim(&["credential_id"], Always, true, "Kenmerk", "Identifier"),
];

/// The type metadata of [`VCT`] (SD-JWT VC, "SD-JWT VC Type Metadata"): names in Dutch and English,
/// and for each claim whether issuers must state it and whether holders can hide it.
pub fn type_metadata() -> Value {
    let both = |nl: Value, en: Value| json!([nl, en]);
    let colours = json!({"simple": {"background_color": "#0A3D62", "text_color": "#FFFFFF"}});
    let claims: Vec<Value> = CLAIMS
        .iter()
        .map(|claim| {
            let path: Vec<Value> = claim
                .path
                .iter()
                .map(|name| if *name == "*" { Value::Null } else { (*name).into() })
                .collect();
            json!({
                "path": path,
                "display": both(
                    json!({"locale": "nl-NL", "label": claim.nl}),
                    json!({"locale": "en-GB", "label": claim.en}),
                ),
                "mandatory": claim.mandatory,
                "sd": if claim.disclosure == Always { "always" } else { "never" },
            })
        })
        .collect();
    json!({
        "vct": VCT,
        "name": "Microcredential",
        "description": "Microcredential of a Dutch institution under an agreed quality framework. It is not a diploma.",
        "display": both(
            json!({
                "locale": "nl-NL",
                "name": "Microcredential",
                "description": "Bewijs van een Nederlandse instelling volgens een afgesproken kwaliteitskader. Het is geen diploma.",
                "rendering": colours,
            }),
            json!({
                "locale": "en-GB",
                "name": "Microcredential",
                "description": "Evidence from a Dutch institution under an agreed quality framework. It is not a diploma.",
                "rendering": colours,
            }),
        ),
        "claims": claims,
    })
}
