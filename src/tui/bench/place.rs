//! Where a bench was left, so that it is found there again.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Bench, Mode};
use crate::tui::{
    effects::{DeskAsk, Effect},
    form::FormPlace,
    parts::{
        evidence::EvidencePlace,
        reader::ReaderPlace,
        units::{Units, UnitsPlace},
    },
    widgets::input::{Caret, Input},
};

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Saved {
    unit: String,
    form: Option<FormPlace>,
    mode: SavedMode,
    evidence: EvidencePlace,
    revealed: bool,
}

#[derive(Default, Serialize, Deserialize)]
enum SavedMode {
    #[default]
    Form,
    /// The text as typed: blanks at its end are not part of the note.
    Note(String, Caret),
    Flag(String, Caret),
    Reason(String, Caret),
    Reader(ReaderPlace),
    Units(UnitsPlace),
    Uses(usize),
    Detail(u16),
}

impl Bench {
    pub fn saved(&self) -> Saved {
        Saved {
            unit: self.sheet.matter.unit.0.clone(),
            form: Some(self.form.place()),
            mode: match &self.mode {
                Mode::Form => SavedMode::Form,
                Mode::Note(input) => SavedMode::Note(input.text(), input.caret()),
                Mode::Flag(input) => SavedMode::Flag(input.text(), input.caret()),
                Mode::Reason(input) => SavedMode::Reason(input.text(), input.caret()),
                Mode::Reader(reader) => SavedMode::Reader(reader.place()),
                Mode::Units(units) => SavedMode::Units(units.place()),
                Mode::Uses { first, .. } => SavedMode::Uses(*first),
                Mode::Detail { first } => SavedMode::Detail(*first),
            },
            evidence: self.evidence.place(),
            revealed: self.revealed,
        }
    }

    /// Goes where it was left, if that was on this unit.
    pub(super) fn restore(&mut self, saved: Value) {
        let Ok(saved) = serde_json::from_value::<Saved>(saved) else {
            return;
        };
        if saved.unit != *self.sheet.matter.unit {
            return;
        }
        if let Some(form) = saved.form {
            self.form.restore(form);
        }
        self.evidence.restore(saved.evidence);
        self.revealed = saved.revealed;
        let typed = |text: &str, caret, lines| {
            let mut input = Input::new(text, lines);
            input.set_caret(caret);
            input
        };
        let frozen = self.frozen().is_some();
        self.mode = match saved.mode {
            SavedMode::Note(text, caret) if !frozen || self.is_closed() => {
                Mode::Note(typed(&text, caret, true))
            }
            SavedMode::Flag(text, caret) if !frozen => Mode::Flag(typed(&text, caret, false)),
            SavedMode::Reason(text, caret) if !frozen => Mode::Reason(typed(&text, caret, true)),
            SavedMode::Units(place) => Mode::Units(Units::new(place, self.desk.is_gold())),
            SavedMode::Uses(first) => Mode::Uses {
                found: Vec::new(),
                first,
            },
            SavedMode::Detail(first) => Mode::Detail { first },
            SavedMode::Reader(place) => {
                self.opening = place;
                Mode::Form
            }
            _ => Mode::Form,
        };
        self.refresh_beside();
    }

    /// Asks for what the restored screen needs to go on.
    pub(super) fn resume(&mut self) -> Vec<Effect> {
        match &self.mode {
            Mode::Units(units) => vec![self.window(units, units.wanted())],
            Mode::Uses { .. } => self.earlier_uses(),
            _ if self.opening != ReaderPlace::default() => {
                vec![self.ask(DeskAsk::Session(Box::new(self.sheet.matter.clone())))]
            }
            _ => Vec::new(),
        }
    }
}
