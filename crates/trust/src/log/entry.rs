//! What stands in the log.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use credentials::{
    Did, DidUrl,
    jcs::{self, JcsError},
};
use serde::{Deserialize, Serialize};

use super::{Hash, leaf_hash};
use crate::{
    Accreditation, Entity, Evidence, Framework, Key, KeyChange, Reason, RegisterList, StatusEvent, Succession,
};

/// One thing that the register recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Entry {
    /// A version of a quality framework.
    Framework {
        /// The version.
        framework: Framework,
    },
    /// An organisation, without keys and accreditations.
    Entity {
        /// The organisation.
        entity: Entity,
    },
    /// A key of an organisation.
    Key {
        /// Whose it is.
        entity_id: String,
        /// The key as it was added.
        key: Key,
    },
    /// An accreditation, without a history.
    Accreditation {
        /// Whose it is.
        entity_id: String,
        /// The accreditation.
        accreditation: Accreditation,
    },
    /// A decision about an accreditation.
    StatusEvent {
        /// Which accreditation.
        accreditation_id: String,
        /// The decision.
        event: StatusEvent,
    },
    /// A decision about a key.
    KeyEvent {
        /// Which key.
        kid: DidUrl,
        /// The decision.
        event: KeyEvent,
    },
    /// Another organisation takes over.
    Succession {
        /// From which organisation.
        entity_id: String,
        /// Which, and from when.
        succession: Succession,
    },
    /// What is known of an organisation from elsewhere; in the place of what was known about the same thing.
    Evidence {
        /// About which organisation.
        entity_id: String,
        /// What is known.
        evidence: Evidence,
    },
    /// The operator's key changed.
    KeyChange {
        /// The change as it was signed: see [`KeyChange`](crate::KeyChange).
        change: String,
    },
    /// A list was published with all that stands before.
    List {
        /// The version of its format.
        version: u32,
        /// Who published it.
        iss: Did,
        /// The register's own identifier then.
        register_id: String,
        /// Its number.
        sequence: u64,
        /// Its [`content_hash`](crate::content_hash).
        content_hash: String,
    },
    /// A receipt was given.
    Receipt {
        /// Its number.
        sequence: u64,
        /// `sha-256:` and the hexadecimal SHA-256 of the receipt, as signed.
        digest: String,
    },
}

/// What became of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyEnd {
    /// It is not used after that moment.
    Ended,
    /// From that moment on somebody else may have it.
    Compromised,
}

/// A decision about a key; never changed afterwards.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyEvent {
    /// What became of it.
    pub kind: KeyEnd,
    /// From when.
    pub at: DateTime<Utc>,
    /// When the register learnt of it.
    pub recorded_at: DateTime<Utc>,
    /// Why.
    pub reason: Reason,
}

/// Why entries make no register.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("entry {position} of the log {what}")]
pub struct InvalidLog {
    position: usize,
    what: &'static str,
}

impl Entry {
    /// The leaf in the tree: canonical JSON (RFC 8785).
    pub fn to_text(&self) -> Result<String, JcsError> {
        let value = serde_json::to_value(self).unwrap_or_default();
        jcs::canonicalize(&value)
    }

    /// The hash of the leaf.
    pub fn hash(&self) -> Result<Hash, JcsError> {
        Ok(leaf_hash(self.to_text()?.as_bytes()))
    }
}

impl KeyEvent {
    /// The key as it is after this: an end only ever comes earlier.
    pub fn apply(&self, key: &mut Key) {
        let end = match self.kind {
            KeyEnd::Ended => &mut key.not_after,
            KeyEnd::Compromised => &mut key.compromised_at,
        };
        if end.is_none_or(|end| self.at < end) {
            *end = Some(self.at);
        }
    }
}

/// What the register says after some entries: what its list must say.
#[derive(Clone, Debug, Default)]
pub struct Replay {
    position: usize,
    key_changes: Vec<String>,
    frameworks: Vec<Framework>,
    entities: Vec<Entity>,
    by_entity: HashMap<String, usize>,
    by_kid: HashMap<DidUrl, (usize, usize)>,
    by_accreditation: HashMap<String, (usize, usize)>,
    /// The list that was published last.
    last: Option<(u64, String)>,
}

