//! The labels of a batch as columns of cells, one sheet per axis: what `stats` compares.
//!
//! An answer is a value, not applicable or missing. What breaks the codebook's rules counts as
//! missing, and so does all that hangs on it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use crate::{
    domain::{
        answers::{Answer, Answers, Pick},
        codebook::{Axis, Codebook, Kind},
        ids::UnitKey,
        label::Label,
        rules::{self, Applies, applies},
    },
    stats::{Cell, LabelSets, Ratings},
};

/// All coded axes of a batch, with a column for each rater compared.
pub(super) struct Sheet {
    pub codebook: Arc<Codebook>,
    pub units: Vec<UnitKey>,
    places: HashMap<UnitKey, usize>,
    quotes: Vec<usize>,
    pub axes: Vec<AxisSheet>,
    /// How many of the units each column has a label for.
    pub labelled: Vec<usize>,
    /// How many answers break the rules, by column and axis.
    pub broken: BTreeMap<(usize, String), usize>,
}

/// One axis. A row is a unit, or a quote where the axis is asked once per quote.
pub(super) struct AxisSheet {
    /// The place of the axis in the codebook.
    place: usize,
    /// The first row of each unit, and the end.
    starts: Vec<usize>,
    pub values: Values,
    /// The same with attributes, on axes that have some.
    pub attributed: Option<Values>,
    /// Per row, whether the axis applies under gold.
    pub gold_applies: Vec<bool>,
}

/// Answers as numbers of codes, or of sets of codes.
pub(super) struct Values {
    /// The codes that answers can have: the codebook's, and in the place of an open code the labels
    /// that were written for it.
    codes: Vec<String>,
    /// Open codes, kept for when nobody writes a label.
    open: Vec<String>,
    numbers: HashMap<String, usize>,
    /// On axes that take several codes.
    pub sets: Option<LabelSets>,
    columns: Vec<Vec<Cell>>,
}

impl Sheet {
    /// An empty sheet: every cell is missing.
    pub fn new(
        codebook: Arc<Codebook>,
        units: Vec<UnitKey>,
        quotes: Vec<usize>,
        columns: usize,
    ) -> Self {
        let axes = codebook
            .axes
            .iter()
            .enumerate()
            .filter(|(_, axis)| axis.is_coded())
            .map(|(place, axis)| AxisSheet::new(place, axis, &quotes, columns))
            .collect();
        let places = units.iter().cloned().zip(0..).collect();
        Self {
            codebook,
            units,
            places,
            quotes,
            axes,
            labelled: vec![0; columns],
            broken: BTreeMap::new(),
        }
    }

    /// Whether whose reading is taken makes a difference: some coded axis is conditional.
    pub fn has_conditions(&self) -> bool {
        let mut axes = self.axes.iter().map(|sheet| sheet.axis(&self.codebook));
        axes.any(|axis| axis.applies_when.is_some())
    }

    pub fn has_unit(&self, unit: &UnitKey) -> bool {
        self.places.contains_key(unit)
    }

    /// Enters a label into a column. Labels of units outside the batch are passed over.
    pub fn add(&mut self, column: usize, label: &Label) {
        let Some(&unit) = self.places.get(&label.address.unit) else {
            return;
        };
        self.labelled[column] += 1;
        let codebook = self.codebook.clone();
        let judged = Judged::new(&codebook, label, self.quotes[unit]);
        for (axis, unsound) in codebook.axes.iter().zip(&judged.unsound) {
            if *unsound && axis.is_coded() {
                *self
                    .broken
                    .entry((column, axis.key.to_string()))
                    .or_default() += 1;
            }
        }
        for sheet in &mut self.axes {
            sheet.add(column, unit, &judged);
        }
    }

    /// Notes for which rows a gold label lets each axis apply.
    pub fn add_gold(&mut self, label: &Label) {
        let Some(&unit) = self.places.get(&label.address.unit) else {
            return;
        };
        let codebook = self.codebook.clone();
        let judged = Judged::new(&codebook, label, self.quotes[unit]);
        for sheet in &mut self.axes {
            let applies = judged.applies(sheet.axis(&codebook)) == Some(true);
            let rows = sheet.rows(unit);
            sheet.gold_applies[rows].fill(applies);
        }
    }
}

/// A label with what is wrong with it.
struct Judged<'a> {
    codebook: &'a Codebook,
    answers: &'a Answers,
    /// By the axis's place in the codebook: there is an answer, and it cannot be used.
    unsound: Vec<bool>,
    /// Axes asked per quote on which single quotes need a closer look.
    doubtful: Vec<bool>,
}

impl<'a> Judged<'a> {
    fn new(codebook: &'a Codebook, label: &'a Label, quotes: usize) -> Self {
        let content = &label.content;
        let answers = &content.answers;
        let review = rules::review(codebook, answers, content.note.as_deref(), quotes);
        let (unsound, doubtful) = codebook
            .axes
            .iter()
            .map(|axis| {
                let faulty =
                    answers.get(&axis.key).is_some() && review.of_axis(&axis.key).is_some();
                let single_quotes = axis.repeat && !review.is_broken(&axis.key);
                (faulty && !single_quotes, faulty && single_quotes)
            })
            .unzip();
        Self {
            codebook,
            answers,
            unsound,
            doubtful,
        }
    }

    fn is(&self, marks: &[bool], axis: &Axis) -> bool {
        let place = self.codebook.position(&axis.key);
        place.is_some_and(|place| marks[place])
    }

