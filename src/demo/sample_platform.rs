//! A small badge platform with invented institutions and people, for the demo and the tests.
//!
//! It serves exactly the public JSON of the national badge platform (Open Badges 2.0 with its extensions), so that the
//! real connector reads it over HTTP: JSON only to those who ask for it, a page to everybody else, 404 for what is not
//! public, and a revoked assertion that has lost everything but its reason.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Json, Response};
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The invented catalogue, in the words the platform's own forms use.
const CATALOGUE: &str = include_str!("catalogue.json");

#[derive(Clone)]
struct Platform {
    base: Arc<str>,
    catalogue: Arc<Catalogue>,
}

/// What the sample platform holds.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Catalogue {
    issuers: BTreeMap<String, Issuer>,
    badges: BTreeMap<String, Badge>,
    /// The assertions, in the order a reader of the tour meets them.
    pub(crate) assertions: Vec<Assertion>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Issuer {
    institution: String,
    institution_en: String,
    institution_code: String,
    unit: String,
    unit_en: String,
    faculty: String,
    faculty_en: String,
    url: String,
    email: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Badge {
    issuer: String,
    name: String,
    description: String,
    criteria: String,
    ects: Option<f64>,
    hours: Option<u32>,
    eqf: Option<u8>,
    outcomes: Vec<String>,
    participation: String,
    assessment_type: String,
    skill: Option<(String, String)>,
    #[serde(default)]
    grade_required: bool,
}

/// One award on the sample platform.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Assertion {
    /// The last part of its address.
    pub(crate) id: String,
    badge: String,
    issued_on: Option<String>,
    identity: Option<String>,
    salt: Option<String>,
    grade: Option<String>,
    evidence: Option<String>,
    revocation_reason: Option<String>,
    #[serde(default = "yes")]
    public: bool,
    /// The same badge again, left out of the tour.
    #[serde(default)]
    pub(crate) spare: bool,
}

fn yes() -> bool {
    true
}

impl Catalogue {
    /// Reads the catalogue that comes with the program.
    pub(crate) fn bundled() -> Result<Self, serde_json::Error> {
        serde_json::from_str(CATALOGUE)
    }

    /// The title of an assertion's badge, and the issuer's last part of the address.
    pub(crate) fn title_and_issuer(&self, assertion: &Assertion) -> (&str, &str) {
        self.badges
            .get(&assertion.badge)
            .map_or(("", ""), |badge| (badge.name.as_str(), badge.issuer.as_str()))
    }
}

impl Assertion {
    /// When the badge was awarded, as the platform writes it.
    pub(crate) fn issued_on(&self) -> Option<&str> {
        self.issued_on.as_deref()
    }

    /// What a reader may expect of importing it: `ready`, `blocked` or `revoked`.
    pub(crate) fn state(&self, catalogue: &Catalogue) -> &'static str {
        match (
            &self.revocation_reason,
            self.public && self.is_complete(catalogue),
        ) {
            (Some(_), _) => "revoked",
            (None, false) => "blocked",
            (None, true) => "ready",
        }
    }

    /// Why it cannot be issued, in Dutch and English.
    pub(crate) fn note(&self, catalogue: &Catalogue) -> Option<[&'static str; 2]> {
        if self.revocation_reason.is_some() {
            Some(["Deze badge is ingetrokken.", "This badge was revoked."])
        } else if !self.public {
            Some(["Deze badge is niet openbaar.", "This badge is not public."])
        } else if !self.is_complete(catalogue) {
            Some([
                "Niveau en leeruitkomsten ontbreken.",
                "Level and learning outcomes are missing.",
            ])
        } else {
            None
        }
    }

    fn is_complete(&self, catalogue: &Catalogue) -> bool {
        catalogue
            .badges
            .get(&self.badge)
            .is_some_and(|badge| badge.eqf.is_some() && !badge.outcomes.is_empty())
    }
}

/// The platform's routes; `base` is its own address, without a slash at the end.
pub(crate) fn router(base: &str, catalogue: Catalogue) -> Router {
    Router::new()
        .route("/", get(index))
        .route("/public/issuers/{id}", get(issuer))
        .route("/public/badges/{id}", get(badge))
        .route("/public/assertions/{id}", get(assertion))
        .with_state(Platform {
            base: base.into(),
            catalogue: Arc::new(catalogue),
        })
}

