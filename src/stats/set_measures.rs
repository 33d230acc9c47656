//! Agreement on axes that take several codes per unit, measured on whole sets and code by code.
//! Values are the numbers that [`LabelSets`] gave to the sets.

use super::binary::TwoByTwo;
use super::cross_table::CrossTable;
use super::krippendorff::{from_parts, observed, pairable, within_rows};
use super::label_sets::{DistanceTable, LabelSets, jaccard_distance, masi_distance, overlap};
use super::tally::{PairCount, Tally};
use super::two_raters::distance_kappa;
use super::{Coefficients, Stat, Undefined, mean, ratio};

/// The measures of whole sets on one axis, with all that stays the same however often a row of
/// ratings occurs: the distances between sets and within rows.
pub struct SetMeasures<'a> {
    sets: &'a LabelSets,
    jaccard: DistanceTable<'a>,
    masi: DistanceTable<'a>,
    within_jaccard: Vec<f64>,
    within_masi: Vec<f64>,
    within_exact: Vec<f64>,
}

impl<'a> SetMeasures<'a> {
    /// Prepares for the rows of a tally whose values are numbers given out by `sets`.
    pub fn new(tally: &Tally, sets: &'a LabelSets) -> Self {
        let jaccard = DistanceTable::new(sets, jaccard_distance);
        let masi = DistanceTable::new(sets, masi_distance);
        Self {
            sets,
            within_jaccard: within_rows(tally, |one, other| jaccard.get(one, other)),
            within_masi: within_rows(tally, |one, other| masi.get(one, other)),
            within_exact: within_rows(tally, unequal),
            jaccard,
            masi,
        }
    }

    /// All measures for the tally prepared for, whatever its counts are by now. The kappas, in
    /// which each set is a category or has a distance to others, and the Hamming loss are for two
    /// raters only.
    pub fn coefficients(&self, tally: &Tally) -> Coefficients {
        let jaccard = |one, other| self.jaccard.get(one, other);
        let masi = |one, other| self.masi.get(one, other);
        let pairable = pairable(tally);
        let mut list = vec![
            ("mean_jaccard", mean_similarity(tally, &self.within_jaccard)),
            (
                "alpha_masi",
                from_parts(observed(tally, &self.within_masi), &pairable, masi),
            ),
            (
                "alpha_jaccard",
                from_parts(observed(tally, &self.within_jaccard), &pairable, jaccard),
            ),
            ("mean_masi", mean_similarity(tally, &self.within_masi)),
            (
                "alpha_set_nominal",
                from_parts(observed(tally, &self.within_exact), &pairable, unequal),
            ),
        ];
        if tally.raters() == 2 {
            let pairs = tally.pairs(0, 1);
            list.push(("kappa_masi", distance_kappa(&pairs, masi)));
            list.push(("kappa_jaccard", distance_kappa(&pairs, jaccard)));
            list.push(("kappa_set_nominal", distance_kappa(&pairs, unequal)));
            list.push(("hamming_loss", hamming_loss(&pairs, self.sets)));
        }
        list
    }
}

fn unequal(one: usize, other: usize) -> f64 {
    f64::from(one != other)
}

/// 1 minus the mean distance between the raters of a unit, averaged over the units with two values
/// or more.
fn mean_similarity(tally: &Tally, within_rows: &[f64]) -> Stat {
    let rows = tally.rows().iter().zip(within_rows);
    let sum: f64 = rows
        .filter(|(row, _)| row.rated() >= 2)
        .map(|(row, within)| {
            let pairs = row.rated() * (row.rated() - 1) / 2;
            row.count() as f64 * (1.0 - within / pairs as f64)
        })
        .sum();
    mean(sum, tally.units_rated_by(2), Undefined::NoItems)
}

/// The codes on which two raters differ, as a share of all codes of the codebook, averaged over
/// units.
pub fn hamming_loss(pairs: &[PairCount], sets: &LabelSets) -> Stat {
    let units: usize = pairs.iter().map(|pair| pair.count).sum();
    if units == 0 {
        return Err(Undefined::NoItems);
    }
    let differing: usize = pairs
        .iter()
        .map(|pair| {
            let (first, second) = (sets.get(pair.first), sets.get(pair.second));
            pair.count * (first.len() + second.len() - 2 * overlap(first, second))
        })
        .sum();
    ratio(differing, units * sets.codes(), Undefined::ZeroSupport)
}

/// For each code, the units on which both, one or none of two raters gave it.
pub fn per_code(pairs: &[PairCount], sets: &LabelSets) -> Vec<TwoByTwo> {
    let units: usize = pairs.iter().map(|pair| pair.count).sum();
    let mut tables = vec![TwoByTwo::default(); sets.codes()];
    for pair in pairs {
        let (first, second) = (sets.get(pair.first), sets.get(pair.second));
        for code in first {
            tables[*code].add(true, second.contains(code), pair.count);
        }
        for code in second.iter().filter(|code| !first.contains(code)) {
            tables[*code].add(false, true, pair.count);
        }
    }
    for table in &mut tables {
        table.d = units - table.n();
    }
    tables
}

