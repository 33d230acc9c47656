//! Bringing files in. An import is one transaction per file: if a record is refused, nothing of
//! that file lands, unless the rest is asked for.

mod batches;
mod episodes;
mod labels;
mod released;
mod sessions;
mod units;

use std::{
    fs::File,
    io::{self, BufReader, Read},
    path::{Path, PathBuf},
};

use serde_json::{Map, Value};

use super::{Error, Result, Study};
use crate::{
    domain::label::RaterKind,
    formats::{self, fields::Problem, records},
};

pub use sessions::SessionMap;

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

/// A refused record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// 0 where the file as a whole is meant.
    pub line: usize,
    pub field: String,
    pub why: String,
}

/// What became of a file.
#[derive(Clone, Debug, Default)]
pub struct FileReport {
    pub path: String,
    pub landed: bool,
    /// Found in a folder and of another shape.
    pub skipped: Option<String>,
    pub new: usize,
    pub unchanged: usize,
    pub changed: usize,
    pub refused: usize,
    pub problems: Vec<Refusal>,
    /// What was read as something else or partly, with how often.
    pub warnings: Vec<(String, usize)>,
}

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    New,
    Unchanged,
    Changed,
}

impl FileReport {
    fn refuse(&mut self, line: usize, problems: Vec<Problem>) {
        self.refused += 1;
        for Problem { field, why } in problems {
            self.problems.push(Refusal { line, field, why });
        }
    }

    fn count(&mut self, fate: Fate) {
        match fate {
            Fate::New => self.new += 1,
            Fate::Unchanged => self.unchanged += 1,
            Fate::Changed => self.changed += 1,
        }
    }

    fn warn(&mut self, what: String) {
        match self.warnings.iter_mut().find(|(known, _)| *known == what) {
            Some((_, times)) => *times += 1,
            None => self.warnings.push((what, 1)),
        }
    }

    /// Books what was done with a record: its fate, or why it was refused. Only trouble with the
    /// study itself is passed on.
    fn book(&mut self, line: usize, done: Result<Fate, Trouble>) -> Result<()> {
        match done {
            Ok(fate) => self.count(fate),
            Err(Trouble::Record(problems)) => self.refuse(line, problems),
            Err(Trouble::Study(error)) => return Err(error),
        }
        Ok(())
    }
}

/// Why a record did not land.
#[derive(Debug)]
enum Trouble {
    /// The record is at fault.
    Record(Vec<Problem>),
    /// The study or the disk is.
    Study(Error),
}

impl From<Vec<Problem>> for Trouble {
    fn from(problems: Vec<Problem>) -> Self {
        Trouble::Record(problems)
    }
}

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Self {
        Trouble::Record(vec![problem])
    }
}

impl From<crate::store::StoreError> for Trouble {
    fn from(error: crate::store::StoreError) -> Self {
        Trouble::Study(error.into())
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(why) | Error::Usage(why) | Error::NotReady(why) => {
                Problem::new("", why).into()
            }
            other => Trouble::Study(other),
        }
    }
}

