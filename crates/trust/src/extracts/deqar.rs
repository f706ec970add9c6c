//! DEQAR: reports of quality assurance agencies, as its web API gives them
//! (`EQAR/eqar_backend: webapi/v2/serializers/report_detail_serializers.py`).

use chrono::{Days, Months, NaiveDate};
use credentials::json;
use serde_json::Value;

use super::{
    Extract, ExtractError, Fault, LARGEST_EXTRACT, MOST_FAULTS, MOST_ROWS, PassedOver, Statement, Why, Wrong,
    day, shown, unless_faulty,
};
use crate::strangers::is_hidden;
use crate::{Evidence, Layer, OtherIdentifier};

const LIMITS: json::Limits = json::Limits {
    bytes: LARGEST_EXTRACT,
    depth: 16,
    nodes: 1_000_000,
};
/// A report without a last day holds this long.
const YEARS: u32 = 6;

pub(super) fn read(text: &str) -> Result<Extract, ExtractError> {
    let document = json::parse(text.as_bytes(), &LIMITS)?;
    let (reports, is_partial) = match &document {
        Value::Array(reports) => (reports.as_slice(), false),
        Value::Object(page) if page.contains_key("results") => {
            let results = page.get("results").and_then(Value::as_array);
            let is_partial = page.get("next").is_some_and(|next| !next.is_null());
            (
                results
                    .ok_or(ExtractError::Shape("has `results` that are no array"))?
                    .as_slice(),
                is_partial,
            )
        }
        Value::Object(report) if report.contains_key("decision") => (std::slice::from_ref(&document), false),
        _ => {
            return Err(ExtractError::Shape(
                "has no reports: an array of them, a page with `results`, or one report with a `decision`",
            ));
        }
    };
    if reports.len() > MOST_ROWS {
        return Err(ExtractError::TooManyRows);
    }
    let mut extract = Extract {
        is_partial,
        ..Extract::default()
    };
    let mut faults = Vec::new();
    for (place, report) in reports.iter().enumerate() {
        let row = place + 1;
        match why_not(report) {
            Some(why) => extract.passed_over.push(PassedOver { row, why }),
            None => add(&mut extract.statements, row, report, &mut faults),
        }
        if faults.len() >= MOST_FAULTS {
            break;
        }
    }
    unless_faulty(extract, faults)
}

/// Why a report says nothing about an institution as a whole.
fn why_not(report: &Value) -> Option<Why> {
    let text = |name: &str| report.get(name).and_then(Value::as_str);
    let programmes = report.get("programmes").and_then(Value::as_array);
    let is_institutional = match text("agency_esg_activity_type") {
        Some(kind) => kind.starts_with("institutional"),
        None => programmes.is_none_or(Vec::is_empty),
    };
    match text("flag") {
        Some("high level") => Some(Why::Flagged),
        _ if !is_institutional => Some(Why::AboutProgrammes),
        _ => None,
    }
}

fn add(statements: &mut Vec<Statement>, row: usize, report: &Value, faults: &mut Vec<Fault>) {
    let before = faults.len();
    let mut fault = |field, what| {
        faults.push(Fault { row, field, what });
    };
    let text = |name: &str| report.get(name).and_then(Value::as_str);
    let id = report.get("id").and_then(|id| match id {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    });
    if id.is_none() {
        fault(
            "id",
            if report.get("id").is_none() {
                Wrong::Missing
            } else {
                Wrong::NoIdentifier
            },
        );
    }
    let agency = text("agency_name").and_then(shown);
    if agency.is_none() {
        fault("agency_name", Wrong::Missing);
    }
    let from = text("valid_from").map(day);
    match from {
        None => fault("valid_from", Wrong::Missing),
        Some(None) => fault("valid_from", Wrong::NoDay),
        Some(Some(_)) => {}
    }
    let from = from.flatten();
    let to = match report.get("valid_to") {
        None | Some(Value::Null) => from.and_then(by_default),
        Some(given) => {
            let to = given.as_str().and_then(day);
            if to.is_none() {
                fault("valid_to", Wrong::NoDay);
            }
            to
        }
    };
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        fault("valid_to", Wrong::EndsBeforeItBegins);
    }
    let decision = match text("decision") {
        None => {
            fault("decision", Wrong::Missing);
            None
        }
        Some("positive" | "positive with conditions or restrictions") => Some("positive"),
        Some("negative") => Some("negative"),
        Some("not applicable") => None,
        Some(_) => {
            fault("decision", Wrong::UnknownWord);
            None
        }
    };
    let institutions = report.get("institutions").and_then(Value::as_array);
    let institutions = institutions.filter(|all| !all.is_empty());
    if institutions.is_none() {
        fault("institutions", Wrong::Missing);
    }
    let links = report.get("report_links").and_then(Value::as_array);
    let link = links.and_then(|links| links.first()?.get("link")?.as_str());
    let mut found = Vec::new();
    for institution in institutions.into_iter().flatten() {
        match identifiers(institution) {
            Ok(about) => found.push((about, institution.get("name_primary").and_then(Value::as_str))),
            Err((field, what)) => fault(field, what),
        }
    }
    if faults.len() > before {
        return;
    }
    let evidence = Evidence {
        layer: Layer::L2,
        kind: "quality-assurance-decision".to_owned(),
        source: Some("DEQAR".to_owned()),
        identifier: id.map(|id| format!("report {id}")),
        valid_from: from,
        valid_to: to,
        decision: decision.map(str::to_owned),
        outcome: text("decision").and_then(shown),
        checked_at: None,
        recorded_at: None,
        url: link.filter(|link| is_web(link)).map(str::to_owned),
        name: agency,
    };
    statements.extend(found.into_iter().map(|(about, name)| Statement {
        row,
        about,
        name: name.and_then(shown),
        evidence: evidence.clone(),
    }));
}

/// Six years, the last day included.
fn by_default(from: NaiveDate) -> Option<NaiveDate> {
    from.checked_add_months(Months::new(12 * YEARS))?
        .checked_sub_days(Days::new(1))
}

fn identifiers(institution: &Value) -> Result<Vec<OtherIdentifier>, (&'static str, Wrong)> {
    let mut all = Vec::new();
    for (field, scheme) in [("deqar_id", "DEQAR"), ("eter_id", "ETER")] {
        let Some(value) = institution.get(field).and_then(Value::as_str) else {
            continue;
        };
        // ETER writes a point between country and number; without it the identifier is the same.
        let value = if scheme == "ETER" {
            value.replace('.', "")
        } else {
            value.to_owned()
        };
        let scheme = scheme.to_owned();
        let identifier = OtherIdentifier { scheme, value };
        if identifier.is_well_formed() {
            all.push(identifier);
        } else if field == "deqar_id" {
            return Err((field, Wrong::NoIdentifier));
        }
    }
    match all.is_empty() {
        true => Err(("deqar_id", Wrong::Missing)),
        false => Ok(all),
    }
}

fn is_web(link: &str) -> bool {
    let is_plain = link.len() <= 500 && !link.chars().any(is_hidden);
    is_plain && url::Url::parse(link).is_ok_and(|url| matches!(url.scheme(), "https" | "http"))
}
