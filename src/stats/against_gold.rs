//! A judge against gold, code by code: what it finds, what it misses, what it makes up.

use super::exact_match::{Applicability, ExactMatch, exact_match};
use super::label_sets::{LabelSets, jaccard_distance, overlap};
use super::ratings::{Cell, Ratings};
use super::{Coefficients, Stat, Undefined, mean, ratio};

/// What the values of an axis stand for.
#[derive(Clone, Copy, Debug)]
pub enum Labels<'a> {
    /// One code each, of so many in the codebook.
    Single(usize),
    /// Sets of codes.
    Sets(&'a LabelSets),
}

impl Labels<'_> {
    /// The codes of a cell. N/A stands for none: a prediction left empty.
    fn of<'a>(&'a self, cell: &'a Cell) -> &'a [usize] {
        match (self, cell) {
            (Self::Single(_), Cell::Value(code)) => std::slice::from_ref(code),
            (Self::Sets(sets), Cell::Value(set)) => sets.get(*set),
            (_, Cell::NotApplicable | Cell::Missing) => &[],
        }
    }

    fn codes(&self, ratings: &Ratings) -> usize {
        let used = ratings
            .columns()
            .iter()
            .flatten()
            .filter_map(|cell| self.of(cell).last());
        let codebook = match self {
            Self::Single(codes) => *codes,
            Self::Sets(sets) => sets.codes(),
        };
        codebook.max(used.max().map_or(0, |largest| largest + 1))
    }
}

/// How well a judge finds one code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CodeScore {
    /// Units on which both gold and judge have the code.
    pub true_positives: usize,
    /// Units on which only the judge has it.
    pub false_positives: usize,
    /// Units on which only gold has it.
    pub false_negatives: usize,
}

impl CodeScore {
    /// Units on which gold has the code.
    pub fn support(&self) -> usize {
        self.true_positives + self.false_negatives
    }

    /// How much of what the judge says is right. Undefined if it never says it.
    pub fn precision(&self) -> Stat {
        let said = self.true_positives + self.false_positives;
        ratio(self.true_positives, said, Undefined::ZeroSupport)
    }

    /// How much of what there is the judge finds. Undefined if there is nothing.
    pub fn recall(&self) -> Stat {
        ratio(self.true_positives, self.support(), Undefined::ZeroSupport)
    }

    /// The harmonic mean of precision and recall; 0 for a code that the judge alone uses,
    /// undefined for one that neither does.
    pub fn f1(&self) -> Stat {
        let uses = 2 * self.true_positives + self.false_positives + self.false_negatives;
        ratio(2 * self.true_positives, uses, Undefined::ZeroSupport)
    }
}

/// A judge's accuracy on one axis.
#[derive(Clone, Debug, PartialEq)]
pub struct GoldComparison {
    /// Accuracy, with its interval and the misses that are N/A.
    pub exact: ExactMatch,
    /// A score per code of the codebook.
    pub per_code: Vec<CodeScore>,
    /// Codes that neither gold nor judge used, left out of `macro_f1_seen`.
    pub unseen_codes: usize,
    /// `macro_f1_seen`, the mean F1 of codes that have one; `macro_f1_all_zero`, the same with 0
    /// for the others; `micro_precision`, `micro_recall` and `micro_f1` from all codes' counts
    /// together (for single codes without N/A they are the accuracy); `mean_jaccard`;
    /// `hamming_loss`; `label_count_bias`, how many codes more per unit the judge gives.
    pub coefficients: Coefficients,
}

/// Compares a judge (the second column) with gold (the first) on the units that count under the
/// reading. An N/A is an empty answer, so that a judge that says it under the reading of gold
/// misses gold's code and invents none.
pub fn against_gold(
    ratings: &Ratings,
    labels: Labels,
    applicability: Applicability,
) -> GoldComparison {
    let ratings = &ratings.pair(0, 1);
    let mut per_code = vec![CodeScore::default(); labels.codes(ratings)];
    let (mut units, mut differing, mut given, mut due) = (0, 0, 0, 0);
    let mut similarity = 0.0;
    for unit in 0..ratings.units() {
        let (gold, judge) = (ratings.columns()[0][unit], ratings.columns()[1][unit]);
        if applicability.agree(unit, gold, judge).is_none() {
            continue;
        }
        let (gold, judge) = (labels.of(&gold), labels.of(&judge));
        for code in gold {
            if judge.contains(code) {
                per_code[*code].true_positives += 1;
            } else {
                per_code[*code].false_negatives += 1;
            }
        }
        for code in judge.iter().filter(|code| !gold.contains(code)) {
            per_code[*code].false_positives += 1;
        }
        units += 1;
        differing += gold.len() + judge.len() - 2 * overlap(gold, judge);
        given += judge.len();
        due += gold.len();
        similarity += 1.0 - jaccard_distance(gold, judge);
    }

    let all = per_code
        .iter()
        .fold(CodeScore::default(), |all, one| CodeScore {
            true_positives: all.true_positives + one.true_positives,
            false_positives: all.false_positives + one.false_positives,
            false_negatives: all.false_negatives + one.false_negatives,
        });
    let defined: Vec<f64> = per_code.iter().flat_map(CodeScore::f1).collect();
    let f1: f64 = defined.iter().sum();
    let decisions = units * per_code.len();
    let more = given as f64 - due as f64;
    // Without units the reason is that, and not that no code has support.
    let some = |value: Stat| {
        if units == 0 {
            Err(Undefined::NoItems)
        } else {
            value
        }
    };
    GoldComparison {
        exact: exact_match(ratings, applicability),
        unseen_codes: per_code.len() - defined.len(),
        coefficients: vec![
            (
                "macro_f1_seen",
                some(mean(f1, defined.len(), Undefined::ZeroSupport)),
            ),
            (
                "macro_f1_all_zero",
                mean(f1, per_code.len(), Undefined::ZeroSupport),
            ),
            ("micro_f1", some(all.f1())),
            ("micro_precision", some(all.precision())),
            ("micro_recall", some(all.recall())),
            ("mean_jaccard", mean(similarity, units, Undefined::NoItems)),
            (
                "hamming_loss",
                some(ratio(differing, decisions, Undefined::ZeroSupport)),
            ),
            ("label_count_bias", mean(more, units, Undefined::NoItems)),
        ],
        per_code,
    }
}

