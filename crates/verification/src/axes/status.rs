//! Is it revoked or suspended? Bitstring Status List 1.0 and IETF Token Status List, with lists that the issuer itself
//! signed.

mod bitstring;
mod token;

use chrono::{DateTime, Utc};
use credentials::{
    Did, DidUrl, Text,
    json::{self as strict_json, JsonError, Limits},
};
use serde_json::{Value, json};
use status_list::Purpose;

use crate::{
    Fetched, Resource,
    check::Check,
    document::Document,
    issuer,
    messages::{Blank, Code},
    report::{Axis, AxisReport, Outcome},
};

/// Where a credential says how to find out, in either form.
const MEMBERS: [&str; 2] = ["credentialStatus", "status"];

/// More entries than this in one credential are not looked up.
const MOST_ENTRIES: usize = 8;

/// The longest list that is read, in bytes.
const LONGEST_LIST: usize = 2 * 1024 * 1024;

/// The addresses of the lists that [`check`] would read and that may be fetched, with what to ask for.
pub(crate) fn lists(check: &Check<'_>, document: &Document) -> Vec<(String, &'static str)> {
    let bitstring = bitstring::lists(document)
        .into_iter()
        .map(|url| (url, bitstring::ACCEPT));
    let token = token::list(document).map(|url| (url, token::ACCEPT));
    let mut lists: Vec<_> = bitstring.chain(token).collect();
    lists.retain(|(url, _)| check.may_fetch(url));
    lists.sort_unstable();
    lists.dedup_by(|one, other| one.0 == other.0);
    lists
}

/// What one list told.
struct Answer {
    purpose: Purpose,
    /// Whether it is of a token status list.
    is_token: bool,
    told: Told,
    as_of: Option<DateTime<Utc>>,
    list: String,
}

impl Answer {
    /// Whether it tells of this purpose: a token status list has one value for either.
    fn tells(&self, purpose: Purpose) -> bool {
        self.is_token || self.purpose == purpose
    }
}

enum Told {
    Set,
    Clear,
    /// A list past its date, and what it said.
    Stale(bool),
    /// A list that is not valid yet.
    FromFuture,
    Unreachable(String),
    /// The issuer was left alone.
    NotAsked,
    NotIssuers(String),
    /// A value of the issuer's own.
    Unknown(u8),
}

/// An entry that cannot be looked up.
struct Unusable;

pub(crate) fn check(check: &Check<'_>, document: &Document) -> AxisReport {
    let answers = document.issuer().ok_or(Unusable).and_then(|issuer| {
        let mut answers = bitstring::check(check, document, &issuer)?;
        answers.extend(token::check(check, document, &issuer)?);
        Ok(answers)
    });
    match answers {
        Err(Unusable) => AxisReport::new(Axis::Status, Outcome::Inconclusive, Code::StatusListNotIssuers),
        Ok(answers) if answers.is_empty() => {
            // An issuer should not let it be left out. Where something was, it might be this: a credential made as
            // the profile says has a status that cannot be hidden.
            let may_be_hidden = document.hidden_in().iter().any(String::is_empty)
                || MEMBERS.into_iter().any(|member| document.hides_within(member));
            let (outcome, code) = if may_be_hidden {
                (Outcome::Inconclusive, Code::StatusMayBeHidden)
            } else {
                (Outcome::NotApplicable, Code::StatusNotKept)
            };
            AxisReport::new(Axis::Status, outcome, code)
        }
        Ok(answers) => summarize(check, document, &answers),
    }
}

/// What came from a list's address.
fn fetched<'a>(check: &Check<'a>, url: &str, issuer: &Did) -> Result<&'a Fetched, Told> {
    let unreachable = |why: &str| Err(Told::Unreachable(why.to_owned()));
    if !check.may_fetch(url) {
        return unreachable("the address is not allowed");
    }
    match check.resources.get(url) {
        Some(Resource::Fetched(fetched)) if fetched.status == 200 => Ok(fetched),
        Some(Resource::Fetched(fetched)) => unreachable(&format!("the server answered {}", fetched.status)),
        Some(Resource::Unreachable { unreachable: why }) => unreachable(why),
        None if check.leaves_alone(issuer) => Err(Told::NotAsked),
        None => unreachable("it was not fetched"),
    }
}

fn parse(bytes: &[u8]) -> Result<Value, JsonError> {
    let limits = Limits {
        bytes: LONGEST_LIST,
        ..Limits::default()
    };
    strict_json::parse(bytes, &limits)
}

/// Whether the register, where it knows the issuer, says that a list's key counted when the list was made.
fn key_counted(check: &Check<'_>, issuer: &Did, kid: &DidUrl, made: Option<DateTime<Utc>>) -> bool {
    let registered = check.list_with(issuer).and_then(|register| register.key(kid));
    registered.is_none_or(|registered| check.counts(registered.key, made))
}

