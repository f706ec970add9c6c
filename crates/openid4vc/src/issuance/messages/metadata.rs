//! What an issuer publishes about itself (section 12.2; RFC 8414).

use super::MessageError;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use url::Url;

/// Where the metadata of a credential issuer is: the well-known part goes between host and path
/// (section 12.2.2).
pub fn issuer_metadata_url(issuer: &Url) -> Url {
    well_known(issuer, "openid-credential-issuer")
}

/// Where the metadata of an authorization server is (RFC 8414 section 3).
pub fn authorization_server_metadata_url(server: &Url) -> Url {
    well_known(server, "oauth-authorization-server")
}

fn well_known(base: &Url, name: &str) -> Url {
    let mut url = base.clone();
    let path = base.path().trim_end_matches('/');
    url.set_path(&format!("/.well-known/{name}{path}"));
    url.set_query(None);
    url.set_fragment(None);
    url
}

/// Credential issuer metadata (section 12.2.4).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct IssuerMetadata {
    /// The identifier; must equal the one the metadata was asked for.
    pub credential_issuer: String,
    /// Absent when the issuer is its own authorization server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_servers: Option<Vec<String>>,
    /// Where credentials are asked for.
    pub credential_endpoint: String,
    /// Where nonces are asked for; absent when proofs need none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce_endpoint: Option<String>,
    /// Where deferred credentials are asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deferred_credential_endpoint: Option<String>,
    /// Where the wallet tells what became of the copies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notification_endpoint: Option<String>,
    /// How requests may be encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_request_encryption: Option<Value>,
    /// How responses may be encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_response_encryption: Option<Value>,
    /// Present when several copies may be asked for at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch_credential_issuance: Option<BatchIssuance>,
    /// The issuer's name and logo, one for each language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub display: Vec<Display>,
    /// What can be issued, by configuration id.
    pub credential_configurations_supported: BTreeMap<String, CredentialConfiguration>,
}

impl IssuerMetadata {
    /// Reads metadata of at most 256 KiB.
    pub fn parse(bytes: &[u8]) -> Result<Self, MessageError> {
        super::read(bytes, 256 * 1024)
    }
}

/// How many copies may be asked for at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchIssuance {
    /// The largest number of proofs in one request; at least two.
    pub batch_size: u32,
}

/// One kind of credential that can be issued.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CredentialConfiguration {
    /// For example `vc+sd-jwt`, `ldp_vc` or `dc+sd-jwt`.
    pub format: String,
    /// The OAuth scope that asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// How copies are bound to keys, for example `did:key` or `jwk`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cryptographic_binding_methods_supported: Vec<String>,
    /// Algorithms: names for JWT formats, suites for `ldp_vc`, numbers for mdoc.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credential_signing_alg_values_supported: Vec<Value>,
    /// Accepted key proofs, by type.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub proof_types_supported: BTreeMap<String, ProofType>,
    /// Types and contexts, for W3C formats (appendix A.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_definition: Option<CredentialDefinition>,
    /// The type, for SD-JWT VC (appendix A.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vct: Option<String>,
    /// Names and claims for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_metadata: Option<CredentialMetadata>,
}

/// Algorithms accepted for one type of key proof.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ProofType {
    /// For example `ES256`.
    pub proof_signing_alg_values_supported: Vec<String>,
    /// Present when keys must be attested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_attestations_required: Option<Value>,
}

/// The types of a W3C credential.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialDefinition {
    /// The contexts, in order.
    #[serde(rename = "@context", default, skip_serializing_if = "Vec::is_empty")]
    pub context: Vec<String>,
    /// The types, `VerifiableCredential` among them.
    #[serde(rename = "type")]
    pub types: Vec<String>,
}

/// What people see of a kind of credential (section 12.2.4).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CredentialMetadata {
    /// One for each language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub display: Vec<Display>,
    /// The claims, in the order to show them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<ClaimDescription>,
}

/// A name in one language, with what goes beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Display {
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A BCP 47 tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// A logo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<Image>,
    /// A sentence about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// A CSS colour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background_color: Option<String>,
    /// A CSS colour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_color: Option<String>,
}

/// An image by address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Where it is; `https:` or `data:`.
    pub uri: String,
    /// What it shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alt_text: Option<String>,
}

/// One claim and its names (appendix B.2).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ClaimDescription {
    /// A claims path: names, numbers, or `null` for every element (appendix C).
    pub path: Vec<Value>,
    /// Whether every copy has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mandatory: Option<bool>,
    /// One for each language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub display: Vec<Display>,
}

/// Authorization server metadata (RFC 8414) as far as this protocol uses it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AuthorizationServerMetadata {
    /// The server's identifier; must equal the one the metadata was asked for.
    pub issuer: String,
    /// Where codes become tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_endpoint: Option<String>,
    /// Where a learner logs in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_endpoint: Option<String>,
    /// Empty where there is no authorization endpoint; required by RFC 8414.
    #[serde(default)]
    pub response_types_supported: Vec<String>,
    /// Grant types, among them the pre-authorised code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grant_types_supported: Vec<String>,
    /// `none` for wallets, which hold no secret of the server.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// Types of `authorization_details` that are understood (RFC 9396 section 10).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authorization_details_types_supported: Vec<String>,
    /// Whether a pre-authorised code may be redeemed without a client id.
    #[serde(
        rename = "pre-authorized_grant_anonymous_access_supported",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub pre_authorized_grant_anonymous_access_supported: Option<bool>,
}

impl AuthorizationServerMetadata {
    /// Reads metadata of at most 64 KiB.
    pub fn parse(bytes: &[u8]) -> Result<Self, MessageError> {
        super::read(bytes, 64 * 1024)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_part_goes_between_host_and_path() {
        for (issuer, metadata) in [
            (
                "https://college.example",
                "https://college.example/.well-known/openid-credential-issuer",
            ),
            (
                "https://college.example/",
                "https://college.example/.well-known/openid-credential-issuer",
            ),
            (
                "https://college.example/a/b/",
                "https://college.example/.well-known/openid-credential-issuer/a/b",
            ),
        ] {
            let url = issuer_metadata_url(&issuer.parse().unwrap());
            assert_eq!(url.as_str(), metadata);
        }
    }
}
