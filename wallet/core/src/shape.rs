//! What a copy is, by its format and its claims.

use credentials::facts::{Facts, FactsError};
use credentials::open_badges::{self, CONTEXTS, Copy, Group};
use credentials::sd_jwt_vc;
use proofs::sd_jwt::SdJwt;
use proofs::vc_jose;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a copy is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Use {
    /// The lean copy behind QR codes.
    Show,
    /// For other programs.
    #[default]
    Portable,
}

/// The formats in which claims can be kept back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// Open Badges as `vc+sd-jwt`.
    #[serde(rename = "vc+sd-jwt")]
    VcSdJwt,
    /// SD-JWT VC.
    #[serde(rename = "dc+sd-jwt")]
    DcSdJwt,
}

impl Format {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::VcSdJwt => "vc+sd-jwt",
            Self::DcSdJwt => "dc+sd-jwt",
        }
    }

    pub(crate) fn of(name: &str) -> Option<Self> {
        [Self::VcSdJwt, Self::DcSdJwt]
            .into_iter()
            .find(|format| format.as_str() == name)
    }
}

/// Which claims a copy has, and which of them can be kept back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    OpenBadge(Copy),
    SdJwtVc,
}

impl Shape {
    pub(crate) fn of(format: &str, claims: &Value) -> Self {
        let contexts = claims.get("@context").and_then(Value::as_array);
        let ours = CONTEXTS.last().copied();
        // The lean copy is the one that uses the terms made for it.
        let lean = contexts.is_some_and(|all| all.iter().any(|context| context.as_str() == ours));
        match format {
            "dc+sd-jwt" => Self::SdJwtVc,
            "vc+sd-jwt" if lean => Self::OpenBadge(Copy::Show),
            _ => Self::OpenBadge(Copy::Portable),
        }
    }

    pub(crate) fn made_for(self) -> Use {
        match self {
            Self::OpenBadge(Copy::Show) => Use::Show,
            Self::OpenBadge(Copy::Portable) | Self::SdJwtVc => Use::Portable,
        }
    }

    pub(crate) fn facts(self, claims: &Value) -> Result<Facts, FactsError> {
        match self {
            Self::OpenBadge(_) => open_badges::facts(claims),
            Self::SdJwtVc => sd_jwt_vc::facts(claims),
        }
    }

    pub(crate) fn disclosable(self, claims: &Value) -> Vec<String> {
        match self {
            Self::OpenBadge(copy) => open_badges::disclosable(copy, claims),
            Self::SdJwtVc => sd_jwt_vc::disclosable(claims),
        }
    }

    pub(crate) fn group(self, claims: &Value, pointer: &str) -> Option<Group> {
        match self {
            Self::OpenBadge(copy) => open_badges::group(copy, claims, pointer),
            Self::SdJwtVc => sd_jwt_vc::group(pointer),
        }
    }

    /// The groups that a copy has.
    pub(crate) fn groups(self, claims: &Value) -> Vec<Group> {
        let pointers = self.disclosable(claims);
        let there = |group: &Group| {
            pointers
                .iter()
                .any(|pointer| self.group(claims, pointer) == Some(*group))
        };
        Group::ALL.into_iter().filter(there).collect()
    }
}

/// The token in a selective copy, and its claims with every disclosure in its place.
pub(crate) fn token(format: Format, text: &str) -> Option<(SdJwt, Value)> {
    match format {
        Format::VcSdJwt => {
            let read = vc_jose::read(text).ok()?;
            Some((read.sd_jwt()?.clone(), read.credential().clone()))
        }
        Format::DcSdJwt => {
            let read = proofs::sd_jwt_vc::read(text).ok()?;
            Some((read.sd_jwt().clone(), read.claims().clone()))
        }
    }
}
