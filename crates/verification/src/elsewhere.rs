//! What is said of the issuer elsewhere, by nobody whose word decides anything: lists of known issuers, and the issuer
//! itself. It is shown beside the verdict and turns none.

use chrono::{DateTime, Utc};
use credentials::Did;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use trust::known_issuers::{KnownIssuer, KnownIssuers};
use trust::strangers;
use url::Url;

use crate::{
    Need, NeedKind, Resources, Settings, VerificationReport,
    messages::{Blank, Code, Message, message},
    report::{Axis, Outcome},
    resources::Resource,
};

/// More lists than this are not looked at.
pub const MOST_KNOWN_LISTS: usize = 16;
/// More bodies than this of an issuer's own word are not shown.
const MOST_BODIES: usize = 8;
/// More characters than this of a text are not shown.
const LONGEST_TEXT: usize = 120;

/// A list of known issuers, such as the Digital Credentials Consortium publishes: who is on it is shown, and not
/// admitted by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownIssuerList {
    /// What people call it.
    pub name: String,
    /// Where it is: over https, or at a listed loopback origin.
    pub url: String,
}

/// What a list of known issuers says of the issuer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListedElsewhere {
    /// What people call the list.
    pub list: String,
    /// Where it is.
    pub url: String,
    /// What it says of the issuer; nothing where it does not have it, or was not read.
    pub listed: Option<KnownIssuer>,
    /// When the list was last changed, by its own word.
    pub updated: Option<DateTime<Utc>>,
    /// Why it was not read. Then nobody knows whether the issuer is on it.
    pub problem: Option<String>,
}

/// A body by which the issuer says to be accredited: the Issuer Accreditation extension of Open Badges, 2.0
/// (`accreditations`) and 1.0 (`extensions:IssuerAccreditation`). Nobody checked it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClaimedAccreditation {
    /// What the body is called.
    pub name: String,
    /// Its web page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Since when, as the issuer writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accreditation_date: Option<String>,
    /// Where the body accredits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area_served: Option<String>,
    /// Which sector it accredits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub educational_sector: Option<String>,
}

/// The lists that are still to be fetched. They are fetched whole, so that nobody learns who is looked for.
pub(crate) fn needs(resources: &Resources, settings: &Settings) -> Vec<Need> {
    lists(settings)
        .filter(|list| may_be_asked(list, settings) && resources.get(&list.url).is_none())
        .map(|list| Need {
            url: list.url.clone(),
            accept: "application/json",
            kind: NeedKind::KnownIssuers,
        })
        .collect()
}

/// The lists that are looked at.
pub(crate) fn lists(settings: &Settings) -> impl Iterator<Item = &KnownIssuerList> {
    settings.known_issuer_lists.iter().take(MOST_KNOWN_LISTS)
}

fn may_be_asked(list: &KnownIssuerList, settings: &Settings) -> bool {
    Url::parse(&list.url).is_ok_and(|url| {
        url.scheme() == "https"
            || settings
                .loopback_origins
                .contains(&url.origin().ascii_serialization())
    })
}

/// Adds to a report what lists say of the issuer, and what the issuer says of itself. The verdict stays.
pub(crate) fn add_to(
    report: &mut VerificationReport,
    issuer: Option<&Did>,
    resources: &Resources,
    settings: &Settings,
) {
    let Some(trusted) = trusted(report) else {
        // A forgery must not borrow anybody's good name.
        if let Some(credential) = &mut report.credential {
            credential.issuer.accreditations.clear();
        }
        return;
    };
    // What was not signed with a key of the issuer's is not what the issuer says of itself.
    if let (false, Some(credential)) = (trusted, &mut report.credential) {
        credential.issuer.accreditations.clear();
    }
    if let Some(issuer) = issuer {
        report.listed_elsewhere = lists(settings)
            .map(|list| listed(list, issuer, resources))
            .collect();
    }
    let by_lists = report.listed_elsewhere.iter().filter_map(|one| {
        let code = match (&one.problem, &one.listed, trusted) {
            (Some(_), _, _) => Code::KnownListUnread,
            (None, Some(_), true) => Code::ListedElsewhere,
            (None, Some(_), false) => Code::ListedElsewhereUnconfirmed,
            (None, None, _) => return None,
        };
        Some(about(code, one.list.clone()))
    });
    let bodies = report
        .credential
        .as_ref()
        .map(|credential| &credential.issuer.accreditations);
    let bodies: Vec<_> = bodies
        .into_iter()
        .flatten()
        .map(|body| body.name.as_str())
        .collect();
    let own = (!bodies.is_empty()).then(|| about(Code::AccreditedByOwnWord, bodies.join(", ")));
    let all: Vec<_> = by_lists.chain(own).collect();
    report.notices.extend(all);
}

