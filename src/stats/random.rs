//! Repeatable randomness: the same seed gives the same draws on any machine, so that a sample or an
//! interval can be checked by someone else.
//!
//! Steele, Lea & Flood (2014), "Fast splittable pseudorandom number generators", OOPSLA.

/// The SplitMix64 generator.
#[derive(Clone, Debug)]
pub struct SplitMix64 {
    state: u64,
}

impl SplitMix64 {
    /// A generator that starts from `seed`; every seed is as good as another.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// An index below `n`: the high 64 bits of the draw times `n`. The bias is below `n` / 2^64.
    /// 0 if `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next_u64()) * n as u128) >> 64) as usize
    }
}

/// Draws `k` of the indices 0..`n` without replacement, in the order drawn; all of them where `k`
/// exceeds `n`. One draw of the generator per index.
pub fn choose(rng: &mut SplitMix64, n: usize, k: usize) -> Vec<usize> {
    let mut indices: Vec<usize> = (0..n).collect();
    let k = k.min(n);
    draw_to_front(rng, &mut indices, k);
    indices.truncate(k);
    indices
}

/// Puts the items into a random order, every order being equally likely.
pub fn shuffle<T>(rng: &mut SplitMix64, items: &mut [T]) {
    let n = items.len();
    draw_to_front(rng, items, n);
}

/// The first `k` steps of a Fisher-Yates shuffle.
fn draw_to_front<T>(rng: &mut SplitMix64, items: &mut [T], k: usize) {
    for place in 0..k {
        let drawn = place + rng.below(items.len() - place);
        items.swap(place, drawn);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_first_draws_are_those_of_the_published_generator() {
        let mut rng = SplitMix64::new(1_234_567);
        let drawn: Vec<u64> = (0..5).map(|_| rng.next_u64()).collect();
        assert_eq!(
            drawn,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423,
                4_593_380_528_125_082_431,
                16_408_922_859_458_223_821,
            ]
        );
    }

    #[test]
    fn an_index_is_the_high_half_of_draw_times_n() {
        // 6457827717110365317 / 2^64 = 0.35008..., 3203168211198807973 / 2^64 = 0.17364...
        let mut rng = SplitMix64::new(1_234_567);
        assert_eq!(rng.below(100), 35);
        assert_eq!(rng.below(1000), 173);
        assert_eq!(rng.below(0), 0);
    }

    #[test]
    fn a_sample_is_the_same_every_time() {
        assert_eq!(choose(&mut SplitMix64::new(1), 10, 4), [5, 7, 9, 6]);
        assert_eq!(choose(&mut SplitMix64::new(1), 3, 9).len(), 3);
        assert!(choose(&mut SplitMix64::new(1), 0, 5).is_empty());
    }

    #[test]
    fn every_index_is_drawn_about_equally_often() {
        let mut rng = SplitMix64::new(7);
        let mut seen = [0u32; 5];
        for _ in 0..5000 {
            for index in choose(&mut rng, 5, 2) {
                seen[index] += 1;
            }
        }
        assert!(
            seen.iter().all(|times| (1850..2150).contains(times)),
            "{seen:?}"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_smaller_sample_is_the_start_of_a_larger_one(seed: u64, n in 0usize..60, k in 0usize..60) {
            let mut all: Vec<usize> = (0..n).collect();
            shuffle(&mut SplitMix64::new(seed), &mut all);
            let some = choose(&mut SplitMix64::new(seed), n, k);
            prop_assert_eq!(&some[..], &all[..k.min(n)]);
            all.sort_unstable();
            prop_assert!(all.into_iter().eq(0..n));
        }
    }
}
