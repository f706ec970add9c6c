//! What a verifier makes of a link, and the vectors of `specs/share-link/`.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use share_link::{Share, ShareLink, Terms};
use test_support::{SignedMicrocredential, a_microcredential, a_register, an_institution, now, rng};
use verification::{
    Axis, Colour, Input, InputError, Outcome, Resources, Settings, VerificationReport, from_json, open, read,
    verify,
};

/// A credential, a link to it and what was agreed, each of which a test may put another in the place of.
struct Sharing {
    signed: SignedMicrocredential,
    link: ShareLink,
    terms: Terms,
}

impl Sharing {
    fn new() -> Self {
        Self {
            signed: a_microcredential().signed(),
            link: link("a share"),
            terms: terms("Sollicitatie bij Bureau Voorbeeld", 30),
        }
    }

    /// As the holder signs it.
    fn presentation(&self) -> String {
        self.signed_for(
            &self.link.id().uri(),
            &self.terms.digest(&self.link),
            self.terms.created(),
        )
    }

    fn signed_for(&self, audience: &str, nonce: &str, at: DateTime<Utc>) -> String {
        self.signed
            .sd_jwt()
            .bind(audience, nonce, at, self.signed.holder())
            .unwrap()
    }

    /// What a reader has who asked the store.
    fn opened(&self, presentation: String, terms: &Terms) -> Input {
        open(&self.link, &self.sealed(presentation, terms)).unwrap()
    }

    fn sealed(&self, presentation: String, terms: &Terms) -> String {
        let share = Share {
            presentation,
            terms: terms.clone(),
        };
        share_link::seal(&share, &self.link, &mut rng("sealing")).unwrap()
    }

    fn report_at(&self, input: &Input, at: DateTime<Utc>) -> VerificationReport {
        let (resources, settings) = self.trusting();
        verify(input, &resources, &settings, at)
    }

    fn report(&self, input: &Input) -> VerificationReport {
        self.report_at(input, now())
    }

    fn trusting(&self) -> (Resources, Settings) {
        let register = a_register().admitting(&an_institution());
        (register.resources_with(&self.signed), register.settings())
    }
}

fn link(name: &str) -> ShareLink {
    ShareLink::create(&"https://wallet.example".parse().unwrap(), &mut rng(name)).unwrap()
}

/// Made an hour ago, to last so many days.
fn terms(purpose: &str, days: i64) -> Terms {
    let created = now() - TimeDelta::hours(1);
    Terms::new(purpose, created, created + TimeDelta::days(days)).unwrap()
}

fn holder(report: &VerificationReport) -> (Outcome, &'static str) {
    let axis = report.axis(Axis::Holder).unwrap();
    (axis.outcome, axis.code().id())
}

#[test]
fn share_of_weeks_ago_is_green_and_said_to_be_by_link_with_its_day() {
    let mut sharing = Sharing::new();
    sharing.terms = Terms::new(
        "Sollicitatie",
        now() - TimeDelta::days(20),
        now() + TimeDelta::days(1),
    )
    .unwrap();

    let report = sharing.report(&sharing.opened(sharing.presentation(), &sharing.terms));

    assert_eq!(report.verdict.colour, Colour::Green);
    assert_eq!(holder(&report), (Outcome::Passed, "HLD-008"));
    let said = &report.axis(Axis::Holder).unwrap().message;
    assert!(said.nl.contains("link, op 1 november 2026"), "{}", said.nl);
    assert!(said.en.contains("by link, on 1 November 2026"), "{}", said.en);
    let shared = report.link.unwrap();
    assert_eq!(
        (shared.purpose.as_str(), shared.until),
        ("Sollicitatie", now() + TimeDelta::days(1))
    );
}

#[test]
fn link_that_has_ended_is_grey_though_a_store_still_gives_it() {
    let sharing = Sharing::new();
    let opened = sharing.opened(sharing.presentation(), &sharing.terms);

    let before = sharing.report_at(&opened, sharing.terms.until() - TimeDelta::seconds(1));
    let after = sharing.report_at(&opened, sharing.terms.until());

    assert_ne!(holder(&before).1, "HLD-009");
    assert_eq!(holder(&after), (Outcome::Failed, "HLD-009"));
    assert!(after.verdict.colour >= Colour::Grey);
}

