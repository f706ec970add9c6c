//! Published tests of RDF Dataset Canonicalization; see the crate `conformance`.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests, which lints do not see as tests"
)]

use std::fs;
use std::path::Path;

use conformance::{Suite, excluded, failed, same};
use proofs::json_ld::Hash;
use serde_json::Value;

fn text(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn json_of(file: &Path) -> Value {
    serde_json::from_str(&text(file)).unwrap()
}

#[test]
fn the_published_rdfc_1_0_tests_give_their_canonical_forms() {
    let Some((mut suite, folder)) = Suite::open("RDFC-1.0", "rdf-canon") else {
        return;
    };
    let manifest = json_of(&folder.join("manifest.jsonld"));
    for test in manifest["entries"].as_array().unwrap() {
        let kind = test["type"].as_str().unwrap();
        suite.case(test["id"].as_str().unwrap(), || {
            if kind == "rdfc:RDFC10MapTest" {
                return excluded("maps of blank node names are not there yet");
            }
            let hash = if test["hashAlgorithm"] == "SHA384" {
                Hash::Sha384
            } else {
                Hash::Sha256
            };
            let quads = text(&folder.join(test["action"].as_str().unwrap()));
            let result = match proofs::json_ld::canonicalize_n_quads(&quads, hash) {
                Ok(result) => Some(result),
                Err(_) if kind == "rdfc:RDFC10NegativeEvalTest" => None,
                Err(error) => return failed(error),
            };
            same(
                &result,
                &test["result"].as_str().map(|file| text(&folder.join(file))),
            )
        });
    }
    suite.close();
}
