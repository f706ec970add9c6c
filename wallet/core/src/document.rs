//! What is inside the vault.

use chrono::{DateTime, Utc};
use credentials::Text;
use credentials::open_badges::Group;
use proofs::SecretKey;
use proofs::data_integrity::ecdsa_sd;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::send::StoredShare;
use crate::shape::Use;

/// The version of [`Document`] that is written.
///
/// 1 knew neither what a copy is for nor how often it was shown. 3 added the links that were sent: a wallet that does
/// not know them would lose the means to withdraw them.
pub(crate) const VERSION: u32 = 3;

/// The most entries the activity log keeps; the oldest go first.
const MOST_ENTRIES: usize = 1000;

/// Everything a wallet keeps, as one JSON document.
#[derive(Serialize, Deserialize)]
pub(crate) struct Document {
    pub(crate) version: u32,
    pub(crate) cards: Vec<StoredCard>,
    pub(crate) activity: Vec<ActivityEntry>,
    #[serde(default)]
    pub(crate) shares: Vec<StoredShare>,
}

impl Document {
    pub(crate) fn empty() -> Self {
        Self {
            version: VERSION,
            cards: Vec::new(),
            activity: Vec::new(),
            shares: Vec::new(),
        }
    }

    /// Reads a document of this version or an earlier one.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Option<serde_json::Error>> {
        let mut document: Self = serde_json::from_slice(bytes)?;
        if document.version > VERSION {
            return Err(None);
        }
        if document.version < 2 {
            document.find_uses();
        }
        document.version = VERSION;
        Ok(document)
    }

    /// Finds out what each copy is for. Which card was shown was not kept, only its title, so a copy that may
    /// have been shown counts as shown.
    fn find_uses(&mut self) {
        let shown: Vec<Text> = self
            .activity
            .iter()
            .filter(|entry| entry.kind == ActivityKind::Shown)
            .map(|entry| entry.title.clone())
            .collect();
        for card in &mut self.cards {
            let title = card.title();
            let times = shown.iter().filter(|other| **other == title).count();
            for copy in &mut card.copies {
                copy.made_for = copy
                    .claims()
                    .map_or(Use::Portable, |claims| copy.shape(&claims).made_for());
                if copy.made_for == Use::Show {
                    copy.shown = u32::try_from(times).unwrap_or(u32::MAX);
                }
            }
        }
    }

    pub(crate) fn log(&mut self, entry: ActivityEntry) {
        if self.activity.len() >= MOST_ENTRIES {
            self.activity.remove(0);
        }
        self.activity.push(entry);
    }
}

/// One microcredential: the copies of it that an offer gave, and what earlier ones gave beside these.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredCard {
    pub(crate) id: String,
    pub(crate) received_at: DateTime<Utc>,
    pub(crate) collected_from: String,
    pub(crate) copies: Vec<StoredCopy>,
    pub(crate) notes: Vec<Note>,
    #[serde(default)]
    pub(crate) issuer_names: IssuerNames,
}

/// What the register called the issuer when the card was collected, in the languages it gives; the credential's own
/// words where the register could not be asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuerNames {
    /// The institution.
    pub institution: Text,
    /// The part of it that issued.
    pub unit: Text,
}

/// One signed copy and the key it is bound to.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredCopy {
    pub(crate) id: String,
    pub(crate) configuration_id: String,
    pub(crate) format: String,
    #[serde(default, rename = "use")]
    pub(crate) made_for: Use,
    /// How often it was shown or handed over: more than once, and the two occasions can be linked.
    #[serde(default)]
    pub(crate) shown: u32,
    /// Text for compact forms, an object otherwise.
    pub(crate) credential: Value,
    pub(crate) key: StoredKey,
}

impl StoredCopy {
    /// The copy as text, the way it would be pasted or put in a file: whole, and so that it verifies.
    pub(crate) fn text(&self) -> String {
        match self.whole() {
            Value::String(compact) => compact,
            other => other.to_string(),
        }
    }

    /// The credential as others may see all of it. A base proof is for the holder alone, so it is derived from.
    pub(crate) fn whole(&self) -> Value {
        if self.is_base() {
            ecdsa_sd::derive(&self.credential, &[String::new()]).unwrap_or_else(|_| self.credential.clone())
        } else {
            self.credential.clone()
        }
    }

    /// Whether parts are shown by deriving proofs from it.
    pub(crate) fn is_base(&self) -> bool {
        ecdsa_sd::is_base(&self.credential)
    }
}

/// A secret key as it is kept: a JWK as text. It is read when it is needed, since a wallet of many copies would
/// otherwise take long to open.
pub(crate) struct StoredKey(Zeroizing<String>);

impl StoredKey {
    pub(crate) fn of(key: &SecretKey) -> Self {
        Self(Zeroizing::new(key.to_jwk().to_string()))
    }

    /// The key; nothing when what was kept is no key.
    pub(crate) fn secret(&self) -> Option<SecretKey> {
        SecretKey::from_jwk(&serde_json::from_str(&self.0).ok()?).ok()
    }
}

impl Serialize for StoredKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for StoredKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Zeroizing::new(String::deserialize(deserializer)?)))
    }
}

/// Something the learner should know about a card or a presentation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Stable and lower case, such as `signature-unchecked`.
    pub code: String,
    /// In Dutch.
    pub nl: String,
    /// In English.
    pub en: String,
}

impl Note {
    pub(crate) fn new(code: &str, nl: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            nl: nl.into(),
            en: en.into(),
        }
    }
}

/// One line of the activity log. There is no recipient in it: neither a QR code nor a link tells who reads it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityEntry {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub kind: ActivityKind,
    /// Of which microcredential.
    pub title: Text,
    /// Which groups were visible, for [`ActivityKind::Shown`] and [`ActivityKind::Sent`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<Group>>,
}

impl std::fmt::Debug for ActivityEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ActivityEntry({:?} at {})", self.kind, self.at)
    }
}

/// What happened to a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ActivityKind {
    /// Collected from an offer.
    Received,
    /// Put in a QR code.
    Shown,
    /// Put behind a link.
    Sent,
    /// Taken back from behind a link.
    Withdrawn,
    /// Written to a file.
    Exported,
    /// Removed from the wallet.
    Removed,
}
