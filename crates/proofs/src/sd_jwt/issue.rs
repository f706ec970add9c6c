//! Issuing: RFC 9901 §4.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand_core::CryptoRng;
use serde_json::{Map, Value, json};

use super::disclosure::Disclosure;
use super::{MOST_DISCLOSURES, Path};
use crate::crypto::sha256;
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
    /// Decoys where there is neither an object nor an array.
    #[error("decoys need an object or an array, and there is none at `{0}`")]
    DecoyPlace(Path),
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
    issue_with_decoys(payload, disclosable, &[], header, signer, rng)
}

/// Digests that hide nothing, among those of one object or array (RFC 9901 §4.2.7): then their number does not tell
/// how much can be hidden there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoys {
    /// The object or array in the payload; not one within a claim that can be hidden.
    pub place: Path,
    /// How many.
    pub count: usize,
}

/// As [`issue`], with decoys. In an array they stand at random places, since the order there is the elements'.
pub fn issue_with_decoys(
    payload: &Value,
    disclosable: &[Path],
    decoys: &[Decoys],
    header: &Value,
    signer: &dyn Signer,
    rng: &mut dyn CryptoRng,
) -> Result<String, IssueError> {
    if !payload.is_object() {
        return Err(IssueError::Payload);
    }
    let count = decoys
        .iter()
        .fold(disclosable.len(), |sum, decoys| sum.saturating_add(decoys.count));
    if count > MOST_DISCLOSURES {
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
    for decoys in decoys {
        hide_among(&mut payload, decoys, rng)?;
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

fn hide_among(payload: &mut Value, decoys: &Decoys, rng: &mut dyn CryptoRng) -> Result<(), IssueError> {
    let place = payload
        .pointer_mut(&decoys.place.to_string())
        .ok_or_else(|| IssueError::NoSuchClaim(decoys.place.clone()))?;
    for _ in 0..decoys.count {
        let mut random = [0u8; 32];
        rng.fill_bytes(&mut random);
        // A digest of what nobody knows, as that of a disclosure is to those who do not have it.
        let digest = Value::from(URL_SAFE_NO_PAD.encode(sha256(&random)));
        match place {
            Value::Object(members) => {
                if let Value::Array(digests) = members.entry("_sd").or_insert_with(|| json!([])) {
                    digests.push(digest);
                }
            }
            Value::Array(elements) => {
                rng.fill_bytes(&mut random);
                let [first, second, ..] = random;
                let number = usize::from(u16::from_be_bytes([first, second]));
                elements.insert(number % (elements.len() + 1), json!({"...": digest}));
            }
            _ => return Err(IssueError::DecoyPlace(decoys.place.clone())),
        }
    }
    Ok(())
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
