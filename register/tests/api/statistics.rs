use chrono::{DateTime, TimeDelta, Utc};
use credentials::award::Sector;
use reqwest::Response;
use serde_json::{Value, json};
use trust::statistics::{Class, Count, SizeClass, Statistics, sign_statistics};

use crate::fixture::{TestRegister, UNIT, at, problem, secret, suspension};

const INSTITUTION: &str = "did:web:college.example";

fn count(eqf: u8, size: SizeClass, awards: u32) -> Count {
    let sector = Sector::Hbo;
    Count {
        class: Class { sector, eqf, size },
        awards,
    }
}

fn of_2026(issuer: &str, as_of: DateTime<Utc>, counts: &[Count]) -> Statistics {
    Statistics {
        issuer: issuer.parse().unwrap(),
        year: 2026,
        as_of,
        counts: counts.to_vec(),
    }
}

async fn hand_in(register: &TestRegister, statistics: &Statistics) -> Response {
    hand_in_as(register, statistics, statistics.issuer.as_str()).await
}

async fn hand_in_as(register: &TestRegister, statistics: &Statistics, signer: &str) -> Response {
    let kid = format!("{signer}#p256-1").parse().unwrap();
    let signed = sign_statistics(statistics, &secret(signer), &kid).unwrap();
    let address = format!("{}/v1/statistics/{}", register.origin, statistics.issuer);
    let body = json!({"statistics": signed});
    register.client.post(address).json(&body).send().await.unwrap()
}

fn classes(numbers: &Value) -> Vec<(u64, &str, Option<u64>)> {
    let classes = numbers["classes"].as_array().unwrap();
    classes
        .iter()
        .map(|class| {
            (
                class["eqf"].as_u64().unwrap(),
                class["size"].as_str().unwrap(),
                class["awards"].as_u64(),
            )
        })
        .collect()
}

#[tokio::test]
async fn numbers_of_units_are_added_up_rounded_and_small_ones_left_out() {
    let register = TestRegister::start().await;
    let now = register.clock.now();
    let unit = [count(5, SizeClass::EcTo5, 13), count(6, SizeClass::EcOver10, 2)];
    let institution = [count(5, SizeClass::EcTo5, 9), count(6, SizeClass::EcOver10, 2)];
    assert_eq!(hand_in(&register, &of_2026(UNIT, now, &unit)).await.status(), 204);
    assert_eq!(
        hand_in(&register, &of_2026(INSTITUTION, now, &institution))
            .await
            .status(),
        204
    );

    let year = register.json("/v1/statistics?year=2026").await;

    // 13 + 9 = 22 and 2 + 2 = 4.
    let expected = [(5, "ec-to-5", Some(20)), (6, "ec-over-10", None)];
    assert_eq!(classes(&year["total"]), expected);
    assert_eq!(year["total"]["awards"], 25);
    assert_eq!((&year["smallest"], &year["years"]), (&json!(5), &json!([2026])));
    assert_eq!(year["institutions"].as_array().unwrap().len(), 1);
    assert_eq!(year["institutions"][0]["entityId"], "ent-ho-0007");
    assert_eq!(classes(&year["institutions"][0]), expected);
    let before = register.json("/v1/statistics?year=2025").await;
    assert_eq!(classes(&before["total"]), []);
    assert!(before["total"]["awards"].is_null());
}

#[tokio::test]
async fn newer_numbers_take_the_place_of_older_ones_and_not_the_other_way_round() {
    let register = TestRegister::start().await;
    let earlier = of_2026(
        UNIT,
        register.clock.now() - TimeDelta::hours(1),
        &[count(5, SizeClass::EcTo5, 10)],
    );
    let later = of_2026(UNIT, register.clock.now(), &[count(5, SizeClass::EcTo5, 40)]);
    for statistics in [&earlier, &later] {
        assert_eq!(hand_in(&register, statistics).await.status(), 204);
    }

    let refused = hand_in(&register, &earlier).await;

    problem(refused, 409, "statistics-older").await;
    let year = register.json("/v1/statistics").await;
    assert_eq!(classes(&year["total"]), [(5, "ec-to-5", Some(40))]);
}

#[tokio::test]
async fn what_an_issuer_did_not_sign_is_refused() {
    let register = TestRegister::start().await;
    let statistics = of_2026(UNIT, register.clock.now(), &[count(5, SizeClass::EcTo5, 10)]);

    let by_another = hand_in_as(&register, &statistics, INSTITUTION).await;
    problem(by_another, 403, "statistics-not-signed").await;

    let kid = format!("{UNIT}#p256-1").parse().unwrap();
    let signed = sign_statistics(&statistics, &secret(UNIT), &kid).unwrap();
    let address = format!("{}/v1/statistics/{INSTITUTION}", register.origin);
    let body = json!({"statistics": signed});
    let elsewhere = register.client.post(address).json(&body).send().await.unwrap();
    problem(elsewhere, 422, "invalid-statistics").await;

    assert!(register.json("/v1/statistics").await["years"] == json!([]));
}

#[tokio::test]
async fn numbers_that_make_no_sense_are_refused() {
    let register = TestRegister::start().await;
    let now = register.clock.now();
    let good = [count(5, SizeClass::EcTo5, 10)];
    let wrong = [
        Statistics {
            year: 2027,
            ..of_2026(UNIT, now, &good)
        },
        Statistics {
            year: 1999,
            ..of_2026(UNIT, now, &good)
        },
        of_2026(UNIT, now + TimeDelta::hours(1), &good),
        of_2026(UNIT, now, &[good[0], good[0]]),
        of_2026(UNIT, now, &[count(9, SizeClass::EcTo5, 10)]),
        of_2026(UNIT, now, &[count(5, SizeClass::EcTo5, 0)]),
        of_2026(UNIT, now, &[count(5, SizeClass::EcTo5, u32::MAX)]),
    ];

    for statistics in wrong {
        problem(hand_in(&register, &statistics).await, 422, "invalid-statistics").await;
    }
}

#[tokio::test]
async fn who_does_not_take_part_hands_in_no_numbers() {
    let register = TestRegister::start().await;
    register.decide("acc-ho-0007", &suspension()).await;
    register.clock.set(at("2026-11-21T12:30:00Z"));
    let statistics = of_2026(UNIT, register.clock.now(), &[count(5, SizeClass::EcTo5, 10)]);

    problem(hand_in(&register, &statistics).await, 403, "not-admitted").await;
}

#[tokio::test]
async fn an_issuer_hands_in_numbers_a_bounded_number_of_times_a_day() {
    let register = TestRegister::start().await;
    let start = register.clock.now();
    for minute in 0..288 {
        register.clock.set(start + TimeDelta::minutes(minute));
        let statistics = of_2026(UNIT, register.clock.now(), &[count(5, SizeClass::EcTo5, 10)]);
        assert_eq!(hand_in(&register, &statistics).await.status(), 204, "{minute}");
    }
    register.clock.set(start + TimeDelta::minutes(300));
    let statistics = of_2026(UNIT, register.clock.now(), &[count(5, SizeClass::EcTo5, 10)]);

    problem(hand_in(&register, &statistics).await, 429, "too-many-statistics").await;
}
