//! A register with a root, an accreditor and the institutions a test admits.

use chrono::{DateTime, Duration, Utc};
use credentials::{Text, award::Sector};
use proofs::{Algorithm, SecretKey};
use serde_json::json;
use trust::{
    Accreditation, Effect, Entity, EntityKind, Framework, LIST_VERSION, Layer, RegisterList, Scope, Status,
    TrustAnchor,
    receipts::{Batch, Leaves, Receipt, sign_receipt},
    sign_list,
};
use verification::{Resources, Settings};

use crate::{
    Institution, SignedMicrocredential, day,
    institution::{FRAMEWORK, event, parse_did, parse_did_url},
    key, now, rng,
};

const OPERATOR: &str = "did:web:register.example";

/// A register. Changed step by step, each step returning it.
#[derive(Clone)]
pub struct Register {
    address: String,
    list: RegisterList,
    operator: SecretKey,
}

/// A register with a root and one accreditor, its list signed an hour ago and good for a day.
pub fn a_register() -> Register {
    let issued_at = now() - Duration::hours(1);
    let list = RegisterList {
        version: LIST_VERSION,
        iss: parse_did(OPERATOR),
        register_id: "https://register.example/v1".to_owned(),
        sequence: 418,
        issued_at,
        next_update: issued_at + Duration::hours(24),
        previous_hash: None,
        key_changes: Vec::new(),
        frameworks: vec![Framework {
            id: FRAMEWORK.to_owned(),
            version: "2025-05".to_owned(),
            name: Text::new("Kwaliteitskader", "Quality framework"),
            sectors: vec![Sector::Hbo, Sector::Wo],
            ..Framework::default()
        }],
        entities: vec![
            above(EntityKind::Root, "root", None, 3),
            above(EntityKind::Accreditor, "accreditor", Some("root"), 2),
        ],
    };
    Register {
        address: "https://register.example/v1/list".to_owned(),
        list,
        operator: key(Algorithm::EdDsa, OPERATOR),
    }
}

fn above(kind: EntityKind, name: &str, parent: Option<&str>, max_depth: u8) -> Entity {
    let id = |name: &str| format!("https://register.example/v1/accreditations/{name}");
    Entity {
        entity_id: name.to_owned(),
        kind,
        dids: vec![parse_did(&format!("did:web:{name}.register.example"))],
        legal_name: None,
        display_name: Text::new("Stelselbeheer (fictief)", "Framework governance (fictitious)"),
        did_windows: Vec::new(),
        other_identifiers: Vec::new(),
        country: Some("NL".to_owned()),
        funded: None,
        parent_entity: None,
        succeeded_by: None,
        keys: Vec::new(),
        accreditations: vec![Accreditation {
            accreditation_id: id(name),
            layer: Layer::L3,
            kind: None,
            accreditor: None,
            framework: None,
            framework_version: None,
            scope: Scope::default(),
            valid_from: day("2021-10-01"),
            valid_until: None,
            may_delegate: true,
            max_depth,
            decision: None,
            parent: parent.map(id),
            status_history: vec![event(
                1,
                Status::Active,
                day("2021-10-01"),
                day("2021-09-01"),
                Effect::Prospective,
            )],
        }],
        evidence: Vec::new(),
    }
}

impl Register {
    /// Lists an institution and its unit.
    pub fn admitting(mut self, institution: &Institution) -> Self {
        self.list.entities.extend(institution.entities());
        self
    }

    /// The list was signed at this moment, and is good for a day from then.
    pub fn issued_at(mut self, issued_at: DateTime<Utc>) -> Self {
        self.list.issued_at = issued_at;
        self.list.next_update = issued_at + Duration::hours(24);
        self
    }

    /// The list is published at this address.
    pub fn published_at(mut self, address: &str) -> Self {
        self.address = address.to_owned();
        self
    }

    /// Changes the list.
    pub fn with_list(mut self, change: impl FnOnce(&mut RegisterList)) -> Self {
        change(&mut self.list);
        self
    }

