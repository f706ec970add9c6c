//! Logs of did:webvh.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let did = "did:webvh:QmaJp6pmb6RUk4oaDyWQcjeqYbvxsc3kvmHWPpz7B5JwDU:college.example".parse();
    if let Ok(did) = did {
        let _ = proofs::did::webvh::verify_log(&did, data, chrono::DateTime::UNIX_EPOCH);
    }
});
