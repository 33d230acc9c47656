//! The units that a draw is made from, and what was left out.

use std::collections::HashSet;

use super::{
    LeftOut, Plan,
    filter::{Filter, field},
};
use crate::{
    domain::{
        codebook::{Codebook, UnitKind},
        ids::{TaskName, UnitKey},
        label::RaterKind,
    },
    store::revisions::LabelFilter,
    workflow::{
        Error, Result, Study, Task,
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
        let by_label = plan
            .filters
            .iter()
            .map(|filter| self.units_by_label(filter))
            .collect::<Result<Vec<_>>>()?;
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
                let admitted = || {
                    plan.filters
                        .iter()
                        .zip(&by_label)
                        .all(|(filter, units)| match units {
                            Some(units) => units.contains(&row.key),
                            None => filter.admits(field(&row, &filter.key)),
                        })
                };
                let reasons = [
                    !plan.whole_frame && row.confidence.as_deref() == Some("low"),
                    !plan.whole_frame && rejected.contains(&row.key),
                    !plan.whole_frame && taken.contains(&row.key),
                    !plan.whole_frame && !row.has_text,
                    !admitted(),
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

    /// The units that a filter on labels admits; `None` for a filter on what the unit is.
    fn units_by_label(&self, filter: &Filter) -> Result<Option<HashSet<UnitKey>>> {
        let wanted_axis = |codebook: &Codebook| match filter.key.as_str() {
            "verdict" => codebook.rejecting().map(|(axis, _)| axis.key.clone()),
            key => codebook.axis(key).map(|axis| axis.key.clone()),
        };
        if filter.key != "verdict" && filter.rater.is_none() {
            return Ok(None);
        }
        let rater = match &filter.rater {
            Some(name) => Some(self.rater(name)?.name),
            None => None,
        };
        if !self
            .tasks
            .iter()
            .any(|task| wanted_axis(&task.codebook).is_some())
        {
            return Err(Error::Usage(format!(
                "no task of the study has an axis {}",
                filter.key
            )));
        }
        let mut admitted = HashSet::new();
        for task in &self.tasks {
            let Some(axis) = wanted_axis(&task.codebook) else {
                continue;
            };
            let by = LabelFilter {
                task: Some(&task.name),
                rater: rater.as_deref(),
                ..Default::default()
            };
            // A batch drawn by hidden labels would show them.
            self.labels(&Viewer::Anyone, Wanted::Labels(by), |label| {
                let person = label.address.kind == RaterKind::Annotator && rater.is_none();
                let codes: Vec<&str> = label
                    .content
                    .answers
                    .picks(&axis)
                    .iter()
                    .map(|pick| &*pick.code)
                    .collect();
                if !person && filter.admits_any(&codes) {
                    admitted.insert(label.address.unit);
                }
            })?;
        }
        Ok(Some(admitted))
    }
}
