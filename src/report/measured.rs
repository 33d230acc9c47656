//! The figures of a batch: what `workflow` computes and the renderers here take.

use crate::{
    domain::{
        codebook::Kind,
        ids::{AxisKey, BatchName, RaterName, TaskName},
    },
    stats::{
        self, Bootstrapped, CodeScore, Coefficients, ExactMatch, GoldComparison, Overall, Reading,
        Resampling, Stat, TwoByTwo, Weighted,
    },
};

/// How well raters agree with each other, or one of them with gold, on a batch.
#[derive(Clone, Debug)]
pub struct Measured {
    pub batch: BatchName,
    pub task: TaskName,
    /// `id@version`.
    pub codebook: String,
    /// The annotators, or the one rater that is scored against gold.
    pub raters: Vec<RaterName>,
    /// What the rater is scored against; `None` for agreement.
    pub gold: Option<GoldCounts>,
    /// Units in the batch.
    pub units: usize,
    /// Who decides that a conditional axis applies.
    pub reading: Reading,
    pub bootstrap: Option<Resampling>,
    /// The coded axes in the codebook's order.
    pub axes: Vec<AxisFigures>,
    pub overall: Overall,
    /// Where units had unequal chances of being drawn.
    pub weighted: Option<WeightedOverall>,
    /// What one should know before quoting a figure, as sentences.
    pub notes: Vec<String>,
}

/// How the gold of a batch came about, in units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GoldCounts {
    /// Units that have gold.
    pub units: usize,
    pub unanimous: usize,
    pub adjudicated: usize,
    pub imported: usize,
    /// Those settled again after the judge's labels could be seen.
    pub after_judge: usize,
    /// Those settled by somebody who had labelled them.
    pub by_annotators: usize,
}

/// Percent agreement over all axes, each unit weighing 1 by its chance of being drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightedOverall {
    pub mean_of_axes: Stat,
    pub pooled: Stat,
}

/// All that is known about one axis.
#[derive(Clone, Debug)]
pub struct AxisFigures {
    pub axis: AxisKey,
    pub kind: Kind,
    /// Asked only under some answers to another axis.
    pub conditional: bool,
    /// Items are quotes and not units.
    pub per_quote: bool,
    /// Exact-match agreement of codes, under the reading.
    pub exact: ExactMatch,
    /// Items that each of the raters left open though they apply.
    pub missing: Vec<usize>,
    /// Items without a gold answer; `None` for agreement.
    pub gold_missing: Option<usize>,
    /// On the items with two values or more, whatever the reading.
    pub coefficients: Coefficients,
    pub coefficients_n: usize,
    /// Two raters on a ladder: the items with both codes on it.
    pub n_ordinal: Option<usize>,
    /// Of the coefficients, if asked for.
    pub intervals: Vec<(&'static str, Bootstrapped)>,
    /// On a conditional axis, whether it applies: rater against rater, summed over their pairs.
    pub applicable: Option<TwoByTwo>,
    /// On an axis whose codes have attributes: their names, and the exact match with them.
    pub with_attributes: Option<(Vec<String>, ExactMatch)>,
    pub codes: Vec<CodeFigures>,
    /// Each pair of raters, where there are more than two.
    pub pairs: Vec<PairFigures>,
    /// Precision and recall, under the reading; `None` for agreement.
    pub against_gold: Option<GoldComparison>,
    /// Where units had unequal chances of being drawn.
    pub weighted: Option<Weighted>,
}

/// A code against all others together, on the items with two values; summed over pairs of raters.
#[derive(Clone, Debug)]
pub struct CodeFigures {
    pub code: String,
    pub name: String,
    pub table: TwoByTwo,
    /// How well the rater finds it, under the reading; `None` for agreement.
    pub score: Option<CodeScore>,
}

/// Two of several raters.
#[derive(Clone, Debug)]
pub struct PairFigures {
    /// By their place among the raters.
    pub raters: (usize, usize),
    pub exact: ExactMatch,
    pub coefficients: Coefficients,
    pub applicable: Option<TwoByTwo>,
}

impl AxisFigures {
    /// A coefficient by its name.
    pub fn coefficient(&self, name: &str) -> Option<Stat> {
        stats::coefficient(&self.coefficients, name)
    }
}
