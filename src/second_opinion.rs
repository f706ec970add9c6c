//! What another implementation says of the same proofs.
//!
//! The library is ssi, with hundreds of crates and faults of its own (decision 0023). So it is in a program of its own,
//! `waarmerk-second-opinion`, built apart; it is handed what is checked, fetches nothing, and answers in JSON.

use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;
use tokio::time::timeout;
use verification::{Axis, Input, Outcome, VerificationReport};

const PROGRAM: &str = "waarmerk-second-opinion";
/// ssi has no bound on the work a hostile graph can cause.
const LONGEST: Duration = Duration::from_secs(60);

/// Whether and how to ask.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub struct Options {
    /// Let ssi, another implementation, judge the proofs as well, in a program that `cargo xtask second-opinions crates` builds.
    /// Ends with 4 when it contradicts this one and no known divergence explains that.
    #[arg(long)]
    second_opinion: bool,
    /// That program; else the one beside this one, or the one that was built.
    #[arg(long, value_name = "PROGRAM", env = "WAARMERK_SECOND_OPINION")]
    second_opinion_program: Option<PathBuf>,
    /// A DID document for the second opinion, which fetches nothing; may be given several times.
    #[arg(long, value_name = "FILE", requires = "second_opinion")]
    did_document: Vec<PathBuf>,
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub enum SecondOpinionError {
    /// It was not built, or is somewhere else.
    #[error(
        "there is no second opinion: {PROGRAM} is not there. `cargo xtask second-opinions crates` builds it \
         (some minutes, once); --second-opinion-program or WAARMERK_SECOND_OPINION names it where it is elsewhere"
    )]
    Missing,
    /// It could not be started or heard.
    #[error("{0} could not be asked")]
    Program(PathBuf, #[source] std::io::Error),
    /// It did not answer in time.
    #[error("{PROGRAM} did not answer within {} seconds", LONGEST.as_secs())]
    Slow,
    /// It refused the input, or answers in another way than this version expects.
    #[error("{PROGRAM} did not understand: {0}")]
    Answer(String),
}

/// The answer of the other implementation.
#[derive(Debug, Deserialize, Serialize)]
pub struct Opinion {
    library: String,
    parts: Vec<Part>,
}

#[derive(Debug, Deserialize, Serialize)]
struct Part {
    what: String,
    verdict: Verdict,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    divergences: Vec<Divergence>,
}

/// Where the other is known to go another way.
#[derive(Debug, Deserialize, Serialize)]
struct Divergence {
    name: String,
    effect: Effect,
}

/// The one direction in which a divergence explains a contradiction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Effect {
    RefusesRight,
    AcceptsWrong,
    NoOpinion,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Accepted,
    None,
    Refused,
}

/// Both answers, side by side.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    ours: Verdict,
    theirs: Verdict,
    /// Absent where one of them could not tell.
    agrees: Option<bool>,
    opinion: Opinion,
}

/// Asks, when that is wanted. `text` is what was handed over, `input` what that was found to be.
pub async fn ask(
    options: &Options,
    text: &str,
    input: &Input,
    report: &VerificationReport,
) -> Result<Option<Comparison>, SecondOpinionError> {
    if !options.second_opinion {
        return Ok(None);
    }
    let opinion = match input {
        // A share is opened here alone; what is in it goes to nobody.
        Input::Shared(_) => Opinion {
            library: PROGRAM.to_owned(),
            parts: Vec::new(),
        },
        Input::SdJwt(token) | Input::Jwt(token) => run(options, token.clone()).await?,
        Input::DataIntegrity(document) => run(options, document.to_string()).await?,
        // White space around and in it is passed over here; a token has none.
        Input::Presented(_) if !text.trim_start().starts_with('{') => {
            run(options, text.split_whitespace().collect()).await?
        }
        Input::Presented(_) => run(options, text.to_owned()).await?,
    };
    Ok(Some(Comparison::of(opinion, report)))
}

async fn run(options: &Options, text: String) -> Result<Opinion, SecondOpinionError> {
    let program = program(options.second_opinion_program.as_deref()).ok_or(SecondOpinionError::Missing)?;
    let failed = |error| SecondOpinionError::Program(program.clone(), error);
    let (reader, mut writer) = std::io::pipe().map_err(failed)?;
    let mut command = Command::new(&program);
    for document in &options.did_document {
        command.arg("--did-document").arg(document);
    }
    command
        .arg("-")
        .env_clear()
        .kill_on_drop(true)
        .stdin(Stdio::from(reader));
    // It may end without reading all of it, and then says why.
    std::thread::spawn(move || writer.write_all(text.as_bytes()));
    let answer = timeout(LONGEST, command.output())
        .await
        .map_err(|_| SecondOpinionError::Slow)?
        .map_err(failed)?;
    if !answer.status.success() {
        let words = String::from_utf8_lossy(&answer.stderr).trim().to_owned();
        return Err(SecondOpinionError::Answer(words));
    }
    serde_json::from_slice(&answer.stdout).map_err(|error| SecondOpinionError::Answer(error.to_string()))
}

