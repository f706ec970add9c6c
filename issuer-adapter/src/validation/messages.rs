//! Every rule's code, severity and words. The words have places such as `{x}`, filled by the rule.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a finding means for issuing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing is issued until it is mended.
    Error,
    /// Staff must confirm it.
    Warning,
    /// Good to know.
    Info,
}

/// A rule's words.
#[derive(Clone, Copy, Debug)]
pub struct Message {
    /// The rule.
    pub code: &'static str,
    /// What it means for issuing.
    pub severity: Severity,
    /// In Dutch.
    pub nl: &'static str,
    /// In English.
    pub en: &'static str,
}

/// The words of the rule with this code.
pub fn message(code: &str) -> Option<&'static Message> {
    MESSAGES.iter().find(|message| message.code == code)
}

const fn e(code: &'static str, nl: &'static str, en: &'static str) -> Message {
    Message {
        code,
        severity: Severity::Error,
        nl,
        en,
    }
}

const fn w(code: &'static str, nl: &'static str, en: &'static str) -> Message {
    Message {
        code,
        severity: Severity::Warning,
        nl,
        en,
    }
}

const fn i(code: &'static str, nl: &'static str, en: &'static str) -> Message {
    Message {
        code,
        severity: Severity::Info,
        nl,
        en,
    }
}

