//! Exact-match agreement, the headline of every axis, and which units it counts on an axis that
//! does not apply to all of them.

use super::interval::{Interval, wilson_share};
use super::ratings::{Cell, Ratings};
use super::{Stat, Undefined, mean};

/// Who decides that a conditional axis applies to a unit, for two raters compared on it. In every
/// reading both must have labelled the unit, and an N/A against a value is a disagreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reading {
    /// Both raters: both have a value. Hides disagreement on whether the axis applies.
    Both,
    /// Gold, whatever the raters say. N/A is always wrong, also when both say it.
    Gold,
    /// Gold and both raters.
    GoldAndBoth,
    /// At least one of the raters.
    Either,
    /// Nobody: all units count, and N/A agrees with N/A. Mostly measures N/A.
    All,
}

impl Reading {
    /// Every reading.
    pub const EVERY: [Self; 5] = [
        Self::Both,
        Self::Gold,
        Self::GoldAndBoth,
        Self::Either,
        Self::All,
    ];

    /// The name of the reading in machine-readable output.
    pub fn code(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Gold => "gold",
            Self::GoldAndBoth => "gold_and_both",
            Self::Either => "either",
            Self::All => "all_na_as_category",
        }
    }

    /// The reading of that name. Hyphens do for underscores, and `all` is enough for the longest.
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.replace('-', "_");
        Self::EVERY
            .into_iter()
            .find(|reading| reading.code() == name || (*reading == Self::All && name == "all"))
    }

    /// Whether two raters agree on a unit; `None` if the unit does not count.
    pub(super) fn agree(self, first: Cell, second: Cell, gold_applies: bool) -> Option<bool> {
        if first == Cell::Missing || second == Cell::Missing {
            return None;
        }
        let either = first.value().is_some() || second.value().is_some();
        let both = first.value().is_some() && second.value().is_some();
        let counts = match self {
            Self::Both => both,
            Self::Gold => gold_applies,
            Self::GoldAndBoth => gold_applies && both,
            Self::Either => either,
            Self::All => true,
        };
        counts.then(|| first == second && (both || self == Self::All))
    }
}

/// A reading, with what it needs to know of gold.
#[derive(Clone, Copy, Debug)]
pub struct Applicability<'a> {
    pub reading: Reading,
    /// Per unit: gold's answer on the parent axis makes this axis apply. Units beyond the end, and
    /// all units where there is no gold, do not apply. `Both`, `Either` and `All` ignore it.
    pub gold_applies: &'a [bool],
}

impl Applicability<'_> {
    /// For axes that apply to every unit, and for conditional ones as long as there is no gold.
    pub const BY_BOTH: Applicability<'static> = Applicability {
        reading: Reading::Both,
        gold_applies: &[],
    };

    pub(super) fn agree(&self, unit: usize, first: Cell, second: Cell) -> Option<bool> {
        let gold_applies = self.gold_applies.get(unit).copied().unwrap_or(false);
        self.reading.agree(first, second, gold_applies)
    }
}

/// On how many units the raters gave the very same answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExactMatch {
    /// Units compared: those on which at least two raters count.
    pub n: usize,
    /// Units on which all who count agree.
    pub agreed: usize,
    /// Percent agreement, as a share from 0 to 1. For two raters `agreed` / `n`; for more, the
    /// share of agreeing pairs of raters on a unit, averaged over units (Fleiss 1971).
    pub percent: Stat,
    /// Wilson interval of `percent` on `n` units.
    pub interval: Result<Interval, Undefined>,
    /// Compared units without full agreement on which some rater said N/A. The others are
    /// disagreements about the value.
    pub missed_by_na: usize,
}

/// Compares all raters unit by unit, pair by pair.
pub fn exact_match(ratings: &Ratings, applicability: Applicability) -> ExactMatch {
    let columns: Vec<&[Cell]> = ratings.columns().iter().map(Vec::as_slice).collect();
    compare(&columns, applicability)
}

