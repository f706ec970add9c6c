//! Compact JWS and JWE, and credentials and presentations secured with JOSE.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let _ = proofs::jws::parse(text, 64 * 1024);
    let _ = proofs::vc_jose::read(text);
    let _ = proofs::vc_jose::read_earlier(text);
    let _ = proofs::vc_jose::read_presentation(text);
    let _ = proofs::jwe::parse(text, 64 * 1024);
});
