//! The six-digit code of a verifier, as the text of a QR code.

/// What the text of a verifier's code starts with.
pub const CHALLENGE_PREFIX: &str = "WMC1:";

/// The text of the QR code that carries a challenge; `None` unless it has six digits.
pub fn challenge_text(digits: &str) -> Option<String> {
    is_challenge(digits).then(|| format!("{CHALLENGE_PREFIX}{digits}"))
}

/// The six digits that a QR text carries, when it is that of a verifier's code.
pub fn read_challenge(text: &str) -> Option<&str> {
    text.trim()
        .strip_prefix(CHALLENGE_PREFIX)
        .filter(|digits| is_challenge(digits))
}

fn is_challenge(digits: &str) -> bool {
    digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_come_back_and_nothing_else_does() {
        let text = challenge_text("042731").unwrap();
        assert_eq!(text, "WMC1:042731");
        assert_eq!(read_challenge(&format!(" {text}\n")), Some("042731"));
        for wrong in ["", "12345", "1234567", "12345a", "１２３４５６"] {
            assert_eq!(challenge_text(wrong), None, "{wrong}");
            assert_eq!(read_challenge(&format!("WMC1:{wrong}")), None, "{wrong}");
        }
        assert_eq!(read_challenge("WM1:042731"), None);
    }
}
