//! What a row of labels is about - task, batch, unit and rater - and whether its answers may stand.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use serde_json::{Map, Value};

use super::super::{FileReport, Options, Trouble, units::NamedUnit};
use crate::{
    domain::{
        batch::Batch,
        codebook::{Codebook, UnitKind},
        ids::{RaterName, TaskName, UnitKey},
        label::{Address, Basis, Content, RaterKind, State},
        rules::{self, ProblemKind, Review},
    },
    formats::{fields::Problem, labels::Row},
    store::raters::RaterRow,
    workflow::{Error, Result, Study},
};

/// A row that is sound in itself: it is known what it labels, and its answers may stand.
pub struct Entry {
    pub line: usize,
    pub address: Address,
    pub codebook: Arc<Codebook>,
    pub content: Content,
    /// The adjudicator of gold.
    pub by: Option<String>,
    pub at: Option<String>,
    /// The version of the episode's text.
    pub version: Option<u32>,
}

/// Writes the options into a row where it says nothing; tells where it says otherwise.
pub fn fill(object: &mut Map<String, Value>, options: &Options) -> Vec<Problem> {
    let flags = [
        ("rater", options.rater.as_deref()),
        ("kind", options.kind.map(RaterKind::as_str)),
        ("batch", options.batch.as_deref()),
        ("task", options.task.as_deref()),
        ("codebook", options.codebook.as_deref()),
    ];
    let mut problems = Vec::new();
    for (field, flag) in flags {
        let Some(flag) = flag else { continue };
        match object.get(field) {
            None | Some(Value::Null) => {
                object.insert(field.to_owned(), flag.into());
            }
            Some(Value::String(stated)) if stated.to_lowercase() != flag.to_lowercase() => {
                let why = format!("is {stated}, but --{field} says {flag}");
                problems.push(Problem::new(field, why));
            }
            Some(_) => {}
        }
    }
    problems
}

/// A batch with the units that it holds.
struct Known {
    batch: Batch,
    units: HashSet<UnitKey>,
}

/// Finds out what rows are about. Batches and raters are looked up once.
pub struct Reader<'s> {
    study: &'s Study,
    options: &'s Options,
    raters: Vec<RaterRow>,
    batches: HashMap<String, Known>,
}

impl<'s> Reader<'s> {
    pub fn new(study: &'s Study, options: &'s Options) -> Result<Self> {
        Ok(Self {
            study,
            options,
            raters: study.raters()?,
            batches: HashMap::new(),
        })
    }

    pub fn entry(
        &mut self,
        line: usize,
        mut row: Row,
        report: &mut FileReport,
    ) -> Result<Entry, Trouble> {
        let (rater, kind) = self.rater(&row)?;
        if kind == RaterKind::Judge && self.options.batch.is_some() {
            let why = "a judge's labels belong to no batch; leave --batch out";
            return Err(Problem::new("batch", why).into());
        }
        if kind != RaterKind::Judge && self.options.about.is_some() {
            let why = format!("--about describes a judge, and {rater} is none");
            return Err(Problem::new("about", why).into());
        }
        if kind == RaterKind::Judge && row.batch.take().is_some() {
            report.warn("batch: left out, because a judge's labels belong to no batch".into());
        }
        let batch = row.batch.clone();
        if let Some(name) = &batch {
            self.learn(name)?;
        }
        let known = batch.and_then(|name| self.batches.get(&name.to_lowercase()));
        if known.is_none() && kind != RaterKind::Judge {
            let why = match kind {
                RaterKind::Gold => "is missing: gold belongs to a batch; name it with --batch",
                _ => {
                    "is missing: an annotator's labels belong to a batch; name it with --batch, or draw one with: tiebreak sample"
                }
            };
            return Err(Problem::new("batch", why).into());
        }
        let (task, codebook) = self.rules(&row, known.map(|known| &known.batch))?;
        let NamedUnit {
            key: unit,
            version,
            quotes,
        } = self.unit(codebook.unit, &row.unit)?;
        let rater = match known {
            Some(known) => member(known, &unit, rater, kind)?,
            None => rater,
        };
        let address = Address {
            task,
            codebook: codebook.name(),
            batch: known.map(|known| known.batch.name.clone()),
            unit,
            rater,
            kind,
        };
        let (stated, by, at) = (row.state, row.adjudicator.take(), row.at.take());
        let decoded = row.decode(&codebook)?;
        let mut content = decoded.content;
        let review = rules::review(&codebook, &content.answers, content.note.as_deref(), quotes);
        content.state = self.state(kind, stated, &review, report)?;
        if kind == RaterKind::Gold {
            content.basis.get_or_insert(Basis::Imported);
        } else if let Some(basis) = content.basis {
            let why = format!("is {}, but only gold has a basis", basis.as_str());
            return Err(Problem::new("basis", why).into());
        }
        for warning in decoded.warnings {
            report.warn(format!("{}: {}", warning.field, warning.why));
        }
        Ok(Entry {
            line,
            address,
            codebook,
            content,
            by,
            at,
            version,
        })
    }

