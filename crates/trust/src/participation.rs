//! "Did this organisation take part on that day?", answered in words.

use chrono::{DateTime, Utc};
use credentials::{Language, Text, dutch_day};
use serde::Serialize;

use crate::{
    chain::Basis,
    evaluation::chains,
    list::VerifiedList,
    model::{Entity, Status},
};

/// Whether an organisation took part in the quality framework at a moment, by what was known at another.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Participation {
    /// The register's name for the organisation.
    pub entity: String,
    /// What people call it.
    pub name: Text,
    /// What it was: the worst link of the chain that served it best.
    pub status: Status,
    /// Under which accreditation; absent without any.
    pub accreditation: Option<String>,
    /// In which framework.
    pub framework: Option<String>,
    /// What the status rests on.
    pub basis: Basis,
    /// The whole answer, in a sentence.
    pub answer: Text,
}

/// Whether `entity`, one of the list's, took part at `at`, by everything recorded up to and including `known_at`.
pub fn participation(
    list: &VerifiedList,
    entity: &Entity,
    at: DateTime<Utc>,
    known_at: DateTime<Utc>,
) -> Participation {
    let chains = chains(list, entity, known_at);
    let serving = chains.iter().min_by_key(|chain| chain.status(at));
    let status = serving.map_or(Status::Absent, |chain| chain.status(at));
    let decisive = serving.and_then(|chain| chain.hops.iter().rev().max_by_key(|hop| hop.status(at)));
    let reason = match serving {
        None => Text::new("nooit toegelaten", "never admitted"),
        Some(chain) if !chain.ends_at_root => Text::new(
            "de keten van toelatingen komt niet bij een stelselbeheerder uit",
            "the chain of admissions does not lead up to a root",
        ),
        Some(_) => decisive.map(|hop| hop.reason(at)).unwrap_or_default(),
    };
    let own = serving
        .and_then(|chain| chain.hops.first())
        .map(|hop| hop.accreditation);
    let framework = own.and_then(|one| one.framework.clone());
    let framework_name = framework.as_ref().map(|id| {
        let known = list
            .list()
            .frameworks
            .iter()
            .find(|framework| framework.id == *id);
        let version = known.map(|framework| framework.version.clone());
        version
            .filter(|version| !version.is_empty())
            .unwrap_or_else(|| id.clone())
    });
    Participation {
        entity: entity.entity_id.clone(),
        name: entity.display_name.clone(),
        status,
        accreditation: own.map(|one| one.accreditation_id.clone()),
        framework,
        basis: decisive.map_or(Basis::Nothing, |hop| hop.basis(at)),
        answer: Text::new(
            answer(
                Language::Nl,
                list,
                entity,
                (at, known_at),
                status,
                (&reason, framework_name.as_deref()),
            ),
            answer(
                Language::En,
                list,
                entity,
                (at, known_at),
                status,
                (&reason, framework_name.as_deref()),
            ),
        ),
    }
}

fn answer(
    language: Language,
    list: &VerifiedList,
    entity: &Entity,
    (at, known_at): (DateTime<Utc>, DateTime<Utc>),
    status: Status,
    (reason, framework): (&Text, Option<&str>),
) -> String {
    let pick = |text: &Text| {
        let (first, second) = match language {
            Language::Nl => (&text.nl, &text.en),
            Language::En => (&text.en, &text.nl),
        };
        first.clone().or_else(|| second.clone()).unwrap_or_default()
    };
    let day = language.date(dutch_day(at));
    let name = match pick(&entity.display_name) {
        name if name.is_empty() => entity.entity_id.clone(),
        name => name,
    };
    let known = dutch_day(known_at);
    let as_known = match (known < dutch_day(list.list().issued_at), language) {
        (false, _) => String::new(),
        (true, Language::Nl) => format!("Zoals bekend op {}: ", language.date(known)),
        (true, Language::En) => format!("As known on {}: ", language.date(known)),
    };
    let framework = framework
        .map(|version| format!(" ({version})"))
        .unwrap_or_default();
    let reason = pick(reason);
    match (status == Status::Active, language) {
        (true, Language::Nl) => {
            format!("{as_known}{name} was op {day} deelnemer kwaliteitskader{framework}.")
        }
        (true, Language::En) => {
            format!("{as_known}{name} was a participant in the quality framework{framework} on {day}.")
        }
        (false, Language::Nl) => {
            format!("{as_known}{name} was op {day} geen deelnemer kwaliteitskader: {reason}.")
        }
        (false, Language::En) => {
            format!("{as_known}{name} was not a participant in the quality framework on {day}: {reason}.")
        }
    }
}
