//! How large, and at which level.

use super::super::Finding;
use super::super::profile::{self, Limits};
use super::Facts;
use credentials::award::{LevelBasis, Sector, Size, SizeBasis};

pub(super) fn size(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    const FIELD: &str = "achievement.size";
    let Some(sector) = facts.sector() else {
        return;
    };
    let limits = facts
        .date()
        .and_then(|date| profile::applying(sector, date))
        .map(|(_, limits)| limits);
    let size = facts.award.achievement.size.clone().unwrap_or_default();
    if let Some(unreadable) = &facts.intake.size_unreadable {
        // Hours that are not whole cannot be in the record; the rule on the unit says so.
        match sector {
            Sector::Mbo => findings.push(Finding::new("SIZ-012", FIELD, &[])),
            Sector::Hbo | Sector::Wo => findings.push(hours_finding(limits, unreadable)),
        }
    }
    match sector {
        Sector::Mbo => sbu(facts, limits, &size, findings),
        Sector::Hbo | Sector::Wo => credits_and_hours(limits, &size, findings),
    }
}

fn sbu(facts: &Facts<'_>, limits: Option<&Limits>, size: &Size, findings: &mut Vec<Finding>) {
    const FIELD: &str = "achievement.size";
    let mut add = |code: &str| findings.push(Finding::new(code, FIELD, &[]));
    if size.ec.is_some() {
        add("SIZ-012");
    }
    if size.sbu.is_some() && (size.ec.is_some() || size.hours.is_some()) {
        add("SIZ-005");
    }
    let (Some(sbu), Some(range)) = (size.sbu, limits.and_then(|limits| limits.sbu)) else {
        return;
    };
    let justified = facts
        .justification
        .is_some_and(|reason| !reason.trim().is_empty());
    if range.is_unusually_small(f64::from(sbu)) {
        add("SIZ-010");
    }
    if !range.contains(f64::from(sbu)) || range.is_unusually_small(f64::from(sbu)) && !justified {
        add("SIZ-011");
    }
}

fn credits_and_hours(limits: Option<&Limits>, size: &Size, findings: &mut Vec<Finding>) {
    const FIELD: &str = "achievement.size";
    if size.sbu.is_some() {
        findings.push(Finding::new("SIZ-005", FIELD, &[]));
    }
    if let Some(ec) = size.ec {
        if let Some(range) = limits.and_then(|limits| limits.ec) {
            let given = decimal(ec);
            if !range.contains(ec) {
                let (min, max) = (decimal(range.min), decimal(range.max.unwrap_or(f64::MAX)));
                findings.push(with_numbers(
                    "SIZ-001",
                    &[("min", &min), ("max", &max), ("x", &given)],
                ));
            } else if range.is_unusually_small(ec) {
                findings.push(Finding::new("SIZ-003", FIELD, &[]));
            }
        }
        if !is_whole(ec * 2.0) {
            findings.push(Finding::new("SIZ-002", FIELD, &[]));
        }
        let per_ec = limits.and_then(|limits| limits.hours_per_ec).unwrap_or(28.0);
        if let Some(hours) = size
            .hours
            .filter(|hours| (ec * per_ec - f64::from(*hours)).abs() > 1e-6)
        {
            let hours = hours.to_string();
            let words = [
                ("u", &*hours),
                ("h", &*hours),
                ("x", &*decimal(ec)),
                ("28x", &*decimal(ec * per_ec)),
            ];
            findings.push(with_numbers("SIZ-004", &words));
        }
        if size.basis != Some(SizeBasis::DerivedFromAccreditedProgramme) {
            findings.push(Finding::new("SIZ-006", FIELD, &[]));
        }
    }
    // Hours beside credits are the credits said otherwise; only hours alone are measured by themselves.
    if let (Some(hours), None, Some(range)) = (size.hours, size.ec, limits.and_then(|limits| limits.hours))
        && !range.contains(f64::from(hours))
    {
        findings.push(hours_finding(limits, &hours.to_string()));
    }
}

fn hours_finding(limits: Option<&Limits>, given: &str) -> Finding {
    let range = limits.and_then(|limits| limits.hours);
    let min = decimal(range.map_or(84.0, |range| range.min));
    let max = decimal(range.and_then(|range| range.max).unwrap_or(840.0));
    with_numbers("SIZ-007", &[("min", &min), ("max", &max), ("x", given)])
}

/// A finding about the size whose numbers have a comma in Dutch.
fn with_numbers(code: &str, words: &[(&str, &str)]) -> Finding {
    let dutch: Vec<(&str, String)> = words
        .iter()
        .map(|(place, word)| (*place, word.replace('.', ",")))
        .collect();
    let dutch: Vec<(&str, &str)> = dutch
        .iter()
        .map(|(place, word)| (*place, word.as_str()))
        .collect();
    Finding {
        nl: Finding::new(code, "", &dutch).nl,
        ..Finding::new(code, "achievement.size", words)
    }
}

pub(super) fn level(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    const FIELD: &str = "achievement.level";
    let mut add = |code: &str| findings.push(Finding::new(code, FIELD, &[]));
    if facts.intake.level_unreadable.is_some() {
        add("EQF-001");
    }
    let Some(level) = &facts.award.achievement.level else {
        return;
    };
    let nlqf_fits = level.nlqf.as_deref().is_none_or(|nlqf| {
        nlqf == "4+" && level.eqf == 4 || nlqf.parse::<u8>().is_ok_and(|nlqf| nlqf == level.eqf)
    });
    if !(1..=8).contains(&level.eqf) || !nlqf_fits {
        add("EQF-001");
        return;
    }
    let limits = facts
        .sector()
        .zip(facts.date())
        .and_then(|(sector, date)| profile::applying(sector, date))
        .map(|(_, limits)| limits);
    match (facts.sector(), limits) {
        (Some(Sector::Hbo | Sector::Wo), Some(limits)) if level.eqf < limits.lowest_usual_level => {
            add("EQF-002")
        }
        (Some(Sector::Mbo), Some(limits))
            if level.eqf < limits.lowest_usual_level
                || limits
                    .highest_usual_level
                    .is_some_and(|highest| level.eqf > highest) =>
        {
            add("EQF-003");
        }
        _ => {}
    }
    match level.basis {
        LevelBasis::IssuerIndication => add("EQF-004"),
        LevelBasis::Registered => {
            let number = facts.intake.nlqf_registration.as_deref();
            if number.is_none_or(|number| number.trim().is_empty()) {
                add("EQF-005");
            }
        }
    }
}

fn is_whole(number: f64) -> bool {
    (number - number.round()).abs() < 1e-6
}

/// A number as people write it: `5`, `2.5`.
fn decimal(number: f64) -> String {
    let rounded = (number * 100.0).round() / 100.0;
    rounded.to_string()
}
