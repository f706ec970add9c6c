//! Checks one credential: fetch what it needs, then judge. No HTTP endpoints here.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use http_service::Clock;
use http_service::outbound::Client;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};
use verification::policy::Policy;
use verification::{
    Input, KnownIssuerList, KnownList, Need, Resource, Resources, Settings, VerificationReport, needs, verify,
};

use crate::fetching::Fetching;
use crate::seen::{Newest, Seen};

/// How often a check may find that it needs something more.
const MOST_ROUNDS: usize = 6;
/// How many addresses one check may fetch.
const MOST_NEEDS: usize = 40;
/// How long fetching for one check may take.
const LONGEST: Duration = Duration::from_secs(15);

/// A verifier that trusts what its settings say; cheap to clone.
#[derive(Clone)]
pub struct Verifier(Arc<Inner>);

struct Inner {
    settings: Settings,
    client: Client,
    fetching: Fetching,
    clock: Clock,
    /// The numbers of the newest register lists that were believed; older ones are not.
    seen: Seen,
    /// The register lists that were verified last, by address.
    lists: Mutex<BTreeMap<String, KnownList>>,
    /// Judging takes a processor for milliseconds; more at once than there are would only make all of them late.
    processors: Arc<Semaphore>,
    /// Of the processors, those that may do other work than checks at once: a test suite that sends thousands of
    /// documents waits for itself, and no employer for it.
    spare_processors: Arc<Semaphore>,
}

/// What one check asks for beyond the verifier's settings.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What turns the axes into a verdict.
    pub policy: Option<Policy>,
    /// What the holder was asked to answer.
    pub challenge: Option<String>,
    /// Whom the presentation is for.
    pub audience: Option<String>,
    /// Whether an issuer that the register does not list is asked for its keys and status lists.
    pub ask_unknown_issuers: Option<bool>,
    /// Lists of known issuers that are looked at besides those of the settings.
    pub known_issuer_lists: Vec<KnownIssuerList>,
    /// Lists of known issuers that need not be fetched: the text by its address in `known_issuer_lists`.
    pub given: Vec<(String, String)>,
}

impl Verifier {
    pub(crate) fn new(
        settings: Settings,
        client: Client,
        fetching: Fetching,
        clock: Clock,
        seen: Seen,
    ) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self(Arc::new(Inner {
            settings,
            fetching,
            client,
            clock,
            seen,
            lists: Mutex::default(),
            processors: Arc::new(Semaphore::new(processors)),
            spare_processors: Arc::new(Semaphore::new((processors / 2).max(1))),
        }))
    }

    pub(crate) fn client(&self) -> &Client {
        &self.0.client
    }

    /// Whom this verifier trusts and how strict it is.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Checks `input` at this moment, after fetching what that needs.
    ///
    /// Judging happens on threads of its own, so that many checks do not keep others from being answered.
    pub async fn check(&self, input: &Input, options: Options) -> VerificationReport {
        let mut resources = Resources::new();
        for (address, text) in &options.given {
            resources.insert_body(address, text, self.0.clock.now());
        }
        let mut check = OneCheck {
            input: input.clone(),
            settings: self.settings_for(options),
            resources,
        };
        let deadline = Instant::now() + LONGEST;
        let mut fetched = 0;
        for _ in 0..MOST_ROUNDS {
            let now = self.0.clock.now();
            let mut wanted;
            (check, wanted) = self
                .judge(check, move |verifier, check| {
                    verifier.recall(check, now);
                    needs(&check.input, &check.resources, &check.settings)
                })
                .await;
            wanted.truncate(MOST_NEEDS - fetched);
            if wanted.is_empty() {
                break;
            }
            fetched += wanted.len();
            self.fetch_all(wanted, &mut check.resources, deadline).await;
        }
        let now = self.0.clock.now();
        let (_, report) = self
            .judge(check, move |verifier, check| {
                let report = verify(&check.input, &check.resources, &check.settings, now);
                verifier.learn(&report, check);
                report
            })
            .await;
        report
    }

    /// Forgets every answer that was kept.
    pub(crate) fn forget(&self) {
        self.0.fetching.forget_all();
        self.known_lists().clear();
    }

    /// Whether nothing may be fetched.
    pub(crate) fn is_offline(&self) -> bool {
        self.0.fetching.is_offline()
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }

    /// Fetches one thing that somebody asked for.
    pub(crate) async fn fetch(&self, need: &Need) -> Resource {
        self.0.fetching.fetch(need, self.0.clock.now()).await
    }

    /// Does the work of a check on a thread where it may take its time.
    async fn judge<T: Send + 'static>(
        &self,
        mut check: OneCheck,
        work: impl FnOnce(&Self, &mut OneCheck) -> T + Send + 'static,
    ) -> (OneCheck, T) {
        let verifier = self.clone();
        on_one_of(&self.0.processors, move || {
            let result = work(&verifier, &mut check);
            (check, result)
        })
        .await
    }

    /// Does work that is no check on a thread where it may take its time, without taking a place of a check.
    pub(crate) async fn aside<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        on_one_of(&self.0.spare_processors, work).await
    }

    /// Hands over the register lists as they were verified before, or verifies those that were fetched now.
    fn recall(&self, check: &mut OneCheck, now: DateTime<Utc>) {
        let urls: Vec<String> = check
            .settings
            .register_urls()
            .into_iter()
            .map(str::to_owned)
            .collect();
        for url in urls {
            let Some(Resource::Fetched(fetched)) = check.resources.get(&url) else {
                continue;
            };
            let known = self.known_lists().get(&url).cloned();
            let known = known
                .filter(|list| list.is_of(&fetched.body))
                .or_else(|| KnownList::verify(&fetched.body, &check.settings.for_register(&url), now));
            if let Some(known) = known.map(KnownList::lean) {
                self.known_lists().insert(url, known.clone());
                check.resources.add_known_list(known);
            }
        }
    }

    fn known_lists(&self) -> MutexGuard<'_, BTreeMap<String, KnownList>> {
        self.0.lists.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers which register lists were believed, and keeps what was fetched where there is a folder for it.
    fn learn(&self, report: &VerificationReport, check: &OneCheck) {
        let own = &self.0.settings.register_url;
        let newest = |list: &verification::report::RegisterView| Newest {
            sequence: list.sequence,
            key_changes: list.key_changes.clone(),
        };
        let believed: BTreeMap<&str, Newest> = match report.registers.as_slice() {
            [] => report
                .register
                .iter()
                .map(|list| (own.as_str(), newest(list)))
                .collect(),
            several => several
                .iter()
                .filter_map(|one| Some((one.url.as_str(), newest(one.list.as_ref()?))))
                .collect(),
        };
        for (url, list) in believed.clone() {
            self.0.seen.note(url, list);
        }
        let Some(cache) = self.0.fetching.kept_in() else {
            return;
        };
        let registers = check.settings.register_urls();
        for (url, answer) in check.resources.answers() {
            // A list that is not believed does not take the place of one that is.
            if !registers.contains(&url) || believed.contains_key(url) {
                cache.put(url, answer);
            }
        }
    }

    fn settings_for(&self, options: Options) -> Settings {
        let own = &self.0.settings;
        let seen = self.0.seen.all();
        let numbers: BTreeMap<_, _> = seen
            .iter()
            .map(|(url, seen)| (url.clone(), seen.sequence))
            .collect();
        let mut known_issuer_lists = options.known_issuer_lists;
        known_issuer_lists.extend_from_slice(&own.known_issuer_lists);
        Settings {
            policy: options.policy.unwrap_or(own.policy),
            challenge: options.challenge.or_else(|| own.challenge.clone()),
            audience: options.audience.unwrap_or_else(|| own.audience.clone()),
            minimum_sequence: numbers.get(&own.register_url).copied().unwrap_or_default(),
            minimum_sequences: numbers,
            seen_key_changes: seen
                .into_iter()
                .map(|(url, seen)| (url, seen.key_changes))
                .collect(),
            offline: self.0.fetching.is_offline(),
            ask_unknown_issuers: options.ask_unknown_issuers.unwrap_or(own.ask_unknown_issuers),
            known_issuer_lists,
            ..own.clone()
        }
    }

    /// Fetches everything at once; what does not come in time counts as unreachable.
    async fn fetch_all(&self, wanted: Vec<Need>, resources: &mut Resources, deadline: Instant) {
        let mut tasks = JoinSet::new();
        for need in wanted {
            resources.insert_unreachable(need.url.clone(), "did not answer in time");
            let fetching = self.0.fetching.clone();
            let now = self.0.clock.now();
            tasks.spawn(async move { (fetching.fetch(&need, now).await, need.url) });
        }
        while let Ok(Some(finished)) = timeout_at(deadline, tasks.join_next()).await {
            if let Ok((resource, url)) = finished {
                resources.insert(url, resource);
            }
        }
    }
}

