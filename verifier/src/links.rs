//! Follows links to what somebody shares. The key stays here: a store is told which share, and nothing else.

use serde_json::json;
use share_link::ShareLink;
use verification::{Input, InputError, open, sealed_share};

use crate::Verifier;

impl Verifier {
    /// Fetches what is behind a link, which its owner sees counted, and decrypts it.
    ///
    /// The store is asked through the guarded client: https, or an origin that the settings list.
    pub async fn follow(&self, link: &ShareLink) -> Result<Input, InputError> {
        if self.is_offline() {
            return Err(InputError::LinkNoAnswer);
        }
        let body = json!({"id": link.id()}).to_string();
        let answer = self.client().post_json(&link.open_address(), body).await;
        let answer = answer.map_err(|error| {
            // Which host it was would tell whose link it is.
            tracing::info!(kind = ?std::mem::discriminant(&error), "the store of a link cannot be reached");
            InputError::LinkNoAnswer
        })?;
        open(link, &sealed_share(answer.status, &answer.body)?)
    }

    /// What a text is, a link followed; see [`verification::read`].
    pub async fn read(&self, text: &str) -> Result<Input, InputError> {
        match (verification::read(text), ShareLink::parse(text)) {
            (Err(InputError::Link), Ok(link)) => self.follow(&link).await,
            (read, _) => read,
        }
    }
}
