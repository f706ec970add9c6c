//! Takes a presentation apart into text that resembles the dictionary and bytes that do not.
//!
//! The text is `strings NUL lines`. The lines are the decoded JSON of disclosures, issuer header,
//! issuer payload and, with key binding, its header and payload. In them a control byte stands for
//! what is elsewhere: see [`mark`]. The pieces are the signatures, then the bytes the marks refer
//! to, in order. `specs/qr-presentation/` is the exact text.

use crate::{LONGEST_PRESENTATION, QrError, dictionary};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// What the control bytes in a line stand for.
mod mark {
    /// base64url of the next 32 bytes.
    pub(super) const BYTES_32: char = '\u{01}';
    /// base64url of the next 16 bytes.
    pub(super) const BYTES_16: char = '\u{02}';
    /// The UUID of the next 16 bytes, in lower case.
    pub(super) const UUID: char = '\u{03}';
    /// The multikey of the P-256 key in the next 33 bytes, compressed.
    pub(super) const KEY: char = '\u{04}';
    /// The same multikey as last time.
    pub(super) const SAME_KEY: char = '\u{05}';
    /// The digest of a disclosure, whose number (from `0`) is the next character.
    pub(super) const DIGEST: char = '\u{06}';
    /// The digest of the presentation up to its key binding.
    pub(super) const SD_HASH: char = '\u{07}';
    /// The UTC date and time of the Unix time in the next 4 bytes.
    pub(super) const MOMENT: char = '\u{08}';
    /// The decimal number in the next 4 bytes.
    pub(super) const NUMBER_32: char = '\u{0b}';
    /// The decimal number in the next 3 bytes.
    pub(super) const NUMBER_24: char = '\u{0c}';
    /// The next of the strings.
    pub(super) const STRING: char = '\u{0e}';
    /// base64 of the next 48 bytes.
    pub(super) const BYTES_48: char = '\u{0f}';
}

const SIGNATURE_LENGTH: usize = 64;
const END_OF_LINE: char = '\n';
const END_OF_STRINGS: char = '\0';
/// Multicodec `p256-pub`, as a varint.
const P256: [u8; 2] = [0x80, 0x24];
const FIRST_NUMBER: u32 = '0' as u32;
const MOST_DISCLOSURES: usize = 64;

/// Whether a text has the form of a compact SD-JWT: base64url, `.` and `~`, a JWS first.
pub(crate) fn is_presentation(text: &str) -> bool {
    let is_base64url = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let is_jws = |text: &str| {
        let mut segments = text.split('.');
        (0..3).all(|_| {
            segments
                .next()
                .is_some_and(|s| !s.is_empty() && s.chars().all(is_base64url))
        }) && segments.next().is_none()
    };
    let Some((issuer, rest)) = text.split_once('~') else {
        return false;
    };
    let (disclosures, key_binding) = match rest.rsplit_once('~') {
        Some((disclosures, key_binding)) => (Some(disclosures), key_binding),
        None => (None, rest),
    };
    is_jws(issuer)
        && (key_binding.is_empty() || is_jws(key_binding))
        && disclosures.is_none_or(|all| {
            all.split('~')
                .all(|d| !d.is_empty() && d.chars().all(is_base64url))
        })
}

/// A presentation taken apart.
pub(crate) struct Taken {
    pub(crate) text: String,
    pub(crate) pieces: Vec<u8>,
    pub(crate) key_binding: bool,
}

