//! Published test suites: where they lie, and what came of their cases.
//!
//! `cargo xtask conformance --data DIR` names the folder in `WAARMERK_VECTORS` and a folder for results in
//! `WAARMERK_RESULTS`. Without the first, a suite is skipped.

#![expect(clippy::print_stdout, reason = "a skipped suite says so")]
#![expect(clippy::panic, reason = "this is part of tests, and they fail by panicking")]

use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use serde_json::{Value, json};

/// What came of one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As published.
    Passed,
    /// Not as published, and how.
    Failed(String),
    /// Refused on purpose, and why.
    Excluded(String),
}

/// As published.
pub fn passed() -> Outcome {
    Outcome::Passed
}

/// Not as published; `how` says in which way.
pub fn failed(how: impl Display) -> Outcome {
    Outcome::Failed(how.to_string())
}

/// Not done on purpose; `why` is shown to readers of the report. Cases with equal reasons are shown together.
pub fn excluded(why: impl Display) -> Outcome {
    Outcome::Excluded(why.to_string())
}

/// Passed if both are equal.
pub fn same<T: PartialEq + std::fmt::Debug>(found: &T, published: &T) -> Outcome {
    if found == published {
        passed()
    } else {
        failed(format!("found\n{found:#?}\npublished\n{published:#?}"))
    }
}

/// One suite and its cases so far.
#[derive(Debug)]
pub struct Suite {
    title: String,
    source: String,
    notes: Vec<String>,
    cases: Vec<(String, Outcome)>,
}

impl Suite {
    /// A suite with the title readers see, and its folder below the published data; `None`, and a word about
    /// it, if no data is at hand.
    pub fn open(title: &str, source: &str) -> Option<(Self, PathBuf)> {
        let Some(root) = std::env::var_os("WAARMERK_VECTORS") else {
            println!("skipped: WAARMERK_VECTORS names no folder with {source}");
            return None;
        };
        let suite = Self {
            title: title.to_owned(),
            source: source.to_owned(),
            notes: Vec::new(),
            cases: Vec::new(),
        };
        Some((suite, PathBuf::from(root).join(source)))
    }

    /// Runs one case; one that panics has failed.
    pub fn case(&mut self, name: &str, run: impl FnOnce() -> Outcome) {
        let outcome = catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
            let words = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied());
            failed(words.unwrap_or("it panicked"))
        });
        self.cases.push((name.to_owned(), outcome));
    }

    /// A sentence that readers of the report see below the suite.
    pub fn note(&mut self, sentence: impl Into<String>) {
        self.notes.push(sentence.into());
    }

    /// Keeps the results for the report, and fails if a case failed or there was none.
    ///
    /// # Panics
    ///
    /// If a case failed, if there was none, or if the results cannot be kept.
    pub fn close(self) {
        if let Some(folder) = std::env::var_os("WAARMERK_RESULTS") {
            let name: String = self
                .title
                .chars()
                .map(|letter| {
                    if letter.is_ascii_alphanumeric() {
                        letter
                    } else {
                        '-'
                    }
                })
                .collect();
            let file = PathBuf::from(folder).join(name).with_extension("json");
            let text = self.to_json().to_string();
            if let Err(error) = std::fs::write(&file, text) {
                panic!("{}: {error}", file.display());
            }
        }
        let failures: Vec<String> = self
            .cases
            .iter()
            .filter_map(|(name, outcome)| match outcome {
                Outcome::Failed(how) => Some(format!("{name}: {how}")),
                Outcome::Passed | Outcome::Excluded(_) => None,
            })
            .collect();
        assert!(!self.cases.is_empty(), "{} has no cases", self.title);
        assert!(
            failures.is_empty(),
            "{} of {} cases of {} failed:\n{}",
            failures.len(),
            self.cases.len(),
            self.title,
            failures.join("\n")
        );
    }

    fn to_json(&self) -> Value {
        let cases: Vec<Value> = self
            .cases
            .iter()
            .map(|(name, outcome)| match outcome {
                Outcome::Passed => json!({"name": name, "outcome": "passed"}),
                Outcome::Failed(_) => json!({"name": name, "outcome": "failed"}),
                Outcome::Excluded(why) => json!({"name": name, "outcome": "excluded", "reason": why}),
            })
            .collect();
        json!({"suite": self.title, "source": self.source, "notes": self.notes, "cases": cases})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suite() -> Suite {
        Suite {
            title: "T".to_owned(),
            source: "t".to_owned(),
            notes: Vec::new(),
            cases: Vec::new(),
        }
    }

    #[test]
    fn a_suite_with_passed_and_excluded_cases_closes() {
        let mut suite = suite();
        suite.case("a", passed);
        suite.case("b", || excluded("never done"));
        assert_eq!(suite.to_json()["cases"][1]["reason"], "never done");
        suite.close();
    }

    #[test]
    #[should_panic(expected = "1 of 2 cases of T failed:\nb: it broke")]
    fn a_case_that_panics_fails_its_suite() {
        let mut suite = suite();
        suite.case("a", || same(&1, &1));
        suite.case("b", || panic!("it broke"));
        suite.close();
    }

    #[test]
    #[should_panic(expected = "T has no cases")]
    fn a_suite_without_cases_fails() {
        suite().close();
    }
}
