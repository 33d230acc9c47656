//! Chance-corrected agreement of three raters and more who give one code per unit. Ratings may be
//! missing: a unit with a single rating tells about chance, not about agreement.
//!
//! - Fleiss (1971), "Measuring nominal scale agreement among many raters", Psychol. Bull. 76.
//! - Gwet (2014), "Handbook of Inter-Rater Reliability", 4th ed.: all of them with missing ratings.
//! - Conger (1980), "Integration and generalization of kappas for multiple raters", Psychol. Bull. 88.
//! - Light (1971), "Measures of response agreement for qualitative data", Psychol. Bull. 76.

use super::cross_table::CrossTable;
use super::krippendorff::{alpha_nominal, alpha_ordinal};
use super::tally::{Row, Tally};
use super::{Coefficients, Stat, Undefined, chance_corrected, mean, ratio, two_raters};

/// Agreeing ordered pairs of raters on a unit, averaged over the units with two values or more.
pub fn observed(tally: &Tally) -> Stat {
    let sum: f64 = tally
        .rows()
        .iter()
        .filter(|row| row.rated() >= 2)
        .map(|row| row.count() as f64 * agreeing_share(row))
        .sum();
    mean(sum, tally.units_rated_by(2), Undefined::NoItems)
}

/// The share of ordered pairs of a row's raters that gave the same value.
fn agreeing_share(row: &Row) -> f64 {
    let rated = row.rated();
    let same = |value| row.present().filter(|other| *other == value).count() - 1;
    let agreeing: usize = row.present().map(same).sum();
    agreeing as f64 / (rated * (rated - 1)) as f64
}

/// The share of each category on a unit, averaged over all units with a value.
fn mean_shares(tally: &Tally, categories: usize) -> Result<Vec<f64>, Undefined> {
    let mut shares = vec![0.0; tally.categories(categories)];
    for row in tally.rows() {
        let weight = row.count() as f64 / row.rated() as f64;
        for value in row.present() {
            shares[value] += weight;
        }
    }
    let units = tally.units_rated_by(1);
    let share = |sum: &f64| mean(*sum, units, Undefined::NoItems);
    shares.iter().map(share).collect()
}

/// Fleiss' kappa: Scott's pi for several raters.
pub fn fleiss_kappa(tally: &Tally, categories: usize) -> Stat {
    let shares = mean_shares(tally, categories)?;
    let expected = shares.iter().map(|share| share * share).sum();
    chance_corrected(observed(tally)?, expected)
}

/// Gwet's AC1 for several raters.
pub fn ac1(tally: &Tally, categories: usize) -> Stat {
    let observed = observed(tally)?;
    let shares = mean_shares(tally, categories)?;
    if shares.len() < 2 {
        return Err(Undefined::NoVariation);
    }
    let spread: f64 = shares.iter().map(|share| share * (1.0 - share)).sum();
    chance_corrected(observed, spread / (shares.len() - 1) as f64)
}

/// Brennan-Prediger for several raters.
pub fn bp(tally: &Tally, categories: usize) -> Stat {
    chance_corrected(observed(tally)?, 1.0 / tally.categories(categories) as f64)
}

/// Conger's kappa: chance from each rater's own use of the codes, averaged over pairs of raters.
/// Undefined if a rater has rated nothing.
pub fn conger_kappa(tally: &Tally, categories: usize) -> Stat {
    let observed = observed(tally)?;
    let shares: Vec<Vec<f64>> = (0..tally.raters())
        .map(|rater| own_shares(tally, rater, categories))
        .collect::<Result<_, _>>()?;
    let by_chance = |(first, second): (usize, usize)| -> f64 {
        let products = shares[first].iter().zip(&shares[second]);
        products.map(|(one, other)| one * other).sum()
    };
    let pairs = rater_pairs(tally.raters());
    let count = pairs.len();
    let expected: f64 = pairs.into_iter().map(by_chance).sum();
    chance_corrected(observed, expected / count as f64)
}

/// The share of each category among one rater's ratings.
fn own_shares(tally: &Tally, rater: usize, categories: usize) -> Result<Vec<f64>, Undefined> {
    let mut counts = vec![0; tally.categories(categories)];
    for row in tally.rows() {
        if let Some(value) = row.values()[rater] {
            counts[value] += row.count();
        }
    }
    let total = counts.iter().sum();
    let share = |count: &usize| ratio(*count, total, Undefined::NoItems);
    counts.iter().map(share).collect()
}

/// Light's kappa: the mean of Cohen's kappa over the pairs of raters that have one.
pub fn light_kappa(tally: &Tally, categories: usize) -> Stat {
    let kappas: Vec<Stat> = rater_pairs(tally.raters())
        .into_iter()
        .map(|(first, second)| {
            let pairs = tally.pairs(first, second);
            two_raters::kappa(&CrossTable::from_pairs(categories, &pairs))
        })
        .collect();
    let defined: Vec<f64> = kappas.iter().flatten().copied().collect();
    let varied = kappas.contains(&Err(Undefined::NoVariation));
    let reason = if varied {
        Undefined::NoVariation
    } else {
        Undefined::NoItems
    };
    mean(defined.iter().sum(), defined.len(), reason)
}

