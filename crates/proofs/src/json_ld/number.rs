//! Numbers as JSON-LD and JCS write them.

use serde_json::Number;

/// Numbers from here on are not written as integers.
const LARGE: f64 = 1e21;

/// The lexical form of a JSON number and whether it is an integer
/// ([JSON-LD API §8.6](https://www.w3.org/TR/json-ld11-api/#data-round-tripping)).
pub(super) fn lexical(number: &Number) -> (String, bool) {
    if let Some(integer) = number.as_i64() {
        return (integer.to_string(), true);
    }
    if let Some(integer) = number.as_u64() {
        return (integer.to_string(), true);
    }
    let float = number.as_f64().unwrap_or_default();
    if float.fract() == 0.0 && float.abs() < LARGE {
        // 15.0 and 15 are one number.
        let text = format!("{float:.0}");
        return (if text == "-0" { "0".to_owned() } else { text }, true);
    }
    (canonical_double(float), false)
}

/// The canonical form of `xsd:double`, such as `1.55E1`.
pub(super) fn canonical_double(float: f64) -> String {
    let text = format!("{float:.15e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let mantissa = mantissa.trim_end_matches('0');
    let mantissa = if mantissa.ends_with('.') {
        format!("{mantissa}0")
    } else {
        mantissa.to_owned()
    };
    format!("{mantissa}E{exponent}")
}

/// A number as ECMAScript writes it (RFC 8785 §3.2.2.3).
pub(super) fn ecmascript(number: &Number) -> String {
    let float = match (number.as_i64(), number.as_f64()) {
        (Some(integer), _) if integer.unsigned_abs() <= 1 << 53 => return integer.to_string(),
        (_, Some(float)) => float,
        (_, None) => return "0".to_owned(),
    };
    if float == 0.0 {
        return "0".to_owned();
    }
    let text = format!("{float:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let (sign, mantissa) = mantissa
        .strip_prefix('-')
        .map_or(("", mantissa), |rest| ("-", rest));
    let digits: String = mantissa.chars().filter(|character| *character != '.').collect();
    let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    // The decimal point stands after this many digits.
    let point = exponent + 1;
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or_default());
    let split = |at: i32| digits.split_at(usize::try_from(at).unwrap_or_default());
    let body = if count <= point && point <= 21 {
        format!("{digits}{}", zeros(point - count))
    } else if 0 < point && point <= 21 {
        let (whole, fraction) = split(point);
        format!("{whole}.{fraction}")
    } else if -6 < point && point <= 0 {
        format!("0.{}{digits}", zeros(-point))
    } else {
        let exponent = if exponent < 0 {
            format!("-{}", -exponent)
        } else {
            format!("+{exponent}")
        };
        let (first, rest) = split(1);
        let dot = if rest.is_empty() { "" } else { "." };
        format!("{first}{dot}{rest}e{exponent}")
    };
    format!("{sign}{body}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn numbers_have_the_lexical_form_of_json_ld() {
        for (json, form, is_integer) in [
            ("5", "5", true),
            ("15.0", "15", true),
            ("-0.0", "0", true),
            ("-10.0", "-10", true),
            ("100.0", "100", true),
            ("1e20", "100000000000000000000", true),
            ("1e21", "1.0E21", false),
            ("15.5", "1.55E1", false),
            ("2.5", "2.5E0", false),
            ("0.001", "1.0E-3", false),
            ("-0.1", "-1.0E-1", false),
            ("5.123456789012345678", "5.123456789012345E0", false),
            ("18446744073709551615", "18446744073709551615", true),
        ] {
            assert_eq!(lexical(&number(json)), (form.to_owned(), is_integer), "{json}");
        }
    }

    #[test]
    fn numbers_are_written_as_ecmascript_does() {
        // RFC 8785, appendix B, and its neighbours.
        for (json, form) in [
            ("0", "0"),
            ("-0.0", "0"),
            ("5e-324", "5e-324"),
            ("1.7976931348623157e308", "1.7976931348623157e+308"),
            ("9007199254740992", "9007199254740992"),
            ("295147905179352830000", "295147905179352830000"),
            ("9.999999999999997e22", "9.999999999999997e+22"),
            ("1e23", "1e+23"),
            ("999999999999999700000", "999999999999999700000"),
            ("1e21", "1e+21"),
            ("333333333.3333333", "333333333.3333333"),
            ("-0.0000033333333333333333", "-0.0000033333333333333333"),
            ("0.000001", "0.000001"),
            ("1e-7", "1e-7"),
            ("4.50", "4.5"),
            ("2e-3", "0.002"),
            ("1E30", "1e+30"),
        ] {
            assert_eq!(ecmascript(&number(json)), form, "{json}");
        }
    }
}
