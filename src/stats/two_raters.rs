//! Chance-corrected agreement of exactly two raters who give one code per unit. Units without a
//! value from both take no part.
//!
//! - Cohen (1960), "A coefficient of agreement for nominal scales", Educ. Psychol. Meas. 20.
//! - Scott (1955), "Reliability of content analysis", Public Opin. Q. 19.
//! - Gwet (2008), "Computing inter-rater reliability and its variance in the presence of high
//!   agreement", Br. J. Math. Stat. Psychol. 61.
//! - Brennan & Prediger (1981), "Coefficient kappa: some uses, misuses, and alternatives", Educ.
//!   Psychol. Meas. 41. The same as S of Bennett, Alpert & Goldstein (1954).
//! - Cohen (1968), "Weighted kappa", Psychol. Bull. 70.

use super::cross_table::CrossTable;
use super::krippendorff::{alpha_nominal, alpha_ordinal};
use super::tally::{PairCount, Tally};
use super::{Coefficients, NOTHING, Stat, Undefined, chance_corrected};

/// Cohen's kappa: chance as each rater's own use of the codes has it. Undefined if both used one
/// and the same code throughout.
pub fn kappa(table: &CrossTable) -> Stat {
    chance_corrected(table.observed()?, pe_kappa(table)?)
}

/// Scott's pi: chance as the two raters' pooled use of the codes has it.
pub fn scott_pi(table: &CrossTable) -> Stat {
    chance_corrected(table.observed()?, pe_pi(table)?)
}

/// Gwet's AC1, which stays near the observed agreement where one code prevails. It depends on the
/// number of categories.
pub fn ac1(table: &CrossTable) -> Stat {
    chance_corrected(table.observed()?, pe_ac1(table)?)
}

/// Brennan-Prediger: chance as if all categories were equally likely.
pub fn bp(table: &CrossTable) -> Stat {
    chance_corrected(table.observed()?, 1.0 / table.size() as f64)
}

/// The chance agreement of Cohen's kappa.
pub fn pe_kappa(table: &CrossTable) -> Stat {
    let n = some_total(table)?;
    // Whole numbers up to the division, so that a constant rater gives a kappa of exactly 0.
    let products = (0..table.size())
        .map(|code| table.row_total(code) as f64 * table.column_total(code) as f64);
    Ok(products.sum::<f64>() / (n * n))
}

/// The chance agreement of Scott's pi.
pub fn pe_pi(table: &CrossTable) -> Stat {
    Ok(mean_shares(table)?.map(|share| share * share).sum())
}

/// The chance agreement of AC1.
pub fn pe_ac1(table: &CrossTable) -> Stat {
    let spread: f64 = mean_shares(table)?.map(|share| share * (1.0 - share)).sum();
    if table.size() < 2 {
        return Err(Undefined::NoVariation);
    }
    Ok(spread / (table.size() - 1) as f64)
}

/// Each code's share of the two raters' ratings.
fn mean_shares(table: &CrossTable) -> Result<impl Iterator<Item = f64>, Undefined> {
    let n = some_total(table)?;
    Ok((0..table.size())
        .map(move |code| (table.row_total(code) + table.column_total(code)) as f64 / (2.0 * n)))
}

fn some_total(table: &CrossTable) -> Stat {
    match table.total() {
        0 => Err(Undefined::NoItems),
        n => Ok(n as f64),
    }
}

/// Cohen's weighted kappa for any distance between values: 1 minus observed by expected distance,
/// the latter from each rater's own values.
pub fn distance_kappa(pairs: &[PairCount], distance: impl Fn(usize, usize) -> f64) -> Stat {
    let n: f64 = pairs.iter().map(|pair| pair.count as f64).sum();
    if n == 0.0 {
        return Err(Undefined::NoItems);
    }
    let apart = |pair: &PairCount| pair.count as f64 * distance(pair.first, pair.second);
    let observed = pairs.iter().map(apart).sum::<f64>() / n;
    let firsts = uses(pairs, |pair| pair.first);
    let seconds = uses(pairs, |pair| pair.second);
    let mut expected = 0.0;
    for (first, times) in &firsts {
        for (second, others) in &seconds {
            expected += times * others * distance(*first, *second);
        }
    }
    expected /= n * n;
    if expected < NOTHING {
        Err(Undefined::NoVariation)
    } else {
        Ok(1.0 - observed / expected)
    }
}

