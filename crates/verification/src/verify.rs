//! Joins the checks.

use chrono::{DateTime, Utc};

use crate::{Input, Need, Resources, Settings, VerificationReport, report::{Colour, Verdict}, messages};

/// What still has to be fetched before [`verify`] can say all it could say.
///
/// Fetch, add the answers to `resources`, ask again; an empty answer means that nothing more would help.
pub fn needs(input: &Input, resources: &Resources, settings: &Settings) -> Vec<Need> {
    let _ = (input, resources, settings);
    Vec::new()
}

/// Checks `input` at the moment `at` with what was fetched.
pub fn verify(input: &Input, resources: &Resources, settings: &Settings, at: DateTime<Utc>) -> VerificationReport {
    let _ = (input, resources);
    VerificationReport {
        verdict: Verdict { colour: Colour::Grey, message: messages::message(messages::Code::InputUnknown, &[]) },
        checked_at: at,
        policy: settings.policy.clone(),
        axes: Vec::new(),
        credential: None,
        chain: Vec::new(),
        notices: Vec::new(),
        register: None,
    }
}
