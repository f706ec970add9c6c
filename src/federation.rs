//! `waarmerk federation resolve`: follows somebody's chain of trust up to a pinned trust anchor, and shows what it says.
//!
//! What it finds is shown and decides nothing: being listed in a federation is not being admitted to award.

mod known;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use credentials::{Did, Language, dutch_day};
use http_service::{Clock, outbound};
use proofs::PublicKey;
use serde_json::{Value, json};
use trust::federation::{
    Anchor, EntityId, FEDERATION_ENTITY, KeySet, Mark, MarkError, NotAnEntity, Resolved, Search, SearchError,
    Step, Unanswered,
};
use trust::strangers::is_hidden;

use crate::output::tell;

/// The largest file of an anchor, in bytes.
const LONGEST_ANCHOR: usize = 64 * 1024;
/// No document of a federation is larger, in bytes.
const LONGEST_DOCUMENT: usize = 256 * 1024;
/// The issuers of trust marks whose own chains are followed at most.
const MOST_ISSUERS: usize = 4;
/// How long one answer may take.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

/// What to do about federations.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Follow the chain of trust of an entity up to a trust anchor, and show what it says.
    ///
    /// Ends with 0 when the entity is listed, with 1 when it is not or its chain does not hold, with 2 when that could
    /// not be checked, with 64 when asked wrongly.
    Resolve(Options),
    /// See which lists of known issuers name a DID.
    ///
    /// Ends with 0 when one does, with 1 when none does, with 2 when one could not be read and no other names it, with
    /// 64 when asked wrongly.
    Known(known::Options),
}

/// Of whom, and under which trust anchor.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The entity identifier, such as <https://credentials.college.example/energie>.
    #[arg(value_parser = entity)]
    entity: EntityId,
    /// A file that pins the trust anchor: `{"entity": "https://…", "jwks": {"keys": […]}}`, or a register's `/v1/anchor`.
    #[arg(long)]
    anchor: PathBuf,
    /// An exact origin on this machine that is reached over plain http, for a demo; may be repeated.
    #[arg(long = "allow", value_name = "ORIGIN")]
    allowed: Vec<String>,
    /// Print everything that was found as JSON.
    #[arg(long)]
    json: bool,
    /// Print in English instead of Dutch.
    #[arg(long)]
    english: bool,
}

fn entity(text: &str) -> Result<EntityId, NotAnEntity> {
    EntityId::parse(text)
}

