//! Numbers as JSON-LD writes them.

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

/// The canonical form of `xsd:double`, such as `1.55E1`: sixteen digits, of two that are equally near the larger.
pub(super) fn canonical_double(float: f64) -> String {
    let mut text = format!("{float:.15e}");
    // A double that lies between two has a seventeenth digit 5 and no more.
    let exact = format!("{float:.40e}");
    if exact
        .find('e')
        .and_then(|end| exact.get(..end))
        .map(|mantissa| mantissa.trim_end_matches('0'))
        .is_some_and(|mantissa| mantissa.trim_start_matches('-').len() == 18 && mantissa.ends_with('5'))
    {
        let up = float.abs().next_up() * float.signum();
        text = format!("{up:.15e}");
    }
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let mantissa = mantissa.trim_end_matches('0');
    let mantissa = if mantissa.ends_with('.') {
        format!("{mantissa}0")
    } else {
        mantissa.to_owned()
    };
    format!("{mantissa}E{exponent}")
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
            ("1e-7", "1.0E-7", false),
            ("1125899906842624.5", "1.125899906842625E15", false),
            ("-1125899906842624.5", "-1.125899906842625E15", false),
            ("1125899906842625.5", "1.125899906842626E15", false),
            ("-0.1", "-1.0E-1", false),
            ("5.123456789012345678", "5.123456789012345E0", false),
            ("18446744073709551615", "18446744073709551615", true),
        ] {
            assert_eq!(lexical(&number(json)), (form.to_owned(), is_integer), "{json}");
        }
    }
}
