//! Annotations as a history of revisions, the last of which is where each stands.

use rusqlite::{Row, params};
use serde_json::{Map, Value};

use super::{Result, Store, StoreError, convert};
use crate::domain::{
    answers::Answers,
    codebook::Codebook,
    ids::{BatchName, UnitKey},
    label::{Address, Basis, Content, Label, RaterKind, State},
};

/// What a revision is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Edit,
    Submit,
    TakeBack,
    Undo,
    Redo,
    Import,
    /// Gold that followed from a lock by itself.
    Lock,
}

impl Action {
    const ALL: [Action; 7] = [
        Action::Edit,
        Action::Submit,
        Action::TakeBack,
        Action::Undo,
        Action::Redo,
        Action::Import,
        Action::Lock,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Action::Edit => "edit",
            Action::Submit => "submit",
            Action::TakeBack => "take_back",
            Action::Undo => "undo",
            Action::Redo => "redo",
            Action::Import => "import",
            Action::Lock => "lock",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == text)
    }
}

/// A revision to be appended.
#[derive(Clone, Debug)]
pub struct NewRevision<'a> {
    pub address: &'a Address,
    pub content: &'a Content,
    pub action: Action,
    /// The step that it continues; `None` begins a new one.
    pub step: Option<i64>,
    /// The step that an undo or redo is about.
    pub target: Option<i64>,
    /// The text that was typed in.
    pub field: Option<&'a str>,
    pub by: Option<&'a str>,
    /// The version of the episode's text that was seen.
    pub version: Option<u32>,
    /// The file of an import.
    pub source: Option<&'a str>,
    pub at: &'a str,
}

/// A revision without its content: what undo needs to find its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    pub id: i64,
    pub step: i64,
    pub action: Action,
    pub target: Option<i64>,
    pub field: Option<String>,
    pub unit: UnitKey,
    pub by: Option<String>,
}

/// An entry of an annotation's history.
#[derive(Clone, Debug)]
pub struct HistoryRow {
    pub id: i64,
    pub action: Action,
    pub source: Option<String>,
    pub label: Label,
}

/// Which labels are wanted; an absent field admits all.
#[derive(Clone, Copy, Debug, Default)]
pub struct LabelFilter<'a> {
    pub task: Option<&'a str>,
    pub batch: Option<&'a str>,
    pub unit: Option<&'a str>,
    pub rater: Option<&'a str>,
    pub kind: Option<RaterKind>,
}

/// Finds a codebook by its name, to read answers with.
pub type Shelf<'f, 's> = &'f (dyn Fn(&str) -> Option<&'s Codebook> + 's);

const LABEL: &str = "r.id, r.task, r.codebook, r.batch, r.unit, r.rater, r.kind, r.action, r.state,
    r.answers, r.note, r.reasoning, r.flags, r.unsure, r.skipped, r.basis, r.reason, r.after_judge,
    r.extra, r.by, r.source, r.at";

fn label(row: &Row, shelf: Shelf) -> Result<Label> {
    let codebook: String = row.get("codebook")?;
    let unknown = || {
        StoreError::Content(format!(
            "a label names the codebook {codebook}, which is not in the study"
        ))
    };
    let answers = convert::map_from(Some(row.get("answers")?))?;
    let read = Answers::from_json(shelf(&codebook).ok_or_else(unknown)?, &answers);
    let answers = read
        .map_err(|problems| StoreError::Content(format!("answers: {problems:?}")))?
        .answers;
    let flags: String = row.get("flags")?;
    let reasoning: Option<String> = row.get("reasoning")?;
    Ok(Label {
        address: Address {
            task: convert::id(row, "task")?,
            batch: convert::optional_id::<BatchName>(row, "batch")?,
            unit: convert::id(row, "unit")?,
            rater: convert::id(row, "rater")?,
            kind: convert::word(row, "kind", RaterKind::parse)?,
            codebook,
        },
        content: Content {
            answers,
            note: row.get("note")?,
            reasoning: reasoning
                .map(|text| convert::map_from(Some(text)))
                .transpose()?,
            flags: serde_json::from_str(&flags).map_err(|e| StoreError::Content(e.to_string()))?,
            unsure: row.get("unsure")?,
            skipped: row.get("skipped")?,
            state: convert::word(row, "state", State::parse)?,
            basis: convert::optional_word(row, "basis", Basis::parse)?,
            reason: row.get("reason")?,
            after_judge: row.get("after_judge")?,
            extra: convert::map_from(row.get("extra")?)?,
        },
        by: row.get("by")?,
        at: row.get("at")?,
    })
}

