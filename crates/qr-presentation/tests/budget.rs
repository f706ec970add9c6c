//! The byte budget of `docs/decisions/0002-qr-byte-budget.md`, and the examples of
//! `specs/qr-presentation/`.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

mod sample;

use credentials::open_badges::Group;
use qr_presentation::{decode, encode, packed_bytes, svg};
use sample::{EMPLOYER, Sample, localhost, never_seen, vocational, waterland};
use serde_json::{Value, json};
use std::path::PathBuf;

/// What the employer preset must stay within: QR version 20, read by cameras of 640 × 480.
const MUST: usize = 830;
/// What it aims at: QR version 16.
const AIM: usize = 550;

const PRESETS: [(&str, &[Group]); 5] = [
    ("no group", &[]),
    ("employer", EMPLOYER),
    ("name, outcomes", &[Group::Name, Group::Outcomes]),
    (
        "name, outcomes, assessment",
        &[Group::Name, Group::Outcomes, Group::Assessment],
    ),
    ("everything", &Group::ALL),
];

fn samples() -> [Sample; 4] {
    [localhost(), waterland(), never_seen(), vocational()]
}

/// Bytes packed and QR version, for a presentation that came back identical.
fn measure(sample: &Sample, shown: &[Group]) -> (usize, u8) {
    let presentation = sample.presentation(shown);
    let text = encode(&presentation).unwrap();
    assert_eq!(decode(&text).unwrap(), presentation);
    (packed_bytes(&text).unwrap(), svg(&text).unwrap().version)
}

#[test]
fn employer_preset_stays_within_the_budget_for_institutions_the_dictionary_never_saw() {
    for sample in samples() {
        let (bytes, version) = measure(&sample, EMPLOYER);
        assert!(
            bytes <= MUST && version <= 20,
            "{}: {bytes} bytes, version {version}",
            sample.name
        );
    }
}

#[test]
fn employer_preset_reaches_its_aim_for_ordinary_names() {
    for sample in [localhost(), waterland(), vocational()] {
        let (bytes, _) = measure(&sample, EMPLOYER);
        assert!(bytes <= AIM, "{}: {bytes} bytes", sample.name);
    }
}

#[test]
fn dictionary_has_none_of_the_names_that_are_said_to_be_unseen() {
    let dictionary = include_str!("../data/dictionary-1.json").to_lowercase();
    for word in [
        "kwelderzijl",
        "ruimtelijk",
        "klimaat",
        "krimp",
        "drechtoevers",
        "haven",
        "lossen",
        "waterland",
    ] {
        assert!(!dictionary.contains(word), "{word}");
    }
}

#[test]
fn every_preset_fits_into_one_readable_code_and_the_record_tells_its_size() {
    let record = include_str!("../../../docs/decisions/0002-qr-byte-budget.md");
    for sample in samples() {
        for (preset, shown) in PRESETS {
            let (bytes, version) = measure(&sample, shown);
            assert!(version <= qr_presentation::MOST_READABLE_VERSION);
            let row = format!("| {} | {preset} | {bytes} | {version} |", sample.name);
            assert!(record.contains(&row), "the record lacks: {row}");
        }
    }
}

#[test]
fn packing_saves_half_of_what_general_compression_would_take() {
    let presentation = waterland().presentation(EMPLOYER);
    let deflated = miniz_oxide::deflate::compress_to_vec(presentation.as_bytes(), 10);
    assert!(
        measure(&waterland(), EMPLOYER).0 * 2 < deflated.len(),
        "{} bytes deflated",
        deflated.len()
    );
}

#[test]
fn answer_to_a_challenge_costs_little_more() {
    let (issued, holder) = waterland().issued();
    let at = "2026-11-21T12:00:00Z".parse().unwrap();
    let answer = issued
        .present(&[])
        .unwrap()
        .bind("urn:waarmerk:show", "483920", at, &holder)
        .unwrap();
    let text = encode(&answer).unwrap();
    assert_eq!(decode(&text).unwrap(), answer);
    assert!(packed_bytes(&text).unwrap() <= measure(&waterland(), &[]).0 + 16);
}

#[test]
fn damage_anywhere_is_refused_or_changes_the_presentation() {
    let presentation = waterland().presentation(EMPLOYER);
    let text = encode(&presentation).unwrap();
    for index in 4..text.len() {
        let mut damaged = text.clone();
        damaged.replace_range(index..=index, if &text[index..=index] == "7" { "8" } else { "7" });
        // What changed is the signature's to find; reading must only never claim to be undamaged.
        assert_ne!(decode(&damaged).as_ref(), Ok(&presentation), "character {index}");
    }
    for length in 0..text.len() {
        assert!(decode(&text[..length]).is_err(), "cut off after {length}");
    }
}

