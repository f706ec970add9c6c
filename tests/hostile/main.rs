//! What strangers may send to any endpoint of any service, and that it does nothing but get a clear answer.
//!
//! The endpoints come from the services' own descriptions, so a new one is tested without being named here. All of
//! it is sent to the demo: the real services, each with its own database.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at what it did not expect"
)]

mod corpus;
mod databases;
#[path = "../journeys/steps.rs"]
#[allow(dead_code, reason = "other tests take the other steps")]
mod steps;
mod wire;

use serde_json::Value;
use steps::Round;
use wire::{Answer, Request};

/// One operation of one service.
struct Operation {
    origin: String,
    method: String,
    /// As the description has it, such as `/desk/api/awards/{id}`.
    path: String,
    takes_body: bool,
    /// The members of the body, as far as the description names them.
    members: Vec<String>,
    /// What its keeper would send along.
    key: Option<String>,
    /// Every method that the path knows.
    methods: Vec<String>,
}

impl Operation {
    fn name(&self) -> String {
        format!("{} {}{}", self.method, self.origin, self.path)
    }

    /// The path with every parameter set to `id`.
    fn at(&self, id: &str) -> String {
        let mut path = String::new();
        let mut rest = self.path.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            path.push_str(before);
            path.push_str(id);
            rest = after.split_once('}').map_or("", |(_, rest)| rest);
        }
        path + rest
    }

    fn request(&self, id: &str) -> Request {
        let request = Request::new(&self.method, &self.at(id));
        match &self.key {
            Some(key) => request.with("Authorization", &format!("Bearer {key}")),
            None => request,
        }
    }
}

/// Every operation that the services describe, with the keys of those who may use them.
fn operations(round: &Round) -> Vec<Operation> {
    let demo = round.demo();
    let [first, _] = &demo.addresses.institutions;
    let services = [
        (first, issuer_adapter::openapi(), Some(&demo.desk_keys[0])),
        (
            &demo.addresses.register,
            register::openapi(),
            Some(&demo.keeper_keys[0]),
        ),
        (&demo.addresses.verifier, verifier::openapi(), None),
        (&demo.addresses.wallet, wallet::openapi(), None),
    ];
    let mut operations = Vec::new();
    for (origin, description, key) in services {
        for (path, item) in description["paths"].as_object().unwrap() {
            let methods: Vec<String> = item.as_object().unwrap().keys().cloned().collect();
            for (method, operation) in item.as_object().unwrap() {
                operations.push(Operation {
                    origin: origin.clone(),
                    method: method.to_uppercase(),
                    path: path.clone(),
                    takes_body: operation.get("requestBody").is_some(),
                    members: members(&description, operation),
                    key: key.filter(|_| operation.get("security").is_some()).cloned(),
                    methods: methods.clone(),
                });
            }
        }
    }
    assert!(operations.len() > 30, "{} operations", operations.len());
    operations
}

fn members(description: &Value, operation: &Value) -> Vec<String> {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let schema = match schema["$ref"].as_str() {
        Some(reference) => description.pointer(reference.trim_start_matches('#')).unwrap(),
        None => schema,
    };
    let properties = schema["properties"].as_object();
    properties
        .map(|found| found.keys().cloned().collect())
        .unwrap_or_default()
}

/// Asserts that an answer says clearly, in both languages or in the words of its protocol, that it is a refusal.
fn assert_refused(answer: Option<&Answer>, what: &str) {
    let Some(answer) = answer else {
        panic!("{what}: no answer");
    };
    let body = answer.json();
    let said = String::from_utf8_lossy(&answer.body)
        .chars()
        .take(400)
        .collect::<String>();
    assert!(
        (400..500).contains(&answer.status),
        "{what}: {} {said}",
        answer.status
    );
    let kind = answer.header("content-type").unwrap_or_default();
    let text = |member: &str| body[member].as_str().is_some_and(|text| !text.is_empty());
    let is_clear = match kind {
        "application/problem+json" => {
            let is_named = body["type"]
                .as_str()
                .is_some_and(|kind| kind.starts_with("/problems/"));
            is_named && text("title") && text("detail") && text("detailNl") && body["status"] == answer.status
        }
        // OpenID4VCI 1.0 and RFC 6749: a code, and a text for developers.
        "application/json" => text("error") && text("error_description"),
        // DID Resolution, "Errors".
        "application/did-resolution" => body["didResolutionMetadata"]["error"]["type"].is_string(),
        _ => false,
    };
    assert!(is_clear, "{what}: {} {kind} {said}", answer.status);
}

