//! The program as a process that can be killed.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

/// `waarmerk demo` in a folder: adapter, register and share store, each with its database.
pub(crate) struct Process {
    child: Child,
    pub(crate) data: PathBuf,
}

impl Process {
    /// Starts it, logging so much; it is not up yet.
    pub(crate) fn spawn(data: &Path, logging: &str) -> Self {
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(data.join("program.log"))
            .unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_waarmerk"))
            .args(["demo", "--port", "0", "--data"])
            .arg(data)
            .env("RUST_LOG", logging)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        Self {
            child,
            data: data.to_owned(),
        }
    }

    /// Starts it and waits until it is up.
    pub(crate) fn start(data: &Path, logging: &str) -> Self {
        let mut process = Self::spawn(data, logging);
        let output = process.child.stdout.take().unwrap();
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        let is_up = lines.by_ref().any(|line| line.starts_with("Waarmerk is up"));
        // The rest is read and dropped, so that it never waits for a reader or finds none.
        std::thread::spawn(move || lines.for_each(drop));
        assert!(is_up, "it does not start: {}", process.log());
        process
    }

    /// Everything that was logged in this folder.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.data.join("program.log")).unwrap_or_default()
    }

    /// What it noted for itself: ports and keys.
    pub(crate) fn notes(&self) -> Value {
        serde_json::from_slice(&std::fs::read(self.data.join("demo.json")).unwrap()).unwrap()
    }

    /// SIGKILL, and waits until it is gone.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Numbers that follow from a seed (SplitMix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    /// A time up to `most`.
    pub(crate) fn time(&mut self, most: Duration) -> Duration {
        Duration::from_micros(self.below(u64::try_from(most.as_micros()).unwrap()))
    }
}
