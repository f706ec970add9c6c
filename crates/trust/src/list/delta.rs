//! What changed between two lists, for readers who hold the first of them and want the second.
//!
//! A delta is not signed and need not be: it says how to put together the payload of a list that was, and a reader
//! checks that list's own signature. The form is that of `specs/accreditation/`, section 1.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credentials::json;
use proofs::jws;
use serde::{Deserialize, Serialize};

use super::{DATES, Head, LIMITS, MAX_LIST_CHARACTERS, canonical, content_hash_of};
use crate::{OperatorKeys, TrustAnchor};

/// The longest delta that is read, in characters.
pub const MAX_DELTA_CHARACTERS: usize = MAX_LIST_CHARACTERS;

/// Less than this is written out rather than pointed at, which would take as much.
const WORTH_POINTING_AT: usize = 24;

const DELTA_LIMITS: json::Limits = json::Limits {
    bytes: MAX_DELTA_CHARACTERS,
    depth: 4,
    nodes: 500_000,
};

/// Why a delta is of no use; the whole list is to be fetched then.
#[derive(Debug, thiserror::Error)]
pub enum DeltaError {
    /// The delta is not acceptable JSON.
    #[error("the delta is not acceptable JSON")]
    Json(#[from] json::JsonError),
    /// The delta is JSON of another shape.
    #[error("the delta has an unexpected shape")]
    Shape(#[source] serde_json::Error),
    /// The list that is held, or the one that a delta is made to, is not a signed list.
    #[error("the list that a delta rests on cannot be read")]
    Base,
    /// The delta is for another list than the one that is held.
    #[error("the delta is for another list than the one that is held")]
    OtherBase,
    /// It points at what the held list does not have.
    #[error("the delta points at what the list that is held does not have")]
    OutOfRange,
    /// What comes out is longer than a list may be.
    #[error("what the delta makes is longer than a list may be")]
    TooLarge,
    /// What comes out was not signed by an anchor.
    #[error("what the delta makes is not a list that an anchor signed")]
    NotSigned,
}

#[derive(Serialize, Deserialize)]
struct Delta {
    from: From,
    protected: String,
    signature: String,
    payload: Vec<Part>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct From {
    sequence: u64,
    content_hash: String,
}

/// A piece of the payload.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Part {
    /// So many bytes of the base, from such a byte on.
    Kept(usize, usize),
    /// As it stands.
    New(String),
}

/// Where the delta to the newest list is, for a reader of the list at `list_url` who holds the one with this number.
pub fn address(list_url: &str, held: u64) -> String {
    format!("{}/delta/{held}", list_url.trim_end_matches('/'))
}

/// The number that a list gives itself; its signature is not looked at.
pub fn sequence_of(signed: &str) -> Option<u64> {
    #[derive(Deserialize)]
    struct Numbered {
        sequence: u64,
    }
    let payload = payload_of(signed).ok()?;
    let numbered: Numbered = serde_json::from_slice(&payload).ok()?;
    Some(numbered.sequence)
}

/// The delta from one signed list to another, as JSON. Neither signature is looked at: both are the operator's own.
///
/// It is small where the lists are alike and the payload of the second is canonical JSON, as [`sign_list`](super::sign_list) makes it.
pub fn between(from: &str, to: &str) -> Result<String, DeltaError> {
    let (sequence, base) = base_of(from)?;
    let (head, signature) = to.trim().rsplit_once('.').ok_or(DeltaError::Base)?;
    let (protected, _) = head.split_once('.').ok_or(DeltaError::Base)?;
    let target = String::from_utf8(payload_of(to)?).map_err(|_| DeltaError::Base)?;
    let delta = Delta {
        from: From {
            sequence,
            content_hash: content_hash_of(&base),
        },
        protected: protected.to_owned(),
        signature: signature.to_owned(),
        payload: parts(&base, &target),
    };
    serde_json::to_string(&delta).map_err(DeltaError::Shape)
}

/// The signed list that a delta makes of the one that is `held`, as its operator signed it.
///
/// Its signature is checked with the anchors, so nothing else can come out than what an operator signed; its dates and
/// content are not: read it with [`verify_list`](super::verify_list) as any list.
pub fn apply(delta: &str, held: &str, anchors: &[TrustAnchor]) -> Result<String, DeltaError> {
    let delta = json::parse(delta.as_bytes(), &DELTA_LIMITS)?;
    let delta: Delta = serde_json::from_value(delta).map_err(DeltaError::Shape)?;
    let base = base_with(&delta.from.content_hash, held)?;
    let mut payload = String::new();
    for part in &delta.payload {
        let part = match part {
            Part::New(text) => text.as_str(),
            Part::Kept(start, length) => start
                .checked_add(*length)
                .and_then(|end| base.get(*start..end))
                .ok_or(DeltaError::OutOfRange)?,
        };
        // Three bytes become four characters.
        if payload.len() + part.len() > MAX_LIST_CHARACTERS / 4 * 3 {
            return Err(DeltaError::TooLarge);
        }
        payload.push_str(part);
    }
    let Delta {
        protected, signature, ..
    } = delta;
    let signed = format!("{protected}.{}.{signature}", URL_SAFE_NO_PAD.encode(&payload));
    let jws = jws::parse(&signed, MAX_LIST_CHARACTERS).map_err(|_| DeltaError::NotSigned)?;
    let head: Head = serde_json::from_str(&payload).map_err(|_| DeltaError::NotSigned)?;
    match OperatorKeys::follow(&head.iss, anchors, &head.key_changes) {
        Ok(operator) if operator.signed_now(&jws) => Ok(signed),
        Ok(_) | Err(_) => Err(DeltaError::NotSigned),
    }
}

fn payload_of(signed: &str) -> Result<Vec<u8>, DeltaError> {
    let signed = signed.trim();
    let payload = signed.split('.').nth(1).ok_or(DeltaError::Base)?;
    if signed.len() > MAX_LIST_CHARACTERS {
        return Err(DeltaError::Base);
    }
    URL_SAFE_NO_PAD.decode(payload).map_err(|_| DeltaError::Base)
}

/// The number of a list, and the text that its `contentHash` is over.
fn base_of(signed: &str) -> Result<(u64, String), DeltaError> {
    let content = json::parse(&payload_of(signed)?, &LIMITS).map_err(|_| DeltaError::Base)?;
    let sequence = content.get("sequence").and_then(serde_json::Value::as_u64);
    let base = canonical::without(&content, &DATES);
    Ok((sequence.ok_or(DeltaError::Base)?, base))
}

/// The text that a `contentHash` is over, of the list that is held.
fn base_with(hash: &str, held: &str) -> Result<String, DeltaError> {
    let is_it = |base: &String| content_hash_of(base) == hash;
    // Most lists are in canonical JSON as they stand. One that is not gives another text, which has another hash.
    let as_it_stands = String::from_utf8(payload_of(held)?)
        .ok()
        .and_then(|payload| without_dates(&payload))
        .filter(is_it);
    match as_it_stands {
        Some(base) => Ok(base),
        None => Some(base_of(held)?.1).filter(is_it).ok_or(DeltaError::OtherBase),
    }
}

/// An object in canonical JSON without its own `issuedAt` and `nextUpdate`; nothing for what is no such object.
fn without_dates(object: &str) -> Option<String> {
    const LEFT_OUT: [&str; 2] = ["\"issuedAt\":", "\"nextUpdate\":"];
    let inside = object.strip_prefix('{')?.strip_suffix('}')?;
    let mut rest = String::with_capacity(object.len());
    let (mut depth, mut in_text, mut escaped, mut start) = (0_usize, false, false, 0);
    let mut add = |member: &str| {
        if !LEFT_OUT.iter().any(|name| member.starts_with(name)) {
            rest.push(if rest.is_empty() { '{' } else { ',' });
            rest.push_str(member);
        }
    };
    for (place, byte) in inside.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            b',' if depth == 0 => {
                add(inside.get(start..place)?);
                start = place + 1;
            }
            _ => {}
        }
    }
    add(inside.get(start..)?);
    rest.push('}');
    Some(rest)
}

