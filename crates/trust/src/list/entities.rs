//! The organisations of a list that was read: their texts, where everything is in them, and those that were asked for.
//!
//! A list may name very many organisations of which a reader asks a few. So only their texts are kept, packed once they are many,
//! and an organisation is made of its text when it is first asked for.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;

use super::ListError;
use super::consistency::{self, Succession, inconsistent};
use crate::history::{Counting, Order, kept_order};
use crate::model::Entity;

/// Texts of this many bytes together are kept as they are; those of longer lists are packed.
const MOST_AS_IT_IS: usize = 16 * 1024 * 1024;
/// Texts are packed together up to this size: less packs badly, more takes long to unpack for one organisation.
const BLOCK: usize = 16 * 1024;
/// Cheap to make, and nearly as small as at higher levels.
const LEVEL: u8 = 3;
/// A reader of very many organisations had better begin anew after so many.
const MANY: usize = 1024;

/// The organisations, and what was made of their texts so far.
pub(super) struct Entities {
    kept: Arc<Kept>,
    slots: Box<[OnceLock<Box<Made>>]>,
    made: AtomicUsize,
}

struct Kept {
    texts: Texts,
    by_id: Table,
    by_did: Table,
    by_kid: Table,
    by_accreditation: Table,
}

/// An organisation, and the order of its long histories.
struct Made {
    entity: Entity,
    orders: Vec<Option<Order>>,
}

/// Texts one after the other, in blocks.
#[derive(Default)]
struct Texts {
    blocks: Vec<Block>,
    /// Where each text begins, as if all were one.
    starts: Vec<u64>,
    length: u64,
    are_packed: bool,
}

struct Block {
    start: u64,
    length: usize,
    bytes: Box<[u8]>,
    is_packed: bool,
}

/// Which organisations have a name with some hash, in the order of the hashes.
struct Table {
    hashes: Box<[u64]>,
    places: Box<[u32]>,
}

/// Takes organisations one by one.
#[derive(Default)]
pub(super) struct Reading {
    texts: Texts,
    open: String,
    by_id: Vec<(u64, u32)>,
    by_did: Vec<(u64, u32)>,
    by_kid: Vec<(u64, u32)>,
    by_accreditation: Vec<(u64, u32)>,
    successions: Vec<Succession>,
}

impl Reading {
    /// Takes the next organisation, and its text in canonical JSON. Refuses one that contradicts itself.
    pub(super) fn add(&mut self, entity: &Entity, text: &str) -> Result<(), ListError> {
        consistency::check(entity)?;
        let Ok(place) = u32::try_from(self.texts.starts.len()) else {
            return Err(ListError::TooLarge);
        };
        let entry = |name: &str| (hash(name), place);
        self.by_id.push(entry(&entity.entity_id));
        self.by_did
            .extend(entity.dids.iter().map(|did| entry(did.as_str())));
        self.by_kid
            .extend(entity.keys.iter().map(|key| entry(key.kid.as_str())));
        let accreditations = entity.accreditations.iter();
        self.by_accreditation
            .extend(accreditations.map(|one| entry(&one.accreditation_id)));
        if let Some(succession) = &entity.succeeded_by {
            self.successions.push(Succession {
                of: entity.entity_id.clone(),
                by: succession.entity.clone(),
            });
        }
        self.keep(text);
        Ok(())
    }

    /// Takes the next organisation's text alone, to write it out again.
    pub(super) fn keep(&mut self, text: &str) {
        self.texts.starts.push(self.texts.length + self.open.len() as u64);
        self.open.push_str(text);
        if self.open.len() >= BLOCK {
            self.texts.add(std::mem::take(&mut self.open));
        }
    }

    /// All of them, unless they contradict each other.
    pub(super) fn finish(mut self) -> Result<Entities, ListError> {
        let successions = std::mem::take(&mut self.successions);
        let entities = self.unchecked();
        entities.check_names()?;
        consistency::check_successions(&successions, |id| entities.by_id(id).is_some())?;
        Ok(entities)
    }

    /// All of them as they are.
    pub(super) fn unchecked(mut self) -> Entities {
        if !self.open.is_empty() {
            self.texts.add(self.open);
        }
        let mut texts = self.texts;
        texts.blocks.shrink_to_fit();
        texts.starts.shrink_to_fit();
        let kept = Kept {
            texts,
            by_id: Table::new(self.by_id),
            by_did: Table::new(self.by_did),
            by_kid: Table::new(self.by_kid),
            by_accreditation: Table::new(self.by_accreditation),
        };
        Entities::new(Arc::new(kept))
    }
}

impl Entities {
    fn new(kept: Arc<Kept>) -> Self {
        Self {
            slots: kept.texts.starts.iter().map(|_| OnceLock::new()).collect(),
            kept,
            made: AtomicUsize::new(0),
        }
    }

    /// Whether so many were made that it is better to go on with a [`clone`](Clone::clone), which has made none.
    pub(super) fn made_many(&self) -> bool {
        self.made.load(Ordering::Relaxed) > MANY
    }