/// The query for the wanted labels, and its values.
fn query(filter: LabelFilter<'_>) -> (String, Vec<&str>) {
    // One query per filter that is indexed; SQLite would not use an index through "?1 IS NULL".
    let mut sql =
        format!("SELECT {LABEL} FROM annotation a JOIN revision r ON r.id = a.revision WHERE 1");
    // Of several indices the one over the fewest rows has to be taken: a unit's, else a batch's.
    // The plus keeps SQLite, which takes the one that suits the order, from the others.
    let leading = match filter {
        LabelFilter { unit: Some(_), .. } => ["unit"].as_slice(),
        LabelFilter { batch: Some(_), .. } => &["batch"],
        _ => &["task", "rater", "kind"],
    };
    let mut values: Vec<&str> = Vec::new();
    for (column, value) in [
        ("task", filter.task),
        ("batch", filter.batch),
        ("unit", filter.unit),
        ("rater", filter.rater),
        ("kind", filter.kind.map(RaterKind::as_str)),
    ] {
        if let Some(value) = value {
            values.push(value);
            let plus = if leading.contains(&column) { "" } else { "+" };
            sql.push_str(&format!(" AND {plus}a.{column} = ?{}", values.len()));
        }
    }
    sql.push_str(" ORDER BY a.task, a.batch IS NULL, a.batch, a.unit, a.rater, a.codebook");
    (sql, values)
}

impl Store {
    /// Appends a revision and returns its number.
    pub fn append(&self, codebook: &Codebook, new: &NewRevision) -> Result<i64> {
        let NewRevision {
            address, content, ..
        } = new;
        let flags: Vec<Value> = content
            .flags
            .iter()
            .map(|flag| flag.clone().into())
            .collect();
        let answers = Value::Object(content.answers.to_json(codebook)).to_string();
        let reasoning = content
            .reasoning
            .clone()
            .map(|map: Map<_, _>| Value::Object(map).to_string());
        self.connection
            .prepare_cached(
                "INSERT INTO revision (task, codebook, batch, unit, rater, kind, action, step, target,
                     field, state, answers, note, reasoning, flags, unsure, skipped, basis, reason,
                     after_judge, extra, by, version, source, at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7,
                     coalesce(?8, (SELECT ifnull(max(id), 0) + 1 FROM revision)), ?9,
                     ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25)",
            )?
            .execute(params![
                address.task.0,
                address.codebook,
                address.batch.as_ref().map(|batch| &batch.0),
                address.unit.0,
                address.rater.0,
                address.kind.as_str(),
                new.action.as_str(),
                new.step,
                new.target,
                new.field,
                content.state.as_str(),
                answers,
                content.note,
                reasoning,
                Value::Array(flags).to_string(),
                content.unsure,
                content.skipped,
                content.basis.map(Basis::as_str),
                content.reason,
                content.after_judge,
                convert::map_text(&content.extra),
                new.by,
                new.version,
                new.source,
                new.at,
            ])?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Hands over labels in the order of task, batch, unit and rater: as they stand, and the
    /// annotators' of a locked batch as the lock froze them.
    ///
    /// Who may see them is not decided here: only `workflow::sight` may call this.
    pub fn labels(
        &self,
        shelf: Shelf,
        filter: LabelFilter,
        mut each: impl FnMut(Label),
    ) -> Result<()> {
        let (sql, values) = query(filter);
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(rusqlite::params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            each(label(row, shelf)?);
        }
        Ok(())
    }

