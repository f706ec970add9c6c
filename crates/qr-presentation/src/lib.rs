#![doc = include_str!("../README.md")]

mod challenge;
mod deflate;
mod dictionary;
mod drawing;
mod error;
mod template;

pub use challenge::{CHALLENGE_PREFIX, challenge_text, read_challenge};
pub use drawing::{Drawing, MOST_READABLE_VERSION, svg, svg_of_link};
pub use error::QrError;

/// What every QR text of this format starts with.
pub const PREFIX: &str = "WM1:";

/// The longest presentation that is packed or unpacked, in bytes.
pub const LONGEST_PRESENTATION: usize = 16 * 1024;

/// The longest QR text that is looked at; a code of the largest version holds 4,296 characters.
const LONGEST_TEXT: usize = 2 * 4_296;

/// The first byte: the format's version above, the form below.
const VERSION: u8 = 1;
const PLAIN: u8 = 0;
const WITH_KEY_BINDING: u8 = 1;
const WITHOUT_KEY_BINDING: u8 = 2;

/// Packs a compact SD-JWT presentation, with or without key binding, into the text of a QR code.
///
/// The text was unpacked again and found identical before it is returned.
pub fn encode(sd_jwt_kb: &str) -> Result<String, QrError> {
    Ok(format!("{PREFIX}{}", base45::encode(pack(sd_jwt_kb)?)))
}

/// Unpacks the text of a QR code to the very presentation it was made from.
///
/// What comes out has the form of a compact SD-JWT and is at most [`LONGEST_PRESENTATION`] long.
/// Nothing in it has been verified.
pub fn decode(qr_text: &str) -> Result<String, QrError> {
    unpack(&packed(qr_text)?)
}

/// How many bytes the packed form inside a QR text has.
pub fn packed_bytes(qr_text: &str) -> Result<usize, QrError> {
    packed(qr_text).map(|packed| packed.len())
}

fn packed(qr_text: &str) -> Result<Vec<u8>, QrError> {
    // Base45 never ends in a space: the last character of three stands for at most 32, of two for 5.
    let body = qr_text.trim().strip_prefix(PREFIX).ok_or(QrError::OtherText)?;
    if body.len() > LONGEST_TEXT {
        return Err(QrError::TooLarge);
    }
    base45::decode(body).map_err(|_| QrError::Damaged("it is not base45"))
}

/// The structured form, or the plain one where the structure is another than expected.
fn pack(presentation: &str) -> Result<Vec<u8>, QrError> {
    if presentation.len() > LONGEST_PRESENTATION {
        return Err(QrError::TooLarge);
    }
    if !template::is_presentation(presentation) {
        return Err(QrError::NotAPresentation);
    }
    let comes_back = |packed: &Vec<u8>| unpack(packed).as_deref() == Ok(presentation);
    structured(presentation)
        .filter(comes_back)
        .or_else(|| Some(packed_as(PLAIN, presentation, &[])).filter(comes_back))
        .ok_or(QrError::NotAPresentation)
}

fn structured(presentation: &str) -> Option<Vec<u8>> {
    let taken = template::Taken::apart(presentation)?;
    let form = if taken.key_binding {
        WITH_KEY_BINDING
    } else {
        WITHOUT_KEY_BINDING
    };
    Some(packed_as(form, &taken.text, &taken.pieces))
}

fn packed_as(form: u8, text: &str, pieces: &[u8]) -> Vec<u8> {
    let mut packed = vec![VERSION << 4 | form];
    packed.extend(deflate::compress(text.as_bytes()));
    packed.extend(pieces);
    packed
}

