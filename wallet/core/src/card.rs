//! A microcredential as the learner sees it.

use chrono::{DateTime, Utc};
use credentials::Text;
use credentials::open_badges::{
    self, AssessmentFacts, CONTEXTS, EvidenceFacts, Facts, FrameworkFacts, Group, IssuerFacts, LevelFacts,
    SizeFacts, SkillFacts,
};
use proofs::vc_jose;
use serde::Serialize;
use serde_json::Value;

use crate::document::{Note, StoredCard, StoredCopy};
use crate::show::{Withheld, withheld};

/// One microcredential, with what its copies say together.
#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Card {
    /// Known to this wallet alone.
    pub id: String,
    /// When it was collected.
    pub received_at: DateTime<Utc>,
    /// The origin it was collected from.
    pub collected_from: String,
    /// The name of the unit of learning.
    pub title: Text,
    /// What it is about.
    pub description: Text,
    /// Who issued it.
    pub issuer: IssuerFacts,
    /// When it was awarded.
    pub awarded_on: Option<DateTime<Utc>>,
    /// When it ends, where it does.
    pub valid_until: Option<DateTime<Utc>>,
    /// Its level.
    pub level: Option<LevelFacts>,
    /// Its size.
    pub size: Option<SizeFacts>,
    /// The quality framework it was issued under.
    pub framework: Option<FrameworkFacts>,
    /// The language of teaching and assessment.
    pub language: Option<String>,
    /// The name on it.
    pub holder_name: Option<String>,
    /// The learning outcomes.
    pub outcomes: Vec<Text>,
    /// How it was assessed.
    pub assessment: Option<AssessmentFacts>,
    /// The result.
    pub result: Option<String>,
    /// The scale it is on, where told.
    pub scale: Option<String>,
    /// The groups that are never shown, since what belongs with them is not in the credential, and why.
    pub withheld: Vec<Withheld>,
    /// Links to evidence and sources.
    pub evidence: Vec<EvidenceFacts>,
    /// Skills it is linked to.
    pub skills: Vec<SkillFacts>,
    /// What can be shown or kept back, in fixed order; empty when it cannot be shown.
    pub groups: Vec<Group>,
    /// Whether there is a copy made for showing.
    pub showable: bool,
    /// The copies.
    pub copies: Vec<CardCopy>,
    /// What could not be settled on receipt.
    pub notes: Vec<Note>,
}

impl std::fmt::Debug for Card {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Card({} …)", self.id)
    }
}

/// One copy of a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CardCopy {
    /// Known to this wallet alone.
    pub id: String,
    /// The issuer's name for this kind of copy.
    pub configuration_id: String,
    /// Its format.
    pub format: String,
    /// What it is for.
    #[serde(rename = "use")]
    pub made_for: Use,
    /// Whether claims in it can be kept back.
    pub selective: bool,
}

/// What a copy is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Use {
    /// The lean copy behind QR codes.
    Show,
    /// For other programs.
    Portable,
}

impl StoredCopy {
    /// The credential with every disclosure in its place.
    pub(crate) fn claims(&self) -> Option<Value> {
        match &self.credential {
            Value::String(text) => Some(vc_jose::read(text).ok()?.credential().clone()),
            object => Some(object.clone()),
        }
    }

    pub(crate) fn made_for(&self) -> Use {
        self.claims().map_or(Use::Portable, |claims| self.use_of(&claims))
    }

    /// The lean copy is the one that uses the terms made for it.
    fn use_of(&self, claims: &Value) -> Use {
        let contexts = claims.get("@context").and_then(Value::as_array);
        let ours = CONTEXTS.last().copied();
        let lean = contexts.is_some_and(|all| all.iter().any(|context| context.as_str() == ours));
        if lean && self.format == "vc+sd-jwt" {
            Use::Show
        } else {
            Use::Portable
        }
    }
}

impl StoredCard {
    pub(crate) fn show_copy(&self) -> Option<&StoredCopy> {
        self.copies.iter().find(|copy| copy.made_for() == Use::Show)
    }

    pub(crate) fn title(&self) -> Text {
        let first = self.copies.iter().find_map(StoredCopy::claims);
        let facts = first.and_then(|claims| open_badges::facts(&claims).ok());
        facts.map(|facts| facts.title).unwrap_or_default()
    }

    pub(crate) fn view(&self) -> Option<Card> {
        // Reading a copy is the slow part, so each is read once.
        let read: Vec<(&StoredCopy, Value)> = self
            .copies
            .iter()
            .filter_map(|copy| Some((copy, copy.claims()?)))
            .collect();
        let lean = read
            .iter()
            .find(|(copy, claims)| copy.use_of(claims) == Use::Show)
            .map(|(_, claims)| claims);
        let facts = said_together(lean.into_iter().chain(read.iter().map(|(_, claims)| claims)))?;
        let groups = lean.map(groups);
        let copy = |(stored, claims): &(&StoredCopy, Value)| CardCopy {
            id: stored.id.clone(),
            configuration_id: stored.configuration_id.clone(),
            format: stored.format.clone(),
            made_for: stored.use_of(claims),
            selective: stored.format == "vc+sd-jwt",
        };
        Some(Card {
            id: self.id.clone(),
            received_at: self.received_at,
            collected_from: self.collected_from.clone(),
            title: facts.title,
            description: facts.description,
            issuer: facts.issuer,
            awarded_on: facts.awarded_on,
            valid_until: facts.valid_until,
            level: facts.level,
            size: facts.size,
            framework: facts.framework,
            language: facts.language,
            holder_name: facts.holder_name,
            outcomes: facts.outcomes,
            assessment: facts.assessment,
            result: facts.result,
            scale: facts.scale,
            withheld: lean.map(withheld).unwrap_or_default(),
            evidence: facts.evidence,
            skills: facts.skills,
            showable: groups.is_some(),
            groups: groups.unwrap_or_default(),
            copies: read.iter().map(copy).collect(),
            notes: self.notes.clone(),
        })
    }
}

/// What copies say: the first one's word, and the others' where that one has none.
fn said_together<'a>(copies: impl Iterator<Item = &'a Value>) -> Option<Facts> {
    let mut said = copies.filter_map(|claims| open_badges::facts(claims).ok());
    let mut facts = said.next()?;
    for more in said {
        if facts.description.is_empty() {
            facts.description = more.description;
        }
        if facts.skills.is_empty() {
            facts.skills = more.skills;
        }
    }
    Some(facts)
}

/// The groups that a lean copy has.
pub(crate) fn groups(claims: &Value) -> Vec<Group> {
    let there = |group: &Group| {
        open_badges::disclosable(open_badges::Copy::Show, claims)
            .iter()
            .any(|pointer| open_badges::group(open_badges::Copy::Show, claims, pointer) == Some(*group))
    };
    Group::ALL.into_iter().filter(there).collect()
}