/// All rules, in the order findings are listed.
pub const MESSAGES: &[Message] = &[
    e(
        "META-001",
        "De naam van de deelnemer ontbreekt of is niet bevestigd.",
        "The participant's name is missing or not confirmed.",
    ),
    e(
        "META-002",
        "Vermeld de instelling en het organisatieonderdeel.",
        "State the institution and the organisational unit.",
    ),
    e(
        "META-003",
        "Vul de naam van de onderwijseenheid in.",
        "Enter the name of the unit.",
    ),
    e(
        "META-004",
        "Voeg minstens één leeruitkomst toe.",
        "Add at least one learning outcome.",
    ),
    e(
        "META-005",
        "Geef een indicatie van het EQF/NLQF-niveau.",
        "Give an indication of the EQF/NLQF level.",
    ),
    e(
        "META-006",
        "Geef de omvang in EC of studiebelastingsuren.",
        "Give the size in ECTS or study load hours.",
    ),
    e(
        "META-007",
        "Beschrijf wat nodig is om de microcredential te krijgen.",
        "Describe what is required to obtain the microcredential.",
    ),
    e(
        "META-008",
        "Kies het kwaliteitskader en de versie.",
        "Choose the quality framework and its version.",
    ),
    e(
        "META-009",
        "Land of toekenningsdatum ontbreekt.",
        "Country or award date is missing.",
    ),
    w(
        "META-010",
        "De {taal} {wat} ontbreekt.",
        "The {language} {what} is missing.",
    ),
    w(
        "LO-001",
        "Deze leeruitkomst is wel erg kort of lang.",
        "This learning outcome is very short or long.",
    ),
    i(
        "LO-002",
        "Beschrijf wat de deelnemer kan, niet welke les is gevolgd.",
        "Describe what the learner can do, not which lesson was attended.",
    ),
    e(
        "FW-001",
        "Dit kwaliteitskader gold niet op {datum} voor {sector}.",
        "This quality framework did not apply on {date} for {sector}.",
    ),
    e(
        "FW-002",
        "De afspraken moeten in het Nederlands en het Engels zijn opgenomen; {taal} ontbreekt.",
        "The framework agreements must be included in Dutch and English; {language} is missing.",
    ),
    e(
        "FW-003",
        "De tekst van het kwaliteitskader is gewijzigd.",
        "The framework text has been altered.",
    ),
    w(
        "FW-004",
        "De pilot liep in principe tot {datum}; een verlenging is niet vastgelegd.",
        "The pilot ran in principle until {date}; no extension is on record.",
    ),
    e(
        "ASM-001",
        "Kies de vorm van toetsing.",
        "Choose the type of assessment.",
    ),
    e(
        "PAR-001",
        "Kies de vorm van deelname.",
        "Choose the form of participation.",
    ),
    e(
        "QA-001",
        "Naam, link of beschrijving van de kwaliteitsborging ontbreekt.",
        "Name, link or description of the quality assurance is missing.",
    ),
    e(
        "LANG-001",
        "Onbekende taalcode \"{x}\".",
        "Unknown language code \"{x}\".",
    ),
    w(
        "PRG-001",
        "Een microcredential maakt nooit deel uit van een geaccrediteerde opleiding. De code wordt getoond als \
         \"ontleend aan\".",
        "A microcredential is never part of an accredited programme. The code is shown as \"derived from\".",
    ),
    e(
        "TYP-001",
        "Dit is geen microcredential maar een {soort} edubadge.",
        "This is not a microcredential but a {kind} edubadge.",
    ),
    e(
        "TYP-002",
        "Een microcredential is geen {papier}.",
        "A microcredential is not a {document}.",
    ),
    e(
        "SIZ-001",
        "De omvang moet tussen {min} en {max} EC liggen; opgegeven: {x} EC.",
        "The size must be between {min} and {max} ECTS; given: {x} ECTS.",
    ),
    e(
        "SIZ-002",
        "Gebruik stappen van een halve EC.",
        "Use steps of half an ECTS credit.",
    ),
    i(
        "SIZ-003",
        "Toegestaan binnen de experimenteerruimte (1 mei 2025 – 30 april 2027).",
        "Allowed within the experiment (1 May 2025 – 30 April 2027).",
    ),
    e(
        "SIZ-004",
        "{u} uur past niet bij {x} EC (1 EC = 28 uur; verwacht {28x}).",
        "{h} hours does not match {x} ECTS (1 ECTS = 28 hours; expected {28x}).",
    ),
    e(
        "SIZ-005",
        "Kies één eenheid voor de omvang.",
        "Choose one unit for the size.",
    ),
    w(
        "SIZ-006",
        "Niet ontleend aan een geaccrediteerde opleiding? Gebruik dan uren.",
        "Not derived from an accredited programme? Then use hours.",
    ),
    e(
        "SIZ-007",
        "De omvang moet tussen {min} en {max} uur liggen, in hele uren; opgegeven: {x} uur.",
        "The size must be between {min} and {max} hours, in whole hours; given: {x} hours.",
    ),
    w(
        "SIZ-010",
        "Kleiner dan 240 SBU. Geef een onderbouwing.",
        "Smaller than 240 SBU. Give a justification.",
    ),
    e(
        "SIZ-011",
        "Een mbo-microcredential is in principe minimaal 240 SBU.",
        "An mbo microcredential is in principle at least 240 SBU.",
    ),
    e(
        "SIZ-012",
        "Gebruik hele studiebelastingsuren (SBU).",
        "Use whole study load hours (SBU).",
    ),
    e(
        "EQF-001",
        "Niveau moet 1 t/m 8 zijn (of NLQF 4+).",
        "Level must be 1 to 8 (or NLQF 4+).",
    ),
    w(
        "EQF-002",
        "Onder niveau 5: examencommissies in het ho verlenen hierop in de regel geen vrijstelling.",
        "Below level 5: exam boards in higher education will normally not grant an exemption on this.",
    ),
    w(
        "EQF-003",
        "De pilot mbo richt zich op niveau 3 en 4.",
        "The mbo pilot aims at levels 3 and 4.",
    ),
    i(
        "EQF-004",
        "Niveau is een indicatie van de instelling.",
        "The level is an indication by the institution.",
    ),
    e(
        "EQF-005",
        "Zonder NLQF-inschalingsnummer mag dit niveau niet als ingeschaald worden getoond.",
        "Without an NLQF registration number this level may not be shown as registered.",
    ),
    e(
        "RES-002",
        "Voor dit resultaat is al een microcredential uitgegeven.",
        "A microcredential was already issued for this result.",
    ),
    w(
        "RES-004",
        "Bij het cijfer staat geen schaal. Zonder schaal laat de wallet het cijfer aan niemand zien. Vul de schaal in, zoals 1–10.",
        "The grade has no scale. Without one the wallet shows the grade to nobody. Enter the scale, such as 1–10.",
    ),
    e(
        "VAL-001",
        "De toekenningsdatum ligt in de toekomst of mist een tijdzone.",
        "The award date is in the future or has no time zone.",
    ),
    w(
        "VAL-010",
        "Een microcredential blijft een leven lang geldig. Weet je zeker dat je een einddatum wilt?",
        "A microcredential stays valid for life. Are you sure you want an end date?",
    ),
    e(
        "SRC-001",
        "Deze edubadge is ingetrokken: {reden}.",
        "This edubadge was revoked: {reason}.",
    ),
    e(
        "SRC-002",
        "De edubadge is niet openbaar of niet bereikbaar. Controleer de link, vraag de deelnemer om de badge openbaar te maken, of gebruik de bestanden.",
        "The edubadge is not public or cannot be reached. Check the link, ask the learner to make the badge public, or use the files.",
    ),
    e(
        "SRC-003",
        "De ontvanger in de edubadge kan niet worden gecontroleerd.",
        "The recipient in the edubadge cannot be checked.",
    ),
    w(
        "SRC-005",
        "De mbo-pilot geeft uit via edubadges; bron ontbreekt.",
        "The mbo pilot issues through edubadges; source missing.",
    ),
    e(
        "SRC-006",
        "Deze link of badge hoort niet bij onze instelling. Controleer de link. Een badge van een andere instelling kan alleen die instelling uitgeven.",
        "This link or badge does not belong to our institution. Check the link. Only the institution that made a badge can issue it.",
    ),
    e(
        "SRC-007",
        "De gegevens van de edubadge horen niet bij elkaar: {wat}.",
        "The details of the edubadge do not belong together: {what}.",
    ),
    e(
        "ISS-001",
        "{instelling} mag dit nu niet uitgeven: {reden}.",
        "{institution} may not issue this now: {reason}.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_code_is_there_once_and_in_both_languages() {
        let mut codes = HashSet::new();
        for message in MESSAGES {
            assert!(codes.insert(message.code), "{} is there twice", message.code);
            assert!(!message.nl.is_empty() && !message.en.is_empty());
        }
    }
}
