//! The direction of the dependencies, as `docs/architecture.md` promises it.

#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Our crates from the bottom up: a crate may depend on those of a lower layer only.
const LAYERS: [&[&str]; 9] = [
    &["credentials"],
    &["proofs"],
    &[
        "trust",
        "status-list",
        "qr-presentation",
        "share-link",
        "openid4vc",
    ],
    &["verification"],
    &["wallet-core", "http-service"],
    &["database"],
    &["browser", "issuer-adapter", "register", "verifier", "wallet"],
    &["waarmerk"],
    &["conformance", "test-support", "xtask", "bindgen"],
];

/// Crates without input or output, clock or randomness of their own.
const PURE: [&str; 9] = [
    "credentials",
    "proofs",
    "trust",
    "status-list",
    "qr-presentation",
    "share-link",
    "openid4vc",
    "verification",
    "wallet-core",
];

/// What would let a pure crate read, write, wait or throw dice.
const IMPURE: [&str; 9] = [
    "axum",
    "getrandom",
    "getrandom04",
    "http-service",
    "rand",
    "reqwest",
    "sqlx",
    "tokio",
    "tower-http",
];

/// The signature libraries, which `proofs` alone may know.
const SIGNATURE_LIBRARIES: [&str; 5] = ["aws-lc-rs", "ed25519-dalek", "p256", "ring", "josekit"];

/// Who may know axum.
const SERVICES: [&str; 6] = [
    "http-service",
    "issuer-adapter",
    "register",
    "verifier",
    "wallet",
    "waarmerk",
];

#[test]
fn dependencies_point_one_way() {
    let layer: BTreeMap<&str, usize> = LAYERS
        .iter()
        .enumerate()
        .flat_map(|(rank, names)| names.iter().map(move |name| (*name, rank)))
        .collect();
    for (name, dependencies) in manifests() {
        let rank = *layer
            .get(name.as_str())
            .unwrap_or_else(|| panic!("{name} has no layer in this test"));
        for dependency in dependencies {
            if let Some(below) = layer.get(dependency.as_str()) {
                assert!(
                    *below < rank,
                    "{name} depends on {dependency}, which does not lie below it"
                );
            }
        }
    }
}

#[test]
fn pure_crates_do_no_input_or_output() {
    for (name, dependencies) in manifests() {
        if PURE.contains(&name.as_str()) {
            for dependency in dependencies {
                assert!(
                    !IMPURE.contains(&dependency.as_str()),
                    "{name} depends on {dependency}"
                );
            }
        }
    }
}

#[test]
fn pure_crates_neither_look_at_the_clock_nor_throw_dice() {
    let forbidden = [
        "Utc::now",
        "Local::now",
        "SystemTime::now",
        "Instant::now",
        "OsRng",
        "thread_rng",
        "std::fs",
        "std::net",
    ];
    for (folder, name) in folders() {
        if !PURE.contains(&name.as_str()) {
            continue;
        }
        for file in sources(&folder.join("src")) {
            if file.ends_with("tests.rs") || file.components().any(|part| part.as_os_str() == "tests") {
                continue;
            }
            let text = fs::read_to_string(&file).unwrap();
            // Tests may; they stand last in a file.
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for word in forbidden {
                assert!(!code.contains(word), "{} uses {word}", file.display());
            }
        }
    }
}

#[test]
fn only_proofs_knows_the_signature_libraries() {
    for (name, dependencies) in manifests() {
        for dependency in dependencies {
            assert!(
                name == "proofs" || !SIGNATURE_LIBRARIES.contains(&dependency.as_str()),
                "{name} depends on {dependency}: signatures belong to `proofs`"
            );
        }
    }
}

