//! Reading one file of sessions, whatever kind it is. This is done by several threads at once, so
//! nothing here sees the study.

use std::{
    collections::{HashMap, HashSet},
    io::{self, BufRead},
    ops::ControlFlow,
    path::Path,
};

use super::{
    Candidate, Options,
    around::Beside,
    content::{Content, WHOLE},
    files::Shut,
    folders::{Facts, Folders, checkpoint_name, name_by_place},
    ordered::Feed,
    settle::Arrival,
    unreadable,
};
use crate::{
    domain::{
        ids::SessionId,
        session::{Role, Session},
    },
    formats::{
        fields::Problem,
        logs::{self, Around, Format, Nothing, Refusal, Source},
        records, sessions,
    },
    store::session_files::SessionFile,
    workflow::{Digest256, turns_sha256},
};

/// What the study calls its own format.
pub(super) const NATIVE: &str = "sessions in tiebreak's own format";

/// A log larger than this would not fit into the memory of a small machine.
const LARGEST: u64 = 1 << 30;

/// A part of what a file gave.
pub(super) enum Piece<'m> {
    /// What kind of log it is.
    Kind(&'static str),
    Session(Box<Fresh<'m>>),
    /// A record that is refused: its line and why.
    Refused(usize, Vec<Problem>),
    /// The file as a whole is not taken in, and should have been.
    Failed(String),
    /// The file is not meant to be taken in.
    Passed(String),
    /// Something to know about the file.
    Note(String),
    /// Only a part of the file could be read.
    InPart,
    /// The file is as it was when it was last imported: its number, and how many sessions it gave.
    Unchanged(i64, usize),
    /// The file was read to its end.
    Whole(Option<Box<SessionFile>>),
}

/// A session that was read.
pub(super) struct Fresh<'m> {
    pub line: usize,
    pub arrival: Arrival<'m>,
}

/// A file that an earlier import brought in.
pub(super) struct Known {
    pub number: i64,
    pub sha256: String,
    pub beside: Vec<String>,
    pub records: usize,
    /// Whether it was read as it would be now, map and options included.
    pub is_current: bool,
}

/// What all readers of an import share.
pub(super) struct Reader<'o> {
    pub options: &'o Options,
    pub known: HashMap<String, Known>,
    pub folders: Folders,
    /// The version of this reader, and what map and options say.
    pub reader: String,
    pub told: Option<String>,
}

type Pieces<'o, 'f> = Feed<'f, Piece<'o>>;

impl<'o> Reader<'o> {
    /// Reads a file and hands on what it gives.
    pub fn read(&self, candidate: &Candidate, feed: &Pieces<'o, '_>) {
        let piece = match &candidate.shut {
            Some(Shut::Passed(why)) => Some(Piece::Passed((*why).to_owned())),
            Some(Shut::Failed(why)) => Some(Piece::Failed(why.clone())),
            None => self.read_open(candidate, feed).unwrap_or_else(|error| {
                // Nothing that was handed on before stands without the file's end.
                Some(Piece::Failed(unreadable(&error)))
            }),
        };
        if let Some(piece) = piece {
            feed.send(piece, 0);
        }
    }

