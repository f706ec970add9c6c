//! Places in the status lists, drawn at random, each for one copy.

use super::copies::CopyError;
use crate::Adapter;
use crate::secrets;
use crate::storage::{ListKind, ListRow};
use chrono::{DateTime, Utc};
use status_list::{ListError, MINIMUM_ENTRIES};

/// The lists in which the copies of one request get their places.
pub(super) struct OpenLists(Vec<ListRow>);

/// One copy's place in one list.
pub(super) struct Place {
    pub(super) list: String,
    pub(super) kind: ListKind,
    pub(super) index: u32,
}

impl OpenLists {
    /// A random place in each list. Whether it is free is found out when it is taken.
    pub(super) fn draw(&self) -> Result<Vec<Place>, ListError> {
        let place = |list: &ListRow| {
            let random = &mut http_service::system_random();
            let drawn = status_list::random_index(list.length as usize, &|_| false, random)?;
            Ok(Place {
                list: list.id.clone(),
                kind: list.kind,
                index: u32::try_from(drawn).map_err(|_| ListError::Full)?,
            })
        };
        self.0.iter().map(place).collect()
    }
}

impl Adapter {
    /// The unit's lists in use, one of each kind.
    pub(super) async fn open_lists(
        &self,
        unit: &str,
        kinds: &[ListKind],
        now: DateTime<Utc>,
    ) -> Result<OpenLists, CopyError> {
        let mut lists = Vec::with_capacity(kinds.len());
        for kind in kinds {
            lists.push(self.open_list(unit, *kind, now).await?);
        }
        Ok(OpenLists(lists))
    }

    /// The unit's list in use of a kind; a new one when there is none or half of it is taken, so that a
    /// drawn place is nearly always free.
    async fn open_list(&self, unit: &str, kind: ListKind, now: DateTime<Utc>) -> Result<ListRow, CopyError> {
        let newest = self.storage.newest_list(unit, kind).await?;
        if let Some((list, _)) = newest.filter(|(list, taken)| *taken < list.length / 2) {
            return Ok(list);
        }
        let list = ListRow {
            // Tells nothing of its age or of who is in it.
            id: secrets::random::<6>(),
            unit: unit.to_owned(),
            kind,
            length: u32::try_from(MINIMUM_ENTRIES).map_err(|_| ListError::Full)?,
            version: 1,
        };
        let mut write = self.storage.write().await?;
        write.add_list(&list, now).await?;
        write.commit().await?;
        Ok(list)
    }

    /// Where a list is published.
    pub(crate) fn list_address(&self, kind: ListKind, id: &str) -> String {
        match kind {
            ListKind::Revocation | ListKind::Suspension => self.address(&format!("status/{id}")),
            ListKind::Token => self.address(&format!("status/token/{id}")),
        }
    }
}
