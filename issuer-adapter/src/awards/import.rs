//! From a source into review.

use super::{DESK, Result, State, change};
use crate::Adapter;
use crate::secrets;
use crate::sources::Imported;
use crate::sources::edubadges::{self, Context, Documents};
use crate::storage::StoredAward;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credentials::award::Award;
use sha2::{Digest, Sha256};

impl Adapter {
    /// Imports the award at a public link; whether it is new.
    pub(crate) async fn import_link(&self, link: &str) -> Result<(StoredAward, bool)> {
        let documents = edubadges::fetch(&self.client, &self.config.sources, link).await?;
        self.import(&documents, "link").await
    }

    /// Imports the award in a file; whether it is new.
    pub(crate) async fn import_file(&self, documents: &Documents) -> Result<(StoredAward, bool)> {
        self.import(documents, "file").await
    }

    async fn import(&self, documents: &Documents, by: &str) -> Result<(StoredAward, bool)> {
        let context = Context {
            sources: &self.config.sources,
            sectors: &self.sectors,
            institution_code: self.config.institution.institution_code.as_deref(),
            frameworks: &self.frameworks,
            framework_links: &self.config.framework_links,
        };
        let Imported {
            award: record,
            intake,
            unit,
        } = edubadges::read(documents, &context)?;
        change::seen(&record)?;
        let now = self.clock.now();
        let mut write = self.storage.write().await?;
        if let Some(source) = &record.source_assertion
            && let Some(before) = write.award_of_source(source).await?
        {
            let mut award = before.clone();
            // Until it is offered, what was mended at the source comes in with the next import.
            if matches!(before.state, State::Review | State::Approved) {
                change::refresh(&mut award, record, intake);
            }
            if award.record != before.record || award.intake != before.intake {
                award.state = State::Review;
                award.updated_at = now;
                write.update_award(&award).await?;
                write
                    .audit(Some(&award.id), DESK, "refreshed", Some(by), now)
                    .await?;
                write.commit().await?;
            }
            return Ok((award, false));
        }
        let award = StoredAward {
            id: secrets::random::<12>(),
            achievement: achievement_id(&record),
            unit,
            state: State::Review,
            record,
            intake,
            justification: None,
            created_at: now,
            updated_at: now,
        };
        write.add_award(&award).await?;
        write
            .audit(Some(&award.id), DESK, "imported", Some(by), now)
            .await?;
        write.commit().await?;
        tracing::info!(award = award.id, by, "award imported");
        Ok((award, true))
    }
}

/// A short name for the achievement, the same for every award of it. It stands in credentials that must
/// be small.
fn achievement_id(record: &Award) -> String {
    let achievement = &record.achievement;
    let source = achievement
        .source
        .clone()
        .or_else(|| achievement.title.nl.clone())
        .unwrap_or_default();
    let digest = Sha256::digest(format!(
        "{source}\n{}",
        achievement.version.as_deref().unwrap_or_default()
    ));
    let short = digest.get(..9).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(short)
}
