//! Fetches what checks need, and keeps it as long as it may be used.
//!
//! An answer whose server allows it is used again until then; any other is asked for again with its entity
//! tag. Requests for the same address at the same time become one. When a server does not answer, the last
//! good answer is used with its own date, so that the check judges it by the dates inside it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use http_service::outbound::{Client, Fetched, OutboundError};
use tokio::sync::Semaphore;
use trust::known_issuers::LARGEST_KNOWN_LIST;
use trust::{MAX_LIST_CHARACTERS, delta};
use url::Url;
use verification::{Need, NeedKind, Resource, Settings};

use crate::Cache;

/// How much is kept, at most.
const MOST_BYTES: usize = 64 * 1024 * 1024;
/// Of how many addresses something is kept, at most.
const MOST_ANSWERS: usize = 1024;
/// How many requests for status lists are under way at once, at most.
const MOST_STATUS_REQUESTS: usize = 48;
/// The same for DID documents, which anybody may ask for: they must not keep checks waiting.
const MOST_DID_REQUESTS: usize = 16;
/// How many requests are under way to one host, at most, so that a slow one holds up its own checks alone.
const MOST_REQUESTS_TO_A_HOST: usize = 6;
/// The same for lists of known issuers.
const MOST_KNOWN_REQUESTS: usize = 8;
/// How long a check waits for such a list, on which no verdict depends.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long a list that took longer keeps no check waiting.
const IMPATIENCE: Duration = Duration::from_secs(60);
/// How long an answer is used again without asking, whatever its server allows.
const LONGEST_REST: TimeDelta = TimeDelta::minutes(5);
/// How long a register that gave no delta is asked for whole lists alone.
const WITHOUT_DELTAS: Duration = Duration::from_secs(600);
/// How old the answer may be that stands in for a server that does not answer.
const LONGEST_STAND_IN: TimeDelta = TimeDelta::hours(24);

/// The fetching side of a verifier; cheap to clone.
#[derive(Clone)]
pub(crate) struct Fetching(Arc<Inner>);

struct Inner {
    client: Client,
    /// For registers' lists, which are larger than anything else.
    lists: Client,
    /// For lists of known issuers.
    known: Client,
    /// Whose lists deltas may make.
    settings: Settings,
    /// When registers, by the address of their list, gave no delta.
    without_deltas: Mutex<HashMap<String, Instant>>,
    /// When lists of known issuers, by their address, took longer than a check waits.
    slow: Mutex<HashMap<String, Instant>>,
    cache: Option<Cache>,
    kept: Mutex<Kept>,
    under_way: Mutex<HashMap<String, Weak<tokio::sync::Mutex<()>>>>,
    hosts: Mutex<HashMap<String, Weak<Semaphore>>>,
    status_room: Semaphore,
    did_room: Semaphore,
    known_room: Semaphore,
}

#[derive(Default)]
struct Kept {
    answers: HashMap<String, Answer>,
    bytes: usize,
    /// Counts uses, so that the answer that was not used for longest can be found.
    uses: u64,
}

#[derive(Clone)]
struct Answer {
    body: Arc<str>,
    tag: Option<String>,
    fetched_at: DateTime<Utc>,
    fresh_until: Option<DateTime<Utc>>,
    arrived: Instant,
    used: u64,
    /// Of a register's list, its number.
    sequence: Option<u64>,
}

impl Fetching {
    pub(crate) fn new(client: Client, cache: Option<Cache>, settings: Settings) -> Self {
        Self(Arc::new(Inner {
            lists: client.compressed(MAX_LIST_CHARACTERS),
            known: client.compressed(LARGEST_KNOWN_LIST),
            client,
            settings,
            without_deltas: Mutex::default(),
            slow: Mutex::default(),
            cache,
            kept: Mutex::default(),
            under_way: Mutex::default(),
            hosts: Mutex::default(),
            status_room: Semaphore::new(MOST_STATUS_REQUESTS),
            did_room: Semaphore::new(MOST_DID_REQUESTS),
            known_room: Semaphore::new(MOST_KNOWN_REQUESTS),
        }))
    }

    /// Fetches one thing, or says why it could not be had.
    ///
    /// A list of known issuers keeps nobody waiting for long: one that is slow is fetched all the same, for later checks.
    pub(crate) async fn fetch(&self, need: &Need, now: DateTime<Utc>) -> Resource {
        if need.kind != NeedKind::KnownIssuers {
            return self.fetch_patiently(need, now).await;
        }
        let stand_in = |why| {
            let answer = self.kept().find(&need.url);
            let answer = answer.filter(|answer| now - answer.fetched_at < LONGEST_STAND_IN);
            answer.map_or_else(|| unreachable(why), |answer| answer.resource())
        };
        let slow = || self.0.slow.lock().unwrap_or_else(PoisonError::into_inner);
        if slow()
            .get(&need.url)
            .is_some_and(|noted| noted.elapsed() < IMPATIENCE)
        {
            return stand_in("did not answer in time just now");
        }
        let (this, wanted) = (self.clone(), need.clone());
        let fetching = tokio::spawn(async move { this.fetch_patiently(&wanted, now).await });
        match tokio::time::timeout(PATIENCE, fetching).await {
            Ok(fetched) => fetched.unwrap_or_else(|_| unreachable("could not be fetched")),
            Err(_) => {
                slow().insert(need.url.clone(), Instant::now());
                stand_in("did not answer in time")
            }
        }
    }

