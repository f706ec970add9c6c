//! `waarmerk federation known`: which lists of known issuers name a DID.

use std::fs;
use std::io;
use std::path::PathBuf;

use credentials::{Did, Language, dutch_day};
use http_service::{Clock, outbound};
use serde_json::{Value, json};
use trust::known_issuers::{
    KnownIssuer, KnownIssuers, KnownList, KnownListError, LARGEST_KNOWN_LIST, read_known_lists,
};

use super::printable;
use crate::output::tell;

/// Of whom, and in which lists.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The issuer's DID.
    #[arg(value_parser = did)]
    did: Did,
    /// A list (`{"registry": {"did:…": {"name": …}}}`), or a file that names lists and their addresses.
    #[arg(long)]
    list: PathBuf,
    /// Print everything that was found as JSON.
    #[arg(long)]
    json: bool,
    /// Print in English instead of Dutch.
    #[arg(long)]
    english: bool,
}

fn did(text: &str) -> Result<Did, credentials::InvalidDid> {
    Did::parse(text)
}

/// Why no list is shown to name a DID.
#[derive(Debug, thiserror::Error)]
pub enum KnownError {
    /// The file of `--list` cannot be read.
    #[error("the list {0} cannot be read")]
    File(PathBuf, #[source] io::Error),
    /// It is no list, and names none.
    #[error("{0} is no list of known issuers, and names none")]
    NoList(PathBuf, #[source] KnownListError),
    /// The client could not be made.
    #[error(transparent)]
    Client(#[from] outbound::SettingsError),
    /// Every list was read, and none names it.
    #[error("no list names {0}")]
    NotListed(Did),
    /// A list that might name it was not read.
    #[error("no list that was read names {did}, and these were not read: {lists}")]
    NotRead {
        /// Whom.
        did: Did,
        /// Which lists.
        lists: String,
    },
}

/// What a list said.
struct Answer {
    list: String,
    said: Result<Option<(KnownIssuer, Option<String>)>, String>,
}

/// Reads the lists, and prints which of them name the DID.
pub(super) async fn run(options: &Options) -> Result<(), KnownError> {
    let language = if options.english {
        Language::En
    } else {
        Language::Nl
    };
    let bytes = fs::read(&options.list).map_err(|error| KnownError::File(options.list.clone(), error))?;
    let answers = match KnownIssuers::read(&bytes) {
        Ok(list) => vec![Answer {
            list: options.list.display().to_string(),
            said: Ok(found(&list, options, language)),
        }],
        Err(_) => {
            let lists =
                read_known_lists(&bytes).map_err(|error| KnownError::NoList(options.list.clone(), error))?;
            ask(lists, options, language).await?
        }
    };
    let named = answers.iter().any(|answer| matches!(answer.said, Ok(Some(_))));
    let not_read: Vec<_> = answers
        .iter()
        .filter(|answer| answer.said.is_err())
        .map(|answer| answer.list.as_str())
        .collect();
    if !named && not_read.is_empty() {
        return Err(KnownError::NotListed(options.did.clone()));
    }
    if !named {
        return Err(KnownError::NotRead {
            did: options.did.clone(),
            lists: not_read.join(", "),
        });
    }
    tell(&if options.json {
        format!("{:#}", answers.iter().map(as_json).collect::<Value>())
    } else {
        in_words(&answers, language)
    });
    Ok(())
}

fn found(
    list: &KnownIssuers,
    options: &Options,
    language: Language,
) -> Option<(KnownIssuer, Option<String>)> {
    let updated = list.updated().map(|at| language.date(dutch_day(at)));
    list.get(&options.did).map(|known| (known, updated))
}

async fn ask(
    lists: Vec<KnownList>,
    options: &Options,
    language: Language,
) -> Result<Vec<Answer>, KnownError> {
    let client = outbound::Client::new(&outbound::Settings {
        body: LARGEST_KNOWN_LIST,
        clock: Clock::system(),
        ..outbound::Settings::default()
    })?;
    let mut answers = Vec::new();
    for list in lists {
        let said = match &list.url {
            None => Err("this kind of list is not read here".to_owned()),
            Some(url) => match client.get(url, "application/json").await {
                Ok(fetched) if fetched.status == 200 => KnownIssuers::read(&fetched.body)
                    .map(|list| found(&list, options, language))
                    .map_err(|error| error.to_string()),
                Ok(fetched) => Err(format!("it answered with status {}", fetched.status)),
                Err(error) => Err(error.to_string()),
            },
        };
        answers.push(Answer {
            list: list.name,
            said,
        });
    }
    Ok(answers)
}

fn as_json(answer: &Answer) -> Value {
    match &answer.said {
        Ok(said) => {
            json!({"list": answer.list, "read": true, "listed": said.as_ref().map(|(known, _)| known)})
        }
        Err(why) => json!({"list": answer.list, "read": false, "why": why}),
    }
}

fn in_words(answers: &[Answer], language: Language) -> String {
    let pick = |nl: &'static str, en: &'static str| match language {
        Language::Nl => nl,
        Language::En => en,
    };
    let mut lines = Vec::new();
    for Answer { list, said } in answers {
        let list = printable(list);
        lines.push(match said {
            Ok(Some((known, updated))) => {
                let date = updated
                    .as_deref()
                    .map(|day| format!(" ({} {day})", pick("van", "of")))
                    .unwrap_or_default();
                format!(
                    "{} {list}{date}: {}",
                    pick("Genoemd op", "Listed by"),
                    printable(&known.name)
                )
            }
            Ok(None) => format!("{} {list}", pick("Niet genoemd op", "Not listed by")),
            Err(why) => format!("{} {list}: {why}", pick("Niet gelezen:", "Not read:")),
        });
    }
    lines.push(
        pick(
            "Niemand tekent zulke lijsten. Of het microcredentials mag uitgeven, zegt het register.",
            "Nobody signs such lists. Whether it may award microcredentials is for the register to say.",
        )
        .to_owned(),
    );
    lines.join("\n")
}
