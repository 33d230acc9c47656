//! Sets of codes as numbers. Equal sets get the same number, so that an axis that takes several
//! codes is compared and counted like any other, and a distance is computed once per pair of sets
//! and not once per pair of ratings.
//!
//! - Jaccard (1912), "The distribution of the flora in the alpine zone", New Phytol. 11.
//! - Passonneau (2006), "Measuring agreement on set-valued items (MASI) for semantic and pragmatic
//!   annotation", LREC.

use std::collections::HashMap;

/// The distinct sets of an axis, numbered in order of first appearance.
#[derive(Clone, Debug, Default)]
pub struct LabelSets {
    codes: usize,
    sets: Vec<Vec<usize>>,
    numbers: HashMap<Vec<usize>, usize>,
}

impl LabelSets {
    /// No sets yet, over `codes` codes of the codebook numbered from 0.
    pub fn new(codes: usize) -> Self {
        Self {
            codes,
            ..Self::default()
        }
    }

    /// The number of the set. Order and repetition mean nothing; a code beyond the codebook's
    /// raises the number of codes.
    pub fn intern(&mut self, labels: impl IntoIterator<Item = usize>) -> usize {
        let mut set: Vec<usize> = labels.into_iter().collect();
        set.sort_unstable();
        set.dedup();
        if let Some(number) = self.numbers.get(&set) {
            return *number;
        }
        if let Some(largest) = set.last() {
            self.codes = self.codes.max(largest + 1);
        }
        let number = self.sets.len();
        self.numbers.insert(set.clone(), number);
        self.sets.push(set);
        number
    }

    /// The codes of a set in ascending order; none for a number that was not given out.
    pub fn get(&self, number: usize) -> &[usize] {
        self.sets.get(number).map_or(&[], Vec::as_slice)
    }

    /// How many distinct sets there are.
    pub fn count(&self) -> usize {
        self.sets.len()
    }

    /// How many codes there are to choose from.
    pub fn codes(&self) -> usize {
        self.codes
    }
}

/// How many codes two sets share; both sorted.
pub fn overlap(one: &[usize], other: &[usize]) -> usize {
    let (mut rest, mut shared) = (other, 0);
    for code in one {
        let skip = rest.iter().take_while(|candidate| *candidate < code);
        rest = &rest[skip.count()..];
        shared += usize::from(rest.first() == Some(code));
    }
    shared
}

/// 1 minus the shared codes as a share of all codes in either set; 0 for two empty sets.
pub fn jaccard_distance(one: &[usize], other: &[usize]) -> f64 {
    let shared = overlap(one, other);
    let all = one.len() + other.len() - shared;
    if all == 0 {
        0.0
    } else {
        1.0 - shared as f64 / all as f64
    }
}

/// 1 minus Jaccard similarity times 1 for equal sets, 2/3 where one holds the other, 1/3 where they
/// merely overlap.
pub fn masi_distance(one: &[usize], other: &[usize]) -> f64 {
    let shared = overlap(one, other);
    let all = one.len() + other.len() - shared;
    let monotonicity = if shared == all {
        return 0.0;
    } else if shared == one.len().min(other.len()) {
        2.0 / 3.0
    } else {
        1.0 / 3.0
    };
    1.0 - monotonicity * shared as f64 / all as f64
}

/// The most sets for which all distances are kept at hand: 2 MiB of them.
const TABLE_LIMIT: usize = 512;

/// The distances between the sets of an axis.
pub struct DistanceTable<'a> {
    sets: &'a LabelSets,
    distance: fn(&[usize], &[usize]) -> f64,
    size: usize,
    table: Vec<f64>,
}

impl<'a> DistanceTable<'a> {
    /// Computes all distances, or where there are very many sets leaves it to [`Self::get`].
    pub fn new(sets: &'a LabelSets, distance: fn(&[usize], &[usize]) -> f64) -> Self {
        let size = if sets.count() <= TABLE_LIMIT {
            sets.count()
        } else {
            0
        };
        let mut table = Vec::with_capacity(size * size);
        for one in 0..size {
            table.extend((0..size).map(|other| distance(sets.get(one), sets.get(other))));
        }
        Self {
            sets,
            distance,
            size,
            table,
        }
    }

    /// The distance between two sets by their numbers.
    pub fn get(&self, one: usize, other: usize) -> f64 {
        if one < self.size && other < self.size {
            self.table[one * self.size + other]
        } else {
            (self.distance)(self.sets.get(one), self.sets.get(other))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn order_and_repetition_mean_nothing() {
        let mut sets = LabelSets::new(4);
        let number = sets.intern([3, 1]);
        assert_eq!(sets.intern([1, 3, 3]), number);
        assert_ne!(sets.intern([1]), number);
        assert_eq!(sets.get(number), [1, 3]);
        assert_eq!((sets.count(), sets.codes()), (2, 4));
        sets.intern([6]);
        assert_eq!(sets.codes(), 7);
        assert!(sets.get(99).is_empty());
    }

    #[test]
    fn masi_uses_exact_thirds() {
        // {1,2} in {1,2,3,4}: Jaccard 1/2, subset 2/3, similarity 1/3.
        assert!((masi_distance(&[1, 2], &[1, 2, 3, 4]) - 2.0 / 3.0).abs() < 1e-15);
        // {1,2} and {2,3}: Jaccard 1/3, overlap 1/3, similarity 1/9.
        assert!((masi_distance(&[1, 2], &[2, 3]) - 8.0 / 9.0).abs() < 1e-15);
        assert_eq!(masi_distance(&[1], &[2]), 1.0);
    }

    #[test]
    fn empty_sets_agree_with_each_other_only() {
        for distance in [jaccard_distance, masi_distance] {
            assert_eq!(distance(&[], &[]), 0.0);
            assert_eq!(distance(&[], &[1]), 1.0);
        }
    }

    #[test]
    fn more_sets_than_the_table_holds_have_distances_too() {
        let mut sets = LabelSets::new(0);
        for code in 0..TABLE_LIMIT + 1 {
            sets.intern([code, code + 1]);
        }
        let distances = DistanceTable::new(&sets, jaccard_distance);
        assert_eq!(distances.get(7, 7), 0.0);
        assert!((distances.get(7, TABLE_LIMIT) - 1.0).abs() < 1e-15);
        assert!((distances.get(511, 512) - 2.0 / 3.0).abs() < 1e-15);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn distances_are_symmetric_and_masi_is_never_the_smaller(
            one in proptest::collection::btree_set(0usize..6, 0..4),
            other in proptest::collection::btree_set(0usize..6, 0..4),
        ) {
            let sorted = |set: &BTreeSet<usize>| set.iter().copied().collect::<Vec<_>>();
            let (a, b) = (sorted(&one), sorted(&other));
            prop_assert_eq!(overlap(&a, &b), one.intersection(&other).count());
            for distance in [jaccard_distance, masi_distance] {
                prop_assert_eq!(distance(&a, &b), distance(&b, &a));
                prop_assert!((0.0..=1.0).contains(&distance(&a, &b)));
                prop_assert_eq!(distance(&a, &b) == 0.0, a == b);
            }
            prop_assert!(masi_distance(&a, &b) >= jaccard_distance(&a, &b));
        }
    }
}
