//! The same statements as jsonld.js in its safe mode has, on samples and on random documents.
//!
//! jsonld.js runs in one process of Node.js (`tests/json-ld`), which gets all documents at once.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::*;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What jsonld.js makes of each document, and the seconds it took.
fn by_jsonld_js(documents: &[Value], contexts: &[(String, Value)]) -> (Vec<Value>, f64) {
    let mut node = Command::new("node")
        .arg(root().join("tests/json-ld/canonize.mjs"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Node.js is needed");
    let mut input = node.stdin.take().unwrap();
    let contexts: serde_json::Map<String, Value> = contexts.iter().cloned().collect();
    let mut lines = Value::Object(contexts).to_string() + "\n";
    for document in documents {
        lines += &(document.to_string() + "\n");
    }
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = node.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let mut made: Vec<Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let seconds = made.pop().unwrap()["seconds"].as_f64().unwrap();
    assert_eq!(made.len(), documents.len());
    (made, seconds)
}

fn bundled_by_url() -> Vec<(String, Value)> {
    bundled()
        .into_iter()
        .map(|(url, context)| (url.to_owned(), context))
        .collect()
}

fn same_as_jsonld_js(documents: &[Value], form: Form) {
    let (theirs, _) = by_jsonld_js(documents, &bundled_by_url());
    for (document, theirs) in documents.iter().zip(theirs) {
        let ours = canonicalize_form(document, Contexts::bundled(), form, Hash::Sha256);
        let ours = ours.unwrap_or_else(|error| panic!("{error}: {document:#}"));
        assert_eq!(theirs["statements"], ours, "{theirs:#} {document:#}");
    }
}

fn json_files(folder: &str) -> Vec<Value> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(root().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|file| file.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap())
        .collect()
}

/// Documents of each kind that is signed here.
fn samples() -> Vec<Value> {
    let of_1_1 = json!({
        "@context": ["https://www.w3.org/2018/credentials/v1", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json"],
        "id": "urn:uuid:1", "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": "did:web:college.example", "type": "Profile", "name": "Hogeschool"},
        "issuanceDate": "2026-01-01T00:00:00Z", "expirationDate": "2027-01-01T00:00:00Z",
        "name": "x", "evidence": [], "credentialSchema": null,
        "credentialSubject": {"type": "AchievementSubject", "achievement": {
            "id": "urn:uuid:2", "type": "Achievement", "name": "y", "criteria": {},
        }},
    });
    let keys = json!({
        "@context": ["https://w3id.org/security/multikey/v1"],
        "id": "did:web:college.example#key-1", "type": "Multikey", "controller": "did:web:college.example",
        "publicKeyMultibase": "z6Mk", "expires": "2027-01-01T00:00:00Z",
    });
    let did_document = json!({
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": "did:web:college.example", "alsoKnownAs": ["https://college.example/"],
        "verificationMethod": [{
            "id": "did:web:college.example#key-1", "type": "Multikey", "controller": "did:web:college.example",
            "publicKeyMultibase": "z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH",
        }],
        "authentication": ["did:web:college.example#key-1"], "assertionMethod": ["did:web:college.example#key-1"],
        "service": [{
            "id": "did:web:college.example#register", "type": "https://ns.example.org/register#Register", "serviceEndpoint": "https://college.example/",
        }],
    });
    let mut presented = credential();
    presented["proof"] = json!({
        "type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "created": "2026-09-14T08:00:00Z",
        "proofPurpose": "assertionMethod", "verificationMethod": "did:web:college.example#key-1", "proofValue": "z2Yw",
    });
    let presentation = json!({
        "@context": "https://www.w3.org/ns/credentials/v2", "type": "VerifiablePresentation",
        "verifiableCredential": [presented],
    });
    let mut directed = credential();
    directed["name"] = json!([
        {"@value": "شهادة", "@language": "ar-EG", "@direction": "rtl"}, {"@value": "x", "@direction": "ltr"},
    ]);
    let numbers = json!({
        "@context": "https://www.w3.org/ns/credentials/undefined-terms/v2",
        "n": [0, 1, -1, 1.5, 15.0, 1e20, 1e21, 1.5e-7, 1.7976931348623157e308, 0.1, 1125899906842624.5,
            9007199254740992_u64, 100, 1e2, 2.5, 0.30000000000000004, 123456789012345.67, 5.123456789012345],
    });
    let mut samples = vec![
        credential(),
        of_1_1,
        keys,
        did_document,
        presentation,
        directed,
        numbers,
    ];
    for folder in [
        "specs/credential-profile/examples",
        "specs/accreditation/examples",
    ] {
        samples.extend(
            json_files(folder)
                .into_iter()
                .filter(|document| document.get("@context").is_some())
                .map(|mut document| {
                    document.as_object_mut().unwrap().remove("proof");
                    document
                }),
        );
    }
    samples
}

#[test]
fn samples_have_the_statements_that_jsonld_js_gives_them() {
    let samples = samples();
    assert!(samples.len() >= 8);
    same_as_jsonld_js(&samples, Form::Terms);
}

/// Open Badges as others write them: with members the national platform leaves empty.
#[test]
fn published_samples_have_the_statements_that_jsonld_js_gives_them_or_are_refused_by_both() {
    let Some((mut suite, folder)) = conformance::Suite::open(
        "Open Badges 3.0 samples of the national platform, statements as jsonld.js",
        "edubadges/obv3",
    ) else {
        return;
    };
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let documents: Vec<Value> = files
        .iter()
        .map(|file| serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap())
        .collect();
    let mut contexts = bundled_by_url();
    // The file that is published at the national context's URL ends in the middle of a text; this gives the same
    // names a meaning.
    let national = json!({"@context": {"@vocab": "https://educredential.example/"}});
    let mut known = Contexts::bundled_copy();
    for document in &documents {
        for url in document["@context"].as_array().unwrap() {
            let url = url.as_str().unwrap_or_default();
            if !contexts.iter().any(|(named, _)| named == url) && url.contains("educredential") {
                contexts.push((url.to_owned(), national.clone()));
                known = known.with(url, &national);
            }
        }
    }
    let (theirs, _) = by_jsonld_js(&documents, &contexts);
    for ((file, document), theirs) in files.iter().zip(&documents).zip(theirs) {
        suite.case(&file.file_stem().unwrap().to_string_lossy(), || {
            let ours = canonicalize(document, &known);
            match (&ours, theirs["statements"].as_str()) {
                (Ok(ours), Some(theirs)) => conformance::same(&ours.as_str(), &theirs),
                (Err(error), None) => conformance::excluded(format!("refused by jsonld.js as well: {error}")),
                other => conformance::failed(format!("{other:?} {theirs}")),
            }
        });
    }
    suite.note(
        "The national context as published is not JSON; one that gives every name a meaning stands in for it."
    );
    suite.close();
}

/// What the members of each type hold: texts, numbers, booleans, IRIs, or objects of another type.
const MEMBERS: [(&str, &str, &str); 12] = [
    (
        "Profile",
        "name description phone",
        "url:# parentOrg:Profile address:Address otherIdentifier:IdentifierEntry",
    ),
    (
        "Address",
        "addressLocality streetAddress postalCode",
        "geo:GeoCoordinates",
    ),
    ("GeoCoordinates", "", "latitude:0 longitude:0"),
    ("IdentifierEntry", "identifier identifierType", ""),
    ("IdentityObject", "identityHash identityType salt", "hashed:?"),
    (
        "AchievementSubject",
        "activityEndDate licenseNumber role term",
        "creditsEarned:0 achievement:Achievement identifier:IdentityObject result:Result image:Image source:Profile",
    ),
    (
        "Achievement",
        "name description humanCode fieldOfStudy specialization tag version inLanguage",
        "creditsAvailable:0 criteria:Criteria alignment:Alignment resultDescription:ResultDescription creator:Profile \
         image:Image otherIdentifier:IdentifierEntry",
    ),
    ("Criteria", "narrative", ""),
    (
        "Alignment",
        "targetName targetDescription targetCode targetFramework targetType",
        "targetUrl:#",
    ),
    ("Image", "caption", ""),
    ("Result", "status value", "resultDescription:# achievedLevel:#"),
    (
        "ResultDescription",
        "name allowedValue requiredValue resultType valueMin valueMax",
        "requiredLevel:#",
    ),
];

fn text() -> BoxedStrategy<Value> {
    prop_oneof![
        4 => "[ -~]{0,12}".prop_map(Value::from),
        2 => any::<String>().prop_map(Value::from),
        1 => ("[ -~]{0,8}", "(nl|en-GB|fr-x-y|DE)").prop_map(|(text, tag)| json!({"@value": text, "@language": tag})),
        1 => "[ -~]{0,8}".prop_map(|text| json!({"@value": text, "@type": "https://types.example/T"})),
        1 => Just(json!({"@value": "نص", "@language": "ar", "@direction": "rtl"})),
    ]
    .boxed()
}

fn number() -> BoxedStrategy<Value> {
    // jsonld.js takes a number that ECMAScript writes with an exponent and without a point, such as 1e-7, for the
    // integer 0.
    let is_read_alike = |number: &f64| number.is_finite() && (*number == 0.0 || number.abs() >= 1e-6);
    prop_oneof![
        (-9_007_199_254_740_992_i64..=9_007_199_254_740_992).prop_map(Value::from),
        any::<f64>()
            .prop_filter("JSON has no others", is_read_alike)
            .prop_map(Value::from),
        (-1000_i32..1000).prop_map(|number| json!(f64::from(number) / 8.0)),
    ]
    .boxed()
}

fn iri() -> BoxedStrategy<Value> {
    prop_oneof!["urn:x:[a-z]{1,4}", "https://a.example/[a-z]{0,4}(#[a-z])?"]
        .prop_map(Value::from)
        .boxed()
}

/// One or several of them, or none.
fn some(value: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    prop_oneof![
        8 => value.clone(),
        3 => prop::collection::vec(value, 0..3).prop_map(Value::from),
        1 => Just(Value::Null),
    ]
    .boxed()
}

/// What is not in order, or written in another way.
fn mischief() -> BoxedStrategy<(String, Value)> {
    let names = [
        "undefined",
        "@id",
        "@type",
        "@index",
        "@list",
        "@set",
        "@value",
        "@language",
        "@graph",
        "@included",
        "@nest",
        "@reverse",
        "https://p.example/q",
        "id",
        "type",
        "name",
        "proof",
        "@context",
        "_:b",
        "schema:name",
    ];
    let value = prop_oneof![
        text(),
        number(),
        iri(),
        any::<bool>().prop_map(Value::from),
        Just(json!({}))
    ];
    (
        prop::sample::select(names.to_vec()).prop_map(str::to_owned),
        some(value.boxed()),
    )
        .boxed()
}

fn object(kind: &'static str, depth: usize) -> BoxedStrategy<Value> {
    let (_, texts, others) = MEMBERS.into_iter().find(|(name, ..)| *name == kind).unwrap();
    let mut members: Vec<BoxedStrategy<(String, Value)>> = Vec::new();
    let mut add = |name: &'static str, value| {
        let value: BoxedStrategy<Value> = some(value);
        members.push(value.prop_map(move |value| (name.to_owned(), value)).boxed());
    };
    texts.split_whitespace().for_each(|name| add(name, text()));
    for other in others.split_whitespace() {
        let (name, holds) = other.split_once(':').unwrap();
        match holds {
            "#" => add(name, iri()),
            "0" => add(name, number()),
            "?" => add(name, any::<bool>().prop_map(Value::from).boxed()),
            _ if depth == 0 => {}
            kind => add(name, object(kind, depth - 1)),
        }
    }
    members.push(Just(("type".to_owned(), json!([kind]))).boxed());
    let members = prop::collection::vec(proptest::strategy::Union::new(members), 1..5);
    let id = prop::option::weighted(0.4, iri());
    let mischief = prop::option::weighted(0.03, mischief());
    (members, id, mischief)
        .prop_map(move |(members, id, mischief)| {
            let mut object: serde_json::Map<String, Value> = members.into_iter().collect();
            object.insert("type".to_owned(), json!([kind]));
            object.extend(id.map(|id| ("id".to_owned(), id)));
            object.extend(mischief);
            Value::Object(object)
        })
        .boxed()
}

