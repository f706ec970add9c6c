use super::*;
use crate::issuance::messages::ErrorCode;
use crate::issuance::proof;
use proofs::Algorithm;
use serde_json::Value;
use serde_json::json;

const ISSUER: &str = "https://college.example/energy";

fn at() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn key(number: u8) -> SecretKey {
    use base64::Engine as _;
    let secret = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode([number; 32]);
    SecretKey::from_jwk(&json!({"kty": "EC", "crv": "P-256", "d": secret})).unwrap()
}

/// An issuer of canned answers that checks what it is sent, with switches for what may go wrong.
struct Issuer {
    offer: Value,
    metadata: Value,
    server: Value,
    nonces: u32,
    credentials: Vec<(u16, Value)>,
    token: Vec<(u16, Value)>,
    seen: Vec<String>,
}

impl Issuer {
    fn new(with_code: bool) -> Self {
        let configuration = |format: &str, name: &str| {
            json!({
                "format": format,
                "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": ["ES256"]}},
                "credential_metadata": {"display": [{"name": name, "locale": "nl-NL"}]}
            })
        };
        let mut grant = json!({"pre-authorized_code": "opensesame"});
        if with_code {
            grant["tx_code"] = json!({"input_mode": "numeric", "length": 6, "description": "In je e-mail"});
        }
        Self {
            offer: json!({
                "credential_issuer": ISSUER,
                "credential_configuration_ids": ["show", "ldp", "iso"],
                "grants": {"urn:ietf:params:oauth:grant-type:pre-authorized_code": grant}
            }),
            metadata: json!({
                "credential_issuer": ISSUER,
                "credential_endpoint": "https://college.example/energy/credential",
                "nonce_endpoint": "https://college.example/energy/nonce",
                "notification_endpoint": "https://college.example/energy/notification",
                "display": [{"name": "Hogeschool Waterland"}, {"name": "Waterland University", "locale": "en"}],
                "credential_configurations_supported": {
                    "show": configuration("vc+sd-jwt", "Om te tonen"),
                    "ldp": configuration("ldp_vc", "Om te bewaren"),
                    "iso": configuration("mso_mdoc", "Rijbewijs")
                }
            }),
            server: json!({
                "issuer": ISSUER,
                "token_endpoint": "https://college.example/energy/token",
                "response_types_supported": []
            }),
            nonces: 0,
            credentials: Vec::new(),
            token: vec![(
                200,
                json!({"access_token": "t0ken", "token_type": "Bearer", "expires_in": 300}),
            )],
            seen: Vec::new(),
        }
    }

    fn answer(&mut self, request: &HttpRequest) -> HttpAnswer {
        self.seen
            .push(format!("{} {}", request.method, request.url.path()));
        let (status, body) = match request.url.as_str() {
            "https://college.example/offers/1" => (200, self.offer.clone()),
            "https://college.example/.well-known/openid-credential-issuer/energy" => {
                (200, self.metadata.clone())
            }
            "https://college.example/.well-known/oauth-authorization-server/energy" => {
                (200, self.server.clone())
            }
            "https://college.example/energy/token" => self.token.remove(0),
            "https://college.example/energy/nonce" => {
                self.nonces += 1;
                (200, json!({"c_nonce": format!("nonce-{}", self.nonces)}))
            }
            "https://college.example/energy/credential" => {
                assert!(
                    request
                        .headers
                        .contains(&("authorization", "Bearer t0ken".to_owned()))
                );
                let body: Value = serde_json::from_str(request.body.as_deref().unwrap()).unwrap();
                let copies: Vec<Value> = body["proofs"]["jwt"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|jwt| {
                        let proof =
                            proof::verify(jwt.as_str().unwrap(), ISSUER, &[Algorithm::Es256], at()).unwrap();
                        assert_eq!(proof.nonce, Some(format!("nonce-{}", self.nonces)));
                        json!({"credential": {"asked": body["credential_configuration_id"], "for": proof.holder}})
                    })
                    .collect();
                match self.credentials.is_empty() {
                    false => self.credentials.remove(0),
                    true => (
                        200,
                        json!({
                            "credentials": copies,
                            "notification_id": format!("note-{}", self.nonces)
                        }),
                    ),
                }
            }
            other => panic!("unexpected request to {other}"),
        };
        HttpAnswer::Answered {
            status,
            body: body.to_string(),
        }
    }
}