/// Which codes of the first rater (rows; gold in judge tables) go with which of the second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoAssignment {
    /// Units on which the first rater gave the row's code and the second the column's. The
    /// diagonal holds the agreements on a code. A unit is in as many cells as it has such pairs.
    pub together: CrossTable,
    /// The same without codes that the other rater gave as well: one code in place of another.
    pub substituted: CrossTable,
}

/// Crosses the codes of two raters.
pub fn co_assignment(pairs: &[PairCount], sets: &LabelSets) -> CoAssignment {
    let mut together = CrossTable::new(sets.codes());
    let mut substituted = CrossTable::new(sets.codes());
    for pair in pairs {
        let (first, second) = (sets.get(pair.first), sets.get(pair.second));
        for row in first {
            for column in second {
                together.add(*row, *column, pair.count);
                if !second.contains(row) && !first.contains(column) {
                    substituted.add(*row, *column, pair.count);
                }
            }
        }
    }
    CoAssignment {
        together,
        substituted,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::stats::{Cell, Ratings, coefficient};

    /// Ratings of two raters from their sets, unit by unit.
    fn rated(units: &[(Vec<usize>, Vec<usize>)], codes: usize) -> (LabelSets, Tally) {
        let mut sets = LabelSets::new(codes);
        let mut columns = vec![Vec::new(), Vec::new()];
        for (first, second) in units {
            columns[0].push(Cell::Value(sets.intern(first.iter().copied())));
            columns[1].push(Cell::Value(sets.intern(second.iter().copied())));
        }
        (sets, Tally::new(&Ratings::new(columns)))
    }

    #[test]
    fn one_unit_with_a_partial_overlap_gives_alpha_zero() {
        let (sets, tally) = rated(&[(vec![0], vec![0, 1])], 8);
        let list = SetMeasures::new(&tally, &sets).coefficients(&tally);
        for name in ["alpha_masi", "alpha_jaccard", "alpha_set_nominal"] {
            assert_eq!(coefficient(&list, name), Some(Ok(0.0)), "{name}");
        }
        assert_eq!(coefficient(&list, "mean_jaccard"), Some(Ok(0.5)));
        assert_eq!(coefficient(&list, "hamming_loss"), Some(Ok(0.125)));
    }

    #[test]
    fn substitutions_leave_out_codes_that_both_gave() {
        let units = [(vec![0, 1], vec![0, 2]), (vec![1], vec![1, 2])];
        let (sets, tally) = rated(&units, 3);
        let result = co_assignment(&tally.pairs(0, 1), &sets);
        let rows = |table: &CrossTable| table.rows().map(<[usize]>::to_vec).collect::<Vec<_>>();
        assert_eq!(rows(&result.together), [[1, 0, 1], [1, 1, 2], [0, 0, 0]]);
        assert_eq!(rows(&result.substituted), [[0, 0, 0], [0, 0, 1], [0, 0, 0]]);
    }

    #[test]
    fn three_raters_are_averaged_over_pairs_and_have_no_kappa() {
        let mut sets = LabelSets::new(3);
        let [one, two, both] = [vec![0], vec![1], vec![0, 1]].map(|set| sets.intern(set));
        let columns = [one, two, both].map(|number| vec![Cell::Value(number)]);
        let tally = Tally::new(&Ratings::new(columns.to_vec()));
        let list = SetMeasures::new(&tally, &sets).coefficients(&tally);
        // Jaccard 0, 1/2 and 1/2.
        let mean = coefficient(&list, "mean_jaccard").unwrap().unwrap();
        assert!((mean - 1.0 / 3.0).abs() < 1e-15);
        assert_eq!(coefficient(&list, "kappa_masi"), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn tables_by_code_and_co_assignment_tell_the_same_story(
            units in proptest::collection::vec((
                proptest::collection::vec(0usize..5, 0..4),
                proptest::collection::vec(0usize..5, 0..4),
            ), 1..20),
        ) {
            let (sets, tally) = rated(&units, 5);
            let pairs = tally.pairs(0, 1);
            let crossed = co_assignment(&pairs, &sets).together;
            let tables = per_code(&pairs, &sets);
            let mut differing = 0;
            for (code, table) in tables.iter().enumerate() {
                prop_assert_eq!(table.n(), units.len());
                prop_assert_eq!(table.a, crossed.count(code, code));
                differing += table.b + table.c;
            }
            let expected = differing as f64 / (5 * units.len()) as f64;
            prop_assert!((hamming_loss(&pairs, &sets).unwrap() - expected).abs() < 1e-12);
        }

        #[test]
        fn single_codes_make_every_distance_the_nominal_one(
            units in proptest::collection::vec((0usize..4, 0usize..4), 1..25),
        ) {
            let units: Vec<_> = units.iter().map(|(x, y)| (vec![*x], vec![*y])).collect();
            let (sets, tally) = rated(&units, 4);
            let list = SetMeasures::new(&tally, &sets).coefficients(&tally);
            let nominal = coefficient(&list, "alpha_set_nominal");
            prop_assert_eq!(coefficient(&list, "alpha_masi"), nominal);
            prop_assert_eq!(coefficient(&list, "alpha_jaccard"), nominal);
        }
    }
}
