//! RIO: recognitions of institutions, as DUO's open data has them: the table `onderwijsinstellingserkenningen`.
//!
//! Read are `OIE_CODE` and `BEGINDATUM`, and where they are there `EINDDATUM`, `SOORT` and a name; the rest is passed over.

use std::collections::HashMap;

use super::csv::Table;
use super::{
    Extract, ExtractError, Fault, MOST_FAULTS, PassedOver, Statement, Why, Wrong, day, shown, unless_faulty,
};
use crate::{Evidence, Layer, OtherIdentifier};

pub(super) fn read(text: &str) -> Result<Extract, ExtractError> {
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
    let mut latest: HashMap<String, Statement> = HashMap::new();
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
        // Of two spells the later one counts; of two rows that begin on one day, the last.
        let earlier = match latest.remove(&identifier.value) {
            Some(known) if known.evidence.valid_from > from => {
                latest.insert(identifier.value, known);
                Some(row)
            }
            known => {
                latest.insert(identifier.value, statement);
                known.map(|known| known.row)
            }
        };
        let why = Why::EarlierPeriod;
        passed_over.extend(earlier.map(|row| PassedOver { row, why }));
    }
    let mut statements: Vec<_> = latest.into_values().collect();
    statements.sort_by_key(|statement| statement.row);
    passed_over.sort_by_key(|one| one.row);
    let extract = Extract {
        statements,
        passed_over,
        is_partial: false,
    };
    unless_faulty(extract, faults)
}