/// The values one rater used, with how often.
fn uses(pairs: &[PairCount], value: impl Fn(&PairCount) -> usize) -> Vec<(usize, f64)> {
    let mut counts = vec![0; pairs.iter().map(|pair| value(pair) + 1).max().unwrap_or(0)];
    for pair in pairs {
        counts[value(pair)] += pair.count;
    }
    let used = counts.into_iter().enumerate();
    used.filter(|(_, count)| *count > 0)
        .map(|(value, count)| (value, count as f64))
        .collect()
}

/// The pairs by their places on an ordered ladder of codes. Pairs with a code off the ladder are
/// left out. Places are the codebook's: a rung nobody used still counts as a step.
pub fn on_ladder(pairs: &[PairCount], ladder: &[usize]) -> Vec<PairCount> {
    let place = |code| ladder.iter().position(|rung| *rung == code);
    pairs
        .iter()
        .filter_map(|pair| {
            Some(PairCount {
                first: place(pair.first)?,
                second: place(pair.second)?,
                count: pair.count,
            })
        })
        .collect()
}

/// Weighted kappa with the distance in steps, for pairs of places on a ladder.
pub fn kappa_linear(places: &[PairCount]) -> Stat {
    distance_kappa(places, |first, second| first.abs_diff(second) as f64)
}

/// Weighted kappa with the squared distance in steps; close to an intraclass correlation (Fleiss &
/// Cohen 1973).
pub fn kappa_quadratic(places: &[PairCount]) -> Stat {
    distance_kappa(places, |first, second| first.abs_diff(second).pow(2) as f64)
}

