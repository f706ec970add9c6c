//! What the institution states of itself and its units in a federation (OpenID Federation 1.0).
//!
//! The keys are those of the DID documents, which the register knows. Trust marks are asked of those above it and
//! shown as they were given; whoever reads them checks them.

use crate::Adapter;
use crate::identity::Party;
use chrono::{DateTime, TimeDelta, Utc};
use proofs::SignError;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::Mutex;
use trust::federation::{
    CREDENTIAL_ISSUER, EntityId, FEDERATION_ENTITY, KeySet, STATEMENT_TYPE, Statement, names, peek_mark, sign,
};
use url::Url;

/// How long what the institution says of itself may be used.
const VALIDITY: TimeDelta = TimeDelta::hours(24);
/// Those above it are not asked again sooner, whatever they answered.
const RECENT: TimeDelta = TimeDelta::minutes(10);
/// No more kinds of marks are asked of one.
const MOST_KINDS: usize = 8;

/// A trust mark as it was given, and until when it holds.
#[derive(Clone, Debug)]
struct Given {
    kind: String,
    mark: String,
    ends: DateTime<Utc>,
}

/// The trust marks of one entity, and when they were asked for.
#[derive(Debug, Default)]
struct Asked {
    at: Option<DateTime<Utc>>,
    /// With who gave them.
    marks: Vec<(EntityId, Given)>,
}

/// The trust marks that were given to the institution and its units.
#[derive(Debug, Default)]
pub(crate) struct Marks(Mutex<BTreeMap<EntityId, Arc<Mutex<Asked>>>>);

impl Adapter {
    /// What one of the parties says of itself; nothing when it takes part in no federation.
    pub(crate) async fn entity_configuration(&self, party: &Party) -> Result<Option<String>, SignError> {
        let is_plain = self.config.public_url.scheme() == "http";
        let id = EntityId::of_did(party.did(), is_plain);
        let (Some(federation), Some(id)) = (&self.config.federation, id) else {
            return Ok(None);
        };
        let now = self.clock.now();
        let marks = self.trust_marks(&id, now).await;
        let marks = marks
            .iter()
            .map(|given| json!({"trust_mark_type": given.kind, "trust_mark": given.mark}));
        let (_, ed25519) = party.ed25519();
        let (_, p256) = party.p256();
        let keys = KeySet::of([p256.public_key(), ed25519.public_key()]);
        let mut claims = json!({
            "iss": id,
            "sub": id,
            "jwks": keys,
            "authority_hints": federation.authority_hints,
            "metadata": {
                FEDERATION_ENTITY: names(party.name()),
                CREDENTIAL_ISSUER: {"credential_issuer": self.config.base(), "jwks": keys},
            },
        });
        let marks: Vec<Value> = marks.collect();
        if let Some(claims) = claims.as_object_mut().filter(|_| !marks.is_empty()) {
            claims.insert("trust_marks".into(), marks.into());
        }
        let signer = (p256 as _, &p256.public_key());
        sign(STATEMENT_TYPE, claims, signer, (now, Some(now + VALIDITY))).map(Some)
    }

    /// The marks that hold, asked for afresh when that was not done lately.
    async fn trust_marks(&self, id: &EntityId, now: DateTime<Utc>) -> Vec<Given> {
        let asked = self
            .federation
            .0
            .lock()
            .await
            .entry(id.clone())
            .or_default()
            .clone();
        let mut asked = asked.lock().await;
        if asked.at.is_none_or(|at| !(at..at + RECENT).contains(&now)) {
            let hints = self.config.federation.iter().flat_map(|one| &one.authority_hints);
            let mut marks = Vec::new();
            for authority in hints.filter_map(|hint| EntityId::parse(hint).ok()) {
                match self.marks_by(&authority, id, now).await {
                    Ok(given) => marks.extend(given.into_iter().map(|given| (authority.clone(), given))),
                    Err(error) => {
                        tracing::warn!(%authority, error, "no trust marks could be asked for");
                        // Those it gave before hold until their own end.
                        marks.extend(asked.marks.iter().filter(|(by, _)| *by == authority).cloned());
                    }
                }
            }
            // Only now: whoever asked may have gone away in between.
            asked.at = Some(now);
            asked.marks = marks;
        }
        asked
            .marks
            .iter()
            .map(|(_, given)| given)
            .filter(|given| given.ends > now)
            .cloned()
            .collect()
    }

    /// Every mark that one above it gives itself and gives to `id`.
    async fn marks_by(
        &self,
        authority: &EntityId,
        id: &EntityId,
        now: DateTime<Utc>,
    ) -> Result<Vec<Given>, String> {
        let own = self
            .text(&authority.configuration(), "application/entity-statement+jwt")
            .await?;
        let own = own.ok_or("it says nothing of itself")?;
        let own = Statement::read(&own, now).map_err(|error| error.to_string())?;
        let endpoint = own.endpoint("federation_trust_mark_endpoint").map(Url::parse);
        let Some(Ok(endpoint)) = endpoint.filter(|_| own.subject() == authority) else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for kind in own.marks_given_by(authority).take(MOST_KINDS) {
            let mut address = endpoint.clone();
            address
                .query_pairs_mut()
                .append_pair("trust_mark_type", kind)
                .append_pair("sub", id.as_str());
            let Some(mark) = self.text(address.as_str(), "application/trust-mark+jwt").await? else {
                continue;
            };
            let said = peek_mark(&mark, id, now).map_err(|error| error.to_string())?;
            if said.trust_mark_type == kind && said.issuer == *authority {
                found.push(Given {
                    kind: kind.to_owned(),
                    mark,
                    ends: said.ends.unwrap_or(now + VALIDITY),
                });
            }
        }
        Ok(found)
    }

    /// What lies at an address, if anything does.
    async fn text(&self, address: &str, media_type: &str) -> Result<Option<String>, String> {
        let fetched = self
            .client
            .get(address, media_type)
            .await
            .map_err(|error| error.to_string())?;
        match fetched.status {
            200 => Ok(String::from_utf8(fetched.body).ok()),
            404 => Ok(None),
            status => Err(format!("status {status}")),
        }
    }
}
