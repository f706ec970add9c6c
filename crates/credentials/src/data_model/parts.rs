//! The parts that a credential may have besides those it must have.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use super::shape::{Place, is_url, types};
use super::{Edition, Found, Rule};
use crate::DateTimeStamp;

/// Entries of one part.
const MOST_ENTRIES: usize = 50;

/// All optional parts of a credential.
pub(super) fn check(members: &Map<String, Value>, edition: Edition, place: &Place<'_>, found: &mut Found) {
    typed(
        members,
        "credentialStatus",
        place,
        found,
        |entry, place, found| {
            // VCDM 1.1 §4.9 asks for an identifier, which 2.0 §4.10 leaves out.
            if edition == Edition::V1 {
                required_identifier(entry, place, found);
            }
            if entry
                .get("type")
                .and_then(types)
                .is_some_and(|kinds| kinds.contains(&"BitstringStatusListEntry"))
            {
                status_list_entry(entry, place, found);
            }
        },
    );
    typed(
        members,
        "credentialSchema",
        place,
        found,
        |schema, place, found| {
            required_identifier(schema, place, found);
            digests(schema, place, found);
        },
    );
    typed(
        members,
        "refreshService",
        place,
        found,
        |service, place, found| {
            if edition == Edition::V1 {
                required_identifier(service, place, found);
            }
        },
    );
    terms_of_use(members, edition, place, found);
    typed(members, "evidence", place, found, |_, _, _| {});
    if edition == Edition::V2 {
        related_resources(members, place, found);
    }
}

/// VCDM 2.0 §5.5.
pub(super) fn terms_of_use(members: &Map<String, Value>, _: Edition, place: &Place<'_>, found: &mut Found) {
    typed(members, "termsOfUse", place, found, |_, _, _| {});
}

/// VCDM 2.0 §4.4: the `id` of an object, where it has one.
pub(super) fn identifier(members: &Map<String, Value>, place: &Place<'_>, found: &mut Found) {
    if let Some(id) = members.get("id") {
        found.require(
            id.as_str().is_some_and(is_url),
            Rule::Identifier,
            &place.member("id"),
        );
    }
}

fn required_identifier(members: &Map<String, Value>, place: &Place<'_>, found: &mut Found) {
    found.require(
        members.contains_key("id"),
        Rule::IdentifierAbsent,
        &place.member("id"),
    );
}

/// Calls `check` for a single value, or for each of a list that has entries.
pub(super) fn each(
    value: &Value,
    place: &Place<'_>,
    found: &mut Found,
    mut check: impl FnMut(&Value, &Place<'_>, &mut Found),
) {
    match value {
        Value::Array(entries) if entries.is_empty() => found.add(Rule::EmptyList, place),
        Value::Array(entries) if entries.len() > MOST_ENTRIES => found.add(Rule::TooMany, place),
        Value::Array(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                check(entry, &place.entry(index), found);
            }
        }
        single => check(single, place, found),
    }
}