/// A file to read, and whether it was named or found in a folder.
#[derive(Clone, Debug)]
struct Candidate {
    path: PathBuf,
    /// The folder that is imported, if it was found in one.
    folder: Option<PathBuf>,
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
            collect(path, &mut candidates)?;
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
        if path.as_os_str() == "-" {
            return self.import_records(what, candidate, options, io::stdin().lock());
        }
        if what == What::Sessions && sessions::is_markdown(path) {
            return self.import_specstory(candidate, options);
        }
        match File::open(path) {
            Ok(file) => self.import_records(
                what,
                candidate,
                options,
                BufReader::with_capacity(1 << 20, file),
            ),
            Err(error) => Ok(unreadable(candidate, &error)),
        }
    }

    fn import_records(
        &mut self,
        what: What,
        candidate: &Candidate,
        options: &Options,
        input: impl io::BufRead,
    ) -> Result<FileReport> {
        let path = candidate.path.display().to_string();
        self.landing(what, options, |study| {
            let mut report = FileReport {
                path: path.clone(),
                ..FileReport::default()
            };
            let mut intake = Intake::new(what, candidate, options);
            let mut failed = None;
            let mut seen = 0;
            let read = records::read(input, |record| {
                seen += 1;
                // A file in a folder is judged by its first record.
                let foreign = match &record.object {
                    Ok(object) => !what.admits(object),
                    Err(_) => true,
                };
                if seen == 1 && foreign && candidate.folder.is_some() {
                    report.skipped = Some(format!("does not hold {}", what.word()));
                }
                if failed.is_some() || report.skipped.is_some() {
                    return;
                }
                let booked = match record.object {
                    Ok(object) => intake.take(study, record.line, object, &mut report),
                    Err(why) => {
                        report.refuse(record.line, vec![Problem::new("", why)]);
                        Ok(())
                    }
                };
                failed = booked.err();
            });
            if let Some(error) = failed {
                return Err(error);
            }
            match read {
                Err(error) => report.refuse(0, vec![Problem::new("", error.to_string())]),
                Ok(None) if candidate.folder.is_some() => report.skipped = Some("is empty".into()),
                Ok(None) => report.refuse(
                    0,
                    vec![Problem::new("", "is empty: there is nothing to import")],
                ),
                Ok(Some(count)) => intake.finish(study, count, &mut report)?,
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
                let detail = format!(
                    "{} {} from {}",
                    report.new + report.changed,
                    what.word(),
                    report.path
                );
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
    Released(released::Intake),
}

impl<'o> Intake<'o> {
    fn new(what: What, candidate: &Candidate, options: &'o Options) -> Self {
        match what {
            What::Sessions => Intake::Sessions(sessions::Intake::new(candidate, options)),
            What::Episodes => Intake::Episodes(episodes::Intake::new(candidate, options)),
            What::Labels => Intake::Labels(labels::Intake::new(candidate, options)),
            What::Batches => Intake::Batches,
            What::Released => Intake::Released(released::Intake::default()),
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
                intake.take(study, line, object, report);
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
            _ => Ok(()),
        }
    }
}

fn unreadable(candidate: &Candidate, error: &io::Error) -> FileReport {
    let mut report = FileReport {
        path: candidate.path.display().to_string(),
        ..FileReport::default()
    };
    report.refuse(
        0,
        vec![Problem::new("", format!("cannot be read: {error}"))],
    );
    report
}

/// The files of a path: itself, or everything below a folder in the order of names.
fn collect(path: &Path, candidates: &mut Vec<Candidate>) -> Result<()> {
    if !path.is_dir() {
        candidates.push(Candidate {
            path: path.to_owned(),
            folder: None,
        });
        return Ok(());
    }
    let mut folders = vec![path.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).map_err(|e| Error::Io(folder.clone(), e))?;
        for entry in entries {
            let entry = entry.map_err(|e| Error::Io(folder.clone(), e))?.path();
            // A link to a folder above would never end.
            if entry.is_dir() && !entry.is_symlink() {
                folders.push(entry);
            } else if entry.is_file() {
                files.push(entry);
            }
        }
    }
    files.sort();
    candidates.extend(files.into_iter().map(|file| Candidate {
        path: file,
        folder: Some(path.to_owned()),
    }));
    Ok(())
}

/// Reads a whole text file; invalid UTF-8 is replaced, and told.
fn read_text(path: &Path) -> io::Result<(String, bool)> {
    let mut bytes = Vec::new();
    File::open(path)?.read_to_end(&mut bytes)?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    Ok(match String::from_utf8_lossy(bytes) {
        std::borrow::Cow::Borrowed(text) => (text.to_owned(), false),
        std::borrow::Cow::Owned(text) => (text, true),
    })
}
