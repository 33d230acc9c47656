//! Batches: their units, annotators, assignments, locks and snapshots.

use rusqlite::{Row, params};

use super::{Result, Store, StoreError, convert};
use crate::domain::{
    batch::{Batch, Frame, Lock, Member, Purpose},
    ids::{RaterName, UnitKey},
    label::{Basis, State},
};

/// A unit in an annotator's order, and how far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// Counted from 1.
    pub position: u32,
    pub unit: UnitKey,
    pub state: Option<State>,
    pub skipped: bool,
}

fn assigned(row: &Row) -> rusqlite::Result<Assigned> {
    Ok(Assigned {
        position: row.get("position")?,
        unit: convert::id(row, "unit")?,
        state: convert::optional_word(row, "state", State::parse)?,
        skipped: row.get::<_, Option<bool>>("skipped")?.unwrap_or(false),
    })
}

/// A rater's units, each with the annotation that there is. Gold has no order of its own: it goes
/// through the batch as it was drawn.
fn assignment(rater: &str) -> String {
    let order = match rater {
        RaterName::GOLD => "(SELECT batch, 'gold' AS rater, position, unit FROM batch_unit)",
        _ => "assignment",
    };
    format!(
        "SELECT s.position, s.unit, a.state, a.skipped FROM {order} s
         LEFT JOIN annotation a ON a.unit = s.unit AND a.rater = s.rater AND ifnull(a.batch, '') = s.batch
         WHERE s.batch = ?1 AND s.rater = ?2"
    )
}

impl Store {
    pub fn batch_names(&self) -> Result<Vec<String>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT name FROM batch ORDER BY number")?;
        let rows = statement.query_map([], convert::first)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// A batch by its name in any case, with its members.
    pub fn batch(&self, name: &str) -> Result<Option<Batch>> {
        let Some(mut batch) = self.batch_head(name)? else {
            return Ok(None);
        };
        let mut statement = self.connection.prepare_cached(
            "SELECT unit, probability, stratum FROM batch_unit WHERE batch = ?1 ORDER BY position",
        )?;
        let members = statement.query_map([&batch.name.0], |row| {
            Ok(Member {
                unit: convert::id(row, "unit")?,
                probability: row.get(1)?,
                stratum: row.get(2)?,
            })
        })?;
        batch.members = members.collect::<Result<_, _>>()?;
        Ok(Some(batch))
    }

