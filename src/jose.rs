//! `waarmerk jose`: signs and verifies one credential or presentation with a given key, as test suites ask for it.
//!
//! No register, no status and no dates: only what VC-JOSE-COSE and RFC 9901 say of the token, and what the data model
//! says of what is in it.

mod content;

use proofs::sd_jwt::Path as Place;
use proofs::vc_jose::{self, Enclosed, Wrapped};
use proofs::{PublicKey, SecretKey};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

use content::Content;

/// A job in a file, or the same in words.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// A JSON file with one job or a list of them; `docs/jose.md` has its members.
    #[arg(long, conflicts_with_all = ["function", "input", "key", "feature", "sd", "output"])]
    job: Option<PathBuf>,
    /// What to do.
    #[arg(value_name = "issue|verify", required_unless_present = "job")]
    function: Option<Function>,
    /// The credential or presentation: JSON to issue, the token to verify.
    #[arg(long, required_unless_present = "job")]
    input: Option<PathBuf>,
    /// A verification method with `secretKeyJwk` or `publicKeyJwk`, or such a key itself.
    #[arg(long, required_unless_present = "job")]
    key: Option<PathBuf>,
    /// What is secured and how.
    #[arg(long, required_unless_present = "job")]
    feature: Option<Feature>,
    /// The claims that can be hidden, as a JSON list: `["credentialSubject.name", "evidence[0]"]`.
    #[arg(long)]
    sd: Option<String>,
    /// Where the result goes; to the terminal if it is not named.
    #[arg(long)]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
enum Function {
    Issue,
    Verify,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
enum Feature {
    CredentialJose,
    CredentialSdjwt,
    CredentialCose,
    PresentationJose,
    PresentationSdjwt,
    PresentationCose,
}

impl Feature {
    fn content(self) -> Content {
        match self {
            Self::CredentialJose | Self::CredentialSdjwt | Self::CredentialCose => Content::Credential,
            Self::PresentationJose | Self::PresentationSdjwt | Self::PresentationCose => {
                Content::Presentation
            }
        }
    }

    fn is_sd_jwt(self) -> bool {
        matches!(self, Self::CredentialSdjwt | Self::PresentationSdjwt)
    }

    fn is_cose(self) -> bool {
        matches!(self, Self::CredentialCose | Self::PresentationCose)
    }
}

/// One job. What is not in the job itself is read from the file that it names, relative to the job's own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Job {
    #[serde(rename = "fn")]
    function: Function,
    feature: Feature,
    input: Option<Value>,
    input_file: Option<PathBuf>,
    key: Option<Value>,
    key_file: Option<PathBuf>,
    #[serde(default)]
    disclosure_paths: Vec<String>,
    output_file: Option<PathBuf>,
}

