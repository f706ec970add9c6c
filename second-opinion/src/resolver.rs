//! Keys without a network: those that are in the identifier, and documents that were handed over.

use did_method_key::DIDKey;
use ssi::dids::resolution::{Error, Options, Output};
use ssi::dids::{DID, DIDBuf, DIDJWK, DIDMethodResolver as _, DIDResolver, StaticDIDResolver};

/// Resolves `did:key`, `did:jwk` and what it was given; everything else it refuses.
#[derive(Clone, Default)]
pub(crate) struct Offline {
    given: StaticDIDResolver,
}

impl Offline {
    /// Keeps a document for an identifier.
    pub(crate) fn give(&mut self, did: DIDBuf, document: Vec<u8>) {
        let output = Output::from_content(document, Some("application/did+json".to_owned()));
        self.given.insert(did, output);
    }
}

impl DIDResolver for Offline {
    async fn resolve_representation<'a>(
        &'a self,
        did: &'a DID,
        options: Options,
    ) -> Result<Output<Vec<u8>>, Error> {
        let id = did.method_specific_id();
        match did.method_name() {
            "key" => DIDKey.resolve_method_representation(id, options).await,
            "jwk" => DIDJWK.resolve_method_representation(id, options).await,
            _ => self.given.resolve_representation(did, options).await,
        }
    }
}
