//! `cargo xtask demo`.

use crate::run::{Result, program, step};
use crate::{build, setup};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;

/// What the demo can be told.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Open the start page in a browser.
    #[arg(long)]
    open: bool,
    /// The first of the seven ports to use.
    #[arg(long, default_value_t = 4700)]
    port: u16,
    /// The folder that keeps databases and keys.
    #[arg(long, default_value = "demo-data")]
    data: PathBuf,
    /// Open VC-API endpoints for integrators and test suites; see `docs/vc-api.md`.
    #[arg(long)]
    developer: bool,
}

/// Sets up, builds, and becomes the demo, so that Ctrl-C reaches it directly.
pub(crate) fn run(options: Options) -> Result<()> {
    step("Setting up", || setup::all(false))?;
    build::all()?;
    let mut command = program(build::binary());
    command
        .arg("demo")
        .arg("--port")
        .arg(options.port.to_string())
        .arg("--data")
        .arg(options.data);
    for (flag, is_given) in [("--open", options.open), ("--developer", options.developer)] {
        if is_given {
            command.arg(flag);
        }
    }
    Err(format!("could not start the demo: {}", command.exec()))
}
