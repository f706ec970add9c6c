//! One check in progress: what was handed over, what was fetched, and the moment.

mod documents;

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use credentials::{Did, DidUrl};
use proofs::{
    PublicKey,
    did::{LookupError, LoopbackOrigins, Purpose},
};
use trust::{Freshness, Key, ListError, Proof, VerifiedList};
use url::Url;

use self::documents::{Found, Logs};
use crate::{
    Resources, Settings,
    clock::{Clock, FURTHEST},
    issuance_time::IssuanceTime,
    report::RegisterView,
};

/// How far clocks may differ.
pub(crate) const CLOCK_TOLERANCE: Duration = Duration::minutes(5);

/// The longest address that is fetched.
const LONGEST_URL: usize = 2_048;

pub(crate) struct Check<'a> {
    pub(crate) resources: &'a Resources,
    pub(crate) settings: &'a Settings,
    pub(crate) loopback: LoopbackOrigins,
    pub(crate) register: Register,
    pub(crate) clock: Clock,
    pub(crate) at: DateTime<Utc>,
    logs: Logs,
}

/// The register as this check knows it.
pub(crate) enum Register {
    /// Nobody has fetched it yet.
    NotFetched,
    /// It was not reachable.
    Unreachable,
    /// What came cannot be relied on.
    NotBelieved {
        /// Why not.
        why: String,
        /// When it was signed, if all that is wrong is that this has yet to come.
        signed_at: Option<DateTime<Utc>>,
    },
    /// A list with a good signature, fresh or stale.
    Listed(Arc<VerifiedList>),
}

impl<'a> Check<'a> {
    pub(crate) fn new(resources: &'a Resources, settings: &'a Settings, at: DateTime<Utc>) -> Self {
        let mut check = Self {
            clock: Clock::of(settings, None, at),
            resources,
            settings,
            loopback: LoopbackOrigins::new(&settings.loopback_origins).unwrap_or_default(),
            register: Register::load(resources, settings, at),
            at,
            logs: Logs::default(),
        };
        if let Some(signed_at) = check.signed_later() {
            check.knows_time(signed_at);
        }
        check
    }

    /// When the register signed a list that has yet to come by this clock.
    pub(crate) fn signed_later(&self) -> Option<DateTime<Utc>> {
        match self.register {
            Register::NotBelieved { signed_at, .. } => signed_at,
            Register::NotFetched | Register::Unreachable | Register::Listed(_) => None,
        }
    }

    /// Compares the clock with a moment that has passed.
    pub(crate) fn knows_time(&mut self, signed_at: DateTime<Utc>) {
        self.clock = Clock::of(self.settings, Some(signed_at), self.at);
    }

    /// The same check by the better clock, where ours is off.
    pub(crate) fn by_other_clock(&self) -> Option<Self> {
        let Clock::Off(_) = self.clock else { return None };
        let at = self.clock.corrected(self.at);
        Some(Self {
            clock: self.clock,
            ..Self::new(self.resources, self.settings, at)
        })
    }

    pub(crate) fn list(&self) -> Option<&VerifiedList> {
        match &self.register {
            Register::Listed(list) => Some(list),
            Register::NotFetched | Register::Unreachable | Register::NotBelieved { .. } => None,
        }
    }

    /// The list, if the register knows this issuer.
    pub(crate) fn list_with(&self, issuer: &Did) -> Option<&VerifiedList> {
        self.list().filter(|list| list.entity(issuer).is_some())
    }

    /// Whether this issuer is not asked for anything, since the register does not list it: what it could answer
    /// would not make the verdict better, and asking tells it that somebody checks.
    pub(crate) fn leaves_alone(&self, issuer: &Did) -> bool {
        let is_unknown = self.list().is_some_and(|list| list.entity(issuer).is_none());
        is_unknown && !self.settings.ask_unknown_issuers
    }

