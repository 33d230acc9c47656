//! Bringing files in. An import is one transaction per file: if a record is refused, nothing of
//! that file lands, unless the rest is asked for.

mod batches;
mod episodes;
mod labels;
mod released;
mod session_map;
mod sessions;
mod settle;
#[cfg(test)]
mod tests;
mod units;

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value};

use super::{Error, Result, Study};
use crate::{
    domain::label::RaterKind,
    formats::{self, fields::Problem, records},
};

pub use session_map::SessionMap;

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
    fn new(path: &Path) -> Self {
        Self {
            path: path.display().to_string(),
            ..Self::default()
        }
    }

    /// The report of a file that was left aside because it was only found in a folder.
    fn skipped(path: &Path, why: impl Into<String>) -> Self {
        Self {
            skipped: Some(why.into()),
            ..Self::new(path)
        }
    }

    /// The report of a file that is refused as a whole.
    fn refused(path: &Path, why: impl Into<String>) -> Self {
        let mut report = Self::new(path);
        report.refuse(0, vec![Problem::new("", why)]);
        report
    }

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

/// How a file begins, read without taking anything from it.
struct Start {
    /// The first byte that is neither white space nor a byte order mark.
    first: Option<u8>,
    /// Whether a field name of the wanted kind stands in what was looked at.
    has_mark: bool,
}

impl Start {
    fn of(input: &mut impl BufRead, what: What) -> io::Result<Self> {
        let head = input.fill_buf()?;
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        let near = &head[..head.len().min(1 << 16)];
        let holds = |mark: &&str| near.windows(mark.len()).any(|part| part == mark.as_bytes());
        Ok(Self {
            first: head.iter().copied().find(|b| !b.is_ascii_whitespace()),
            has_mark: what.marks().iter().any(holds),
        })
    }
}

/// Opens a file to be read, `-` being standard input. What may keep its reader waiting is read to
/// its end first: the study is locked for others while an import runs.
fn open(path: &Path) -> io::Result<Box<dyn BufRead>> {
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        io::stdin().lock().read_to_end(&mut bytes)?;
        return Ok(Box::new(io::Cursor::new(bytes)));
    }
    let mut file = File::open(path)?;
    if file.metadata()?.is_file() {
        return Ok(Box::new(BufReader::with_capacity(1 << 20, file)));
    }
    file.read_to_end(&mut bytes)?;
    Ok(Box::new(io::Cursor::new(bytes)))
}

fn unreadable(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "does not exist".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}

/// The files of a path: itself, or everything below a folder in the order of names.
fn collect(path: &Path, candidates: &mut Vec<Candidate>) {
    if !path.is_dir() {
        candidates.push(Candidate {
            path: path.to_owned(),
            folder: None,
        });
        return;
    }
    let mut folders = vec![path.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        // Reading a folder that cannot be listed as a file fails with the reason.
        let Ok(entries) = std::fs::read_dir(&folder) else {
            files.push(folder);
            continue;
        };
        for entry in entries.flatten().map(|entry| entry.path()) {
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
}
