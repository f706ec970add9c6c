//! JSON Patch (RFC 6902) as far as the vectors use it: add, replace, remove.

use serde_json::Value;

pub(crate) fn patched(mut document: Value, changes: &Value) -> Value {
    for change in changes.as_array().into_iter().flatten() {
        let path = change["path"].as_str().unwrap();
        let (parent, name) = path.rsplit_once('/').unwrap();
        let parent = document
            .pointer_mut(parent)
            .unwrap_or_else(|| panic!("nothing at {parent}"));
        let value = || change["value"].clone();
        match (parent, change["op"].as_str().unwrap()) {
            (Value::Array(items), "add") if name == "-" => items.push(value()),
            (Value::Array(items), operation) => {
                let place: usize = name.parse().unwrap();
                match operation {
                    "add" => items.insert(place, value()),
                    "replace" => items[place] = value(),
                    _ => drop(items.remove(place)),
                }
            }
            (Value::Object(members), "remove") => drop(members.remove(name).unwrap()),
            (Value::Object(members), "replace") => drop(members.insert(name.to_owned(), value()).unwrap()),
            (Value::Object(members), _) => drop(members.insert(name.to_owned(), value())),
            _ => panic!("nothing to change at {path}"),
        }
    }
    document
}
