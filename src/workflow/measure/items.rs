//! The items behind the figures of an axis, so that one can go from a number to a cell of a table
//! and from there to the very episodes.

use super::{
    figures::Terms,
    sheet::{AxisSheet, Sheet},
};
use crate::{
    domain::ids::{RaterName, UnitKey},
    stats::{Cell, agreement_by_unit},
};

/// The items of one axis.
#[derive(Clone, Debug)]
pub struct Items {
    /// Whose answers stand in [`Item::given`]; gold first where it is compared.
    pub raters: Vec<RaterName>,
    /// The codes, by the numbers that [`Given`] has.
    pub codes: Vec<String>,
    pub conditional: bool,
    /// In the batch's order.
    pub items: Vec<Item>,
    /// Labels that the viewer may not see; their cells are missing here.
    pub withheld: usize,
}

/// One unit, or one quote of a unit, on one axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    pub unit: UnitKey,
    /// Which quote, counted from 0, on an axis that is asked once per quote.
    pub quote: Option<usize>,
    /// By rater.
    pub given: Vec<Given>,
    /// The share of pairs of raters that agree; `None` where the item does not count under the
    /// reading.
    pub agreement: Option<f64>,
}

/// What a rater said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// The numbers of the codes, ascending.
    Codes(Vec<usize>),
    NotApplicable,
    Missing,
}

/// Two raters' codes against each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrossTable {
    /// The codes, and on a conditional axis "n/a" after them: rows and columns alike.
    pub labels: Vec<String>,
    /// By row (the first rater) and column. On an axis that takes several codes an item is in as
    /// many cells as it has pairs of codes.
    pub counts: Vec<Vec<u64>>,
}

impl Items {
    /// The confusion matrix of two raters, or on an axis that takes several codes the table of
    /// which codes they gave together. Its part without "n/a" is what the coefficients rest on.
    pub fn cross_table(&self, first: usize, second: usize) -> CrossTable {
        let mut labels = self.codes.clone();
        if self.conditional {
            labels.push("n/a".into());
        }
        let mut counts = vec![vec![0; labels.len()]; labels.len()];
        for item in &self.items {
            for row in self.places(item, first, second) {
                for column in self.places(item, second, first) {
                    counts[row][column] += 1;
                }
            }
        }
        CrossTable { labels, counts }
    }

    /// The items in one cell of [`Self::cross_table`].
    pub fn cell(&self, first: usize, second: usize, row: usize, column: usize) -> Vec<&Item> {
        self.items
            .iter()
            .filter(|item| {
                self.places(item, first, second).contains(&row)
                    && self.places(item, second, first).contains(&column)
            })
            .collect()
    }

    /// The items that count and on which not all agree.
    pub fn disputed(&self) -> impl Iterator<Item = &Item> {
        let items = self.items.iter();
        items.filter(|item| item.agreement.is_some_and(|share| share < 1.0))
    }

    /// The rows, or columns, in which a rater's answer stands, seen beside another's. Where one of
    /// the two is missing, or neither finds the axis to apply and nobody asks, there are none.
    fn places(&self, item: &Item, rater: usize, other: usize) -> Vec<usize> {
        match (&item.given[rater], &item.given[other]) {
            (Given::Missing, _) | (_, Given::Missing) => Vec::new(),
            (Given::NotApplicable, Given::NotApplicable) if item.agreement.is_none() => Vec::new(),
            (Given::NotApplicable, _) => vec![self.codes.len()],
            (Given::Codes(codes), _) => codes.clone(),
        }
    }
}

pub(super) fn of_axis(
    sheet: &Sheet,
    of: &AxisSheet,
    terms: &Terms,
    raters: &[RaterName],
    withheld: usize,
) -> Items {
    let axis = of.axis(&sheet.codebook);
    let agreement = agreement_by_unit(&of.values.ratings(), terms.applicability(axis, of));
    let given = |column: usize, row: usize| match of.values.cell(column, row) {
        Cell::Value(value) => Given::Codes(of.values.codes_of(value)),
        Cell::NotApplicable => Given::NotApplicable,
        Cell::Missing => Given::Missing,
    };
    let mut items = Vec::with_capacity(agreement.len());
    for (place, unit) in sheet.units.iter().enumerate() {
        for (quote, row) in of.rows(place).enumerate() {
            items.push(Item {
                unit: unit.clone(),
                quote: axis.repeat.then_some(quote),
                given: (0..raters.len()).map(|column| given(column, row)).collect(),
                agreement: agreement.get(row).copied().flatten(),
            });
        }
    }
    Items {
        raters: raters.to_vec(),
        codes: of.values.categories(axis),
        conditional: axis.applies_when.is_some(),
        items,
        withheld,
    }
}
