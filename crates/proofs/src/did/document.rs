//! DID documents: reading, writing, and finding a key for a purpose.

mod error;
mod method;
mod read;

use credentials::{Did, DidUrl};
use serde_json::{Value, json};

use crate::keys::PublicKey;

pub use error::{DocumentError, LookupError};
pub use method::{Representation, VerificationMethod};
pub use read::parse_document;

/// More methods than this in one document are refused.
const MOST_METHODS: usize = 100;

/// What a key may be used for (Controlled Identifiers 1.0 §2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// To make statements, such as issuing a credential.
    AssertionMethod,
    /// To prove who is present, such as a holder in a presentation.
    Authentication,
}

impl Purpose {
    /// The name on the wire, in documents and in a proof's `proofPurpose`.
    pub fn name(self) -> &'static str {
        match self {
            Self::AssertionMethod => "assertionMethod",
            Self::Authentication => "authentication",
        }
    }

    /// Reads a name from the wire.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::AssertionMethod, Self::Authentication]
            .into_iter()
            .find(|purpose| purpose.name() == name)
    }
}

/// A DID document: an identifier's keys and what each may be used for.
#[derive(Clone, Debug)]
pub struct Document {
    id: Did,
    methods: Vec<VerificationMethod>,
    assertion_method: Vec<DidUrl>,
    authentication: Vec<DidUrl>,
    /// Methods that encrypt. Nothing here uses them; they are published.
    key_agreement: Vec<DidUrl>,
}

impl Document {
    /// Makes a document to publish; every method is listed for each of the purposes.
    pub fn new(
        id: Did,
        methods: Vec<VerificationMethod>,
        purposes: &[Purpose],
    ) -> Result<Self, DocumentError> {
        let ids: Vec<DidUrl> = methods.iter().map(|method| method.id.clone()).collect();
        if let Some(foreign) = ids.iter().find(|method| *method.did() != id) {
            return Err(DocumentError::OtherSubject {
                asked: foreign.did().clone(),
            });
        }
        let listed = |purpose| {
            if purposes.contains(&purpose) {
                ids.clone()
            } else {
                Vec::new()
            }
        };
        let mut document = Self {
            assertion_method: listed(Purpose::AssertionMethod),
            authentication: listed(Purpose::Authentication),
            key_agreement: Vec::new(),
            id,
            methods: Vec::new(),
        };
        for method in methods {
            document.add(method)?;
        }
        Ok(document)
    }

    /// The document of a key that encrypts and nothing else.
    pub(crate) fn for_key_agreement(method: VerificationMethod) -> Result<Self, DocumentError> {
        let id = method.id.clone();
        let mut document = Self::new(id.did().clone(), vec![method], &[])?;
        document.key_agreement = vec![id];
        Ok(document)
    }

    /// Whose document this is.
    pub fn id(&self) -> &Did {
        &self.id
    }

    /// All methods, whether or not they are listed for a purpose.
    pub fn verification_methods(&self) -> &[VerificationMethod] {
        &self.methods
    }

    /// The methods listed for a purpose.
    pub fn listed_for(&self, purpose: Purpose) -> &[DidUrl] {
        match purpose {
            Purpose::AssertionMethod => &self.assertion_method,
            Purpose::Authentication => &self.authentication,
        }
    }

    /// The key that a method names, if the document's owner listed it for this purpose
    /// (Controlled Identifiers 1.0 §3.3).
    pub fn key(&self, kid: &DidUrl, purpose: Purpose) -> Result<PublicKey, LookupError> {
        if *kid.did() != self.id {
            return Err(LookupError::OtherDocument(kid.clone()));
        }
        let method = self
            .methods
            .iter()
            .find(|method| method.id == *kid)
            .ok_or_else(|| LookupError::UnknownMethod(kid.clone()))?;
        if !self.listed_for(purpose).contains(kid) {
            return Err(LookupError::NotForPurpose {
                method: kid.clone(),
                purpose,
            });
        }
        if method.controller != self.id {
            return Err(LookupError::OtherController(kid.clone()));
        }
        if method.revoked {
            return Err(LookupError::Revoked(kid.clone()));
        }
        method.key.clone().map_err(|source| LookupError::Key {
            method: kid.clone(),
            source,
        })
    }

    /// The document as it is published.
    pub fn to_json(&self) -> Value {
        let mut document = json!({
            "@context": [
                "https://www.w3.org/ns/did/v1",
                "https://w3id.org/security/multikey/v1",
                "https://w3id.org/security/jwk/v1",
            ],
            "id": self.id,
            "verificationMethod": self.methods.iter().map(VerificationMethod::to_json).collect::<Vec<_>>(),
        });
        for purpose in [Purpose::AssertionMethod, Purpose::Authentication] {
            let listed = self.listed_for(purpose);
            if !listed.is_empty() {
                document[purpose.name()] = json!(listed);
            }
        }
        if !self.key_agreement.is_empty() {
            document["keyAgreement"] = json!(self.key_agreement);
        }
        document
    }

    fn add(&mut self, method: VerificationMethod) -> Result<(), DocumentError> {
        if self.methods.iter().any(|known| known.id == method.id) {
            return Err(DocumentError::DuplicateMethod(method.id));
        }
        if self.methods.len() == MOST_METHODS {
            return Err(DocumentError::TooManyMethods);
        }
        self.methods.push(method);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
