//! The platform keeps all learning outcomes in one text; here they become a list.

/// Splits a text into learning outcomes: by line, or by numbers within one line.
///
/// Where lines are numbered or have bullets, a line without continues the one before it. A first line
/// that ends in a colon introduces the list and is no outcome.
pub(super) fn split(text: &str) -> Vec<String> {
    let mut lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    if lines.len() > 1 && lines.first().is_some_and(|line| line.ends_with(':')) {
        lines.remove(0);
    }
    if let [line] = lines.as_slice() {
        return numbered_within(line);
    }
    let marked = lines.iter().any(|line| without_mark(line) != *line);
    let mut outcomes: Vec<String> = Vec::new();
    for line in lines {
        let bare = without_mark(line);
        match outcomes.last_mut() {
            Some(before) if marked && bare == line => {
                before.push(' ');
                before.push_str(line);
            }
            _ => outcomes.push(bare.to_owned()),
        }
    }
    outcomes.retain(|outcome| !outcome.is_empty());
    outcomes
}

/// Splits `1. … 2. … 3. …`, where the numbers count up from one.
fn numbered_within(line: &str) -> Vec<String> {
    let mut outcomes = Vec::new();
    let mut rest = line;
    if let Some(first) = after_number(rest, 1) {
        rest = first;
        for number in 2_u32.. {
            let next = rest
                .match_indices(' ')
                .find_map(|(at, _)| Some((at, after_number(rest.get(at + 1..)?, number)?)));
            let Some((at, after)) = next else { break };
            outcomes.push(rest.get(..at).unwrap_or_default().trim().to_owned());
            rest = after;
        }
    }
    outcomes.push(without_mark(rest).trim().to_owned());
    outcomes.retain(|outcome| !outcome.is_empty());
    outcomes
}

/// What follows `number.` or `number)` and a space.
fn after_number(text: &str, number: u32) -> Option<&str> {
    let rest = text.strip_prefix(&number.to_string())?;
    rest.strip_prefix(['.', ')'])?.strip_prefix(' ')
}

/// The line without its number or bullet.
fn without_mark(line: &str) -> &str {
    if let Some(rest) = line.strip_prefix(['-', '–', '•', '*', '·']) {
        return rest.trim_start();
    }
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    if (1..=2).contains(&digits)
        && let Some(rest) = line.get(digits..).and_then(|rest| rest.strip_prefix(['.', ')']))
        && rest.starts_with(char::is_whitespace)
    {
        return rest.trim_start();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_numbers_and_bullets_make_the_same_list() {
        for text in [
            "Je berekent.\nJe ontwerpt.\nJe toetst.",
            "1. Je berekent.\n2. Je ontwerpt.\r\n\r\n3. Je toetst.",
            "1) Je berekent.\n2) Je ontwerpt.\n3) Je toetst.",
            "- Je berekent.\n• Je ontwerpt.\n* Je toetst.",
            "Na afloop kun je het volgende:\n1. Je berekent.\n2. Je ontwerpt.\n3. Je toetst.",
            "1. Je berekent. 2. Je ontwerpt. 3. Je toetst.",
        ] {
            assert_eq!(
                split(text),
                ["Je berekent.", "Je ontwerpt.", "Je toetst."],
                "{text}"
            );
        }
    }

    #[test]
    fn line_without_a_mark_continues_the_one_before() {
        let outcomes = split("1. Je ontwerpt een systeem\nen onderbouwt het.\n2. Je toetst.");

        assert_eq!(
            outcomes,
            ["Je ontwerpt een systeem en onderbouwt het.", "Je toetst."]
        );
    }

    #[test]
    fn numbers_that_do_not_count_up_are_part_of_the_text() {
        assert_eq!(
            split("Je past NEN 1010 toe in 2. klasse ruimten."),
            ["Je past NEN 1010 toe in 2. klasse ruimten."]
        );
        assert_eq!(
            split("1. Je rekent met 3. en 4. orde modellen."),
            ["Je rekent met 3. en 4. orde modellen."]
        );
        assert_eq!(split("2026 was een goed jaar."), ["2026 was een goed jaar."]);
    }

    #[test]
    fn empty_text_holds_no_outcomes() {
        for text in ["", " \n\t\n", "-", "1. "] {
            assert!(split(text).is_empty() || split(text) == ["1."], "{text:?}");
        }
    }
}
