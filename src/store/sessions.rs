//! Sessions and their turns.

use rusqlite::{Row, params};

use super::{Result, Store, convert};
use crate::domain::{
    ids::{SessionId, UnitKey},
    session::{Role, Session, Turn},
};

/// A session without its turns, and how it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionRow {
    pub number: i64,
    /// Its turns are left empty.
    pub session: Session,
    /// Whether it was imported itself, and not only named by its episodes.
    pub imported: bool,
    /// Whether it was searched for episodes.
    pub extracted: bool,
    pub turns: u32,
    /// SHA-256 of its turns as they were imported; `None` where it has none.
    pub sha256: Option<String>,
}

fn session_row(row: &Row) -> rusqlite::Result<(SessionRow, Option<String>)> {
    let session = Session {
        id: convert::id(row, "id")?,
        repository: row.get("repository")?,
        source: row.get("source")?,
        modality: row.get("modality")?,
        agent: row.get("agent")?,
        started_at: row.get("started_at")?,
        license: row.get("license")?,
        aliases: Vec::new(),
        turns: Vec::new(),
        extra: Default::default(),
    };
    let kept = SessionRow {
        number: row.get("number")?,
        session,
        imported: row.get("imported")?,
        extracted: row.get("extracted")?,
        turns: row.get("turns")?,
        sha256: row.get("sha256")?,
    };
    Ok((kept, row.get("extra")?))
}

fn turn(row: &Row) -> rusqlite::Result<(Turn, Option<String>, Option<String>)> {
    let turn = Turn {
        number: row.get("number")?,
        role: convert::word(row, "role", Role::parse)?,
        kind: row.get("kind")?,
        text: row.get("text")?,
        at: row.get("at")?,
        tools: Vec::new(),
        extra: Default::default(),
    };
    Ok((turn, row.get("tools")?, row.get("extra")?))
}

