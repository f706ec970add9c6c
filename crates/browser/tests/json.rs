//! What JavaScript gets: the shapes of `ui/src/core/types.ts`, from offer to report.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where it fails")]

#[path = "../../../wallet/core/tests/wallet/issuer.rs"]
mod issuer;

use browser::{Wallet, needs, passphrase_problem, qr_svg, read, verify};
use issuer::Issuer;
use openid4vc::issuance::client::{HttpAnswer, HttpRequest};
use serde_json::{Value, json};
use test_support::now;

const NOW: &str = "2026-11-21T12:00:00+01:00";

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn members(value: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

fn fetch(issuer: &mut Issuer, request: &Value) -> String {
    let headers = request["headers"].as_object().unwrap();
    assert!(headers.contains_key("accept"));
    let request = HttpRequest {
        method: if request["method"] == "GET" { "GET" } else { "POST" },
        url: request["url"].as_str().unwrap().parse().unwrap(),
        headers: Vec::new(),
        body: request["body"].as_str().map(str::to_owned),
    };
    match issuer.answer(&request) {
        Some(HttpAnswer::Answered { status, body }) => json!({"status": status, "body": body}).to_string(),
        _ => json!({"unreachable": "no route"}).to_string(),
    }
}

fn drive(wallet: &mut Wallet, mut step: Value, issuer: &mut Issuer) -> Value {
    while step["step"] == "request" {
        assert!(
            ["offer", "issuer", "token", "credential", "check"].contains(&step["doing"].as_str().unwrap())
        );
        assert_eq!(members(&step["progress"]), ["done", "total"]);
        let answer = fetch(issuer, &step["request"]);
        step = parsed(&wallet.offer_advance(&answer, NOW).unwrap());
    }
    step
}

fn settings(issuer: &Issuer) -> String {
    serde_json::to_string(&issuer.settings()).unwrap()
}

#[test]
fn offer_becomes_a_card_a_presentation_and_a_report() {
    let mut issuer = Issuer::new();
    let settings = settings(&issuer);
    let mut wallet = Wallet::create("zeven groene fietsen".into()).unwrap();

    let step = parsed(&wallet.offer_start(issuer::OFFER, &settings).unwrap());
    let review = drive(&mut wallet, step, &mut issuer);
    assert_eq!(
        review["offer"],
        json!({
            "issuer": "https://waterland.example/",
            "issuerOrigin": "https://waterland.example",
            "issuerName": {"nl": "Hogeschool Waterland"},
            "credentials": [
                {"configurationId": "microcredential_show", "format": "vc+sd-jwt", "name": {}},
                {"configurationId": "microcredential_dc_sd_jwt", "format": "dc+sd-jwt", "name": {}},
                {"configurationId": "microcredential_vc_sd_jwt", "format": "vc+sd-jwt", "name": {}},
                {"configurationId": "microcredential_ldp", "format": "ldp_vc", "name": {}}
            ],
            "copies": 17,
            "code": null
        })
    );

    let step = parsed(&wallet.offer_accept(None).unwrap());
    let done = drive(&mut wallet, step, &mut issuer);
    assert_eq!(members(&done), ["card", "cards", "notifications", "step"]);
    let card = &done["card"];
    assert_eq!(
        members(card),
        [
            "assessment",
            "awardedOn",
            "collectedFrom",
            "copies",
            "description",
            "evidence",
            "framework",
            "groups",
            "holderName",
            "id",
            "issuer",
            "issuerNames",
            "language",
            "level",
            "notes",
            "outcomes",
            "receivedAt",
            "result",
            "scale",
            "showable",
            "size",
            "skills",
            "title",
            "unlinkableLeft",
            "validUntil",
            "withheld"
        ]
    );
    assert_eq!(
        card["groups"],
        json!(["name", "outcomes", "assessment", "result", "evidence"])
    );
    assert_eq!(
        members(&card["copies"][0]),
        [
            "configurationId",
            "format",
            "id",
            "number",
            "selective",
            "unused",
            "use"
        ]
    );
    assert_eq!(card["copies"][0]["use"], "show");

    let id = card["id"].as_str().unwrap();
    let shown = parsed(&wallet.show(id, r#"{"preset":"employer"}"#, NOW).unwrap());
    assert_eq!(
        members(&shown),
        [
            "bytes",
            "hidden",
            "linkable",
            "notes",
            "presentation",
            "qrText",
            "svg",
            "unlinkableLeft",
            "validUntil",
            "version",
            "visible"
        ]
    );
    assert_eq!(shown["visible"], json!(["name"]));

    let text = shown["qrText"].as_str().unwrap();
    assert_eq!(
        parsed(&read(text).unwrap()),
        json!({"kind": "credential", "format": "vc+sd-jwt", "presented": true})
    );
    let wanted = parsed(&needs(text, "{}", &settings).unwrap());
    assert_eq!(members(&wanted[0]), ["accept", "kind", "url"]);
    let list = issuer.register.as_ref().unwrap().signed();
    let resources = json!({
        "https://register.example/v1/list": {"status": 200, "body": list, "fetchedAt": NOW},
        "https://waterland.example/status/r1": {"unreachable": "no route"},
        "https://waterland.example/status/s1": {"unreachable": "no route"},
        "https://register.example/v1/receipts/did:web:waterland.example:energie/2026-09": {"unreachable": "no route"}
    });
    let resources = resources.to_string();
    assert_eq!(needs(text, &resources, &settings).unwrap(), "[]");
    let report = parsed(&verify(text, &resources, &settings, NOW).unwrap());
    assert_eq!(members(&report["verdict"]), ["code", "colour", "en", "nl"]);
    assert_eq!(report["axes"].as_array().unwrap().len(), 10);
    assert_eq!(
        report["credential"]["hidden"],
        json!(["outcomes", "assessment", "result", "evidence"])
    );

    let log = parsed(&wallet.activity());
    assert_eq!(
        (&log[0]["kind"], &log[1]["kind"]),
        (&json!("shown"), &json!("received"))
    );
    let again = Wallet::unlock(&wallet.seal().unwrap(), "zeven groene fietsen".into()).unwrap();
    assert_eq!(again.cards(), wallet.cards());
    assert_eq!(
        again.text(id).unwrap().split('~').count(),
        7,
        "all five groups are in the copy itself"
    );
}

#[test]
fn errors_are_json_with_a_code_and_both_texts() {
    let mut wallet = Wallet::create("zeven groene fietsen".into()).unwrap();
    let errors = [
        wallet.card("x").unwrap_err(),
        wallet.show("x", "{}", NOW).unwrap_err(),
        wallet.show("x", "{", NOW).unwrap_err(),
        wallet.show("x", "{}", "yesterday").unwrap_err(),
        wallet.remove("x", NOW).unwrap_err(),
        wallet.offer_advance(r#"{"status":"x"}"#, NOW).unwrap_err(),
        wallet.offer_accept(None).unwrap_err(),
        read("hallo").unwrap_err(),
        verify("hallo", "{}", "{}", NOW).unwrap_err(),
        qr_svg(&"x".repeat(5000)).unwrap_err(),
        passphrase_problem("kort".into()).unwrap(),
        Wallet::unlock(b"x", "zeven groene fietsen".into()).err().unwrap(),
    ];
    for error in errors {
        let error = parsed(&error);
        for member in ["code", "nl", "en"] {
            assert!(!error[member].as_str().unwrap().is_empty(), "{error}");
        }
    }
}

#[test]
fn wrong_code_says_what_helps() {
    let mut issuer = Issuer::new();
    let offer = issuer::OFFER.replace(
        r#""pre-authorized_code": "opensesame""#,
        r#""pre-authorized_code": "opensesame", "tx_code": {"input_mode": "numeric", "length": 4}"#,
    );
    let mut wallet = Wallet::create("zeven groene fietsen".into()).unwrap();
    let step = parsed(&wallet.offer_start(&offer, &settings(&issuer)).unwrap());
    let review = drive(&mut wallet, step, &mut issuer);
    assert_eq!(
        review["offer"]["code"],
        json!({"numeric": true, "length": 4, "description": null})
    );
    assert_eq!(
        parsed(&wallet.offer_accept(Some("12".into())).unwrap_err())["retry"],
        "code"
    );

    wallet.offer_accept(Some("1234".into())).unwrap();
    let refusal = json!({"status": 400, "body": r#"{"error":"invalid_grant","tries_left":4}"#}).to_string();
    let refused = parsed(&wallet.offer_advance(&refusal, NOW).unwrap_err());

    assert_eq!(
        (&refused["code"], &refused["retry"], &refused["triesLeft"]),
        (&json!("wrong-code"), &json!("code"), &json!(4))
    );
    let step = parsed(&wallet.offer_accept(Some("4321".into())).unwrap());
    assert_eq!(drive(&mut wallet, step, &mut issuer)["step"], "done");
}

#[test]
fn offer_is_told_from_a_credential_and_drawn() {
    let offer = "openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fcollege.example%2Foffers%2F1";
    assert_eq!(read(offer).unwrap(), r#"{"kind":"offer"}"#);
    let drawn = parsed(&qr_svg(offer).unwrap());
    assert!(drawn["svg"].as_str().unwrap().starts_with("<svg") && drawn["version"].as_u64().unwrap() < 10);
    assert_eq!(now().to_rfc3339(), "2026-11-21T11:00:00+00:00");
}
