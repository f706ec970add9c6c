//! `waarmerk check --cache` while everything runs, and `--offline` when nothing does any more.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at what it did not expect"
)]

#[path = "../journeys/steps.rs"]
#[allow(dead_code, reason = "other tests take the other steps")]
mod steps;

use std::path::PathBuf;

use chrono::{TimeDelta, Utc};
use serde_json::Value;
use share_link::ShareLink;
use steps::{Learner, Round};
use tempfile::TempDir;
use tokio::process::Command;

const BADGE: &str = "AsWaRmTePoMp00000001";

/// Somebody who checks on a machine of their own.
struct Checker {
    folder: TempDir,
}

/// What the program said, and the code it ended with.
struct Said {
    code: i32,
    text: String,
}

impl Checker {
    /// Trusts what a running verifier trusts.
    async fn trusting(round: &Round) -> Self {
        let url = format!("{}/config.json", round.demo.addresses.verifier);
        let config = round.http.get(url).send().await.unwrap().text().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("trust.json"), config).unwrap();
        Self { folder }
    }

    async fn check(&self, shown: &str, options: &[&str]) -> Said {
        let file = self.folder.path().join("shown.txt");
        std::fs::write(&file, shown).unwrap();
        let done = Command::new(env!("CARGO_BIN_EXE_waarmerk"))
            .current_dir(self.folder.path())
            .args(["check", "shown.txt", "--trust", "trust.json", "--english"])
            .args(options)
            .output()
            .await
            .unwrap();
        let text =
            String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
        Said {
            code: done.status.code().unwrap(),
            text,
        }
    }

    async fn online(&self, shown: &str) -> Said {
        self.check(shown, &["--cache", "kept"]).await
    }

    async fn offline(&self, shown: &str) -> Said {
        self.check(shown, &["--cache", "kept", "--offline"]).await
    }

    async fn report_offline(&self, shown: &str) -> Value {
        let said = self
            .check(shown, &["--cache", "kept", "--offline", "--json"])
            .await;
        serde_json::from_str(&said.text).unwrap_or_else(|_| panic!("{}", said.text))
    }

    /// What is kept of addresses that have this in them.
    fn kept(&self, part: &str) -> Vec<(PathBuf, Value)> {
        let files = std::fs::read_dir(self.folder.path().join("kept")).unwrap();
        let paths = files
            .map(|file| file.unwrap().path())
            .filter(|path| path.to_string_lossy().ends_with(".kept.json"));
        let kept = paths.map(|path| {
            let content: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            (path, content)
        });
        let found: Vec<_> = kept
            .filter(|(_, content)| content["url"].as_str().is_some_and(|url| url.contains(part)))
            .collect();
        assert!(!found.is_empty(), "nothing is kept of {part}");
        found
    }

    /// Changes one character in the middle of what is kept of these addresses.
    fn tamper(&self, part: &str) {
        for (path, mut content) in self.kept(part) {
            let mut body = content["body"].as_str().unwrap().to_owned();
            let middle = (body.len() / 2..body.len())
                .find(|at| body.as_bytes()[*at].is_ascii_lowercase())
                .unwrap();
            let other = if body.as_bytes()[middle] == b'a' { "b" } else { "a" };
            body.replace_range(middle..=middle, other);
            content["body"] = body.into();
            std::fs::write(path, content.to_string()).unwrap();
        }
    }
}

async fn a_learner() -> (Round, Learner) {
    let round = Round::start().await;
    let learner = round.learner_with(BADGE).await;
    (round, learner)
}

async fn stop(round: Round) {
    round.demo.stop().await.unwrap();
}

#[tokio::test]
async fn what_was_fetched_before_serves_when_nothing_answers_and_says_of_when_it_is() {
    let (round, mut learner) = a_learner().await;
    let checker = Checker::trusting(&round).await;
    let before = Utc::now();
    let online = checker.online(&learner.show().qr_text).await;
    assert_eq!(online.code, 0, "{}", online.text);
    stop(round).await;
    // A copy that was never checked before, whose lists are those of the one that was.
    let shown = learner.show().qr_text;

    let unreachable = checker.online(&shown).await;
    let offline = checker.offline(&shown).await;
    let report = checker.report_offline(&shown).await;

    assert_eq!(
        unreachable.code, 2,
        "only who asks for it gets what is kept: {}",
        unreachable.text
    );
    assert_eq!(offline.code, 0, "{}", offline.text);
    assert!(offline.text.starts_with("GREEN  ACC-001"), "{}", offline.text);
    assert!(
        offline.text.contains("active and not revoked, as known on"),
        "{}",
        offline.text
    );
    assert!(
        offline.text.contains("Checked without a connection, as known on"),
        "{}",
        offline.text
    );
    let known: chrono::DateTime<Utc> = report["asKnownOn"].as_str().unwrap().parse().unwrap();
    assert!(
        known <= before + TimeDelta::seconds(1),
        "of when the list was signed: {known}"
    );
}

