//! Finding texts: in sessions and episodes through the index, in codebooks and labels as they are.
//!
//! The index holds nothing of labels. Theirs are read at each search, through `sight`, which knows
//! who looks: what somebody may not see is neither found nor counted.

mod books;
mod notes;
mod snippet;

use std::{collections::HashSet, ops::Range};

use super::{
    Error, Result, Study,
    sample::{Filter, Filters},
    sight::{Viewer, Wanted},
};
use crate::{
    domain::{
        codebook::UnitKind,
        episode::Episode,
        ids::{BatchName, RaterName, SessionId, TaskName, UnitKey},
        query::Query,
        session::Role,
    },
    store::{
        StoreError,
        batches::UnitRow,
        revisions::LabelFilter,
        search::{Index, turn_of_row},
    },
};

pub use self::{
    notes::Notes,
    snippet::{Snippet, places},
};
pub use crate::store::search::{Behind, Step};

/// Matches that are ranked. Of more, the ones that come first in the study are.
pub const RANKED: usize = 10_000;

/// What can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Episode,
    Session,
    Codebook,
    Note,
}

impl Kind {
    pub const ALL: [Kind; 4] = [Kind::Episode, Kind::Session, Kind::Codebook, Kind::Note];

    /// As the command line and JSON name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Episode => "episodes",
            Kind::Session => "sessions",
            Kind::Codebook => "codebooks",
            Kind::Note => "notes",
        }
    }
}

/// Where something was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Turn {
        session: SessionId,
        turn: u32,
        role: Role,
    },
    Episode {
        unit: UnitKey,
        name: Option<String>,
        /// The quote, counted from 0, if it was found in one or its context.
        quote: Option<usize>,
    },
    Codebook {
        task: TaskName,
        axis: Option<String>,
        code: Option<String>,
    },
    Note {
        task: TaskName,
        unit: UnitKey,
        batch: Option<BatchName>,
        rater: RaterName,
    },
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    pub place: Place,
    /// Which text of it, such as `description` or `quote 2`.
    pub field: String,
    /// Bytes of that text.
    pub range: Range<usize>,
    /// The same in characters.
    pub characters: Range<usize>,
    pub snippet: Snippet,
}

impl Hit {
    fn new(place: Place, field: String, text: &str, best: snippet::Best) -> Self {
        let characters = |byte: usize| text[..byte].chars().count();
        Self {
            place,
            field,
            characters: characters(best.range.start)..characters(best.range.end),
            range: best.range,
            snippet: best.snippet,
        }
    }
}

/// What was found of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub kind: Kind,
    /// How many there are in all.
    pub count: u64,
    /// The best of them first.
    pub hits: Vec<Hit>,
}

/// What hits have to be, apart from the words, and what stays closed to the viewer.
#[derive(Clone, Debug, Default)]
pub struct Narrow {
    filters: Filters,
    /// Units that the viewer has marked, where that is asked for.
    marked: Option<HashSet<UnitKey>>,
    /// Sessions of units that the viewer may have to label from the evidence alone.
    closed: HashSet<i64>,
}

/// Own marks that are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    pub flagged: bool,
    pub unsure: bool,
}

impl Narrow {
    /// Whether any unit will do.
    pub fn is_open(&self) -> bool {
        self.filters.is_empty() && self.marked.is_none()
    }

    /// How many sessions are not searched because their units are labelled from the evidence alone.
    pub fn closed(&self) -> usize {
        self.closed.len()
    }

    fn admits(&self, row: &UnitRow) -> bool {
        let marked = self.marked.as_ref();
        marked.is_none_or(|units| units.contains(&row.key)) && self.filters.admit(row)
    }
}