fn summarize(check: &Check<'_>, document: &Document, answers: &[Answer]) -> AxisReport {
    let of = |purpose: Purpose| answers.iter().filter(move |answer| answer.purpose == purpose);
    // Revocation is for good, so an old list tells it as well as a new one.
    let revoked = of(Purpose::Revocation).find(|answer| matches!(answer.told, Told::Set | Told::Stale(true)));
    let suspended = of(Purpose::Suspension).find(|answer| matches!(answer.told, Told::Set));
    let forged = answers
        .iter()
        .find(|answer| matches!(answer.told, Told::NotIssuers(_)));
    let unknown = answers
        .iter()
        .find(|answer| matches!(answer.told, Told::Unknown(_)));
    let early = answers
        .iter()
        .find(|answer| matches!(answer.told, Told::FromFuture));
    let unreachable = answers
        .iter()
        .find(|answer| matches!(answer.told, Told::Unreachable(_)));
    let not_asked = answers
        .iter()
        .find(|answer| matches!(answer.told, Told::NotAsked));
    let lapsed = answers
        .iter()
        .find(|answer| matches!(answer.told, Told::Stale(true)));
    let stale = lapsed.or_else(|| {
        answers
            .iter()
            .find(|answer| matches!(answer.told, Told::Stale(_)))
    });
    let oldest = answers.iter().filter_map(|answer| answer.as_of).min();

    let (outcome, code, decided_by) = if let Some(answer) = revoked {
        (Outcome::Failed, Code::Revoked, Some(answer))
    } else if let Some(answer) = suspended {
        (Outcome::Failed, Code::Suspended, Some(answer))
    } else if let Some(answer) = forged {
        (Outcome::Inconclusive, Code::StatusListNotIssuers, Some(answer))
    } else if let Some(answer) = unknown {
        (Outcome::Inconclusive, Code::StatusValueUnknown, Some(answer))
    } else if let Some(answer) = early {
        (Outcome::Inconclusive, Code::StatusFromFuture, Some(answer))
    } else if let Some(answer) = unreachable {
        (Outcome::Inconclusive, Code::StatusUnreachable, Some(answer))
    } else if let Some(answer) = not_asked {
        (Outcome::Inconclusive, Code::StatusNotAsked, Some(answer))
    } else if let Some(answer) = stale {
        (Outcome::Inconclusive, Code::StatusLastKnown, Some(answer))
    } else {
        let kept = [Purpose::Revocation, Purpose::Suspension]
            .map(|purpose| answers.iter().any(|answer| answer.tells(purpose)));
        // What was left out of a derived proof is one of the two, or nothing.
        let is_partial = MEMBERS.into_iter().any(|member| document.hides_within(member))
            || if document.is_derived() {
                kept != [true, true]
            } else {
                document.hides_unknown_members()
            };
        match (is_partial, kept) {
            (true, _) => (Outcome::Inconclusive, Code::StatusMayBeHidden, None),
            (false, [true, true]) => (Outcome::Passed, Code::StatusClear, None),
            (false, [_, false]) => (Outcome::Passed, Code::StatusNotRevoked, None),
            (false, [false, true]) => (Outcome::Passed, Code::StatusNotSuspended, None),
        }
    };
    let as_of = decided_by.map_or(oldest, |answer| answer.as_of);
    let last_known = match decided_by.map(|answer| (&answer.told, answer.purpose)) {
        Some((Told::Stale(true), Purpose::Suspension)) => Text::new("geschorst", "suspended"),
        Some((Told::Stale(true), Purpose::Revocation)) => Text::new("ingetrokken", "revoked"),
        _ => Text::new("niet ingetrokken", "not revoked"),
    };
    let blanks = [
        ("issuer", Blank::Text(issuer_name(check, document))),
        ("date", Blank::Date(as_of.unwrap_or(check.at))),
        ("status", Blank::Text(last_known)),
    ];
    let evidence: Vec<_> = answers.iter().map(evidence).collect();
    let report =
        AxisReport::filled(Axis::Status, outcome, code, &blanks).with_evidence(json!({ "lists": evidence }));
    AxisReport { as_of, ..report }
}

/// Only called once the signature was found right, so the register may be asked for the name.
fn issuer_name(check: &Check<'_>, document: &Document) -> Text {
    let Ok(facts) = &document.facts else {
        let did = document.issuer().map(String::from).unwrap_or_default();
        return Text::new(did.clone(), did);
    };
    issuer::view(facts, check.list().zip(document.issuer())).called()
}

fn evidence(answer: &Answer) -> Value {
    let (told, detail) = match &answer.told {
        Told::Set => ("set", None),
        Told::Clear => ("clear", None),
        Told::Stale(true) => ("stale-set", None),
        Told::Stale(false) => ("stale-clear", None),
        Told::FromFuture => ("from-the-future", None),
        Told::Unreachable(why) => ("unreachable", Some(why.clone())),
        Told::NotAsked => ("not-asked", None),
        Told::NotIssuers(why) => ("not-the-issuers", Some(why.clone())),
        Told::Unknown(value) => ("unknown", Some(value.to_string())),
    };
    json!({
        "list": answer.list,
        "purpose": answer.purpose.as_str(),
        "answer": told,
        "asOf": answer.as_of,
        "detail": detail,
    })
}