#[test]
fn presentation_of_another_link_or_of_a_qr_code_is_refused_behind_this_one() {
    let sharing = Sharing::new();
    for audience in [
        link("another").id().uri(),
        "urn:waarmerk:show".to_owned(),
        String::new(),
    ] {
        let other = sharing.signed_for(
            &audience,
            &sharing.terms.digest(&sharing.link),
            sharing.terms.created(),
        );
        let report = sharing.report(&sharing.opened(other, &sharing.terms));
        assert_eq!(holder(&report), (Outcome::Failed, "VER-002"), "{audience}");
        assert_eq!(report.verdict.colour, Colour::Red);
    }
}

#[test]
fn nobody_but_the_holder_can_lengthen_a_link_or_give_it_another_purpose() {
    let sharing = Sharing::new();
    for changed in [
        terms("Sollicitatie bij Bureau Voorbeeld", 300),
        terms("Iets anders", 30),
    ] {
        // Whoever has the link has its key, and so can seal anything.
        let report = sharing.report(&sharing.opened(sharing.presentation(), &changed));
        assert_eq!(holder(&report), (Outcome::Failed, "VER-002"));
    }
}

#[test]
fn what_somebody_says_to_have_been_behind_a_link_is_no_opened_link() {
    let sharing = Sharing::new();
    let sealed = sharing.sealed(sharing.presentation(), &sharing.terms);
    let given = json!({"link": sharing.link.reveal(), "share": sealed});
    assert_eq!(from_json(given.clone()).unwrap_err(), InputError::NotACredential);
    assert_eq!(read(&given.to_string()).unwrap_err(), InputError::NotACredential);
}

#[test]
fn a_share_counts_at_the_store_alone_for_which_its_holder_signed() {
    let sharing = Sharing::new();
    let sealed = sharing.sealed(sharing.presentation(), &sharing.terms);
    for wallet in [
        "https://other.example/",
        "https://wallet.example/app/",
        "https://wallet.example:8443/",
        "http://wallet.example/",
    ] {
        // Whoever opened the link once has its key, and may keep the share wherever they like.
        let copied = ShareLink::of_key(&wallet.parse().unwrap(), &sharing.link.key()).unwrap();
        let report = sharing.report(&open(&copied, &sealed).unwrap());
        assert_eq!(holder(&report), (Outcome::Failed, "VER-002"), "{wallet}");
        assert_eq!(report.verdict.colour, Colour::Red, "{wallet}");
    }
    let same = ShareLink::of_key(
        &"https://WALLET.example:443".parse().unwrap(),
        &sharing.link.key(),
    )
    .unwrap();
    assert_eq!(
        holder(&sharing.report(&open(&same, &sealed).unwrap())),
        (Outcome::Passed, "HLD-008")
    );
}

#[test]
fn presentation_taken_out_of_its_link_is_still_by_link_and_never_fresh() {
    let sharing = Sharing::new();
    let fresh = Terms::new("Sollicitatie", now(), now() + TimeDelta::days(1)).unwrap();
    let alone = sharing.signed_for(&sharing.link.id().uri(), &fresh.digest(&sharing.link), now());

    let report = sharing.report(&read(&alone).unwrap());

    assert_eq!(holder(&report), (Outcome::Inconclusive, "HLD-010"));
    assert_eq!(report.verdict.colour, Colour::Amber);
    assert_eq!(report.link, None);
}

#[test]
fn link_answers_no_code_of_a_verifier() {
    let sharing = Sharing::new();
    let (resources, settings) = sharing.trusting();
    let settings = Settings {
        challenge: Some("042731".into()),
        ..settings
    };
    let input = sharing.opened(sharing.presentation(), &sharing.terms);

    let report = verify(&input, &resources, &settings, now());

    assert_eq!(holder(&report), (Outcome::Inconclusive, "HLD-007"));
}

#[test]
fn revoked_credential_behind_a_link_is_red() {
    let mut sharing = Sharing::new();
    sharing.signed = a_microcredential().revoked().signed();
    let report = sharing.report(&sharing.opened(sharing.presentation(), &sharing.terms));
    assert_eq!(
        (report.verdict.colour, report.verdict.message.code.id()),
        (Colour::Red, "VER-003")
    );
}

#[test]
fn bare_link_must_be_opened_first_and_a_broken_one_says_what_is_wrong() {
    let whole = link("a share").reveal();
    let cut = &whole[..whole.len() - 5];
    let mistyped = whole.replace(&whole[whole.len() - 8..whole.len() - 4], "AAAA");
    for (text, expected) in [
        (whole.as_str(), InputError::Link),
        (cut, InputError::LinkIncomplete),
        ("https://wallet.example/s/", InputError::LinkIncomplete),
        (&mistyped, InputError::LinkWrongKey),
        ("https://wallet.example/other#a.b", InputError::Unknown),
    ] {
        assert_eq!(read(text).unwrap_err(), expected, "{text}");
    }
}

