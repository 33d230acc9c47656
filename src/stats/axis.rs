//! All there is to say about an axis, in one call per shape of axis: one code per unit, or several.

use super::binary::TwoByTwo;
use super::cross_table::CrossTable;
use super::exact_match::{Applicability, ExactMatch, compare, exact_match};
use super::interval::{Bootstrapped, Resampling, percentile_bootstrap};
use super::label_sets::LabelSets;
use super::ratings::{Cell, Ratings};
use super::set_measures::{CoAssignment, SetMeasures, co_assignment, per_code};
use super::several_raters::rater_pairs;
use super::tally::Tally;
use super::{Coefficients, several_raters, two_raters};

/// Agreement on an axis with one code per unit.
#[derive(Clone, Debug, PartialEq)]
pub struct SingleAxis {
    /// Exact-match agreement under the reading asked for.
    pub exact: ExactMatch,
    /// How many units each rater has not rated.
    pub missing: Vec<usize>,
    /// Units with a value from at least one rater.
    pub rated: usize,
    /// Units with two values or more: what the coefficients rest on, N/A being no category.
    pub coefficients_n: usize,
    /// Those for two raters where there are two, else those for several.
    pub coefficients: Coefficients,
    /// Every pair of raters; for two raters the one pair.
    pub pairs: Vec<SinglePair>,
}

/// Two raters on an axis with one code per unit.
#[derive(Clone, Debug, PartialEq)]
pub struct SinglePair {
    /// Which raters, by their columns.
    pub raters: (usize, usize),
    /// Exact-match agreement under the reading asked for.
    pub exact: ExactMatch,
    /// Units that at least one of the two has not rated.
    pub dropped: usize,
    /// Whether the axis applies, rater against rater.
    pub applicability: TwoByTwo,
    /// On the units with two values: the total of the confusion matrix.
    pub coefficients: Coefficients,
    /// Units on which both codes are on the ladder: what the weighted kappas rest on.
    pub n_ordinal: usize,
    pub confusion: CrossTable,
    /// Each code against all the others. Its `psa` is the agreement on that code.
    pub per_code: Vec<TwoByTwo>,
}

/// Describes an axis with one code per unit. `categories` is the codebook's number of codes,
/// `ladder` those of them that are ordered, from the lowest; empty for a nominal axis.
pub fn single_axis(
    ratings: &Ratings,
    categories: usize,
    ladder: &[usize],
    applicability: Applicability,
) -> SingleAxis {
    let tally = Tally::new(ratings);
    let categories = tally.categories(categories);
    let describe = |(first, second): (usize, usize)| {
        let cells = [first, second].map(|rater| ratings.columns()[rater].as_slice());
        let pairs = tally.pairs(first, second);
        let confusion = CrossTable::from_pairs(categories, &pairs);
        SinglePair {
            raters: (first, second),
            exact: compare(&cells, applicability),
            dropped: dropped(cells),
            applicability: applies(cells),
            coefficients: two_raters::coefficients(&tally.pair(first, second), categories, ladder),
            n_ordinal: two_raters::on_ladder(&pairs, ladder)
                .iter()
                .map(|pair| pair.count)
                .sum(),
            per_code: (0..categories)
                .map(|code| confusion.one_against_rest(code))
                .collect(),
            confusion,
        }
    };
    SingleAxis {
        exact: exact_match(ratings, applicability),
        missing: ratings.missing(),
        rated: tally.units_rated_by(1),
        coefficients_n: tally.units_rated_by(2),
        coefficients: single_coefficients(&tally, categories, ladder),
        pairs: rater_pairs(ratings.raters())
            .into_iter()
            .map(describe)
            .collect(),
    }
}

/// Bootstrap intervals of the coefficients of [`single_axis`], in the same order.
pub fn single_axis_intervals(
    ratings: &Ratings,
    categories: usize,
    ladder: &[usize],
    plan: Resampling,
) -> Vec<(&'static str, Bootstrapped)> {
    let (tally, kinds) = resampled_units(ratings);
    let categories = tally.categories(categories);
    intervals(tally, &kinds, plan, |tally| {
        single_coefficients(tally, categories, ladder)
    })
}

fn single_coefficients(tally: &Tally, categories: usize, ladder: &[usize]) -> Coefficients {
    if tally.raters() == 2 {
        two_raters::coefficients(tally, categories, ladder)
    } else {
        several_raters::coefficients(tally, categories, ladder)
    }
}

