//! How the adjudicate screen is found and opened. What it asks of a unit is asked of any desk.

use std::rc::Rc;

use serde_json::Value;

use super::{Goto, Result, Study, annotate};
use crate::{
    tui::screens::adjudicate::Adjudicate,
    workflow::{Error, annotate::Desk},
};

/// Where to begin when no batch is named: the first locked one with units that wait.
pub fn find(study: &mut Study, batch: Option<String>, who: String) -> Result<Goto> {
    if let Some(batch) = batch {
        let desk = study.gold_desk(&batch, &who)?;
        return Ok(Goto::Adjudicate {
            batch: desk.batch.name.0,
            who,
        });
    }
    let mut found = None;
    for batch in study.batches()? {
        if batch.is_revealed() {
            let waits = !study.gold_is_complete(&batch)?;
            found = found.filter(|_| !waits).or(Some(batch.name));
            if waits {
                break;
            }
        }
    }
    match found {
        Some(batch) => Ok(Goto::Adjudicate {
            batch: batch.0,
            who,
        }),
        None => Err(Error::NotReady(
            "no batch is locked yet, so nothing waits for an adjudicator; see: tiebreak status"
                .into(),
        )),
    }
}

/// The screen as it was left; at first, on the first unit that waits for gold.
pub fn open(study: &mut Study, desk: Desk, saved: Value) -> Result<Adjudicate> {
    let sheet = annotate::first(study, &desk, &saved)?;
    Ok(Adjudicate::new(Rc::new(desk), sheet, saved))
}
