//! Episodes and their quotes.

use std::ops::Range;

use rusqlite::{Row, params};

use super::{Result, Store, StoreError, convert};
use crate::domain::{
    episode::{Episode, Evidence, TurnLabel},
    ids::UnitKey,
    standing::{Found, Place, Standing},
};

/// An episode and how it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct EpisodeRow {
    pub number: i64,
    pub session_number: i64,
    pub episode: Episode,
    /// How each quote stands in its session, in the order of the evidence.
    pub standings: Vec<Standing>,
    /// Counts the texts that the episode has had.
    pub version: u32,
}

/// A quote as it is looked for in its session.
#[derive(Clone, Debug)]
pub struct QuoteRow {
    pub number: i64,
    pub unit: UnitKey,
    /// Its place among the quotes of its episode, from 1.
    pub position: u32,
    pub turn: TurnLabel,
    pub quote: String,
    pub standing: Standing,
}

fn episode_row(row: &Row) -> rusqlite::Result<(EpisodeRow, Option<String>)> {
    let key = UnitKey(row.get("key")?);
    let session = key.split().map_or("", |(session, _)| session).into();
    let episode = Episode {
        session,
        id: row.get("id")?,
        name: row.get("name")?,
        description: row.get("description")?,
        alignment_goal: row.get("alignment_goal")?,
        confidence: row.get("confidence")?,
        evidence: Vec::new(),
        extra: Default::default(),
    };
    let kept = EpisodeRow {
        number: row.get("number")?,
        session_number: row.get("session")?,
        episode,
        standings: Vec::new(),
        version: row.get("version")?,
    };
    Ok((kept, row.get("extra")?))
}

fn standing(row: &Row) -> rusqlite::Result<Standing> {
    let place = match (row.get("found_turn")?, row.get("start")?, row.get("stop")?) {
        (Some(turn), Some(start), Some(stop)) => {
            let pieces: Option<String> = row.get("pieces")?;
            let several = pieces.as_deref().and_then(read_pieces);
            let whole: Range<usize> = start..stop;
            Some(Place {
                turn,
                pieces: several.unwrap_or_else(|| vec![whole]),
            })
        }
        _ => None,
    };
    Ok(Standing {
        found: convert::word(row, "match", Found::parse)?,
        place,
        similarity: row.get("similarity")?,
    })
}

/// What a standing is in columns: `match`, `found_turn`, `start`, `stop`, `pieces`, `similarity`.
type Columns = (
    &'static str,
    Option<u32>,
    Option<usize>,
    Option<usize>,
    Option<String>,
    Option<f64>,
);

fn columns(standing: &Standing) -> Columns {
    let place = standing.place.as_ref();
    let range = place.map(Place::range);
    (
        standing.found.as_str(),
        place.map(|place| place.turn),
        range.as_ref().map(|range| range.start),
        range.map(|range| range.end),
        place.and_then(|place| write_pieces(&place.pieces)),
        standing.similarity,
    )
}

/// A single piece is told by the whole range.
fn write_pieces(pieces: &[Range<usize>]) -> Option<String> {
    let pairs: Vec<[usize; 2]> = pieces.iter().map(|one| [one.start, one.end]).collect();
    (pairs.len() > 1).then(|| serde_json::to_string(&pairs).unwrap_or_default())
}

fn read_pieces(text: &str) -> Option<Vec<Range<usize>>> {
    let pairs: Vec<[usize; 2]> = serde_json::from_str(text).ok()?;
    let pieces: Vec<_> = pairs.into_iter().map(|[start, end]| start..end).collect();
    (!pieces.is_empty()).then_some(pieces)
}

