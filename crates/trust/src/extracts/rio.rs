//! RIO: recognitions of institutions, as DUO's open data has them: the table `onderwijsinstellingserkenningen`.
//!
//! Read are `OIE_CODE` and `BEGINDATUM`, and where they are there `EINDDATUM`, `SOORT` and a name; the rest is passed over.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::csv::Table;
use super::{
    Extract, ExtractError, Fault, MOST_FAULTS, PassedOver, Statement, Why, Wrong, day, shown, unless_faulty,
};
use crate::{Evidence, Layer, OtherIdentifier};

/// Of the recognitions of one institution the one counts that holds on `today`, the day of the extract.
pub(super) fn read(text: &str, today: NaiveDate) -> Result<Extract, ExtractError> {
    let table = Table::read(text)?;
    let needed = |name, missing| table.column(name).ok_or(ExtractError::Shape(missing));
    let code = needed(
        "OIE_CODE",
        "has no column OIE_CODE; it is not RIO’s table of institutions",
    )?;
    let begin = needed(
        "BEGINDATUM",
        "has no column BEGINDATUM; it is not RIO’s table of institutions",
    )?;
    let end = table.column("EINDDATUM");
    let kind = table.column("SOORT");
    let name = ["VOLLEDIGE_NAAM", "NAAM"]
        .iter()
        .find_map(|name| table.column(name));

    let mut faults = Vec::new();
    let mut counting: HashMap<String, Statement> = HashMap::new();
    let mut passed_over = Vec::new();
    for (place, fields) in table.rows.iter().enumerate() {
        if faults.len() >= MOST_FAULTS {
            break;
        }
        let row = place + 1;
        let mut fault = |field, what| faults.push(Fault { row, field, what });
        if fields.len() != table.width() {
            fault("row", Wrong::OtherNumberOfFields);
            continue;
        }
        let field = |column: Option<usize>| column.and_then(|column| shown(fields.get(column)?));
        let Some(value) = field(Some(code)) else {
            fault("OIE_CODE", Wrong::Missing);
            continue;
        };
        let identifier = OtherIdentifier {
            scheme: "BRIN".to_owned(),
            value,
        };
        if !identifier.is_well_formed() {
            let why = Why::OtherCode;
            passed_over.push(PassedOver { row, why });
            continue;
        }
        let from = match field(Some(begin)) {
            None => {
                fault("BEGINDATUM", Wrong::Missing);
                continue;
            }
            Some(text) => day(&text),
        };
        let to = field(end).map(|text| day(&text));
        if from.is_none() {
            fault("BEGINDATUM", Wrong::NoDay);
        }
        if to == Some(None) {
            fault("EINDDATUM", Wrong::NoDay);
        }
        let to = to.flatten();
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            fault("EINDDATUM", Wrong::EndsBeforeItBegins);
        }
        let statement = Statement {
            row,
            about: vec![identifier.clone()],
            name: field(name),
            evidence: Evidence {
                layer: Layer::L1,
                kind: "legal-recognition".to_owned(),
                source: Some("RIO".to_owned()),
                identifier: Some(identifier.value.clone()),
                valid_from: from,
                valid_to: to,
                decision: None,
                outcome: field(kind),
                checked_at: None,
                recorded_at: None,
                url: None,
                name: None,
            },
        };
        let other = match counting.remove(&identifier.value) {
            Some(known) if rank(&known, today) > rank(&statement, today) => {
                counting.insert(identifier.value, known);
                Some(row)
            }
            known => {
                counting.insert(identifier.value, statement);
                known.map(|known| known.row)
            }
        };
        let why = Why::OtherPeriod;
        passed_over.extend(other.map(|row| PassedOver { row, why }));
    }
    let mut statements: Vec<_> = counting.into_values().collect();
    statements.sort_by_key(|statement| statement.row);
    passed_over.sort_by_key(|one| one.row);
    let extract = Extract {
        statements,
        passed_over,
        is_partial: false,
    };
    unless_faulty(extract, faults)
}

/// A spell that holds goes before one that has ended or is still to come, then the one that begins last; of two that begin
/// on one day, the last row.
fn rank(statement: &Statement, today: NaiveDate) -> (bool, Option<NaiveDate>) {
    let Evidence {
        valid_from, valid_to, ..
    } = statement.evidence;
    let holds = valid_from.is_none_or(|from| from <= today) && valid_to.is_none_or(|to| today <= to);
    (holds, valid_from)
}
