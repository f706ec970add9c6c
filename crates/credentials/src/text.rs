//! Text in the two languages of the product.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// A language a page or a text is in. As text: the BCP 47 tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Dutch.
    Nl,
    /// English.
    En,
}

impl Language {
    /// The BCP 47 tag, `nl` or `en`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Nl => "nl",
            Self::En => "en",
        }
    }

    /// A day written out: `3 maart 2026`, `3 March 2026`.
    pub fn date(self, date: NaiveDate) -> String {
        const NL: &str =
            "januari februari maart april mei juni juli augustus september oktober november december";
        const EN: &str =
            "January February March April May June July August September October November December";
        let names = match self {
            Self::Nl => NL,
            Self::En => EN,
        };
        let month = names.split(' ').nth(date.month0() as usize).unwrap_or_default();
        format!("{} {month} {}", date.day(), date.year())
    }
}

/// The same text in Dutch and English; either may be missing.
///
/// As JSON it is a JSON-LD language map: `{"nl": "…", "en": "…"}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Text {
    /// The Dutch text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nl: Option<String>,
    /// The English text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

impl Text {
    /// Text in both languages.
    pub fn new(nl: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            nl: Some(nl.into()),
            en: Some(en.into()),
        }
    }

    /// Text known in Dutch alone.
    pub fn dutch(nl: impl Into<String>) -> Self {
        Self {
            nl: Some(nl.into()),
            en: None,
        }
    }

    /// Text known in English alone.
    pub fn english(en: impl Into<String>) -> Self {
        Self {
            nl: None,
            en: Some(en.into()),
        }
    }

    /// Text in one language, which must be told.
    pub fn only(language: Language, text: impl Into<String>) -> Self {
        match language {
            Language::Nl => Self::dutch(text),
            Language::En => Self::english(text),
        }
    }

    /// The texts as one, in each language those that have it, with a word between: `niveau en omvang`.
    pub fn joined(texts: &[Self], nl: &str, en: &str) -> Self {
        let join = |of: fn(&Self) -> Option<&String>, between: &str| {
            let words: Vec<&str> = texts.iter().filter_map(of).map(String::as_str).collect();
            (!words.is_empty()).then(|| words.join(between))
        };
        Self {
            nl: join(|text| text.nl.as_ref(), nl),
            en: join(|text| text.en.as_ref(), en),
        }
    }

    /// The text in `language`, or else in the other language, with the language it is in.
    pub fn in_language(&self, language: Language) -> Option<(Language, &str)> {
        let nl = self.get(Language::Nl).map(|text| (Language::Nl, text));
        let en = self.get(Language::En).map(|text| (Language::En, text));
        match language {
            Language::Nl => nl.or(en),
            Language::En => en.or(nl),
        }
    }

    /// The text in exactly this language, unless it is missing or blank.
    pub fn get(&self, language: Language) -> Option<&str> {
        let text = match language {
            Language::Nl => &self.nl,
            Language::En => &self.en,
        };
        text.as_deref().filter(|text| !text.trim().is_empty())
    }

    /// Whether there is no text in either language.
    pub fn is_empty(&self) -> bool {
        self.in_language(Language::Nl).is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_language_falls_back_to_the_other_and_says_so() {
        let text = Text::dutch("Warmtepompen");
        assert_eq!(
            text.in_language(Language::En),
            Some((Language::Nl, "Warmtepompen"))
        );
        assert_eq!(text.get(Language::En), None);
    }

    #[test]
    fn blank_text_counts_as_missing() {
        assert!(Text::new(" ", "").is_empty());
        assert!(!Text::english("Heat").is_empty());
    }
}
