//! `waarmerk check`: the verifier's checks on the command line.

use http_service::Clock;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use trust::known_issuers::{KnownList, LARGEST_KNOWN_LIST, read_known_lists};
use verification::{Code, Colour, InputError, KnownIssuerList, Message, Outcome, VerificationReport};
use verifier::Cache;

use crate::trust_file::{self, TrustFileError};

use crate::output::tell;
use crate::second_opinion::{self, Comparison, SecondOpinionError};

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
    /// A folder that keeps the lists and keys that checks fetch: signed register lists, status lists, receipts. Never what
    /// is checked. A register list that is older than one seen before is refused.
    #[arg(long)]
    cache: Option<PathBuf>,
    /// Use no network at all: check with what the folder of --cache holds, and say of when that is.
    #[arg(long, requires = "cache")]
    offline: bool,
    /// Ask an issuer that the register does not list for its keys and status lists; it then sees that you check.
    #[arg(long)]
    ask_unknown_issuers: bool,
    /// A list of known issuers to look the issuer up in: a file, or an https address. Who is on it is shown as listed, and
    /// not admitted by it; may be repeated.
    #[arg(long = "known-issuers", value_name = "FILE|URL")]
    known_issuers: Vec<String>,
    /// Print the whole report as JSON.
    #[arg(long)]
    json: bool,
    /// Print in English instead of Dutch.
    #[arg(long)]
    english: bool,
    #[command(flatten)]
    second_opinion: second_opinion::Options,
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
    /// The folder of `--cache` is of no use.
    #[error("the folder {0} cannot be used")]
    Cache(PathBuf, #[source] std::io::Error),
    /// A link leads to what would have to be fetched.
    #[error("a link cannot be followed without a connection; check the file that is behind it")]
    LinkOffline,
    /// The verifier could not start.
    #[error(transparent)]
    Verifier(#[from] verifier::StartError),
    /// A second opinion was wanted and is not to be had.
    #[error(transparent)]
    SecondOpinion(#[from] SecondOpinionError),
}

/// Checks one file and prints what was found; the answer is the exit code: 0 green or amber, 1 red, 2 grey, 4 when a
/// second opinion contradicts it.
pub async fn run(options: &Options) -> Result<u8, CheckError> {
    let settings = trust_file::read(&options.trust)?;
    let cache = options.cache.as_deref().map(|folder| {
        let opened = match options.offline {
            true => Cache::used_offline(folder),
            false => Cache::filled_in(folder),
        };
        opened.map_err(|error| CheckError::Cache(folder.to_owned(), error))
    });
    let config = verifier::Config {
        settings,
        clock: Clock::system(),
        data_dir: options.cache.clone(),
        developer: false,
    };
    let verifier = verifier::alone(config, cache.transpose()?)?;
    let text = match options.file.to_str() {
        Some(link) if link.contains("://") => link.to_owned(),
        _ => read(&options.file)?,
    };
    if options.offline && matches!(verification::read(&text), Err(InputError::Link)) {
        return Err(CheckError::LinkOffline);
    }
    let input = verifier.read(&text).await.map_err(|error| {
        let Message { nl, en, .. } = error.message();
        CheckError::Input {
            words: if options.english { en } else { nl },
        }
    })?;
    let mut asked = verifier::Options {
        ask_unknown_issuers: Some(options.ask_unknown_issuers),
        ..verifier::Options::default()
    };
    look_in(&mut asked, &options.known_issuers)?;
    let report = verifier.check(&input, asked).await;
    let second = second_opinion::ask(&options.second_opinion, &text, &input, &report).await;
    // What was found here does not wait for what another program makes of it.
    let (second, failed) = match second {
        Ok(second) => (second, None),
        Err(error) => (None, Some(error)),
    };
    if options.json {
        let printed = Printed {
            report: &report,
            second_opinion: second.as_ref(),
        };
        tell(&serde_json::to_string_pretty(&printed).unwrap_or_default());
    } else {
        tell(&told(&report, options));
        if let Some(second) = &second {
            tell(&second.told(options.english));
        }
    }
    if let Some(error) = failed {
        return Err(error.into());
    }
    if second.is_some_and(|second| second.is_unexplained()) {
        return Ok(4);
    }
    Ok(match report.verdict.colour {
        Colour::Green | Colour::Amber => 0,
        Colour::Red => 1,
        Colour::Grey => 2,
    })
}

/// Has issuers looked up in lists of known issuers: addresses, and files. A file that names lists stands for these.
fn look_in(asked: &mut verifier::Options, named: &[String]) -> Result<(), CheckError> {
    let lists = &mut asked.known_issuer_lists;
    for one in named {
        if let Some((_, rest)) = one.split_once("://") {
            let host = rest.split('/').next().unwrap_or(rest);
            lists.push(KnownIssuerList {
                name: host.to_owned(),
                url: one.clone(),
            });
            continue;
        }
        let path = PathBuf::from(one);
        let failed = |error| CheckError::File(path.clone(), error);
        let mut text = String::new();
        let file = std::fs::File::open(&path).map_err(failed)?;
        let most = LARGEST_KNOWN_LIST as u64 + 1;
        file.take(most).read_to_string(&mut text).map_err(failed)?;
        if let Ok(several) = read_known_lists(text.as_bytes()) {
            for KnownList { name, url } in several {
                // One of a kind that is not read is told as such by the check, and not passed over.
                let url = url.unwrap_or_else(|| format!("unread:{name}"));
                lists.push(KnownIssuerList { name, url });
            }
            continue;
        }
        let name = path
            .file_name()
            .map_or_else(|| one.clone(), |name| name.to_string_lossy().into_owned());
        let url = format!("file:{one}");
        asked.given.push((url.clone(), text));
        lists.push(KnownIssuerList { name, url });
    }
    Ok(())
}

/// The report as JSON, and the second opinion where one was asked.
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Printed<'a> {
    #[serde(flatten)]
    report: &'a VerificationReport,
    #[serde(skip_serializing_if = "Option::is_none")]
    second_opinion: Option<&'a Comparison>,
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

/// The verdict, a line for each check, and what the registers' lists have to do with it.
fn told(report: &VerificationReport, options: &Options) -> String {
    let word = |nl: &str, en: &str| {
        if options.english {
            en.to_owned()
        } else {
            nl.to_owned()
        }
    };
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
    let of_lists = [
        Code::CheckedOffline,
        Code::OtherRegisterUnread,
        Code::RegistersDiffer,
        Code::ListedElsewhere,
        Code::ListedElsewhereUnconfirmed,
        Code::KnownListUnread,
        Code::AccreditedByOwnWord,
    ];
    let notices = report
        .notices
        .iter()
        .filter(|notice| of_lists.contains(&notice.code));
    lines.extend(notices.map(|notice| word(&notice.nl, &notice.en)));
    lines.extend(refused(report).map(|why| {
        word(
            &format!("Lijst geweigerd: {why}"),
            &format!("List refused: {why}"),
        )
    }));
    lines.join("\n")
}

/// Why register lists that were there are not relied on; in the words of who looks closer.
fn refused(report: &VerificationReport) -> impl Iterator<Item = String> {
    let of_several = report.registers.iter().filter(|register| register.list.is_none());
    let of_several =
        of_several.filter_map(|register| Some((register.url.as_str(), register.problem.clone()?)));
    let of_one = report
        .axes
        .iter()
        .find(|axis| axis.code() == Code::RegisterNotBelieved);
    let of_one = of_one.filter(|_| report.registers.is_empty());
    let of_one = of_one.and_then(|axis| axis.evidence["detail"].as_str().map(str::to_owned));
    let of_one = of_one.map(|why| ("", why));
    let all: Vec<_> = of_several.chain(of_one).collect();
    all.into_iter().map(|(url, why)| match url {
        "" => why,
        url => format!("{url}: {why}"),
    })
}
