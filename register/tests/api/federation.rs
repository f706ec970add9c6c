//! The register's documents for federations, fetched and walked as others would.

use chrono::TimeDelta;
use proofs::jws;
use reqwest::Response;
use serde_json::{Value, json};
use trust::federation::{Anchor, EntityId, KeySet, Resolved, Search, SearchError, Step, Unanswered};

use crate::fixture::{TestRegister, UNIT, at, secret, seed_json, suspension};

const REGISTER: &str = "https://register.example";
const UNIT_ID: &str = "https://college.example/energie";
const KIND: &str =
    "https://register.example/federation/participation?framework=https%3A%2F%2Fframework.example%2Fho";

fn query(path: &str, parameters: &[(&str, &str)]) -> String {
    let mut url = url::Url::parse("http://x").unwrap().join(path).unwrap();
    url.query_pairs_mut().extend_pairs(parameters);
    format!("{}?{}", url.path(), url.query().unwrap())
}

impl TestRegister {
    fn federation_anchor(&self) -> Anchor {
        let key = proofs::PublicKey::from_jwk(&self.register.anchor().jwk).unwrap();
        Anchor {
            entity: EntityId::parse(REGISTER).unwrap(),
            keys: KeySet::of([key]),
        }
    }

    /// Signed by the pinned key, of a type, and what it says.
    async fn signed(&self, response: Response, typ: &str) -> Value {
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], format!("application/{typ}"));
        let jws = jws::parse(&response.text().await.unwrap(), jws::LARGEST).unwrap();
        let key = proofs::PublicKey::from_jwk(&self.register.anchor().jwk).unwrap();
        assert_eq!(jws.typ(), Some(typ));
        assert_eq!(jws.kid(), Some(key.thumbprint().as_str()));
        jws.verify(&key).unwrap();
        jws.payload_json().unwrap()
    }

    async fn ask_status(&self, mark: &str) -> Response {
        let body: String = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("trust_mark", mark)
            .finish();
        let request = self
            .client
            .post(format!("{}/federation/trust_mark_status", self.origin));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.body(body).send().await.unwrap()
    }

    async fn status_of(&self, mark: &str) -> String {
        let said = self
            .signed(self.ask_status(mark).await, "trust-mark-status-response+jwt")
            .await;
        assert_eq!(said["trust_mark"], mark);
        assert_eq!(
            (said["iss"].as_str(), said["iat"].as_i64()),
            (Some(REGISTER), Some(self.clock.now().timestamp()))
        );
        said["status"].as_str().unwrap().to_owned()
    }

    async fn mark(&self) -> String {
        let path = query(
            "/federation/trust_mark",
            &[("trust_mark_type", KIND), ("sub", UNIT_ID)],
        );
        self.get(&path).await.text().await.unwrap()
    }

    /// Walks from the unit's own statement, which shows `mark`, up to the register.
    async fn walk(&self, mark: &str) -> Result<Resolved, SearchError> {
        let now = self.clock.now();
        let secret = secret(UNIT);
        let own = json!({
            "iss": UNIT_ID, "sub": UNIT_ID, "iat": now.timestamp(), "exp": now.timestamp() + 86_400,
            "jwks": KeySet::of([secret.public_key()]), "authority_hints": [REGISTER],
            "metadata": {
                "federation_entity": {"organization_name": "The best of all"},
                "openid_credential_issuer": {"credential_issuer": "https://college.example"},
                "openid_provider": {"issuer": "https://college.example"},
            },
            "trust_marks": [{"trust_mark_type": KIND, "trust_mark": mark}],
        });
        let header = json!({"typ": "entity-statement+jwt", "kid": secret.public_key().thumbprint()});
        let own = jws::sign(&header, own.to_string().as_bytes(), &secret).unwrap();
        let mut search = Search::new(EntityId::parse(UNIT_ID).unwrap(), self.federation_anchor(), now);
        loop {
            let ask = match search.step() {
                Step::Found(found) => return Ok(*found),
                Step::NotFound(error) => return Err(error),
                Step::Fetch(ask) => ask,
            };
            let answer = match ask.address.strip_prefix(REGISTER) {
                Some(path) => {
                    let answer = self.get(path).await;
                    match answer.status().as_u16() {
                        200 => Ok(answer.text().await.unwrap()),
                        404 => Err(Unanswered::NotThere),
                        status => Err(Unanswered::Failed(status.to_string())),
                    }
                }
                None => {
                    assert_eq!(ask.address, format!("{UNIT_ID}/.well-known/openid-federation"));
                    Ok(own.clone())
                }
            };
            search.answer(answer);
        }
    }
}

