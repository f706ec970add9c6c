//! Signed microcredentials, with their holder and their status lists.

mod jose;

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use credentials::{
    CredentialId, Did,
    award::{Award, Sector},
    open_badges::{self, Copy, CopyDetails, StatusEntry},
    sd_jwt_vc::{Details, TokenStatusEntry},
};
use proofs::{
    Algorithm, SecretKey,
    data_integrity::{self, Cryptosuite, ProofOptions, ecdsa_sd},
    sd_jwt::{self, Path, SdJwt},
    sd_jwt_vc, vc_jose,
};
use serde_json::{Value, json};
use status_list::Purpose;
use trust::receipts::{Leaf, leaf};

use crate::{
    Institution, an_institution,
    institution::FRAMEWORK,
    key, now, rng,
    status_lists::{INDEX, StatusLists},
};

/// What an institution is about to issue. Changed step by step, each step returning it.
#[derive(Clone)]
pub struct Microcredential {
    institution: Institution,
    award: Award,
    holder: SecretKey,
    status: Option<(bool, bool)>,
    published_at: Option<String>,
    hideable: Vec<&'static str>,
    change: Arc<dyn Fn(&mut Value) + Send + Sync>,
}

/// *Warmtepompsystemen ontwerpen*, 5 ECTS at level 6, awarded on 14 September 2026 by [`an_institution`].
pub fn a_microcredential() -> Microcredential {
    let award = json!({
        "participant": { "givenName": "Sanne", "familyName": "de Vries", "confirmed": true },
        "issuing": {
            "institution": { "name": { "nl": "Hogeschool Waterland" } },
            "unit": { "name": { "nl": "Academie voor Energie en Techniek" } },
            "country": "NL",
            "institutionCode": "99ZZ",
        },
        "achievement": {
            "credentialType": "MicroCredential",
            "title": { "nl": "Warmtepompsystemen ontwerpen", "en": "Designing heat pump systems" },
            "description": { "nl": "Je leert een warmtepompsysteem berekenen, ontwerpen en inregelen." },
            "language": "nl",
            "outcomes": [
                { "text": { "nl": "Je berekent het warmteverlies van een woning.", "en": "You calculate heat loss." } },
                { "text": { "nl": "Je ontwerpt een passend systeem.", "en": "You design a suitable system." } },
            ],
            "criteria": { "nl": "Ontwerpdossier en gesprek, beide voldoende.", "en": "Portfolio and interview, both passed." },
            "level": { "eqf": 6, "nlqf": "6" },
            "size": { "ec": 5.0, "hours": 140 },
            "sector": "hbo",
            "qualityFramework": {
                "id": FRAMEWORK,
                "version": "2025-05",
                "name": { "nl": "Kwaliteitskader" },
                "digestSRI": "sha384-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            },
        },
        "awardedAt": "2026-09-14T09:30:00+02:00",
        "result": { "value": "8", "scale": "1–10" },
        "evidence": [{ "url": "https://badges.example/public/assertions/1", "name": "Open Badges 2.0 assertion" }],
    });
    Microcredential {
        institution: an_institution(),
        award: serde_json::from_value(award).expect("a sound award"),
        holder: key(Algorithm::Es256, "holder"),
        status: Some((false, false)),
        published_at: None,
        hideable: Vec::new(),
        change: Arc::new(|_| {}),
    }
}

impl Microcredential {
    /// Who issues it.
    pub fn by(mut self, institution: &Institution) -> Self {
        self.institution = institution.clone();
        self.award.issuing.institution.name = institution.name().clone();
        self.award.issuing.unit.name = institution.unit_name().clone();
        self
    }

    /// The date of the award.
    pub fn awarded_on(mut self, at: DateTime<Utc>) -> Self {
        self.award.awarded_at = Some(at);
        self
    }

    /// The end date.
    pub fn expiring_on(mut self, at: DateTime<Utc>) -> Self {
        self.award.expires_at = Some(at);
        self
    }

    /// Its level in the European framework.
    pub fn of_level(mut self, eqf: u8) -> Self {
        let level = self.award.achievement.level.as_mut().expect("a level");
        level.eqf = eqf;
        level.nlqf = Some(eqf.to_string());
        self
    }

    /// Its size in study credits.
    pub fn of_size(mut self, ec: f64) -> Self {
        let size = self.award.achievement.size.as_mut().expect("a size");
        size.ec = Some(ec);
        size.hours = None;
        self
    }

    /// Its sector.
    pub fn in_sector(mut self, sector: Sector) -> Self {
        self.award.achievement.sector = Some(sector);
        self
    }

    /// Its Open Badges achievement type.
    pub fn of_type(mut self, credential_type: &str) -> Self {
        self.award.achievement.credential_type = Some(credential_type.to_owned());
        self
    }

    /// The quality framework it says to be made under.
    pub fn under_framework(mut self, id: &str) -> Self {
        self.award
            .achievement
            .quality_framework
            .as_mut()
            .expect("a framework")
            .id = id.to_owned();
        self
    }

    /// Its issuer revoked it.
    pub fn revoked(mut self) -> Self {
        self.status = Some((true, false));
        self
    }

    /// Its issuer suspended it.
    pub fn suspended(mut self) -> Self {
        self.status = Some((false, true));
        self
    }

    /// Its status lists are published below this address, instead of at the institution's own `.example` host.
    pub fn published_at(mut self, address: &str) -> Self {
        self.published_at = Some(address.to_owned());
        self
    }

    /// Its issuer keeps no lists.
    pub fn without_status(mut self) -> Self {
        self.status = None;
        self
    }

    /// Its issuer lets these be hidden as well, which no profile has.
    pub fn letting_hide(mut self, pointers: &[&'static str]) -> Self {
        self.hideable = pointers.to_vec();
        self
    }

    /// Changes the credential before it is signed, as an issuer might that errs.
    pub fn changed(mut self, change: impl Fn(&mut Value) + Send + Sync + 'static) -> Self {
        self.change = Arc::new(change);
        self
    }

    /// Signed as the copy for QR codes, with everything disclosed.
    pub fn signed(self) -> SignedMicrocredential {
        self.signed_as(Copy::Show)
    }

    /// Signed as an SD-JWT, in the given shape.
    pub fn signed_as(self, copy: Copy) -> SignedMicrocredential {
        let mut credential = self.credential(copy);
        let disclosable = self.disclosable(open_badges::disclosable(copy, &credential));
        credential["cnf"] = json!({ "kid": self.holder.public_key().to_did_key_url() });
        (self.change)(&mut credential);
        let (signer, kid) = self.institution.p256();
        let seed = &mut rng("salts");
        let text = vc_jose::issue(&credential, &disclosable, &kid, signer, seed)
            .expect("a credential that can be signed");
        SignedMicrocredential {
            text,
            lists: self.lists(),
            holder: self.holder,
        }
    }

    /// Signed as an SD-JWT VC, with everything disclosed.
    pub fn signed_as_sd_jwt_vc(self) -> SignedMicrocredential {
        self.signed_as_sd_jwt_vc_of_type(sd_jwt_vc::TYPE)
    }

    /// Signed as an SD-JWT VC with this `typ`.
    pub fn signed_as_sd_jwt_vc_of_type(self, typ: &str) -> SignedMicrocredential {
        let mut claims = self.claims();
        (self.change)(&mut claims);
        let disclosable = self.disclosable(credentials::sd_jwt_vc::disclosable(&claims));
        let (signer, kid) = self.institution.p256();
        let header = json!({ "typ": typ, "kid": kid });
        let text = sd_jwt::issue(&claims, &disclosable, &header, signer, &mut rng("salts"))
            .expect("a credential that can be signed");
        SignedMicrocredential {
            text,
            lists: self.lists(),
            holder: self.holder,
        }
    }

    fn disclosable(&self, of_profile: Vec<String>) -> Vec<Path> {
        let more = self.hideable.iter().map(|&pointer| pointer.to_owned());
        of_profile
            .into_iter()
            .chain(more)
            .map(|pointer| pointer.parse().expect("a JSON pointer"))
            .collect()
    }

    /// Signed with a Data Integrity proof.
    pub fn signed_as_data_integrity(self) -> SignedMicrocredential {
        let mut credential = self.credential(Copy::Portable);
        (self.change)(&mut credential);
        let (signer, kid) = self.institution.ed25519();
        let created = self.award.awarded_at.unwrap_or_else(now);
        let signed = data_integrity::sign(&credential, &ProofOptions::assertion(kid, created), signer);
        let text = signed.expect("a credential that can be signed").to_string();
        SignedMicrocredential {
            text,
            lists: self.lists(),
            holder: self.holder,
        }
    }

    /// Signed with a Data Integrity proof of another suite than `eddsa-rdfc-2022`, by the key that suits it.
    pub fn signed_with(self, cryptosuite: Cryptosuite) -> SignedMicrocredential {
        let mut credential = self.credential(Copy::Portable);
        (self.change)(&mut credential);
        let (signer, kid) = match cryptosuite {
            Cryptosuite::EddsaRdfc2022 | Cryptosuite::EddsaJcs2022 | Cryptosuite::Ed25519Signature2020 => {
                self.institution.ed25519()
            }
            Cryptosuite::EcdsaRdfc2019 | Cryptosuite::EcdsaJcs2019 | Cryptosuite::EcdsaSd2023 => {
                self.institution.p256()
            }
        };
        let created = self.award.awarded_at.unwrap_or_else(now);
        let options = ProofOptions::assertion(kid, created).with(cryptosuite);
        let signed = data_integrity::sign(&credential, &options, signer);
        SignedMicrocredential {
            text: signed.expect("a credential that can be signed").to_string(),
            lists: self.lists(),
            holder: self.holder,
        }
    }

    /// Signed with `ecdsa-sd-2023`, as the holder gets it.
    pub fn signed_as_base(self) -> SignedMicrocredential {
        let mut credential = self.credential(Copy::Portable);
        (self.change)(&mut credential);
        let (signer, kid) = self.institution.p256();
        let created = self.award.awarded_at.unwrap_or_else(now);
        let mandatory = open_badges::mandatory(&credential);
        let options = ProofOptions::assertion(kid, created);
        let signed = ecdsa_sd::sign(&credential, &options, &mandatory, signer, &mut rng("statements"));
        SignedMicrocredential {
            text: signed.expect("a credential that can be signed").to_string(),
            lists: self.lists(),
            holder: self.holder,
        }
    }

    /// Signed with `ecdsa-sd-2023`, and what is always shown derived from it together with what these JSON pointers
    /// select.
    pub fn signed_selectively(self, selective: &[&str]) -> SignedMicrocredential {
        let base = self.signed_as_base();
        let document: Value = serde_json::from_str(&base.text).expect("JSON");
        let selective: Vec<String> = selective.iter().map(|&pointer| pointer.to_owned()).collect();
        let shown = ecdsa_sd::derive(&document, &selective).expect("a choice that can be shown");
        SignedMicrocredential {
            text: shown.to_string(),
            ..base
        }
    }

    fn credential(&self, copy: Copy) -> Value {
        let holder_did: Did = self.holder.public_key().to_did_key();
        let lists = self.lists();
        let entry = |purpose| StatusEntry {
            purpose,
            list_url: lists.url(purpose),
            index: INDEX,
        };
        let details = CopyDetails {
            id: CredentialId::from_random([7; 16]),
            issuer_did: self.institution.issuer(),
            institution_did: self.institution.did(),
            holder_did,
            status: vec![entry(Purpose::Revocation), entry(Purpose::Suspension)],
            achievement_url: format!(
                "https://{}.example/achievements/warmtepomp",
                self.institution.slug()
            ),
        };
        let mut credential =
            open_badges::credential(&self.award, copy, &details).expect("an award that can be projected");
        if self.status.is_none() {
            credential
                .as_object_mut()
                .expect("an object")
                .remove("credentialStatus");
        }
        credential
    }

    fn claims(&self) -> Value {
        let details = Details {
            id: CredentialId::from_random([7; 16]),
            issuer_did: self.institution.issuer(),
            institution_did: self.institution.did(),
            holder_jwk: self.holder.public_key().to_jwk(),
            status: TokenStatusEntry {
                uri: self.lists().token_url(),
                index: INDEX,
            },
            achievement_url: format!(
                "https://{}.example/achievements/warmtepomp",
                self.institution.slug()
            ),
            issued_at: self.award.awarded_at.unwrap_or_else(now),
        };
        let mut claims =
            credentials::sd_jwt_vc::claims(&self.award, &details).expect("an award that can be projected");
        if self.status.is_none() {
            claims.as_object_mut().expect("an object").remove("status");
        }
        claims
    }

    fn lists(&self) -> StatusLists {
        let (revoked, suspended) = self.status.unwrap_or_default();
        let own = || format!("https://{}.example", self.institution.slug());
        StatusLists {
            institution: self.institution.clone(),
            published_at: self.published_at.clone().unwrap_or_else(own),
            revoked,
            suspended,
            valid_from: now() - Duration::hours(2),
        }
    }
}

/// A signed microcredential, its holder and its lists.
pub struct SignedMicrocredential {
    /// The credential as it is handed over: a compact SD-JWT, or JSON.
    pub text: String,
    lists: StatusLists,
    holder: SecretKey,
}

impl SignedMicrocredential {
    /// With another text, such as one that somebody else signed.
    pub(crate) fn written_as(self, text: String) -> Self {
        Self { text, ..self }
    }

    /// The status lists it has its places in.
    pub fn status_lists(&self) -> &StatusLists {
        &self.lists
    }

    /// The holder's key.
    pub fn holder(&self) -> &SecretKey {
        &self.holder
    }

    /// The commitment to this copy.
    pub fn leaf(&self) -> Leaf {
        leaf(&self.signed_payload()).expect("a payload with ordinary numbers")
    }

    /// The date of the award, by the credential; now, if it has none that can be read.
    pub fn awarded_on(&self) -> DateTime<Utc> {
        let payload = self.signed_payload();
        let of_token = || credentials::sd_jwt_vc::facts(&payload).ok()?.awarded_on;
        let date = payload.get("validFrom").and_then(Value::as_str);
        date.and_then(|date| date.parse().ok())
            .or_else(of_token)
            .unwrap_or_else(now)
    }

    fn signed_payload(&self) -> Value {
        if self.text.contains('~') {
            self.sd_jwt().signed_payload().clone()
        } else if let Some(credential) = self.jwt() {
            credential
        } else {
            serde_json::from_str(&self.text).expect("JSON")
        }
    }

    /// The SD-JWT, unbound.
    pub fn sd_jwt(&self) -> SdJwt {
        SdJwt::parse(&self.text).expect("an SD-JWT")
    }

    /// Shown by its holder just now, with everything visible.
    pub fn shown(&self) -> String {
        self.shown_at(now())
    }

    /// Shown by its holder at a moment.
    pub fn shown_at(&self, at: DateTime<Utc>) -> String {
        self.answering("unchallenged", at)
    }

    /// Shown by its holder in answer to a challenge.
    pub fn answering(&self, nonce: &str, at: DateTime<Utc>) -> String {
        let bound = self.sd_jwt().bind("urn:waarmerk:show", nonce, at, &self.holder);
        bound.expect("a presentation")
    }

    /// Shown just now without the claims at these JSON pointers and what lies in them.
    pub fn shown_without(&self, hidden: &[&str]) -> String {
        let hidden: Vec<Path> = hidden
            .iter()
            .map(|pointer| pointer.parse().expect("a JSON pointer"))
            .collect();
        let kept = self
            .sd_jwt()
            .present_where(|path| !hidden.iter().any(|one| path.starts_with(one)));
        let bound = kept
            .expect("a selection")
            .bind("urn:waarmerk:show", "unchallenged", now(), &self.holder);
        bound.expect("a presentation")
    }

    /// The text of a QR code in which its holder shows it just now.
    pub fn qr(&self) -> String {
        qr_presentation::encode(&self.shown()).expect("a presentation that fits into a QR code")
    }
}