/// Reads filters and marks as they are typed in one line: `modality=cli agent="Claude Code" flagged`.
pub fn narrowing(text: &str) -> Result<(Vec<Filter>, Marks), String> {
    let mut filters = Vec::new();
    let mut marks = Marks::default();
    let mut quoted = false;
    let pieces = text.split(|c: char| {
        quoted ^= c == '"';
        c.is_whitespace() && !quoted
    });
    for piece in pieces.filter(|piece| !piece.is_empty()) {
        match piece {
            "flagged" => marks.flagged = true,
            "unsure" => marks.unsure = true,
            filter => filters.push(Filter::parse(&filter.replace('"', ""))?),
        }
    }
    Ok((filters, marks))
}

impl Study {
    /// Looks up what filters and marks mean for `viewer`.
    pub fn narrow(&self, viewer: &Viewer, filters: &[Filter], marks: Marks) -> Result<Narrow> {
        let marked = match marks.flagged || marks.unsure {
            true => Some(self.marked_by(viewer, marks)?),
            false => None,
        };
        Ok(Narrow {
            filters: self.look_up(viewer, filters)?,
            marked,
            closed: self.closed_sessions(viewer)?,
        })
    }

    fn marked_by(&self, viewer: &Viewer, marks: Marks) -> Result<HashSet<UnitKey>> {
        let Viewer::Person(names) = viewer else {
            return Err(Error::Usage(
                "flags and unsure marks are somebody's: say who you are".into(),
            ));
        };
        let mut units = HashSet::new();
        for name in names {
            let own = LabelFilter {
                rater: Some(name),
                ..Default::default()
            };
            self.labels(viewer, Wanted::Labels(own), |label| {
                let content = &label.content;
                if (!marks.flagged || !content.flags.is_empty())
                    && (!marks.unsure || content.unsure)
                {
                    units.insert(label.address.unit);
                }
            })?;
        }
        Ok(units)
    }

    /// The sessions that [`Study::read_whole`] would not open.
    fn closed_sessions(&self, viewer: &Viewer) -> Result<HashSet<i64>> {
        let mut closed = HashSet::new();
        for batch in self.batches()? {
            if !batch.is_open() || !batch.evidence_only || !self.may_label(viewer, &batch) {
                continue;
            }
            let kind = self.codebook(&batch.codebook)?.codebook.unit;
            for unit in self.store.units_of_batch(&batch.name)? {
                let session = match kind {
                    UnitKind::Episode => unit.split().map_or(&*unit, |(session, _)| session),
                    UnitKind::Session => &unit,
                };
                closed.extend(self.store.session(session)?.map(|row| row.number));
            }
        }
        Ok(closed)
    }

    /// What of a kind has the words, at most `limit` hits. Notes are searched with [`Study::notes`].
    pub fn search(
        &self,
        query: &Query,
        narrow: &Narrow,
        kind: Kind,
        limit: usize,
    ) -> Result<Found> {
        let (count, hits) = match kind {
            _ if query.is_empty() => (0, Vec::new()),
            Kind::Episode => self.in_episodes(query, narrow, limit)?,
            Kind::Session => self.in_sessions(query, narrow, limit)?,
            Kind::Codebook if narrow.is_open() => self.in_codebooks(query, limit),
            Kind::Codebook | Kind::Note => (0, Vec::new()),
        };
        Ok(Found { kind, count, hits })
    }

    fn in_episodes(&self, query: &Query, narrow: &Narrow, limit: usize) -> Result<(u64, Vec<Hit>)> {
        let admitted = |row: i64| {
            let unit = self.store.episode_unit(row)?;
            Ok(unit.is_some_and(|unit| narrow.admits(&unit)))
        };
        let open = narrow.is_open();
        let (count, rows) = self.ranked(Index::Episodes, query, limit, |row| {
            if open { Ok(true) } else { admitted(row) }
        })?;
        let mut hits = Vec::new();
        for row in rows {
            let Some(unit) = self.store.episode_unit(row)? else {
                continue;
            };
            if let Some(row) = self.store.episode(&unit.key)? {
                hits.extend(in_episode(query, &row.episode));
            }
        }
        Ok((count, hits))
    }

