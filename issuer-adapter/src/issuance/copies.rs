//! Making the copies of an award.

use super::metadata::Configuration;
use crate::Adapter;
use crate::identity::Party;
use crate::secrets;
use crate::storage::{ListRow, NewEntry, StorageError, StoredAward};
use chrono::{DateTime, Utc};
use credentials::CredentialId;
use credentials::open_badges::{self, Copy, CopyDetails, ProjectionError, StatusEntry, StatusPurpose};
use openid4vc::issuance::proof::VerifiedProof;
use proofs::data_integrity::{self, CreateError, ProofOptions};
use proofs::sd_jwt::{InvalidPath, IssueError, Path};
use proofs::vc_jose;
use serde_json::{Value, json};
use status_list::{ListError, MINIMUM_ENTRIES};

/// Why a copy could not be made. All of these are ours to mend.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CopyError {
    #[error("the unit that issues is not configured here")]
    UnknownUnit,
    #[error("the award makes no credential")]
    Projection(#[from] ProjectionError),
    #[error("the credential could not be signed as vc+sd-jwt")]
    SdJwt(#[from] IssueError),
    #[error("the credential could not be signed with Data Integrity")]
    DataIntegrity(#[from] CreateError),
    #[error("a disclosable claim has no path")]
    Path(#[from] InvalidPath),
    #[error("no place in a status list could be drawn")]
    Status(#[from] ListError),
    #[error("no free place in the status lists was found")]
    NoPlace,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// A signed copy, and the places it takes in the status lists.
pub(super) struct SignedCopy {
    pub(super) id: String,
    pub(super) credential: Value,
    places: [(String, u32); 2],
}

impl SignedCopy {
    pub(super) fn entries(&self) -> [NewEntry<'_>; 2] {
        self.places.each_ref().map(|(list, position)| NewEntry {
            list,
            position: *position,
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
        let revocation = self
            .open_list(&award.unit, StatusPurpose::Revocation, now)
            .await?;
        let suspension = self
            .open_list(&award.unit, StatusPurpose::Suspension, now)
            .await?;
        let lists = [&revocation, &suspension];
        proofs
            .iter()
            .map(|proof| self.copy(award, configuration, proof, unit, lists, now))
            .collect()
    }

    fn copy(
        &self,
        award: &StoredAward,
        configuration: Configuration,
        proof: &VerifiedProof,
        unit: &Party,
        lists: [&ListRow; 2],
        now: DateTime<Utc>,
    ) -> Result<SignedCopy, CopyError> {
        let draw = |list: &ListRow| -> Result<StatusEntry, ListError> {
            let random = &mut http_service::system_random();
            let drawn = status_list::random_index(list.length as usize, &|_| false, random)?;
            Ok(StatusEntry {
                purpose: list.purpose,
                list_url: self.address(&format!("status/{}", list.id)),
                index: u32::try_from(drawn).map_err(|_| ListError::Full)?,
            })
        };
        let [revocation, suspension] = lists;
        let status = [draw(revocation)?, draw(suspension)?];
        let places = [
            (revocation.id.clone(), status[0].index),
            (suspension.id.clone(), status[1].index),
        ];
        let id = CredentialId::from_random(secrets::random_bytes());
        let shape = configuration.copy();
        let details = CopyDetails {
            id: id.clone(),
            issuer_did: unit.did().clone(),
            institution_did: self.identities.institution.did().clone(),
            holder_did: proof.holder.clone(),
            status,
            achievement_url: self.achievement_address(award),
        };
        let mut body = open_badges::credential(&award.record, shape, &details)?;
        let credential = match configuration {
            Configuration::Show | Configuration::PortableSdJwt => sd_jwt(body, shape, proof, unit)?,
            Configuration::PortableLdp => {
                // The schema of Open Badges asks for a list, even of one.
                body["proof"] = json!([]);
                let (kid, key) = unit.ed25519();
                data_integrity::sign(&body, &ProofOptions::assertion(kid.clone(), now), key)?
            }
        };
        Ok(SignedCopy {
            id: id.into(),
            credential,
            places,
        })
    }

    /// The unit's list in use for a purpose; a new one when there is none or half of it is taken, so
    /// that a drawn place is nearly always free.
    async fn open_list(
        &self,
        unit: &str,
        purpose: StatusPurpose,
        now: DateTime<Utc>,
    ) -> Result<ListRow, CopyError> {
        let newest = self.storage.newest_list(unit, purpose).await?;
        if let Some((list, _)) = newest.filter(|(list, taken)| *taken < list.length / 2) {
            return Ok(list);
        }
        let list = ListRow {
            // Tells nothing of its age or of who is in it.
            id: secrets::random::<6>(),
            unit: unit.to_owned(),
            purpose,
            length: u32::try_from(MINIMUM_ENTRIES).map_err(|_| ListError::Full)?,
            version: 1,
        };
        let mut write = self.storage.write().await?;
        write.add_list(&list, now).await?;
        write.commit().await?;
        Ok(list)
    }
}

fn sd_jwt(mut body: Value, shape: Copy, proof: &VerifiedProof, unit: &Party) -> Result<Value, CopyError> {
    let disclosable: Vec<Path> = open_badges::disclosable(shape, &body)
        .iter()
        .map(|path| path.parse())
        .collect::<Result<_, InvalidPath>>()?;
    body["cnf"] = match shape {
        Copy::Show => json!({"kid": key_reference(proof)}),
        Copy::Portable => json!({"jwk": proof.key.to_jwk()}),
    };
    let (kid, key) = unit.p256();
    let token = vc_jose::issue(&body, &disclosable, kid, key, &mut http_service::system_random())?;
    Ok(Value::String(token))
}

/// The one method of the holder's DID.
fn key_reference(proof: &VerifiedProof) -> String {
    match proof.holder.method() {
        "jwk" => format!("{}#0", proof.holder),
        _ => proof.key.to_did_key_url().into(),
    }
}
