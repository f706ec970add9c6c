//! Telling the register how much is awarded, in numbers alone.
//!
//! Numbers are counted afresh each time and told when they differ from what was told last, so nothing is lost when the
//! register cannot be reached: the next time tells it all.

use crate::Adapter;
use crate::identity::Party;
use crate::storage::StorageError;
use chrono::TimeDelta;
use http_service::outbound::OutboundError;
use proofs::SignError;
use serde_json::json;
use std::sync::Weak;
use std::time::Duration;
use trust::statistics::{Count, Statistics, sign_statistics, year_of};

/// How often it is looked whether something is due, at most and at least.
const PACE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(3600));

#[derive(Debug, thiserror::Error)]
enum TellError {
    #[error("the register cannot be reached")]
    Unreachable(#[from] OutboundError),
    #[error("the register answered with status {0}")]
    Refused(u16),
    #[error("the numbers could not be signed")]
    Signing(#[from] SignError),
    #[error("the register's address is not one below which numbers can be")]
    Address,
}

/// Keeps at it until the service is gone.
pub(crate) async fn keep_telling(adapter: Weak<Adapter>, every: Duration) {
    let pace = every.clamp(PACE.0, PACE.1);
    let due = TimeDelta::from_std(every).unwrap_or(TimeDelta::MAX);
    let mut wait = pace;
    loop {
        tokio::time::sleep(wait).await;
        let Some(adapter) = adapter.upgrade() else { return };
        let is_told = adapter.tell_statistics(due).await.unwrap_or_else(|error| {
            tracing::error!(%error, "awards could not be counted");
            false
        });
        wait = if is_told { pace } else { (wait * 2).min(PACE.1) };
    }
}

impl Adapter {
    /// Tells what changed in the numbers of units that were told nothing for `due` or longer; whether the register took
    /// all of it.
    pub(crate) async fn tell_statistics(&self, due: TimeDelta) -> Result<bool, StorageError> {
        let mut is_told = true;
        for unit in &self.identities.units {
            let Some(slug) = unit.slug() else { continue };
            let counted = self.storage.count_awards(slug).await?;
            let told = self.storage.told_statistics(slug).await?;
            let now = self.clock.now();
            // A year of which nothing is left is told as well: its awards were all revoked.
            let years = counted
                .keys()
                .chain(told.keys().filter(|year| !counted.contains_key(year)));
            // The register takes no numbers of a year that has not begun.
            for year in years.filter(|year| **year <= year_of(now)) {
                let counts = counted.get(year).map_or(&[][..], Vec::as_slice);
                let is_due = told
                    .get(year)
                    .is_none_or(|told| told.counts != counts && told.at + due <= now);
                if !is_due {
                    continue;
                }
                if let Err(error) = self.tell(unit, *year, counts).await {
                    tracing::warn!(unit = slug, year, %error, "numbers were not told");
                    is_told = false;
                    continue;
                }
                let mut write = self.storage.write().await?;
                write.keep_told_statistics(slug, *year, counts, now).await?;
                write.commit().await?;
                tracing::info!(unit = slug, year, "numbers were told");
            }
        }
        Ok(is_told)
    }

    async fn tell(&self, unit: &Party, year: i32, counts: &[Count]) -> Result<(), TellError> {
        let did = unit.did().as_str().replace('%', "%25");
        let place = self.config.register_url.join(&format!("./statistics/{did}"));
        let place = place.map_err(|_| TellError::Address)?;
        let statistics = Statistics {
            issuer: unit.did().clone(),
            year,
            as_of: self.clock.now(),
            counts: counts.to_vec(),
        };
        let (kid, key) = unit.p256();
        let body = json!({ "statistics": sign_statistics(&statistics, key, kid)? });
        let answer = self.client.post_json(place.as_str(), body.to_string()).await?;
        match answer.status {
            204 => Ok(()),
            status => Err(TellError::Refused(status)),
        }
    }
}
