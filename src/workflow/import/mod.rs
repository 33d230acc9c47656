//! Bringing files in. A file lands as a whole: if a record is refused, nothing of that file lands,
//! unless the rest is asked for.

mod around;
mod batches;
mod content;
mod episodes;
mod files;
mod folders;
mod group;
mod labels;
mod merge;
mod ordered;
mod reading;
mod released;
mod report;
mod rows;
mod session_map;
mod sessions;
mod settle;
#[cfg(test)]
mod tests;
mod units;

use std::{
    path::{Path, PathBuf},
    thread,
};

use super::{Result, Study, sha256_hex};
use crate::domain::{label::RaterKind, session::Session};

pub use self::{
    around::OnDisk,
    report::{FileReport, Imported, Refusal, Removed},
    session_map::SessionMap,
};
use self::{
    files::{Candidate, collect, open, unreadable},
    group::Group,
    report::{Fate, Trouble},
    rows::Rows,
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

    /// How files of records are read; sessions come in files of many kinds.
    fn rows(self) -> Option<Rows> {
        match self {
            What::Sessions => None,
            What::Episodes => Some(Rows::Episodes),
            What::Labels => Some(Rows::Labels),
            What::Batches => Some(Rows::Batches),
            What::Released => Some(Rows::Released),
        }
    }
}

/// How to import.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub map: SessionMap,
    pub defaults: Defaults,
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

impl Options {
    /// What map and options say about sessions, as a SHA-256, if they say anything.
    fn told(&self) -> Option<String> {
        let said = (self.map.sha256(), &self.defaults);
        (said.0.is_some() || self.defaults != Defaults::default())
            .then(|| sha256_hex(format!("{said:?}").as_bytes()))
    }
}

/// What is known about every session of an import, where its file says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Defaults {
    pub repository: Option<String>,
    pub source: Option<String>,
    /// `ide` or `cli`.
    pub modality: Option<String>,
    pub agent: Option<String>,
    pub license: Option<String>,
}

impl Defaults {
    fn fill(&self, session: &mut Session) {
        let facts = [
            (&mut session.repository, &self.repository),
            (&mut session.source, &self.source),
            (&mut session.modality, &self.modality),
            (&mut session.agent, &self.agent),
            (&mut session.license, &self.license),
        ];
        for (fact, told) in facts {
            if fact.is_none() {
                fact.clone_from(told);
            }
        }
    }
}

/// How far a long import is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Step {
    /// Files.
    pub done: usize,
    pub files: usize,
    pub bytes_done: u64,
    pub bytes: u64,
    /// New, changed and unchanged records so far.
    pub records: usize,
}

impl Step {
    fn of(candidates: &[Candidate]) -> Self {
        Self {
            files: candidates.len(),
            bytes: candidates.iter().map(|candidate| candidate.bytes).sum(),
            ..Self::default()
        }
    }
}

/// Is told after each file how far a long import is.
pub type Progress<'p> = &'p mut dyn FnMut(&Step, &Path);

impl Study {
    /// Imports files and folders; `-` is standard input.
    pub fn import(
        &mut self,
        what: What,
        paths: &[PathBuf],
        options: &Options,
        progress: Progress,
    ) -> Result<Imported> {
        let Some(rows) = what.rows() else {
            let threads = thread::available_parallelism().map_or(2, |count| count.get());
            return self.import_sessions(paths, options, threads, progress);
        };
        let mut candidates = Vec::new();
        for path in paths {
            collect(path, &mut candidates);
        }
        let mut step = Step::of(&candidates);
        let mut files = Vec::with_capacity(candidates.len());
        let mut group = Group::default();
        for candidate in &candidates {
            let report = group
                .open(self)
                .and_then(|()| self.import_rows(rows, candidate, options));
            files.push(report.inspect_err(|_| group.undo(self))?);
            group.add(self, candidate.bytes)?;
            step.done += 1;
            step.bytes_done += candidate.bytes;
            progress(&step, &candidate.path);
        }
        group.close(self)?;
        Ok(Imported {
            files,
            removed: Vec::new(),
        })
    }

    /// Imports records that are already in memory, under the name of a file.
    pub fn import_text(
        &mut self,
        what: What,
        name: &str,
        text: &str,
        options: &Options,
    ) -> Result<FileReport> {
        let candidate = Candidate::held(name, text);
        self.atomically(|study| {
            let Some(rows) = what.rows() else {
                let walked = vec![(name.into(), 0..1)];
                let mut imported =
                    study.take_in(vec![candidate], walked, options, 1, &mut |_, _| {})?;
                return Ok(imported.files.remove(0));
            };
            study.read_rows(rows, &candidate, options, text.as_bytes())
        })
    }
}