    /// The texts, in the order of the list.
    pub(super) fn for_each_text(&self, mut each: impl FnMut(&str)) {
        let texts = &self.kept.texts;
        let mut place = 0;
        for block in &texts.blocks {
            let Some(bytes) = block.unpacked() else { continue };
            while let Some(text) = texts.within(block, &bytes, place) {
                each(text);
                place += 1;
            }
        }
    }

    /// All of them, made for this alone.
    pub(super) fn all(&self) -> Vec<Entity> {
        let mut all = Vec::with_capacity(self.slots.len());
        self.for_each_text(|text| all.extend(serde_json::from_str::<Entity>(text)));
        all
    }

    /// All of them, one after the other.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Entity> {
        (0..self.slots.len()).filter_map(|place| Some(&self.made(place)?.entity))
    }

    pub(super) fn by_id(&self, id: &str) -> Option<&Entity> {
        self.find(&self.kept.by_id, id, |entity| entity.entity_id == id)
    }

    pub(super) fn by_did(&self, did: &str) -> Option<&Entity> {
        self.find(&self.kept.by_did, did, |entity| {
            entity.dids.iter().any(|one| one.as_str() == did)
        })
    }

    pub(super) fn by_kid(&self, kid: &str) -> Option<&Entity> {
        self.find(&self.kept.by_kid, kid, |entity| {
            entity.keys.iter().any(|key| key.kid.as_str() == kid)
        })
    }

    pub(super) fn by_accreditation(&self, id: &str) -> Option<&Entity> {
        let (entity, _) = self.accreditation(id)?;
        Some(&entity.entity)
    }

    /// The order of a long history.
    pub(super) fn order(&self, accreditation: &str) -> Option<&[Counting]> {
        let (holder, place) = self.accreditation(accreditation)?;
        holder.orders.get(place)?.as_deref()
    }

    fn accreditation(&self, id: &str) -> Option<(&Made, usize)> {
        let of = |entity: &Entity| {
            let mut own = entity.accreditations.iter();
            own.position(|one| one.accreditation_id == id)
        };
        let place = self.place(&self.kept.by_accreditation, id, |entity| of(entity).is_some())?;
        let made = self.made(place)?;
        Some((made, of(&made.entity)?))
    }

    fn find(&self, table: &Table, name: &str, is_it: impl Fn(&Entity) -> bool) -> Option<&Entity> {
        Some(&self.made(self.place(table, name, is_it)?)?.entity)
    }

    fn place(&self, table: &Table, name: &str, is_it: impl Fn(&Entity) -> bool) -> Option<usize> {
        let mut places = table.places(hash(name));
        places.find(|place| self.made(*place).is_some_and(|made| is_it(&made.entity)))
    }

    fn made(&self, place: usize) -> Option<&Made> {
        let slot = self.slots.get(place)?;
        if let Some(made) = slot.get() {
            return Some(made);
        }
        let made = Box::new(Made::new(self.kept.texts.entity(place)?));
        self.made.fetch_add(1, Ordering::Relaxed);
        Some(slot.get_or_init(|| made))
    }

    /// Refuses what is there twice. Names with the same hash are looked at themselves.
    fn check_names(&self) -> Result<(), ListError> {
        let Kept {
            by_id,
            by_did,
            by_kid,
            by_accreditation,
            ..
        } = &*self.kept;
        let twice = |table: &Table, names: fn(&Entity) -> Vec<&str>| {
            table.alike().find_map(|(hashed, places)| {
                let mut places = places.to_vec();
                places.dedup();
                let entities: Vec<_> = places
                    .iter()
                    .filter_map(|place| self.kept.texts.entity(usize::try_from(*place).ok()?))
                    .collect();
                let mut alike: Vec<&str> = entities.iter().flat_map(names).collect();
                alike.retain(|name| hash(name) == hashed);
                alike.sort_unstable();
                let mut pairs = alike.windows(2);
                pairs
                    .find(|pair| pair[0] == pair[1])
                    .map(|pair| pair[0].to_owned())
            })
        };
        if let Some(id) = twice(by_id, |entity| vec![&entity.entity_id]) {
            return inconsistent(format!("entity {id} is listed twice"));
        }
        if let Some(did) = twice(by_did, dids) {
            return inconsistent(format!("{did} belongs to two entities"));
        }
        if let Some(kid) = twice(by_kid, kids) {
            return inconsistent(format!("key {kid} is listed twice"));
        }
        if let Some(id) = twice(by_accreditation, accreditation_ids) {
            return inconsistent(format!("accreditation {id} is listed twice"));
        }
        Ok(())
    }
}

fn dids(entity: &Entity) -> Vec<&str> {
    entity.dids.iter().map(|did| did.as_str()).collect()
}

fn kids(entity: &Entity) -> Vec<&str> {
    entity.keys.iter().map(|key| key.kid.as_str()).collect()
}

fn accreditation_ids(entity: &Entity) -> Vec<&str> {
    let accreditations = entity.accreditations.iter();
    accreditations.map(|one| one.accreditation_id.as_str()).collect()
}

