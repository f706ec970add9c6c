//! DID documents, for any subject.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(did) = "did:web:college.example".parse() {
        let _ = proofs::did::parse_document(&did, data);
    }
});
