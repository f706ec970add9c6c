//! Committing to the copies of an award when it is decided.
//!
//! Each copy is made as it will be, with stand-ins for what only a wallet can tell: its holder, its places in
//! status lists, the signature. The leaf leaves these out, so it is the leaf of the real copy as well.

use super::copies::CopyError;
use super::metadata::Configuration;
use super::places::Place;
use super::seed::Seed;
use crate::Adapter;
use crate::storage::{NewLeaf, StoredAward, Write};
use chrono::{DateTime, Utc};
use openid4vc::issuance::proof::VerifiedProof;
use trust::receipts::Leaf;

/// How many copies of a configuration are committed to: a wallet's full request, and for showing another one,
/// since each showing uses a copy up.
fn planned(configuration: Configuration) -> usize {
    match configuration {
        Configuration::Show => 2 * super::MOST_PROOFS,
        _ => super::MOST_PROOFS,
    }
}

/// A commitment to a copy that nobody asked for yet.
pub(crate) struct Planned {
    leaf: Leaf,
    configuration: Configuration,
    seed: Seed,
}

impl Adapter {
    /// Commitments to the copies that wallets may ask for.
    pub(crate) fn plan(&self, award: &StoredAward, now: DateTime<Utc>) -> Result<Vec<Planned>, CopyError> {
        let unit = self.identities.unit(&award.unit).ok_or(CopyError::UnknownUnit)?;
        let unit = unit.stand_in();
        let key = unit.p256().1.public_key();
        let holder = VerifiedProof {
            holder: key.to_did_key(),
            key,
            nonce: None,
            issued_at: now,
        };
        let profile = self.profile(&award.unit);
        let mut all = Vec::new();
        let committed = Configuration::ALL.into_iter().filter(|one| one.is_committed_to());
        for configuration in committed {
            for _ in 0..planned(configuration) {
                let places = configuration.lists(profile).iter().map(|kind| Place {
                    list: "planned".to_owned(),
                    kind: *kind,
                    index: 0,
                });
                let seed = Seed::fresh();
                let copy = self.copy(award, configuration, &holder, &unit, places.collect(), seed, now)?;
                all.push(Planned {
                    leaf: copy.leaf,
                    configuration,
                    seed,
                });
            }
        }
        Ok(all)
    }
}

/// Keeps the commitments of a decision, in the place of those of an earlier one.
pub(crate) async fn commit_to(
    write: &mut Write,
    award: &StoredAward,
    planned: &[Planned],
    now: DateTime<Utc>,
) -> crate::storage::Result<()> {
    write.void_leaves(&award.id).await?;
    for Planned {
        leaf,
        configuration,
        seed,
    } in planned
    {
        let new = NewLeaf {
            leaf,
            award: &award.id,
            unit: &award.unit,
            configuration: configuration.id(),
            seed: seed.as_bytes(),
            dated_at: award.record.awarded_at.unwrap_or(now),
            copy: None,
        };
        write.add_leaf(&new, now).await?;
    }
    Ok(())
}
