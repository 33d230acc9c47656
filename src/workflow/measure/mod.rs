//! Agreement and accuracy of a batch: what the lock froze, and what gold says, as figures.
//!
//! Only figures leave this module through [`Measured`], so it reads as the program; the items behind
//! them ([`Items`]) go through the viewer's eyes.

mod figures;
mod items;
mod notes;
mod sheet;
#[cfg(test)]
mod tests;

pub use crate::report::measured::{
    AxisFigures, CodeFigures, GoldCounts, Measured, PairFigures, WeightedOverall,
};
pub use crate::stats::{Reading, Resampling};
pub use items::{CrossTable, Given, Item, Items};

use self::{figures::Terms, sheet::Sheet};
use super::{
    Error, Result, Study,
    sight::{Viewer, Wanted},
};
use crate::{
    domain::{
        batch::Batch,
        ids::RaterName,
        label::{Basis, Label, RaterKind, State},
    },
    stats,
    store::revisions::LabelFilter,
};

/// How to compute.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Who decides that a conditional axis applies; absent, the one that fits the comparison.
    pub applicability: Option<Reading>,
    /// The reading of the published tables: gold's, for raters as for judges.
    pub paper: bool,
    /// Bootstrap intervals for the coefficients.
    pub bootstrap: Option<Resampling>,
}

impl Options {
    fn reading(&self, usual: Reading) -> Reading {
        let preset = if self.paper { Reading::Gold } else { usual };
        self.applicability.unwrap_or(preset)
    }
}

/// Whose answers are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared<'a> {
    /// The annotators of the batch with each other.
    Annotators,
    /// One rater with gold.
    WithGold(&'a str),
}

impl Compared<'_> {
    fn usual_reading(self) -> Reading {
        match self {
            Compared::Annotators => Reading::Both,
            Compared::WithGold(_) => Reading::Gold,
        }
    }
}

/// A batch laid out for a comparison.
struct Layout {
    /// With its members.
    batch: Batch,
    sheet: Sheet,
    /// The raters by column; gold, where it is compared, in the first.
    raters: Vec<RaterName>,
    reading: Reading,
    gold: GoldCounts,
    /// A judge's labels under another codebook, which are of no use here.
    other_codebook: usize,
    /// Labels that the viewer may not see, those of other raters and batches included.
    withheld: usize,
}

impl Study {
    /// How well the annotators of a locked batch agree, from the labels that its lock froze.
    ///
    /// [`Error::NotReady`] before the lock, and where the reading asks for gold that is not there.
    pub fn agreement(&self, batch: &str, options: &Options) -> Result<Measured> {
        let layout = self.lay_out(&Viewer::Program, batch, Compared::Annotators, options)?;
        Ok(self.measured(layout, Compared::Annotators, options))
    }

    /// How often a judge, or an annotator, gives the gold answer.
    ///
    /// [`Error::NotReady`] unless every unit of the batch has gold; `partial` makes do with what
    /// there is, and says so.
    pub fn accuracy(
        &self,
        batch: &str,
        rater: &str,
        partial: bool,
        options: &Options,
    ) -> Result<Measured> {
        let compared = Compared::WithGold(rater);
        let layout = self.lay_out(&Viewer::Program, batch, compared, options)?;
        let (units, settled) = (layout.sheet.units.len(), layout.gold.units);
        let name = &layout.batch.name;
        if settled == 0 || (settled < units && !partial) {
            let hint = if settled > 0 {
                ", or score on what there is with --partial"
            } else {
                ""
            };
            return Err(Error::NotReady(format!(
                "{settled} of {units} units of {name} have gold; settle the others with: tiebreak adjudicate {name}{hint}"
            )));
        }
        let mut measured = self.measured(layout, compared, options);
        let further = self.notes_on_changes(batch, &measured.raters[0])?;
        measured.notes.extend(further);
        Ok(measured)
    }

