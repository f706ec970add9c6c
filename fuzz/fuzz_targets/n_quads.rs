//! N-Quads and RDFC-1.0: a canonical form is its own canonical form, with either hash.
#![no_main]

use proofs::json_ld::{Hash, canonicalize_n_quads};
libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    for hash in [Hash::Sha256, Hash::Sha384] {
        if let Ok(canonical) = canonicalize_n_quads(text, hash) {
            assert_eq!(
                canonicalize_n_quads(&canonical, hash).as_deref(),
                Ok(canonical.as_str())
            );
        }
    }
});
