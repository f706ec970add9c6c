//! A register list as statements of a federation whose trust anchor is the register.

use chrono::{DateTime, TimeDelta, Utc};
use credentials::Text;
use proofs::{PublicKey, SignError, Signer, jws};
use serde_json::{Map, Value, json};

use super::{
    CREDENTIAL_ISSUER, EntityId, FEDERATION_ENTITY, KeySet, MARK_STATUS_TYPE, MARK_TYPE, MarkStatus,
    STATEMENT_TYPE, StatementError, statement::read_typed,
};
use crate::{
    chain::Chain,
    evaluation::chains,
    list::VerifiedList,
    model::{Accreditation, Entity, EntityKind, KeyWindow},
};

/// How long a statement or mark holds at most. It cannot be taken back sooner, so it is short.
const VALIDITY: TimeDelta = TimeDelta::hours(6);
/// A longer text is no trust mark of ours, in characters.
const LONGEST_MARK: usize = 8 * 1024;

/// Somebody about whom the register states something now: an institution or unit that takes part.
#[derive(Debug)]
pub struct Member<'a> {
    /// By which the federation names it.
    pub id: EntityId,
    entity: &'a Entity,
    keys: KeySet,
    /// Its admissions that hold, each with the moment from which that is already known to change.
    admissions: Vec<(&'a Accreditation, Option<DateTime<Utc>>)>,
}

/// The register as trust anchor and giver of trust marks.
pub struct Publisher<'a> {
    /// The register's own identifier.
    pub entity: EntityId,
    /// What the register says, at this moment.
    pub list: &'a VerifiedList,
    /// Signs with the operator's key.
    pub signer: &'a dyn Signer,
    /// The operator's public key.
    pub key: PublicKey,
    /// This moment.
    pub at: DateTime<Utc>,
}

impl std::fmt::Debug for Publisher<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Publisher({} at {})", self.entity, self.at)
    }
}

/// Everybody who takes part at `at`, once for each `did:web` in use.
pub fn members<'a>(
    list: &'a VerifiedList,
    at: DateTime<Utc>,
    on_this_machine: bool,
) -> impl Iterator<Item = Member<'a>> {
    list.entities().flat_map(move |entity| {
        let ids = entity
            .dids
            .iter()
            .filter_map(move |did| EntityId::of_did(did, on_this_machine));
        ids.filter_map(move |id| member(list, entity, id, at))
    })
}

fn member<'a>(
    list: &'a VerifiedList,
    entity: &'a Entity,
    id: EntityId,
    at: DateTime<Utc>,
) -> Option<Member<'a>> {
    let did = id.did()?;
    if !matches!(entity.kind, EntityKind::Institution | EntityKind::Unit) || !entity.used(&did, at) {
        return None;
    }
    let keys = entity
        .keys
        .iter()
        .filter(|key| *key.kid.did() == did && key.window(at) == KeyWindow::Valid);
    let keys = KeySet::of(keys.filter_map(|key| PublicKey::from_jwk(&key.public_key_jwk).ok()));
    let active = chains(list, entity, at)
        .into_iter()
        .filter(|chain| chain.is_active(at));
    let admissions: Vec<_> = active
        .filter_map(|chain| Some((chain.hops.first()?.accreditation, known_to_change(&chain, at))))
        .collect();
    (!keys.is_empty() && !admissions.is_empty()).then_some(Member {
        id,
        entity,
        keys,
        admissions,
    })
}

/// The first moment after `at` at which some link is already known to stand differently.
fn known_to_change(chain: &Chain<'_>, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let moments = chain.hops.iter().flat_map(|hop| {
        let decisions = hop
            .accreditation
            .status_history
            .iter()
            .map(|event| event.effective_from);
        let succession = hop.entity.succeeded_by.as_ref().map(|next| next.effective_from);
        decisions.chain(succession).chain(hop.accreditation.valid_until)
    });
    moments.filter(|moment| *moment > at).min()
}

