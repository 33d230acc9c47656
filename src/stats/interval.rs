//! How sure a number is: Wilson intervals for percentages, the bootstrap for everything else.
//! All intervals are at 95%.
//!
//! - Wilson (1927), "Probable inference, the law of succession, and statistical inference", JASA 22.
//! - Efron & Tibshirani (1993), "An Introduction to the Bootstrap": the percentile interval.
//! - Hyndman & Fan (1996), "Sample quantiles in statistical packages", Am. Stat. 50: type 7.

use super::random::SplitMix64;
use super::{Stat, Undefined};

/// The 97.5% point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// The two ends of an interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

/// Wilson's score interval for `agreed` out of `n`.
pub fn wilson(agreed: usize, n: usize) -> Result<Interval, Undefined> {
    wilson_share(agreed as f64 / n as f64, n)
}

/// Wilson's score interval around a share of `n` units. For a mean of shares, as with three raters
/// and more, it is on the wide side: such a mean varies less than a share of hits and misses.
pub fn wilson_share(share: f64, n: usize) -> Result<Interval, Undefined> {
    if n == 0 {
        return Err(Undefined::NoItems);
    }
    let n = n as f64;
    let share = share.clamp(0.0, 1.0);
    let shrink = 1.0 + Z * Z / n;
    let centre = (share + Z * Z / (2.0 * n)) / shrink;
    let half = Z / shrink * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    // Rounding would otherwise leave the closed ends at 1e-17 or 0.999.
    Ok(Interval {
        low: if share == 0.0 { 0.0 } else { centre - half },
        high: if share == 1.0 { 1.0 } else { centre + half },
    })
}

/// How to resample: a bootstrap repeats exactly for the same two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resampling {
    /// How many replicates to draw, B; with none there are no intervals.
    pub replicates: usize,
    /// The seed of the generator.
    pub seed: u64,
}

impl Default for Resampling {
    fn default() -> Self {
        Self {
            replicates: 2000,
            seed: 1,
        }
    }
}

/// A bootstrap interval, and what it rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bootstrapped {
    /// From the replicates in which the statistic is defined.
    pub interval: Result<Interval, Undefined>,
    /// All replicates drawn.
    pub replicates: usize,
    /// Those dropped because the statistic is undefined in them.
    pub undefined: usize,
}

impl Bootstrapped {
    /// Whether so many replicates were dropped (more than 5%) that the interval needs a warning.
    pub fn is_shaky(&self) -> bool {
        self.undefined * 20 > self.replicates
    }
}

/// Percentile intervals of statistics of units drawn with replacement, n of n.
///
/// `kinds` names for every unit which kind it is, kinds being numbered from 0; units of one kind
/// are alike to the statistics. `statistics` gets the number of units of each kind in a replicate
/// and is called once per replicate, so a replicate costs n additions and whatever the statistics
/// cost on a handful of counts. It must return equally many statistics each time. All of them see
/// the same draws: index = high 64 bits of (draw times n), n draws per replicate, in order.
pub fn percentile_bootstrap(
    kinds: &[usize],
    plan: Resampling,
    mut statistics: impl FnMut(&[usize]) -> Vec<Stat>,
) -> Vec<Bootstrapped> {
    let mut counts = vec![0; kinds.iter().max().map_or(0, |largest| largest + 1)];
    let mut replicates: Vec<Replicates> = Vec::new();
    let mut rng = SplitMix64::new(plan.seed);
    for _ in 0..plan.replicates {
        counts.fill(0);
        for _ in 0..kinds.len() {
            counts[kinds[rng.below(kinds.len())]] += 1;
        }
        let drawn = statistics(&counts);
        replicates.resize_with(drawn.len(), Replicates::default);
        for (replicates, value) in replicates.iter_mut().zip(drawn) {
            replicates.push(value);
        }
    }
    replicates
        .into_iter()
        .map(Replicates::into_interval)
        .collect()
}

/// The values of one statistic over the replicates.
#[derive(Default)]
struct Replicates {
    defined: Vec<f64>,
    undefined: usize,
    reason: Option<Undefined>,
}

