//! DID documents: reading, writing, and finding a key for a purpose.

use chrono::{DateTime, Utc};
use credentials::{Did, DidUrl, InvalidDid, json};
use serde_json::{Value, json};

use crate::keys::{KeyError, PublicKey};

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

/// How a verification method writes its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Representation {
    /// `Multikey` with `publicKeyMultibase`.
    Multikey,
    /// `JsonWebKey` with `publicKeyJwk`.
    JsonWebKey,
}

/// Why a DID document was refused.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// Not well-formed, bounded JSON.
    #[error("the DID document is not acceptable JSON")]
    Json(#[from] json::JsonError),
    /// The document speaks for another identifier than the one asked for.
    #[error("the DID document is that of another identifier than {asked}")]
    OtherSubject {
        /// What was asked for.
        asked: Did,
    },
    /// A member has the wrong shape.
    #[error("`{0}` in the DID document is malformed")]
    Malformed(&'static str),
    /// Two verification methods have the same id.
    #[error("the DID document has two methods named {0}")]
    DuplicateMethod(DidUrl),
    /// More verification methods than anybody needs.
    #[error("the DID document has more than {MOST_METHODS} methods")]
    TooManyMethods,
    /// A `did:key` or `did:jwk` whose text is not a key.
    #[error("the identifier does not encode a key")]
    Identifier,
    /// The key inside a `did:key` or `did:jwk` cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// Why a document gives no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LookupError {
    /// The key belongs to another identifier than the document.
    #[error("{0} does not belong to this DID document")]
    OtherDocument(DidUrl),
    /// No such method.
    #[error("the DID document has no method {0}")]
    UnknownMethod(DidUrl),
    /// The method is there, but its owner did not list it for this use.
    #[error("the DID document does not list {method} for {}", purpose.name())]
    NotForPurpose {
        /// The method.
        method: DidUrl,
        /// The use it is not listed for.
        purpose: Purpose,
    },
    /// The document says another party controls the method.
    #[error("{0} is controlled by another party")]
    OtherController(DidUrl),
    /// The document says that the key was withdrawn.
    #[error("{0} is marked as revoked")]
    Revoked(DidUrl),
    /// The key is of a kind or in a form that this crate does not read.
    #[error("the key of {method} cannot be used")]
    Key {
        /// The method.
        method: DidUrl,
        /// Why.
        #[source]
        source: KeyError,
    },
    /// The document itself could not be had. For resolvers handed to this crate.
    #[error("{did} could not be resolved: {reason}")]
    Unresolved {
        /// Whose document.
        did: Did,
        /// Why, in words for whoever operates the service.
        reason: String,
    },
}

/// One verification method of a document.
#[derive(Clone, Debug)]
pub struct VerificationMethod {
    id: DidUrl,
    controller: Did,
    key: Result<PublicKey, KeyError>,
    representation: Representation,
    expires: Option<DateTime<Utc>>,
    revoked: bool,
}

impl VerificationMethod {
    /// A method controlled by the identifier it belongs to.
    pub fn new(id: DidUrl, key: PublicKey, representation: Representation) -> Self {
        Self {
            controller: id.did().clone(),
            id,
            key: Ok(key),
            representation,
            expires: None,
            revoked: false,
        }
    }

    /// The method's name, such as `did:web:college.example#p256-1`.
    pub fn id(&self) -> &DidUrl {
        &self.id
    }

    /// Who may use it.
    pub fn controller(&self) -> &Did {
        &self.controller
    }

    /// The key, unless it is of a kind that cannot be read here.
    pub fn key(&self) -> Option<&PublicKey> {
        self.key.as_ref().ok()
    }

    /// When its owner says the key ends. Whether that matters is for the caller, who knows the time
    /// of signing.
    pub fn expires(&self) -> Option<DateTime<Utc>> {
        self.expires
    }

    fn to_json(&self) -> Value {
        let Ok(key) = &self.key else { return Value::Null };
        match self.representation {
            Representation::Multikey => json!({
                "id": self.id, "type": "Multikey", "controller": self.controller,
                "publicKeyMultibase": key.to_multikey(),
            }),
            Representation::JsonWebKey => json!({
                "id": self.id, "type": "JsonWebKey", "controller": self.controller,
                "publicKeyJwk": key.to_jwk(),
            }),
        }
    }
}

/// A DID document: an identifier's keys and what each may be used for.
#[derive(Clone, Debug)]
pub struct Document {
    id: Did,
    methods: Vec<VerificationMethod>,
    assertion_method: Vec<DidUrl>,
    authentication: Vec<DidUrl>,
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
            id,
            methods: Vec::new(),
        };
        for method in methods {
            document.add(method)?;
        }
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

    fn read_methods(&mut self, document: &Value) -> Result<(), DocumentError> {
        for entry in list(document, "verificationMethod")? {
            let method = self.read_method(entry)?;
            self.add(method)?;
        }
        for purpose in [Purpose::AssertionMethod, Purpose::Authentication] {
            let entries = list(document, purpose.name())?;
            if entries.len() > MOST_METHODS {
                return Err(DocumentError::TooManyMethods);
            }
            let mut listed = Vec::with_capacity(entries.len());
            for entry in entries {
                listed.push(match entry {
                    Value::String(reference) => self.read_id(reference)?,
                    embedded => {
                        let method = self.read_method(embedded)?;
                        let id = method.id.clone();
                        self.add(method)?;
                        id
                    }
                });
            }
            match purpose {
                Purpose::AssertionMethod => self.assertion_method = listed,
                Purpose::Authentication => self.authentication = listed,
            }
        }
        Ok(())
    }

    /// Ids may be relative to the document: `#key-1`.
    fn read_id(&self, text: &str) -> Result<DidUrl, DocumentError> {
        let malformed = |_: InvalidDid| DocumentError::Malformed("id");
        if text.starts_with('#') {
            DidUrl::parse(&format!("{}{text}", self.id)).map_err(malformed)
        } else {
            DidUrl::parse(text).map_err(malformed)
        }
    }

    fn read_method(&self, entry: &Value) -> Result<VerificationMethod, DocumentError> {
        let text = |name: &'static str| {
            entry
                .get(name)
                .and_then(Value::as_str)
                .ok_or(DocumentError::Malformed(name))
        };
        let controller =
            Did::parse(text("controller")?).map_err(|_| DocumentError::Malformed("controller"))?;
        let (representation, key) = match text("type")? {
            "Multikey" | "Ed25519VerificationKey2020" => {
                let multikey = entry.get("publicKeyMultibase").and_then(Value::as_str);
                (
                    Representation::Multikey,
                    multikey.map_or(Err(KeyError::Multikey), PublicKey::from_multikey),
                )
            }
            "JsonWebKey" | "JsonWebKey2020" => {
                let jwk = entry.get("publicKeyJwk");
                (
                    Representation::JsonWebKey,
                    jwk.map_or(Err(KeyError::Jwk("kty")), PublicKey::from_jwk),
                )
            }
            _ => (Representation::JsonWebKey, Err(KeyError::Unsupported)),
        };
        let expires = match entry.get("expires") {
            None => None,
            Some(_) => Some(
                DateTime::parse_from_rfc3339(text("expires")?)
                    .map_err(|_| DocumentError::Malformed("expires"))?
                    .with_timezone(&Utc),
            ),
        };
        Ok(VerificationMethod {
            id: self.read_id(text("id")?)?,
            controller,
            key,
            representation,
            expires,
            revoked: entry.get("revoked").is_some(),
        })
    }
}