const BY_REFERENCE: &str =
    "openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fcollege.example%2Foffers%2F1";

/// Answers requests until the learner is asked, everything is there, or something is wrong.
fn drive(issuance: &mut Issuance, mut step: Step, issuer: &mut Issuer) -> Result<Step, CollectError> {
    while let Step::Request(request) = step {
        step = issuance.advance(issuer.answer(&request), at())?;
    }
    Ok(step)
}

fn reviewed(issuer: &mut Issuer) -> Result<(Issuance, OfferView), CollectError> {
    let (mut issuance, first) = Issuance::start(BY_REFERENCE, Allowed::default())?;
    match drive(&mut issuance, first, issuer)? {
        Step::Review(view) => Ok((issuance, view)),
        other => panic!("no review but {other:?}"),
    }
}

fn done(step: Step) -> Collected {
    match step {
        Step::Done(collected) => collected,
        other => panic!("not done but {other:?}"),
    }
}

#[test]
fn offer_is_reviewed_and_collected_with_a_key_and_a_nonce_for_each_copy() {
    let mut issuer = Issuer::new(true);
    let (mut issuance, view) = reviewed(&mut issuer).unwrap();
    assert_eq!(view.issuer_name.nl.as_deref(), Some("Hogeschool Waterland"));
    assert_eq!(view.issuer_name.en.as_deref(), Some("Waterland University"));
    let code = view.code.unwrap();
    assert_eq!((code.numeric, code.length), (true, Some(6)));

    let step = issuance
        .accept(Some("123 456"), vec![vec![key(1)], vec![key(2)]])
        .unwrap();
    let collected = done(drive(&mut issuance, step, &mut issuer).unwrap());

    let said: Vec<Value> = collected
        .credentials
        .iter()
        .map(|received| received.credential.clone())
        .collect();
    assert_eq!(
        said,
        [
            json!({"asked": "show", "for": key(1).public_key().to_did_key()}),
            json!({"asked": "ldp", "for": key(2).public_key().to_did_key()}),
        ]
    );
    assert!(collected.missing.is_empty());
    let notifications = issuance.notifications(NotificationEvent::CredentialAccepted);
    assert_eq!(notifications.len(), 2);
    assert!(
        notifications[0]
            .body
            .as_deref()
            .unwrap()
            .contains("credential_accepted")
    );
}

#[test]
fn as_many_copies_are_asked_for_at_once_as_there_are_keys() {
    let mut issuer = Issuer::new(false);
    issuer.metadata["batch_credential_issuance"] = json!({"batch_size": 3});
    let (mut issuance, view) = reviewed(&mut issuer).unwrap();
    assert_eq!(view.batch_size, 3);

    let batches = vec![vec![key(1), key(2), key(3)], vec![key(4)]];
    let step = issuance.accept(None, batches).unwrap();
    assert_eq!(issuance.progress(), (0, 4));
    let collected = done(drive(&mut issuance, step, &mut issuer).unwrap());

    assert_eq!(issuance.progress(), (4, 4));
    assert_eq!(issuer.nonces, 2, "one request for each configuration");
    for (number, received) in collected.credentials.iter().enumerate() {
        let holder = issuance.keys()[number].public_key().to_did_key();
        assert_eq!(received.credential["for"], holder.as_str());
        assert!(received.keys.contains(&number), "{:?}", received.keys);
    }
    assert_eq!(collected.credentials[0].keys, 0..3);
    assert_eq!(collected.credentials[3].keys, 3..4);
}

