//! Presentations made by the code that makes them in the product.

use credentials::award::Award;
use credentials::open_badges::{self, Copy, CopyDetails, Group, StatusEntry, StatusPurpose};
use proofs::sd_jwt::{Path, SdJwt};
use proofs::vc_jose;
use proofs::{Algorithm, SecretKey};
use serde_json::{Value, json};

/// Numbers that repeat, for tests alone.
pub(crate) struct Fixed(pub(crate) u64);

impl rand_core::TryRng for Fixed {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok((self.try_next_u64()? >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        Ok(self.0)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        for byte in bytes {
            *byte = (self.try_next_u64()? >> 56) as u8;
        }
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Fixed {}

/// An institution and one of its awards.
pub(crate) struct Sample {
    pub(crate) name: &'static str,
    pub(crate) award: Award,
    /// Host and path of the institution's DID, such as `localhost%3A4702`.
    pub(crate) did: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) base_url: &'static str,
    pub(crate) achievement: &'static str,
    pub(crate) lists: [&'static str; 2],
    pub(crate) indexes: [u32; 2],
    pub(crate) id: &'static str,
}

fn example_award() -> Award {
    let text = include_str!("../../../../specs/credential-profile/examples/award.json");
    serde_json::from_str(text).unwrap()
}

fn changed(changes: Value) -> Award {
    let mut award = serde_json::to_value(example_award()).unwrap();
    merge(&mut award, changes);
    serde_json::from_value(award).unwrap()
}

fn merge(into: &mut Value, changes: Value) {
    match (into, changes) {
        (Value::Object(into), Value::Object(changes)) => {
            for (name, value) in changes {
                if value.is_null() {
                    into.remove(&name);
                } else {
                    merge(into.entry(name).or_insert(Value::Null), value);
                }
            }
        }
        (into, changes) => *into = changes,
    }
}

/// The institution of the specification's examples.
pub(crate) fn waterland() -> Sample {
    Sample {
        name: "example institution",
        award: example_award(),
        did: "credentials.hswaterland.example",
        unit: "energie",
        base_url: "https://credentials.hswaterland.example",
        achievement: "q7JtWc0xR2mB",
        lists: ["k3f9Xw2-", "p81x_L0d"],
        indexes: [94_567, 7_204],
        id: "urn:uuid:6f1a0c1e-2d5b-4c1f-9a55-3b7c2e9d8f10",
    }
}

/// The same institution on one machine, over plain http.
pub(crate) fn localhost() -> Sample {
    Sample {
        name: "localhost",
        did: "localhost%3A4702",
        base_url: "http://localhost:4702",
        ..waterland()
    }
}

/// A university whose names, hosts, words and numbers appear nowhere in the dictionary.
pub(crate) fn never_seen() -> Sample {
    Sample {
        name: "institution never seen",
        award: changed(json!({
            "participant": {"givenName": "Oluwaseun Marie-Claire", "familyName": "Bakır-Jørgensen"},
            "issuing": {
                "institution": {"name": {"nl": "Rijksuniversiteit Kwelderzijl", "en": null}},
                "unit": {"name": {"nl": "Faculteit Ruimtelijke Wetenschappen", "en": null}},
                "institutionCode": "47QX"
            },
            "achievement": {
                "title": {"nl": "Klimaatadaptatie in krimpregio's", "en": "Climate adaptation in shrinking regions"},
                "level": {"eqf": 7, "nlqf": "7"},
                "size": {"ec": 2.5, "hours": 70},
                "sector": "wo",
                "field": "0521"
            },
            "awardedAt": "2027-01-28T15:42:07Z"
        })),
        did: "badges.kwelderzijl.example",
        unit: "frw",
        base_url: "https://badges.kwelderzijl.example",
        achievement: "f7Qd2uA9_kTz",
        lists: ["Zb7mNc4R", "w0QeH5ty"],
        indexes: [30_018, 121_999],
        id: "urn:uuid:0b9cfe5d-77a1-4e02-8d3f-c15e24f6a98b",
    }
}

/// A school for vocational education, with a unit of size and a framework of its own.
pub(crate) fn vocational() -> Sample {
    Sample {
        name: "vocational school never seen",
        award: changed(json!({
            "participant": {"givenName": "Joost", "familyName": "Wijnbergen"},
            "issuing": {
                "institution": {"name": {"nl": "ROC Drechtoevers", "en": null}},
                "unit": {"name": {"nl": "Team Haven en Vervoer", "en": null}},
                "institutionCode": "08YK"
            },
            "achievement": {
                "title": {"nl": "Veilig laden en lossen", "en": null},
                "level": {"eqf": 4, "nlqf": "4"},
                "size": {"ec": null, "hours": null, "sbu": 240, "basis": "study-load"},
                "sector": "mbo",
                "field": null,
                "qualityFramework": {
                    "id": "https://framework.example.org/mbo/2024",
                    "version": "2024",
                    "digestSRI": credentials::frameworks::find("https://framework.example.org/mbo/2024", "2024")
                        .unwrap()
                        .digest_sri
                }
            }
        })),
        did: "mc.drechtoevers.example",
        unit: "haven",
        base_url: "https://mc.drechtoevers.example",
        achievement: "YpV5o2Eh7sQd",
        lists: ["Tg6vO8_s", "jX3-kB1z"],
        indexes: [512, 99_001],
        id: "urn:uuid:5d2f0a77-9e13-4b8c-a6d4-70e1c92b3f58",
    }
}

impl Sample {
    /// The show copy as the institution issues it, everything disclosed.
    pub(crate) fn issued(&self) -> (SdJwt, SecretKey) {
        self.issued_of(0)
    }

    /// Another holder's copy for every seed: other keys, salts and signatures.
    fn issued_of(&self, seed: u64) -> (SdJwt, SecretKey) {
        let mut rng = Fixed(self.did.bytes().map(u64::from).sum::<u64>() + (seed << 32));
        let issuer = SecretKey::generate(Algorithm::Es256, &mut rng);
        let holder = SecretKey::generate(Algorithm::Es256, &mut rng);
        let issuer_did = format!("did:web:{}:{}", self.did, self.unit);
        let status = |purpose, index: usize| StatusEntry {
            purpose,
            list_url: format!("{}/status/{}", self.base_url, self.lists[index]),
            index: self.indexes[index],
        };
        let details = CopyDetails {
            id: self.id.parse().unwrap(),
            issuer_did: issuer_did.parse().unwrap(),
            institution_did: format!("did:web:{}", self.did).parse().unwrap(),
            holder_did: holder.public_key().to_did_key(),
            status: vec![
                status(StatusPurpose::Revocation, 0),
                status(StatusPurpose::Suspension, 1),
            ],
            achievement_url: format!("{}/achievements/{}", self.base_url, self.achievement),
        };
        let mut credential = open_badges::credential(&self.award, Copy::Show, &details).unwrap();
        let paths: Vec<Path> = open_badges::disclosable(Copy::Show, &credential)
            .iter()
            .map(|pointer| pointer.parse().unwrap())
            .collect();
        credential["cnf"] = json!({"kid": holder.public_key().to_did_key_url()});
        let kid: String = format!("{issuer_did}#p256-1");
        let token = vc_jose::issue(&credential, &paths, &kid, &issuer, &mut rng).unwrap();
        (SdJwt::parse(&token).unwrap(), holder)
    }

    /// What the wallet shows by QR code without being asked: these groups and no others.
    pub(crate) fn presentation(&self, shown: &[Group]) -> String {
        self.presentation_of(shown, 0)
    }

    /// The same, of another holder's copy for every seed.
    pub(crate) fn presentation_of(&self, shown: &[Group], seed: u64) -> String {
        let (issued, holder) = self.issued_of(seed);
        let payload = issued.processed().unwrap();
        let selected = issued
            .present_where(|path| {
                let group = open_badges::group(Copy::Show, &payload, &path.to_string());
                group.is_some_and(|group| shown.contains(&group))
            })
            .unwrap();
        let at = self.award.awarded_at.unwrap() + chrono::TimeDelta::days(70);
        selected
            .bind("urn:waarmerk:show", "unchallenged", at, &holder)
            .unwrap()
    }
}

/// What an employer is shown: the name, beside what is always visible.
pub(crate) const EMPLOYER: &[Group] = &[Group::Name];