impl<'a> Publisher<'a> {
    /// The member with an identifier.
    pub fn member(&self, id: &EntityId) -> Option<Member<'a>> {
        let did = id.did()?;
        // One name each: what is written otherwise names nobody.
        let known = EntityId::of_did(&did, self.is_on_this_machine())?;
        (known == *id).then_some(())?;
        member(self.list, self.list.entity(&did)?, known, self.at)
    }

    /// Everybody who takes part.
    pub fn members(&self) -> impl Iterator<Item = Member<'a>> {
        members(self.list, self.at, self.is_on_this_machine())
    }

    /// What the register says of itself: its entity configuration as a trust anchor.
    pub fn configuration(&self) -> Result<String, SignError> {
        let frameworks = self.list.list().frameworks.iter();
        let issuers: Map<String, Value> = frameworks
            .map(|framework| (self.mark_type(&framework.id), json!([self.entity])))
            .collect();
        let endpoint = |name: &str| self.entity.below(&format!("federation/{name}"));
        let mut claims = json!({
            "iss": self.entity,
            "sub": self.entity,
            "jwks": KeySet::of([self.key.clone()]),
            "metadata": {
                FEDERATION_ENTITY: {
                    "display_name": "Microcredentials register",
                    "display_name#nl": "Register microcredentials",
                    "description": format!(
                        "States who takes part now. Who took part when, and every decision about it, is in the signed list at {}.",
                        self.entity.below("v1/list")
                    ),
                    "description#nl": format!(
                        "Zegt wie nu meedoet. Wie wanneer meedeed, en elk besluit daarover, staat in de getekende lijst op {}.",
                        self.entity.below("v1/list")
                    ),
                    "information_uri": self.entity.below(""),
                    "federation_fetch_endpoint": endpoint("fetch"),
                    "federation_list_endpoint": endpoint("list"),
                    "federation_trust_mark_endpoint": endpoint("trust_mark"),
                    "federation_trust_mark_status_endpoint": endpoint("trust_mark_status"),
                    "federation_trust_mark_list_endpoint": endpoint("trust_mark_list"),
                }
            },
        });
        if let Some(claims) = claims.as_object_mut().filter(|_| !issuers.is_empty()) {
            claims.insert("trust_mark_issuers".into(), issuers.into());
        }
        self.sign(STATEMENT_TYPE, claims, Some(self.at + VALIDITY))
    }

    /// What the register says of a member: its keys and name, and that nobody stands below it.
    pub fn statement(&self, member: &Member<'_>) -> Result<String, SignError> {
        // It holds as long as one of the admissions does.
        let changes = member
            .admissions
            .iter()
            .map(|(_, change)| change.unwrap_or(DateTime::<Utc>::MAX_UTC));
        let change = changes.max().unwrap_or(self.at);
        let keys = member.entity.keys.iter().filter_map(|key| key.not_after);
        let key_ends = keys
            .filter(|end| *end > self.at)
            .min()
            .unwrap_or(DateTime::<Utc>::MAX_UTC);
        let claims = json!({
            "iss": self.entity,
            "sub": member.id,
            "jwks": member.keys,
            "metadata": {FEDERATION_ENTITY: names(&member.entity.display_name)},
            "constraints": {"max_path_length": 0, "allowed_entity_types": [CREDENTIAL_ISSUER]},
            "source_endpoint": self.entity.below("federation/fetch"),
        });
        self.sign(
            STATEMENT_TYPE,
            claims,
            Some((self.at + VALIDITY).min(change).min(key_ends)),
        )
    }

    /// That a member takes part in the framework of which `kind` is the trust mark; nothing when it does not.
    pub fn mark(&self, member: &Member<'_>, kind: &str) -> Result<Option<String>, SignError> {
        let mut admissions = member.admissions.iter();
        let Some((admission, change)) = admissions.find(|(admission, _)| self.is_for(admission, kind)) else {
            return Ok(None);
        };
        let ends = change.map_or(self.at + VALIDITY, |change| change.min(self.at + VALIDITY));
        let claims = json!({
            "iss": self.entity,
            "sub": member.id,
            "trust_mark_type": kind,
            "ref": admission.accreditation_id,
        });
        self.sign(MARK_TYPE, claims, Some(ends)).map(Some)
    }

    /// Whether a member has the trust mark of a kind.
    pub fn is_marked(&self, member: &Member<'_>, kind: &str) -> bool {
        member
            .admissions
            .iter()
            .any(|(admission, _)| self.is_for(admission, kind))
    }

    /// The kinds of trust mark that a member has.
    pub fn marks_of(&self, member: &Member<'_>) -> Vec<String> {
        let frameworks = self.list.list().frameworks.iter();
        let kinds = frameworks.map(|framework| self.mark_type(&framework.id));
        kinds.filter(|kind| self.is_marked(member, kind)).collect()
    }

    /// The kind of trust mark for taking part in a quality framework: an address below the register's own.
    pub fn mark_type(&self, framework: &str) -> String {
        let framework: String = url::form_urlencoded::byte_serialize(framework.as_bytes()).collect();
        self.entity
            .below(&format!("federation/participation?framework={framework}"))
    }

    /// What has become of a mark (section 8.4). Nothing of what the register never gave.
    pub fn mark_status(&self, mark: &str) -> Option<MarkStatus> {
        let jws = jws::parse(mark, LONGEST_MARK).ok()?;
        let claims = jws.payload_json().ok()?;
        let claim = |name: &str| claims.get(name).and_then(Value::as_str);
        (claim("iss") == Some(self.entity.as_str())).then_some(())?;
        if KeySet::of([self.key.clone()]).verify(&jws).is_err() {
            return Some(MarkStatus::Invalid);
        }
        let (Some(subject), Some(kind), Some(admission)) =
            (claim("sub"), claim("trust_mark_type"), claim("ref"))
        else {
            return Some(MarkStatus::Invalid);
        };
        Some(match read_typed(mark, MARK_TYPE, self.at) {
            Err(StatementError::Ended(_)) => MarkStatus::Expired,
            Err(_) | Ok((.., None)) => MarkStatus::Invalid,
            Ok(_) => {
                let member = EntityId::parse(subject).ok().and_then(|id| self.member(&id));
                let holds = member.is_some_and(|member| {
                    member
                        .admissions
                        .iter()
                        .any(|(one, _)| one.accreditation_id == admission && self.is_for(one, kind))
                });
                match holds {
                    true => MarkStatus::Active,
                    false => MarkStatus::Revoked,
                }
            }
        })
    }

    /// The answer about a mark, signed.
    pub fn mark_status_response(&self, mark: &str, status: MarkStatus) -> Result<String, SignError> {
        let claims = json!({"iss": self.entity, "trust_mark": mark, "status": status});
        self.sign(MARK_STATUS_TYPE, claims, None)
    }

    fn is_for(&self, admission: &Accreditation, kind: &str) -> bool {
        let mut frameworks = self.list.list().frameworks.iter();
        let framework = admission.framework.as_deref();
        framework.is_some_and(|framework| {
            frameworks.any(|known| known.id == framework) && self.mark_type(framework) == kind
        })
    }

    fn is_on_this_machine(&self) -> bool {
        self.entity.is_on_this_machine()
    }

    fn sign(&self, typ: &str, claims: Value, ends: Option<DateTime<Utc>>) -> Result<String, SignError> {
        sign(typ, claims, (self.signer, &self.key), (self.at, ends))
    }
}

