//! Windows of all units in the order of their keys. A window costs what it holds, however long the
//! list is; only a filter that few units pass has to look at more.

use rusqlite::{ToSql, params};

use super::{Result, Store, convert};
use crate::domain::{ids::UnitKey, label::Basis};

/// A unit in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub unit: UnitKey,
    pub name: Option<String>,
    pub confidence: Option<String>,
    pub repository: Option<String>,
    pub agent: Option<String>,
    /// A batch of the task that holds it.
    pub batch: Option<String>,
    /// Whether anybody has labelled it. Not to be shown: it is for sparing reads of no labels.
    pub labelled: bool,
    /// How its gold came about; filled in by whoever knows who looks.
    pub basis: Option<Basis>,
}

/// What the values of a list can be chosen from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Facet {
    Repository,
    Modality,
    Agent,
    Confidence,
    Batch,
}

/// Where a window begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begin {
    First,
    /// With the last ones.
    Last,
    At(UnitKey),
    After(UnitKey),
    Before(UnitKey),
}

impl Begin {
    pub fn is_backward(&self) -> bool {
        matches!(self, Begin::Last | Begin::Before(_))
    }

    /// Where it goes on behind a unit.
    pub fn beyond(&self, unit: &UnitKey) -> Self {
        match self.is_backward() {
            true => Begin::Before(unit.clone()),
            false => Begin::After(unit.clone()),
        }
    }
}

/// Units that a rater has labelled in the task.
#[derive(Clone, Copy, Debug)]
pub struct Candidates<'a> {
    pub rater: &'a str,
    /// Only where the answers, as they are stored, hold this text.
    pub holding: Option<&'a str>,
    /// The rater has labelled so much that walking the keys in order is better than sorting.
    pub many: bool,
}

/// A window of units; an absent field admits all.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    pub task: &'a str,
    /// Sessions and not episodes.
    pub sessions: bool,
    pub repository: Option<&'a str>,
    pub modality: Option<&'a str>,
    pub agent: Option<&'a str>,
    pub confidence: Option<&'a str>,
    pub batch: Option<&'a str>,
    pub words: Option<&'a str>,
    pub labelled: Option<Candidates<'a>>,
    pub from: &'a Begin,
    pub limit: usize,
}

impl Query<'_> {
    /// The statement and its values.
    fn sql(&self) -> (String, Vec<Box<dyn ToSql>>) {
        let mut values: Vec<Box<dyn ToSql>> = vec![Box::new(self.task.to_owned())];
        let mut bind = |value: &str| {
            values.push(Box::new(value.to_owned()));
            format!("?{}", values.len())
        };
        let mut wheres: Vec<String> = Vec::new();
        // The first table of the join gives the order; CROSS JOIN keeps SQLite from another one.
        let (mut key, mut first) = match self.sessions {
            true => ("s.id", String::new()),
            false => ("e.key", String::new()),
        };
        if let Some(labelled) = self.labelled {
            key = "a.unit";
            // A plus keeps SQLite from an index by rater, whose units it would have to sort.
            let plus = if labelled.many { "+" } else { "" };
            wheres.push(format!("{plus}a.rater = {}", bind(labelled.rater)));
            wheres.push(format!("{plus}a.task = ?1"));
            first = "annotation a CROSS JOIN ".into();
            if let Some(text) = labelled.holding {
                wheres.push(format!(
                    "instr((SELECT answers FROM revision WHERE id = a.revision), {})",
                    bind(text)
                ));
            }
            if let Some(batch) = self.batch {
                wheres.push(format!(
                    "EXISTS (SELECT 1 FROM batch_unit b WHERE b.batch = {} AND b.unit = a.unit)",
                    bind(batch)
                ));
            }
        } else if let Some(batch) = self.batch {
            key = "b.unit";
            wheres.push(format!("b.batch = {}", bind(batch)));
            first = "batch_unit b CROSS JOIN ".into();
        }
        let joined = match (self.sessions, first.is_empty()) {
            (true, true) => "session s".to_owned(),
            (true, false) => format!("{first}session s ON s.id = {key}"),
            // The sessions of a repository are soon found; other filters pass too many.
            (false, true) if self.repository.is_some() => {
                "episode e JOIN session s ON s.number = e.session".to_owned()
            }
            (false, true) => "episode e CROSS JOIN session s ON s.number = e.session".to_owned(),
            (false, false) => format!(
                "{first}episode e ON e.key = {key} CROSS JOIN session s ON s.number = e.session"
            ),
        };
        for (column, value) in [
            ("s.repository", self.repository),
            ("s.modality", self.modality),
            ("s.agent", self.agent),
            ("e.confidence", self.confidence.filter(|_| !self.sessions)),
        ] {
            if let Some(value) = value {
                wheres.push(format!("{column} = {}", bind(value)));
            }
        }
        if let Some(words) = self.words {
            let pattern = bind(&format!("%{}%", escaped(words)));
            let columns: &[&str] = match self.sessions {
                true => &["s.id", "s.repository"],
                false => &["e.name", "e.description"],
            };
            let likes: Vec<String> = columns
                .iter()
                .map(|column| format!("{column} LIKE {pattern} ESCAPE '\\'"))
                .collect();
            wheres.push(format!("({})", likes.join(" OR ")));
        }
        if self.sessions {
            wheres.push("s.imported".into());
        }
        match self.from {
            Begin::First | Begin::Last => {}
            Begin::At(unit) => wheres.push(format!("{key} >= {}", bind(unit))),
            Begin::After(unit) => wheres.push(format!("{key} > {}", bind(unit))),
            Begin::Before(unit) => wheres.push(format!("{key} < {}", bind(unit))),
        }
        let columns = match self.sessions {
            true => "s.id AS key, NULL AS name, NULL AS confidence",
            false => "e.key, e.name, e.confidence",
        };
        let unit = if self.sessions { "s.id" } else { "e.key" };
        let wheres = match wheres.is_empty() {
            true => "1".to_owned(),
            false => wheres.join(" AND "),
        };
        let sql = format!(
            "SELECT {columns}, s.repository, s.agent,
                    (SELECT u.batch FROM batch_unit u JOIN batch t ON t.name = u.batch
                     WHERE u.unit = {unit} AND t.task = ?1 ORDER BY t.number LIMIT 1) AS batch,
                    EXISTS (SELECT 1 FROM annotation l WHERE l.unit = {unit}) AS labelled
             FROM {joined} WHERE {wheres} ORDER BY {key} {} LIMIT {}",
            if self.from.is_backward() {
                "DESC"
            } else {
                "ASC"
            },
            self.limit
        );
        (sql, values)
    }
}

