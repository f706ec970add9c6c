use serde_json::json;
use test_support::{Institution, a_microcredential, an_institution};

use crate::fixture::{TestVerifier, revocations};

#[tokio::test]
async fn what_a_holder_shows_just_now_is_green() {
    let institution = an_institution();
    let verifier = TestVerifier::trusting(&[&institution]).await;
    let credential = verifier.institutions.issue(&institution, a_microcredential());

    let answer = verifier.verify(credential.qr()).await;

    assert_eq!(
        (answer.status.as_u16(), answer.colour()),
        (200, "green"),
        "{:#}",
        answer.body
    );
    assert_eq!(answer.kind, "application/json");
    assert_eq!(answer.body["axes"].as_array().unwrap().len(), 10);
    assert_eq!(
        answer.body["credential"]["title"]["nl"],
        "Warmtepompsystemen ontwerpen"
    );
    assert_eq!(answer.body["register"]["sequence"], 1);
    assert_eq!(answer.body["chain"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn the_same_is_answered_for_every_form_and_name_of_it() {
    let institution = an_institution();
    let verifier = TestVerifier::trusting(&[&institution]).await;
    let credential = verifier.institutions.issue(&institution, a_microcredential());
    let shown = credential.shown();

    for path in ["/credentials/verify", "/presentations/verify"] {
        for member in ["verifiableCredential", "verifiablePresentation", "presentation"] {
            let answer = verifier
                .post(path, &json!({ member: shown, "options": {"checks": ["proof"]} }))
                .await;
            assert_eq!(answer.colour(), "green", "{path} {member}");
        }
    }
    let enveloped =
        json!({"type": "EnvelopedVerifiableCredential", "id": format!("data:application/vc+sd-jwt,{shown}")});
    assert_eq!(verifier.verify(enveloped).await.colour(), "green");
}

#[tokio::test]
async fn a_suspended_institution_shows_in_the_next_check_and_so_does_its_return() {
    let institution = an_institution();
    let verifier = TestVerifier::trusting(&[&institution]).await;
    let credential = verifier.institutions.issue(&institution, a_microcredential());
    assert_eq!(verifier.verify(credential.shown()).await.colour(), "green");

    verifier.decide(&institution, "suspended").await;
    let suspended = verifier.verify(credential.shown()).await;
    verifier.decide(&institution, "active").await;
    let back = verifier.verify(credential.shown()).await;

    assert_eq!(
        (suspended.status.as_u16(), suspended.colour()),
        (200, "amber"),
        "{:#}",
        suspended.body
    );
    assert_eq!(suspended.body["verdict"]["code"], "ACC-008");
    assert_eq!(back.colour(), "green");
}

#[tokio::test]
async fn a_revoked_credential_is_red() {
    let institution = an_institution();
    let verifier = TestVerifier::trusting(&[&institution]).await;
    let credential = verifier.institutions.issue(&institution, a_microcredential());
    verifier
        .institutions
        .publish_lists(&credential.status_lists().clone().revoked(true));

    let answer = verifier.verify(credential.shown()).await;

    assert_eq!((answer.status.as_u16(), answer.colour()), (422, "red"));
    assert_eq!(answer.axis("status"), "failed");
    assert_eq!(answer.axis("signature"), "passed");
}

#[tokio::test]
async fn a_status_that_cannot_be_had_is_grey_and_never_green() {
    let institution = an_institution();
    let verifier = TestVerifier::trusting(&[&institution]).await;
    let credential = verifier.institutions.issue(&institution, a_microcredential());
    verifier
        .institutions
        .publish(&revocations(&institution), 500, "down");

    let answer = verifier.verify(credential.shown()).await;

    assert_eq!((answer.status.as_u16(), answer.colour()), (422, "grey"));
    assert_eq!(answer.axis("status"), "inconclusive");
}

#[tokio::test]
async fn an_issuer_that_the_register_does_not_know_is_grey() {
    let (known, stranger) = (
        an_institution(),
        Institution::new("elders", "Elders", "Elsewhere"),
    );
    let verifier = TestVerifier::trusting(&[&known]).await;
    let credential = verifier.institutions.issue(&stranger, a_microcredential());

    let answer = verifier.verify(credential.shown()).await;

    assert_eq!(
        (answer.status.as_u16(), answer.colour()),
        (422, "grey"),
        "{:#}",
        answer.body
    );
}

#[tokio::test]
async fn a_credential_that_was_changed_is_red() {
    let institution = an_institution();
    let verifier = TestVerifier::trusting(&[&institution]).await;
    let credential = verifier.institutions.issue(&institution, a_microcredential());
    let shown = credential.shown();
    let signature = shown.find('~').unwrap() - 10;
    let other = if &shown[signature..=signature] == "A" {
        "B"
    } else {
        "A"
    };
    let changed = format!("{}{other}{}", &shown[..signature], &shown[signature + 1..]);

    let answer = verifier.verify(changed).await;

    assert_eq!((answer.status.as_u16(), answer.colour()), (422, "red"));
    assert_eq!(answer.axis("signature"), "failed");
}

#[tokio::test]
async fn a_challenge_must_be_answered() {
    let institution = an_institution();
    let verifier = TestVerifier::trusting(&[&institution]).await;
    let credential = verifier.institutions.issue(&institution, a_microcredential());
    let ask = async |presentation: String| {
        let body = json!({"presentation": presentation, "options": {"challenge": "493027"}});
        verifier.post("/presentations/verify", &body).await
    };

    let answering = ask(credential.answering("493027", verifier.clock.now())).await;
    let another = ask(credential.answering("118850", verifier.clock.now())).await;

    assert_eq!(answering.axis("holder"), "passed", "{:#}", answering.body);
    assert_ne!(another.axis("holder"), "passed");
    assert_ne!(another.colour(), "green");
}

#[tokio::test]
async fn a_request_with_a_member_that_nobody_knows_is_refused_and_the_member_named() {
    let institution = an_institution();
    let verifier = TestVerifier::trusting(&[&institution]).await;
    let credential = verifier.institutions.issue(&institution, a_microcredential());
    let shown = credential.answering("123456", verifier.clock.now());

    for (name, body) in [
        (
            "chalenge",
            json!({"presentation": shown, "options": {"chalenge": "654321"}}),
        ),
        ("challenge", json!({"presentation": shown, "challenge": "999999"})),
    ] {
        for path in ["/credentials/verify", "/presentations/verify"] {
            let answer = verifier.post(path, &body).await;
            assert_eq!(answer.status.as_u16(), 422, "{path}");
            assert_eq!(answer.body["type"], "/problems/invalid-body", "{path}");
            let said = answer.body["detail"].as_str().unwrap();
            assert!(said.contains(&format!("`{name}`")), "{said}");
        }
    }
    let known = json!({"challenge": "123456", "checks": [], "returnProblemDetails": true, "returnCredential": false,
        "returnPresentation": false, "returnResults": true});
    let answer = verifier
        .post(
            "/presentations/verify",
            &json!({"presentation": shown, "options": known}),
        )
        .await;
    assert_eq!(answer.colour(), "green", "{:#}", answer.body);
}
