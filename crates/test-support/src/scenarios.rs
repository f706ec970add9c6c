//! Named situations in which something is checked, each with the world it is checked in and what must be said.
//!
//! One table for all readers: `verify` itself, the verification API over HTTP, and the page in a browser must say
//! the same of each. Every scenario has a place of its own below a base address, so that one server can serve
//! all of them.

mod accreditation;
mod clock;
mod holder;
mod inputs;
mod keys;
mod links;
mod receipts;
mod status;
mod structure;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use links::Sharing;
use share_link::ShareLink;
use verification::{
    Axis, Code, Colour, Input, InputError, Resource, Resources, Settings, VerificationReport, needs, open,
    read, sealed_share, verify,
};

use crate::{
    Institution, Microcredential, Register, SignedMicrocredential, StatusLists, a_microcredential,
    a_register, now,
};

/// Codes that no scenario shows, and why.
pub const NOT_SHOWN: &[(Code, &str)] = &[
    (
        Code::AccreditedAsKnown,
        "needs lists fetched earlier: tests of their own, with a network that goes away",
    ),
    (
        Code::CheckedOffline,
        "only `waarmerk check` goes without a connection by choice: `tests/offline`",
    ),
    (Code::OtherRegisterUnread, BY_REGISTERS),
    (Code::RegistersDiffer, BY_REGISTERS),
    (Code::ListedElsewhere, BY_LISTS),
    (Code::ListedElsewhereUnconfirmed, BY_LISTS),
    (Code::KnownListUnread, BY_LISTS),
    (
        Code::AccreditedByOwnWord,
        "needs an issuer that says so: tests of its own, `tests/verdicts/elsewhere.rs`",
    ),
    (Code::InputLink, "page and API open the link"),
    (Code::InputLinkWithdrawn, BY_A_STORE),
    (Code::InputLinkEnded, BY_A_STORE),
    (Code::InputLinkUsedUp, BY_A_STORE),
    (Code::InputLinkUnknown, BY_A_STORE),
    (Code::InputLinkNoAnswer, BY_A_STORE),
];

const BY_REGISTERS: &str =
    "needs a second register: tests of their own, `tests/verdicts/several.rs` and `tests/deployments`";
const BY_LISTS: &str = "needs lists of known issuers: tests of their own, `tests/verdicts/elsewhere.rs`";
const BY_A_STORE: &str = "needs the answer of a share store: tests of their own, with a store";

/// Something that is checked, and what must be said of it.
pub struct Scenario {
    /// What is the case, as a sentence.
    pub name: &'static str,
    /// What is scanned or pasted.
    pub text: String,
    /// Whom the verifier trusts and what it asked.
    pub settings: Settings,
    /// What is published, by address. Everything else answers 404.
    pub world: World,
    /// When the check is made.
    pub at: DateTime<Utc>,
    /// What must be said.
    pub expected: Expected,
}

/// What is published, by address.
pub type World = BTreeMap<String, Answer>;

/// How a server answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// With 200 and this body.
    Body(String),
    /// With this status.
    Status(u16),
    /// Not at all: the connection ends.
    Silence,
}

/// What must be said of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A report.
    Report {
        /// The colour of the verdict.
        colour: Colour,
        /// What decides it.
        verdict: Code,
        /// The answer on each axis that differs from that of a sound credential.
        axes: &'static [(Axis, Code)],
    },
    /// That this is nothing to check.
    Unreadable(Code),
}

/// What every axis says of a sound credential that its holder shows just now.
pub const SOUND_AXES: [(Axis, Code); 10] = [
    (Axis::Structure, Code::StructureSound),
    (Axis::Signature, Code::SignatureSound),
    (Axis::IssuerKey, Code::KeySound),
    (Axis::Holder, Code::HolderShown),
    (Axis::Validity, Code::ValidWithoutEnd),
    (Axis::Status, Code::StatusClear),
    (Axis::AccreditedAtIssuance, Code::AccreditedThen),
    (Axis::AccreditedNow, Code::AccreditedNow),
    (Axis::Scope, Code::InScope),
    (Axis::InstitutionQuality, Code::InstitutionPositive),
];

/// Every scenario, with its world below `base`, such as `http://localhost:4711`.
pub fn scenarios(base: &str) -> Vec<Scenario> {
    let plans = [
        structure::PLANS,
        keys::PLANS,
        holder::PLANS,
        links::PLANS,
        status::PLANS,
        accreditation::PLANS,
        receipts::PLANS,
        clock::PLANS,
    ];
    let planned = plans.into_iter().flatten().enumerate();
    planned
        .map(|(number, plan)| plan.laid_out(&format!("{base}/{number}")))
        .chain(inputs::scenarios(base))
        .collect()
}

impl Scenario {
    /// What its world answers at an address, as fetched by a verifier at the moment of the check.
    pub fn fetch(&self, url: &str) -> Resource {
        let answered = |status, body: &str| {
            Resource::Fetched(verification::Fetched {
                status,
                body: body.to_owned(),
                fetched_at: self.at,
            })
        };
        match self.world.get(url) {
            Some(Answer::Body(body)) => answered(200, body),
            Some(Answer::Status(status)) => answered(*status, ""),
            Some(Answer::Silence) => Resource::Unreachable {
                unreachable: "the connection ended".to_owned(),
            },
            None => answered(404, ""),
        }
    }

