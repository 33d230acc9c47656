//! Where the cursor of a form can be: a question, and a row of it.

use serde::{Deserialize, Serialize};

use super::Form;
use crate::domain::{
    answers::{Answer, Pick},
    codebook::{Axis, Kind},
    rules::{Applies, applies},
};

/// A question, or the end of the form. Axes are named by their place in the codebook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stop {
    Axis { axis: usize, quote: Option<usize> },
    End,
}

/// A row of a question; codes and attributes are named by their place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Row {
    Code(usize),
    /// An attribute of a chosen code.
    Attribute {
        code: usize,
        attribute: usize,
    },
    /// The text that goes with a chosen code.
    Text(usize),
    /// The label of a chosen open code.
    Label(usize),
    /// The text of a text axis; also the only row of the form's end.
    Prose,
}

impl Stop {
    pub fn axis(self) -> Option<usize> {
        match self {
            Stop::Axis { axis, .. } => Some(axis),
            Stop::End => None,
        }
    }

    /// Sorts stops as they stand on the form.
    pub(super) fn order(self) -> (usize, Option<usize>) {
        match self {
            Stop::Axis { axis, quote } => (axis, quote),
            Stop::End => (usize::MAX, None),
        }
    }
}

impl Row {
    /// The code that the row belongs to.
    pub fn code(self) -> Option<usize> {
        match self {
            Row::Code(code) | Row::Attribute { code, .. } | Row::Text(code) | Row::Label(code) => {
                Some(code)
            }
            Row::Prose => None,
        }
    }
}

impl Form {
    /// The questions that are asked now, and the end.
    pub(super) fn stops(&self) -> Vec<Stop> {
        let mut stops = Vec::new();
        for (axis, rules) in self.codebook.axes.iter().enumerate() {
            if applies(&self.codebook, rules, &self.answers) != Applies::Yes {
                continue;
            }
            if rules.repeat {
                stops.extend((0..self.quotes).map(|quote| Stop::Axis {
                    axis,
                    quote: Some(quote),
                }));
            } else {
                stops.push(Stop::Axis { axis, quote: None });
            }
        }
        stops.push(Stop::End);
        stops
    }

    pub(super) fn axis_of(&self, stop: Stop) -> Option<&Axis> {
        self.codebook.axes.get(stop.axis()?)
    }

    /// The answer to a question.
    pub(super) fn answer(&self, stop: Stop) -> Option<&Answer> {
        let Stop::Axis { axis, quote } = stop else {
            return None;
        };
        let answer = self.answers.get(&self.codebook.axes.get(axis)?.key)?;
        match (quote, answer) {
            (None, answer) => Some(answer),
            (Some(quote), Answer::Repeated(items)) => items.get(quote)?.as_ref(),
            (Some(_), _) => None,
        }
    }

    pub(super) fn picks(&self, stop: Stop) -> &[Pick] {
        self.answer(stop).map_or(&[], Answer::picks)
    }

    /// The code of an axis that a pick belongs to. A label that no code knows is taken for one of
    /// an open code that is not finished yet.
    pub(super) fn owner(axis: &Axis, pick: &Pick) -> Option<usize> {
        axis.position(&pick.code)
            .or_else(|| axis.codes.iter().position(|code| code.key == pick.code))
            .or_else(|| axis.codes.iter().position(|code| code.pattern.is_some()))
    }

    pub(super) fn pick_of(&self, stop: Stop, code: usize) -> Option<&Pick> {
        let axis = self.axis_of(stop)?;
        self.picks(stop)
            .iter()
            .find(|pick| Self::owner(axis, pick) == Some(code))
    }

    /// The rows of a question: its codes, each followed by what a chosen one asks besides.
    pub(super) fn rows(&self, stop: Stop) -> Vec<Row> {
        let Some(axis) = self.axis_of(stop) else {
            return vec![Row::Prose];
        };
        if axis.kind == Kind::Text {
            return vec![Row::Prose];
        }
        let mut rows = Vec::new();
        for (index, code) in axis.codes.iter().enumerate() {
            rows.push(Row::Code(index));
            if self.pick_of(stop, index).is_none() {
                continue;
            }
            if code.pattern.is_some() {
                rows.push(Row::Label(index));
            }
            if code.text.is_some() {
                rows.push(Row::Text(index));
            }
            let asked = axis.attributes.iter().enumerate();
            rows.extend(
                asked
                    .filter(|(_, attribute)| attribute.asked_of(&code.key))
                    .map(|(attribute, _)| Row::Attribute {
                        code: index,
                        attribute,
                    }),
            );
        }
        rows
    }

    /// The first thing that a chosen code still asks for.
    pub(super) fn owed(&self, stop: Stop, code: usize) -> Option<Row> {
        let axis = self.axis_of(stop)?;
        let pick = self.pick_of(stop, code)?;
        self.rows(stop).into_iter().find(|row| match *row {
            Row::Label(c) => c == code && pick.code == axis.codes[c].key,
            Row::Text(c) => {
                c == code
                    && pick
                        .text
                        .as_deref()
                        .is_none_or(|text| text.trim().is_empty())
            }
            Row::Attribute { code: c, attribute } => {
                c == code && pick.attribute(&axis.attributes[attribute].key).is_none()
            }
            Row::Code(_) | Row::Prose => false,
        })
    }

    /// Puts the cursor onto a question: on its first chosen code, else on the first
    /// that a rater beside the form chose, else on its first row.
    pub(super) fn go_to(&mut self, stop: Stop) {
        self.typing = None;
        self.stop = stop;
        let rows = self.rows(stop);
        let chosen = rows
            .iter()
            .find(|row| matches!(row, Row::Code(code) if self.pick_of(stop, *code).is_some()));
        let by_a_rater = rows.iter().find(|row| {
            let Row::Code(code) = **row else { return false };
            let axis = self.axis_of(stop);
            let chose = |pick: &Pick| axis.and_then(|axis| Self::owner(axis, pick)) == Some(code);
            !self.letters(stop, chose).is_empty()
        });
        self.row = chosen
            .or(by_a_rater)
            .or(rows.first())
            .copied()
            .unwrap_or(Row::Prose);
    }

    /// Puts the cursor where an axis needs something.
    pub(super) fn go_to_problem(&mut self, axis: usize) {
        let stops: Vec<Stop> = self
            .stops()
            .into_iter()
            .filter(|stop| stop.axis() == Some(axis))
            .collect();
        let empty = stops.iter().find(|stop| self.answer(**stop).is_none());
        let owing = stops.iter().find_map(|stop| {
            let codes = 0..self.axis_of(*stop)?.codes.len();
            let row = codes.into_iter().find_map(|code| self.owed(*stop, code))?;
            Some((*stop, row))
        });
        match (owing, empty.or(stops.first())) {
            (Some((stop, row)), _) => {
                self.go_to(stop);
                self.row = row;
            }
            (None, Some(stop)) => self.go_to(*stop),
            (None, None) => {}
        }
    }
}
