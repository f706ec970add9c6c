//! `cargo xtask second-opinions`: what code that others wrote says of our proofs, and ours of theirs.

use crate::run::{Result, cargo, exists, output, program, root, run, step, target};
use crate::setup;

/// Whose opinion is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Whose {
    /// Packages of npm and PyPI, driven by the folder `tests/conformance`.
    Packages,
    /// Rust crates, in a workspace and with a lock file of their own: the folder `second-opinion`.
    Crates,
}

/// Asks those, or all.
pub(crate) fn ask(whose: Option<Whose>) -> Result<()> {
    // The JSON-LD contexts come from the packages there.
    setup::all(false)?;
    if whose != Some(Whose::Crates) {
        packages()?;
    }
    if whose != Some(Whose::Packages) {
        crates()?;
    }
    Ok(())
}

/// What we sign, they verify, and the reverse.
fn packages() -> Result<()> {
    setup::second_opinions()?;
    step("Hearing second opinions from npm and PyPI", || {
        run(cargo()
            .env("WAARMERK_SECOND_OPINIONS", setup::second_opinions_folder())
            .env("WAARMERK_SECOND_OPINIONS_PYTHON", setup::second_opinions_python())
            .args(["test", "--quiet", "--package", "proofs"])
            .args(["--test", "second_opinions", "--test", "second_opinions_jose"]))
    })
}

/// Builds the program, lets all implementations judge each other's proofs, and asks it through `waarmerk check`.
fn crates() -> Result<()> {
    let features: &[&str] = match has_openssl() {
        true => &[],
        false if exists("make") && exists("perl") => &["--features", "vendored-openssl"],
        false => {
            return Err(
                "josekit needs OpenSSL: install its development files (libssl-dev, with pkg-config), or make and perl to build it from source"
                    .to_owned(),
            );
        }
    };
    let in_its_workspace = |arguments: &[&str]| {
        let mut command = cargo();
        command
            .args(arguments)
            .args(features)
            .args(["--locked", "--manifest-path"])
            .arg(root().join("second-opinion/Cargo.toml"))
            .arg("--target-dir")
            .arg(folder());
        run(&mut command)
    };
    step(
        "Building the second opinions of Rust crates (some minutes, once)",
        || in_its_workspace(&["build", "--quiet"]),
    )?;
    step(
        "Holding ssi, josekit, sd-jwt-payload and ours against each other",
        || in_its_workspace(&["test", "--quiet"]),
    )?;
    step("Asking for a second opinion with `waarmerk check`", || {
        run(cargo()
            .env(
                "WAARMERK_SECOND_OPINION",
                folder().join("debug/waarmerk-second-opinion"),
            )
            .args(["test", "--quiet", "--package", "waarmerk"])
            .args(["--test", "second_opinion", "--", "--include-ignored"]))
    })
}

/// Whether the machine has what `josekit` links; else it is built from source, with a C compiler, make and perl.
fn has_openssl() -> bool {
    output(program("pkg-config").args(["--modversion", "openssl"])).is_some()
}

fn folder() -> std::path::PathBuf {
    target().join("second-opinion")
}
