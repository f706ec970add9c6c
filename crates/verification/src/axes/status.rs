//! Is it revoked or suspended? Bitstring Status List 1.0, with lists that the issuer itself signed.

use chrono::{DateTime, Utc};
use credentials::{
    Did, DidUrl, Text,
    json::{self as strict_json, Limits},
};
use proofs::{data_integrity, did::Purpose as KeyPurpose};
use serde_json::{Value, json};
use status_list::{CheckError, Purpose};

use crate::{
    Resource,
    check::Check,
    document::{Document, parse_moment},
    issuer,
    messages::{Blank, Code},
    report::{Axis, AxisReport, Outcome},
};

/// More entries than this in one credential are not looked up.
const MOST_ENTRIES: usize = 8;

/// The addresses of the lists that [`check`] would read and that may be fetched.
pub(crate) fn lists(check: &Check<'_>, document: &Document) -> Vec<String> {
    let entries = status_list::entries(&document.credential).unwrap_or_default();
    let mut urls: Vec<_> = entries
        .into_iter()
        .take(MOST_ENTRIES)
        .map(|entry| entry.list_url)
        .collect();
    urls.retain(|url| check.may_fetch(url));
    urls.sort_unstable();
    urls.dedup();
    urls
}

/// What one entry told.
struct Answer {
    purpose: Purpose,
    told: Told,
    as_of: Option<DateTime<Utc>>,
    list: String,
}

enum Told {
    Set,
    Clear,
    /// A list past its date, and what it said.
    Stale(bool),
    Unreachable(String),
    NotIssuers(String),
}

pub(crate) fn check(check: &Check<'_>, document: &Document) -> AxisReport {
    let raw = match document.credential.get("credentialStatus") {
        Some(Value::Array(entries)) => entries.as_slice(),
        Some(single) => std::slice::from_ref(single),
        None => &[],
    };
    if raw.is_empty() {
        // An issuer should not let it be left out. Where something was, it might be this: a credential made as
        // the profile says has a status that cannot be hidden.
        let may_be_hidden = document.hidden_in().iter().any(String::is_empty);
        let (outcome, code) = if may_be_hidden {
            (Outcome::Inconclusive, Code::StatusUnreachable)
        } else {
            (Outcome::NotApplicable, Code::StatusNotKept)
        };
        return AxisReport::new(Axis::Status, outcome, code);
    }
    let (Ok(entries), Some(issuer)) = (status_list::entries(&document.credential), document.issuer()) else {
        return AxisReport::new(Axis::Status, Outcome::Inconclusive, Code::StatusListNotIssuers);
    };
    if entries.len() != raw.len() || raw.len() > MOST_ENTRIES {
        return AxisReport::new(Axis::Status, Outcome::Inconclusive, Code::StatusListNotIssuers);
    }
    let answers: Vec<_> = raw
        .iter()
        .zip(entries)
        .map(|(raw, entry)| {
            let (told, as_of) = look_up(check, raw, &entry.list_url, &issuer);
            Answer {
                purpose: entry.purpose,
                told,
                as_of,
                list: entry.list_url,
            }
        })
        .collect();
    summarize(check, document, &answers)
}

fn look_up(check: &Check<'_>, entry: &Value, url: &str, issuer: &Did) -> (Told, Option<DateTime<Utc>>) {
    let unreachable = |why: &str| (Told::Unreachable(why.to_owned()), None);
    if !check.may_fetch(url) {
        return unreachable("the address is not allowed");
    }
    let fetched = match check.resources.get(url) {
        Some(Resource::Fetched(fetched)) if fetched.status == 200 => fetched,
        Some(Resource::Fetched(fetched)) => {
            return unreachable(&format!("the server answered {}", fetched.status));
        }
        Some(Resource::Unreachable { unreachable: why }) => return unreachable(why),
        None => return unreachable("it was not fetched"),
    };
    let not_issuers = |why: String| (Told::NotIssuers(why), None);
    let limits = Limits {
        bytes: 2 * 1024 * 1024,
        ..Limits::default()
    };
    let list = match strict_json::parse(fetched.body.as_bytes(), &limits) {
        Ok(list) => list,
        Err(error) => return not_issuers(error.to_string()),
    };
    if let Err(why) = signed_by(check, &list, issuer) {
        return not_issuers(why);
    }
    let of_list = list
        .get("validFrom")
        .and_then(Value::as_str)
        .and_then(parse_moment);
    let as_of = Some(of_list.unwrap_or(fetched.fetched_at));
    match status_list::check_fetched(entry, &list, check.at, fetched.fetched_at) {
        Ok(true) => (Told::Set, as_of),
        Ok(false) => (Told::Clear, as_of),
        Err(CheckError::Stale { last_known, .. }) => (Told::Stale(last_known), as_of),
        Err(error) => not_issuers(error.to_string()),
    }
}

/// Whether the list is the issuer's own: issued by it, and signed with a key of it that counted then.
fn signed_by(check: &Check<'_>, list: &Value, issuer: &Did) -> Result<(), String> {
    let named = list
        .get("issuer")
        .and_then(|issuer| issuer.as_str().or_else(|| issuer.get("id")?.as_str()));
    if named != Some(issuer.as_str()) {
        return Err("the list is issued by another party than the credential".to_owned());
    }
    let key_of_issuer = |kid: &DidUrl, purpose: KeyPurpose| check.key(kid, purpose);
    let proofs = data_integrity::verify(list, &key_of_issuer).map_err(|error| error.to_string())?;
    let proof = data_integrity::require_issuer(&proofs, issuer).map_err(|error| error.to_string())?;
    let registered = check
        .list_with(issuer)
        .and_then(|register| register.key(&proof.verification_method));
    if registered.is_none_or(|registered| check.counts(registered.key, proof.created)) {
        Ok(())
    } else {
        Err("the list is signed with a key that did not count then".to_owned())
    }
}

fn summarize(check: &Check<'_>, document: &Document, answers: &[Answer]) -> AxisReport {
    let of = |purpose: Purpose| answers.iter().filter(move |answer| answer.purpose == purpose);
    // Revocation is for good, so an old list tells it as well as a new one.
    let revoked = of(Purpose::Revocation).find(|answer| matches!(answer.told, Told::Set | Told::Stale(true)));
    let suspended = of(Purpose::Suspension).find(|answer| matches!(answer.told, Told::Set));
    let forged = answers
        .iter()
        .find(|answer| matches!(answer.told, Told::NotIssuers(_)));
    let unreachable = answers
        .iter()
        .find(|answer| matches!(answer.told, Told::Unreachable(_)));
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
    } else if let Some(answer) = unreachable {
        (Outcome::Inconclusive, Code::StatusUnreachable, Some(answer))
    } else if let Some(answer) = stale {
        (Outcome::Inconclusive, Code::StatusLastKnown, Some(answer))
    } else {
        (Outcome::Passed, Code::StatusClear, None)
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
        Told::Unreachable(why) => ("unreachable", Some(why)),
        Told::NotIssuers(why) => ("not-the-issuers", Some(why)),
    };
    json!({
        "list": answer.list,
        "purpose": answer.purpose.as_str(),
        "answer": told,
        "asOf": answer.as_of,
        "detail": detail,
    })
}