async fn index(State(platform): State<Platform>) -> Html<String> {
    let mut list = String::new();
    for assertion in platform
        .catalogue
        .assertions
        .iter()
        .filter(|assertion| assertion.public)
    {
        let (title, _) = platform.catalogue.title_and_issuer(assertion);
        let id = &assertion.id;
        list.push_str(&format!(
            "<li><a href=\"/public/assertions/{id}\">{title}</a></li>"
        ));
    }
    Html(format!(
        "<!doctype html><html lang=nl><meta charset=utf-8><title>Voorbeeldplatform</title>\
         <h1>Voorbeeldplatform met badges (fictief)</h1><ul>{list}</ul></html>"
    ))
}

async fn issuer(State(platform): State<Platform>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let found = platform
        .catalogue
        .issuers
        .get(&id)
        .map(|issuer| issuer_json(&platform.base, &id, issuer));
    answer(&headers, found)
}

#[derive(Deserialize)]
struct Expand {
    expand: Option<String>,
}

async fn badge(
    State(platform): State<Platform>,
    Path(id): Path<String>,
    axum::extract::Query(query): axum::extract::Query<Expand>,
    headers: HeaderMap,
) -> Response {
    let micro = query
        .expand
        .is_some_and(|names| names.split(',').any(|name| name == "micro"));
    let found = platform
        .catalogue
        .badges
        .get(&id)
        .map(|badge| badge_json(&platform.base, &id, badge, micro));
    answer(&headers, found)
}

async fn assertion(State(platform): State<Platform>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let found = platform
        .catalogue
        .assertions
        .iter()
        .find(|assertion| assertion.id == id && assertion.public)
        .map(|assertion| assertion_json(&platform.base, assertion));
    answer(&headers, found)
}

/// JSON for those who ask for it and a page for the others, as the national platform does.
fn answer(headers: &HeaderMap, found: Option<Value>) -> Response {
    let wants_json = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("application/json") || accept.contains("application/ld+json"));
    match (found, wants_json) {
        (None, true) => (StatusCode::NOT_FOUND, Json(json!({"detail": "Not found."}))).into_response(),
        (None, false) => (StatusCode::NOT_FOUND, Html("<h1>Niet gevonden</h1>")).into_response(),
        (Some(document), true) => Json(document).into_response(),
        (Some(document), false) => {
            let name = document["name"].as_str().unwrap_or("Badge").to_owned();
            Html(format!(
                "<!doctype html><html lang=nl><meta charset=utf-8><title>{name}</title><h1>{name}</h1></html>"
            ))
            .into_response()
        }
    }
}

fn extension(base: &str, name: &str, member: &str, value: Value) -> Value {
    json!({
        "@context": format!("{base}/static/extensions/{name}/context.json"),
        "type": ["Extension", format!("extensions:{name}")],
        member: value,
    })
}

fn issuer_json(base: &str, id: &str, issuer: &Issuer) -> Value {
    json!({
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Issuer",
        "id": format!("{base}/public/issuers/{id}"),
        "name": issuer.unit,
        "name_dutch": issuer.unit,
        "name_english": issuer.unit_en,
        "url": issuer.url,
        "email": issuer.email,
        "description": format!("Onderdeel van {} (fictief).", issuer.institution),
        "image": format!("{base}/media/uploads/issuers/logo.png"),
        "extensions:InstitutionIdentifierExtension":
            extension(base, "InstitutionIdentifierExtension", "InstitutionIdentifier", json!(issuer.institution_code)),
        "extensions:InstitutionNameExtension":
            extension(base, "InstitutionNameExtension", "InstitutionName", json!(issuer.institution)),
        "extensions:InstitutionCountryExtension":
            extension(base, "InstitutionCountryExtension", "InstitutionCountry", json!("NL")),
        "faculty": {
            "name_dutch": issuer.faculty,
            "name_english": issuer.faculty_en,
            "on_behalf_of": false,
            "entityId": format!("F-{id}"),
            "institution": {
                "type": "Institution",
                "name_dutch": issuer.institution,
                "name_english": issuer.institution_en,
                "entityId": format!("I-{}", issuer.institution_code),
            }
        }
    })
}

