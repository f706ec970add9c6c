//! `cargo xtask second-opinion`: ssi's view of our proofs, in a workspace and with a lock file of its own.

use crate::run::{Result, cargo, root, run, step, target};
use crate::setup;

/// Builds the program, lets both implementations judge each other's proofs, and asks it through `waarmerk check`.
pub(crate) fn all() -> Result<()> {
    // The JSON-LD contexts come from the packages there.
    setup::all(false)?;
    let in_its_workspace = |arguments: &[&str]| {
        let mut command = cargo();
        command
            .args(arguments)
            .args(["--locked", "--manifest-path"])
            .arg(root().join("second-opinion/Cargo.toml"))
            .arg("--target-dir")
            .arg(folder());
        run(&mut command)
    };
    step("Building the second opinion", || in_its_workspace(&["build"]))?;
    step("Holding ssi and ours against each other", || {
        in_its_workspace(&["test", "--quiet"])
    })?;
    step("Asking for a second opinion", || {
        run(cargo()
            .env(
                "WAARMERK_SECOND_OPINION",
                folder().join("debug/waarmerk-second-opinion"),
            )
            .args([
                "test",
                "--quiet",
                "--package",
                "waarmerk",
                "--test",
                "second_opinion",
            ])
            .args(["--", "--include-ignored"]))
    })
}

fn folder() -> std::path::PathBuf {
    target().join("second-opinion")
}
