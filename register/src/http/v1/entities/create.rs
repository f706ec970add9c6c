use axum::extract::State;
use chrono::{DateTime, Utc};
use credentials::{Did, DidUrl, Text};
use http_service::{ApiJson, FieldError, Problem, ProblemBody};
use proofs::PublicKey;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tracing::info;
use trust::{Entity, EntityKind, Key, OtherIdentifier};
use utoipa::ToSchema;

use crate::http::App;
use crate::http::keeper::{AsKeeper, Asked, IdempotencyKey, Kept, unexpected};
use crate::http::v1::accreditations::create::Terms;
use crate::http::v1::proposals::ProposalBody;
use crate::keepers::is_name;
use crate::register::{Change, Recorded, Registration, Submission};

/// More DIDs, keys or identifiers than this no organisation has.
const MOST: usize = 8;
/// A DID, or the name of a key, is no longer than this.
const LONGEST_DID: usize = 500;

/// An institution that joins the register.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewEntity {
    /// The register's name for it: small letters, digits and hyphens.
    #[schema(pattern = "^[a-z0-9-]{1,64}$", example = "ent-ho-0009")]
    entity_id: String,
    /// The DIDs it issues under, the current one first.
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 8)]
    dids: Vec<Did>,
    /// Its name by language; both are needed.
    #[schema(value_type = Object)]
    display_name: Text,
    /// Its name in law.
    #[serde(default)]
    #[schema(max_length = 200)]
    legal_name: Option<String>,
    /// Its country, in ISO 3166.
    #[serde(default)]
    #[schema(pattern = "^[A-Z]{2}$", example = "NL")]
    country: Option<String>,
    /// Whether the government funds it, where known.
    #[serde(default)]
    funded: Option<bool>,
    /// Its identifiers elsewhere: `scheme` (`BRIN`, `DEQAR`, `ETER`, `KvK`, `schac_home`) and `value`.
    #[serde(default)]
    #[schema(value_type = Vec<Object>, max_items = 8)]
    other_identifiers: Vec<OtherIdentifier>,
    /// Its DID document: the keys with which it asserts (`assertionMethod`), as `publicKeyJwk`, become its keys.
    #[schema(value_type = Object)]
    did_document: Value,
    /// From when signatures with its keys count.
    keys_from: DateTime<Utc>,
    /// What it is admitted to at once.
    #[serde(default)]
    admission: Option<Terms>,
}

/// An institution as it was recorded.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EntityRecorded {
    /// The number of a register list that shows it.
    sequence: u64,
    /// The institution, as `specs/accreditation/` describes it.
    #[schema(value_type = Object)]
    entity: Value,
}

