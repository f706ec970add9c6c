//! DIDs, DID URLs and the documents of local methods.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let _ = credentials::DidUrl::parse(text);
    if let Ok(did) = text.parse() {
        let _ = proofs::did::resolve_local(&did);
    }
});
