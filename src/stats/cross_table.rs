//! Who said what against whom: the square table of two raters' codes.

use super::binary::TwoByTwo;
use super::tally::PairCount;
use super::{Stat, Undefined, ratio};

/// Counts by code of the first rater (rows; gold in judge tables) and of the second (columns).
/// All categories have a row and a column, used or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrossTable {
    size: usize,
    cells: Vec<usize>,
}

impl CrossTable {
    /// An empty table of `size` categories.
    pub fn new(size: usize) -> Self {
        Self {
            size,
            cells: vec![0; size * size],
        }
    }

    /// Counts the pairs. A value outside the `categories` makes the table larger.
    pub fn from_pairs(categories: usize, pairs: &[PairCount]) -> Self {
        let used = pairs.iter().map(|pair| pair.first.max(pair.second) + 1);
        let mut table = Self::new(used.max().unwrap_or(0).max(categories));
        for pair in pairs {
            table.add(pair.first, pair.second, pair.count);
        }
        table
    }

    /// Adds to a cell; both codes must be below the size.
    pub(super) fn add(&mut self, row: usize, column: usize, count: usize) {
        self.cells[row * self.size + column] += count;
    }

    /// The number of categories, q.
    pub fn size(&self) -> usize {
        self.size
    }

    /// The count of a cell; 0 outside the table.
    pub fn count(&self, row: usize, column: usize) -> usize {
        if row < self.size && column < self.size {
            self.cells[row * self.size + column]
        } else {
            0
        }
    }

    /// The rows, from the first category to the last.
    pub fn rows(&self) -> impl Iterator<Item = &[usize]> {
        self.cells.chunks(self.size.max(1))
    }

    /// How often the first rater gave the code.
    pub fn row_total(&self, code: usize) -> usize {
        (0..self.size).map(|other| self.count(code, other)).sum()
    }

    /// How often the second rater gave the code.
    pub fn column_total(&self, code: usize) -> usize {
        (0..self.size).map(|other| self.count(other, code)).sum()
    }

    /// All counts together: the units, where every unit is in one cell.
    pub fn total(&self) -> usize {
        self.cells.iter().sum()
    }

    /// The counts on which both raters gave the same code.
    pub fn agreed(&self) -> usize {
        (0..self.size).map(|code| self.count(code, code)).sum()
    }

    /// Observed agreement, po.
    pub fn observed(&self) -> Stat {
        ratio(self.agreed(), self.total(), Undefined::NoItems)
    }

    /// Agreement on one code: twice the units on which both gave it, by all uses of it (Cicchetti &
    /// Feinstein 1990).
    pub fn specific_agreement(&self, code: usize) -> Stat {
        let uses = self.row_total(code) + self.column_total(code);
        ratio(2 * self.count(code, code), uses, Undefined::ZeroSupport)
    }

    /// The table of one code against all the others together.
    pub fn one_against_rest(&self, code: usize) -> TwoByTwo {
        let a = self.count(code, code);
        let b = self.row_total(code) - a;
        let c = self.column_total(code) - a;
        let d = self.total() - a - b - c;
        TwoByTwo { a, b, c, d }
    }

    /// The code used most by the two together, and its share of all their ratings. A large share
    /// makes chance agreement large and kappa small.
    pub fn commonest(&self) -> Option<(usize, f64)> {
        let uses = |code: &usize| self.row_total(*code) + self.column_total(*code);
        let code = (0..self.size).rev().max_by_key(uses)?;
        let share = ratio(uses(&code), 2 * self.total(), Undefined::NoItems);
        Some((code, share.ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_keeps_empty_categories_and_grows_for_unknown_ones() {
        let pair = |first, second, count| PairCount {
            first,
            second,
            count,
        };
        let pairs = [pair(0, 0, 4), pair(0, 1, 2), pair(1, 1, 3)];
        let table = CrossTable::from_pairs(3, &pairs);
        assert_eq!(table.size(), 3);
        assert_eq!(table.rows().last(), Some([0, 0, 0].as_slice()));
        assert_eq!((table.row_total(0), table.column_total(1)), (6, 5));
        assert_eq!(table.specific_agreement(0), Ok(0.8));
        assert_eq!(table.specific_agreement(2), Err(Undefined::ZeroSupport));
        assert_eq!(table.commonest(), Some((0, 10.0 / 18.0)));
        assert_eq!(
            table.one_against_rest(1),
            TwoByTwo {
                a: 3,
                b: 0,
                c: 2,
                d: 4
            }
        );
        assert_eq!(CrossTable::from_pairs(1, &pairs).size(), 2);
        assert_eq!(CrossTable::new(0).commonest(), None);
        assert_eq!(CrossTable::new(2).commonest(), None);
    }
}
