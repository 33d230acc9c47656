//! Imports of sessions: several threads read the files, this one stores what they give, in the
//! order of the walk, so that the outcome is the same whoever is faster.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
    path::PathBuf,
};

use super::{
    Candidate, FileReport, Imported, Options, Progress, Removed, Step, What,
    files::{Shut, collect},
    group::Group,
    ordered::{Taken, in_order},
    reading::{Known, Piece, Reader, turns_of},
};
use crate::{
    store::session_files::{Brought, SessionFile},
    workflow::{Result, Study},
};

/// Bytes that are read, understood or waiting to be stored at one time.
const BUDGET: u64 = 96 << 20;

/// What changes when the same file is to be read anew.
const READER: &str = concat!("tiebreak ", env!("CARGO_PKG_VERSION"));

impl Study {
    /// Imports the sessions of files and folders, read by `threads` threads.
    pub(super) fn import_sessions(
        &mut self,
        paths: &[PathBuf],
        options: &Options,
        threads: usize,
        progress: Progress,
    ) -> Result<Imported> {
        let mut walked = Vec::with_capacity(paths.len());
        let mut candidates = Vec::new();
        for path in paths {
            let first = candidates.len();
            collect(path, &mut candidates);
            walked.push((path.clone(), first..candidates.len()));
        }
        self.take_in(candidates, walked, options, threads, progress)
    }

    /// Imports the files that were found under each of the paths.
    pub(super) fn take_in(
        &mut self,
        candidates: Vec<Candidate>,
        walked: Vec<(PathBuf, Range<usize>)>,
        options: &Options,
        threads: usize,
        progress: Progress,
    ) -> Result<Imported> {
        let told = options.told();
        let mut known = HashMap::new();
        for (path, range) in &walked {
            let real = match candidates.get(range.start) {
                Some(Candidate {
                    folder: Some(folder),
                    ..
                }) => Some(folder.real.clone()),
                Some(named) => named.real_path(),
                None => path.canonicalize().ok(),
            };
            let Some(real) = real else { continue };
            self.store
                .each_session_file(&real.to_string_lossy(), |number, file| {
                    let says_nothing = told.is_none() || told == file.told;
                    let is_current = file.reader == READER && says_nothing;
                    let entry = Known {
                        number,
                        sha256: file.sha256,
                        beside: file.beside,
                        records: file.records,
                        is_current,
                    };
                    known.insert(file.path, entry);
                })?;
        }
        let mut gone: HashSet<i64> = known.values().map(|known| known.number).collect();
        let mut shut = Vec::new();
        for candidate in &candidates {
            let Some(real) = candidate.real_path() else {
                continue;
            };
            if let Some(known) = known.get(&*real.to_string_lossy()) {
                gone.remove(&known.number);
            }
            if let Some(Shut::Failed(_)) = candidate.shut {
                shut.push(real);
            }
        }
        // What lies below a folder that cannot be listed may well be there.
        for (path, known) in &known {
            if shut
                .iter()
                .any(|folder| PathBuf::from(path).starts_with(folder))
            {
                gone.remove(&known.number);
            }
        }
        let reader = Reader {
            options,
            known,
            folders: Default::default(),
            reader: READER.to_owned(),
            told,
        };
        let mut intake = Intake {
            options,
            known: &reader.known,
            candidates: &candidates,
            step: Step::of(&candidates),
            group: Group::default(),
            file: None,
            reports: Vec::with_capacity(candidates.len()),
            dropped: Vec::new(),
            gone,
        };
        let done = in_order(
            &candidates,
            threads,
            BUDGET,
            |candidate, feed| reader.read(candidate, feed),
            |taken| intake.take(self, taken, progress),
        );
        if let Err(error) = done {
            intake.group.undo(self);
            return Err(error);
        }
        for (path, range) in walked {
            intake.group.open(self)?;
            let brought = |report: &FileReport| report.new + report.changed;
            let count = intake.reports[range]
                .iter()
                .filter(|r| r.landed)
                .map(brought)
                .sum();
            if count > 0 {
                let detail = format!("{} from {}", What::Sessions.counted(count), path.display());
                self.log(None, "import", None, None, Some(detail))?;
            }
        }
        intake.group.close(self)?;
        let removed = intake.removed(self)?;
        Ok(Imported {
            files: intake.reports,
            removed,
        })
    }
}

/// Stores what was read.
struct Intake<'o> {
    options: &'o Options,
    known: &'o HashMap<String, Known>,
    candidates: &'o [Candidate],
    step: Step,
    group: Group,
    /// The file under way.
    file: Option<Landing>,
    reports: Vec<FileReport>,
    /// Sessions that a file brought once and does not any more.
    dropped: Vec<i64>,
    /// Files that are not there any more, by their numbers.
    gone: HashSet<i64>,
}

/// A file under way.
struct Landing {
    report: FileReport,
    /// Its absolute path.
    path: Option<String>,
    /// The number under which it is known.
    number: Option<i64>,
    brought: Vec<Brought>,
    /// Set once the file was read to its end.
    whole: Option<Option<Box<SessionFile>>>,
    /// Whether anything was written.
    is_begun: bool,
}