impl Taken {
    /// Takes a presentation apart, if it has the structure this is made for.
    pub(crate) fn apart(presentation: &str) -> Option<Self> {
        let (signed, key_binding) = presentation.rsplit_once('~')?;
        let (issuer, disclosures) = signed.split_once('~').unwrap_or((signed, ""));
        let disclosures: Vec<&str> = disclosures.split('~').filter(|d| !d.is_empty()).collect();
        if disclosures.len() > MOST_DISCLOSURES {
            return None;
        }
        let digests = disclosures.iter().map(|disclosure| digest(disclosure)).collect();
        let sd_hash = digest(&presentation[..signed.len() + 1]);

        let mut lines = Vec::new();
        for disclosure in &disclosures {
            lines.push(json_text(disclosure)?);
        }
        let mut pieces = Vec::new();
        for jws in [issuer, key_binding].into_iter().filter(|jws| !jws.is_empty()) {
            let mut segments = jws.split('.');
            lines.push(json_text(segments.next()?)?);
            lines.push(json_text(segments.next()?)?);
            let signature = bytes(&URL_SAFE_NO_PAD, segments.next()?, SIGNATURE_LENGTH)?;
            pieces.extend(signature);
        }
        let mut marker = Marker {
            digests,
            sd_hash,
            strings: String::new(),
            pieces,
            last_key: None,
        };
        let lines: Vec<String> = lines.iter().map(|line| marker.line(line)).collect();
        let mut text = marker.strings;
        text.push(END_OF_STRINGS);
        text.push_str(&lines.join("\n"));
        Some(Self {
            text,
            pieces: marker.pieces,
            key_binding: !key_binding.is_empty(),
        })
    }
}

/// Puts text and pieces together again.
pub(crate) fn together(text: &str, pieces: &[u8], key_binding: bool) -> Result<String, QrError> {
    let damaged = QrError::Damaged("its parts do not fit together");
    let (strings, lines) = text.split_once(END_OF_STRINGS).ok_or(damaged.clone())?;
    let lines: Vec<&str> = lines.split(END_OF_LINE).collect();
    let tokens = if key_binding { 2 } else { 1 };
    let disclosures = lines.len().checked_sub(2 * tokens).ok_or(damaged.clone())?;
    if disclosures > MOST_DISCLOSURES || pieces.len() < tokens * SIGNATURE_LENGTH {
        return Err(damaged);
    }
    let (signatures, pieces) = pieces.split_at(tokens * SIGNATURE_LENGTH);
    let mut signatures = signatures.chunks(SIGNATURE_LENGTH);
    let mut filler = Filler {
        digests: Vec::new(),
        sd_hash: None,
        strings: strings.split(END_OF_LINE),
        pieces,
        last_key: None,
        room: LONGEST_PRESENTATION,
    };
    let (disclosures, tokens) = lines.split_at(disclosures);
    let mut disclosed = String::new();
    for line in disclosures {
        let disclosure = URL_SAFE_NO_PAD.encode(filler.line(line)?);
        filler.digests.push(digest(&disclosure));
        disclosed.push_str(&disclosure);
        disclosed.push('~');
    }
    let mut presentation = String::new();
    for token in tokens.chunks(2) {
        for line in token {
            presentation.push_str(&URL_SAFE_NO_PAD.encode(filler.line(line)?));
            presentation.push('.');
        }
        presentation.push_str(&URL_SAFE_NO_PAD.encode(signatures.next().unwrap_or_default()));
        if filler.sd_hash.is_none() {
            presentation.push('~');
            presentation.push_str(&disclosed);
            filler.sd_hash = Some(digest(&presentation));
        }
    }
    // A terminator follows each string, so one empty string is left over.
    let all_used = filler.pieces.is_empty() && filler.strings.eq([""]);
    if !all_used {
        return Err(damaged);
    }
    if presentation.len() > LONGEST_PRESENTATION {
        return Err(QrError::TooLarge);
    }
    Ok(presentation)
}

/// Replaces what is not in the dictionary by marks.
struct Marker {
    digests: Vec<String>,
    sd_hash: String,
    strings: String,
    pieces: Vec<u8>,
    last_key: Option<String>,
}

