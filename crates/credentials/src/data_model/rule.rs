//! The rules, each with a code that keeps its meaning and words for people.

use std::fmt;

use crate::Text;

/// A rule of the W3C data model that a document can break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// The document or a part of it is no JSON object.
    NotAnObject,
    /// `@context` is not a list that begins with the data model's own context.
    Context,
    /// An entry of `@context` is neither a URL nor an object.
    ContextEntry,
    /// `type` is missing, or is not one or more texts.
    Type,
    /// The type that makes it a credential or presentation is not among its types.
    RequiredType,
    /// An identifier is not a single URL.
    Identifier,
    /// An identifier that must be there is not.
    IdentifierAbsent,
    /// The issuer is missing.
    IssuerAbsent,
    /// The issuer is neither a URL nor an object with one as `id`.
    Issuer,
    /// The holder is neither a URL nor an object with one as `id`.
    Holder,
    /// The subject is missing.
    SubjectAbsent,
    /// A subject is not an object that says something.
    Subject,
    /// A date is missing that VCDM 1.1 asks for.
    DateAbsent,
    /// A date is not a moment with its zone.
    Date,
    /// The credential ends before it begins.
    DatesReversed,
    /// A list that must have entries has none.
    EmptyList,
    /// A name or description is neither a text nor a text with its language.
    LanguageValue,
    /// A member of a status entry is missing or malformed.
    StatusEntry,
    /// A related resource has no digest, or one that cannot be read.
    ResourceDigest,
    /// Two related resources have the same identifier.
    ResourceRepeated,
    /// A media type is not one.
    MediaType,
    /// A presentation carries something that is not a credential object.
    PresentedCredential,
    /// An enveloped document has no `data:` URL.
    Envelope,
    /// A proof is not an object with a type.
    Proof,
    /// More parts than anybody needs.
    TooMany,
}

impl Rule {
    /// A stable name.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotAnObject => "not-an-object",
            Self::Context => "context",
            Self::ContextEntry => "context-entry",
            Self::Type => "type",
            Self::RequiredType => "required-type",
            Self::Identifier => "identifier",
            Self::IdentifierAbsent => "identifier-absent",
            Self::IssuerAbsent => "issuer-absent",
            Self::Issuer => "issuer",
            Self::Holder => "holder",
            Self::SubjectAbsent => "subject-absent",
            Self::Subject => "subject",
            Self::DateAbsent => "date-absent",
            Self::Date => "date",
            Self::DatesReversed => "dates-reversed",
            Self::EmptyList => "empty-list",
            Self::LanguageValue => "language-value",
            Self::StatusEntry => "status-entry",
            Self::ResourceDigest => "resource-digest",
            Self::ResourceRepeated => "resource-repeated",
            Self::MediaType => "media-type",
            Self::PresentedCredential => "presented-credential",
            Self::Envelope => "envelope",
            Self::Proof => "proof",
            Self::TooMany => "too-many",
        }
    }

    /// What the rule asks for.
    pub fn text(self) -> Text {
        let (nl, en) = match self {
            Self::NotAnObject => ("Dit moet een JSON-object zijn.", "This must be a JSON object."),
            Self::Context => (
                "De context moet een lijst zijn die begint met die van het gegevensmodel.",
                "The context must be a list that begins with that of the data model.",
            ),
            Self::ContextEntry => (
                "Een context is een URL of een object.",
                "A context is a URL or an object.",
            ),
            Self::Type => (
                "Er moet een type staan: een of meer teksten.",
                "There must be a type: one or more texts.",
            ),
            Self::RequiredType => (
                "Het verplichte type van het gegevensmodel ontbreekt.",
                "The type that the data model requires is missing.",
            ),
            Self::Identifier => ("Dit moet één URL zijn.", "This must be a single URL."),
            Self::IdentifierAbsent => ("Hier ontbreekt een `id`.", "An `id` is missing here."),
            Self::IssuerAbsent => ("De uitgever ontbreekt.", "The issuer is missing."),
            Self::Issuer => (
                "De uitgever is een URL, of een object met een URL als `id`.",
                "The issuer is a URL, or an object with a URL as `id`.",
            ),
            Self::Holder => (
                "De houder is een URL, of een object met een URL als `id`.",
                "The holder is a URL, or an object with a URL as `id`.",
            ),
            Self::SubjectAbsent => (
                "Over wie of wat het gaat ontbreekt.",
                "Whom or what it is about is missing.",
            ),
            Self::Subject => (
                "Over elk onderwerp moet iets gezegd worden, in een object.",
                "Something must be said of every subject, in an object.",
            ),
            Self::DateAbsent => ("De datum ontbreekt.", "The date is missing."),
            Self::Date => (
                "Dit moet datum en tijd met tijdzone zijn, zoals 2026-09-01T00:00:00Z.",
                "This must be date and time with a zone, such as 2026-09-01T00:00:00Z.",
            ),
            Self::DatesReversed => (
                "Het einde ligt vóór het begin.",
                "The end is before the beginning.",
            ),
            Self::EmptyList => ("Deze lijst mag niet leeg zijn.", "This list may not be empty."),
            Self::LanguageValue => (
                "Dit moet tekst zijn, of een object met alleen `@value`, `@language` en `@direction`.",
                "This must be text, or an object of `@value`, `@language` and `@direction` alone.",
            ),
            Self::StatusEntry => (
                "Dit deel van de status ontbreekt of klopt niet.",
                "This part of the status is missing or malformed.",
            ),
            Self::ResourceDigest => (
                "Een leesbare `digestSRI` of `digestMultibase` ontbreekt.",
                "A readable `digestSRI` or `digestMultibase` is missing.",
            ),
            Self::ResourceRepeated => ("Deze bron staat er al.", "This resource is there already."),
            Self::MediaType => ("Dit is geen mediatype.", "This is no media type."),
            Self::PresentedCredential => (
                "Een presentatie bevat bewijzen als objecten.",
                "A presentation carries credentials as objects.",
            ),
            Self::Envelope => (
                "De `id` moet een `data:`-URL met het bewijs zijn.",
                "The `id` must be a `data:` URL with the credential.",
            ),
            Self::Proof => (
                "Een handtekening is een object met een `type`.",
                "A proof is an object with a `type`.",
            ),
            Self::TooMany => ("Dit zijn er te veel.", "These are too many."),
        };
        Text::new(nl, en)
    }
}

/// A rule, and where it is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which rule.
    pub rule: Rule,
    /// Where: a JSON pointer (RFC 6901) into the document. What is absent is named where it should be.
    pub pointer: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.rule.text().en.unwrap_or_default();
        write!(formatter, "{}: {text}", self.pointer)
    }
}

impl std::error::Error for Violation {}
