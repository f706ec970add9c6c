//! Has ssi judge proofs.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proofs::PublicKey;
use proofs::data_integrity::ecdsa_sd;
use proofs::json_ld::Contexts;
use serde_json::Value;
use ssi::claims::data_integrity::{AnySuite, DataIntegrity, DataIntegrityDocument, from_json_str};
use ssi::claims::sd_jwt::SdJwtBuf;
use ssi::claims::{JwsBuf, ProofValidationError, VerificationParameters};
use ssi::dids::{DIDBuf, VerificationMethodDIDResolver};
use ssi::json_ld::ContextLoader;
use ssi::verification_methods::{AnyJwkMethod, AnyMethod};

use crate::divergence::{identifier, is_of_rsa};
use crate::opinion::{Opinion, Part, Verdict, What};
use crate::resolver::Offline;
use crate::{Divergence, LIBRARY};

/// More is not read.
const MOST_BYTES: usize = 1 << 20;
/// Credentials in one presentation.
const MOST_CREDENTIALS: usize = 100;

/// Why a reader was not given something, or cannot read what it was given.
#[derive(Debug, thiserror::Error)]
pub enum ReaderError {
    /// A context that is not JSON, or whose name is not an IRI.
    #[error("the context {0} cannot be used: {1}")]
    Context(String, String),
    /// A document that is not JSON, or not a DID's.
    #[error("the DID document cannot be used: {0}")]
    Document(String),
    /// Neither a credential or presentation in JSON, nor a token.
    #[error("this is no credential or presentation in JSON, no JWT and no SD-JWT")]
    Unknown,
    /// More than is read.
    #[error("this is larger than {MOST_BYTES} bytes or has more than {MOST_CREDENTIALS} credentials")]
    Size,
}

/// ssi, with the contexts of the product and without a network.
pub struct Reader {
    contexts: ContextLoader,
    methods: VerificationMethodDIDResolver<Offline, AnyMethod>,
    keys: VerificationMethodDIDResolver<Offline, AnyJwkMethod>,
    documents: Vec<Value>,
}

impl Reader {
    /// A reader that knows the product's contexts, others that were given by name, and DID documents that were given.
    pub fn new(
        contexts: impl IntoIterator<Item = (String, String)>,
        documents: &[Value],
    ) -> Result<Self, ReaderError> {
        let bundled = Contexts::bundled();
        let own = bundled
            .urls()
            .filter_map(|url| Some((url.to_owned(), bundled.document(url)?.to_string())));
        let all: HashMap<String, String> = contexts.into_iter().chain(own).collect();
        let loader = ContextLoader::empty()
            .with_context_map_from(all)
            .map_err(|error| ReaderError::Context("that was given".to_owned(), error.to_string()))?;
        let mut offline = Offline::default();
        for document in documents {
            let id = document["id"].as_str().unwrap_or_default().to_owned();
            let did = DIDBuf::from_string(id).map_err(|error| ReaderError::Document(error.to_string()))?;
            offline.give(did, with_multikeys(document.clone()).to_string().into_bytes());
        }
        Ok(Self {
            contexts: loader,
            methods: VerificationMethodDIDResolver::new(offline.clone()),
            keys: VerificationMethodDIDResolver::new(offline),
            documents: documents.to_vec(),
        })
    }

    pub(crate) fn contexts(&self) -> &ContextLoader {
        &self.contexts
    }

    pub(crate) fn methods(&self) -> &VerificationMethodDIDResolver<Offline, AnyMethod> {
        &self.methods
    }

    /// Has ssi judge every proof in a credential or presentation: JSON with Data Integrity proofs, a JWT, an SD-JWT, or
    /// one of these in an envelope. Of a token with key binding the issuer's signature alone is judged.
    ///
    /// Dates, status and who may issue are not looked at.
    pub fn read(&self, text: &str) -> Result<Opinion, ReaderError> {
        let text = text.trim();
        if text.len() > MOST_BYTES {
            return Err(ReaderError::Size);
        }
        let mut parts = Vec::new();
        match serde_json::from_str::<Value>(text) {
            Ok(Value::String(token)) => parts.push(self.token(&token).ok_or(ReaderError::Unknown)?),
            Ok(document) => self.document(&document, &mut parts)?,
            Err(_) => parts.push(self.token(text).ok_or(ReaderError::Unknown)?),
        }
        Ok(Opinion {
            library: LIBRARY,
            parts,
        })
    }