/// Asserts that nothing went wrong: an answer without need of excuses, or a clear refusal.
fn assert_no_fault(answer: Option<&Answer>, what: &str) {
    match answer {
        Some(fine) if fine.status < 400 => {}
        // A DID method that is not resolved here: DID Resolution asks for exactly this.
        Some(answer)
            if answer.status == 501
                && answer.header("content-type") == Some("application/did-resolution") => {}
        refused => assert_refused(refused, what),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_endpoint_takes_a_hostile_body_or_changes_anything_for_it() {
    let round = Round::start().await;
    let award = round.import_by_link("AsWaRmTePoMp00000001").await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let before = databases::contents(round.data()).await;
    let mut sent = 0;

    for operation in operations(&round) {
        // Without a body to look at, what is asked of a thing that exists would rightly be done.
        let id = if operation.takes_body && operation.path.contains("awards") {
            &award
        } else {
            "absent"
        };
        for body in corpus::bodies() {
            let what = format!("{} with {}", operation.name(), body.name);
            let mut request = operation.request(id);
            if let Some(kind) = body.kind {
                request = request.with("Content-Type", kind);
            }
            if let Some(encoding) = body.encoding {
                request = request.with("Content-Encoding", encoding);
            }
            request.claimed = body.cut_off.then_some(body.bytes.len() + 10);
            request.body = body.bytes;
            let answer = request.send(&operation.origin).await;
            sent += 1;
            if body.cut_off && answer.is_none() {
                // Whoever hangs up need not be answered.
                continue;
            }
            if operation.takes_body || body.encoding.is_some() {
                assert_refused(answer.as_ref(), &what);
            } else {
                assert_no_fault(answer.as_ref(), &what);
            }
        }
    }

    assert!(sent > 1_000, "{sent} requests");
    assert_eq!(
        databases::contents(round.data()).await,
        before,
        "nothing may be written"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_member_of_a_body_may_be_of_another_kind() {
    let round = Round::start().await;
    let award = round.import_by_link("AsWaRmTePoMp00000001").await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let before = databases::contents(round.data()).await;
    let mut sent = 0;

    for operation in operations(&round).iter().filter(|it| it.takes_body) {
        let id = if operation.path.contains("awards") {
            &award
        } else {
            "absent"
        };
        for member in &operation.members {
            for value in ["[[[[1]]]]", "{\"\":{\"\":[]}}", "-1e300"] {
                let mut request = operation.request(id).with("Content-Type", "application/json");
                request.body = format!("{{\"{member}\":{value}}}").into_bytes();
                let answer = request.send(&operation.origin).await;
                sent += 1;
                let what = format!("{} with {member} = {value}", operation.name());
                assert_refused(answer.as_ref(), &what);
            }
        }
    }

    assert!(sent > 40, "{sent} requests");
    assert_eq!(
        databases::contents(round.data()).await,
        before,
        "nothing may be written"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_token_that_nobody_signed_is_a_fault_of_the_verifier() {
    let round = Round::start().await;
    let verifier = &round.demo().addresses.verifier;
    let mut sent = 0;

    for token in corpus::tokens() {
        let mut request =
            Request::new("POST", "/credentials/verify").with("Content-Type", "application/json");
        request.body = serde_json::json!({ "presentation": token })
            .to_string()
            .into_bytes();
        let answer = request.send(verifier).await.unwrap();
        sent += 1;
        let said = String::from_utf8_lossy(&answer.body);
        assert!(matches!(answer.status, 200 | 422), "{}: {said}", answer.status);
        assert_ne!(answer.json()["verdict"]["colour"], "green");
    }

    assert!(sent > 40, "{sent} tokens");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_address_leads_out_of_its_place() {
    let round = Round::start().await;
    let before = databases::contents(round.data()).await;

    for operation in operations(&round) {
        if operation.path.contains('{') {
            for id in corpus::ids() {
                let answer = operation.request(&id).send(&operation.origin).await;
                let start: String = id.chars().take(60).collect();
                let what = format!("{} at {start}", operation.name());
                assert_no_fault(answer.as_ref(), &what);
                let body = answer.map(|answer| answer.body).unwrap_or_default();
                for inside in [b"SQLite format".as_slice(), b"root:x:0", b"\"d\":"] {
                    let shown = body.windows(inside.len()).any(|part| part == inside);
                    assert!(!shown, "{what} shows what is inside");
                }
            }
        }
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"] {
            if !operation
                .methods
                .iter()
                .any(|known| known.eq_ignore_ascii_case(method))
            {
                let mut request = operation.request("absent");
                request.method = method.to_owned();
                let answer = request.send(&operation.origin).await;
                assert_refused(answer.as_ref(), &format!("{method} for {}", operation.name()));
            }
        }
    }

    assert_eq!(
        databases::contents(round.data()).await,
        before,
        "nothing may be written"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_head_is_too_much_for_a_service() {
    let round = Round::start().await;
    let before = databases::contents(round.data()).await;

    for operation in operations(&round) {
        let request = operation.request("absent");
        let mut many = request.clone();
        many.headers
            .extend((0..120).map(|number| (format!("X-{number}"), "x".to_owned())));
        let large = request.clone().with("X-Large", &"x".repeat(40_000));
        let mut long = request.clone();
        long.target.push_str(&format!("?{}", "a=b&".repeat(4_000)));
        for (name, hostile) in [
            ("120 headers", many),
            ("40,000 bytes of header", large),
            ("16,000 bytes of query", long),
        ] {
            let answer = hostile.send(&operation.origin).await;
            assert_refused(answer.as_ref(), &format!("{} with {name}", operation.name()));
        }
        let mut queries = request.clone();
        queries
            .target
            .push_str("?a=%ff&a=%zz&policy[]=x&policy=%00&page=-1&from=&size=NaN&=&&?#");
        let odd = [
            ("odd queries", queries),
            ("another host", request.clone().with("Host", "evil.example")),
            ("a host that is none", request.clone().with("Host", "a b/<>")),
            ("no host", request.clone().with("Host", "")),
            (
                "two lengths",
                request
                    .clone()
                    .with("Content-Length", "5")
                    .with("Transfer-Encoding", "chunked"),
            ),
            (
                "another's word for it",
                request
                    .clone()
                    .with("X-Forwarded-Host", "evil.example")
                    .with("X-Forwarded-For", "x, , ::1, 999.1.1.1"),
            ),
            (
                "a range",
                request
                    .clone()
                    .with("Range", "bytes=0-0,1-1,2-2,5-99999999999999999999"),
            ),
            (
                "an odd etag",
                request.clone().with("If-None-Match", "W/\"\", *, \""),
            ),
            (
                "a request to upgrade",
                request
                    .clone()
                    .with("Upgrade", "h2c")
                    .with("HTTP2-Settings", "AAMAAABkAAQAAP__"),
            ),
        ];
        for (name, odd) in odd {
            // What is no HTTP is broken off; what is, must not be a fault.
            if let Some(answer) = odd.send(&operation.origin).await {
                assert!(
                    answer.status < 500 || answer.status == 501,
                    "{} with {name}: {}",
                    operation.name(),
                    answer.status
                );
            }
        }
    }

    assert_eq!(
        databases::contents(round.data()).await,
        before,
        "nothing may be written"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_http_ends_the_connection_and_not_the_service() {
    let round = Round::start().await;
    let addresses = &round.demo().addresses;
    let origins = [
        &addresses.register,
        &addresses.institutions[0],
        &addresses.verifier,
        &addresses.wallet,
    ];

    for origin in origins {
        let address = origin
            .trim_start_matches("http://")
            .replace("localhost", "127.0.0.1");
        for bytes in [
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(),
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
            b"GET /v1/x HTTP/9.9\r\n\r\n".to_vec(),
            b"GET  /v1/x  HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(),
            b"GET /v1/x HTTP/1.1\r\nHost : x\r\n\r\n".to_vec(),
            b"GET http://evil.example/v1/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".to_vec(),
            b"CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".to_vec(),
            b"POST /credentials/verify HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n".to_vec(),
            b"POST /v1/x HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n".to_vec(),
            b"POST /v1/x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef".to_vec(),
            [b"GET /".as_slice(), &[b'a'; 200_000], b" HTTP/1.1\r\n\r\n"].concat(),
            [0xff; 4_096].to_vec(),
        ] {
            if let Some(answer) = wire::exchange(&address, bytes, true).await {
                assert!(answer.status < 500 || answer.status == 505, "{origin}: {}", answer.status);
            }
        }
        let alive = Request::new("GET", "/healthz").send(origin).await;
        assert_eq!(alive.map(|answer| answer.status), Some(200), "{origin}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_speaks_of_itself_under_its_own_name_whatever_it_is_called() {
    let round = Round::start().await;
    let addresses = &round.demo().addresses;
    let issuer = &addresses.institutions[0];

    for path in ["/.well-known/openid-credential-issuer", "/.well-known/did.json"] {
        let request = Request::new("GET", path)
            .with("Host", "evil.example")
            .with("X-Forwarded-Host", "evil.example")
            .with("Forwarded", "host=evil.example;proto=https")
            .with("Origin", "https://evil.example");
        let answer = request.send(issuer).await.unwrap();
        assert_eq!(answer.status, 200, "{path}");
        assert!(!String::from_utf8_lossy(&answer.body).contains("evil"), "{path}");
    }
    for (origin, path) in [
        (issuer, "/desk/api/awards"),
        (&addresses.register, "/v1/accreditations/x/status-events"),
    ] {
        let mut preflight = Request::new("OPTIONS", path);
        preflight = preflight
            .with("Origin", "https://evil.example")
            .with("Access-Control-Request-Method", "POST")
            .with("Access-Control-Request-Headers", "authorization");
        let answer = preflight.send(origin).await.unwrap();
        assert_eq!(answer.header("access-control-allow-origin"), None, "{path}");
    }
}
