//! Set-up, build, demo, tests and checks: everything that `cargo xtask` can do.
//!
//! Each command does the set-up it needs itself, says what it is doing on steps that take long, and does nothing
//! twice: what a step made is remembered in `target/stamps` by the digest of what it was made from.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is a command line tool"
)]

mod build;
mod checks;
mod conformance;
mod demo;
mod run;
mod second_opinions;
mod setup;
mod tests;

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Set-up, build, demo, tests and checks of Waarmerk"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install what the build needs (pages' packages, wasm target), and with --tests the browser as well.
    Setup {
        /// Also install what the tests need.
        #[arg(long)]
        tests: bool,
    },
    /// Build the wasm core, the pages and the program.
    Build,
    /// Build the wasm core and the pages alone.
    Pages,
    /// Set up, build and start everything on localhost; Ctrl-C stops it, starting again finds the data.
    Demo(demo::Options),
    /// Set up, build and run all tests: Rust, pages, journeys in a real browser.
    Test(tests::Options),
    /// Everything CI runs: format, lints, docs, dependency policy, generated files, tests, second opinions, mutations.
    Ci {
        /// Published vectors to run as well (see `conformance`).
        #[arg(long)]
        data: Option<PathBuf>,
    },
    /// Write the generated files (OpenAPI), or with --check fail when they are not current.
    Generate {
        /// Change nothing; fail when a file differs.
        #[arg(long)]
        check: bool,
    },
    /// Run the published test vectors in a folder.
    Conformance {
        /// The folder that holds the vectors, one folder a standard.
        #[arg(long)]
        data: PathBuf,
        /// Write docs/conformance.md instead of checking it.
        #[arg(long)]
        write: bool,
    },
    /// Let libraries that others wrote verify what we sign, and sign what we verify; some minutes the first time.
    SecondOpinions {
        /// Only those of npm and PyPI, or only the Rust crates; all of them when left out.
        whose: Option<second_opinions::Whose>,
    },
    /// Take away one check at a time and show that its named test breaks.
    Mutations {
        /// Only the patches whose name contains this.
        filter: Option<String>,
    },
    /// Take the screenshots of the README anew.
    Screenshots,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.command {
        Command::Setup { tests } => setup::all(tests),
        Command::Build => setup::all(false).and_then(|()| build::all()),
        Command::Pages => setup::all(false)
            .and_then(|()| build::wasm())
            .and_then(|()| build::pages()),
        Command::Demo(options) => demo::run(options),
        Command::Test(options) => tests::all(&options),
        Command::Ci { data } => checks::ci(data.as_deref()),
        Command::Generate { check } => setup::all(false)
            .and_then(|()| build::all())
            .and_then(|()| checks::generate(check)),
        Command::Conformance { data, write } => conformance::run_suites(&data, write),
        Command::SecondOpinions { whose } => second_opinions::ask(whose),
        Command::Mutations { filter } => checks::mutations(filter.as_deref()),
        Command::Screenshots => tests::screenshots(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error}");
            ExitCode::FAILURE
        }
    }
}
