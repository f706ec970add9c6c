//! Texts of strangers, as they are shown to people.

/// Whether a letter is not seen, and may move the cursor, turn the direction of reading or hide what is there: the control
/// characters, and of the format characters (Unicode, general category Cf) those that a name can do without.
pub fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// At most `longest` characters of a text, without what [is hidden](is_hidden) and without white space around it; nothing
/// where nothing is left to see.
pub fn shown(text: &str, longest: usize) -> Option<String> {
    let text: String = text
        .chars()
        .filter(|letter| !is_hidden(*letter))
        .take(longest)
        .collect();
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_or_turns_a_text_is_left_out_of_it() {
        let hidden = "\u{1b}\u{ad}\u{61c}\u{180e}\u{200b}\u{200f}\u{2028}\u{202a}\u{202e}\u{2060}\u{2066}\u{2069}\u{feff}\u{fff9}\u{e0041}";
        assert_eq!(
            shown(&format!(" Col{hidden}lege "), 100).as_deref(),
            Some("College")
        );
        assert_eq!(shown(hidden, 100), None);
        assert_eq!(
            shown("Ünïversità di Łódź – 大学", 100).as_deref(),
            Some("Ünïversità di Łódź – 大学")
        );
        assert_eq!(shown("College", 3).as_deref(), Some("Col"));
    }
}
