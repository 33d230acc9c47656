//! The form of a codebook: what has been answered, where the cursor is, what a key does.
//!
//! It knows codebook, answers and the number of quotes, and nothing of a study or a screen.
//! After every key, no axis that does not apply holds an answer.

mod answer;
mod beside;
mod columns;
mod detail;
mod keys;
mod rows;
mod say;
mod stops;
#[cfg(test)]
mod tests;

mod view;

use std::{rc::Rc, sync::Arc};

use serde::{Deserialize, Serialize};

pub use self::{
    beside::of as rater_style,
    columns::{Column, Columns},
    detail::detail,
    say::said,
    stops::{Row, Stop},
};
use super::widgets::input::{Caret, Input};
use crate::domain::{
    answers::Answers,
    codebook::{Axis, Codebook},
    rules::{self, Review},
};

/// The state of a form.
#[derive(Clone, Debug)]
pub struct Form {
    codebook: Arc<Codebook>,
    answers: Answers,
    quotes: usize,
    stop: Stop,
    row: Row,
    /// The text under the cursor, while it is typed.
    typing: Option<Input>,
    /// Whether submitting was tried, so that what is missing is pointed out.
    tried: bool,
    /// Something that the last key did besides.
    said: Option<String>,
    /// The line at the top of the pane.
    first: usize,
    /// Whose answers gold is made of, where it is.
    columns: Option<Rc<Columns>>,
    /// Whether it was said why gold is what no annotator says.
    reasoned: bool,
}

/// What came of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// At most the cursor moved.
    Moved,
    /// The answers changed; `typing` names the text that was typed in.
    Edited { typing: Option<String> },
    /// The user wants to submit.
    Submit,
    /// The key means nothing here.
    Unknown,
}

/// Where a form was left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormPlace {
    stop: Stop,
    row: Row,
    typing: Option<(String, Caret)>,
    tried: bool,
    said: Option<String>,
    first: usize,
}

impl Form {
    pub fn set_reasoned(&mut self, reasoned: bool) {
        self.reasoned = reasoned;
    }

    /// A form with the cursor on its first question.
    pub fn new(codebook: Arc<Codebook>, answers: Answers, quotes: usize) -> Self {
        let mut form = Self {
            codebook,
            answers,
            quotes,
            stop: Stop::End,
            row: Row::Prose,
            typing: None,
            tried: false,
            said: None,
            first: 0,
            columns: None,
            reasoned: false,
        };
        form.go_to(form.stops()[0]);
        form
    }

    pub fn codebook(&self) -> &Codebook {
        &self.codebook
    }

    pub fn answers(&self) -> &Answers {
        &self.answers
    }

    /// Takes other answers, as an undo brings them back, and stays where it is if it can.
    pub fn set_answers(&mut self, answers: Answers) {
        self.answers = answers;
        self.said = None;
        self.typing = None;
        self.settle();
    }

    pub fn place(&self) -> FormPlace {
        FormPlace {
            stop: self.stop,
            row: self.row,
            typing: self
                .typing
                .as_ref()
                .map(|input| (input.text(), input.caret())),
            tried: self.tried,
            said: self.said.clone(),
            first: self.first,
        }
    }

    pub fn restore(&mut self, place: FormPlace) {
        (self.stop, self.row) = (place.stop, place.row);
        (self.tried, self.said, self.first) = (place.tried, place.said, place.first);
        self.typing = None;
        self.settle();
        if let Some((text, caret)) = place.typing
            && (self.stop, self.row) == (place.stop, place.row)
        {
            self.begin_typing();
            if let Some(input) = &mut self.typing {
                // Blanks alone are no answer, and half a label is none either: the place has them.
                let label = matches!(self.row, Row::Label(_));
                if label || input.text().trim() == text.trim() {
                    *input = Input::new(&text, self.row == Row::Prose);
                }
                input.set_caret(caret);
            }
        }
    }

    /// Whether a text is being typed, so that letters are letters.
    pub fn is_typing(&self) -> bool {
        self.typing.is_some()
    }

    /// The text being typed.
    pub fn typing(&self) -> Option<&Input> {
        self.typing.as_ref()
    }

    /// What the last key did besides, such as clearing an answer that no longer applies.
    pub fn said(&self) -> Option<&str> {
        self.said.as_deref()
    }

    pub fn stop(&self) -> Stop {
        self.stop
    }

    pub fn row(&self) -> Row {
        self.row
    }

    /// The axis under the cursor.
    pub fn axis(&self) -> Option<&Axis> {
        self.stop
            .axis()
            .and_then(|axis| self.codebook.axes.get(axis))
    }

    /// The quote that the cursor's question is about.
    pub fn quote(&self) -> Option<usize> {
        match self.stop {
            Stop::Axis { quote, .. } => quote,
            Stop::End => None,
        }
    }

    /// Axis and label of the code under the cursor.
    pub fn code(&self) -> Option<(&Axis, String)> {
        let axis = self.axis()?;
        let code = axis.codes.get(self.row.code()?)?;
        let label = self
            .pick_of(self.stop, self.row.code()?)
            .map_or_else(|| code.key.0.clone(), |pick| pick.code.0.clone());
        Some((axis, label))
    }

    pub fn review(&self, note: Option<&str>) -> Review {
        rules::review(&self.codebook, &self.answers, note, self.quotes)
    }

    /// Why the form cannot be submitted. The cursor goes to the first problem; `Err(None)` is one of
    /// the note.
    pub fn ready(&mut self, note: Option<&str>) -> Result<(), (bool, String)> {
        let review = self.review(note);
        let Some(problem) = review.problems.first() else {
            return Ok(());
        };
        self.tried = true;
        let Some(key) = &problem.axis else {
            return Err((true, problem.why.clone()));
        };
        let title = self.codebook.axis(key).map_or("", |axis| &axis.title);
        let why = format!("{title}: {}", problem.why);
        if let Some(axis) = self.codebook.position(key) {
            self.go_to_problem(axis);
        }
        Err((false, why))
    }

    /// Brings stop and row back onto the form after anything changed.
    fn settle(&mut self) {
        let stops = self.stops();
        if !stops.contains(&self.stop) {
            self.typing = None;
            let place = stops
                .iter()
                .position(|stop| stop.order() > self.stop.order())
                .unwrap_or(stops.len() - 1);
            self.go_to(stops[place]);
        }
        let rows = self.rows(self.stop);
        if !rows.contains(&self.row) && self.typing.is_none() {
            let same = rows.iter().find(|row| row.code() == self.row.code());
            self.row = same.or(rows.first()).copied().unwrap_or(Row::Prose);
        }
    }
}
