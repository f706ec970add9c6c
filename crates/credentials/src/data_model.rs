//! The rules of the W3C Verifiable Credentials Data Model, [2.0](https://www.w3.org/TR/vc-data-model-2.0/) §4 and §5 and
//! [1.1](https://www.w3.org/TR/vc-data-model/) §4 and §5, as far as the JSON alone tells.
//!
//! What terms mean is not looked at: that every one has a meaning is for JSON-LD to find, and whether a date has come,
//! for whoever has a clock. All that is wrong is reported, not the first alone.

mod parts;
mod rule;
mod shape;

use serde_json::{Map, Value};

pub use rule::{Rule, Violation};

use shape::{Place, is_url};

/// Violations that are reported; a document with more is wrong enough.
const MOST_VIOLATIONS: usize = 20;
/// Credentials in one presentation.
const MOST_CREDENTIALS: usize = 20;

/// Which edition of the data model a document says that it follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Edition {
    /// The data model 1.1, which is read; its first context is `https://www.w3.org/2018/credentials/v1`.
    V1,
    /// The data model 2.0.
    V2,
}

impl Edition {
    /// The context that a document of this edition begins with.
    pub fn context(self) -> &'static str {
        match self {
            Self::V1 => "https://www.w3.org/2018/credentials/v1",
            Self::V2 => "https://www.w3.org/ns/credentials/v2",
        }
    }

    /// The edition of a document, by its first context.
    pub fn of(document: &Value) -> Option<Self> {
        let first = document.get("@context")?.get(0)?.as_str()?;
        [Self::V1, Self::V2]
            .into_iter()
            .find(|edition| edition.context() == first)
    }

    /// The members that say from when and until when a credential holds.
    fn dates(self) -> (&'static str, &'static str) {
        match self {
            Self::V1 => ("issuanceDate", "expirationDate"),
            Self::V2 => ("validFrom", "validUntil"),
        }
    }
}

/// Checks a credential, with or without proof.
///
/// The violations are at most twenty, in the order of the rules, and never empty.
pub fn check_credential(credential: &Value) -> Result<Edition, Vec<Violation>> {
    let mut found = Found::default();
    let edition = credential_at(credential, &Place::root(), &mut found);
    found.finish(edition)
}

/// Checks a presentation and the credentials in it; those in envelopes are not opened.
pub fn check_presentation(presentation: &Value) -> Result<Edition, Vec<Violation>> {
    let mut found = Found::default();
    let edition = presentation_at(presentation, &mut found);
    found.finish(edition)
}

/// Whether an object is an enveloped credential (VCDM 2.0 §4.13.1): a credential as a token, in its `id`.
pub fn is_enveloped_credential(object: &Value) -> bool {
    shape::has_type(object, "EnvelopedVerifiableCredential")
}

/// Whether an object is an enveloped presentation (VCDM 2.0 §4.13.2).
pub fn is_enveloped_presentation(object: &Value) -> bool {
    shape::has_type(object, "EnvelopedVerifiablePresentation")
}

/// What is wrong so far.
#[derive(Default)]
struct Found(Vec<Violation>);

impl Found {
    fn add(&mut self, rule: Rule, place: &Place<'_>) {
        if self.0.len() < MOST_VIOLATIONS {
            let pointer = place.to_string();
            self.0.push(Violation { rule, pointer });
        }
    }

    fn require(&mut self, holds: bool, rule: Rule, place: &Place<'_>) {
        if !holds {
            self.add(rule, place);
        }
    }

    fn finish(self, edition: Option<Edition>) -> Result<Edition, Vec<Violation>> {
        match edition {
            Some(edition) if self.0.is_empty() => Ok(edition),
            _ => Err(self.0),
        }
    }
}

fn credential_at(credential: &Value, place: &Place<'_>, found: &mut Found) -> Option<Edition> {
    let Some(members) = credential.as_object() else {
        found.add(Rule::NotAnObject, place);
        return None;
    };
    let edition = context(credential, place, found);
    types(members, "VerifiableCredential", place, found);
    parts::identifier(members, place, found);
    match members.get("issuer") {
        None => found.add(Rule::IssuerAbsent, &place.member("issuer")),
        Some(issuer) => {
            let place = place.member("issuer");
            party(issuer, Rule::Issuer, &place, found);
        }
    }
    subjects(members, place, found);
    if let Some(edition) = edition {
        dates(members, edition, place, found);
        parts::check(members, edition, place, found);
    }
    parts::words(credential, place, found);
    parts::proofs(members, place, found);
    edition
}

