//! RDF Dataset Canonicalization ([RDFC-1.0](https://www.w3.org/TR/rdf-canon/)) with SHA-256 or
//! SHA-384.
//!
//! Work is bounded: a dataset made so that its blank nodes cannot be told apart is refused
//! ([§7.1, dataset poisoning](https://www.w3.org/TR/rdf-canon/#dataset-poisoning)).

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::sync::Arc;

use super::JsonLdError;
use crate::crypto::Hash;

/// Steps, each about one hash or one name copied, before a dataset counts as poisoned.
const MOST_WORK: usize = 50_000;
/// How far the algorithm may walk from one blank node to the next that looks like it.
const DEEPEST: usize = 128;

/// A subject, object or graph name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Node {
    /// A blank node, by number.
    Blank(usize),
    /// An IRI or a literal as canonical N-Quads write it.
    Text(Arc<str>),
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Quad {
    pub(super) subject: Node,
    /// An IRI, in angle brackets.
    pub(super) predicate: Arc<str>,
    pub(super) object: Node,
    pub(super) graph: Option<Node>,
}

impl Quad {
    fn blanks(&self) -> impl Iterator<Item = (char, usize)> {
        [
            ('s', Some(&self.subject)),
            ('o', Some(&self.object)),
            ('g', self.graph.as_ref()),
        ]
        .into_iter()
        .filter_map(|(position, node)| match node {
            Some(Node::Blank(number)) => Some((position, *number)),
            _ => None,
        })
    }

    /// The statement as a line of N-Quads, each blank node by the name it is given.
    pub(super) fn line(&self, label: impl Fn(usize) -> String) -> String {
        let mut line = String::new();
        self.write(&mut line, label);
        line
    }

    fn write(&self, line: &mut String, label: impl Fn(usize) -> String) {
        let mut node = |node: &Node| {
            match node {
                Node::Text(text) => line.push_str(text),
                Node::Blank(number) => line.push_str(&label(*number)),
            }
            line.push(' ');
        };
        node(&self.subject);
        node(&Node::Text(Arc::clone(&self.predicate)));
        node(&self.object);
        if let Some(graph) = &self.graph {
            node(graph);
        }
        line.push_str(".\n");
    }
}

/// The dataset as sorted canonical N-Quads.
pub(super) fn canonical_n_quads(mut quads: Vec<Quad>, hash: Hash) -> Result<String, JsonLdError> {
    quads.sort();
    quads.dedup();
    let labels = Canonicalization::new(&quads, hash).run()?;
    let mut lines: Vec<String> = quads
        .iter()
        .map(|quad| quad.line(|number| labels.label(number).unwrap_or_default()))
        .collect();
    lines.sort();
    Ok(lines.concat())
}

/// The canonical name of each blank node, such as `_:c14n0`. The quads must be sorted and without repetition.
pub(super) fn canonical_labels(quads: &[Quad], hash: Hash) -> Result<HashMap<usize, String>, JsonLdError> {
    let labels = Canonicalization::new(quads, hash).run()?;
    let named = |blank: &usize| Some((*blank, labels.label(*blank)?));
    Ok(labels.order.iter().filter_map(named).collect())
}

/// Names given to blank nodes, in the order in which they were given (§4.6).
#[derive(Clone)]
struct Issuer {
    prefix: &'static str,
    order: Vec<usize>,
    numbers: HashMap<usize, usize>,
}

impl Issuer {
    fn new(prefix: &'static str) -> Self {
        Self {
            prefix,
            order: Vec::new(),
            numbers: HashMap::new(),
        }
    }

    fn label(&self, blank: usize) -> Option<String> {
        self.numbers
            .get(&blank)
            .map(|number| format!("_:{}{number}", self.prefix))
    }

    fn issue(&mut self, blank: usize) -> String {
        let number = *self.numbers.entry(blank).or_insert_with(|| {
            self.order.push(blank);
            self.order.len() - 1
        });
        format!("_:{}{number}", self.prefix)
    }
}

struct Canonicalization<'a> {
    quads: &'a [Quad],
    of_blank: BTreeMap<usize, Vec<usize>>,
    first_degree: HashMap<usize, String>,
    canonical: Issuer,
    hash: Hash,
    work: usize,
    depth: usize,
}

