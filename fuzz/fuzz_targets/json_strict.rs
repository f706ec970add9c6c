//! JSON as received: whatever is read is the same when written and read again.
#![no_main]

use credentials::json;
libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(value) = json::parse(data, &json::Limits::default()) else {
        return;
    };
    let again = json::parse(value.to_string().as_bytes(), &json::Limits::default());
    assert_eq!(again.ok(), Some(value));
});
