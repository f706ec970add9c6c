//! The JSON Canonicalization Scheme ([RFC 8785](https://www.rfc-editor.org/rfc/rfc8785)): one text for one JSON
//! value, so that it can be hashed and signed.
//!
//! Two values that differ in nothing but the order of members and the spelling of numbers and texts have the same
//! text. Repeated members are gone once a [`Value`] exists: read signed texts with [`crate::json::parse`], which
//! refuses them.

use std::fmt::Write as _;

use serde_json::{Map, Number, Value};

/// Levels of arrays and objects beyond which a value is refused.
const DEEPEST: usize = 120;
/// Integers up to this are numbers of their own in every reader (RFC 7493 §2.2).
const MOST_EXACT: u64 = 1 << 53;

/// Why a value has no canonical text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JcsError {
    /// An integer that is not an IEEE 754 double: other readers would see another number (RFC 8785 §3.1).
    #[error("a number in the JSON has more digits than every reader keeps; write it as text")]
    InexactNumber,
    /// Arrays and objects are nested too deeply.
    #[error("the JSON is nested more than {DEEPEST} levels deep")]
    TooDeep,
}

/// The canonical text of a value, without white space or a line end.
pub fn canonicalize(value: &Value) -> Result<String, JcsError> {
    let mut text = String::new();
    write(value, &mut text, 0)?;
    Ok(text)
}

fn write(value: &Value, text: &mut String, depth: usize) -> Result<(), JcsError> {
    if depth > DEEPEST {
        return Err(JcsError::TooDeep);
    }
    match value {
        Value::Array(elements) => {
            text.push('[');
            for (index, element) in elements.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write(element, text, depth + 1)?;
            }
            text.push(']');
        }
        Value::Object(members) => write_object(members, text, depth)?,
        Value::Number(number) => text.push_str(&canonical_number(number)?),
        // serde_json escapes exactly what §3.2.2.2 asks for.
        Value::String(_) | Value::Bool(_) | Value::Null => {
            let _ = write!(text, "{value}");
        }
    }
    Ok(())
}

/// Members in the order of their names' UTF-16 code units (§3.2.3).
fn write_object(members: &Map<String, Value>, text: &mut String, depth: usize) -> Result<(), JcsError> {
    let mut members: Vec<(&String, &Value)> = members.iter().collect();
    members.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    text.push('{');
    for (index, (name, value)) in members.into_iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        write(&Value::String(name.clone()), text, depth)?;
        text.push(':');
        write(value, text, depth + 1)?;
    }
    text.push('}');
    Ok(())
}

fn canonical_number(number: &Number) -> Result<String, JcsError> {
    let integer = (number.as_i64().map(i64::unsigned_abs)).or_else(|| number.as_u64());
    match (integer, number.as_f64()) {
        (Some(magnitude), _) if magnitude <= MOST_EXACT => Ok(number.to_string()),
        (Some(magnitude), Some(float)) => {
            // A u64 above 2^53 is a double exactly if its lowest bits are zero.
            let spare = 11_u32.saturating_sub(magnitude.leading_zeros());
            if magnitude.trailing_zeros() >= spare {
                Ok(ecmascript(float))
            } else {
                Err(JcsError::InexactNumber)
            }
        }
        (None, Some(float)) => Ok(ecmascript(float)),
        (_, None) => Err(JcsError::InexactNumber),
    }
}

/// A finite number as ECMAScript writes it (§3.2.2.3). The standard library's shortest form will not do: of two
/// that are equally near, ECMAScript takes the even one.
fn ecmascript(float: f64) -> String {
    ryu_js::Buffer::new().format_finite(float).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn canonical(text: &str) -> Result<String, JcsError> {
        canonicalize(&serde_json::from_str(text).unwrap())
    }

    #[test]
    fn members_are_ordered_as_rfc_8785_says() {
        // §3.2.3
        let text = r#"{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh",
            "1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}"#;
        assert_eq!(
            canonical(text).unwrap(),
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\
             \"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\"}"
        );
    }

    #[test]
    fn the_example_of_rfc_8785_has_its_published_text() {
        // §3.2.2 to §3.2.4
        let text = r#"{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],
            "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}"#;
        assert_eq!(
            canonical(text).unwrap(),
            r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#
        );
    }

    #[test]
    fn numbers_are_written_as_rfc_8785_lists_them() {
        // Appendix B
        for (bits, expected) in [
            (0x0000_0000_0000_0000_u64, "0"),
            (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0xc340_0000_0000_0000, "-9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0x41b3_de43_5555_5554, "333333333.33333325"),
            (0x41b3_de43_5555_5555, "333333333.3333333"),
            (0x41b3_de43_5555_5556, "333333333.3333334"),
            (0x41b3_de43_5555_5557, "333333333.33333343"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
            (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
        ] {
            assert_eq!(
                canonicalize(&json!(f64::from_bits(bits))).unwrap(),
                expected,
                "{bits:x}"
            );
        }
    }

    #[test]
    fn one_number_has_one_text_however_it_was_written() {
        for text in ["15", "15.0", "1.5e1", "150e-1"] {
            assert_eq!(canonical(text).unwrap(), "15", "{text}");
        }
        assert_eq!(canonical("-0").unwrap(), "0");
        assert_eq!(canonical("9007199254740992").unwrap(), "9007199254740992");
        assert_eq!(canonical("18446744073709549568").unwrap(), "18446744073709550000");
    }

    #[test]
    fn integers_that_other_readers_round_are_refused() {
        for text in [
            "9007199254740993",
            "-9007199254740993",
            "18446744073709551615",
            "[{\"a\":36028797018963969}]",
        ] {
            assert_eq!(canonical(text), Err(JcsError::InexactNumber), "{text}");
        }
    }

    #[test]
    fn values_nested_too_deeply_are_refused() {
        let nested = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!([inner]));
        assert!(canonicalize(&nested(120)).is_ok());
        assert_eq!(canonicalize(&nested(121)), Err(JcsError::TooDeep));
    }
}