/// Whether the credential is certainly the issuer's; nothing where it certainly is not, or cannot be read.
fn trusted(report: &VerificationReport) -> Option<bool> {
    let outcome = |axis| report.axis(axis).map(|axis| axis.outcome);
    let (signature, key) = (outcome(Axis::Signature), outcome(Axis::IssuerKey));
    match (signature, key, outcome(Axis::Structure)) {
        (Some(Outcome::Failed), _, _) | (_, Some(Outcome::Failed), _) | (_, _, Some(Outcome::Failed)) => None,
        (Some(Outcome::Passed), Some(Outcome::Passed), _) => Some(true),
        _ => Some(false),
    }
}

fn listed(list: &KnownIssuerList, issuer: &Did, resources: &Resources) -> ListedElsewhere {
    let read = match resources.get(&list.url) {
        None => Err("it was not asked".to_owned()),
        Some(Resource::Unreachable { unreachable }) => Err(unreachable.clone()),
        Some(Resource::Fetched(fetched)) if fetched.status != 200 => {
            Err(format!("it answered with status {}", fetched.status))
        }
        Some(Resource::Fetched(fetched)) => {
            KnownIssuers::read(fetched.body.as_bytes()).map_err(|error| error.to_string())
        }
    };
    let (read, problem) = match read {
        Ok(read) => (Some(read), None),
        Err(why) => (None, Some(why)),
    };
    ListedElsewhere {
        list: shown(&list.name).unwrap_or_else(|| list.url.clone()),
        url: list.url.clone(),
        listed: read.as_ref().and_then(|read| {
            let KnownIssuer { name, location, url } = read.get(issuer)?;
            Some(KnownIssuer {
                name: shown(&name)?,
                location: location.as_deref().and_then(shown),
                url: url.filter(is_web),
            })
        }),
        updated: read.as_ref().and_then(KnownIssuers::updated),
        problem,
    }
}

fn about(code: Code, what: String) -> Message {
    message(code, &[("what", Blank::Same(what))])
}

/// The bodies by which the issuer of a credential says to be accredited.
pub(crate) fn claimed(issuer: Option<&Value>) -> Vec<ClaimedAccreditation> {
    let Some(issuer) = issuer else {
        return Vec::new();
    };
    let of = |profile: &Value| -> Vec<ClaimedAccreditation> {
        ["accreditations", "extensions:IssuerAccreditation"]
            .iter()
            .filter_map(|member| profile.get(member))
            .flat_map(|given| match given {
                Value::Array(bodies) => bodies.iter().take(MOST_BODIES).collect(),
                body => vec![body],
            })
            .filter_map(body)
            .collect()
    };
    let parent = issuer.get("parentOrg").map(of).unwrap_or_default();
    let mut all = of(issuer);
    all.extend(parent);
    all.truncate(MOST_BODIES);
    all
}

fn body(given: &Value) -> Option<ClaimedAccreditation> {
    let text = |name: &str| given.get(name).and_then(Value::as_str).and_then(shown);
    Some(ClaimedAccreditation {
        name: text("name")?,
        url: text("url").filter(is_web),
        accreditation_date: text("accreditationDate"),
        area_served: text("areaServed"),
        // The schema and the examples write it the first way, the model the second.
        educational_sector: text("educationalSector").or_else(|| text("educationSector")),
    })
}

#[expect(clippy::ptr_arg, reason = "a filter gives what an option holds")]
fn is_web(url: &String) -> bool {
    Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "https" | "http"))
}

fn shown(text: &str) -> Option<String> {
    strangers::shown(text, LONGEST_TEXT)
}
