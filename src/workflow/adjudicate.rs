//! Settling disagreements into gold.

use super::{
    Error, Result, Study,
    annotate::Desk,
    sight::{Viewer, Wanted},
};
use crate::{
    domain::{
        answers::Answers,
        gold,
        ids::{RaterName, UnitKey},
        label::{Basis, Content, Label, RaterKind, State},
    },
    store::revisions::{Action, LabelFilter},
};

/// A unit in the adjudicator's queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    pub unit: UnitKey,
    /// The titles of the axes on which the annotators differ.
    pub disputed: Vec<String>,
    /// How its gold came about, if it is saved.
    pub saved: Option<Basis>,
    /// Whether an annotator flagged it, or was unsure.
    pub flagged: bool,
    pub unsure: bool,
    /// Whether its gold is begun, and whether it is put off.
    pub begun: bool,
    pub skipped: bool,
    /// Raters whose label is missing.
    pub missing: usize,
}

/// What an adjudicator has before them on a unit.
#[derive(Clone, Debug, Default)]
pub struct Settling {
    /// The annotators with their labels, in the order of the letters that mask them.
    pub columns: Vec<(RaterName, Option<Label>)>,
    /// The judges' labels, once they may be seen.
    pub judges: Vec<Label>,
    /// Why nothing may be seen of this unit, if so.
    pub withheld: Option<String>,
    /// Units of the batch whose gold followed from the lock.
    pub unanimous: u32,
    /// Whether the judges could be seen before: gold that is saved now is marked.
    pub judge_seen: bool,
}

impl Study {
    /// The desk at which `who` settles a locked batch. Names are joined by `+`.
    pub fn gold_desk(&mut self, batch: &str, who: &str) -> Result<Desk> {
        let batch = self.batch(batch)?;
        self.require_revealed(&batch)?;
        let names = who.split('+').map(|name| self.person(name));
        let who = names.collect::<Result<Vec<String>>>()?.join("+");
        Ok(Desk {
            codebook: self.codebook(&batch.codebook)?.codebook.clone(),
            rater: RaterName::GOLD.into(),
            viewer: Viewer::named(&who),
            who,
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
        let mut golds: std::collections::HashMap<UnitKey, Content> = Default::default();
        let filter = LabelFilter {
            batch: Some(&desk.batch.name),
            kind: Some(RaterKind::Gold),
            ..Default::default()
        };
        self.labels(&desk.viewer, Wanted::Labels(filter), |label| {
            golds.insert(label.address.unit, label.content);
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
                let gold = golds.remove(&unit).unwrap_or_default();
                let marked = |mark: fn(&Content) -> bool| {
                    found.iter().any(|label| mark(&label.content)) || mark(&gold)
                };
                let saved = gold.state == State::Submitted;
                Case {
                    disputed,
                    saved: gold.basis.filter(|_| saved),
                    flagged: marked(|content| !content.flags.is_empty()),
                    unsure: marked(|content| content.unsure),
                    begun: !saved && gold != Content::default(),
                    skipped: !saved && gold.skipped,
                    missing: desk.batch.annotators.len() - found.len(),
                    unit,
                }
            })
            .collect())
    }

    /// The next unit after a position, and round, whose labels agree throughout and whose gold is
    /// not saved, as after a taking back or where a third label is missing.
    pub fn next_agreed(&self, desk: &Desk, position: u32) -> Result<Option<UnitKey>> {
        let agreed = |case: &Case| {
            let labels = desk.batch.annotators.len() - case.missing;
            case.saved.is_none() && case.disputed.is_empty() && labels > 1
        };
        let mut cases: Vec<(u32, Case)> = (1..).zip(self.cases(desk)?).collect();
        cases.retain(|(at, case)| *at != position && agreed(case));
        cases.sort_by_key(|(at, _)| (*at < position, *at));
        Ok(cases.into_iter().next().map(|(_, case)| case.unit))
    }

    /// What the adjudicator begins with: the draft or saved gold, else the agreeing axes.
    pub fn gold_draft(&self, desk: &Desk, unit: &UnitKey) -> Result<Content> {
        if let Some(label) = self.annotation(desk, unit)? {
            // An empty draft is one that somebody emptied, or what an undo or a reopening left.
            let last = self
                .store
                .last_action(&desk.batch.name, &desk.rater, unit)?;
            if label.content != Content::default() || last == Some(Action::Edit) {
                return Ok(label.content);
            }
        }
        let columns = self.columns(desk, unit)?;
        let answers = gold::starting_point(&desk.codebook, &answers_of(&columns));
        Ok(Content {
            answers,
            ..Content::default()
        })
    }

    /// The gold of a unit as it is to be saved. A reason is owed where it differs from every
    /// annotator, and gold that is settled after the judge could be seen is marked.
    pub(super) fn settled(&self, desk: &Desk, unit: &UnitKey, content: Content) -> Result<Content> {
        let columns = self.columns(desk, unit)?;
        let reason = content
            .reason
            .as_deref()
            .map(str::trim)
            .filter(|reason| !reason.is_empty());
        if reason.is_none()
            && gold::owes_reason(&desk.codebook, &content.answers, &answers_of(&columns))
        {
            return Err(Error::Refused(
                "gold differs from every annotator: a reason is needed".into(),
            ));
        }
        Ok(Content {
            basis: Some(Basis::Adjudicated),
            reason: reason.map(Into::into),
            after_judge: self.store.happened("gold_complete", &desk.batch.name)?,
            ..content
        })
    }

    /// All that an adjudicator goes by on a unit. Where the unit is also in an open batch that they
    /// have to label themselves, they see nothing of it and are told so.
    pub fn settling(&self, desk: &Desk, unit: &UnitKey) -> Result<Settling> {
        let (mut columns, withheld) = match self.columns(desk, unit) {
            Ok(columns) => (columns, None),
            Err(Error::NotReady(why)) => (Vec::new(), Some(why)),
            Err(error) => return Err(error),
        };
        if swapped(unit) {
            columns.reverse();
        }
        Ok(Settling {
            columns,
            judges: self.judges_of(desk, unit)?,
            withheld,
            unanimous: self.store.gold_by(&desk.batch.name, Basis::Unanimous)?,
            judge_seen: self.store.happened("gold_complete", &desk.batch.name)?,
        })
    }

    /// The judge's labels of a unit, once they may be seen.
    pub fn judges_of(&self, desk: &Desk, unit: &UnitKey) -> Result<Vec<Label>> {
        let mut labels = self.labels_of(&desk.viewer, &desk.batch.task, unit)?;
        labels.retain(|label| label.address.kind == RaterKind::Judge);
        Ok(labels)
    }
}

/// The answers that there are in the columns of a unit.
pub fn answers_of(columns: &[(RaterName, Option<Label>)]) -> Vec<&Answers> {
    columns
        .iter()
        .filter_map(|(_, label)| label.as_ref())
        .map(|label| &label.content.answers)
        .collect()
}

/// Whether the columns of a unit stand in the other order: by the unit's key, so that A and B are
/// not the same person throughout.
pub fn swapped(unit: &UnitKey) -> bool {
    unit.bytes().fold(0_u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u32::from(byte))
    }) % 2
        == 1
}