#[test]
fn more_copies_than_the_issuer_gives_at_once_and_none_at_all_are_no_choice() {
    let (mut issuance, view) = reviewed(&mut Issuer::new(false)).unwrap();
    assert_eq!(view.batch_size, 1, "an issuer that says nothing takes one proof");
    for keys in [
        vec![vec![key(1), key(2)], vec![key(3)]],
        vec![vec![], vec![]],
        vec![vec![key(1)]],
    ] {
        assert!(matches!(
            issuance.accept(None, keys),
            Err(CollectError::OutOfTurn)
        ));
    }
}

#[test]
fn credential_that_no_copy_is_wanted_of_is_not_asked_for() {
    let mut issuer = Issuer::new(false);
    let (mut issuance, _) = reviewed(&mut issuer).unwrap();

    let step = issuance.accept(None, vec![vec![], vec![key(1)]]).unwrap();
    let collected = done(drive(&mut issuance, step, &mut issuer).unwrap());

    assert_eq!(collected.credentials.len(), 1);
    assert_eq!(collected.credentials[0].configuration_id, "ldp");
    assert!(collected.missing.is_empty());
}

#[test]
fn issuer_may_give_fewer_copies_than_asked_and_never_more() {
    let copy = json!({"credential": {}});
    for (given, taken) in [(1, true), (2, true), (3, false)] {
        let mut issuer = Issuer::new(false);
        issuer.metadata["batch_credential_issuance"] = json!({"batch_size": 2});
        issuer.credentials = vec![(200, json!({"credentials": vec![&copy; given]}))];
        let (mut issuance, _) = reviewed(&mut issuer).unwrap();
        let step = issuance
            .accept(None, vec![vec![key(1), key(2)], vec![key(3)]])
            .unwrap();

        let collected = done(drive(&mut issuance, step, &mut issuer).unwrap());

        assert_eq!(collected.credentials.len(), if taken { given + 1 } else { 1 });
        assert_eq!(collected.missing.is_empty(), taken);
    }
}

#[test]
fn credential_of_an_unknown_format_is_not_asked_for() {
    let (_, view) = reviewed(&mut Issuer::new(false)).unwrap();
    let ids: Vec<_> = view
        .credentials
        .iter()
        .map(|offered| offered.configuration_id.as_str())
        .collect();
    assert_eq!(ids, ["show", "ldp"]);
}

#[test]
fn wrong_code_can_be_tried_again_and_says_how_often() {
    let mut issuer = Issuer::new(true);
    issuer
        .token
        .insert(0, (400, json!({"error": "invalid_grant", "tries_left": 2})));
    let (mut issuance, _) = reviewed(&mut issuer).unwrap();

    let step = issuance
        .accept(Some("111111"), vec![vec![key(1)], vec![key(2)]])
        .unwrap();
    let refused = drive(&mut issuance, step, &mut issuer).unwrap_err();
    assert!(matches!(refused, CollectError::WrongCode { tries_left: Some(2) }));
    assert_eq!(refused.remedy(), Remedy::Code);
    assert!(refused.nl().contains("nog 2 keer"), "{}", refused.nl());

    let step = issuance
        .accept(Some("222222"), vec![vec![key(3)], vec![key(4)]])
        .unwrap();
    assert_eq!(
        done(drive(&mut issuance, step, &mut issuer).unwrap())
            .credentials
            .len(),
        2
    );
}

#[test]
fn code_of_another_shape_is_not_sent() {
    let mut issuer = Issuer::new(true);
    let (mut issuance, _) = reviewed(&mut issuer).unwrap();
    let before = issuer.seen.len();
    for slip in [None, Some(""), Some("12345"), Some("1234567"), Some("12345a")] {
        assert!(matches!(
            issuance.accept(slip, vec![vec![key(1)], vec![key(2)]]),
            Err(CollectError::CodeShape)
        ));
    }
    assert_eq!(issuer.seen.len(), before);
    assert!(
        issuance
            .accept(Some("123456"), vec![vec![key(1)], vec![key(2)]])
            .is_ok()
    );
}

