//! Has ssi sign and derive, so that what it makes can be judged by the product.

use serde_json::Value;
use ssi::JWK;
use ssi::claims::SignatureEnvironment;
use ssi::claims::VerificationParameters;
use ssi::claims::data_integrity::{
    AnySelectionOptions, AnySignatureOptions, AnySuite, CryptographicSuite as _, DataIntegrity,
    DataIntegrityDocument, ProofOptions, from_json_str,
};
use ssi::dids::DIDURLBuf;
use ssi::verification_methods::SingleSecretSigner;

use crate::Reader;

/// Why ssi did not sign, derive or take what it was given; in its own words.
#[derive(Debug, thiserror::Error)]
#[error("ssi: {0}")]
pub struct SignerError(String);

fn failed(error: impl std::fmt::Display) -> SignerError {
    SignerError(error.to_string())
}

/// The suites that the product and ssi both have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suite {
    /// `eddsa-rdfc-2022`.
    EddsaRdfc2022,
    /// `ecdsa-rdfc-2019`.
    EcdsaRdfc2019,
    /// `ecdsa-sd-2023`, with the JSON pointers of what every derived credential shows.
    EcdsaSd2023(&'static [&'static str]),
}

impl Reader {
    /// Signs a document with a key in JWK form that `method` names, as ssi does it.
    pub fn sign(
        &self,
        document: &Value,
        suite: Suite,
        jwk: &str,
        method: &str,
    ) -> Result<Value, SignerError> {
        let document: DataIntegrityDocument = serde_json::from_str(&document.to_string()).map_err(failed)?;
        let jwk: JWK = serde_json::from_str(jwk).map_err(failed)?;
        let method = DIDURLBuf::from_string(method.to_owned()).map_err(failed)?;
        let mut options = AnySignatureOptions::default();
        let suite = match suite {
            Suite::EddsaRdfc2022 => AnySuite::EdDsaRdfc2022,
            Suite::EcdsaRdfc2019 => AnySuite::EcdsaRdfc2019,
            Suite::EcdsaSd2023(mandatory) => {
                let pointers = mandatory.iter().map(|pointer| pointer.parse());
                options.mandatory_pointers = pointers.collect::<Result<_, _>>().map_err(failed)?;
                AnySuite::EcdsaSd2023
            }
        };
        let environment = SignatureEnvironment {
            json_ld_loader: self.contexts(),
            eip712_loader: (),
        };
        let signed = suite.sign_with(
            environment,
            document,
            self.methods(),
            SingleSecretSigner::new(jwk).into_local(),
            ProofOptions::from_method(method.into_iri().into()),
            options,
        );
        serde_json::to_value(pollster::block_on(signed).map_err(failed)?).map_err(failed)
    }

    /// Derives from a document with a base proof of `ecdsa-sd-2023`, as ssi does it.
    pub fn derive(&self, document: &Value, selective: &[&str]) -> Result<Value, SignerError> {
        let signed: DataIntegrity<DataIntegrityDocument, AnySuite> =
            from_json_str(&document.to_string()).map_err(failed)?;
        let mut selection = AnySelectionOptions::default();
        let pointers = selective.iter().map(|pointer| pointer.parse());
        selection.selective_pointers = pointers.collect::<Result<_, _>>().map_err(failed)?;
        let parameters =
            VerificationParameters::from_resolver(self.methods()).with_json_ld_loader(self.contexts());
        let derived = pollster::block_on(signed.select(&parameters, selection)).map_err(failed)?;
        serde_json::to_value(derived).map_err(failed)
    }
}
