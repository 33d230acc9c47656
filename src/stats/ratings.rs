//! The single input type: what each rater said about each unit on one axis.

/// One rater's answer on one axis of one unit. The three states are never mixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cell {
    /// The number of the code, or of the set of codes.
    Value(usize),
    /// The rater's own answer on the parent axis makes this axis inapplicable.
    NotApplicable,
    /// The rater has not labelled the unit, or left the axis open though it applies.
    Missing,
}

impl Cell {
    /// The value, if there is one.
    pub fn value(self) -> Option<usize> {
        match self {
            Cell::Value(value) => Some(value),
            Cell::NotApplicable | Cell::Missing => None,
        }
    }
}

/// The ratings of one axis: units times raters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ratings {
    units: usize,
    columns: Vec<Vec<Cell>>,
}

impl Ratings {
    /// Takes one column per rater, with the units in the same order in each. Cells that a shorter
    /// column lacks are missing.
    pub fn new(mut columns: Vec<Vec<Cell>>) -> Self {
        let units = columns.iter().map(Vec::len).max().unwrap_or(0);
        for column in &mut columns {
            column.resize(units, Cell::Missing);
        }
        Self { units, columns }
    }

    /// How many units there are, rated or not.
    pub fn units(&self) -> usize {
        self.units
    }

    /// How many raters there are.
    pub fn raters(&self) -> usize {
        self.columns.len()
    }

    /// The raters' columns, in the order given.
    pub fn columns(&self) -> &[Vec<Cell>] {
        &self.columns
    }

    /// How many units each rater has not rated.
    pub fn missing(&self) -> Vec<usize> {
        self.columns
            .iter()
            .map(|column| column.iter().filter(|cell| **cell == Cell::Missing).count())
            .collect()
    }

    /// The ratings of two of the raters. A rater who is not there has rated nothing.
    pub fn pair(&self, first: usize, second: usize) -> Self {
        let column = |rater| self.columns.get(rater).cloned().unwrap_or_default();
        let mut columns = vec![column(first), column(second)];
        for column in &mut columns {
            column.resize(self.units, Cell::Missing);
        }
        Self {
            units: self.units,
            columns,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_a_shorter_column_lacks_are_missing() {
        let ratings = Ratings::new(vec![
            vec![Cell::Value(0), Cell::NotApplicable, Cell::Missing],
            vec![Cell::Value(1)],
        ]);
        assert_eq!((ratings.units(), ratings.raters()), (3, 2));
        assert_eq!(ratings.missing(), [1, 2]);
        assert_eq!(ratings.pair(1, 7).missing(), [2, 3]);
    }
}