    async fn fetch_patiently(&self, need: &Need, now: DateTime<Utc>) -> Resource {
        if let Some(cache) = self.0.cache.as_ref().filter(|cache| cache.is_offline()) {
            return cache.get(&need.url);
        }
        let asked = Instant::now();
        let lock = self.lock(&need.url);
        let _alone = lock.lock().await;
        let known = self.kept().find(&need.url);
        if let Some(answer) = &known
            && (answer.arrived >= asked || answer.is_fresh(now))
        {
            return answer.resource();
        }
        // First among those of its host, so that who waits for a slow one takes nobody's place. The register never
        // waits: it is one address, and every check needs it.
        let host = self.host(&need.url);
        let _room = match need.kind {
            NeedKind::Register => (None, None),
            NeedKind::Status => (
                Some(host.acquire().await),
                Some(self.0.status_room.acquire().await),
            ),
            NeedKind::Did => (Some(host.acquire().await), Some(self.0.did_room.acquire().await)),
            NeedKind::KnownIssuers => (
                Some(host.acquire().await),
                Some(self.0.known_room.acquire().await),
            ),
            // At the register as well: all checks share that host, and most find the answers kept.
            NeedKind::Receipts => (None, Some(self.0.status_room.acquire().await)),
        };
        let tag = known.as_ref().and_then(|answer| answer.tag.as_deref());
        let client = match need.kind {
            NeedKind::Register => &self.0.lists,
            NeedKind::KnownIssuers => &self.0.known,
            _ => &self.0.client,
        };
        let fetched = match self.by_what_changed(need, known.as_ref()).await {
            Some(fetched) => Ok(fetched),
            None => client.get_if_changed(&need.url, need.accept, tag).await,
        };
        let stand_in = || {
            known
                .clone()
                .filter(|answer| now - answer.fetched_at < LONGEST_STAND_IN)
        };
        match fetched {
            Ok(fetched) if fetched.status == 304 => match known {
                Some(answer) => {
                    let answer = answer.confirmed(&fetched);
                    self.kept().keep(&need.url, answer.clone());
                    answer.resource()
                }
                None => unreachable("answered that nothing changed, which was not asked"),
            },
            Ok(fetched) if fetched.status >= 500 => match stand_in() {
                Some(answer) => answer.resource(),
                None => as_resource(fetched),
            },
            Ok(fetched) => {
                if let Some(answer) = Answer::new(&fetched, need.kind) {
                    self.kept().keep(&need.url, answer);
                }
                as_resource(fetched)
            }
            Err(error) => {
                report(need.kind, &error);
                stand_in().map_or_else(|| unreachable(&error.to_string()), |answer| answer.resource())
            }
        }
    }

    /// A register's list, made of the one that is held and what changed since; nothing where the whole is to be fetched.
    async fn by_what_changed(&self, need: &Need, known: Option<&Answer>) -> Option<Fetched> {
        let lacking = || {
            let lacking = self.0.without_deltas.lock();
            lacking.unwrap_or_else(PoisonError::into_inner)
        };
        let lately = |asked: &Instant| asked.elapsed() < WITHOUT_DELTAS;
        if need.kind != NeedKind::Register || lacking().get(&need.url).is_some_and(lately) {
            return None;
        }
        let (held, sequence, tag) = match known {
            Some(answer) => (answer.body.clone(), answer.sequence?, answer.tag.as_deref()),
            None => {
                let held: Arc<str> = self.kept_in()?.get(&need.url).body()?.into();
                let sequence = delta::sequence_of(&held)?;
                (held, sequence, None)
            }
        };
        let anchors = self.0.settings.for_register(&need.url).anchors.clone();
        let address = delta::address(&need.url, sequence);
        let made = move |changes: &str| match delta::apply(changes, &held, &anchors) {
            Ok(list) => Some(list),
            Err(error) => {
                tracing::warn!(%error, "a delta of the register was of no use");
                None
            }
        };
        let fetched = self.0.lists.get_changes(&address, tag, made).await;
        if fetched.is_none() {
            lacking().insert(need.url.clone(), Instant::now());
        }
        fetched
    }

