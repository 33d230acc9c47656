//! The full-text index: what it lacks, how it is built, and what it finds.
//!
//! SQLite's own tokenizers know no words in scripts without blanks. So the index is given words that
//! [`each_word`] cut, and is asked for such words.

use rusqlite::{OptionalExtension, Row, params};

use super::{Result, Store, batches::UnitRow, convert};
use crate::domain::{
    query::{Phrase, Query},
    words::each_word,
};

/// Stands between texts that no phrase may span. No text has it as a word.
const GAP: &str = " \u{e000} ";

/// Words that FTS5 gathers in memory before it writes them: with more of them it has less to merge.
const HASH: &str = "INSERT INTO search_turn (search_turn, rank) VALUES ('hashsize', 16777216)";

/// One of the two parts of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Index {
    Turns,
    Episodes,
}

impl Index {
    fn table(self) -> &'static str {
        match self {
            Index::Turns => "search_turn",
            Index::Episodes => "search_episode",
        }
    }

    /// BM25 (Robertson and Zaragoza 2009), in which a name counts for more than a quote.
    fn score(self) -> &'static str {
        match self {
            Index::Turns => "bm25(search_turn)",
            Index::Episodes => "bm25(search_episode, 5.0, 2.0, 1.0)",
        }
    }
}

/// How much the index lacks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Behind {
    pub sessions: u64,
    pub episodes: u64,
}

/// What a step of building has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Sessions and episodes that were finished.
    pub sessions: u64,
    pub episodes: u64,
    /// Bytes of text that were read.
    pub bytes: u64,
    /// Whether nothing is left.
    pub complete: bool,
}

/// The row of a turn in the index.
pub fn turn_row(session: i64, turn: u32) -> i64 {
    (session << 32) | i64::from(turn)
}

/// The session and the turn of a row.
pub fn turn_of_row(row: i64) -> (i64, u32) {
    (row >> 32, (row & 0xffff_ffff) as u32)
}

/// A query in the language of FTS5. Words hold no quotation marks.
fn expression(query: &Query) -> String {
    let phrase = |phrase: &Phrase| {
        let star = if phrase.prefix { " *" } else { "" };
        format!("\"{}\"{star}", phrase.words.join(" "))
    };
    let joined = |phrases: &[Phrase], by: &str| {
        let phrases: Vec<String> = phrases.iter().map(phrase).collect();
        phrases.join(by)
    };
    let wanted = joined(&query.wanted, " AND ");
    match query.unwanted.as_slice() {
        [] => wanted,
        unwanted => format!("({wanted}) NOT ({})", joined(unwanted, " OR ")),
    }
}

fn append(words: &mut String, text: &str) {
    each_word(text, |word| {
        words.push_str(word.text);
        words.push(' ');
        true
    });
}

impl Store {
    /// How many sessions and episodes the index lacks or has otherwise.
    pub fn behind(&self) -> Result<Behind> {
        let mut statement = self.connection.prepare_cached(
            "SELECT (SELECT count(*) FROM search_behind WHERE what = 'session'),
                    (SELECT count(*) FROM search_behind WHERE what = 'episode')",
        )?;
        Ok(statement.query_row([], |row| {
            Ok(Behind {
                sessions: row.get(0)?,
                episodes: row.get(1)?,
            })
        })?)
    }

