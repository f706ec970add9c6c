//! What the institution tells wallets about itself and about what it issues.

use crate::Adapter;
use crate::config::Profile;
use crate::storage::ListKind;
use credentials::open_badges::Copy;
use credentials::{Language, sd_jwt_vc};
use openid4vc::issuance::messages::{
    AuthorizationDetail, AuthorizationServerMetadata, BatchIssuance, ClaimDescription,
    CredentialConfiguration, CredentialDefinition, CredentialMetadata, Display, IssuerMetadata,
    PRE_AUTHORIZED_CODE, ProofType,
};
use proofs::Algorithm;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const VCDM: &str = "https://www.w3.org/ns/credentials/v2";
const OPEN_BADGES: &str = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json";
const OURS: &str = "https://ns.example.org/microcredential/v1";

/// One kind of copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Configuration {
    /// The lean copy for showing by QR.
    Show,
    /// For any wallet, selectively disclosable.
    PortableSdJwt,
    /// For any wallet, as linked data.
    PortableLdp,
    /// The same, for wallets that choose by statement.
    SelectiveLdp,
    /// For wallets of the European profiles, selectively disclosable.
    SdJwtVc,
}

impl Configuration {
    /// All of them, in the order they are offered.
    pub(crate) const ALL: [Self; 5] = [
        Self::Show,
        Self::SdJwtVc,
        Self::PortableSdJwt,
        Self::PortableLdp,
        Self::SelectiveLdp,
    ];

    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Show => "microcredential_show",
            Self::PortableSdJwt => "microcredential_vc_sd_jwt",
            Self::PortableLdp => "microcredential_ldp",
            Self::SelectiveLdp => "microcredential_ldp_sd",
            Self::SdJwtVc => "microcredential_dc_sd_jwt",
        }
    }

    pub(crate) fn parse(id: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|configuration| configuration.id() == id)
    }

    /// The shape of an Open Badges credential; nothing for what is no W3C credential.
    pub(crate) fn open_badge(self) -> Option<Copy> {
        match self {
            Self::Show => Some(Copy::Show),
            Self::PortableSdJwt | Self::PortableLdp | Self::SelectiveLdp => Some(Copy::Portable),
            Self::SdJwtVc => None,
        }
    }

    /// The format, as OpenID4VCI and the profiles on it name it.
    pub(crate) fn format(self) -> &'static str {
        match self {
            Self::Show | Self::PortableSdJwt => "vc+sd-jwt",
            Self::PortableLdp | Self::SelectiveLdp => "ldp_vc",
            Self::SdJwtVc => "dc+sd-jwt",
        }
    }

    /// Whether what is shown of a copy lets a verifier find the commitment to it. What is derived by statement
    /// does not hold all that was signed.
    pub(crate) fn is_committed_to(self) -> bool {
        self != Self::SelectiveLdp
    }

    /// The status lists a copy has places in.
    pub(crate) fn lists(self, profile: Profile) -> &'static [ListKind] {
        match (self, profile) {
            (Self::SdJwtVc, _) => &[ListKind::Token],
            (_, Profile::Standard) => &[ListKind::Revocation, ListKind::Suspension],
            (_, Profile::OneEdTech) => &[ListKind::Revocation],
        }
    }

    /// The algorithms of the keys a copy may be bound to. The QR code has room for one kind of key only.
    pub(crate) fn holder_algorithms(self) -> &'static [Algorithm] {
        match self {
            Self::Show => &[Algorithm::Es256],
            Self::PortableSdJwt | Self::PortableLdp | Self::SelectiveLdp | Self::SdJwtVc => {
                &[Algorithm::Es256, Algorithm::EdDsa]
            }
        }
    }

    fn describe(self) -> CredentialConfiguration {
        let algorithm = match self {
            Self::Show | Self::PortableSdJwt | Self::SdJwtVc => "ES256",
            Self::PortableLdp => "eddsa-rdfc-2022",
            Self::SelectiveLdp => "ecdsa-sd-2023",
        };
        let (nl, en) = match self {
            Self::Show => ("Microcredential om te laten zien", "Microcredential to show"),
            Self::PortableSdJwt => (
                "Microcredential met keuze wat je deelt",
                "Microcredential with a choice of what to share",
            ),
            Self::PortableLdp => (
                "Microcredential als open badge",
                "Microcredential as an open badge",
            ),
            Self::SelectiveLdp => (
                "Microcredential als open badge, met keuze wat je deelt",
                "Microcredential as an open badge, with a choice of what to share",
            ),
            Self::SdJwtVc => (
                "Microcredential voor Europese wallets",
                "Microcredential for European wallets",
            ),
        };
        let credential_definition = self.open_badge().map(|shape| CredentialDefinition {
            context: match shape {
                Copy::Show => vec![VCDM.into(), OPEN_BADGES.into(), OURS.into()],
                Copy::Portable => vec![VCDM.into(), OPEN_BADGES.into()],
            },
            types: vec!["VerifiableCredential".into(), "OpenBadgeCredential".into()],
        });
        let proofs = ProofType {
            proof_signing_alg_values_supported: self
                .holder_algorithms()
                .iter()
                .map(|algorithm| algorithm.jose_name().to_owned())
                .collect(),
            key_attestations_required: None,
        };
        CredentialConfiguration {
            format: self.format().into(),
            scope: Some(self.id().into()),
            cryptographic_binding_methods_supported: vec!["did:key".into(), "did:jwk".into(), "jwk".into()],
            credential_signing_alg_values_supported: vec![algorithm.into()],
            proof_types_supported: BTreeMap::from([("jwt".to_owned(), proofs)]),
            credential_definition,
            vct: (self == Self::SdJwtVc).then(|| sd_jwt_vc::VCT.into()),
            credential_metadata: Some(CredentialMetadata {
                display: in_both(nl, en),
                claims: match self.open_badge() {
                    Some(shape) => claims(shape),
                    None => claims_of_type(),
                },
            }),
        }
    }
}

