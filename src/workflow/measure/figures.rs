//! How the figures of an axis follow from its columns.

use super::sheet::{AxisSheet, Sheet};
use crate::{
    domain::codebook::Axis,
    report::measured::{AxisFigures, CodeFigures, PairFigures, WeightedOverall},
    stats::{
        self, Applicability, Coefficients, ExactMatch, Labels, Ratings, Reading, Resampling,
        TwoByTwo, Undefined, Weighted,
    },
};

/// What is the same for all axes of a comparison.
pub(super) struct Terms<'a> {
    pub reading: Reading,
    /// The first column is gold.
    pub against_gold: bool,
    /// A weight per unit of the batch.
    pub weights: Option<&'a [f64]>,
    pub bootstrap: Option<Resampling>,
}

impl Terms<'_> {
    /// The reading as it bears on an axis: one that always applies needs nobody's word for it.
    pub fn applicability<'s>(&self, axis: &Axis, sheet: &'s AxisSheet) -> Applicability<'s> {
        match axis.applies_when {
            None => Applicability::BY_BOTH,
            Some(_) => Applicability {
                reading: self.reading,
                gold_applies: &sheet.gold_applies,
            },
        }
    }
}

/// What `stats` says about an axis, whether it takes one code or several.
struct Described {
    exact: ExactMatch,
    coefficients: Coefficients,
    coefficients_n: usize,
    n_ordinal: Option<usize>,
    pairs: Vec<PairFigures>,
    applicable: TwoByTwo,
    per_code: Vec<TwoByTwo>,
}

/// The figures of one axis of a sheet.
pub(super) fn of_axis(sheet: &Sheet, of: &AxisSheet, terms: &Terms) -> AxisFigures {
    let axis = of.axis(&sheet.codebook);
    let ratings = of.values.ratings();
    let applicability = terms.applicability(axis, of);
    let codes = of.values.categories(axis);
    let conditional = axis.applies_when.is_some();
    let ladder: Vec<usize> = axis
        .ordered
        .iter()
        .filter_map(|rung| codes.iter().position(|code| *code == **rung))
        .collect();
    let described = describe(
        of,
        &ratings,
        codes.len(),
        &ladder,
        applicability,
        conditional,
    );
    let labels = match &of.values.sets {
        Some(sets) => Labels::Sets(sets),
        None => Labels::Single(codes.len()),
    };
    let against_gold = terms
        .against_gold
        .then(|| stats::against_gold(&ratings, labels, applicability));
    let intervals = terms.bootstrap.map_or_else(Vec::new, |plan| match labels {
        Labels::Sets(sets) => stats::multi_axis_intervals(&ratings, sets, plan),
        Labels::Single(codes) => stats::single_axis_intervals(&ratings, codes, &ladder, plan),
    });
    let mut missing = ratings.missing();
    let gold_missing = terms.against_gold.then(|| missing.remove(0));
    AxisFigures {
        axis: axis.key.clone(),
        kind: axis.kind,
        conditional,
        per_quote: axis.repeat,
        missing,
        gold_missing,
        intervals,
        with_attributes: of.attributed.as_ref().map(|values| {
            let names = axis.attributes.iter().map(|a| a.key.clone()).collect();
            (names, stats::exact_match(&values.ratings(), applicability))
        }),
        weighted: terms.weights.map(|weights| {
            let rows: Vec<f64> = (0..sheet.units.len())
                .flat_map(|unit| of.rows(unit).map(move |_| weights[unit]))
                .collect();
            stats::weighted_match(&ratings, &rows, applicability)
        }),
        codes: codes
            .into_iter()
            .zip(described.per_code)
            .enumerate()
            .map(|(number, (code, table))| CodeFigures {
                name: axis
                    .code(&code)
                    .map_or_else(String::new, |c| c.name.clone()),
                code,
                table,
                score: against_gold
                    .as_ref()
                    .and_then(|gold| gold.per_code.get(number).copied()),
            })
            .collect(),
        against_gold,
        exact: described.exact,
        coefficients: described.coefficients,
        coefficients_n: described.coefficients_n,
        n_ordinal: described.n_ordinal.filter(|_| !ladder.is_empty()),
        applicable: Some(described.applicable).filter(|_| conditional),
        pairs: described.pairs,
    }
}

