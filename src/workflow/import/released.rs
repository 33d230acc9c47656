//! Published rows.
use serde_json::{Map, Value};

use super::FileReport;
use crate::workflow::{Result, Study};

#[derive(Default)]
pub(super) struct Intake;

impl Intake {
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
