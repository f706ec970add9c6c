//! The files of `specs/credential-profile/`.

#![allow(dead_code, reason = "not every test uses all of it")]

use credentials::award::Award;
use serde_json::Value;
use std::path::PathBuf;

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../specs/credential-profile")
        .join(name)
}

/// A file, strictly read.
pub(crate) fn read(name: &str) -> Value {
    let text = std::fs::read(path(name)).unwrap();
    credentials::json::parse(&text, &credentials::json::Limits::default()).unwrap()
}

/// The record the examples are made of.
pub(crate) fn an_award() -> Award {
    serde_json::from_value(read("examples/award.json")).unwrap()
}

/// Holds a file against what is made now, or writes it anew where that is asked for.
pub(crate) fn is_current(name: &str, made: &Value) {
    if std::env::var_os("UPDATE_EXAMPLES").is_some() {
        std::fs::write(path(name), format!("{made:#}\n")).unwrap();
    }
    assert_eq!(
        &read(name),
        made,
        "{name}; run again with UPDATE_EXAMPLES=1 if the change is meant"
    );
}
