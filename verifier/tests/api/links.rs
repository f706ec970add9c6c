//! Links to shares, followed by the API.

use serde_json::{Value, json};
use share_link::{Share, ShareLink, Terms};
use test_support::{SignedMicrocredential, a_microcredential, an_institution, now, rng};

use crate::fixture::{TestVerifier, Web};

/// Where a store opens shares.
const OPEN: &str = "/v1/shares/open";

/// What a learner put behind a link whose store is where the institutions are.
fn shared(signed: &SignedMicrocredential, at: &str) -> (ShareLink, String) {
    let link = ShareLink::create(&at.parse().unwrap(), &mut rng("a link")).unwrap();
    let terms = Terms::new("Sollicitatie", now(), now() + chrono::TimeDelta::days(9)).unwrap();
    let presentation = signed
        .sd_jwt()
        .bind(&link.id().uri(), &terms.digest(&link), now(), signed.holder())
        .unwrap();
    let sealed = share_link::seal(&Share { presentation, terms }, &link, &mut rng("sealing")).unwrap();
    (link, sealed)
}

#[tokio::test]
async fn link_is_followed_and_judged_and_its_store_learns_the_id_alone() {
    let institution = an_institution();
    let verifier = TestVerifier::trusting(&[&institution]).await;
    let credential = verifier.institutions.issue(&institution, a_microcredential());
    let (link, sealed) = shared(&credential, &verifier.institutions.origin());
    verifier
        .institutions
        .publish(OPEN, 200, json!({ "share": sealed }));

    let answer = verifier.verify(link.reveal()).await;

    assert_eq!(answer.colour(), "green", "{}", answer.body);
    assert_eq!(answer.body["link"]["purpose"], "Sollicitatie");
    let holder = answer.body["axes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|axis| axis["axis"] == "holder");
    assert_eq!(holder.unwrap()["code"], "HLD-008");
    let asked: Value = serde_json::from_str(&verifier.institutions.sent(OPEN)).unwrap();
    assert_eq!(asked, json!({ "id": link.id() }));
}

#[tokio::test]
async fn link_that_leads_nowhere_is_a_problem_with_its_reason() {
    let institution = an_institution();
    let verifier = TestVerifier::trusting(&[&institution]).await;
    let credential = verifier.institutions.issue(&institution, a_microcredential());
    let (link, _) = shared(&credential, &verifier.institutions.origin());
    for (status, kind, expected, code) in [
        (410, "share-withdrawn", "link-over", 422),
        (410, "share-ended", "link-over", 422),
        (410, "share-used-up", "link-over", 422),
        (404, "unknown-share", "link-without-share", 422),
        (500, "internal", "link-unreachable", 502),
    ] {
        let body = json!({"type": format!("/problems/{kind}")});
        verifier.institutions.publish(OPEN, status, body);
        let answer = verifier.verify(link.reveal()).await;
        assert_eq!(answer.status.as_u16(), code, "{kind}");
        assert_eq!(answer.body["type"], format!("/problems/{expected}"));
    }
}

#[tokio::test]
async fn link_into_the_own_network_is_not_followed() {
    let verifier = TestVerifier::trusting(&[&an_institution()]).await;
    let inside = Web::start().await;
    for address in [
        inside.origin(),
        "https://127.0.0.1/".into(),
        "https://[::1]/".into(),
        "https://169.254.169.254/".into(),
    ] {
        let link = ShareLink::create(&address.parse().unwrap(), &mut rng("inside")).unwrap();
        let answer = verifier.verify(link.reveal()).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["type"]),
            (502, &json!("/problems/link-unreachable")),
            "{address}"
        );
    }
    assert_eq!(inside.all_hits(), 0);
}
