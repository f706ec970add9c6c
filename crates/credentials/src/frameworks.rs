//! Quality frameworks as dated data, with our own summary of their agreements.

use crate::Text;
use crate::award::Sector;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// One version of a quality framework.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Framework {
    /// Its identifier, a URL.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its name.
    pub name: Text,
    /// The sectors it is for.
    pub sectors: Vec<Sector>,
    /// The first day it applies to.
    pub effective_from: NaiveDate,
    /// The last day it applies to, where one is set.
    #[serde(default)]
    pub effective_until: Option<NaiveDate>,
    /// The announced end of a pilot, where an extension is not on record.
    #[serde(default)]
    pub announced_end: Option<NaiveDate>,
    /// What kind of text `agreements` is.
    pub text_kind: TextKind,
    /// The agreements, in order.
    pub agreements: Vec<Text>,
    /// The digest of the agreements, as `sha384-…`.
    pub digest_sri: String,
}

/// Whose words the bundled text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextKind {
    /// Our own summary.
    Summary,
    /// The owner's wording, supplied by the operator.
    Official,
}

/// The frameworks that come with the product.
pub fn frameworks() -> &'static [Framework] {
    &[]
}
