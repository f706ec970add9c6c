//! `waarmerk check`: the verifier's checks on the command line.

use http_service::Clock;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use verification::{Colour, Message, Outcome, VerificationReport};

use crate::trust_file::{self, TrustFileError};

use crate::output::tell;

/// A presentation or credential is never larger than this; more is not read.
const MOST_BYTES: u64 = 1 << 20;

/// What to check, and whom to trust.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// A file with a credential, a presentation, the text of its QR code or a link to a share; `-` reads standard input.
    /// A link may also stand here itself, where other users of this machine can see it in the list of processes.
    file: PathBuf,
    /// A file with the register's address and anchors, as a verifier serves it at `/config.json`.
    #[arg(long, env = "WAARMERK_TRUST")]
    trust: PathBuf,
    /// Ask an issuer that the register does not list for its keys and status lists; it then sees that you check.
    #[arg(long)]
    ask_unknown_issuers: bool,
    /// Print the whole report as JSON.
    #[arg(long)]
    json: bool,
    /// Print in English instead of Dutch.
    #[arg(long)]
    english: bool,
}

/// Why nothing was checked.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// A file cannot be read.
    #[error("{0} cannot be read")]
    File(PathBuf, #[source] std::io::Error),
    /// The file of `--trust` is of no use.
    #[error(transparent)]
    Trust(#[from] TrustFileError),
    /// The input is nothing we know; in the reader's words.
    #[error("{words}")]
    Input {
        /// What is the case and what to do.
        words: String,
    },
    /// The verifier could not start.
    #[error(transparent)]
    Verifier(#[from] verifier::StartError),
}

/// Checks one file and prints what was found; the answer is the exit code: 0 green or amber, 1 red, 2 grey.
pub async fn run(options: &Options) -> Result<u8, CheckError> {
    let settings = trust_file::read(&options.trust)?;
    let (_, verifier) = verifier::router(verifier::Config {
        settings,
        clock: Clock::system(),
        data_dir: None,
        developer: false,
    })?;
    let text = match options.file.to_str() {
        Some(link) if link.contains("://") => link.to_owned(),
        _ => read(&options.file)?,
    };
    let input = verifier.read(&text).await.map_err(|error| {
        let Message { nl, en, .. } = error.message();
        CheckError::Input {
            words: if options.english { en } else { nl },
        }
    })?;
    let asked = verifier::Options {
        ask_unknown_issuers: Some(options.ask_unknown_issuers),
        ..verifier::Options::default()
    };
    let report = verifier.check(&input, asked).await;
    if options.json {
        tell(&serde_json::to_string_pretty(&report).unwrap_or_default());
    } else {
        tell(&told(&report, options.english));
    }
    Ok(match report.verdict.colour {
        Colour::Green | Colour::Amber => 0,
        Colour::Red => 1,
        Colour::Grey => 2,
    })
}

fn read(path: &Path) -> Result<String, CheckError> {
    let mut text = String::new();
    let failed = |error| CheckError::File(path.to_owned(), error);
    if path == Path::new("-") {
        std::io::stdin()
            .take(MOST_BYTES)
            .read_to_string(&mut text)
            .map_err(failed)?;
    } else {
        let file = std::fs::File::open(path).map_err(failed)?;
        file.take(MOST_BYTES).read_to_string(&mut text).map_err(failed)?;
    }
    Ok(text)
}

/// The verdict, and a line for each check.
fn told(report: &VerificationReport, english: bool) -> String {
    let word = |nl: &str, en: &str| if english { en.to_owned() } else { nl.to_owned() };
    let colour = match report.verdict.colour {
        Colour::Green => word("GROEN", "GREEN"),
        Colour::Amber => word("ORANJE", "AMBER"),
        Colour::Red => word("ROOD", "RED"),
        Colour::Grey => word("GRIJS", "GREY"),
    };
    let mut lines = vec![format!(
        "{colour}  {}  {}",
        report.verdict.message.code.id(),
        word(&report.verdict.message.nl, &report.verdict.message.en)
    )];
    for axis in &report.axes {
        let sign = match axis.outcome {
            Outcome::Passed => "✓",
            Outcome::Failed => "✗",
            Outcome::Inconclusive => "?",
            Outcome::Warning => "!",
            Outcome::NotApplicable => "–",
        };
        lines.push(format!("  {sign} {}", word(&axis.message.nl, &axis.message.en)));
    }
    lines.join("\n")
}
