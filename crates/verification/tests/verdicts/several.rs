//! Several registers: which one answers for an issuer, and what two that answer come to.

use test_support::Register;
use trust::{Status, TrustAnchor};

use crate::*;

const ELSEWHERE: &str = "https://register.elsewhere.example/v1/list";

/// A register of another root, at another address and with another key.
fn elsewhere(listed: Option<&Institution>) -> Register {
    let register = listed.into_iter().fold(a_register(), Register::admitting);
    Register::operated_by_another(&register).published_at(ELSEWHERE)
}

/// The settings of a verifier that trusts both, the first one at `register_url`.
fn both(first: &Register, second: &Register) -> Settings {
    let mut settings = first.settings();
    settings.anchors.push(TrustAnchor {
        next_key_thumbprint: None,
        register_url: Some(second.settings().register_url),
        ..second.anchor()
    });
    settings
}

/// What a verifier that trusts both says of a credential of an institution.
fn by_both(first: &Register, second: &Register, signed: &SignedMicrocredential) -> VerificationReport {
    let mut resources = first.resources_with(signed);
    add(&mut resources, second, signed);
    check(&signed.shown(), &resources, &both(first, second))
}

fn add(resources: &mut Resources, register: &Register, signed: &SignedMicrocredential) {
    resources.insert_body(register.settings().register_url, register.signed(), now());
    for (url, body) in register.receipts_for(&[signed], moment("2026-09-14T20:00:00Z")) {
        resources.insert_body(url, body, now());
    }
}

fn codes(report: &VerificationReport) -> Vec<&'static str> {
    report.notices.iter().map(|notice| notice.code.id()).collect()
}

#[test]
fn an_issuer_that_one_of_two_registers_lists_is_judged_by_that_one() {
    let institution = an_institution();
    let signed = a_microcredential().signed();
    let (with, without) = (a_register().admitting(&institution), a_register());

    let first = by_both(&with, &elsewhere(None), &signed);
    let second = by_both(&without, &elsewhere(Some(&institution)), &signed);
    let neither = by_both(&without, &elsewhere(None), &signed);

    assert_eq!(verdict(&first), (Colour::Green, "ACC-001"));
    assert_eq!(verdict(&second), (Colour::Green, "ACC-001"));
    assert_eq!(verdict(&neither), (Colour::Grey, "ACC-006"));
    let decided = |report: &VerificationReport| {
        let decided = report.registers.iter().find(|register| register.decided);
        decided.unwrap().url.clone()
    };
    assert_eq!(decided(&first), with.settings().register_url);
    assert_eq!(decided(&second), ELSEWHERE);
    assert_eq!(
        second.issuance_time.proof,
        Some("issuance-receipt"),
        "its own receipts count"
    );
}

#[test]
fn a_reader_of_one_register_is_told_of_one() {
    let report = shown(&an_institution(), a_microcredential());

    assert!(report.registers.is_empty());
    assert!(serde_json::to_value(&report).unwrap().get("registers").is_none());
}

#[test]
fn of_two_registers_that_list_an_issuer_the_strictest_counts_and_that_they_differ_is_said() {
    let institution = an_institution();
    let signed = a_microcredential().signed();
    let active = a_register().admitting(&institution);
    let suspended = elsewhere(Some(&an_institution().suspended(day("2026-09-01"))));

    let report = by_both(&active, &suspended, &signed);

    assert_eq!(verdict(&report), (Colour::Red, "ACC-003"));
    assert!(codes(&report).contains(&"INF-011"), "{:?}", codes(&report));
    let colours: Vec<_> = report
        .registers
        .iter()
        .map(|register| register.verdict.as_ref().unwrap().colour)
        .collect();
    assert_eq!(colours, [Colour::Green, Colour::Red]);
    let agreeing = by_both(&active, &elsewhere(Some(&institution)), &signed);
    assert_eq!(verdict(&agreeing), (Colour::Green, "ACC-001"));
    assert!(!codes(&agreeing).contains(&"INF-011"));
}

#[test]
fn a_register_that_lists_an_issuer_for_something_else_does_not_speak_against_it() {
    let signed = a_microcredential().signed();
    let other_level = an_institution().with_unit(|it| it.accreditations[0].scope.eqf = Some(vec![5]));
    let first = a_register().admitting(&other_level);

    let alone = check(&signed.shown(), &first.resources_with(&signed), &first.settings());
    let report = by_both(&first, &elsewhere(Some(&an_institution())), &signed);

    assert_eq!(verdict(&alone), (Colour::Red, "ACC-005"));
    assert_eq!(verdict(&report), (Colour::Green, "ACC-001"));
    assert!(!codes(&report).contains(&"INF-011"), "{:?}", codes(&report));
}

#[test]
fn a_register_that_suspended_an_issuer_for_this_is_heard_although_it_lists_it_for_something_else_too() {
    let signed = a_microcredential().signed();
    let suspended = an_institution().with_unit(|it| {
        let mut other_level = it.accreditations[0].clone();
        other_level.accreditation_id.push_str("-other");
        other_level.scope.eqf = Some(vec![5]);
        it.accreditations.push(other_level);
        let history = &mut it.accreditations[0].status_history;
        let mut suspension = history[0].clone();
        suspension.seq += 1;
        suspension.status = Status::Suspended;
        suspension.effective_from = day("2026-09-01");
        suspension.recorded_at = day("2026-09-01");
        history.push(suspension);
    });
    let first = a_register().admitting(&suspended);

    let alone = check(&signed.shown(), &first.resources_with(&signed), &first.settings());
    let report = by_both(&first, &elsewhere(Some(&an_institution())), &signed);

    assert_eq!(alone.verdict.colour, Colour::Red);
    assert_eq!(verdict(&report), verdict(&alone));
}