/// What came of a job.
#[derive(Debug, Serialize)]
struct Done {
    /// `success`, `failure`, or `indeterminate` for what is not built.
    result: &'static str,
    /// The token that was issued, what was verified as JSON text, or why not.
    data: String,
}

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub enum JoseError {
    /// A file cannot be read or written.
    #[error("{0} cannot be read or written")]
    File(PathBuf, #[source] std::io::Error),
    /// A file or an argument is not the JSON it should be.
    #[error("{0} is not the JSON it should be")]
    Json(String, #[source] serde_json::Error),
    /// A job without a credential or without a key.
    #[error("the job has neither `{0}` nor `{0}_file`")]
    Missing(&'static str),
}

/// Does the job, or each of them.
pub fn run(options: &Options) -> Result<(), JoseError> {
    let Some(file) = &options.job else {
        return write(
            options.output.as_deref(),
            &done(&in_words(options)?, Path::new(""))?,
        );
    };
    let folder = file.parent().unwrap_or_else(|| Path::new(""));
    let text = text_of(file)?;
    let json = |error| JoseError::Json(file.display().to_string(), error);
    let value: Value = serde_json::from_str(&text).map_err(json)?;
    let jobs = match value {
        Value::Array(jobs) => jobs,
        single => vec![single],
    };
    for job in jobs {
        let job: Job = serde_json::from_value(job).map_err(json)?;
        let output = job.output_file.as_ref().map(|output| folder.join(output));
        write(output.as_deref(), &done(&job, folder)?)?;
    }
    Ok(())
}

fn in_words(options: &Options) -> Result<Job, JoseError> {
    let disclosure_paths = match &options.sd {
        None => Vec::new(),
        Some(paths) => {
            serde_json::from_str(paths).map_err(|error| JoseError::Json("--sd".to_owned(), error))?
        }
    };
    Ok(Job {
        function: options.function.ok_or(JoseError::Missing("fn"))?,
        feature: options.feature.ok_or(JoseError::Missing("feature"))?,
        input: None,
        input_file: options.input.clone(),
        key: None,
        key_file: options.key.clone(),
        disclosure_paths,
        output_file: None,
    })
}

fn write(file: Option<&Path>, done: &Done) -> Result<(), JoseError> {
    let text =
        serde_json::to_string(done).map_err(|error| JoseError::Json("the result".to_owned(), error))?;
    match file {
        Some(file) => fs::write(file, text).map_err(|error| JoseError::File(file.to_owned(), error)),
        None => {
            crate::output::tell(&text);
            Ok(())
        }
    }
}

fn text_of(file: &Path) -> Result<String, JoseError> {
    fs::read_to_string(file).map_err(|error| JoseError::File(file.to_owned(), error))
}

fn done(job: &Job, folder: &Path) -> Result<Done, JoseError> {
    let named = |file: &Option<PathBuf>, what| match file {
        Some(file) => text_of(&folder.join(file)),
        None => Err(JoseError::Missing(what)),
    };
    let input = match &job.input {
        Some(Value::String(token)) => token.clone(),
        Some(other) => other.to_string(),
        None => named(&job.input_file, "input")?,
    };
    let key: Value = match &job.key {
        Some(key) => key.clone(),
        None => serde_json::from_str(&named(&job.key_file, "key")?)
            .map_err(|error| JoseError::Json("the key".to_owned(), error))?,
    };
    if job.feature.is_cose() {
        return Ok(Done {
            result: "indeterminate",
            data: "COSE is not built".to_owned(),
        });
    }
    let outcome = match job.function {
        Function::Issue => issue(job, &input, &key),
        Function::Verify => verify(job.feature, input.trim(), &key),
    };
    Ok(match outcome {
        Ok(data) => Done {
            result: "success",
            data,
        },
        Err(error) => Done {
            result: "failure",
            data: in_full(error.as_ref()),
        },
    })
}

type Refusal = Box<dyn std::error::Error>;

fn in_full(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

fn issue(job: &Job, input: &str, key: &Value) -> Result<String, Refusal> {
    let limits = credentials::json::Limits::default();
    let document = credentials::json::parse(input.as_bytes(), &limits)?;
    content::check(job.feature.content(), &document)?;
    let jwk = key.get("secretKeyJwk").unwrap_or(key);
    let signer = SecretKey::from_jwk(jwk)?;
    let thumbprint = signer.public_key().thumbprint();
    let text = |from: &Value, name: &str| from.get(name).and_then(Value::as_str).map(str::to_owned);
    let kid = text(key, "id").or_else(|| text(jwk, "kid")).unwrap_or(thumbprint);
    let places = job
        .disclosure_paths
        .iter()
        .map(|path| place(path))
        .collect::<Result<Vec<_>, _>>()?;
    let random = &mut http_service::system_random();
    Ok(match job.feature {
        Feature::CredentialSdjwt => vc_jose::issue(&document, &places, &kid, &signer, random)?,
        Feature::PresentationSdjwt => vc_jose::present_disclosing(&document, &places, &kid, &signer, random)?,
        Feature::PresentationJose => vc_jose::present(&document, &kid, &signer)?,
        _ => vc_jose::issue_jwt(&document, &kid, &signer)?,
    })
}

/// A JSON pointer, or the same with dots and brackets.
fn place(path: &str) -> Result<Place, proofs::sd_jwt::InvalidPath> {
    if path.starts_with('/') {
        return path.parse();
    }
    let pointer = path
        .replace('~', "~0")
        .replace('/', "~1")
        .replace(['.', '['], "/")
        .replace(']', "");
    format!("/{pointer}").parse()
}

/// The token is not in the form that was asked about.
#[derive(Debug, thiserror::Error)]
#[error("this is not {0}")]
struct OtherForm(&'static str);

/// The key belongs to another party than the token's.
#[derive(Debug, thiserror::Error)]
#[error("the key's controller is not the token's issuer or holder")]
struct OtherController;

fn verify(feature: Feature, token: &str, key: &Value) -> Result<String, Refusal> {
    if feature.is_sd_jwt() != token.contains('~') {
        return Err(OtherForm(if feature.is_sd_jwt() {
            "an SD-JWT"
        } else {
            "a plain JWT"
        })
        .into());
    }
    let public = PublicKey::from_jwk(key.get("publicKeyJwk").unwrap_or(key))?;
    let document = match feature.content() {
        Content::Credential => {
            let read = vc_jose::read(token)?;
            read.verify(&public)?;
            read.credential().clone()
        }
        Content::Presentation => {
            let read = vc_jose::read_presentation(token)?;
            read.verify(&public)?;
            for enclosed in read.credentials() {
                readable(enclosed)?;
            }
            read.presentation().clone()
        }
    };
    content::check(feature.content(), &document)?;
    let controller = key.get("controller").and_then(Value::as_str);
    if controller.is_some_and(|controller| content::signer(feature.content(), &document) != Some(controller))
    {
        return Err(OtherController.into());
    }
    Ok(document.to_string())
}

/// A credential within a presentation: of its form and of the data model. Its own key is not at hand, unless the
/// issuer's identifier is the key; then its signature must hold too. COSE is left unread.
fn readable(enclosed: &Enclosed) -> Result<(), Refusal> {
    let Enclosed::Enveloped(envelope) = enclosed else {
        return Err(OtherForm("a credential in an envelope").into());
    };
    if envelope.kind() == Wrapped::Cose {
        return Ok(());
    }
    let read = vc_jose::read(envelope.token())?;
    if read.format() != envelope.kind().media_type() {
        return Err(OtherForm("what its envelope says").into());
    }
    if let (Ok(()), Some(kid)) = (read.require_issuer(), read.kid())
        && let Some(document) = proofs::did::resolve_local(kid.did())
    {
        let key = document?.key(kid, proofs::did::Purpose::AssertionMethod)?;
        read.verify(&key)?;
    }
    content::check(Content::Credential, read.credential())?;
    Ok(())
}