/// Compares raters whose columns are equally long.
pub(super) fn compare(columns: &[&[Cell]], applicability: Applicability) -> ExactMatch {
    let (mut n, mut agreed, mut missed_by_na) = (0, 0, 0);
    let mut shares = 0.0;
    for unit in 0..columns.first().map_or(0, |column| column.len()) {
        let (pairs, agreeing) = pairs_on(columns, unit, applicability);
        if pairs == 0 {
            continue;
        }
        n += 1;
        shares += agreeing as f64 / pairs as f64;
        if agreeing == pairs {
            agreed += 1;
        } else if applicability.reading != Reading::Both
            && columns
                .iter()
                .any(|column| column[unit] == Cell::NotApplicable)
        {
            missed_by_na += 1;
        }
    }
    let percent = mean(shares, n, Undefined::NoItems);
    ExactMatch {
        n,
        agreed,
        percent,
        interval: percent.and_then(|percent| wilson_share(percent, n)),
        missed_by_na,
    }
}

/// The pairs of raters that count on a unit, and those of them that agree.
fn pairs_on(columns: &[&[Cell]], unit: usize, applicability: Applicability) -> (usize, usize) {
    let (mut pairs, mut agreeing) = (0, 0);
    for (place, first) in columns.iter().enumerate() {
        for second in &columns[place + 1..] {
            if let Some(agree) = applicability.agree(unit, first[unit], second[unit]) {
                pairs += 1;
                agreeing += usize::from(agree);
            }
        }
    }
    (pairs, agreeing)
}

/// For each unit the share of its pairs of raters that agree; `None` where the unit does not count.
pub fn agreement_by_unit(ratings: &Ratings, applicability: Applicability) -> Vec<Option<f64>> {
    let columns: Vec<&[Cell]> = ratings.columns().iter().map(Vec::as_slice).collect();
    (0..ratings.units())
        .map(|unit| {
            let (pairs, agreeing) = pairs_on(&columns, unit, applicability);
            (pairs > 0).then(|| agreeing as f64 / pairs as f64)
        })
        .collect()
}

/// Percent agreement over units that stand for unequally many others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weighted {
    /// The weighted mean of the units' shares, from 0 to 1.
    pub percent: Stat,
    /// What the compared units weigh together: how many units they stand for.
    pub weight: f64,
}

/// [`ExactMatch::percent`] with a weight per unit, 1 by its chance of being drawn (Hájek 1971,
/// comment on Basu, "An essay on the logical foundations of survey sampling"). Units without a
/// weight weigh nothing.
pub fn weighted_match(
    ratings: &Ratings,
    weights: &[f64],
    applicability: Applicability,
) -> Weighted {
    let (mut sum, mut weight) = (0.0, 0.0);
    for (share, unit) in agreement_by_unit(ratings, applicability)
        .iter()
        .zip(weights)
    {
        if let Some(share) = share {
            sum += share * unit;
            weight += unit;
        }
    }
    let percent = if weight > 0.0 {
        Ok(sum / weight)
    } else {
        Err(Undefined::NoItems)
    };
    Weighted { percent, weight }
}

/// One figure for several axes, in the two ways there are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overall {
    /// The unweighted mean of the axes that have any unit to compare.
    pub mean: Stat,
    /// How many axes that are.
    pub axes: usize,
    /// The same weighted by units: the share of all decisions that agree.
    pub pooled: Stat,
    /// How many decisions that are.
    pub decisions: usize,
}

/// Sums up axes. Axes without a compared unit are left out.
pub fn overall(axes: &[ExactMatch]) -> Overall {
    let (mut count, mut decisions) = (0, 0);
    let (mut sum, mut weighted) = (0.0, 0.0);
    for axis in axes {
        if let Ok(percent) = axis.percent {
            count += 1;
            decisions += axis.n;
            sum += percent;
            weighted += percent * axis.n as f64;
        }
    }
    Overall {
        mean: mean(sum, count, Undefined::NoItems),
        axes: count,
        pooled: mean(weighted, decisions, Undefined::NoItems),
        decisions,
    }
}

#[cfg(test)]
mod tests {
    use super::Cell::{Missing, NotApplicable, Value};
    use super::*;

    fn compared(columns: Vec<Vec<Cell>>, reading: Reading, gold_applies: &[bool]) -> ExactMatch {
        let applicability = Applicability {
            reading,
            gold_applies,
        };
        exact_match(&Ratings::new(columns), applicability)
    }

