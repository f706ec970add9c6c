//! What came by link.

use chrono::{Duration, SubsecRound};
use serde_json::json;
use share_link::{Share, ShareLink, Terms};
use verification::{Axis, Code, Colour};

use super::{Answer, Plan, SOUND};
use crate::{SignedMicrocredential, now, rng};

pub(super) const PLANS: &[Plan] = &[
    Plan {
        name: "a link of three weeks ago that still works",
        link: Some(Sharing::FOR_A_MONTH),
        axes: &[(Axis::Holder, Code::SharedByLink)],
        ..SOUND
    },
    Plan {
        name: "a link that ended yesterday",
        link: Some(Sharing {
            days: 20,
            ..Sharing::FOR_A_MONTH
        }),
        colour: Colour::Grey,
        verdict: Code::LinkEnded,
        axes: &[(Axis::Holder, Code::LinkEnded)],
        ..SOUND
    },
    Plan {
        name: "a link whose share somebody keeps at a store of their own",
        link: Some(Sharing {
            elsewhere: true,
            ..Sharing::FOR_A_MONTH
        }),
        colour: Colour::Red,
        verdict: Code::HolderProofWrong,
        axes: &[(Axis::Holder, Code::HolderProofWrong)],
        ..SOUND
    },
    Plan {
        name: "what was behind a link, without the link",
        text: |it| behind(it, &link("https://wallet.example/"), 30).presentation,
        colour: Colour::Amber,
        verdict: Code::SharedByLinkAlone,
        axes: &[(Axis::Holder, Code::SharedByLinkAlone)],
        ..SOUND
    },
];

/// How something was shared, 21 days ago.
#[derive(Clone, Copy)]
pub(super) struct Sharing {
    /// For how many days.
    days: i64,
    /// Whether the learner shared it at another store than the one that gives it.
    elsewhere: bool,
}

impl Sharing {
    const FOR_A_MONTH: Self = Self {
        days: 30,
        elsewhere: false,
    };

    /// The link to a store below `base`, and what that answers.
    pub(super) fn laid_out(self, base: &str, signed: &SignedMicrocredential) -> (ShareLink, Answer) {
        let here = link(base);
        let signed_for = if self.elsewhere {
            link("https://wallet.example/")
        } else {
            here.clone()
        };
        let share = behind(signed, &signed_for, self.days);
        let sealed = share_link::seal(&share, &here, &mut rng("sealing")).expect("a share");
        (here, Answer::Body(json!({ "share": sealed }).to_string()))
    }
}

/// The link of every scenario, at a store of its own: the same key everywhere.
pub(super) fn link(wallet: &str) -> ShareLink {
    let wallet = wallet.parse().expect("an address");
    ShareLink::create(&wallet, &mut rng("the link of the scenarios")).expect("a link")
}

/// What a learner shared 21 days ago for so many days.
fn behind(signed: &SignedMicrocredential, link: &ShareLink, days: i64) -> Share {
    let created = (now() - Duration::days(21)).trunc_subsecs(0);
    let terms = Terms::new("Sollicitatie", created, created + Duration::days(days)).expect("terms");
    let presentation = signed
        .sd_jwt()
        .bind(&link.id().uri(), &terms.digest(link), created, signed.holder())
        .expect("a holder who signs");
    Share { presentation, terms }
}