    /// The list as the report names it.
    pub(crate) fn register_view(&self) -> Option<RegisterView> {
        self.list().map(|list| RegisterView {
            sequence: list.list().sequence,
            key_changes: list.operator().seen(),
            issued_at: list.list().issued_at,
            next_update: list.list().next_update,
            fresh: self.register_is_fresh(),
        })
    }

    pub(crate) fn register_is_fresh(&self) -> bool {
        self.list()
            .is_some_and(|list| list.freshness(self.at) == Freshness::Fresh)
    }

    /// The key that signatures name `kid`: the register's where it knows the party, else that of the DID document.
    pub(crate) fn key(&self, kid: &DidUrl, purpose: Purpose) -> Result<PublicKey, LookupError> {
        let did = kid.did();
        if let Some(list) = self.list_with(did) {
            let registered = list
                .key(kid)
                .ok_or_else(|| LookupError::UnknownMethod(kid.clone()))?;
            return PublicKey::from_jwk(&registered.key.public_key_jwk).map_err(|source| LookupError::Key {
                method: kid.clone(),
                source,
            });
        }
        let unresolved = |reason: String| LookupError::Unresolved {
            did: did.clone(),
            reason,
        };
        match self.document(did) {
            Found::Document(document) => document.key(kid, purpose),
            Found::Missing(_) => Err(unresolved("the document was not fetched".to_owned())),
            Found::Nothing(why) => Err(unresolved(why)),
        }
    }

    /// Whether a registered key counted at the moment at which something says to have been signed with it.
    ///
    /// Nothing proves that moment. So once somebody else may have had the key, no date before that is believed.
    pub(crate) fn counts(&self, key: &Key, signed_at: Option<DateTime<Utc>>) -> bool {
        key.counts(signed_at.unwrap_or(self.at), None, self.at)
    }

    /// As [`counts`](Self::counts), for something whose content a receipt proves to have been decided by `time`:
    /// then a compromise after that does not matter.
    pub(crate) fn counts_by(&self, key: &Key, signed_at: Option<DateTime<Utc>>, time: &IssuanceTime) -> bool {
        let (Some(received), Some(used)) = (time.proven(), time.used()) else {
            return self.counts(key, signed_at);
        };
        let proof = Proof {
            received_at: received,
            used,
        };
        key.counts(signed_at.unwrap_or(used), Some(proof), self.at)
    }

    /// Whether an address that a credential names may be fetched at all.
    pub(crate) fn may_fetch(&self, address: &str) -> bool {
        address.len() <= LONGEST_URL
            && Url::parse(address).is_ok_and(|url| {
                let is_plain = url.username().is_empty() && url.password().is_none();
                is_plain && (url.scheme() == "https" || self.loopback.allow(&url))
            })
    }
}

impl Register {
    fn load(resources: &Resources, settings: &Settings, at: DateTime<Utc>) -> Self {
        if resources.get(&settings.register_url).is_none() {
            return Self::NotFetched;
        }
        let Some(fetched) = resources.body(&settings.register_url) else {
            return Self::Unreachable;
        };
        let not_believed = |why: String| Self::NotBelieved { why, signed_at: None };
        let read = |at| trust::verify_list(&fetched.body, &settings.anchors, at);
        let known = resources.known_list(&fetched.body, settings, at).map(Ok);
        match known.unwrap_or_else(|| read(at).map(Arc::new)) {
            Ok(list) if list.list().sequence < settings.minimum_sequence => not_believed(format!(
                "list {} is older than one seen before",
                list.list().sequence
            )),
            Ok(list) => match list.operator().check_continues(&settings.key_changes_seen()) {
                Ok(()) => Self::Listed(list),
                Err(_) => not_believed(format!(
                    "list {} does not tell of the changes of its operator's key that were seen before",
                    list.list().sequence
                )),
            },
            Err(error @ ListError::WrongDates(_)) => Self::NotBelieved {
                why: error.to_string(),
                signed_at: read(at + FURTHEST)
                    .ok()
                    .map(|list| list.list().issued_at)
                    .filter(|issued_at| *issued_at > at),
            },
            Err(error) => not_believed(error.to_string()),
        }
    }
}