/// A part of one or more objects that each have a type (VCDM 2.0 §4.5).
fn typed(
    members: &Map<String, Value>,
    name: &str,
    place: &Place<'_>,
    found: &mut Found,
    check: impl Fn(&Map<String, Value>, &Place<'_>, &mut Found),
) {
    let Some(value) = members.get(name) else { return };
    each(
        value,
        &place.member(name),
        found,
        |entry, place, found| match entry {
            Value::Object(entry) => {
                let has_type = entry.get("type").and_then(types).is_some();
                found.require(has_type, Rule::Type, &place.member("type"));
                identifier(entry, place, found);
                check(entry, place, found);
            }
            _ => found.add(Rule::NotAnObject, place),
        },
    );
}

/// A moment with its zone, where the member is there; `null` is not one.
pub(super) fn date(
    members: &Map<String, Value>,
    name: &str,
    place: &Place<'_>,
    found: &mut Found,
) -> Option<DateTimeStamp> {
    let date = members.get(name)?;
    let stamp = date.as_str().and_then(DateTimeStamp::parse);
    found.require(stamp.is_some(), Rule::Date, &place.member(name));
    stamp
}

/// Name and description of an object (VCDM 2.0 §4.6 and §11.1).
pub(super) fn words(object: &Value, place: &Place<'_>, found: &mut Found) {
    for name in ["name", "description"] {
        if let Some(value) = object.get(name) {
            each(value, &place.member(name), found, |value, place, found| {
                found.require(is_words(value), Rule::LanguageValue, place);
            });
        }
    }
}

fn is_words(value: &Value) -> bool {
    let Value::Object(members) = value else {
        return value.is_string();
    };
    members.contains_key("@value")
        && members.iter().all(|(name, value)| match name.as_str() {
            "@value" => value.is_string(),
            "@language" => value.as_str().is_some_and(is_language_tag),
            "@direction" => value
                .as_str()
                .is_some_and(|direction| matches!(direction, "ltr" | "rtl")),
            _ => false,
        })
}

/// Whether a text has the form of a language tag (BCP 47).
fn is_language_tag(tag: &str) -> bool {
    tag.split('-')
        .all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// Bitstring Status List 1.0 §2.1.
fn status_list_entry(entry: &Map<String, Value>, place: &Place<'_>, found: &mut Found) {
    let text = |name: &str| entry.get(name).and_then(Value::as_str);
    let size = match entry.get("statusSize") {
        None => Some(1),
        Some(size) => size.as_u64().filter(|size| (1..=32).contains(size)),
    };
    let messages = entry.get("statusMessage").map(Value::as_array);
    let is_message = |message: &Value| {
        let status = message.get("status").and_then(Value::as_str);
        status.is_some_and(|status| status.starts_with("0x"))
            && message.get("message").is_some_and(Value::is_string)
    };
    let messages_are_sound = match (messages, size) {
        (None, Some(1)) | (_, None) => true,
        (None, Some(_)) | (Some(None), _) => false,
        (Some(Some(messages)), Some(size)) => {
            messages.len() as u64 == 1 << size && messages.iter().all(is_message)
        }
    };
    let is_index = |index: &str| {
        !index.is_empty()
            && index.bytes().all(|byte| byte.is_ascii_digit())
            && (index == "0" || !index.starts_with('0'))
    };
    let list = text("statusListCredential");
    let rules = [
        (
            "statusPurpose",
            text("statusPurpose").is_some_and(|purpose| !purpose.is_empty()),
        ),
        ("statusListIndex", text("statusListIndex").is_some_and(is_index)),
        ("statusListCredential", list.is_some_and(is_url)),
        ("statusSize", size.is_some()),
        ("statusMessage", messages_are_sound),
        // It names the entry, and so cannot be that of the list.
        ("id", text("id").is_none() || text("id") != list),
    ];
    for (name, holds) in rules {
        found.require(holds, Rule::StatusEntry, &place.member(name));
    }
}

/// VCDM 2.0 §5.3.
fn related_resources(members: &Map<String, Value>, place: &Place<'_>, found: &mut Found) {
    let Some(resources) = members.get("relatedResource") else {
        return;
    };
    let mut seen = HashSet::new();
    let place = place.member("relatedResource");
    each(resources, &place, found, |resource, place, found| {
        let Value::Object(resource) = resource else {
            found.add(Rule::NotAnObject, place);
            return;
        };
        required_identifier(resource, place, found);
        identifier(resource, place, found);
        if let Some(id) = resource.get("id").and_then(Value::as_str) {
            found.require(
                seen.insert(id.to_owned()),
                Rule::ResourceRepeated,
                &place.member("id"),
            );
        }
        let is_media_type = |kind: &str| {
            kind.split_once('/')
                .is_some_and(|(left, right)| !left.is_empty() && !right.is_empty() && !kind.contains(' '))
        };
        if let Some(kind) = resource.get("mediaType") {
            let holds = kind.as_str().is_some_and(is_media_type);
            found.require(holds, Rule::MediaType, &place.member("mediaType"));
        }
        let has_digest = resource.contains_key("digestSRI") || resource.contains_key("digestMultibase");
        found.require(has_digest, Rule::ResourceDigest, place);
        digests(resource, place, found);
    });
}

/// Digests, where they are there, can be read.
fn digests(members: &Map<String, Value>, place: &Place<'_>, found: &mut Found) {
    if let Some(digest) = members.get("digestSRI") {
        let holds = digest.as_str().is_some_and(is_integrity);
        found.require(holds, Rule::ResourceDigest, &place.member("digestSRI"));
    }
    if let Some(digest) = members.get("digestMultibase") {
        let holds = digest.as_str().is_some_and(is_multibase);
        found.require(holds, Rule::ResourceDigest, &place.member("digestMultibase"));
    }
}

/// One or more hashes of [Subresource Integrity](https://www.w3.org/TR/SRI/) §3.5, with base64 in either alphabet.
fn is_integrity(text: &str) -> bool {
    let is_hash = |hash: &str| {
        let (Some((name, encoded)), true) = (hash.split_once('-'), hash.len() <= 200) else {
            return false;
        };
        let length = match name {
            "sha256" => 32,
            "sha384" => 48,
            "sha512" => 64,
            _ => return false,
        };
        let bytes = STANDARD
            .decode(encoded)
            .or_else(|_| URL_SAFE_NO_PAD.decode(encoded.trim_end_matches('=')));
        bytes.is_ok_and(|bytes| bytes.len() == length)
    };
    let mut hashes = text.split_ascii_whitespace().peekable();
    hashes.peek().is_some() && hashes.all(is_hash)
}

/// A digest in base58btc or base64url (Controlled Identifiers 1.0 §2.4).
fn is_multibase(text: &str) -> bool {
    const BASE58: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    if !(20..=200).contains(&text.len()) {
        return false;
    }
    match text.split_at_checked(1) {
        Some(("z", encoded)) => encoded.chars().all(|char| BASE58.contains(char)),
        Some(("u", encoded)) => URL_SAFE_NO_PAD.decode(encoded).is_ok(),
        _ => false,
    }
}

/// One proof or more, each an object of a type (VCDM 2.0 §4.12).
pub(super) fn proofs(members: &Map<String, Value>, place: &Place<'_>, found: &mut Found) {
    let Some(proof) = members.get("proof") else { return };
    each(
        proof,
        &place.member("proof"),
        found,
        |proof, place, found| match proof {
            Value::Object(proof) => {
                let has_type = proof.get("type").and_then(types).is_some();
                found.require(has_type, Rule::Proof, &place.member("type"));
                identifier(proof, place, found);
            }
            _ => found.add(Rule::Proof, place),
        },
    );
}