    /// Who labels, by the name under which the study knows them, and what they are.
    fn rater(&mut self, row: &Row) -> Result<(RaterName, RaterKind), Problem> {
        let name = match (&row.rater, row.kind) {
            (Some(name), _) => name.as_str(),
            (None, Some(RaterKind::Gold)) => RaterName::GOLD,
            (None, _) => {
                let why = "is missing; name who labelled with --rater";
                return Err(Problem::new("rater", why));
            }
        };
        if !RaterName::is_valid(name) {
            let why = format!(
                "\"{name}\" cannot name a rater: take up to 64 letters, digits, _ . + or -"
            );
            return Err(Problem::new("rater", why));
        }
        let lower = name.to_lowercase();
        let known = self
            .raters
            .iter()
            .find(|rater| rater.name.to_lowercase() == lower);
        let known_kind = known.and_then(|rater| RaterKind::parse(&rater.kind));
        let Some(kind) = row.kind.or(known_kind) else {
            let why = format!(
                "is missing, and nobody here is called {name}; say with --kind whether it is an annotator or a judge"
            );
            return Err(Problem::new("kind", why));
        };
        match known {
            Some(rater) if rater.kind == kind.as_str() => Ok((rater.name.clone(), kind)),
            Some(rater) => Err(Problem::new(
                "kind",
                format!(
                    "is {}, but {} is known as {}",
                    kind.as_str(),
                    rater.name,
                    rater.kind
                ),
            )),
            None if kind == RaterKind::Gold => Err(Problem::new(
                "rater",
                format!(
                    "is {name}, but the rater of gold is called gold; say who settled it under adjudicator"
                ),
            )),
            None => {
                let row = RaterRow {
                    name: name.into(),
                    kind: kind.as_str().into(),
                    about: String::new(),
                };
                let name = row.name.clone();
                // A judge of this file that is not in the study yet. Who is no known annotator is
                // no batch's annotator either, and is refused there.
                if kind == RaterKind::Judge {
                    self.raters.push(row);
                }
                Ok((name, kind))
            }
        }
    }

    fn learn(&mut self, name: &str) -> Result<(), Trouble> {
        let key = name.to_lowercase();
        if !self.batches.contains_key(&key) {
            let batch = self.study.batch(name).map_err(|error| on("batch", error))?;
            let units = self.study.store.units_of_batch(&batch.name)?;
            let units = units.into_iter().collect();
            self.batches.insert(key, Known { batch, units });
        }
        Ok(())
    }

    /// The task and the codebook by which the answers are read.
    fn rules(
        &self,
        row: &Row,
        batch: Option<&Batch>,
    ) -> Result<(TaskName, Arc<Codebook>), Trouble> {
        let stated = row.codebook.as_deref();
        let stated = stated
            .map(|name| self.study.codebook(name))
            .transpose()
            .map_err(|error| on("codebook", error))?
            .map(|shelved| shelved.codebook.clone());
        let task = match (&row.task, batch) {
            (Some(name), _) => self.study.task(name).map_err(|error| on("task", error))?,
            (None, Some(batch)) => self.study.task(&batch.task)?,
            (None, None) => match &stated {
                Some(codebook) => self.study.task(&codebook.id)?,
                None => self.fitting(row)?,
            },
        };
        if let Some(batch) = batch
            && batch.task != task.name
        {
            let why = format!("is {}, but {} is of {}", task.name, batch.name, batch.task);
            return Err(Problem::new("task", why).into());
        }
        let codebook = match (stated, batch) {
            (Some(codebook), _) => codebook,
            (None, Some(batch)) => self.study.codebook(&batch.codebook)?.codebook.clone(),
            (None, None) => task.codebook.clone(),
        };
        let wanted = match batch {
            Some(batch) => (codebook.name() != batch.codebook)
                .then(|| format!("{} is labelled by {}", batch.name, batch.codebook)),
            None => (codebook.id != task.codebook.id)
                .then(|| format!("the task {} is labelled by {}", task.name, task.codebook.id)),
        };
        if let Some(wanted) = wanted {
            let why = format!("is {}, but {wanted}", codebook.name());
            return Err(Problem::new("codebook", why).into());
        }
        Ok((task.name.clone(), codebook))
    }

