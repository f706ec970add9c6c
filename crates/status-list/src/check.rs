//! Looking up a credential's status in a published list.

use crate::{ListError, Purpose, StatusList};
use chrono::{DateTime, TimeDelta, Utc};
use credentials::Did;
use serde_json::{Value, json};

/// Clocks may differ by this much before a list counts as not valid yet.
pub const CLOCK_TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// Credentials with more status entries than this are refused.
const MOST_ENTRIES: usize = 8;

/// A `credentialStatus` entry
/// ([Bitstring Status List 1.0 §2.1](https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslistentry)).
pub fn entry(list_url: &str, purpose: Purpose, index: usize) -> Value {
    json!({
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": index.to_string(),
        "statusListCredential": list_url,
    })
}

/// The unsigned status list credential
/// ([§2.2](https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslistcredential)),
/// in terms of the VCDM 2.0 context alone. `id` is the address it is published at.
pub fn credential(
    list: &StatusList,
    id: &str,
    purpose: Purpose,
    issuer: &Did,
    valid_from: DateTime<Utc>,
    valid_until: DateTime<Utc>,
) -> Value {
    let moment = |at: DateTime<Utc>| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": id,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": moment(valid_from),
        "validUntil": moment(valid_until),
        "credentialSubject": {
            "id": format!("{id}#list"),
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": list.encode(),
        },
    })
}

/// Where to look up what, read from a `credentialStatus` entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryRef {
    /// The address of the status list credential.
    pub list_url: String,
    /// What a set bit means.
    pub purpose: Purpose,
    /// The place in the list.
    pub index: usize,
}

impl EntryRef {
    /// Reads one entry.
    pub fn parse(entry: &Value) -> Result<Self, CheckError> {
        if !is_of_type(entry, "BitstringStatusListEntry") {
            return Err(CheckError::Entry("type (BitstringStatusListEntry is known here)"));
        }
        // Entries of more than one bit have messages this product does not issue.
        if entry
            .get("statusSize")
            .is_some_and(|size| size.as_u64() != Some(1))
        {
            return Err(CheckError::Entry("statusSize (1 is known here)"));
        }
        let text = |member: &'static str| {
            entry
                .get(member)
                .and_then(Value::as_str)
                .ok_or(CheckError::Entry(member))
        };
        let purpose = match text("statusPurpose")? {
            "revocation" => Purpose::Revocation,
            "suspension" => Purpose::Suspension,
            _ => {
                return Err(CheckError::Entry(
                    "statusPurpose (revocation and suspension are known here)",
                ));
            }
        };
        let digits = text("statusListIndex")?;
        let index = digits
            .parse()
            .ok()
            .filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))
            .ok_or(CheckError::Entry("statusListIndex"))?;
        Ok(Self {
            list_url: text("statusListCredential")?.to_owned(),
            purpose,
            index,
        })
    }
}

/// Reads the `credentialStatus` of a credential: absent, one entry or an array of them.
pub fn entries(credential: &Value) -> Result<Vec<EntryRef>, CheckError> {
    match credential.get("credentialStatus") {
        None => Ok(Vec::new()),
        Some(Value::Array(entries)) if entries.len() > MOST_ENTRIES => Err(CheckError::TooManyEntries),
        Some(Value::Array(entries)) => entries.iter().map(EntryRef::parse).collect(),
        Some(entry) => Ok(vec![EntryRef::parse(entry)?]),
    }
}

