//! Fetches what checks need, and keeps it as long as it may be used.
//!
//! An answer whose server allows it is used again until then; any other is asked for again with its entity
//! tag. Requests for the same address at the same time become one. When a server does not answer, the last
//! good answer is used with its own date, so that the check judges it by the dates inside it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use http_service::outbound::{Client, Fetched, OutboundError};
use tokio::sync::Semaphore;
use verification::{Need, NeedKind, Resource};

/// How much is kept, at most.
const MOST_BYTES: usize = 64 * 1024 * 1024;
/// Of how many addresses something is kept, at most.
const MOST_ANSWERS: usize = 1024;
/// How many requests are under way at once, at most.
const MOST_REQUESTS: usize = 64;
/// How long an answer is used again without asking, whatever its server allows.
const LONGEST_REST: TimeDelta = TimeDelta::minutes(5);
/// How old the answer may be that stands in for a server that does not answer.
const LONGEST_STAND_IN: TimeDelta = TimeDelta::hours(24);

/// The fetching side of a verifier; cheap to clone.
#[derive(Clone)]
pub(crate) struct Fetching(Arc<Inner>);

struct Inner {
    client: Client,
    kept: Mutex<Kept>,
    under_way: Mutex<HashMap<String, Weak<tokio::sync::Mutex<()>>>>,
    room: Semaphore,
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
}

impl Fetching {
    pub(crate) fn new(client: Client) -> Self {
        let room = Semaphore::new(MOST_REQUESTS);
        Self(Arc::new(Inner {
            client,
            kept: Mutex::default(),
            under_way: Mutex::default(),
            room,
        }))
    }

    /// Fetches one thing, or says why it could not be had.
    pub(crate) async fn fetch(&self, need: &Need, now: DateTime<Utc>) -> Resource {
        let asked = Instant::now();
        let lock = self.lock(&need.url);
        let _alone = lock.lock().await;
        let known = self.kept().find(&need.url);
        if let Some(answer) = &known
            && (answer.arrived >= asked || answer.is_fresh(now))
        {
            return answer.resource();
        }
        let Ok(_room) = self.0.room.acquire().await else {
            return unreachable("the verifier is stopping");
        };
        let tag = known.as_ref().and_then(|answer| answer.tag.as_deref());
        let fetched = self.0.client.get_if_changed(&need.url, need.accept, tag).await;
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
                if let Some(answer) = Answer::new(&fetched) {
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

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner)
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
    fn new(fetched: &Fetched) -> Option<Self> {
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
        NeedKind::Status | NeedKind::Did => {
            tracing::info!(?kind, "something a check needs cannot be reached")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(bytes: usize) -> Answer {
        Answer {
            body: "x".repeat(bytes).into(),
            tag: None,
            fetched_at: DateTime::UNIX_EPOCH,
            fresh_until: None,
            arrived: Instant::now(),
            used: 0,
        }
    }

    #[test]
    fn what_was_not_used_for_longest_makes_room() {
        let mut kept = Kept::default();
        for number in 0..MOST_ANSWERS {
            kept.keep(&number.to_string(), answer(1));
        }
        kept.find("0");

        kept.keep("new", answer(1));

        assert_eq!((kept.answers.len(), kept.bytes), (MOST_ANSWERS, MOST_ANSWERS));
        assert!(kept.answers.contains_key("0") && !kept.answers.contains_key("1"));
    }

    #[test]
    fn the_bytes_kept_are_bounded() {
        let mut kept = Kept::default();
        for number in 0..20 {
            kept.keep(&number.to_string(), answer(4 * 1024 * 1024));
        }

        assert!(kept.bytes <= MOST_BYTES);
        assert_eq!(
            kept.bytes,
            kept.answers
                .values()
                .map(|answer| answer.body.len())
                .sum::<usize>()
        );
    }

    #[test]
    fn an_answer_rests_as_long_as_its_server_allows_and_five_minutes_at_most() {
        let start = DateTime::UNIX_EPOCH;
        let allowed = |seconds| Answer {
            fresh_until: Some(start + TimeDelta::seconds(seconds)),
            ..answer(1)
        };

        assert!(allowed(60).is_fresh(start + TimeDelta::seconds(59)));
        assert!(!allowed(60).is_fresh(start + TimeDelta::seconds(60)));
        assert!(!allowed(86400).is_fresh(start + TimeDelta::minutes(5)));
        assert!(!answer(1).is_fresh(start));
    }
}