#[test]
fn used_offer_without_a_code_is_told_as_gone() {
    let mut issuer = Issuer::new(false);
    issuer.token = vec![(400, json!({"error": "invalid_grant"}))];
    let (mut issuance, _) = reviewed(&mut issuer).unwrap();
    let step = issuance.accept(None, vec![vec![key(1)], vec![key(2)]]).unwrap();
    assert!(matches!(
        drive(&mut issuance, step, &mut issuer),
        Err(CollectError::OfferGone)
    ));
}

#[test]
fn offer_that_is_no_longer_there_is_told_as_gone() {
    for status in [404, 410] {
        let (mut issuance, _) = Issuance::start(BY_REFERENCE, Allowed::default()).unwrap();
        let gone = issuance.advance(
            HttpAnswer::Answered {
                status,
                body: "{}".into(),
            },
            at(),
        );
        assert!(matches!(gone, Err(CollectError::OfferGone)));
    }
}

#[test]
fn lost_connection_is_taken_up_where_it_broke() {
    let mut issuer = Issuer::new(false);
    let (mut issuance, first) = Issuance::start(BY_REFERENCE, Allowed::default()).unwrap();
    let Step::Request(asked) = first else { panic!() };
    let lost = issuance.advance(HttpAnswer::Unreachable, at()).unwrap_err();
    assert_eq!(lost.remedy(), Remedy::Again);
    let Ok(Step::Request(again)) = issuance.retry(at()) else {
        panic!()
    };
    assert_eq!(again, asked);

    let Ok(Step::Review(_)) = drive(&mut issuance, Step::Request(again), &mut issuer) else {
        panic!()
    };
    let Ok(Step::Request(token)) = issuance.accept(None, vec![vec![key(1)], vec![key(2)]]) else {
        panic!()
    };
    let Ok(Step::Request(nonce)) = issuance.advance(issuer.answer(&token), at()) else {
        panic!()
    };
    let Ok(Step::Request(_)) = issuance.advance(issuer.answer(&nonce), at()) else {
        panic!()
    };
    // The credential request is lost; what follows uses a new nonce, not a new token.
    assert!(issuance.advance(HttpAnswer::Unreachable, at()).is_err());
    let step = issuance.retry(at()).unwrap();
    assert_eq!(
        done(drive(&mut issuance, step, &mut issuer).unwrap())
            .credentials
            .len(),
        2
    );
    assert_eq!(issuer.nonces, 3);
}

#[test]
fn stale_nonce_is_renewed_once() {
    let stale = || (400, json!({"error": "invalid_nonce"}));
    let mut issuer = Issuer::new(false);
    issuer.credentials = vec![stale()];
    let (mut issuance, _) = reviewed(&mut issuer).unwrap();
    let step = issuance.accept(None, vec![vec![key(1)], vec![key(2)]]).unwrap();
    assert_eq!(
        done(drive(&mut issuance, step, &mut issuer).unwrap())
            .credentials
            .len(),
        2
    );

    let mut issuer = Issuer::new(false);
    issuer.credentials = vec![stale(), stale(), stale(), stale()];
    let (mut issuance, _) = reviewed(&mut issuer).unwrap();
    let step = issuance.accept(None, vec![vec![key(1)], vec![key(2)]]).unwrap();
    assert!(matches!(
        drive(&mut issuance, step, &mut issuer),
        Err(CollectError::Refused { .. })
    ));
}

#[test]
fn copy_that_is_refused_does_not_lose_the_others() {
    let mut issuer = Issuer::new(false);
    issuer.credentials = vec![(
        400,
        json!({"error": "credential_request_denied", "error_description": "later\u{7}"}),
    )];
    let (mut issuance, _) = reviewed(&mut issuer).unwrap();
    let step = issuance.accept(None, vec![vec![key(1)], vec![key(2)]]).unwrap();

    let collected = done(drive(&mut issuance, step, &mut issuer).unwrap());

    assert_eq!(collected.credentials.len(), 1);
    assert_eq!(collected.credentials[0].configuration_id, "ldp");
    let (missing, why) = &collected.missing[0];
    assert_eq!((missing.as_str(), why.said()), ("show", Some("later")));
}

