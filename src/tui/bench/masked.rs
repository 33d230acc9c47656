//! The annotators at the gold desk, known by letters alone.

use crate::{
    domain::label::Label,
    tui::form::{Column, Columns},
    workflow::adjudicate::Settling,
};

/// The annotators without their names.
pub fn columns_of(gold: &Settling) -> Columns {
    let column = |letter: char, label: Option<&Label>| Column {
        letter,
        name: None,
        answers: label.map(|label| label.content.answers.clone()),
    };
    Columns {
        raters: gold
            .columns
            .iter()
            .zip(letters())
            .map(|((_, label), letter)| column(letter, label.as_ref()))
            .collect(),
        judges: Vec::new(),
    }
}

/// The letters that mask annotators. D and J have other meanings as keys.
pub fn letters() -> impl Iterator<Item = char> {
    ('A'..='Z').filter(|letter| !matches!(letter, 'D' | 'J'))
}
