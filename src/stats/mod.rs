//! Agreement between raters, and accuracy against a gold standard: numbers in, numbers out. Nothing
//! here reads a file or a clock, or knows what a codebook is.
//!
//! Answers enter as [`Ratings`]: one column of [`Cell`]s per rater, a value being the number of a
//! code, or on axes that take several codes the number that [`LabelSets`] gave to the set. The
//! categories are the codebook's, never those that happened to be used. [`single_axis`],
//! [`multi_axis`] and [`against_gold`] compute all there is to say about an axis; the functions
//! below them are public because a single number is sometimes wanted.

mod against_gold;
mod axis;
mod binary;
mod cross_table;
mod exact_match;
pub mod interval;
pub mod krippendorff;
pub mod label_sets;
pub mod random;
mod ratings;
pub mod set_measures;
pub mod several_raters;
mod tally;
pub mod two_raters;

pub use against_gold::{CodeScore, GoldComparison, Labels, against_gold};
pub use axis::{
    MultiAxis, MultiPair, SingleAxis, SinglePair, multi_axis, multi_axis_intervals, single_axis,
    single_axis_intervals,
};
pub use binary::TwoByTwo;
pub use cross_table::CrossTable;
pub use exact_match::{
    Applicability, ExactMatch, Overall, Reading, Weighted, agreement_by_unit, exact_match, overall,
    weighted_match,
};
pub use interval::{Bootstrapped, Interval, Resampling, percentile_bootstrap, wilson};
pub use label_sets::LabelSets;
pub use random::{SplitMix64, choose, shuffle};
pub use ratings::{Cell, Ratings};
pub use tally::{PairCount, Row, Tally};

/// Why a number does not exist. Undefined is neither 0 nor 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Undefined {
    /// No unit was compared.
    NoItems,
    /// All ratings are one and the same, so agreement by chance is already complete.
    NoVariation,
    /// No unit has two values.
    NoPairs,
    /// The code occurs in none of the ratings that the number is a share of.
    ZeroSupport,
}

impl Undefined {
    /// The reason as machine-readable output names it.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoItems => "no_items",
            Self::NoVariation => "no_variation",
            Self::NoPairs => "no_pairs",
            Self::ZeroSupport => "zero_support",
        }
    }
}

/// A statistic, or the reason why there is none.
pub type Stat = Result<f64, Undefined>;

/// Statistics by the names that machine-readable output uses, in the order to show them.
pub type Coefficients = Vec<(&'static str, Stat)>;

/// The statistic of that name, if the list has it.
pub fn coefficient(list: &[(&'static str, Stat)], name: &str) -> Option<Stat> {
    list.iter()
        .find(|(known, _)| *known == name)
        .map(|(_, value)| *value)
}

/// Below this, a denominator is zero but for rounding.
const NOTHING: f64 = 1e-12;

/// A sum shared out over `n`, or `otherwise` where `n` is zero.
fn mean(sum: f64, n: usize, otherwise: Undefined) -> Stat {
    if n == 0 {
        Err(otherwise)
    } else {
        Ok(sum / n as f64)
    }
}

/// A quotient of counts, or `otherwise` where the denominator is zero.
fn ratio(numerator: usize, denominator: usize, otherwise: Undefined) -> Stat {
    mean(numerator as f64, denominator, otherwise)
}

/// Agreement beyond chance as a share of what chance leaves over. Kappa, pi, AC1 and
/// Brennan-Prediger differ in the expected agreement only.
fn chance_corrected(observed: f64, expected: f64) -> Stat {
    if 1.0 - expected < NOTHING {
        Err(Undefined::NoVariation)
    } else {
        Ok((observed - expected) / (1.0 - expected))
    }
}
