//! `waarmerk-second-opinion`: prints as JSON what ssi says of a credential or presentation.
//!
//! Ends with 0 when there is an opinion to read, 3 when the input cannot be read, 64 when asked wrongly.

use std::io::Read as _;
use std::path::Path;
use std::process::ExitCode;

use second_opinion::Reader;
use serde_json::Value;

const USAGE: &str = "waarmerk-second-opinion [--context IRI=FILE]… [--did-document FILE]… FILE

Prints as JSON what ssi says of the proofs in FILE, a credential or presentation; `-` reads standard input.
Nothing is fetched: the keys of did:key and did:jwk are in the identifier, documents of others are given.";

/// More is not read of any file.
const MOST_BYTES: u64 = 2 << 20;

#[derive(Default)]
struct Arguments {
    contexts: Vec<(String, String)>,
    documents: Vec<String>,
    file: Option<String>,
}

fn main() -> ExitCode {
    let arguments = match read_arguments(std::env::args().skip(1)) {
        Some(arguments) => arguments,
        None => {
            eprintln!("{USAGE}");
            return ExitCode::from(64);
        }
    };
    match judge(&arguments) {
        Ok(opinion) => {
            println!("{opinion}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("waarmerk-second-opinion: {error}");
            ExitCode::from(3)
        }
    }
}

fn read_arguments(given: impl Iterator<Item = String>) -> Option<Arguments> {
    let mut given = given;
    let mut arguments = Arguments::default();
    while let Some(argument) = given.next() {
        match argument.as_str() {
            "--context" => {
                let (iri, file) = given.next()?.split_once('=').map(owned)?;
                arguments.contexts.push((iri, file));
            }
            "--did-document" => arguments.documents.push(given.next()?),
            option if option.starts_with("--") => return None,
            _ if arguments.file.is_none() => arguments.file = Some(argument),
            _ => return None,
        }
    }
    arguments.file.is_some().then_some(arguments)
}

fn owned((left, right): (&str, &str)) -> (String, String) {
    (left.to_owned(), right.to_owned())
}

fn judge(arguments: &Arguments) -> Result<String, Box<dyn std::error::Error>> {
    let mut contexts = Vec::new();
    for (iri, file) in &arguments.contexts {
        contexts.push((iri.clone(), read(file)?));
    }
    let mut documents = Vec::new();
    for file in &arguments.documents {
        let document: Value =
            serde_json::from_str(&read(file)?).map_err(|error| format!("{file} is not JSON: {error}"))?;
        documents.push(document);
    }
    let text = read(arguments.file.as_deref().unwrap_or("-"))?;
    let opinion = Reader::new(contexts, &documents)?.read(&text)?;
    Ok(serde_json::to_string(&opinion)?)
}

fn read(file: &str) -> Result<String, String> {
    let mut text = String::new();
    let read = if file == "-" {
        std::io::stdin().take(MOST_BYTES).read_to_string(&mut text)
    } else {
        std::fs::File::open(Path::new(file)).and_then(|file| file.take(MOST_BYTES).read_to_string(&mut text))
    };
    match read {
        Ok(_) => Ok(text),
        Err(error) => Err(format!("{file} cannot be read: {error}")),
    }
}
