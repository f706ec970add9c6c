use std::time::Duration;

use axum::Router;
use axum::routing::get;
use http_service::outbound;
use tokio::net::TcpListener;

use super::*;

fn answer(bytes: usize) -> Answer {
    Answer {
        body: "x".repeat(bytes).into(),
        tag: None,
        fetched_at: DateTime::UNIX_EPOCH,
        fresh_until: None,
        arrived: Instant::now(),
        used: 0,
        sequence: None,
    }
}

#[test]
fn what_was_not_used_for_longest_makes_room() {
    let mut kept = Kept::default();
    for number in 0..MOST_ANSWERS {
        kept.keep(&number.to_string(), answer(1));
    }
    kept.find("0");

    kept.keep("new", answer(1));

    assert_eq!((kept.answers.len(), kept.bytes), (MOST_ANSWERS, MOST_ANSWERS));
    assert!(kept.answers.contains_key("0") && !kept.answers.contains_key("1"));
}

#[test]
fn the_bytes_kept_are_bounded() {
    let mut kept = Kept::default();
    for number in 0..20 {
        kept.keep(&number.to_string(), answer(4 * 1024 * 1024));
    }

    assert!(kept.bytes <= MOST_BYTES);
    assert_eq!(
        kept.bytes,
        kept.answers
            .values()
            .map(|answer| answer.body.len())
            .sum::<usize>()
    );
}

#[test]
fn an_answer_rests_as_long_as_its_server_allows_and_five_minutes_at_most() {
    let start = DateTime::UNIX_EPOCH;
    let allowed = |seconds| Answer {
        fresh_until: Some(start + TimeDelta::seconds(seconds)),
        ..answer(1)
    };

    assert!(allowed(60).is_fresh(start + TimeDelta::seconds(59)));
    assert!(!allowed(60).is_fresh(start + TimeDelta::seconds(60)));
    assert!(!allowed(86400).is_fresh(start + TimeDelta::minutes(5)));
    assert!(!answer(1).is_fresh(start));
}

async fn serve(delay: Duration) -> String {
    let router = Router::new().route(
        "/{list}",
        get(move || async move {
            tokio::time::sleep(delay).await;
            "a list"
        }),
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(http_service::serve(listener, router, std::future::pending()));
    origin
}

#[tokio::test]
async fn a_slow_host_holds_up_neither_other_hosts_nor_the_register() {
    let (slow, quick) = (serve(Duration::from_secs(20)).await, serve(Duration::ZERO).await);
    let settings = outbound::Settings {
        allowed_origins: vec![slow.clone(), quick.clone()],
        ..outbound::Settings::default()
    };
    let fetching = Fetching::new(
        Client::new(&settings).unwrap(),
        None,
        Settings::new(String::new(), Vec::new()),
    );
    let need = |origin: &str, number: usize, kind| Need {
        url: format!("{origin}/{number}"),
        accept: "*/*",
        kind,
    };
    for number in 0..200 {
        let kind = if number % 2 == 0 {
            NeedKind::Status
        } else {
            NeedKind::Did
        };
        let (fetching, need) = (fetching.clone(), need(&slow, number, kind));
        tokio::spawn(async move { fetching.fetch(&need, DateTime::UNIX_EPOCH).await });
    }
    tokio::time::sleep(Duration::from_millis(200)).await;

    for kind in [NeedKind::Status, NeedKind::Did, NeedKind::Register] {
        let need = need(&quick, 1, kind);
        let answered = tokio::time::timeout(
            Duration::from_secs(5),
            fetching.fetch(&need, DateTime::UNIX_EPOCH),
        );
        assert!(matches!(answered.await, Ok(Resource::Fetched(_))), "{kind:?}");
    }
}
