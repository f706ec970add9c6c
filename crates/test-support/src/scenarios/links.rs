//! What came by link.

use chrono::{Duration, SubsecRound};
use serde_json::json;
use share_link::{Share, ShareLink, Terms};
use verification::{Axis, Code, Colour};

use super::{Plan, SOUND};
use crate::{SignedMicrocredential, now, rng};

pub(super) const PLANS: &[Plan] = &[
    Plan {
        name: "a link of three weeks ago that still works",
        text: |it| opened(it, 30),
        axes: &[(Axis::Holder, Code::SharedByLink)],
        ..SOUND
    },
    Plan {
        name: "a link that ended yesterday",
        text: |it| opened(it, 20),
        colour: Colour::Grey,
        verdict: Code::LinkEnded,
        axes: &[(Axis::Holder, Code::LinkEnded)],
        ..SOUND
    },
    Plan {
        name: "what was behind a link, without the link",
        text: |it| behind(it, 30).presentation,
        colour: Colour::Amber,
        verdict: Code::SharedByLinkAlone,
        axes: &[(Axis::Holder, Code::SharedByLinkAlone)],
        ..SOUND
    },
];

/// The link of every scenario.
pub(super) fn link() -> ShareLink {
    let wallet = "https://wallet.example/".parse().expect("an address");
    ShareLink::create(&wallet, &mut rng("the link of the scenarios")).expect("a link")
}

/// What a learner shared 21 days ago for so many days.
fn behind(signed: &SignedMicrocredential, days: i64) -> Share {
    let created = (now() - Duration::days(21)).trunc_subsecs(0);
    let terms = Terms::new("Sollicitatie", created, created + Duration::days(days)).expect("terms");
    let presentation = signed
        .sd_jwt()
        .bind(&link().id().uri(), &terms.digest(), created, signed.holder())
        .expect("a holder who signs");
    Share { presentation, terms }
}

/// The link with what its store gives for it.
fn opened(signed: &SignedMicrocredential, days: i64) -> String {
    let sealed = share_link::seal(&behind(signed, days), &link(), &mut rng("sealing")).expect("a share");
    json!({"link": link().reveal(), "share": sealed}).to_string()
}
