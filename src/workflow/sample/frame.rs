//! The units that a draw is made from, and what was left out.

use std::collections::HashSet;

use super::{LeftOut, Plan};
use crate::{
    domain::{
        codebook::UnitKind,
        ids::{TaskName, UnitKey},
        label::RaterKind,
    },
    store::revisions::LabelFilter,
    workflow::{
        Result, Study, Task,
        sight::{Viewer, Wanted},
    },
};

impl Study {
    /// The keys to draw from in the order of their bytes, and what was left out.
    pub(super) fn frame(
        &self,
        task: &Task,
        plan: &Plan,
        rejected: &HashSet<UnitKey>,
    ) -> Result<(Vec<UnitKey>, LeftOut)> {
        let taken = self.units_in_batches(&task.name)?;
        // A batch drawn by hidden labels would show them.
        let filters = self.look_up(&Viewer::Anyone, &plan.filters)?;
        let mut left_out = [
            ("low confidence", 0),
            ("called invalid", 0),
            ("already in a batch", 0),
            ("without text", 0),
            ("not asked for by --where", 0),
        ];
        let mut frame = Vec::new();
        self.store
            .each_unit(task.codebook.unit == UnitKind::Session, |row| {
                let reasons = [
                    !plan.whole_frame && row.confidence.as_deref() == Some("low"),
                    !plan.whole_frame && rejected.contains(&row.key),
                    !plan.whole_frame && taken.contains(&row.key),
                    !plan.whole_frame && !row.has_text,
                    !filters.admit(&row),
                ];
                match reasons.iter().position(|reason| *reason) {
                    Some(reason) => left_out[reason].1 += 1,
                    None => frame.push(row.key),
                }
            })?;
        Ok((
            frame,
            left_out
                .into_iter()
                .filter(|(_, count)| *count > 0)
                .collect(),
        ))
    }

    fn units_in_batches(&self, task: &TaskName) -> Result<HashSet<UnitKey>> {
        let mut taken = HashSet::new();
        for batch in self.batches()?.iter().filter(|batch| batch.task == *task) {
            taken.extend(self.store.units_of_batch(&batch.name)?);
        }
        Ok(taken)
    }

    /// The units that a judge or gold of any task calls no real unit, and how many such labels are
    /// hidden: a frame without their units would show them.
    pub(super) fn rejected(&self) -> Result<(HashSet<UnitKey>, usize)> {
        let (mut rejected, mut hidden) = (HashSet::new(), 0);
        for task in &self.tasks {
            let Some((axis, code)) = task.codebook.rejecting() else {
                continue;
            };
            for kind in [RaterKind::Judge, RaterKind::Gold] {
                let filter = LabelFilter {
                    task: Some(&task.name),
                    kind: Some(kind),
                    ..Default::default()
                };
                hidden += self.labels(&Viewer::Anyone, Wanted::Labels(filter), |label| {
                    let picks = label.content.answers.picks(&axis.key);
                    if picks
                        .iter()
                        .filter_map(|pick| axis.code(&pick.code))
                        .any(|found| found.key == code.key)
                    {
                        rejected.insert(label.address.unit);
                    }
                })?;
            }
        }
        Ok((rejected, hidden))
    }
}
