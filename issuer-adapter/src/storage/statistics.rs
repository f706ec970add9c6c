//! How much was awarded, and what the register was told of it.

use super::{Result, Storage, Write, millis, moment};
use chrono::{DateTime, Utc};
use credentials::award::Award;
use sqlx::Row;
use std::collections::BTreeMap;
use trust::statistics::{Class, Count, SizeClass, year_of};

/// What the register was told of a unit's awards of a year.
pub(crate) struct Told {
    pub(crate) counts: Vec<Count>,
    pub(crate) at: DateTime<Utc>,
}

impl Storage {
    /// How much a unit decided to award, by the year in which it is dated; awards that were revoked are left out.
    pub(crate) async fn count_awards(&self, unit: &str) -> Result<BTreeMap<i32, Vec<Count>>> {
        let rows =
            sqlx::query("SELECT record FROM awards WHERE unit = ? AND state NOT IN ('review', 'revoked')")
                .bind(unit)
                .fetch_all(&self.0)
                .await?;
        let mut counts: BTreeMap<i32, BTreeMap<Class, u32>> = BTreeMap::new();
        for row in rows {
            let award: Award = serde_json::from_str(row.try_get("record")?)?;
            if let Some((year, class)) = class_of(&award) {
                *counts.entry(year).or_default().entry(class).or_default() += 1;
            }
        }
        let listed = |counts: BTreeMap<Class, u32>| {
            let counts = counts.into_iter();
            counts.map(|(class, awards)| Count { class, awards }).collect()
        };
        Ok(counts
            .into_iter()
            .map(|(year, counts)| (year, listed(counts)))
            .collect())
    }

    /// What the register was last told of a unit, by year.
    pub(crate) async fn told_statistics(&self, unit: &str) -> Result<BTreeMap<i32, Told>> {
        let rows = sqlx::query("SELECT year, counts, told_at FROM told_statistics WHERE unit = ?")
            .bind(unit)
            .fetch_all(&self.0)
            .await?;
        rows.iter()
            .map(|row| {
                let told = Told {
                    counts: serde_json::from_str(row.try_get("counts")?)?,
                    at: moment(row.try_get("told_at")?),
                };
                Ok((row.try_get("year")?, told))
            })
            .collect()
    }
}

impl Write {
    /// Keeps what the register was told.
    pub(crate) async fn keep_told_statistics(
        &mut self,
        unit: &str,
        year: i32,
        counts: &[Count],
        at: DateTime<Utc>,
    ) -> Result<()> {
        sqlx::query(
            "INSERT OR REPLACE INTO told_statistics (unit, year, counts, told_at) VALUES (?, ?, ?, ?)",
        )
        .bind(unit)
        .bind(year)
        .bind(serde_json::to_string(counts)?)
        .bind(millis(at))
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }
}

/// Under which year and class an award counts; the framework's rules see to it that none is approved without them.
fn class_of(award: &Award) -> Option<(i32, Class)> {
    let achievement = &award.achievement;
    let class = Class {
        sector: achievement.sector?,
        eqf: achievement.level.as_ref()?.eqf,
        size: SizeClass::of(achievement.size.as_ref()?)?,
    };
    Some((year_of(award.awarded_at?), class))
}