/// Agreement on an axis with several codes per unit.
#[derive(Clone, Debug, PartialEq)]
pub struct MultiAxis {
    /// Exact-match agreement, of whole sets, under the reading asked for.
    pub exact: ExactMatch,
    /// How many units each rater has not rated.
    pub missing: Vec<usize>,
    /// Units with a value from at least one rater.
    pub rated: usize,
    /// Units with two values or more: what the coefficients rest on, N/A being no category.
    pub coefficients_n: usize,
    pub coefficients: Coefficients,
    /// Every pair of raters; for two raters the one pair.
    pub pairs: Vec<MultiPair>,
}

/// Two raters on an axis with several codes per unit.
#[derive(Clone, Debug, PartialEq)]
pub struct MultiPair {
    /// Which raters, by their columns.
    pub raters: (usize, usize),
    /// Exact-match agreement, of whole sets, under the reading asked for.
    pub exact: ExactMatch,
    /// Units that at least one of the two has not rated.
    pub dropped: usize,
    /// Whether the axis applies, rater against rater.
    pub applicability: TwoByTwo,
    pub coefficients: Coefficients,
    /// For each code, whether the raters gave it.
    pub per_code: Vec<TwoByTwo>,
    pub co_assignment: CoAssignment,
}

/// Describes an axis with several codes per unit, whose values are numbers given out by `sets`.
pub fn multi_axis(ratings: &Ratings, sets: &LabelSets, applicability: Applicability) -> MultiAxis {
    let tally = Tally::new(ratings);
    let describe = |(first, second): (usize, usize)| {
        let cells = [first, second].map(|rater| ratings.columns()[rater].as_slice());
        let pairs = tally.pairs(first, second);
        MultiPair {
            raters: (first, second),
            exact: compare(&cells, applicability),
            dropped: dropped(cells),
            applicability: applies(cells),
            coefficients: set_coefficients(&tally.pair(first, second), sets),
            per_code: per_code(&pairs, sets),
            co_assignment: co_assignment(&pairs, sets),
        }
    };
    MultiAxis {
        exact: exact_match(ratings, applicability),
        missing: ratings.missing(),
        rated: tally.units_rated_by(1),
        coefficients_n: tally.units_rated_by(2),
        coefficients: set_coefficients(&tally, sets),
        pairs: rater_pairs(ratings.raters())
            .into_iter()
            .map(describe)
            .collect(),
    }
}

/// Bootstrap intervals of the coefficients of [`multi_axis`], in the same order.
pub fn multi_axis_intervals(
    ratings: &Ratings,
    sets: &LabelSets,
    plan: Resampling,
) -> Vec<(&'static str, Bootstrapped)> {
    let (tally, kinds) = resampled_units(ratings);
    let measures = SetMeasures::new(&tally, sets);
    intervals(tally, &kinds, plan, |tally| measures.coefficients(tally))
}

fn set_coefficients(tally: &Tally, sets: &LabelSets) -> Coefficients {
    SetMeasures::new(tally, sets).coefficients(tally)
}

/// The rows of an axis, and for each unit to draw from which row it has. With two raters these are
/// the units that both gave a value, since no other enters their coefficients; with more, all that
/// have a value.
fn resampled_units(ratings: &Ratings) -> (Tally, Vec<usize>) {
    let (tally, mut kinds) = Tally::with_kinds(ratings);
    if tally.raters() == 2 {
        kinds.retain(|kind| tally.rows()[*kind].rated() == 2);
    }
    (tally, kinds)
}

fn intervals(
    mut tally: Tally,
    kinds: &[usize],
    plan: Resampling,
    coefficients: impl Fn(&Tally) -> Coefficients,
) -> Vec<(&'static str, Bootstrapped)> {
    let names = coefficients(&tally);
    let drawn = percentile_bootstrap(kinds, plan, |counts| {
        tally.reweight(counts);
        let values = coefficients(&tally).into_iter();
        values.map(|(_, value)| value).collect()
    });
    names.into_iter().map(|(name, _)| name).zip(drawn).collect()
}

/// Units that at least one of two raters has not rated.
fn dropped([first, second]: [&[Cell]; 2]) -> usize {
    let units = first.iter().zip(second);
    units
        .filter(|(first, second)| **first == Cell::Missing || **second == Cell::Missing)
        .count()
}