    fn document(&self, document: &Value, parts: &mut Vec<Part>) -> Result<(), ReaderError> {
        if let Some(token) = enveloped(document) {
            parts.push(self.token(token).ok_or(ReaderError::Unknown)?);
            return Ok(());
        }
        let is_presentation = is_of_type(document, "VerifiablePresentation");
        if !is_presentation && document.get("credentialSubject").is_none() {
            return Err(ReaderError::Unknown);
        }
        if document.get("proof").is_some() || !is_presentation {
            parts.push(self.signed(document, is_presentation));
        }
        let enclosed = match document.get("verifiableCredential") {
            Some(Value::Array(credentials)) if is_presentation => credentials.as_slice(),
            Some(credential) if is_presentation => std::slice::from_ref(credential),
            _ => &[],
        };
        if enclosed.len() > MOST_CREDENTIALS {
            return Err(ReaderError::Size);
        }
        for credential in enclosed {
            match credential {
                Value::String(token) => parts.push(self.token(token).ok_or(ReaderError::Unknown)?),
                // A presentation in a presentation is nothing that exists.
                _ if is_of_type(credential, "VerifiablePresentation") => return Err(ReaderError::Unknown),
                _ => self.document(credential, parts)?,
            }
        }
        Ok(())
    }

    fn signed(&self, document: &Value, is_presentation: bool) -> Part {
        let (verdict, detail) = if ecdsa_sd::is_base(document) {
            // ssi calls it broken, which says too much.
            let why = "a base proof is for the holder, who derives what to show";
            (Verdict::None, Some(why.to_owned()))
        } else {
            self.verify(&document.to_string())
        };
        Part {
            what: if is_presentation {
                What::Presentation
            } else {
                What::Credential
            },
            verdict,
            detail,
            divergences: Divergence::of_document(document, &self.documents),
        }
    }

    /// What ssi says of the Data Integrity proofs of one document, and why.
    pub fn verify(&self, document: &str) -> (Verdict, Option<String>) {
        let signed: DataIntegrity<DataIntegrityDocument, AnySuite> = match from_json_str(document) {
            Ok(signed) => signed,
            Err(error) => return (Verdict::None, Some(error.to_string())),
        };
        let parameters =
            VerificationParameters::from_resolver(&self.methods).with_json_ld_loader(&self.contexts);
        judged(pollster::block_on(signed.verify(&parameters)))
    }

    /// A compact token, or nothing where it is none.
    fn token(&self, text: &str) -> Option<Part> {
        let (jwt, disclosures) = match text.split_once('~') {
            Some((jwt, disclosures)) => (jwt, Some(disclosures)),
            None => (text, None),
        };
        let [header, payload, _] = jwt.split('.').collect::<Vec<_>>().try_into().ok()?;
        let (header, payload) = (decoded(header)?, decoded(payload)?);
        let is_presentation = is_of_type(&payload, "VerifiablePresentation");
        let party = if is_presentation { "holder" } else { "issuer" };
        let signer = payload.get(party).and_then(identifier);
        let (verdict, detail) = match disclosures {
            _ if is_of_rsa(&header) => {
                // ssi calls it wrong, which says too much.
                let why = "ssi is built without RSA here";
                (Verdict::None, Some(why.to_owned()))
            }
            None => self.verify_jwt(jwt),
            Some(disclosures) => {
                // Without the holder's key binding, which ssi leaves to its caller.
                let shown = disclosures.rsplit_once('~').map_or("", |(shown, _)| shown);
                let tilde = if shown.is_empty() { "" } else { "~" };
                self.verify_sd_jwt(&format!("{jwt}~{shown}{tilde}"))
            }
        };
        Some(Part {
            what: if is_presentation {
                What::Presentation
            } else {
                What::Credential
            },
            verdict,
            detail,
            divergences: Divergence::of_token(&header, signer.or_else(|| payload["iss"].as_str())),
        })
    }

