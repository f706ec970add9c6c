//! The status lists of a sample microcredential.

use chrono::{DateTime, Duration, Utc};
use credentials::Did;
use proofs::{
    data_integrity::{self, ProofOptions},
    jws,
};
use serde_json::{Value, json};
use status_list::{
    MINIMUM_ENTRIES, Purpose, StatusList,
    token::{Status, TokenStatusList},
};

use crate::Institution;

/// The place of every sample credential in its lists.
pub(crate) const INDEX: u32 = 94_567;

/// The lists in which a microcredential has its place: two bitstring lists, and a token list of two bits.
#[derive(Clone)]
pub struct StatusLists {
    pub(crate) institution: Institution,
    pub(crate) published_at: String,
    pub(crate) revoked: bool,
    pub(crate) suspended: bool,
    pub(crate) valid_from: DateTime<Utc>,
}

impl StatusLists {
    /// The lists are from this moment, and are good for a day from then.
    pub fn valid_from(mut self, valid_from: DateTime<Utc>) -> Self {
        self.valid_from = valid_from;
        self
    }

    /// Whether the credential is revoked by these lists.
    pub fn revoked(mut self, revoked: bool) -> Self {
        self.revoked = revoked;
        self
    }

    /// Who issues them.
    pub fn issuer(&self) -> Did {
        self.institution.issuer()
    }

    /// The address of a list.
    pub fn url(&self, purpose: Purpose) -> String {
        let name = match purpose {
            Purpose::Revocation => "r1",
            Purpose::Suspension => "s1",
        };
        format!("{}/status/{name}", self.published_at)
    }

    /// Each list with its address, signed by the institution itself.
    pub fn signed(&self) -> [(String, Value); 2] {
        self.signed_by(&self.institution)
    }

    /// Each list with its address, signed by somebody, who names the institution as its issuer.
    pub fn signed_by(&self, signer: &Institution) -> [(String, Value); 2] {
        let one = |purpose, set: bool| {
            let url = self.url(purpose);
            let mut list = StatusList::new(MINIMUM_ENTRIES).expect("a list of the usual length");
            list.set(INDEX as usize, set).expect("an index in the list");
            let until = self.valid_from + Duration::hours(24);
            let unsigned = status_list::credential(
                &list,
                &url,
                purpose,
                &self.institution.issuer(),
                self.valid_from,
                until,
            );
            let (key, kid) = signer.ed25519();
            let options = ProofOptions::assertion(kid, self.valid_from);
            (
                url,
                data_integrity::sign(&unsigned, &options, key).expect("a list that can be signed"),
            )
        };
        [
            one(Purpose::Revocation, self.revoked),
            one(Purpose::Suspension, self.suspended),
        ]
    }
}

impl StatusLists {
    /// The address of the token status list.
    pub fn token_url(&self) -> String {
        format!("{}/status/t1", self.published_at)
    }

    /// The token status list, signed by the institution itself.
    pub fn token(&self) -> String {
        self.token_of(&self.institution, |_| {})
    }

    /// The token status list, signed by somebody with claims that were changed before.
    pub fn token_of(&self, signer: &Institution, change: impl FnOnce(&mut Value)) -> String {
        let status = match (self.revoked, self.suspended) {
            (true, _) => Status::Invalid,
            (false, true) => Status::Suspended,
            (false, false) => Status::Valid,
        };
        let mut list = TokenStatusList::new(2, MINIMUM_ENTRIES).expect("a list of the usual length");
        list.set(u64::from(INDEX), status).expect("an index in the list");
        let until = self.valid_from + Duration::hours(24);
        let mut claims =
            status_list::token::claims(&list, &self.token_url(), self.valid_from, Some(until), None);
        change(&mut claims);
        let (key, kid) = signer.p256();
        let header = json!({ "typ": status_list::token::TYP, "kid": kid });
        jws::sign(&header, claims.to_string().as_bytes(), key).expect("a list that can be signed")
    }
}