/// Does the work on a thread where it may take its time, when a processor is free.
async fn on_one_of<T: Send + 'static>(
    processors: &Arc<Semaphore>,
    work: impl FnOnce() -> T + Send + 'static,
) -> T {
    // It is never closed, so there always is a place in the end.
    let processor = processors.clone().acquire_owned().await;
    let done = tokio::task::spawn_blocking(move || {
        // Held also when nobody waits for the answer any more.
        let _processor = processor;
        work()
    });
    match done.await {
        Ok(done) => done,
        // A fault of ours goes on as one; the server answers it.
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The program is ending.
            Err(_) => std::future::pending().await,
        },
    }
}

/// What a check has so far; it goes to and fro between the threads that fetch and those that judge.
struct OneCheck {
    input: Input,
    settings: Settings,
    resources: Resources,
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use test_support::{a_microcredential, a_register, now};
    use tokio::time::timeout;
    use verification::{Colour, read};

    use super::*;

    #[tokio::test]
    async fn a_check_is_answered_while_other_work_takes_all_the_room_it_may_have() {
        // Nobody listens there, which the check finds out at once.
        let settings = Settings {
            register_url: "http://127.0.0.1:9/v1/list".to_owned(),
            loopback_origins: vec!["http://127.0.0.1:9".to_owned()],
            ..a_register().settings()
        };
        let config = crate::Config {
            settings,
            clock: Clock::fixed(now()),
            data_dir: None,
            developer: false,
        };
        let (_, verifier) = crate::router(config).unwrap();
        let (begun, begins) = mpsc::channel();
        let mut suite = JoinSet::new();
        let mut ends = Vec::new();
        for _ in 0..64 {
            let (end, ended) = mpsc::channel::<()>();
            ends.push(end);
            let (verifier, begun) = (verifier.clone(), begun.clone());
            suite.spawn(async move {
                verifier
                    .aside(move || {
                        let _ = begun.send(());
                        let _ = ended.recv();
                    })
                    .await;
            });
        }
        tokio::task::spawn_blocking(move || begins.recv())
            .await
            .unwrap()
            .unwrap();

        let input = read(&a_microcredential().signed().shown()).unwrap();
        let check = verifier.check(&input, Options::default());
        let report = timeout(Duration::from_secs(60), check).await;
        drop(ends);

        assert_eq!(report.map(|report| report.verdict.colour), Ok(Colour::Grey));
        assert_eq!(suite.join_all().await.len(), 64);
    }
}
