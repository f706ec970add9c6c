//! Finding the way from an entity up to a trust anchor (section 10.1), without reaching out oneself.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};

use super::{
    Anchor, ChainError, EntityId, LONGEST_PATH, Resolved, Statement, StatementError, validate_chain,
};

/// As many documents are fetched for one entity at most.
const MOST_REQUESTS: usize = 32;

/// What is to be fetched next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The address.
    pub address: String,
    /// Whose it is.
    pub of: EntityId,
}

/// Why a request was not answered with a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unanswered {
    /// There is none: the status was 404.
    NotThere,
    /// Anything else, in words.
    Failed(String),
}

/// Where a search stands.
#[derive(Debug)]
pub enum Step {
    /// Fetch this, and give it to [`Search::answer`].
    Fetch(Ask),
    /// A chain was found, the shortest.
    Found(Box<Resolved>),
    /// There is none, as far as it could be seen.
    NotFound(SearchError),
}

/// Why no chain was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SearchError {
    /// What the entity says of itself could not be had.
    #[error("what {entity} says of itself could not be fetched: {why}")]
    Unreachable {
        /// Which entity.
        entity: EntityId,
        /// What happened.
        why: String,
    },
    /// What the entity says of itself does not count.
    #[error("what {entity} says of itself does not count: {error}")]
    Subject {
        /// Which entity.
        entity: EntityId,
        /// Why.
        error: StatementError,
    },
    /// A chain was found, and does not hold.
    #[error("there is a chain from the trust anchor, and it does not hold")]
    Chain(#[from] ChainError),
    /// Some of those above it could not be asked, so nothing is known.
    #[error("{entity} could not be asked: {why}")]
    Superior {
        /// Who.
        entity: EntityId,
        /// What happened.
        why: String,
    },
    /// Everybody above it was asked, and none leads to the trust anchor.
    #[error("neither it nor anybody above it is listed there")]
    NotListed,
    /// More documents than are fetched for one entity.
    #[error("more than {MOST_REQUESTS} documents would have to be fetched")]
    TooMuch,
}

impl SearchError {
    /// Whether nothing is known because somebody could not be asked.
    pub fn is_unknown(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. } | Self::Superior { .. } | Self::TooMuch
        )
    }
}

/// The statements from the subject up to somebody, whose superiors are still to be asked.
struct Way {
    statements: Vec<String>,
    top: Statement,
}

enum Pending {
    Subject,
    /// What a superior says of itself.
    Superior {
        way: usize,
        superior: EntityId,
    },
    /// What a superior says of the top of a way.
    Statement {
        way: usize,
        superior: Box<Statement>,
    },
}

/// A search for the way up, the nearest superiors first.
///
/// Nobody is asked twice, so a circle ends; more documents than a fixed number are not asked for.
pub struct Search {
    subject: EntityId,
    anchor: Anchor,
    at: DateTime<Utc>,
    ways: Vec<Way>,
    waiting: VecDeque<(usize, EntityId)>,
    seen: Vec<EntityId>,
    pending: Option<(Pending, Ask)>,
    requests: usize,
    fault: Option<SearchError>,
    found: Option<Box<Resolved>>,
}

impl std::fmt::Debug for Search {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Search({} under {})", self.subject, self.anchor.entity)
    }
}

impl Search {
    /// A search for `subject` under `anchor`, at `at`.
    pub fn new(subject: EntityId, anchor: Anchor, at: DateTime<Utc>) -> Self {
        let ask = Ask {
            address: subject.configuration(),
            of: subject.clone(),
        };
        Self {
            seen: vec![subject.clone()],
            subject,
            anchor,
            at,
            ways: Vec::new(),
            waiting: VecDeque::new(),
            pending: Some((Pending::Subject, ask)),
            requests: 0,
            fault: None,
            found: None,
        }
    }

    /// What to do now.
    pub fn step(&mut self) -> Step {
        if let Some(found) = self.found.take() {
            return Step::Found(found);
        }
        if self.pending.is_none()
            && let Some((way, superior)) = self.waiting.pop_front()
        {
            let ask = Ask {
                address: superior.configuration(),
                of: superior.clone(),
            };
            self.pending = Some((Pending::Superior { way, superior }, ask));
        }
        match &self.pending {
            Some(_) if self.requests >= MOST_REQUESTS => Step::NotFound(SearchError::TooMuch),
            Some((_, ask)) => Step::Fetch(ask.clone()),
            None => Step::NotFound(self.fault.take().unwrap_or(SearchError::NotListed)),
        }
    }