    /// The units, or quotes, behind the figures of an axis, with what each rater answered, as far
    /// as the viewer may see it: the judge's answers only once the gold is complete.
    pub fn items(
        &self,
        viewer: &Viewer,
        batch: &str,
        compared: Compared,
        axis: &str,
        options: &Options,
    ) -> Result<Items> {
        let layout = self.lay_out(viewer, batch, compared, options)?;
        let sheet = &layout.sheet;
        let terms = layout.terms(compared, None, None);
        let found = sheet
            .axes
            .iter()
            .find(|of| *of.axis(&sheet.codebook).key == *axis)
            .ok_or_else(|| {
                Error::Usage(format!(
                    "{} has no axis {axis} that can be compared",
                    layout.batch.codebook
                ))
            })?;
        let shown: usize = sheet.labelled.iter().sum();
        let withheld = if layout.withheld > 0 {
            let all = self.lay_out(&Viewer::Program, &layout.batch.name, compared, options)?;
            all.sheet.labelled.iter().sum::<usize>() - shown
        } else {
            0
        };
        Ok(items::of_axis(
            sheet,
            found,
            &terms,
            &layout.raters,
            withheld,
        ))
    }

    fn measured(&self, layout: Layout, compared: Compared, options: &Options) -> Measured {
        let weights: Option<Vec<f64>> = layout.batch.is_weighted().then(|| {
            let members = layout.batch.members.iter();
            let chances = members.map(|m| m.probability.filter(|chance| *chance > 0.0));
            chances.map(|chance| 1.0 / chance.unwrap_or(1.0)).collect()
        });
        let terms = layout.terms(compared, weights.as_deref(), options.bootstrap);
        let axes: Vec<AxisFigures> = layout
            .sheet
            .axes
            .iter()
            .map(|of| figures::of_axis(&layout.sheet, of, &terms))
            .collect();
        let exact: Vec<_> = axes.iter().map(|axis| axis.exact).collect();
        let against_gold = compared != Compared::Annotators;
        let mut measured = Measured {
            batch: layout.batch.name.clone(),
            task: layout.batch.task.clone(),
            codebook: layout.batch.codebook.clone(),
            raters: layout.raters[usize::from(against_gold)..].to_vec(),
            gold: against_gold.then_some(layout.gold),
            units: layout.sheet.units.len(),
            reading: layout.reading,
            bootstrap: options.bootstrap,
            overall: stats::overall(&exact),
            weighted: figures::weighted_overall(&axes),
            axes,
            notes: Vec::new(),
        };
        measured.notes = notes::of(&layout, &measured);
        measured
    }

    /// Reads the labels that are compared, each through the viewer's eyes.
    fn lay_out(
        &self,
        viewer: &Viewer,
        batch: &str,
        compared: Compared,
        options: &Options,
    ) -> Result<Layout> {
        let head = self.batch(batch)?;
        self.require_revealed(&head)?;
        let batch = self.store.batch(&head.name)?.unwrap_or(head);
        let (raters, kind) = self.columns_of(&batch, compared)?;
        let units = batch.members.iter().map(|m| m.unit.clone()).collect();
        let quotes = self.store.quotes_of_batch(&batch.name)?;
        let codebook = self.codebook(&batch.codebook)?.codebook.clone();
        let mut layout = Layout {
            sheet: Sheet::new(codebook, units, quotes, raters.len()),
            raters,
            reading: options.reading(compared.usual_reading()),
            gold: GoldCounts::default(),
            other_codebook: 0,
            withheld: 0,
            batch,
        };
        let needs_gold = matches!(layout.reading, Reading::Gold | Reading::GoldAndBoth)
            && layout.sheet.has_conditions();
        if needs_gold || compared != Compared::Annotators {
            self.lay_out_gold(viewer, &mut layout, compared)?;
        }
        if needs_gold
            && compared == Compared::Annotators
            && !self.gold_is_complete(&layout.batch)?
        {
            let (units, settled) = (layout.sheet.units.len(), layout.gold.units);
            let name = &layout.batch.name;
            return Err(Error::NotReady(format!(
                "{settled} of {units} units of {name} have gold, which decides here where an axis applies; \
                 settle the others with: tiebreak adjudicate {name}, or take --applicability both"
            )));
        }
        match kind {
            RaterKind::Judge => self.lay_out_judge(viewer, &mut layout)?,
            _ => self.lay_out_snapshot(viewer, &mut layout)?,
        }
        Ok(layout)
    }