    /// Whether nothing is fetched and all comes from a folder.
    pub(crate) fn is_offline(&self) -> bool {
        self.0.cache.as_ref().is_some_and(Cache::is_offline)
    }

    /// Where answers are kept between runs, when they are and this run fetches.
    pub(crate) fn kept_in(&self) -> Option<&Cache> {
        self.0.cache.as_ref().filter(|cache| !cache.is_offline())
    }

    /// Forgets every answer.
    pub(crate) fn forget_all(&self) {
        *self.kept() = Kept::default();
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The room for requests to the host of an address.
    fn host(&self, url: &str) -> Arc<Semaphore> {
        let host = Url::parse(url).map_or_else(|_| String::new(), |url| url.origin().ascii_serialization());
        let mut hosts = self.0.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(room) = hosts.get(&host).and_then(Weak::upgrade) {
            return room;
        }
        hosts.retain(|_, room| room.strong_count() > 0);
        let room = Arc::new(Semaphore::new(MOST_REQUESTS_TO_A_HOST));
        hosts.insert(host, Arc::downgrade(&room));
        room
    }

    /// The lock for an address, shared by those who ask for it at the same time.
    fn lock(&self, url: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut under_way = self.0.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lock) = under_way.get(url).and_then(Weak::upgrade) {
            return lock;
        }
        under_way.retain(|_, lock| lock.strong_count() > 0);
        let lock = Arc::new(tokio::sync::Mutex::new(()));
        under_way.insert(url.to_owned(), Arc::downgrade(&lock));
        lock
    }
}

impl Kept {
    fn find(&mut self, url: &str) -> Option<Answer> {
        self.uses += 1;
        let answer = self.answers.get_mut(url)?;
        answer.used = self.uses;
        Some(answer.clone())
    }

    fn keep(&mut self, url: &str, mut answer: Answer) {
        self.uses += 1;
        answer.used = self.uses;
        self.forget(url);
        self.bytes += answer.body.len();
        self.answers.insert(url.to_owned(), answer);
        while self.bytes > MOST_BYTES || self.answers.len() > MOST_ANSWERS {
            let Some(oldest) = self.answers.iter().min_by_key(|(_, answer)| answer.used) else {
                return;
            };
            let oldest = oldest.0.clone();
            self.forget(&oldest);
        }
    }

    fn forget(&mut self, url: &str) {
        if let Some(answer) = self.answers.remove(url) {
            self.bytes -= answer.body.len();
        }
    }
}

impl Answer {
    /// Only good answers in text are kept.
    fn new(fetched: &Fetched, kind: NeedKind) -> Option<Self> {
        let body = std::str::from_utf8(&fetched.body)
            .ok()
            .filter(|_| fetched.status == 200)?;
        Some(Self {
            body: body.into(),
            tag: fetched.tag.clone(),
            fetched_at: fetched.fetched_at,
            fresh_until: fetched.fresh_until,
            arrived: Instant::now(),
            used: 0,
            sequence: match kind {
                NeedKind::Register => delta::sequence_of(body),
                NeedKind::Status | NeedKind::Did | NeedKind::Receipts | NeedKind::KnownIssuers => None,
            },
        })
    }

    /// The same answer, as its server confirmed it.
    fn confirmed(self, by: &Fetched) -> Self {
        Self {
            fetched_at: by.fetched_at,
            fresh_until: by.fresh_until,
            arrived: Instant::now(),
            ..self
        }
    }

    fn is_fresh(&self, now: DateTime<Utc>) -> bool {
        self.fresh_until
            .is_some_and(|until| now < until && now - self.fetched_at < LONGEST_REST)
    }

    fn resource(&self) -> Resource {
        let body = self.body.as_ref().to_owned();
        Resource::Fetched(verification::Fetched {
            status: 200,
            body,
            fetched_at: self.fetched_at,
        })
    }
}

fn as_resource(fetched: Fetched) -> Resource {
    let Fetched {
        status,
        fetched_at,
        body,
        ..
    } = fetched;
    match String::from_utf8(body) {
        Ok(body) => Resource::Fetched(verification::Fetched {
            status,
            body,
            fetched_at,
        }),
        Err(_) => unreachable("the answer is not text"),
    }
}

fn unreachable(why: &str) -> Resource {
    Resource::Unreachable {
        unreachable: why.to_owned(),
    }
}

/// Which host did not answer is logged only for the register: other hosts tell whose credential is checked.
fn report(kind: NeedKind, error: &OutboundError) {
    match kind {
        NeedKind::Register => tracing::warn!(%error, "the register cannot be reached"),
        NeedKind::Status | NeedKind::Did | NeedKind::Receipts | NeedKind::KnownIssuers => {
            tracing::info!(?kind, "something a check needs cannot be reached")
        }
    }
}

#[cfg(test)]
mod tests;
