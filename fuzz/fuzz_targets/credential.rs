//! Whole checks of what nobody signed: whatever its claims say, there is a report of every axis and it is not green.
#![no_main]

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use verification::{Axis, Colour, Resources, Settings, needs, read, verify};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(claims) = std::str::from_utf8(data) else {
        return;
    };
    let settings = Settings::new("https://register.example/v1/list", Vec::new());
    let at = chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::seconds(1_790_000_000);
    for typ in ["vc+sd-jwt", "dc+sd-jwt", "vc+jwt"] {
        let header = format!(r##"{{"alg":"ES256","typ":"{typ}","kid":"did:web:a.example#k"}}"##);
        let [header, claims] = [header.as_str(), claims].map(|part| URL_SAFE_NO_PAD.encode(part));
        let end = if typ == "vc+jwt" { "" } else { "~" };
        let token = format!("{header}.{claims}.{}{end}", "A".repeat(86));
        let Ok(input) = read(&token) else { continue };
        let resources = Resources::new();
        let _ = needs(&input, &resources, &settings);
        let report = verify(&input, &resources, &settings, at);
        assert_eq!(report.axes.len(), Axis::ALL.len());
        assert_ne!(report.verdict.colour, Colour::Green);
    }
});
