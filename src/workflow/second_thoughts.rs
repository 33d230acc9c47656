//! What annotators think of their answers once these are frozen: notes in the log, which change no
//! label and no figure.

use super::{Error, Result, Study, annotate::Desk};
use crate::domain::ids::{RaterName, UnitKey};

/// What such a note is called in the log.
pub const SECOND_THOUGHT: &str = "second_thought";

impl Study {
    /// Notes what an annotator thinks of a unit after the lock. An empty text withdraws it.
    pub fn think_again(&mut self, desk: &Desk, unit: &UnitKey, text: &str) -> Result<()> {
        let batch = self.batch(&desk.batch.name)?;
        if desk.is_gold() || batch.is_open() {
            return Err(Error::NotReady(format!(
                "{} is not locked; write a note instead",
                batch.name
            )));
        }
        let (who, text) = (Some(&*desk.rater.0), text.trim().to_owned());
        self.log(
            who,
            SECOND_THOUGHT,
            Some(&batch.name),
            Some(unit),
            Some(text),
        )
    }

    /// The second thoughts on a unit, by annotator.
    pub fn second_thoughts(&self, desk: &Desk, unit: &UnitKey) -> Result<Vec<(RaterName, String)>> {
        let mut found = self
            .store
            .last_words(SECOND_THOUGHT, &desk.batch.name, unit)?;
        found.retain(|(_, text)| !text.is_empty());
        Ok(found)
    }
}
