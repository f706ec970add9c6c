//! Trust chains: from what an entity says of itself up to a pinned trust anchor (sections 4 and 10.2).

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{EntityId, FEDERATION_ENTITY, KeySet, PolicyError, Statement, StatementError, policy::Policy};

/// The most entities between the subject and the trust anchor.
pub const LONGEST_PATH: usize = 6;

/// A federation trusted by configuration: its trust anchor, and the keys it signs with.
#[derive(Clone, Debug, PartialEq)]
pub struct Anchor {
    /// The trust anchor.
    pub entity: EntityId,
    /// Its keys, got from elsewhere than from itself.
    pub keys: KeySet,
}

/// Why statements are no trust chain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// Fewer statements than a chain has, or more than are read.
    #[error("{0} statements are no chain: it has two at least, and not more than are read here")]
    Length(usize),
    /// One of the statements does not count.
    #[error("statement {number} of the chain does not count: {error}")]
    Statement {
        /// Which, from 1 for the subject's own.
        number: usize,
        /// Why.
        error: StatementError,
    },
    /// The first statement is not the subject's own.
    #[error("a chain begins with what the subject says of itself")]
    NoSubject,
    /// A statement in the middle is somebody's own, or one speaks of somebody else than the next one's issuer.
    #[error("statement {0} of the chain does not follow from the next")]
    Broken(usize),
    /// The chain comes back to somebody it passed.
    #[error("the chain passes {0} twice")]
    Loop(EntityId),
    /// The subject names others as standing above it.
    #[error("{0} vouches for the subject, which does not name it as standing above it")]
    NotNamed(EntityId),
    /// It ends at somebody else than the trust anchor.
    #[error("the chain ends at {0}, which is not the trust anchor")]
    OtherAnchor(EntityId),
    /// There are more intermediates than a superior allows.
    #[error("{0} allows fewer organisations between itself and the subject")]
    TooLong(EntityId),
    /// Somebody lies outside the names that a superior allows.
    #[error("{by} does not allow {entity} below it")]
    Name {
        /// Who set the constraint.
        by: EntityId,
        /// Who breaks it.
        entity: EntityId,
    },
    /// A constraint that cannot be read.
    #[error("the constraints set by {0} are malformed")]
    Constraints(EntityId),
    /// The metadata is not as the superiors allow.
    #[error(transparent)]
    Policy(#[from] PolicyError),
}

/// A chain that holds.
#[derive(Clone, Debug, Serialize)]
pub struct Resolved {
    /// Who is listed.
    pub subject: EntityId,
    /// Those in between, from the subject up.
    pub path: Vec<EntityId>,
    /// The trust anchor.
    pub anchor: EntityId,
    /// Until when all of it holds.
    pub ends: DateTime<Utc>,
    /// What the subject says of itself by entity type, as far as its superiors allow.
    pub metadata: Map<String, Value>,
    /// The subject's keys, as its superior states them.
    pub keys: KeySet,
    /// Its trust marks as it shows them; see [`verify_mark`](super::verify_mark).
    #[serde(skip)]
    pub(super) marks: Vec<Value>,
    /// What the trust anchor says of kinds of marks.
    #[serde(skip)]
    pub(super) mark_rules: MarkRules,
    /// The anchor as it was pinned.
    #[serde(skip)]
    pub(super) pinned: KeySet,
}

/// What a trust anchor says of kinds of trust marks.
#[derive(Clone, Debug, Default)]
pub(super) struct MarkRules {
    pub(super) issuers: Map<String, Value>,
    pub(super) owners: Map<String, Value>,
}

/// Checks a chain at `at`: the subject's own statement first, the trust anchor's statement about the topmost of the
/// others or the trust anchor's own last.
///
/// The signatures of the trust anchor are checked with the pinned keys, never with those it states itself.
pub fn validate_chain(
    statements: &[impl AsRef<str>],
    anchor: &Anchor,
    at: DateTime<Utc>,
) -> Result<Resolved, ChainError> {
    if !(2..=LONGEST_PATH + 3).contains(&statements.len()) {
        return Err(ChainError::Length(statements.len()));
    }
    let refused = |index: usize, error| ChainError::Statement {
        number: index + 1,
        error,
    };
    let mut chain = Vec::new();
    for (index, statement) in statements.iter().enumerate() {
        chain.push(Statement::read(statement.as_ref(), at).map_err(|error| refused(index, error))?);
    }
    let (subject, superiors, own) = parts(&chain)?;
    check_links(subject, superiors, own, anchor)?;

    // Signatures last: they cost most.
    let verify = |index: usize, statement: &Statement, keys: &KeySet| {
        statement.verify(keys).map_err(|error| refused(index, error))
    };
    verify(0, subject, subject.keys())?;
    for (index, statement) in chain.iter().enumerate() {
        let keys = match chain.get(index + 1) {
            Some(next) if *next.subject() != anchor.entity => next.keys(),
            _ => &anchor.keys,
        };
        verify(index, statement, keys)?;
    }

    let metadata = metadata(subject, superiors)?;
    let rule = |name: &str| own.and_then(|own| own.claim(name)?.as_object().cloned());
    let marks = subject.claim("trust_marks").and_then(Value::as_array);
    let stated = superiors.first().map_or(subject.keys(), |above| above.keys());
    Ok(Resolved {
        subject: subject.subject().clone(),
        path: superiors
            .iter()
            .skip(1)
            .map(|one| one.subject().clone())
            .collect(),
        anchor: anchor.entity.clone(),
        ends: chain.iter().map(Statement::ends).min().unwrap_or(at),
        metadata,
        keys: stated.clone(),
        marks: marks.cloned().unwrap_or_default(),
        mark_rules: MarkRules {
            issuers: rule("trust_mark_issuers").unwrap_or_default(),
            owners: rule("trust_mark_owners").unwrap_or_default(),
        },
        pinned: anchor.keys.clone(),
    })
}

