//! The report as the API's description shows it; the report itself is made by `verification`.

use chrono::{DateTime, Utc};
use serde_json::Value;
use utoipa::openapi::schema::{OneOfBuilder, Schema};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

/// What came of a check: a [`Report`] by the policy `employer`, a [`ProofsReport`] by the policy `proof`.
pub(crate) enum Verification {}

impl PartialSchema for Verification {
    fn schema() -> RefOr<Schema> {
        let either = OneOfBuilder::new()
            .item(Ref::from_schema_name(Report::name()))
            .item(Ref::from_schema_name(ProofsReport::name()))
            .description(Some("By the policy `employer`, or by the policy `proof`."));
        RefOr::T(either.build().into())
    }
}

impl ToSchema for Verification {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((Report::name().into_owned(), Report::schema()));
        schemas.push((ProofsReport::name().into_owned(), ProofsReport::schema()));
        Report::schemas(schemas);
        ProofsReport::schemas(schemas);
    }
}

/// Everything that was checked, and what it comes to.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the report of another crate")]
pub(crate) struct Report {
    /// The answer in one look.
    verdict: Verdict,
    /// When it was checked.
    checked_at: DateTime<Utc>,
    /// Of when the lists and keys are that it rests on, when they were fetched more than ten minutes before.
    as_known_on: Option<DateTime<Utc>>,
    /// How the checks were weighed.
    #[schema(example = "employer")]
    policy: String,
    /// Every check, always all ten of them.
    axes: Vec<Axis>,
    /// What the credential says, as far as the holder shows it; absent when it cannot be read.
    #[schema(value_type = Option<Object>)]
    credential: Option<Value>,
    /// The organisations that vouch for the issuer, from the issuer up.
    #[schema(value_type = Vec<Object>)]
    chain: Vec<Value>,
    /// What a reader should know besides.
    notices: Vec<Message>,
    /// The register list that was used; absent when there was none that could be believed.
    register: Option<RegisterUsed>,
    /// Every register that was asked, where more than one is trusted; absent otherwise.
    registers: Option<Vec<ConsultedRegister>>,
    /// What lists of known issuers say of the issuer, one for each that was looked at; absent when there are none. It
    /// turns no verdict.
    listed_elsewhere: Option<Vec<ListedElsewhere>>,
    /// The link it came from, when it came from one.
    link: Option<Link>,
}

/// What checking the data model and the proofs alone gave, as VC-API answers it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the report of another crate")]
pub(crate) struct ProofsReport {
    /// Whether the document follows the data model and every proof holds; nothing more.
    verified: bool,
    /// What was checked: `dataModel` and `proof`.
    checks: Vec<String>,
    /// What was not checked, or could not be.
    warnings: Vec<ProofProblem>,
    /// Why it is not verified; never empty then.
    errors: Vec<ProofProblem>,
}

/// A problem as VCDM 2.0 §7.2 describes it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the report of another crate")]
pub(crate) struct ProofProblem {
    /// Which problem: a URL of the standard that names it.
    #[schema(example = "https://w3id.org/security#PROOF_VERIFICATION_ERROR")]
    r#type: String,
    /// The problem in a few words.
    title: String,
    /// What happened this time.
    detail: String,
    /// Where: a JSON pointer into the document; empty for the whole.
    pointer: String,
}

/// The answer in one look.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the report of another crate")]
pub(crate) struct Verdict {
    /// `green` (holds), `amber` (holds, with a limit that matters), `grey` (cannot be told) or `red`.
    colour: String,
    /// A stable code.
    #[schema(example = "ACC-001")]
    code: String,
    /// What it means, in Dutch.
    nl: String,
    /// What it means, in English.
    en: String,
}

/// One check.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the report of another crate")]
pub(crate) struct Axis {
    /// Which check: `structure`, `signature`, `issuerKey`, `holder`, `validity`, `status`,
    /// `accreditedAtIssuance`, `accreditedNow`, `scope` or `institutionQuality`.
    axis: String,
    /// `passed`, `failed`, `inconclusive`, `notApplicable` or `warning`.
    outcome: String,
    /// A stable code.
    code: String,
    /// What was found, in Dutch.
    nl: String,
    /// What was found, in English.
    en: String,
    /// What it was found from.
    #[schema(value_type = Object)]
    evidence: Value,
    /// Of when the facts are, where they are older than the check.
    as_of: Option<DateTime<Utc>>,
}

/// Something a reader should know.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the report of another crate")]
pub(crate) struct Message {
    /// A stable code.
    code: String,
    /// In Dutch.
    nl: String,
    /// In English.
    en: String,
}

/// What a link says of itself. Its end is not that of the credential.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the report of another crate")]
pub(crate) struct Link {
    /// What it is for.
    purpose: String,
    /// When it was made.
    created: DateTime<Utc>,
    /// When it ends.
    until: DateTime<Utc>,
}

/// A register list.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the report of another crate")]
pub(crate) struct RegisterUsed {
    /// Its number.
    sequence: u64,
    /// When it was signed.
    issued_at: DateTime<Utc>,
    /// Until when it may be relied on.
    next_update: DateTime<Utc>,
    /// Whether that moment is still to come.
    fresh: bool,
}

/// What a list of known issuers says of the issuer.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the report of another crate")]
pub(crate) struct ListedElsewhere {
    /// What the list is called.
    list: String,
    /// Where it is.
    url: String,
    /// Its `name`, `location` and `url` for the issuer; absent where it does not have it, or was not read.
    #[schema(value_type = Option<Object>)]
    listed: Option<()>,
    /// When the list was last changed, by its own word.
    updated: Option<DateTime<Utc>>,
    /// Why it was not read; then nobody knows whether the issuer is on it.
    problem: Option<String>,
}

/// One of several registers that were asked.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the report of another crate")]
pub(crate) struct ConsultedRegister {
    /// Where its list is.
    url: String,
    /// The list; absent when there was none that could be believed.
    list: Option<RegisterUsed>,
    /// Why there was none, or why it is not of now.
    problem: Option<String>,
    /// Whether its list has the issuer.
    lists_issuer: bool,
    /// What came of the check by this register alone, where it had a say.
    verdict: Option<Verdict>,
    /// Whether the report is by this register.
    decided: bool,
}
