//! Trust marks: that somebody meets a set of rules, by the word of whoever the federation lets say so (section 7).

use chrono::{DateTime, Utc};
use proofs::jws::Jws;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    DELEGATION_TYPE, EntityId, KeySet, MARK_TYPE, Resolved, StatementError,
    statement::{entity, read_typed},
};

/// More trust marks than this are not looked at.
const MOST: usize = 32;

/// A trust mark that holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mark {
    /// Which kind of mark, as the federation names it.
    pub trust_mark_type: String,
    /// Who gave it.
    pub issuer: EntityId,
    /// Where people can read about it.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Until when; without an end it holds until its issuer takes it back, which was not asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends: Option<DateTime<Utc>>,
}

/// What an issuer of trust marks says of one (section 8.4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MarkStatus {
    /// It holds.
    Active,
    /// Its time is over.
    Expired,
    /// It was taken back.
    Revoked,
    /// Its signature is wrong, or something else about it.
    Invalid,
}

/// Why a trust mark does not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MarkError {
    /// Not an object with `trust_mark_type` and `trust_mark`.
    #[error("it is not of the form of a trust mark")]
    Form,
    /// The mark itself does not count.
    #[error(transparent)]
    Mark(#[from] StatementError),
    /// It is of another kind than it is shown as.
    #[error("it is of another kind than it is shown as")]
    OtherType,
    /// It was given to somebody else.
    #[error("it was given to {0}")]
    OtherSubject(EntityId),
    /// The trust anchor knows no such mark, or lets others give it.
    #[error("the federation does not let {0} give this mark")]
    NotRecognised(EntityId),
    /// Nothing is known of its issuer.
    #[error("it was not checked who {0} is")]
    UnknownIssuer(EntityId),
    /// The mark belongs to somebody else, who did not let its issuer give it.
    #[error("the owner of this kind of mark did not let its issuer give it: {0}")]
    Delegation(StatementError),
}

impl Resolved {
    /// The trust marks the subject shows, and whether each holds at `at`.
    ///
    /// `issuers` are chains to the same trust anchor of those who gave marks, where that is not the anchor itself.
    pub fn marks(&self, issuers: &[Self], at: DateTime<Utc>) -> Vec<Result<Mark, MarkError>> {
        let shown = self.marks.iter().take(MOST);
        shown
            .map(|shown| {
                let member = |name: &str| shown.get(name).and_then(Value::as_str).ok_or(MarkError::Form);
                verify_mark(
                    self,
                    (member("trust_mark_type")?, member("trust_mark")?),
                    issuers,
                    at,
                )
            })
            .collect()
    }
}

/// Checks a trust mark, shown as of a kind, of the subject of `of` (section 7.3).
pub fn verify_mark(
    of: &Resolved,
    (shown_as, mark): (&str, &str),
    issuers: &[Resolved],
    at: DateTime<Utc>,
) -> Result<Mark, MarkError> {
    let (jws, claims, said) = read(mark, &of.subject, at)?;
    let (issuer, kind) = (said.issuer.clone(), said.trust_mark_type.as_str());
    if kind != shown_as {
        return Err(MarkError::OtherType);
    }
    let givers = of.mark_rules.issuers.get(kind).and_then(Value::as_array);
    let may_give = givers.is_some_and(|givers| {
        givers.is_empty() || givers.iter().any(|giver| giver.as_str() == Some(issuer.as_str()))
    });
    if !may_give {
        return Err(MarkError::NotRecognised(issuer));
    }
    let keys = if issuer == of.anchor {
        &of.pinned
    } else {
        let chains = issuers.iter().chain([of]);
        let mut chains = chains.filter(|chain| chain.subject == issuer && chain.anchor == of.anchor);
        let chain = chains.find(|chain| chain.ends > at);
        &chain
            .ok_or_else(|| MarkError::UnknownIssuer(issuer.clone()))?
            .keys
    };
    keys.verify(&jws)?;
    let owner = of.mark_rules.owners.get(kind);
    if owner.is_some() || claims.contains_key("delegation") {
        delegated(owner, &claims, kind, &issuer, at).map_err(MarkError::Delegation)?;
    }
    Ok(said)
}

/// What a mark says that was given to `subject` and whose time `at` is. Nobody vouches for it yet.
pub fn peek_mark(mark: &str, subject: &EntityId, at: DateTime<Utc>) -> Result<Mark, MarkError> {
    read(mark, subject, at).map(|(_, _, said)| said)
}

fn read(
    mark: &str,
    subject: &EntityId,
    at: DateTime<Utc>,
) -> Result<(Jws, Map<String, Value>, Mark), MarkError> {
    let (jws, claims, ends) = read_typed(mark, MARK_TYPE, at)?;
    let given_to = entity(&claims, "sub")?;
    if given_to != *subject {
        return Err(MarkError::OtherSubject(given_to));
    }
    let kind = text(&claims, "trust_mark_type").ok_or(StatementError::Claim("trust_mark_type"))?;
    let said = Mark {
        trust_mark_type: kind.to_owned(),
        issuer: entity(&claims, "iss")?,
        reference: text(&claims, "ref").map(str::to_owned),
        ends,
    };
    Ok((jws, claims, said))
}

/// That the owner of a kind of mark lets `issuer` give it (section 7.2.2).
fn delegated(
    owner: Option<&Value>,
    mark: &Map<String, Value>,
    kind: &str,
    issuer: &EntityId,
    at: DateTime<Utc>,
) -> Result<(), StatementError> {
    let delegation = text(mark, "delegation").ok_or(StatementError::Claim("delegation"))?;
    let (jws, claims, _) = read_typed(delegation, DELEGATION_TYPE, at)?;
    let owner = owner.ok_or(StatementError::UnknownKey)?;
    let keys = owner.get("jwks").and_then(|jwks| KeySet::parse(jwks).ok());
    if text(&claims, "iss") != owner.get("sub").and_then(Value::as_str) || !claims.contains_key("iss") {
        return Err(StatementError::Claim("iss"));
    }
    if entity(&claims, "sub")? != *issuer {
        return Err(StatementError::Claim("sub"));
    }
    if text(&claims, "trust_mark_type") != Some(kind) {
        return Err(StatementError::Claim("trust_mark_type"));
    }
    keys.ok_or(StatementError::UnknownKey)?.verify(&jws)
}

fn text<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    claims.get(name).and_then(Value::as_str)
}