/// Why nothing was found.
#[derive(Debug, thiserror::Error)]
pub enum FederationError {
    /// The file of `--anchor` cannot be read.
    #[error("the anchor {0} cannot be read")]
    File(PathBuf, #[source] io::Error),
    /// It pins no trust anchor.
    #[error("{0} pins no trust anchor: it needs `entity` and `jwks`, or a register's `iss` and `jwk`")]
    Anchor(PathBuf),
    /// The client could not be made.
    #[error(transparent)]
    Client(#[from] outbound::SettingsError),
    /// No list of known issuers names a DID.
    #[error(transparent)]
    Known(#[from] known::KnownError),
    /// There is no chain.
    #[error("{0} is not found under the trust anchor")]
    NotFound(EntityId, #[source] SearchError),
}

impl FederationError {
    /// 1 when the entity is not listed, 2 when that could not be checked.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::NotFound(_, error) if !error.is_unknown() => 1,
            Self::Known(known::KnownError::NotListed(_)) => 1,
            _ => 2,
        }
    }
}

/// Follows the chain, and prints what was found.
pub async fn run(command: &Command) -> Result<(), FederationError> {
    match command {
        Command::Resolve(options) => resolve(options).await,
        Command::Known(options) => Ok(known::run(options).await?),
    }
}

async fn resolve(options: &Options) -> Result<(), FederationError> {
    let anchor = read_anchor(&options.anchor)?;
    let clock = Clock::system();
    let client = outbound::Client::new(&outbound::Settings {
        allowed_origins: options.allowed.clone(),
        time: PATIENCE,
        body: LONGEST_DOCUMENT,
        clock: clock.clone(),
        ..outbound::Settings::default()
    })?;
    let now = clock.now();
    let found = search(&client, &options.entity, &anchor, now)
        .await
        .map_err(|error| FederationError::NotFound(options.entity.clone(), error))?;
    let marks = marks(&client, &found, &anchor, now).await;
    let language = if options.english {
        Language::En
    } else {
        Language::Nl
    };
    tell(&if options.json {
        format!("{:#}", as_json(&found, &marks))
    } else {
        in_words(&found, &marks, language)
    });
    Ok(())
}

async fn search(
    client: &outbound::Client,
    entity: &EntityId,
    anchor: &Anchor,
    now: DateTime<Utc>,
) -> Result<Resolved, SearchError> {
    let mut search = Search::new(entity.clone(), anchor.clone(), now);
    loop {
        let ask = match search.step() {
            Step::Found(found) => return Ok(*found),
            Step::NotFound(error) => return Err(error),
            Step::Fetch(ask) => ask,
        };
        let fetched = client.get(&ask.address, "application/entity-statement+jwt").await;
        let failed = |why: String| Err(Unanswered::Failed(why));
        let answer = match fetched {
            Ok(fetched) if fetched.status == 200 => {
                String::from_utf8(fetched.body).or_else(|_| failed("the answer is no text".into()))
            }
            Ok(fetched) if fetched.status == 404 => Err(Unanswered::NotThere),
            Ok(fetched) => failed(format!("it answered with status {}", fetched.status)),
            Err(error) => failed(error.to_string()),
        };
        search.answer(answer);
    }
}

/// The trust marks shown, their issuers followed up to the same anchor where that is needed.
async fn marks(
    client: &outbound::Client,
    found: &Resolved,
    anchor: &Anchor,
    now: DateTime<Utc>,
) -> Vec<Result<Mark, MarkError>> {
    let unknown = |mark: Result<Mark, MarkError>| match mark {
        Err(MarkError::UnknownIssuer(issuer)) => Some(issuer),
        _ => None,
    };
    let issuers: BTreeSet<EntityId> = found.marks(&[], now).into_iter().filter_map(unknown).collect();
    let mut chains = Vec::new();
    for issuer in issuers.iter().take(MOST_ISSUERS) {
        chains.extend(search(client, issuer, anchor, now).await.ok());
    }
    found.marks(&chains, now)
}

fn read_anchor(path: &PathBuf) -> Result<Anchor, FederationError> {
    let bytes = fs::read(path).map_err(|error| FederationError::File(path.clone(), error))?;
    let limits = credentials::json::Limits {
        bytes: LONGEST_ANCHOR,
        ..credentials::json::Limits::default()
    };
    let pinned = credentials::json::parse(&bytes, &limits).ok();
    pinned
        .and_then(|pinned| pinned_entity(&pinned).or_else(|| pinned_register(&pinned)))
        .ok_or_else(|| FederationError::Anchor(path.clone()))
}

fn pinned_entity(pinned: &Value) -> Option<Anchor> {
    Some(Anchor {
        entity: EntityId::parse(pinned.get("entity")?.as_str()?).ok()?,
        keys: KeySet::parse(pinned.get("jwks")?).ok()?,
    })
}

/// A register as it gives itself to be pinned: the address of its `did:web`, and its key by its thumbprint.
fn pinned_register(pinned: &Value) -> Option<Anchor> {
    let did = Did::parse(pinned.get("iss")?.as_str()?).ok()?;
    let address = pinned.get("registerUrl").and_then(Value::as_str);
    let is_plain = address.is_some_and(|address| address.starts_with("http://"));
    let key = PublicKey::from_jwk(pinned.get("jwk")?).ok()?;
    Some(Anchor {
        entity: EntityId::of_did(&did, is_plain)?,
        keys: KeySet::of([key]),
    })
}

fn as_json(found: &Resolved, marks: &[Result<Mark, MarkError>]) -> Value {
    let marks: Vec<Value> = marks
        .iter()
        .map(|mark| match mark {
            Ok(mark) => json!({"holds": true, "mark": mark}),
            Err(error) => json!({"holds": false, "why": error.to_string()}),
        })
        .collect();
    let mut shown = json!(found);
    if let Some(members) = shown.as_object_mut() {
        members.insert("trustMarks".into(), marks.into());
    }
    shown
}

fn in_words(found: &Resolved, marks: &[Result<Mark, MarkError>], language: Language) -> String {
    let pick = |nl: &'static str, en: &'static str| match language {
        Language::Nl => nl,
        Language::En => en,
    };
    let day = |at: DateTime<Utc>| format!("{} {}", language.date(dutch_day(at)), at.format("%H:%M UTC"));
    let (listed, until) = (
        pick("staat in de federatie van", "is listed in the federation of"),
        pick("tot", "until"),
    );
    let mut lines = vec![format!(
        "{} {listed} {}, {until} {}.",
        found.subject,
        found.anchor,
        day(found.ends)
    )];
    let name = found.metadata.get(FEDERATION_ENTITY).and_then(|entity| {
        let tagged = entity.get(format!("organization_name#{}", language.tag()));
        tagged.or_else(|| entity.get("organization_name"))?.as_str()
    });
    if let Some(name) = name {
        lines.push(format!("{}: {}", pick("Naam", "Name"), printable(name)));
    }
    for between in &found.path {
        lines.push(format!("{}: {between}", pick("Via", "By way of")));
    }
    for mark in marks {
        lines.push(match mark {
            Ok(mark) => {
                let ends = mark
                    .ends
                    .map(|ends| format!(", {until} {}", day(ends)))
                    .unwrap_or_default();
                let reference = mark
                    .reference
                    .as_deref()
                    .map(|to| format!(", {}", printable(to)))
                    .unwrap_or_default();
                let kind = printable(&mark.trust_mark_type);
                format!(
                    "{}: {kind} ({}{ends}{reference})",
                    pick("Keurmerk", "Trust mark"),
                    mark.issuer
                )
            }
            Err(error) => format!(
                "{}: {error}",
                pick("Keurmerk dat niet telt", "Trust mark that does not count")
            ),
        });
    }
    lines.push(
        pick(
            "Dat zegt wie het is. Of het microcredentials mag uitgeven, zegt het register.",
            "That says who it is. Whether it may award microcredentials is for the register to say.",
        )
        .to_owned(),
    );
    lines.join("\n")
}

/// Others' words, without what would move the cursor or turn the text around, and not too many.
fn printable(text: &str) -> String {
    let is_shown = |letter: &char| !is_hidden(*letter);
    text.chars().filter(is_shown).take(300).collect()
}
