//! Institutions: who they are, what they were admitted to, and what happened since.

use chrono::{DateTime, Utc};
use credentials::{Did, DidUrl, Text, award::Sector};
use proofs::{Algorithm, SecretKey};
use serde_json::{Value, json};
use trust::{
    Accreditation, Effect, Entity, EntityKind, Evidence, Key, Layer, OtherIdentifier, Reason, Scope,
    SizeRange, SizeUnit, Status, StatusEvent,
};

use crate::{day, key};

/// The framework that sample institutions take part in.
pub const FRAMEWORK: &str = "https://framework.example.org/ho/2025-05";

/// An institution with one unit that issues on its behalf. Changed step by step, each step returning it.
#[derive(Clone)]
pub struct Institution {
    slug: String,
    entity: Entity,
    unit: Entity,
    ed25519: SecretKey,
    p256: SecretKey,
}

/// Hogeschool Waterland with its school of energy, admitted from 1 May 2025 for five to seven, 3–30 ECTS.
pub fn an_institution() -> Institution {
    Institution::new(
        "waterland",
        "Hogeschool Waterland",
        "Waterland University of Applied Sciences",
    )
}

impl Institution {
    /// Another institution; its keys and identifiers follow from `slug`.
    pub fn new(slug: &str, nl: &str, en: &str) -> Self {
        Self::known_as(&format!("did:web:{slug}.example"), slug, nl, en)
    }

    /// Another institution under an identifier of its own, such as one below a loopback origin.
    pub fn known_as(did: &str, slug: &str, nl: &str, en: &str) -> Self {
        let unit_did = format!("{did}:energie");
        let (ed25519, p256) = (key(Algorithm::EdDsa, &unit_did), key(Algorithm::Es256, &unit_did));
        let institution_accreditation = format!("https://register.example/v1/accreditations/{slug}");
        let accreditation = |id: &str, parent: &str, may_delegate: bool| Accreditation {
            accreditation_id: id.to_owned(),
            layer: Layer::L3,
            kind: Some("framework-participation".to_owned()),
            accreditor: None,
            framework: Some(FRAMEWORK.to_owned()),
            framework_version: Some("2025-05".to_owned()),
            scope: scope(),
            valid_from: day("2025-05-01"),
            valid_until: Some(day("2027-05-01")),
            may_delegate,
            max_depth: u8::from(may_delegate),
            decision: None,
            parent: Some(parent.to_owned()),
            status_history: vec![event(
                1,
                Status::Active,
                day("2025-05-01"),
                day("2025-04-24"),
                Effect::Prospective,
            )],
        };
        let unit_accreditation = accreditation(
            &format!("{institution_accreditation}-energie"),
            &institution_accreditation,
            false,
        );
        let entity = Entity {
            entity_id: slug.to_owned(),
            kind: EntityKind::Institution,
            dids: vec![parse_did(did)],
            legal_name: Some(format!("Stichting {nl}")),
            display_name: Text::new(nl, en),
            did_windows: Vec::new(),
            other_identifiers: vec![OtherIdentifier {
                scheme: "BRIN".to_owned(),
                value: "99ZZ".to_owned(),
            }],
            country: Some("NL".to_owned()),
            funded: Some(true),
            parent_entity: None,
            succeeded_by: None,
            keys: Vec::new(),
            accreditations: vec![accreditation(
                &institution_accreditation,
                "https://register.example/v1/accreditations/accreditor",
                true,
            )],
            evidence: Vec::new(),
        };
        let unit = Entity {
            entity_id: format!("{slug}-energie"),
            kind: EntityKind::Unit,
            dids: vec![parse_did(&unit_did)],
            legal_name: None,
            display_name: Text::new(
                "Academie voor Energie en Techniek",
                "School of Energy and Technology",
            ),
            did_windows: Vec::new(),
            other_identifiers: Vec::new(),
            country: Some("NL".to_owned()),
            funded: None,
            parent_entity: Some(slug.to_owned()),
            succeeded_by: None,
            keys: vec![
                registered(&format!("{unit_did}#ed25519-1"), &ed25519),
                registered(&format!("{unit_did}#p256-1"), &p256),
            ],
            accreditations: vec![unit_accreditation],
            evidence: Vec::new(),
        };
        Self {
            slug: slug.to_owned(),
            entity,
            unit,
            ed25519,
            p256,
        }
    }

    /// The unit's identifier, which issues.
    pub fn issuer(&self) -> Did {
        self.unit.dids.first().expect("a unit has a DID").clone()
    }

    /// The institution's identifier.
    pub fn did(&self) -> Did {
        self.entity
            .dids
            .first()
            .expect("an institution has a DID")
            .clone()
    }

    /// The short name from which keys and identifiers follow.
    pub fn slug(&self) -> &str {
        &self.slug
    }

    /// The institution's Dutch name.
    pub fn name(&self) -> &Text {
        &self.entity.display_name
    }

    /// The unit's name.
    pub fn unit_name(&self) -> &Text {
        &self.unit.display_name
    }

    /// The key that signs Data Integrity proofs, and its name.
    pub fn ed25519(&self) -> (&SecretKey, DidUrl) {
        (&self.ed25519, self.kid("ed25519-1"))
    }

    /// The key that signs tokens, and its name.
    pub fn p256(&self) -> (&SecretKey, DidUrl) {
        (&self.p256, self.kid("p256-1"))
    }

    /// The DID document of the unit, with each key for the purposes that are named, such as `assertionMethod`.
    pub fn did_document(&self, purposes: &[&str]) -> Value {
        let issuer = self.issuer();
        let method = |(key, kid): (&SecretKey, DidUrl)| {
            json!({
                "id": kid, "type": "JsonWebKey", "controller": issuer, "publicKeyJwk": key.public_key().to_jwk(),
            })
        };
        let mut document = json!({
            "@context": ["https://www.w3.org/ns/did/v1"],
            "id": issuer,
            "verificationMethod": [method(self.ed25519()), method(self.p256())],
        });
        for purpose in purposes {
            document[*purpose] = json!([self.ed25519().1, self.p256().1]);
        }
        document
    }

