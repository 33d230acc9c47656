//! Changes of the answers. Each leaves no axis answered that does not apply.

use super::{Form, Outcome, Row, Stop};
use crate::{
    domain::{
        answers::{Answer, Pick},
        codebook::Kind,
        rules::{Applies, applies},
    },
    tui::widgets::input::Input,
};

impl Form {
    /// Sets the answer to a question.
    pub(super) fn set(&mut self, stop: Stop, answer: Option<Answer>) {
        let before = self.answers.clone();
        let Stop::Axis { axis, quote } = stop else {
            return;
        };
        let Some(key) = self.codebook.axes.get(axis).map(|axis| axis.key.clone()) else {
            return;
        };
        let answer = match quote {
            None => answer,
            Some(quote) => {
                let mut items = match self.answers.get(&key) {
                    Some(Answer::Repeated(items)) => items.clone(),
                    _ => Vec::new(),
                };
                items.resize(self.quotes, None);
                if let Some(item) = items.get_mut(quote) {
                    *item = answer.filter(|answer| !answer.is_empty());
                }
                Some(Answer::Repeated(items))
            }
        };
        self.answers.set(&key, answer);
        self.clear_what_does_not_apply();
        let filled = self.follow(&before);
        if !filled.is_empty() {
            let said = format!("{} filled in: the annotators agree.", filled.join(" and "));
            self.said = Some(match self.said.take() {
                Some(cleared) => format!("{cleared} {said}"),
                None => said,
            });
        }
    }

    /// Codes in the codebook's order, as they are stored, so that an answer is the same however
    /// it was come by.
    fn set_picks(&mut self, stop: Stop, mut picks: Vec<Pick>) {
        if let Some(axis) = self.axis_of(stop) {
            picks.retain(|pick| Self::owner(axis, pick).is_some());
            picks.sort_by_key(|pick| axis.position(&pick.code).unwrap_or(usize::MAX));
        }
        self.set(stop, (!picks.is_empty()).then_some(Answer::Picks(picks)));
    }

    fn clear_what_does_not_apply(&mut self) {
        let mut cleared = Vec::new();
        for axis in &self.codebook.axes {
            if self.answers.get(&axis.key).is_some()
                && applies(&self.codebook, axis, &self.answers) != Applies::Yes
            {
                self.answers.set(&axis.key, None);
                cleared.push(axis.title.as_str());
            }
        }
        if !cleared.is_empty() {
            let (verb, them) = match cleared.len() {
                1 => ("does", "its answer was"),
                _ => ("do", "their answers were"),
            };
            self.said = Some(format!(
                "{} {verb} not apply any more; {them} cleared. u takes it back.",
                cleared.join(" and ")
            ));
        }
    }

    /// Chooses a code; on a multi axis, or where `toggle` says so, a chosen one is taken away.
    pub(super) fn choose(&mut self, code: usize, toggle: bool) -> Outcome {
        let stop = self.stop;
        let Some(axis) = self.axis_of(stop) else {
            return Outcome::Unknown;
        };
        let multi = axis.kind == Kind::Multi;
        let Some(key) = axis.codes.get(code).map(|code| code.key.clone()) else {
            return Outcome::Unknown;
        };
        let chosen = self.pick_of(stop, code).is_some();
        let mut picks = self.picks(stop).to_vec();
        self.row = Row::Code(code);
        if chosen && (multi || toggle) {
            let axis = &self.codebook.axes[stop.axis().unwrap_or_default()];
            picks.retain(|pick| Self::owner(axis, pick) != Some(code));
            self.set_picks(stop, picks);
            self.settle();
            return Outcome::Edited { typing: None };
        }
        let edited = !chosen || (!multi && picks.len() > 1);
        if edited {
            if multi {
                picks.push(Pick::new(&key));
            } else {
                picks = vec![Pick::new(&key)];
            }
            self.set_picks(stop, picks);
        }
        match self.owed(stop, code) {
            Some(row) => self.enter(row),
            None if !multi => self.go_on(),
            None => {}
        }
        if edited {
            Outcome::Edited { typing: None }
        } else {
            Outcome::Moved
        }
    }