fn describe(
    of: &AxisSheet,
    ratings: &Ratings,
    codes: usize,
    ladder: &[usize],
    applicability: Applicability,
    conditional: bool,
) -> Described {
    let pair = |raters, exact, coefficients, applicability| PairFigures {
        raters,
        exact,
        coefficients,
        applicable: Some(applicability).filter(|_| conditional),
    };
    let mut described = match &of.values.sets {
        Some(sets) => {
            let axis = stats::multi_axis(ratings, sets, applicability);
            let pairs = axis.pairs;
            Described {
                exact: axis.exact,
                coefficients: axis.coefficients,
                coefficients_n: axis.coefficients_n,
                n_ordinal: None,
                applicable: sum(pairs.iter().map(|pair| pair.applicability)),
                per_code: sum_by_code(pairs.iter().map(|pair| &pair.per_code)),
                pairs: pairs
                    .into_iter()
                    .map(|one| pair(one.raters, one.exact, one.coefficients, one.applicability))
                    .collect(),
            }
        }
        None => {
            let axis = stats::single_axis(ratings, codes, ladder, applicability);
            let pairs = axis.pairs;
            Described {
                exact: axis.exact,
                coefficients: axis.coefficients,
                coefficients_n: axis.coefficients_n,
                n_ordinal: match pairs.as_slice() {
                    [pair] => Some(pair.n_ordinal),
                    _ => None,
                },
                applicable: sum(pairs.iter().map(|pair| pair.applicability)),
                per_code: sum_by_code(pairs.iter().map(|pair| &pair.per_code)),
                pairs: pairs
                    .into_iter()
                    .map(|one| pair(one.raters, one.exact, one.coefficients, one.applicability))
                    .collect(),
            }
        }
    };
    described.per_code.resize(codes, TwoByTwo::default());
    if described.pairs.len() < 2 {
        described.pairs.clear();
    }
    described
}

fn sum(tables: impl Iterator<Item = TwoByTwo>) -> TwoByTwo {
    tables.fold(TwoByTwo::default(), |all, one| TwoByTwo {
        a: all.a + one.a,
        b: all.b + one.b,
        c: all.c + one.c,
        d: all.d + one.d,
    })
}

fn sum_by_code<'t>(pairs: impl Iterator<Item = &'t Vec<TwoByTwo>>) -> Vec<TwoByTwo> {
    let mut sums: Vec<TwoByTwo> = Vec::new();
    for tables in pairs {
        sums.resize(sums.len().max(tables.len()), TwoByTwo::default());
        for (total, one) in sums.iter_mut().zip(tables) {
            *total = sum([*total, *one].into_iter());
        }
    }
    sums
}

/// The weighted figures over axes, where they have weights.
pub(super) fn weighted_overall(axes: &[AxisFigures]) -> Option<WeightedOverall> {
    let all: Vec<Weighted> = axes
        .iter()
        .map(|axis| axis.weighted)
        .collect::<Option<_>>()?;
    let defined: Vec<(f64, f64)> = all
        .iter()
        .filter_map(|axis| Some((axis.percent.ok()?, axis.weight)))
        .collect();
    if defined.is_empty() {
        let nothing = Err(Undefined::NoItems);
        return Some(WeightedOverall {
            mean_of_axes: nothing,
            pooled: nothing,
        });
    }
    let sum: f64 = defined.iter().map(|(percent, _)| percent).sum();
    let agreed: f64 = defined
        .iter()
        .map(|(percent, weight)| percent * weight)
        .sum();
    let weight: f64 = defined.iter().map(|(_, weight)| weight).sum();
    Some(WeightedOverall {
        mean_of_axes: Ok(sum / defined.len() as f64),
        pooled: Ok(agreed / weight),
    })
}
