//! Deltas: nothing comes out that no operator signed, whatever a reader holds; and what a register says has changed
//! between two texts makes the second of the first.
#![no_main]

use trust::delta;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let (changes, held) = text.split_once('\n').unwrap_or((text, text));
    assert!(delta::apply(changes, held, &[]).is_err());
    let _ = delta::between(held, changes);
    let _ = delta::sequence_of(held);
});