#[test]
fn expired_token_and_deferred_credential_are_named() {
    for (status, answer, code) in [
        (401, json!({"error": "invalid_token"}), "too-late"),
        (200, json!({"transaction_id": "later", "interval": 5}), "deferred"),
    ] {
        let mut issuer = Issuer::new(false);
        issuer.credentials = vec![(status, answer.clone()), (status, answer)];
        let (mut issuance, _) = reviewed(&mut issuer).unwrap();
        let step = issuance.accept(None, vec![vec![key(1)], vec![key(2)]]).unwrap();
        assert_eq!(drive(&mut issuance, step, &mut issuer).unwrap_err().code(), code);
    }
}

#[test]
fn metadata_of_somebody_else_is_refused() {
    let mut issuer = Issuer::new(false);
    issuer.metadata["credential_issuer"] = json!("https://college.example/other");
    assert!(matches!(
        reviewed(&mut issuer),
        Err(CollectError::OtherIssuer("issuer metadata"))
    ));

    let mut issuer = Issuer::new(false);
    issuer.server["issuer"] = json!("https://evil.example");
    assert!(matches!(
        reviewed(&mut issuer),
        Err(CollectError::OtherIssuer("authorization server metadata"))
    ));
}

#[test]
fn endpoints_at_another_origin_are_refused() {
    for (member, what) in [
        ("credential_endpoint", "credential endpoint"),
        ("nonce_endpoint", "nonce endpoint"),
    ] {
        let mut issuer = Issuer::new(false);
        issuer.metadata[member] = json!("https://evil.example/x");
        assert!(matches!(reviewed(&mut issuer), Err(CollectError::OtherOrigin(named)) if named == what));
    }
    let mut issuer = Issuer::new(false);
    issuer.server["token_endpoint"] = json!("http://college.example/energy/token");
    assert!(matches!(
        reviewed(&mut issuer),
        Err(CollectError::UnsafeAddress("token endpoint"))
    ));
}

#[test]
fn authorization_server_must_be_one_that_the_issuer_lists() {
    let mut issuer = Issuer::new(false);
    issuer.offer["grants"]["urn:ietf:params:oauth:grant-type:pre-authorized_code"]["authorization_server"] =
        json!("https://evil.example");
    assert!(matches!(
        reviewed(&mut issuer),
        Err(CollectError::OtherIssuer("offer"))
    ));
}

#[test]
fn offers_that_cannot_be_followed_are_named() {
    let plain_http =
        "openid-credential-offer://?credential_offer_uri=http%3A%2F%2Flocalhost%3A4702%2Foffers%2F1";
    assert!(matches!(
        Issuance::start(plain_http, Allowed::default()),
        Err(CollectError::UnsafeAddress("offer"))
    ));
    let allowed = Allowed::with_plain_http(["http://localhost:4702"]);
    assert!(Issuance::start(plain_http, allowed.clone()).is_ok());
    let page =
        "http://localhost:4704/#/offer?credential_offer_uri=http%3A%2F%2Flocalhost%3A4702%2Foffers%2F1";
    assert!(Issuance::start(page, allowed).is_ok());

    let mut offer = Issuer::new(false).offer;
    offer["grants"] = json!({"authorization_code": {}});
    assert!(matches!(
        Issuance::start(&offer.to_string(), Allowed::default()),
        Err(CollectError::LoginNeeded)
    ));
    assert!(matches!(
        Issuance::start("hallo", Allowed::default()),
        Err(CollectError::NotAnOffer(_))
    ));
}

#[test]
fn offer_of_nothing_that_can_be_held_is_refused() {
    let mut issuer = Issuer::new(false);
    issuer.offer["credential_configuration_ids"] = json!(["iso"]);
    assert!(matches!(reviewed(&mut issuer), Err(CollectError::NotSupported)));
    issuer.offer["credential_configuration_ids"] = json!(["nothing"]);
    assert!(matches!(reviewed(&mut issuer), Err(CollectError::NotDescribed)));
}

