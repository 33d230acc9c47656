//! What became of a file and of its records.

use super::Candidate;
use crate::{
    formats::fields::Problem,
    workflow::{Error, Result, anchor::Moved},
};

/// A refused record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// 0 where the file as a whole is meant.
    pub line: usize,
    pub field: String,
    pub why: String,
}

/// A session that an earlier import brought, and that is no longer in any of its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    pub session: String,
    /// The file that held it.
    pub path: String,
}

/// What became of an import.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    pub files: Vec<FileReport>,
    /// They are kept in the study.
    pub removed: Vec<Removed>,
}

/// What became of a file.
#[derive(Clone, Debug, Default)]
pub struct FileReport {
    pub path: String,
    /// Whether it was found in a folder, not named.
    pub is_found: bool,
    pub landed: bool,
    /// Found in a folder and of another shape.
    pub skipped: Option<String>,
    /// Whether it is refused as a whole, and not because of a record.
    pub failed: bool,
    /// What kind of log it is, where there are several.
    pub kind: Option<&'static str>,
    /// Turns of people and of agents that were read; none where the file was known by its content.
    pub turns: (usize, usize),
    /// Whether only a part of it could be read.
    pub is_partial: bool,
    pub new: usize,
    pub unchanged: usize,
    pub changed: usize,
    pub refused: usize,
    pub problems: Vec<Refusal>,
    /// What was read as something else or partly, with how often.
    pub warnings: Vec<(String, usize)>,
    /// Quotes that stand otherwise now, because their sessions changed.
    pub moved: Vec<Moved>,
}

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    New,
    Unchanged,
    Changed,
}

impl FileReport {
    pub(super) fn new(candidate: &Candidate) -> Self {
        Self {
            path: candidate.path.display().to_string(),
            is_found: candidate.folder.is_some(),
            ..Self::default()
        }
    }

    /// The report of a file that was left aside because it was only found in a folder.
    pub(super) fn skipped(candidate: &Candidate, why: impl Into<String>) -> Self {
        Self {
            skipped: Some(why.into()),
            ..Self::new(candidate)
        }
    }

    /// The report of a file that is refused as a whole.
    pub(super) fn refused(candidate: &Candidate, why: impl Into<String>) -> Self {
        let mut report = Self::new(candidate);
        report.fail(why);
        report
    }

    /// Refuses the file as a whole.
    pub(super) fn fail(&mut self, why: impl Into<String>) {
        self.failed = true;
        self.refuse(0, vec![Problem::new("", why)]);
    }

    /// Whether the import as a whole has failed because of this file: because it was named and did
    /// not land, or because one of its records was refused. A log in a folder that cannot be read
    /// is reported, and the others count.
    pub fn is_failure(&self) -> bool {
        !self.landed && self.skipped.is_none() && !(self.is_found && self.failed)
    }

    pub(super) fn refuse(&mut self, line: usize, problems: Vec<Problem>) {
        self.refused += 1;
        for Problem { field, why } in problems {
            self.problems.push(Refusal { line, field, why });
        }
    }

    pub(super) fn count(&mut self, fate: Fate) {
        match fate {
            Fate::New => self.new += 1,
            Fate::Unchanged => self.unchanged += 1,
            Fate::Changed => self.changed += 1,
        }
    }

    pub(super) fn warn(&mut self, what: String) {
        match self.warnings.iter_mut().find(|(known, _)| *known == what) {
            Some((_, times)) => *times += 1,
            None => self.warnings.push((what, 1)),
        }
    }

    /// Books what was done with a record: its fate, or why it was refused. Only trouble with the
    /// study itself is passed on.
    pub(super) fn book(&mut self, line: usize, done: Result<Fate, Trouble>) -> Result<()> {
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
pub(super) enum Trouble {
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
