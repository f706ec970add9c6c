//! The register's use cases: publish the list, and change it by what keepers decide. No HTTP here.

mod admissions;
mod changes;
mod checklist;
mod decisions;
mod delegations;
mod deltas;
mod evidence;
mod keys;
mod log;
mod proposals;
mod receipts;
mod statistics;

pub(crate) use admissions::{Admission, AdmissionError, Registration};
pub(crate) use changes::{Answer, Change, ChangeError, Recorded};
pub(crate) use checklist::{Checked, Condition, Missing, conditions};
pub(crate) use decisions::{Decision, RecordError};
pub(crate) use delegations::{DelegateError, Delegation, Merger};
pub use evidence::TakeOverError;
pub(crate) use evidence::{EvidenceError, EvidenceImport};
pub(crate) use keys::{KeyDecision, KeyError};
pub(crate) use log::LogError;
pub(crate) use proposals::{Closing, Outcome, Proposal, ProposalError, Submission, Submitted};
pub(crate) use receipts::ReceiptError;
pub(crate) use statistics::CountError;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use axum::body::Bytes;
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use flate2::Compression;
use flate2::write::GzEncoder;
use http_service::Clock;
use proofs::{Signer, jws};
use sha2::{Digest, Sha256};
use trust::{
    Accreditation, Entity, LIST_VERSION, ListError, MAX_LIST_CHARACTERS, RegisterList, TrustAnchor,
    VerifiedList, content_hash, sign_list, verify_list,
};

use crate::keepers::Decisions;
use crate::operator::Operator;
use crate::seed::{Seed, SeedError};
use crate::storage::{Storage, StorageError, StoredList, Write};

/// How long a list may be relied on.
const VALIDITY: TimeDelta = TimeDelta::hours(24);
/// When less than this is left, a list is signed afresh.
const RENEWAL: TimeDelta = TimeDelta::hours(12);
/// A decision that looks back further than this must say so.
const PROMPT: TimeDelta = TimeDelta::minutes(5);

/// A running register; cheap to clone.
#[derive(Clone)]
pub struct Register(Arc<Inner>);

struct Inner {
    storage: Storage,
    operator: Operator,
    /// The thumbprint of the key that will follow on the operator's.
    announced_key: Option<String>,
    register_id: String,
    clock: Clock,
    decisions: Decisions,
    current: RwLock<Arc<Published>>,
    log_head: RwLock<Option<log::Signed>>,
    /// Receipts from before a change of key, by what they were, as they were signed anew: signing costs more than asking.
    renewed: Mutex<HashMap<String, String>>,
}

/// The list as it is published now.
pub(crate) struct Published {
    /// The compact JWS.
    pub(crate) signed: String,
    /// The same, packed with gzip once for all readers.
    pub(crate) packed: Bytes,
    /// Its entity tag.
    pub(crate) tag: String,
    /// What it says.
    pub(crate) list: VerifiedList,
    /// What leads to it from earlier ones.
    deltas: deltas::Deltas,
}

/// Why no list was published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The register's content cannot be signed.
    #[error("the register list cannot be signed")]
    List(#[from] ListError),
    /// The key is not the one that signed the newest list, and no change tells of that.
    #[error(
        "list {0} was signed with another key than the register has now, and the database knows of no change; put back the \
         database and the key that belong together"
    )]
    OtherKey(u64),
    /// Somebody changed the operator's key meanwhile.
    #[error("the register's key was changed while it ran; start it again")]
    KeyChanged,
    /// The seed was refused.
    #[error("the seed cannot be taken over")]
    Seed(#[from] SeedError),
}

impl Register {
    pub(crate) async fn open(
        storage: Storage,
        operator: Operator,
        public_url: &str,
        clock: Clock,
        decisions: Decisions,
        seed: Option<&Seed>,
    ) -> Result<Self, PublishError> {
        let register_id = format!("{}/v1", public_url.trim_end_matches('/'));
        let now = whole_seconds(clock.now());
        let announced_key = storage.announced_key(operator.changes().len()).await?;
        let mut write = storage.write().await?;
        write.log_what_is_there().await?;
        if let Some(seed) = seed {
            let address = |name: &str| format!("{register_id}/accreditations/{name}");
            seed.add_to(&mut write, now, address).await?;
        }
        let published = publish(&mut write, &operator, &register_id, now).await?;
        write.commit().await?;
        let current = RwLock::new(Arc::new(published));
        Ok(Self(Arc::new(Inner {
            storage,
            operator,
            announced_key,
            register_id,
            clock,
            decisions,
            current,
            log_head: RwLock::new(None),
            renewed: Mutex::default(),
        })))
    }

    /// What verifiers pin: the operator and its public key.
    pub fn anchor(&self) -> TrustAnchor {
        self.0.operator.anchor(self.0.announced_key.clone())
    }

    /// Where the signed list is.
    pub fn list_url(&self) -> String {
        format!("{}/list", self.0.register_id)
    }

    /// The address under which everything of the register's is.
    pub(crate) fn address_of_all(&self) -> &str {
        let id = &self.0.register_id;
        id.strip_suffix("/v1").unwrap_or(id)
    }

    /// The present moment, by the register's clock.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }

    /// How many persons it takes to change the register.
    pub(crate) fn decisions(&self) -> Decisions {
        self.0.decisions
    }

    pub(crate) fn operator(&self) -> &Operator {
        &self.0.operator
    }

    /// The list of this moment, signed afresh when its last half day has begun.
    pub(crate) async fn published(&self) -> Result<Arc<Published>, PublishError> {
        let current = self.current();
        if self.now() < current.list.list().next_update - RENEWAL {
            return Ok(current);
        }
        let mut write = self.0.storage.write().await?;
        let now = whole_seconds(self.now());
        let published = publish(&mut write, &self.0.operator, &self.0.register_id, now).await?;
        write.commit().await?;
        Ok(self.replace(published))
    }