impl Marker {
    fn line(&mut self, json: &str) -> String {
        let mut out = String::with_capacity(json.len());
        let mut rest = json;
        while let Some(c) = rest.chars().next() {
            let token = if c == '"' {
                string_token(rest)
            } else if c == '-' || c.is_ascii_digit() {
                rest.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c)))
                    .unwrap_or(rest.len())
            } else {
                c.len_utf8()
            };
            let (token, after) = rest.split_at(token);
            if token.len() > 1 && c == '"' {
                let is_name = after.starts_with(':');
                let content = token.get(1..token.len() - 1).unwrap_or_default();
                out.push('"');
                if is_name {
                    out.push_str(content);
                } else {
                    self.string(content, &mut out);
                }
                out.push('"');
            } else if c == '-' || c.is_ascii_digit() {
                self.number(token, &mut out);
            } else {
                out.push_str(token);
            }
            rest = after;
        }
        out
    }

    fn number(&mut self, token: &str, out: &mut String) {
        match token.parse::<u32>() {
            Ok(number) if token.len() == 10 && !token.starts_with('+') => {
                self.piece(mark::NUMBER_32, &number.to_be_bytes(), out);
            }
            _ => self.elsewhere(token, out),
        }
    }

    fn string(&mut self, content: &str, out: &mut String) {
        if let Some(number) = self.digests.iter().position(|digest| digest == content) {
            out.push(mark::DIGEST);
            out.extend(char::from_u32(FIRST_NUMBER + number as u32));
        } else if content == self.sd_hash {
            out.push(mark::SD_HASH);
        } else if dictionary::has_string(content) {
            out.push_str(content);
        } else if let Some(bytes) = bytes(&URL_SAFE_NO_PAD, content, 32) {
            self.piece(mark::BYTES_32, &bytes, out);
        } else if let Some(bytes) = bytes(&URL_SAFE_NO_PAD, content, 16) {
            self.piece(mark::BYTES_16, &bytes, out);
        } else if let Some(bytes) = content
            .strip_prefix("sha384-")
            .and_then(|d| bytes(&STANDARD_NO_PAD, d, 48))
        {
            out.push_str("sha384-");
            self.piece(mark::BYTES_48, &bytes, out);
        } else if let Some(moment) = unix_time(content) {
            self.piece(mark::MOMENT, &moment.to_be_bytes(), out);
        } else if let Some(number) = small_number(content) {
            self.piece(mark::NUMBER_24, &number, out);
        } else if let Some(uuid) = content.strip_prefix("urn:uuid:").and_then(uuid_bytes) {
            out.push_str("urn:uuid:");
            self.piece(mark::UUID, &uuid, out);
        } else if !self.keys(content, out) {
            self.elsewhere(content, out);
        }
    }

    /// A `did:key` of a P-256 key, by itself or as a verification method.
    fn keys(&mut self, content: &str, out: &mut String) -> bool {
        let Some(keys) = content.strip_prefix("did:key:") else {
            return false;
        };
        let known: Vec<Option<[u8; 33]>> = keys.split('#').map(p256_key).collect();
        if known.iter().any(Option::is_none) {
            return false;
        }
        out.push_str("did:key:");
        for (number, (text, key)) in keys.split('#').zip(known.into_iter().flatten()).enumerate() {
            if number > 0 {
                out.push('#');
            }
            if self.last_key.as_deref() == Some(text) {
                out.push(mark::SAME_KEY);
            } else {
                self.piece(mark::KEY, &key, out);
                self.last_key = Some(text.to_owned());
            }
        }
        true
    }

    fn piece(&mut self, mark: char, bytes: &[u8], out: &mut String) {
        out.push(mark);
        self.pieces.extend(bytes);
    }

    fn elsewhere(&mut self, text: &str, out: &mut String) {
        out.push(mark::STRING);
        self.strings.push_str(text);
        self.strings.push(END_OF_LINE);
    }
}

/// Replaces marks by what they stand for.
struct Filler<'a> {
    digests: Vec<String>,
    sd_hash: Option<String>,
    strings: std::str::Split<'a, char>,
    pieces: &'a [u8],
    last_key: Option<String>,
    /// Bytes of JSON that may still come out.
    room: usize,
}

