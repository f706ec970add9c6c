//! Published vectors of Token Status List; see the crate `conformance`.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests, which lints do not see as tests"
)]

use std::fs;
use std::path::Path;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::DateTime;
use conformance::{Suite, same};
use serde_json::Value;
use status_list::token::{Reference, Status, TokenStatusList, check};

/// The JSON in a published file, whose long texts are broken into lines.
fn json_of(file: &Path) -> Value {
    let text = fs::read_to_string(file).unwrap();
    let from = text.find('{').unwrap();
    let unbroken: String = text[from..].split('\n').map(str::trim).collect();
    serde_json::from_str(&unbroken).unwrap()
}

/// Every status in the list that is not 0.
fn set(list: &TokenStatusList) -> Vec<(u64, u8)> {
    (0..list.len() as u64)
        .map(|index| (index, u8::from(list.get(index).unwrap())))
        .filter(|(_, status)| *status != 0)
        .collect()
}

/// Decoded; and made anew from its statuses, encoded and decoded again, which must be the same.
fn decoded(claim: &Value) -> TokenStatusList {
    let list = TokenStatusList::decode(claim).unwrap();
    let mut made = TokenStatusList::new(list.bits(), list.len()).unwrap();
    for (index, status) in set(&list) {
        made.set(index, Status::from(status)).unwrap();
    }
    assert_eq!(TokenStatusList::decode(&made.encode()).unwrap(), list);
    list
}

/// Name, file, and the statuses that are not 0: positions and values as the draft's appendix lists them.
type Long = (&'static str, &'static str, &'static [(u64, u8)]);

#[rustfmt::skip]
const LONG: [Long; 3] = [
    ("one bit, a million statuses", "status_list_encoding1_long_json.md", &[
        (0, 1), (1_993, 1), (25_460, 1), (159_495, 1), (495_669, 1), (554_353, 1), (645_645, 1), (723_232, 1),
        (854_545, 1), (934_534, 1), (1_000_345, 1),
    ]),
    ("two bits, a million statuses", "status_list_encoding2_long_json.md", &[
        (0, 1), (1_993, 2), (25_460, 1), (159_495, 3), (495_669, 1), (554_353, 1), (645_645, 2), (723_232, 1),
        (854_545, 1), (934_534, 2), (1_000_345, 3),
    ]),
    ("four bits, a million statuses", "status_list_encoding4_json.md", &[
        (0, 1), (1_993, 2), (35_460, 3), (459_495, 4), (595_669, 5), (754_353, 6), (845_645, 7), (923_232, 8),
        (924_445, 9), (934_534, 10), (1_000_345, 12), (1_004_534, 11), (1_030_203, 13), (1_030_204, 14),
        (1_030_205, 15),
    ]),
];

#[test]
fn the_published_status_list_encodings_hold() {
    let Some((mut suite, folder)) = Suite::open("Token Status List", "status-list") else {
        return;
    };
    let file = |name: &str| json_of(&folder.join(name));
    for (name, source, bytes) in [
        (
            "one bit, two bytes",
            "status_list_encoding_json.md",
            &[0xb9, 0xa3][..],
        ),
        (
            "two bits, three bytes",
            "status_list_encoding2_json.md",
            &[0xc9, 0x44, 0xf9],
        ),
    ] {
        suite.case(name, || {
            same(
                &decoded(&json_after_bytes(&folder.join(source))).as_bytes(),
                &bytes,
            )
        });
    }
    for (name, source, expected) in LONG {
        suite.case(name, || same(&set(&decoded(&file(source))), &expected.to_vec()));
    }
    suite.case("eight bits, every value once", || {
        let set = set(&decoded(&file("status_list_encoding8_json.md")));
        let mut values: Vec<u8> = set.iter().map(|(_, status)| *status).collect();
        values.sort_unstable();
        assert!(set.contains(&(52_451, 1)));
        same(&values, &(1..=255).collect())
    });
    suite.case("a token's claims", || {
        let text = fs::read_to_string(folder.join("status_list_jwt.md")).unwrap();
        let (_, payload) = text.split_once("\n.\n").unwrap();
        same(
            &statuses_in(&serde_json::from_str(payload).unwrap()),
            &[1, 0, 0, 1, 1, 1, 0, 1],
        )
    });
    suite.case("a token", || {
        let text = fs::read_to_string(folder.join("status_list_jwt_raw.md")).unwrap();
        let token: String = text.split_whitespace().collect();
        let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
        same(
            &statuses_in(&serde_json::from_slice(&payload).unwrap()),
            &[1, 0, 0, 1, 1, 1, 0, 1],
        )
    });
    suite.close();
}

/// The claim below a line that tells the bytes.
fn json_after_bytes(file: &Path) -> Value {
    let text = fs::read_to_string(file).unwrap();
    let (_, claim) = text.split_once("encoded:").unwrap();
    serde_json::from_str(claim).unwrap()
}

/// The first eight statuses that the published token tells, while it is fresh.
fn statuses_in(token: &Value) -> [u8; 8] {
    let at = DateTime::from_timestamp(1_686_920_200, 0).unwrap();
    [0, 1, 2, 3, 4, 5, 6, 7].map(|index| {
        let reference = Reference {
            uri: token["sub"].as_str().unwrap().to_owned(),
            index,
        };
        u8::from(check(&reference, token, at).unwrap())
    })
}