    /// The list with a number, as it was last signed.
    pub(crate) async fn list(&self, sequence: u64) -> Result<Option<String>, StorageError> {
        Ok(self.0.storage.list(sequence).await?.map(|list| list.signed))
    }

    /// Takes over what is missing from a seed, such as an organisation that joins later.
    pub async fn add(&self, seed: &Seed) -> Result<(), PublishError> {
        let mut write = self.0.storage.write().await?;
        let now = whole_seconds(self.now());
        let address = |name: &str| self.address(name);
        seed.add_to(&mut write, now, address).await?;
        let published = publish(&mut write, &self.0.operator, &self.0.register_id, now).await?;
        write.commit().await?;
        self.replace(published);
        Ok(())
    }

    /// Whether the register can do its work.
    pub(crate) async fn ready(&self) -> Result<(), PublishError> {
        self.0.storage.ping().await?;
        self.published().await.map(drop)
    }

    pub(crate) fn address(&self, name: &str) -> String {
        format!("{}/accreditations/{name}", self.0.register_id)
    }

    fn current(&self) -> Arc<Published> {
        self.0
            .current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Puts a committed list in the place of the present one, unless a newer one is there already.
    fn replace(&self, published: Published) -> Arc<Published> {
        let mut current = self.0.current.write().unwrap_or_else(PoisonError::into_inner);
        let age = |one: &Published| (one.list.list().sequence, one.list.list().issued_at);
        if age(&current) <= age(&published) {
            *current = Arc::new(published);
        }
        current.clone()
    }
}

/// Signs what the database holds: under the next number when it changed, afresh when it is half spent, and
/// else the list that was signed last is still the one.
async fn publish(
    write: &mut Write,
    operator: &Operator,
    register_id: &str,
    now: DateTime<Utc>,
) -> Result<Published, PublishError> {
    let anchors = [operator.anchor(None)];
    check_key(write, operator).await?;
    let (frameworks, entities) = write.contents().await?;
    let mut list = RegisterList {
        version: LIST_VERSION,
        iss: operator.did().clone(),
        register_id: register_id.to_owned(),
        sequence: 1,
        issued_at: now,
        next_update: now + VALIDITY,
        previous_hash: None,
        key_changes: operator.changes().to_vec(),
        frameworks,
        entities,
    };
    if let Some(last) = write.last_list().await? {
        // One from before a change of key is not vouched for by the present key: it tells of one change less.
        let before = match verify_list(&last.signed, &anchors, now) {
            Err(ListError::WrongSignature | ListError::KeyChanges(_))
                if count_key_changes(&last.signed) == operator.changes().len() =>
            {
                return Err(PublishError::OtherKey(last.sequence));
            }
            read => read.ok(),
        };
        list.sequence = last.sequence;
        list.previous_hash = before
            .as_ref()
            .and_then(|before| before.list().previous_hash.clone());
        match before {
            Some(before) if content_hash(&list)? == last.content_hash => {
                write.log_list(&list, &last.content_hash).await?;
                if now < before.list().next_update - RENEWAL {
                    return Ok(Published {
                        tag: tag(&last.signed),
                        packed: packed(&last.signed),
                        signed: last.signed,
                        list: before,
                        deltas: deltas::Deltas::default(),
                    });
                }
            }
            _ => {
                list.sequence += 1;
                list.previous_hash = Some(last.content_hash);
            }
        }
    }
    let signer: &dyn Signer = operator.key();
    let signed = sign_list(&list, signer, operator.kid())?;
    let verified = verify_list(&signed, &anchors, now)?;
    let stored = StoredList {
        sequence: list.sequence,
        content_hash: verified.content_hash().to_owned(),
        signed: signed.clone(),
    };
    write.add_list(&stored, &list.issued_at.to_rfc3339()).await?;
    write.log_list(&list, &stored.content_hash).await?;
    tracing::info!(sequence = list.sequence, "register list signed");
    Ok(Published {
        tag: tag(&signed),
        packed: packed(&signed),
        signed,
        list: verified,
        deltas: deltas::Deltas::default(),
    })
}

/// How many changes of key a list of this register's own tells of.
fn count_key_changes(signed: &str) -> usize {
    let content = jws::parse(signed, MAX_LIST_CHARACTERS).ok();
    let content = content.and_then(|jws| jws.payload_json().ok());
    let changes = content
        .as_ref()
        .and_then(|content| content.get("keyChanges")?.as_array());
    changes.map_or(0, Vec::len)
}

/// Refuses to sign with a key that was replaced while this register ran.
async fn check_key(write: &mut Write, operator: &Operator) -> Result<(), PublishError> {
    match write.count_key_changes().await? == operator.changes().len() as u64 {
        true => Ok(()),
        false => Err(PublishError::KeyChanged),
    }
}

fn find<'a>(entities: &'a [Entity], id: &str) -> Option<&'a Accreditation> {
    entities
        .iter()
        .flat_map(|entity| &entity.accreditations)
        .find(|one| one.accreditation_id == id)
}

/// The entity tag of what was signed.
pub(crate) fn tag(signed: &str) -> String {
    format!("\"{}\"", &hex(signed.as_bytes())[..32])
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .fold(String::new(), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// A text packed with gzip.
fn packed(text: &str) -> Bytes {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory cannot fail.
    let _ = packer.write_all(text.as_bytes());
    packer.finish().unwrap_or_default().into()
}

fn whole_seconds(at: DateTime<Utc>) -> DateTime<Utc> {
    at.trunc_subsecs(0)
}