/// The target, said by what the base has already.
///
/// Both are read as pieces that end in a comma. A piece that the base has once tells where the target goes on in it, and
/// from there on all that is the same belongs to it, on both sides.
fn parts(base: &str, target: &str) -> Vec<Part> {
    let mut anchors: HashMap<&str, Option<usize>> = HashMap::new();
    for (start, piece) in pieces(base) {
        anchors
            .entry(piece)
            .and_modify(|place| *place = None)
            .or_insert(Some(start));
    }
    let mut found = pieces(target)
        .filter_map(|(start, piece)| Some((start, (*anchors.get(piece)?)?)))
        .peekable();
    let (mut parts, mut done, mut from) = (Vec::new(), 0, 0);
    loop {
        let alike = alike(&base[from..], &target[done..]);
        if alike >= WORTH_POINTING_AT {
            parts.push(Part::Kept(from, alike));
            done += alike;
        }
        while found.next_if(|(start, _)| *start < done).is_some() {}
        let (next, place) = found.next().unwrap_or((target.len(), base.len()));
        let before = alike_before(&base[..place], &target[done..next]);
        if next - before > done {
            parts.push(Part::New(target[done..next - before].to_owned()));
        }
        (done, from) = (next - before, place - before);
        if done == target.len() {
            return parts;
        }
        if next == target.len() {
            parts.push(Part::Kept(from, before));
            return parts;
        }
    }
}

