//! What nobody should send.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// A body, and what it says of itself.
pub(crate) struct Body {
    pub(crate) name: &'static str,
    pub(crate) kind: Option<&'static str>,
    pub(crate) encoding: Option<&'static str>,
    pub(crate) bytes: Vec<u8>,
    /// Whether fewer bytes come than were announced.
    pub(crate) cut_off: bool,
}

const JSON: &str = "application/json";

/// Bodies that no endpoint may accept, whatever it expects.
pub(crate) fn bodies() -> Vec<Body> {
    let body = |name, kind, bytes: Vec<u8>| Body {
        name,
        kind,
        encoding: None,
        bytes,
        cut_off: false,
    };
    let json = |name, text: &str| body(name, Some(JSON), text.as_bytes().to_vec());
    let form = |name, text: &str| {
        let kind = "application/x-www-form-urlencoded";
        body(name, Some(kind), text.as_bytes().to_vec())
    };
    let zeros = miniz_oxide::deflate::compress_to_vec(&vec![b'0'; 50_000_000], 6);
    let bomb = |name, encoding, kind| Body {
        encoding: Some(encoding),
        ..body(name, Some(kind), zeros.clone())
    };
    vec![
        json(
            "one string of 1 MB",
            &format!("{{\"a\":\"{}\"}}", "x".repeat(1_000_000)),
        ),
        json("1 MB of small values", &format!("[{}0]", "0,".repeat(499_999))),
        json("three megabytes", &format!("[{}0]", "0,".repeat(1_500_000))),
        json("arrays 10,000 deep", &"[".repeat(10_000)),
        json(
            "closed arrays 10,000 deep",
            &format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)),
        ),
        json("objects 10,000 deep", &"{\"a\":".repeat(10_000)),
        json("an array", "[]"),
        json("a string", "\"x\""),
        json("a number", "12"),
        json("a number out of range", "1e400"),
        json("a number of 100,000 digits", &"1".repeat(100_000)),
        json("a truth", "true"),
        json("nothing", "null"),
        json("an empty body", ""),
        json("a member twice", r#"{"a":1,"a":2}"#),
        json(
            "a member twice, once in escapes",
            r#"{"reason":1,"\u0072eason":2}"#,
        ),
        json("half a JSON object", r#"{"a": "#),
        json("two values", "{} {}"),
        json("a lone surrogate", r#"{"a":"\ud800"}"#),
        json("a byte order mark", "\u{feff}{}"),
        json("a page in the place of JSON", "<!doctype html><title>x</title>"),
        body("no UTF-8", Some(JSON), b"{\"a\":\"\xff\xfe\"}".to_vec()),
        body("zero bytes", Some(JSON), vec![0; 5_000]),
        body(
            "a page",
            Some("text/html"),
            b"<!doctype html><title>x</title>".to_vec(),
        ),
        body(
            "XML",
            Some("application/xml"),
            b"<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>"
                .to_vec(),
        ),
        body("plain text", Some("text/plain"), b"{}".to_vec()),
        body("a content type that is none", Some("/;;="), b"{}".to_vec()),
        body("no content type", None, b"{}".to_vec()),
        form("a form of one member", "a=b"),
        form(
            "a form that names a member twice",
            "grant_type=a&grant_type=b&tx_code=1&tx_code=2",
        ),
        form(
            "a form with broken escapes",
            "grant_type=%zz&pre-authorized_code=%ff%fe",
        ),
        form("a form of 100,000 members", &"a=b&".repeat(100_000)),
        bomb("a gzip bomb", "gzip", JSON),
        bomb("a deflate bomb", "deflate", JSON),
        bomb(
            "a bomb in a bomb",
            "gzip, gzip",
            "application/x-www-form-urlencoded",
        ),
        Body {
            cut_off: true,
            ..json("a body that is cut off", r#"{"reason": "assessment"#)
        },
    ]
}

/// Tokens that nobody signed, with dates as no issuer writes them.
pub(crate) fn tokens() -> Vec<String> {
    let encoded = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let w3c = r#""@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],
        "issuer":"did:web:a.example","validFrom":"2026-01-01T00:00:00Z","credentialSubject":{"id":"urn:x"}"#;
    let of_claims = r#""iss":"did:web:a.example","vct":"https://a.example","issuance_date":"2026-01-01""#;
    let dates = [
        "1e300",
        "-1e300",
        "1e19",
        "9000000000000000000",
        "-9000000000000000000",
        "8210266876799",
        "-8334601228800",
        "253402300800",
        "-0.0",
        "null",
        "\"9999-12-31\"",
    ];
    let mut tokens = Vec::new();
    for (typ, claims) in [("vc+sd-jwt", w3c), ("dc+sd-jwt", of_claims), ("vc+jwt", w3c)] {
        let header = format!(r##"{{"alg":"ES256","typ":"{typ}","kid":"did:web:a.example#k"}}"##);
        for claim in ["exp", "nbf", "iat"] {
            for date in dates {
                let payload = format!(r#"{{{claims},"{claim}":{date}}}"#);
                let token = format!("{}.{}.{}", encoded(&header), encoded(&payload), "A".repeat(86));
                tokens.push(token + if typ == "vc+jwt" { "" } else { "~" });
            }
        }
    }
    tokens
}

/// Names that nothing has.
pub(crate) fn ids() -> Vec<String> {
    let mut ids: Vec<String> = [
        "..%2f..%2f..%2fetc%2fpasswd",
        "%2e%2e%2f%2e%2e%2fregister.sqlite",
        "%2e%2e",
        "..",
        "....//....//etc/passwd",
        "..%5c..%5cwindows",
        "%252e%252e%252fetc",
        "%00",
        "x%00.json",
        "%ff%fe",
        "%c0%ae%c0%ae%2f",
        "%",
        "%zz",
        "'%20OR%20'1'='1",
        "x');DROP%20TABLE%20awards;--",
        "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "%F0%9F%92%A9",
        "%E2%80%AE",
        "0",
        "-1",
        "18446744073709551616",
        "1e9",
        "NaN",
        "null",
        "*",
        ";",
        "%0d%0aSet-Cookie:%20a=b",
        "%20",
    ]
    .map(str::to_owned)
    .to_vec();
    ids.push("a".repeat(3_000));
    ids.push("%2f".repeat(1_000));
    ids
}
