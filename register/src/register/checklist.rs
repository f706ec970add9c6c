//! What has to be so before an institution is admitted, and who found that it is.

use credentials::award::Sector;
use credentials::{Text, frameworks::find, jcs};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use trust::Framework;
use trust::log::Hash;

/// One condition for admission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Condition {
    /// Its name, such as `knowledge-sharing` or `agreement-4`.
    pub(crate) item: String,
    /// What has to be so.
    pub(crate) text: Text,
}

/// That somebody found a condition to be met.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Checked {
    pub(crate) item: String,
    pub(crate) met: bool,
    /// What shows it; published, so it names no persons.
    pub(crate) evidence: String,
    /// Who looked; seen by keepers alone.
    pub(crate) checked_by: String,
}

/// Conditions that nobody found to be met, with evidence, or of which nobody said who looked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} of the conditions for admission are not met, without evidence, or without who looked", .0.len())]
pub(crate) struct Missing(pub(crate) Vec<Condition>);

/// The conditions for admission to a framework in some sectors: those for taking part, then what the framework agrees on.
///
/// Vocational education has three of its own (board, framework, sharing of knowledge). In higher education an institution
/// that is recognised is presumed to follow the framework, so its recognition is what is looked at first.
pub(crate) fn conditions(framework: &Framework, sectors: &[Sector]) -> Vec<Condition> {
    let condition = |item: &str, nl: &str, en: &str| Condition {
        item: item.to_owned(),
        text: Text::new(nl, en),
    };
    let mut conditions = Vec::new();
    if sectors.iter().any(|sector| *sector != Sector::Mbo) {
        conditions.push(condition(
            "recognition",
            "De instelling is wettelijk erkend, of een bevoegde organisatie heeft haar kwaliteit goedgekeurd.",
            "The institution is recognised by law, or a competent body has approved its quality.",
        ));
    }
    conditions.push(condition(
        "board-commitment",
        "Het bestuur heeft zich verbonden aan microcredentials, vanuit zijn visie op een leven lang ontwikkelen.",
        "The board has committed itself to microcredentials, from its view on lifelong learning.",
    ));
    conditions.push(condition(
        "framework",
        "De instelling heeft het kwaliteitskader ingevoerd.",
        "The institution has put the quality framework into practice.",
    ));
    if sectors.contains(&Sector::Mbo) {
        conditions.push(condition(
            "knowledge-sharing",
            "De instelling deelt haar kennis en ervaring met de andere deelnemers.",
            "The institution shares its knowledge and experience with the other participants.",
        ));
    }
    let agreements = find(&framework.id, &framework.version).map(|found| found.agreements.as_slice());
    for (number, text) in (1..).zip(agreements.unwrap_or_default()) {
        conditions.push(Condition {
            item: format!("agreement-{number}"),
            text: text.clone(),
        });
    }
    conditions
}

/// Refuses unless every condition was found to be met, with evidence and by somebody.
pub(super) fn require(conditions: Vec<Condition>, checked: &[Checked]) -> Result<(), Missing> {
    let is_missing = |condition: &Condition| {
        !checked.iter().any(|one| {
            one.item == condition.item
                && one.met
                && !one.evidence.trim().is_empty()
                && !one.checked_by.trim().is_empty()
        })
    };
    let missing: Vec<_> = conditions.into_iter().filter(is_missing).collect();
    match missing.is_empty() {
        true => Ok(()),
        false => Err(Missing(missing)),
    }
}

/// What is published of a checklist, in canonical JSON (RFC 8785), and its digest: everything but who looked.
pub(super) fn published(profile: &str, checked: &[Checked]) -> Result<(String, String), jcs::JcsError> {
    let items: Vec<_> = checked
        .iter()
        .map(|one| json!({"item": one.item, "met": one.met, "evidence": one.evidence}))
        .collect();
    let document = jcs::canonicalize(&json!({"profile": profile, "items": items}))?;
    let digest = Hash::from_bytes(Sha256::digest(&document).into()).to_string();
    Ok((document, digest))
}
