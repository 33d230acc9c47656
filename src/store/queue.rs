//! A rater's own units of a batch, for a list that scrolls.

use rusqlite::params;

use super::{Result, Store, convert};
use crate::domain::{
    ids::UnitKey,
    label::{Basis, State},
};

/// Which units a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Filter {
    #[default]
    All,
    /// Not submitted.
    Open,
    Flagged,
    Unsure,
    PutOff,
    /// Submitted; at the gold desk, saved.
    Saved,
    /// Gold that followed from the lock.
    Unanimous,
}

impl Filter {
    /// The lists of an annotator.
    pub const ALL: &[Filter] = &[
        Filter::All,
        Filter::Open,
        Filter::Flagged,
        Filter::Unsure,
        Filter::PutOff,
    ];

    /// The lists of an adjudicator.
    pub const GOLD: &[Filter] = &[
        Filter::All,
        Filter::Open,
        Filter::Saved,
        Filter::Unanimous,
        Filter::Flagged,
        Filter::Unsure,
        Filter::PutOff,
    ];

    fn sql(self) -> &'static str {
        match self {
            Filter::All => "1",
            Filter::Open => "ifnull(a.state, 'draft') = 'draft'",
            Filter::Flagged => "r.flags <> '[]'",
            Filter::Unsure => "r.unsure",
            Filter::PutOff => "a.skipped",
            Filter::Saved => "a.state = 'submitted'",
            Filter::Unanimous => "r.basis = 'unanimous'",
        }
    }
}

/// A unit in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub position: u32,
    pub unit: UnitKey,
    /// The episode's name.
    pub name: Option<String>,
    pub state: Option<State>,
    pub skipped: bool,
    pub flagged: bool,
    pub unsure: bool,
    /// At the gold desk: how saved gold came about.
    pub basis: Option<Basis>,
    /// At the gold desk: the titles of the axes on which the annotators differ.
    pub disputed: Vec<String>,
}

const FROM: &str = "FROM assignment s
    LEFT JOIN annotation a ON a.unit = s.unit AND a.rater = s.rater AND ifnull(a.batch, '') = s.batch
    LEFT JOIN revision r ON r.id = a.revision
    LEFT JOIN episode e ON e.key = s.unit
    WHERE s.batch = ?1 AND s.rater = ?2";

impl Store {
    /// A window of a rater's units in their own order.
    pub fn waiting(
        &self,
        batch: &str,
        rater: &str,
        filter: Filter,
        first: u32,
        limit: u32,
    ) -> Result<Vec<Waiting>> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT s.position, s.unit, e.name, a.state, a.skipped, r.flags, r.unsure {FROM}
             AND {} ORDER BY s.position LIMIT ?4 OFFSET ?3",
            filter.sql()
        ))?;
        let rows = statement.query_map(params![batch, rater, first, limit], |row| {
            Ok(Waiting {
                position: row.get("position")?,
                unit: convert::id(row, "unit")?,
                name: row.get("name")?,
                state: convert::optional_word(row, "state", State::parse)?,
                skipped: row.get::<_, Option<bool>>("skipped")?.unwrap_or(false),
                flagged: row
                    .get::<_, Option<String>>("flags")?
                    .is_some_and(|flags| flags != "[]"),
                unsure: row.get::<_, Option<bool>>("unsure")?.unwrap_or(false),
                basis: None,
                disputed: Vec::new(),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub fn count_waiting(&self, batch: &str, rater: &str, filter: Filter) -> Result<u32> {
        Ok(self
            .connection
            .prepare_cached(&format!("SELECT count(*) {FROM} AND {}", filter.sql()))?
            .query_row([batch, rater], convert::first)?)
    }
}
