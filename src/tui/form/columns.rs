//! A form on which raters' answers become gold: what they said, what is in dispute, what follows.

use std::rc::Rc;

use super::{Form, Outcome, Row, Stop};
use crate::domain::{
    answers::{Answer, Answers},
    codebook::Codebook,
    gold::{agree_on, coded, fill_agreed},
    rules::{Applies, applies},
};

/// The raters beside a form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Columns {
    pub raters: Vec<Column>,
    /// Judges are shown, and take no part.
    pub judges: Vec<Column>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub letter: char,
    /// As far as names are shown.
    pub name: Option<String>,
    /// `None` where the label is missing.
    pub answers: Option<Answers>,
}

impl Columns {
    /// The answers that there are.
    pub fn answers(&self) -> Vec<&Answers> {
        self.raters
            .iter()
            .filter_map(|column| column.answers.as_ref())
            .collect()
    }

    /// Whether gold says on an axis what no rater says.
    pub fn is_nobodys(&self, axis: &str, gold: &Answers) -> bool {
        let settled = coded(gold.get(axis));
        let answers = self.answers();
        answers
            .iter()
            .all(|answers| coded(answers.get(axis)) != settled)
    }
}

/// Fills agreeing children of what was just settled: axes that did not apply before and do now.
fn follow(codebook: &Codebook, raters: &[&Answers], before: &Answers, gold: &mut Answers) {
    let mut filled = gold.clone();
    fill_agreed(codebook, raters, &mut filled);
    for axis in &codebook.axes {
        if applies(codebook, axis, before) != Applies::Yes {
            gold.set(&axis.key, filled.get(&axis.key).cloned());
        }
    }
}

impl Form {
    /// Puts raters beside the form, from whose answers gold is made.
    pub fn set_columns(&mut self, columns: Columns) {
        self.columns = Some(Rc::new(columns));
    }

    pub fn columns(&self) -> Option<&Columns> {
        self.columns.as_deref()
    }

    /// Whether the raters differ on an axis.
    pub(super) fn in_dispute(&self, axis: usize) -> bool {
        self.columns
            .as_ref()
            .is_some_and(|columns| !agree_on(&self.codebook.axes[axis], &columns.answers()))
    }

    /// Whether the raters differ on any axis.
    pub fn is_in_dispute(&self) -> bool {
        (0..self.codebook.axes.len()).any(|axis| self.in_dispute(axis))
    }

    /// Whether a question still waits for gold.
    fn is_open(&self, stop: Stop) -> bool {
        let Some(axis) = self.axis_of(stop) else {
            return false;
        };
        let in_dispute = stop.axis().is_some_and(|axis| self.in_dispute(axis));
        self.answer(stop).is_none() && (!axis.optional || in_dispute)
    }

    /// The next question that waits for gold, after the one under the cursor and round.
    pub(super) fn next_open(&self) -> Option<Stop> {
        let stops = self.stops();
        let open = |stop: &&Stop| **stop != self.stop && self.is_open(**stop);
        let after = |stop: &&Stop| stop.order() > self.stop.order();
        stops
            .iter()
            .filter(open)
            .find(after)
            .or_else(|| stops.iter().find(open))
            .copied()
    }

    /// Puts the cursor on the first dispute that waits, else on the first dispute.
    pub fn go_to_dispute(&mut self) {
        let stops = self.stops();
        let in_dispute = |stop: &&Stop| stop.axis().is_some_and(|axis| self.in_dispute(axis));
        let first = stops
            .iter()
            .find(|stop| self.is_open(**stop))
            .or_else(|| stops.iter().find(in_dispute));
        if let Some(stop) = first.copied() {
            self.go_to(stop);
        }
    }

    /// After an answer: to the next question, or with raters beside the form to one that waits.
    pub(super) fn go_on(&mut self) {
        if self.columns.is_none() {
            return self.next();
        }
        let open = self.next_open().unwrap_or(Stop::End);
        self.go_to(open);
    }

    /// Fills what follows from a change, and gives the titles of those axes.
    pub(super) fn follow(&mut self, before: &Answers) -> Vec<String> {
        let Some(columns) = self.columns.clone() else {
            return Vec::new();
        };
        let changed = self.answers.clone();
        follow(
            &self.codebook,
            &columns.answers(),
            before,
            &mut self.answers,
        );
        let axes = self.codebook.axes.iter();
        axes.filter(|axis| self.answers.get(&axis.key) != changed.get(&axis.key))
            .map(|axis| axis.title.clone())
            .collect()
    }

    /// Takes a rater's answer to the question under the cursor, with all that belongs to it.
    pub fn take(&mut self, column: usize) -> Result<Outcome, String> {
        self.said = None;
        let columns = self.columns.clone().unwrap_or_default();
        let answers = rater(&columns, column)?;
        let (Stop::Axis { quote, .. }, Some(axis)) = (self.stop, self.axis()) else {
            return Err("put the cursor on a question first".into());
        };
        let answer = match (quote, answers.get(&axis.key)) {
            (None, answer) => answer.cloned(),
            (Some(quote), Some(Answer::Repeated(items))) => items.get(quote).cloned().flatten(),
            (Some(_), _) => None,
        };
        if answer.is_none() && applies(&self.codebook, axis, answers) != Applies::Yes {
            return Err(format!(
                "to {} this does not apply; it hangs on an axis that is settled otherwise",
                columns.raters[column].letter
            ));
        }
        let before = self.answers.clone();
        let stop = self.stop;
        self.set(stop, answer);
        self.settle();
        match self.next_open() {
            Some(open) => self.go_to(open),
            None if self.answer(stop).is_some() => self.go_to(Stop::End),
            None => {}
        }
        Ok(self.outcome(&before))
    }

    /// Takes the whole of a rater's answers.
    pub fn take_all(&mut self, column: usize) -> Result<Outcome, String> {
        self.said = None;
        let columns = self.columns.clone().unwrap_or_default();
        let answers = rater(&columns, column)?.clone();
        let before = std::mem::replace(&mut self.answers, answers);
        self.row = Row::Prose;
        self.go_on();
        Ok(self.outcome(&before))
    }

    /// Fills every agreeing axis that is empty and applies.
    pub fn take_agreed(&mut self) -> Outcome {
        self.said = None;
        let columns = self.columns.clone().unwrap_or_default();
        let before = self.answers.clone();
        fill_agreed(&self.codebook, &columns.answers(), &mut self.answers);
        self.settle();
        if !self.is_open(self.stop) {
            self.go_on();
        }
        self.outcome(&before)
    }

    fn outcome(&self, before: &Answers) -> Outcome {
        if self.answers == *before {
            Outcome::Moved
        } else {
            Outcome::Edited { typing: None }
        }
    }
}

/// The answers of a rater who has some.
fn rater(columns: &Columns, column: usize) -> Result<&Answers, String> {
    let Some(one) = columns.raters.get(column) else {
        let last = columns.raters.last().map_or('A', |last| last.letter);
        return Err(format!("the annotators of this unit are A to {last}"));
    };
    one.answers
        .as_ref()
        .ok_or_else(|| format!("{} has no label on this unit", one.letter))
}
