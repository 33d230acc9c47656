//! What a bench does with what the study gave it.

use super::{Bench, Mode, columns_of, evidence_of, form_of};
use crate::tui::{
    app::Notice,
    effects::{Effect, Loaded, Sheet},
    parts::{evidence::marks, reader::Reader},
};

impl Bench {
    pub(super) fn loaded(&mut self, loaded: Loaded) -> Vec<Effect> {
        match loaded {
            Loaded::Sheet(sheet) => {
                self.take(*sheet);
                Vec::new()
            }
            Loaded::Restored(Some(sheet)) => {
                let elsewhere = sheet.matter.unit != self.sheet.matter.unit;
                let position = sheet.position;
                self.take(*sheet);
                match elsewhere {
                    true => vec![Effect::Say(Notice::good(format!(
                        "That was on unit {position}; you are there now."
                    )))],
                    false => Vec::new(),
                }
            }
            Loaded::Restored(None) => vec![Effect::Say(Notice::good(
                "There is nothing to take back or do again.",
            ))],
            Loaded::Session(turns) => {
                let place = std::mem::take(&mut self.opening);
                let extracted = self.sheet.extracted.iter().flat_map(marks);
                let marks = marks(&self.sheet.matter).into_iter().chain(extracted);
                let marks = marks.collect();
                self.mode = Mode::Reader(Box::new(Reader::new(turns, marks, place)));
                Vec::new()
            }
            Loaded::Units { first, rows, total } => {
                if let Mode::Units(units) = &mut self.mode {
                    units.loaded(first, rows, total);
                }
                Vec::new()
            }
            Loaded::Uses(found) => {
                let first = match self.mode {
                    Mode::Uses { first, .. } => first,
                    _ => 0,
                };
                self.mode = Mode::Uses { found, first };
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// Takes a unit onto the desk; the cursor stays where it is if it is the same one.
    fn take(&mut self, sheet: Sheet) {
        if sheet.matter.unit == self.sheet.matter.unit {
            if let Some(gold) = &sheet.gold {
                self.form.set_columns(columns_of(gold));
            }
            if sheet.content.answers != *self.form.answers() {
                self.form.set_answers(sheet.content.answers.clone());
            }
            self.sheet = sheet;
            self.refresh_beside();
            return;
        }
        self.form = form_of(&self.desk, &sheet);
        self.evidence = evidence_of(&sheet);
        self.mode = Mode::Form;
        self.revealed = false;
        self.sheet = sheet;
    }
}
