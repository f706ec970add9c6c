//! Bitstring Status List 1.0: the `credentialStatus` of W3C credentials.

use chrono::{DateTime, Utc};
use credentials::{Did, DidUrl};
use proofs::{data_integrity, did::Purpose as KeyPurpose};
use serde_json::Value;
use status_list::CheckError;

use super::{Answer, MOST_ENTRIES, Told, Unusable, fetched, key_counted, parse};
use crate::{
    check::Check,
    document::{Document, parse_moment},
};

pub(super) const ACCEPT: &str = "application/vc, application/json;q=0.9";

pub(super) fn lists(document: &Document) -> Vec<String> {
    let entries = status_list::entries(&document.credential).unwrap_or_default();
    let entries = entries.into_iter().take(MOST_ENTRIES);
    entries.map(|entry| entry.list_url).collect()
}

pub(super) fn check(check: &Check<'_>, document: &Document, issuer: &Did) -> Result<Vec<Answer>, Unusable> {
    let raw = match document.credential.get("credentialStatus") {
        Some(Value::Array(entries)) => entries.as_slice(),
        Some(single) => std::slice::from_ref(single),
        None => &[],
    };
    let entries = status_list::entries(&document.credential).map_err(|_| Unusable)?;
    if entries.len() != raw.len() || raw.len() > MOST_ENTRIES {
        return Err(Unusable);
    }
    let answers = raw.iter().zip(entries).map(|(raw, entry)| {
        let (told, as_of) = look_up(check, raw, &entry.list_url, issuer);
        Answer {
            purpose: entry.purpose,
            is_token: false,
            told,
            as_of,
            list: entry.list_url,
        }
    });
    Ok(answers.collect())
}

fn look_up(check: &Check<'_>, entry: &Value, url: &str, issuer: &Did) -> (Told, Option<DateTime<Utc>>) {
    let fetched = match fetched(check, url, issuer) {
        Ok(fetched) => fetched,
        Err(told) => return (told, None),
    };
    let not_issuers = |why: String| (Told::NotIssuers(why), None);
    let list = match parse(fetched.body.as_bytes()) {
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
        Err(CheckError::NotYetValid(_)) => (Told::FromFuture, as_of),
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
    if key_counted(check, issuer, &proof.verification_method, proof.created) {
        Ok(())
    } else {
        Err("the list is signed with a key that did not count then".to_owned())
    }
}