    fn in_sessions(&self, query: &Query, narrow: &Narrow, limit: usize) -> Result<(u64, Vec<Hit>)> {
        let open = narrow.is_open();
        // Rows come session by session.
        let mut last = None;
        let (count, rows) = self.ranked(Index::Turns, query, limit, |row| {
            let (session, _) = turn_of_row(row);
            match last {
                Some((known, admitted)) if known == session => return Ok(admitted),
                _ => {}
            }
            let admitted = !narrow.closed.contains(&session)
                && (open || {
                    let unit = self.store.session_unit(session)?;
                    unit.is_some_and(|unit| narrow.admits(&unit))
                });
            last = Some((session, admitted));
            Ok(admitted)
        })?;
        let mut hits = Vec::new();
        for row in rows {
            let (number, turn) = turn_of_row(row);
            // What the index does not know yet may have gone.
            let (Some(unit), Some((role, text))) = (
                self.store.session_unit(number)?,
                self.store.turn_text(number, turn)?,
            ) else {
                continue;
            };
            if let Some(best) = snippet::best(query, &text) {
                let session = SessionId(unit.key.0);
                let place = Place::Turn {
                    session,
                    turn,
                    role,
                };
                hits.push(Hit::new(place, "text".into(), &text, best));
            }
        }
        Ok((count, hits))
    }

    /// How many rows are found and admitted, and the best of them.
    fn ranked(
        &self,
        index: Index,
        query: &Query,
        limit: usize,
        mut admits: impl FnMut(i64) -> Result<bool, StoreError>,
    ) -> Result<(u64, Vec<i64>)> {
        let (mut count, mut all) = (0, 0);
        let mut rows = Vec::new();
        self.store.each_found(index, query, |row| {
            all += 1;
            if admits(row)? {
                count += 1;
                if rows.len() < RANKED {
                    rows.push(row);
                }
            }
            Ok(true)
        })?;
        if rows.is_empty() {
            return Ok((0, rows));
        }
        let among = (rows.len() < all).then_some(rows.as_slice());
        let best = self.store.best_found(index, query, among, limit)?;
        Ok((count, best))
    }

    /// How much the index lacks.
    pub fn index_behind(&self) -> Result<Behind> {
        Ok(self.store.behind()?)
    }

    /// Takes about so many bytes of text into the index, in a transaction of its own. Where nothing
    /// is new, nothing is written, so that a study that cannot be written can be searched.
    pub fn index_more(&mut self, bytes: u64) -> Result<Step> {
        if self.store.behind()? == Behind::default() {
            return Ok(Step {
                complete: true,
                ..Step::default()
            });
        }
        self.atomically(|study| Ok(study.store.index_more(bytes)?))
    }

    /// Empties the index.
    pub fn drop_index(&mut self) -> Result<()> {
        self.atomically(|study| Ok(study.store.drop_index()?))
    }
}

/// The best place of an episode, in its name before its description before its quotes.
fn in_episode(query: &Query, episode: &Episode) -> Option<Hit> {
    let mut fields: Vec<(Option<usize>, String, &str)> = Vec::new();
    if let Some(name) = &episode.name {
        fields.push((None, "name".into(), name));
    }
    if let Some(description) = &episode.description {
        fields.push((None, "description".into(), description));
    }
    for (place, evidence) in episode.evidence.iter().enumerate() {
        let number = place + 1;
        fields.push((Some(place), format!("quote {number}"), &evidence.quote));
        if let Some(context) = &evidence.context {
            fields.push((Some(place), format!("context of quote {number}"), context));
        }
    }
    let found = fields
        .into_iter()
        .filter_map(|field| Some((snippet::best(query, field.2)?, field)));
    let (best, (quote, field, text)) = found.reduce(|best, next| {
        if next.0.phrases > best.0.phrases {
            next
        } else {
            best
        }
    })?;
    let place = Place::Episode {
        unit: episode.key(),
        name: episode.name.clone(),
        quote,
    };
    Some(Hit::new(place, field, text, best))
}
