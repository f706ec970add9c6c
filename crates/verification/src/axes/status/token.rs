//! IETF Token Status List: the `status` claim of SD-JWT VCs, and of W3C credentials that have one as a token.

use chrono::{DateTime, Utc};
use credentials::{Did, DidUrl};
use proofs::{
    did::Purpose as KeyPurpose,
    jws::{self, Jws},
};
use serde_json::Value;
use status_list::{
    Purpose,
    token::{self, Reference, Status, TokenCheckError},
};

use super::{Answer, LONGEST_LIST, Told, Unusable, fetched, key_counted, parse};
use crate::{
    check::Check,
    document::{Document, Secured},
};

pub(super) const ACCEPT: &str = token::MEDIA_TYPE;

fn reference(document: &Document) -> Result<Option<Reference>, TokenCheckError> {
    match &document.secured {
        // In the earlier form of tokens it stands beside the credential.
        Secured::Jose(secured) => {
            Ok(Reference::of(secured.claims())?.or(Reference::of(&document.credential)?))
        }
        Secured::SdJwtVc(_) => Reference::of(&document.credential),
        // Beside a Data Integrity proof `status` is a term like any other.
        Secured::DataIntegrity { .. } => Ok(None),
    }
}

pub(super) fn list(document: &Document) -> Option<String> {
    Some(reference(document).ok()??.uri)
}

pub(super) fn check(
    check: &Check<'_>,
    document: &Document,
    issuer: &Did,
) -> Result<Option<Answer>, Unusable> {
    let Some(reference) = reference(document).map_err(|_| Unusable)? else {
        return Ok(None);
    };
    let ((purpose, told), as_of) = match look_up(check, &reference, issuer) {
        Ok((status, as_of)) => (status, Some(as_of)),
        Err(told) => ((Purpose::Revocation, told), None),
    };
    Ok(Some(Answer {
        purpose,
        is_token: true,
        told,
        as_of,
        list: reference.uri,
    }))
}

/// What the list says, and of when that is.
fn look_up(
    check: &Check<'_>,
    reference: &Reference,
    issuer: &Did,
) -> Result<((Purpose, Told), DateTime<Utc>), Told> {
    let fetched = fetched(check, &reference.uri, issuer)?;
    let not_issuers = |why: String| Told::NotIssuers(why);
    let token =
        jws::parse(fetched.body.trim(), LONGEST_LIST).map_err(|error| not_issuers(error.to_string()))?;
    let claims = parse(token.payload()).map_err(|error| not_issuers(error.to_string()))?;
    signed_by(check, &token, &claims, issuer).map_err(not_issuers)?;

    let as_of = token::issued_at(&claims).unwrap_or(fetched.fetched_at);
    let told = match token::check_fetched(reference, &claims, check.at, fetched.fetched_at) {
        Ok(status) => told(status, Told::Clear, Told::Set),
        Err(TokenCheckError::Stale { last_known, .. }) => {
            told(last_known, Told::Stale(false), Told::Stale(true))
        }
        Err(TokenCheckError::FromFuture(_)) => return Err(Told::FromFuture),
        Err(error) => return Err(not_issuers(error.to_string())),
    };
    Ok((told, as_of))
}

fn told(status: Status, clear: Told, set: Told) -> (Purpose, Told) {
    match status {
        Status::Valid => (Purpose::Revocation, clear),
        Status::Invalid => (Purpose::Revocation, set),
        Status::Suspended => (Purpose::Suspension, set),
        Status::Other(value) => (Purpose::Revocation, Told::Unknown(value)),
    }
}

/// Whether the list is the issuer's own: signed with a key of it that counted then.
fn signed_by(check: &Check<'_>, token: &Jws, claims: &Value, issuer: &Did) -> Result<(), String> {
    if !token.is_of_type(token::TYP) {
        return Err("it is no status list token".to_owned());
    }
    let kid = token.kid().and_then(|kid| DidUrl::parse(kid).ok());
    let kid = kid.ok_or("the list names no key of a DID")?;
    let names_other = claims
        .get("iss")
        .is_some_and(|named| named.as_str() != Some(issuer.as_str()));
    if kid.did() != issuer || names_other {
        return Err("the list is issued by another party than the credential".to_owned());
    }
    let key = check
        .key(&kid, KeyPurpose::AssertionMethod)
        .map_err(|error| error.to_string())?;
    token.verify(&key).map_err(|error| error.to_string())?;
    if key_counted(check, issuer, &kid, token::issued_at(claims)) {
        Ok(())
    } else {
        Err("the list is signed with a key that did not count then".to_owned())
    }
}
