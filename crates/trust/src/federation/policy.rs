//! Metadata policies: what superiors allow in the metadata of those below them (section 6.1).

use serde_json::{Map, Value};

/// In the order in which they are applied.
const OPERATORS: [&str; 7] = [
    "value",
    "add",
    "default",
    "one_of",
    "subset_of",
    "superset_of",
    "essential",
];

/// Why policies, or metadata under them, do not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Not of the form that section 6.1.2 describes.
    #[error("a metadata policy is malformed")]
    Malformed,
    /// `metadata_policy_crit` is malformed, or names an operator that is not known here.
    #[error("a metadata policy depends on an operator that is not known here")]
    UnknownCritical,
    /// An operator is set to what it cannot be.
    #[error("the policy for `{parameter}` sets `{operator}` to what it cannot be")]
    Value {
        /// Of which metadata parameter.
        parameter: String,
        /// Which operator.
        operator: &'static str,
    },
    /// Two operators contradict each other, or may not stand together.
    #[error("in the policy for `{parameter}`, `{first}` and `{second}` do not go together")]
    Combination {
        /// Of which metadata parameter.
        parameter: String,
        /// One operator.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
    /// Two superiors ask for what cannot both be.
    #[error("superiors contradict each other in `{operator}` for `{parameter}`")]
    Merge {
        /// Of which metadata parameter.
        parameter: String,
        /// Which operator.
        operator: &'static str,
    },
    /// The metadata is not what the policy asks for.
    #[error("the metadata has in `{parameter}` what `{operator}` does not allow")]
    NotAllowed {
        /// Which metadata parameter.
        parameter: String,
        /// Which operator.
        operator: &'static str,
    },
}

/// For one metadata parameter: values by operator.
type Operators = Map<String, Value>;

/// What all superiors together allow, by entity type and metadata parameter.
#[derive(Debug, Default)]
pub(super) struct Policy {
    types: Vec<(String, Vec<(String, Operators)>)>,
}

impl Policy {
    /// Merges the policies of a chain, from the trust anchor down (section 6.1.4.1). Each comes with its
    /// `metadata_policy_crit`.
    pub(super) fn resolve<'a>(
        policies: impl Iterator<Item = (Option<&'a Value>, Option<&'a Value>)>,
    ) -> Result<Self, PolicyError> {
        let mut merged = Self::default();
        for (policy, critical) in policies {
            // Whatever an operator beyond the standard says, it is not known here.
            if critical.is_some() {
                return Err(PolicyError::UnknownCritical);
            }
            for (kind, parameters) in members(policy)? {
                for (parameter, operators) in members(Some(parameters))? {
                    let operators = known(parameter, members(Some(operators))?)?;
                    check(parameter, &operators)?;
                    merged.take(kind, parameter, operators)?;
                }
            }
        }
        Ok(merged)
    }

    fn take(&mut self, kind: &str, parameter: &str, operators: Operators) -> Result<(), PolicyError> {
        let parameters = entry(&mut self.types, kind);
        let present = entry(parameters, parameter);
        for (operator, value) in operators {
            let merged = match present.get(&operator) {
                None => value,
                Some(before) => merge(parameter, &operator, before, &value)?,
            };
            present.insert(operator, merged);
        }
        check(parameter, present)
    }

    /// Applies the policies to metadata (section 6.1.4.2).
    pub(super) fn apply(&self, metadata: &mut Map<String, Value>) -> Result<(), PolicyError> {
        for (kind, parameters) in &self.types {
            let Some(Value::Object(members)) = metadata.get_mut(kind) else {
                continue;
            };
            for (parameter, operators) in parameters {
                let before = members.remove(parameter);
                if let Some(after) = apply(parameter, operators, before)? {
                    members.insert(parameter.clone(), after);
                }
            }
        }
        Ok(())
    }
}

fn entry<'a, T: Default>(all: &'a mut Vec<(String, T)>, name: &str) -> &'a mut T {
    let place = match all.iter().position(|(known, _)| known == name) {
        Some(place) => place,
        None => {
            all.push((name.to_owned(), T::default()));
            all.len() - 1
        }
    };
    &mut all[place].1
}

fn members(value: Option<&Value>) -> Result<impl Iterator<Item = (&String, &Value)>, PolicyError> {
    let object = match value {
        None => None,
        Some(Value::Object(object)) => Some(object),
        Some(_) => return Err(PolicyError::Malformed),
    };
    Ok(object.into_iter().flatten())
}

/// The standard operators, each with a value it can have. Others are passed over, as section 6.1.3.2 asks.
fn known<'a>(
    parameter: &str,
    operators: impl Iterator<Item = (&'a String, &'a Value)>,
) -> Result<Operators, PolicyError> {
    let mut found = Operators::new();
    for (name, value) in operators {
        let Some(operator) = OPERATORS.into_iter().find(|operator| operator == name) else {
            continue;
        };
        let value = listed(parameter, value.clone());
        let is_sound = match operator {
            "value" => true,
            "default" => !value.is_null(),
            "essential" => value.is_boolean(),
            _ => value.is_array(),
        };
        if !is_sound {
            return Err(PolicyError::Value {
                parameter: parameter.to_owned(),
                operator,
            });
        }
        found.insert(name.clone(), value);
    }
    Ok(found)
}