    /// Whether the axis applies, or `None` where that cannot be said because its parent is missing.
    fn applies(&self, axis: &Axis) -> Option<bool> {
        let mut child = axis;
        while let Some(condition) = &child.applies_when {
            let parent = self.codebook.axis(&condition.axis)?;
            if self.is(&self.unsound, parent) {
                return None;
            }
            child = parent;
        }
        match applies(self.codebook, axis, self.answers) {
            Applies::Yes => Some(true),
            Applies::No => Some(false),
            Applies::Open => None,
        }
    }

    /// The usable answers on an axis that applies: one, or one per quote.
    fn usable(&self, axis: &Axis) -> Vec<Option<&'a Answer>> {
        if self.is(&self.unsound, axis) {
            return Vec::new();
        }
        match self.answers.get(&axis.key) {
            Some(Answer::Repeated(items)) => {
                let doubtful = self.is(&self.doubtful, axis);
                items
                    .iter()
                    .map(|item| {
                        item.as_ref()
                            .filter(|item| !doubtful || self.is_sound(axis, item))
                    })
                    .collect()
            }
            answer => vec![answer],
        }
    }

    /// Whether the answer for one quote is complete and valid by itself.
    fn is_sound(&self, axis: &Axis, item: &Answer) -> bool {
        let mut answers = self.answers.clone();
        answers.set(&axis.key, Some(Answer::Repeated(vec![Some(item.clone())])));
        rules::review(self.codebook, &answers, None, 1)
            .of_axis(&axis.key)
            .is_none()
    }
}

impl AxisSheet {
    fn new(place: usize, axis: &Axis, quotes: &[usize], columns: usize) -> Self {
        let mut starts = vec![0];
        for quotes in quotes {
            let rows = if axis.repeat { *quotes } else { 1 };
            starts.push(starts[starts.len() - 1] + rows);
        }
        let rows = starts[quotes.len()];
        let several = axis.kind == Kind::Multi;
        Self {
            place,
            values: Values::new(axis, several, rows, columns),
            attributed: (!axis.attributes.is_empty())
                .then(|| Values::new(axis, true, rows, columns)),
            gold_applies: vec![false; rows],
            starts,
        }
    }

    pub fn axis<'c>(&self, codebook: &'c Codebook) -> &'c Axis {
        &codebook.axes[self.place]
    }

    /// The rows of a unit.
    pub fn rows(&self, unit: usize) -> std::ops::Range<usize> {
        self.starts[unit]..self.starts[unit + 1]
    }

    fn add(&mut self, column: usize, unit: usize, judged: &Judged) {
        let axis = self.axis(judged.codebook);
        let rows = self.rows(unit);
        match judged.applies(axis) {
            None => {}
            // An answer where none is due is unsound, and stays missing.
            Some(false) if judged.is(&judged.unsound, axis) => {}
            Some(false) => {
                for values in std::iter::once(&mut self.values).chain(&mut self.attributed) {
                    values.columns[column][rows.clone()].fill(Cell::NotApplicable);
                }
            }
            Some(true) => {
                for (row, answer) in rows.zip(judged.usable(axis)) {
                    let picks = answer.map_or(&[][..], Answer::picks);
                    if picks.is_empty() {
                        continue;
                    }
                    self.values
                        .enter(column, row, picks, |pick| pick.code.0.clone());
                    if let Some(attributed) = &mut self.attributed {
                        attributed.enter(column, row, picks, with_attributes);
                    }
                }
            }
        }
    }
}

/// A code together with its attributes, as one label.
fn with_attributes(pick: &Pick) -> String {
    let mut label = pick.code.0.clone();
    for (key, value) in &pick.attributes {
        label.push_str(&format!("\u{1f}{key}={value}"));
    }
    label
}

impl Values {
    fn new(axis: &Axis, several: bool, rows: usize, columns: usize) -> Self {
        let codes = |open: bool| {
            let codes = axis
                .codes
                .iter()
                .filter(move |c| c.pattern.is_some() == open);
            codes.map(|code| code.key.0.clone()).collect::<Vec<_>>()
        };
        let (closed, open) = (codes(false), codes(true));
        Self {
            numbers: closed.iter().cloned().zip(0..).collect(),
            sets: several.then(|| LabelSets::new(closed.len() + open.len())),
            codes: closed,
            open,
            columns: vec![vec![Cell::Missing; rows]; columns],
        }
    }

    fn enter(
        &mut self,
        column: usize,
        row: usize,
        picks: &[Pick],
        label: impl Fn(&Pick) -> String,
    ) {
        let mut codes = Vec::with_capacity(picks.len());
        for pick in picks {
            let label = label(pick);
            let next = self.codes.len();
            codes.push(*self.numbers.entry(label).or_insert_with_key(|label| {
                self.codes.push(label.clone());
                next
            }));
        }
        let value = match &mut self.sets {
            Some(sets) => sets.intern(codes),
            None => codes[0],
        };
        self.columns[column][row] = Cell::Value(value);
    }

    /// The columns as `stats` takes them.
    pub fn ratings(&self) -> Ratings {
        Ratings::new(self.columns.clone())
    }

    /// The cell of a rater in a row.
    pub fn cell(&self, column: usize, row: usize) -> Cell {
        self.columns[column][row]
    }

    /// The codes of a value.
    pub fn codes_of(&self, value: usize) -> Vec<usize> {
        match &self.sets {
            Some(sets) => sets.get(value).to_vec(),
            None => vec![value],
        }
    }

    /// The categories: every closed code, and for open ones each label that was written, or the
    /// code itself where there is none.
    pub fn categories(&self, axis: &Axis) -> Vec<String> {
        let mut codes = self.codes.clone();
        let written = |open: &&String| {
            self.codes
                .iter()
                .any(|label| axis.code(label).is_some_and(|code| code.key.0 == **open))
        };
        codes.extend(self.open.iter().filter(|open| !written(open)).cloned());
        codes
    }
}
