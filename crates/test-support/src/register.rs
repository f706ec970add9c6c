//! A register with a root, an accreditor and the institutions a test admits.

use chrono::{DateTime, Duration, Utc};
use credentials::{Text, award::Sector};
use proofs::{Algorithm, SecretKey};
use trust::{
    Accreditation, Effect, Entity, EntityKind, Framework, Layer, RegisterList, Scope, Status, TrustAnchor,
    sign_list,
};
use verification::{Resources, Settings};

use crate::{
    Institution, SignedMicrocredential, day,
    institution::{FRAMEWORK, event, parse_did, parse_did_url},
    key, now,
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
        iss: parse_did(OPERATOR),
        register_id: "https://register.example/v1".to_owned(),
        sequence: 418,
        issued_at,
        next_update: issued_at + Duration::hours(24),
        previous_hash: None,
        frameworks: vec![Framework {
            id: FRAMEWORK.to_owned(),
            version: "2025-05".to_owned(),
            name: Text::new("Kwaliteitskader", "Quality framework"),
            sectors: vec![Sector::Hbo, Sector::Wo],
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
        other_identifiers: Vec::new(),
        country: Some("NL".to_owned()),
        funded: None,
        parent_entity: None,
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

    /// The operator, as verifiers pin it.
    pub fn anchor(&self) -> TrustAnchor {
        TrustAnchor {
            iss: self.list.iss.clone(),
            jwk: self.operator.public_key().to_jwk(),
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

    /// The register's list and the status lists of a microcredential, as fetched just now.
    pub fn resources_with(&self, signed: &SignedMicrocredential) -> Resources {
        let mut resources = self.resources();
        for (url, list) in signed.status_lists().signed() {
            resources.insert_body(url, list.to_string(), now());
        }
        let lists = signed.status_lists();
        resources.insert_body(lists.token_url(), lists.token(), now());
        resources
    }
}