/// Scopes are written in one text and treated as a list (section 6.1.3.1.8).
fn listed(parameter: &str, value: Value) -> Value {
    match value {
        Value::String(text) if parameter == "scope" => text.split_whitespace().map(Value::from).collect(),
        other => other,
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn within(small: &Value, large: &Value) -> bool {
    small.is_array() && list(small).iter().all(|one| list(large).contains(one))
}

/// Which operators may stand together (section 6.1.3.1).
fn check(parameter: &str, operators: &Operators) -> Result<(), PolicyError> {
    let get = |name: &str| operators.get(name);
    let refuse = |first, second| {
        Err(PolicyError::Combination {
            parameter: parameter.to_owned(),
            first,
            second,
        })
    };
    if let Some(value) = get("value") {
        let essential = get("essential").and_then(Value::as_bool) == Some(true);
        for (other, clashes) in [
            ("add", get("add").is_some_and(|add| !within(add, value))),
            ("default", get("default").is_some() && value.is_null()),
            (
                "one_of",
                get("one_of").is_some_and(|set| !list(set).contains(value)),
            ),
            (
                "subset_of",
                get("subset_of").is_some_and(|set| !within(value, set)),
            ),
            (
                "superset_of",
                get("superset_of").is_some_and(|set| !within(set, value)),
            ),
            ("essential", essential && value.is_null()),
        ] {
            if clashes {
                return refuse("value", other);
            }
        }
    }
    if let (Some(add), Some(set)) = (get("add"), get("subset_of"))
        && !within(add, set)
    {
        return refuse("add", "subset_of");
    }
    if let (Some(large), Some(small)) = (get("subset_of"), get("superset_of"))
        && !within(small, large)
    {
        return refuse("subset_of", "superset_of");
    }
    for other in ["add", "subset_of", "superset_of"] {
        if get("one_of").is_some() && get(other).is_some() {
            return refuse("one_of", other);
        }
    }
    Ok(())
}

/// What two superiors ask for together.
fn merge(parameter: &str, operator: &str, before: &Value, next: &Value) -> Result<Value, PolicyError> {
    let operator = OPERATORS
        .into_iter()
        .find(|known| *known == operator)
        .ok_or(PolicyError::Malformed)?;
    let both = || {
        list(before)
            .iter()
            .filter(|one| list(next).contains(one))
            .cloned()
    };
    let either = || {
        let new = list(next).iter().filter(|one| !list(before).contains(one));
        list(before).iter().chain(new).cloned()
    };
    let merged = match operator {
        "add" | "superset_of" => Some(either().collect()),
        "subset_of" => Some(both().collect()),
        "one_of" => Some(both().collect::<Value>()).filter(|both| !list(both).is_empty()),
        "essential" => Some((before == &Value::Bool(true) || next == &Value::Bool(true)).into()),
        _ => (before == next).then(|| next.clone()),
    };
    merged.ok_or_else(|| PolicyError::Merge {
        parameter: parameter.to_owned(),
        operator,
    })
}

fn apply(
    parameter: &str,
    operators: &Operators,
    before: Option<Value>,
) -> Result<Option<Value>, PolicyError> {
    let refuse = |operator| PolicyError::NotAllowed {
        parameter: parameter.to_owned(),
        operator,
    };
    let is_text = before.as_ref().is_none_or(Value::is_string);
    let mut current = before.map(|value| listed(parameter, value));
    for operator in OPERATORS {
        let Some(asked) = operators.get(operator) else {
            continue;
        };
        current = match (operator, current) {
            ("value", _) => Some(asked.clone()).filter(|value| !value.is_null()),
            ("add", None) | ("default", None) => Some(asked.clone()),
            ("add", Some(Value::Array(mut values))) => {
                for value in list(asked) {
                    if !values.contains(value) {
                        values.push(value.clone());
                    }
                }
                Some(Value::Array(values))
            }
            ("one_of", Some(value)) if list(asked).contains(&value) => Some(value),
            ("subset_of", Some(Value::Array(values))) => Some(
                values
                    .into_iter()
                    .filter(|value| list(asked).contains(value))
                    .collect(),
            ),
            ("superset_of", Some(value)) if value.is_array() && within(asked, &value) => Some(value),
            ("essential", None) if asked == &Value::Bool(true) => return Err(refuse(operator)),
            ("default" | "essential", current) => current,
            (_, None) => None,
            _ => return Err(refuse(operator)),
        };
    }
    Ok(match current {
        Some(Value::Array(values)) if parameter == "scope" && is_text => {
            let words: Vec<_> = values.iter().filter_map(Value::as_str).collect();
            Some(words.join(" ").into())
        }
        other => other,
    })
}

#[cfg(test)]
mod tests;
