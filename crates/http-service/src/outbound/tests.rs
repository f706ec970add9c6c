use std::io::Write as _;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::response::Redirect;
use axum::routing::get;
use http::HeaderValue;
use tokio::net::TcpListener;

use super::*;

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

struct Server {
    port: u16,
    hits: Arc<AtomicUsize>,
}

impl Server {
    async fn start() -> Self {
        let hits = Arc::new(AtomicUsize::new(0));
        let counted = hits.clone();
        let router = Router::new()
            .route(
                "/document",
                get(|| async { ([(header::CACHE_CONTROL, "public, max-age=60")], "a document") }),
            )
            .route(
                "/missing",
                get(|| async { (http::StatusCode::NOT_FOUND, "nothing") }),
            )
            .route("/tagged", get(tagged))
            .route("/large", get(|| async { "x".repeat(5000) }))
            .route(
                "/large-unannounced",
                get(|| async { Body::from_stream(pieces(50, Duration::ZERO)) }),
            )
            .route(
                "/slow-body",
                get(|| async { Body::from_stream(pieces(50, Duration::from_millis(100))) }),
            )
            .route("/redirect", get(|| async { Redirect::temporary("/document") }))
            .route(
                "/endless",
                get(|| async { Body::from_stream(pieces(usize::MAX, Duration::ZERO)) }),
            )
            .route(
                "/huge-headers",
                get(|| async { ([("x-huge", "x".repeat(900_000))], "small") }),
            )
            .route(
                "/redirect-inside",
                get(|| async { Redirect::permanent("http://169.254.169.254/latest/meta-data") }),
            )
            .route(
                "/bomb",
                get(|| async { ([(header::CONTENT_ENCODING, "br")], vec![0_u8; 1_000]) }),
            )
            .route(
                "/packed/{count}",
                get(|Path(count): Path<usize>| async move {
                    ([(header::CONTENT_ENCODING, "gzip")], packed(&vec![b'x'; count]))
                }),
            )
            .route(
                "/encoded",
                get(|| async { ([(header::CONTENT_ENCODING, "gzip")], "not really") }),
            )
            .layer(axum::middleware::map_request(
                move |request: axum::extract::Request| {
                    counted.fetch_add(1, Ordering::SeqCst);
                    async move { request }
                },
            ));
        let listener = TcpListener::bind((LOOPBACK, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { port, hits }
    }

    fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn hits(&self) -> usize {
        self.hits.load(Ordering::SeqCst)
    }
}

fn packed(text: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(text).unwrap();
    packer.finish().unwrap()
}

async fn tagged(
    headers: HeaderMap,
) -> (
    http::StatusCode,
    [(header::HeaderName, &'static str); 1],
    &'static str,
) {
    let tag = [(header::ETAG, "\"v1\"")];
    match crate::pages::matches_tag(&headers, "\"v1\"") {
        true => (http::StatusCode::NOT_MODIFIED, tag, ""),
        false => (http::StatusCode::OK, tag, "tagged"),
    }
}

fn pieces(count: usize, pause: Duration) -> impl futures_util::Stream<Item = Result<Vec<u8>, io::Error>> {
    futures_util::stream::unfold(0, move |sent| async move {
        tokio::time::sleep(pause).await;
        (sent < count).then(|| (Ok(vec![b'x'; 100]), sent + 1))
    })
}

fn allowing(origins: &[String]) -> Client {
    let settings = Settings {
        allowed_origins: origins.to_vec(),
        time: Duration::from_millis(600),
        body: 2000,
        ..Settings::default()
    };
    Client::new(&settings).unwrap()
}

/// A client for which every name has the addresses that `answers` gives, one lookup after the other.
fn resolving(answers: Vec<Vec<IpAddr>>) -> (Client, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let lookup = Lookup(Arc::new(move |_| {
        let turn = count.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1);
        let answer = answers[turn].clone();
        Box::pin(async move { Ok(answer) })
    }));
    let settings = Settings {
        time: Duration::from_millis(600),
        ..Settings::default()
    };
    (Client::with_lookup(&settings, lookup).unwrap(), asked)
}

#[tokio::test]
async fn an_allowed_origin_is_reached_over_plain_http() {
    let server = Server::start().await;
    let client = allowing(&[server.origin()]);

    let fetched = client
        .get(&format!("{}/document", server.origin()), "text/plain")
        .await
        .unwrap();

    assert_eq!(
        (fetched.status, fetched.body.as_slice()),
        (200, b"a document".as_slice())
    );
    assert_eq!(fetched.content_type.as_deref(), Some("text/plain"));
    assert_eq!(
        fetched.fresh_until,
        Some(fetched.fetched_at + TimeDelta::seconds(60))
    );
}

#[tokio::test]
async fn what_is_known_is_not_fetched_again() {
    let server = Server::start().await;
    let client = allowing(&[server.origin()]);
    let address = format!("{}/tagged", server.origin());

    let first = client.get(&address, "*/*").await.unwrap();
    let again = client
        .get_if_changed(&address, "*/*", first.tag.as_deref())
        .await
        .unwrap();
    let other = client
        .get_if_changed(&address, "*/*", Some("\"v0\""))
        .await
        .unwrap();

    assert_eq!((first.status, first.tag.as_deref()), (200, Some("\"v1\"")));
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(other.status, 200);
}

#[tokio::test]
async fn an_error_status_is_an_answer() {
    let server = Server::start().await;

    let fetched = allowing(&[server.origin()])
        .get(&format!("{}/missing", server.origin()), "*/*")
        .await
        .unwrap();

    assert_eq!(fetched.status, 404);
}

#[tokio::test]
async fn another_port_of_an_allowed_host_is_refused() {
    let (allowed, other) = (Server::start().await, Server::start().await);
    let client = allowing(&[allowed.origin()]);

    for address in [
        other.origin(),
        format!("https://127.0.0.1:{}", allowed.port),
        format!("http://localhost:{}", allowed.port),
    ] {
        let refused = client.get(&address, "*/*").await.unwrap_err();
        assert!(
            matches!(
                refused,
                OutboundError::NotHttps(_) | OutboundError::ForbiddenAddress(_)
            ),
            "{address}: {refused:?}"
        );
    }
    assert_eq!((allowed.hits(), other.hits()), (0, 0));
}

#[tokio::test]
async fn plain_http_is_refused_unless_its_origin_is_allowed() {
    let refused = allowing(&[])
        .get("http://register.example/v1/list", "*/*")
        .await
        .unwrap_err();

    assert!(matches!(refused, OutboundError::NotHttps(host) if host == "register.example"));
}

#[tokio::test]
async fn addresses_that_are_not_public_are_refused_however_they_are_written() {
    let client = allowing(&[]);
    for address in [
        "https://127.0.0.1/",
        "https://127.1/",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://10.0.0.8/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[fd00::1]/",
        "https://0.0.0.0/",
        "https://localhost/",
    ] {
        let refused = client.get(address, "*/*").await.unwrap_err();
        assert!(
            matches!(refused, OutboundError::ForbiddenAddress(_)),
            "{address}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn what_is_not_a_plain_web_address_is_refused() {
    let client = allowing(&[]);
    let long = format!("https://register.example/{}", "x".repeat(3000));
    for address in [
        "",
        "/v1/list",
        "ftp://register.example/",
        "file:///etc/passwd",
        "https://me:secret@register.example/",
        &long,
    ] {
        let refused = client.get(address, "*/*").await.unwrap_err();
        assert!(
            matches!(refused, OutboundError::InvalidUrl),
            "{address}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn a_name_is_refused_when_one_of_its_addresses_is_not_public() {
    let (client, _) = resolving(vec![vec![
        "1.1.1.1".parse().unwrap(),
        "10.0.0.1".parse().unwrap(),
    ]]);

    let refused = client
        .get("https://college.example/did.json", "*/*")
        .await
        .unwrap_err();

    assert!(
        matches!(refused, OutboundError::ForbiddenAddress(_)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_name_that_later_resolves_to_loopback_gains_nothing() {
    let server = Server::start().await;
    // The first answer is public and leads nowhere; the second would lead to the server.
    let (client, asked) = resolving(vec![vec!["192.31.196.1".parse().unwrap()], vec![LOOPBACK]]);
    let address = format!("https://rebinding.example:{}/document", server.port);

    let first = client.get(&address, "*/*").await.unwrap_err();
    let asked_once = asked.load(Ordering::SeqCst);
    let second = client.get(&address, "*/*").await.unwrap_err();

    assert!(
        !matches!(first, OutboundError::ForbiddenAddress(_)),
        "the checked address is connected to: {first:?}"
    );
    assert_eq!(asked_once, 1, "the connection asks no second time");
    assert!(matches!(second, OutboundError::ForbiddenAddress(_)), "{second:?}");
    assert_eq!(server.hits(), 0);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let server = Server::start().await;

    let refused = allowing(&[server.origin()])
        .get(&format!("{}/redirect", server.origin()), "*/*")
        .await
        .unwrap_err();

    assert!(
        matches!(refused, OutboundError::Redirect { status: 307, .. }),
        "{refused:?}"
    );
    assert_eq!(server.hits(), 1);
}

#[tokio::test]
async fn answers_without_end_or_measure_are_given_up_soon() {
    let server = Server::start().await;
    let client = allowing(&[server.origin()]);
    let begun = Instant::now();

    for path in ["endless", "bomb", "redirect-inside", "huge-headers"] {
        let refused = client
            .get(&format!("{}/{path}", server.origin()), "*/*")
            .await
            .unwrap_err();
        let is_named = match path {
            "endless" => matches!(refused, OutboundError::TooLarge { .. }),
            "bomb" => matches!(refused, OutboundError::Encoded(_)),
            "redirect-inside" => matches!(refused, OutboundError::Redirect { status: 308, .. }),
            _ => matches!(refused, OutboundError::Unreachable { .. }),
        };
        assert!(is_named, "{path}: {refused:?}");
    }
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up() {
    let listener = TcpListener::bind((LOOPBACK, 0)).await.unwrap();
    let origin = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
    let silent = tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            held.push(stream);
        }
    });

    let refused = allowing(std::slice::from_ref(&origin))
        .get(&origin, "*/*")
        .await
        .unwrap_err();

    assert!(matches!(refused, OutboundError::Timeout(_)), "{refused:?}");
    silent.abort();
}

#[tokio::test]
async fn a_name_of_any_address_that_is_not_public_is_refused() {
    for address in [
        "127.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "169.254.169.254",
        "192.168.0.1",
        "100.64.0.1",
        "::1",
        "::",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "fe80::1",
        "fd00:ec2::254",
    ] {
        let (client, _) = resolving(vec![vec![address.parse().unwrap()]]);
        let refused = client
            .get("https://college.example/did.json", "*/*")
            .await
            .unwrap_err();
        assert!(
            matches!(refused, OutboundError::ForbiddenAddress(_)),
            "{address}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_announced_or_not() {
    let server = Server::start().await;
    let client = allowing(&[server.origin()]);

    for path in ["large", "large-unannounced"] {
        let refused = client
            .get(&format!("{}/{path}", server.origin()), "*/*")
            .await
            .unwrap_err();
        assert!(
            matches!(refused, OutboundError::TooLarge { limit: 2000, .. }),
            "{path}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn a_slow_body_is_given_up() {
    let server = Server::start().await;
    let started = Instant::now();

    let refused = allowing(&[server.origin()])
        .get(&format!("{}/slow-body", server.origin()), "*/*")
        .await
        .unwrap_err();

    assert!(matches!(refused, OutboundError::Timeout(_)), "{refused:?}");
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn an_encoded_body_is_refused() {
    let server = Server::start().await;

    let refused = allowing(&[server.origin()])
        .get(&format!("{}/encoded", server.origin()), "*/*")
        .await
        .unwrap_err();

    assert!(matches!(refused, OutboundError::Encoded(_)), "{refused:?}");
}

#[tokio::test]
async fn a_client_for_large_texts_unpacks_them_and_no_further_than_its_limit() {
    let server = Server::start().await;
    let client = allowing(&[server.origin()]).compressed(5000);
    let get = async |path: &str| client.get(&format!("{}{path}", server.origin()), "*/*").await;

    assert_eq!(get("/packed/5000").await.unwrap().body, vec![b'x'; 5000]);
    let too_long = get("/packed/5001").await.unwrap_err();
    assert!(
        matches!(too_long, OutboundError::TooLarge { limit: 5000, .. }),
        "{too_long:?}"
    );
    let a_bomb = get("/packed/1000000").await.unwrap_err();
    assert!(matches!(a_bomb, OutboundError::TooLarge { .. }), "{a_bomb:?}");
    let damaged = get("/encoded").await.unwrap_err();
    assert!(matches!(damaged, OutboundError::Encoded(_)), "{damaged:?}");
    let otherwise = get("/bomb").await.unwrap_err();
    assert!(matches!(otherwise, OutboundError::Encoded(_)), "{otherwise:?}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unreachable_and_its_path_stays_out_of_the_text() {
    let listener = TcpListener::bind((LOOPBACK, 0)).await.unwrap();
    let origin = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
    drop(listener);

    let error = allowing(std::slice::from_ref(&origin))
        .get(&format!("{origin}/secret-path"), "*/*")
        .await
        .unwrap_err();

    let OutboundError::Unreachable { source, .. } = &error else {
        panic!("{error:?}")
    };
    assert!(!format!("{error} {source} {source:?}").contains("secret-path"));
}

#[test]
fn only_origins_can_be_allowed() {
    for text in [
        "localhost:4702",
        "http://localhost:4702/path",
        "ftp://localhost",
        "http://me@localhost",
        "",
        "http://x?y",
    ] {
        let settings = Settings {
            allowed_origins: vec![text.to_owned()],
            ..Settings::default()
        };
        assert!(
            matches!(Client::new(&settings), Err(SettingsError::InvalidOrigin(_))),
            "{text}"
        );
    }
}

#[test]
fn freshness_is_what_the_server_says() {
    let age = |value: &'static str| {
        let headers = HeaderMap::from_iter([(header::CACHE_CONTROL, HeaderValue::from_static(value))]);
        max_age(&headers).map(|age| age.num_seconds())
    };

    assert_eq!(age("public, max-age=300"), Some(300));
    assert_eq!(age("Max-Age=\"5\""), Some(5));
    assert_eq!(age("max-age=300, no-store"), None);
    assert_eq!(age("no-cache"), None);
    assert_eq!(age("max-age=-1"), None);
}