impl Filler<'_> {
    fn line(&mut self, line: &str) -> Result<String, QrError> {
        let missing = QrError::Damaged("a part of it is missing");
        let mut out = String::new();
        let mut characters = line.chars();
        while let Some(c) = characters.next() {
            let before = out.len();
            match c {
                mark::BYTES_32 => out.push_str(&URL_SAFE_NO_PAD.encode(self.take::<32>()?)),
                mark::BYTES_16 => out.push_str(&URL_SAFE_NO_PAD.encode(self.take::<16>()?)),
                mark::BYTES_48 => out.push_str(&STANDARD_NO_PAD.encode(self.take::<48>()?)),
                mark::UUID => out.push_str(&uuid_text(self.take()?)),
                mark::KEY => {
                    let key = key_text(&self.take()?);
                    out.push_str(&key);
                    self.last_key = Some(key);
                }
                mark::SAME_KEY => out.push_str(self.last_key.as_ref().ok_or(missing.clone())?),
                mark::DIGEST => {
                    let number = characters
                        .next()
                        .and_then(|c| u32::from(c).checked_sub(FIRST_NUMBER));
                    let digest = number.and_then(|number| self.digests.get(number as usize));
                    out.push_str(digest.ok_or(missing.clone())?);
                }
                mark::SD_HASH => out.push_str(self.sd_hash.as_ref().ok_or(missing.clone())?),
                mark::MOMENT => out.push_str(&moment_text(u32::from_be_bytes(self.take()?))),
                mark::NUMBER_32 => out.push_str(&u32::from_be_bytes(self.take()?).to_string()),
                mark::NUMBER_24 => {
                    let [a, b, c] = self.take()?;
                    out.push_str(&u32::from_be_bytes([0, a, b, c]).to_string());
                }
                mark::STRING => out.push_str(self.strings.next().ok_or(missing.clone())?),
                c if c < ' ' => return Err(QrError::Damaged("it has a mark that is not known")),
                c => out.push(c),
            }
            self.room = self
                .room
                .checked_sub(out.len() - before)
                .ok_or(QrError::TooLarge)?;
        }
        Ok(out)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], QrError> {
        let (bytes, rest) = self
            .pieces
            .split_first_chunk()
            .ok_or(QrError::Damaged("a part of it is missing"))?;
        self.pieces = rest;
        Ok(*bytes)
    }
}

/// The base64url SHA-256 digest SD-JWT uses (RFC 9901 §4.2.3).
fn digest(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes()))
}

/// The length of the JSON string `rest` starts with, quotes included.
fn string_token(rest: &str) -> usize {
    let mut escaped = false;
    for (index, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return index + 1,
            _ => {}
        }
    }
    1
}

/// The text in a base64url segment, unless it has control characters of its own.
fn json_text(segment: &str) -> Option<String> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(segment).ok()?).ok()?;
    (!text.is_empty() && text.chars().all(|c| c >= ' ')).then_some(text)
}

fn bytes(alphabet: &impl Engine, text: &str, length: usize) -> Option<Vec<u8>> {
    if text.len() != (length * 4).div_ceil(3) {
        return None;
    }
    alphabet.decode(text).ok().filter(|bytes| bytes.len() == length)
}

fn small_number(text: &str) -> Option<[u8; 3]> {
    if !(4..=8).contains(&text.len()) || text.starts_with('0') || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match text.parse::<u32>().ok()?.to_be_bytes() {
        [0, a, b, c] => Some([a, b, c]),
        _ => None,
    }
}