/// Two raters on whether the axis applies. Where one left the axis open, the unit says nothing.
fn applies([first, second]: [&[Cell]; 2]) -> TwoByTwo {
    let mut table = TwoByTwo::default();
    for (first, second) in first.iter().zip(second) {
        if *first != Cell::Missing && *second != Cell::Missing {
            table.add(first.value().is_some(), second.value().is_some(), 1);
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::Cell::{Missing, NotApplicable, Value};
    use super::*;
    use crate::stats::{Reading, Undefined, coefficient};

    fn three_raters() -> Ratings {
        Ratings::new(vec![
            vec![
                Value(0),
                Value(1),
                Value(2),
                Value(0),
                NotApplicable,
                Missing,
            ],
            vec![
                Value(0),
                Value(1),
                Value(1),
                NotApplicable,
                NotApplicable,
                Value(2),
            ],
            vec![Value(0), Value(2), Value(2), Value(0), Value(1), Value(2)],
        ])
    }

    #[test]
    fn three_raters_have_a_picture_together_and_one_per_pair() {
        let either = Applicability {
            reading: Reading::Either,
            ..Applicability::BY_BOTH
        };
        let axis = single_axis(&three_raters(), 4, &[0, 1, 2], either);
        assert_eq!(axis.missing, [1, 0, 0]);
        assert_eq!((axis.rated, axis.coefficients_n, axis.exact.n), (6, 5, 6));
        let raters: Vec<_> = axis.pairs.iter().map(|pair| pair.raters).collect();
        assert_eq!(raters, [(0, 1), (0, 2), (1, 2)]);
        let first = &axis.pairs[0];
        assert_eq!(
            (first.exact.n, first.exact.agreed, first.dropped),
            (4, 2, 1)
        );
        assert_eq!(first.confusion.total(), 3);
        let applies = TwoByTwo {
            a: 3,
            b: 1,
            c: 0,
            d: 1,
        };
        assert_eq!(first.applicability, applies);
        assert!(coefficient(&axis.coefficients, "fleiss_kappa").is_some_and(|kappa| kappa.is_ok()));
        assert!(coefficient(&first.coefficients, "kappa").is_some_and(|kappa| kappa.is_ok()));
    }

    #[test]
    fn intervals_come_in_the_order_of_the_coefficients_and_hold_them() {
        let plan = Resampling {
            replicates: 300,
            seed: 11,
        };
        let mut sets = LabelSets::new(3);
        let numbers: Vec<usize> = [vec![0], vec![1], vec![0, 2]]
            .into_iter()
            .map(|set| sets.intern(set))
            .collect();
        assert_eq!(numbers, [0, 1, 2]);
        for ratings in [three_raters(), three_raters().pair(0, 2)] {
            let single = single_axis(&ratings, 4, &[], Applicability::BY_BOTH).coefficients;
            let multi = multi_axis(&ratings, &sets, Applicability::BY_BOTH).coefficients;
            let drawn = single_axis_intervals(&ratings, 4, &[], plan);
            let drawn_sets = multi_axis_intervals(&ratings, &sets, plan);
            assert_eq!((single.len(), multi.len()), (drawn.len(), drawn_sets.len()));
            let pairs = single.into_iter().chain(multi);
            for ((name, value), (drawn_name, drawn)) in
                pairs.zip(drawn.into_iter().chain(drawn_sets))
            {
                assert_eq!(name, drawn_name);
                let (value, interval) = (value.unwrap(), drawn.interval.unwrap());
                assert!(
                    interval.low <= value && value <= interval.high,
                    "{name} {drawn:?}"
                );
            }
        }
    }

    #[test]
    fn units_that_one_of_two_raters_left_out_are_not_drawn() {
        let plan = Resampling {
            replicates: 200,
            seed: 5,
        };
        let complete = Ratings::new(vec![
            vec![Value(0), Value(1), Value(0), Value(1)],
            vec![Value(0), Value(1), Value(1), Value(1)],
        ]);
        let mut columns = complete.columns().to_vec();
        columns[0].insert(2, Missing);
        columns[1].insert(2, Value(1));
        let gaps = Ratings::new(columns);
        let drawn = |ratings| single_axis_intervals(ratings, 2, &[], plan);
        assert_eq!(drawn(&complete), drawn(&gaps));
    }

    #[test]
    fn one_rater_alone_has_nobody_to_agree_with() {
        for columns in [vec![], vec![vec![Value(0), Value(1)]]] {
            let ratings = Ratings::new(columns);
            let axis = single_axis(&ratings, 2, &[0, 1], Applicability::BY_BOTH);
            assert!(axis.pairs.is_empty());
            assert_eq!(axis.exact.percent, Err(Undefined::NoItems));
            assert!(axis.coefficients.iter().all(|(_, value)| value.is_err()));
            let drawn = single_axis_intervals(&ratings, 2, &[], Resampling::default());
            assert!(drawn.iter().all(|(_, drawn)| drawn.interval.is_err()));
        }
    }
}
