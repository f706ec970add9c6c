//! Refusals in words that help.

use crate::awards::AwardError;
use crate::sources::edubadges::SourceError;
use crate::validation::Finding;
use http_service::{FieldError, Problem};

fn field_error(finding: &Finding) -> FieldError {
    let pointer = format!("/{}", finding.field.replace('.', "/"));
    FieldError::new(&pointer, &finding.code, &finding.en, &finding.nl)
}

/// A refusal in the words of one rule.
fn by_rule(kind: &str, finding: &Finding) -> Problem {
    Problem::unprocessable(kind, &finding.en)
        .in_dutch(&finding.nl)
        .with_errors(vec![field_error(finding)])
}

impl From<SourceError> for Problem {
    fn from(error: SourceError) -> Self {
        let rule = |code, words: &[(&str, &str)]| Finding::new(code, "assertion", words);
        match &error {
            SourceError::NotOurs => by_rule("made-elsewhere", &rule("SRC-006", &[])),
            SourceError::NotAnAssertion => Self::unprocessable(
                "not-an-assertion",
                "This is not the link of a learner's badge. Copy it from the badge's public page.",
            )
            .in_dutch("Dit is niet de link van een badge van een deelnemer. Kopieer hem van de openbare pagina van de badge."),
            SourceError::Revoked { reason } => {
                let (nl, en) = match reason {
                    Some(reason) => (reason.trim_end_matches('.'), reason.trim_end_matches('.')),
                    None => ("zonder opgaaf van reden", "no reason was given"),
                };
                by_rule("source-revoked", &rule("SRC-001", &[("reden", nl), ("reason", en)]))
            }
            SourceError::NotPublic { document, source } => {
                tracing::info!(document, cause = source.as_ref().map(ToString::to_string), "source not readable");
                by_rule("source-not-public", &rule("SRC-002", &[]))
            }
            SourceError::Recipient => by_rule("source-recipient", &rule("SRC-003", &[])),
            SourceError::Contradiction { nl, en } => {
                by_rule("source-contradiction", &rule("SRC-007", &[("wat", nl), ("what", en)]))
            }
        }
    }
}

impl From<AwardError> for Problem {
    fn from(error: AwardError) -> Self {
        match error {
            AwardError::Unknown(_) => Self::not_found("unknown-award", "There is no such award.")
                .in_dutch("Deze toekenning bestaat niet."),
            AwardError::CannotSuspend(_) => Self::conflict(
                "suspension-not-available",
                "The credentials of this award can only be revoked: they were made for tools that know no suspension.",
            )
            .in_dutch(
                "De bewijzen van deze toekenning kunnen alleen worden ingetrokken: ze zijn gemaakt voor programma's die geen opschorting kennen.",
            ),
            AwardError::WrongState { state, .. } => Self::conflict(
                "wrong-state",
                format!(
                    "This cannot be done now: the award is {}. Load it again.",
                    state.as_str()
                ),
            )
            .in_dutch("Dit kan nu niet. Laad de toekenning opnieuw."),
            AwardError::AlreadyIssued(_) => {
                let finding = Finding::new("RES-002", "sourceAssertion", &[]);
                Self::conflict("already-issued", &finding.en)
                    .in_dutch(&finding.nl)
                    .with_errors(vec![field_error(&finding)])
            }
            AwardError::NotReady { findings, .. } => Self::unprocessable(
                "not-ready",
                "Some points stand in the way. Mend or confirm them, then try again.",
            )
            .in_dutch("Enkele punten staan in de weg. Los ze op of bevestig ze en probeer het opnieuw.")
            .with_errors(findings.iter().map(field_error).collect()),
            AwardError::Source(error) => error.into(),
            AwardError::Change { field, nl, en } => {
                let sentence = |text: &str| {
                    let mut letters = text.chars();
                    let first = letters.next().map(|first| first.to_uppercase().to_string());
                    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
                };
                let (nl, en) = (sentence(nl), sentence(en));
                let fault = FieldError::new(&format!("/{field}"), "change", &en, &nl);
                Self::unprocessable("invalid-change", en)
                    .in_dutch(nl)
                    .with_errors(vec![fault])
            }
            AwardError::Projection { source, .. } => Self::unprocessable(
                "not-projectable",
                format!("No credential can be made of this award: {source}."),
            )
            .in_dutch("Van deze toekenning kan geen bewijs worden gemaakt."),
            AwardError::Storage(error) => error.into(),
        }
    }
}