#[test]
fn store_says_why_there_is_nothing() {
    let problem = |kind: &str| json!({"type": format!("/problems/{kind}")}).to_string();
    for (status, body, expected) in [
        (410, problem("share-withdrawn"), InputError::LinkWithdrawn),
        (410, problem("share-ended"), InputError::LinkEnded),
        (410, problem("share-used-up"), InputError::LinkUsedUp),
        (404, problem("unknown-share"), InputError::LinkUnknown),
        (200, "<html>".to_owned(), InputError::LinkUnknown),
        (200, "[".repeat(50_000), InputError::LinkUnknown),
        (503, String::new(), InputError::LinkNoAnswer),
        (429, String::new(), InputError::LinkNoAnswer),
    ] {
        assert_eq!(
            verification::sealed_share(status, body.as_bytes()).unwrap_err(),
            expected
        );
    }
}

/// `specs/share-link/vectors/shares.json`. `WAARMERK_WRITE=1` writes it instead.
#[test]
fn vectors_of_the_specification_give_what_they_expect() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../specs/share-link/vectors/shares.json"
    );
    if std::env::var_os("WAARMERK_WRITE").is_some() {
        std::fs::write(file, format!("{:#}\n", vectors())).unwrap();
    }
    let vectors: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    assert!(vectors.len() >= 20);
    let (_, settings) = Sharing::new().trusting();

    for vector in &vectors {
        let at = vector["at"].as_str().unwrap().parse().unwrap();
        let (link, share) = (
            vector["link"].as_str().unwrap(),
            vector["share"].as_str().unwrap(),
        );
        let opened = ShareLink::parse(link)
            .map_err(InputError::from)
            .and_then(|link| open(&link, share));
        let result = match opened {
            Ok(input) => {
                let report = verify(&input, &Resources::new(), &settings, at);
                json!({"opened": true, "holder": holder(&report).1})
            }
            Err(error) => json!({"opened": false, "code": error.message().code.id()}),
        };
        assert_eq!(result, vector["expect"], "{}", vector["comment"]);
    }
}