fn list<'a>(document: &'a Value, name: &'static str) -> Result<&'a [Value], DocumentError> {
    match document.get(name) {
        None => Ok(&[]),
        Some(Value::Array(entries)) => Ok(entries),
        Some(_) => Err(DocumentError::Malformed(name)),
    }
}

/// Reads the document that was loaded for an identifier.
///
/// The document must be that identifier's own. Methods with keys of unknown kinds are kept and give
/// no key. Fetched bytes are bounded to 64 KiB.
pub fn parse_document(did: &Did, bytes: &[u8]) -> Result<Document, DocumentError> {
    let limits = json::Limits {
        bytes: 64 * 1024,
        ..json::Limits::default()
    };
    let value = json::parse(bytes, &limits)?;
    if value.get("id").and_then(Value::as_str) != Some(did.as_str()) {
        return Err(DocumentError::OtherSubject { asked: did.clone() });
    }
    let mut document = Document {
        id: did.clone(),
        methods: Vec::new(),
        assertion_method: Vec::new(),
        authentication: Vec::new(),
    };
    document.read_methods(&value)?;
    Ok(document)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MULTIKEY: &str = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";
    const OTHER: &str = "zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv";

    fn did() -> Did {
        "did:web:college.example".parse().unwrap()
    }

    fn kid(fragment: &str) -> DidUrl {
        DidUrl::parse(&format!("{}#{fragment}", did())).unwrap()
    }

    fn method(fragment: &str, multikey: &str) -> Value {
        json!({
            "id": kid(fragment), "type": "Multikey", "controller": did(), "publicKeyMultibase": multikey,
        })
    }

    fn read(document: &Value) -> Result<Document, DocumentError> {
        parse_document(&did(), document.to_string().as_bytes())
    }

    #[test]
    fn a_listed_key_is_found_whether_referenced_or_embedded() {
        let document = read(&json!({
            "id": did(),
            "verificationMethod": [method("one", MULTIKEY)],
            "assertionMethod": ["#one"],
            "authentication": [method("two", OTHER)],
        }))
        .unwrap();
        assert_eq!(
            document
                .key(&kid("one"), Purpose::AssertionMethod)
                .unwrap()
                .to_multikey(),
            MULTIKEY
        );
        assert_eq!(
            document
                .key(&kid("two"), Purpose::Authentication)
                .unwrap()
                .to_multikey(),
            OTHER
        );
    }

    #[test]
    fn a_key_listed_for_another_purpose_is_refused() {
        let document = read(&json!({
            "id": did(), "verificationMethod": [method("one", MULTIKEY)], "authentication": [kid("one")],
        }))
        .unwrap();
        assert_eq!(
            document.key(&kid("one"), Purpose::AssertionMethod),
            Err(LookupError::NotForPurpose {
                method: kid("one"),
                purpose: Purpose::AssertionMethod
            })
        );
    }

    #[test]
    fn a_document_of_another_identifier_is_refused() {
        let document = json!({"id": "did:web:other.example", "assertionMethod": [method("one", MULTIKEY)]});
        assert!(matches!(read(&document), Err(DocumentError::OtherSubject { .. })));
        assert!(matches!(
            read(&json!({})),
            Err(DocumentError::OtherSubject { .. })
        ));
    }

    #[test]
    fn a_key_controlled_by_another_party_or_revoked_is_refused() {
        let mut foreign = method("one", MULTIKEY);
        foreign["controller"] = json!("did:web:other.example");
        let mut revoked = method("two", MULTIKEY);
        revoked["revoked"] = json!("2026-01-01T00:00:00Z");
        let document = read(&json!({"id": did(), "assertionMethod": [foreign, revoked]})).unwrap();
        assert_eq!(
            document.key(&kid("one"), Purpose::AssertionMethod),
            Err(LookupError::OtherController(kid("one")))
        );
        assert_eq!(
            document.key(&kid("two"), Purpose::AssertionMethod),
            Err(LookupError::Revoked(kid("two")))
        );
    }

    #[test]
    fn a_key_of_another_document_is_refused_though_the_fragment_is_known() {
        let document = read(&json!({"id": did(), "assertionMethod": [method("one", MULTIKEY)]})).unwrap();
        let foreign = DidUrl::parse("did:web:other.example#one").unwrap();
        assert_eq!(
            document.key(&foreign, Purpose::AssertionMethod),
            Err(LookupError::OtherDocument(foreign))
        );
    }

    #[test]
    fn both_jwk_types_are_read_and_unknown_types_give_no_key() {
        let jwk = PublicKey::from_multikey(OTHER).unwrap().to_jwk();
        let of_type = |fragment: &str, kind: &str| json!({"id": kid(fragment), "type": kind, "controller": did(), "publicKeyJwk": jwk});
        let document = read(&json!({
            "id": did(),
            "assertionMethod": [of_type("a", "JsonWebKey"), of_type("b", "JsonWebKey2020"), of_type("c", "Unheard")],
        }))
        .unwrap();
        for fragment in ["a", "b"] {
            assert_eq!(
                document
                    .key(&kid(fragment), Purpose::AssertionMethod)
                    .unwrap()
                    .to_multikey(),
                OTHER
            );
        }
        assert_eq!(
            document.key(&kid("c"), Purpose::AssertionMethod),
            Err(LookupError::Key {
                method: kid("c"),
                source: KeyError::Unsupported
            })
        );
    }

    #[test]
    fn two_methods_of_one_name_are_refused() {
        let document = json!({
            "id": did(), "verificationMethod": [method("one", MULTIKEY)], "assertionMethod": [method("one", OTHER)],
        });
        assert!(matches!(read(&document), Err(DocumentError::DuplicateMethod(_))));
    }

    #[test]
    fn what_is_published_is_read_back() {
        let methods = vec![
            VerificationMethod::new(
                kid("one"),
                PublicKey::from_multikey(MULTIKEY).unwrap(),
                Representation::Multikey,
            ),
            VerificationMethod::new(
                kid("two"),
                PublicKey::from_multikey(OTHER).unwrap(),
                Representation::JsonWebKey,
            ),
        ];
        let document = Document::new(did(), methods, &[Purpose::AssertionMethod]).unwrap();
        let read_back = read(&document.to_json()).unwrap();
        assert_eq!(
            read_back
                .key(&kid("one"), Purpose::AssertionMethod)
                .unwrap()
                .to_multikey(),
            MULTIKEY
        );
        assert_eq!(
            read_back
                .key(&kid("two"), Purpose::AssertionMethod)
                .unwrap()
                .to_multikey(),
            OTHER
        );
        assert!(read_back.listed_for(Purpose::Authentication).is_empty());
    }
}
