//! Codebooks as their TOML text, and the tasks that apply them.

use rusqlite::params;

use super::{Result, Store, convert};
use crate::domain::{codebook::UnitKind, ids::TaskName};

/// A codebook as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodebookRow {
    /// `id@version`.
    pub name: String,
    pub sha256: String,
    pub toml: String,
}

/// A task as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskRow {
    pub name: TaskName,
    pub codebook: String,
    pub unit: UnitKind,
    pub changed_at: String,
}

impl Store {
    pub fn codebooks(&self) -> Result<Vec<CodebookRow>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT name, sha256, toml FROM codebook ORDER BY rowid")?;
        let rows = statement.query_map([], |row| {
            Ok(CodebookRow {
                name: row.get(0)?,
                sha256: row.get(1)?,
                toml: row.get(2)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub fn add_codebook(&self, row: &CodebookRow, at: &str) -> Result<()> {
        self.connection.execute(
            "INSERT INTO codebook (name, sha256, toml, added_at) VALUES (?1, ?2, ?3, ?4)",
            params![row.name, row.sha256, row.toml, at],
        )?;
        Ok(())
    }

    pub fn tasks(&self) -> Result<Vec<TaskRow>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT name, codebook, unit, changed_at FROM task ORDER BY rowid")?;
        let rows = statement.query_map([], |row| {
            Ok(TaskRow {
                name: convert::id(row, "name")?,
                codebook: row.get("codebook")?,
                unit: convert::word(row, "unit", UnitKind::parse)?,
                changed_at: row.get("changed_at")?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Adds a task, or gives it another codebook.
    pub fn set_task(&self, task: &TaskRow) -> Result<()> {
        self.connection.execute(
            "INSERT INTO task (name, codebook, unit, changed_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (name) DO UPDATE SET codebook = excluded.codebook, changed_at = excluded.changed_at",
            params![task.name.0, task.codebook, task.unit.as_str(), task.changed_at],
        )?;
        Ok(())
    }
}
