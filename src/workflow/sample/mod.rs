//! Drawing a batch.

mod draw;
mod filter;
mod frame;

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{Error, Result, Study, Task, sha256_hex};
use crate::{
    domain::{
        batch::{Batch, Frame, Purpose},
        codebook::UnitKind,
        ids::{BatchName, RaterName, UnitKey},
    },
    stats::random::{SplitMix64, shuffle},
    store::raters::RaterRow,
};

use self::draw::{own_seed, plain};
pub use self::filter::{Compare, Filter};
pub(super) use self::filter::{Filters, without_code};

/// What to draw.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub name: String,
    pub task: String,
    /// How many units; of a sample per code it is per code.
    pub n: usize,
    pub seed: u64,
    pub annotators: Vec<String>,
    pub purpose: Purpose,
    pub evidence_only: bool,
    /// Leave nothing out of the frame.
    pub whole_frame: bool,
    pub filters: Vec<Filter>,
    /// Draw `n` units for each code of this axis, by the labels of this rater.
    pub per_code: Option<(String, String)>,
    /// Freeze these units as they stand instead of drawing.
    pub units: Option<Vec<UnitKey>>,
}

/// A batch that was drawn, and what the frame left out, with how many units each.
#[derive(Clone, Debug)]
pub struct Drawn {
    pub batch: Batch,
    pub left_out: LeftOut,
    /// Verdicts that stay hidden until the gold of their batches is complete, and that therefore
    /// left nothing out.
    pub hidden: usize,
}

