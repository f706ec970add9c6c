//! Entity statements: who says what about whom, until when (section 3).

use chrono::{DateTime, Utc};
use credentials::numeric_date;
use proofs::jws::{self, Jws};
use serde_json::{Map, Value};

use super::{EntityId, KeySet, LEEWAY, STATEMENT_TYPE};

/// More superiors than this are not read.
const MOST_HINTS: usize = 16;

/// Claims that only a superior states (section 3.1.3).
const OF_SUPERIORS: [&str; 4] = [
    "constraints",
    "metadata_policy",
    "metadata_policy_crit",
    "source_endpoint",
];
/// Claims that an entity states of itself alone (section 3.1.2).
const OF_ITSELF: [&str; 5] = [
    "authority_hints",
    "trust_anchor_hints",
    "trust_marks",
    "trust_mark_issuers",
    "trust_mark_owners",
];

/// Why a statement or a mark does not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// Not a compact JWS that can be read.
    #[error("it is not a signed statement that can be read: {0}")]
    NotSigned(String),
    /// Another `typ`.
    #[error("its type is not {0}")]
    WrongType(&'static str),
    /// A header member that a statement must not have.
    #[error("its header has `{0}`, which a statement must not have")]
    Header(&'static str),
    /// No `kid` in the header.
    #[error("it does not say which key signed it")]
    NoKeyName,
    /// A claim is missing or not of the kind it must be.
    #[error("`{0}` is missing or malformed")]
    Claim(&'static str),
    /// `crit` names something; nothing beyond the standard is known here.
    #[error("it names claims as critical, and none beyond the standard is known here")]
    Critical,
    /// A claim that does not belong in this kind of statement.
    #[error("`{0}` does not belong in this kind of statement")]
    OutOfPlace(&'static str),
    /// Signed after now.
    #[error("it was signed in the future")]
    FromTheFuture,
    /// Its time is over.
    #[error("it ended at {0}")]
    Ended(DateTime<Utc>),
    /// No key of that name.
    #[error("it is signed with a key that its signer does not have")]
    UnknownKey,
    /// A kind of key that is not known here.
    #[error("it is signed with a kind of key that is not known here")]
    UnusableKey,
    /// The signature is wrong.
    #[error("its signature is wrong")]
    WrongSignature,
}

/// A statement whose form was checked. Nobody vouches for it yet.
#[derive(Clone)]
pub struct Statement {
    jws: Jws,
    issuer: EntityId,
    subject: EntityId,
    ends: DateTime<Utc>,
    keys: KeySet,
    claims: Map<String, Value>,
}

impl std::fmt::Debug for Statement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Statement({} about {})", self.issuer, self.subject)
    }
}

/// A token, its claims, and until when it holds.
pub(crate) type Read = (Jws, Map<String, Value>, Option<DateTime<Utc>>);

/// Reads a JWS of a type and its claims, which must hold at `at`. `exp` may be absent.
pub(crate) fn read_typed(text: &str, typ: &'static str, at: DateTime<Utc>) -> Result<Read, StatementError> {
    let jws = jws::parse_also_rsa(text, jws::LARGEST)
        .map_err(|error| StatementError::NotSigned(error.to_string()))?;
    if !jws.is_of_type(typ) {
        return Err(StatementError::WrongType(typ));
    }
    if jws.kid().is_none_or(str::is_empty) {
        return Err(StatementError::NoKeyName);
    }
    let claims = jws.payload_json();
    let Value::Object(claims) = claims.map_err(|error| StatementError::NotSigned(error.to_string()))? else {
        return Err(StatementError::NotSigned("its content is no JSON object".into()));
    };
    let issued = claims.get("iat").and_then(numeric_date);
    if issued.ok_or(StatementError::Claim("iat"))? > at + LEEWAY {
        return Err(StatementError::FromTheFuture);
    }
    let ends = match claims.get("exp") {
        None => None,
        Some(exp) => Some(numeric_date(exp).ok_or(StatementError::Claim("exp"))?),
    };
    if let Some(ends) = ends.filter(|ends| *ends <= at) {
        return Err(StatementError::Ended(ends));
    }
    Ok((jws, claims, ends))
}

pub(crate) fn entity(claims: &Map<String, Value>, name: &'static str) -> Result<EntityId, StatementError> {
    let text = claims.get(name).and_then(Value::as_str);
    text.and_then(|text| EntityId::parse(text).ok())
        .ok_or(StatementError::Claim(name))
}

fn entities(claims: &Map<String, Value>, name: &'static str) -> Result<Vec<EntityId>, StatementError> {
    let Some(value) = claims.get(name) else {
        return Ok(Vec::new());
    };
    let read = |value: &Value| EntityId::parse(value.as_str()?).ok();
    value
        .as_array()
        .filter(|found| (1..=MOST_HINTS).contains(&found.len()))
        .and_then(|found| found.iter().map(read).collect())
        .ok_or(StatementError::Claim(name))
}

impl Statement {
    /// Reads a statement: type, header, required claims, and that it holds at `at` (section 3.2).
    pub fn read(text: &str, at: DateTime<Utc>) -> Result<Self, StatementError> {
        let (jws, claims, ends) = read_typed(text, STATEMENT_TYPE, at)?;
        for name in ["trust_chain", "peer_trust_chain"] {
            if jws.header().contains_key(name) {
                return Err(StatementError::Header(name));
            }
        }
        if claims.contains_key("crit") {
            return Err(StatementError::Critical);
        }
        let (issuer, subject) = (entity(&claims, "iss")?, entity(&claims, "sub")?);
        let jwks = claims.get("jwks").and_then(|jwks| KeySet::parse(jwks).ok());
        let elsewhere: &[&str] = if issuer == subject {
            &OF_SUPERIORS
        } else {
            &OF_ITSELF
        };
        // `aud` and `trust_anchor` belong to registering clients, which is not done here.
        for name in elsewhere.iter().chain(&["aud", "trust_anchor"]) {
            if claims.contains_key(*name) {
                return Err(StatementError::OutOfPlace(name));
            }
        }
        let has_sound_metadata = claims.get("metadata").is_none_or(|metadata| {
            metadata.as_object().is_some_and(|types| {
                types.values().all(|one| {
                    one.as_object()
                        .is_some_and(|members| !members.values().any(Value::is_null))
                })
            })
        });
        if !has_sound_metadata {
            return Err(StatementError::Claim("metadata"));
        }
        for name in ["authority_hints", "trust_anchor_hints"] {
            entities(&claims, name)?;
        }
        Ok(Self {
            issuer,
            subject,
            ends: ends.ok_or(StatementError::Claim("exp"))?,
            keys: jwks.ok_or(StatementError::Claim("jwks"))?,
            jws,
            claims,
        })
    }

    /// Who states it.
    pub fn issuer(&self) -> &EntityId {
        &self.issuer
    }

    /// About whom.
    pub fn subject(&self) -> &EntityId {
        &self.subject
    }

    /// Whether somebody states it of itself: an entity configuration.
    pub fn is_configuration(&self) -> bool {
        self.issuer == self.subject
    }

    /// Until when it holds.
    pub fn ends(&self) -> DateTime<Utc> {
        self.ends
    }

    /// The subject's keys, as stated.
    pub fn keys(&self) -> &KeySet {
        &self.keys
    }

    /// Who stands above it, by its own word.
    pub fn authority_hints(&self) -> Vec<EntityId> {
        entities(&self.claims, "authority_hints").unwrap_or_default()
    }

    /// Where a federation entity answers, such as at `federation_fetch_endpoint` (section 5.1.1).
    pub fn endpoint(&self, name: &str) -> Option<&str> {
        let metadata = self.claims.get("metadata")?.get(super::FEDERATION_ENTITY)?;
        metadata.get(name)?.as_str()
    }

    /// The kinds of trust mark that a trust anchor lets `issuer` give (section 3.1.2).
    pub fn marks_given_by<'a>(&'a self, issuer: &'a EntityId) -> impl Iterator<Item = &'a str> {
        let kinds = self.claims.get("trust_mark_issuers").and_then(Value::as_object);
        let gives = |issuers: &Value| {
            let issuers = issuers.as_array();
            issuers.is_some_and(|issuers| issuers.iter().any(|one| one.as_str() == Some(issuer.as_str())))
        };
        let kinds = kinds.into_iter().flatten();
        kinds
            .filter(move |(_, issuers)| gives(issuers))
            .map(|(kind, _)| kind.as_str())
    }

    /// That one of these keys signed it.
    pub fn verify(&self, keys: &KeySet) -> Result<(), StatementError> {
        keys.verify(&self.jws)
    }

    /// The statement as it was read.
    pub fn as_str(&self) -> &str {
        self.jws.as_str()
    }

    pub(crate) fn claim(&self, name: &str) -> Option<&Value> {
        self.claims.get(name)
    }
}
