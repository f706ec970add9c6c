//! How much one client may give to keep in a day, beyond which limits of a minute are no help. Nothing of it is kept on disk, and no address is kept as it is.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use http_service::ClientAddress;

use super::ShareError;

/// Of how many clients a count is kept; beyond it counting starts afresh, and the store's own bounds hold.
const MOST_CLIENTS: usize = 100_000;

pub(super) struct Quota {
    most: u32,
    window: TimeDelta,
    /// A secret of this process, so that the numbers below tell no address.
    hashing: RandomState,
    counts: Mutex<HashMap<u64, (DateTime<Utc>, u32)>>,
}

impl Quota {
    pub(super) fn new(most: u32, window: TimeDelta) -> Self {
        Self {
            most,
            window,
            hashing: RandomState::new(),
            counts: Mutex::default(),
        }
    }

    /// Counts one more for `client`, or says when there is room again.
    pub(super) fn admit(&self, client: ClientAddress, now: DateTime<Utc>) -> Result<(), ShareError> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let key = self.hashing.hash_one(client);
        if counts.len() >= MOST_CLIENTS && !counts.contains_key(&key) {
            counts.retain(|_, (since, _)| now - *since < self.window);
            if counts.len() >= MOST_CLIENTS {
                counts.clear();
            }
        }
        let (since, count) = counts.entry(key).or_insert((now, 0));
        if now - *since >= self.window {
            (*since, *count) = (now, 0);
        }
        if *count >= self.most {
            let left = self.window - (now - *since);
            return Err(ShareError::TooMany {
                retry_after: u64::try_from(left.num_seconds()).unwrap_or(0) + 1,
            });
        }
        *count += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_client_is_refused_until_its_window_is_over_and_others_are_not() {
        let quota = Quota::new(2, TimeDelta::hours(1));
        let [here, there] =
            [[192, 0, 2, 1], [192, 0, 2, 2]].map(|address| ClientAddress::new(address.into()));
        let start = DateTime::UNIX_EPOCH;

        assert!(quota.admit(here, start).is_ok() && quota.admit(here, start).is_ok());
        let refused = quota.admit(here, start + TimeDelta::minutes(59)).unwrap_err();

        assert!(matches!(refused, ShareError::TooMany { retry_after: 61 }));
        assert!(quota.admit(there, start).is_ok());
        assert!(quota.admit(here, start + TimeDelta::hours(1)).is_ok());
    }
}
