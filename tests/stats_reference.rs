//! Every number of `stats` against published examples and against values that separate
//! implementations computed, read from `tests/fixtures/agreement/`. Each case names its source.

#[path = "stats_reference/expect.rs"]
mod expect;
#[path = "stats_reference/six_axes.rs"]
mod six_axes;

use serde_json::Value;
use tiebreak::stats::{
    self, Applicability, Bootstrapped, Cell, LabelSets, Ratings, Resampling, SplitMix64, Tally,
    krippendorff, percentile_bootstrap,
};

use expect::*;

/// The words of a line: codes, or the ratings of one rater.
fn words(value: &Value) -> Vec<&str> {
    text(value).split_whitespace().collect()
}

fn code_numbers(codes: &[&str], some: &Value) -> Vec<usize> {
    let some = if some.is_null() { vec![] } else { words(some) };
    some.into_iter()
        .map(|code| code_number(codes, code))
        .collect()
}

/// Ratings of the raters of a case, `-` being a missing one.
fn ratings(case: &Value, mut value: impl FnMut(&str) -> usize) -> Ratings {
    let mut cell = |word: &str| match word {
        "-" => Cell::Missing,
        word => Cell::Value(value(word)),
    };
    let mut column = |rater| words(rater).into_iter().map(&mut cell).collect();
    Ratings::new(list(&case["raters"]).iter().map(&mut column).collect())
}

#[test]
fn two_raters_with_one_code_per_unit() {
    for (what, case) in cases("two_raters", 20) {
        let codes = words(&case["codes"]);
        let ladder = code_numbers(&codes, &case["ladder"]);
        let ratings = ratings(&case, |code| code_number(&codes, code));
        let axis = stats::single_axis(&ratings, codes.len(), &ladder, Applicability::BY_BOTH);
        let expected = &case["expected"];
        assert_exact(&what, &axis.exact, expected);
        assert_eq!(
            axis.pairs[0].dropped,
            count(&expected["dropped"]),
            "{what}, dropped"
        );
        assert_single(&what, &axis, expected);
        if let Some(published) = case["published"].as_object() {
            assert_published(&what, &axis, published);
        }
    }
}

#[test]
fn several_raters_with_one_code_per_unit() {
    for (what, case) in cases("several_raters", 5) {
        let codes = words(&case["codes"]);
        let ladder: Vec<usize> = (0..codes.len()).collect();
        let ratings = ratings(&case, |code| code_number(&codes, code));
        let axis = stats::single_axis(&ratings, codes.len(), &ladder, Applicability::BY_BOTH);
        let expected = &case["expected"];
        assert_eq!(axis.rated, count(&expected["rated"]), "{what}, rated");
        assert_eq!(axis.exact.n, count(&expected["n"]), "{what}, n");
        assert_eq!(axis.coefficients_n, axis.exact.n, "{what}, coefficients_n");
        assert_stat(&what, axis.exact.percent, &expected["percent"]);
        assert_coefficients(&what, &axis.coefficients, &expected["coefficients"]);
        if let Some(interval) = expected.get("alpha_interval") {
            let values: Vec<f64> = codes.iter().map(|code| code.parse().unwrap()).collect();
            let alpha = krippendorff::alpha_interval(&Tally::new(&ratings), &values);
            assert_stat(&format!("{what}, alpha_interval"), alpha, interval);
        }
        if let Some(kappas) = expected.get("pairwise_kappas") {
            assert_eq!(list(kappas).len(), axis.pairs.len(), "{what}, pairs");
            for (pair, expected) in axis.pairs.iter().zip(list(kappas)) {
                let kappa = stats::coefficient(&pair.coefficients, "kappa").unwrap();
                assert_stat(
                    &format!("{what}, raters {:?}", pair.raters),
                    kappa,
                    expected,
                );
            }
        }
        if let Some(published) = case["published"].as_object() {
            assert_published(&what, &axis, published);
        }
    }
}

#[test]
fn sets_of_codes() {
    for (what, case) in cases("label_sets", 10) {
        let codes = words(&case["codes"]);
        let mut sets = LabelSets::new(codes.len());
        let ratings = ratings(&case, |word| {
            let some = word.split('+').filter(|code| *code != "none");
            sets.intern(some.map(|code| code_number(&codes, code)))
        });
        let axis = stats::multi_axis(&ratings, &sets, Applicability::BY_BOTH);
        assert_exact(&what, &axis.pairs[0].exact, &case["expected"]);
        assert_multi(&what, &axis, &case["expected"]);
    }
}

#[test]
fn wilson_intervals() {
    let cases = &fixture("intervals")["wilson"];
    assert_eq!(list(cases).len(), 20);
    for case in list(cases) {
        let (k, n) = (count(&case["k"]), count(&case["n"]));
        assert_interval(
            &format!("{k} of {n}"),
            stats::wilson(k, n),
            &case["interval"],
        );
    }
}

#[test]
fn the_generator_and_its_indices() {
    let fixture = fixture("intervals");
    let case = &fixture["generator"];
    let mut rng = SplitMix64::new(case["seed"].as_u64().unwrap());
    for output in list(&case["outputs"]) {
        assert_eq!(rng.next_u64().to_string(), text(output));
    }
    let case = &fixture["indices"];
    let mut rng = SplitMix64::new(case["seed"].as_u64().unwrap());
    for drawn in list(&case["drawn"]) {
        assert_eq!(rng.below(count(&case["n"])), count(drawn));
    }
}

#[test]
fn bootstrap_intervals() {
    let fixture = fixture("intervals");
    let cases = list(&fixture["bootstrap"]);
    assert_eq!(cases.len(), 4);
    for case in cases {
        let codes = words(&case["codes"]);
        let ratings = ratings(case, |code| code_number(&codes, code));
        let axis = stats::single_axis(&ratings, codes.len(), &[], Applicability::BY_BOTH);
        for (name, expected) in object(&case["expected"]) {
            let plan = Resampling {
                replicates: count(&expected["replicates"]),
                seed: expected["seed"].as_u64().unwrap(),
            };
            let (estimate, drawn) = match name.as_str() {
                "po" => (axis.exact.percent, resampled_percent(&ratings, plan)),
                name => {
                    let all = stats::single_axis_intervals(&ratings, codes.len(), &[], plan);
                    let own = all.into_iter().find(|(known, _)| *known == name).unwrap();
                    (stats::coefficient(&axis.coefficients, name).unwrap(), own.1)
                }
            };
            assert_stat(name, estimate, &expected["estimate"]);
            assert_interval(name, drawn.interval, &expected["interval"]);
            assert_eq!(drawn.undefined, count(&expected["undefined"]), "{name}");
            assert_eq!(drawn.replicates, plan.replicates, "{name}");
        }
    }
}

fn resampled_percent(ratings: &Ratings, plan: Resampling) -> Bootstrapped {
    let units = ratings.columns()[0].iter().zip(&ratings.columns()[1]);
    let kinds: Vec<usize> = units
        .map(|(first, second)| usize::from(first == second))
        .collect();
    let percent = |counts: &[usize]| vec![Ok(counts[1] as f64 / kinds.len() as f64)];
    percentile_bootstrap(&kinds, plan, percent)[0]
}
