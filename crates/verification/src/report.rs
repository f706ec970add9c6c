//! The report: every axis with its outcome, and the verdict that follows.

use chrono::{DateTime, Utc};
use credentials::{
    CredentialId, Did, Text,
    award::{LevelBasis, SizeBasis},
    open_badges::{AssessmentFacts, Group},
};
use serde::Serialize;
use serde_json::Value;
use share_link::Share;

use crate::{
    elsewhere::{ClaimedAccreditation, ListedElsewhere},
    messages::{Blank, Code, Message, message},
    policy::Policy,
};

/// What was found, in the JSON shape the pages and the API show.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VerificationReport {
    /// The one-look answer.
    pub verdict: Verdict,
    /// When the check was made.
    pub checked_at: DateTime<Utc>,
    /// Of when the lists and keys are that it rests on, when they were fetched more than ten minutes before.
    pub as_known_on: Option<DateTime<Utc>>,
    /// Which policy turned the axes into the verdict.
    pub policy: Policy,
    /// Every axis, always all, always in the same order.
    pub axes: Vec<AxisReport>,
    /// What the credential says; believe it only as far as the axes go. `None` when it could not be read.
    pub credential: Option<CredentialView>,
    /// The chain from the issuer to the root of the register.
    pub chain: Vec<LinkView>,
    /// When it was issued, by whose word.
    pub issuance_time: IssuanceTimeView,
    /// What everybody should know besides.
    pub notices: Vec<Message>,
    /// Which register list was used.
    pub register: Option<RegisterView>,
    /// Every register that was asked, where more than one is trusted; empty otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub registers: Vec<ConsultedRegister>,
    /// What lists of known issuers say of the issuer, one for each that was looked at. It turns no verdict.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub listed_elsewhere: Vec<ListedElsewhere>,
    /// Whether the register lists the issuer, with its key, for something else alone: that says nothing of what this
    /// credential rests on, where another register has more to say.
    #[serde(skip)]
    pub(crate) steps_aside: bool,
    /// The link it came from, in the holder's words; believe it only as far as the holder axis goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<SharedView>,
}

impl VerificationReport {
    /// The outcome on one axis.
    pub fn axis(&self, axis: Axis) -> Option<&AxisReport> {
        self.axes.iter().find(|report| report.axis == axis)
    }
}

/// When it was issued: by the issuer's word, and by a third party's.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IssuanceTimeView {
    /// The date the issuer gives.
    pub claimed: Option<DateTime<Utc>>,
    /// When the register received the commitment to this copy; `None` when nothing proves it.
    pub proven: Option<DateTime<Utc>>,
    /// The time at which the issuer's admission was judged.
    pub used: Option<DateTime<Utc>>,
    /// What proves it: `issuance-receipt`.
    pub proof: Option<&'static str>,
}

/// The one-look answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// The colour; never shown without its words.
    pub colour: Colour,
    /// What decided it.
    #[serde(flatten)]
    pub message: Message,
}

/// How good the news is. Ordered by precedence: the highest found decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Colour {
    /// Everything holds.
    Green,
    /// Real, with a limit that matters.
    Amber,
    /// Cannot be told.
    Grey,
    /// Do not rely on it.
    Red,
}

/// An independent question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Axis {
    /// Is it built as the standards say?
    Structure,
    /// Is it unchanged since it was signed?
    Signature,
    /// Is the signing key the issuer's, and did it count then?
    IssuerKey,
    /// Did the holder show it, just now?
    Holder,
    /// Is it within its own dates?
    Validity,
    /// Is it revoked or suspended?
    Status,
    /// Might the issuer issue when it says it did?
    AccreditedAtIssuance,
    /// May the issuer issue now?
    AccreditedNow,
    /// Does what it says lie within what the issuer may issue?
    Scope,
    /// Did an agency judge the institution itself?
    InstitutionQuality,
}

impl Axis {
    /// All axes, in the order of the report.
    pub const ALL: [Self; 10] = [
        Self::Structure,
        Self::Signature,
        Self::IssuerKey,
        Self::Holder,
        Self::Validity,
        Self::Status,
        Self::AccreditedAtIssuance,
        Self::AccreditedNow,
        Self::Scope,
        Self::InstitutionQuality,
    ];
}

/// What one check found. "No" and "could not tell" are different answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// It holds.
    Passed,
    /// It does not hold.
    Failed,
    /// It could not be told.
    Inconclusive,
    /// The question does not arise.
    NotApplicable,
    /// It holds, with something to know.
    Warning,
}

/// One axis of the report.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AxisReport {
    /// Which question.
    pub axis: Axis,
    /// The answer.
    pub outcome: Outcome,
    /// The answer in words.
    #[serde(flatten)]
    pub message: Message,
    /// What the answer rests on, for those who look closer.
    pub evidence: Value,
    /// Of when the facts are, where they are older than the check.
    pub as_of: Option<DateTime<Utc>>,
}

impl AxisReport {
    pub(crate) fn new(axis: Axis, outcome: Outcome, code: Code) -> Self {
        Self::filled(axis, outcome, code, &[])
    }

