//! Serves the world of every scenario and the verifier's page, for tests in a browser.
//!
//! Prints one line of JSON: the page's address, and of each scenario what is scanned, whom the verifier trusts, what
//! time it is, and what must be said of it in both languages. Ends when its standard input does.

#![expect(clippy::print_stdout, reason = "this is what a test reads")]

use std::error::Error;
use std::io::Read as _;

use http_service::Clock;
use serde_json::{Value, json};
use test_support::scenarios::Scenario;
use tokio::net::TcpListener;
use verification::messages::message;

#[path = "../tests/api/world.rs"]
mod world;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (origin, scenarios) = world::serve().await?;
    let first = scenarios.first().ok_or("there are no scenarios")?;
    let mut settings = first.settings.clone();
    settings.loopback_origins = vec![origin.clone()];
    let (router, _) = verifier::router(verifier::Config {
        settings,
        clock: Clock::fixed(first.at),
        data_dir: None,
        developer: false,
    })?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let page = format!("http://localhost:{}/", listener.local_addr()?.port());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let told: Vec<Value> = scenarios.iter().map(told).collect();
    println!("{}", json!({ "page": page, "world": origin, "scenarios": told }));
    // Its reader closes it when done, also when that reader fails.
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    Ok(())
}

fn told(scenario: &Scenario) -> Value {
    let expected = match scenario.checked() {
        Ok(report) => json!({ "report": report }),
        Err(code) => json!({ "unreadable": message(code, &[]) }),
    };
    json!({
        "name": scenario.name,
        "text": scenario.text,
        "settings": scenario.settings,
        "at": scenario.at,
        "expected": expected,
    })
}
