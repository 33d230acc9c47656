//! What one should know before quoting a figure.

use super::{AxisFigures, Layout, Measured};
use crate::{
    domain::{codebook::Kind, ids::RaterName, label::RaterKind},
    workflow::{Result, Study},
};

/// Axes with fewer items than this are said to be small.
const FEW: usize = 30;

/// The notes on a comparison that follow from its labels.
pub(super) fn of(layout: &Layout, measured: &Measured) -> Vec<String> {
    let mut notes = Vec::new();
    notes.extend(on_gold(measured));
    notes.extend(on_missing(layout, measured));
    notes.extend(on_broken(layout));
    if layout.other_codebook > 0 {
        notes.push(format!(
            "{} has labels under another codebook than {} for {} of the units; they count as missing.",
            measured.raters[0], measured.codebook, layout.other_codebook
        ));
    }
    if measured.gold.is_some() && layout.batch.annotators.contains(&measured.raters[0]) {
        notes.push(format!(
            "{} helped to make this gold, which flatters the figures: they are not comparable with a judge's.",
            measured.raters[0]
        ));
    }
    if measured.gold.is_none() && measured.raters.len() < 2 {
        notes.push("With one annotator there is nobody to agree with.".into());
    }
    if measured.weighted.is_some() {
        notes.push(
            "The units had unequal chances of being drawn: only the weighted figures speak for the frame.".into(),
        );
    }
    notes.extend(on_few(measured));
    notes.extend(measured.axes.iter().filter_map(on_prevalence));
    notes.extend(measured.axes.iter().filter_map(on_replicates));
    notes
}

fn on_gold(measured: &Measured) -> Vec<String> {
    let Some(gold) = measured.gold else {
        return Vec::new();
    };
    let mut notes = Vec::new();
    if gold.units < measured.units {
        notes.push(format!(
            "Only {} of {} units have gold ({} unanimous, {} adjudicated, {} imported): units on which the \
             annotators agree are easier than the others, so the figures are likely too good.",
            gold.units, measured.units, gold.unanimous, gold.adjudicated, gold.imported
        ));
    }
    if gold.after_judge > 0 {
        notes.push(format!(
            "{} of the gold answers {} changed after the judge's labels could be seen.",
            gold.after_judge,
            if gold.after_judge == 1 { "was" } else { "were" }
        ));
    }
    if gold.by_annotators > 0 {
        notes.push(format!(
            "{} of the gold answers {} settled by somebody who had labelled the unit.",
            gold.by_annotators,
            if gold.by_annotators == 1 {
                "was"
            } else {
                "were"
            }
        ));
    }
    notes
}

/// Whole labels that are not there, and why.
fn on_missing(layout: &Layout, measured: &Measured) -> Option<String> {
    let first = usize::from(measured.gold.is_some());
    let absent: Vec<String> = layout.raters[first..]
        .iter()
        .zip(&layout.sheet.labelled[first..])
        .filter(|(_, labelled)| **labelled < measured.units)
        .map(|(rater, labelled)| format!("{rater} has none for {}", measured.units - labelled))
        .collect();
    if absent.is_empty() {
        return None;
    }
    let forced = layout
        .batch
        .lock
        .as_ref()
        .and_then(|lock| lock.forced.as_deref());
    let why = match forced {
        Some(why) if measured.gold.is_none() => format!(" The batch was locked by force: {why}."),
        _ => String::new(),
    };
    Some(format!(
        "Labels are missing, and what is missing is not compared: {} of {} units.{why}",
        absent.join(", "),
        measured.units
    ))
}

/// Answers that were kept although they break the rules.
fn on_broken(layout: &Layout) -> Option<String> {
    if layout.sheet.broken.is_empty() {
        return None;
    }
    let found: Vec<String> = layout
        .sheet
        .broken
        .iter()
        .map(|((column, axis), count)| format!("{} {axis} {count}", layout.raters[*column]))
        .collect();
    Some(format!(
        "Answers that break the codebook's rules count as missing: {}.",
        found.join(", ")
    ))
}

