//! Settling disagreements into gold.

use super::{
    Error, Result, Study,
    annotate::{Desk, Matter},
    sight::{Viewer, Wanted},
};
use crate::{
    domain::{
        answers::Answers,
        gold,
        ids::{RaterName, UnitKey},
        label::{Basis, Content, Label, RaterKind, State},
    },
    store::revisions::{Action, LabelFilter, NewRevision},
};

/// A unit in the adjudicator's queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    pub unit: UnitKey,
    /// The titles of the axes on which the annotators differ.
    pub disputed: Vec<String>,
    /// How its gold came about, if it is saved.
    pub saved: Option<Basis>,
    pub flagged: bool,
    /// Raters whose label is missing.
    pub missing: usize,
}

impl Study {
    /// The desk at which `who` settles a locked batch. Names are joined by `+`.
    pub fn gold_desk(&mut self, batch: &str, who: &str) -> Result<Desk> {
        let batch = self.batch(batch)?;
        self.require_revealed(&batch)?;
        for name in who.split('+') {
            if !RaterName::is_valid(name) || name.eq_ignore_ascii_case(RaterName::GOLD) {
                return Err(Error::Usage(format!(
                    "\"{name}\" cannot name an adjudicator"
                )));
            }
        }
        Ok(Desk {
            codebook: self.codebook(&batch.codebook)?.codebook.clone(),
            rater: RaterName::GOLD.into(),
            who: who.to_owned(),
            viewer: Viewer::named(who),
            size: self.store.batch_size(&batch.name)?,
            batch,
        })
    }

    /// The annotators' frozen labels of one unit, in the batch's order of annotators; `None` where
    /// one is missing.
    pub fn columns(&self, desk: &Desk, unit: &UnitKey) -> Result<Vec<(RaterName, Option<Label>)>> {
        let filter = LabelFilter {
            task: Some(&desk.batch.task),
            batch: Some(&desk.batch.name),
            unit: Some(unit),
            kind: Some(RaterKind::Annotator),
            ..Default::default()
        };
        let mut labels = Vec::new();
        let withheld = self.labels(&desk.viewer, Wanted::Labels(filter), |label| {
            labels.push(label)
        })?;
        if withheld > 0 {
            return Err(Error::NotReady(format!(
                "{unit} is also in an open batch that {} has to label; label it there first",
                desk.who
            )));
        }
        Ok(desk
            .batch
            .annotators
            .iter()
            .map(|rater| {
                let label = labels
                    .iter()
                    .position(|label| label.address.rater == *rater);
                (rater.clone(), label.map(|place| labels.swap_remove(place)))
            })
            .collect())
    }

    /// All units of a batch with what is disputed, in the batch's order.
    pub fn cases(&self, desk: &Desk) -> Result<Vec<Case>> {
        let mut labels: std::collections::HashMap<UnitKey, Vec<Label>> = Default::default();
        self.labels(&desk.viewer, Wanted::Snapshot(&desk.batch.name), |label| {
            labels
                .entry(label.address.unit.clone())
                .or_default()
                .push(label);
        })?;
        let mut saved: std::collections::HashMap<UnitKey, Option<Basis>> = Default::default();
        let filter = LabelFilter {
            batch: Some(&desk.batch.name),
            kind: Some(RaterKind::Gold),
            ..Default::default()
        };
        self.labels(&desk.viewer, Wanted::Labels(filter), |label| {
            if label.content.state == State::Submitted {
                saved.insert(label.address.unit, label.content.basis);
            }
        })?;
        let units = self.store.units_of_batch(&desk.batch.name)?;
        Ok(units
            .into_iter()
            .map(|unit| {
                let found = labels.remove(&unit).unwrap_or_default();
                let answers: Vec<&Answers> =
                    found.iter().map(|label| &label.content.answers).collect();
                let disputed = gold::disputed(&desk.codebook, &answers)
                    .into_iter()
                    .filter_map(|key| desk.codebook.axis(key))
                    .map(|axis| axis.title.clone())
                    .collect();
                Case {
                    disputed,
                    saved: saved.get(&unit).copied().flatten(),
                    flagged: found.iter().any(|label| !label.content.flags.is_empty()),
                    missing: desk.batch.annotators.len() - found.len(),
                    unit,
                }
            })
            .collect())
    }

    /// What the adjudicator begins with: the draft or saved gold, else the agreeing axes.
    pub fn gold_draft(&self, desk: &Desk, unit: &UnitKey, columns: &[&Answers]) -> Result<Content> {
        if let Some(label) = self.annotation(desk, unit)?
            && !(label.content.state == State::Draft && label.content == Content::default())
        {
            return Ok(label.content);
        }
        Ok(Content {
            answers: gold::starting_point(&desk.codebook, columns),
            ..Content::default()
        })
    }

    /// Saves the gold of a unit. A reason is owed where gold differs from every annotator.
    pub fn save_gold(
        &mut self,
        desk: &Desk,
        matter: &Matter,
        content: &Content,
        columns: &[&Answers],
    ) -> Result<()> {
        let review = self.review(desk, matter, content);
        if let Some(problem) = review.problems.first() {
            let axis = problem
                .axis
                .as_ref()
                .and_then(|key| desk.codebook.axis(key));
            let title = axis.map_or("The note", |axis| axis.title.as_str());
            return Err(Error::Refused(format!("{title}: {}", problem.why)));
        }
        let reason = content.reason.as_deref().map(str::trim).unwrap_or_default();
        if reason.is_empty() && gold::owes_reason(&desk.codebook, &content.answers, columns) {
            return Err(Error::Refused(
                "gold differs from every annotator: a reason is needed".into(),
            ));
        }
        self.atomically(|study| {
            let state = study
                .annotation(desk, &matter.unit)?
                .map(|label| label.content.state);
            if state == Some(State::Submitted) {
                return Err(Error::Refused(
                    "this unit is saved; take it back to change it".into(),
                ));
            }
            let after_judge = study.store.happened("gold_complete", &desk.batch.name)?;
            let content = Content {
                state: State::Submitted,
                basis: Some(Basis::Adjudicated),
                reason: Some(reason.to_owned()).filter(|reason| !reason.is_empty()),
                after_judge,
                ..content.clone()
            };
            let version = study.store.episode_version(&matter.unit)?;
            study.store.append(
                &desk.codebook,
                &NewRevision {
                    address: &desk.address(&matter.unit),
                    content: &content,
                    action: Action::Submit,
                    step: None,
                    target: None,
                    field: None,
                    by: Some(&desk.who),
                    version,
                    source: None,
                    at: &study.now(),
                },
            )?;
            study.note_gold_complete(&desk.batch)
        })
    }

    /// The judge's labels of a unit, once they may be seen.
    pub fn judges_of(&self, desk: &Desk, unit: &UnitKey) -> Result<Vec<Label>> {
        let mut labels = self.labels_of(&desk.viewer, &desk.batch.task, unit)?;
        labels.retain(|label| label.address.kind == RaterKind::Judge);
        Ok(labels)
    }
}

/// Whether the columns of a unit stand in the other order: by the unit's key, so that A and B are
/// not the same person throughout.
pub fn swapped(unit: &UnitKey) -> bool {
    unit.bytes().fold(0_u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u32::from(byte))
    }) % 2
        == 1
}
