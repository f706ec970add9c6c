//! Within its own dates.

use crate::*;

#[test]
fn an_expired_credential_is_red_from_five_minutes_after_its_end() {
    let ending = |end| shown(&an_institution(), a_microcredential().expiring_on(end));
    assert_eq!(
        verdict(&ending(now() - Duration::minutes(6))),
        (Colour::Red, "DAT-003")
    );
    assert_eq!(
        verdict(&ending(now() - Duration::minutes(4))),
        (Colour::Green, "ACC-001")
    );
    assert_eq!(
        axis(&ending(day("2030-01-01")), Axis::Validity),
        (Outcome::Passed, "DAT-002")
    );
}

#[test]
fn a_credential_from_the_future_is_red() {
    let awarded = |at| shown(&an_institution(), a_microcredential().awarded_on(at));
    assert_eq!(
        verdict(&awarded(now() + Duration::minutes(6))),
        (Colour::Red, "DAT-004")
    );
    assert_eq!(
        awarded(now() + Duration::minutes(4)).verdict.colour,
        Colour::Green
    );
}

#[test]
fn the_dates_of_the_token_count_beside_those_of_the_credential() {
    let expired = a_microcredential().changed(|credential| credential["exp"] = 1_700_000_000.into());
    assert_eq!(
        verdict(&shown(&an_institution(), expired)),
        (Colour::Red, "DAT-003")
    );
    let early = a_microcredential().changed(|credential| credential["nbf"] = 4_000_000_000_u64.into());
    assert_eq!(
        verdict(&shown(&an_institution(), early)),
        (Colour::Red, "DAT-004")
    );
}

/// Numbers that are further away than any date, or just beyond the last that is written with four digits.
const BEYOND: [&str; 7] = [
    "1e300",
    "-1e300",
    "1e19",
    "9000000000000000000",
    "8210266876799",
    "-8334601228800",
    "253402300800",
];

#[test]
fn a_date_beyond_all_years_is_unreadable_and_breaks_nothing() {
    for number in BEYOND {
        let number: serde_json::Value = serde_json::from_str(number).unwrap();
        for claim in ["exp", "nbf", "iat"] {
            let odd = number.clone();
            let dated = a_microcredential().changed(move |credential| credential[claim] = odd.clone());
            let register = a_register().admitting(&an_institution());
            let shapes: [fn(Microcredential) -> SignedMicrocredential; 2] =
                [Microcredential::signed, Microcredential::signed_as_sd_jwt_vc];
            for signed in shapes.map(|sign| sign(dated.clone())) {
                let resources = register.resources_with(&signed);
                let genuine = check(&signed.shown(), &resources, &register.settings());
                assert_eq!(
                    axis(&genuine, Axis::Validity),
                    (Outcome::Inconclusive, "DAT-005"),
                    "{claim} {number}"
                );
                assert_eq!(genuine.verdict.colour, Colour::Grey, "{claim} {number}");

                // Nobody needs a key to write one.
                let (token, _) = signed.text.split_once('~').unwrap();
                let (signed_part, _) = token.rsplit_once('.').unwrap();
                let forged = format!("{signed_part}.{}~", "A".repeat(86));
                let forged = check(&forged, &resources, &register.settings());
                assert_eq!(verdict(&forged), (Colour::Red, "VER-001"), "{claim} {number}");
            }
        }
    }
}

#[test]
fn a_holder_who_signs_a_date_beyond_all_years_has_signed_none() {
    let (signed, resources, settings) = a_sound_one();
    for seconds in [8_210_266_876_799, 253_402_300_800] {
        let at = chrono::DateTime::from_timestamp(seconds, 0).unwrap();
        for audience in ["urn:waarmerk:show", "urn:waarmerk:share:pyqCq2QEWmqlSNBYoY9UeA"] {
            let shown = signed
                .sd_jwt()
                .bind(audience, "unchallenged", at, signed.holder());
            let report = check(&shown.unwrap(), &resources, &settings);
            assert_eq!(verdict(&report), (Colour::Red, "VER-002"), "{audience} {seconds}");
        }
    }
}
