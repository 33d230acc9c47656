//! How long the figures of a large batch take. Run with
//! `cargo test --release --lib figures_of_a_large_batch -- --ignored --nocapture`.

use std::time::Instant;

use serde_json::json;

use super::support::{BATCH, Field, codebook, plain};
use crate::{
    stats::{Resampling, SplitMix64},
    workflow::measure::Options,
};

#[test]
#[ignore = "takes long to set up; prints times"]
fn figures_of_a_large_batch() {
    let toml = codebook("codebook/misalignment.toml");
    let raters = ["ana", "ben", "cho"];
    let mut field = Field::new(&toml, 16_118, &raters);
    let mut rng = SplitMix64::new(7);
    field.study.store.begin().unwrap();
    for number in 1..=16_118 {
        let truth = rng.below(7);
        for rater in raters {
            let mut code = |codes: usize| {
                if rng.below(5) == 0 {
                    rng.below(codes)
                } else {
                    truth % codes
                }
            };
            let severity = code(5);
            let locus = (severity == 2 || severity == 3).then(|| format!("DL{}", 1 + code(4)));
            let status = code(2);
            let resolver = (status == 0).then(|| format!("RV{}", 1 + code(3)));
            let mut symptoms = vec![1 + code(7), 1 + code(7)];
            symptoms.sort_unstable();
            symptoms.dedup();
            let symptoms: Vec<String> = symptoms.iter().map(|s| format!("S{s}")).collect();
            let answers = plain(json!({
                "symptom": symptoms,
                "cause": [{"code": format!("C{}", 1 + code(6)), "evidence_tier": "direct"}],
                "damage_severity": format!("DS{severity}"),
                "damage_locus": locus,
                "resolution_status": format!("RS{}", 1 + status),
                "resolver": resolver,
            }));
            field.submit(rater, number, &answers);
        }
    }
    field.study.store.commit().unwrap();
    field.lock();
    for replicates in [0, 2000] {
        let options = Options {
            bootstrap: (replicates > 0).then_some(Resampling {
                replicates,
                seed: 1,
            }),
            ..Options::default()
        };
        let start = Instant::now();
        let measured = field.study.agreement(BATCH, &options).unwrap();
        let taken = start.elapsed();
        assert_eq!(measured.axes.len(), 6);
        assert!(measured.axes[3].exact.n > 1000);
        println!("{replicates} replicates: {taken:.2?}");
    }
}