impl Store {
    pub fn episode(&self, key: &str) -> Result<Option<EpisodeRow>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT * FROM episode WHERE key = ?1")?;
        let found = convert::optional(statement.query_row([key], episode_row))?;
        found
            .map(|(row, extra)| self.with_evidence(row, extra))
            .transpose()
    }

    /// The number of the text that an episode has now; `None` where there is no such episode.
    pub fn episode_version(&self, key: &str) -> Result<Option<u32>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT version FROM episode WHERE key = ?1")?;
        convert::optional(statement.query_row([key], convert::first))
    }

    /// The number of an episode's present text, and how many quotes it has.
    pub fn episode_size(&self, key: &str) -> Result<Option<(u32, usize)>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT version, (SELECT count(*) FROM evidence WHERE episode = episode.number)
             FROM episode WHERE key = ?1",
        )?;
        convert::optional(statement.query_row([key], |row| {
            Ok((row.get(0)?, row.get::<_, u32>(1)? as usize))
        }))
    }

    /// The text, as JSON, that an episode had before its present one.
    pub fn past_episode(&self, key: &str, version: u32) -> Result<Option<String>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT json FROM past_episode WHERE key = ?1 AND version = ?2")?;
        convert::optional(statement.query_row(params![key, version], convert::first))
    }

    /// The number of the text that gold of a batch was made on.
    pub fn version_under_gold(&self, batch: &str, key: &str) -> Result<Option<u32>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT version FROM annotation a JOIN revision r ON r.id = a.revision
             WHERE a.batch = ?1 AND a.unit = ?2 AND a.kind = 'gold'",
        )?;
        Ok(convert::optional(statement.query_row([batch, key], convert::first))?.flatten())
    }

    fn with_evidence(&self, mut row: EpisodeRow, extra: Option<String>) -> Result<EpisodeRow> {
        row.episode.extra = convert::map_from(extra)?;
        let mut statement = self.connection.prepare_cached(
            "SELECT label, quote, context, extra, match, found_turn, start, stop, pieces, similarity
             FROM evidence WHERE episode = ?1 ORDER BY position",
        )?;
        let mut rows = statement.query([row.number])?;
        while let Some(found) = rows.next()? {
            let label: String = found.get("label")?;
            row.episode.evidence.push(Evidence {
                turn: TurnLabel::parse(&label),
                quote: found.get("quote")?,
                context: found.get("context")?,
                extra: convert::map_from(found.get("extra")?)?,
            });
            row.standings.push(standing(found)?);
        }
        Ok(row)
    }

    /// Adds an episode that is not there yet.
    pub fn insert_episode(
        &self,
        session: i64,
        episode: &Episode,
        standings: &[Standing],
    ) -> Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO episode (key, session, id, name, description, alignment_goal, confidence, has_text, extra)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute(params![
                episode.key().0,
                session,
                episode.id,
                episode.name,
                episode.description,
                episode.alignment_goal,
                episode.confidence,
                episode.has_text(),
                convert::map_text(&episode.extra),
            ])?;
        self.insert_evidence(self.connection.last_insert_rowid(), episode, standings)
    }

    fn insert_evidence(
        &self,
        number: i64,
        episode: &Episode,
        standings: &[Standing],
    ) -> Result<()> {
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO evidence (episode, position, label, turn, role, quote, context, extra,
                                   match, found_turn, start, stop, pieces, similarity)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        )?;
        for (position, (evidence, standing)) in episode.evidence.iter().zip(standings).enumerate() {
            let place = evidence.turn.place;
            let (found, turn, start, stop, pieces, similarity) = columns(standing);
            statement.execute(params![
                number,
                position + 1,
                evidence.turn.text,
                place.map(|(turn, _)| turn),
                place.map(|(_, role)| role.as_str()),
                evidence.quote,
                evidence.context,
                convert::map_text(&evidence.extra),
                found,
                turn,
                start,
                stop,
                pieces,
                similarity,
            ])?;
        }
        Ok(())
    }

    /// Gives an episode a new text, keeping the old one beside it as `past`.
    pub fn replace_episode(
        &self,
        row: &EpisodeRow,
        episode: &Episode,
        standings: &[Standing],
        past: &str,
        at: &str,
    ) -> Result<()> {
        self.connection.execute(
            "INSERT INTO past_episode (key, version, json, replaced_at) VALUES (?1, ?2, ?3, ?4)",
            params![row.episode.key().0, row.version, past, at],
        )?;
        self.connection
            .execute("DELETE FROM evidence WHERE episode = ?1", [row.number])?;
        self.connection.execute(
            "UPDATE episode SET name = ?2, description = ?3, alignment_goal = ?4, confidence = ?5,
                    has_text = ?6, extra = ?7, version = version + 1
             WHERE number = ?1",
            params![
                row.number,
                episode.name,
                episode.description,
                episode.alignment_goal,
                episode.confidence,
                episode.has_text(),
                convert::map_text(&episode.extra),
            ],
        )?;
        self.insert_evidence(row.number, episode, standings)
    }

    /// Hands over every episode in the order of keys.
    pub fn each_episode<E: From<StoreError>>(
        &self,
        mut each: impl FnMut(EpisodeRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT * FROM episode ORDER BY key")
            .map_err(StoreError::from)?;
        let rows = statement
            .query_map([], episode_row)
            .map_err(StoreError::from)?;
        for row in rows {
            let (row, extra) = row.map_err(StoreError::from)?;
            each(self.with_evidence(row, extra)?)?;
        }
        Ok(())
    }

    /// The quotes of a session's episodes, in the order of turns.
    pub fn quotes_of_session(&self, session: i64) -> Result<Vec<QuoteRow>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT evidence.number, episode.key, position, label, quote,
                    match, found_turn, start, stop, pieces, similarity
             FROM evidence JOIN episode ON episode.number = evidence.episode
             WHERE episode.session = ?1 ORDER BY turn, episode.key, position",
        )?;
        let rows = statement.query_map([session], |row| {
            Ok(QuoteRow {
                number: row.get("number")?,
                unit: convert::id(row, "key")?,
                position: row.get("position")?,
                turn: TurnLabel::parse(&row.get::<_, String>("label")?),
                quote: row.get("quote")?,
                standing: standing(row)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub fn set_standing(&self, evidence: i64, standing: &Standing) -> Result<()> {
        let (found, turn, start, stop, pieces, similarity) = columns(standing);
        self.connection
            .prepare_cached(
                "UPDATE evidence SET match = ?2, found_turn = ?3, start = ?4, stop = ?5,
                        pieces = ?6, similarity = ?7
                 WHERE number = ?1",
            )?
            .execute(params![
                evidence, found, turn, start, stop, pieces, similarity
            ])?;
        Ok(())
    }

    /// The keys of a session's episodes.
    pub fn episodes_of_session(&self, session: i64) -> Result<Vec<UnitKey>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT key FROM episode WHERE session = ?1 ORDER BY key")?;
        let rows = statement.query_map([session], |row| convert::id(row, "key"))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many episodes with a text have no session to check it against, and the first of them.
    pub fn episodes_without_session(&self, limit: usize) -> Result<(u64, Vec<UnitKey>)> {
        const LOST: &str = "FROM episode JOIN session ON session.number = episode.session
             WHERE session.turns = 0 AND episode.has_text";
        let count =
            self.connection
                .query_row(&format!("SELECT count(*) {LOST}"), [], convert::first)?;
        let mut statement = self.connection.prepare(&format!(
            "SELECT episode.key {LOST} ORDER BY episode.key LIMIT ?1"
        ))?;
        let rows = statement.query_map([limit as i64], |row| convert::id(row, "key"))?;
        Ok((count, rows.collect::<Result<_, _>>()?))
    }

    /// Gives an episode what it does not have yet of its marks.
    pub fn fill_episode(
        &self,
        number: i64,
        alignment_goal: Option<&str>,
        confidence: Option<&str>,
    ) -> Result<()> {
        self.connection
            .prepare_cached(
                "UPDATE episode SET alignment_goal = coalesce(alignment_goal, ?2),
                        confidence = coalesce(confidence, ?3)
                 WHERE number = ?1",
            )?
            .execute(params![number, alignment_goal, confidence])?;
        Ok(())
    }
}