    pub(crate) fn filled(axis: Axis, outcome: Outcome, code: Code, blanks: &[(&str, Blank)]) -> Self {
        Self {
            axis,
            outcome,
            message: message(code, blanks),
            evidence: Value::Null,
            as_of: None,
        }
    }

    pub(crate) fn with_evidence(self, evidence: Value) -> Self {
        Self { evidence, ..self }
    }

    pub(crate) fn known_on(self, moment: DateTime<Utc>) -> Self {
        Self {
            as_of: Some(moment),
            ..self
        }
    }

    /// The code of the answer.
    pub fn code(&self) -> Code {
        self.message.code
    }
}

/// What the credential says.
#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CredentialView {
    /// Its id.
    pub id: Option<CredentialId>,
    /// `vc+sd-jwt`, `dc+sd-jwt` or `ldp_vc`.
    pub format: &'static str,
    /// What was attained.
    pub title: Text,
    /// Who says so.
    pub issuer: IssuerView,
    /// Where the issuer describes it.
    pub achievement: Option<String>,
    /// The date the issuer gives for it.
    pub awarded_on: Option<DateTime<Utc>>,
    /// Until when it holds, when it ends.
    pub valid_until: Option<DateTime<Utc>>,
    /// Its level.
    pub level: Option<LevelView>,
    /// Its size.
    pub size: Option<SizeView>,
    /// The quality framework it was made under.
    pub framework: Option<FrameworkView>,
    /// The name of the person, when shown.
    pub holder_name: Option<String>,
    /// What the person can do, when shown.
    pub outcomes: Vec<Text>,
    /// How that was assessed, when shown.
    pub assessment: Option<AssessmentFacts>,
    /// The grade, when shown.
    pub result: Option<String>,
    /// The scale of the grade, when told.
    pub scale: Option<String>,
    /// What the holder chose not to show.
    pub hidden: Vec<Group>,
}

/// Claims stay out of the log.
impl std::fmt::Debug for CredentialView {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("CredentialView")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// The issuer: as the register calls it, or else in its own words.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IssuerView {
    /// Its identifier.
    pub did: String,
    /// Its name.
    pub name: Option<String>,
    /// The institution it belongs to.
    pub institution: Option<String>,
    /// Its name in each language: the register's, where that lists it.
    pub display_name: Text,
    /// The institution's name in each language; the issuer's own word where the register does not list it.
    pub display_institution: Text,
    /// The institution code.
    pub institution_code: Option<String>,
    /// By which bodies the issuer says to be accredited: its own word, which nobody checked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accreditations: Vec<ClaimedAccreditation>,
}

/// A level.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LevelView {
    /// In the European framework.
    pub eqf: u8,
    /// In the Dutch framework.
    pub nlqf: Option<String>,
    /// Who set it, when told.
    pub basis: Option<LevelBasis>,
}

/// A size.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SizeView {
    /// In study credits.
    pub ec: Option<f64>,
    /// In hours.
    pub hours: Option<u32>,
    /// In study load hours of vocational education.
    pub sbu: Option<u32>,
    /// What it rests on, when told.
    pub basis: Option<SizeBasis>,
}

/// A quality framework.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FrameworkView {
    /// Its identifier.
    pub id: String,
    /// Its version.
    pub version: Option<String>,
    /// Its name.
    pub name: Text,
}

/// What a share says of itself.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct SharedView {
    /// What it is for.
    pub purpose: String,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// When it ends; the credential has an end of its own, or none.
    pub until: DateTime<Utc>,
}

impl SharedView {
    pub(crate) fn of(share: &Share) -> Self {
        Self {
            purpose: share.terms.purpose().to_owned(),
            created: share.terms.created(),
            until: share.terms.until(),
        }
    }
}

/// The purpose may name an employer.
impl std::fmt::Debug for SharedView {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "SharedView(until {} …)", self.until)
    }
}

/// One link of the chain.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkView {
    /// Its place.
    pub role: trust::EntityKind,
    /// Who.
    pub did: Did,
    /// Its name.
    pub name: Text,
    /// What its accreditation was at issuance.
    pub at_issuance: trust::Status,
    /// What it is now.
    pub now: trust::Status,
    /// Whether it allows what the credential says.
    pub in_scope: bool,
}

/// The register list that was used.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RegisterView {
    /// Its number.
    pub sequence: u64,
    /// How its operator's keys had followed on each other by then.
    pub key_changes: trust::KeyChangesSeen,
    /// When it was signed.
    pub issued_at: DateTime<Utc>,
    /// Until when it may be relied on.
    pub next_update: DateTime<Utc>,
    /// Whether that moment still lies ahead.
    pub fresh: bool,
}

/// One of several registers that were asked.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConsultedRegister {
    /// Where its list is.
    pub url: String,
    /// The list, where there is one that can be relied on.
    pub list: Option<RegisterView>,
    /// Why there is none.
    pub problem: Option<String>,
    /// Whether its list has the issuer.
    pub lists_issuer: bool,
    /// What came of the check by this register alone, where it had a say.
    pub verdict: Option<Verdict>,
    /// Whether the report is by this register.
    pub decided: bool,
}
