//! An issuer that answers a wallet's requests with really signed copies.

use credentials::award::Award;
use credentials::open_badges::{self, Copy, CopyDetails, StatusEntry, StatusPurpose};
use credentials::sd_jwt_vc::{self, TokenStatusEntry};
use credentials::{CredentialId, Did};
use openid4vc::issuance::client::{HttpAnswer, HttpRequest};
use openid4vc::issuance::proof;
use proofs::data_integrity::{self, ProofOptions, ecdsa_sd};
use proofs::sd_jwt::Path;
use proofs::{Algorithm, vc_jose};
use serde_json::{Value, json};
use std::cell::Cell;
use test_support::{Institution, Register, a_register, an_institution, now, rng};
use verification::Settings;

pub(crate) const OFFER: &str = r#"{
    "credential_issuer": "https://waterland.example",
    "credential_configuration_ids": [
        "microcredential_show", "microcredential_dc_sd_jwt", "microcredential_vc_sd_jwt", "microcredential_ldp"
    ],
    "grants": {"urn:ietf:params:oauth:grant-type:pre-authorized_code": {"pre-authorized_code": "opensesame"}}
}"#;

/// An award of the credential profile.
pub(crate) fn an_award() -> Award {
    serde_json::from_str(include_str!(
        "../../../../specs/credential-profile/examples/award.json"
    ))
    .unwrap()
}

pub(crate) struct Issuer {
    pub(crate) award: Award,
    pub(crate) institution: Institution,
    pub(crate) signs_as: Institution,
    pub(crate) register: Option<Register>,
    /// Changes each copy before it is signed.
    pub(crate) change: fn(&mut Value),
    /// Changes each copy after it was signed.
    pub(crate) spoil: fn(&mut Value),
    pub(crate) asked: Vec<String>,
    /// What the metadata says beside what is common.
    pub(crate) metadata: Value,
    /// How many copies it made, which makes each another one.
    pub(crate) made: Cell<u32>,
}

impl Issuer {
    pub(crate) fn new() -> Self {
        let institution = an_institution();
        Self {
            award: an_award(),
            register: Some(a_register().admitting(&institution)),
            signs_as: institution.clone(),
            institution,
            change: |_| {},
            spoil: |_| {},
            asked: Vec::new(),
            metadata: json!({"batch_credential_issuance": {"batch_size": 10}}),
            made: Cell::new(0),
        }
    }

    pub(crate) fn settings(&self) -> Settings {
        self.register
            .as_ref()
            .map_or_else(|| a_register().settings(), Register::settings)
    }

    /// The answer, or `None` where nothing answers.
    pub(crate) fn answer(&mut self, request: &HttpRequest) -> Option<HttpAnswer> {
        self.asked.push(request.url.path().to_owned());
        let body = match request.url.as_str() {
            "https://waterland.example/.well-known/openid-credential-issuer" => self.all_metadata().to_string(),
            "https://waterland.example/.well-known/oauth-authorization-server" => {
                json!({"issuer": "https://waterland.example", "token_endpoint": "https://waterland.example/token"})
                    .to_string()
            }
            "https://waterland.example/token" => json!({"access_token": "t", "token_type": "Bearer"}).to_string(),
            "https://waterland.example/nonce" => json!({"c_nonce": "n"}).to_string(),
            "https://waterland.example/credential" => self.credential(request.body.as_deref().unwrap()).to_string(),
            "https://register.example/v1/list" => self.register.as_ref()?.signed(),
            "https://waterland.example/energie/did.json" => return None,
            other => panic!("unexpected request to {other}"),
        };
        Some(HttpAnswer::Answered { status: 200, body })
    }

    fn credential(&self, request: &str) -> Value {
        let request: Value = serde_json::from_str(request).unwrap();
        let configuration = request["credential_configuration_id"].as_str().unwrap();
        let proofs = request["proofs"]["jwt"].as_array().unwrap();
        let copies: Vec<Value> = proofs
            .iter()
            .map(|jwt| {
                self.made.set(self.made.get() + 1);
                let jwt = jwt.as_str().unwrap();
                let proof =
                    proof::verify(jwt, "https://waterland.example", &[Algorithm::Es256], now()).unwrap();
                let mut credential = match configuration {
                    "microcredential_show" => self.sd_jwt(Copy::Show, &proof),
                    "microcredential_vc_sd_jwt" => self.sd_jwt(Copy::Portable, &proof),
                    "microcredential_dc_sd_jwt" => self.sd_jwt_vc(&proof),
                    "microcredential_ldp_sd" => self.selective_data_integrity(&proof),
                    _ => self.data_integrity(&proof),
                };
                (self.spoil)(&mut credential);
                json!({"credential": credential})
            })
            .collect();
        json!({"credentials": copies, "notification_id": configuration})
    }

    fn number(&self) -> u32 {
        self.made.get()
    }

    fn id(&self) -> CredentialId {
        let mut bytes = [7; 16];
        bytes[..4].copy_from_slice(&self.number().to_be_bytes());
        CredentialId::from_random(bytes)
    }

