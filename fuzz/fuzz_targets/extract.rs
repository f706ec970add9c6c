//! Extracts of DEQAR and RIO: whatever is read fits the register's rules, and taken over twice changes nothing.
#![no_main]

use trust::extracts::{Import, Source, plan, read};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    for source in [Source::Deqar, Source::Rio] {
        let Ok(extract) = read(source, text, chrono::DateTime::UNIX_EPOCH) else {
            continue;
        };
        for statement in &extract.statements {
            assert!(statement.about.iter().all(trust::OtherIdentifier::is_well_formed));
            assert!(statement.evidence.is_traceable());
            let spell = statement.evidence.valid_from.zip(statement.evidence.valid_to);
            assert!(spell.is_none_or(|(from, to)| from <= to));
        }
        let Some(first) = extract.statements.first() else {
            continue;
        };
        let mut entity: trust::Entity = serde_json::from_value(serde_json::json!({
            "entityId": "one", "type": "institution", "dids": [], "otherIdentifiers": first.about,
        }))
        .expect("an organisation");
        let import = Import {
            extracted_at: chrono::DateTime::UNIX_EPOCH,
            renew: false,
            retract: false,
        };
        for addition in plan(&extract, std::slice::from_ref(&entity), import).additions {
            entity.take_up(addition.evidence);
        }
        let again = plan(&extract, std::slice::from_ref(&entity), import);
        assert!(again.additions.is_empty());
    }
});