/// The claims of an Open Badges credential that people are shown, in that order.
fn claims(shape: Copy) -> Vec<ClaimDescription> {
    let claim = |path: &[Value], mandatory, nl: &str, en: &str| ClaimDescription {
        path: path.to_vec(),
        mandatory: Some(mandatory),
        display: in_both(nl, en),
    };
    let achievement = |member: &str| [json!("credentialSubject"), json!("achievement"), json!(member)];
    let subject = |member: &str, value: &str| {
        [
            json!("credentialSubject"),
            json!(member),
            Value::Null,
            json!(value),
        ]
    };
    let mut claims = vec![
        claim(
            &achievement("name"),
            true,
            "Naam onderwijseenheid",
            "Name of unit",
        ),
        claim(
            &subject("identifier", "identityHash"),
            true,
            "Naam deelnemer",
            "Name of participant",
        ),
        claim(
            &[json!("issuer"), json!("name")],
            true,
            "Uitgegeven door",
            "Issued by",
        ),
        claim(&[json!("validFrom")], true, "Toegekend op", "Awarded on"),
    ];
    let own: &[(&str, bool, &str, &str)] = match shape {
        Copy::Show => &[
            (
                "levelIndication",
                true,
                "Niveau, indicatie van de instelling",
                "Level, indicated by the institution",
            ),
            ("sizeIndication", true, "Omvang (indicatie)", "Size (indication)"),
            ("learningOutcomes", true, "Leeruitkomsten", "Learning outcomes"),
            ("assessment", true, "Toetsing", "Assessment"),
            ("qualityFramework", true, "Kwaliteitskader", "Quality framework"),
        ],
        Copy::Portable => &[
            ("description", false, "Omschrijving", "Description"),
            (
                "creditsAvailable",
                false,
                "Omvang in EC (indicatie)",
                "Size in ECTS (indication)",
            ),
            ("criteria", true, "Vereisten", "Requirements"),
            (
                "alignment",
                true,
                "Niveau, leeruitkomsten en toetsing",
                "Level, learning outcomes and assessment",
            ),
        ],
    };
    claims.extend(
        own.iter()
            .map(|(member, mandatory, nl, en)| claim(&achievement(member), *mandatory, nl, en)),
    );
    claims.push(claim(&subject("result", "value"), false, "Resultaat", "Result"));
    claims
}

/// The claims of our SD-JWT VC type, in the order of its type metadata.
fn claims_of_type() -> Vec<ClaimDescription> {
    let metadata = sd_jwt_vc::type_metadata();
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let described = metadata.get("claims").and_then(Value::as_array);
    let describe = |claim: &Value| {
        let labels = claim.get("display").and_then(Value::as_array);
        let display = |label: &Value| Display {
            name: text(label, "label"),
            locale: text(label, "locale"),
            ..Display::default()
        };
        Some(ClaimDescription {
            path: claim.get("path")?.as_array()?.clone(),
            mandatory: claim.get("mandatory").and_then(Value::as_bool),
            display: labels.into_iter().flatten().map(display).collect(),
        })
    };
    described.into_iter().flatten().filter_map(describe).collect()
}

fn in_both(nl: &str, en: &str) -> Vec<Display> {
    let named = |locale: &str, name: &str| Display {
        name: Some(name.into()),
        locale: Some(locale.into()),
        ..Display::default()
    };
    vec![named("nl", nl), named("en", en)]
}

impl Adapter {
    /// Credential issuer metadata (OpenID4VCI section 12.2.4).
    pub(crate) fn issuer_metadata(&self) -> IssuerMetadata {
        let name = &self.config.institution.name;
        let in_language = |language| name.in_language(language).map_or("", |(_, name)| name);
        let batch_size = u32::try_from(super::MOST_PROOFS).ok();
        IssuerMetadata {
            credential_issuer: self.config.base(),
            credential_endpoint: self.address("openid4vci/credential"),
            nonce_endpoint: Some(self.address("openid4vci/nonce")),
            notification_endpoint: Some(self.address("openid4vci/notification")),
            batch_credential_issuance: batch_size.map(|batch_size| BatchIssuance { batch_size }),
            display: in_both(in_language(Language::Nl), in_language(Language::En)),
            credential_configurations_supported: Configuration::ALL
                .into_iter()
                .map(|configuration| (configuration.id().to_owned(), configuration.describe()))
                .collect(),
            ..IssuerMetadata::default()
        }
    }

    /// Authorization server metadata (RFC 8414): the institution is its own.
    pub(crate) fn server_metadata(&self) -> AuthorizationServerMetadata {
        AuthorizationServerMetadata {
            issuer: self.config.base(),
            token_endpoint: Some(self.address("openid4vci/token")),
            grant_types_supported: vec![PRE_AUTHORIZED_CODE.into()],
            token_endpoint_auth_methods_supported: vec!["none".into()],
            authorization_details_types_supported: vec![AuthorizationDetail::OPENID_CREDENTIAL.into()],
            pre_authorized_grant_anonymous_access_supported: Some(true),
            ..AuthorizationServerMetadata::default()
        }
    }
}