#[test]
fn of_two_verdicts_of_one_colour_the_one_that_says_more_of_the_issuer_counts() {
    let signed = a_microcredential().signed();
    let active = a_register().admitting(&an_institution());
    let suspended = elsewhere(Some(&an_institution().suspended(day("2026-10-01"))));
    let mut resources = active.resources_with(&signed);
    add(&mut resources, &suspended, &signed);

    // Without the holder's proof the first one is amber for that alone.
    let report = check(&signed.text, &resources, &both(&active, &suspended));

    assert_eq!(report.verdict.colour, Colour::Amber);
    let now = report.axis(Axis::AccreditedNow).unwrap();
    assert_eq!(now.outcome, Outcome::Warning);
    assert!(codes(&report).contains(&"INF-011"), "{:?}", codes(&report));
}

#[test]
fn an_issuer_that_a_register_does_not_list_hears_nothing_although_another_register_cannot_be_read() {
    let signed = a_microcredential().signed();
    let (empty, other) = (a_register(), elsewhere(None));
    let mut resources = empty.resources_with(&signed);
    resources.insert_unreachable(ELSEWHERE, "no network");

    let input = read(&signed.shown()).unwrap();

    assert!(needs(&input, &resources, &both(&empty, &other)).is_empty());
}

#[test]
fn a_list_that_one_register_signed_tells_that_the_clock_is_behind_for_all_of_them() {
    let institution = an_institution();
    let signed = a_microcredential().signed();
    // Signed after the moment of the check: our clock is behind.
    let later = a_register().with_list(|list| {
        list.issued_at = now() + Duration::hours(30);
        list.next_update = now() + Duration::hours(40);
    });
    let stale = elsewhere(Some(&institution));
    let mut resources = later.resources_with(&signed);
    add(&mut resources, &stale, &signed);

    let report = check(&signed.shown(), &resources, &both(&later, &stale));

    assert_ne!(report.verdict.colour, Colour::Green, "{:?}", verdict(&report));
}

#[test]
fn a_key_that_one_register_does_not_know_is_red_whatever_another_register_lists() {
    let signed = a_microcredential().signed();
    let without_keys = an_institution().with_unit(|unit| unit.keys.clear());
    let first = a_register().admitting(&without_keys);

    let report = by_both(&first, &elsewhere(Some(&an_institution())), &signed);

    assert_eq!(report.verdict.colour, Colour::Red);
}

#[test]
fn a_register_that_cannot_be_read_leaves_an_issuer_that_none_lists_open() {
    let institution = an_institution();
    let signed = a_microcredential().signed();
    let (empty, other) = (a_register(), elsewhere(Some(&institution)));
    let mut resources = empty.resources_with(&signed);
    resources.insert_unreachable(ELSEWHERE, "no network");

    let unknown = check(&signed.shown(), &resources, &both(&empty, &other));
    assert_eq!(
        verdict(&unknown),
        (Colour::Grey, "ACC-007"),
        "it may be in the other one"
    );

    let lists = a_register().admitting(&institution);
    let mut resources = lists.resources_with(&signed);
    resources.insert_unreachable(ELSEWHERE, "no network");
    let known = check(&signed.shown(), &resources, &both(&lists, &other));
    assert_eq!(verdict(&known), (Colour::Green, "ACC-001"));
    assert!(codes(&known).contains(&"INF-010"), "{:?}", codes(&known));
}

#[test]
fn an_anchor_counts_for_its_own_register_alone() {
    let institution = an_institution();
    let signed = a_microcredential().signed();
    let (first, second) = (a_register(), elsewhere(Some(&institution)));
    let mut resources = first.resources_with(&signed);
    // The second register's list in the place of the first's, well signed by an operator that is trusted elsewhere.
    resources.insert_body(first.settings().register_url, second.signed(), now());
    resources.insert_body(ELSEWHERE, first.signed(), now());

    let report = check(&signed.shown(), &resources, &both(&first, &second));

    assert_eq!(verdict(&report), (Colour::Grey, "ACC-007"));
    for register in &report.registers {
        assert_eq!(register.list, None);
        assert!(
            register.problem.as_ref().unwrap().contains("signature"),
            "{register:?}"
        );
    }
}

#[test]
fn each_register_has_a_last_number_of_its_own() {
    let institution = an_institution();
    let signed = a_microcredential().signed();
    let (first, second) = (a_register(), elsewhere(Some(&institution)));
    let mut resources = first.resources_with(&signed);
    add(&mut resources, &second, &signed);
    let mut settings = both(&first, &second);
    settings.minimum_sequences.insert(ELSEWHERE.to_owned(), 419);

    let report = check(&signed.shown(), &resources, &settings);

    assert_eq!(verdict(&report), (Colour::Grey, "ACC-007"));
    let problem = report.registers[1].problem.as_ref().unwrap();
    assert_eq!(problem, "list 418 is older than one seen before");
}

#[test]
fn all_registers_are_asked_for_at_once() {
    let signed = a_microcredential().signed();
    let settings = both(&a_register(), &elsewhere(None));

    let asked = needs(&read(&signed.shown()).unwrap(), &Resources::new(), &settings);

    let urls: Vec<_> = asked.iter().map(|need| need.url.as_str()).collect();
    assert_eq!(urls, [a_register().settings().register_url.as_str(), ELSEWHERE]);
}
