//! Bringing files in. An import is one transaction per file: if a record is refused, nothing of
//! that file lands, unless the rest is asked for.

mod around;
mod batches;
mod episodes;
mod files;
mod labels;
mod released;
mod report;
mod session_map;
mod sessions;
mod settle;
#[cfg(test)]
mod tests;
mod units;

use std::{
    io::BufRead,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value};

use super::{Error, Result, Study};
use crate::{
    domain::label::RaterKind,
    formats::{self, fields::Problem, records},
};

pub use self::{
    around::OnDisk,
    report::{FileReport, Refusal},
    session_map::SessionMap,
};
use self::{
    files::{Candidate, Start, collect, open, unreadable},
    report::{Fate, Trouble},
};

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Sessions,
    Episodes,
    Labels,
    Batches,
    Released,
}

impl What {
    fn word(self) -> &'static str {
        match self {
            What::Sessions => "sessions",
            What::Episodes => "episodes",
            What::Labels => "labels",
            What::Batches => "batches",
            What::Released => "published rows",
        }
    }

    fn counted(self, count: usize) -> String {
        let one = match self {
            What::Sessions => "session",
            What::Episodes => "episode",
            What::Labels => "label",
            What::Batches => "batch",
            What::Released => "published row",
        };
        format!("{count} {}", if count == 1 { one } else { self.word() })
    }

    /// Field names of which a file of this kind has one near its beginning, broken or not.
    fn marks(self) -> &'static [&'static str] {
        match self {
            What::Sessions => &["\"turns\""],
            What::Episodes => &["\"evidence\"", "\"alignment_goal\"", "\"episodes\""],
            What::Labels => &["\"unit\"", "\"rater\"", "\"answers\""],
            What::Batches => &["\"annotators\""],
            What::Released => &["\"session_count_id\""],
        }
    }

    fn admits(self, object: &Map<String, Value>) -> bool {
        match self {
            What::Sessions => formats::sessions::looks_like(object),
            What::Episodes => formats::episodes::looks_like(object),
            What::Labels => formats::labels::looks_like(object),
            What::Batches => formats::batches::looks_like(object),
            What::Released => formats::released::looks_like(object),
        }
    }
}

/// How to import.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub map: SessionMap,
    /// Land what is not refused.
    pub skip_refused: bool,
    /// Replace labels that are already there by revisions.
    pub replace: bool,
    /// Give annotated episodes their new text.
    pub revise: bool,
    /// Keep labels that break the rules; the broken axes count as missing.
    pub keep_invalid: bool,
    pub rater: Option<String>,
    pub kind: Option<RaterKind>,
    pub batch: Option<String>,
    pub task: Option<String>,
    pub codebook: Option<String>,
    /// What is known about a judge, such as model and prompt.
    pub about: Option<String>,
}

/// Tells how far a long import is: files done, files in all, and the one under way.
pub type Progress<'p> = &'p mut dyn FnMut(usize, usize, &Path);

impl Study {
    /// Imports files and folders; `-` is standard input.
    pub fn import(
        &mut self,
        what: What,
        paths: &[PathBuf],
        options: &Options,
        progress: Progress,
    ) -> Result<Vec<FileReport>> {
        let mut candidates = Vec::new();
        for path in paths {
            collect(path, &mut candidates);
        }
        let mut reports = Vec::with_capacity(candidates.len());
        for (done, candidate) in candidates.iter().enumerate() {
            progress(done, candidates.len(), &candidate.path);
            reports.push(self.import_file(what, candidate, options)?);
        }
        Ok(reports)
    }

    /// Imports records that are already in memory, under the name of a file.
    pub fn import_text(
        &mut self,
        what: What,
        name: &str,
        text: &str,
        options: &Options,
    ) -> Result<FileReport> {
        let candidate = Candidate {
            path: name.into(),
            folder: None,
        };
        self.import_records(what, &candidate, options, text.as_bytes())
    }

    fn import_file(
        &mut self,
        what: What,
        candidate: &Candidate,
        options: &Options,
    ) -> Result<FileReport> {
        let path = &candidate.path;
        if what == What::Sessions && sessions::is_markdown(path) {
            return self.import_markdown(candidate, options);
        }
        match open(path) {
            Ok(input) => self.import_records(what, candidate, options, input),
            Err(error) => Ok(FileReport::refused(path, unreadable(&error))),
        }
    }

