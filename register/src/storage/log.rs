//! The log of all that was recorded, and the tree over it.

use std::ops::Range;

use sha2::{Digest, Sha256};
use sqlx::{Row, SqliteConnection};
use trust::RegisterList;
use trust::log::{Entry, Hash, leaf_hash, nodes, parent, root_of};

use super::{Result, Storage, Write, as_integer, as_number, keys};

impl Storage {
    /// How many entries there are, and the root over them.
    pub(crate) async fn log_head(&self) -> Result<(u64, Hash)> {
        let mut connection = self.0.acquire().await?;
        let size = size(&mut connection).await?;
        Ok((size, hash_over(&mut connection, 0..size).await?))
    }

    /// How many entries there are.
    pub(crate) async fn log_size(&self) -> Result<u64> {
        size(&mut *self.0.acquire().await?).await
    }

    /// The hashes over ranges of leaves, all of which are there.
    pub(crate) async fn log_hashes(&self, ranges: Vec<Range<u64>>) -> Result<Vec<Hash>> {
        let mut connection = self.0.acquire().await?;
        let mut hashes = Vec::with_capacity(ranges.len());
        for range in ranges {
            hashes.push(hash_over(&mut connection, range).await?);
        }
        Ok(hashes)
    }

    /// Entries in canonical JSON, in order.
    pub(crate) async fn log_entries(&self, first: u64, last: u64) -> Result<Vec<String>> {
        let rows =
            sqlx::query("SELECT entry FROM log_entries WHERE position BETWEEN ? AND ? ORDER BY position")
                .bind(as_integer(first))
                .bind(as_integer(last))
                .fetch_all(&self.0)
                .await?;
        rows.into_iter().map(|row| Ok(row.try_get("entry")?)).collect()
    }
}

impl Write {
    /// Adds an entry to the log.
    pub(super) async fn log(&mut self, entry: &Entry) -> Result<()> {
        let text = entry
            .to_text()
            .map_err(<serde_json::Error as serde::ser::Error>::custom)?;
        let position = size(&mut self.0).await?;
        sqlx::query("INSERT INTO log_entries VALUES (?, ?)")
            .bind(as_integer(position))
            .bind(&text)
            .execute(&mut *self.0)
            .await?;
        let mut hash = leaf_hash(text.as_bytes());
        let (mut level, mut place) = (0, position);
        loop {
            sqlx::query("INSERT INTO log_nodes VALUES (?, ?, ?)")
                .bind(level)
                .bind(as_integer(place))
                .bind(hash.as_bytes().as_slice())
                .execute(&mut *self.0)
                .await?;
            // A right child completes the subtree above it.
            if place.is_multiple_of(2) {
                return Ok(());
            }
            hash = parent(&node(&mut self.0, level, place - 1).await?, &hash);
            level += 1;
            place /= 2;
        }
    }

    /// Logs that a list was published, unless it is in the log.
    pub(crate) async fn log_list(&mut self, list: &RegisterList, content_hash: &str) -> Result<()> {
        let entry = Entry::List {
            version: list.version,
            iss: list.iss.clone(),
            register_id: list.register_id.clone(),
            sequence: list.sequence,
            content_hash: content_hash.to_owned(),
        };
        let newest = sqlx::query(
            "SELECT entry FROM log_entries WHERE json_extract(entry, '$.type') = 'list' ORDER BY position DESC LIMIT 1",
        );
        let newest = newest.fetch_optional(&mut *self.0).await?;
        let newest: Option<String> = newest.map(|row| row.try_get("entry")).transpose()?;
        if newest.is_some_and(|newest| text(&entry).is_ok_and(|entry| entry == newest)) {
            return Ok(());
        }
        self.log(&entry).await
    }

    /// Logs what was recorded before there was a log, once.
    pub(crate) async fn log_what_is_there(&mut self) -> Result<()> {
        if size(&mut self.0).await? > 0 {
            return Ok(());
        }
        let (frameworks, entities) = self.contents().await?;
        for framework in frameworks {
            self.log(&Entry::Framework { framework }).await?;
        }
        let mut ends = keys::all(&mut self.0).await?;
        for mut entity in entities {
            let keys = std::mem::take(&mut entity.keys);
            let accreditations = std::mem::take(&mut entity.accreditations);
            let entity_id = entity.entity_id.clone();
            self.log(&Entry::Entity { entity }).await?;
            for key in keys {
                let kid = key.kid.clone();
                let as_added = self.key(&kid).await?.unwrap_or(key);
                let entry = Entry::Key {
                    entity_id: entity_id.clone(),
                    key: as_added,
                };
                self.log(&entry).await?;
                for event in ends.remove(kid.as_str()).unwrap_or_default() {
                    let kid = kid.clone();
                    self.log(&Entry::KeyEvent { kid, event }).await?;
                }
            }
            for mut accreditation in accreditations {
                let history = std::mem::take(&mut accreditation.status_history);
                let accreditation_id = accreditation.accreditation_id.clone();
                let entry = Entry::Accreditation {
                    entity_id: entity_id.clone(),
                    accreditation,
                };
                self.log(&entry).await?;
                for event in history {
                    let accreditation_id = accreditation_id.clone();
                    let entry = Entry::StatusEvent {
                        accreditation_id,
                        event,
                    };
                    self.log(&entry).await?;
                }
            }
        }
        let rows = sqlx::query("SELECT sequence, signed FROM receipts ORDER BY sequence");
        for row in rows.fetch_all(&mut *self.0).await? {
            let entry = receipt(as_number(row.try_get("sequence")?), row.try_get("signed")?);
            self.log(&entry).await?;
        }
        Ok(())
    }
}

/// The entry for a receipt.
pub(super) fn receipt(sequence: u64, signed: &str) -> Entry {
    let digest = Hash::from_bytes(Sha256::digest(signed).into()).to_string();
    Entry::Receipt { sequence, digest }
}

fn text(entry: &Entry) -> Result<String> {
    let text = entry.to_text();
    Ok(text.map_err(<serde_json::Error as serde::ser::Error>::custom)?)
}

async fn size(connection: &mut SqliteConnection) -> Result<u64> {
    let row = sqlx::query("SELECT COALESCE(MAX(position) + 1, 0) AS size FROM log_entries");
    Ok(as_number(row.fetch_one(connection).await?.try_get("size")?))
}

async fn hash_over(connection: &mut SqliteConnection, range: Range<u64>) -> Result<Hash> {
    let mut subtrees = Vec::new();
    for found in nodes(range) {
        subtrees.push(node(connection, found.level, found.index).await?);
    }
    Ok(root_of(&subtrees))
}

async fn node(connection: &mut SqliteConnection, level: u8, place: u64) -> Result<Hash> {
    let row = sqlx::query("SELECT hash FROM log_nodes WHERE level = ? AND position = ?")
        .bind(level)
        .bind(as_integer(place))
        .fetch_one(connection)
        .await?;
    let hash: Vec<u8> = row.try_get("hash")?;
    let hash = hash.try_into().map_err(|_| sqlx::Error::RowNotFound)?;
    Ok(Hash::from_bytes(hash))
}