    /// The only task whose codebook can read the answers.
    fn fitting(&self, row: &Row) -> Result<&'s crate::workflow::Task, Problem> {
        let tasks = self.study.tasks();
        let fitting: Vec<_> = tasks
            .iter()
            .filter(|task| row.fits(&task.codebook))
            .collect();
        let named = |tasks: &[&str]| tasks.join(", ");
        match fitting.as_slice() {
            [task] => Ok(task),
            [] => {
                let all: Vec<&str> = tasks.iter().map(|task| &*task.name).collect();
                let why = format!(
                    "is missing, and the answers have the shape of no task of the study ({}); see the fields of one with: tiebreak codebook show",
                    named(&all)
                );
                Err(Problem::new("task", why))
            }
            several => {
                let several: Vec<&str> = several.iter().map(|task| &*task.name).collect();
                let why = format!(
                    "is missing, and the answers could be of {}; say which with --task",
                    named(&several)
                );
                Err(Problem::new("task", why))
            }
        }
    }

    fn unit(&self, kind: UnitKind, key: &UnitKey) -> Result<NamedUnit, Trouble> {
        self.study.unit_named(kind, key)?.ok_or_else(|| {
            let why = format!(
                "there is no {} {key} in the study; import it first",
                kind.as_str()
            );
            Problem::new("unit", why).into()
        })
    }

    /// How far the label is, if what stands against it may stand.
    fn state(
        &self,
        kind: RaterKind,
        stated: Option<State>,
        review: &Review,
        report: &mut FileReport,
    ) -> Result<State, Vec<Problem>> {
        let is_missing = |problem: &&rules::Problem| problem.kind == ProblemKind::Missing;
        let incomplete = review.problems.iter().any(|problem| is_missing(&problem));
        let state = match (kind, stated) {
            (RaterKind::Annotator, None) if incomplete => State::Draft,
            (RaterKind::Annotator, Some(state)) => state,
            (_, Some(State::Draft)) => {
                let why = "is draft, but only an annotator's labels can be drafts";
                return Err(vec![Problem::new("state", why)]);
            }
            _ => State::Submitted,
        };
        let counts = |problem: &&rules::Problem| state == State::Submitted || !is_missing(problem);
        let offending = review.problems.iter().filter(counts);
        let told = offending.map(|problem| {
            let field = problem.axis.as_ref().map_or("note", |axis| axis);
            (field, &problem.why)
        });
        if self.options.keep_invalid {
            for (field, why) in told {
                report.warn(format!("{field}: {why}; kept, and counts as missing"));
            }
            return Ok(state);
        }
        let problems: Vec<Problem> = told
            .map(|(field, why)| {
                let why = format!("{why}; correct it, or keep it as missing with --keep-invalid");
                Problem::new(field, why)
            })
            .collect();
        if problems.is_empty() {
            Ok(state)
        } else {
            Err(problems)
        }
    }
}

/// The rater's name as the batch has it, if rater and unit belong to the batch.
fn member(
    known: &Known,
    unit: &UnitKey,
    rater: RaterName,
    kind: RaterKind,
) -> Result<RaterName, Problem> {
    let batch = &known.batch;
    if kind == RaterKind::Annotator && !batch.annotators.contains(&rater) {
        let names: Vec<&str> = batch.annotators.iter().map(|name| &**name).collect();
        let why = format!(
            "{rater} does not label {}; its annotators are {}",
            batch.name,
            names.join(", ")
        );
        return Err(Problem::new("rater", why));
    }
    if !known.units.contains(unit) {
        let why = format!("{unit} is not in the batch {}", batch.name);
        return Err(Problem::new("unit", why));
    }
    Ok(rater)
}

/// An error of the study as the problem of a field.
fn on(field: &str, error: Error) -> Trouble {
    match error {
        Error::Refused(why) | Error::Usage(why) | Error::NotReady(why) => {
            Problem::new(field, why).into()
        }
        other => Trouble::Study(other),
    }
}
