use axum::extract::State;
use chrono::{DateTime, Utc};
use credentials::{Did, Text};
use http_service::{ApiJson, ApiPath, Problem, ProblemBody};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tracing::info;
use trust::{Entity, EntityKind, Key, Scope};
use utoipa::ToSchema;

use super::limits::scope_fault;
use super::status_events::Reason;
use super::unknown;
use crate::http::App;
use crate::http::keeper::{AsKeeper, Asked, IdempotencyKey, Kept, unexpected};
use crate::http::v1::entities::create::{count_fault, document_keys, name_fault, plain_keys, title_fault};
use crate::http::v1::entities::unknown_entity;
use crate::http::v1::proposals::ProposalBody;
use crate::register::{Change, DelegateError, Delegation, Recorded, Submission};

/// A unit that may award on behalf of an institution.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewDelegation {
    /// The register's name for the unit: small letters, digits and hyphens.
    #[schema(pattern = "^[a-z0-9-]{1,64}$", example = "ent-unit-0031")]
    entity_id: String,
    /// The DIDs it issues under, the current one first.
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 8)]
    dids: Vec<Did>,
    /// Its name by language; both are needed.
    #[schema(value_type = Object)]
    display_name: Text,
    /// Its keys, as the register list has them.
    #[serde(default)]
    #[schema(value_type = Vec<Object>, max_items = 8)]
    keys: Vec<Key>,
    /// Its DID document, where `keys` are not given: the keys with which it asserts become its keys, from `validFrom` on.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    did_document: Option<Value>,
    /// The last segment of the id that its accreditation gets.
    #[schema(pattern = "^[a-z0-9-]{1,64}$", example = "acc-unit-0031")]
    accreditation: String,
    /// What it may award, as the register list has it, within what the institution may; all of that where absent.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    scope: Option<Scope>,
    /// From when, in RFC 3339.
    valid_from: DateTime<Utc>,
    /// Until when; the institution's own end where absent.
    #[serde(default)]
    valid_until: Option<DateTime<Utc>>,
    /// Why; published as it is, so it names no persons.
    reason: Reason,
}

/// A delegation as it was recorded.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DelegationRecorded {
    /// The number of a register list that shows it.
    sequence: u64,
    /// The unit's accreditation, as `specs/accreditation/` describes it.
    #[schema(value_type = Object)]
    accreditation: Value,
}

