//! Where ssi 0.16 is known to go another way, so that a difference can be told from a fault of ours.

use serde::Serialize;
use serde::ser::{SerializeStruct as _, Serializer};
use serde_json::Value;

/// What a divergence does to ssi's answer. It explains a contradiction in that direction and in no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// ssi refuses what is right.
    RefusesRight,
    /// ssi accepts what is wrong.
    AcceptsWrong,
    /// ssi has no opinion.
    NoOpinion,
}

/// A known divergence; `tests/known_bugs.rs` shows each. Written with its name and its effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Divergence {
    /// Numbers with a fraction become other statements than with everybody else: JSON-LD 1.1 API §8.6 asks for a
    /// canonical double, ssi keeps what was written.
    FractionalNumber,
    /// A boolean whose term has a datatype of its own loses that datatype.
    TypedBoolean,
    /// With P-384 blank nodes are named by SHA-256 instead of SHA-384 (Data Integrity ECDSA §3.2.3).
    HashOfP384,
    /// Whoever signed counts, also where the issuer is somebody else (Data Integrity §4.2 leaves it to the verifier,
    /// VCDM 2.0 §4.12 asks for it).
    IssuerNotCompared,
    /// A key counts for any purpose that the proof names, whatever its document lists it for (Controlled Identifiers
    /// 1.0 §3.3). Told where the document was given.
    PurposeNotCompared,
    /// ssi has no suites that sign JSON.
    NoJcsSuites,
    /// ssi is built without RSA here, and then calls such signatures wrong.
    NoRsa,
}

impl Serialize for Divergence {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut written = serializer.serialize_struct("Divergence", 2)?;
        written.serialize_field("name", self.name())?;
        written.serialize_field("effect", &self.effect())?;
        written.end()
    }
}

impl Divergence {
    /// The name by which it is printed and explained in the README.
    pub fn name(self) -> &'static str {
        match self {
            Self::FractionalNumber => "fractional-number",
            Self::TypedBoolean => "typed-boolean",
            Self::HashOfP384 => "hash-of-p384",
            Self::IssuerNotCompared => "issuer-not-compared",
            Self::PurposeNotCompared => "purpose-not-compared",
            Self::NoJcsSuites => "no-jcs-suites",
            Self::NoRsa => "no-rsa",
        }
    }

    /// The one direction in which it explains a difference.
    ///
    /// Over statements of its own making ssi accepts its own proofs and nobody else does; a file does not show who
    /// made it, so that stays a contradiction.
    pub fn effect(self) -> Effect {
        match self {
            Self::FractionalNumber | Self::TypedBoolean | Self::HashOfP384 => Effect::RefusesRight,
            Self::IssuerNotCompared | Self::PurposeNotCompared => Effect::AcceptsWrong,
            Self::NoJcsSuites | Self::NoRsa => Effect::NoOpinion,
        }
    }

    /// Those that may apply to a document with its proofs; `dids` are the DID documents that were given.
    pub(crate) fn of_document(document: &Value, dids: &[Value]) -> Vec<Self> {
        let proofs: &[Value] = match document.get("proof") {
            Some(Value::Array(proofs)) => proofs,
            Some(proof) => std::slice::from_ref(proof),
            None => &[],
        };
        let says = |proof: &Value, member: &str| proof[member].as_str().map(str::to_owned);
        let suites: Vec<String> = proofs
            .iter()
            .filter_map(|proof| says(proof, "cryptosuite"))
            .collect();
        let signs_json = |suite: &String| suite.contains("-jcs-");
        let is_of_p384 = |proof: &Value| {
            // 96 bytes in base58, where those of P-256 are 64.
            says(proof, "proofValue").is_some_and(|value| value.len() > 100)
                && says(proof, "cryptosuite").as_deref() == Some("ecdsa-rdfc-2019")
        };
        let signers = proofs
            .iter()
            .filter_map(|proof| says(proof, "verificationMethod"));
        let issuer = document.get("issuer").and_then(identifier);
        let by_others = |issuer: &str| signers.clone().any(|signer| did_of(&signer) != issuer);
        let is_for_another_use = |proof: &Value| {
            let given = says(proof, "verificationMethod").zip(says(proof, "proofPurpose"));
            given.is_some_and(|(method, purpose)| {
                dids.iter()
                    .filter(|did| did["id"] == did_of(&method))
                    .any(|did| !lists(did, &purpose, &method))
            })
        };
        let signs_statements = suites.iter().any(|suite| !signs_json(suite)) || suites.is_empty();
        [
            (
                Self::FractionalNumber,
                signs_statements && any(document, &is_fraction),
            ),
            (
                Self::TypedBoolean,
                signs_statements && any(document, &is_typed_boolean),
            ),
            (Self::HashOfP384, proofs.iter().any(is_of_p384)),
            (Self::IssuerNotCompared, issuer.is_some_and(by_others)),
            (Self::PurposeNotCompared, proofs.iter().any(is_for_another_use)),
            (Self::NoJcsSuites, suites.iter().any(signs_json)),
        ]
        .into_iter()
        .filter_map(|(divergence, applies)| applies.then_some(divergence))
        .collect()
    }

    /// Those that may apply to a token that names this key and this issuer.
    pub(crate) fn of_token(header: &Value, issuer: Option<&str>) -> Vec<Self> {
        let kid = header["kid"].as_str();
        let differs = kid.zip(issuer).is_some_and(|(kid, issuer)| did_of(kid) != issuer);
        [
            (Self::IssuerNotCompared, differs),
            (Self::NoRsa, is_of_rsa(header)),
        ]
        .into_iter()
        .filter_map(|(divergence, applies)| applies.then_some(divergence))
        .collect()
    }
}

/// Whether a token's header names an algorithm of RSA.
pub(crate) fn is_of_rsa(header: &Value) -> bool {
    header["alg"]
        .as_str()
        .is_some_and(|name| name.starts_with("RS") || name.starts_with("PS"))
}

/// A party's identifier, alone or within an object.
pub(crate) fn identifier(party: &Value) -> Option<&str> {
    party.as_str().or_else(|| party.get("id")?.as_str())
}

fn did_of(method: &str) -> &str {
    method.split_once('#').map_or(method, |(did, _)| did)
}

/// Whether a DID document lists a method for a purpose, by its name or in full.
fn lists(document: &Value, purpose: &str, method: &str) -> bool {
    let listed = document[purpose].as_array().into_iter().flatten();
    let mut names = listed.filter_map(identifier);
    names.any(|name| name == method || (name.starts_with('#') && method.ends_with(name)))
}

fn any(value: &Value, is_so: &impl Fn(&str, &Value) -> bool) -> bool {
    match value {
        Value::Object(members) => members
            .iter()
            .any(|(name, value)| is_so(name, value) || any(value, is_so)),
        Value::Array(entries) => entries.iter().any(|entry| is_so("", entry) || any(entry, is_so)),
        _ => false,
    }
}

fn is_fraction(_: &str, value: &Value) -> bool {
    // ssi has serde_json keep numbers as they were written.
    matches!(value, Value::Number(number) if number.to_string().contains(['.', 'e', 'E']))
}

/// The one such term in our contexts: Open Badges 3.0 gives it a datatype that nobody else knows.
fn is_typed_boolean(name: &str, value: &Value) -> bool {
    name == "hashed" && value.is_boolean()
}
