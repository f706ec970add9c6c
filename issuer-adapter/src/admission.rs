//! Whether a unit may issue an award: what the register says of it, when it was awarded and now.

use chrono::{DateTime, TimeDelta, Utc};
use credentials::award::Award;
use credentials::{Did, Text};
use http_service::outbound::{Client, OutboundError};
use std::sync::Arc;
use tokio::sync::Mutex;
use trust::{
    ChainResult, Freshness, ListError, MAX_LIST_CHARACTERS, ScopeClaim, SizeUnit, Status, TrustAnchor,
    VerifiedList, assess, verify_list,
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
    asked_at: DateTime<Utc>,
}

#[derive(Debug, thiserror::Error)]
enum RegisterError {
    #[error("the register cannot be reached")]
    Unreachable(#[from] OutboundError),
    #[error("the register answered with status {0}")]
    Status(u16),
    #[error("the register list is not sound")]
    List(#[from] ListError),
    #[error("the register list is older than one seen before")]
    RolledBack,
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
    async fn list(&self, now: DateTime<Utc>) -> Result<Arc<VerifiedList>, RegisterError> {
        let mut last = self.last.lock().await;
        if let Some(seen) = &*last
            && (seen.asked_at..seen.asked_at + RECENT).contains(&now)
            && seen.list.freshness(now) == Freshness::Fresh
        {
            return Ok(seen.list.clone());
        }
        let list = match (self.fetch(last.as_ref(), now).await, &*last) {
            (Ok(list), _) => Arc::new(list),
            (Err(error), Some(seen)) if seen.list.freshness(now) == Freshness::Fresh => {
                tracing::warn!(%error, "the register gives no newer list");
                seen.list.clone()
            }
            (Err(error), _) => return Err(error),
        };
        *last = Some(Seen {
            list: list.clone(),
            asked_at: now,
        });
        Ok(list)
    }

    async fn fetch(&self, before: Option<&Seen>, now: DateTime<Utc>) -> Result<VerifiedList, RegisterError> {
        let fetched = self
            .client
            .get(self.url.as_str(), "application/mc-register+jwt")
            .await?;
        if fetched.status != 200 {
            return Err(RegisterError::Status(fetched.status));
        }
        let signed = String::from_utf8_lossy(&fetched.body);
        let list = verify_list(&signed, &self.anchors, now)?;
        if before.is_some_and(|seen| !list.follows(&seen.list)) {
            return Err(RegisterError::RolledBack);
        }
        match list.freshness(now) {
            Freshness::Fresh => Ok(list),
            Freshness::Stale { .. } => Err(RegisterError::Stale),
        }
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
