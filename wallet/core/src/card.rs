//! A microcredential as the learner sees it.

use chrono::{DateTime, NaiveDate, Utc};
use credentials::open_badges::{
    self, AssessmentFacts, EvidenceFacts, Facts, FrameworkFacts, Group, IssuerFacts, LevelFacts, SizeFacts,
    SkillFacts,
};
use credentials::{Text, dutch_day};
use serde::Serialize;
use serde_json::Value;

use crate::document::{IssuerNames, Note, StoredCard, StoredCopy};
use crate::shape::{self, Format, Shape, Use};
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
    /// The issuer's names in the register when this was collected; empty in a wallet of before these were kept.
    pub issuer_names: IssuerNames,
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
    /// How many more times it can be shown as a QR code without any two of them being linked.
    pub unlinkable_left: usize,
    /// The copies, by kind.
    pub copies: Vec<CardCopy>,
    /// What could not be settled on receipt.
    pub notes: Vec<Note>,
}

impl std::fmt::Debug for Card {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Card({} …)", self.id)
    }
}

/// What tells an award from others.
#[derive(PartialEq)]
pub(crate) struct Award {
    issuer: String,
    achievement: Option<String>,
    awarded_on: Option<NaiveDate>,
    holder_name: Option<String>,
    result: Option<String>,
    title: Text,
}

/// The copies of one kind that a card has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CardCopy {
    /// One of them, known to this wallet alone: the one that was used most, so that exporting it spends no
    /// fresh one.
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
    /// How many there are.
    pub number: usize,
    /// How many of them were never shown or handed over.
    pub unused: usize,
}

impl StoredCopy {
    /// The credential with every disclosure in its place.
    pub(crate) fn claims(&self) -> Option<Value> {
        match (&self.credential, Format::of(&self.format)) {
            (Value::String(text), Some(format)) => Some(shape::token(format, text)?.1),
            (Value::String(_), None) => None,
            (object, _) => Some(object.clone()),
        }
    }

    /// What it is, told by its claims.
    pub(crate) fn shape(&self, claims: &Value) -> Shape {
        Shape::of(&self.format, claims)
    }

    pub(crate) fn facts(&self) -> Option<Facts> {
        let claims = self.claims()?;
        self.shape(&claims).facts(&claims).ok()
    }
}

impl StoredCard {
    /// Where the copy is to use next: one never used if there is any, else the one used least.
    pub(crate) fn next_copy(&self, format: &str, made_for: Use) -> Option<usize> {
        let fitting = self.copies.iter().enumerate();
        fitting
            .filter(|(_, copy)| copy.format == format && copy.made_for == made_for)
            .min_by_key(|(_, copy)| copy.shown)
            .map(|(place, _)| place)
    }

    /// Counts a use of the copy at `place`.
    pub(crate) fn use_up(&mut self, place: usize) {
        if let Some(copy) = self.copies.get_mut(place) {
            copy.shown = copy.shown.saturating_add(1);
        }
    }

    /// What tells this award from others. Two cards with the same are one.
    pub(crate) fn award(&self) -> Option<Award> {
        let facts = self.kinds().first()?.facts()?;
        Some(Award {
            issuer: facts.issuer.id,
            achievement: facts.achievement,
            // SD-JWT VC tells the day alone.
            awarded_on: facts.awarded_on.map(dutch_day),
            holder_name: facts.holder_name,
            result: facts.result,
            title: facts.title,
        })
    }

    /// Takes the place of an earlier card of the same award: the new copies replace those of their kind, which
    /// may be used up or revoked; kinds the new offer did not give stay.
    pub(crate) fn take_over(&mut self, former: Self) {
        self.id = former.id;
        let kept = former
            .copies
            .into_iter()
            .filter(|copy| !self.copies.iter().any(|new| new.is_of_kind(copy)))
            .collect::<Vec<_>>();
        self.copies.extend(kept);
    }

    /// How many more times it can be shown without any two occasions being linked by the copy.
    pub(crate) fn unlinkable_left(&self) -> usize {
        let show = self.copies.iter().filter(|copy| copy.made_for == Use::Show);
        show.filter(|copy| copy.shown == 0).count()
    }

    pub(crate) fn title(&self) -> Text {
        let facts = self.copies.iter().find_map(StoredCopy::facts);
        facts.map(|facts| facts.title).unwrap_or_default()
    }

    /// One copy of each kind, the lean one first.
    fn kinds(&self) -> Vec<&StoredCopy> {
        let mut kinds: Vec<&StoredCopy> = Vec::new();
        for copy in &self.copies {
            if !kinds.iter().any(|seen| seen.is_of_kind(copy)) {
                kinds.push(copy);
            }
        }
        kinds.sort_by_key(|copy| copy.made_for != Use::Show);
        kinds
    }

    fn copies_like(&self, one: &StoredCopy) -> CardCopy {
        let alike = || self.copies.iter().filter(|copy| copy.is_of_kind(one));
        CardCopy {
            id: alike()
                .max_by_key(|copy| copy.shown)
                .map_or_else(|| one.id.clone(), |copy| copy.id.clone()),
            configuration_id: one.configuration_id.clone(),
            format: one.format.clone(),
            made_for: one.made_for,
            selective: Format::of(&one.format).is_some() || one.is_base(),
            number: alike().count(),
            unused: alike().filter(|copy| copy.shown == 0).count(),
        }
    }

    pub(crate) fn view(&self) -> Option<Card> {
        // Reading a copy is the slow part, and those of a kind say the same.
        let kinds = self.kinds();
        let read: Vec<(&StoredCopy, Value)> = kinds
            .iter()
            .filter_map(|copy| Some((*copy, copy.claims()?)))
            .collect();
        let facts = said_together(
            read.iter()
                .filter_map(|(copy, claims)| copy.shape(claims).facts(claims).ok()),
        )?;
        let lean = read
            .iter()
            .find(|(copy, _)| copy.made_for == Use::Show)
            .map(|(_, claims)| claims);
        let groups = lean.map(|claims| Shape::OpenBadge(open_badges::Copy::Show).groups(claims));
        Some(Card {
            id: self.id.clone(),
            received_at: self.received_at,
            collected_from: self.collected_from.clone(),
            title: facts.title,
            description: facts.description,
            issuer: facts.issuer,
            issuer_names: self.issuer_names.clone(),
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
            withheld: lean
                .and_then(|claims| open_badges::facts(claims).ok())
                .map(|facts| withheld(&facts))
                .unwrap_or_default(),
            evidence: facts.evidence,
            skills: facts.skills,
            showable: groups.is_some(),
            groups: groups.unwrap_or_default(),
            unlinkable_left: self.unlinkable_left(),
            copies: kinds.into_iter().map(|copy| self.copies_like(copy)).collect(),
            notes: self.notes.clone(),
        })
    }
}

impl StoredCopy {
    fn is_of_kind(&self, other: &Self) -> bool {
        self.configuration_id == other.configuration_id && self.format == other.format
    }
}

/// What copies say: the first one's word, and the others' where that one has none.
fn said_together(mut said: impl Iterator<Item = Facts>) -> Option<Facts> {
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