#[test]
fn answers_that_are_too_large_or_no_answer_are_refused() {
    for (body, code) in [
        ("x".repeat(70 * 1024), "answer-too-large"),
        ("<html>".into(), "answer-unreadable"),
    ] {
        let (mut issuance, _) = Issuance::start(BY_REFERENCE, Allowed::default()).unwrap();
        let refused = issuance
            .advance(HttpAnswer::Answered { status: 200, body }, at())
            .unwrap_err();
        assert_eq!(refused.code(), code);
    }
}

#[test]
fn server_that_only_has_the_older_metadata_address_is_found() {
    let (mut issuance, first) = Issuance::start(BY_REFERENCE, Allowed::default()).unwrap();
    let mut issuer = Issuer::new(false);
    let Step::Request(offer) = first else { panic!() };
    let Ok(Step::Request(metadata)) = issuance.advance(issuer.answer(&offer), at()) else {
        panic!()
    };
    let Ok(Step::Request(server)) = issuance.advance(issuer.answer(&metadata), at()) else {
        panic!()
    };
    assert!(server.url.path().contains("oauth-authorization-server"));

    let not_here = HttpAnswer::Answered {
        status: 404,
        body: String::new(),
    };
    let Ok(Step::Request(older)) = issuance.advance(not_here, at()) else {
        panic!()
    };

    assert_eq!(
        older.url.as_str(),
        "https://college.example/energy/.well-known/openid-configuration"
    );
    let body = issuer.server.to_string();
    assert!(matches!(
        issuance.advance(HttpAnswer::Answered { status: 200, body }, at()),
        Ok(Step::Review(_))
    ));
}

#[test]
fn identifiers_that_come_with_the_token_are_used() {
    let mut issuer = Issuer::new(false);
    issuer.token[0].1["authorization_details"] = json!([
        {"type": "openid_credential", "credential_configuration_id": "show", "credential_identifiers": ["show-1"]}
    ]);
    let (mut issuance, _) = reviewed(&mut issuer).unwrap();
    let Ok(Step::Request(token)) = issuance.accept(None, vec![vec![key(1)], vec![key(2)]]) else {
        panic!()
    };
    let Ok(Step::Request(nonce)) = issuance.advance(issuer.answer(&token), at()) else {
        panic!()
    };
    let Ok(Step::Request(credential)) = issuance.advance(issuer.answer(&nonce), at()) else {
        panic!()
    };
    let body: Value = serde_json::from_str(credential.body.as_deref().unwrap()).unwrap();
    assert_eq!(body["credential_identifier"], "show-1");
    assert_eq!(body.get("credential_configuration_id"), None);
}

#[test]
fn nothing_secret_is_printed() {
    let mut issuer = Issuer::new(true);
    let (mut issuance, _) = reviewed(&mut issuer).unwrap();
    let step = issuance
        .accept(Some("123456"), vec![vec![key(1)], vec![key(2)]])
        .unwrap();
    let printed = format!("{issuance:?} {step:?}");
    assert!(
        !printed.contains("123456") && !printed.contains("opensesame"),
        "{printed}"
    );
}

#[test]
fn every_error_has_both_texts_and_a_code_of_its_own() {
    let errors = [
        CollectError::OfferGone,
        CollectError::NotSupported,
        CollectError::CodeShape,
        CollectError::CodeOrOffer,
        CollectError::TooLate,
        CollectError::WrongCode { tries_left: Some(0) },
        CollectError::Refused {
            code: ErrorCode::InvalidProof.to_string(),
            said: None,
        },
    ];
    let mut codes: Vec<_> = errors.iter().map(CollectError::code).collect();
    codes.dedup();
    assert_eq!(codes.len(), errors.len());
    for error in &errors {
        assert!(error.nl().ends_with('.') && error.en().ends_with('.') && error.nl() != error.en());
    }
    assert_eq!(
        CollectError::WrongCode { tries_left: Some(0) }.remedy(),
        Remedy::None
    );
}
