//! The DID documents of parties that the register does not list: where they are, and what was fetched of them.

use std::cell::RefCell;
use std::collections::BTreeMap;

use credentials::Did;
use proofs::did::webvh::{Log, log_url, verify_log, witness_url};
use proofs::did::{self, Document};
use url::Url;

use super::Check;
use crate::{Need, NeedKind};

const DOCUMENT: &str = "application/did+json, application/json;q=0.9";
const LOG: &str = "text/jsonl, application/jsonl;q=0.9, text/plain;q=0.5";
const WITNESSES: &str = "application/json";

/// What the log of a `did:webvh` came to; a log may hold a thousand signatures, which are verified once a check.
pub(super) type Logs = RefCell<BTreeMap<Did, Found>>;

/// What is known of a document.
#[derive(Clone)]
pub(super) enum Found {
    /// This has to be fetched first.
    Missing(Need),
    /// There is none to rely on.
    Nothing(String),
    /// It is this.
    Document(Box<Document>),
}

impl Check<'_> {
    /// What to fetch next to know a party's document, when the register does not make that needless.
    pub(crate) fn document_need(&self, did: &Did) -> Option<Need> {
        if self.list_with(did).is_some() {
            return None;
        }
        match self.document(did) {
            Found::Missing(need) => Some(need),
            Found::Nothing(_) | Found::Document(_) => None,
        }
    }

    /// The document of a party: within its identifier, as published, or the newest of a checked log.
    ///
    /// Of a log the newest version alone counts, whatever was signed before it: a key may have been taken out because
    /// somebody else had it, and nothing proves the date of a signature.
    pub(super) fn document(&self, did: &Did) -> Found {
        if let Some(local) = did::resolve_local(did) {
            return found(local);
        }
        match did.method() {
            "web" => self.published(did),
            "webvh" => {
                if let Some(known) = self.logs.borrow().get(did) {
                    return known.clone();
                }
                let logged = self.logged(did);
                self.logs.borrow_mut().insert(did.clone(), logged.clone());
                logged
            }
            _ => Found::Nothing("the method is not supported".to_owned()),
        }
    }

    fn published(&self, did: &Did) -> Found {
        let url = match did::web_url(did, &self.loopback) {
            Ok(url) => url,
            Err(error) => return Found::Nothing(error.to_string()),
        };
        match self.body(&url, DOCUMENT) {
            Ok(fetched) => found(did::parse_document(did, fetched.body.as_bytes())),
            Err(missing) => missing,
        }
    }

    fn logged(&self, did: &Did) -> Found {
        let url = match log_url(did, &self.loopback) {
            Ok(url) => url,
            Err(error) => return Found::Nothing(error.to_string()),
        };
        let fetched = match self.body(&url, LOG) {
            Ok(fetched) => fetched,
            Err(missing) => return missing,
        };
        // What to fetch is asked as of the register's answer, which may be older than the newest entry.
        let at = self.at.max(fetched.fetched_at);
        let history = match verify_log(did, fetched.body.as_bytes(), at) {
            Ok(Log::Checked(history)) => history,
            Ok(Log::NeedsWitnesses(pending)) => {
                let file = match self.body(&witness_url(&url), WITNESSES) {
                    Ok(file) => file,
                    Err(missing) => return missing,
                };
                match pending.witnessed_by(file.body.as_bytes()) {
                    Ok(history) => history,
                    Err(error) => return Found::Nothing(error.to_string()),
                }
            }
            Err(error) => return Found::Nothing(error.to_string()),
        };
        match history.latest() {
            Some(_) if history.is_deactivated() => Found::Nothing("its controller gave it up".to_owned()),
            Some(version) => found(did::parse_document(did, version.document.to_string().as_bytes())),
            None => Found::Nothing("its log is empty".to_owned()),
        }
    }

    fn body(&self, url: &Url, accept: &'static str) -> Result<&crate::Fetched, Found> {
        let resources = self.resources;
        match resources.body(url.as_str()) {
            Some(fetched) => Ok(fetched),
            None if resources.get(url.as_str()).is_some() => {
                Err(Found::Nothing("the document cannot be reached".to_owned()))
            }
            None => Err(Found::Missing(Need {
                url: url.as_str().to_owned(),
                accept,
                kind: NeedKind::Did,
            })),
        }
    }
}

fn found(document: Result<Document, did::DocumentError>) -> Found {
    match document {
        Ok(document) => Found::Document(Box::new(document)),
        Err(error) => Found::Nothing(error.to_string()),
    }
}
