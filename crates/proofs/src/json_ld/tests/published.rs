//! The published test suites of the JSON-LD 1.1 API and of RDFC-1.0; see the crate `conformance`.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use conformance::{Outcome, Suite, excluded, failed, passed, same};
use serde_json::{Value, json};

use crate::json_ld::context::Context;
use crate::json_ld::statements::{Directions, Reading, Walk};
use crate::json_ld::*;

fn text(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn json_of(file: &Path) -> Value {
    serde_json::from_str(&text(file)).unwrap()
}

/// Every file of the suite at its published URL, where tests find contexts.
fn published(folder: &Path, base: &str) -> Contexts {
    let mut contexts = Contexts::none();
    let mut folders = vec![folder.join("toRdf")];
    while let Some(inner) = folders.pop() {
        for entry in fs::read_dir(inner).unwrap() {
            let file = entry.unwrap().path();
            if file.is_dir() {
                folders.push(file);
            } else if file.extension().is_some_and(|extension| extension == "jsonld") {
                let document = json_of(&file);
                let path = file.strip_prefix(folder).unwrap().to_str().unwrap();
                if document.get("@context").is_some() {
                    contexts = contexts.with(&format!("{base}{path}"), &document);
                }
            }
        }
    }
    contexts
}

struct Case<'a> {
    folder: &'a Path,
    base: &'a str,
    test: &'a Value,
    contexts: &'a Contexts,
}

impl Case<'_> {
    fn option(&self, name: &str) -> Option<&str> {
        self.test["option"][name].as_str()
    }

    fn canonical(&self, is_lenient: bool) -> Result<String, JsonLdError> {
        let input = self.test["input"].as_str().unwrap();
        let document = json_of(&self.folder.join(input));
        let base = match self.option("base") {
            Some(base) => base.to_owned(),
            None => format!("{}{input}", self.base),
        };
        let reading = Reading {
            directions: match self.option("rdfDirection") {
                None => Directions::Lost,
                Some("i18n-datatype") => Directions::I18nDatatype,
                Some(_) => Directions::CompoundLiteral,
            },
            base: Some(base.as_str().into()),
            is_lenient,
            ..Reading::safe(Form::Any)
        };
        let mut walk = Walk::new(self.contexts, reading, None);
        let mut context = Arc::new(Context::empty(Some(base.as_str().into())));
        if let Some(file) = self.option("expandContext") {
            let scoped = self.contexts.named(&format!("{}{file}", self.base))?;
            context = walk.compiler.apply(&context, scoped, true, false)?;
        }
        rdfc::canonical_n_quads(walk.document_in(&document, &context)?, Hash::Sha256)
    }

    fn expected(&self) -> String {
        let file = self.folder.join(self.test["expect"].as_str().unwrap());
        canonicalize_n_quads(&text(&file), Hash::Sha256).unwrap()
    }

    /// The reason why the test is not for this processor.
    fn is_for_others(&self) -> Option<&'static str> {
        if self.test["option"]["produceGeneralizedRdf"] == true {
            return Some("asks for generalized RDF, which no proof can be made over");
        }
        let is_for_1_0 = |option| self.option(option) == Some("json-ld-1.0");
        (is_for_1_0("specVersion") || is_for_1_0("processingMode"))
            .then_some("for processors of JSON-LD 1.0, which reads the same document in another way")
    }
}

#[test]
fn the_published_to_rdf_tests_give_their_statements() {
    let Some((mut suite, folder)) = Suite::open("JSON-LD 1.1 API, toRdf", "json-ld-api") else {
        return;
    };
    let manifest = json_of(&folder.join("toRdf-manifest.jsonld"));
    let base = manifest["baseIri"].as_str().unwrap();
    let contexts = published(&folder, base);
    let (mut safe, mut dropping) = (0, 0);
    for test in manifest["sequence"].as_array().unwrap() {
        let case = Case {
            folder: &folder,
            base,
            test,
            contexts: &contexts,
        };
        let is = |kind: &str| test["@type"].as_array().unwrap().contains(&json!(kind));
        suite.case(test["@id"].as_str().unwrap(), || {
            if let Some(reason) = case.is_for_others() {
                return excluded(reason);
            }
            if !folder.join(test["input"].as_str().unwrap()).exists() {
                return excluded("its document is not among those published with the suite");
            }
            if is("jld:NegativeEvaluationTest") {
                return match (case.canonical(false), case.canonical(true)) {
                    (Err(_), Err(_)) => passed(),
                    (found, lenient) => failed(format!("not refused: {found:?} {lenient:?}")),
                };
            }
            let check = |found: &String| match is("jld:PositiveEvaluationTest") {
                true => same(found, &case.expected()),
                false => passed(),
            };
            match case.canonical(false) {
                Ok(found) => {
                    safe += 1;
                    // What is not dropped makes no difference between the two ways of reading.
                    match case.canonical(true) {
                        Ok(lenient) if lenient == found => check(&found),
                        lenient => failed(format!("leniently {lenient:?}, safely {found}")),
                    }
                }
                Err(JsonLdError::InexactNumber(_)) => {
                    excluded("an integer that readers of IEEE 754 doubles would change")
                }
                Err(refused) => match case.canonical(true) {
                    Ok(found) => match check(&found) {
                        Outcome::Passed => {
                            dropping += 1;
                            passed()
                        }
                        other => other,
                    },
                    Err(error) => failed(format!("{error}; safely {refused}")),
                },
            }
        });
    }
    suite.note(format!(
        "Of the passed cases with a result, {safe} pass in safe mode, the only one proofs are made and checked in. \
         {dropping} ask for values to be dropped in silence: safe mode refuses each of them by name, and they pass in a \
         mode that only these tests have. Cases that ask for an error pass with any error."
    ));
    suite.close();
}

#[test]
fn the_published_rdfc_1_0_tests_give_their_canonical_forms_and_names() {
    let Some((mut suite, folder)) = Suite::open("RDFC-1.0", "rdf-canon") else {
        return;
    };
    let manifest = json_of(&folder.join("manifest.jsonld"));
    for test in manifest["entries"].as_array().unwrap() {
        suite.case(test["id"].as_str().unwrap(), || {
            let hash = match test["hashAlgorithm"].as_str() {
                Some("SHA384") => Hash::Sha384,
                _ => Hash::Sha256,
            };
            let quads = text(&folder.join(test["action"].as_str().unwrap()));
            let file = test["result"].as_str().map(|file| folder.join(file));
            match (test["type"].as_str().unwrap(), file) {
                ("rdfc:RDFC10EvalTest", Some(file)) => {
                    same(&canonicalize_n_quads(&quads, hash), &Ok(text(&file)))
                }
                ("rdfc:RDFC10MapTest", Some(file)) => {
                    let names = canonical_names(&quads, hash).map(|names| json!(names));
                    same(&names, &Ok(json_of(&file)))
                }
                ("rdfc:RDFC10NegativeEvalTest", None) => {
                    same(&canonicalize_n_quads(&quads, hash), &Err(JsonLdError::TooComplex))
                }
                other => failed(format!("an unknown kind of test: {other:?}")),
            }
        });
    }
    suite.close();
}
