//! Batches. A locked one comes unsealed, and takes labels until they are those that its lock froze.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{Fate, FileReport, Trouble};
use crate::{
    domain::{batch::Batch, codebook::UnitKind, ids::RaterName, label::RaterKind},
    formats::{batches, fields::Problem},
    workflow::{Error, Study, export::hide_labels, lock::snapshot_sha256},
};

pub(super) fn take(
    study: &mut Study,
    object: Map<String, Value>,
    report: &mut FileReport,
) -> Result<Fate, Trouble> {
    let mut batch = batches::read(object)?;
    let mut problems = Vec::new();
    let kind = rules(study, &batch, &mut problems);
    if let Some(kind) = kind {
        name_units(study, kind, &mut batch, &mut problems)?;
    }
    name_annotators(study, &mut batch, &mut problems)?;
    if batch.frame.size > u32::MAX as usize {
        problems.push(Problem::new(
            "frame.size",
            "is more than any frame can hold",
        ));
    }
    if batch
        .name
        .contains(|c: char| c.is_control() || c.is_whitespace())
    {
        problems.push(Problem::new("batch", "a batch needs a name without blanks"));
    }
    if !problems.is_empty() {
        return Err(problems.into());
    }
    if let Some(known) = study.store.batch(&batch.name)? {
        return compared(study, known, batch, report);
    }
    for rater in &batch.annotators {
        study.make_rater(rater, RaterKind::Annotator.as_str())?;
    }
    study.add_batch(&batch)?;
    if let Some(lock) = &batch.lock {
        study.store.set_lock(&batch.name, lock)?;
        // A lock that was forced before anybody submitted froze nothing, and waits for nothing.
        let codebook = study.codebook(&batch.codebook)?.codebook.clone();
        if snapshot_sha256(&codebook, &[]) == lock.sha256 {
            study.seal(&batch, &codebook, &HashSet::new())?;
        }
    }
    Ok(Fate::New)
}

/// The kind of unit, if task and codebook are known here and belong together.
fn rules(study: &Study, batch: &Batch, problems: &mut Vec<Problem>) -> Option<UnitKind> {
    let mut tell = |field, error: Error| problems.push(Problem::new(field, error.to_string()));
    let task = study.task(&batch.task).map_err(|error| tell("task", error));
    let codebook = study
        .codebook(&batch.codebook)
        .map_err(|error| tell("codebook", error));
    let (task, codebook) = (task.ok()?, &codebook.ok()?.codebook);
    if task.codebook.id != codebook.id {
        let why = format!(
            "is {}, but the task {} is labelled by {}",
            batch.codebook, task.name, task.codebook.id
        );
        problems.push(Problem::new("codebook", why));
    }
    Some(codebook.unit)
}

/// Gives the units their own keys where the file has other names, and tells which do not exist.
fn name_units(
    study: &Study,
    kind: UnitKind,
    batch: &mut Batch,
    problems: &mut Vec<Problem>,
) -> Result<(), Trouble> {
    let mut seen = HashSet::new();
    for (place, member) in batch.members.iter_mut().enumerate() {
        let field = || format!("units[{}]", place + 1);
        match study.unit_named(kind, &member.unit)? {
            None => problems.push(Problem::new(
                field(),
                format!(
                    "there is no {} {} in the study; import it first",
                    kind.as_str(),
                    member.unit
                ),
            )),
            Some(unit) => {
                member.unit = unit.key;
                if !seen.insert(member.unit.clone()) {
                    let why = format!("{} is in the batch twice", member.unit);
                    problems.push(Problem::new(field(), why));
                }
            }
        }
    }
    if batch.members.is_empty() {
        problems.push(Problem::new("units", "is empty; a batch needs units"));
    }
    Ok(())
}

/// Gives the annotators the names by which they are known here.
fn name_annotators(
    study: &Study,
    batch: &mut Batch,
    problems: &mut Vec<Problem>,
) -> Result<(), Trouble> {
    let raters = study.raters()?;
    let mut seen = HashSet::new();
    for name in &mut batch.annotators {
        let lower = name.to_lowercase();
        let known = raters
            .iter()
            .find(|rater| rater.name.to_lowercase() == lower);
        let why = match known {
            Some(rater) if rater.kind != RaterKind::Annotator.as_str() => {
                Some(format!("{name} is known as a {}", rater.kind))
            }
            _ if !seen.insert(lower) => Some(format!("{name} is named twice")),
            Some(rater) => {
                *name = RaterName(rater.name.0.clone());
                None
            }
            None => None,
        };
        problems.extend(why.map(|why| Problem::new("annotators", why)));
    }
    if batch.annotators.is_empty() {
        problems.push(Problem::new(
            "annotators",
            "is empty; a batch needs annotators",
        ));
    }
    Ok(())
}

/// What becomes of a batch whose name is taken: the same one apart from its lock is unchanged.
fn compared(
    study: &Study,
    known: Batch,
    batch: Batch,
    report: &mut FileReport,
) -> Result<Fate, Trouble> {
    let plain = |batch: &Batch| Batch {
        name: known.name.clone(),
        lock: None,
        ..batch.clone()
    };
    // Exports leave out what labels the batch was drawn by until that gives nothing away.
    let mut hidden = plain(&known);
    hide_labels(&mut hidden);
    let told = plain(&batch);
    let mut without = told.clone();
    hide_labels(&mut without);
    if without == plain(&known) && told != without {
        study.store.complete_batch(&told)?;
        return Ok(Fate::Changed);
    }
    if ![plain(&known), hidden].contains(&told) {
        let why = format!(
            "there is another batch {} in the study; give this one another name",
            known.name
        );
        return Err(Problem::new("batch", why).into());
    }
    if known.is_open() && !batch.is_open() {
        report.warn(format!(
            "{} is locked in the file and open here; it stays open until it is locked here",
            known.name
        ));
    }
    Ok(Fate::Unchanged)
}