    /// The institution and its unit, as the register lists them.
    pub fn entities(&self) -> [Entity; 2] {
        [self.entity.clone(), self.unit.clone()]
    }

    /// The institution is suspended from a day on; the register learns of it the same day.
    pub fn suspended(self, from: DateTime<Utc>) -> Self {
        self.decided(Status::Suspended, from, from, Effect::Prospective)
    }

    /// The institution is active again from a day on.
    pub fn reinstated(self, from: DateTime<Utc>) -> Self {
        self.decided(Status::Active, from, from, Effect::Prospective)
    }

    /// The institution is withdrawn from a day on.
    pub fn withdrawn(self, from: DateTime<Utc>) -> Self {
        self.decided(Status::Withdrawn, from, from, Effect::Prospective)
    }

    /// On `recorded` it is decided that the institution was withdrawn from an earlier day on.
    pub fn withdrawn_retroactively(self, from: DateTime<Utc>, recorded: DateTime<Utc>) -> Self {
        self.decided(Status::Withdrawn, from, recorded, Effect::Retroactive)
    }

    /// Adds a decision about the institution's accreditation.
    pub fn decided(
        mut self,
        status: Status,
        from: DateTime<Utc>,
        recorded: DateTime<Utc>,
        effect: Effect,
    ) -> Self {
        let history = &mut self
            .entity
            .accreditations
            .first_mut()
            .expect("an accreditation")
            .status_history;
        let seq = history.last().map_or(1, |event| event.seq + 1);
        history.push(event(seq, status, from, recorded, effect));
        self
    }

    /// The register learns that somebody else may have the unit's keys.
    pub fn keys_compromised(mut self, at: DateTime<Utc>) -> Self {
        self.unit
            .keys
            .iter_mut()
            .for_each(|key| key.compromised_at = Some(at));
        self
    }

    /// The unit's keys count in this window only.
    pub fn keys_valid(mut self, from: DateTime<Utc>, until: Option<DateTime<Utc>>) -> Self {
        for key in &mut self.unit.keys {
            key.not_before = from;
            key.not_after = until;
        }
        self
    }

    /// The register does not know the unit's keys.
    pub fn without_keys(mut self) -> Self {
        self.unit.keys.clear();
        self
    }

    /// An agency judged the institution, `positive` or `negative`, from one day to another.
    pub fn judged(mut self, decision: &str, from: &str, until: &str) -> Self {
        let date = |text: &str| Some(day(text).date_naive());
        self.entity.evidence.push(Evidence {
            layer: Layer::L2,
            kind: "quality-assurance-decision".to_owned(),
            source: Some("DEQAR".to_owned()),
            identifier: Some("report 000000".to_owned()),
            valid_from: date(from),
            valid_to: date(until),
            decision: Some(decision.to_owned()),
            outcome: None,
            checked_at: Some(day("2026-11-20")),
            recorded_at: None,
            url: None,
            name: None,
        });
        self
    }

    /// Changes the institution as the register lists it.
    pub fn with_institution(mut self, change: impl FnOnce(&mut Entity)) -> Self {
        change(&mut self.entity);
        self
    }

    /// Changes the unit as the register lists it.
    pub fn with_unit(mut self, change: impl FnOnce(&mut Entity)) -> Self {
        change(&mut self.unit);
        self
    }

    fn kid(&self, fragment: &str) -> DidUrl {
        parse_did_url(&format!("{}#{fragment}", self.issuer()))
    }
}

/// What sample institutions may issue.
pub(crate) fn scope() -> Scope {
    Scope {
        sectors: Some(vec![Sector::Hbo]),
        jurisdictions: Some(vec!["NL".to_owned()]),
        eqf: Some(vec![5, 6, 7]),
        nlqf: None,
        fields: None,
        sizes: Some(vec![
            SizeRange {
                unit: SizeUnit::Ec,
                min: 3.0,
                max: 30.0,
                step: Some(0.5),
            },
            SizeRange {
                unit: SizeUnit::Hour,
                min: 84.0,
                max: 840.0,
                step: Some(1.0),
            },
        ]),
        credential_types: Some(vec!["MicroCredential".to_owned()]),
    }
}

pub(crate) fn event(
    seq: u64,
    status: Status,
    effective_from: DateTime<Utc>,
    recorded_at: DateTime<Utc>,
    effect: Effect,
) -> StatusEvent {
    let reason = match status {
        Status::Active => Reason {
            code: "admitted".into(),
            nl: "Toegelaten".into(),
            en: "Admitted".into(),
        },
        _ => Reason {
            code: "missing-body".into(),
            nl: "geen orgaan aangewezen dat het eindniveau garandeert".into(),
            en: "no body designated to guarantee the final level".into(),
        },
    };
    StatusEvent {
        seq,
        status,
        effective_from,
        recorded_at,
        effect,
        reason,
        decision: None,
    }
}

fn registered(kid: &str, key: &SecretKey) -> Key {
    let public = key.public_key();
    Key {
        kid: parse_did_url(kid),
        public_key_jwk: public.to_jwk(),
        jwk_thumbprint: public.thumbprint(),
        not_before: day("2025-05-01"),
        not_after: None,
        compromised_at: None,
    }
}

pub(crate) fn parse_did(text: &str) -> Did {
    text.parse().expect("a well-formed DID")
}

pub(crate) fn parse_did_url(text: &str) -> DidUrl {
    text.parse().expect("a well-formed DID URL")
}
