//! Making the copies of an award.

use super::metadata::Configuration;
use super::places::Place;
use super::seed::Seed;
use crate::Adapter;
use crate::identity::Party;
use crate::storage::{NewEntry, StorageError, StoredAward};
use chrono::{DateTime, Utc};
use credentials::CredentialId;
use credentials::open_badges::{self, Copy, CopyDetails, ProjectionError, StatusEntry};
use credentials::sd_jwt_vc::{self, TokenStatusEntry};
use openid4vc::issuance::proof::VerifiedProof;
use proofs::data_integrity::{self, CreateError, ProofOptions, ecdsa_sd};
use proofs::sd_jwt::{InvalidPath, IssueError, Path, SdJwt};
use proofs::vc_jose;
use rand_core::{CryptoRng, Rng};
use serde_json::{Value, json};
use status_list::ListError;
use trust::receipts::{self, Leaf};

/// Why a copy could not be made. All of these are ours to mend.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CopyError {
    #[error("the unit that issues is not configured here")]
    UnknownUnit,
    #[error("the award makes no credential")]
    Projection(#[from] ProjectionError),
    #[error("the credential could not be signed as an SD-JWT")]
    SdJwt(#[from] IssueError),
    #[error("the credential could not be signed with Data Integrity")]
    DataIntegrity(#[from] CreateError),
    #[error("a disclosable claim has no path")]
    Path(#[from] InvalidPath),
    #[error("no place in a status list could be drawn")]
    Status(#[from] ListError),
    #[error("no free place in the status lists was found")]
    NoPlace,
    #[error("the copy has no leaf")]
    Leaf,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// A signed copy, the places it takes in the status lists, and the commitment to it.
pub(super) struct SignedCopy {
    pub(super) id: String,
    pub(super) credential: Value,
    pub(super) leaf: Leaf,
    pub(super) seed: Seed,
    places: Vec<Place>,
}

impl SignedCopy {
    pub(super) fn entries(&self) -> impl Iterator<Item = NewEntry<'_>> {
        self.places.iter().map(|place| NewEntry {
            list: &place.list,
            position: place.index,
            copy: &self.id,
        })
    }
}

impl Adapter {
    /// Signs one copy for each proof.
    pub(super) async fn copies(
        &self,
        award: &StoredAward,
        configuration: Configuration,
        proofs: &[VerifiedProof],
        now: DateTime<Utc>,
    ) -> Result<Vec<SignedCopy>, CopyError> {
        let unit = self.identities.unit(&award.unit).ok_or(CopyError::UnknownUnit)?;
        let kinds = configuration.lists(self.profile(&award.unit));
        let lists = self.open_lists(&award.unit, kinds, now).await?;
        let kept = self
            .storage
            .unused_seeds(&award.id, configuration.id(), proofs.len())
            .await?;
        // Once all that was planned is used, what is committed to now is proven from now on only.
        let seeds = kept
            .into_iter()
            .map(Seed::kept)
            .chain(std::iter::repeat_with(Seed::fresh));
        proofs
            .iter()
            .zip(seeds)
            .map(|(proof, seed)| self.copy(award, configuration, proof, unit, lists.draw()?, seed, now))
            .collect()
    }

    #[expect(clippy::too_many_arguments, reason = "what a copy is made of")]
    pub(super) fn copy(
        &self,
        award: &StoredAward,
        configuration: Configuration,
        proof: &VerifiedProof,
        unit: &Party,
        places: Vec<Place>,
        seed: Seed,
        now: DateTime<Utc>,
    ) -> Result<SignedCopy, CopyError> {
        let random = &mut seed.random();
        let mut bytes = [0; 16];
        random.fill_bytes(&mut bytes);
        let id = CredentialId::from_random(bytes);
        let credential = match configuration.open_badge() {
            Some(shape) => {
                let details = CopyDetails {
                    id: id.clone(),
                    issuer_did: unit.did().clone(),
                    institution_did: self.identities.institution.did().clone(),
                    holder_did: proof.holder.clone(),
                    status: self.bitstring_entries(&places),
                    achievement_url: self.achievement_address(award),
                };
                let body = open_badges::credential(&award.record, shape, &details)?;
                match configuration {
                    Configuration::PortableLdp => data_integrity(body, unit, now)?,
                    Configuration::SelectiveLdp => selective_data_integrity(body, unit, now)?,
                    _ => vc_sd_jwt(body, shape, proof, unit, random)?,
                }
            }
            None => {
                let place = places.first().ok_or(CopyError::NoPlace)?;
                let details = sd_jwt_vc::Details {
                    id: id.clone(),
                    issuer_did: unit.did().clone(),
                    institution_did: self.identities.institution.did().clone(),
                    holder_jwk: proof.key.to_jwk(),
                    status: TokenStatusEntry {
                        uri: self.list_address(place.kind, &place.list),
                        index: place.index,
                    },
                    achievement_url: self.achievement_address(award),
                    issued_at: now,
                };
                dc_sd_jwt(&sd_jwt_vc::claims(&award.record, &details)?, unit, random)?
            }
        };
        Ok(SignedCopy {
            id: id.into(),
            leaf: leaf(&credential)?,
            seed,
            credential,
            places,
        })
    }

    fn bitstring_entries(&self, places: &[Place]) -> Vec<StatusEntry> {
        let entry = |place: &Place| {
            Some(StatusEntry {
                purpose: place.kind.purpose()?,
                list_url: self.list_address(place.kind, &place.list),
                index: place.index,
            })
        };
        places.iter().filter_map(entry).collect()
    }
}

/// The commitment to a copy as it is signed.
fn leaf(credential: &Value) -> Result<Leaf, CopyError> {
    let leaf = match credential.as_str() {
        Some(token) => {
            let token = SdJwt::parse(token).map_err(|_| CopyError::Leaf)?;
            receipts::leaf(token.signed_payload())
        }
        None => receipts::leaf(credential),
    };
    leaf.map_err(|_| CopyError::Leaf)
}

fn paths(pointers: &[String]) -> Result<Vec<Path>, InvalidPath> {
    pointers.iter().map(|pointer| pointer.parse()).collect()
}

fn data_integrity(mut body: Value, unit: &Party, now: DateTime<Utc>) -> Result<Value, CopyError> {
    // The schema of Open Badges asks for a list, even of one.
    body["proof"] = json!([]);
    let (kid, key) = unit.ed25519();
    let options = ProofOptions::assertion(kid.clone(), now);
    Ok(data_integrity::sign(&body, &options, key)?)
}

/// The holder's copy to derive from: what cannot be hidden, and the name, are in whatever is shown.
fn selective_data_integrity(mut body: Value, unit: &Party, now: DateTime<Utc>) -> Result<Value, CopyError> {
    let mandatory = open_badges::mandatory(&body);
    body["proof"] = json!([]);
    let (kid, key) = unit.p256();
    let options = ProofOptions::assertion(kid.clone(), now);
    let random = &mut http_service::system_random();
    Ok(ecdsa_sd::sign(&body, &options, &mandatory, key, random)?)
}

fn vc_sd_jwt(
    mut body: Value,
    shape: Copy,
    proof: &VerifiedProof,
    unit: &Party,
    random: &mut dyn CryptoRng,
) -> Result<Value, CopyError> {
    let disclosable = paths(&open_badges::disclosable(shape, &body))?;
    body["cnf"] = match shape {
        Copy::Show => json!({"kid": key_reference(proof)}),
        Copy::Portable => json!({"jwk": proof.key.to_jwk()}),
    };
    let (kid, key) = unit.p256();
    let token = vc_jose::issue(&body, &disclosable, kid, key, random)?;
    Ok(Value::String(token))
}

fn dc_sd_jwt(claims: &Value, unit: &Party, random: &mut dyn CryptoRng) -> Result<Value, CopyError> {
    let disclosable = paths(&sd_jwt_vc::disclosable(claims))?;
    let (kid, key) = unit.p256();
    let token = proofs::sd_jwt_vc::issue(claims, &disclosable, kid, key, random)?;
    Ok(Value::String(token))
}

/// The one method of the holder's DID.
fn key_reference(proof: &VerifiedProof) -> String {
    match proof.holder.method() {
        "jwk" => format!("{}#0", proof.holder),
        _ => proof.key.to_did_key_url().into(),
    }
}
