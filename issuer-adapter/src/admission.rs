//! Whether a unit may issue an award: what the register says of it, when it was awarded and now.

use chrono::{DateTime, TimeDelta, Utc};
use credentials::award::Award;
use credentials::{Did, Text};
use http_service::outbound::{Client, Fetched, OutboundError};
use std::sync::Arc;
use tokio::sync::Mutex;
use trust::{
    ChainResult, Discontinuity, Freshness, ListError, MAX_LIST_CHARACTERS, ScopeClaim, SizeUnit, Status,
    TrustAnchor, VerifiedList, assess, delta, verify_list,
};
use url::Url;

/// A list is asked for again after this time.
const RECENT: TimeDelta = TimeDelta::seconds(10);

/// The register, as this institution sees it.
pub(crate) struct Register {
    url: Url,
    anchors: Vec<TrustAnchor>,
    client: Client,
    last: Mutex<Option<Seen>>,
}

#[derive(Clone)]
struct Seen {
    list: Arc<VerifiedList>,
    /// As it was signed, and its entity tag: so that what changed is enough the next time.
    signed: Arc<str>,
    tag: Option<String>,
    asked_at: DateTime<Utc>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum RegisterError {
    #[error("the register cannot be reached")]
    Unreachable(#[from] OutboundError),
    #[error("the register answered with status {0}")]
    Status(u16),
    #[error("the register list is not sound")]
    List(#[from] ListError),
    #[error("the register list does not follow on the one seen before")]
    Discontinuous(#[from] Discontinuity),
    #[error("the register list is out of date")]
    Stale,
}

impl Register {
    pub(crate) fn new(url: Url, anchors: Vec<TrustAnchor>, client: Client) -> Self {
        Self {
            url,
            anchors,
            client: client.compressed(MAX_LIST_CHARACTERS),
            last: Mutex::new(None),
        }
    }

    /// Why `issuer` may not issue `award` now; nothing when it may.
    ///
    /// A register that cannot be asked, and no list of it that still counts, is a reason too.
    pub(crate) async fn refusal(&self, issuer: &Did, award: &Award, now: DateTime<Utc>) -> Option<Text> {
        match self.list(now).await {
            Ok(list) => {
                let awarded = award.awarded_at.unwrap_or(now);
                reason(assess(&list, issuer, &claim(award), awarded, now).as_ref())
            }
            Err(error) => {
                tracing::warn!(%error, "the register gives no list that counts");
                Some(Text::new(
                    "het register is niet te raadplegen, probeer het later opnieuw",
                    "the register cannot be consulted, try again later",
                ))
            }
        }
    }

    /// The register's list: asked for when the last one is not recent, and used while it counts.
    pub(crate) async fn list(&self, now: DateTime<Utc>) -> Result<Arc<VerifiedList>, RegisterError> {
        let mut last = self.last.lock().await;
        if let Some(seen) = &*last
            && (seen.asked_at..seen.asked_at + RECENT).contains(&now)
            && seen.list.freshness(now) == Freshness::Fresh
        {
            return Ok(seen.list.clone());
        }
        let seen = match (self.fetch(last.as_ref(), now).await, &*last) {
            (Ok(seen), _) => seen,
            (Err(error), Some(seen)) if seen.list.freshness(now) == Freshness::Fresh => {
                tracing::warn!(%error, "the register gives no newer list");
                Seen {
                    asked_at: now,
                    ..seen.clone()
                }
            }
            (Err(error), _) => return Err(error),
        };
        let list = seen.list.clone();
        *last = Some(seen);
        Ok(list)
    }

    async fn fetch(&self, before: Option<&Seen>, now: DateTime<Utc>) -> Result<Seen, RegisterError> {
        let tag = before.and_then(|seen| seen.tag.as_deref());
        let changes = match before {
            Some(seen) => self.changes(seen).await,
            None => None,
        };
        let fetched = match changes {
            Some(fetched) => fetched,
            None => {
                let kind = "application/mc-register+jwt";
                self.client.get_if_changed(self.url.as_str(), kind, tag).await?
            }
        };
        let seen = match (fetched.status, before) {
            (304, Some(seen)) => Seen {
                asked_at: now,
                ..seen.clone()
            },
            (200, _) => {
                let signed = String::from_utf8_lossy(&fetched.body);
                let list = verify_list(&signed, &self.anchors, now)?;
                if let Some(seen) = before {
                    list.check_follows(&seen.list)?;
                }
                Seen {
                    list: Arc::new(list),
                    signed: signed.into(),
                    tag: fetched.tag,
                    asked_at: now,
                }
            }
            (status, _) => return Err(RegisterError::Status(status)),
        };
        match seen.list.freshness(now) {
            Freshness::Fresh => Ok(seen),
            Freshness::Stale { .. } => Err(RegisterError::Stale),
        }
    }

    /// The list by what changed since one that was seen, where the register tells that.
    async fn changes(&self, seen: &Seen) -> Option<Fetched> {
        let address = delta::address(self.url.as_str(), seen.list.list().sequence);
        let (held, anchors) = (seen.signed.clone(), self.anchors.clone());
        let made = move |changes: &str| delta::apply(changes, &held, &anchors).ok();
        self.client.get_changes(&address, seen.tag.as_deref(), made).await
    }
}

/// What an award says that an accreditation may limit.
fn claim(award: &Award) -> ScopeClaim {
    let achievement = &award.achievement;
    let size = achievement.size.clone().unwrap_or_default();
    let sizes = [
        (SizeUnit::Ec, size.ec),
        (SizeUnit::Hour, size.hours.map(f64::from)),
        (SizeUnit::Sbu, size.sbu.map(f64::from)),
    ];
    ScopeClaim {
        sector: achievement.sector,
        // One without a version is not known here, which a rule of its own says.
        framework: achievement
            .quality_framework
            .as_ref()
            .filter(|framework| !framework.version.is_empty())
            .map(|framework| framework.id.clone()),
        eqf: achievement.level.as_ref().map(|level| level.eqf),
        nlqf: achievement.level.as_ref().and_then(|level| level.nlqf.clone()),
        sizes: sizes
            .into_iter()
            .filter_map(|(unit, size)| Some((unit, size?)))
            .collect(),
        credential_type: achievement.credential_type.clone(),
        field: achievement.field.clone(),
        country: award.issuing.country.clone(),
    }
}

/// Why not, in words; nothing when active then, active now and within scope.
fn reason(chain: Option<&ChainResult>) -> Option<Text> {
    let Some(chain) = chain else {
        return Some(Text::new(
            "dit onderdeel staat niet in het register",
            "this unit is not in the register",
        ));
    };
    if chain.now != Status::Active {
        let (nl, en) = words(chain.now);
        let told = chain.inactive_reason.clone().unwrap_or_default();
        let add = |text: &str, told: Option<String>| {
            told.map_or(text.to_owned(), |told| format!("{text} ({told})"))
        };
        return Some(Text::new(add(nl, told.nl), add(en, told.en)));
    }
    if chain.at_issuance != Status::Active {
        return Some(Text::new(
            "de toelating gold niet op de dag van de toekenning",
            "the admission did not hold on the day of the award",
        ));
    }
    if !chain.in_scope {
        let outside = chain.out_of_scope.clone().unwrap_or_default();
        let tell = |text: &str, outside: Option<String>| match outside {
            Some(outside) => format!("{text}: {outside}"),
            None => text.to_owned(),
        };
        return Some(Text::new(
            tell("het valt buiten de toelating", outside.nl),
            tell("it lies outside the admission", outside.en),
        ));
    }
    None
}

fn words(status: Status) -> (&'static str, &'static str) {
    match status {
        Status::Active => ("de toelating is actief", "the admission is active"),
        Status::Expired => ("de toelating is verlopen", "the admission has expired"),
        Status::Suspended => ("de toelating is geschorst", "the admission is suspended"),
        Status::Withdrawn => ("de toelating is ingetrokken", "the admission was withdrawn"),
        Status::Absent => ("er is geen toelating", "there is no admission"),
    }
}