    /// What came of the request that [`step`](Self::step) asked for: the body, or why there is none.
    pub fn answer(&mut self, answer: Result<String, Unanswered>) {
        let Some((pending, ask)) = self.pending.take() else {
            return;
        };
        self.requests += 1;
        match (pending, answer) {
            // Who says nothing of itself has no way up, and of whom nothing is stated is not listed there.
            (Pending::Subject | Pending::Statement { .. }, Err(Unanswered::NotThere)) => {}
            (Pending::Subject, Err(Unanswered::Failed(why))) => {
                self.fault = Some(SearchError::Unreachable { entity: ask.of, why });
            }
            (Pending::Subject, Ok(text)) => match self.configuration(&text, &ask.of) {
                Ok(top) => self.extend(vec![text], top),
                Err(error) => {
                    self.fault = Some(SearchError::Subject {
                        entity: ask.of,
                        error,
                    });
                }
            },
            (Pending::Superior { .. }, Err(Unanswered::NotThere)) => {
                self.not_asked(ask.of, "it says nothing of itself".into());
            }
            (Pending::Superior { .. } | Pending::Statement { .. }, Err(Unanswered::Failed(why))) => {
                self.not_asked(ask.of, why);
            }
            (Pending::Superior { way, superior }, Ok(text)) => match self.configuration(&text, &superior) {
                Ok(statement) => self.ask_about(way, statement),
                Err(error) => self.not_asked(superior, error.to_string()),
            },
            (Pending::Statement { way, superior }, Ok(text)) => self.climb(way, *superior, text),
        }
    }

    /// Reads what somebody says of itself, and checks that it signed it.
    fn configuration(&self, text: &str, of: &EntityId) -> Result<Statement, StatementError> {
        let statement = Statement::read(text.trim(), self.at)?;
        if statement.subject() != of {
            return Err(StatementError::Claim("sub"));
        }
        if !statement.is_configuration() {
            return Err(StatementError::Claim("iss"));
        }
        let is_anchor = *of == self.anchor.entity;
        statement.verify(if is_anchor {
            &self.anchor.keys
        } else {
            statement.keys()
        })?;
        Ok(statement)
    }

    fn extend(&mut self, statements: Vec<String>, top: Statement) {
        let way = self.ways.len();
        let mut hints = top.authority_hints();
        // The trust anchor first: the shortest way ends there.
        hints.sort_by_key(|hint| *hint != self.anchor.entity);
        for hint in hints {
            if !self.seen.contains(&hint) {
                if hint != self.anchor.entity {
                    self.seen.push(hint.clone());
                }
                self.waiting.push_back((way, hint));
            }
        }
        self.ways.push(Way { statements, top });
    }

    fn ask_about(&mut self, way: usize, superior: Statement) {
        let Some(top) = self.ways.get(way).map(|way| way.top.subject().clone()) else {
            return;
        };
        let endpoint = superior.endpoint("federation_fetch_endpoint");
        let address = endpoint.and_then(|endpoint| {
            let mut url = url::Url::parse(endpoint)
                .ok()
                .filter(|url| url.fragment().is_none())?;
            url.query_pairs_mut().append_pair("sub", top.as_str());
            Some(url.to_string())
        });
        let of = superior.subject().clone();
        match address {
            Some(address) => {
                let superior = Box::new(superior);
                self.pending = Some((Pending::Statement { way, superior }, Ask { address, of }));
            }
            None => self.not_asked(of, "it does not say where it answers".into()),
        }
    }

    /// Goes one up: `text` is what `superior` says of the top of a way.
    fn climb(&mut self, way: usize, superior: Statement, text: String) {
        let Some(before) = self.ways.get(way) else {
            return;
        };
        let mut statements = before.statements.clone();
        statements.push(text.trim().to_owned());
        if *superior.subject() == self.anchor.entity {
            statements.push(superior.as_str().to_owned());
            match validate_chain(&statements, &self.anchor, self.at) {
                Ok(resolved) => self.found = Some(Box::new(resolved)),
                Err(error) => self.fault = Some(error.into()),
            }
        } else if statements.len() <= LONGEST_PATH + 1 {
            self.extend(statements, superior);
        }
    }

    /// Keeps the first thing that stood in the way, unless a chain was found that does not hold.
    fn not_asked(&mut self, entity: EntityId, why: String) {
        if self.fault.is_none() {
            self.fault = Some(SearchError::Superior { entity, why });
        }
    }
}
