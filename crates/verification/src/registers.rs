//! Several registers: which of them answer for an issuer, and what their answers come to.
//!
//! `specs/accreditation/`, section 6. Each register is asked by itself, with its own anchors. Those that list the issuer
//! answer; the strictest verdict counts, so that trusting one register more never hides what another one says.

use std::borrow::Cow;

use credentials::Did;
use trust::Freshness;
use url::Url;

use crate::{
    Settings, VerificationReport,
    check::{Check, Register},
    messages::{Blank, Code, Message, message},
    report::{Axis, Colour, ConsultedRegister, Outcome},
};

/// The settings for each register by itself, the first one first.
pub(crate) fn each(settings: &Settings) -> Vec<Cow<'_, Settings>> {
    let urls = settings.register_urls();
    urls.into_iter().map(|url| settings.for_register(url)).collect()
}

/// The registers that answer for an issuer: those that list it. An issuer that none lists may be in one that cannot be
/// read now, so that one answers; else the first one does.
pub(crate) fn speaking<'c, 'a>(checks: &'c [Check<'a>], issuer: Option<&Did>) -> Vec<&'c Check<'a>> {
    let listing: Vec<_> = checks.iter().filter(|check| lists(check, issuer)).collect();
    if !listing.is_empty() {
        return listing;
    }
    let unread = checks.iter().find(|check| !check.register_is_fresh());
    unread.or(checks.first()).into_iter().collect()
}

/// One report out of those by each register that answers; nothing when none does.
pub(crate) fn joined(
    checks: &[Check<'_>],
    reports: Vec<(&Check<'_>, VerificationReport)>,
    issuer: Option<&Did>,
) -> Option<VerificationReport> {
    let verdicts: Vec<_> = reports
        .iter()
        .map(|(check, report)| (check.settings.register_url.clone(), report.verdict.clone()))
        .collect();
    // Without any that concerns the credential, all of them count.
    let concerned = reports.iter().any(|(_, report)| !report.steps_aside);
    let mut counting: Vec<_> = reports
        .into_iter()
        .filter(|(_, report)| !concerned || !report.steps_aside)
        .collect();
    let said: Vec<_> = counting.iter().map(|(_, report)| said(report)).collect();
    let strictest = counting
        .iter()
        .enumerate()
        .rev()
        .max_by_key(|(_, (_, report))| strictness(report))
        .map(|(position, _)| position)?;
    let (decided_by, mut report) = counting.swap_remove(strictest);
    if checks.len() == 1 {
        return Some(report);
    }
    let decided_by = decided_by.settings.register_url.clone();
    let differ = said.iter().any(|other| *other != self::said(&report));
    if differ {
        report.notices.push(about(Code::RegistersDiffer, &decided_by));
    }
    for check in checks {
        let url = &check.settings.register_url;
        if *url != decided_by && !check.register_is_fresh() {
            report.notices.push(about(Code::OtherRegisterUnread, url));
        }
    }
    let consulted = checks.iter().map(|check| {
        let url = check.settings.register_url.clone();
        let own = verdicts.iter().find(|(of, _)| *of == url);
        ConsultedRegister {
            list: check.register_view(),
            problem: problem(check),
            lists_issuer: lists(check, issuer),
            verdict: own.map(|(_, verdict)| verdict.clone()),
            decided: url == decided_by,
            url,
        }
    });
    report.registers = consulted.collect();
    Some(report)
}

fn lists(check: &Check<'_>, issuer: Option<&Did>) -> bool {
    issuer.is_some_and(|issuer| check.list_with(issuer).is_some())
}

/// How strict a report is: by its verdict, and then by all that does not rest on how it was shown, which would
/// come before a warning about the issuer in words.
fn strictness(report: &VerificationReport) -> (Colour, Option<Colour>) {
    let of_issuer = report.axes.iter().filter(|axis| axis.axis != Axis::Holder);
    let worst = of_issuer.map(|axis| report.policy.colour(axis)).max();
    (report.verdict.colour, worst)
}

/// What a report comes to, to compare it with that by another register.
fn said(report: &VerificationReport) -> (Colour, Vec<(Axis, Outcome)>) {
    let judged = [
        Axis::AccreditedAtIssuance,
        Axis::AccreditedNow,
        Axis::Scope,
        Axis::IssuerKey,
    ];
    let axes = judged
        .into_iter()
        .filter_map(|axis| Some((axis, report.axis(axis)?.outcome)));
    (report.verdict.colour, axes.collect())
}

fn problem(check: &Check<'_>) -> Option<String> {
    match &check.register {
        Register::NotFetched | Register::Unreachable => Some("it could not be reached".to_owned()),
        Register::NotBelieved { why, .. } => Some(why.clone()),
        Register::Listed(list) => match list.freshness(check.at) {
            Freshness::Fresh => None,
            Freshness::Stale { since } => Some(format!("the next list was due on {since}")),
        },
    }
}

/// A notice about a register, which is called by its host.
fn about(code: Code, url: &str) -> Message {
    let host = Url::parse(url).ok().and_then(|url| {
        let host = url.host_str()?;
        Some(
            url.port()
                .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")),
        )
    });
    message(
        code,
        &[("what", Blank::Same(host.unwrap_or_else(|| url.to_owned())))],
    )
}