    fn import_records(
        &mut self,
        what: What,
        candidate: &Candidate,
        options: &Options,
        mut input: impl BufRead,
    ) -> Result<FileReport> {
        let path = &candidate.path;
        let start = match Start::of(&mut input, what) {
            Ok(start) => start,
            Err(error) => return Ok(FileReport::refused(path, unreadable(&error))),
        };
        let foreign = match start.first {
            None => Some("is empty".to_owned()),
            Some(b'{' | b'[') => None,
            Some(_) => Some(format!("does not hold {}", what.word())),
        };
        match foreign {
            Some(why) if candidate.folder.is_some() => return Ok(FileReport::skipped(path, why)),
            Some(_) if start.first.is_none() => {
                let why = "is empty: there is nothing to import";
                return Ok(FileReport::refused(path, why));
            }
            _ => {}
        }
        self.landing(what, options, |study| {
            let mut report = FileReport::new(path);
            let mut intake = Intake::new(what, candidate, options, start.first == Some(b'['));
            let mut failed = None;
            let mut seen = 0;
            let read = records::read(input, |record| {
                seen += 1;
                // A file in a folder is judged by its first record, or by its beginning where
                // that record is broken.
                if seen == 1 && candidate.folder.is_some() {
                    let admitted = match &record.object {
                        Ok(object) => what.admits(object),
                        Err(_) => start.has_mark,
                    };
                    if !admitted {
                        report.skipped = Some(format!("does not hold {}", what.word()));
                        return ControlFlow::Break(());
                    }
                }
                let taken = match record.object {
                    Ok(object) => intake.take(study, record.line, object, &mut report),
                    Err(why) => {
                        report.refuse(record.line, vec![Problem::new("", why)]);
                        Ok(())
                    }
                };
                failed = taken.err();
                match failed {
                    Some(_) => ControlFlow::Break(()),
                    None => ControlFlow::Continue(()),
                }
            });
            if let Some(error) = failed {
                return Err(error);
            }
            match read {
                _ if report.skipped.is_some() => {}
                Err(error) => report.refuse(0, vec![Problem::new("", unreadable(&error))]),
                Ok(count) => intake.finish(study, count.unwrap_or(0), &mut report)?,
            }
            Ok(report)
        })
    }

    /// Runs the import of one file in a transaction that stands only if the file lands.
    fn landing(
        &mut self,
        what: What,
        options: &Options,
        work: impl FnOnce(&mut Self) -> Result<FileReport>,
    ) -> Result<FileReport> {
        let mut refused = None;
        let landed = self.atomically(|study| {
            let mut report = work(study)?;
            report.landed =
                report.skipped.is_none() && (report.refused == 0 || options.skip_refused);
            if !report.landed {
                let why = Error::Refused(format!("{} did not land", report.path));
                refused = Some(report);
                return Err(why);
            }
            if report.new + report.changed > 0 {
                let count = what.counted(report.new + report.changed);
                let detail = format!("{count} from {}", report.path);
                study.log(None, "import", None, None, Some(detail))?;
            }
            Ok(report)
        });
        refused.map_or(landed, Ok)
    }
}

/// The reader of one kind of file, with what it has to remember between records.
enum Intake<'o> {
    Sessions(sessions::Intake<'o>),
    Episodes(episodes::Intake<'o>),
    Labels(labels::Intake<'o>),
    Batches,
    Released(released::Intake<'o>),
}

impl<'o> Intake<'o> {
    /// `is_array` says that the file is one JSON array.
    fn new(what: What, candidate: &Candidate, options: &'o Options, is_array: bool) -> Self {
        match what {
            What::Sessions => Intake::Sessions(sessions::Intake::new(options)),
            What::Episodes => Intake::Episodes(episodes::Intake::new(candidate, options, is_array)),
            What::Labels => Intake::Labels(labels::Intake::new(candidate, options)),
            What::Batches => Intake::Batches,
            What::Released => Intake::Released(released::Intake::new(candidate, options)),
        }
    }

    fn take(
        &mut self,
        study: &mut Study,
        line: usize,
        object: Map<String, Value>,
        report: &mut FileReport,
    ) -> Result<()> {
        match self {
            Intake::Sessions(intake) => intake.take(study, line, object, report),
            Intake::Episodes(intake) => intake.take(study, line, object, report),
            Intake::Labels(intake) => {
                intake.take(line, object, report);
                Ok(())
            }
            Intake::Batches => {
                let done = batches::take(study, object, report);
                report.book(line, done)
            }
            Intake::Released(intake) => intake.take(study, line, object, report),
        }
    }

    /// What can only be done once the whole file is read.
    fn finish(&mut self, study: &mut Study, records: usize, report: &mut FileReport) -> Result<()> {
        match self {
            Intake::Episodes(intake) if records == 0 => intake.nothing_found(study, report),
            Intake::Labels(intake) => intake.finish(study, report),
            Intake::Released(intake) => intake.finish(study, report),
            _ => Ok(()),
        }
    }
}
