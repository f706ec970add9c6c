use std::collections::HashSet;

use axum::extract::State;
use chrono::{DateTime, Utc};
use credentials::Did;
use credentials::award::Sector;
use http_service::{ApiJson, FieldError, Problem, ProblemBody};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tracing::info;
use trust::Scope;
use utoipa::ToSchema;

use super::limits::scope_fault;
use super::status_events::{Reason, address_fault};
use super::unknown;
use crate::http::App;
use crate::http::keeper::{AsKeeper, Asked, IdempotencyKey, Kept, unexpected};
use crate::http::v1::entities::create::name_fault;
use crate::http::v1::entities::unknown_entity;
use crate::http::v1::proposals::ProposalBody;
use crate::register::{Admission, AdmissionError, Change, Checked, Condition, Missing, Recorded, Submission};

/// More conditions than this no checklist has.
const MOST_CONDITIONS: usize = 64;

/// An institution's admission to a quality framework.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewAdmission {
    /// A DID of the institution.
    #[schema(value_type = String)]
    entity: Did,
    /// What it is admitted to.
    admission: Terms,
}

/// What an institution is admitted to.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Terms {
    /// The last segment of the id that its accreditation gets.
    #[schema(pattern = "^[a-z0-9-]{1,64}$", example = "acc-ho-0009")]
    accreditation: String,
    /// The policy profile that says what it may award, such as `NL-HO-2021`, `NL-HO-EXP` or `NL-MBO-2024`.
    #[schema(example = "NL-HO-2021")]
    profile: String,
    /// The last segment of the id of the accreditation under which it is admitted: the scheme's mandate.
    under: String,
    /// In which of the profile's sectors: `hbo`, `wo`, `mbo`.
    #[schema(value_type = Vec<String>, min_items = 1)]
    sectors: Vec<Sector>,
    /// Limits narrower than the profile's, as the register list has them.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    scope: Option<Scope>,
    /// From when, in RFC 3339.
    valid_from: DateTime<Utc>,
    /// Until when; the end of the mandate or of the profile where absent.
    #[serde(default)]
    valid_until: Option<DateTime<Utc>>,
    /// Whether it may delegate to units.
    #[serde(default = "yes")]
    may_delegate: bool,
    /// Why; published as it is, so it names no persons.
    reason: Reason,
    /// Where the decision can be read: a web address.
    #[serde(default)]
    #[schema(format = "uri", max_length = 500)]
    decision: Option<String>,
    /// That every condition of `/v1/checklists` is met.
    #[schema(max_items = 64)]
    checklist: Vec<NewChecked>,
}

/// That somebody found a condition for admission to be met.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewChecked {
    /// The condition's name.
    #[schema(example = "board-commitment")]
    item: String,
    /// Whether it is met.
    met: bool,
    /// What shows it: a document's reference or address. Published, so it names no persons.
    #[schema(min_length = 1, max_length = 500)]
    evidence: String,
    /// Who looked. Seen by keepers alone.
    #[schema(min_length = 1, max_length = 100)]
    checked_by: String,
}

/// An admission as it was recorded.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AdmissionRecorded {
    /// The number of a register list that shows it.
    sequence: u64,
    /// The accreditation, as `specs/accreditation/` describes it.
    #[schema(value_type = Object)]
    accreditation: Value,
}

fn yes() -> bool {
    true
}