/// Why units were left out of a frame, with how many each.
pub type LeftOut = Vec<(&'static str, usize)>;

impl Study {
    /// Draws a batch and assigns it.
    pub fn sample(&mut self, plan: &Plan) -> Result<Drawn> {
        self.atomically(|study| {
            study.check_plan(plan)?;
            let task = study.task(&plan.task)?.clone();
            let annotators = study.annotators(&plan.annotators)?;
            let (rejected, hidden) = match plan.units.is_some() || plan.whole_frame {
                true => Default::default(),
                false => study.rejected()?,
            };
            let (frame, left_out) = match &plan.units {
                Some(units) => (study.given_units(&task, units)?, Vec::new()),
                None => study.frame(&task, plan, &rejected)?,
            };
            let members = match &plan.units {
                Some(_) => frame.iter().map(plain).collect(),
                None => study.draw(&task, plan, &frame, &left_out)?,
            };
            let keys: String = frame.iter().map(|unit| format!("{unit}\n")).collect();
            let batch = Batch {
                name: BatchName(plan.name.clone()),
                codebook: task.codebook.name(),
                task: task.name,
                purpose: plan.purpose,
                evidence_only: plan.evidence_only,
                seed: plan.seed,
                frame: Frame {
                    size: frame.len(),
                    sha256: sha256_hex(keys.as_bytes()),
                    options: options(plan),
                },
                members,
                annotators,
                created_at: study.now(),
                lock: None,
            };
            study.add_batch(&batch)?;
            study.log(None, "sample", Some(&batch.name), None, None)?;
            Ok(Drawn {
                batch,
                left_out,
                hidden,
            })
        })
    }

    /// Stores a batch, with an order of its units for each annotator that follows from the seed.
    pub(super) fn add_batch(&self, batch: &Batch) -> Result<()> {
        let orders: Vec<_> = batch
            .annotators
            .iter()
            .map(|rater| {
                let mut order: Vec<usize> = (0..batch.members.len()).collect();
                shuffle(
                    &mut SplitMix64::new(own_seed(batch.seed, rater)),
                    &mut order,
                );
                (rater.clone(), order)
            })
            .collect();
        Ok(self.store.insert_batch(batch, &orders)?)
    }

    fn check_plan(&self, plan: &Plan) -> Result<()> {
        if plan.name.trim().is_empty()
            || plan
                .name
                .contains(|c: char| c.is_control() || c.is_whitespace())
        {
            return Err(Error::Usage("a batch needs a name without blanks".into()));
        }
        if self.store.batch_head(&plan.name)?.is_some() {
            return Err(Error::Refused(format!(
                "there is already a batch {}; choose another name",
                plan.name
            )));
        }
        if plan.units.is_none() && plan.n == 0 {
            return Err(Error::Usage(
                "a batch needs at least one unit: give --n or --units".into(),
            ));
        }
        if plan.annotators.is_empty() {
            return Err(Error::Usage(
                "a batch needs annotators: give --annotators ana,ben".into(),
            ));
        }
        Ok(())
    }

    /// The annotators by their known names; new ones are made known.
    fn annotators(&mut self, names: &[String]) -> Result<Vec<RaterName>> {
        let mut annotators: Vec<RaterName> = Vec::new();
        for name in names {
            let rater = self.make_rater(name, "annotator")?;
            if annotators.contains(&rater) {
                return Err(Error::Usage(format!(
                    "{rater} is named twice among the annotators"
                )));
            }
            annotators.push(rater);
        }
        Ok(annotators)
    }

    /// A rater of this kind by a name in any case; makes it known if it is new.
    pub(super) fn make_rater(&mut self, name: &str, kind: &str) -> Result<RaterName> {
        if !RaterName::is_valid(name) {
            return Err(Error::Usage(format!(
                "\"{name}\" cannot name a rater: take up to 64 letters, digits, _ . + or -"
            )));
        }
        let wanted = name.to_lowercase();
        let known = self
            .store
            .raters()?
            .into_iter()
            .find(|rater| rater.name.to_lowercase() == wanted);
        match known {
            Some(known) if known.kind == kind => Ok(known.name),
            Some(known) if known.kind == "gold" => Err(Error::Usage(
                "the name gold is kept for the settled answers".into(),
            )),
            Some(known) => Err(Error::Usage(format!(
                "{} is already known as a {}, not a {kind}",
                known.name, known.kind
            ))),
            None => {
                let rater = RaterRow {
                    name: name.into(),
                    kind: kind.into(),
                    about: String::new(),
                };
                self.store.set_rater(&rater, &self.now())?;
                Ok(rater.name)
            }
        }
    }

    fn given_units(&self, task: &Task, units: &[UnitKey]) -> Result<Vec<UnitKey>> {
        let mut seen = HashSet::new();
        for unit in units {
            if !seen.insert(unit) {
                return Err(Error::Refused(format!("the unit {unit} is listed twice")));
            }
            if !self.unit_exists(task.codebook.unit, unit)? {
                return Err(Error::Refused(format!(
                    "there is no {} {unit} in the study",
                    task.codebook.unit.as_str()
                )));
            }
        }
        if units.is_empty() {
            return Err(Error::Refused("the list of units is empty".into()));
        }
        Ok(units.to_vec())
    }

    pub(super) fn unit_exists(&self, kind: UnitKind, unit: &UnitKey) -> Result<bool> {
        Ok(match kind {
            UnitKind::Episode => self.store.episode_version(unit)?.is_some(),
            UnitKind::Session => self.store.session(unit)?.is_some(),
        })
    }
}

/// The options that shaped the frame and the draw, as they are kept with the batch.
fn options(plan: &Plan) -> Map<String, Value> {
    let mut options = Map::new();
    if plan.units.is_some() {
        options.insert("units".into(), "given".into());
    }
    if plan.whole_frame {
        options.insert("frame".into(), "all".into());
    }
    let filters: Vec<Value> = plan
        .filters
        .iter()
        .map(|filter| filter.to_string().into())
        .collect();
    if !filters.is_empty() {
        options.insert("where".into(), filters.into());
    }
    if let Some((axis, rater)) = &plan.per_code {
        options.insert("per_code".into(), format!("{axis}={}", plan.n).into());
        options.insert("strata_by".into(), rater.clone().into());
    }
    options
}
