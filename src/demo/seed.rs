//! What the demo's register starts with: a root, an accreditor and two invented institutions with a unit each.

use chrono::{DateTime, Utc};
use issuer_adapter::{RegisteredKey, RegisteredParty, Registration};
use register::Seed;
use serde_json::{Value, json};
use trust::extracts::Source;

/// From when everybody in the demo takes part.
const SINCE: &str = "2025-05-01T00:00:00+02:00";
/// The framework both institutions take part in.
pub(super) const FRAMEWORK: &str = "https://framework.example.org/ho/2025-05";

/// What RIO and DEQAR would say of the institutions, in the shape of their extracts.
pub(super) const EXTRACTS: [(Source, &str); 2] = [
    (Source::Rio, include_str!("rio.csv")),
    (Source::Deqar, include_str!("deqar.json")),
];
/// When they would have been made: 1 September 2026.
pub(super) const EXTRACTED_AT: DateTime<Utc> = DateTime::from_timestamp_nanos(1_788_228_000_000_000_000);

/// An invented institution and its one unit.
pub(crate) struct SampleInstitution {
    /// Short name in addresses of the demo.
    pub(crate) slug: &'static str,
    /// The name people know, in Dutch and English.
    pub(crate) name: [&'static str; 2],
    /// The institution's code in the national administration.
    pub(crate) code: &'static str,
    /// Its identifier in DEQAR.
    pub(crate) deqar: &'static str,
    /// The institution's website.
    pub(crate) website: &'static str,
    /// The unit's last part of the DID.
    pub(crate) unit: &'static str,
    /// The unit's name, in Dutch and English.
    pub(crate) unit_name: [&'static str; 2],
    /// The issuer on the sample platform that this unit acts for.
    pub(crate) platform_issuer: &'static str,
    /// ISCED-F field of its accreditation.
    pub(crate) field: &'static str,
}

/// The two institutions of the demo.
pub(crate) const INSTITUTIONS: [SampleInstitution; 2] = [
    SampleInstitution {
        slug: "waterland",
        name: ["Hogeschool Waterland", "Waterland University of Applied Sciences"],
        code: "99ZZ",
        deqar: "DEQARINST9901",
        website: "https://www.hswaterland.example",
        unit: "energie",
        unit_name: [
            "Academie voor Energie en Techniek",
            "School of Energy and Technology",
        ],
        platform_issuer: "Is5uErEnErGiEtEcHnIeK1",
        field: "07",
    },
    SampleInstitution {
        slug: "noard",
        name: [
            "Fryske Hegeskoalle Noard",
            "Fryslân North University of Applied Sciences",
        ],
        code: "99YY",
        deqar: "DEQARINST9902",
        website: "https://www.fhnoard.example",
        unit: "zorg",
        unit_name: ["Academie voor Zorg", "School of Health Care"],
        platform_issuer: "Is5uErZoRgNoArD0000001",
        field: "09",
    },
];

impl SampleInstitution {
    /// The last segment of the accreditation that the tour suspends.
    pub(crate) fn accreditation(&self) -> String {
        format!("acc-{}", self.slug)
    }
}

/// Root and accreditor, named below the register's own DID.
pub(crate) fn governance(register_did: &str) -> Result<Seed, serde_json::Error> {
    let history = |code: &str, nl: &str, en: &str| history(SINCE, code, nl, en);
    serde_json::from_value(json!({
        "sampleData": true,
        "frameworks": [{
            "id": FRAMEWORK,
            "version": "2025-05",
            "name": {
                "nl": "Kwaliteitskader Microcredentials voor Professionals HBO en WO",
                "en": "Quality framework microcredentials for professionals, higher education"
            },
            "sectors": ["hbo", "wo"],
            "profiles": [{
                "id": "NL-HO-2021",
                "sectors": ["hbo", "wo"],
                "effectiveFrom": "2021-10-01T00:00:00+02:00",
                "scope": {
                    "sizes": [
                        {"unit": "EC", "min": 3, "max": 30, "step": 0.5},
                        {"unit": "HOUR", "min": 84, "max": 840, "step": 1},
                    ],
                    "credentialTypes": ["MicroCredential"],
                },
            }],
        }],
        "entities": [{
            "entityId": "ent-root",
            "type": "root",
            "dids": [format!("{register_did}:stelsel")],
            "displayName": {"nl": "Stuurgroep microcredentials (fictief)", "en": "Microcredentials steering group (fictitious)"},
            "country": "NL",
            "accreditations": [{
                "accreditationId": "root-0001",
                "layer": "L3",
                "kind": "governance",
                "validFrom": SINCE,
                "mayDelegate": true,
                "maxDepth": 3,
                "scope": scope(None),
                "statusHistory": history("established", "Ingesteld", "Established"),
            }],
        }, {
            "entityId": "ent-accreditor",
            "type": "accreditor",
            "parentEntity": "ent-root",
            "dids": [format!("{register_did}:kwaliteit")],
            "displayName": {"nl": "Stelselbeheer microcredentials (fictief)", "en": "Microcredentials scheme office (fictitious)"},
            "country": "NL",
            "accreditations": [{
                "accreditationId": "tao-0002",
                "layer": "L3",
                "kind": "admission",
                "accreditor": format!("{register_did}:stelsel"),
                "framework": FRAMEWORK,
                "frameworkVersion": "2025-05",
                "validFrom": SINCE,
                "mayDelegate": true,
                "maxDepth": 2,
                "parent": "root-0001",
                "scope": scope(None),
                "statusHistory": history("mandated", "Gemachtigd", "Mandated"),
            }],
        }],
    }))
}

/// An institution with its unit, admitted to the framework.
pub(crate) fn institution(
    sample: &SampleInstitution,
    register_did: &str,
    registration: &Registration,
) -> Result<Seed, serde_json::Error> {
    let Registration { institution, units } = registration;
    let unit = units.first().unwrap_or(institution);
    let id = sample.accreditation();
    let entity = format!("ent-{}", sample.slug);
    serde_json::from_value(json!({
        "entities": [{
            "entityId": entity,
            "type": "institution",
            "dids": [institution.did],
            "legalName": format!("Stichting {}", sample.name[0]),
            "displayName": {"nl": sample.name[0], "en": sample.name[1]},
            "otherIdentifiers": [
                {"scheme": "BRIN", "value": sample.code},
                {"scheme": "DEQAR", "value": sample.deqar},
            ],
            "country": "NL",
            "funded": true,
            "keys": keys(institution),
            "accreditations": [{
                "accreditationId": id,
                "layer": "L3",
                "kind": "framework-participation",
                "accreditor": format!("{register_did}:kwaliteit"),
                "framework": FRAMEWORK,
                "frameworkVersion": "2025-05",
                "validFrom": SINCE,
                "mayDelegate": true,
                "maxDepth": 1,
                "parent": "tao-0002",
                "scope": scope(Some(sample.field)),
                "statusHistory": history(SINCE, "admitted", "Toegelaten", "Admitted"),
            }],
            "evidence": [
                {"layer": "L4", "kind": "guaranteeing-body", "name": "Commissie Microcredentials"},
            ],
        }, {
            "entityId": format!("{entity}-{}", sample.unit),
            "type": "unit",
            "parentEntity": entity,
            "dids": [unit.did],
            "displayName": {"nl": sample.unit_name[0], "en": sample.unit_name[1]},
            "country": "NL",
            "keys": keys(unit),
            "accreditations": [{
                "accreditationId": format!("{id}-{}", sample.unit),
                "layer": "L3",
                "kind": "delegation",
                "accreditor": institution.did,
                "framework": FRAMEWORK,
                "frameworkVersion": "2025-05",
                "validFrom": SINCE,
                "parent": id,
                "scope": scope(Some(sample.field)),
                "statusHistory": history(SINCE, "delegated", "Gemachtigd door de instelling", "Delegated by the institution"),
            }],
        }],
    }))
}

fn keys(party: &RegisteredParty) -> Vec<Value> {
    let key = |key: &RegisteredKey| {
        json!({
            "kid": key.kid,
            "publicKeyJwk": key.public_key_jwk,
            "jwkThumbprint": key.jwk_thumbprint,
            "notBefore": SINCE,
        })
    };
    party.keys.iter().map(key).collect()
}

fn scope(field: Option<&str>) -> Value {
    let mut scope = scope_of("hbo");
    if let Some(field) = field {
        scope["fields"] = json!([field]);
    }
    scope
}

/// What an institution of a sector may award.
pub(super) fn scope_of(sector: &str) -> Value {
    let (levels, sizes) = match sector {
        "mbo" => (
            json!([1, 2, 3, 4]),
            json!([{"unit": "SBU", "min": 240, "max": 6720, "step": 1}]),
        ),
        _ => (json!([5, 6, 7]), sizes()),
    };
    json!({
        "sectors": [sector],
        "jurisdictions": ["NL"],
        "eqf": levels,
        "sizes": sizes,
        "credentialTypes": ["MicroCredential"],
    })
}

fn sizes() -> Value {
    json!([
        {"unit": "EC", "min": 3, "max": 30, "step": 0.5},
        {"unit": "HOUR", "min": 84, "max": 840, "step": 1},
    ])
}

fn history(since: &str, code: &str, nl: &str, en: &str) -> Value {
    json!([{
        "seq": 1,
        "status": "active",
        "effectiveFrom": since,
        "recordedAt": "2025-04-24T11:02:00Z",
        "effect": "prospective",
        "reason": {"code": code, "nl": nl, "en": en},
    }])
}
