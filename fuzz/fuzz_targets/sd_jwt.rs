//! SD-JWT and SD-JWT VC.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let _ = proofs::sd_jwt::SdJwt::parse(text);
    let _ = proofs::sd_jwt_vc::read(text);
});
