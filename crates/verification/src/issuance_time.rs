//! When was it issued, and by whose word? `specs/accreditation/`, section 5.
//!
//! The date in a credential is the issuer's own word. The register holds receipts for what issuers committed to
//! when they decided on an award; the one whose leaves hold this copy proves that it was decided by then. What
//! cannot be fetched proves nothing, and is held against nobody.

use chrono::{DateTime, Datelike, Utc};
use credentials::{
    Did,
    json::{self as strict_json, Limits},
};
use serde::Deserialize;
use trust::receipts::{self, Leaves, Receipt, Span};
use url::Url;

use crate::{
    Resource,
    check::Check,
    document::{Document, Signature},
    messages::Code,
    report::IssuanceTimeView,
};

/// The leaves of more batches than this are not read for one credential: as many as a register takes in a day.
const MOST_BATCHES: usize = 64;

/// More receipts than this in one month are not looked through.
const MOST_RECEIPTS: usize = 2_000;

const LIMITS: Limits = Limits {
    bytes: 2 * 1024 * 1024,
    depth: 4,
    nodes: 2 * MOST_RECEIPTS,
};

/// When a credential was issued, as far as that can be told.
#[derive(Clone, Debug)]
pub(crate) struct IssuanceTime {
    claimed: Option<DateTime<Utc>>,
    proof: Proof,
}

#[derive(Clone, Debug)]
enum Proof {
    /// The register's receipt, and its number.
    Receipt {
        received_at: DateTime<Utc>,
        sequence: u64,
    },
    /// There is none, or nothing to look it up with.
    Absent,
    /// Something was not fetched in which it might be.
    Unreachable,
    /// What was fetched contradicts itself.
    Inconsistent,
}

/// The receipts of an issuer for awards of one month, as the register publishes them.
#[derive(Deserialize)]
struct Month {
    receipts: Vec<String>,
}

/// Where the receipts are in which that of a credential would be.
struct Place<'a> {
    check: &'a Check<'a>,
    list: &'a trust::VerifiedList,
    issuer: Did,
    claimed: DateTime<Utc>,
    base: Url,
}

/// Below which address are receipts and leaves: what they prove, they prove for good.
pub(crate) fn lasting(register_url: &str) -> String {
    let base = Url::parse(register_url).and_then(|url| url.join("./receipts/"));
    base.map_or_else(|_| register_url.to_owned() + "/receipts/", String::from)
}

/// What still has to be fetched to find the receipt.
pub(crate) fn needs(check: &Check<'_>, document: &Document) -> Vec<String> {
    let Some(place) = Place::of(check, document) else {
        return Vec::new();
    };
    let not_fetched = |url: &String| check.resources.get(url).is_none();
    let month = place.month_url();
    if not_fetched(&month) {
        return vec![month];
    }
    let spans = Span::gather(place.candidates().unwrap_or_default());
    let urls = spans.iter().map(|(span, _)| place.leaves_url(*span));
    urls.filter(not_fetched).collect()
}

/// Looks for the receipt of a credential whose signature holds with a key that the register lists.
pub(crate) fn check(check: &Check<'_>, document: &Document, signature: &Signature) -> IssuanceTime {
    let claimed = document.facts.as_ref().ok().and_then(|facts| facts.awarded_on);
    let is_signed = matches!(signature, Signature::Sound);
    let place = Place::of(check, document).filter(|_| is_signed);
    IssuanceTime {
        claimed,
        proof: place.map_or(Proof::Absent, |place| find(&place, document)),
    }
}

fn find(place: &Place<'_>, document: &Document) -> Proof {
    let Ok(leaf) = receipts::leaf(document.signed()) else {
        return Proof::Absent;
    };
    let candidates = match place.candidates() {
        Ok(candidates) => candidates,
        Err(missing) => return missing,
    };
    let mut earliest: Option<Receipt> = None;
    let mut otherwise = Proof::Absent;
    for (span, receipts) in Span::gather(candidates) {
        let Some(file) = place.check.resources.body(&place.leaves_url(span)) else {
            otherwise = Proof::Unreachable;
            continue;
        };
        for (receipt, leaves) in Span::split(&file.body, &receipts) {
            match leaves.ok().filter(|leaves| is_of(leaves, receipt)) {
                Some(leaves) if !leaves.contains(&leaf) => {}
                Some(_) => {
                    let is_earlier = |found: &Receipt| found.received_at <= receipt.received_at;
                    if !earliest.as_ref().is_some_and(is_earlier) {
                        earliest = Some(receipt.clone());
                    }
                }
                None => otherwise = Proof::Inconsistent,
            }
        }
    }
    earliest.map_or(otherwise, |receipt| Proof::Receipt {
        received_at: receipt.received_at,
        sequence: receipt.sequence,
    })
}

