//! `cargo xtask conformance`: runs the published test suites and writes `docs/conformance.md`.

use crate::run::{Result, cargo, root, run, step, target};
use crate::setup;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Packages with suites: their tests whose names contain `published`.
const PACKAGES: [&str; 2] = ["proofs", "status-list"];
const REPORT: &str = "docs/conformance.md";
const HEAD: &str = "\
# Conformance

Published test suites of the standards, and what came of them here. Made by
`cargo xtask conformance --data DIR --write`, where `DIR` holds the suites, one folder each; CI runs them and stops if
a case fails or this page is not what the run gives. A case is excluded only if the product refuses on purpose what it
asks for: the reason says why, and what was refused is an error, never another result.
What came of the public suites that drive a running service or command is in [vc-api.md](vc-api.md) and [jose.md](jose.md).

";

/// Runs the suites in `data`; then writes the report, or says that it is not current.
pub(crate) fn run_suites(data: &Path, write: bool) -> Result<()> {
    let data = data
        .canonicalize()
        .map_err(|error| format!("{}: {error}", data.display()))?;
    let results = target().join("conformance");
    if results.exists() {
        fs::remove_dir_all(&results).map_err(|error| format!("{}: {error}", results.display()))?;
    }
    fs::create_dir_all(&results).map_err(|error| format!("{}: {error}", results.display()))?;
    setup::all(false)?;
    step("Running the published test suites", || {
        let mut tests = cargo();
        tests
            .env("WAARMERK_VECTORS", &data)
            .env("WAARMERK_RESULTS", &results)
            .args(["test", "--quiet", "--no-fail-fast"]);
        for package in PACKAGES {
            tests.args(["--package", package]);
        }
        run(tests.arg("published"))
    })?;
    let made = report(&read(&results)?)?;
    let file = root().join(REPORT);
    if fs::read_to_string(&file).is_ok_and(|known| known == made) {
        return Ok(());
    }
    if !write {
        return Err(format!(
            "{REPORT} is not what the suites give. Run: cargo xtask conformance --data {} --write",
            data.display()
        ));
    }
    fs::write(&file, made).map_err(|error| format!("{REPORT}: {error}"))
}

struct Suite {
    title: String,
    source: String,
    notes: Vec<String>,
    passed: usize,
    failed: usize,
    /// The excluded cases by reason.
    excluded: BTreeMap<String, Vec<String>>,
}

fn read(results: &Path) -> Result<Vec<Suite>> {
    let mut suites: Vec<Suite> = fs::read_dir(results)
        .map_err(|error| format!("{}: {error}", results.display()))?
        .map(|entry| {
            let file = entry.map_err(|error| error.to_string())?.path();
            fs::read(&file)
                .map_err(|error| error.to_string())
                .and_then(|bytes| serde_json::from_slice(&bytes).map_err(|error| error.to_string()))
                .and_then(|value| suite(&value).ok_or_else(|| "not the results of a suite".to_owned()))
                .map_err(|error| format!("{}: {error}", file.display()))
        })
        .collect::<Result<_>>()?;
    suites.sort_by(|a, b| a.title.cmp(&b.title));
    Ok(suites)
}

fn suite(value: &Value) -> Option<Suite> {
    let text = |name: &str| value.get(name)?.as_str().map(str::to_owned);
    let mut suite = Suite {
        title: text("suite")?,
        source: text("source")?,
        notes: value
            .get("notes")?
            .as_array()?
            .iter()
            .filter_map(|note| note.as_str().map(str::to_owned))
            .collect(),
        passed: 0,
        failed: 0,
        excluded: BTreeMap::new(),
    };
    for case in value.get("cases")?.as_array()? {
        match case.get("outcome")?.as_str()? {
            "passed" => suite.passed += 1,
            "excluded" => suite
                .excluded
                .entry(case.get("reason")?.as_str()?.to_owned())
                .or_default()
                .push(case.get("name")?.as_str()?.to_owned()),
            _ => suite.failed += 1,
        }
    }
    Some(suite)
}

fn report(suites: &[Suite]) -> Result<String> {
    let mut page = HEAD.to_owned();
    page.push_str("| suite | source | cases | passed | failed | excluded |\n");
    page.push_str("| --- | --- | ---: | ---: | ---: | ---: |\n");
    for suite in suites {
        let excluded: usize = suite.excluded.values().map(Vec::len).sum();
        writeln!(
            page,
            "| {} | `{}` | {} | {} | {} | {excluded} |",
            suite.title,
            suite.source,
            suite.passed + suite.failed + excluded,
            suite.passed,
            suite.failed,
        )
        .map_err(|error| error.to_string())?;
    }
    for suite in suites
        .iter()
        .filter(|suite| !suite.notes.is_empty() || !suite.excluded.is_empty())
    {
        write!(page, "\n## {}\n\n", suite.title).map_err(|error| error.to_string())?;
        for note in &suite.notes {
            writeln!(page, "{note}").map_err(|error| error.to_string())?;
        }
        if !suite.notes.is_empty() && !suite.excluded.is_empty() {
            page.push('\n');
        }
        for (reason, cases) in &suite.excluded {
            writeln!(page, "- {reason}: {}", cases.join(", ")).map_err(|error| error.to_string())?;
        }
    }
    Ok(page)
}
