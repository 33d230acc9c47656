//! Episodes in the extraction schema.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::{Candidate, Fate, FileReport, Options, Trouble, merge::fill};
use crate::{
    domain::{
        episode::{Episode, Evidence},
        ids::{SessionId, UnitKey},
        session::Session,
        standing::{Found, Standing},
    },
    formats::{
        self,
        episodes::{self, Item},
        fields::Problem,
    },
    store::{episodes::EpisodeRow, sessions::SessionRow},
    workflow::{Result, Study, anchor::Source},
};

/// Reads the episodes of a file.
pub(super) struct Intake<'o> {
    options: &'o Options,
    /// The session that the file as a whole is about, if it is about one.
    session: Option<SessionId>,
    /// The first record that named a session itself.
    naming: Option<usize>,
    /// Where each episode of the file stands.
    seen: HashMap<UnitKey, usize>,
    place: Option<Place>,
}

/// The session whose episodes are being read.
struct Place {
    /// The name by which the file knows it.
    name: SessionId,
    row: SessionRow,
    source: Source,
}

impl<'o> Intake<'o> {
    /// `is_array` says that the file is one array, whose name may then be that of the session.
    pub(super) fn new(candidate: &Candidate, options: &'o Options, is_array: bool) -> Self {
        let stem = candidate.path.file_stem().filter(|_| is_array);
        let stem = stem
            .map(|stem| stem.to_string_lossy())
            .filter(|stem| stem != "-");
        let mapped = options.map.of_file(candidate).map(|row| row.id.clone());
        Self {
            options,
            session: mapped.or_else(|| stem.map(|stem| formats::sessions::session_id(&stem))),
            naming: None,
            seen: HashMap::new(),
            place: None,
        }
    }

    pub(super) fn take(
        &mut self,
        study: &mut Study,
        line: usize,
        object: Map<String, Value>,
        report: &mut FileReport,
    ) -> Result<()> {
        let is_stated = object.get("session").is_some_and(|name| !name.is_null());
        if is_stated || formats::released::session_id(&object).is_some() {
            self.naming.get_or_insert(line);
        }
        // A file whose records name their sessions is not about the session of its own name.
        let session = self.session.as_ref().filter(|_| self.naming.is_none());
        let items = match episodes::read(object, session) {
            Ok(items) => items,
            Err(problems) => {
                report.refuse(line, problems);
                return Ok(());
            }
        };
        for item in items {
            let done = match item {
                Item::Empty(session) => self.nothing_in(study, &session),
                Item::Episode(found) => {
                    self.episode(study, line, found.episode, &found.session, report)
                }
            };
            report.book(line, done)?;
        }
        Ok(())
    }

    /// An empty array says that a session was read and nothing was found.
    pub(super) fn nothing_found(
        &mut self,
        study: &mut Study,
        report: &mut FileReport,
    ) -> Result<()> {
        let done = match self.session.clone() {
            Some(session) => self.nothing_in(study, &session),
            None => Err(Problem::new(
                "",
                "is an empty array, and no file name tells which session it is about",
            )
            .into()),
        };
        report.book(0, done)
    }

    fn nothing_in(&mut self, study: &mut Study, session: &SessionId) -> Result<Fate, Trouble> {
        let (_, is_new) = self.enter(study, session, None)?;
        Ok(if is_new { Fate::New } else { Fate::Unchanged })
    }

    /// Goes to a session, which is made known if it is not. Tells whether it counts as searched
    /// for episodes only from now on.
    fn enter(
        &mut self,
        study: &Study,
        name: &SessionId,
        about: Option<&Session>,
    ) -> Result<(&mut Place, bool)> {
        let place = match self.place.take() {
            Some(place) if place.name == *name => place,
            _ => {
                let row = study.store.session(name)?.unwrap_or_else(|| unknown(name));
                Place {
                    name: name.clone(),
                    source: Source::of(&row),
                    row,
                }
            }
        };
        let place = self.place.insert(place);
        let row = &mut place.row;
        let is_new = !row.extracted;
        let had = row.clone();
        row.extracted = true;
        if !row.imported {
            let mapped = self.options.map.of_session(name);
            for told in mapped.into_iter().chain(about) {
                fill(&mut row.session, told);
            }
        }
        if row.number == 0 {
            row.number = study.store.insert_session(row)?;
        } else if *row != had {
            study.store.update_session(row)?;
        }
        Ok((place, is_new))
    }

