//! The names of the cryptosuites.

use std::fmt;

use serde_json::{Map, Value};

/// The type of every proof that names a cryptosuite.
pub(super) const PROOF_TYPE: &str = "DataIntegrityProof";

/// A way of making proofs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cryptosuite {
    /// Ed25519 over the document's statements
    /// ([EdDSA cryptosuites 1.0](https://www.w3.org/TR/vc-di-eddsa/) §3.2).
    EddsaRdfc2022,
    /// Ed25519 over the document's JSON (EdDSA cryptosuites §3.3).
    EddsaJcs2022,
    /// P-256 or P-384 over the document's statements
    /// ([ECDSA cryptosuites 1.0](https://www.w3.org/TR/vc-di-ecdsa/) §3.2).
    EcdsaRdfc2019,
    /// P-256 or P-384 over the document's JSON (ECDSA cryptosuites §3.3).
    EcdsaJcs2019,
    /// P-256 over each statement, so that a holder can leave some out (ECDSA cryptosuites §3.5 to §3.7).
    EcdsaSd2023,
    /// The forerunner of `eddsa-rdfc-2022`: a type of proof of its own, verified and never made
    /// (EdDSA cryptosuites, appendix A).
    Ed25519Signature2020,
}

impl Cryptosuite {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::EddsaRdfc2022,
        Self::EddsaJcs2022,
        Self::EcdsaRdfc2019,
        Self::EcdsaJcs2019,
        Self::EcdsaSd2023,
        Self::Ed25519Signature2020,
    ];

    /// The name in a proof: its `cryptosuite`, or its `type` where it has none.
    pub fn name(self) -> &'static str {
        match self {
            Self::EddsaRdfc2022 => "eddsa-rdfc-2022",
            Self::EddsaJcs2022 => "eddsa-jcs-2022",
            Self::EcdsaRdfc2019 => "ecdsa-rdfc-2019",
            Self::EcdsaJcs2019 => "ecdsa-jcs-2019",
            Self::EcdsaSd2023 => "ecdsa-sd-2023",
            Self::Ed25519Signature2020 => "Ed25519Signature2020",
        }
    }

    /// Reads [`Cryptosuite::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|suite| suite.name() == name)
    }

    /// The suite that a proof says it was made with.
    pub fn of_proof(proof: &Value) -> Option<Self> {
        Self::of_members(proof.as_object()?)
    }

    pub(super) fn of_members(proof: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| proof.get(name).and_then(Value::as_str);
        match text("type")? {
            PROOF_TYPE => {
                Self::from_name(text("cryptosuite")?).filter(|suite| *suite != Self::Ed25519Signature2020)
            }
            // A member that the suite does not have would be a second, contradicting answer.
            "Ed25519Signature2020" if !proof.contains_key("cryptosuite") => Some(Self::Ed25519Signature2020),
            _ => None,
        }
    }

    /// Whether the suite signs the document's JSON and leaves open what its terms mean.
    pub fn signs_json(self) -> bool {
        matches!(self, Self::EddsaJcs2022 | Self::EcdsaJcs2019)
    }
}

impl fmt::Display for Cryptosuite {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
