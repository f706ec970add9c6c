//! What the register costs a reader: `cargo bench -p trust`.
//!
//! Prints a line for each figure of the README and fails where a bound is broken. Give a word to run what its name holds.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement prints, and stops where it fails"
)]

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use credentials::Did;
use peak_alloc::PeakAlloc;
use test_support::{Institution, a_register, day, now};
use trust::{
    Effect, Reason, RegisterList, ScopeClaim, SizeUnit, Status, StatusEvent, VerifiedList, assess,
    content_hash, delta, evaluate, sign_list, verify_larger_list, verify_list,
};

struct Report {
    filter: Option<String>,
    failed: bool,
}

impl Report {
    fn wants(&self, name: &str) -> bool {
        self.filter
            .as_ref()
            .is_none_or(|filter| name.contains(filter.as_str()))
    }

    fn line(&mut self, name: &str, found: f64, unit: &str, bound: Option<f64>) {
        let is_broken = bound.is_some_and(|bound| found > bound);
        let said = bound.map_or(String::new(), |bound| format!("  (at most {bound} {unit})"));
        println!(
            "{name:<62} {found:>10.2} {unit}{said}{}",
            if is_broken { "  BROKEN" } else { "" }
        );
        self.failed |= is_broken;
    }
}

fn event(seq: u64) -> StatusEvent {
    let at = day("2025-05-01") + chrono::TimeDelta::minutes(i64::try_from(seq).unwrap() / 2);
    StatusEvent {
        seq,
        status: if seq % 2 == 1 {
            Status::Active
        } else {
            Status::Suspended
        },
        effective_from: at,
        recorded_at: at,
        effect: Effect::Prospective,
        reason: Reason {
            code: "missing-body".into(),
            nl: "Geen orgaan aangewezen dat het eindniveau garandeert".into(),
            en: "No body designated to guarantee the final level".into(),
        },
        decision: Some(format!("https://register.example/v1/decisions/2025-{seq:04}")),
    }
}

fn history(length: u64) -> Vec<StatusEvent> {
    // An odd number of them ends active.
    (1..=length.max(1) - (1 - length.max(1) % 2)).map(event).collect()
}

/// Root, accreditor, and institutions with a unit each, every accreditation with so many decisions.
fn list(entities: usize, decisions: u64) -> RegisterList {
    let mut list = a_register().list().clone();
    for entity in &mut list.entities {
        entity.accreditations[0].status_history.truncate(1);
    }
    for number in 0..(entities - 2) / 2 {
        let institution = Institution::new(
            &format!("school-{number}"),
            &format!("Hogeschool {number}"),
            &format!("University of Applied Sciences {number}"),
        );
        list.entities.extend(institution.entities());
    }
    for entity in list.entities.iter_mut().skip(2) {
        entity.accreditations[0].status_history = history(decisions);
        entity.keys.truncate(1);
    }
    list
}

fn unit(number: usize) -> Did {
    format!("did:web:school-{number}.example:energie")
        .parse()
        .unwrap()
}

fn claim() -> ScopeClaim {
    ScopeClaim {
        eqf: Some(6),
        sizes: vec![(SizeUnit::Ec, 5.0), (SizeUnit::Hour, 140.0)],
        credential_type: Some("MicroCredential".to_owned()),
        country: Some("NL".to_owned()),
        ..ScopeClaim::default()
    }
}

/// The median of so many runs, in microseconds.
fn median(runs: usize, mut run: impl FnMut()) -> f64 {
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let begun = Instant::now();
            run();
            begun.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1e6
}

fn signed(list: &RegisterList) -> String {
    let kid = "did:web:register.example#register-1".parse().unwrap();
    sign_list(list, a_register().operator(), &kid).unwrap()
}