/// Admits an institution to a quality framework, and publishes the list that shows it.
///
/// Every condition of the profile's checklist has to be met, with evidence and by whom it was looked at. What it may award
/// follows from the profile, and lies within the mandate under which it is admitted. The same request again is recorded once.
#[utoipa::path(
    post,
    path = "/v1/accreditations",
    tag = "keeper",
    security(("keeper" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Names this request, so that repeating it does no harm; 1 to 128 visible ASCII characters.")),
    request_body = NewAdmission,
    responses(
        (status = 201, description = "Recorded and published.", body = AdmissionRecorded),
        (status = 202, description = "It waits for another keeper.", body = ProposalBody,
            headers(("Location" = String, description = "The proposal."))),
        (status = 400, description = "The body is not JSON, or the idempotency key cannot be used.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The keeper's secret is missing or wrong.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is no such institution or mandate.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The mandate is not in force, something of that name is registered with other content, or too many proposals wait already.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not `application/json`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A condition is not met, or it goes beyond the profile or the mandate; `errors` says in what.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often by this client; `Retry-After` says when to try again.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create(
    State(app): State<App>,
    AsKeeper(keeper): AsKeeper,
    IdempotencyKey(key): IdempotencyKey,
    ApiJson(body): ApiJson<NewAdmission>,
) -> Result<Kept<AdmissionRecorded>, Problem> {
    let faults = body.admission.faults();
    if !faults.is_empty() {
        return Err(
            Problem::unprocessable("invalid-admission", "The admission is incomplete.")
                .in_dutch("De toelating is niet volledig.")
                .with_errors(faults),
        );
    }
    let change = Change::Admission(body.admission.admission(body.entity));
    let submission = Submission {
        idempotency_key: key.as_deref(),
        urgent: false,
    };
    let asked = Asked::new(&app, &keeper, &change, submission).await?;
    asked.kept(|answer, _| {
        let Recorded::Admission { accreditation } = answer.recorded else {
            return Err(unexpected());
        };
        info!(accreditation = %accreditation.accreditation_id, "admission recorded");
        let recorded = AdmissionRecorded {
            sequence: answer.sequence,
            accreditation: serde_json::to_value(accreditation).map_err(Problem::internal)?,
        };
        Ok((recorded, None))
    })
}

impl Terms {
    /// What is wrong with them, if anything.
    pub(crate) fn faults(&self) -> Vec<FieldError> {
        let mut faults = self.reason.faults();
        faults.extend(address_fault(self.decision.as_deref()));
        faults.extend(name_fault("/accreditation", &self.accreditation));
        faults.extend(self.scope.as_ref().and_then(scope_fault));
        if self.sectors.len() > 8 || self.profile.chars().count() > 64 || self.under.chars().count() > 64 {
            faults.push(FieldError::new(
                "/profile",
                "length",
                "Give at most 8 sectors, and names of profile and mandate of up to 64 characters.",
                "Geef hoogstens 8 sectoren, en namen van profiel en mandaat tot 64 tekens.",
            ));
        }
        let is_bounded = |one: &NewChecked| {
            one.item.len() <= 64
                && one.evidence.chars().count() <= 500
                && one.checked_by.chars().count() <= 100
        };
        if self.checklist.len() > MOST_CONDITIONS || !self.checklist.iter().all(is_bounded) {
            faults.push(FieldError::new(
                "/checklist",
                "length",
                "Give at most 64 conditions, with evidence of up to 500 and a name of up to 100 characters.",
                "Geef hoogstens 64 voorwaarden, met bewijs tot 500 en een naam tot 100 tekens.",
            ));
        }
        let items: HashSet<_> = self.checklist.iter().map(|one| one.item.as_str()).collect();
        if items.len() < self.checklist.len() {
            faults.push(FieldError::new(
                "/checklist",
                "twice",
                "Give each condition once.",
                "Geef elke voorwaarde één keer.",
            ));
        }
        for fault in &mut faults {
            fault.field = format!("/admission{}", fault.field);
        }
        faults
    }

    /// The admission of the institution with this DID on these terms.
    pub(crate) fn admission(self, entity: Did) -> Admission {
        let checked = |one: NewChecked| Checked {
            item: one.item,
            met: one.met,
            evidence: one.evidence,
            checked_by: one.checked_by,
        };
        Admission {
            entity,
            name: self.accreditation,
            profile: self.profile,
            under: self.under,
            sectors: self.sectors,
            scope: self.scope,
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            may_delegate: self.may_delegate,
            reason: self.reason.into(),
            decision: self.decision,
            checklist: self.checklist.into_iter().map(checked).collect(),
        }
    }
}

impl From<AdmissionError> for Problem {
    fn from(error: AdmissionError) -> Self {
        match error {
            AdmissionError::UnknownEntity(_) => unknown_entity(),
            AdmissionError::UnknownAccreditation(name) => unknown(&name),
            AdmissionError::NotAnInstitution => Self::unprocessable("not-an-institution", error)
                .in_dutch("Alleen een instelling wordt zo toegelaten."),
            AdmissionError::NoMandate(_) => Self::conflict("no-mandate", error).in_dutch(
                "Daaronder kan niemand worden toegelaten: het is geen mandaat daarvoor, of het geldt nu niet.",
            ),
            AdmissionError::UnknownProfile { .. } => Self::unprocessable("unknown-profile", error)
                .in_dutch("Geen kwaliteitskader in dit register heeft dat profiel."),
            AdmissionError::OtherSector(_) => Self::unprocessable("other-sector", error)
                .in_dutch("Dit profiel is voor andere sectoren."),
            AdmissionError::ScopeSectors => Self::unprocessable("other-sector", error).in_dutch(
                "De grenzen noemen andere sectoren dan de toelating. Laat de sectoren daar weg, of noem dezelfde.",
            ),
            AdmissionError::OutsideProfile { .. } => Self::unprocessable("outside-profile", error)
                .in_dutch("De periode valt buiten die van het profiel. Kies een datum daarbinnen."),
            AdmissionError::BeyondProfile { ref dimension, .. } => {
                let what = dimension.name().nl.unwrap_or_default();
                Self::unprocessable("beyond-profile", &error)
                    .in_dutch(format!("Dit gaat verder dan het profiel toestaat ({what})."))
            }
            AdmissionError::Missing(missing) => not_met(missing),
            AdmissionError::RegisteredOtherwise(_) => Self::conflict("registered-otherwise", error)
                .in_dutch("Onder die naam staat al iets anders in het register. Kies een andere naam."),
            AdmissionError::Identified { ref by, ref scheme, ref value } => {
                let by = by.nl.as_deref().unwrap_or_default();
                let nl = format!(
                    "{by} staat al in het register met {scheme} {value}. Is dit dezelfde organisatie, gebruik dan die; anders \
                     klopt een van de twee kenmerken niet."
                );
                Self::conflict("identifier-taken", error).in_dutch(nl)
            }
            AdmissionError::Checklist(error) => Self::internal(error),
            AdmissionError::Publish(error) => error.into(),
        }
    }
}

/// Names every condition that is not met.
fn not_met(missing: Missing) -> Problem {
    let error = |condition: &Condition| {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        FieldError::new(
            &format!("/admission/checklist/{}", condition.item),
            &condition.item,
            text(&condition.text.en),
            text(&condition.text.nl),
        )
    };
    let errors = missing.0.iter().map(error).collect();
    Problem::unprocessable("conditions-not-met", missing)
        .in_dutch("Nog niet van elke voorwaarde staat vast dat eraan is voldaan, waaruit dat blijkt en wie dat zag.")
        .with_errors(errors)
}
