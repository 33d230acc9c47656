//! Units grouped by what the raters said. A unit enters a coefficient only through its row of
//! values, so counting rows loses nothing, and a bootstrap replicate is just other counts.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::ratings::Ratings;

/// One combination of values, and how many units have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    values: Vec<Option<usize>>,
    rated: usize,
    count: usize,
}

impl Row {
    fn new(values: Vec<Option<usize>>, count: usize) -> Self {
        let rated = values.iter().flatten().count();
        Self {
            values,
            rated,
            count,
        }
    }

    /// A value per rater; `None` where the axis does not apply or the rating is missing.
    pub fn values(&self) -> &[Option<usize>] {
        &self.values
    }

    /// The values that are there.
    pub fn present(&self) -> impl Iterator<Item = usize> + Clone {
        self.values.iter().flatten().copied()
    }

    /// How many raters gave a value.
    pub fn rated(&self) -> usize {
        self.rated
    }

    /// The number of units with these values.
    pub fn count(&self) -> usize {
        self.count
    }
}

/// The values of two raters on a unit, and how many units have both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PairCount {
    pub first: usize,
    pub second: usize,
    pub count: usize,
}

/// The distinct rows of an axis in order of first appearance, without the units that nobody gave
/// a value. Chance-corrected coefficients rest on these: N/A is not a category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    raters: usize,
    rows: Vec<Row>,
}

impl Tally {
    /// Groups the units.
    pub fn new(ratings: &Ratings) -> Self {
        Self::with_kinds(ratings).0
    }

    /// Groups the units, and names for each unit that has a value the row it belongs to.
    pub fn with_kinds(ratings: &Ratings) -> (Self, Vec<usize>) {
        let mut rows: Vec<Row> = Vec::new();
        let mut kinds = Vec::with_capacity(ratings.units());
        let mut known: HashMap<Vec<Option<usize>>, usize, BuildHasherDefault<RowHasher>> =
            HashMap::default();
        let mut values = Vec::with_capacity(ratings.raters());
        for unit in 0..ratings.units() {
            values.clear();
            values.extend(ratings.columns().iter().map(|column| column[unit].value()));
            if values.iter().all(Option::is_none) {
                continue;
            }
            let kind = match known.get(values.as_slice()) {
                Some(kind) => *kind,
                None => {
                    known.insert(values.clone(), rows.len());
                    rows.push(Row::new(values.clone(), 0));
                    rows.len() - 1
                }
            };
            rows[kind].count += 1;
            kinds.push(kind);
        }
        let raters = ratings.raters();
        (Self { raters, rows }, kinds)
    }

    /// How many raters a row has room for.
    pub fn raters(&self) -> usize {
        self.raters
    }

    /// The distinct rows.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The number of units that at least `raters` raters gave a value.
    pub fn units_rated_by(&self, raters: usize) -> usize {
        self.rows
            .iter()
            .filter(|row| row.rated() >= raters)
            .map(|row| row.count)
            .sum()
    }

    /// The number of categories: the codebook's, raised if need be to take in every value, so that
    /// no value falls outside a table.
    pub fn categories(&self, codebook: usize) -> usize {
        let used = self.rows.iter().flat_map(Row::present).max();
        codebook.max(used.map_or(0, |largest| largest + 1))
    }

    /// The units that both of two raters gave a value.
    pub fn pairs(&self, first: usize, second: usize) -> Vec<PairCount> {
        self.rows
            .iter()
            .filter_map(|row| {
                let value = |rater: usize| row.values.get(rater).copied().flatten();
                Some(PairCount {
                    first: value(first)?,
                    second: value(second)?,
                    count: row.count,
                })
            })
            .collect()
    }

    /// The same with the two raters alone.
    pub fn pair(&self, first: usize, second: usize) -> Self {
        let pairs = self.pairs(first, second);
        let rows = pairs
            .iter()
            .map(|pair| Row::new(vec![Some(pair.first), Some(pair.second)], pair.count));
        Self {
            raters: 2,
            rows: rows.collect(),
        }
    }

    /// Renumbers the values; those that become `None` count as not rated.
    pub fn map(&self, renumber: impl Fn(usize) -> Option<usize>) -> Self {
        let rows = self.rows.iter().map(|row| {
            let values = row.values.iter().map(|value| renumber((*value)?));
            Row::new(values.collect(), row.count)
        });
        Self {
            raters: self.raters,
            rows: rows.collect(),
        }
    }

    /// Puts other counts in the place of the units', one per row; rows without one get 0.
    pub fn reweight(&mut self, counts: &[usize]) {
        for (kind, row) in self.rows.iter_mut().enumerate() {
            row.count = counts.get(kind).copied().unwrap_or(0);
        }
    }
}

/// Multiply and rotate: rows are short runs of small numbers that nobody chooses to collide, and
/// the standard hash takes most of the time of an axis.
#[derive(Default)]
struct RowHasher(u64);

impl Hasher for RowHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_usize(usize::from(*byte));
        }
    }

    fn write_usize(&mut self, number: usize) {
        self.0 = (self.0.rotate_left(5) ^ number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Cell;

    #[test]
    fn equal_rows_are_counted_once_and_empty_ones_dropped() {
        use Cell::{Missing, NotApplicable, Value};
        let ratings = Ratings::new(vec![
            vec![Value(2), Missing, Value(2), Value(0)],
            vec![Value(1), NotApplicable, Value(1), Missing],
        ]);
        let (tally, kinds) = Tally::with_kinds(&ratings);
        assert_eq!(kinds, [0, 0, 1]);
        assert_eq!(tally.rows()[0].count, 2);
        assert_eq!(tally.units_rated_by(1), 3);
        assert_eq!(tally.units_rated_by(2), 2);
        assert_eq!(tally.categories(2), 3);
        assert_eq!(tally.pair(1, 0).rows()[0].values, [Some(1), Some(2)]);
    }
}