/// The program that was named, or else the first that is there: beside this one, or where it is built.
fn program(named: Option<&Path>) -> Option<PathBuf> {
    if let Some(named) = named {
        // Whole, since a bare name would be looked for elsewhere.
        return named.canonicalize().ok().filter(|named| named.is_file());
    }
    let own = std::env::current_exe().ok()?;
    let folder = own.parent()?;
    let beside = folder.join(PROGRAM);
    let built = folder.parent()?.join("second-opinion/debug").join(PROGRAM);
    [beside, built].into_iter().find(|path| path.is_file())
}

impl Comparison {
    fn of(opinion: Opinion, report: &VerificationReport) -> Self {
        let ours = match report.axis(Axis::Signature).map(|axis| axis.outcome) {
            Some(Outcome::Passed) => Verdict::Accepted,
            Some(Outcome::Failed) => Verdict::Refused,
            _ => Verdict::None,
        };
        let credentials = opinion.parts.iter().filter(|part| part.what == "credential");
        let theirs = credentials
            .map(|part| part.verdict)
            .max()
            .unwrap_or(Verdict::None);
        let both = ours != Verdict::None && theirs != Verdict::None;
        Self {
            ours,
            theirs,
            agrees: both.then_some(ours == theirs),
            opinion,
        }
    }

    /// Whether the two contradict each other, and nothing that is known explains it.
    ///
    /// Our answer is about all credentials together. Where we accept them, each that was refused needs a divergence of its
    /// own; where we refuse them for one, those that were accepted need one among them.
    pub fn is_unexplained(&self) -> bool {
        let unexplained = |part: &Part| self.explaining(part).next().is_none();
        let mut contradicting = self.of_credentials().filter(|part| part.verdict == self.theirs);
        self.agrees == Some(false)
            && match self.ours {
                Verdict::Refused => contradicting.all(unexplained),
                Verdict::Accepted | Verdict::None => contradicting.any(unexplained),
            }
    }

    fn of_credentials(&self) -> impl Iterator<Item = &Part> {
        self.opinion.parts.iter().filter(|part| part.what == "credential")
    }

    /// The divergences of a part that explain why its answer is not ours.
    fn explaining<'a>(&self, part: &'a Part) -> impl Iterator<Item = &'a str> {
        let needed = match (self.ours, part.verdict) {
            (Verdict::Accepted, Verdict::Refused) => Some(Effect::RefusesRight),
            (Verdict::Refused, Verdict::Accepted) => Some(Effect::AcceptsWrong),
            (Verdict::Accepted | Verdict::Refused, Verdict::None) => Some(Effect::NoOpinion),
            _ => None,
        };
        let divergences = part.divergences.iter();
        divergences
            .filter(move |divergence| Some(divergence.effect) == needed)
            .map(|divergence| divergence.name.as_str())
    }

    /// Both answers in the reader's words.
    pub fn told(&self, english: bool) -> String {
        let word = |nl: &str, en: &str| if english { en.to_owned() } else { nl.to_owned() };
        let said = |verdict| match verdict {
            Verdict::Accepted => word("de handtekening klopt", "the signature is right"),
            Verdict::Refused => word("de handtekening klopt niet", "the signature is wrong"),
            Verdict::None => word("geen oordeel", "no opinion"),
        };
        let library = &self.opinion.library;
        let mut lines = vec![
            format!("{}: {}", word("Deze controle", "This check"), said(self.ours)),
            format!(
                "{} ({library}): {}",
                word("Tweede mening", "Second opinion"),
                said(self.theirs)
            ),
        ];
        lines.push(match self.agrees {
            Some(true) => word("Ze zijn het eens.", "They agree."),
            Some(false) => word("Ze zijn het niet eens.", "They disagree."),
            None => word("Er is niets te vergelijken.", "There is nothing to compare."),
        });
        let details = self
            .opinion
            .parts
            .iter()
            .filter_map(|part| part.detail.as_deref());
        lines.extend(details.map(|detail| format!("  {library}: {detail}")));
        let mut divergences: Vec<&str> = self
            .of_credentials()
            .flat_map(|part| self.explaining(part))
            .collect();
        divergences.dedup();
        if !divergences.is_empty() {
            let known = word("Bekend verschil", "Known divergence");
            lines.push(format!("  {known}: {}", divergences.join(", ")));
        }
        lines.join("\n")
    }
}
