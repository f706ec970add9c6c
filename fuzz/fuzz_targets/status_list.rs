//! Bitstring and Token status lists.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let _ = status_list::StatusList::decode(text);
    let _ = status_list::StatusList::decode(&format!("u{text}"));
    let claim = |bits: u8| serde_json::json!({"bits": bits, "lst": text});
    for bits in [1, 2, 4, 8] {
        let _ = status_list::token::TokenStatusList::decode(&claim(bits));
    }
});