fn unpack(packed: &[u8]) -> Result<String, QrError> {
    let (&first, body) = packed.split_first().ok_or(QrError::Damaged("it is empty"))?;
    if first >> 4 != VERSION {
        return Err(QrError::UnknownVersion(first >> 4));
    }
    let (text, rest) = deflate::decompress(body, LONGEST_PRESENTATION)?;
    let text = String::from_utf8(text).map_err(|_| QrError::Damaged("it is not text"))?;
    let presentation = match first & 0xf {
        PLAIN if rest.is_empty() => text,
        PLAIN => return Err(QrError::Damaged("something follows it")),
        WITH_KEY_BINDING => template::together(&text, rest, true)?,
        WITHOUT_KEY_BINDING => template::together(&text, rest, false)?,
        _ => return Err(QrError::Damaged("its form is not known")),
    };
    if template::is_presentation(&presentation) {
        Ok(presentation)
    } else {
        Err(QrError::Damaged("what it holds is not a presentation"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn presentation_of_another_shape_takes_the_plain_form() {
        // The signature has no 64 bytes, and the payload is no text.
        let presentation = "eyJhbGciOiJFUzI1NiJ9._____w.c2hvcnQ~";
        let text = encode(presentation).unwrap();
        assert_eq!(packed(&text).unwrap()[0], VERSION << 4 | PLAIN);
        assert_eq!(decode(&text).unwrap(), presentation);
    }

    #[test]
    fn text_that_is_no_presentation_is_not_packed() {
        for text in ["", "hello", "a.b.c", "{\"type\":\"VerifiableCredential\"}"] {
            assert_eq!(encode(text), Err(QrError::NotAPresentation), "{text}");
        }
        let long = format!("a.b.c~{}~", "A".repeat(LONGEST_PRESENTATION));
        assert_eq!(encode(&long), Err(QrError::TooLarge));
    }

    #[test]
    fn texts_of_others_and_later_versions_are_told_apart() {
        assert_eq!(decode("https://example.org"), Err(QrError::OtherText));
        assert_eq!(decode("WM1:ü"), Err(QrError::Damaged("it is not base45")));
        assert_eq!(decode("WM1:"), Err(QrError::Damaged("it is empty")));
        let later = format!("WM1:{}", base45::encode([0x21, 1, 2, 3]));
        assert_eq!(decode(&later), Err(QrError::UnknownVersion(2)));
        let form = [&[0x1f][..], &deflate::compress(b"x")].concat();
        assert_eq!(
            decode(&format!("WM1:{}", base45::encode(form))),
            Err(QrError::Damaged("its form is not known"))
        );
        assert_eq!(
            decode(&format!("WM1:{}", "A".repeat(10_000))),
            Err(QrError::TooLarge)
        );
    }

    #[test]
    fn code_that_holds_something_else_inside_is_refused() {
        for text in ["hello", "a.b.c", "<script>"] {
            let packed = packed_as(PLAIN, text, &[]);
            assert_eq!(
                unpack(&packed),
                Err(QrError::Damaged("what it holds is not a presentation"))
            );
        }
        let followed = packed_as(PLAIN, "a.b.c~", b"x");
        assert_eq!(unpack(&followed), Err(QrError::Damaged("something follows it")));
    }

    #[test]
    fn every_error_has_its_code_and_words_in_both_languages() {
        let errors = [
            QrError::OtherText,
            QrError::Damaged(""),
            QrError::UnknownVersion(2),
            QrError::TooLarge,
            QrError::DoesNotFit(0),
            QrError::NotAPresentation,
        ];
        let codes: std::collections::BTreeSet<_> = errors.iter().map(QrError::code).collect();
        assert_eq!(codes.len(), errors.len());
        assert!(
            errors
                .iter()
                .all(|error| error.nl().ends_with('.') && error.en().ends_with('.'))
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "WM1:[0-9A-Z $%*+./:-]{0,400}", other: String) {
            let _ = (decode(&text), decode(&other), packed_bytes(&text));
        }

        #[test]
        fn no_bytes_make_the_reader_panic(first in 0x10u8..0x13, rest: Vec<u8>) {
            let packed = [&[first][..], &rest].concat();
            let _ = decode(&format!("{PREFIX}{}", base45::encode(packed)));
        }

        #[test]
        fn presentations_of_any_content_come_back_identical(
            segments in "[A-Za-z0-9_-]{1,60}\\.[A-Za-z0-9_-]{1,200}\\.[A-Za-z0-9_-]{1,90}",
            disclosures in "([A-Za-z0-9_-]{1,60}~){0,4}",
        ) {
            let presentation = format!("{segments}~{disclosures}");
            prop_assert_eq!(decode(&encode(&presentation).unwrap()), Ok(presentation));
        }
    }
}