    fn read_open(
        &self,
        candidate: &Candidate,
        feed: &Pieces<'o, '_>,
    ) -> io::Result<Option<Piece<'o>>> {
        let path = &candidate.path;
        // A text and what is made of it are held at one time.
        feed.reserve(candidate.bytes.min(WHOLE) * 2 + 4096);
        let content = Content::of(candidate)?;
        let mut digest = Digest256::default();
        let real = candidate.real_path();
        let known = real
            .as_ref()
            .and_then(|real| self.known.get(&*real.to_string_lossy()));
        if real.is_some() {
            io::copy(&mut content.reader(path)?, &mut digest)?;
        }
        if let Some(known) = known.filter(|known| known.is_current) {
            let mut digest = digest.clone();
            let beside = Beside::of(path);
            known.beside.iter().for_each(|line| beside.look(line));
            beside.digest(&mut digest)?;
            if digest.hex() == known.sha256 {
                return Ok(Some(Piece::Unchanged(known.number, known.records)));
            }
        }
        let head = content.head(path)?;
        let start = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
        let Some(first) = start.iter().copied().find(|b| !b.is_ascii_whitespace()) else {
            return Ok(Some(Piece::Passed("is empty".to_owned())));
        };
        let is_json = matches!(first, b'{' | b'[');
        let has_mark = start.windows(7).any(|part| part == b"\"turns\"");
        let file = |kind: &str, beside: &Beside| -> io::Result<Option<Box<SessionFile>>> {
            let mut digest = digest.clone();
            beside.digest(&mut digest)?;
            Ok(real.as_ref().map(|real| {
                Box::new(SessionFile {
                    path: real.to_string_lossy().into_owned(),
                    kind: kind.to_owned(),
                    sha256: digest.hex(),
                    beside: beside.lines(),
                    records: 0,
                    reader: self.reader.clone(),
                    told: self.told.clone(),
                })
            }))
        };
        if is_json && has_mark && self.read_native(content.reader(path)?, false, feed)? {
            return Ok(Some(Piece::Whole(file(NATIVE, &Beside::of(path))?)));
        }
        let beside = Beside::of(path);
        let around: &dyn Around = match real {
            Some(_) => &beside,
            None => &Nothing,
        };
        if let Content::OnDisk = content {
            let head = String::from_utf8_lossy(start);
            let source = Source {
                path,
                text: &head,
                around,
            };
            if !is_json && logs::recognise(&source).is_none() {
                return Ok(Some(self.unknown(candidate)));
            }
            if candidate.bytes > LARGEST {
                let why = format!(
                    "is larger than {} MB, which only tiebreak's own format may be; divide it",
                    LARGEST >> 20
                );
                return Ok(Some(Piece::Failed(why)));
            }
            feed.reserve(candidate.bytes * 2);
        }
        let is_strict = is_json && (has_mark || candidate.folder.is_none());
        let text = content.text(path)?;
        let source = Source {
            path,
            text: &text,
            around,
        };
        if let Some(format) = logs::recognise(&source) {
            feed.send(Piece::Kind(format.name()), 0);
            if text.contains('\u{fffd}') && !content.is_utf8(path)? {
                let note = "some of it is not UTF-8 and was replaced by \u{fffd}";
                feed.send(Piece::Note(note.to_owned()), 0);
            }
            let real = real.as_deref().unwrap_or(path);
            return Ok(Some(
                match self.read_log(format, &source, candidate, real, feed) {
                    Some(piece) => piece,
                    None => Piece::Whole(file(format.name(), &beside)?),
                },
            ));
        }
        // For what is wrong with each record of a file that was meant to be one of ours.
        if is_strict && self.read_native(content.reader(path)?, true, feed)? {
            return Ok(Some(Piece::Whole(None)));
        }
        Ok(Some(self.unknown(candidate)))
    }

    fn unknown(&self, candidate: &Candidate) -> Piece<'o> {
        let why = "is not a kind of session log that tiebreak knows";
        match candidate.folder {
            Some(_) => Piece::Passed(why.to_owned()),
            None => Piece::Failed(why.to_owned()),
        }
    }

    /// Reads sessions in the native format. Unless it is strict, a file whose first record is none
    /// is left to others; tells whether it was read.
    fn read_native(
        &self,
        input: impl BufRead,
        is_strict: bool,
        feed: &Pieces<'o, '_>,
    ) -> io::Result<bool> {
        let mut is_native = is_strict;
        let mut seen = HashSet::new();
        if is_strict {
            feed.send(Piece::Kind(NATIVE), 0);
        }
        records::read(input, |record| {
            if !is_native {
                is_native = record.object.as_ref().is_ok_and(sessions::looks_like);
                if !is_native {
                    return ControlFlow::Break(());
                }
                feed.send(Piece::Kind(NATIVE), 0);
            }
            let line = record.line;
            let read = record.object.map_err(|why| vec![Problem::new("", why)]);
            let is_wanted = match read.and_then(sessions::read) {
                Err(problems) => feed.send(Piece::Refused(line, problems), 256),
                Ok(mut session) => {
                    self.options.defaults.fill(&mut session);
                    let mut names = std::iter::once(&session.id).chain(&session.aliases);
                    let arrival = Arrival {
                        mapped: names.find_map(|name| self.options.map.of_session(name)),
                        is_nameless: false,
                        is_repeated: !seen.insert(session.id.clone()),
                        ..self.arrival(session)
                    };
                    let weight = weight(&arrival.session);
                    feed.send(Piece::Session(Box::new(Fresh { line, arrival })), weight)
                }
            };
            match is_wanted {
                true => ControlFlow::Continue(()),
                false => ControlFlow::Break(()),
            }
        })?;
        Ok(is_native)
    }

    /// Reads a log that another program wrote; returns what there is to say if it gave nothing.
    fn read_log(
        &self,
        format: &dyn Format,
        source: &Source,
        candidate: &Candidate,
        real: &Path,
        feed: &Pieces<'o, '_>,
    ) -> Option<Piece<'o>> {
        let logs = match logs::read(format, source) {
            Ok(logs) if logs.is_empty() => return Some(Piece::Failed("holds no session".into())),
            Ok(logs) => logs,
            Err(Refusal::Part(why)) => return Some(Piece::Passed(why)),
            Err(Refusal::Unreadable(why)) => return Some(Piece::Failed(why)),
        };
        let mapped = self.options.map.of_file(candidate);
        let facts = self.folders.facts(real);
        let by_place = name_by_place(real, &facts);
        let is_one = logs.len() == 1;
        for (place, log) in logs.into_iter().enumerate() {
            for note in log.notes {
                feed.send(Piece::Note(note), 0);
            }
            if log.is_partial {
                feed.send(Piece::InPart, 0);
            }
            let mut session = log.session;
            let by_place = match is_one {
                true => by_place.clone(),
                false => SessionId(format!("{by_place}-{place}")),
            };
            // A checkpoint's name says more than the id that all checkpoints of a session share.
            session.id = match &log.stated {
                Some(stated) if !is_one || checkpoint_name(real).is_none() => stated.clone(),
                _ => by_place,
            };
            if let Some(stated) = log.stated.iter().find(|stated| **stated != session.id) {
                session.aliases.insert(0, stated.clone());
            }
            let mut names = std::iter::once(&session.id).chain(&session.aliases);
            let mapped = mapped
                .filter(|_| is_one)
                .or_else(|| names.find_map(|name| self.options.map.of_session(name)));
            // What is said on purpose counts more than what a folder is called.
            self.options.defaults.fill(&mut session);
            let Facts {
                repository,
                license,
                ..
            } = &*facts;
            session.repository = session.repository.or_else(|| repository.clone());
            session.license = session.license.or_else(|| license.clone());
            let arrival = Arrival {
                mapped,
                is_nameless: true,
                stated: log.stated,
                is_partial: log.is_partial,
                ..self.arrival(session)
            };
            let weight = weight(&arrival.session);
            feed.send(Piece::Session(Box::new(Fresh { line: 0, arrival })), weight);
        }
        None
    }

    fn arrival(&self, session: Session) -> Arrival<'o> {
        Arrival {
            hash: turns_sha256(&session.turns),
            session,
            mapped: None,
            is_nameless: false,
            stated: None,
            is_repeated: false,
            is_partial: false,
            path: None,
            file: None,
        }
    }
}

/// About how much memory a session takes.
fn weight(session: &Session) -> u64 {
    let turns = session
        .turns
        .iter()
        .map(|turn| turn.text.len() as u64 + 256);
    turns.sum::<u64>() + 1024
}

/// Turns of people and of agents.
pub(super) fn turns_of(session: &Session) -> (usize, usize) {
    let is_user = |role, kind: &Option<String>| role == Role::User && kind.is_none();
    let turns = session.turns.iter();
    let users = turns
        .clone()
        .filter(|turn| is_user(turn.role, &turn.kind))
        .count();
    (users, turns.filter(|turn| turn.role == Role::Agent).count())
}
