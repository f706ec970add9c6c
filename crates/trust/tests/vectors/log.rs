//! The tree of the log, and its proofs: `vectors/log.json`; what its entries make of a list: `vectors/replay.json`.

use serde_json::{Value, json};
use trust::log::{Entry, Hash, Replay, leaf_hash, root, verify_consistency, verify_inclusion};

use crate::{read, vectors};

fn leaf(entry: &Value) -> Hash {
    leaf_hash(credentials::jcs::canonicalize(entry).unwrap().as_bytes())
}

fn hash(given: &Value) -> Hash {
    serde_json::from_value(given.clone()).unwrap()
}

fn number(vector: &Value, name: &str) -> u64 {
    vector[name].as_u64().unwrap()
}

#[test]
fn roots_and_proofs_of_the_log_are_those_of_the_specification() {
    let file = read("vectors/log.json");
    let entries = file["entries"].as_array().unwrap();
    let leaves: Vec<_> = entries.iter().map(leaf).collect();
    for vector in vectors("log.json") {
        let path = vector["path"].as_array().into_iter().flatten();
        let path: Vec<_> = path.map(hash).collect();
        let told = |holds: bool| json!(if holds { "valid" } else { "invalid" });
        let found = match vector["proof"].as_str().unwrap() {
            "root" => json!(root(
                leaves.get(..vector["size"].as_u64().unwrap() as usize).unwrap()
            )),
            "inclusion" => told(verify_inclusion(
                leaves[number(&vector, "entry") as usize],
                number(&vector, "index"),
                number(&vector, "size"),
                &path,
                hash(&vector["root"]),
            )),
            _ => told(verify_consistency(
                number(&vector, "first"),
                hash(&vector["firstRoot"]),
                number(&vector, "second"),
                hash(&vector["secondRoot"]),
                &path,
            )),
        };
        assert_eq!(found, vector["expect"], "{}", vector["comment"]);
    }
}

#[test]
fn lists_say_what_the_entries_before_them_say_or_the_log_contradicts_itself() {
    for vector in vectors("replay.json") {
        let entries: Vec<Entry> = serde_json::from_value(vector["entries"].clone()).unwrap();
        let mut replay = Replay::default();
        let found = match entries.into_iter().try_for_each(|entry| replay.apply(entry)) {
            Ok(()) => "consistent",
            Err(_) => "inconsistent",
        };
        assert_eq!(found, vector["expect"], "{}", vector["comment"]);
    }
}