    fn sd_jwt_vc(&self, proof: &proof::VerifiedProof) -> Value {
        let details = sd_jwt_vc::Details {
            id: self.id(),
            issuer_did: self.institution.issuer(),
            institution_did: self.institution.did(),
            holder_jwk: proof.key.to_jwk(),
            status: TokenStatusEntry {
                uri: "https://waterland.example/status/token/t1".into(),
                index: self.number(),
            },
            achievement_url: "https://waterland.example/achievements/warmtepomp/2026-1".into(),
            issued_at: now(),
        };
        let mut claims = sd_jwt_vc::claims(&self.award, &details).unwrap();
        (self.change)(&mut claims);
        let disclosable: Vec<Path> = sd_jwt_vc::disclosable(&claims)
            .iter()
            .map(|pointer| pointer.parse().unwrap())
            .collect();
        let (_, kid) = self.institution.p256();
        let (signer, _) = self.signs_as.p256();
        let mut salts = rng(&format!("salts {}", self.number()));
        proofs::sd_jwt_vc::issue(&claims, &disclosable, &kid, signer, &mut salts)
            .unwrap()
            .into()
    }

    fn all_metadata(&self) -> Value {
        let mut all = metadata();
        for (name, value) in self.metadata.as_object().unwrap() {
            all[name] = value.clone();
        }
        all
    }

    fn unsigned(&self, copy: Copy, holder: &Did) -> Value {
        let entry = |purpose, list_url: &str| StatusEntry {
            purpose,
            list_url: list_url.to_owned(),
            index: 90_000 + self.number(),
        };
        let details = CopyDetails {
            id: self.id(),
            issuer_did: self.institution.issuer(),
            institution_did: self.institution.did(),
            holder_did: holder.clone(),
            status: vec![
                entry(StatusPurpose::Revocation, "https://waterland.example/status/r1"),
                entry(StatusPurpose::Suspension, "https://waterland.example/status/s1"),
            ],
            achievement_url: "https://waterland.example/achievements/warmtepomp/2026-1".into(),
        };
        open_badges::credential(&self.award, copy, &details).unwrap()
    }

    fn sd_jwt(&self, copy: Copy, proof: &proof::VerifiedProof) -> Value {
        let mut credential = self.unsigned(copy, &proof.holder);
        credential["cnf"] = match copy {
            Copy::Show => json!({"kid": proof.key.to_did_key_url()}),
            Copy::Portable => json!({"jwk": proof.key.to_jwk()}),
        };
        (self.change)(&mut credential);
        let disclosable: Vec<Path> = open_badges::disclosable(copy, &credential)
            .iter()
            .map(|pointer| pointer.parse().unwrap())
            .collect();
        let (_, kid) = self.institution.p256();
        let (signer, _) = self.signs_as.p256();
        vc_jose::issue(
            &credential,
            &disclosable,
            &kid,
            signer,
            &mut rng(&format!("salts {}", self.number())),
        )
        .unwrap()
        .into()
    }

    fn data_integrity(&self, proof: &proof::VerifiedProof) -> Value {
        let mut credential = self.unsigned(Copy::Portable, &proof.holder);
        (self.change)(&mut credential);
        let (_, kid) = self.institution.ed25519();
        let (signer, _) = self.signs_as.ed25519();
        data_integrity::sign(&credential, &ProofOptions::assertion(kid, now()), signer).unwrap()
    }
}

impl Issuer {
    fn selective_data_integrity(&self, proof: &proof::VerifiedProof) -> Value {
        let mut credential = self.unsigned(Copy::Portable, &proof.holder);
        (self.change)(&mut credential);
        let mandatory = open_badges::mandatory(&credential);
        credential["proof"] = json!([]);
        let (_, kid) = self.institution.p256();
        let (signer, _) = self.signs_as.p256();
        let options = ProofOptions::assertion(kid, now());
        let mut random = rng(&format!("statements {}", self.number()));
        ecdsa_sd::sign(&credential, &options, &mandatory, signer, &mut random).unwrap()
    }
}

fn metadata() -> Value {
    let proofs = json!({"jwt": {"proof_signing_alg_values_supported": ["ES256"]}});
    let badge = |format: &str, contexts: &[&str]| {
        json!({
            "format": format,
            "credential_definition": {"@context": contexts, "type": ["VerifiableCredential", "OpenBadgeCredential"]},
            "proof_types_supported": proofs,
        })
    };
    json!({
        "credential_issuer": "https://waterland.example",
        "credential_endpoint": "https://waterland.example/credential",
        "nonce_endpoint": "https://waterland.example/nonce",
        "notification_endpoint": "https://waterland.example/notification",
        "display": [{"name": "Hogeschool Waterland", "locale": "nl"}],
        "credential_configurations_supported": {
            "microcredential_show": badge("vc+sd-jwt", &open_badges::CONTEXTS),
            "microcredential_dc_sd_jwt": {
                "format": "dc+sd-jwt", "vct": sd_jwt_vc::VCT, "proof_types_supported": proofs,
            },
            "microcredential_vc_sd_jwt": badge("vc+sd-jwt", &open_badges::CONTEXTS[..2]),
            "microcredential_ldp": badge("ldp_vc", &open_badges::CONTEXTS[..2]),
            "microcredential_ldp_sd": badge("ldp_vc", &open_badges::CONTEXTS[..2]),
        }
    })
}
