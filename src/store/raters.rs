//! Who labels and who settles.

use rusqlite::params;

use super::{Result, Store, convert};
use crate::domain::ids::RaterName;

/// A rater as it is kept. Adjudicators are people known by name who need not label themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RaterRow {
    pub name: RaterName,
    /// `annotator`, `judge`, `gold` or `adjudicator`.
    pub kind: String,
    pub about: String,
}

impl Store {
    /// The judges that have labelled units of a task.
    pub fn judges_of_task(&self, task: &str) -> Result<Vec<RaterName>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT name FROM rater WHERE kind = 'judge' AND EXISTS
               (SELECT 1 FROM annotation WHERE annotation.rater = rater.name AND task = ?1)",
        )?;
        let rows = statement.query_map([task], |row| Ok(RaterName(row.get(0)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub fn raters(&self) -> Result<Vec<RaterRow>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT name, kind, about FROM rater ORDER BY rowid")?;
        let rows = statement.query_map([], |row| {
            Ok(RaterRow {
                name: convert::id(row, "name")?,
                kind: row.get(1)?,
                about: row.get(2)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// When a rater became known to the study.
    pub fn rater_added_at(&self, name: &str) -> Result<Option<String>> {
        convert::optional(
            self.connection
                .prepare_cached("SELECT added_at FROM rater WHERE name = ?1")?
                .query_row([name], convert::first),
        )
    }

    /// Adds a rater, or changes what is known about one.
    pub fn set_rater(&self, row: &RaterRow, at: &str) -> Result<()> {
        self.connection.execute(
            "INSERT INTO rater (name, kind, about, added_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, about = excluded.about",
            params![row.name.0, row.kind, row.about, at],
        )?;
        Ok(())
    }
}
