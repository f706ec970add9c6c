//! What came of a judgement, as the program prints it.

use serde::Serialize;

use crate::Divergence;

/// What ssi says of what somebody handed over.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Opinion {
    /// Whose opinion it is.
    pub library: &'static str,
    /// One for each thing that is signed: a credential, or a presentation and each credential in it.
    pub parts: Vec<Part>,
}

/// What ssi says of one signed thing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Part {
    /// What it is.
    pub what: What,
    /// The answer.
    pub verdict: Verdict,
    /// ssi's own words, where it did not accept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Where ssi is known to go another way for a thing like this, and in which direction.
    pub divergences: Vec<Divergence>,
}

/// What was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// Signed by an issuer.
    Credential,
    /// Signed by a holder.
    Presentation,
}

/// "No" and "could not tell" are different answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Every proof holds.
    Accepted,
    /// ssi could not judge it: a key it may not fetch, a suite it does not have.
    None,
    /// A proof does not hold.
    Refused,
}

impl Opinion {
    /// The worst answer for things of this kind; `None` where there are none.
    pub fn of(&self, what: What) -> Verdict {
        let parts = self.parts.iter().filter(|part| part.what == what);
        parts.map(|part| part.verdict).max().unwrap_or(Verdict::None)
    }
}
