//! Batches.
use serde_json::{Map, Value};

use super::{Fate, Trouble};
use crate::workflow::Study;

pub(super) fn take(_study: &mut Study, _object: Map<String, Value>) -> Result<Fate, Trouble> {
    Ok(Fate::Unchanged)
}
