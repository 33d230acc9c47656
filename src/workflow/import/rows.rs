//! Files of records of one kind, which land as a whole or not at all.

use std::{io::BufRead, ops::ControlFlow};

use serde_json::{Map, Value};

use super::{
    Candidate, FileReport, Options, What, batches, episodes,
    files::{Shut, Start, open, unreadable},
    labels, released,
};
use crate::{
    formats::{self, fields::Problem, records},
    workflow::{Error, Result, Study},
};

/// What the records of a file are.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rows {
    Episodes,
    Labels,
    Batches,
    Released,
}

impl Rows {
    fn what(self) -> What {
        match self {
            Rows::Episodes => What::Episodes,
            Rows::Labels => What::Labels,
            Rows::Batches => What::Batches,
            Rows::Released => What::Released,
        }
    }

    /// Field names of which a file of this kind has one near its beginning, broken or not.
    fn marks(self) -> &'static [&'static str] {
        match self {
            Rows::Episodes => &["\"evidence\"", "\"alignment_goal\"", "\"episodes\""],
            Rows::Labels => &["\"unit\"", "\"rater\"", "\"answers\""],
            Rows::Batches => &["\"annotators\""],
            Rows::Released => &["\"session_count_id\""],
        }
    }

    fn admits(self, object: &Map<String, Value>) -> bool {
        match self {
            Rows::Episodes => formats::episodes::looks_like(object),
            Rows::Labels => formats::labels::looks_like(object),
            Rows::Batches => formats::batches::looks_like(object),
            Rows::Released => formats::released::looks_like(object),
        }
    }
}

impl Study {
    pub(super) fn import_rows(
        &mut self,
        rows: Rows,
        candidate: &Candidate,
        options: &Options,
    ) -> Result<FileReport> {
        match &candidate.shut {
            Some(Shut::Passed(why)) => return Ok(FileReport::skipped(candidate, *why)),
            Some(Shut::Failed(why)) => return Ok(FileReport::refused(candidate, why)),
            None => {}
        }
        match open(&candidate.path) {
            Ok(input) => self.read_rows(rows, candidate, options, input),
            Err(error) => Ok(FileReport::refused(candidate, unreadable(&error))),
        }
    }

    pub(super) fn read_rows(
        &mut self,
        rows: Rows,
        candidate: &Candidate,
        options: &Options,
        mut input: impl BufRead,
    ) -> Result<FileReport> {
        let start = match Start::of(&mut input, rows.marks()) {
            Ok(start) => start,
            Err(error) => return Ok(FileReport::refused(candidate, unreadable(&error))),
        };
        let foreign = match start.first {
            None => Some("is empty".to_owned()),
            Some(b'{' | b'[') => None,
            Some(_) => Some(format!("does not hold {}", rows.what().word())),
        };
        match foreign {
            // An export without rows is an empty file, too.
            Some(why) if candidate.folder.is_some() || start.first.is_none() => {
                return Ok(FileReport::skipped(candidate, why));
            }
            _ => {}
        }
        self.landing(rows.what(), options, |study| {
            let mut report = FileReport::new(candidate);
            let mut intake = Intake::new(rows, candidate, options, start.first == Some(b'['));
            let mut failed = None;
            let mut seen = 0;
            let read = records::read(input, |record| {
                seen += 1;
                // A file in a folder is judged by its first record, or by its beginning where
                // that record is broken.
                if seen == 1 && candidate.folder.is_some() {
                    let admitted = match &record.object {
                        Ok(object) => rows.admits(object),
                        Err(_) => start.has_mark,
                    };
                    if !admitted {
                        report.skipped = Some(format!("does not hold {}", rows.what().word()));
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

    /// Runs the import of one file as a part of the transaction that stands only if the file lands.
    fn landing(
        &mut self,
        what: What,
        options: &Options,
        work: impl FnOnce(&mut Self) -> Result<FileReport>,
    ) -> Result<FileReport> {
        let mut refused = None;
        let landed = self.in_part(|study| {
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
    Episodes(episodes::Intake<'o>),
    Labels(labels::Intake<'o>),
    Batches,
    Released(released::Intake<'o>),
}

impl<'o> Intake<'o> {
    /// `is_array` says that the file is one JSON array.
    fn new(rows: Rows, candidate: &Candidate, options: &'o Options, is_array: bool) -> Self {
        match rows {
            Rows::Episodes => Intake::Episodes(episodes::Intake::new(candidate, options, is_array)),
            Rows::Labels => Intake::Labels(labels::Intake::new(candidate, options)),
            Rows::Batches => Intake::Batches,
            Rows::Released => Intake::Released(released::Intake::new(candidate, options)),
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