/// An error as the standard has it.
async fn refused(response: Response, status: u16, code: &str) -> String {
    assert_eq!(response.status().as_u16(), status);
    assert_eq!(response.headers()["content-type"], "application/json");
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["error"], code, "{body}");
    body["error_description"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_way_from_a_unit_up_to_the_register_is_found_and_holds() {
    let register = TestRegister::start().await;

    let found = register.walk(&register.mark().await).await.unwrap();
    let marks = found.marks(&[], register.clock.now());

    assert!(found.path.is_empty());
    assert_eq!(found.ends, register.clock.now() + TimeDelta::hours(6));
    assert_eq!(
        found.metadata["federation_entity"]["organization_name"], "ent-unit-0031",
        "the name that is registered, whatever it calls itself"
    );
    assert!(!found.metadata.contains_key("openid_provider"));
    let mark = marks[0].as_ref().unwrap();
    assert_eq!(mark.trust_mark_type, KIND);
    assert_eq!(
        mark.reference.as_deref(),
        Some("https://register.example/v1/accreditations/acc-unit-0031")
    );
}

#[tokio::test]
async fn a_suspended_institution_and_its_units_are_stated_no_longer_and_their_marks_are_revoked() {
    let register = TestRegister::start().await;
    let mark = register.mark().await;
    assert_eq!(register.status_of(&mark).await, "active");
    register.decide("acc-ho-0007", &suspension()).await;

    // Known today to begin at noon: nothing that is stated before lasts longer.
    let statement = query("/federation/fetch", &[("sub", UNIT_ID)]);
    let said = register
        .signed(register.get(&statement).await, "entity-statement+jwt")
        .await;
    assert_eq!(said["exp"], at("2026-11-21T12:00:00Z").timestamp());
    let said: Value = {
        let response = register.mark().await;
        jws::parse(&response, jws::LARGEST)
            .unwrap()
            .payload_json()
            .unwrap()
    };
    assert_eq!(said["exp"], at("2026-11-21T12:00:00Z").timestamp());

    register.clock.set(at("2026-11-21T12:30:00Z"));
    let why = refused(register.get(&statement).await, 404, "not_found").await;
    assert!(why.contains("/v1/list"), "{why}");
    let asked = query(
        "/federation/trust_mark",
        &[("trust_mark_type", KIND), ("sub", UNIT_ID)],
    );
    refused(register.get(&asked).await, 404, "not_found").await;
    assert_eq!(register.status_of(&mark).await, "revoked");
    assert_eq!(register.json("/federation/list").await, json!([]));
    assert_eq!(register.walk(&mark).await.unwrap_err(), SearchError::NotListed);

    register.clock.set(at("2026-11-21T15:00:01Z"));
    assert_eq!(register.status_of(&mark).await, "expired");
}

#[tokio::test]
async fn the_register_says_of_itself_where_it_answers_and_what_it_does_not_say() {
    let register = TestRegister::start().await;

    let answer = register.get("/.well-known/openid-federation").await;
    let said = register.signed(answer, "entity-statement+jwt").await;

    assert_eq!((&said["iss"], &said["sub"]), (&json!(REGISTER), &json!(REGISTER)));
    assert_eq!(said["jwks"]["keys"][0]["x"], register.register.anchor().jwk["x"]);
    assert!(said["jwks"]["keys"][0].get("d").is_none());
    assert!(said.get("authority_hints").is_none());
    assert_eq!(said["trust_mark_issuers"], json!({KIND: [REGISTER]}));
    let entity = &said["metadata"]["federation_entity"];
    for language in ["", "#nl"] {
        let description = entity[format!("description{language}")].as_str().unwrap();
        assert!(
            description.contains("https://register.example/v1/list"),
            "{description}"
        );
    }
    let endpoints: Vec<_> = entity
        .as_object()
        .unwrap()
        .keys()
        .filter(|name| name.ends_with("_endpoint"))
        .collect();
    assert_eq!(endpoints.len(), 5);
    for name in endpoints {
        let path = entity[name].as_str().unwrap().strip_prefix(REGISTER).unwrap();
        let answer = register.get(path).await.status();
        assert_ne!(answer, 404, "{name}");
    }
}

#[tokio::test]
async fn those_who_take_part_are_listed_as_asked() {
    let register = TestRegister::start().await;
    let both = json!(["https://college.example", UNIT_ID]);
    for (question, expected) in [
        ("", &both),
        ("?entity_type=openid_credential_issuer", &both),
        (
            "?entity_type=federation_entity&entity_type=openid_credential_issuer",
            &both,
        ),
        ("?entity_type=openid_provider", &json!([])),
        (
            "?entity_type=openid_provider&entity_type=openid_credential_issuer",
            &json!([]),
        ),
        ("?trust_marked=true", &both),
        ("?trust_marked=false", &both),
        ("?intermediate=true", &json!([])),
        ("?intermediate=false", &both),
        ("?trust_mark_type=unknown", &json!([])),
        ("?not_yet_invented=1", &both),
    ] {
        let answer = register.json(&format!("/federation/list{question}")).await;
        assert_eq!(&answer, expected, "{question}");
    }
    let marked = query("/federation/list", &[("trust_mark_type", KIND)]);
    assert_eq!(register.json(&marked).await, both);
    let marked = query("/federation/trust_mark_list", &[("trust_mark_type", KIND)]);
    assert_eq!(register.json(&marked).await, both);
    let marked = query(
        "/federation/trust_mark_list",
        &[("trust_mark_type", KIND), ("sub", UNIT_ID)],
    );
    assert_eq!(register.json(&marked).await, json!([UNIT_ID]));
}

#[tokio::test]
async fn a_question_that_cannot_be_answered_is_refused_in_the_standards_words() {
    let register = TestRegister::start().await;
    for (path, status, code) in [
        ("/federation/fetch", 400, "invalid_request"),
        ("/federation/fetch?sub=", 400, "invalid_request"),
        (
            "/federation/fetch?sub=https://a.example&sub=https://b.example",
            400,
            "invalid_request",
        ),
        (
            "/federation/fetch?sub=https://register.example",
            400,
            "invalid_request",
        ),
        (
            "/federation/fetch?sub=https://elsewhere.example",
            404,
            "not_found",
        ),
        ("/federation/fetch?sub=did:web:college.example", 404, "not_found"),
        (
            "/federation/fetch?sub=https://college.example/energie/",
            404,
            "not_found",
        ),
        ("/federation/fetch?sub=http://college.example", 404, "not_found"),
        ("/federation/fetch?sub=https://stelsel.example", 404, "not_found"),
        ("/federation/list?trust_marked=yes", 400, "invalid_request"),
        ("/federation/list?intermediate=", 400, "invalid_request"),
        ("/federation/trust_mark", 400, "invalid_request"),
        (
            "/federation/trust_mark?sub=https://college.example",
            400,
            "invalid_request",
        ),
        (
            "/federation/trust_mark?sub=https://college.example&trust_mark_type=x",
            404,
            "not_found",
        ),
        ("/federation/trust_mark_list", 400, "invalid_request"),
    ] {
        refused(register.get(path).await, status, code).await;
    }
}

#[tokio::test]
async fn a_mark_that_was_never_given_is_unknown_and_a_forged_one_invalid() {
    let register = TestRegister::start().await;
    let mark = register.mark().await;
    let forged = {
        let (start, signature) = mark.rsplit_once('.').unwrap();
        let first = if signature.starts_with('A') { 'B' } else { 'A' };
        format!("{start}.{first}{}", &signature[1..])
    };
    let statement = register
        .get("/.well-known/openid-federation")
        .await
        .text()
        .await
        .unwrap();
    let by_another = {
        let secret = secret(UNIT);
        let claims =
            json!({"iss": "https://elsewhere.example", "sub": UNIT_ID, "trust_mark_type": KIND, "iat": 1});
        jws::sign(
            &json!({"typ": "trust-mark+jwt", "kid": "k"}),
            claims.to_string().as_bytes(),
            &secret,
        )
        .unwrap()
    };

    assert_eq!(register.status_of(&forged).await, "invalid");
    assert_eq!(
        register.status_of(&statement).await,
        "invalid",
        "signed by the register, and no mark"
    );
    refused(register.ask_status(&by_another).await, 404, "not_found").await;
    refused(register.ask_status("a.b.c").await, 404, "not_found").await;
    refused(register.ask_status(&"a".repeat(20_000)).await, 404, "not_found").await;
    refused(register.ask_status("").await, 400, "invalid_request").await;
    let as_json = register
        .client
        .post(format!("{}/federation/trust_mark_status", register.origin));
    let as_json = as_json.json(&json!({"trust_mark": mark})).send().await.unwrap();
    refused(as_json, 400, "invalid_request").await;
}

#[tokio::test]
async fn a_key_that_ended_is_not_stated_and_one_without_keys_is_not_either() {
    let mut seed = seed_json();
    seed["entities"][3]["keys"][0]["notAfter"] = "2026-11-21T10:00:00Z".into();
    let register = TestRegister::start_with(Some(serde_json::from_value(seed).unwrap())).await;
    let statement = query("/federation/fetch", &[("sub", UNIT_ID)]);

    let said = register
        .signed(register.get(&statement).await, "entity-statement+jwt")
        .await;
    assert_eq!(said["exp"], at("2026-11-21T10:00:00Z").timestamp());
    assert_eq!(said["constraints"]["max_path_length"], 0);

    register.clock.set(at("2026-11-21T10:00:01Z"));
    refused(register.get(&statement).await, 404, "not_found").await;
}
