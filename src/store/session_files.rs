//! The files that brought sessions, so that a later import can tell what is new, changed or gone.

use rusqlite::{Row, params};

use super::{Result, Store, convert};
use crate::domain::ids::SessionId;

/// A file as it was when it was last read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionFile {
    /// Absolute.
    pub path: String,
    /// What kind of log it is.
    pub kind: String,
    /// Of the file and of those that were read with it.
    pub sha256: String,
    /// The files that were read with it.
    pub beside: Vec<String>,
    /// How many sessions were read from it, repeated ones counted again.
    pub records: usize,
    /// The version of tiebreak that read it.
    pub reader: String,
    /// What map and options said, as a SHA-256, if they said anything.
    pub told: Option<String>,
}

/// A session that a file brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Brought {
    pub session: i64,
    /// Whether the session's turns are this file's; others may have brought less of it.
    pub has_text: bool,
    /// Whether a map spoke of the session.
    pub mapped: bool,
}

fn file(row: &Row) -> rusqlite::Result<(SessionFile, Option<String>)> {
    let file = SessionFile {
        path: row.get("path")?,
        kind: row.get("kind")?,
        sha256: row.get("sha256")?,
        beside: Vec::new(),
        records: row.get("records")?,
        reader: row.get("reader")?,
        told: row.get("told")?,
    };
    Ok((file, row.get("beside")?))
}

/// What below a folder a path begins with, and what no such path reaches any more.
fn below(folder: &str) -> (String, String) {
    let folder = folder.trim_end_matches('/');
    // The character after the slash.
    (format!("{folder}/"), format!("{folder}0"))
}

impl Store {
    /// Hands over the known files below a folder, or the one of this path, with their numbers.
    pub fn each_session_file(
        &self,
        path: &str,
        mut each: impl FnMut(i64, SessionFile),
    ) -> Result<()> {
        let (first, end) = below(path);
        let mut statement = self.connection.prepare_cached(
            "SELECT * FROM session_file WHERE path = ?1 OR path >= ?2 AND path < ?3",
        )?;
        let rows = statement.query_map(params![path, first, end], |row| {
            let number: i64 = row.get("number")?;
            Ok((number, file(row)?))
        })?;
        for row in rows {
            let (number, (mut file, beside)) = row?;
            for path in convert::list_from(beside)? {
                file.beside.extend(path.as_str().map(str::to_owned));
            }
            each(number, file);
        }
        Ok(())
    }

    /// Remembers what a file brought, in place of what is known of it.
    pub fn set_session_file(&self, file: &SessionFile, brought: &[Brought]) -> Result<()> {
        let beside: Vec<_> = file
            .beside
            .iter()
            .map(|path| path.as_str().into())
            .collect();
        let number: i64 = self
            .connection
            .prepare_cached(
                "INSERT INTO session_file (path, kind, sha256, beside, records, reader, told)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT (path) DO UPDATE SET kind = excluded.kind, sha256 = excluded.sha256,
                   beside = excluded.beside, records = excluded.records,
                   reader = excluded.reader, told = excluded.told
                 RETURNING number",
            )?
            .query_row(
                params![
                    file.path,
                    file.kind,
                    file.sha256,
                    convert::list_text(&beside),
                    file.records,
                    file.reader,
                    file.told
                ],
                convert::first,
            )?;
        self.connection
            .prepare_cached("DELETE FROM session_of_file WHERE file = ?1")?
            .execute([number])?;
        for one in brought {
            if one.has_text {
                self.connection
                    .prepare_cached(
                        "UPDATE session_of_file SET has_text = 0 WHERE session = ?1 AND has_text",
                    )?
                    .execute([one.session])?;
            }
            self.connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO session_of_file (file, session, has_text, mapped)
                     VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute(params![number, one.session, one.has_text, one.mapped])?;
        }
        Ok(())
    }

    /// The file whose text a session's turns are: its number and path.
    pub fn file_of_text(&self, session: i64) -> Result<Option<(i64, String)>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT number, path FROM session_of_file JOIN session_file ON number = file
             WHERE session = ?1 AND has_text",
        )?;
        convert::optional(statement.query_row([session], |row| Ok((row.get(0)?, row.get(1)?))))
    }

    /// Whether nothing but the names and contents of logs has named and described a session: no
    /// map, and no file in the format in which sessions state their names.
    pub fn is_named_by_logs(&self, session: i64, native: &str) -> Result<bool> {
        let mut statement = self.connection.prepare_cached(
            "SELECT count(*) > 0 AND sum(mapped OR kind = ?2) = 0
             FROM session_of_file JOIN session_file ON session_file.number = file
             WHERE session = ?1",
        )?;
        let found: Option<bool> = statement.query_row(params![session, native], convert::first)?;
        Ok(found.unwrap_or(false))
    }

    /// The sessions that a file brought.
    pub fn sessions_of_file(&self, file: i64) -> Result<Vec<i64>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT session FROM session_of_file WHERE file = ?1")?;
        let rows = statement.query_map([file], convert::first)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The id of a session, and the files that brought it; nothing if it has become another.
    pub fn files_of_session(&self, session: i64) -> Result<Option<(SessionId, Vec<i64>)>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT id FROM session WHERE number = ?1")?;
        let id = statement.query_row([session], |row| convert::id(row, "id"));
        let Some(id) = convert::optional(id)? else {
            return Ok(None);
        };
        let mut statement = self
            .connection
            .prepare_cached("SELECT file FROM session_of_file WHERE session = ?1")?;
        let rows = statement.query_map([session], convert::first)?;
        Ok(Some((id, rows.collect::<Result<_, _>>()?)))
    }

    /// Makes what files brought of one session that of another.
    pub(super) fn hand_over_files(&self, from: i64, to: i64) -> Result<()> {
        for sql in [
            "UPDATE OR IGNORE session_of_file SET session = ?2, has_text = 0 WHERE session = ?1",
            "DELETE FROM session_of_file WHERE session = ?1 AND session <> ?2",
        ] {
            self.connection.prepare_cached(sql)?.execute([from, to])?;
        }
        Ok(())
    }
}