    /// Takes about so many bytes of text into the index. To be called in a transaction, which makes
    /// a step whole; a session can take several.
    pub fn index_more(&self, bytes: u64) -> Result<Step> {
        self.connection.execute_batch(HASH)?;
        let mut step = Step::default();
        let mut words = String::new();
        while step.bytes < bytes {
            let next: Option<(String, i64, i64)> = self
                .connection
                .prepare_cached(
                    "SELECT what, number, done FROM search_behind ORDER BY what, number LIMIT 1",
                )?
                .query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
                .optional()?;
            let Some((what, number, done)) = next else {
                step.complete = true;
                break;
            };
            let finished = match what.as_str() {
                "episode" => {
                    self.index_episode(number, &mut words, &mut step)?;
                    step.episodes += 1;
                    true
                }
                _ => {
                    let last = self.index_session(number, done, bytes, &mut words, &mut step)?;
                    if let Some(last) = last {
                        self.connection
                            .prepare_cached(
                                "UPDATE search_behind SET done = ?2
                                 WHERE what = 'session' AND number = ?1",
                            )?
                            .execute([number, last])?;
                    }
                    step.sessions += u64::from(last.is_none());
                    last.is_none()
                }
            };
            if finished {
                self.connection
                    .prepare_cached("DELETE FROM search_behind WHERE what = ?1 AND number = ?2")?
                    .execute(params![what, number])?;
            }
        }
        Ok(step)
    }

    /// Goes on with a session behind the turn `done`, and gives the last turn that was reached, or
    /// nothing where that was the end.
    fn index_session(
        &self,
        number: i64,
        done: i64,
        bytes: u64,
        words: &mut String,
        step: &mut Step,
    ) -> Result<Option<i64>> {
        if done < 0 {
            let rows = [turn_row(number, 0), turn_row(number, u32::MAX)];
            self.forget(Index::Turns, rows)?;
        }
        let mut turns = self.connection.prepare_cached(
            "SELECT number, text FROM turn WHERE session = ?1 AND number > ?2 ORDER BY number",
        )?;
        let mut insert = self
            .connection
            .prepare_cached("INSERT INTO search_turn (rowid, text) VALUES (?1, ?2)")?;
        let mut rows = turns.query([number, done])?;
        while let Some(row) = rows.next()? {
            let turn: u32 = row.get(0)?;
            let text = text_of(row, 1)?;
            words.clear();
            append(words, text);
            step.bytes += text.len() as u64;
            insert.execute(params![turn_row(number, turn), &*words])?;
            if step.bytes >= bytes {
                return Ok(Some(turn.into()));
            }
        }
        Ok(None)
    }

    /// Takes rows out of the index. Asking FTS5 for rows that are not there would make it write all
    /// that it has gathered, and most sessions and episodes are new.
    fn forget(&self, index: Index, [first, last]: [i64; 2]) -> Result<()> {
        let table = index.table();
        let known: bool = self
            .connection
            .prepare_cached(&format!(
                "SELECT EXISTS (SELECT 1 FROM {table}_docsize WHERE id BETWEEN ?1 AND ?2)"
            ))?
            .query_row([first, last], convert::first)?;
        if known {
            self.connection
                .prepare_cached(&format!(
                    "DELETE FROM {table} WHERE rowid BETWEEN ?1 AND ?2"
                ))?
                .execute([first, last])?;
        }
        Ok(())
    }

    fn index_episode(&self, number: i64, words: &mut String, step: &mut Step) -> Result<()> {
        self.forget(Index::Episodes, [number, number])?;
        // What is not there is an empty text.
        let mut texts = self.connection.prepare_cached(
            "SELECT ifnull(name, ''), ifnull(description, '') FROM episode WHERE number = ?1",
        )?;
        let mut rows = texts.query([number])?;
        let Some(row) = rows.next()? else {
            return Ok(());
        };
        let mut columns = [String::new(), String::new()];
        for (place, column) in columns.iter_mut().enumerate() {
            let text = text_of(row, place)?;
            append(column, text);
            step.bytes += text.len() as u64;
        }
        words.clear();
        let mut evidence = self.connection.prepare_cached(
            "SELECT quote, ifnull(context, '') FROM evidence WHERE episode = ?1 ORDER BY position",
        )?;
        let mut rows = evidence.query([number])?;
        while let Some(row) = rows.next()? {
            for place in 0..2 {
                let text = text_of(row, place)?;
                append(words, text);
                words.push_str(GAP);
                step.bytes += text.len() as u64;
            }
        }
        self.connection
            .prepare_cached(
                "INSERT INTO search_episode (rowid, name, description, evidence)
                 VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![number, columns[0], columns[1], &*words])?;
        Ok(())
    }

