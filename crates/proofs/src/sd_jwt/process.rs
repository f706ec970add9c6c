//! Puts disclosures in their places: RFC 9901 §7.1, steps 2 to 5.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::disclosure::Disclosure;
use super::{Path, SdJwtError};

/// Values deeper than this, counted through disclosures, are refused.
const DEEPEST: usize = 64;

/// A payload with its disclosures in place.
#[derive(Clone)]
pub struct Processed {
    payload: Value,
    disclosed: Vec<Path>,
    hidden: Vec<Path>,
}

impl Processed {
    /// The claims, with no trace of digests.
    pub fn payload(&self) -> &Value {
        &self.payload
    }

    /// The claims alone.
    pub fn into_payload(self) -> Value {
        self.payload
    }

    /// The place of each disclosure, in the order in which the token has them.
    pub fn disclosed(&self) -> &[Path] {
        &self.disclosed
    }

    /// For each digest without a disclosure, the object or array it stands in. What it hides, and
    /// whether it hides anything, cannot be known.
    pub fn hidden_in(&self) -> &[Path] {
        &self.hidden
    }
}

/// Claims stay out of the log.
impl std::fmt::Debug for Processed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "Processed({} disclosed, {} hidden)",
            self.disclosed.len(),
            self.hidden.len()
        )
    }
}

pub(super) fn process(payload: &Value, disclosures: &[Disclosure]) -> Result<Processed, SdJwtError> {
    let Value::Object(members) = payload else {
        return Err(SdJwtError::Payload(None));
    };
    let mut bare = members.clone();
    bare.remove("_sd_alg");
    match members.get("_sd_alg") {
        None => {}
        Some(Value::String(name)) if name == "sha-256" => {}
        Some(_) => return Err(SdJwtError::DigestAlgorithm),
    }
    let mut by_digest = HashMap::with_capacity(disclosures.len());
    for (number, disclosure) in disclosures.iter().enumerate() {
        if by_digest.insert(disclosure.digest(), number).is_some() {
            return Err(SdJwtError::RepeatedDisclosure(number));
        }
    }
    let mut walk = Walk {
        disclosures,
        by_digest,
        places: vec![None; disclosures.len()],
        seen: HashSet::new(),
        hidden: Vec::new(),
    };
    // At the top it is the issuer's word on digests; anywhere else nobody may use it.
    let claims = walk.object(&bare, &Path::root())?;
    let disclosed = walk
        .places
        .into_iter()
        .enumerate()
        .map(|(number, place)| place.ok_or(SdJwtError::UnreferencedDisclosure(number)))
        .collect::<Result<_, _>>()?;
    Ok(Processed {
        payload: Value::Object(claims),
        disclosed,
        hidden: walk.hidden,
    })
}

struct Walk<'a> {
    disclosures: &'a [Disclosure],
    by_digest: HashMap<String, usize>,
    places: Vec<Option<Path>>,
    seen: HashSet<String>,
    hidden: Vec<Path>,
}

impl<'a> Walk<'a> {
    fn value(&mut self, value: &'a Value, path: &Path) -> Result<Value, SdJwtError> {
        if path.tokens().len() > DEEPEST {
            return Err(SdJwtError::TooDeep);
        }
        match value {
            Value::Object(members) => self.object(members, path).map(Value::Object),
            Value::Array(elements) => self.array(elements, path).map(Value::Array),
            other => Ok(other.clone()),
        }
    }

    fn object(
        &mut self,
        members: &'a Map<String, Value>,
        path: &Path,
    ) -> Result<Map<String, Value>, SdJwtError> {
        if members.contains_key("...") || members.contains_key("_sd_alg") {
            return Err(SdJwtError::Digests(path.clone()));
        }
        let mut claims = Map::new();
        for (name, value) in members.iter().filter(|(name, _)| *name != "_sd") {
            claims.insert(name.clone(), self.value(value, &path.join(name))?);
        }
        let digests = match members.get("_sd") {
            None => return Ok(claims),
            Some(Value::Array(digests)) => digests,
            Some(_) => return Err(SdJwtError::Digests(path.clone())),
        };
        for digest in digests {
            let Some((number, disclosure)) = self.look_up(digest, path)? else {
                continue;
            };
            let name = disclosure.name.as_ref().ok_or(SdJwtError::WrongKind(number))?;
            if ["_sd", "...", "_sd_alg"].contains(&name.as_str()) {
                return Err(SdJwtError::ReservedName(number));
            }
            if claims.contains_key(name) {
                return Err(SdJwtError::ClaimCollision(number));
            }
            let place = path.join(name);
            let value = self.value(&disclosure.value, &place)?;
            self.note(number, place);
            claims.insert(name.clone(), value);
        }
        Ok(claims)
    }

    fn array(&mut self, elements: &'a [Value], path: &Path) -> Result<Vec<Value>, SdJwtError> {
        let mut kept = Vec::with_capacity(elements.len());
        for element in elements {
            let place = path.join(kept.len().to_string());
            let Some(digest) = element.get("...") else {
                kept.push(self.value(element, &place)?);
                continue;
            };
            if element.as_object().is_none_or(|members| members.len() != 1) {
                return Err(SdJwtError::Digests(place));
            }
            let Some((number, disclosure)) = self.look_up(digest, path)? else {
                continue;
            };
            if disclosure.name.is_some() {
                return Err(SdJwtError::WrongKind(number));
            }
            let value = self.value(&disclosure.value, &place)?;
            self.note(number, place);
            kept.push(value);
        }
        Ok(kept)
    }

    fn look_up(
        &mut self,
        digest: &'a Value,
        path: &Path,
    ) -> Result<Option<(usize, &'a Disclosure)>, SdJwtError> {
        let digest = digest.as_str().ok_or_else(|| SdJwtError::Digests(path.clone()))?;
        if !self.seen.insert(digest.to_owned()) {
            return Err(SdJwtError::RepeatedDigest);
        }
        let disclosures = self.disclosures;
        let found = self
            .by_digest
            .get(digest)
            .and_then(|&number| disclosures.get(number).map(|disclosure| (number, disclosure)));
        if found.is_none() {
            self.hidden.push(path.clone());
        }
        Ok(found)
    }

    fn note(&mut self, number: usize, place: Path) {
        if let Some(entry) = self.places.get_mut(number) {
            *entry = Some(place);
        }
    }
}