    fn verify_jwt(&self, jwt: &str) -> (Verdict, Option<String>) {
        let Ok(jws) = JwsBuf::new(jwt.to_owned()) else {
            return (Verdict::Refused, Some("this is no JWS".to_owned()));
        };
        let parameters = VerificationParameters::from_resolver(&self.keys);
        judged(pollster::block_on(jws.verify(&parameters)))
    }

    fn verify_sd_jwt(&self, token: &str) -> (Verdict, Option<String>) {
        let Ok(token) = SdJwtBuf::new(token.to_owned()) else {
            return (Verdict::Refused, Some("this is no SD-JWT".to_owned()));
        };
        let decoded = match token.decode() {
            Ok(decoded) => decoded,
            Err(error) => return (Verdict::Refused, Some(error.to_string())),
        };
        let parameters = VerificationParameters::from_resolver(&self.keys);
        let signature = judged(pollster::block_on(decoded.verify_concealed(&parameters)));
        if signature.0 != Verdict::Accepted {
            return signature;
        }
        match decoded.reveal_any() {
            Ok(_) => signature,
            Err(error) => (Verdict::Refused, Some(error.to_string())),
        }
    }
}

fn judged(
    result: Result<Result<(), ssi::claims::Invalid>, ProofValidationError>,
) -> (Verdict, Option<String>) {
    match result {
        Ok(Ok(())) => (Verdict::Accepted, None),
        Ok(Err(invalid)) => (Verdict::Refused, Some(invalid.to_string())),
        Err(
            error @ (ProofValidationError::InvalidInputData(_)
            | ProofValidationError::Preparation(_)
            | ProofValidationError::InvalidProof
            | ProofValidationError::InvalidProofOptions
            | ProofValidationError::InvalidKeyUse
            | ProofValidationError::MissingSignature
            | ProofValidationError::InvalidSignature),
        ) => (Verdict::Refused, Some(error.to_string())),
        Err(error) => (Verdict::None, Some(error.to_string())),
    }
}

/// The document with its keys in the one form that ssi takes in every suite: it does not know the type `JsonWebKey`
/// (Controlled Identifiers 1.0 §2.2.3). What is no key of ours stays as it is.
fn with_multikeys(mut document: Value) -> Value {
    for method in document["verificationMethod"]
        .as_array_mut()
        .into_iter()
        .flatten()
    {
        let is_jwk = method["type"] == "JsonWebKey" || method["type"] == "JsonWebKey2020";
        if let (true, Ok(key)) = (is_jwk, PublicKey::from_jwk(&method["publicKeyJwk"])) {
            method["type"] = "Multikey".into();
            method["publicKeyMultibase"] = key.to_multikey().into();
            if let Some(members) = method.as_object_mut() {
                members.remove("publicKeyJwk");
            }
        }
    }
    document
}

fn decoded(part: &str) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

/// The token in an envelope (VCDM 2.0 §4.13).
fn enveloped(document: &Value) -> Option<&str> {
    let is_envelope = is_of_type(document, "EnvelopedVerifiableCredential")
        || is_of_type(document, "EnvelopedVerifiablePresentation");
    let (_, token) = document["id"].as_str()?.split_once(',')?;
    is_envelope.then_some(token)
}

fn is_of_type(document: &Value, wanted: &str) -> bool {
    match document.get("type") {
        Some(Value::Array(types)) => types.iter().any(|one| one == wanted),
        Some(one) => one == wanted,
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use test_support::{a_microcredential, an_institution};

    use super::*;

    #[test]
    fn ssi_does_not_know_keys_written_as_json_web_key() {
        let text = a_microcredential().signed_as_data_integrity().text;
        let document = an_institution().did_document(&["assertionMethod"]);
        assert_eq!(document["verificationMethod"][0]["type"], "JsonWebKey");
        let did = DIDBuf::from_string(document["id"].as_str().unwrap().to_owned()).unwrap();
        let mut offline = Offline::default();
        offline.give(did, document.to_string().into_bytes());
        let as_published = Reader {
            methods: VerificationMethodDIDResolver::new(offline),
            ..Reader::new([], &[]).unwrap()
        };

        let (verdict, detail) = as_published.verify(&text);

        assert_eq!(verdict, Verdict::None);
        assert!(detail.unwrap().contains("JsonWebKey"));
    }
}
