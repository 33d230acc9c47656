//! Files as they come, imported into a study in a file of its own.

mod episodes;
mod files;
mod released;
mod sessions;
mod trees;
mod verify;

use std::{
    fs,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, types::Value as Cell};
use serde_json::Value;

use super::{FileReport, Options, What};
use crate::{
    domain::ids::SessionId,
    store::episodes::EpisodeRow,
    workflow::{SHIPPED, Study, import::SessionMap},
};

/// A study with a folder for the files that it imports.
struct Bench {
    home: tempfile::TempDir,
    study: Study,
    options: Options,
}

impl Bench {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let shipped: Vec<(String, String)> = SHIPPED
            .iter()
            .map(|(name, toml)| (name.to_string(), toml.to_string()))
            .collect();
        let path = home.path().join("study.tiebreak");
        let study = Study::create(&path, &shipped, || "2026-05-01T10:00:00Z".into()).unwrap();
        Self {
            home,
            study,
            options: Options::default(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join("files").join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    fn map(&mut self, rows: &Value) {
        let path = self.write("map.json", rows.to_string());
        self.options.map = SessionMap::read(&path).unwrap();
        fs::remove_file(path).unwrap();
    }

    fn import_all(&mut self, what: What, name: &str) -> Vec<FileReport> {
        let path = self.path(name);
        self.study
            .import(what, &[path], &self.options, &mut |_, _| {})
            .unwrap()
            .files
    }

    fn import(&mut self, what: What, name: &str) -> FileReport {
        let mut reports = self.import_all(what, name);
        assert_eq!(reports.len(), 1, "{reports:?}");
        reports.remove(0)
    }

    /// Imports rows, one a line, from a file that is written for it.
    fn land(&mut self, what: What, name: &str, rows: &[Value]) -> FileReport {
        let lines: Vec<String> = rows.iter().map(|row| format!("{row}\n")).collect();
        self.write(name, lines.concat());
        self.import(what, name)
    }

    /// Id and aliases of every session, with the number of its turns.
    fn sessions(&self) -> Vec<(String, Vec<String>, u32)> {
        let mut found = Vec::new();
        let each = |row: crate::store::sessions::SessionRow| {
            let aliases = row.session.aliases.into_iter().map(|SessionId(id)| id);
            found.push((row.session.id.0, aliases.collect(), row.turns));
            Ok::<_, crate::store::StoreError>(())
        };
        self.study.store.each_session(each).unwrap();
        found
    }

    fn episode(&self, key: &str) -> EpisodeRow {
        self.study.store.episode(key).unwrap().unwrap()
    }

    /// How the quotes of an episode stand.
    fn standings(&self, key: &str) -> Vec<&'static str> {
        let standings = self.episode(key).standings;
        standings.iter().map(|one| one.found.as_str()).collect()
    }

    fn dump(&self) -> String {
        dump(self.study.path().unwrap())
    }
}

/// Every row of every table, except the log and what the search index is to look at again: which
/// copies came and went on the way depends on the order, what is to be found does not.
fn dump(path: &Path) -> String {
    let connection = Connection::open(path).unwrap();
    let tables: Vec<String> = connection
        .prepare(
            "SELECT name FROM sqlite_schema
             WHERE type = 'table' AND name NOT IN ('event', 'search_behind') ORDER BY name",
        )
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert!(tables.len() > 15);
    let mut text = String::new();
    for table in tables {
        let mut statement = connection
            .prepare(&format!("SELECT * FROM {table}"))
            .unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let cells: Vec<Cell> = (0..columns).map(|at| row.get(at).unwrap()).collect();
            text.push_str(&format!("{table}: {cells:?}\n"));
        }
    }
    text
}

/// What became of the records: new, unchanged, changed, refused.
fn fates(report: &FileReport) -> [usize; 4] {
    [report.new, report.unchanged, report.changed, report.refused]
}

fn told(report: &FileReport) -> Vec<String> {
    report
        .problems
        .iter()
        .map(|p| format!("{}:{}: {}", p.line, p.field, p.why))
        .collect()
}

fn warned(report: &FileReport, words: &str) -> Option<usize> {
    let mut warnings = report.warnings.iter();
    warnings.find_map(|(what, times)| what.contains(words).then_some(*times))
}