/// The same texts, of which nothing was made yet.
impl Clone for Entities {
    fn clone(&self) -> Self {
        Self::new(self.kept.clone())
    }
}

impl std::fmt::Debug for Entities {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Entities({})", self.slots.len())
    }
}

impl Made {
    fn new(entity: Entity) -> Self {
        let accreditations = entity.accreditations.iter();
        let orders = accreditations
            .map(|one| kept_order(&one.status_history))
            .collect();
        Self { entity, orders }
    }
}

impl Texts {
    fn add(&mut self, text: String) {
        let start = self.length;
        let length = text.len();
        self.length += length as u64;
        if !self.are_packed && self.length > MOST_AS_IT_IS as u64 {
            self.are_packed = true;
            self.blocks.iter_mut().for_each(Block::pack);
        }
        let mut block = Block {
            start,
            length,
            bytes: text.into_bytes().into(),
            is_packed: false,
        };
        if self.are_packed {
            block.pack();
        }
        self.blocks.push(block);
    }

    fn entity(&self, place: usize) -> Option<Entity> {
        let start = *self.starts.get(place)?;
        let block = self.blocks.partition_point(|block| block.start <= start);
        let block = self.blocks.get(block.checked_sub(1)?)?;
        serde_json::from_str(self.within(block, &block.unpacked()?, place)?).ok()
    }

    /// The text with some number, if it is in a block.
    fn within<'a>(&self, block: &Block, bytes: &'a [u8], place: usize) -> Option<&'a str> {
        let start = self.starts.get(place)?.checked_sub(block.start)?;
        let end = self.starts.get(place + 1).unwrap_or(&self.length) - block.start;
        let bytes = bytes.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)?;
        std::str::from_utf8(bytes).ok()
    }
}

impl Block {
    fn pack(&mut self) {
        self.bytes = compress_to_vec(&self.bytes, LEVEL).into();
        self.is_packed = true;
    }

    fn unpacked(&self) -> Option<std::borrow::Cow<'_, [u8]>> {
        match self.is_packed {
            false => Some((&*self.bytes).into()),
            true => Some(
                decompress_to_vec_with_limit(&self.bytes, self.length)
                    .ok()?
                    .into(),
            ),
        }
    }
}

impl Table {
    fn new(mut entries: Vec<(u64, u32)>) -> Self {
        entries.sort_unstable();
        Self {
            hashes: entries.iter().map(|(hash, _)| *hash).collect(),
            places: entries.iter().map(|(_, place)| *place).collect(),
        }
    }

    fn places(&self, hash: u64) -> impl Iterator<Item = usize> {
        let first = self.hashes.partition_point(|one| *one < hash);
        let alike = self.hashes.get(first..).unwrap_or_default().iter();
        let count = alike.take_while(|one| **one == hash).count();
        let places = self.places.get(first..first + count).unwrap_or_default().iter();
        places.filter_map(|place| usize::try_from(*place).ok())
    }

    /// Hashes that are there more than once, and where.
    fn alike(&self) -> impl Iterator<Item = (u64, &[u32])> {
        let runs = self.hashes.chunk_by(|one, two| one == two);
        let mut start = 0;
        let runs = runs.map(move |run| {
            start += run.len();
            (run, self.places.get(start - run.len()..start).unwrap_or_default())
        });
        runs.filter(|(run, _)| run.len() > 1)
            .filter_map(|(run, places)| Some((*run.first()?, places)))
    }
}

/// The same in every run, so that a list that is refused is refused everywhere for the same reason.
fn hash(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entity(number: usize, note: &str) -> Entity {
        let named = json!({
            "entityId": format!("school-{number}"), "type": "institution",
            "dids": [format!("did:web:school-{number}.example")], "legalName": note,
        });
        serde_json::from_value(named).unwrap()
    }

    fn entities(count: usize, note: &str) -> Entities {
        let mut reading = Reading::default();
        for number in 0..count {
            let one = entity(number, note);
            reading.add(&one, &serde_json::to_string(&one).unwrap()).unwrap();
        }
        reading.finish().unwrap()
    }

    #[test]
    fn texts_that_were_packed_are_found_as_those_that_were_not() {
        for (count, note, are_packed) in [(40, "short".to_owned(), false), (40, "é".repeat(300_000), true)] {
            let held = entities(count, &note);

            assert_eq!(held.kept.texts.are_packed, are_packed);
            for number in 0..count {
                let expected = entity(number, &note);
                assert_eq!(held.by_id(&expected.entity_id), Some(&expected));
                assert_eq!(held.by_did(expected.dids[0].as_str()), Some(&expected));
            }
            assert_eq!(held.by_id("school-40"), None);
            assert_eq!((held.iter().count(), held.all().len()), (count, count));
        }
    }

    #[test]
    fn a_clone_begins_with_none_made() {
        let held = entities(MANY + 1, "");
        assert!(!held.made_many());

        assert_eq!(held.iter().count(), MANY + 1);

        assert!(held.made_many());
        assert!(!held.clone().made_many());
        assert!(held.clone().by_id("school-7").is_some());
    }
}