/// Delegates to a unit under an institution's accreditation, and publishes the list that shows it.
///
/// What the unit may award lies within what the institution may, in scope and in time; else it is refused. A unit that
/// is registered already, as after a merger, gets another accreditation, and is given by the name and the DIDs it has:
/// nothing of it changes, and it gets no keys this way. The same request again is recorded once.
#[utoipa::path(
    post,
    path = "/v1/accreditations/{id}/delegations",
    tag = "keeper",
    security(("keeper" = [])),
    params(
        ("id" = String, Path, description = "The last segment of the id of the institution's accreditation."),
        ("Idempotency-Key" = Option<String>, Header, description = "Names this request, so that repeating it does no harm; 1 to 128 visible ASCII characters."),
    ),
    request_body = NewDelegation,
    responses(
        (status = 201, description = "Recorded and published.", body = DelegationRecorded),
        (status = 202, description = "It waits for another keeper.", body = ProposalBody,
            headers(("Location" = String, description = "The proposal."))),
        (status = 400, description = "The body is not JSON, or the idempotency key cannot be used.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The keeper's secret is missing or wrong.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is no such accreditation.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It is not in force, something of that name is registered with other content, or too many proposals wait already.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not `application/json`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "It goes beyond what the institution may, is incomplete, or contradicts itself.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often by this client; `Retry-After` says when to try again.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create(
    State(app): State<App>,
    AsKeeper(keeper): AsKeeper,
    ApiPath(id): ApiPath<String>,
    IdempotencyKey(key): IdempotencyKey,
    ApiJson(body): ApiJson<NewDelegation>,
) -> Result<Kept<DelegationRecorded>, Problem> {
    let change = Change::Delegation(delegation(id, body)?);
    let submission = Submission {
        idempotency_key: key.as_deref(),
        urgent: false,
    };
    let asked = Asked::new(&app, &keeper, &change, submission).await?;
    asked.kept(|answer, _| {
        let Recorded::Delegation { accreditation } = answer.recorded else {
            return Err(unexpected());
        };
        info!(accreditation = %accreditation.accreditation_id, "delegation recorded");
        let recorded = DelegationRecorded {
            sequence: answer.sequence,
            accreditation: serde_json::to_value(accreditation).map_err(Problem::internal)?,
        };
        Ok((recorded, None))
    })
}

/// What is asked for, if it is complete.
fn delegation(parent: String, mut body: NewDelegation) -> Result<Delegation, Problem> {
    let mut errors = body.reason.faults();
    match plain_keys(body.keys) {
        Ok(keys) => body.keys = keys,
        Err(fault) => {
            body.keys = Vec::new();
            errors.push(fault);
        }
    }
    if let Some(document) = &body.did_document {
        match document_keys(document, &body.dids, body.valid_from) {
            Ok(keys) => body.keys.extend(keys),
            Err(fault) => errors.push(fault),
        }
    }
    errors.extend(name_fault("/entityId", &body.entity_id));
    errors.extend(name_fault("/accreditation", &body.accreditation));
    errors.extend(count_fault(&body.dids, body.keys.len()));
    errors.extend(title_fault(&body.display_name));
    errors.extend(body.scope.as_ref().and_then(scope_fault));
    if !errors.is_empty() {
        return Err(
            Problem::unprocessable("invalid-delegation", "The delegation is incomplete.")
                .in_dutch("De machtiging is niet volledig.")
                .with_errors(errors),
        );
    }
    Ok(Delegation {
        parent,
        unit: Entity {
            entity_id: body.entity_id,
            kind: EntityKind::Unit,
            dids: body.dids,
            did_windows: Vec::new(),
            legal_name: None,
            display_name: body.display_name,
            other_identifiers: Vec::new(),
            country: None,
            funded: None,
            parent_entity: None,
            succeeded_by: None,
            keys: body.keys,
            accreditations: Vec::new(),
            evidence: Vec::new(),
        },
        name: body.accreditation,
        scope: body.scope,
        valid_from: body.valid_from,
        valid_until: body.valid_until,
        reason: body.reason.into(),
    })
}

impl From<DelegateError> for Problem {
    fn from(error: DelegateError) -> Self {
        match error {
            DelegateError::UnknownAccreditation(name) => unknown(&name),
            DelegateError::UnknownEntity(_) => unknown_entity(),
            DelegateError::NotInForce(_) => Self::conflict("not-in-force", error).in_dutch(
                "De toelating van de instelling geldt nu niet. Daaronder kan niemand worden gemachtigd.",
            ),
            DelegateError::NotAnInstitution => Self::unprocessable("not-an-institution", error)
                .in_dutch("Alleen een instelling kan een onderdeel machtigen."),
            DelegateError::OtherUnit(_) | DelegateError::OtherAccreditation(_) => {
                Self::conflict("registered-otherwise", error)
                    .in_dutch("Onder die naam staat al iets anders in het register. Kies een andere naam.")
            }
            DelegateError::KnownUnit(_) => Self::conflict("known-unit", error).in_dutch(
                "Dit onderdeel staat al in het register, met een andere naam, andere DID's of andere sleutels. Een machtiging \
                 verandert daar niets aan: geef ze zoals ze in het register staan, en laat andere sleutels weg.",
            ),
            DelegateError::LooksBack => Self::unprocessable("looks-back", error)
                .in_dutch("Een overname gaat in op het moment van vastleggen of later."),
            DelegateError::OtherKind => Self::unprocessable("other-kind", error)
                .in_dutch("Alleen een organisatie van dezelfde soort kan het overnemen."),
            DelegateError::SucceededAlready => Self::conflict("succeeded-already", error)
                .in_dutch("Er is al vastgelegd wie het overneemt, of vanaf een andere dag."),
            DelegateError::Publish(error) => error.into(),
        }
    }
}