/// Each with what it is for and what is expected of it.
fn vectors() -> Value {
    use base64::Engine as _;
    let base64url = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let sharing = Sharing::new();
    let good = sharing.sealed(sharing.presentation(), &sharing.terms);
    let reveal = sharing.link.reveal();
    let by_link = json!({"opened": true, "holder": "HLD-008"});
    let refused = |code: &str| json!({"opened": false, "code": code});
    let holder = |code: &str| json!({"opened": true, "holder": code});
    let parts: Vec<&str> = good.split('.').collect();
    let with = |at: usize, part: &str| {
        let mut parts: Vec<&str> = parts.clone();
        parts[at] = part;
        parts.join(".")
    };
    let header: Value = serde_json::from_slice(&base64url.decode(parts[0]).unwrap()).unwrap();
    let with_header = |change: fn(&mut Value)| {
        let mut header = header.clone();
        change(&mut header);
        with(0, &base64url.encode(header.to_string()))
    };
    let flipped = |part: &str| {
        let other = if part.starts_with('A') { "B" } else { "A" };
        format!("{other}{}", &part[1..])
    };
    let other = Sharing {
        link: link("another"),
        ..Sharing::new()
    };
    let others = other.sealed(other.presentation(), &other.terms);
    let longer = terms("Sollicitatie bij Bureau Voorbeeld", 300);
    let renamed = terms("Iets anders", 30);
    let elsewhere = sharing.signed_for(
        &link("another").id().uri(),
        &sharing.terms.digest(&sharing.link),
        sharing.terms.created(),
    );
    let shown = sharing.signed_for("urn:waarmerk:show", "unchallenged", sharing.terms.created());
    let later = sharing.signed_for(
        &sharing.link.id().uri(),
        &sharing.terms.digest(&sharing.link),
        now(),
    );
    let presented = sharing.presentation();
    let without_signature = presented[..=presented.rfind('~').unwrap()].to_owned();
    let wrong_key = format!(
        "{}{}",
        &reveal[..reveal.len() - 10],
        flipped(&reveal[reveal.len() - 10..])
    );
    let spaced = format!(" {}\n{} ", &reveal[..40], &reveal[40..]);

    let cases = [
        (
            "as it should be",
            reveal.clone(),
            good.clone(),
            now(),
            by_link.clone(),
        ),
        (
            "a line break within the link and spaces around it, as mail programs make",
            spaced,
            good.clone(),
            now(),
            by_link.clone(),
        ),
        (
            "the link without the slash before its fragment",
            reveal.replace("/s/#", "/s#"),
            good.clone(),
            now(),
            by_link.clone(),
        ),
        (
            "the last second of the link",
            reveal.clone(),
            good.clone(),
            sharing.terms.until() - TimeDelta::seconds(1),
            by_link.clone(),
        ),
        (
            "the link has ended",
            reveal.clone(),
            good.clone(),
            sharing.terms.until(),
            holder("HLD-009"),
        ),
        (
            "made an hour from now",
            reveal.clone(),
            good.clone(),
            sharing.terms.created() - TimeDelta::hours(1),
            holder("HLD-004"),
        ),
        (
            "the end was moved by somebody who has the link; the holder did not sign that",
            reveal.clone(),
            sharing.sealed(sharing.presentation(), &longer),
            now(),
            holder("VER-002"),
        ),
        (
            "another purpose than the holder signed",
            reveal.clone(),
            sharing.sealed(sharing.presentation(), &renamed),
            now(),
            holder("VER-002"),
        ),
        (
            "somebody who opened the link keeps its share at another store, from which the holder cannot take it",
            reveal.replace("https://wallet.example/", "https://other.example/"),
            good.clone(),
            now(),
            holder("VER-002"),
        ),
        (
            "the same store, written otherwise",
            reveal.replace("https://wallet.example/", "https://WALLET.example:443/"),
            good.clone(),
            now(),
            by_link.clone(),
        ),
        (
            "a presentation for another link",
            reveal.clone(),
            sharing.sealed(elsewhere, &sharing.terms),
            now(),
            holder("VER-002"),
        ),
        (
            "a presentation from a QR code",
            reveal.clone(),
            sharing.sealed(shown, &sharing.terms),
            now(),
            holder("VER-002"),
        ),
        (
            "signed at another moment than `created`",
            reveal.clone(),
            sharing.sealed(later, &sharing.terms),
            now(),
            holder("VER-002"),
        ),
        (
            "no holder's signature",
            reveal.clone(),
            sharing.sealed(without_signature, &sharing.terms),
            now(),
            holder("HLD-005"),
        ),
        (
            "the key has one character changed: it is not the key of that id",
            wrong_key,
            good.clone(),
            now(),
            refused("INP-010"),
        ),
        (
            "the link is cut off",
            reveal[..reveal.len() - 1].to_owned(),
            good.clone(),
            now(),
            refused("INP-009"),
        ),
        (
            "the link has no fragment",
            "https://wallet.example/s/".to_owned(),
            good.clone(),
            now(),
            refused("INP-009"),
        ),
        (
            "the store gave another share",
            reveal.clone(),
            others,
            now(),
            refused("INP-017"),
        ),
        (
            "the end in the header was moved, which is authenticated with the content",
            reveal.clone(),
            with_header(|header| header["exp"] = json!(1_900_000_000)),
            now(),
            refused("INP-017"),
        ),
        (
            "a compressed content, which this format does not have",
            reveal.clone(),
            with_header(|header| header["zip"] = json!("DEF")),
            now(),
            refused("INP-017"),
        ),
        (
            "another algorithm",
            reveal.clone(),
            with_header(|header| header["enc"] = json!("A128GCM")),
            now(),
            refused("INP-017"),
        ),
        (
            "another type",
            reveal.clone(),
            with_header(|header| header["typ"] = json!("JOSE")),
            now(),
            refused("INP-017"),
        ),
        (
            "an encrypted key, where `dir` has none",
            reveal.clone(),
            with(1, "AAAA"),
            now(),
            refused("INP-017"),
        ),
        (
            "the content was changed",
            reveal.clone(),
            with(3, &flipped(parts[3])),
            now(),
            refused("INP-017"),
        ),
        (
            "the tag was changed",
            reveal.clone(),
            with(4, &flipped(parts[4])),
            now(),
            refused("INP-017"),
        ),
        (
            "the tag is short",
            reveal.clone(),
            with(4, "AAAA"),
            now(),
            refused("INP-017"),
        ),
        (
            "no share at all",
            reveal,
            "hello".to_owned(),
            now(),
            refused("INP-017"),
        ),
    ];
    let vector = |(comment, link, share, at, expect): (&str, String, String, DateTime<Utc>, Value)| json!({"comment": comment, "link": link, "share": share, "at": at, "expect": expect});
    Value::Array(cases.map(vector).to_vec())
}