fn presentation_at(presentation: &Value, found: &mut Found) -> Option<Edition> {
    let place = &Place::root();
    let Some(members) = presentation.as_object() else {
        found.add(Rule::NotAnObject, place);
        return None;
    };
    let edition = context(presentation, place, found);
    types(members, "VerifiablePresentation", place, found);
    parts::identifier(members, place, found);
    if let Some(holder) = members.get("holder") {
        let place = place.member("holder");
        party(holder, Rule::Holder, &place, found);
    }
    let place = place.member("verifiableCredential");
    match members.get("verifiableCredential") {
        None => {}
        Some(Value::Array(credentials)) if credentials.is_empty() => found.add(Rule::EmptyList, &place),
        Some(Value::Array(credentials)) if credentials.len() > MOST_CREDENTIALS => {
            found.add(Rule::TooMany, &place);
        }
        Some(Value::Array(credentials)) => {
            for (index, credential) in credentials.iter().enumerate() {
                presented(credential, &place.entry(index), found);
            }
        }
        Some(single) => presented(single, &place, found),
    }
    if let Some(edition) = edition {
        parts::terms_of_use(members, edition, &Place::root(), found);
    }
    parts::proofs(members, &Place::root(), found);
    edition
}

/// A credential inside a presentation: itself, or in an envelope.
fn presented(credential: &Value, place: &Place<'_>, found: &mut Found) {
    if !credential.is_object() {
        found.add(Rule::PresentedCredential, place);
    } else if is_enveloped_credential(credential) {
        envelope(credential, place, found);
    } else {
        credential_at(credential, place, found);
    }
}

/// An enveloped credential or presentation: a context and a `data:` URL (VCDM 2.0 §4.13.1).
fn envelope(envelope: &Value, place: &Place<'_>, found: &mut Found) {
    let first = envelope
        .get("@context")
        .map(|context| context.get(0).unwrap_or(context));
    let is_edition_2 = first.and_then(Value::as_str) == Some(Edition::V2.context());
    found.require(is_edition_2, Rule::Context, &place.member("@context"));
    let id = envelope.get("id").and_then(Value::as_str);
    let is_data = id.is_some_and(|id| id.starts_with("data:") && id.contains(','));
    found.require(is_data, Rule::Envelope, &place.member("id"));
}

/// Checks an enveloped credential or presentation from outside; what is in it is not looked at.
pub fn check_envelope(document: &Value) -> Result<(), Vec<Violation>> {
    let mut found = Found::default();
    if document.is_object() {
        envelope(document, &Place::root(), &mut found);
    } else {
        found.add(Rule::NotAnObject, &Place::root());
    }
    if found.0.is_empty() { Ok(()) } else { Err(found.0) }
}

/// VCDM 2.0 §4.3.
fn context(document: &Value, place: &Place<'_>, found: &mut Found) -> Option<Edition> {
    let place = place.member("@context");
    let edition = Edition::of(document);
    found.require(edition.is_some(), Rule::Context, &place);
    let entries = document.get("@context").and_then(Value::as_array);
    for (index, entry) in entries.into_iter().flatten().enumerate().skip(1) {
        let is_context = match entry {
            Value::String(url) => is_url(url),
            other => other.is_object(),
        };
        found.require(is_context, Rule::ContextEntry, &place.entry(index));
    }
    edition
}

/// VCDM 2.0 §4.5.
fn types(members: &Map<String, Value>, required: &str, place: &Place<'_>, found: &mut Found) {
    let place = place.member("type");
    let kinds = members.get("type").and_then(shape::types);
    match kinds {
        None => found.add(Rule::Type, &place),
        Some(kinds) => found.require(kinds.contains(&required), Rule::RequiredType, &place),
    }
}

/// A URL, or an object with one as `id` (VCDM 2.0 §4.7 and §4.13).
fn party(party: &Value, rule: Rule, place: &Place<'_>, found: &mut Found) {
    match party {
        Value::String(url) => found.require(is_url(url), rule, place),
        Value::Object(members) => {
            let id = members.get("id").and_then(Value::as_str);
            found.require(id.is_some_and(is_url), rule, &place.member("id"));
            parts::words(party, place, found);
        }
        _ => found.add(rule, place),
    }
}

/// VCDM 2.0 §4.8.
fn subjects(members: &Map<String, Value>, place: &Place<'_>, found: &mut Found) {
    let place = place.member("credentialSubject");
    let Some(subject) = members.get("credentialSubject") else {
        found.add(Rule::SubjectAbsent, &place);
        return;
    };
    parts::each(subject, &place, found, |subject, place, found| match subject {
        Value::Object(claims) if !claims.is_empty() => parts::identifier(claims, place, found),
        _ => found.add(Rule::Subject, place),
    });
}

/// VCDM 2.0 §4.9, VCDM 1.1 §4.5 and §4.6.
fn dates(members: &Map<String, Value>, edition: Edition, place: &Place<'_>, found: &mut Found) {
    let (from, until) = edition.dates();
    let from_place = place.member(from);
    let begin = parts::date(members, from, place, found);
    let end = parts::date(members, until, place, found);
    if edition == Edition::V1 {
        found.require(members.contains_key(from), Rule::DateAbsent, &from_place);
    }
    if let (Some(begin), Some(end)) = (begin, end) {
        found.require(begin <= end, Rule::DatesReversed, &place.member(until));
    }
}
