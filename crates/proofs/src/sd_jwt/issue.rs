//! Issuing: RFC 9901 §4.

use rand_core::CryptoRng;
use serde_json::{Map, Value, json};

use super::disclosure::Disclosure;
use super::{MOST_DISCLOSURES, Path};
use crate::jws;
use crate::keys::{SignError, Signer};

/// Why a payload could not be issued.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IssueError {
    /// The payload is not an object.
    #[error("the payload must be a JSON object")]
    Payload,
    /// The payload uses `_sd`, `_sd_alg` or `...`, which are not names of claims.
    #[error("the payload uses a reserved name at `{0}`")]
    ReservedName(Path),
    /// A path that leads to nothing: the claim would have been issued without protection elsewhere.
    #[error("the payload has nothing at `{0}`")]
    NoSuchClaim(Path),
    /// The whole payload cannot be hidden.
    #[error("the payload itself cannot be disclosable")]
    Root,
    /// More disclosable claims than anybody needs.
    #[error("more than {MOST_DISCLOSURES} disclosable claims")]
    TooManyDisclosures,
    /// The key did not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// Signs a payload in which the claims at `disclosable` can be hidden.
///
/// Paths are JSON pointers into `payload`; array elements count. A path within another one makes
/// a disclosure inside a disclosure. Every path must lead somewhere. Salts are 16 bytes from `rng`;
/// digests and disclosures are sorted by digest, so their order tells nothing.
pub fn issue(
    payload: &Value,
    disclosable: &[Path],
    header: &Value,
    signer: &dyn Signer,
    rng: &mut dyn CryptoRng,
) -> Result<String, IssueError> {
    if !payload.is_object() {
        return Err(IssueError::Payload);
    }
    if disclosable.len() > MOST_DISCLOSURES {
        return Err(IssueError::TooManyDisclosures);
    }
    refuse_reserved_names(payload, &Path::root())?;
    let mut paths = disclosable.to_vec();
    for path in &paths {
        if path.tokens().is_empty() {
            return Err(IssueError::Root);
        }
        if path.value_in(payload).is_none() {
            return Err(IssueError::NoSuchClaim(path.clone()));
        }
    }
    // The innermost first: an outer disclosure holds the digests of inner ones.
    paths.sort_by(|a, b| b.tokens().len().cmp(&a.tokens().len()).then_with(|| a.cmp(b)));
    paths.dedup();

    let mut payload = payload.clone();
    let mut disclosures = Vec::with_capacity(paths.len());
    for path in &paths {
        let disclosure =
            conceal(&mut payload, path, rng).ok_or_else(|| IssueError::NoSuchClaim(path.clone()))?;
        disclosures.push((disclosure.digest(), disclosure));
    }
    sort_digests(&mut payload);
    if let Value::Object(members) = &mut payload {
        members.insert("_sd_alg".to_owned(), json!("sha-256"));
    }
    disclosures.sort_by(|(a, _), (b, _)| a.cmp(b));

    let mut token = jws::sign(header, payload.to_string().as_bytes(), signer)?;
    for (_, disclosure) in &disclosures {
        token.push('~');
        token.push_str(disclosure.as_str());
    }
    token.push('~');
    Ok(token)
}

fn refuse_reserved_names(value: &Value, path: &Path) -> Result<(), IssueError> {
    match value {
        Value::Object(members) => members.iter().try_for_each(|(name, value)| {
            let place = path.join(name);
            if ["_sd", "_sd_alg", "..."].contains(&name.as_str()) {
                return Err(IssueError::ReservedName(place));
            }
            refuse_reserved_names(value, &place)
        }),
        Value::Array(elements) => elements
            .iter()
            .enumerate()
            .try_for_each(|(number, value)| refuse_reserved_names(value, &path.join(number.to_string()))),
        _ => Ok(()),
    }
}

/// Takes the value at `path` out of the payload and leaves its digest.
fn conceal(payload: &mut Value, path: &Path, rng: &mut dyn CryptoRng) -> Option<Disclosure> {
    let (last, parent) = path.tokens().split_last()?;
    let mut place = payload;
    for token in parent {
        place = match place {
            Value::Object(members) => members.get_mut(token)?,
            Value::Array(elements) => elements.get_mut(token.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    let mut salt = [0u8; 16];
    rng.fill_bytes(&mut salt);
    match place {
        Value::Object(members) => {
            let value = members.remove(last)?;
            let disclosure = Disclosure::new(&salt, Some(last.clone()), value);
            if let Value::Array(digests) = members.entry("_sd").or_insert_with(|| json!([])) {
                digests.push(disclosure.digest().into());
            }
            Some(disclosure)
        }
        Value::Array(elements) => {
            let element = elements.get_mut(last.parse::<usize>().ok()?)?;
            let disclosure = Disclosure::new(&salt, None, element.take());
            let mut placeholder = Map::new();
            placeholder.insert("...".to_owned(), disclosure.digest().into());
            *element = Value::Object(placeholder);
            Some(disclosure)
        }
        _ => None,
    }
}

fn sort_digests(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::Array(digests) if name == "_sd" => {
                        digests.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
                    }
                    other => sort_digests(other),
                }
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(sort_digests),
        _ => {}
    }
}