    /// Hands over the labels of at most `limit` annotations after the one numbered `after`. Gives
    /// the number of the last, unless it was the last of all.
    ///
    /// Only `workflow::sight` may call this.
    pub fn labels_after(
        &self,
        shelf: Shelf,
        after: i64,
        limit: usize,
        mut each: impl FnMut(Label),
    ) -> Result<Option<i64>> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT a.number, {LABEL} FROM annotation a JOIN revision r ON r.id = a.revision
             WHERE a.number > ?1 ORDER BY a.number LIMIT ?2"
        ))?;
        let mut rows = statement.query(params![after, limit as i64])?;
        let (mut seen, mut last) = (0, after);
        while let Some(row) = rows.next()? {
            (seen, last) = (seen + 1, row.get("number")?);
            each(label(row, shelf)?);
        }
        Ok((seen == limit).then_some(last))
    }

    /// Hands over the labels that a batch's lock froze, in the order of unit and rater.
    ///
    /// Only `workflow::sight` may call this.
    pub fn snapshot(&self, shelf: Shelf, batch: &str, mut each: impl FnMut(Label)) -> Result<()> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {LABEL} FROM snapshot s JOIN revision r ON r.id = s.revision
             WHERE s.batch = ?1 ORDER BY s.unit, s.rater"
        ))?;
        let mut rows = statement.query([batch])?;
        while let Some(row) = rows.next()? {
            each(label(row, shelf)?);
        }
        Ok(())
    }

    /// The content with a given number, as an undo restores it.
    pub fn revision(&self, shelf: Shelf, id: i64) -> Result<Label> {
        let mut statement = self
            .connection
            .prepare_cached(&format!("SELECT {LABEL} FROM revision r WHERE r.id = ?1"))?;
        let mut rows = statement.query([id])?;
        match rows.next()? {
            Some(row) => label(row, shelf),
            None => Err(StoreError::Content(format!("there is no revision {id}"))),
        }
    }

    /// The number of the last revision of an annotation before `id`.
    pub fn revision_before(&self, address: &Address, id: i64) -> Result<Option<i64>> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT max(id) FROM revision
                 WHERE unit = ?1 AND rater = ?2 AND ifnull(batch, '') = ?3 AND task = ?4
                   AND codebook = ?5 AND id < ?6",
            )?
            .query_row(
                params![
                    address.unit.0,
                    address.rater.0,
                    address.batch.as_deref().unwrap_or_default(),
                    address.task.0,
                    address.codebook,
                    id
                ],
                convert::first,
            )?)
    }

    /// Walks the revisions of a rater in a batch from the newest back, while `each` says go on.
    pub fn trace(
        &self,
        batch: &str,
        rater: &str,
        mut each: impl FnMut(Trace) -> bool,
    ) -> Result<()> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, step, action, target, field, unit, by FROM revision
             WHERE batch = ?1 AND rater = ?2 ORDER BY id DESC",
        )?;
        let mut rows = statement.query([batch, rater])?;
        while let Some(row) = rows.next()? {
            let trace = Trace {
                id: row.get("id")?,
                step: row.get("step")?,
                action: convert::word(row, "action", Action::parse)?,
                target: row.get("target")?,
                field: row.get("field")?,
                unit: convert::id(row, "unit")?,
                by: row.get("by")?,
            };
            if !each(trace) {
                break;
            }
        }
        Ok(())
    }

    /// What was last done to an annotation.
    pub fn last_action(&self, batch: &str, rater: &str, unit: &str) -> Result<Option<Action>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT action FROM revision WHERE batch = ?1 AND rater = ?2 AND unit = ?3
             ORDER BY id DESC LIMIT 1",
        )?;
        convert::optional(statement.query_row(params![batch, rater, unit], |row| {
            convert::word(row, "action", Action::parse)
        }))
    }

    /// The last revision of a step.
    pub fn end_of_step(&self, batch: &str, rater: &str, step: i64) -> Result<i64> {
        Ok(self.connection.query_row(
            "SELECT max(id) FROM revision WHERE batch = ?1 AND rater = ?2 AND step = ?3",
            params![batch, rater, step],
            convert::first,
        )?)
    }

    /// Every revision in order, of one batch if given. Only `workflow::sight` may call this.
    pub fn history(
        &self,
        shelf: Shelf,
        batch: Option<&str>,
        mut each: impl FnMut(HistoryRow),
    ) -> Result<()> {
        let mut statement = self.connection.prepare(&format!(
            "SELECT {LABEL} FROM revision r WHERE ?1 IS NULL OR r.batch = ?1 ORDER BY r.id"
        ))?;
        let mut rows = statement.query([batch])?;
        while let Some(row) = rows.next()? {
            each(HistoryRow {
                id: row.get("id")?,
                action: convert::word(row, "action", Action::parse)?,
                source: row.get("source")?,
                label: label(row, shelf)?,
            });
        }
        Ok(())
    }

    /// Whether anybody has annotated a unit.
    pub fn is_annotated(&self, unit: &str) -> Result<bool> {
        Ok(self
            .connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM annotation WHERE unit = ?1)")?
            .query_row([unit], convert::first)?)
    }

    /// The numbers of the current revisions of a rater's submitted annotations in a batch, by unit.
    pub fn submitted(&self, batch: &str, rater: &str) -> Result<Vec<(UnitKey, i64)>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT unit, revision FROM annotation
             WHERE batch = ?1 AND rater = ?2 AND state = 'submitted' ORDER BY unit",
        )?;
        let rows = statement.query_map([batch, rater], |row| {
            Ok((convert::id(row, "unit")?, row.get(1)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many units a rater has submitted, begun and put off in a batch.
    pub fn progress(&self, batch: &str, rater: &str) -> Result<(u32, u32, u32)> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT count(*) FILTER (WHERE state = 'submitted'),
                        count(*) FILTER (WHERE state = 'draft' AND NOT skipped),
                        count(*) FILTER (WHERE state = 'draft' AND skipped)
                 FROM annotation WHERE batch = ?1 AND rater = ?2",
            )?
            .query_row([batch, rater], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_found_by_the_index_over_the_fewest_rows() {
        let store = Store::in_memory().unwrap();
        let all = LabelFilter {
            task: Some("t"),
            batch: Some("b"),
            unit: Some("u"),
            rater: Some("r"),
            kind: Some(RaterKind::Judge),
        };
        let of_batch = LabelFilter { unit: None, ..all };
        let of_rater = LabelFilter {
            batch: None,
            ..of_batch
        };
        for (filter, index) in [
            (all, "annotation_address (unit=?)"),
            (of_batch, "annotation_batch (batch=?)"),
            (of_rater, "annotation_rater (rater=? AND task=?)"),
        ] {
            let (sql, values) = query(filter);
            let plan: String = store
                .connection
                .query_row(
                    &format!("EXPLAIN QUERY PLAN {sql}"),
                    rusqlite::params_from_iter(values),
                    |row| row.get("detail"),
                )
                .unwrap();
            assert!(plan.ends_with(index), "{plan}");
        }
    }
}