fn document() -> BoxedStrategy<Value> {
    let contexts = prop::sample::select(vec![
        json!([
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
        ]),
        json!([
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json"
        ]),
        json!([
            "https://www.w3.org/2018/credentials/v1",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json"
        ]),
        json!([
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
            "https://ns.example.org/microcredential/v1"
        ]),
    ]);
    (contexts, object("Profile", 2), object("AchievementSubject", 3), prop::option::weighted(0.05, mischief()))
        .prop_map(|(contexts, issuer, subject, mischief)| {
            let mut document = json!({
                "@context": contexts, "type": ["VerifiableCredential", "OpenBadgeCredential"], "issuer": issuer,
                "credentialSubject": subject, "name": "x",
            });
            document.as_object_mut().unwrap().extend(mischief);
            document
        })
        .boxed()
}

/// Whatever is accepted has the statements jsonld.js gives it, and what jsonld.js refuses is refused.
#[test]
fn random_documents_have_the_statements_that_jsonld_js_gives_them() {
    let mut runner = TestRunner::deterministic();
    let strategy = document();
    let documents: Vec<Value> = (0..500)
        .map(|_| strategy.new_tree(&mut runner).unwrap().current())
        .collect();
    let (theirs, _) = by_jsonld_js(&documents, &bundled_by_url());
    let (mut accepted, mut refused) = (0, 0);
    for (document, theirs) in documents.iter().zip(theirs) {
        let any = canonicalize_form(document, Contexts::bundled(), Form::Any, Hash::Sha256);
        match &any {
            Ok(any) => {
                accepted += 1;
                assert_eq!(theirs["statements"], *any, "{theirs:#} {document:#}");
            }
            Err(_) => refused += 1,
        }
        if let Ok(terms) = canonicalize(document, Contexts::bundled()) {
            assert_eq!(Ok(terms), any, "{document:#}");
        }
    }
    assert!(
        accepted > 200 && refused > 20,
        "{accepted} accepted, {refused} refused"
    );
}

