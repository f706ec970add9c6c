//! What wallets tell of their copies (section 11).

use super::{Refusal, Result, WALLET, refuse};
use crate::Adapter;
use crate::secrets;
use openid4vc::issuance::messages::{ErrorCode, NotificationEvent, NotificationRequest};

impl Adapter {
    /// Records what became of copies.
    pub(crate) async fn notified(&self, token: Option<&str>, body: &[u8]) -> Result<()> {
        let now = self.clock.now();
        let token_hash = secrets::digest("token", token.ok_or(Refusal::Token { given: false })?);
        let known = self
            .storage
            .token(&token_hash)
            .await?
            .ok_or(Refusal::Token { given: true })?;
        let request = NotificationRequest::parse(body).map_err(|_| {
            refuse(
                ErrorCode::InvalidNotificationRequest,
                "The body is not a notification.",
            )
        })?;
        let outcome = match request.event {
            NotificationEvent::CredentialAccepted => "accepted",
            NotificationEvent::CredentialFailure => "failed",
            NotificationEvent::CredentialDeleted => "deleted",
        };
        let mut write = self.storage.write().await?;
        let notification_hash = secrets::digest("notification", &request.notification_id);
        let before = write
            .outcome(&notification_hash, &token_hash)
            .await?
            .ok_or_else(|| {
                refuse(
                    ErrorCode::InvalidNotificationId,
                    "No copies are known by this notification_id.",
                )
            })?;
        // Told once more, it is no news.
        if before.as_deref() != Some(outcome) {
            write.set_outcome(&notification_hash, outcome).await?;
            write
                .audit(Some(&known.award), WALLET, outcome, None, now)
                .await?;
            write.commit().await?;
        }
        Ok(())
    }
}
