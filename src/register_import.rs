//! `waarmerk register import`: hands an extract of another administration to a register, as one of its keepers.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, SubsecRound, Utc};
use http_service::outbound;
use serde::Deserialize;
use trust::extracts::Source;
use trust::strangers::is_hidden;
use url::{Host, Url};

use crate::output::tell;

/// Under this name the environment holds the keeper's secret.
const SECRET: &str = "WAARMERK_KEEPER_SECRET";
/// A register that takes longer is not waited for.
const PATIENCE: Duration = Duration::from_secs(60);
/// The largest answer that is read, in bytes.
const LARGEST_ANSWER: usize = 4 * 1024 * 1024;

/// Whose extract, which file, and which register.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Whose extract it is: `deqar` (reports, JSON) or `rio` (onderwijsinstellingserkenningen, CSV).
    #[arg(value_parser = source)]
    source: Source,
    /// The extract as it was downloaded.
    file: PathBuf,
    /// The register, such as <https://register.example>.
    #[arg(long)]
    register: Url,
    /// The keeper's secret; better given in the environment.
    #[arg(long, env = SECRET, hide_env_values = true)]
    secret: String,
    /// When the extract was made, such as 2026-11-20T02:00:00Z; when the file was written unless given.
    #[arg(long)]
    extracted_at: Option<DateTime<Utc>>,
    /// Tell what would change, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Record what says the same as before as well, as looked up again.
    #[arg(long)]
    renew: bool,
    /// Take back what the extract says, as after a wrong one.
    #[arg(long, conflicts_with = "renew")]
    retract: bool,
    /// Print in English instead of Dutch.
    #[arg(long)]
    english: bool,
}

fn source(text: &str) -> Result<Source, &'static str> {
    match text {
        "deqar" => Ok(Source::Deqar),
        "rio" => Ok(Source::Rio),
        _ => Err("give deqar or rio"),
    }
}

