//! Presentations with the employer preset, one a seed, as JSON for programs that test reading them:
//! `cargo run -p qr-presentation --example codes -- 10`.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a tool of the tests: it stops where it fails, and its output is its result"
)]
#![allow(dead_code, reason = "the samples serve several programs")]

#[path = "../tests/sample/mod.rs"]
mod sample;

use sample::{EMPLOYER, localhost, never_seen, vocational, waterland};
use serde_json::json;

fn main() {
    let seeds: u64 = std::env::args().nth(1).map_or(10, |seeds| seeds.parse().unwrap());
    let codes: Vec<_> = (0..seeds)
        .map(|seed| {
            let samples = [waterland(), localhost(), never_seen(), vocational()];
            let sample = &samples[usize::try_from(seed).unwrap() % samples.len()];
            let text = qr_presentation::encode(&sample.presentation_of(EMPLOYER, seed)).unwrap();
            let drawing = qr_presentation::svg(&text).unwrap();
            json!({
                "seed": seed,
                "institution": sample.name,
                "text": text,
                "bytes": qr_presentation::packed_bytes(&text).unwrap(),
                "version": drawing.version,
                "svg": drawing.svg,
            })
        })
        .collect();
    println!("{}", serde_json::to_string_pretty(&codes).unwrap());
}
