//! Register lists: none is believed without an anchor.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    assert!(trust::verify_list(text, &[], chrono::DateTime::UNIX_EPOCH).is_err());
});