/// All coefficients for a tally of two raters. PABAK joins for two categories,
/// the ordinal ones where there is a ladder.
pub fn coefficients(tally: &Tally, categories: usize, ladder: &[usize]) -> Coefficients {
    let pairs = tally.pairs(0, 1);
    let table = CrossTable::from_pairs(categories, &pairs);
    let mut list = vec![
        ("ac1", ac1(&table)),
        ("kappa", kappa(&table)),
        ("alpha_nominal", alpha_nominal(tally)),
        ("scott_pi", scott_pi(&table)),
        ("bp", bp(&table)),
    ];
    if table.size() == 2 {
        list.push(("pabak", table.one_against_rest(0).pabak()));
    }
    if !ladder.is_empty() {
        let places = on_ladder(&pairs, ladder);
        list.push(("kappa_quadratic", kappa_quadratic(&places)));
        list.push(("kappa_linear", kappa_linear(&places)));
        list.push(("alpha_ordinal", alpha_ordinal(tally, ladder)));
    }
    list
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::stats::{Cell, Ratings, coefficient};

    fn tally(first: &[usize], second: &[usize]) -> Tally {
        let column = |codes: &[usize]| codes.iter().map(|code| Cell::Value(*code)).collect();
        Tally::new(&Ratings::new(vec![column(first), column(second)]))
    }

    fn table(first: &[usize], second: &[usize], categories: usize) -> CrossTable {
        CrossTable::from_pairs(categories, &tally(first, second).pairs(0, 1))
    }

    #[test]
    fn a_constant_rater_gives_kappa_exactly_zero() {
        for n in 2..200 {
            let constant = vec![0; n];
            let varying: Vec<usize> = (0..n).map(|unit| usize::from(unit % 7 == 3)).collect();
            let table = table(&constant, &varying, 2);
            if table.column_total(1) > 0 {
                assert_eq!(kappa(&table), Ok(0.0), "{n}");
            }
        }
    }

    #[test]
    fn one_code_throughout_leaves_kappa_undefined_but_not_ac1() {
        let tally = tally(&[1, 1, 1], &[1, 1, 1]);
        let list = coefficients(&tally, 3, &[0, 1]);
        for (name, value) in list {
            let expected = match name {
                "ac1" | "bp" => Ok(1.0),
                _ => Err(Undefined::NoVariation),
            };
            assert_eq!(value, expected, "{name}");
        }
    }

    #[test]
    fn constant_raters_with_different_codes_disagree_as_chance_has_it() {
        let table = table(&[0, 0, 0, 0], &[1, 1, 1, 1], 2);
        assert_eq!(kappa(&table), Ok(0.0));
        assert_eq!(ac1(&table), Ok(-1.0));
        assert_eq!(bp(&table), Ok(-1.0));
    }

    #[test]
    fn no_common_unit_leaves_everything_undefined() {
        let list = coefficients(&Tally::new(&Ratings::new(vec![])), 2, &[0, 1]);
        assert_eq!(list.len(), 9);
        for (name, value) in list {
            let reason = if name.starts_with("alpha") {
                Undefined::NoPairs
            } else {
                Undefined::NoItems
            };
            assert_eq!(value, Err(reason), "{name}");
        }
    }

    #[test]
    fn never_used_categories_move_ac1_and_bp_only() {
        let (first, second) = ([0, 0, 1, 1, 0, 2], [0, 1, 1, 1, 0, 2]);
        let (few, many) = (table(&first, &second, 3), table(&first, &second, 6));
        assert_eq!(kappa(&few), kappa(&many));
        assert_eq!(scott_pi(&few), scott_pi(&many));
        assert!(ac1(&many).unwrap() > ac1(&few).unwrap());
        assert!(bp(&many).unwrap() > bp(&few).unwrap());
    }

    #[test]
    fn codes_off_the_ladder_leave_the_weighted_kappas_alone() {
        // Code 9 stands beside the ladder 3 < 1 < 2.
        let ladder = [3, 1, 2];
        let with = tally(&[3, 1, 2, 9, 3], &[3, 2, 2, 1, 9]);
        let without = tally(&[3, 1, 2], &[3, 2, 2]);
        let list = coefficients(&with, 10, &ladder);
        for (name, value) in coefficients(&without, 10, &ladder) {
            if ["kappa_linear", "kappa_quadratic", "alpha_ordinal"].contains(&name) {
                assert!(value.is_ok(), "{name}");
                assert_eq!(coefficient(&list, name), Some(value), "{name}");
            }
        }
    }

    fn two_columns() -> impl Strategy<Value = (Vec<usize>, Vec<usize>)> {
        proptest::collection::vec((0usize..4, 0usize..4), 1..40)
            .prop_map(|units| units.into_iter().unzip())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn swapping_the_raters_changes_nothing((first, second) in two_columns()) {
            let one = coefficients(&tally(&first, &second), 4, &[0, 1, 2]);
            let other = coefficients(&tally(&second, &first), 4, &[0, 1, 2]);
            for ((name, one), (_, other)) in one.into_iter().zip(other) {
                match (one, other) {
                    (Ok(one), Ok(other)) => prop_assert!((one - other).abs() < 1e-12, "{name}"),
                    _ => prop_assert_eq!(one, other, "{}", name),
                }
            }
        }

        #[test]
        fn the_order_of_units_changes_nothing((first, second) in two_columns(), by in 0usize..40) {
            let turned = |codes: &[usize]| {
                let mut codes = codes.to_vec();
                codes.rotate_left(by % first.len());
                codes
            };
            let one = coefficients(&tally(&first, &second), 4, &[0, 1, 2]);
            let other = coefficients(&tally(&turned(&first), &turned(&second)), 4, &[0, 1, 2]);
            for ((name, one), (_, other)) in one.into_iter().zip(other) {
                match (one, other) {
                    (Ok(one), Ok(other)) => prop_assert!((one - other).abs() < 1e-12, "{name}"),
                    _ => prop_assert_eq!(one, other, "{}", name),
                }
            }
        }

        #[test]
        fn coefficients_stay_in_bounds((first, second) in two_columns()) {
            for (name, value) in coefficients(&tally(&first, &second), 4, &[0, 1, 2, 3]) {
                if let Ok(value) = value {
                    prop_assert!(value <= 1.0 + 1e-12, "{name} {value}");
                    if !name.contains("linear") && !name.contains("quadratic") && !name.contains("ordinal") {
                        prop_assert!(value >= -1.0 - 1e-12, "{name} {value}");
                    }
                }
            }
        }

        #[test]
        fn full_agreement_is_one_where_it_is_defined((first, _) in two_columns()) {
            for (name, value) in coefficients(&tally(&first, &first), 4, &[0, 1, 2, 3]) {
                prop_assert!(value == Ok(1.0) || value == Err(Undefined::NoVariation), "{name} {value:?}");
            }
        }

        #[test]
        fn alpha_is_scotts_pi_but_for_the_small_sample((first, second) in two_columns()) {
            let values = 2.0 * first.len() as f64;
            let pi = scott_pi(&table(&first, &second, 4));
            let alpha = alpha_nominal(&tally(&first, &second));
            match (pi, alpha) {
                (Ok(pi), Ok(alpha)) => {
                    let expected = 1.0 - (1.0 - pi) * (values - 1.0) / values;
                    prop_assert!((alpha - expected).abs() < 1e-9, "{alpha} {expected}");
                }
                _ => prop_assert_eq!(pi, alpha),
            }
        }
    }
}
