//! What a server does with clients that are slow, many, or say too much: over bare connections.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::Extension;
use axum::routing::{get, post};
use http_service::{ClientAddress, Limits, RateLimit, Rates, Serving, harden, serve_with};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Long enough for an answer on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

async fn start(serving: Serving) -> u16 {
    let router = Router::new()
        .route("/", get(|| async { "hello" }))
        .route(
            "/who",
            get(|Extension(client): Extension<ClientAddress>| async move { format!("{client:?}") }),
        )
        .route(
            "/seldom",
            get(|| async { "hello" }).layer(RateLimit::requests("seldom", 2)),
        )
        .route(
            "/length",
            post(|body: Bytes| async move { body.len().to_string() }),
        );
    let limits = Limits {
        body_time: Duration::from_millis(400),
        ..Limits::default()
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let router = harden(router, &limits);
    tokio::spawn(serve_with(listener, router, serving, std::future::pending()));
    port
}

async fn connect(port: u16) -> TcpStream {
    TcpStream::connect(("127.0.0.1", port)).await.unwrap()
}

/// Everything the server says until it closes the connection; empty when it breaks off.
async fn all(connection: &mut TcpStream) -> String {
    let mut said = Vec::new();
    tokio::time::timeout(PATIENCE, connection.read_to_end(&mut said))
        .await
        .expect("the server should have closed the connection")
        .ok();
    String::from_utf8(said).unwrap()
}

/// Sends a request and reads what comes of it.
async fn ask(port: u16, request: &str) -> String {
    let mut connection = connect(port).await;
    connection.write_all(request.as_bytes()).await.unwrap();
    all(&mut connection).await
}

/// The head of a request after which the connection closes, with `more` lines.
fn get_with(path: &str, more: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: service.example\r\nConnection: close\r\n{more}\r\n")
}

#[tokio::test]
async fn a_head_that_comes_drop_by_drop_is_given_up() {
    let port = start(Serving {
        header_time: Duration::from_millis(300),
        ..Serving::default()
    })
    .await;
    let started = Instant::now();
    let (mut reader, mut writer) = connect(port).await.into_split();
    let dripping = tokio::spawn(async move {
        writer.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n").await.ok();
        for _ in 0..200 {
            tokio::time::sleep(Duration::from_millis(50)).await;
            if writer.write_all(b"a: b\r\n").await.is_err() {
                break;
            }
        }
    });

    let mut said = Vec::new();
    reader.read_to_end(&mut said).await.ok();

    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
    assert!(!String::from_utf8_lossy(&said).contains("200 OK"));
    dripping.abort();
}

#[tokio::test]
async fn a_connection_that_asks_nothing_more_is_closed() {
    let port = start(Serving {
        header_time: Duration::from_millis(300),
        ..Serving::default()
    })
    .await;
    let mut connection = connect(port).await;
    connection
        .write_all(b"GET / HTTP/1.1\r\nHost: service.example\r\n\r\n")
        .await
        .unwrap();

    let said = all(&mut connection).await;

    assert!(
        said.starts_with("HTTP/1.1 200 OK") && said.ends_with("hello"),
        "{said}"
    );
}

#[tokio::test]
async fn a_connection_ends_after_its_time_even_when_it_goes_on_asking() {
    let port = start(Serving {
        connection_time: Duration::from_millis(300),
        ..Serving::default()
    })
    .await;
    let started = Instant::now();
    let mut connection = connect(port).await;
    let mut answers = 0;
    while started.elapsed() < PATIENCE {
        let asked = connection
            .write_all(b"GET / HTTP/1.1\r\nHost: service.example\r\n\r\n")
            .await;
        let mut said = [0; 2048];
        match connection.read(&mut said).await {
            Ok(length) if length > 0 && asked.is_ok() => answers += 1,
            _ => break,
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }

    assert!(answers > 1, "{answers}");
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_body_that_comes_drop_by_drop_is_refused_with_a_problem() {
    let port = start(Serving::default()).await;
    let mut connection = connect(port).await;
    let head = "POST /length HTTP/1.1\r\nHost: service.example\r\nContent-Length: 1000\r\n\r\n";
    connection.write_all(head.as_bytes()).await.unwrap();
    let (mut reader, mut writer) = connection.into_split();
    let dripping = tokio::spawn(async move {
        while writer.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });

    let mut said = Vec::new();
    let _ = tokio::time::timeout(PATIENCE, reader.read_to_end(&mut said))
        .await
        .unwrap();

    let said = String::from_utf8(said).unwrap();
    assert!(said.starts_with("HTTP/1.1 408"), "{said}");
    assert!(
        said.contains("/problems/body-too-slow") && said.contains("detailNl"),
        "{said}"
    );
    dripping.abort();
}

#[tokio::test]
async fn a_client_has_its_share_of_connections_and_a_proxy_may_have_more() {
    let few = Serving {
        connections_per_client: 2,
        header_time: Duration::from_secs(60),
        ..Serving::default()
    };
    let stranger = start(few.clone()).await;
    let proxied = start(Serving {
        proxies: vec!["127.0.0.0/8".parse().unwrap()],
        ..few
    })
    .await;
    let mut idle = Vec::new();
    for port in [stranger, stranger, proxied, proxied] {
        idle.push(connect(port).await);
        // A connection counts once it is answered.
        let connection = idle.last_mut().unwrap();
        connection
            .write_all(b"GET / HTTP/1.1\r\nHost: service.example\r\n\r\n")
            .await
            .unwrap();
        connection.read_exact(&mut [0; 16]).await.unwrap();
    }

    assert_eq!(ask(stranger, &get_with("/", "")).await, "");
    assert!(ask(proxied, &get_with("/", "")).await.ends_with("hello"));
    idle.clear();
    let begun = Instant::now();
    while !ask(stranger, &get_with("/", "")).await.ends_with("hello") {
        assert!(
            begun.elapsed() < PATIENCE,
            "places that were given up are not free again"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn more_clients_than_there_is_room_for_wait_their_turn() {
    let port = start(Serving {
        connections: 1,
        ..Serving::default()
    })
    .await;
    let mut first = connect(port).await;
    first
        .write_all(b"GET / HTTP/1.1\r\nHost: service.example\r\n\r\n")
        .await
        .unwrap();
    first.read_exact(&mut [0; 16]).await.unwrap();
    let second = tokio::spawn(async move { ask(port, &get_with("/", "")).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!second.is_finished(), "there was no room");

    drop(first);

    assert!(second.await.unwrap().ends_with("hello"));
}

#[tokio::test]
async fn floods_of_headers_and_endless_addresses_are_refused_with_a_problem() {
    let port = start(Serving::default()).await;
    let many = "a: b\r\n".repeat(100);
    let large = format!("a: {}\r\n", "x".repeat(20_000));
    let long = format!("/?{}", "x".repeat(9_000));

    for (request, status, kind) in [
        (get_with("/", &many), "431", "headers-too-large"),
        (get_with("/", &large), "431", "headers-too-large"),
        (get_with(&long, ""), "414", "address-too-long"),
        (
            get_with("/", "Content-Encoding: gzip\r\n"),
            "415",
            "unsupported-content-encoding",
        ),
    ] {
        let said = ask(port, &request).await;
        assert!(said.starts_with(&format!("HTTP/1.1 {status}")), "{said}");
        assert!(
            said.contains(&format!("/problems/{kind}")) && said.contains("detailNl"),
            "{said}"
        );
        assert!(said.contains("access-control-allow-origin: *"), "{said}");
    }
    // Beyond what is worth an answer with words.
    let flood = "a: b\r\n".repeat(5_000);
    let said = ask(port, &get_with("/", &flood)).await;
    assert!(!said.contains("200 OK"), "{said}");
    assert!(
        ask(port, &get_with("/", "")).await.ends_with("hello"),
        "and goes on serving"
    );
}

#[tokio::test]
async fn only_a_proxy_may_say_for_whom_it_speaks() {
    let alone = start(Serving::default()).await;
    let behind = start(Serving {
        proxies: vec!["127.0.0.1".parse().unwrap()],
        ..Serving::default()
    })
    .await;
    let speaking_for = |address: &str| get_with("/who", &format!("X-Forwarded-For: {address}\r\n"));

    assert!(ask(alone, &speaking_for("192.0.2.9")).await.contains("127.0.0.1"));
    assert!(
        ask(behind, &speaking_for("192.0.2.9"))
            .await
            .contains("192.0.2.9")
    );
}

#[tokio::test]
async fn limits_count_by_client_and_can_be_set_by_name() {
    let behind = |rates| Serving {
        proxies: vec!["127.0.0.1".parse().unwrap()],
        rates,
        ..Serving::default()
    };
    let own = start(behind(Rates::default())).await;
    let set = start(behind(Rates([("seldom".to_owned(), 1)].into()))).await;
    let by = |address: &str| get_with("/seldom", &format!("X-Forwarded-For: {address}\r\n"));

    for _ in 0..2 {
        assert!(ask(own, &by("192.0.2.1")).await.starts_with("HTTP/1.1 200"));
    }
    let refused = ask(own, &by("192.0.2.1")).await;
    assert!(
        refused.starts_with("HTTP/1.1 429") && refused.contains("retry-after: "),
        "{refused}"
    );
    assert!(ask(own, &by("192.0.2.2")).await.starts_with("HTTP/1.1 200"));
    assert!(ask(set, &by("192.0.2.1")).await.starts_with("HTTP/1.1 200"));
    assert!(ask(set, &by("192.0.2.1")).await.starts_with("HTTP/1.1 429"));
}