/// Every value that is there is signed: another value, or another name for it, is another document.
#[test]
fn a_changed_value_or_member_of_a_random_document_changes_its_statements() {
    let mut runner = TestRunner::deterministic();
    let strategy = document();
    let mut changes = 0;
    for _ in 0..40 {
        let document = strategy.new_tree(&mut runner).unwrap().current();
        let Ok(before) = canonical(&document) else {
            continue;
        };
        let mut places = Vec::new();
        leaves(&document, String::new(), &mut places);
        for place in places {
            let mut changed = document.clone();
            let value = changed.pointer_mut(&place).unwrap();
            *value = match value.take() {
                Value::String(text) => json!(format!("{text}a")),
                Value::Number(number) => json!(number.as_f64().unwrap() / 2.0 + 1.0),
                Value::Bool(flag) => json!(!flag),
                other => other,
            };
            if changed == document {
                continue;
            }
            changes += 1;
            assert_ne!(canonical(&changed), Ok(before.clone()), "{place} of {document:#}");
        }
    }
    assert!(changes > 200, "{changes}");
}

/// The pointers of all texts, numbers and booleans outside contexts.
fn leaves(value: &Value, place: String, places: &mut Vec<String>) {
    match value {
        Value::Object(members) => members
            .iter()
            .filter(|(name, _)| *name != "@context")
            .for_each(|(name, value)| leaves(value, format!("{place}/{name}"), places)),
        Value::Array(elements) => elements
            .iter()
            .enumerate()
            .for_each(|(index, value)| leaves(value, format!("{place}/{index}"), places)),
        Value::Null => {}
        _ => places.push(place),
    }
}

/// `cargo test -p proofs --release -- --ignored --nocapture speed` prints how many times faster this is.
#[test]
#[ignore = "a measurement, not a test"]
fn speed_against_jsonld_js() {
    let documents = vec![credential(); 300];
    let (_, theirs) = by_jsonld_js(&documents, &bundled_by_url());
    let begun = Instant::now();
    for document in documents.iter().cycle().take(6_000) {
        canonical(document).unwrap();
    }
    let ours = begun.elapsed().as_secs_f64() / 6_000.0;
    let theirs = theirs / 300.0;
    println!(
        "{:.0} µs a document here, {:.0} µs in jsonld.js: {:.0} times",
        ours * 1e6,
        theirs * 1e6,
        theirs / ours
    );
}