    /// The raters by column, and of which kind those are that are not gold.
    fn columns_of(&self, batch: &Batch, compared: Compared) -> Result<(Vec<RaterName>, RaterKind)> {
        let Compared::WithGold(name) = compared else {
            return Ok((batch.annotators.clone(), RaterKind::Annotator));
        };
        let rater = self.rater(name)?;
        let columns = vec![RaterName::GOLD.into(), rater.name.clone()];
        if batch.annotators.contains(&rater.name) {
            Ok((columns, RaterKind::Annotator))
        } else if rater.kind == RaterKind::Judge.as_str() {
            Ok((columns, RaterKind::Judge))
        } else {
            let known: Vec<&str> = batch.annotators.iter().map(|rater| &**rater).collect();
            Err(Error::Usage(format!(
                "{} did not label {}; give a judge, or one of its annotators: {}",
                rater.name,
                batch.name,
                known.join(", ")
            )))
        }
    }

    fn lay_out_gold(&self, viewer: &Viewer, layout: &mut Layout, compared: Compared) -> Result<()> {
        let name = layout.batch.name.clone();
        let filter = LabelFilter {
            batch: Some(&name),
            kind: Some(RaterKind::Gold),
            ..Default::default()
        };
        let (sheet, gold) = (&mut layout.sheet, &mut layout.gold);
        let annotators = &layout.batch.annotators;
        layout.withheld += self.labels(viewer, Wanted::Labels(filter), |label: Label| {
            let content = &label.content;
            if content.state != State::Submitted {
                return;
            }
            gold.units += 1;
            gold.after_judge += usize::from(content.after_judge);
            let settled_by = label.by.as_deref().into_iter().flat_map(|by| by.split('+'));
            let mut settled_by = settled_by.filter(|_| content.basis == Some(Basis::Adjudicated));
            gold.by_annotators +=
                usize::from(settled_by.any(|name| annotators.iter().any(|own| **own == *name)));
            match content.basis {
                Some(Basis::Unanimous) => gold.unanimous += 1,
                Some(Basis::Imported) => gold.imported += 1,
                Some(Basis::Adjudicated) | None => gold.adjudicated += 1,
            }
            sheet.add_gold(&label);
            if compared != Compared::Annotators {
                sheet.add(0, &label);
            }
        })?;
        Ok(())
    }

    fn lay_out_snapshot(&self, viewer: &Viewer, layout: &mut Layout) -> Result<()> {
        let Layout {
            batch,
            sheet,
            raters,
            ..
        } = layout;
        let withheld = self.labels(viewer, Wanted::Snapshot(&batch.name), |label| {
            let column = raters.iter().position(|r| *r == label.address.rater);
            if let Some(column) = column {
                sheet.add(column, &label);
            }
        })?;
        layout.withheld += withheld;
        Ok(())
    }

    fn lay_out_judge(&self, viewer: &Viewer, layout: &mut Layout) -> Result<()> {
        let Layout {
            batch,
            sheet,
            raters,
            other_codebook,
            ..
        } = layout;
        let filter = LabelFilter {
            task: Some(&batch.task),
            rater: raters.last().map(|rater| &**rater),
            kind: Some(RaterKind::Judge),
            ..Default::default()
        };
        let withheld = self.labels(viewer, Wanted::Labels(filter), |label| {
            if label.address.codebook == batch.codebook {
                sheet.add(1, &label);
            } else {
                *other_codebook += usize::from(sheet.has_unit(&label.address.unit));
            }
        })?;
        layout.withheld += withheld;
        Ok(())
    }
}

impl Layout {
    fn terms<'a>(
        &self,
        compared: Compared,
        weights: Option<&'a [f64]>,
        bootstrap: Option<Resampling>,
    ) -> Terms<'a> {
        Terms {
            reading: self.reading,
            against_gold: compared != Compared::Annotators,
            weights,
            bootstrap,
        }
    }
}
