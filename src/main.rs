//! The one program: every service, the demo, and checking from the command line.
#![expect(clippy::print_stderr, reason = "this is a command line tool")]

use clap::{Parser, Subcommand};
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;
use waarmerk::output::tell;
use waarmerk::services::{self, Kind};
use waarmerk::{check, demo, federation, jose, register_import, register_key, witness};

#[derive(Parser)]
#[command(
    name = "waarmerk",
    version,
    about = "Verifiable microcredentials: issue, hold, check, and know who may issue"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start register, two institutions, wallet, verifier and a sample badge platform on localhost.
    Demo {
        /// The first of the seven ports to use; 0 lets the system choose.
        #[arg(long, default_value_t = 4700)]
        port: u16,
        /// The folder that keeps databases and keys.
        #[arg(long, default_value = "demo-data")]
        data: PathBuf,
        /// Open the start page in a browser.
        #[arg(long)]
        open: bool,
        /// Open VC-API endpoints for integrators and test suites, which sign for anybody; see `docs/vc-api.md`.
        #[arg(long)]
        developer: bool,
        /// The address under which test suites reach the first institution, such as that of an https proxy.
        #[arg(long, requires = "developer")]
        developer_url: Option<String>,
    },
    /// Check a credential or presentation in a file; `-` reads standard input.
    ///
    /// Ends with 0 for green and amber, 1 for red, 2 for grey, 3 when it cannot be read, 4 when a second opinion
    /// contradicts it, 64 when asked wrongly.
    Check(check::Options),
    /// Sign or verify with a given key, as test suites of VC-JOSE-COSE ask for it: `docs/jose.md`.
    ///
    /// Ends with 0 whatever came of it, with 3 when the job cannot be read, 64 when asked wrongly.
    Jose(jose::Options),
    /// Check that a register takes nothing back: its log only grows, and its lists say what the log says.
    ///
    /// Run it every day from a machine that is not the register's. Ends with 0 when all is in order, 1 when the
    /// register contradicts itself, 2 when that could not be checked, 64 when asked wrongly.
    Witness(witness::Options),
    /// See what other federations say of somebody (OpenID Federation 1.0): `docs/federation.md`.
    #[command(subcommand)]
    Federation(federation::Command),
    /// Start an institution's adapter and desk.
    Issuer(ServiceOptions),
    /// Start a register; or, with a command, do something as one of its keepers, or change its key.
    #[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
    Register {
        #[command(subcommand)]
        task: Option<RegisterTask>,
        #[command(flatten)]
        options: Option<ServiceOptions>,
    },
    /// Start a verifier.
    Verifier(ServiceOptions),
    /// Serve the wallet's static files and keep what learners share by link.
    Wallet(ServiceOptions),
    /// Print the OpenAPI description of a service.
    Openapi {
        /// Which one.
        service: Service,
    },
}

#[derive(Subcommand)]
enum RegisterTask {
    /// Hand in an extract of RIO or DEQAR, as evidence about institutions: it informs, and decides nothing.
    ///
    /// Ends with 0 when it was taken over, waits for a second person or changes nothing; 1 when the register refuses it; 2
    /// when the register could not be asked; 64 when asked wrongly.
    Import(register_import::Options),
    /// Change the register's key, or announce the next one, while the register stands still.
    #[command(subcommand)]
    Key(register_key::Command),
}

#[derive(clap::Args)]
struct ServiceOptions {
    /// The service's TOML file; `docs/operating.md` has one of each. WAARMERK_… variables replace its texts.
    #[arg(long)]
    config: PathBuf,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Service {
    IssuerAdapter,
    Register,
    Verifier,
    Wallet,
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Not clap's 2, which `check` gives a meaning; help and version are no failures.
            let wrong = error.use_stderr();
            let _ = error.print();
            return if wrong {
                ExitCode::from(64)
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // Colours are for people; in a file they come between words and those who search for them.
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error),
    };
    match arguments.command {
        Command::Demo {
            port,
            data,
            open,
            developer,
            developer_url,
        } => ended(runtime.block_on(demo::run(&demo::Options {
            port,
            data,
            open,
            developer,
            developer_url,
        }))),
        Command::Check(options) => match runtime.block_on(check::run(&options)) {
            Ok(code) => ExitCode::from(code),
            Err(error) => {
                failed(&error);
                ExitCode::from(3)
            }
        },
        Command::Jose(options) => match jose::run(&options) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                failed(&error);
                ExitCode::from(3)
            }
        },
        Command::Witness(options) => match runtime.block_on(witness::run(&options)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                failed(&error);
                ExitCode::from(error.exit_code())
            }
        },
        Command::Federation(command) => match runtime.block_on(federation::run(&command)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                failed(&error);
                ExitCode::from(error.exit_code())
            }
        },
        Command::Issuer(options) => start(&runtime, Kind::IssuerAdapter, &options),
        Command::Register {
            task: Some(RegisterTask::Import(options)),
            ..
        } => match runtime.block_on(register_import::run(&options)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                failed(&error);
                ExitCode::from(error.exit_code())
            }
        },
        Command::Register {
            task: Some(RegisterTask::Key(command)),
            ..
        } => ended(runtime.block_on(register_key::run(&command))),
        Command::Register {
            options: Some(options),
            ..
        } => start(&runtime, Kind::Register, &options),
        Command::Register { .. } => ExitCode::from(64),
        Command::Verifier(options) => start(&runtime, Kind::Verifier, &options),
        Command::Wallet(options) => start(&runtime, Kind::Wallet, &options),
        Command::Openapi { service } => {
            let description = match service {
                Service::IssuerAdapter => issuer_adapter::openapi(),
                Service::Register => register::openapi(),
                Service::Verifier => verifier::openapi(),
                Service::Wallet => wallet::openapi(),
            };
            tell(&format!("{description:#}"));
            ExitCode::SUCCESS
        }
    }
}

fn start(runtime: &tokio::runtime::Runtime, kind: Kind, options: &ServiceOptions) -> ExitCode {
    ended(runtime.block_on(services::run(kind, &options.config)))
}

fn ended(result: Result<(), impl std::error::Error>) -> ExitCode {
    result.map_or_else(|error| failed(&error), |()| ExitCode::SUCCESS)
}

/// Says what went wrong and why, down to the first cause.
fn failed(error: &dyn std::error::Error) -> ExitCode {
    eprint!("waarmerk: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        eprint!(": {error}");
        cause = error.source();
    }
    eprintln!();
    ExitCode::FAILURE
}
