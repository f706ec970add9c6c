//! The same signed credential verified by ssi and by the product, in turns, in one process.
//!
//! Fails when the product is less than ten times as fast.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use credentials::DidUrl;
use proofs::data_integrity::{self, ProofOptions};
use proofs::did::{LookupError, Purpose, resolve_local};
use proofs::{Algorithm, PublicKey};
use second_opinion::{Reader, Verdict};
use serde_json::{Value, json};

const EXAMPLE: &str = include_str!("../../specs/credential-profile/examples/portable-copy.json");
const WARM_UP: usize = 20;
const ROUNDS: usize = 200;
const GOAL: f64 = 10.0;

fn main() -> ExitCode {
    match measured() {
        Ok((ssi, ours)) => {
            let ratio = ssi.as_secs_f64() / ours.as_secs_f64();
            println!(
                "eddsa-rdfc-2022, one Open Badges 3.0 credential, from text to verdict, median of {ROUNDS}"
            );
            println!("  {:<12} {:>9.3} ms", second_opinion::LIBRARY, milliseconds(ssi));
            println!("  {:<12} {:>9.3} ms", "waarmerk", milliseconds(ours));
            println!("  ratio        {ratio:>9.1}");
            if ratio < GOAL {
                eprintln!("less than {GOAL} times as fast as ssi");
                return ExitCode::FAILURE;
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

fn measured() -> Result<(Duration, Duration), Box<dyn std::error::Error>> {
    let text = signed()?;
    let reader = Reader::new([], &[])?;
    let (mut by_ssi, mut by_us) = (Vec::new(), Vec::new());
    for round in 0..WARM_UP + ROUNDS {
        let begun = Instant::now();
        let (verdict, detail) = reader.verify(&text);
        let ssi = begun.elapsed();
        if verdict != Verdict::Accepted {
            return Err(format!("ssi does not accept it: {detail:?}").into());
        }
        let begun = Instant::now();
        let document = credentials::json::parse(text.as_bytes(), &credentials::json::Limits::default())?;
        data_integrity::verify(&document, &local)?;
        let ours = begun.elapsed();
        if round >= WARM_UP {
            by_ssi.push(ssi);
            by_us.push(ours);
        }
    }
    Ok((median(by_ssi), median(by_us)))
}

/// The example of the credential profile, without its one boolean, which ssi cannot verify.
fn signed() -> Result<String, Box<dyn std::error::Error>> {
    let key = test_support::key(Algorithm::EdDsa, "bench");
    let mut badge: Value = serde_json::from_str(EXAMPLE)?;
    badge["issuer"]["id"] = json!(key.public_key().to_did_key());
    for identifier in badge["credentialSubject"]["identifier"]
        .as_array_mut()
        .into_iter()
        .flatten()
    {
        identifier
            .as_object_mut()
            .and_then(|members| members.remove("hashed"));
    }
    let options = ProofOptions::assertion(key.public_key().to_did_key_url(), test_support::now());
    Ok(data_integrity::sign(&badge, &options, &key)?.to_string())
}

fn local(kid: &DidUrl, purpose: Purpose) -> Result<PublicKey, LookupError> {
    let unresolved = |reason: String| LookupError::Unresolved {
        did: kid.did().clone(),
        reason,
    };
    match resolve_local(kid.did()) {
        Some(document) => document
            .map_err(|error| unresolved(error.to_string()))?
            .key(kid, purpose),
        None => Err(unresolved("its document would have to be fetched".to_owned())),
    }
}

fn median(mut durations: Vec<Duration>) -> Duration {
    durations.sort_unstable();
    durations[durations.len() / 2]
}