impl Replicates {
    fn push(&mut self, value: Stat) {
        match value {
            Ok(value) => self.defined.push(value),
            Err(reason) => {
                self.undefined += 1;
                self.reason = Some(reason);
            }
        }
    }

    fn into_interval(mut self) -> Bootstrapped {
        self.defined.sort_unstable_by(f64::total_cmp);
        let end = |p| quantile(&self.defined, p).ok_or(self.reason.unwrap_or(Undefined::NoItems));
        Bootstrapped {
            interval: end(0.025).and_then(|low| {
                Ok(Interval {
                    low,
                    high: end(0.975)?,
                })
            }),
            replicates: self.defined.len() + self.undefined,
            undefined: self.undefined,
        }
    }
}

/// The type-7 quantile of sorted values, `p` from 0 to 1: linear between the order statistics.
/// `None` if there are no values.
pub fn quantile(sorted: &[f64], p: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = last as f64 * p.clamp(0.0, 1.0);
    let below = place.floor() as usize;
    let above = (below + 1).min(last);
    Some(sorted[below] + (place - place.floor()) * (sorted[above] - sorted[below]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn intervals_of_a_published_table_come_out() {
        for (agreed, n, low, high) in [
            (79, 100, 0.700, 0.858),
            (65, 100, 0.553, 0.736),
            (9, 9, 0.701, 1.0),
            (13, 14, 0.685, 0.987),
        ] {
            let interval = wilson(agreed, n).unwrap();
            assert!((interval.low - low).abs() < 5e-4, "{agreed}/{n}");
            assert!((interval.high - high).abs() < 5e-4, "{agreed}/{n}");
        }
    }

    #[test]
    fn the_ends_of_the_scale_are_exact() {
        assert_eq!(wilson(0, 10).unwrap().low, 0.0);
        assert_eq!(wilson(10, 10).unwrap().high, 1.0);
        assert_eq!(wilson(0, 0), Err(Undefined::NoItems));
    }

    #[test]
    fn quantiles_lie_between_the_order_statistics() {
        assert_eq!(quantile(&[1.0, 2.0, 3.0, 4.0], 0.25), Some(1.75));
        assert_eq!(quantile(&[1.0, 2.0, 3.0, 4.0], 1.0), Some(4.0));
        assert_eq!(quantile(&[5.0], 0.3), Some(5.0));
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn replicates_without_a_value_are_dropped_and_counted() {
        let plan = Resampling {
            replicates: 400,
            seed: 3,
        };
        // Undefined when the unit of kind 1 is not drawn: (1/2)^2 of the replicates.
        let drawn = percentile_bootstrap(&[0, 1], plan, |counts| {
            let share = counts[1] as f64 / 2.0;
            vec![
                if counts[1] == 0 {
                    Err(Undefined::NoVariation)
                } else {
                    Ok(share)
                },
                Err(Undefined::NoPairs),
            ]
        });
        assert_eq!(drawn[0].replicates, 400);
        assert!((70..130).contains(&drawn[0].undefined));
        assert!(drawn[0].is_shaky());
        let some = Interval {
            low: 0.5,
            high: 1.0,
        };
        assert_eq!(drawn[0].interval, Ok(some));
        assert_eq!(drawn[1].interval, Err(Undefined::NoPairs));
        assert_eq!(drawn[1].undefined, 400);
    }

    #[test]
    fn no_units_give_the_reason_and_no_interval() {
        let plan = Resampling::default();
        let drawn = percentile_bootstrap(&[], plan, |_| vec![Err(Undefined::NoItems)]);
        assert_eq!(drawn[0].interval, Err(Undefined::NoItems));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn an_interval_holds_its_share_and_narrows_with_n(n in 1usize..400, seed: u64) {
            let agreed = SplitMix64::new(seed).below(n + 1);
            let interval = wilson(agreed, n).unwrap();
            let share = agreed as f64 / n as f64;
            prop_assert!(0.0 <= interval.low && interval.low <= share);
            prop_assert!(share <= interval.high && interval.high <= 1.0);
            let wider = wilson_share(share, n).unwrap();
            let narrower = wilson_share(share, 2 * n).unwrap();
            prop_assert!(narrower.high - narrower.low < wider.high - wider.low);
        }
    }
}