/// A text in which LIKE finds nothing but itself.
fn escaped(words: &str) -> String {
    let mut pattern = String::with_capacity(words.len());
    for c in words.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

impl Store {
    /// A window of units, from the end backwards where the query says so, and whether nothing
    /// comes after it.
    pub fn lines(&self, query: &Query) -> Result<(Vec<Line>, bool)> {
        let (sql, values) = query.sql();
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(rusqlite::params_from_iter(values), |row| {
            Ok(Line {
                unit: convert::id(row, "key")?,
                name: row.get("name")?,
                confidence: row.get("confidence")?,
                repository: row.get("repository")?,
                agent: row.get("agent")?,
                batch: row.get("batch")?,
                labelled: row.get("labelled")?,
                basis: None,
            })
        })?;
        let mut lines: Vec<Line> = rows.collect::<Result<_, _>>()?;
        // A rater may have labelled a unit in several batches.
        let exhausted = lines.len() < query.limit;
        lines.dedup_by(|next, line| next.unit == line.unit);
        Ok((lines, exhausted))
    }

    /// The values of a facet in order, at most `limit`.
    pub fn facet_values(&self, task: &str, facet: Facet, limit: usize) -> Result<Vec<String>> {
        let of_session = |column: &str| {
            format!(
                "SELECT DISTINCT {column} FROM session WHERE {column} IS NOT NULL ORDER BY 1 LIMIT ?2"
            )
        };
        let sql = match facet {
            Facet::Repository => of_session("repository"),
            Facet::Modality => of_session("modality"),
            Facet::Agent => of_session("agent"),
            // The file admits no other values.
            Facet::Confidence => return Ok(["high", "medium", "low"].map(str::to_owned).to_vec()),
            Facet::Batch => {
                "SELECT name FROM batch WHERE task = ?1 ORDER BY number LIMIT ?2".to_owned()
            }
        };
        let mut statement = self.connection.prepare_cached(&sql)?;
        // SQLite minds values for parameters that a statement does not have.
        let rows = match facet {
            Facet::Batch => statement.query_map(params![task, limit as i64], convert::first)?,
            _ => {
                statement.query_map(params![rusqlite::types::Null, limit as i64], convert::first)?
            }
        };
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many units there are, counted up to a limit.
    pub fn count_units(&self, sessions: bool, limit: u64) -> Result<u64> {
        let from = match sessions {
            true => "session WHERE imported",
            false => "episode",
        };
        let sql = format!("SELECT count(*) FROM (SELECT 1 FROM {from} LIMIT {limit})");
        let mut statement = self.connection.prepare_cached(&sql)?;
        Ok(statement.query_row([], convert::first)?)
    }

    /// The name of an episode, if there is such an episode and it has one.
    pub fn episode_name(&self, key: &str) -> Result<Option<Option<String>>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT name FROM episode WHERE key = ?1")?;
        convert::optional(statement.query_row([key], convert::first))
    }

    /// The judges that have labelled some unit of a batch in its task.
    pub fn judges_of_batch(&self, batch: &str) -> Result<Vec<crate::domain::ids::RaterName>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT r.name FROM rater r WHERE r.kind = 'judge' AND EXISTS (
                 SELECT 1 FROM batch_unit u
                 JOIN batch b ON b.name = u.batch
                 JOIN annotation a ON a.unit = u.unit AND a.rater = r.name AND a.task = b.task
                 WHERE u.batch = ?1 AND a.kind = 'judge')
             ORDER BY r.rowid",
        )?;
        let rows = statement.query_map([batch], |row| convert::id(row, "name"))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
