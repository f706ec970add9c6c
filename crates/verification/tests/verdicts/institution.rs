//! What agencies judged of the institution itself.

use crate::*;

#[test]
fn the_judgement_about_the_institution_is_an_axis_of_its_own() {
    let judged = |institution: Institution| shown(&institution, a_microcredential());
    let unknown = judged(an_institution());
    assert_eq!(
        axis(&unknown, Axis::InstitutionQuality),
        (Outcome::Inconclusive, "QUA-004")
    );
    assert_eq!(
        unknown.verdict.colour,
        Colour::Green,
        "what is unknown does not colour"
    );

    let negative = judged(an_institution().judged("negative", "2026-01-01", "2027-01-01"));
    assert_eq!(verdict(&negative), (Colour::Amber, "QUA-002"));

    let ended = judged(an_institution().judged("positive", "2020-01-01", "2026-10-01"));
    assert_eq!(verdict(&ended), (Colour::Amber, "QUA-003"));
    assert!(ended.verdict.message.nl.contains("1 oktober 2026"));

    let since = judged(an_institution().judged("positive", "2026-10-01", "2030-01-01"));
    assert_eq!(
        axis(&since, Axis::InstitutionQuality),
        (Outcome::Passed, "QUA-005")
    );

    for then in ["negative", "positive"] {
        // The latter had ended by then.
        let until = if then == "negative" {
            "2026-09-30"
        } else {
            "2026-06-30"
        };
        let renewed = judged(an_institution().judged(then, "2020-01-01", until).judged(
            "positive",
            "2026-10-01",
            "2030-01-01",
        ));
        assert_eq!(verdict(&renewed), (Colour::Amber, "QUA-006"));
        let evidence = &renewed.axis(Axis::InstitutionQuality).unwrap().evidence;
        assert_eq!(evidence["now"]["judgement"], "positive");
        assert_ne!(evidence["then"]["judgement"], "positive");
    }
}
