//! The draw from a frame, and the order in which each annotator meets the units.

use std::collections::{BTreeMap, HashMap};

use super::{LeftOut, Plan};
use crate::{
    domain::{batch::Member, ids::UnitKey},
    stats::random::{SplitMix64, choose, shuffle},
    store::revisions::LabelFilter,
    workflow::{
        Error, Result, Study, Task,
        sight::{Viewer, Wanted},
    },
};

impl Study {
    pub(super) fn draw(
        &self,
        task: &Task,
        plan: &Plan,
        frame: &[UnitKey],
        left_out: &LeftOut,
    ) -> Result<Vec<Member>> {
        let mut rng = SplitMix64::new(plan.seed);
        let Some((axis, rater)) = &plan.per_code else {
            if frame.len() < plan.n {
                let left_out: Vec<String> = left_out
                    .iter()
                    .map(|(reason, count)| format!("{count} {reason}"))
                    .collect();
                let left_out = match left_out.is_empty() {
                    true => String::new(),
                    false => format!(" (left out: {})", left_out.join(", ")),
                };
                return Err(Error::Refused(format!(
                    "the frame has {} units{left_out}, fewer than the {} asked for; ask for fewer, or lift its limits with --frame all",
                    frame.len(),
                    plan.n
                )));
            }
            return Ok(choose(&mut rng, frame.len(), plan.n)
                .into_iter()
                .map(|at| plain(&frame[at]))
                .collect());
        };
        let strata = self.strata(task, axis, rater, frame)?;
        let mut members = Vec::new();
        for (code, units) in strata {
            let n = plan.n.min(units.len());
            for at in choose(&mut rng, units.len(), n) {
                members.push(Member {
                    unit: units[at].clone(),
                    probability: Some(n as f64 / units.len() as f64),
                    stratum: Some(code.clone()),
                });
            }
        }
        if members.is_empty() {
            return Err(Error::Refused(format!(
                "{rater} has no label on {axis} in the frame"
            )));
        }
        shuffle(&mut rng, &mut members);
        Ok(members)
    }

    /// The frame divided by a rater's codes on an axis, catch-alls first. A unit with several codes
    /// stands in the first of them, so that its chance of being drawn is known exactly.
    fn strata(
        &self,
        task: &Task,
        axis: &str,
        rater: &str,
        frame: &[UnitKey],
    ) -> Result<Vec<(String, Vec<UnitKey>)>> {
        let Some(axis) = task.codebook.axis(axis) else {
            return Err(Error::Usage(format!(
                "{} has no axis {axis}",
                task.codebook.name()
            )));
        };
        let rater = self.rater(rater)?;
        let mut codes: Vec<_> = axis.codes.iter().collect();
        codes.sort_by_key(|code| !code.catch_all);
        let mut of_unit: HashMap<UnitKey, usize> = HashMap::new();
        let filter = LabelFilter {
            task: Some(&task.name),
            rater: Some(&rater.name),
            ..Default::default()
        };
        self.labels(&Viewer::Anyone, Wanted::Labels(filter), |label| {
            let picks = label.content.answers.picks(&axis.key);
            let keys = picks
                .iter()
                .filter_map(|pick| axis.code(&pick.code))
                .map(|code| &code.key);
            let first = keys
                .filter_map(|key| codes.iter().position(|code| code.key == *key))
                .min();
            if let Some(first) = first {
                of_unit.insert(label.address.unit, first);
            }
        })?;
        let mut strata: BTreeMap<usize, Vec<UnitKey>> = BTreeMap::new();
        for unit in frame {
            if let Some(code) = of_unit.get(unit) {
                strata.entry(*code).or_default().push(unit.clone());
            }
        }
        Ok(strata
            .into_iter()
            .map(|(code, units)| (codes[code].key.to_string(), units))
            .collect())
    }
}

/// A unit of a simple draw.
pub(super) fn plain(unit: &UnitKey) -> Member {
    Member {
        unit: unit.clone(),
        probability: None,
        stratum: None,
    }
}

/// A seed of an annotator's own that follows from the batch's (FNV-1a over the name).
pub(super) fn own_seed(seed: u64, rater: &str) -> u64 {
    rater
        .bytes()
        .fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
}
