//! What the offer and the metadata say: whom to ask, and for what.

use super::error::CollectError;
use super::reading::{can_hold, configuration_display, names};
use super::step::OfferedCredential;
use super::{Endpoints, Issuance, MOST_COPIES, MOST_CREDENTIALS};
use crate::issuance::messages::{AuthorizationServerMetadata, CredentialOffer, IssuerMetadata};

impl Issuance {
    pub(super) fn take_offer(&mut self, offer: CredentialOffer) -> Result<(), CollectError> {
        let issuer = self
            .allowed
            .identifier(&offer.credential_issuer, "credential issuer")?;
        if offer.pre_authorized_code().is_none() {
            return Err(CollectError::LoginNeeded);
        }
        self.found.issuer = Some(issuer);
        self.found.offer = Some(offer);
        Ok(())
    }

    pub(super) fn take_issuer(&mut self, metadata: &IssuerMetadata) -> Result<(), CollectError> {
        let (Some(offer), Some(issuer)) = (&self.found.offer, &self.found.issuer) else {
            return Err(CollectError::OutOfTurn);
        };
        if metadata.credential_issuer != offer.credential_issuer {
            return Err(CollectError::OtherIssuer("issuer metadata"));
        }
        let endpoint = |text: &str, what| self.allowed.endpoint(text, issuer, what);
        let optional =
            |text: &Option<String>, what| text.as_deref().map(|text| endpoint(text, what)).transpose();
        let endpoints = Endpoints {
            credential: endpoint(&metadata.credential_endpoint, "credential endpoint")?,
            nonce: optional(&metadata.nonce_endpoint, "nonce endpoint")?,
            notification: optional(&metadata.notification_endpoint, "notification endpoint")?,
        };

        let known = &metadata.credential_configurations_supported;
        let described: Vec<_> = offer
            .credential_configuration_ids
            .iter()
            .filter_map(|id| known.get_key_value(id))
            .collect();
        if described.is_empty() {
            return Err(CollectError::NotDescribed);
        }
        let wanted: Vec<_> = described
            .into_iter()
            .filter(|(_, configuration)| can_hold(configuration))
            .map(|(id, configuration)| OfferedCredential {
                configuration_id: id.clone(),
                format: configuration.format.clone(),
                contexts: configuration
                    .credential_definition
                    .as_ref()
                    .map(|definition| definition.context.clone())
                    .unwrap_or_default(),
                vct: configuration.vct.clone(),
                name: names(configuration_display(configuration)),
            })
            .take(MOST_CREDENTIALS)
            .collect();
        if wanted.is_empty() {
            return Err(CollectError::NotSupported);
        }

        let named = offer
            .pre_authorized_code()
            .and_then(|grant| grant.authorization_server.as_ref());
        let server = match (
            named,
            metadata.authorization_servers.as_deref().unwrap_or_default(),
        ) {
            (None, []) => issuer.clone(),
            (None, [first, ..]) => self.allowed.identifier(first, "authorization server")?,
            (Some(named), listed) if listed.contains(named) => {
                self.allowed.identifier(named, "authorization server")?
            }
            (Some(_), _) => return Err(CollectError::OtherIssuer("offer")),
        };
        let issuer_name = names(&metadata.display);
        self.found.endpoints = Some(endpoints);
        self.found.wanted = wanted;
        self.found.server = Some(server);
        self.found.issuer_name = issuer_name;
        // Without the member an issuer takes one proof a request (section 12.2.4).
        let batch = metadata.batch_credential_issuance.as_ref();
        let batch_size = batch.map_or(1, |batch| batch.batch_size.clamp(1, MOST_COPIES));
        self.found.batch_size = usize::try_from(batch_size).unwrap_or(1);
        Ok(())
    }

    pub(super) fn take_server(&mut self, metadata: &AuthorizationServerMetadata) -> Result<(), CollectError> {
        let server = self.found.server.as_ref().ok_or(CollectError::OutOfTurn)?;
        // The identifier may be written with or without the slash of an empty path.
        if metadata.issuer.trim_end_matches('/') != server.as_str().trim_end_matches('/') {
            return Err(CollectError::OtherIssuer("authorization server metadata"));
        }
        let endpoint = metadata
            .token_endpoint
            .as_deref()
            .ok_or(CollectError::Unreadable("authorization server metadata", None))?;
        self.found.token_endpoint = Some(self.allowed.endpoint(endpoint, server, "token endpoint")?);
        Ok(())
    }
}