/// Signs claims as a JWT of a type, given now and holding until a moment; the key is named by its thumbprint.
pub fn sign(
    typ: &str,
    mut claims: Value,
    (signer, key): (&dyn Signer, &PublicKey),
    (at, ends): (DateTime<Utc>, Option<DateTime<Utc>>),
) -> Result<String, SignError> {
    if let Some(claims) = claims.as_object_mut() {
        claims.insert("iat".into(), at.timestamp().into());
        if let Some(ends) = ends {
            claims.insert("exp".into(), ends.timestamp().into());
        }
    }
    let header = json!({"alg": signer.algorithm().jose_name(), "typ": typ, "kid": key.thumbprint()});
    jws::sign(&header, claims.to_string().as_bytes(), signer)
}

/// An organisation's name in each of its languages, as metadata (sections 5.2.2 and 14).
pub fn names(name: &Text) -> Map<String, Value> {
    let mut names = Map::new();
    for (tag, text) in [("nl", &name.nl), ("en", &name.en)] {
        if let Some(text) = text {
            names.insert(format!("organization_name#{tag}"), text.as_str().into());
        }
    }
    if let Some(first) = name.nl.as_ref().or(name.en.as_ref()) {
        names.insert("organization_name".into(), first.as_str().into());
    }
    names
}
