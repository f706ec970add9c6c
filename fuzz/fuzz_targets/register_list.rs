//! Register lists: none is believed without an anchor; one that an operator could sign answers every question about
//! whom it lists, and what it lists is found by its name.
#![no_main]

use chrono::{DateTime, Utc};
use trust::{RegisterList, ScopeClaim, VerifiedList, assess, participation, quality};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let now: DateTime<Utc> = DateTime::from_timestamp(1_795_000_000, 0).expect("a moment");
    assert!(trust::verify_list(text, &[], now).is_err());
    let Ok(list) = serde_json::from_str::<RegisterList>(text) else {
        return;
    };
    let Ok(read) = VerifiedList::own(list.clone()) else {
        return;
    };
    for entity in &list.entities {
        let found = read.entity_by_id(&entity.entity_id).expect("it is listed");
        assert_eq!(found.entity_id, entity.entity_id);
        let _ = participation(&read, found, now, now);
        for did in &entity.dids {
            let _ = assess(&read, did, &ScopeClaim::default(), now, now);
            let _ = quality(&read, did, now, now);
        }
        for key in &entity.keys {
            assert_eq!(read.key(&key.kid).expect("it is listed").key, key);
        }
    }
});