/// RSA is accepted where a standard asks for it (docs/decisions/0028), and nowhere by accident.
#[test]
fn only_badges_and_federations_are_read_with_rsa() {
    let readers = [
        "proofs/src/jws.rs",
        "proofs/src/vc_jose/credential.rs",
        "proofs/src/vc_jose/earlier.rs",
        "trust/src/federation/statement.rs",
    ];
    let found: Vec<PathBuf> = folders()
        .iter()
        .flat_map(|(folder, _)| sources(&folder.join("src")))
        .filter(|file| !file.components().any(|part| part.as_os_str() == "tests"))
        .filter(|file| {
            let text = fs::read_to_string(file).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            code.contains("parse_also_rsa(")
        })
        .collect();
    assert_eq!(found.len(), readers.len(), "{found:?}");
    for reader in readers {
        assert!(found.iter().any(|file| file.ends_with(reader)), "{reader}");
    }
}

#[test]
fn only_services_know_axum() {
    for (name, dependencies) in manifests() {
        assert!(
            SERVICES.contains(&name.as_str()) || !dependencies.iter().any(|dependency| dependency == "axum")
        );
    }
}

#[test]
fn the_guarded_client_is_the_only_way_out_and_the_bounded_server_the_only_way_in() {
    let ways = ["reqwest", "hyper", "hyper-util", "ureq", "isahc", "curl", "surf"];
    for (name, dependencies) in manifests() {
        for dependency in dependencies {
            assert!(
                name == "http-service" || !ways.contains(&dependency.as_str()),
                "{name} depends on {dependency}: what goes out or comes in goes through `http-service`"
            );
        }
    }
    // Inside it, one file makes requests and one takes them.
    let only = [
        ("reqwest::Client", "outbound.rs"),
        ("TcpStream::connect", "outbound.rs"),
        ("serve_connection", "serve.rs"),
        ("axum::serve", "serve.rs"),
    ];
    for (folder, name) in folders() {
        if name == "xtask" || name == "bindgen" {
            continue;
        }
        for file in sources(&folder.join("src")) {
            let is_test =
                file.ends_with("tests.rs") || file.components().any(|part| part.as_os_str() == "tests");
            let text = fs::read_to_string(&file).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for (word, place) in only {
                let is_there = file.ends_with(Path::new("http-service/src").join(place));
                assert!(
                    is_test || is_there || !code.contains(word),
                    "{} uses {word}",
                    file.display()
                );
            }
        }
    }
}

#[test]
fn every_crate_says_what_it_is_for() {
    for (folder, name) in folders() {
        if name == "xtask" || name == "bindgen" || name == "waarmerk" {
            continue;
        }
        assert!(folder.join("README.md").is_file(), "{name} has no README.md");
    }
}

/// Each crate of the workspace with what it depends on outside tests.
fn manifests() -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    for (folder, name) in folders() {
        let manifest = manifest(&folder);
        let mut dependencies: Vec<String> = keys(manifest.get("dependencies"));
        if let Some(targets) = manifest.get("target").and_then(toml::Value::as_table) {
            dependencies.extend(
                targets
                    .values()
                    .flat_map(|target| keys(target.get("dependencies"))),
            );
        }
        found.push((name, dependencies));
    }
    assert!(
        found.len() > 15,
        "the workspace has shrunk: {} crates",
        found.len()
    );
    found
}

fn keys(table: Option<&toml::Value>) -> Vec<String> {
    table
        .and_then(toml::Value::as_table)
        .map(|table| table.keys().cloned().collect())
        .unwrap_or_default()
}

fn folders() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.to_path_buf()];
    let members = manifest(root)["workspace"]["members"].as_array().unwrap().clone();
    for member in members {
        let member = member.as_str().unwrap();
        if let Some(parent) = member.strip_suffix("/*") {
            let entries = fs::read_dir(root.join(parent)).unwrap();
            folders.extend(
                entries
                    .map(|entry| entry.unwrap().path())
                    .filter(|path| path.join("Cargo.toml").is_file()),
            );
        } else {
            folders.push(root.join(member));
        }
    }
    folders
        .into_iter()
        .map(|folder| {
            let name = manifest(&folder)["package"]["name"].as_str().unwrap().to_owned();
            (folder, name)
        })
        .collect()
}

fn manifest(folder: &Path) -> toml::Value {
    let text = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    toml::Value::Table(text.parse().unwrap())
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