fn is_of(leaves: &Leaves, receipt: &Receipt) -> bool {
    leaves.root() == receipt.batch.root && u32::try_from(leaves.count()) == Ok(receipt.batch.size)
}

impl<'a> Place<'a> {
    /// Nothing for an issuer the register does not list.
    fn of(check: &'a Check<'a>, document: &Document) -> Option<Self> {
        let issuer = document.issuer()?;
        let list = check.list_with(&issuer)?;
        let claimed = document.facts.as_ref().ok()?.awarded_on?;
        let base = Url::parse(&check.settings.register_url).ok()?;
        Some(Self {
            check,
            list,
            issuer,
            claimed,
            base,
        })
    }

    /// The receipts lie beside the list, at an address the operator chose to trust.
    fn url(&self, path: &str) -> String {
        // A DID holds no character that ends a segment; its percent signs are its own.
        let issuer = self.issuer.as_str().replace('%', "%25");
        let joined = self.base.join(&format!("./receipts/{issuer}/{path}"));
        joined.map(String::from).unwrap_or_default()
    }

    fn month_url(&self) -> String {
        self.url(&format!("{:04}-{:02}", self.claimed.year(), self.claimed.month()))
    }

    fn leaves_url(&self, span: Span) -> String {
        self.url(&format!("batches/{span}"))
    }

    /// The receipts for awards of that day; the earliest where there are too many.
    fn candidates(&self) -> Result<Vec<Receipt>, Proof> {
        let url = self.month_url();
        if let Some(Resource::Fetched(answer)) = self.check.resources.get(&url)
            && answer.status == 404
        {
            // A register that gives no receipts.
            return Err(Proof::Absent);
        }
        let fetched = self.check.resources.body(&url).ok_or(Proof::Unreachable)?;
        let month = strict_json::parse(fetched.body.as_bytes(), &LIMITS)
            .ok()
            .and_then(|month| Month::deserialize(month).ok())
            .ok_or(Proof::Inconsistent)?;
        let day = self.claimed.date_naive();
        let mut candidates = Vec::new();
        let mut all_signed = true;
        for signed in month.receipts.iter().take(MOST_RECEIPTS) {
            let of_interest = Receipt::peek(signed).is_some_and(|receipt| {
                receipt.batch.issuer == self.issuer && receipt.batch.days.contains(&day)
            });
            if of_interest {
                match receipts::verify_receipt(signed, self.list.operator(), self.check.at) {
                    Ok(receipt) => candidates.push(receipt),
                    Err(_) => all_signed = false,
                }
            }
        }
        if candidates.is_empty() && !all_signed {
            return Err(Proof::Inconsistent);
        }
        candidates.sort_by_key(|receipt| receipt.received_at);
        candidates.truncate(MOST_BATCHES);
        Ok(candidates)
    }
}

impl IssuanceTime {
    /// When the register received the commitment.
    pub(crate) fn proven(&self) -> Option<DateTime<Utc>> {
        match self.proof {
            Proof::Receipt { received_at, .. } => Some(received_at),
            Proof::Absent | Proof::Unreachable | Proof::Inconsistent => None,
        }
    }

    /// The date the issuer gives.
    pub(crate) fn claimed(&self) -> Option<DateTime<Utc>> {
        self.claimed
    }

    /// The time at which the issuer is judged.
    pub(crate) fn used(&self) -> Option<DateTime<Utc>> {
        let claimed = self.claimed?;
        Some(
            self.proven()
                .map_or(claimed, |received| receipts::time_used(claimed, received)),
        )
    }

    /// The number of the receipt.
    pub(crate) fn receipt(&self) -> Option<u64> {
        match self.proof {
            Proof::Receipt { sequence, .. } => Some(sequence),
            Proof::Absent | Proof::Unreachable | Proof::Inconsistent => None,
        }
    }

    /// What everybody should know of it.
    pub(crate) fn notice(&self) -> Code {
        match self.proof {
            Proof::Receipt { .. } => Code::IssueDateProven,
            Proof::Absent => Code::IssueDateClaimed,
            Proof::Unreachable => Code::ReceiptsUnreachable,
            Proof::Inconsistent => Code::ReceiptsInconsistent,
        }
    }

    pub(crate) fn view(&self) -> IssuanceTimeView {
        IssuanceTimeView {
            claimed: self.claimed,
            proven: self.proven(),
            used: self.used(),
            proof: self.proven().map(|_| "issuance-receipt"),
        }
    }
}
