//! The preset dictionary: what presentations have in common.
//!
//! `data/dictionary-1.json` is a list of fragments; the dictionary is their UTF-8 bytes one after
//! another. It belongs to version 1 of the format and never changes; a better one is version 2.

use std::sync::LazyLock;

/// The dictionary of version 1.
pub(crate) fn dictionary() -> &'static [u8] {
    static BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| {
        // A test pins the digest, so a file that cannot be read is never released.
        let fragments: Vec<String> =
            serde_json::from_str(include_str!("../data/dictionary-1.json")).unwrap_or_default();
        fragments.concat().into_bytes()
    });
    &BYTES
}

/// Whether the dictionary has this text as a JSON string.
pub(crate) fn has_string(text: &str) -> bool {
    let quoted = format!("\"{text}\"");
    dictionary()
        .windows(quoted.len())
        .any(|window| window == quoted.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    /// A released dictionary never changes: codes made with it would no longer be read.
    #[test]
    fn dictionary_of_version_1_is_the_released_one() {
        let digest: String = Sha256::digest(dictionary())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(
            digest,
            "8884b870bd298c182f13128d0e6075f714d6c10128bf1a14e88c5dfc9ef73e9a"
        );
    }

    #[test]
    fn strings_are_found_whole() {
        assert!(has_string("MicroCredential"));
        assert!(!has_string("MicroCred"));
        assert!(!has_string("Waterland"), "the dictionary knows no institution");
    }
}