/// Why nothing was handed in.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The extract cannot be read.
    #[error("the extract {0} cannot be read")]
    File(PathBuf, #[source] std::io::Error),
    /// The secret would travel in the open.
    #[error("{0} is not reached over https, and a secret is sent over nothing else, except to this machine")]
    InTheOpen(Url),
    /// The register did not answer.
    #[error("the register could not be asked")]
    Unreachable(#[from] outbound::OutboundError),
    /// The client could not be made.
    #[error(transparent)]
    Client(#[from] outbound::SettingsError),
    /// The register answered something else.
    #[error("the register gave no answer that can be read ({0})")]
    Unreadable(u16),
    /// The register refused.
    #[error("the register refused: {0}")]
    Refused(String),
}

impl ImportError {
    /// 1 when the register refused, 2 when it could not be asked.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Refused(_) => 1,
            _ => 2,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    sequence: Option<u64>,
    additions: Vec<trust::extracts::Addition>,
    unchanged: usize,
    outdated: Vec<usize>,
    unknown: usize,
    unknown_rows: Vec<Unplaced>,
    ambiguous_rows: Vec<Unplaced>,
    passed_over: usize,
    partial: bool,
}

#[derive(Deserialize)]
struct Unplaced {
    row: usize,
    about: Vec<trust::OtherIdentifier>,
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Report(Report),
    Proposal { number: u64 },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Problem {
    detail: Option<String>,
    detail_nl: Option<String>,
    #[serde(default)]
    errors: Vec<Fault>,
}

#[derive(Deserialize)]
struct Fault {
    en: String,
    nl: String,
}

/// Tells what the extract would change, and hands it in unless it is a dry run.
pub async fn run(options: &Options) -> Result<(), ImportError> {
    let unreadable = |error| ImportError::File(options.file.clone(), error);
    let extract = std::fs::read_to_string(&options.file).map_err(unreadable)?;
    let extracted_at = match options.extracted_at {
        Some(at) => at,
        None => written_at(&options.file).map_err(unreadable)?,
    };
    let asked = Asked::new(options, extracted_at)?;
    let Answer::Report(report) = asked.send(extract.clone(), true).await? else {
        return Err(ImportError::Unreadable(200));
    };
    tell(&in_words(&report, options.english));
    if options.dry_run || report.additions.is_empty() {
        return Ok(());
    }
    tell(&match (asked.send(extract, false).await?, options.english) {
        (Answer::Proposal { number }, true) => {
            format!("Proposal {number} waits until another keeper confirms it.")
        }
        (Answer::Proposal { number }, false) => {
            format!("Voorstel {number} wacht tot een andere beheerder het bevestigt.")
        }
        (Answer::Report(report), english) => {
            let list = report.sequence.unwrap_or_default();
            match english {
                true => format!("Recorded; list {list} shows it."),
                false => format!("Vastgelegd; lijst {list} laat het zien."),
            }
        }
    });
    Ok(())
}

fn written_at(file: &Path) -> std::io::Result<DateTime<Utc>> {
    let written = std::fs::metadata(file)?.modified()?;
    Ok(DateTime::<Utc>::from(written).trunc_subsecs(0))
}

/// What is asked of a register, apart from the extract.
struct Asked<'a> {
    client: outbound::Client,
    address: Url,
    options: &'a Options,
}

impl<'a> Asked<'a> {
    fn new(options: &'a Options, extracted_at: DateTime<Utc>) -> Result<Self, ImportError> {
        let is_here = match options.register.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        let is_safe =
            options.register.scheme() == "https" || (options.register.scheme() == "http" && is_here);
        if !is_safe {
            return Err(ImportError::InTheOpen(options.register.clone()));
        }
        let mut address = options.register.clone();
        if let Ok(mut path) = address.path_segments_mut() {
            path.pop_if_empty().extend(["v1", "evidence", "imports"]);
        }
        let source = match options.source {
            Source::Deqar => "deqar",
            Source::Rio => "rio",
        };
        address
            .query_pairs_mut()
            .append_pair("source", source)
            .append_pair("extractedAt", &extracted_at.to_rfc3339())
            .append_pair("renew", &options.renew.to_string())
            .append_pair("retract", &options.retract.to_string());
        let client = outbound::Client::new(&outbound::Settings {
            // The keeper names it, wherever it is; that it is safe was seen above.
            allowed_origins: vec![options.register.origin().ascii_serialization()],
            time: PATIENCE,
            body: LARGEST_ANSWER,
            ..outbound::Settings::default()
        })?;
        Ok(Self {
            client,
            address,
            options,
        })
    }

    async fn send(&self, extract: String, dry_run: bool) -> Result<Answer, ImportError> {
        let mut address = self.address.clone();
        address
            .query_pairs_mut()
            .append_pair("dryRun", &dry_run.to_string());
        let secret = &self.options.secret;
        let answer = self
            .client
            .post_text_as(secret, address.as_str(), extract)
            .await?;
        let unreadable = |_| ImportError::Unreadable(answer.status);
        if (200..300).contains(&answer.status) {
            return serde_json::from_slice(&answer.body).map_err(unreadable);
        }
        let problem: Problem = serde_json::from_slice(&answer.body).map_err(unreadable)?;
        Err(ImportError::Refused(problem.in_words(self.options.english)))
    }
}

impl Problem {
    fn in_words(self, english: bool) -> String {
        let said = match english {
            true => self.detail,
            false => self.detail_nl.or(self.detail),
        };
        let mut text = said.unwrap_or_default();
        for fault in self.errors {
            text.push_str("\n  ");
            text.push_str(if english { &fault.en } else { &fault.nl });
        }
        without_control(&text)
    }
}

/// What a register says may have come from anywhere, and must not move the cursor or turn the text around.
fn without_control(text: &str) -> String {
    text.chars()
        .filter(|letter| *letter == '\n' || !is_hidden(*letter))
        .collect()
}

fn in_words(report: &Report, english: bool) -> String {
    let mut lines = Vec::new();
    for addition in &report.additions {
        let evidence = &addition.evidence;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        lines.push(format!(
            "+ {}: {} {}, {} ({} – {})",
            addition.entity_id,
            text(&evidence.source),
            text(&evidence.identifier),
            text(if evidence.decision.is_some() {
                &evidence.decision
            } else {
                &evidence.outcome
            }),
            day(evidence.valid_from),
            day(evidence.valid_to),
        ));
    }
    let who = |one: &Unplaced| {
        let about: Vec<_> = one.about.iter().map(|id| id.value.as_str()).collect();
        format!("{} ({})", one.name.as_deref().unwrap_or("–"), about.join(", "))
    };
    for one in &report.unknown_rows {
        lines.push(match english {
            true => format!("? row {}: {} is not in the register", one.row, who(one)),
            false => format!("? rij {}: {} staat niet in het register", one.row, who(one)),
        });
    }
    for one in &report.ambiguous_rows {
        lines.push(match english {
            true => format!(
                "! row {}: {} might be several in the register; look into their identifiers",
                one.row,
                who(one)
            ),
            false => format!(
                "! rij {}: {} kunnen er meer zijn in het register; kijk hun kenmerken na",
                one.row,
                who(one)
            ),
        });
    }
    if report.partial {
        lines.push(match english {
            true => "! the extract says that there is more on a next page; download that as well".to_owned(),
            false => {
                "! volgens het uittreksel is er meer op een volgende pagina; download die ook".to_owned()
            }
        });
    }
    let (new, same, old) = (report.additions.len(), report.unchanged, report.outdated.len());
    let (unknown, passed) = (report.unknown, report.passed_over);
    lines.push(match english {
        true => format!(
            "{new} new or changed, {same} the same, {old} older than what is recorded, {unknown} about nobody in the register, \
             {passed} passed over."
        ),
        false => format!(
            "{new} nieuw of veranderd, {same} gelijk, {old} ouder dan wat er staat, {unknown} over niemand in het register, \
             {passed} overgeslagen."
        ),
    });
    without_control(&lines.join("\n"))
}
