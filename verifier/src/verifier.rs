//! Checks one credential: fetch what it needs, then judge. No HTTP endpoints here.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use http_service::Clock;
use http_service::outbound::Client;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};
use verification::policy::Policy;
use verification::{Input, Need, Resource, Resources, Settings, VerificationReport, needs, verify};

use crate::fetching::Fetching;

/// How often a check may find that it needs something more.
const MOST_ROUNDS: usize = 6;
/// How many addresses one check may fetch.
const MOST_NEEDS: usize = 24;
/// How long fetching for one check may take.
const LONGEST: Duration = Duration::from_secs(15);

/// A verifier that trusts what its settings say; cheap to clone.
#[derive(Clone)]
pub struct Verifier(Arc<Inner>);

struct Inner {
    settings: Settings,
    fetching: Fetching,
    clock: Clock,
    /// The number of the newest register list that was believed; an older one is not.
    newest_list: AtomicU64,
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
}

impl Verifier {
    pub(crate) fn new(settings: Settings, client: Client, clock: Clock) -> Self {
        let newest_list = AtomicU64::new(settings.minimum_sequence);
        Self(Arc::new(Inner {
            settings,
            fetching: Fetching::new(client),
            clock,
            newest_list,
        }))
    }

    /// Whom this verifier trusts and how strict it is.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Checks `input` at this moment, after fetching what that needs.
    pub async fn check(&self, input: &Input, options: Options) -> VerificationReport {
        let settings = self.settings_for(options);
        let mut resources = Resources::new();
        let deadline = Instant::now() + LONGEST;
        let mut fetched = 0;
        for _ in 0..MOST_ROUNDS {
            let mut wanted = needs(input, &resources, &settings);
            wanted.truncate(MOST_NEEDS - fetched);
            if wanted.is_empty() {
                break;
            }
            fetched += wanted.len();
            self.fetch_all(wanted, &mut resources, deadline).await;
        }
        let report = verify(input, &resources, &settings, self.0.clock.now());
        if let Some(list) = &report.register {
            self.0.newest_list.fetch_max(list.sequence, Ordering::Relaxed);
        }
        report
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }

    /// Fetches one thing that somebody asked for.
    pub(crate) async fn fetch(&self, need: &Need) -> Resource {
        self.0.fetching.fetch(need, self.0.clock.now()).await
    }

    fn settings_for(&self, options: Options) -> Settings {
        let own = &self.0.settings;
        Settings {
            policy: options.policy.unwrap_or(own.policy),
            challenge: options.challenge.or_else(|| own.challenge.clone()),
            audience: options.audience.unwrap_or_else(|| own.audience.clone()),
            minimum_sequence: self.0.newest_list.load(Ordering::Relaxed),
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
