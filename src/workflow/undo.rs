//! Undo and redo at a desk. No stack is kept anywhere: both are read off the history, so they survive
//! whatever the program does not.

use super::{Result, Study, annotate::Desk};
use crate::{
    domain::{ids::UnitKey, label::Content},
    store::revisions::{Action, Trace},
};

impl Study {
    /// Takes back the last step at this desk, on whatever unit it was, and tells which.
    pub fn undo(&mut self, desk: &Desk) -> Result<Option<UnitKey>> {
        self.atomically(|study| {
            study.require_open(desk)?;
            let Some(trace) = study.undoable(desk)? else {
                return Ok(None);
            };
            let address = desk.address(&trace.unit);
            let before = study.store.revision_before(&address, trace.step)?;
            let content = match before {
                Some(id) => study.store.revision(&study.shelf_of(), id)?.content,
                None => Content::default(),
            };
            study.write(
                desk,
                &trace.unit,
                &content,
                Action::Undo,
                None,
                Some(trace.step),
                None,
            )?;
            Ok(Some(trace.unit))
        })
    }

    /// Does again what the last undo took back, and tells on which unit.
    pub fn redo(&mut self, desk: &Desk) -> Result<Option<UnitKey>> {
        self.atomically(|study| {
            study.require_open(desk)?;
            let Some(step) = study.redoable(desk)? else {
                return Ok(None);
            };
            let end = study
                .store
                .end_of_step(&desk.batch.name, &desk.rater, step)?;
            let label = study.store.revision(&study.shelf_of(), end)?;
            let unit = label.address.unit;
            study.write(
                desk,
                &unit,
                &label.content,
                Action::Redo,
                None,
                Some(step),
                None,
            )?;
            Ok(Some(unit))
        })
    }

    /// The step that an undo would take back: the newest that is not taken back already.
    fn undoable(&self, desk: &Desk) -> Result<Option<Trace>> {
        let (mut undone, mut found) = (Vec::new(), None);
        self.store
            .trace(&desk.batch.name, &desk.rater, |mut trace| {
                match trace.action {
                    Action::Undo => undone.extend(trace.target),
                    Action::Redo => match trace.target {
                        // A redo that was itself undone is passed over with its undo.
                        Some(step) if undone.contains(&step) => undone.retain(|done| *done != step),
                        Some(step) => {
                            trace.step = step;
                            found = Some(trace);
                        }
                        None => {}
                    },
                    Action::Import | Action::Lock => return false,
                    Action::Edit | Action::Submit | Action::TakeBack => {
                        if !undone.contains(&trace.step) {
                            found = Some(trace);
                        }
                    }
                }
                found.is_none()
            })?;
        Ok(found)
    }

    /// The step that a redo would bring back: the last undone one after which nothing was changed.
    fn redoable(&self, desk: &Desk) -> Result<Option<i64>> {
        let (mut redone, mut found) = (0, None);
        self.store.trace(&desk.batch.name, &desk.rater, |trace| {
            match trace.action {
                Action::Redo => redone += 1,
                Action::Undo if redone > 0 => redone -= 1,
                Action::Undo => {
                    found = trace.target;
                    return false;
                }
                _ => return false,
            }
            true
        })?;
        Ok(found)
    }

    /// The step that typing in a field goes on with: the last one, if the same person made it in
    /// the same field.
    pub(super) fn running_step(
        &self,
        desk: &Desk,
        unit: &UnitKey,
        field: &str,
    ) -> Result<Option<i64>> {
        let mut step = None;
        self.store.trace(&desk.batch.name, &desk.rater, |trace| {
            let same = trace.action == Action::Edit
                && trace.unit == *unit
                && trace.field.as_deref() == Some(field)
                && trace.by.as_deref().is_none_or(|by| by == desk.who);
            step = same.then_some(trace.step);
            false
        })?;
        Ok(step)
    }
}
