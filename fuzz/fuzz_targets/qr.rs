//! QR presentations (WM1).
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let _ = qr_presentation::decode(text);
    let _ = qr_presentation::decode(&format!("WM1:{text}"));
});