fn uuid_bytes(text: &str) -> Option<[u8; 16]> {
    let hex: Vec<u8> = text.bytes().filter(|byte| *byte != b'-').collect();
    let mut bytes = [0; 16];
    if hex.len() != 32 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(hex.chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    (uuid_text(bytes) == text).then_some(bytes)
}

fn uuid_text(bytes: [u8; 16]) -> String {
    let mut text = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        if [4, 6, 8, 10].contains(&index) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

/// The compressed point in a P-256 multikey, such as `zDnae…`.
fn p256_key(text: &str) -> Option<[u8; 33]> {
    if text.len() > 60 {
        return None;
    }
    let bytes = bs58::decode(text.strip_prefix('z')?).into_vec().ok()?;
    bytes.strip_prefix(&P256)?.try_into().ok()
}

fn key_text(key: &[u8; 33]) -> String {
    let bytes: Vec<u8> = P256.iter().chain(key).copied().collect();
    format!("z{}", bs58::encode(bytes).into_string())
}

const SECONDS_A_DAY: u32 = 86_400;

/// Unix time of a text such as `2026-09-14T07:30:00Z`, from 1970 to 2106.
fn unix_time(text: &str) -> Option<u32> {
    if text.len() != 20 || !text.is_ascii() {
        return None;
    }
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<u32>().ok();
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let days = days_before(year, month)?.checked_add(day.checked_sub(1)?)?;
    let seconds = number(11..13)? * 3_600 + number(14..16)? * 60 + number(17..19)?;
    let time = days.checked_mul(SECONDS_A_DAY)?.checked_add(seconds)?;
    // Whatever is not a date in this very form does not come back the same.
    (moment_text(time) == text).then_some(time)
}

fn moment_text(time: u32) -> String {
    let (mut days, seconds) = (time / SECONDS_A_DAY, time % SECONDS_A_DAY);
    let mut year = 1970;
    while days >= days_in_year(year) {
        days -= days_in_year(year);
        year += 1;
    }
    let mut month = 1;
    while days >= days_in_month(year, month) {
        days -= days_in_month(year, month);
        month += 1;
    }
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!(
        "{year:04}-{month:02}-{:02}T{hours:02}:{minutes:02}:{seconds:02}Z",
        days + 1
    )
}

fn days_before(year: u32, month: u32) -> Option<u32> {
    if !(1970..=2106).contains(&year) || !(1..=12).contains(&month) {
        return None;
    }
    let years: u32 = (1970..year).map(days_in_year).sum();
    Some(years + (1..month).map(|month| days_in_month(year, month)).sum::<u32>())
}

fn days_in_year(year: u32) -> u32 {
    if is_leap(year) { 366 } else { 365 }
}

fn days_in_month(year: u32, month: u32) -> u32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn moments_come_back_the_same() {
        for (text, time) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T23:59:59Z", 951_868_799),
            ("2026-09-14T07:30:00Z", 1_789_371_000),
            ("2106-02-07T06:28:15Z", u32::MAX),
        ] {
            assert_eq!(unix_time(text), Some(time), "{text}");
            assert_eq!(moment_text(time), text);
        }
        for text in [
            "2026-02-29T00:00:00Z",
            "2026-09-14T24:00:00Z",
            "2026-09-14 07:30:00Z",
            "2106-02-07T06:28:16Z",
            "1969-12-31T23:59:59Z",
            "2026-09-14T07:30:00+",
            "+026-09-14T07:30:00Z",
            "2026-00-00T00:00:00Z",
        ] {
            assert_eq!(unix_time(text), None, "{text}");
        }
    }

    #[test]
    fn only_compact_sd_jwts_are_presentations() {
        for text in [
            "a.b.c~",
            "a.b.c~d~",
            "a.b.c~d~e.f.g",
            "a.b.c~e.f.g",
            "a-_.b.c~d~d~",
        ] {
            assert!(is_presentation(text), "{text}");
        }
        for text in [
            "",
            "~",
            "a.b.c",
            "a.b~",
            "a.b.c~~",
            "a.b.c~d",
            "a.b.c~d~e",
            "a.b.c~d~~",
            "a.b.c~d.e~",
            "a.b.é~",
            "a.b.c.d~",
            "a..c~",
        ] {
            assert!(!is_presentation(text), "{text}");
        }
    }

    #[test]
    fn only_values_in_the_form_they_come_back_in_become_pieces() {
        assert_eq!(small_number("94567"), Some([1, 0x71, 0x67]));
        for text in ["094567", "123", "16777216", "+9456", "9456x"] {
            assert_eq!(small_number(text), None, "{text}");
        }
        assert!(uuid_bytes("6f1a0c1e-2d5b-4c1f-9a55-3b7c2e9d8f10").is_some());
        for text in [
            "6F1A0C1E-2d5b-4c1f-9a55-3b7c2e9d8f10",
            "6f1a0c1e2d5b-4c1f-9a55-3b7c2e9d8f10-",
            "é",
        ] {
            assert_eq!(uuid_bytes(text), None, "{text}");
        }
        let key = "zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169";
        assert_eq!(p256_key(key).map(|bytes| key_text(&bytes)).as_deref(), Some(key));
        // An Ed25519 multikey has another length and prefix.
        assert_eq!(p256_key("z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"), None);
        assert!(bytes(&URL_SAFE_NO_PAD, &"A".repeat(43), 32).is_some());
        assert_eq!(
            bytes(&URL_SAFE_NO_PAD, &("A".repeat(42) + "B"), 32),
            None,
            "stray bits"
        );
    }

    #[test]
    fn parts_that_do_not_fit_together_are_refused() {
        let signature = [0; SIGNATURE_LENGTH];
        let whole = "name\n\0[\"\u{0e}\"]\n{}\n{}";
        assert!(together(whole, &signature, false).is_ok());
        for (text, why) in [
            ("[]\n{}\n{}", "no end of strings"),
            ("\0{}", "a line too few"),
            ("\0[\"\u{0e}\"]\n{}\n{}", "a string too few"),
            ("a\nb\n\0[\"\u{0e}\"]\n{}\n{}", "a string too many"),
            ("a\0[\"\u{0e}\"]\n{}\n{}", "a string without end"),
            ("\0[\"\u{01}\"]\n{}\n{}", "a piece too few"),
            ("\0[]\n{}\n{\"\u{06}1\"}", "a digest of no disclosure"),
            ("\0[\u{06}0]\n{}\n{}", "a disclosure's own digest"),
            ("\0[]\n{}\n{\u{06}", "a digest without number"),
            ("\0[]\n{}\n{\u{07}}", "the hash of itself"),
            ("\0[]\n{}\n{\u{05}}", "the same key as none"),
            ("\0[]\n{}\n{\u{1f}}", "an unknown mark"),
        ] {
            assert!(together(text, &signature, false).is_err(), "{why}");
        }
        assert!(together(whole, &signature[1..], false).is_err());
        assert!(
            together(whole, &[signature, signature].concat(), false).is_err(),
            "bytes left over"
        );
        assert!(together(whole, &signature, true).is_err());
    }

    #[test]
    fn repeated_marks_cannot_fill_the_memory() {
        let bomb = ["\0{}\n{\u{04}", &"\u{05}".repeat(15_000), "}"].concat();
        let pieces = [&[0; SIGNATURE_LENGTH][..], &[2; 33]].concat();
        assert_eq!(together(&bomb, &pieces, false), Err(QrError::TooLarge));
    }

    proptest! {
        #[test]
        fn no_parts_make_the_reader_panic(
            text in "[a\"\\x00-\\x10 0-9\n]{0,80}",
            pieces in prop::collection::vec(any::<u8>(), 0..300),
            key_binding: bool,
        ) {
            let _ = together(&text, &pieces, key_binding);
        }

        #[test]
        fn what_is_taken_apart_goes_together_again(
            lines in prop::collection::vec("[^\\x00-\\x1f]{1,80}", 4..8),
            signature in prop::collection::vec(any::<u8>(), SIGNATURE_LENGTH),
        ) {
            let encode = |line: &String| URL_SAFE_NO_PAD.encode(line);
            let jws = |a, b| format!("{}.{}.{}", encode(a), encode(b), URL_SAFE_NO_PAD.encode(&signature));
            let disclosures: String = lines[4..].iter().map(|line| encode(line) + "~").collect();
            for key_binding in [String::new(), jws(&lines[2], &lines[3])] {
                let presentation = format!("{}~{disclosures}{key_binding}", jws(&lines[0], &lines[1]));
                let taken = Taken::apart(&presentation).unwrap();
                prop_assert_eq!(together(&taken.text, &taken.pieces, taken.key_binding), Ok(presentation));
            }
        }
    }
}