/// Registers an institution with its identifiers and keys, admits it where that is asked as well, and publishes the list
/// that shows it.
///
/// Nothing is fetched: the DID document is given as the institution handed it over, and a keeper compares it with what the
/// institution publishes. The same request again is recorded once.
#[utoipa::path(
    post,
    path = "/v1/entities",
    tag = "keeper",
    security(("keeper" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Names this request, so that repeating it does no harm; 1 to 128 visible ASCII characters.")),
    request_body = NewEntity,
    responses(
        (status = 201, description = "Recorded and published.", body = EntityRecorded),
        (status = 202, description = "It waits for another keeper.", body = ProposalBody,
            headers(("Location" = String, description = "The proposal."))),
        (status = 400, description = "The body is not JSON, or the idempotency key cannot be used.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The keeper's secret is missing or wrong.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is no such mandate to admit it under.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Something of that name, or another organisation with one of its identifiers, is registered already; the mandate is not in force; or too many proposals wait already.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not `application/json`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "It is incomplete, contradicts what is registered, or a condition for admission is not met; `errors` says which.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often by this client; `Retry-After` says when to try again.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the register's.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create(
    State(app): State<App>,
    AsKeeper(keeper): AsKeeper,
    IdempotencyKey(key): IdempotencyKey,
    ApiJson(body): ApiJson<NewEntity>,
) -> Result<Kept<EntityRecorded>, Problem> {
    let change = Change::Registration(registration(body)?);
    let submission = Submission {
        idempotency_key: key.as_deref(),
        urgent: false,
    };
    let asked = Asked::new(&app, &keeper, &change, submission).await?;
    asked.kept(|answer, _| {
        let Recorded::Registration { entity } = answer.recorded else {
            return Err(unexpected());
        };
        info!(entity = %entity.entity_id, "institution recorded");
        let recorded = EntityRecorded {
            sequence: answer.sequence,
            entity: serde_json::to_value(entity).map_err(Problem::internal)?,
        };
        Ok((recorded, None))
    })
}

/// What is asked for, if it is complete.
fn registration(body: NewEntity) -> Result<Registration, Problem> {
    let mut faults = Vec::new();
    faults.extend(name_fault("/entityId", &body.entity_id));
    faults.extend(title_fault(&body.display_name));
    if body
        .legal_name
        .as_ref()
        .is_some_and(|name| name.trim().is_empty() || name.chars().count() > 200)
    {
        faults.push(FieldError::new(
            "/legalName",
            "text",
            "Give the name in 1 to 200 characters.",
            "Geef de naam in 1 tot 200 tekens.",
        ));
    }
    let is_country = |code: &String| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if body.country.as_ref().is_some_and(|code| !is_country(code)) {
        faults.push(FieldError::new(
            "/country",
            "country",
            "Give the country in two capitals, such as NL.",
            "Geef het land in twee hoofdletters, zoals NL.",
        ));
    }
    let identifiers = &body.other_identifiers;
    let is_short = |one: &OtherIdentifier| one.scheme.len() <= 32 && one.value.len() <= 100;
    if identifiers.len() > MOST
        || !identifiers
            .iter()
            .all(|one| is_short(one) && one.is_well_formed())
    {
        faults.push(FieldError::new(
            "/otherIdentifiers",
            "identifier",
            "One of the identifiers is not written as its administration writes it, or there are more than 8.",
            "Een van de kenmerken is niet geschreven zoals de uitgever ervan dat doet, of er zijn er meer dan 8.",
        ));
    }
    let keys = document_keys(&body.did_document, &body.dids, body.keys_from);
    faults.extend(count_fault(&body.dids, keys.as_ref().map_or(0, Vec::len)));
    if let Some(terms) = &body.admission {
        faults.extend(terms.faults());
    }
    match keys {
        Ok(keys) if faults.is_empty() => {
            let admission = body.dids.first().cloned().zip(body.admission);
            Ok(Registration {
                admission: admission.map(|(did, terms)| terms.admission(did)),
                entity: Entity {
                    entity_id: body.entity_id,
                    kind: EntityKind::Institution,
                    dids: body.dids,
                    did_windows: Vec::new(),
                    legal_name: body.legal_name,
                    display_name: body.display_name,
                    other_identifiers: body.other_identifiers,
                    country: body.country,
                    funded: body.funded,
                    parent_entity: None,
                    succeeded_by: None,
                    keys,
                    accreditations: Vec::new(),
                    evidence: Vec::new(),
                },
            })
        }
        keys => {
            faults.extend(keys.err());
            Err(
                Problem::unprocessable("invalid-entity", "What is said of the institution is incomplete.")
                    .in_dutch("De gegevens van de instelling zijn niet volledig.")
                    .with_errors(faults),
            )
        }
    }
}

/// The keys with which a DID document's subject asserts (Controlled Identifiers 1.0, sections 2.2 and 2.3.2).
pub(crate) fn document_keys(
    document: &Value,
    dids: &[Did],
    not_before: DateTime<Utc>,
) -> Result<Vec<Key>, FieldError> {
    let fault = |en: &str, nl: &str| FieldError::new("/didDocument", "did-document", en, nl);
    let id = document.get("id").and_then(Value::as_str).unwrap_or_default();
    if !dids.iter().any(|did| did.as_str() == id) {
        return Err(fault(
            "The document is not that of one of these DIDs.",
            "Dit document hoort niet bij een van deze DID's.",
        ));
    }
    let methods = |name: &str| {
        document
            .get(name)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    let named = |method: &Value| {
        let name = method.get("id").unwrap_or(method).as_str().unwrap_or_default();
        // A reference may leave out the DID (DID Core 1.0, section 3.2.2).
        match name.starts_with('#') {
            true => format!("{id}{name}"),
            false => name.to_owned(),
        }
    };
    let asserting: Vec<String> = methods("assertionMethod").iter().map(named).collect();
    let embedded = methods("assertionMethod");
    let all = methods("verificationMethod")
        .into_iter()
        .chain(embedded.into_iter().filter(Value::is_object));
    let mut keys: Vec<Key> = Vec::new();
    for method in all.filter(|method| asserting.contains(&named(method))) {
        let Some(jwk) = method.get("publicKeyJwk") else {
            continue;
        };
        let public = PublicKey::from_jwk(jwk).map_err(|_| {
            fault(
                "A key in the document cannot be read, or is a private one.",
                "Een sleutel in het document is onleesbaar, of is een geheime sleutel.",
            )
        })?;
        let kid = DidUrl::parse(&named(&method)).map_err(|_| {
            fault(
                "A key in the document has no name that can be used.",
                "Een sleutel in het document heeft geen bruikbare naam.",
            )
        })?;
        if kid.as_str().len() > LONGEST_DID {
            return Err(fault(
                "A key in the document has a name of more than 500 characters.",
                "Een sleutel in het document heeft een naam van meer dan 500 tekens.",
            ));
        }
        if !keys.iter().any(|key| key.kid == kid) {
            keys.push(Key {
                kid,
                public_key_jwk: public.to_jwk(),
                jwk_thumbprint: public.thumbprint(),
                not_before,
                not_after: None,
                compromised_at: None,
            });
        }
    }
    match keys.is_empty() {
        false => Ok(keys),
        true => Err(fault(
            "The document has no key for assertions that is written as a JWK.",
            "Het document heeft geen sleutel voor uitgifte die als JWK is geschreven.",
        )),
    }
}

/// Keys with nothing in their JWKs but what makes them keys.
pub(crate) fn plain_keys(keys: Vec<Key>) -> Result<Vec<Key>, FieldError> {
    let plain = |key: Key| {
        let public = PublicKey::from_jwk(&key.public_key_jwk).ok()?;
        let is_short = key.kid.as_str().len() <= LONGEST_DID && key.jwk_thumbprint.len() <= 64;
        is_short.then(|| Key {
            public_key_jwk: public.to_jwk(),
            ..key
        })
    };
    let fault = || {
        FieldError::new(
            "/keys",
            "key",
            "A key cannot be read, is a private one, or has a name of more than 500 characters.",
            "Een sleutel is onleesbaar, is een geheime sleutel, of heeft een naam van meer dan 500 tekens.",
        )
    };
    keys.into_iter()
        .map(plain)
        .collect::<Option<_>>()
        .ok_or_else(fault)
}

/// What is wrong with a name of ours, if anything.
pub(crate) fn name_fault(field: &str, name: &str) -> Option<FieldError> {
    let fault = FieldError::new(
        field,
        "name",
        "A name has 1 to 64 small letters, digits and hyphens.",
        "Een naam heeft 1 tot 64 kleine letters, cijfers en streepjes.",
    );
    (!is_name(name)).then_some(fault)
}

/// What is wrong with how many DIDs and keys there are, if anything.
pub(crate) fn count_fault(dids: &[Did], keys: usize) -> Option<FieldError> {
    let fault = FieldError::new(
        "/dids",
        "count",
        "Give 1 to 8 DIDs of at most 500 characters, and at most 8 keys.",
        "Geef 1 tot 8 DID's van hoogstens 500 tekens, en hoogstens 8 sleutels.",
    );
    let is_long = dids.iter().any(|did| did.as_str().len() > LONGEST_DID);
    (dids.is_empty() || dids.len() > MOST || is_long || keys > MOST).then_some(fault)
}

/// What is wrong with the name people know, if anything.
pub(crate) fn title_fault(name: &Text) -> Option<FieldError> {
    let is_name = |name: &Option<String>| {
        let name = name.as_deref().unwrap_or_default();
        !name.trim().is_empty() && name.chars().count() <= 200
    };
    let fault = FieldError::new(
        "/displayName",
        "text",
        "Give the name in Dutch and English, 1 to 200 characters each.",
        "Geef de naam in het Nederlands en het Engels, elk 1 tot 200 tekens.",
    );
    (!is_name(&name.nl) || !is_name(&name.en)).then_some(fault)
}
