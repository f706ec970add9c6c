//! Resources that a credential names with a digest
//! ([VCDM 2.0 §5.3](https://www.w3.org/TR/vc-data-model-2.0/#integrity-of-related-resources)).
//!
//! Nothing is fetched. What this program has itself is compared: the contexts of the data model, by the digests under
//! which the W3C published them.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;

/// Digests in hexadecimal, with SHA-256, SHA-384 and SHA-512.
type Digests = [&'static str; 3];

const CONTEXT_V2: &str = "https://www.w3.org/ns/credentials/v2";
const CONTEXT_V1: &str = "https://www.w3.org/2018/credentials/v1";

/// What the W3C published at these addresses. Of the newer there are two editions, that of the Recommendation and that
/// of the second Candidate Recommendation; they differ in where the messages of a status may stand.
const PUBLISHED: [(&str, Digests); 3] = [
    (
        CONTEXT_V2,
        [
            "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
            "97f1eb8e5042356c805fdd61afa2c557663785e0794dcafa21e138fd38def18cb360133c221aa31d6896a6bf3e65b614",
            "5d55452bd2dcf8a29f5a290473eb242b1c5fb77d4e68f1a0aa87baa4dba2694852d65ec63d48ac04a99d956f9f7153b9406f84d2d04c74869b02c239a1d81305",
        ],
    ),
    (
        CONTEXT_V2,
        [
            "24a18c90e9856d526111f29376e302d970b2bd10182e33959995b0207d7043b9",
            "35239c36999d2155312091af194a1edb61634d6ad789a5e5b19f2aebdd762dd9d1dcaada40eda7ef921c6b8c0ae107a0",
            "cb1336dfa8670d80d03344b3b0cc25faf4d45201823c35f39bb1afe5a9f911f615ff4ec80ec5f2f89e33d14e96bec8be78e38df35b918c9cd5f3b3449bd6c88f",
        ],
    ),
    (
        CONTEXT_V1,
        [
            "ab4ddd9a531758807a79a5b450510d61ae8d147eab966cc9a200c07095b0cdcc",
            "82c3b3eab863754bbfd2b9f17d8d6db9f61169f301cbf0b05e1fc4beb5f5c51dd4d2e888c274f49c3fbb2408f61faed1",
            "536a40b390dda94a9e39196c00090f62668e8184fe3c8c02c4a22c85666e68bf6e85d3dc7f2dba85b2b62ef95d97de24132568d8504db43f2c9c82d2e88418d2",
        ],
    ),
];

/// What comparing a credential's related resources gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RelatedResources {
    /// JSON pointers to resources whose digest is another than the one given.
    pub changed: Vec<String>,
    /// JSON pointers to resources that this program does not have, so that nothing is known of them.
    pub unknown: Vec<String>,
}

/// Compares the digests of `relatedResource` with what this program has.
pub fn check(credential: &Value) -> RelatedResources {
    let (entries, is_list) = match credential.get("relatedResource") {
        None => return RelatedResources::default(),
        Some(Value::Array(entries)) => (entries.as_slice(), true),
        Some(single) => (std::slice::from_ref(single), false),
    };
    let mut found = RelatedResources::default();
    for (index, entry) in entries.iter().enumerate() {
        let pointer = if is_list {
            format!("/relatedResource/{index}")
        } else {
            "/relatedResource".to_owned()
        };
        match agrees(entry) {
            Some(true) => {}
            Some(false) => found.changed.push(pointer),
            None => found.unknown.push(pointer),
        }
    }
    found
}

/// Whether every digest of a resource is that of one published edition; `None` for a resource that is not known.
fn agrees(resource: &Value) -> Option<bool> {
    let id = resource.get("id")?.as_str()?;
    let mut editions = PUBLISHED
        .iter()
        .filter(|(url, _)| *url == id)
        .map(|(_, digests)| digests)
        .peekable();
    editions.peek()?;
    let text = |name: &str| resource.get(name).and_then(Value::as_str);
    let integrity = text("digestSRI");
    let multibase = text("digestMultibase");
    Some(editions.any(|edition| {
        integrity.is_none_or(|text| is_integrity_of(text, edition))
            && multibase.is_none_or(|text| is_multibase_of(text, edition))
    }))
}