fn example(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../specs/qr-presentation/examples")
        .join(name)
}

fn read_example(name: &str, made: impl FnOnce() -> Value) -> Value {
    if std::env::var_os("UPDATE_EXAMPLES").is_some() {
        std::fs::write(example(name), format!("{:#}\n", made())).unwrap();
    }
    serde_json::from_slice(&std::fs::read(example(name)).unwrap()).unwrap()
}

#[test]
fn examples_of_the_specification_are_read_and_written() {
    let examples = read_example("presentations.json", || {
        let (issued, _) = waterland().issued();
        let unbound = issued.present(&[]).unwrap().to_string();
        let one = |comment: &str, presentation: &str| {
            let text = encode(presentation).unwrap();
            json!({
                "comment": comment,
                "presentation": presentation,
                "qrText": text,
                "bytes": packed_bytes(&text).unwrap(),
                "version": svg(&text).unwrap().version,
            })
        };
        json!([
            one(
                "form 1: the employer preset, bound to the holder's key",
                &waterland().presentation(EMPLOYER)
            ),
            one(
                "form 1: everything disclosed",
                &waterland().presentation(&Group::ALL)
            ),
            one(
                "form 1: a vocational school, framework and unit of size of its own",
                &vocational().presentation(EMPLOYER)
            ),
            one("form 2: without key binding", &unbound),
            one(
                "form 0: the structure is another than expected",
                "eyJhbGciOiJFUzI1NiJ9._____w.c2hvcnQ~"
            ),
        ])
    });
    for example in examples.as_array().unwrap() {
        let text = |member: &str| example[member].as_str().unwrap();
        assert_eq!(
            decode(text("qrText")).as_deref(),
            Ok(text("presentation")),
            "{}",
            example["comment"]
        );
        let packed = packed_bytes(&encode(text("presentation")).unwrap()).unwrap();
        assert!(
            packed as u64 <= example["bytes"].as_u64().unwrap(),
            "{}",
            example["comment"]
        );
    }
}

#[test]
fn refusals_of_the_specification_are_refused_with_their_code() {
    let refused = read_example("refused.json", || {
        let pack = |bytes: &[u8]| format!("WM1:{}", base45::encode(bytes));
        let deflate = |text: &[u8]| miniz_oxide::deflate::compress_to_vec(text, 9);
        let form =
            |form: u8, text: &[u8], rest: &[u8]| pack(&[&[0x10 | form][..], &deflate(text), rest].concat());
        json!([
            {"expect": "QR-001", "comment": "a link", "qrText": "https://credentials.college.example/offer/1"},
            {"expect": "QR-002", "comment": "not base45", "qrText": "WM1:abc"},
            {"expect": "QR-002", "comment": "nothing follows the prefix", "qrText": "WM1:"},
            {"expect": "QR-002", "comment": "form 3 is not defined", "qrText": form(3, b"x", b"")},
            {"expect": "QR-002", "comment": "the compressed part is cut off", "qrText": pack(&[0x10, 0x4b])},
            {"expect": "QR-002", "comment": "form 0 followed by further bytes", "qrText": form(0, b"a.b.c~", b"!")},
            {"expect": "QR-002", "comment": "form 0 holding no presentation", "qrText": form(0, b"hello", b"")},
            {"expect": "QR-002", "comment": "form 2 without its signature", "qrText": form(2, b"\0{}\n{}", b"")},
            {"expect": "QR-002", "comment": "form 2 with bytes that no mark asks for", "qrText": form(2, b"\0{}\n{}", &[7; 65])},
            {"expect": "QR-002", "comment": "form 2 with an undefined mark", "qrText": form(2, b"\0{\x1f}\n{}", &[7; 64])},
            {"expect": "QR-003", "comment": "version 2 of the format", "qrText": pack(&[0x20, 3, 0])},
            {"expect": "QR-004", "comment": "a few bytes that unpack to 20,000", "qrText": form(0, &[b'a'; 20_000], b"")},
        ])
    });
    for refused in refused.as_array().unwrap() {
        let error = decode(refused["qrText"].as_str().unwrap()).unwrap_err();
        assert_eq!(error.code(), refused["expect"], "{}", refused["comment"]);
    }
}