    /// Gives a chosen code a value of an attribute; none takes it away.
    pub(super) fn set_attribute(
        &mut self,
        code: usize,
        attribute: usize,
        value: Option<usize>,
    ) -> Outcome {
        let stop = self.stop;
        let codebook = self.codebook.clone();
        let Some(axis) = stop.axis().and_then(|axis| codebook.axes.get(axis)) else {
            return Outcome::Unknown;
        };
        let attribute = &axis.attributes[attribute];
        let value = value.and_then(|value| attribute.values.get(value));
        let mut picks = self.picks(stop).to_vec();
        for pick in &mut picks {
            if Self::owner(axis, pick) == Some(code) {
                pick.set_attribute(axis, &attribute.key, value.map(|value| value.key.as_str()));
            }
        }
        self.set_picks(stop, picks);
        Outcome::Edited { typing: None }
    }

    /// The text in a row, as it is to be typed on.
    fn text_of(&self, row: Row) -> Option<(String, bool)> {
        let axis = self.axis_of(self.stop)?;
        match row {
            Row::Prose => match self.answer(self.stop) {
                Some(Answer::Text(text)) => Some((text.clone(), true)),
                _ => Some((String::new(), true)),
            },
            Row::Text(code) => {
                let pick = self.pick_of(self.stop, code)?;
                Some((pick.text.clone().unwrap_or_default(), false))
            }
            Row::Label(code) => {
                let pick = self.pick_of(self.stop, code)?;
                let rules = &axis.codes[code];
                let label = if pick.code == rules.key {
                    let prefix = rules.pattern.as_ref().map(|pattern| pattern.prefix());
                    prefix.unwrap_or_default().to_owned()
                } else {
                    pick.code.0.clone()
                };
                Some((label, false))
            }
            Row::Code(_) | Row::Attribute { .. } => None,
        }
    }

    /// Begins to type in the row under the cursor, if it is a text.
    pub(super) fn begin_typing(&mut self) -> bool {
        self.typing = self
            .text_of(self.row)
            .map(|(text, lines)| Input::new(&text, lines));
        self.typing.is_some()
    }

    /// Puts the cursor into a row and begins to type if it is a text.
    pub(super) fn enter(&mut self, row: Row) {
        self.row = row;
        self.begin_typing();
    }

    /// Does something to the text being typed and takes the result into the answers.
    pub(super) fn type_in(&mut self, change: impl FnOnce(&mut Input) -> bool) -> Outcome {
        let Some(input) = &mut self.typing else {
            return Outcome::Unknown;
        };
        let before = input.text();
        change(input);
        let now = input.text();
        if now == before {
            return Outcome::Moved;
        }
        let stop = self.stop;
        match self.row {
            Row::Prose => self.set(stop, Some(Answer::Text(now))),
            Row::Text(code) => {
                let codebook = self.codebook.clone();
                let mut picks = self.picks(stop).to_vec();
                if let Some(axis) = stop.axis().and_then(|axis| codebook.axes.get(axis)) {
                    for pick in &mut picks {
                        if Self::owner(axis, pick) == Some(code) {
                            pick.text = Some(now.clone()).filter(|text| !text.is_empty());
                        }
                    }
                }
                self.set_picks(stop, picks);
            }
            Row::Label(code) => self.set_label(stop, code, &before, &now),
            Row::Code(_) | Row::Attribute { .. } => {}
        }
        Outcome::Edited {
            typing: Some(self.field()),
        }
    }

    /// Another label for an open code. While it is typed it may for a moment be a label of another.
    fn set_label(&mut self, stop: Stop, code: usize, before: &str, now: &str) {
        let codebook = self.codebook.clone();
        let Some(axis) = stop.axis().and_then(|axis| codebook.axes.get(axis)) else {
            return;
        };
        let key = &axis.codes[code].key;
        let mut picks = self.picks(stop).to_vec();
        let place = picks
            .iter()
            .position(|pick| *pick.code == *before)
            .or_else(|| picks.iter().position(|pick| pick.code == *key))
            .or_else(|| {
                picks
                    .iter()
                    .position(|pick| Self::owner(axis, pick) == Some(code))
            });
        if let Some(pick) = place.and_then(|place| picks.get_mut(place)) {
            pick.code = if now.trim().is_empty() {
                key.clone()
            } else {
                now.trim().into()
            };
        }
        self.set_picks(stop, picks);
    }

    /// The name of the text being typed, by which the history joins keystrokes to one step.
    fn field(&self) -> String {
        let axis = self.axis().map_or("", |axis| &axis.key);
        match (self.row, self.quote()) {
            (Row::Prose, None) => axis.to_owned(),
            (row, quote) => format!("{axis} {row:?} {quote:?}"),
        }
    }
}
