//! Yes or no by two raters: a two-category axis, one code of many, or whether an axis applies.
//!
//! - Byrt, Bishop & Carlin (1993), "Bias, prevalence and kappa", J. Clin. Epidemiol. 46: PI, BI, PABAK.
//! - Cicchetti & Feinstein (1990), "High agreement but low kappa II", J. Clin. Epidemiol. 43: PSA, NSA.

use super::{Coefficients, Stat, Undefined, chance_corrected, ratio};

/// Units by two raters' yes or no.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TwoByTwo {
    /// Both said yes.
    pub a: usize,
    /// Only the first said yes.
    pub b: usize,
    /// Only the second said yes.
    pub c: usize,
    /// Both said no.
    pub d: usize,
}

impl TwoByTwo {
    /// Adds `count` units.
    pub fn add(&mut self, first: bool, second: bool, count: usize) {
        *match (first, second) {
            (true, true) => &mut self.a,
            (true, false) => &mut self.b,
            (false, true) => &mut self.c,
            (false, false) => &mut self.d,
        } += count;
    }

    /// The number of units.
    pub fn n(&self) -> usize {
        self.a + self.b + self.c + self.d
    }

    /// Observed agreement.
    pub fn po(&self) -> Stat {
        ratio(self.a + self.d, self.n(), Undefined::NoItems)
    }

    /// Cohen's kappa (1960).
    pub fn kappa(&self) -> Stat {
        let n = self.n() as f64;
        let yes = (self.a + self.b) as f64 * (self.a + self.c) as f64;
        let no = (self.c + self.d) as f64 * (self.b + self.d) as f64;
        chance_corrected(self.po()?, (yes + no) / (n * n))
    }

    /// Gwet's AC1 (2008) for two categories.
    pub fn ac1(&self) -> Stat {
        let po = self.po()?;
        let yes = (2 * self.a + self.b + self.c) as f64 / (2 * self.n()) as f64;
        chance_corrected(po, 2.0 * yes * (1.0 - yes))
    }

    /// Kappa if prevalence were even and bias absent: 2 po - 1.
    pub fn pabak(&self) -> Stat {
        Ok(2.0 * self.po()? - 1.0)
    }

    /// How far yes outweighs no where both agree, from -1 to 1. Near either end kappa is small
    /// however well the raters agree.
    pub fn prevalence_index(&self) -> Stat {
        Ok((self.a as f64 - self.d as f64) / self.some()?)
    }

    /// How much more often the first rater says yes, from -1 to 1.
    pub fn bias_index(&self) -> Stat {
        Ok((self.b as f64 - self.c as f64) / self.some()?)
    }

    /// Positive specific agreement: agreement on yes. The F1 of either rater against the other.
    pub fn psa(&self) -> Stat {
        self.some()?;
        let uses = 2 * self.a + self.b + self.c;
        ratio(2 * self.a, uses, Undefined::ZeroSupport)
    }

    /// Negative specific agreement: agreement on no.
    pub fn nsa(&self) -> Stat {
        self.some()?;
        let uses = 2 * self.d + self.b + self.c;
        ratio(2 * self.d, uses, Undefined::ZeroSupport)
    }

    /// Everything above by name.
    pub fn coefficients(&self) -> Coefficients {
        vec![
            ("po", self.po()),
            ("kappa", self.kappa()),
            ("ac1", self.ac1()),
            ("pabak", self.pabak()),
            ("prevalence_index", self.prevalence_index()),
            ("bias_index", self.bias_index()),
            ("psa", self.psa()),
            ("nsa", self.nsa()),
        ]
    }

    fn some(&self) -> Stat {
        match self.n() {
            0 => Err(Undefined::NoItems),
            n => Ok(n as f64),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_same_agreement_gives_half_the_kappa_when_one_answer_is_rare() {
        // Feinstein & Cicchetti (1990), the first paradox: kappa 0.70 and 0.32.
        let balanced = TwoByTwo {
            a: 40,
            b: 9,
            c: 6,
            d: 45,
        };
        let skewed = TwoByTwo {
            a: 80,
            b: 10,
            c: 5,
            d: 5,
        };
        assert_eq!(balanced.po(), skewed.po());
        assert_eq!(format!("{:.2}", balanced.kappa().unwrap()), "0.70");
        assert_eq!(format!("{:.2}", skewed.kappa().unwrap()), "0.32");
        assert_eq!(skewed.nsa(), Ok(0.4));
    }

    #[test]
    fn a_code_nobody_used_has_no_kappa_and_no_positive_agreement() {
        let unused = TwoByTwo {
            d: 7,
            ..TwoByTwo::default()
        };
        assert_eq!(unused.po(), Ok(1.0));
        assert_eq!(unused.kappa(), Err(Undefined::NoVariation));
        assert_eq!(unused.ac1(), Ok(1.0));
        assert_eq!(unused.psa(), Err(Undefined::ZeroSupport));
        let nothing = TwoByTwo::default().coefficients();
        assert!(
            nothing
                .iter()
                .all(|(_, value)| *value == Err(Undefined::NoItems))
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn kappa_follows_from_pabak_prevalence_and_bias(
            a in 0usize..60, b in 0usize..60, c in 0usize..60, d in 0usize..60,
        ) {
            let table = TwoByTwo { a, b, c, d };
            if let Ok(kappa) = table.kappa() {
                let pabak = table.pabak().unwrap();
                let prevalence = table.prevalence_index().unwrap().powi(2);
                let bias = table.bias_index().unwrap().powi(2);
                let expected = (pabak - prevalence + bias) / (1.0 - prevalence + bias);
                prop_assert!((kappa - expected).abs() < 1e-9, "{kappa} {expected}");
            }
        }

        #[test]
        fn swapping_the_raters_turns_the_bias_only(
            a in 0usize..60, b in 0usize..60, c in 0usize..60, d in 0usize..60,
        ) {
            let table = TwoByTwo { a, b, c, d };
            let swapped = TwoByTwo { a, b: c, c: b, d };
            for ((name, one), (_, other)) in table.coefficients().into_iter().zip(swapped.coefficients()) {
                let expected = if name == "bias_index" { one.map(|bias| -bias) } else { one };
                prop_assert_eq!(other, expected, "{}", name);
            }
        }
    }
}