impl Replay {
    /// Takes the next entry.
    ///
    /// Refuses what a register never records: the same thing twice, something about what is not there, or a list
    /// that says anything else than the entries before it.
    pub fn apply(&mut self, entry: Entry) -> Result<(), InvalidLog> {
        let position = self.position;
        let wrong = |what| InvalidLog { position, what };
        let no_such_entity = || wrong("is about an organisation that is not there");
        match entry {
            Entry::Framework { framework } => self.frameworks.push(framework),
            Entry::Entity { entity } => {
                let id = entity.entity_id.clone();
                if self.by_entity.insert(id, self.entities.len()).is_some() {
                    return Err(wrong("adds an organisation again"));
                }
                self.entities.push(entity);
            }
            Entry::Key { entity_id, key } => {
                let place = *self.by_entity.get(&entity_id).ok_or_else(no_such_entity)?;
                let own = &mut self.entities[place].keys;
                if self.by_kid.insert(key.kid.clone(), (place, own.len())).is_some() {
                    return Err(wrong("adds a key again"));
                }
                own.push(key);
            }
            Entry::Accreditation {
                entity_id,
                accreditation,
            } => {
                let place = *self.by_entity.get(&entity_id).ok_or_else(no_such_entity)?;
                let own = &mut self.entities[place].accreditations;
                let id = accreditation.accreditation_id.clone();
                if self.by_accreditation.insert(id, (place, own.len())).is_some() {
                    return Err(wrong("adds an accreditation again"));
                }
                own.push(accreditation);
            }
            Entry::StatusEvent {
                accreditation_id,
                event,
            } => {
                let found = self.by_accreditation.get(&accreditation_id);
                let &(entity, own) =
                    found.ok_or_else(|| wrong("is about an accreditation that is not there"))?;
                let history = &mut self.entities[entity].accreditations[own].status_history;
                if history.last().is_some_and(|last| last.seq >= event.seq) {
                    return Err(wrong("comes after a later decision"));
                }
                history.push(event);
            }
            Entry::KeyEvent { kid, event } => {
                let found = self.by_kid.get(&kid);
                let &(entity, own) = found.ok_or_else(|| wrong("is about a key that is not there"))?;
                event.apply(&mut self.entities[entity].keys[own]);
            }
            Entry::Succession {
                entity_id,
                succession,
            } => {
                let place = *self.by_entity.get(&entity_id).ok_or_else(no_such_entity)?;
                if self.entities[place].succeeded_by.replace(succession).is_some() {
                    return Err(wrong("says again who takes over"));
                }
            }
            Entry::Evidence { entity_id, evidence } => {
                let place = *self.by_entity.get(&entity_id).ok_or_else(no_such_entity)?;
                if !evidence.is_traceable() {
                    return Err(wrong("is evidence without a source or an identifier there"));
                }
                self.entities[place].take_up(evidence);
            }
            Entry::KeyChange { change } => {
                let number = KeyChange::peek(&change).map(|change| change.number);
                if number != Some(self.key_changes.len() as u64 + 1) {
                    return Err(wrong("is a change of key out of its order"));
                }
                self.key_changes.push(change);
            }
            Entry::List {
                version,
                iss,
                register_id,
                sequence,
                content_hash,
            } => {
                if self.last.as_ref().is_some_and(|(last, _)| sequence <= *last) {
                    return Err(wrong("is a list that comes after a later one"));
                }
                // A log may begin later than its register, and then does not have the list before the first.
                let is_certain = sequence == 1 || self.last.is_some();
                if is_certain
                    && self.content_hash(version, sequence, iss, register_id).as_deref()
                        != Some(&content_hash)
                {
                    return Err(wrong("is a list that says something else than the log"));
                }
                self.last = Some((sequence, content_hash));
            }
            Entry::Receipt { .. } => {}
        }
        self.position += 1;
        Ok(())
    }

    fn content_hash(&self, version: u32, sequence: u64, iss: Did, register_id: String) -> Option<String> {
        let list = RegisterList {
            version,
            iss,
            register_id,
            sequence,
            // The hash leaves out both.
            issued_at: DateTime::UNIX_EPOCH,
            next_update: DateTime::UNIX_EPOCH,
            previous_hash: self.last.as_ref().map(|(_, hash)| hash.clone()),
            key_changes: self.key_changes.clone(),
            frameworks: self.frameworks.clone(),
            entities: self.entities.clone(),
        };
        crate::content_hash(&list).ok()
    }

    /// Whether the list that was published last has this number and hash.
    pub fn published(&self, sequence: u64, content_hash: &str) -> bool {
        self.last
            .as_ref()
            .is_some_and(|(number, hash)| (*number, hash.as_str()) == (sequence, content_hash))
    }
}
