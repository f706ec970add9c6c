//! Checks the data model and the proofs alone: resolve the DIDs, then judge. No HTTP endpoints here.

use std::collections::BTreeMap;

use credentials::Did;
use proofs::did::{Document, parse_document};
use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::{Duration, Instant, timeout_at};
use verification::proofs_only::{
    ProofsCheck, ProofsReport, check_proofs_of_credential, check_proofs_of_presentation, dids,
};

use crate::Verifier;
use crate::resolving::Wanted;

/// How long resolving for one check may take.
const LONGEST: Duration = Duration::from_secs(15);

/// What is to be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A credential.
    Credential,
    /// A presentation.
    Presentation,
}

/// What the proof is held against.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// What it must answer.
    pub challenge: Option<String>,
    /// For whom it must be.
    pub domain: Option<String>,
}

impl Verifier {
    /// Checks that `document` follows the data model and that all its proofs hold, after resolving the DIDs that they
    /// name. The register is not asked.
    pub async fn check_proofs(&self, document: Value, kind: Kind, asked: Asked) -> ProofsReport {
        let check = ProofsCheck {
            challenge: asked.challenge,
            domain: asked.domain,
            documents: self.documents(dids(&document)).await,
            ..ProofsCheck::new(self.now())
        };
        self.aside(move || match kind {
            Kind::Credential => check_proofs_of_credential(&document, &check),
            Kind::Presentation => check_proofs_of_presentation(&document, &check),
        })
        .await
    }

    async fn documents(&self, dids: Vec<Did>) -> BTreeMap<Did, Result<Document, String>> {
        let deadline = Instant::now() + LONGEST;
        let mut documents = BTreeMap::new();
        let mut tasks = JoinSet::new();
        for did in dids {
            documents.insert(did.clone(), Err("its server did not answer in time".to_owned()));
            let verifier = self.clone();
            tasks.spawn(async move { (verifier.document(&did).await, did) });
        }
        while let Ok(Some(finished)) = timeout_at(deadline, tasks.join_next()).await {
            if let Ok((document, did)) = finished {
                documents.insert(did, document);
            }
        }
        documents
    }

    async fn document(&self, did: &Did) -> Result<Document, String> {
        let resolution = self
            .resolve(did.as_str(), &Wanted::default())
            .await
            .map_err(|error| error.to_string())?;
        if resolution.is_deactivated {
            return Err("its controller gave it up".to_owned());
        }
        parse_document(did, resolution.document.to_string().as_bytes()).map_err(|error| error.to_string())
    }
}
