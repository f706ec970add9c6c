//! Parts of a credential that its holder chooses by statement (`ecdsa-sd-2023`).

use credentials::open_badges::Group;
use proofs::data_integrity::ecdsa_sd;
use serde::Serialize;

use crate::document::{Note, StoredCopy};
use crate::error::WalletError;
use crate::show::{Choice, with_context};

/// A part of a credential with a proof derived for it.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Derived {
    /// The credential as JSON text.
    pub credential: String,
    /// The groups that are visible.
    pub visible: Vec<Group>,
    /// The groups that are kept back.
    pub hidden: Vec<Group>,
    /// Whether the copy was handed over before, so that the two occasions can be linked.
    pub linkable: bool,
    /// What was held back, and what else the learner should know.
    pub notes: Vec<Note>,
}

impl std::fmt::Debug for Derived {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Derived({:?} …)", self.visible)
    }
}

/// Derives what the learner chooses to show from a copy with a base proof. It tells nobody that the holder's key is
/// at hand: a derived proof is the issuer's.
pub(crate) fn derive(copy: &StoredCopy, choice: &Choice) -> Result<Derived, WalletError> {
    let claims = &copy.credential;
    let shape = copy.shape(claims);
    let facts = shape.facts(claims).map_err(|_| WalletError::Presentation)?;
    let there = shape.groups(claims);
    let (mut visible, notes) = with_context(&facts, &there, choice)?;
    // The issuer always shows the name in such a copy.
    if there.contains(&Group::Name) && !visible.contains(&Group::Name) {
        visible.insert(0, Group::Name);
    }
    let pointers: Vec<String> = shape
        .disclosable(claims)
        .into_iter()
        .filter(|pointer| {
            let group = shape.group(claims, pointer);
            group.is_some_and(|group| visible.contains(&group))
        })
        .collect();
    let shown = ecdsa_sd::derive(claims, &pointers).map_err(|_| WalletError::Presentation)?;
    Ok(Derived {
        credential: shown.to_string(),
        hidden: there
            .into_iter()
            .filter(|group| !visible.contains(group))
            .collect(),
        visible,
        linkable: copy.shown > 0,
        notes,
    })
}