fn on_few(measured: &Measured) -> Option<String> {
    let few: Vec<String> = measured
        .axes
        .iter()
        .filter(|axis| (1..FEW).contains(&axis.exact.n))
        .map(|axis| format!("{} {}", axis.axis, axis.exact.n))
        .collect();
    (!few.is_empty()).then(|| {
        format!(
            "Fewer than {FEW} items are compared, which says little: {}.",
            few.join(", ")
        )
    })
}

/// Where kappa is small only because one code prevails (Feinstein & Cicchetti 1990).
fn on_prevalence(axis: &AxisFigures) -> Option<String> {
    if axis.kind == Kind::Multi {
        return None;
    }
    let kappa = axis.coefficient("kappa")?.ok()?;
    let n = axis.coefficients_n as f64;
    let agreed: usize = axis.codes.iter().map(|code| code.table.a).sum();
    let observed = agreed as f64 / n;
    if observed - kappa < 0.3 {
        return None;
    }
    let share = |code: &super::CodeFigures| {
        (2 * code.table.a + code.table.b + code.table.c) as f64 / (2.0 * n)
    };
    let commonest = axis
        .codes
        .iter()
        .max_by(|one, other| share(one).total_cmp(&share(other)))?;
    let prevails = match axis.codes.as_slice() {
        [first, _] => first.table.prevalence_index().ok()?.abs() >= 0.6,
        _ => share(commonest) >= 0.7,
    };
    prevails.then(|| {
        format!(
            "{}: kappa {kappa:.2} against {observed:.2} agreement, because {} makes up {:.0}% of the labels and \
             chance agreement is high; see the agreement on each code.",
            axis.axis,
            commonest.code,
            100.0 * share(commonest)
        )
    })
}

fn on_replicates(axis: &AxisFigures) -> Option<String> {
    let shaky: Vec<String> = axis
        .intervals
        .iter()
        .filter(|(_, drawn)| drawn.is_shaky() && drawn.interval.is_ok())
        .map(|(name, drawn)| format!("{name} in {} of {}", drawn.undefined, drawn.replicates))
        .collect();
    (!shaky.is_empty()).then(|| {
        format!(
            "{}: the bootstrap leaves out replicates in which a coefficient is undefined: {}.",
            axis.axis,
            shaky.join(", ")
        )
    })
}

impl Study {
    /// What was changed after a batch was revealed, so that its gold may have guided the change: the
    /// task's codebook, or the judge, a new prompt being a new judge.
    pub(super) fn notes_on_changes(&self, batch: &str, rater: &RaterName) -> Result<Vec<String>> {
        let batch = self.batch(batch)?;
        let Some(lock) = &batch.lock else {
            return Ok(Vec::new());
        };
        let mut notes = Vec::new();
        let task = self.task(&batch.task)?;
        if task.changed_at > lock.at && task.codebook.name() != batch.codebook {
            notes.push(format!(
                "The codebook was changed to {} after {} was revealed: score the new one on a new batch.",
                task.codebook.name(),
                batch.name
            ));
        }
        let added = self.store.rater_added_at(rater)?;
        let judges_here = self.store.judges_of_task(&batch.task)?;
        let judges: Vec<RaterName> = self
            .raters()?
            .into_iter()
            .filter(|known| known.kind == RaterKind::Judge.as_str())
            .filter(|known| known.name == *rater || judges_here.contains(&known.name))
            .map(|known| known.name)
            .collect();
        let place = judges.iter().position(|judge| judge == rater);
        if let Some(place) = place
            && added.is_some_and(|added| added > lock.at)
            && place > 0
        {
            notes.push(format!(
                "{rater} was brought in after {} was revealed and {} was there before it: if the prompt was changed \
                 in the light of this batch, score it on a new one.",
                batch.name,
                judges[place - 1]
            ));
        }
        Ok(notes)
    }
}