impl<'a> Canonicalization<'a> {
    fn new(quads: &'a [Quad], hash: Hash) -> Self {
        let mut of_blank: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, quad) in quads.iter().enumerate() {
            for (_, blank) in quad.blanks() {
                let indexes = of_blank.entry(blank).or_default();
                if indexes.last() != Some(&index) {
                    indexes.push(index);
                }
            }
        }
        Self {
            quads,
            of_blank,
            first_degree: HashMap::new(),
            canonical: Issuer::new("c14n"),
            hash,
            work: 0,
            depth: 0,
        }
    }

    /// §4.4.3
    fn run(mut self) -> Result<Issuer, JsonLdError> {
        let mut by_hash: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let blanks: Vec<usize> = self.of_blank.keys().copied().collect();
        for blank in blanks {
            let hash = self.first_degree_hash(blank);
            by_hash.entry(hash.clone()).or_default().push(blank);
            self.first_degree.insert(blank, hash);
        }
        for alone in by_hash.values().filter_map(|blanks| match blanks.as_slice() {
            [alone] => Some(*alone),
            _ => None,
        }) {
            self.canonical.issue(alone);
        }
        for alike in by_hash.values().filter(|blanks| blanks.len() > 1) {
            let mut results = Vec::new();
            for &blank in alike {
                if self.canonical.label(blank).is_some() {
                    continue;
                }
                let mut issuer = Issuer::new("b");
                issuer.issue(blank);
                results.push(self.n_degree_hash(blank, issuer)?);
            }
            results.sort_by(|(a, _), (b, _)| a.cmp(b));
            for (_, issuer) in results {
                for blank in issuer.order {
                    self.canonical.issue(blank);
                }
            }
        }
        Ok(self.canonical)
    }

    fn quads_of(&self, blank: usize) -> Vec<&'a Quad> {
        let indexes = self.of_blank.get(&blank).map(Vec::as_slice).unwrap_or_default();
        indexes
            .iter()
            .filter_map(|&index| self.quads.get(index))
            .collect()
    }

    /// §4.6.2: what is said about a blank node, itself called `a` and all others `z`.
    fn first_degree_hash(&self, blank: usize) -> String {
        let mut lines: Vec<String> = self
            .quads_of(blank)
            .into_iter()
            .map(|quad| quad.line(|number| (if number == blank { "_:a" } else { "_:z" }).to_owned()))
            .collect();
        lines.sort();
        hex(&self.hash.digest(lines.concat().as_bytes()))
    }

    /// §4.7.2
    fn related_hash(&self, related: usize, quad: &Quad, issuer: &Issuer, position: char) -> String {
        let mut input = String::from(position);
        if position != 'g' {
            input.push_str(&quad.predicate);
        }
        match self.canonical.label(related).or_else(|| issuer.label(related)) {
            Some(label) => input.push_str(&label),
            None => input.push_str(self.first_degree.get(&related).map_or("", String::as_str)),
        }
        hex(&self.hash.digest(input.as_bytes()))
    }

    /// §4.8.2
    fn n_degree_hash(&mut self, blank: usize, mut issuer: Issuer) -> Result<(String, Issuer), JsonLdError> {
        self.depth += 1;
        self.spend(1 + issuer.order.len())?;
        let mut related: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for quad in self.quads_of(blank) {
            for (position, other) in quad.blanks().filter(|(_, other)| *other != blank) {
                self.spend(1)?;
                let hash = self.related_hash(other, quad, &issuer, position);
                related.entry(hash).or_default().push(other);
            }
        }
        let mut data = String::new();
        for (hash, mut blanks) in related {
            data.push_str(&hash);
            let mut chosen: Option<(String, Issuer)> = None;
            blanks.sort_unstable();
            loop {
                if let Some((path, result)) = self.try_order(&blanks, &issuer, chosen.as_ref())? {
                    chosen = Some((path, result));
                }
                if !next_permutation(&mut blanks) {
                    break;
                }
            }
            if let Some((path, result)) = chosen {
                data.push_str(&path);
                issuer = result;
            }
        }
        self.depth -= 1;
        Ok((hex(&self.hash.digest(data.as_bytes())), issuer))
    }

    /// One order of blank nodes that look alike; `None` if an order tried before comes first.
    fn try_order(
        &mut self,
        order: &[usize],
        issuer: &Issuer,
        best: Option<&(String, Issuer)>,
    ) -> Result<Option<(String, Issuer)>, JsonLdError> {
        self.spend(1 + order.len() + issuer.order.len())?;
        let is_worse =
            |path: &str| best.is_some_and(|(best, _)| path.len() >= best.len() && path > best.as_str());
        let mut issuer = issuer.clone();
        let mut path = String::new();
        let mut to_visit = Vec::new();
        for &other in order {
            match self.canonical.label(other) {
                Some(label) => path.push_str(&label),
                None => {
                    if issuer.label(other).is_none() {
                        to_visit.push(other);
                    }
                    path.push_str(&issuer.issue(other));
                }
            }
            if is_worse(&path) {
                return Ok(None);
            }
        }
        for other in to_visit {
            let (hash, result) = self.n_degree_hash(other, issuer.clone())?;
            path.push_str(&issuer.issue(other));
            path.push('<');
            path.push_str(&hash);
            path.push('>');
            issuer = result;
            if is_worse(&path) {
                return Ok(None);
            }
        }
        match best {
            Some((best, _)) if path >= *best => Ok(None),
            _ => Ok(Some((path, issuer))),
        }
    }

    fn spend(&mut self, steps: usize) -> Result<(), JsonLdError> {
        self.work += steps;
        if self.work > MOST_WORK || self.depth > DEEPEST {
            Err(JsonLdError::TooComplex)
        } else {
            Ok(())
        }
    }
}

/// The next order in the sequence that begins with the sorted one.
fn next_permutation(items: &mut [usize]) -> bool {
    let Some(pivot) = items.windows(2).rposition(|pair| matches!(pair, [a, b] if a < b)) else {
        return false;
    };
    if let Some(successor) = items
        .iter()
        .rposition(|item| items.get(pivot).is_some_and(|value| item > value))
    {
        items.swap(pivot, successor);
    }
    if let Some(tail) = items.get_mut(pivot + 1..) {
        tail.reverse();
    }
    true
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}