/// The subject's own statement, those of its superiors from the bottom up, and the trust anchor's own.
fn parts(chain: &[Statement]) -> Result<(&Statement, &[Statement], Option<&Statement>), ChainError> {
    let [subject, rest @ ..] = chain else {
        return Err(ChainError::NoSubject);
    };
    if !subject.is_configuration() {
        return Err(ChainError::NoSubject);
    }
    let (superiors, own) = match rest {
        [superiors @ .., last] if last.is_configuration() => (superiors, Some(last)),
        all => (all, None),
    };
    if superiors.len() > LONGEST_PATH + 1 {
        return Err(ChainError::Length(chain.len()));
    }
    Ok((subject, superiors, own))
}

fn check_links(
    subject: &Statement,
    superiors: &[Statement],
    own: Option<&Statement>,
    anchor: &Anchor,
) -> Result<(), ChainError> {
    let mut below = subject;
    let mut passed = vec![subject.subject()];
    for (index, statement) in superiors.iter().enumerate() {
        if statement.is_configuration() || statement.subject() != below.issuer() {
            return Err(ChainError::Broken(index + 1));
        }
        if passed.contains(&statement.issuer()) {
            return Err(ChainError::Loop(statement.issuer().clone()));
        }
        passed.push(statement.issuer());
        below = statement;
    }
    if let Some(own) = own.filter(|own| own.subject() != below.issuer()) {
        return Err(ChainError::OtherAnchor(own.subject().clone()));
    }
    if *below.issuer() != anchor.entity {
        return Err(ChainError::OtherAnchor(below.issuer().clone()));
    }
    match superiors.first() {
        Some(above) if !subject.authority_hints().contains(above.issuer()) => {
            Err(ChainError::NotNamed(above.issuer().clone()))
        }
        // Two statements of the anchor about itself are no chain.
        None => Err(ChainError::Broken(1)),
        Some(_) => Ok(()),
    }
}

/// What the subject says of itself, as far as all above it allow (sections 6.1.4.2 and 6.2).
fn metadata(subject: &Statement, superiors: &[Statement]) -> Result<Map<String, Value>, ChainError> {
    let of = |statement: &Statement| statement.claim("metadata").and_then(Value::as_object).cloned();
    let mut metadata = of(subject).unwrap_or_default();
    for (kind, stated) in superiors.first().and_then(of).unwrap_or_default() {
        if let (Some(Value::Object(members)), Value::Object(stated)) = (metadata.get_mut(&kind), stated) {
            members.extend(stated);
        }
    }
    for (index, statement) in superiors.iter().enumerate() {
        constrain(statement, index, superiors, &mut metadata)?;
    }
    let policies = superiors.iter().rev().map(|statement| {
        (
            statement.claim("metadata_policy"),
            statement.claim("metadata_policy_crit"),
        )
    });
    Policy::resolve(policies)?.apply(&mut metadata)?;
    Ok(metadata)
}

/// Applies the constraints of a statement that has `between` organisations between its issuer and the subject.
fn constrain(
    statement: &Statement,
    between: usize,
    superiors: &[Statement],
    metadata: &mut Map<String, Value>,
) -> Result<(), ChainError> {
    let by = statement.issuer();
    let malformed = || ChainError::Constraints(by.clone());
    let Some(constraints) = statement.claim("constraints") else {
        return Ok(());
    };
    let constraints = constraints.as_object().ok_or_else(malformed)?;
    if let Some(most) = constraints.get("max_path_length")
        && between as u64 > most.as_u64().ok_or_else(malformed)?
    {
        return Err(ChainError::TooLong(by.clone()));
    }
    if let Some(names) = constraints.get("naming_constraints") {
        let names = names.as_object().ok_or_else(malformed)?;
        let list = |name: &str| match names.get(name) {
            None => Ok(None),
            Some(list) => {
                let list = list
                    .as_array()
                    .map(|list| list.iter().map(Value::as_str).collect());
                list.flatten().map(Some).ok_or_else(malformed)
            }
        };
        let (permitted, excluded): (Option<Vec<&str>>, Option<Vec<&str>>) =
            (list("permitted")?, list("excluded")?);
        for below in superiors.iter().take(between + 1) {
            let host = below.subject().host();
            let matches = |names: &Vec<&str>| names.iter().any(|name| is_within(&host, name));
            if excluded.as_ref().is_some_and(matches)
                || permitted.as_ref().is_some_and(|names| !matches(names))
            {
                return Err(ChainError::Name {
                    by: by.clone(),
                    entity: below.subject().clone(),
                });
            }
        }
    }
    if let Some(allowed) = constraints.get("allowed_entity_types") {
        let allowed = allowed.as_array().ok_or_else(malformed)?;
        metadata.retain(|kind, _| {
            kind == FEDERATION_ENTITY || allowed.iter().any(|one| one.as_str() == Some(kind))
        });
    }
    Ok(())
}

/// RFC 5280, section 4.2.1.10: with a dot in front everything below it, without one a host.
fn is_within(host: &str, name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    match name.strip_prefix('.') {
        Some(domain) => host
            .strip_suffix(domain)
            .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.')),
        None => host == name,
    }
}
