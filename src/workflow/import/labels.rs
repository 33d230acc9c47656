//! Labels: a file is read whole, then lands in an order in which a study could have come about:
//! the annotators', the locks that they complete, the judges', and the gold.

mod landing;
mod reading;

use std::{
    collections::{HashMap, hash_map},
    mem,
};

use serde_json::{Map, Value};

use self::{
    landing::Landing,
    reading::{Entry, Reader},
};
use super::{Candidate, Fate, FileReport, Options};
use crate::{
    domain::label::{Address, Content, RaterKind},
    formats::{
        fields::Problem,
        labels::{self, Row},
    },
    workflow::{Result, Study},
};

pub(super) struct Intake<'o> {
    options: &'o Options,
    /// The file's name, which its labels keep.
    source: String,
    rows: Vec<(usize, Row)>,
}

impl<'o> Intake<'o> {
    pub(super) fn new(candidate: &Candidate, options: &'o Options) -> Self {
        let source = candidate
            .path
            .file_name()
            .map(|name| name.display().to_string());
        Self {
            options,
            source: source.unwrap_or_default(),
            rows: Vec::new(),
        }
    }

    pub(super) fn take(
        &mut self,
        line: usize,
        mut object: Map<String, Value>,
        report: &mut FileReport,
    ) {
        let mut problems = reading::fill(&mut object, self.options);
        match labels::read(object) {
            Ok(row) if problems.is_empty() => self.rows.push((line, row)),
            Ok(_) => report.refuse(line, problems),
            Err(found) => {
                problems.extend(found);
                report.refuse(line, problems);
            }
        }
    }

    pub(super) fn finish(&mut self, study: &mut Study, report: &mut FileReport) -> Result<()> {
        let entries = self.entries(study, report)?;
        let mut landing = Landing::new(study, self.options, &self.source, &entries)?;
        for entry in of_kind(&entries, RaterKind::Annotator) {
            let done = landing.annotation(study, entry);
            report.book(entry.line, done)?;
        }
        landing.seal(study, &entries, report)?;
        for entry in of_kind(&entries, RaterKind::Judge) {
            let done = landing.judgement(study, entry);
            report.book(entry.line, done)?;
        }
        for entry in of_kind(&entries, RaterKind::Gold) {
            let done = landing.gold(study, entry);
            report.book(entry.line, done)?;
        }
        landing.note_complete_gold(study)
    }

    /// The rows that are sound in themselves, each address once.
    fn entries(&mut self, study: &Study, report: &mut FileReport) -> Result<Vec<Entry>> {
        let mut reader = Reader::new(study, self.options)?;
        let mut entries: Vec<Entry> = Vec::with_capacity(self.rows.len());
        let mut places: HashMap<Address, usize> = HashMap::with_capacity(self.rows.len());
        for (line, row) in mem::take(&mut self.rows) {
            let entry = match reader.entry(line, row, report) {
                Ok(entry) => entry,
                Err(trouble) => {
                    report.book(line, Err(trouble))?;
                    continue;
                }
            };
            match places.entry(entry.address.clone()) {
                hash_map::Entry::Vacant(place) => {
                    place.insert(entries.len());
                    entries.push(entry);
                }
                hash_map::Entry::Occupied(place) => {
                    let first = &entries[*place.get()];
                    if same(&first.content, &entry.content) {
                        report.count(Fate::Unchanged);
                    } else {
                        let why = format!(
                            "{} labels this unit on line {} and, differently, on line {line}; keep one of them",
                            entry.address.rater, first.line
                        );
                        report.refuse(line, vec![Problem::new("unit", why)]);
                    }
                }
            }
        }
        Ok(entries)
    }
}

fn of_kind(entries: &[Entry], kind: RaterKind) -> impl Iterator<Item = &Entry> {
    entries
        .iter()
        .filter(move |entry| entry.address.kind == kind)
}

/// Whether two labels say the same in everything that a person or a model wrote.
fn same(a: &Content, b: &Content) -> bool {
    (&a.answers, &a.note, &a.reasoning, &a.flags, a.unsure)
        == (&b.answers, &b.note, &b.reasoning, &b.flags, b.unsure)
        && (a.state, a.basis, &a.extra) == (b.state, b.basis, &b.extra)
}