#[cfg(test)]
mod tests {
    use super::Cell::{Missing, NotApplicable, Value};
    use super::*;
    use crate::stats::{Reading, coefficient};

    #[test]
    fn a_judge_gains_nothing_by_saying_na() {
        let gold = vec![Value(0), Value(1), NotApplicable, Value(1), Value(0)];
        let judge = vec![Value(0), NotApplicable, Value(1), Value(1), Missing];
        let ratings = Ratings::new(vec![gold, judge]);
        let by_gold = Applicability {
            reading: Reading::Gold,
            gold_applies: &[true, true, false, true, true],
        };
        let result = against_gold(&ratings, Labels::Single(3), by_gold);
        assert_eq!((result.exact.n, result.exact.agreed), (3, 2));
        assert_eq!(result.exact.missed_by_na, 1);
        let scores = &result.per_code;
        assert_eq!(scores[1].precision(), Ok(1.0));
        assert_eq!(scores[1].recall(), Ok(0.5));
        assert_eq!(scores[2].f1(), Err(Undefined::ZeroSupport));
        assert_eq!(result.unseen_codes, 1);

        let either = Applicability {
            reading: Reading::Either,
            ..by_gold
        };
        let result = against_gold(&ratings, Labels::Single(3), either);
        assert_eq!(result.per_code[1].false_positives, 1);
    }

    #[test]
    fn a_code_that_only_the_judge_uses_has_f1_zero_and_counts() {
        let ratings = Ratings::new(vec![vec![Value(0), Value(0)], vec![Value(0), Value(1)]]);
        let result = against_gold(&ratings, Labels::Single(3), Applicability::BY_BOTH);
        assert_eq!(result.per_code[1].precision(), Ok(0.0));
        assert_eq!(result.per_code[1].recall(), Err(Undefined::ZeroSupport));
        let figure = |name| coefficient(&result.coefficients, name).unwrap().unwrap();
        assert!((figure("macro_f1_seen") - 1.0 / 3.0).abs() < 1e-15);
        assert!((figure("macro_f1_all_zero") - 2.0 / 9.0).abs() < 1e-15);
        assert_eq!(figure("micro_f1"), result.exact.percent.unwrap());
    }

    #[test]
    fn a_judge_that_adds_codes_has_a_positive_count_bias() {
        let mut sets = LabelSets::new(4);
        let gold = [vec![0], vec![1], vec![2]].map(|set| Value(sets.intern(set)));
        let judge = [vec![0, 3], vec![1], vec![2, 3]].map(|set| Value(sets.intern(set)));
        let ratings = Ratings::new(vec![gold.to_vec(), judge.to_vec()]);
        let result = against_gold(&ratings, Labels::Sets(&sets), Applicability::BY_BOTH);
        let figure = |name| coefficient(&result.coefficients, name).unwrap().unwrap();
        assert!((figure("label_count_bias") - 2.0 / 3.0).abs() < 1e-15);
        assert_eq!(figure("micro_recall"), 1.0);
        assert_eq!(result.per_code[3].false_positives, 2);
    }

    #[test]
    fn no_units_leave_only_the_figure_that_counts_missing_codes_as_zero() {
        let ratings = Ratings::new(vec![vec![NotApplicable], vec![NotApplicable]]);
        let result = against_gold(&ratings, Labels::Single(4), Applicability::BY_BOTH);
        assert_eq!(result.unseen_codes, 4);
        for (name, value) in result.coefficients {
            let expected = match name {
                "macro_f1_all_zero" => Ok(0.0),
                _ => Err(Undefined::NoItems),
            };
            assert_eq!(value, expected, "{name}");
        }
    }
}