    /// The list, unsigned.
    pub fn list(&self) -> &RegisterList {
        &self.list
    }

    /// The operator's key.
    pub fn operator(&self) -> &SecretKey {
        &self.operator
    }

    /// The same register, run by somebody who has another key.
    pub fn operated_by_another(other: &Self) -> Self {
        Self {
            operator: key(Algorithm::EdDsa, "somebody else"),
            ..other.clone()
        }
    }

    /// The operator, as verifiers pin it.
    pub fn anchor(&self) -> TrustAnchor {
        TrustAnchor {
            iss: self.list.iss.clone(),
            jwk: self.operator.public_key().to_jwk(),
            next_key_thumbprint: None,
            register_url: None,
        }
    }

    /// The signed list.
    pub fn signed(&self) -> String {
        let kid = parse_did_url(&format!("{OPERATOR}#register-1"));
        match sign_list(&self.list, &self.operator, &kid) {
            Ok(signed) => signed,
            Err(error) => panic!("the list of this test cannot be signed: {error}"),
        }
    }

    /// The settings of a verifier that trusts this register.
    pub fn settings(&self) -> Settings {
        Settings::new(&self.address, vec![self.anchor()])
    }

    /// The register's list, as fetched just now.
    pub fn resources(&self) -> Resources {
        let mut resources = Resources::new();
        resources.insert_body(self.settings().register_url, self.signed(), now());
        resources
    }

    /// Where the receipts are for awards of the month of a microcredential.
    fn receipts_url(&self, signed: &SignedMicrocredential) -> String {
        let list = self.settings().register_url;
        let base = list.rsplit_once('/').map_or("", |(base, _)| base);
        let issuer = signed.status_lists().issuer().to_string().replace('%', "%25");
        let month = signed.awarded_on().format("%Y-%m").to_string();
        format!("{base}/receipts/{issuer}/{month}")
    }

    /// The receipts of an institution's unit, as the register publishes them: where they are, and what is there.
    ///
    /// There is one batch, which holds the copies and was received at this moment.
    pub fn receipts_for(
        &self,
        copies: &[&SignedMicrocredential],
        received_at: DateTime<Utc>,
    ) -> [(String, String); 2] {
        let copy = copies.first().expect("a copy");
        let leaves = copies.iter().map(|copy| copy.leaf()).collect();
        let leaves = Leaves::padded(leaves, &mut rng("padding")).expect("a batch");
        let awarded = copy.awarded_on();
        let receipt = Receipt {
            iss: self.list.iss.clone(),
            sequence: 1,
            previous_hash: None,
            received_at,
            batch: Batch {
                issuer: copy.status_lists().issuer(),
                batch: 1,
                root: leaves.root(),
                size: u32::try_from(leaves.count()).expect("a small batch"),
                days: vec![awarded.date_naive()],
                previous: None,
                closed_at: received_at,
            },
        };
        let kid = parse_did_url(&format!("{OPERATOR}#register-1"));
        let signed = sign_receipt(&receipt, &self.operator, &kid).expect("a receipt that can be signed");
        let month = self.receipts_url(copy);
        let base = month.rsplit_once('/').map_or("", |(base, _)| base);
        let batch = format!("{base}/batches/1-1");
        [
            (month, json!({ "receipts": [signed] }).to_string()),
            (batch, leaves.to_text()),
        ]
    }

    /// The register's list, the status lists of a microcredential, and that no receipts were given, as fetched
    /// just now.
    pub fn resources_with(&self, signed: &SignedMicrocredential) -> Resources {
        let mut resources = self.resources();
        for (url, list) in signed.status_lists().signed() {
            resources.insert_body(url, list.to_string(), now());
        }
        let lists = signed.status_lists();
        resources.insert_body(lists.token_url(), lists.token(), now());
        let none = json!({ "receipts": [] }).to_string();
        resources.insert_body(self.receipts_url(signed), none, now());
        resources
    }
}