    fn episode(
        &mut self,
        study: &mut Study,
        line: usize,
        mut episode: Episode,
        about: &Session,
        report: &mut FileReport,
    ) -> Result<Fate, Trouble> {
        let revise = self.options.revise;
        let (place, _) = self.enter(study, &episode.session.clone(), Some(about))?;
        episode.session = place.row.session.id.clone();
        let key = episode.key();
        let standings = place.standings(study, &episode)?;
        let session = place.row.number;
        let earlier = self.seen.get(&key).copied();
        let fate = match study.store.episode(&key)? {
            None => {
                study.store.insert_episode(session, &episode, &standings)?;
                Fate::New
            }
            Some(row) => {
                // A published row without its text gives way to the episode itself.
                let is_bare = !row.episode.has_text();
                if is_bare {
                    episode.alignment_goal = episode
                        .alignment_goal
                        .or(row.episode.alignment_goal.clone());
                    episode.confidence = episode.confidence.or(row.episode.confidence.clone());
                }
                // A bare record takes nothing from an episode that has its text.
                if row.episode == episode || !episode.has_text() && !is_bare {
                    Fate::Unchanged
                } else if let Some(earlier) = earlier {
                    let why = format!(
                        "{key} stands on line {earlier} with other content; keep one of the two"
                    );
                    return Err(Problem::new("id", why).into());
                } else {
                    let may = revise || is_bare;
                    study.replace(&row, &episode, &standings, may)?;
                    Fate::Changed
                }
            }
        };
        self.seen.entry(key).or_insert(line);
        for standing in &standings {
            let what = match standing.found {
                Found::Exact | Found::Normalised => continue,
                Found::Fragments | Found::Masked | Found::Fuzzy => {
                    "a quote stands in the turn that it names, but not word for word; verify lists them"
                }
                Found::OtherTurn => {
                    "a quote stands in another turn than the one it names; verify lists them"
                }
                Found::NotFound => "a quote was not found in its session; verify lists them",
                Found::NoSession => "a quote waits for its session, which is not in the study yet",
            };
            report.warn(what.to_owned());
        }
        Ok(fate)
    }
}

impl Place {
    fn standings(&mut self, study: &Study, episode: &Episode) -> Result<Vec<Standing>> {
        let mut standings = Vec::with_capacity(episode.evidence.len());
        for Evidence { quote, turn, .. } in &episode.evidence {
            standings.push(self.source.standing(&study.store, quote, turn)?);
        }
        Ok(standings)
    }
}

impl Study {
    /// Gives an episode another text. Where labels hang on the old one, somebody has to allow it.
    fn replace(
        &mut self,
        row: &EpisodeRow,
        episode: &Episode,
        standings: &[Standing],
        may: bool,
    ) -> Result<(), Trouble> {
        let key = row.episode.key();
        if !may && self.store.is_annotated(&key)? {
            let why = format!(
                "{key} has changed and already has annotations; --revise keeps the old text beside the new one"
            );
            return Err(Problem::new("id", why).into());
        }
        let past = episodes::write(&row.episode);
        let now = self.now();
        Ok(self
            .store
            .replace_episode(row, episode, standings, &past, &now)?)
    }
}

/// A session that only its episodes tell of.
pub(super) fn unknown(name: &SessionId) -> SessionRow {
    SessionRow {
        number: 0,
        session: Session {
            id: name.clone(),
            repository: None,
            source: None,
            modality: None,
            agent: None,
            started_at: None,
            license: None,
            aliases: Vec::new(),
            turns: Vec::new(),
            extra: Map::new(),
        },
        imported: false,
        extracted: false,
        turns: 0,
        sha256: None,
    }
}