    /// What is handed over, a link opened at its store.
    fn input(&self) -> Result<Input, InputError> {
        let (Err(InputError::Link), Ok(link)) = (read(&self.text), ShareLink::parse(&self.text)) else {
            return read(&self.text);
        };
        match self.fetch(&link.open_address()) {
            Resource::Fetched(answer) => open(&link, &sealed_share(answer.status, answer.body.as_bytes())?),
            Resource::Unreachable { .. } => Err(InputError::LinkNoAnswer),
        }
    }

    /// The report that `verify` makes of it; the code of the refusal where it is nothing to check.
    pub fn checked(&self) -> Result<VerificationReport, Code> {
        let input = self.input().map_err(|error| error.message().code)?;
        let mut resources = Resources::new();
        loop {
            let needed = needs(&input, &resources, &self.settings);
            if needed.is_empty() {
                return Ok(verify(&input, &resources, &self.settings, self.at));
            }
            for need in needed {
                let answer = self.fetch(&need.url);
                resources.insert(need.url, answer);
            }
        }
    }
}

/// How a scenario differs from a sound credential, shown just now, of an institution that takes part.
#[derive(Clone, Copy)]
struct Plan {
    name: &'static str,
    colour: Colour,
    verdict: Code,
    axes: &'static [(Axis, Code)],
    /// Who issues.
    institution: fn(Institution) -> Institution,
    /// Whether the register lists it.
    listed: bool,
    /// What is issued.
    credential: fn(Microcredential) -> Microcredential,
    /// How it is signed.
    signed: fn(Microcredential) -> SignedMicrocredential,
    /// What the register says.
    register: fn(Register) -> Register,
    /// What is published otherwise than it should be.
    world: fn(&mut World, &Place),
    /// Whom the verifier trusts and what it asked.
    settings: fn(&mut Settings),
    /// What is handed over.
    text: fn(&SignedMicrocredential) -> String,
    /// The link that it is handed over by instead, whose store is in the same world.
    link: Option<Sharing>,
    /// The moment of the check.
    at: fn() -> DateTime<Utc>,
}

/// Nothing is the matter.
const SOUND: Plan = Plan {
    name: "a sound credential that its holder shows just now",
    colour: Colour::Green,
    verdict: Code::Accredited,
    axes: &[],
    institution: |it| it,
    listed: true,
    credential: |it| it,
    signed: Microcredential::signed,
    register: |it| it,
    world: |_, _| {},
    settings: |_| {},
    text: SignedMicrocredential::shown,
    link: None,
    at: now,
};

/// Where things are in one scenario.
struct Place {
    /// The register's list.
    register: String,
    /// The issuer's DID document.
    did_document: String,
    /// Its lists of revocations and suspensions.
    lists: [String; 2],
    institution: Institution,
    signed: SignedMicrocredential,
    list: Register,
}

impl Plan {
    fn laid_out(&self, base: &str) -> Scenario {
        let host = base.split_once("://").map_or(base, |(_, rest)| rest);
        let did = format!("did:web:{}:waterland", host.replace(':', "%3A").replace('/', ":"));
        let institution = Institution::known_as(
            &did,
            "waterland",
            "Hogeschool Waterland",
            "Waterland University of Applied Sciences",
        );
        let institution = (self.institution)(institution.judged("positive", "2022-06-01", "2028-05-31"));
        let address = format!("{base}/waterland");
        let credential = a_microcredential().by(&institution).published_at(&address);
        let signed = (self.signed)((self.credential)(credential));
        let register = a_register().published_at(&format!("{base}/v1/list"));
        let register = if self.listed {
            register.admitting(&institution)
        } else {
            register
        };
        let register = (self.register)(register);

        let mut settings = register.settings();
        let origin = base.rsplit_once('/').map_or(base, |(origin, _)| origin);
        settings.loopback_origins = vec![origin.to_owned()];
        (self.settings)(&mut settings);

        let place = Place {
            register: settings.register_url.clone(),
            did_document: format!("{address}/energie/did.json"),
            lists: signed.status_lists().signed().map(|(url, _)| url),
            institution,
            signed,
            list: register,
        };
        let mut world = World::from([
            (place.register.clone(), Answer::Body(place.list.signed())),
            (
                place.did_document.clone(),
                Answer::Body(place.institution.did_document(&["assertionMethod"]).to_string()),
            ),
        ]);
        publish(&mut world, place.signed.status_lists());
        (self.world)(&mut world, &place);
        let text = match &self.link {
            Some(sharing) => {
                let (link, answer) = sharing.laid_out(base, &place.signed);
                world.insert(link.open_address(), answer);
                link.reveal()
            }
            None => (self.text)(&place.signed),
        };
        Scenario {
            name: self.name,
            text,
            settings,
            world,
            at: (self.at)(),
            expected: Expected::Report {
                colour: self.colour,
                verdict: self.verdict,
                axes: self.axes,
            },
        }
    }
}

/// Publishes the lists of both kinds.
fn publish(world: &mut World, lists: &StatusLists) {
    publish_bitstrings(world, lists.signed());
    world.insert(lists.token_url(), Answer::Body(lists.token()));
}

fn publish_bitstrings(world: &mut World, lists: [(String, serde_json::Value); 2]) {
    world.extend(lists.map(|(url, list)| (url, Answer::Body(list.to_string()))));
}