/// Of several hashes the strongest counts (Subresource Integrity §3.3).
fn is_integrity_of(text: &str, [sha256, sha384, sha512]: &Digests) -> bool {
    let named = [("sha512-", sha512), ("sha384-", sha384), ("sha256-", sha256)];
    named
        .iter()
        .find_map(|(prefix, digest)| {
            let mut hashes = text
                .split_ascii_whitespace()
                .filter_map(|hash| hash.strip_prefix(prefix))
                .peekable();
            hashes.peek()?;
            Some(hashes.any(|hash| decode(hash).is_some_and(|bytes| hex(&bytes) == **digest)))
        })
        .unwrap_or(false)
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let unpadded = text.trim_end_matches('=');
    STANDARD
        .decode(text)
        .or_else(|_| URL_SAFE_NO_PAD.decode(unpadded))
        .ok()
}

/// The bytes of the digest, or a multihash of them.
fn is_multibase_of(text: &str, [sha256, sha384, sha512]: &Digests) -> bool {
    let bytes = match text.split_at_checked(1) {
        Some(("u", encoded)) => URL_SAFE_NO_PAD.decode(encoded).ok(),
        // Base58 takes quadratic time.
        Some(("z", encoded)) if encoded.len() <= 100 => bs58::decode(encoded).into_vec().ok(),
        _ => None,
    };
    let found = hex(&bytes.unwrap_or_default());
    [(sha256, "1220"), (sha384, "2030"), (sha512, "1340")]
        .iter()
        .any(|(digest, prefix)| found.strip_prefix(prefix).unwrap_or(&found) == **digest || found == **digest)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const REC_SHA384: &str = "sha384-l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU";

    fn with(resource: Value) -> Value {
        json!({ "relatedResource": resource })
    }

    #[test]
    fn digest_of_a_published_context_agrees_and_another_does_not() {
        for (name, digest) in [
            ("digestSRI", REC_SHA384),
            (
                "digestSRI",
                "sha384-NSOcNpmdIVUxIJGvGUoe22FjTWrXiaXlsZ8q6912LdnR3KraQO2n75Ica4wK4Qeg",
            ),
            ("digestSRI", "sha256-WZVc7WaX1h4D8rJVb+vlMIqxaEKEb1tYbX8fet7JJzQ="),
            ("digestMultibase", "uWZVc7WaX1h4D8rJVb-vlMIqxaEKEb1tYbX8fet7JJzQ"),
            (
                "digestMultibase",
                "uEiBZlVztZpfWHgPyslVv6-UwirFoQoRvW1htfx963sknNA",
            ),
        ] {
            let sound = with(json!([{"id": CONTEXT_V2, name: digest}]));
            assert_eq!(check(&sound), RelatedResources::default(), "{digest}");
            let other = with(json!([{"id": CONTEXT_V1, name: digest}]));
            assert_eq!(check(&other).changed, ["/relatedResource/0"], "{digest}");
        }
    }

    #[test]
    fn strongest_hash_decides_and_both_members_must_agree() {
        let weak_alone = format!(
            "sha256-WZVc7WaX1h4D8rJVb+vlMIqxaEKEb1tYbX8fet7JJzQ= {}",
            REC_SHA384.replace("l/H", "m/H")
        );
        let changed = with(json!({"id": CONTEXT_V2, "digestSRI": weak_alone}));
        assert_eq!(check(&changed).changed, ["/relatedResource"]);
        let contradicting = with(json!({
            "id": CONTEXT_V2, "digestSRI": REC_SHA384,
            "digestMultibase": "uJKGMkOmFbVJhEfKTduMC2XCyvRAYLjOVmZWwIH1wQ7k",
        }));
        assert_eq!(check(&contradicting).changed, ["/relatedResource"]);
    }

    #[test]
    fn what_is_not_here_is_unknown_and_not_sound() {
        let image = with(json!([{"id": "https://college.example/a.png", "digestSRI": REC_SHA384}]));
        let found = check(&image);
        assert_eq!((found.changed.len(), found.unknown.len()), (0, 1));
        assert_eq!(check(&json!({})), RelatedResources::default());
    }
}
