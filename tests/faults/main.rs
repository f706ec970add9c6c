//! The program killed at random moments: whatever it answered is there once, and nothing twice.
//!
//! `WAARMERK_KILLS` sets how often (100), `WAARMERK_SEED` repeats the moments of an earlier run. What is under way at
//! such a moment depends on the machine as well.

#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop at what it did not expect"
)]

#[path = "../hostile/databases.rs"]
#[allow(dead_code, reason = "another test compares all contents")]
mod databases;
mod invariants;
#[allow(dead_code, reason = "another test listens to what is said")]
mod people;
mod process;

use std::time::Duration;

use people::{Keeper, Sharer, Staff, Town};
use process::{Dice, Process};

/// The most requests that are answered between a start and a kill. Counted, so that a busy machine does as much.
const MOST_ANSWERS: u64 = 24;
/// The longest time between the last of them and the kill.
const LONGEST_MORE: Duration = Duration::from_millis(20);
/// The longest time to a kill while it is still starting.
const LONGEST_START: Duration = Duration::from_millis(500);

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_was_answered_survives_being_killed_once_and_nothing_happens_twice() {
    let kills = setting("WAARMERK_KILLS").unwrap_or(100);
    let clock = || u64::try_from(chrono::Utc::now().timestamp_micros()).unwrap();
    let seed = setting("WAARMERK_SEED").unwrap_or_else(clock);
    println!("{kills} kills; WAARMERK_SEED={seed} repeats their moments");
    let mut dice = Dice(seed);
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();

    let mut process = Process::start(data, "warn");
    let town = Town::new(&process.notes());
    let (mut staff, mut keeper, mut sharer) = (Staff::default(), Keeper::default(), Sharer::default());
    for kill in 1..=kills {
        let (answers, more) = (dice.below(MOST_ANSWERS), dice.time(LONGEST_MORE));
        let ended = async {
            town.answered(answers).await;
            tokio::time::sleep(more).await;
            process.kill();
        };
        // Everybody works until nobody answers.
        tokio::join!(ended, staff.work(&town), keeper.work(&town), sharer.work(&town));
        invariants::check(data).await;
        if dice.below(5) == 0 {
            let mut starting = Process::spawn(data, "warn");
            std::thread::sleep(dice.time(LONGEST_START));
            starting.kill();
            invariants::check(data).await;
        }
        println!("kill {kill} of {kills}");
        process = Process::start(data, "warn");
        staff.check(&town).await;
        keeper.check(&town).await;
        sharer.check(&town, 3).await;
    }

    sharer.check(&town, usize::MAX).await;
    let (copies, rounds) = (staff.copies.len(), staff.revoked.len());
    println!(
        "{copies} collections, {rounds} awards to the end, {} decisions, {} shares",
        keeper.answered,
        sharer.shares.len()
    );
    assert!(
        copies > 0 && keeper.answered > 10 && sharer.shares.len() > 5,
        "hardly anything was done"
    );
    process.kill();
    invariants::check(data).await;
    let log = process.log();
    assert!(!log.contains("panicked"), "{log}");
}
