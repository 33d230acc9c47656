//! Sessions.
use std::path::Path;

use serde_json::{Map, Value};

use super::{Candidate, FileReport, Options};
use crate::workflow::{Result, Study};

#[derive(Clone, Debug, Default)]
pub struct SessionMap;

pub(super) struct Intake<'o> {
    _options: &'o Options,
}

impl<'o> Intake<'o> {
    pub(super) fn new(_candidate: &Candidate, options: &'o Options) -> Self {
        Self { _options: options }
    }

    pub(super) fn take(
        &mut self,
        _study: &mut Study,
        _line: usize,
        _object: Map<String, Value>,
        _report: &mut FileReport,
    ) -> Result<()> {
        Ok(())
    }
}

pub(super) fn is_markdown(path: &Path) -> bool {
    path.extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("md"))
}

impl Study {
    pub(super) fn import_specstory(
        &mut self,
        _candidate: &Candidate,
        _options: &Options,
    ) -> Result<FileReport> {
        Ok(FileReport::default())
    }
}