impl Intake<'_> {
    fn take(&mut self, study: &mut Study, taken: Taken<Piece>, progress: Progress) -> Result<()> {
        match taken {
            Taken::Idle => match &self.file {
                Some(file) if file.is_begun => Ok(()),
                _ => self.group.close_if_old(study),
            },
            Taken::Piece(item, piece) => {
                let file = match self.file.take() {
                    Some(file) => file,
                    None => self.begin(item),
                };
                let file = self.file.insert(file);
                if matches!(piece, Piece::Session(_)) && !file.is_begun {
                    self.group.open(study)?;
                    study.store.begin_part()?;
                    file.is_begun = true;
                }
                let Some(number) = file.take(study, piece)? else {
                    return Ok(());
                };
                self.gone.remove(&number);
                Ok(())
            }
            Taken::End(item) => {
                let file = match self.file.take() {
                    Some(file) => file,
                    None => self.begin(item),
                };
                let candidate = &self.candidates[item];
                let report = self.end(study, file, candidate.bytes)?;
                self.step.done += 1;
                self.step.bytes_done += candidate.bytes;
                self.step.records += report.new + report.changed + report.unchanged;
                progress(&self.step, &candidate.path);
                self.reports.push(report);
                Ok(())
            }
        }
    }

    fn begin(&self, item: usize) -> Landing {
        let candidate = &self.candidates[item];
        let real = candidate.real_path();
        let path = real.map(|real| real.to_string_lossy().into_owned());
        let known = path.as_ref().and_then(|path| self.known.get(path));
        Landing {
            report: FileReport::new(candidate),
            number: known.map(|known| known.number),
            path,
            brought: Vec::new(),
            whole: None,
            is_begun: false,
        }
    }

    /// Lets a file land, or nothing of it.
    fn end(&mut self, study: &mut Study, mut file: Landing, bytes: u64) -> Result<FileReport> {
        let report = &mut file.report;
        let is_told = report.skipped.is_some() || report.refused > 0;
        if file.whole.is_none() && !report.landed && !is_told {
            report.fail(
                "could not be read: tiebreak's reader broke down over it; please report this",
            );
        }
        let is_read = file.whole.is_some() && report.skipped.is_none() && !report.failed;
        let lands = is_read && (report.refused == 0 || self.options.skip_refused);
        report.landed |= lands;
        if let Some(number) = file.number.filter(|_| report.skipped.is_some()) {
            self.gone.insert(number);
        }
        if !lands {
            if file.is_begun {
                study.store.drop_part()?;
            }
            return Ok(file.report);
        }
        if let Some(number) = file.number {
            let before = study.store.sessions_of_file(number)?;
            let is_brought = |session: &i64| file.brought.iter().any(|b| b.session == *session);
            self.dropped
                .extend(before.into_iter().filter(|session| !is_brought(session)));
        }
        // A file with refused records is to be told of them the next time, too.
        let known = file.whole.flatten().filter(|_| file.report.refused == 0);
        if let Some(mut known) = known {
            known.records = file.report.new + file.report.changed + file.report.unchanged;
            self.group.open(study)?;
            study.store.set_session_file(&known, &file.brought)?;
        }
        if file.is_begun {
            study.store.keep_part()?;
        }
        self.group.add(study, bytes)?;
        Ok(file.report)
    }

    /// The sessions that earlier imports of the same files and folders brought, and that no file
    /// brings any more.
    fn removed(&self, study: &Study) -> Result<Vec<Removed>> {
        let mut paths: HashMap<i64, &str> = HashMap::new();
        let mut sessions = self.dropped.clone();
        for (path, known) in self.known {
            paths.insert(known.number, path);
            if self.gone.contains(&known.number) {
                sessions.extend(study.store.sessions_of_file(known.number)?);
            }
        }
        sessions.sort_unstable();
        sessions.dedup();
        let mut removed = Vec::new();
        for session in sessions {
            let Some((id, files)) = study.store.files_of_session(session)? else {
                continue;
            };
            if files.iter().all(|file| self.gone.contains(file)) {
                let path = files.iter().find_map(|file| paths.get(file));
                removed.push(Removed {
                    session: id.0,
                    path: path.copied().unwrap_or_default().to_owned(),
                });
            }
        }
        removed.sort_by(|a, b| a.session.cmp(&b.session));
        Ok(removed)
    }
}

impl Landing {
    /// Takes in a piece. Returns the file's number if it is known to be as it was.
    fn take(&mut self, study: &mut Study, piece: Piece) -> Result<Option<i64>> {
        let report = &mut self.report;
        match piece {
            Piece::Kind(kind) => report.kind = Some(kind),
            Piece::Note(note) => report.warn(note),
            Piece::InPart => report.is_partial = true,
            Piece::Refused(line, problems) => report.refuse(line, problems),
            Piece::Failed(why) => report.fail(why),
            Piece::Passed(why) => report.skipped = Some(why),
            Piece::Whole(file) => self.whole = Some(file),
            Piece::Unchanged(number, records) => {
                report.landed = true;
                report.unchanged = records;
                return Ok(Some(number));
            }
            Piece::Session(mut fresh) => {
                let (users, agents) = turns_of(&fresh.arrival.session);
                report.turns.0 += users;
                report.turns.1 += agents;
                fresh.arrival.file = self.number;
                fresh.arrival.path = self.path.as_deref();
                let settled = study.settle(fresh.arrival, report);
                let fate = settled.map(|(fate, brought)| {
                    match self
                        .brought
                        .iter_mut()
                        .find(|b| b.session == brought.session)
                    {
                        Some(known) => known.has_text |= brought.has_text,
                        None => self.brought.push(brought),
                    }
                    fate
                });
                report.book(fresh.line, fate)?;
            }
        }
        Ok(None)
    }
}
