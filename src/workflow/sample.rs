//! Drawing a batch: the frame, the draw, and each annotator's own order.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Map, Value};

use super::{
    Error, Result, Study, Task, sha256_hex,
    sight::{Viewer, Wanted},
};
use crate::{
    domain::{
        batch::{Batch, Frame, Member, Purpose},
        codebook::{Codebook, UnitKind},
        ids::{BatchName, RaterName, TaskName, UnitKey},
        label::RaterKind,
    },
    stats::random::{SplitMix64, choose, shuffle},
    store::{batches::UnitRow, raters::RaterRow, revisions::LabelFilter},
};

/// How a filter compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    Is,
    IsNot,
    AtLeast,
    AtMost,
}

/// One `--where KEY=VALUE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    pub key: String,
    pub compare: Compare,
    pub value: String,
    /// The rater of an `AXIS=CODE@RATER`.
    pub rater: Option<String>,
}

const KEYS: [&str; 8] = [
    "repository",
    "modality",
    "agent",
    "source",
    "confidence",
    "session",
    "started_at",
    "verdict",
];

impl Filter {
    /// Reads `key=value`, `key!=value`, `key>=value`, `key<=value` or `AXIS=CODE@RATER`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let operators = [
            ("!=", Compare::IsNot),
            (">=", Compare::AtLeast),
            ("<=", Compare::AtMost),
            ("=", Compare::Is),
        ];
        let found = operators
            .iter()
            .filter_map(|(operator, compare)| {
                text.find(operator).map(|at| (at, *operator, *compare))
            })
            .min_by_key(|(at, operator, _)| (*at, 2 - operator.len()));
        let Some((at, operator, compare)) = found else {
            return Err(format!(
                "\"{text}\" is not a filter; write key=value, such as modality=cli"
            ));
        };
        let key = text[..at].trim().to_owned();
        let value = text[at + operator.len()..].trim();
        let by_rater = (!KEYS.contains(&key.as_str()))
            .then(|| value.rsplit_once('@'))
            .flatten();
        if !KEYS.contains(&key.as_str()) && by_rater.is_none() {
            return Err(format!(
                "{key} is not a key to filter by; there are {}, and AXIS=CODE@RATER",
                KEYS.join(", ")
            ));
        }
        let (value, rater) = by_rater.map_or((value, None), |(value, rater)| {
            (value, Some(rater.to_owned()))
        });
        Ok(Self {
            key,
            compare,
            value: value.to_owned(),
            rater,
        })
    }

    fn admits(&self, found: Option<&str>) -> bool {
        // Times and numbers of equal width sort as texts; a shorter time is a prefix of a day.
        match self.compare {
            Compare::Is => found == Some(&self.value),
            Compare::IsNot => found != Some(&self.value),
            Compare::AtLeast => found.is_some_and(|found| found >= self.value.as_str()),
            Compare::AtMost => found.is_some_and(|found| {
                found <= self.value.as_str() || found.starts_with(&self.value)
            }),
        }
    }

    fn admits_any(&self, found: &[&str]) -> bool {
        match self.compare {
            Compare::IsNot => found.iter().all(|code| *code != self.value),
            _ => found.iter().any(|code| self.admits(Some(code))),
        }
    }
}

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
                None => study.draw(&task, plan, &frame)?,
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

    /// The keys to draw from in the order of their bytes, and what was left out.
    fn frame(
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
    fn rejected(&self) -> Result<(HashSet<UnitKey>, usize)> {
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

    fn draw(&self, task: &Task, plan: &Plan, frame: &[UnitKey]) -> Result<Vec<Member>> {
        let mut rng = SplitMix64::new(plan.seed);
        let Some((axis, rater)) = &plan.per_code else {
            if frame.len() < plan.n {
                return Err(Error::Refused(format!(
                    "the frame has {} units, fewer than the {} asked for; ask for fewer, or lift its limits with --frame all",
                    frame.len(),
                    plan.n
                )));
            }
            return Ok(choose(&mut rng, frame.len(), plan.n)
                .into_iter()
                .map(|at| plain(&frame[at]))
                .collect());
        };
        let strata = self.strata(task, axis, rater, frame)?;
        let mut members = Vec::new();
        for (code, units) in strata {
            let n = plan.n.min(units.len());
            for at in choose(&mut rng, units.len(), n) {
                members.push(Member {
                    unit: units[at].clone(),
                    probability: Some(n as f64 / units.len() as f64),
                    stratum: Some(code.clone()),
                });
            }
        }
        if members.is_empty() {
            return Err(Error::Refused(format!(
                "{rater} has no label on {axis} in the frame"
            )));
        }
        shuffle(&mut rng, &mut members);
        Ok(members)
    }

    /// The frame divided by a rater's codes on an axis, catch-alls first. A unit with several codes
    /// stands in the first of them, so that its chance of being drawn is known exactly.
    fn strata(
        &self,
        task: &Task,
        axis: &str,
        rater: &str,
        frame: &[UnitKey],
    ) -> Result<Vec<(String, Vec<UnitKey>)>> {
        let Some(axis) = task.codebook.axis(axis) else {
            return Err(Error::Usage(format!(
                "{} has no axis {axis}",
                task.codebook.name()
            )));
        };
        let rater = self.rater(rater)?;
        let mut codes: Vec<_> = axis.codes.iter().collect();
        codes.sort_by_key(|code| !code.catch_all);
        let mut of_unit: HashMap<UnitKey, usize> = HashMap::new();
        let filter = LabelFilter {
            task: Some(&task.name),
            rater: Some(&rater.name),
            ..Default::default()
        };
        self.labels(&Viewer::Anyone, Wanted::Labels(filter), |label| {
            let picks = label.content.answers.picks(&axis.key);
            let keys = picks
                .iter()
                .filter_map(|pick| axis.code(&pick.code))
                .map(|code| &code.key);
            let first = keys
                .filter_map(|key| codes.iter().position(|code| code.key == *key))
                .min();
            if let Some(first) = first {
                of_unit.insert(label.address.unit, first);
            }
        })?;
        let mut strata: BTreeMap<usize, Vec<UnitKey>> = BTreeMap::new();
        for unit in frame {
            if let Some(code) = of_unit.get(unit) {
                strata.entry(*code).or_default().push(unit.clone());
            }
        }
        Ok(strata
            .into_iter()
            .map(|(code, units)| (codes[code].key.to_string(), units))
            .collect())
    }
}

/// A filter on a rater's labels with the code hidden, such as `axis=?@rater`; `None` for others.
pub(super) fn without_code(filter: &str) -> Option<String> {
    let filter = Filter::parse(filter).ok()?;
    filter.rater.is_some().then(|| {
        let value = "?".to_owned();
        Filter { value, ..filter }.to_string()
    })
}

fn plain(unit: &UnitKey) -> Member {
    Member {
        unit: unit.clone(),
        probability: None,
        stratum: None,
    }
}

fn field<'r>(row: &'r UnitRow, key: &str) -> Option<&'r str> {
    match key {
        "repository" => row.repository.as_deref(),
        "modality" => row.modality.as_deref(),
        "agent" => row.agent.as_deref(),
        "source" => row.source.as_deref(),
        "confidence" => row.confidence.as_deref(),
        "session" => Some(&row.session),
        "started_at" => row.started_at.as_deref(),
        _ => None,
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

impl std::fmt::Display for Filter {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let operator = match self.compare {
            Compare::Is => "=",
            Compare::IsNot => "!=",
            Compare::AtLeast => ">=",
            Compare::AtMost => "<=",
        };
        write!(f, "{}{operator}{}", self.key, self.value)?;
        self.rater
            .iter()
            .try_for_each(|rater| write!(f, "@{rater}"))
    }
}

/// A seed of an annotator's own that follows from the batch's (FNV-1a over the name).
fn own_seed(seed: u64, rater: &str) -> u64 {
    rater
        .bytes()
        .fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
}
