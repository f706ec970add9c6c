//! How much is awarded, as issuers say it.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use credentials::Did;
use trust::statistics::{Statistics, StatisticsError, verify_statistics};
use trust::{Entity, EntityKind, LONGEST_CHAIN, ScopeClaim, Status, VerifiedList, assess};

use super::{PublishError, Register, whole_seconds};
use crate::storage::StorageError;

/// How often an issuer may hand in numbers within a day, for all years together.
const MOST_A_DAY: u64 = 288;

/// Why numbers were not taken over.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CountError {
    #[error("the register knows no organisation with that DID")]
    UnknownIssuer,
    #[error("the issuer does not take part now, so its numbers are not taken over")]
    NotAdmitted,
    #[error(transparent)]
    Statistics(#[from] StatisticsError),
    #[error("the numbers are of another issuer than the address says")]
    OtherIssuer,
    #[error("newer numbers of that issuer and year are here already")]
    Older,
    #[error("more than {MOST_A_DAY} times within a day; hand in numbers less often")]
    TooMany,
    #[error(transparent)]
    Publish(#[from] PublishError),
}

impl From<StorageError> for CountError {
    fn from(error: StorageError) -> Self {
        Self::Publish(error.into())
    }
}

impl Register {
    /// Takes over what an issuer says it awarded. The same again changes nothing.
    pub(crate) async fn count(&self, issuer: &Did, signed: &str) -> Result<Statistics, CountError> {
        let published = self.published().await?;
        let list = &published.list;
        if list.entity(issuer).is_none() {
            return Err(CountError::UnknownIssuer);
        }
        let now = whole_seconds(self.now());
        let statistics = verify_statistics(signed, list, now)?;
        if statistics.issuer != *issuer {
            return Err(CountError::OtherIssuer);
        }
        let standing = assess(list, issuer, &ScopeClaim::default(), now, now);
        if standing.is_none_or(|chain| chain.now != Status::Active) {
            return Err(CountError::NotAdmitted);
        }
        let mut write = self.0.storage.write().await?;
        let newest = write.newest_statistics(issuer.as_str(), statistics.year).await?;
        if let Some((known, newest)) = newest {
            if known == signed {
                return Ok(newest);
            }
            if statistics.as_of <= newest.as_of {
                return Err(CountError::Older);
            }
        }
        let day_ago = (now - TimeDelta::days(1)).timestamp();
        if write.statistics_since(issuer.as_str(), day_ago).await? >= MOST_A_DAY {
            return Err(CountError::TooMany);
        }
        write.add_statistics(&statistics, signed, now.timestamp()).await?;
        write.commit().await?;
        Ok(statistics)
    }

    /// The years for which there are numbers, the last first.
    pub(crate) async fn years_counted(&self) -> Result<Vec<i32>, StorageError> {
        self.0.storage.statistics_years().await
    }

    /// The numbers of a year by institution; what an issuer handed in that the list no longer knows is left out.
    pub(crate) async fn counted(&self, year: i32) -> Result<Vec<(Entity, Vec<Statistics>)>, PublishError> {
        let published = self.published().await?;
        // An organisation that issues under another DID since counts its awards of the year under that one.
        let mut by_issuer: BTreeMap<String, Statistics> = BTreeMap::new();
        for statistics in self.0.storage.statistics(year).await? {
            let Some(entity) = published.list.entity(&statistics.issuer) else {
                continue;
            };
            let known = by_issuer.get(&entity.entity_id);
            if known.is_none_or(|known| known.as_of < statistics.as_of) {
                by_issuer.insert(entity.entity_id.clone(), statistics);
            }
        }
        let mut by_institution: BTreeMap<String, (Entity, Vec<Statistics>)> = BTreeMap::new();
        for statistics in by_issuer.into_values() {
            if let Some(institution) = institution_of(&published.list, &statistics.issuer) {
                let entry = by_institution
                    .entry(institution.entity_id.clone())
                    .or_insert_with(|| (institution.clone(), Vec::new()));
                entry.1.push(statistics);
            }
        }
        Ok(by_institution.into_values().collect())
    }
}

/// The institution that an issuer is, or is a unit of.
fn institution_of<'a>(list: &'a VerifiedList, issuer: &Did) -> Option<&'a Entity> {
    let mut entity = list.entity(issuer)?;
    for _ in 0..LONGEST_CHAIN {
        if entity.kind == EntityKind::Institution {
            return Some(entity);
        }
        let above = entity.parent_entity.as_deref()?;
        entity = list.entity_by_id(above)?;
    }
    None
}