/// What is worth pointing at, and where it begins.
fn pieces(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    let pieces = text.split_inclusive(',').map(move |piece| {
        start += piece.len();
        (start - piece.len(), piece)
    });
    pieces.filter(|(_, piece)| piece.len() >= WORTH_POINTING_AT)
}

/// How many bytes two texts begin with alike, up to the end of a character.
fn alike(one: &str, two: &str) -> usize {
    let bytes = one.bytes().zip(two.bytes());
    let mut length = bytes.take_while(|(a, b)| a == b).count();
    while !(one.is_char_boundary(length) && two.is_char_boundary(length)) {
        length -= 1;
    }
    length
}

/// How many bytes two texts end with alike, from the beginning of a character.
fn alike_before(one: &str, two: &str) -> usize {
    let bytes = one.bytes().rev().zip(two.bytes().rev());
    let mut length = bytes.take_while(|(a, b)| a == b).count();
    while !(one.is_char_boundary(one.len() - length) && two.is_char_boundary(two.len() - length)) {
        length -= 1;
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(base: &str, parts: &[Part]) -> String {
        let piece = |part: &Part| match part {
            Part::Kept(start, length) => base[*start..start + length].to_owned(),
            Part::New(text) => text.clone(),
        };
        parts.iter().map(piece).collect()
    }

    #[test]
    fn what_both_have_is_pointed_at_and_the_rest_is_written_out() {
        let words = |range: std::ops::Range<u32>| -> String {
            range
                .map(|n| format!("\"the word with number {n} é\","))
                .collect()
        };
        for (base, target, most_written) in [
            (words(0..90), words(0..90), 0),
            (words(0..90), words(0..40) + &words(41..90), 0),
            (words(0..90), words(0..40) + "something new," + &words(40..90), 20),
            (words(0..90), words(45..90) + &words(0..45), 0),
            (words(0..90), words(0..90).replace("7 é", "7 è"), 400),
            (words(0..90), "short".to_owned(), 5),
            (words(0..90), String::new(), 0),
            (String::new(), words(0..3), 100),
        ] {
            let parts = parts(&base, &target);

            assert_eq!(joined(&base, &parts), target);
            let written: usize = parts
                .iter()
                .map(|part| match part {
                    Part::New(text) => text.len(),
                    Part::Kept(..) => 0,
                })
                .sum();
            assert!(written <= most_written, "{written} of {target}");
        }
    }
}