#[tokio::test]
async fn nothing_kept_is_grey_and_so_is_a_status_that_is_not_kept() {
    let (round, mut learner) = a_learner().await;
    let checker = Checker::trusting(&round).await;
    let shown = learner.show().qr_text;
    checker.online(&shown).await;
    stop(round).await;

    std::fs::create_dir(checker.folder.path().join("empty")).unwrap();
    let nothing = checker.check(&shown, &["--cache", "empty", "--offline"]).await;
    for (path, _) in checker.kept("/status") {
        std::fs::remove_file(path).unwrap();
    }
    let no_status = checker.offline(&shown).await;

    assert_eq!(nothing.code, 2, "{}", nothing.text);
    assert!(nothing.text.starts_with("GREY  ACC-007"), "{}", nothing.text);
    assert_eq!(no_status.code, 2, "{}", no_status.text);
    assert!(no_status.text.starts_with("GREY  VER-004"), "{}", no_status.text);
}

#[tokio::test]
async fn a_list_that_was_changed_where_it_is_kept_is_refused_by_name() {
    let (round, mut learner) = a_learner().await;
    let checker = Checker::trusting(&round).await;
    let shown = learner.show().qr_text;
    checker.online(&shown).await;
    stop(round).await;
    let (path, whole) = checker.kept("/v1/list").remove(0);

    checker.tamper("/v1/list");
    let register = checker.offline(&shown).await;
    std::fs::write(path, whole.to_string()).unwrap();
    assert_eq!(checker.offline(&shown).await.code, 0, "whole again");
    checker.tamper("/status");
    let status = checker.offline(&shown).await;

    assert_eq!(register.code, 2, "{}", register.text);
    assert!(
        register
            .text
            .contains("List refused: the signature of the register list is wrong"),
        "{}",
        register.text
    );
    assert_eq!(status.code, 2, "{}", status.text);
    assert!(status.text.contains("? "), "{}", status.text);
}

#[tokio::test]
async fn a_list_of_before_one_that_was_seen_is_refused_by_name() {
    let (round, mut learner) = a_learner().await;
    let checker = Checker::trusting(&round).await;
    let shown = learner.show().qr_text;
    checker.online(&shown).await;
    let (path, earlier) = checker.kept("/v1/list").remove(0);
    round.decide("suspended", &Utc::now().to_rfc3339()).await;
    let unasked = checker.offline(&shown).await;
    assert_eq!(
        (unasked.code, unasked.text.contains("AMBER")),
        (0, false),
        "nobody was asked: {}",
        unasked.text
    );
    let suspended = checker.online(&shown).await;
    assert!(suspended.text.starts_with("AMBER"), "{}", suspended.text);
    stop(round).await;
    assert!(checker.offline(&shown).await.text.starts_with("AMBER"));

    std::fs::write(path, earlier.to_string()).unwrap();
    let rolled_back = checker.offline(&shown).await;

    assert_eq!(rolled_back.code, 2, "{}", rolled_back.text);
    assert!(
        rolled_back.text.starts_with("GREY  ACC-007"),
        "{}",
        rolled_back.text
    );
    assert!(
        rolled_back.text.contains("is older than one seen before"),
        "{}",
        rolled_back.text
    );
}

#[tokio::test]
async fn lists_past_their_day_speak_of_the_past_alone() {
    let then = Utc::now() - TimeDelta::days(3);
    let round = Round::start_at(&then.to_rfc3339()).await;
    let mut learner = round.learner_with(BADGE).await;
    let checker = Checker::trusting(&round).await;
    checker.online(&learner.show().qr_text).await;
    let clock = round.clock.clone();
    stop(round).await;
    clock.set(Utc::now());

    let shown = learner.show().qr_text;
    let said = checker.offline(&shown).await;
    let report = checker.report_offline(&shown).await;

    assert_eq!(said.code, 2, "{}", said.text);
    assert!(said.text.starts_with("GREY"), "{}", said.text);
    for name in ["accreditedAtIssuance", "accreditedNow", "scope"] {
        let axis = steps::axis(&report, name);
        assert_eq!(
            (axis["outcome"].as_str(), axis["code"].as_str()),
            (Some("inconclusive"), Some("ACC-007"))
        );
        let of: chrono::DateTime<Utc> = axis["asOf"].as_str().unwrap().parse().unwrap();
        assert!(of <= then + TimeDelta::minutes(1), "{of}");
    }
    assert_eq!(report["register"]["fresh"], false);
}

#[tokio::test]
async fn what_cannot_be_done_without_a_connection_is_not_tried() {
    let (round, mut learner) = a_learner().await;
    let checker = Checker::trusting(&round).await;
    let shown = learner.show().qr_text;
    let store = &round.demo.addresses.wallet;
    let store = format!("{store}/").parse().unwrap();
    let link = ShareLink::create(&store, &mut http_service::system_random()).unwrap();
    let link = link.reveal().to_string();
    std::fs::create_dir(checker.folder.path().join("kept")).unwrap();

    let no_folder = checker.check(&shown, &["--cache", "none", "--offline"]).await;
    let no_cache = checker.check(&shown, &["--offline"]).await;
    let followed = checker.offline(&link).await;

    assert_eq!(no_folder.code, 3, "{}", no_folder.text);
    assert_eq!(no_cache.code, 64, "{}", no_cache.text);
    assert_eq!(followed.code, 3, "{}", followed.text);
    assert!(
        followed
            .text
            .contains("a link cannot be followed without a connection"),
        "{}",
        followed.text
    );
}
