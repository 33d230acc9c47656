//! Krippendorff's alpha, for any number of raters, missing ratings and any difference between
//! values: 1 minus observed by expected difference. A unit with one value takes no part.
//!
//! - Krippendorff (2004), "Content Analysis", 2nd ed., ch. 11; (2011), "Computing Krippendorff's
//!   Alpha-Reliability".
//! - Hayes & Krippendorff (2007), "Answering the call for a standard reliability measure for coding
//!   data", Commun. Methods Meas. 1.

use super::tally::{Row, Tally};
use super::{NOTHING, Stat, Undefined};

/// Alpha for a (squared) difference that is symmetric, and 0 between a value and itself.
pub fn alpha(tally: &Tally, difference: impl Fn(usize, usize) -> f64) -> Stat {
    let observed = observed(tally, &within_rows(tally, &difference));
    from_parts(observed, &pairable(tally), difference)
}

/// The differences within each row, summed over pairs of raters. They do not depend on how often
/// the row occurs, so a bootstrap computes them once.
pub(super) fn within_rows(tally: &Tally, difference: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    let within = |row: &Row| {
        let mut sum = 0.0;
        let mut rest = row.present();
        while let Some(value) = rest.next() {
            sum += rest
                .clone()
                .map(|other| difference(value, other))
                .sum::<f64>();
        }
        sum
    };
    tally.rows().iter().map(within).collect()
}

/// The observed difference, not yet divided by the number of values.
pub(super) fn observed(tally: &Tally, within_rows: &[f64]) -> f64 {
    let rows = tally.rows().iter().zip(within_rows);
    rows.filter(|(row, _)| row.rated() >= 2)
        .map(|(row, within)| row.count() as f64 * 2.0 * within / (row.rated() - 1) as f64)
        .sum()
}

/// How often each value occurs in units with at least two values.
pub(super) fn pairable(tally: &Tally) -> Vec<f64> {
    let mut counts = vec![0.0; tally.categories(0)];
    for row in tally.rows().iter().filter(|row| row.rated() >= 2) {
        for value in row.present() {
            counts[value] += row.count() as f64;
        }
    }
    counts
}

/// Alpha from the observed differences and from how often each value occurs.
pub(super) fn from_parts(
    observed: f64,
    pairable: &[f64],
    difference: impl Fn(usize, usize) -> f64,
) -> Stat {
    let n: f64 = pairable.iter().sum();
    if n < 2.0 {
        return Err(Undefined::NoPairs);
    }
    let uses = |value: &usize| pairable[*value] > 0.0;
    let used: Vec<usize> = (0..pairable.len()).filter(uses).collect();
    let mut expected = 0.0;
    for (place, value) in used.iter().enumerate() {
        for other in &used[place + 1..] {
            expected += 2.0 * pairable[*value] * pairable[*other] * difference(*value, *other);
        }
    }
    expected /= n * (n - 1.0);
    if expected < NOTHING {
        Err(Undefined::NoVariation)
    } else {
        Ok(1.0 - observed / n / expected)
    }
}

/// Alpha for codes without an order.
pub fn alpha_nominal(tally: &Tally) -> Stat {
    alpha(tally, |value, other| f64::from(value != other))
}

/// Alpha for codes on a ladder: two rungs differ by the ratings between them, half of their own
/// included, squared. Codes off the ladder count as not rated.
pub fn alpha_ordinal(tally: &Tally, ladder: &[usize]) -> Stat {
    let places = tally.map(|code| ladder.iter().position(|rung| *rung == code));
    // The ratings up to the middle of a rung, so that a difference is the distance of two middles.
    let mut below = 0.0;
    let middles: Vec<f64> = pairable(&places)
        .into_iter()
        .map(|count| {
            let middle = below + count / 2.0;
            below += count;
            middle
        })
        .collect();
    alpha(&places, |value, other| {
        (middles[value] - middles[other]).powi(2)
    })
}

