//! Episodes.
use serde_json::{Map, Value};

use super::{Candidate, FileReport, Options};
use crate::workflow::{Result, Study};

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

    pub(super) fn nothing_found(
        &mut self,
        _study: &mut Study,
        _report: &mut FileReport,
    ) -> Result<()> {
        Ok(())
    }
}
