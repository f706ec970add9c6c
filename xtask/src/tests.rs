//! `cargo xtask test` and the README's screenshots.

use crate::run::{Result, cargo, program, root, run, step, target};
use crate::{build, setup};
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// What the tests can be told.
#[derive(clap::Args, Default)]
pub(crate) struct Options {
    /// Leave the browser out: Rust tests and page checks only.
    #[arg(long)]
    no_browser: bool,
    /// Run only the browser tests whose name matches.
    #[arg(long)]
    browser_filter: Option<String>,
}

/// All tests, cheapest first.
pub(crate) fn all(options: &Options) -> Result<()> {
    step("Setting up", || setup::all(!options.no_browser))?;
    build::all()?;
    if options.browser_filter.is_none() {
        step("Running the Rust tests", || {
            run(cargo().args(["test", "--workspace", "--quiet"]))
        })?;
        for folder in build::page_folders() {
            step(
                &format!(
                    "Checking the pages in {}",
                    folder.strip_prefix(root()).unwrap_or(&folder).display()
                ),
                || {
                    run(program("npm")
                        .args(["run", "--silent", "check"])
                        .current_dir(&folder))
                },
            )?;
        }
    }
    if options.browser_filter.is_none() {
        step("Reading the register's vectors with another reader", || {
            run(program("python3")
                .arg(root().join("specs/accreditation/checker"))
                .env("PYTHONDONTWRITEBYTECODE", "1"))
        })?;
        camera()?;
    }
    if options.no_browser {
        Ok(())
    } else {
        browser(options.browser_filter.as_deref())
    }
}

/// Codes as a camera sees them, read by two decoders.
fn camera() -> Result<()> {
    step("Reading codes from camera frames", || {
        let made = cargo()
            .args([
                "run",
                "--quiet",
                "-p",
                "qr-presentation",
                "--example",
                "codes",
                "--",
                "10",
            ])
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| error.to_string())?;
        if !made.status.success() {
            return Err("the codes could not be made".into());
        }
        let codes = target().join("codes.json");
        fs::write(&codes, made.stdout).map_err(|error| format!("{}: {error}", codes.display()))?;
        run(program("node")
            .args(["--test", "--test-reporter=spec"])
            .arg(root().join("tests/camera/frames.test.mjs"))
            .env("WAARMERK_CODES", codes))
    })
}

/// Journeys in a real browser against a demo of their own, in a folder of their own.
fn browser(filter: Option<&str>) -> Result<()> {
    let data = target().join("browser-tests/data");
    if data.exists() {
        fs::remove_dir_all(&data).map_err(|error| format!("{}: {error}", data.display()))?;
    }
    step("Running the journeys in the browser", || {
        let mut demo = Demo::start(&data)?;
        let chromium = setup::chromium().ok_or("no Chromium was found")?;
        let mut tests = program("node");
        tests
            .args(["--test", "--test-concurrency=1", "--test-reporter=spec"])
            .env("WAARMERK_START", &demo.start_page)
            .env("WAARMERK_CHROMIUM", chromium)
            .env("WAARMERK_SCREENSHOTS", target().join("screenshots"));
        if let Some(filter) = filter {
            tests.arg(format!("--test-name-pattern={filter}"));
        }
        let mut files: Vec<_> = fs::read_dir(root().join("tests/browser"))
            .map_err(|error| error.to_string())?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
            .collect();
        files.sort();
        let done = crate::run::run(tests.args(files));
        demo.stop();
        done
    })
}

/// Takes the browser tests' screenshots and copies those the README shows.
pub(crate) fn screenshots() -> Result<()> {
    all(&Options {
        no_browser: false,
        browser_filter: Some(".".into()),
    })?;
    let shown = root().join("docs/images");
    fs::create_dir_all(&shown).map_err(|error| error.to_string())?;
    let list = fs::read_to_string(shown.join("shown.txt"))
        .map_err(|error| format!("docs/images/shown.txt: {error}"))?;
    for name in list.lines().filter(|line| !line.trim().is_empty()) {
        let from = target().join("screenshots").join(name);
        fs::copy(&from, shown.join(name)).map_err(|error| format!("{}: {error}", from.display()))?;
    }
    Ok(())
}

/// A demo on ports of its own; stopped when dropped.
struct Demo {
    child: Child,
    start_page: String,
}

impl Demo {
    fn start(data: &std::path::Path) -> Result<Self> {
        let mut child = Command::new(build::binary())
            .current_dir(root())
            .args(["demo", "--port", "0", "--data"])
            .arg(data)
            .env("RUST_LOG", "info")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(
                fs::File::create(target().join("browser-tests-demo.log"))
                    .map_err(|error| error.to_string())?,
            )
            .spawn()
            .map_err(|error| format!("could not start the demo: {error}"))?;
        let lines = child
            .stdout
            .take()
            .map(BufReader::new)
            .ok_or("the demo has no output")?;
        let mut lines = lines.lines();
        let start_page = lines
            .by_ref()
            .map_while(std::result::Result::ok)
            .find_map(|line| {
                line.split_whitespace()
                    .find(|word| word.starts_with("http://"))
                    .map(str::to_owned)
            });
        let Some(start_page) = start_page else {
            let _ = child.kill();
            return Err(
                "the demo ended before it named its start page; see target/browser-tests-demo.log".into(),
            );
        };
        // The rest of its output is read and dropped, so that the demo never waits for a reader.
        std::thread::spawn(move || lines.map_while(std::result::Result::ok).for_each(drop));
        Ok(Self { child, start_page })
    }

    fn stop(&mut self) {
        let _ = Command::new("kill")
            .args(["-INT", &self.child.id().to_string()])
            .status();
        let _ = self.child.wait();
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}
