//! What can be compared on a batch, and the units behind a comparison that no single figure counts:
//! where answers differ on any axis, and what was written on axes of free text.

use std::collections::HashMap;

use super::{
    Error, Result, Study,
    measure::{Compared, Measured, Options},
    sight::{Viewer, Wanted},
};
use crate::{
    domain::{
        answers::{Answer, Answers},
        batch::Batch,
        codebook::Codebook,
        gold,
        ids::{RaterName, UnitKey},
        label::{Label, RaterKind, State},
    },
    store::revisions::LabelFilter,
};

/// Whose answers stand against whose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// The annotators with each other.
    Annotators,
    /// A judge or an annotator with gold.
    WithGold(RaterName),
}

impl Comparison {
    pub fn compared(&self) -> Compared<'_> {
        match self {
            Comparison::Annotators => Compared::Annotators,
            Comparison::WithGold(rater) => Compared::WithGold(rater),
        }
    }
}

/// A unit on which the compared raters differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub unit: UnitKey,
    /// The titles of the axes, in the codebook's order.
    pub axes: Vec<String>,
}

/// What was written about a unit on an axis of free text, by rater.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub unit: UnitKey,
    pub texts: Vec<Option<String>>,
}

impl Study {
    /// Everything that can be compared on a batch: its annotators, each judge that labelled some of
    /// it with gold, and each annotator with gold.
    pub fn comparisons(&self, batch: &Batch) -> Result<Vec<Comparison>> {
        let mut found = vec![Comparison::Annotators];
        let judges = self.store.judges_of_batch(&batch.name)?;
        let raters = judges.into_iter().chain(batch.annotators.iter().cloned());
        found.extend(raters.map(Comparison::WithGold));
        Ok(found)
    }

    /// The figures of a comparison with the usual options.
    pub fn compare(&self, batch: &str, comparison: &Comparison) -> Result<Measured> {
        let usual = Options::default();
        match comparison {
            Comparison::Annotators => self.agreement(batch, &usual),
            Comparison::WithGold(rater) => self.accuracy(batch, rater, false, &usual),
        }
    }

    /// The units on which the compared raters differ in codes or attributes, in the batch's order,
    /// as far as the viewer may see their labels.
    pub fn differences(
        &self,
        viewer: &Viewer,
        batch: &str,
        comparison: &Comparison,
    ) -> Result<Vec<Difference>> {
        let (codebook, columns, units) = self.side_by_side(viewer, batch, comparison)?;
        Ok(units
            .into_iter()
            .filter_map(|unit| {
                let answers: Vec<&Answers> = columns
                    .iter()
                    .map(|(_, labels)| labels.get(&unit).map(|label| &label.content.answers))
                    .collect::<Option<_>>()?;
                let axes: Vec<String> = gold::disputed(&codebook, &answers)
                    .into_iter()
                    .filter_map(|key| codebook.axis(key))
                    .map(|axis| axis.title.clone())
                    .collect();
                (!axes.is_empty()).then_some(Difference { unit, axes })
            })
            .collect())
    }

    /// The raters and what they wrote on an axis of free text, unit by unit.
    pub fn written(
        &self,
        viewer: &Viewer,
        batch: &str,
        comparison: &Comparison,
        axis: &str,
    ) -> Result<(Vec<RaterName>, Vec<Written>)> {
        let (_, columns, units) = self.side_by_side(viewer, batch, comparison)?;
        let raters = columns.iter().map(|(rater, _)| rater.clone()).collect();
        let written = units.into_iter().filter_map(|unit| {
            let texts: Vec<Option<String>> = columns
                .iter()
                .map(|(_, labels)| text_of(labels.get(&unit)?.content.answers.get(axis)?))
                .collect();
            let any = texts.iter().any(Option::is_some);
            any.then_some(Written { unit, texts })
        });
        Ok((raters, written.collect()))
    }

    /// The compared labels that the viewer may see, by rater and unit; gold first where it is
    /// compared.
    #[allow(clippy::type_complexity)]
    fn side_by_side(
        &self,
        viewer: &Viewer,
        batch: &str,
        comparison: &Comparison,
    ) -> Result<(
        std::sync::Arc<Codebook>,
        Vec<(RaterName, HashMap<UnitKey, Label>)>,
        Vec<UnitKey>,
    )> {
        let batch = self.batch(batch)?;
        self.require_revealed(&batch)?;
        let codebook = self.codebook(&batch.codebook)?.codebook.clone();
        let units = self.store.units_of_batch(&batch.name)?;
        let Comparison::WithGold(rater) = comparison else {
            let mut columns: Vec<_> = batch
                .annotators
                .iter()
                .map(|rater| (rater.clone(), HashMap::new()))
                .collect();
            self.labels(viewer, Wanted::Snapshot(&batch.name), |label| {
                let column = columns
                    .iter_mut()
                    .find(|(rater, _)| *rater == label.address.rater);
                if let Some((_, column)) = column {
                    column.insert(label.address.unit.clone(), label);
                }
            })?;
            return Ok((codebook, columns, units));
        };
        if !self.gold_is_complete(&batch)? {
            let name = &batch.name;
            return Err(Error::NotReady(format!(
                "not every unit of {name} has gold; settle the others with: tiebreak adjudicate {name}"
            )));
        }
        let mut settled = HashMap::new();
        let filter = LabelFilter {
            batch: Some(&batch.name),
            kind: Some(RaterKind::Gold),
            ..Default::default()
        };
        self.labels(viewer, Wanted::Labels(filter), |label| {
            if label.content.state == State::Submitted {
                settled.insert(label.address.unit.clone(), label);
            }
        })?;
        let mut given = HashMap::new();
        let mut take = |label: Label| {
            if label.address.rater == *rater && label.address.codebook == batch.codebook {
                given.insert(label.address.unit.clone(), label);
            }
        };
        if batch.annotators.contains(rater) {
            self.labels(viewer, Wanted::Snapshot(&batch.name), &mut take)?;
        } else {
            let filter = LabelFilter {
                task: Some(&batch.task),
                rater: Some(rater),
                kind: Some(RaterKind::Judge),
                ..Default::default()
            };
            self.labels(viewer, Wanted::Labels(filter), &mut take)?;
        }
        let columns = vec![(RaterName::GOLD.into(), settled), (rater.clone(), given)];
        Ok((codebook, columns, units))
    }
}

fn text_of(answer: &Answer) -> Option<String> {
    match answer {
        Answer::Text(text) => Some(text.clone()),
        Answer::Picks(_) => None,
        Answer::Repeated(items) => {
            let texts: Vec<String> = items.iter().flatten().filter_map(text_of).collect();
            (!texts.is_empty()).then(|| texts.join(" | "))
        }
    }
}
