//! Microcredentials as plain JWT, and presentations that are tokens of their own.

use chrono::{DateTime, Utc};
use credentials::open_badges::Copy;
use proofs::{
    jws,
    vc_jose::{self, Envelope, Wrapped},
};
use serde_json::{Value, json};

use super::{Microcredential, SignedMicrocredential};

impl Microcredential {
    /// Signed as `vc+jwt`.
    pub fn signed_as_jwt(self) -> SignedMicrocredential {
        let mut credential = self.credential(Copy::Portable);
        (self.change)(&mut credential);
        let (signer, kid) = self.institution.p256();
        let text = vc_jose::issue_jwt(&credential, &kid, signer).expect("a credential that can be signed");
        self.signed_text(text)
    }

    /// Signed as Open Badges 3.0 has it: the credential and claims that repeat it, of no type of its own.
    pub fn signed_as_badge_jwt(self) -> SignedMicrocredential {
        let mut payload = self.credential(Copy::Portable);
        let (signer, kid) = self.institution.p256();
        let moment = |payload: &Value, member: &str| -> Option<DateTime<Utc>> {
            payload.get(member)?.as_str()?.parse().ok()
        };
        payload["iss"] = payload["issuer"]["id"].clone();
        payload["jti"] = payload["id"].clone();
        payload["sub"] = payload["credentialSubject"]["id"].clone();
        payload["nbf"] = json!(moment(&payload, "validFrom").map(|from| from.timestamp()));
        if let Some(until) = moment(&payload, "validUntil") {
            payload["exp"] = json!(until.timestamp());
        }
        (self.change)(&mut payload);
        let header = json!({"typ": "JWT", "kid": kid});
        let text = jws::sign(&header, payload.to_string().as_bytes(), signer).expect("a token");
        self.signed_text(text)
    }

    /// Signed as the data model 1.1 has it, with the credential in the claim `vc`.
    pub fn signed_as_jwt_of_model_1(self) -> SignedMicrocredential {
        let mut credential = self.credential(Copy::Portable);
        let (signer, kid) = self.institution.p256();
        let members = credential.as_object_mut().expect("an object");
        let mut take = |name: &str| members.remove(name).unwrap_or_default();
        let from = take("validFrom");
        let from: DateTime<Utc> = from.as_str().and_then(|from| from.parse().ok()).expect("a date");
        let (id, issuer) = (take("id"), take("issuer"));
        credential["@context"] = json!([
            "https://www.w3.org/2018/credentials/v1",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
        ]);
        let mut payload = json!({
            "iss": issuer["id"], "jti": id, "nbf": from.timestamp(), "vc": credential,
        });
        payload["vc"]["issuer"] = issuer;
        payload["vc"]["id"] = payload["jti"].clone();
        (self.change)(&mut payload);
        let header = json!({"typ": "JWT", "kid": kid});
        let text = jws::sign(&header, payload.to_string().as_bytes(), signer).expect("a token");
        self.signed_text(text)
    }

    fn signed_text(self, text: String) -> SignedMicrocredential {
        SignedMicrocredential {
            text,
            lists: self.lists(),
            holder: self.holder,
        }
    }
}

impl SignedMicrocredential {
    /// The credential of a plain JWT.
    pub(super) fn jwt(&self) -> Option<Value> {
        let read = vc_jose::read(&self.text).or_else(|_| vc_jose::read_earlier(&self.text));
        Some(read.ok()?.credential().clone())
    }

    /// It in a presentation, not yet signed, that answers a challenge.
    pub fn presentation(&self, nonce: &str, at: DateTime<Utc>) -> Value {
        let kind = if self.text.contains('~') {
            Wrapped::SdJwt
        } else {
            Wrapped::Jwt
        };
        json!({
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiablePresentation"],
            "holder": self.holder.public_key().to_did_key(),
            "verifiableCredential": [Envelope::new(kind, &self.text).to_json()],
            "aud": "urn:waarmerk:show", "nonce": nonce, "iat": at.timestamp(),
        })
    }

    /// Shown by its holder just now in a `vp+jwt`.
    pub fn presented(&self) -> String {
        self.presenting(|_| {})
    }

    /// As [`presented`](Self::presented), with the presentation changed before its holder signs it.
    pub fn presenting(&self, change: impl FnOnce(&mut Value)) -> String {
        let mut presentation = self.presentation("unchallenged", crate::now());
        change(&mut presentation);
        let kid = self.holder.public_key().to_did_key_url();
        vc_jose::present(&presentation, &kid, &self.holder).expect("a presentation")
    }
}
