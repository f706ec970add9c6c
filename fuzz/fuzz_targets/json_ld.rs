//! JSON-LD in both forms: what is read by terms says the same in the other form, and is canonical.
#![no_main]

use credentials::json;
use proofs::json_ld::{Contexts, Form, Hash, canonicalize_form, canonicalize_n_quads};
libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(document) = json::parse(data, &json::Limits::default()) else {
        return;
    };
    let by = |form| canonicalize_form(&document, Contexts::bundled(), form, Hash::Sha256);
    let (terms, any) = (by(Form::Terms), by(Form::Any));
    if let Ok(terms) = terms {
        assert_eq!(
            canonicalize_n_quads(&terms, Hash::Sha256).as_deref(),
            Ok(terms.as_str())
        );
        assert_eq!(any, Ok(terms));
    }
});