impl Store {
    /// The session with this id or alias.
    pub fn session(&self, id: &str) -> Result<Option<SessionRow>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT * FROM session
             WHERE number = coalesce((SELECT number FROM session WHERE id = ?1),
                                     (SELECT session FROM session_alias WHERE alias = ?1))",
        )?;
        let found = convert::optional(statement.query_row([id], session_row))?;
        found
            .map(|(row, extra)| self.completed(row, extra))
            .transpose()
    }

    fn completed(&self, mut row: SessionRow, extra: Option<String>) -> Result<SessionRow> {
        row.session.extra = convert::map_from(extra)?;
        let mut statement = self
            .connection
            .prepare_cached("SELECT alias FROM session_alias WHERE session = ?1 ORDER BY alias")?;
        let aliases = statement.query_map([row.number], |row| convert::id(row, "alias"))?;
        row.session.aliases = aliases.collect::<Result<_, _>>()?;
        Ok(row)
    }

    /// Adds a session that is not there yet, without its turns.
    pub fn insert_session(&self, row: &SessionRow) -> Result<i64> {
        let session = &row.session;
        self.connection
            .prepare_cached(
                "INSERT INTO session (id, repository, source, modality, agent, started_at, license,
                                      imported, extracted, turns, sha256, extra)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?
            .execute(params![
                session.id.0,
                session.repository,
                session.source,
                session.modality,
                session.agent,
                session.started_at,
                session.license,
                row.imported,
                row.extracted,
                row.turns,
                row.sha256,
                convert::map_text(&session.extra),
            ])?;
        let number = self.connection.last_insert_rowid();
        self.add_aliases(number, &session.aliases)?;
        Ok(number)
    }

    /// Overwrites what is kept about the session `row.number`, its id and turns apart.
    pub fn update_session(&self, row: &SessionRow) -> Result<()> {
        let session = &row.session;
        self.connection
            .prepare_cached(
                "UPDATE session SET repository = ?2, source = ?3, modality = ?4, agent = ?5,
                        started_at = ?6, license = ?7, imported = ?8, extracted = ?9, turns = ?10,
                        sha256 = ?11, extra = ?12, id = ?13
                 WHERE number = ?1",
            )?
            .execute(params![
                row.number,
                session.repository,
                session.source,
                session.modality,
                session.agent,
                session.started_at,
                session.license,
                row.imported,
                row.extracted,
                row.turns,
                row.sha256,
                convert::map_text(&session.extra),
                session.id.0,
            ])?;
        self.add_aliases(row.number, &session.aliases)
    }

    fn add_aliases(&self, session: i64, aliases: &[SessionId]) -> Result<()> {
        let mut statement = self.connection.prepare_cached(
            "INSERT OR IGNORE INTO session_alias (alias, session) VALUES (?1, ?2)",
        )?;
        for alias in aliases {
            statement.execute(params![alias.0, session])?;
        }
        Ok(())
    }

    /// Replaces all turns of a session.
    pub fn set_turns(&self, session: i64, turns: &[Turn]) -> Result<()> {
        self.connection
            .prepare_cached("DELETE FROM turn WHERE session = ?1")?
            .execute([session])?;
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO turn (session, number, role, kind, text, at, tools, extra)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?;
        for turn in turns {
            statement.execute(params![
                session,
                turn.number,
                turn.role.as_str(),
                turn.kind,
                turn.text,
                turn.at,
                convert::list_text(&turn.tools),
                convert::map_text(&turn.extra),
            ])?;
        }
        let typed = |turn: &&Turn| turn.role == Role::User && turn.kind.is_none();
        self.connection
            .prepare_cached("UPDATE session SET user_turns = ?2 WHERE number = ?1")?
            .execute(params![session, turns.iter().filter(typed).count()])?;
        Ok(())
    }

    pub fn turns(&self, session: i64) -> Result<Vec<Turn>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT * FROM turn WHERE session = ?1 ORDER BY number")?;
        let mut turns = Vec::new();
        for row in statement.query_map([session], turn)? {
            let (mut turn, tools, extra) = row?;
            turn.tools = convert::list_from(tools)?;
            turn.extra = convert::map_from(extra)?;
            turns.push(turn);
        }
        Ok(turns)
    }

    /// The text with which a session begins, and how many bytes of text it has in all.
    pub fn text_of_session(&self, session: i64) -> Result<(Option<String>, u64)> {
        let mut statement = self.connection.prepare_cached(
            "SELECT (SELECT text FROM turn WHERE session = ?1 ORDER BY number LIMIT 1),
                    (SELECT ifnull(sum(octet_length(text)), 0) FROM turn WHERE session = ?1)",
        )?;
        Ok(statement.query_row([session], |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    /// Whether episodes, batches or labels hang on a session, so that it cannot take another id.
    pub fn session_is_used(&self, row: &SessionRow) -> Result<bool> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM episode WHERE session = ?1)
                     OR EXISTS (SELECT 1 FROM batch_unit WHERE unit = ?2)
                     OR EXISTS (SELECT 1 FROM annotation WHERE unit = ?2)",
            )?
            .query_row(params![row.number, row.session.id.0], convert::first)?)
    }

    /// Everything of a session that a batch holds: the session itself, and its episodes.
    pub fn sampled_units(&self, row: &SessionRow) -> Result<Vec<UnitKey>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT ?2 AS key WHERE EXISTS (SELECT 1 FROM batch_unit WHERE unit = ?2)
             UNION ALL
             SELECT key FROM episode
             WHERE session = ?1 AND EXISTS (SELECT 1 FROM batch_unit WHERE unit = key)",
        )?;
        let rows = statement.query_map(params![row.number, row.session.id.0], |row| {
            convert::id(row, "key")
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Every name under which a session is known, aliases too.
    pub fn session_names(&self) -> Result<Vec<String>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT id FROM session UNION SELECT alias FROM session_alias")?;
        let rows = statement.query_map([], convert::first)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Takes a session on which nothing hangs out of the study, with its turns and aliases. What
    /// files brought of it counts for another session from then on.
    pub fn remove_session(&self, number: i64, same: i64) -> Result<()> {
        self.hand_over_files(number, same)?;
        for sql in [
            "DELETE FROM turn WHERE session = ?1",
            "DELETE FROM session_alias WHERE session = ?1",
            "DELETE FROM session WHERE number = ?1",
        ] {
            self.connection.prepare_cached(sql)?.execute([number])?;
        }
        Ok(())
    }

    pub fn remove_alias(&self, alias: &str) -> Result<()> {
        self.connection
            .prepare_cached("DELETE FROM session_alias WHERE alias = ?1")?
            .execute([alias])?;
        Ok(())
    }

    /// Role and text of one turn.
    pub fn turn_text(&self, session: i64, number: u32) -> Result<Option<(Role, String)>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT role, text FROM turn WHERE session = ?1 AND number = ?2")?;
        convert::optional(statement.query_row(params![session, number], |row| {
            Ok((convert::word(row, "role", Role::parse)?, row.get("text")?))
        }))
    }

    /// Number, role and text of all turns of a session.
    pub fn turn_texts(&self, session: i64) -> Result<Vec<(u32, Role, String)>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT number, role, text FROM turn WHERE session = ?1 ORDER BY number",
        )?;
        let rows = statement.query_map([session], |row| {
            let role = convert::word(row, "role", Role::parse)?;
            Ok((row.get("number")?, role, row.get("text")?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Hands over every session in the order of ids, without turns.
    pub fn each_session<E: From<super::StoreError>>(
        &self,
        mut each: impl FnMut(SessionRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT * FROM session ORDER BY id")
            .map_err(super::StoreError::from)?;
        let rows = statement
            .query_map([], session_row)
            .map_err(super::StoreError::from)?;
        for row in rows {
            let (row, extra) = row.map_err(super::StoreError::from)?;
            each(self.completed(row, extra)?)?;
        }
        Ok(())
    }

    /// How many sessions were imported, and how many episodes there are.
    ///
    /// Episodes are numbered from 1 and never deleted: their last number tells without a walk.
    pub fn counts(&self) -> Result<(u64, u64)> {
        Ok(self.connection.query_row(
            "SELECT (SELECT count(*) FROM session WHERE imported),
                    (SELECT ifnull(max(number), 0) FROM episode)",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?)
    }
}