fn badge_json(base: &str, id: &str, badge: &Badge, micro: bool) -> Value {
    let mut document = json!({
        "@context": "https://w3id.org/openbadges/v2",
        "type": "BadgeClass",
        "id": format!("{base}/public/badges/{id}"),
        "name": badge.name,
        "description": badge.description,
        "image": format!("{base}/media/uploads/badges/{id}.png"),
        "issuer": format!("{base}/public/issuers/{}", badge.issuer),
        "criteria": {"narrative": badge.criteria},
        "tags": [],
        "alignment": [],
        "extensions:LanguageExtension": extension(base, "LanguageExtension", "Language", json!("nl_NL")),
    });
    let mut set = |name: &str, value: Value| document[name] = value;
    if let Some((name, code)) = &badge.skill {
        set(
            "alignment",
            json!([{
                "targetName": name,
                "targetUrl": format!("https://data.example.org/competentnl/vaardigheid/{code}"),
                "targetDescription": "Vaardigheid uit de skillstaal",
                "targetFramework": "CompetentNL",
                "targetCode": code,
            }]),
        );
    }
    if let Some(ects) = badge.ects {
        set(
            "extensions:ECTSExtension",
            extension(base, "ECTSExtension", "ECTS", json!(ects)),
        );
    }
    if let Some(hours) = badge.hours {
        let value = extension(base, "TimeInvestmentExtension", "TimeInvestment", json!(hours));
        set("extensions:TimeInvestmentExtension", value);
    }
    if let Some(eqf) = badge.eqf {
        set(
            "extensions:EQFExtension",
            extension(base, "EQFExtension", "EQF", json!(eqf)),
        );
    }
    if !badge.outcomes.is_empty() {
        let numbered: Vec<String> = badge
            .outcomes
            .iter()
            .enumerate()
            .map(|(index, text)| format!("{}. {text}", index + 1))
            .collect();
        let value = extension(
            base,
            "LearningOutcomeExtension",
            "LearningOutcome",
            json!(numbered.join("\n")),
        );
        set("extensions:LearningOutcomeExtension", value);
    }
    // The platform adds these only on request.
    if micro {
        set("typeBadgeClass", json!("micro_credential"));
        set("participation", json!(badge.participation));
        set("assessmentType", json!(badge.assessment_type));
        set("assessmentIdVerified", json!(true));
        set("assessmentSupervised", json!(true));
        set(
            "qualityAssuranceName",
            json!("Kwaliteitskader Microcredentials voor Professionals HBO en WO"),
        );
        set(
            "qualityAssuranceUrl",
            json!("https://framework.example.org/ho/2025-05"),
        );
        set(
            "qualityAssuranceDescription",
            json!("## Nederlands\nTwaalf afspraken.\n\n## English\nTwelve agreements."),
        );
        set("stackable", json!(false));
        set("gradeAchievedRequired", json!(badge.grade_required));
        set("eqfNlqfLevelVerified", json!(false));
    }
    document
}

fn assertion_json(base: &str, assertion: &Assertion) -> Value {
    let id = format!("{base}/public/assertions/{}", assertion.id);
    if let Some(reason) = &assertion.revocation_reason {
        return json!({
            "@context": "https://w3id.org/openbadges/v2",
            "type": "Assertion",
            "id": id,
            "revoked": true,
            "revocationReason": reason,
        });
    }
    let mut document = json!({
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Assertion",
        "badge": format!("{base}/public/badges/{}", assertion.badge),
        "image": format!("{id}/image"),
        "id": id,
        "verification": {"type": "HostedBadge"},
        "issuedOn": assertion.issued_on,
        "updatedAt": assertion.issued_on,
        "recipient": {
            "type": "id",
            "hashed": true,
            "identity": assertion.identity,
            "salt": assertion.salt,
        },
    });
    if let Some(evidence) = &assertion.evidence {
        document["evidence"] = json!([{
            "type": "Evidence",
            "id": format!("https://portfolio.example/werk/{}", assertion.id),
            "name": evidence,
            "narrative": "",
            "description": "Beoordeeld met voldoende",
        }]);
    }
    if let Some(grade) = &assertion.grade {
        document["grade_achieved"] = json!(grade);
    }
    document
}