    /// Empties the index; everything is to be built anew.
    pub fn drop_index(&self) -> Result<()> {
        self.connection.execute_batch(
            "INSERT INTO search_turn (search_turn) VALUES ('delete-all');
             INSERT INTO search_episode (search_episode) VALUES ('delete-all');
             DELETE FROM search_behind;
             INSERT INTO search_behind (what, number) SELECT 'session', number FROM session WHERE turns > 0;
             INSERT INTO search_behind (what, number) SELECT 'episode', number FROM episode;",
        )?;
        Ok(())
    }

    /// Hands over the rows that the index finds, in their order, while `each` says go on.
    pub fn each_found(
        &self,
        index: Index,
        query: &Query,
        mut each: impl FnMut(i64) -> Result<bool>,
    ) -> Result<()> {
        let table = index.table();
        let mut statement = self
            .connection
            .prepare_cached(&format!("SELECT rowid FROM {table} WHERE {table} MATCH ?1"))?;
        let mut rows = statement.query([expression(query)])?;
        while let Some(row) = rows.next()? {
            if !each(row.get(0)?)? {
                break;
            }
        }
        Ok(())
    }

    /// The best of the rows that the index finds, or of those `among` them, given in their order.
    pub fn best_found(
        &self,
        index: Index,
        query: &Query,
        among: Option<&[i64]>,
        limit: usize,
    ) -> Result<Vec<i64>> {
        let (table, score) = (index.table(), index.score());
        // The plus keeps the list from FTS5, which would search anew for each row of it.
        let narrowed = match among {
            Some(_) => {
                "AND rowid BETWEEN ?3 AND ?4 AND +rowid IN (SELECT value FROM json_each(?5))"
            }
            None => "AND ?3 IS NULL AND ?4 IS NULL AND ?5 IS NULL",
        };
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT rowid FROM {table} WHERE {table} MATCH ?1 {narrowed}
             ORDER BY {score}, rowid LIMIT ?2"
        ))?;
        let list = among.map(|rows| format!("{rows:?}"));
        let rows = statement.query_map(
            params![
                expression(query),
                limit as i64,
                among.and_then(<[i64]>::first),
                among.and_then(<[i64]>::last),
                list
            ],
            convert::first,
        )?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What a session can be narrowed by, by its number.
    pub fn session_unit(&self, number: i64) -> Result<Option<UnitRow>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id AS key, NULL AS confidence, turns > 0 AS has_text, repository, modality,
                    agent, source, id AS session, started_at
             FROM session WHERE number = ?1",
        )?;
        convert::optional(statement.query_row([number], UnitRow::read))
    }

    /// What an episode can be narrowed by, by its number.
    pub fn episode_unit(&self, number: i64) -> Result<Option<UnitRow>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT e.key, e.confidence, e.has_text, s.repository, s.modality, s.agent, s.source,
                    s.id AS session, s.started_at
             FROM episode e JOIN session s ON s.number = e.session WHERE e.number = ?1",
        )?;
        convert::optional(statement.query_row([number], UnitRow::read))
    }

    /// The number of the session or episode with this key.
    pub fn unit_number(&self, sessions: bool, key: &str) -> Result<Option<i64>> {
        let sql = match sessions {
            true => "SELECT number FROM session WHERE id = ?1",
            false => "SELECT number FROM episode WHERE key = ?1",
        };
        let mut statement = self.connection.prepare_cached(sql)?;
        convert::optional(statement.query_row([key], convert::first))
    }
}

/// A text without a copy of it.
fn text_of<'r>(row: &'r Row, place: usize) -> Result<&'r str> {
    let value = row.get_ref(place)?;
    value
        .as_str()
        .map_err(|error| super::StoreError::Content(format!("a text cannot be read: {error}")))
}
