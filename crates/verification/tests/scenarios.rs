//! Every scenario gives the verdict and the answers it must, and together they show every code.

use std::{collections::BTreeSet, sync::LazyLock};

use test_support::scenarios::{Expected, NOT_SHOWN, SOUND_AXES, Scenario, scenarios};
use verification::{Axis, AxisReport, Code, Colour, Policy};

static SCENARIOS: LazyLock<Vec<Scenario>> = LazyLock::new(|| scenarios("http://localhost:4711"));

#[test]
fn every_scenario_gives_the_answers_it_must() {
    let mut wrong = Vec::new();
    for scenario in SCENARIOS.iter() {
        let found = scenario.checked().map(|report| {
            let axes: Vec<_> = report.axes.iter().map(|axis| (axis.axis, axis.code())).collect();
            (report.verdict.colour, report.verdict.message.code, axes)
        });
        let expected = match &scenario.expected {
            Expected::Unreadable(code) => Err(*code),
            Expected::Report {
                colour,
                verdict,
                axes,
            } => {
                let told = |(axis, sound): &(Axis, Code)| {
                    let other = axes.iter().find(|(one, _)| one == axis);
                    (*axis, other.map_or(*sound, |(_, code)| *code))
                };
                Ok((*colour, *verdict, SOUND_AXES.iter().map(told).collect()))
            }
        };
        if found != expected {
            wrong.push(format!(
                "{}\n  expected {expected:?}\n  found    {found:?}",
                scenario.name
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_is_shown_by_a_scenario_or_excepted_with_a_reason() {
    let mut shown = BTreeSet::new();
    for scenario in SCENARIOS.iter() {
        match scenario.checked() {
            Err(code) => drop(shown.insert(code)),
            Ok(report) => {
                shown.insert(report.verdict.message.code);
                shown.extend(report.axes.iter().map(AxisReport::code));
                shown.extend(report.notices.iter().map(|notice| notice.code));
            }
        }
    }
    for code in Code::ALL {
        let is_excepted = NOT_SHOWN.iter().any(|(excepted, _)| excepted == code);
        assert!(
            shown.contains(code) != is_excepted,
            "{code:?} is {}",
            if is_excepted {
                "shown, and excepted"
            } else {
                "shown by no scenario"
            }
        );
    }
}

#[test]
fn names_of_scenarios_are_told_apart() {
    let all = &SCENARIOS;
    let names: BTreeSet<_> = all.iter().map(|scenario| scenario.name).collect();
    assert_eq!(names.len(), all.len());
}

/// Red goes before grey, grey before amber, amber before green: whichever two things are the matter.
#[test]
fn of_any_two_faults_the_worse_decides() {
    let reports: Vec<_> = SCENARIOS
        .iter()
        .filter_map(|scenario| Some((scenario.name, scenario.checked().ok()?)))
        .collect();
    let policy = Policy::Employer;
    let mut colours = BTreeSet::new();
    for (first_name, first) in &reports {
        for (second_name, second) in &reports {
            let worse = |(a, b): (&AxisReport, &AxisReport)| {
                if policy.colour(a) >= policy.colour(b) {
                    a.clone()
                } else {
                    b.clone()
                }
            };
            let both: Vec<_> = first.axes.iter().zip(&second.axes).map(worse).collect();
            let expected = first.verdict.colour.max(second.verdict.colour);
            assert_eq!(
                policy.decide(&both).colour,
                expected,
                "{first_name} and {second_name}"
            );
            colours.insert((first.verdict.colour, second.verdict.colour));
        }
    }
    assert_eq!(colours.len(), 16, "every colour meets every other");
    assert!(Colour::Red > Colour::Grey && Colour::Grey > Colour::Amber && Colour::Amber > Colour::Green);
}

#[test]
fn nothing_that_could_not_be_checked_is_green() {
    for scenario in SCENARIOS.iter() {
        let Ok(report) = scenario.checked() else { continue };
        let open = report.axes.iter().any(|axis| {
            axis.outcome == verification::Outcome::Inconclusive && axis.axis != Axis::InstitutionQuality
        });
        assert!(
            !(open && report.verdict.colour == Colour::Green),
            "{}",
            scenario.name
        );
    }
    assert!(SCENARIOS.len() > 50);
}