fn national(report: &mut Report) {
    let list = list(2_000, 10);
    let events: usize = list
        .entities
        .iter()
        .flat_map(|entity| &entity.accreditations)
        .map(|one| one.status_history.len())
        .sum();
    println!("{} entities, {events} decisions", list.entities.len());
    let signed = signed(&list);
    let anchors = [a_register().anchor()];
    let at = day("2026-09-14");
    let claim = claim();

    let begun = Instant::now();
    let verified = verify_list(&signed, &anchors, now()).unwrap();
    let read = begun.elapsed().as_secs_f64() * 1e3;
    let begun = Instant::now();
    let first = assess(&verified, &unit(500), &claim, at, now()).unwrap();
    let cold = begun.elapsed().as_secs_f64() * 1e3;
    assert_eq!(
        (first.links.len(), first.at_issuance, first.in_scope),
        (4, Status::Active, true)
    );
    report.line(
        "four links, first question to a freshly read list",
        cold,
        "ms",
        Some(1.0),
    );
    let warm = median(2_000, || {
        black_box(evaluate(&verified, &unit(500), &claim, at, now()));
    });
    report.line("four links, one moment, warm", warm, "µs", Some(20.0));
    let warm = median(2_000, || {
        black_box(assess(&verified, &unit(500), &claim, at, now()));
    });
    report.line("four links, then and now, warm", warm, "µs", Some(20.0));
    report.line("reading and checking the signed list", read, "ms", None);
    report.line("the signed list", signed.len() as f64 / 1e6, "MB", None);
    report.line(
        "the signed list, compressed as for gzip",
        compressed(&signed) / 1e6,
        "MB",
        Some(1.5),
    );
    after_a_suspension(report, &list, &signed);
}

/// What a reader of the list fetches once an institution is suspended.
fn after_a_suspension(report: &mut Report, list: &RegisterList, held: &str) {
    let mut next = list.clone();
    next.sequence += 1;
    next.previous_hash = Some(content_hash(list).unwrap());
    let history = &mut next.entities[1_000].accreditations[0].status_history;
    history.push(event(history.len() as u64 + 1));
    let newest = signed(&next);
    let begun = Instant::now();
    let delta = delta::between(held, &newest).unwrap();
    report.line(
        "making a delta, once for all readers",
        begun.elapsed().as_secs_f64() * 1e3,
        "ms",
        None,
    );
    let begun = Instant::now();
    let made = delta::apply(&delta, held, &[a_register().anchor()]).unwrap();
    report.line(
        "making the list of it",
        begun.elapsed().as_secs_f64() * 1e3,
        "ms",
        None,
    );
    assert_eq!(made, newest);
    report.line(
        "the delta of a suspension",
        delta.len() as f64 / 1e3,
        "kB",
        Some(2.0),
    );
    report.line(
        "the same, compressed as for gzip",
        compressed(&delta) / 1e3,
        "kB",
        Some(2.0),
    );
}

fn compressed(text: &str) -> f64 {
    miniz_oxide::deflate::compress_to_vec(text.as_bytes(), 6).len() as f64
}

fn growing(report: &mut Report) {
    let at = day("2025-05-02");
    let claim = claim();
    let lengths = [100, 1_000, 10_000, 100_000, 1_000_000_u64];
    let lists = lengths.map(|length| {
        let mut list = list(4, 1);
        let accreditation = &mut list.entities[3].accreditations[0];
        accreditation.status_history = history(length);
        accreditation.valid_until = None;
        list.entities[2].accreditations[0].valid_until = None;
        VerifiedList::own(list).unwrap()
    });
    // In turns, so that whatever else the machine does is felt by all of them.
    let mut costs = lengths.map(|_| Vec::new());
    for _ in 0..40 {
        for (list, costs) in lists.iter().zip(&mut costs) {
            costs.push(median(100, || {
                black_box(assess(list, &unit(0), &claim, at, now()));
            }));
        }
    }
    let costs = costs.map(|mut costs| {
        costs.sort_unstable_by(f64::total_cmp);
        costs[costs.len() / 2]
    });
    for (length, cost) in lengths.into_iter().zip(costs) {
        let name = format!("four links, {length} decisions about one of them");
        report.line(&name, cost, "µs", Some(20.0));
    }
    report.line(
        "a million decisions against a hundred",
        costs[4] / costs[0],
        "×",
        Some(2.0),
    );
}