/// Why the status could not be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// The entry is not one that can be looked up.
    #[error("the status entry has no usable {0}")]
    Entry(&'static str),
    /// The credential names more lists than any has reason to.
    #[error("the credential has more than {MOST_ENTRIES} status entries")]
    TooManyEntries,
    /// The status list credential is not one.
    #[error("the status list credential has no usable {0}")]
    List(&'static str),
    /// The list's bits could not be read.
    #[error("the status list cannot be read")]
    Bits(#[from] ListError),
    /// The list is about something else than the entry.
    #[error("the status list is not for {}", .0.as_str())]
    OtherPurpose(Purpose),
    /// The list calls itself by another address than the entry does.
    #[error("the status list calls itself by another address than the entry does")]
    OtherList,
    /// The list is not valid yet.
    #[error("the status list is valid from {0} only")]
    NotYetValid(DateTime<Utc>),
    /// The list is too old to tell how things are now.
    #[error("the status list was fresh until {until}")]
    Stale {
        /// When it stopped being fresh.
        until: DateTime<Utc>,
        /// Whether the bit was set then.
        last_known: bool,
    },
}

/// Whether the bit of `entry` is set in `list_credential`, fetched just now, at the moment `at`
/// ([§3.2](https://www.w3.org/TR/vc-bitstring-status-list/#validate-algorithm)).
///
/// The list's proof, and whether its issuer may speak for the credential's, are checked before.
pub fn check(entry: &Value, list_credential: &Value, at: DateTime<Utc>) -> Result<bool, CheckError> {
    check_fetched(entry, list_credential, at, at)
}

/// As [`check`], for a list kept since `fetched_at`: its `ttl` counts from there.
pub fn check_fetched(
    entry: &Value,
    list_credential: &Value,
    at: DateTime<Utc>,
    fetched_at: DateTime<Utc>,
) -> Result<bool, CheckError> {
    let entry = EntryRef::parse(entry)?;
    if !is_of_type(list_credential, "BitstringStatusListCredential") {
        return Err(CheckError::List("type"));
    }
    if list_credential.get("id").and_then(Value::as_str) != Some(&entry.list_url) {
        return Err(CheckError::OtherList);
    }
    let subject = list_credential
        .get("credentialSubject")
        .ok_or(CheckError::List("credentialSubject"))?;
    if !is_of_type(subject, "BitstringStatusList") {
        return Err(CheckError::List("credentialSubject"));
    }
    if !values(subject.get("statusPurpose")).any(|purpose| purpose.as_str() == Some(entry.purpose.as_str())) {
        return Err(CheckError::OtherPurpose(entry.purpose));
    }
    if let Some(from) = moment(list_credential, "validFrom")?
        && at < from - CLOCK_TOLERANCE
    {
        return Err(CheckError::NotYetValid(from));
    }
    let encoded = subject
        .get("encodedList")
        .and_then(Value::as_str)
        .ok_or(CheckError::List("encodedList"))?;
    let set = StatusList::decode(encoded)?.get(entry.index)?;
    match fresh_until(list_credential, fetched_at)? {
        Some(until) if until < at => Err(CheckError::Stale {
            until,
            last_known: set,
        }),
        _ => Ok(set),
    }
}

/// Until when a list fetched at `fetched_at` tells how things are: its `validUntil`, or the end of
/// its `ttl` (milliseconds) if that is sooner.
pub fn fresh_until(
    list_credential: &Value,
    fetched_at: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, CheckError> {
    let valid_until = moment(list_credential, "validUntil")?;
    let ttl = match list_credential.pointer("/credentialSubject/ttl") {
        None => None,
        Some(ttl) => {
            let ttl = ttl
                .as_i64()
                .filter(|ttl| *ttl >= 0)
                .ok_or(CheckError::List("ttl"))?;
            TimeDelta::try_milliseconds(ttl).and_then(|ttl| fetched_at.checked_add_signed(ttl))
        }
    };
    Ok(match (valid_until, ttl) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    })
}

fn moment(object: &Value, member: &'static str) -> Result<Option<DateTime<Utc>>, CheckError> {
    let Some(value) = object.get(member) else {
        return Ok(None);
    };
    let read = value
        .as_str()
        .and_then(|text| DateTime::parse_from_rfc3339(text).ok());
    read.map(|at| Some(at.with_timezone(&Utc)))
        .ok_or(CheckError::List(member))
}

fn is_of_type(object: &Value, expected: &str) -> bool {
    values(object.get("type")).any(|kind| kind.as_str() == Some(expected))
}

fn values(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    let (array, single) = match value {
        Some(Value::Array(array)) => (array.as_slice(), None),
        single => (&[][..], single),
    };
    array.iter().chain(single)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MINIMUM_ENTRIES;

    const URL: &str = "https://credentials.college.example/status/k3f9";

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn now() -> DateTime<Utc> {
        at("2026-11-21T12:00:00Z")
    }

    fn list_with(index: usize) -> Value {
        let mut list = StatusList::new(MINIMUM_ENTRIES).unwrap();
        list.set(index, true).unwrap();
        let issuer = "did:web:credentials.college.example".parse().unwrap();
        let (from, until) = (at("2026-11-21T06:00:00Z"), at("2026-11-22T06:00:00Z"));
        credential(&list, URL, Purpose::Revocation, &issuer, from, until)
    }

    #[test]
    fn set_bit_is_found_and_its_neighbours_are_not() {
        let list = list_with(94_567);
        let status = |index| check(&entry(URL, Purpose::Revocation, index), &list, now());
        assert_eq!(status(94_567), Ok(true));
        assert_eq!((status(94_566), status(94_568)), (Ok(false), Ok(false)));
    }

    #[test]
    fn list_for_another_purpose_tells_nothing() {
        let suspended = entry(URL, Purpose::Suspension, 1);
        assert_eq!(
            check(&suspended, &list_with(1), now()),
            Err(CheckError::OtherPurpose(Purpose::Suspension))
        );
        let mut both = list_with(1);
        both["credentialSubject"]["statusPurpose"] = json!(["revocation", "suspension"]);
        assert_eq!(check(&suspended, &both, now()), Ok(true));
    }

    #[test]
    fn list_from_another_address_tells_nothing() {
        let other = entry(
            "https://credentials.college.example/status/other",
            Purpose::Revocation,
            1,
        );
        assert_eq!(check(&other, &list_with(1), now()), Err(CheckError::OtherList));
    }

    #[test]
    fn index_past_the_end_is_refused() {
        let past = entry(URL, Purpose::Revocation, MINIMUM_ENTRIES);
        let refused = ListError::Index {
            index: MINIMUM_ENTRIES,
            length: MINIMUM_ENTRIES,
        };
        assert_eq!(check(&past, &list_with(1), now()), Err(CheckError::Bits(refused)));
    }

    #[test]
    fn stale_list_is_an_outcome_of_its_own_with_what_was_last_known() {
        let (entry, list) = (entry(URL, Purpose::Revocation, 1), list_with(1));
        let until = at("2026-11-22T06:00:00Z");
        assert_eq!(check(&entry, &list, until), Ok(true));
        let later = until + TimeDelta::seconds(1);
        assert_eq!(
            check(&entry, &list, later),
            Err(CheckError::Stale {
                until,
                last_known: true
            })
        );
    }

    #[test]
    fn time_to_live_counts_from_when_the_list_was_fetched() {
        let (entry, mut list) = (entry(URL, Purpose::Revocation, 2), list_with(1));
        list["credentialSubject"]["ttl"] = json!(300_000);
        assert_eq!(check(&entry, &list, now()), Ok(false));
        let fetched_at = now() - TimeDelta::minutes(6);
        let until = now() - TimeDelta::minutes(1);
        assert_eq!(
            check_fetched(&entry, &list, now(), fetched_at),
            Err(CheckError::Stale {
                until,
                last_known: false
            })
        );
        list["credentialSubject"]["ttl"] = json!("soon");
        assert_eq!(check(&entry, &list, now()), Err(CheckError::List("ttl")));
    }

    #[test]
    fn list_from_the_future_is_refused_beyond_what_clocks_differ() {
        let (entry, list) = (entry(URL, Purpose::Revocation, 1), list_with(1));
        let from = at("2026-11-21T06:00:00Z");
        assert_eq!(check(&entry, &list, from - CLOCK_TOLERANCE), Ok(true));
        let earlier = from - CLOCK_TOLERANCE - TimeDelta::seconds(1);
        assert_eq!(check(&entry, &list, earlier), Err(CheckError::NotYetValid(from)));
    }

    #[test]
    fn entries_are_read_from_one_or_several() {
        let one = entry(URL, Purpose::Revocation, 3);
        let read = EntryRef {
            list_url: URL.into(),
            purpose: Purpose::Revocation,
            index: 3,
        };
        assert_eq!(entries(&json!({})), Ok(vec![]));
        assert_eq!(
            entries(&json!({ "credentialStatus": one })),
            Ok(vec![read.clone()])
        );
        let two = json!({"credentialStatus": [one, entry(URL, Purpose::Suspension, 4)]});
        assert_eq!(entries(&two).unwrap().len(), 2);
        assert_eq!(entries(&two).unwrap()[0], read);
        let many = json!({"credentialStatus": vec![one; MOST_ENTRIES + 1]});
        assert_eq!(entries(&many), Err(CheckError::TooManyEntries));
    }

    #[test]
    fn entries_that_cannot_be_looked_up_are_refused() {
        for (member, value) in [
            ("type", json!("StatusList2021Entry")),
            ("statusPurpose", json!("message")),
            ("statusListIndex", json!("+3")),
            ("statusListIndex", json!("-1")),
            ("statusListIndex", json!(3)),
            ("statusListIndex", json!("99999999999999999999999")),
            ("statusListCredential", json!(null)),
            ("statusSize", json!(2)),
        ] {
            let mut entry = entry(URL, Purpose::Revocation, 3);
            entry[member] = value.clone();
            assert!(
                matches!(EntryRef::parse(&entry), Err(CheckError::Entry(_))),
                "{member}: {value}"
            );
        }
    }

    #[test]
    fn documents_that_are_no_status_list_are_refused() {
        let entry = entry(URL, Purpose::Revocation, 1);
        for member in ["type", "credentialSubject", "validUntil"] {
            let mut list = list_with(1);
            list[member] = json!("something else");
            assert_eq!(check(&entry, &list, now()), Err(CheckError::List(member)));
        }
        let mut list = list_with(1);
        list["credentialSubject"]["encodedList"] = json!("uAAAA");
        assert!(matches!(check(&entry, &list, now()), Err(CheckError::Bits(_))));
    }
}