/// Alpha for codes that stand for numbers, `numbers` naming each code's. Codes without a number
/// count as not rated.
pub fn alpha_interval(tally: &Tally, numbers: &[f64]) -> Stat {
    let known = tally.map(|code| (code < numbers.len()).then_some(code));
    alpha(&known, |value, other| {
        (numbers[value] - numbers[other]).powi(2)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::stats::{Cell, Ratings};

    fn ratings(units: &[Vec<Option<usize>>]) -> Ratings {
        let raters = units.first().map_or(0, Vec::len);
        let column = |rater: usize| {
            let cells = units.iter().map(|unit| unit[rater]);
            cells
                .map(|value| value.map_or(Cell::Missing, Cell::Value))
                .collect()
        };
        Ratings::new((0..raters).map(column).collect())
    }

    #[test]
    fn values_without_a_partner_do_not_make_variation() {
        let units = [vec![Some(1), Some(1)], vec![Some(0), None]];
        let tally = Tally::new(&ratings(&units));
        assert_eq!(alpha_nominal(&tally), Err(Undefined::NoVariation));
        let alone = Tally::new(&ratings(&units[1..]));
        assert_eq!(alpha_nominal(&alone), Err(Undefined::NoPairs));
    }

    #[test]
    fn one_unit_with_a_disagreement_gives_zero() {
        let tally = Tally::new(&ratings(&[vec![Some(0), Some(1)]]));
        assert_eq!(alpha_nominal(&tally), Ok(0.0));
        assert_eq!(alpha_interval(&tally, &[1.0, 7.0]), Ok(0.0));
    }

    /// The definition word by word: all pairs of ratings, unit by unit.
    fn by_definition(
        units: &[Vec<Option<usize>>],
        difference: impl Fn(usize, usize) -> f64,
    ) -> Option<f64> {
        let units: Vec<Vec<usize>> = units
            .iter()
            .map(|unit| unit.iter().flatten().copied().collect())
            .filter(|unit: &Vec<usize>| unit.len() >= 2)
            .collect();
        let all: Vec<usize> = units.concat();
        let n = all.len() as f64;
        let sum = |values: &[usize]| -> f64 {
            let pairs = values
                .iter()
                .flat_map(|x| values.iter().map(move |y| (*x, *y)));
            pairs.map(|(x, y)| difference(x, y)).sum()
        };
        let observed: f64 = units
            .iter()
            .map(|unit| sum(unit) / (unit.len() - 1) as f64)
            .sum();
        let expected = sum(&all) / (n * (n - 1.0));
        (expected > 0.0).then(|| 1.0 - observed / n / expected)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn counting_rows_gives_what_the_definition_gives(
            units in proptest::collection::vec(
                proptest::collection::vec(proptest::option::weighted(0.8, 0usize..5), 3), 0..25),
        ) {
            let tally = Tally::new(&ratings(&units));
            let numbers = [0.0f64, 1.0, 2.5, 3.0, 10.0];
            let squared = |x: usize, y: usize| (numbers[x] - numbers[y]).powi(2);
            let unequal = |x: usize, y: usize| f64::from(x != y);
            for (ours, theirs) in [
                (alpha_nominal(&tally), by_definition(&units, unequal)),
                (alpha_interval(&tally, &numbers), by_definition(&units, squared)),
            ] {
                match (ours, theirs) {
                    (Ok(ours), Some(theirs)) => prop_assert!((ours - theirs).abs() < 1e-9),
                    (ours, theirs) => prop_assert_eq!(ours.ok(), theirs),
                }
            }
        }

        #[test]
        fn turning_the_ladder_round_changes_nothing(
            units in proptest::collection::vec(
                proptest::collection::vec(proptest::option::weighted(0.8, 0usize..4), 3), 0..25),
        ) {
            let tally = Tally::new(&ratings(&units));
            let up = alpha_ordinal(&tally, &[0, 1, 2, 3]);
            let down = alpha_ordinal(&tally, &[3, 2, 1, 0]);
            match (up, down) {
                (Ok(up), Ok(down)) => prop_assert!((up - down).abs() < 1e-9),
                _ => prop_assert_eq!(up, down),
            }
        }
    }
}
