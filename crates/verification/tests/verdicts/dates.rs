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