/// A signed list of so many organisations, each with a DID, a key, an accreditation and five decisions; made piece by
/// piece, since all of it at once would take gigabytes.
fn large(entities: usize) -> String {
    let mut payload = serde_json::to_string(&list(2, 1)).unwrap();
    payload.truncate(payload.len() - "]}".len());
    for number in 0..(entities - 2) / 2 {
        let institution = Institution::new(
            &format!("school-{number}"),
            &format!("Hogeschool {number}"),
            &format!("University of Applied Sciences {number}"),
        );
        for mut entity in institution.entities() {
            let later = chrono::TimeDelta::seconds(i64::try_from(number).unwrap() * 7);
            let history = &mut entity.accreditations[0].status_history;
            *history = self::history(5);
            for event in history {
                event.effective_from += later;
                event.recorded_at += later;
            }
            entity.keys.truncate(1);
            payload.push(',');
            payload.push_str(&serde_json::to_string(&entity).unwrap());
        }
    }
    payload.push_str("]}");
    let header = serde_json::json!({ "alg": "EdDSA", "typ": trust::LIST_TYPE });
    proofs::jws::sign(&header, payload.as_bytes(), a_register().operator()).unwrap()
}

fn many(report: &mut Report) {
    let signed = large(100_000);
    let megabytes = |bytes: usize| bytes as f64 / 1e6;
    report.line(
        "the signed list of 100,000 organisations",
        megabytes(signed.len()),
        "MB",
        None,
    );
    let before = ALLOCATED.current_usage();
    ALLOCATED.reset_peak_usage();
    let begun = Instant::now();
    let held = verify_larger_list(&signed, &[a_register().anchor()], now(), 1 << 30).unwrap();
    let read = begun.elapsed().as_secs_f64();
    let most = ALLOCATED.peak_usage() - before;
    let kept = ALLOCATED.current_usage() - before;
    report.line("reading and checking it, once", read, "s", None);
    report.line(
        "memory while reading, beside the text",
        megabytes(most),
        "MB",
        Some(2.5 * megabytes(signed.len())),
    );
    report.line("memory afterwards", megabytes(kept), "MB", Some(64.0));

    let claim = claim();
    let at = day("2026-09-14");
    let begun = Instant::now();
    let first = assess(&held, &unit(40_000), &claim, at, now()).unwrap();
    report.line(
        "four links, first question to it",
        begun.elapsed().as_secs_f64() * 1e3,
        "ms",
        Some(1.0),
    );
    assert_eq!(first.links.len(), 4);
    let cost = median(2_000, || {
        black_box(assess(&held, &unit(40_000), &claim, at, now()));
    });
    report.line(
        "four links among 100,000 organisations, warm",
        cost,
        "µs",
        Some(20.0),
    );
    let mut number = 0;
    let cost = median(500, || {
        number += 83;
        black_box(assess(&held, &unit(number), &claim, at, now()));
    });
    report.line(
        "the same, each time of another organisation",
        cost,
        "µs",
        Some(1_000.0),
    );
    let kept = ALLOCATED.current_usage() - before;
    report.line(
        "memory after a thousand of them were asked for",
        megabytes(kept),
        "MB",
        Some(64.0),
    );
}

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

fn main() -> ExitCode {
    let filter = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'));
    let mut report = Report {
        filter,
        failed: false,
    };
    for (name, measure) in [
        ("national", national as fn(&mut Report)),
        ("growing", growing),
        ("many", many),
    ] {
        if report.wants(name) {
            measure(&mut report);
        }
    }
    ExitCode::from(u8::from(report.failed))
}