    #[test]
    fn each_reading_counts_other_units() {
        let first = vec![
            Value(1),
            Value(1),
            Value(1),
            NotApplicable,
            NotApplicable,
            Missing,
        ];
        let second = vec![
            Value(1),
            Value(2),
            NotApplicable,
            NotApplicable,
            Value(3),
            Value(1),
        ];
        let gold = [true, false, true, true, false, true];
        for (reading, n, agreed, missed_by_na) in [
            (Reading::Both, 2, 1, 0),
            (Reading::Gold, 3, 1, 2),
            (Reading::GoldAndBoth, 1, 1, 0),
            (Reading::Either, 4, 1, 2),
            (Reading::All, 5, 2, 2),
        ] {
            let result = compared(vec![first.clone(), second.clone()], reading, &gold);
            assert_eq!(
                (result.n, result.agreed, result.missed_by_na),
                (n, agreed, missed_by_na),
                "{reading:?}"
            );
        }
    }

    #[test]
    fn three_raters_share_out_a_unit_by_pairs() {
        // Pairs agreeing: 3 of 3, 1 of 3, 1 of 1; the last unit has one rating.
        let columns = vec![
            vec![Value(0), Value(0), Value(4), Value(1)],
            vec![Value(0), Value(0), Missing, Missing],
            vec![Value(0), Value(2), Value(4), Missing],
        ];
        let result = compared(columns, Reading::Both, &[]);
        assert_eq!((result.n, result.agreed), (3, 2));
        assert_eq!(result.percent, Ok((1.0 + 1.0 / 3.0 + 1.0) / 3.0));
        let interval = result.interval.unwrap();
        assert!(interval.low < 7.0 / 9.0 && 7.0 / 9.0 < interval.high);
    }

    #[test]
    fn every_reading_is_found_by_its_name() {
        for reading in Reading::EVERY {
            assert_eq!(Reading::parse(reading.code()), Some(reading));
        }
        assert_eq!(Reading::parse("gold-and-both"), Some(Reading::GoldAndBoth));
        assert_eq!(Reading::parse("all"), Some(Reading::All));
        assert_eq!(Reading::parse("none"), None);
    }

    #[test]
    fn weights_shift_the_percentage_to_the_units_that_stand_for_many() {
        let ratings = Ratings::new(vec![
            vec![Value(0), Value(1), Value(1), Missing],
            vec![Value(0), Value(0), Value(1), Value(1)],
        ]);
        let shares = agreement_by_unit(&ratings, Applicability::BY_BOTH);
        assert_eq!(shares, [Some(1.0), Some(0.0), Some(1.0), None]);
        let weighted = weighted_match(&ratings, &[1.0, 5.0, 2.0, 9.0], Applicability::BY_BOTH);
        assert_eq!((weighted.percent, weighted.weight), (Ok(3.0 / 8.0), 8.0));
        let nothing = weighted_match(&ratings, &[], Applicability::BY_BOTH);
        assert_eq!(nothing.percent, Err(Undefined::NoItems));
    }

    #[test]
    fn without_a_common_unit_there_is_no_percentage() {
        let result = compared(vec![vec![Value(0)], vec![Missing]], Reading::All, &[]);
        assert_eq!(result.n, 0);
        assert_eq!(result.percent, Err(Undefined::NoItems));
        assert_eq!(result.interval, Err(Undefined::NoItems));
    }

    #[test]
    fn the_mean_of_axes_leaves_out_axes_without_units() {
        let axis = |agreed: usize, n: usize| {
            let second = (0..n).map(|unit| Value(usize::from(unit < agreed)));
            compared(
                vec![vec![Value(1); n], second.collect()],
                Reading::Both,
                &[],
            )
        };
        let published = [
            (79, 100),
            (65, 100),
            (71, 100),
            (9, 9),
            (92, 100),
            (13, 14),
            (0, 0),
        ];
        let axes: Vec<_> = published.iter().map(|(k, n)| axis(*k, *n)).collect();
        let result = overall(&axes);
        assert_eq!((result.axes, result.decisions), (6, 423));
        assert_eq!(format!("{:.2}", result.mean.unwrap()), "0.83");
        assert_eq!(format!("{:.2}", result.pooled.unwrap()), "0.78");
        assert_eq!(overall(&[]).mean, Err(Undefined::NoItems));
    }
}
