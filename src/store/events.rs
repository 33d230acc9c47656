//! The log of what was done, where the screens stood, and the time that was spent.

use rusqlite::params;

use super::{Result, Store, convert};
use crate::domain::ids::RaterName;

/// An entry of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventRow {
    pub at: String,
    pub who: Option<String>,
    /// A verb: `lock`, `reopen`, `open_session`, `import`, ...
    pub what: String,
    pub batch: Option<String>,
    pub unit: Option<String>,
    pub detail: Option<String>,
}

impl Store {
    pub fn log(&self, event: &EventRow) -> Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO event (at, who, what, batch, unit, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![event.at, event.who, event.what, event.batch, event.unit, event.detail])?;
        Ok(())
    }

    /// The newest entries first, at most `limit`; of one batch if given.
    pub fn events(&self, batch: Option<&str>, limit: usize) -> Result<Vec<EventRow>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT at, who, what, batch, unit, detail FROM event
             WHERE ?1 IS NULL OR batch = ?1 ORDER BY id DESC LIMIT ?2",
        )?;
        let rows = statement.query_map(params![batch, limit as i64], |row| {
            Ok(EventRow {
                at: row.get(0)?,
                who: row.get(1)?,
                what: row.get(2)?,
                batch: row.get(3)?,
                unit: row.get(4)?,
                detail: row.get(5)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What each person last wrote in entries of this kind about a unit, in the order of names.
    pub fn last_words(
        &self,
        what: &str,
        batch: &str,
        unit: &str,
    ) -> Result<Vec<(RaterName, String)>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT who, detail, max(id) FROM event
             WHERE batch = ?1 AND what = ?2 AND unit = ?3 AND who NOT NULL AND detail NOT NULL
             GROUP BY who ORDER BY who",
        )?;
        let rows = statement.query_map([batch, what, unit], |row| {
            Ok((RaterName(row.get(0)?), row.get(1)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether the log of a batch has an entry of this kind.
    pub fn happened(&self, what: &str, batch: &str) -> Result<bool> {
        Ok(self.connection.query_row(
            "SELECT EXISTS (SELECT 1 FROM event WHERE batch = ?1 AND what = ?2)",
            [batch, what],
            convert::first,
        )?)
    }

    /// The state in which a screen was left.
    pub fn place(&self, screen: &str, batch: &str, rater: &str) -> Result<Option<String>> {
        convert::optional(
            self.connection
                .prepare_cached(
                    "SELECT state FROM place WHERE screen = ?1 AND batch = ?2 AND rater = ?3",
                )?
                .query_row([screen, batch, rater], convert::first),
        )
    }

    pub fn set_place(&self, screen: &str, batch: &str, rater: &str, state: &str) -> Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO place (screen, batch, rater, state) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (screen, batch, rater) DO UPDATE SET state = excluded.state",
            )?
            .execute([screen, batch, rater, state])?;
        Ok(())
    }

    /// Adds active seconds of a rater on a unit.
    pub fn add_time(&self, batch: &str, unit: &str, rater: &str, seconds: f64) -> Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO time_spent (batch, unit, rater, seconds) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (batch, unit, rater) DO UPDATE SET seconds = seconds + excluded.seconds",
            )?
            .execute(params![batch, unit, rater, seconds])?;
        Ok(())
    }

    /// Active seconds of a rater on the units of a batch but for one, and on how many.
    pub fn time_spent(&self, batch: &str, rater: &str, but: &str) -> Result<(f64, u32)> {
        Ok(self.connection.query_row(
            "SELECT total(seconds), count(*) FROM time_spent
             WHERE batch = ?1 AND rater = ?2 AND unit <> ?3",
            [batch, rater, but],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?)
    }
}
