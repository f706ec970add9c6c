//! The register as the trust anchor of a federation (OpenID Federation 1.0).
//!
//! It says who takes part now, to whoever asks about one organisation. What held earlier, and why, is in the list.

mod answer;
pub(crate) mod configuration;
pub(crate) mod marks;
pub(crate) mod subordinates;

use std::sync::Arc;

use proofs::SignError;
use trust::federation::{EntityId, Publisher};

use crate::Register;
use crate::register::Published;
use answer::Refusal;

/// The list of this moment, to be stated in the federation's terms.
struct Present {
    published: Arc<Published>,
    entity: EntityId,
    register: Register,
}

impl Present {
    async fn of(register: &Register) -> Result<Self, Refusal> {
        Ok(Self {
            published: register.published().await.map_err(Refusal::fault)?,
            entity: EntityId::parse(register.address_of_all()).map_err(|_| Refusal::no_federation())?,
            register: register.clone(),
        })
    }

    fn publisher(&self) -> Publisher<'_> {
        let key = self.register.operator().key();
        Publisher {
            entity: self.entity.clone(),
            list: &self.published.list,
            signer: key,
            key: key.public_key(),
            at: self.register.now(),
        }
    }
}

impl From<SignError> for Refusal {
    fn from(error: SignError) -> Self {
        Self::fault(error)
    }
}