    /// A batch without its members.
    pub fn batch_head(&self, name: &str) -> Result<Option<Batch>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT b.*, l.at AS locked_at, l.by, l.forced, l.sha256, l.sealed
             FROM batch b LEFT JOIN lock l ON l.batch = b.name WHERE b.name = ?1",
        )?;
        let found = convert::optional(statement.query_row([name], |row| {
            let locked: Option<String> = row.get("locked_at")?;
            let lock = match locked {
                Some(at) => Some(Lock {
                    at,
                    by: row.get("by")?,
                    forced: row.get("forced")?,
                    sha256: row.get("sha256")?,
                    sealed: row.get("sealed")?,
                }),
                None => None,
            };
            let batch = Batch {
                name: convert::id(row, "name")?,
                task: convert::id(row, "task")?,
                codebook: row.get("codebook")?,
                purpose: convert::word(row, "purpose", Purpose::parse)?,
                evidence_only: row.get("evidence_only")?,
                seed: convert::word(row, "seed", |text| text.parse().ok())?,
                frame: Frame {
                    size: row.get::<_, u32>("frame_size")? as usize,
                    sha256: row.get("frame_sha256")?,
                    options: Default::default(),
                },
                members: Vec::new(),
                annotators: Vec::new(),
                created_at: row.get("created_at")?,
                lock,
            };
            Ok((batch, row.get::<_, String>("options")?))
        }))?;
        let Some((mut batch, options)) = found else {
            return Ok(None);
        };
        batch.frame.options = convert::map_from(Some(options))?;
        let mut statement = self.connection.prepare_cached(
            "SELECT rater FROM batch_annotator WHERE batch = ?1 ORDER BY position",
        )?;
        let raters = statement.query_map([&batch.name.0], |row| convert::id(row, "rater"))?;
        batch.annotators = raters.collect::<Result<_, _>>()?;
        Ok(Some(batch))
    }

    pub fn batch_size(&self, name: &str) -> Result<u32> {
        Ok(self
            .connection
            .prepare_cached("SELECT count(*) FROM batch_unit WHERE batch = ?1")?
            .query_row([name], convert::first)?)
    }

    /// Adds a batch with its members, annotators and, for each annotator, an order of the units.
    pub fn insert_batch(&self, batch: &Batch, orders: &[(RaterName, Vec<usize>)]) -> Result<()> {
        self.connection.execute(
            "INSERT INTO batch (name, task, codebook, purpose, evidence_only, seed, frame_size, frame_sha256, options, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                batch.name.0,
                batch.task.0,
                batch.codebook,
                batch.purpose.as_str(),
                batch.evidence_only,
                batch.seed.to_string(),
                batch.frame.size as i64,
                batch.frame.sha256,
                serde_json::Value::Object(batch.frame.options.clone()).to_string(),
                batch.created_at,
            ],
        )?;
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO batch_unit (batch, position, unit, probability, stratum) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        for (place, member) in batch.members.iter().enumerate() {
            statement.execute(params![
                batch.name.0,
                place + 1,
                member.unit.0,
                member.probability,
                member.stratum
            ])?;
        }
        for (place, rater) in batch.annotators.iter().enumerate() {
            self.connection.execute(
                "INSERT INTO batch_annotator (batch, position, rater) VALUES (?1, ?2, ?3)",
                params![batch.name.0, place + 1, rater.0],
            )?;
        }
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO assignment (batch, rater, position, unit) VALUES (?1, ?2, ?3, ?4)",
        )?;
        for (rater, order) in orders {
            for (place, member) in order.iter().enumerate() {
                let unit = &batch.members[*member].unit;
                statement.execute(params![batch.name.0, rater.0, place + 1, unit.0])?;
            }
        }
        Ok(())
    }

    /// Gives a batch the chances and options that an export of it had left out.
    pub fn complete_batch(&self, batch: &Batch) -> Result<()> {
        let options = serde_json::Value::Object(batch.frame.options.clone()).to_string();
        self.connection.execute(
            "UPDATE batch SET options = ?2 WHERE name = ?1",
            params![batch.name.0, options],
        )?;
        let mut statement = self.connection.prepare_cached(
            "UPDATE batch_unit SET probability = ?3, stratum = ?4 WHERE batch = ?1 AND unit = ?2",
        )?;
        for member in &batch.members {
            statement.execute(params![
                batch.name.0,
                member.unit.0,
                member.probability,
                member.stratum
            ])?;
        }
        Ok(())
    }

    pub fn set_lock(&self, batch: &str, lock: &Lock) -> Result<()> {
        self.connection.execute(
            "INSERT INTO lock (batch, at, by, forced, sha256, sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (batch) DO UPDATE SET sealed = excluded.sealed",
            params![batch, lock.at, lock.by, lock.forced, lock.sha256, lock.sealed],
        )?;
        Ok(())
    }

    pub fn freeze(&self, batch: &str, unit: &str, rater: &str, revision: i64) -> Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO snapshot (batch, unit, rater, revision) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![batch, unit, rater, revision])?;
        Ok(())
    }

    /// Takes the lock and its snapshot off a batch. The log keeps that it was there.
    pub fn unlock(&self, batch: &str) -> Result<()> {
        self.connection
            .execute("DELETE FROM snapshot WHERE batch = ?1", [batch])?;
        self.connection
            .execute("DELETE FROM lock WHERE batch = ?1", [batch])?;
        Ok(())
    }

    /// The batches that hold a unit.
    pub fn batches_of_unit(&self, unit: &str) -> Result<Vec<String>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT batch FROM batch_unit WHERE unit = ?1")?;
        let rows = statement.query_map([unit], convert::first)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub fn has_unit(&self, batch: &str, unit: &str) -> Result<bool> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM batch_unit WHERE batch = ?1 AND unit = ?2)",
            )?
            .query_row([batch, unit], convert::first)?)
    }

    pub fn units_of_batch(&self, batch: &str) -> Result<Vec<UnitKey>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT unit FROM batch_unit WHERE batch = ?1 ORDER BY position")?;
        let rows = statement.query_map([batch], |row| convert::id(row, "unit"))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many quotes each unit of a batch has now, in the batch's order; 0 for a session.
    pub fn quotes_of_batch(&self, batch: &str) -> Result<Vec<usize>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT (SELECT count(*) FROM evidence v JOIN episode e ON e.number = v.episode
                     WHERE e.key = b.unit)
             FROM batch_unit b WHERE b.batch = ?1 ORDER BY b.position",
        )?;
        let rows = statement.query_map([batch], |row| Ok(row.get::<_, u32>(0)? as usize))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// An annotator's unit at a position of their own order.
    pub fn assigned_at(&self, batch: &str, rater: &str, position: u32) -> Result<Option<Assigned>> {
        let mut statement = self
            .connection
            .prepare_cached(&format!("{} AND s.position = ?3", assignment(rater)))?;
        convert::optional(statement.query_row(params![batch, rater, position], assigned))
    }

    /// Where a unit stands in an annotator's own order.
    pub fn assigned_unit(&self, batch: &str, rater: &str, unit: &str) -> Result<Option<Assigned>> {
        let mut statement = self
            .connection
            .prepare_cached(&format!("{} AND s.unit = ?3", assignment(rater)))?;
        convert::optional(statement.query_row(params![batch, rater, unit], assigned))
    }

    /// The first unit after `position` that is not submitted; units put off come last.
    pub fn next_open(&self, batch: &str, rater: &str, position: u32) -> Result<Option<Assigned>> {
        let mut statement = self.connection.prepare_cached(&format!(
            "{} AND ifnull(a.state, 'draft') = 'draft'
             ORDER BY ifnull(a.skipped, 0), s.position <= ?3, s.position LIMIT 1",
            assignment(rater)
        ))?;
        convert::optional(statement.query_row(params![batch, rater, position], assigned))
    }

    /// A window of an annotator's order.
    pub fn assigned_from(
        &self,
        batch: &str,
        rater: &str,
        position: u32,
        limit: u32,
    ) -> Result<Vec<Assigned>> {
        let mut statement = self.connection.prepare_cached(&format!(
            "{} AND s.position >= ?3 ORDER BY s.position LIMIT ?4",
            assignment(rater)
        ))?;
        let rows = statement.query_map(params![batch, rater, position, limit], assigned)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many units of a batch have saved gold.
    pub fn gold_count(&self, batch: &str) -> Result<u32> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT count(*) FROM annotation WHERE batch = ?1 AND rater = 'gold' AND state = 'submitted'",
            )?
            .query_row([batch], convert::first)?)
    }

    /// How many units have saved gold that came about in this way.
    pub fn gold_by(&self, batch: &str, basis: Basis) -> Result<u32> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT count(*) FROM annotation a JOIN revision r ON r.id = a.revision
                 WHERE a.batch = ?1 AND a.rater = 'gold' AND a.state = 'submitted' AND r.basis = ?2",
            )?
            .query_row([batch, basis.as_str()], convert::first)?)
    }

    /// The keys of all units of a kind in the order of their bytes, each with whether it has text
    /// and its confidence.
    pub fn each_unit(
        &self,
        sessions: bool,
        mut each: impl FnMut(UnitRow),
    ) -> Result<(), StoreError> {
        let sql = if sessions {
            "SELECT id AS key, NULL AS confidence, turns > 0 AS has_text, repository, modality, agent,
                    source, id AS session, started_at
             FROM session WHERE imported ORDER BY id"
        } else {
            "SELECT e.key, e.confidence, e.has_text, s.repository, s.modality, s.agent, s.source,
                    s.id AS session, s.started_at
             FROM episode e JOIN session s ON s.number = e.session ORDER BY e.key"
        };
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            each(UnitRow::read(row)?);
        }
        Ok(())
    }
}

/// What a sample's frame can be narrowed by.
#[derive(Clone, Debug)]
pub struct UnitRow {
    pub key: UnitKey,
    pub has_text: bool,
    pub confidence: Option<String>,
    pub repository: Option<String>,
    pub modality: Option<String>,
    pub agent: Option<String>,
    pub source: Option<String>,
    pub session: String,
    pub started_at: Option<String>,
}

impl UnitRow {
    pub(super) fn read(row: &Row) -> rusqlite::Result<Self> {
        Ok(Self {
            key: convert::id(row, "key")?,
            has_text: row.get("has_text")?,
            confidence: row.get("confidence")?,
            repository: row.get("repository")?,
            modality: row.get("modality")?,
            agent: row.get("agent")?,
            source: row.get("source")?,
            session: row.get("session")?,
            started_at: row.get("started_at")?,
        })
    }
}
