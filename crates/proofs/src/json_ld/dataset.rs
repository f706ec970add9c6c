//! A document's statements with the places they come from, so that a part of the document gives a part of its
//! statements.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::rdfc::{self, Quad};
use super::statements::{self, Places};
use super::{Contexts, JsonLdError};
use crate::crypto::Hash;

/// More pointers than this in one selection are refused.
const MOST_POINTERS: usize = 1_000;

/// Statements in a fixed order, without repetition.
pub(crate) struct Dataset {
    quads: Vec<Quad>,
    /// The places of the document that make each statement; seldom more than one.
    places: Vec<Vec<Arc<str>>>,
    indivisible: BTreeSet<Arc<str>>,
}

/// Why a part of a document was not selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SelectionError {
    /// Not a JSON pointer (RFC 6901), or it points at nothing in the document.
    Pointer(String),
    /// More pointers than anybody needs.
    TooMany,
}

/// A part of a document: values chosen by JSON pointers, with the types and identifiers of all they stand in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection(BTreeMap<String, Selection>, bool);

impl Dataset {
    pub(crate) fn of(document: &Value, contexts: &Contexts) -> Result<Self, JsonLdError> {
        let (quads, places) = statements::placed_statements(document, contexts)?;
        let Places {
            pointers,
            indivisible,
        } = places;
        let mut by_quad: BTreeMap<Quad, Vec<Arc<str>>> = BTreeMap::new();
        for (quad, pointer) in quads.into_iter().zip(pointers) {
            by_quad.entry(quad).or_default().extend(pointer);
        }
        let (quads, places) = by_quad.into_iter().unzip();
        Ok(Self {
            quads,
            places,
            indivisible,
        })
    }

    /// How many statements there are.
    pub(crate) fn len(&self) -> usize {
        self.quads.len()
    }

    /// The canonical name, without `_:`, of each blank node in the statements at these indexes.
    pub(crate) fn labels(
        &self,
        indexes: &[usize],
        hash: Hash,
    ) -> Result<HashMap<usize, String>, JsonLdError> {
        let mut quads: Vec<Quad> = indexes
            .iter()
            .filter_map(|&index| self.quads.get(index).cloned())
            .collect();
        quads.sort();
        let labels = rdfc::canonical_labels(&quads, hash)?;
        let bare = |label: String| label.trim_start_matches("_:").to_owned();
        Ok(labels
            .into_iter()
            .map(|(blank, label)| (blank, bare(label)))
            .collect())
    }

    /// A statement as a line of N-Quads, with these names for blank nodes.
    pub(crate) fn line(&self, index: usize, labels: &HashMap<usize, String>) -> String {
        let label = |blank| format!("_:{}", labels.get(&blank).map_or("", String::as_str));
        self.quads
            .get(index)
            .map(|quad| quad.line(label))
            .unwrap_or_default()
    }

    /// Reads pointers against the document. One into a value that means something only as a whole, such as a list,
    /// selects that value.
    pub(crate) fn selection(
        &self,
        document: &Value,
        pointers: &[String],
    ) -> Result<Selection, SelectionError> {
        if pointers.len() > MOST_POINTERS {
            return Err(SelectionError::TooMany);
        }
        let mut selection = Selection::default();
        for pointer in pointers {
            if document.pointer(pointer).is_none() {
                return Err(SelectionError::Pointer(pointer.clone()));
            }
            let whole = ancestors(pointer).find(|ancestor| self.indivisible.contains(*ancestor));
            selection.add(whole.unwrap_or(pointer));
        }
        Ok(selection)
    }

    /// The indexes of the statements that a part of the document makes.
    pub(crate) fn selected(&self, selection: &Selection) -> Vec<usize> {
        (0..self.quads.len())
            .filter(|&index| {
                self.places
                    .get(index)
                    .is_some_and(|places| places.iter().any(|place| selection.includes(place)))
            })
            .collect()
    }
}

/// The pointers of the values that a pointer's value stands in, outermost first, without the document itself.
fn ancestors(pointer: &str) -> impl Iterator<Item = &str> {
    pointer
        .match_indices('/')
        .filter_map(|(index, _)| pointer.get(..index))
        .filter(|ancestor| !ancestor.is_empty())
}

fn tokens(pointer: &str) -> impl Iterator<Item = String> + '_ {
    pointer
        .split('/')
        .skip(1)
        .map(|token| token.replace("~1", "/").replace("~0", "~"))
}

impl Selection {
    fn add(&mut self, pointer: &str) {
        let mut here = self;
        for token in tokens(pointer) {
            here = here.0.entry(token).or_default();
        }
        here.1 = true;
    }