/// All pairs of raters, each once.
pub fn rater_pairs(raters: usize) -> Vec<(usize, usize)> {
    (0..raters)
        .flat_map(|first| (first + 1..raters).map(move |second| (first, second)))
        .collect()
}

/// All coefficients for several raters; the ordinal one where there is a ladder.
pub fn coefficients(tally: &Tally, categories: usize, ladder: &[usize]) -> Coefficients {
    let mut list = vec![
        ("ac1", ac1(tally, categories)),
        ("fleiss_kappa", fleiss_kappa(tally, categories)),
        ("alpha_nominal", alpha_nominal(tally)),
        ("conger_kappa", conger_kappa(tally, categories)),
        ("light_kappa", light_kappa(tally, categories)),
        ("bp", bp(tally, categories)),
    ];
    if !ladder.is_empty() {
        list.push(("alpha_ordinal", alpha_ordinal(tally, ladder)));
    }
    list
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::stats::{Cell, Ratings};

    fn tally(columns: &[&[usize]]) -> Tally {
        let column = |codes: &&[usize]| codes.iter().map(|code| Cell::Value(*code)).collect();
        Tally::new(&Ratings::new(columns.iter().map(column).collect()))
    }

    #[test]
    fn a_unit_with_one_rating_moves_chance_but_not_agreement() {
        use Cell::{Missing, Value};
        let mut columns = vec![
            vec![Value(0), Value(1)],
            vec![Value(0), Value(1)],
            vec![Value(0), Value(0)],
        ];
        let before = Tally::new(&Ratings::new(columns.clone()));
        for (column, cell) in columns.iter_mut().zip([Value(1), Missing, Missing]) {
            column.push(cell);
        }
        let after = Tally::new(&Ratings::new(columns));
        assert_eq!(observed(&before), observed(&after));
        assert_ne!(fleiss_kappa(&before, 2), fleiss_kappa(&after, 2));
    }

    #[test]
    fn one_code_throughout_is_no_evidence_of_agreement() {
        let tally = tally(&[&[1, 1], &[1, 1], &[1, 1]]);
        for (name, value) in coefficients(&tally, 3, &[0, 1, 2]) {
            let expected = match name {
                "ac1" | "bp" => Ok(1.0),
                _ => Err(Undefined::NoVariation),
            };
            assert_eq!(value, expected, "{name}");
        }
    }

    #[test]
    fn an_absent_rater_leaves_congers_kappa_undefined() {
        let three = tally(&[&[0, 1, 1], &[0, 1, 0], &[]]);
        assert_eq!(conger_kappa(&three, 2), Err(Undefined::NoItems));
        assert!(fleiss_kappa(&three, 2).is_ok());
        assert!(light_kappa(&three, 2).is_ok());
        let nobody = tally(&[&[], &[], &[]]);
        for (name, value) in coefficients(&nobody, 2, &[]) {
            assert!(value.is_err(), "{name}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn two_raters_are_the_simplest_case_of_several(
            units in proptest::collection::vec((0usize..3, 0usize..3), 1..30),
        ) {
            let (first, second): (Vec<_>, Vec<_>) = units.into_iter().unzip();
            let tally = tally(&[&first, &second]);
            let table = CrossTable::from_pairs(3, &tally.pairs(0, 1));
            for (several, two) in [
                (fleiss_kappa(&tally, 3), two_raters::scott_pi(&table)),
                (ac1(&tally, 3), two_raters::ac1(&table)),
                (bp(&tally, 3), two_raters::bp(&table)),
                (conger_kappa(&tally, 3), two_raters::kappa(&table)),
                (light_kappa(&tally, 3), two_raters::kappa(&table)),
            ] {
                match (several, two) {
                    (Ok(several), Ok(two)) => prop_assert!((several - two).abs() < 1e-9),
                    _ => prop_assert_eq!(several, two),
                }
            }
        }

        #[test]
        fn the_order_of_raters_changes_nothing(
            units in proptest::collection::vec((0usize..3, 0usize..3, 0usize..3), 1..30),
        ) {
            let column = |pick: fn(&(usize, usize, usize)) -> usize| -> Vec<usize> {
                units.iter().map(pick).collect()
            };
            let (a, b, c) = (column(|unit| unit.0), column(|unit| unit.1), column(|unit| unit.2));
            let one = coefficients(&tally(&[&a, &b, &c]), 3, &[0, 1, 2]);
            let other = coefficients(&tally(&[&c, &a, &b]), 3, &[0, 1, 2]);
            for ((name, one), (_, other)) in one.into_iter().zip(other) {
                match (one, other) {
                    (Ok(one), Ok(other)) => prop_assert!((one - other).abs() < 1e-9, "{name}"),
                    _ => prop_assert_eq!(one, other, "{}", name),
                }
            }
        }
    }
}