    /// Whether this is the selection of nothing at all, not even the document's types.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty() && !self.1
    }

    /// Whether a statement made at this place belongs to the selection: below a selected value, the link to a
    /// value on the way to one, or the types of an object on the way.
    fn includes(&self, place: &str) -> bool {
        if self.is_empty() {
            return false;
        }
        let mut here = self;
        let mut tokens = tokens(place).peekable();
        while let Some(token) = tokens.next() {
            if here.1 {
                return true;
            }
            match here.0.get(&token) {
                Some(inner) => here = inner,
                None => return token == "type" && tokens.peek().is_none(),
            }
        }
        true
    }

    /// The selected part as a document of its own, with the contexts of the whole.
    pub(crate) fn of_document(&self, document: &Value) -> Value {
        let mut part = self.of(document);
        if let (Some(context), Value::Object(members)) = (document.get("@context"), &mut part) {
            members.insert("@context".to_owned(), context.clone());
        }
        part
    }

    fn of(&self, value: &Value) -> Value {
        if self.1 {
            return value.clone();
        }
        match value {
            Value::Object(members) => {
                let mut part = Map::new();
                let is_blank = |id: &Value| id.as_str().is_some_and(|id| id.starts_with("_:"));
                if let Some(id) = members.get("id").filter(|id| !is_blank(id)) {
                    part.insert("id".to_owned(), id.clone());
                }
                if let Some(types) = members.get("type") {
                    part.insert("type".to_owned(), types.clone());
                }
                for (name, inner) in &self.0 {
                    if let Some(member) = members.get(name) {
                        part.insert(name.clone(), inner.of(member));
                    }
                }
                Value::Object(part)
            }
            Value::Array(elements) => {
                let chosen = elements
                    .iter()
                    .enumerate()
                    .filter_map(|(index, element)| Some(self.0.get(&index.to_string())?.of(element)));
                Value::Array(chosen.collect())
            }
            other => other.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn contexts() -> Contexts {
        let list = json!({"@id": "urn:p:list", "@container": "@list"});
        let name = json!({"@id": "urn:p:name", "@container": "@language"});
        let terms = json!({"id": "@id", "type": "@type", "T": "urn:t", "a": "urn:p:a", "b": "urn:p:b",
            "when": {"@id": "urn:p:when", "@type": "urn:p:date"}, "list": list, "name": name});
        Contexts::none().with("urn:c", &json!({"@context": terms}))
    }

    fn document() -> Value {
        json!({
            "@context": "urn:c", "type": "T",
            "a": [{"b": "1"}, {"type": "T", "b": "2", "a": {"b": "3"}}],
            "list": [{"b": "4"}, "5"], "name": {"nl": "n", "en": "e"},
            "b": {"@value": "v", "@language": "nl"},
        })
    }

    /// The selected statements with all blank nodes named alike, and the selected document.
    fn select(pointers: &[&str]) -> (Vec<String>, Value) {
        let dataset = Dataset::of(&document(), &contexts()).unwrap();
        let pointers: Vec<String> = pointers.iter().map(|&pointer| pointer.into()).collect();
        let selection = dataset.selection(&document(), &pointers).unwrap();
        let part = selection.of_document(&document());
        let indexes = dataset.selected(&selection);
        // What is selected is what the selected document says.
        let again = Dataset::of(&part, &contexts()).unwrap();
        let canonical = |dataset: &Dataset, indexes: &[usize]| {
            let labels = dataset.labels(indexes, Hash::Sha256).unwrap();
            let mut lines: Vec<String> = indexes
                .iter()
                .map(|&index| dataset.line(index, &labels))
                .collect();
            lines.sort();
            lines
        };
        let all: Vec<usize> = (0..again.len()).collect();
        let lines = canonical(&dataset, &indexes);
        assert_eq!(lines, canonical(&again, &all));
        (lines, part)
    }

    #[test]
    fn a_value_is_selected_with_the_types_of_all_it_stands_in() {
        let (lines, part) = select(&["/a/1/a/b"]);
        assert_eq!(
            part,
            json!({"@context": "urn:c", "type": "T", "a": [{"type": "T", "a": {"b": "3"}}]})
        );
        assert_eq!(lines.len(), 5);
        let (_, part) = select(&["/a/0", "/name/en"]);
        assert_eq!(
            part,
            json!({"@context": "urn:c", "type": "T", "a": [{"b": "1"}], "name": {"en": "e"}})
        );
        assert_eq!(select(&[""]).1, document());
    }

    #[test]
    fn lists_and_value_objects_are_selected_as_a_whole() {
        assert_eq!(select(&["/list/0/b"]).1["list"], document()["list"]);
        assert_eq!(select(&["/b/@value"]).1["b"], document()["b"]);
    }

    #[test]
    fn pointers_at_nothing_are_refused() {
        let dataset = Dataset::of(&document(), &contexts()).unwrap();
        for pointer in ["/c", "a", "/a/2", "/a/-", "/a/00"] {
            let refused = dataset.selection(&document(), &[pointer.to_owned()]).unwrap_err();
            assert_eq!(refused, SelectionError::Pointer(pointer.to_owned()));
        }
        let many = vec!["/a".to_owned(); 1_001];
        assert_eq!(
            dataset.selection(&document(), &many).unwrap_err(),
            SelectionError::TooMany
        );
    }
}
