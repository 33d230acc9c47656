//! Writes labels into the study, as far as its state allows: locks, judges and gold have rules of
//! their own.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    super::{Fate, FileReport, Options, Trouble},
    reading::Entry,
    same,
};
use crate::{
    domain::{
        batch::Batch,
        ids::{BatchName, RaterName, UnitKey},
        label::{Address, Content, Label, RaterKind, State},
    },
    formats::fields::Problem,
    store::{
        raters::RaterRow,
        revisions::{Action, LabelFilter, NewRevision},
    },
    workflow::{
        Result, Study,
        lock::snapshot_sha256,
        sight::{Viewer, Wanted},
    },
};

/// A batch of the file.
struct Known {
    batch: Batch,
    /// Whether its gold was complete before this import, so that a change comes after the judge
    /// could be seen.
    was_complete: bool,
}

/// Writes entries into the study, as far as its state allows.
pub struct Landing<'i> {
    options: &'i Options,
    source: &'i str,
    batches: HashMap<BatchName, Known>,
    /// Judges that this import made known, and that therefore have no labels but its own.
    judges: HashSet<RaterName>,
}

impl<'i> Landing<'i> {
    pub fn new(
        study: &Study,
        options: &'i Options,
        source: &'i str,
        entries: &[Entry],
    ) -> Result<Self> {
        let mut batches: HashMap<BatchName, Known> = HashMap::new();
        for name in entries
            .iter()
            .filter_map(|entry| entry.address.batch.as_ref())
        {
            if !batches.contains_key(name) {
                let known = Known {
                    batch: study.batch(name)?,
                    was_complete: study.store.happened("gold_complete", name)?,
                };
                batches.insert(name.clone(), known);
            }
        }
        Ok(Self {
            options,
            source,
            batches,
            judges: HashSet::new(),
        })
    }

    pub fn note_complete_gold(&self, study: &mut Study) -> Result<()> {
        let mut batches = self.batches.values();
        batches.try_for_each(|known| study.note_gold_complete(&known.batch))
    }

    fn batch_of(&self, entry: &Entry) -> Result<&Known, Trouble> {
        let name = entry.address.batch.as_ref();
        name.and_then(|name| self.batches.get(name))
            .ok_or_else(|| Problem::new("batch", "is missing").into())
    }

    pub fn annotation(&self, study: &Study, entry: &Entry) -> Result<Fate, Trouble> {
        let Known { batch, .. } = self.batch_of(entry)?;
        let before = standing(study, &entry.address)?;
        if before
            .as_ref()
            .is_some_and(|label| same(&label.content, &entry.content))
        {
            return Ok(Fate::Unchanged);
        }
        if let Some(lock) = batch.lock.as_ref().filter(|lock| lock.sealed) {
            return Err(Problem::new(
                "batch",
                format!(
                    "{} was locked by {} on {}; no label changes any more",
                    batch.name, lock.by, lock.at
                ),
            )
            .into());
        }
        let before = before.filter(|label| label.content != Content::default());
        if before.is_some() && !self.options.replace {
            return Err(Problem::new(
                "answers",
                format!(
                    "{} has labelled this unit otherwise; --replace appends this label as a revision",
                    entry.address.rater
                ),
            )
            .into());
        }
        self.append(study, entry, &entry.content, Some(&entry.address.rater))?;
        Ok(if before.is_some() {
            Fate::Changed
        } else {
            Fate::New
        })
    }

    /// Seals the locked batches of the file that now have the labels which their lock froze.
    pub fn seal(
        &mut self,
        study: &mut Study,
        entries: &[Entry],
        report: &mut FileReport,
    ) -> Result<()> {
        let mut gold: BTreeMap<&BatchName, HashSet<UnitKey>> = BTreeMap::new();
        for entry in entries {
            if let Some(batch) = &entry.address.batch {
                let units = gold.entry(batch).or_default();
                if entry.address.kind == RaterKind::Gold {
                    units.insert(entry.address.unit.clone());
                }
            }
        }
        for (name, units) in gold {
            let batch = study.batch(name)?;
            let Some(lock) = batch.lock.as_ref().filter(|lock| !lock.sealed) else {
                continue;
            };
            let codebook = study.codebook(&batch.codebook)?.codebook.clone();
            let labels = study.submitted_labels(&batch)?;
            if snapshot_sha256(&codebook, &labels) == lock.sha256 {
                study.seal(&batch, &codebook, &units)?;
                if let Some(known) = self.batches.get_mut(name) {
                    known.batch = study.batch(name)?;
                }
            } else if report.refused == 0 {
                report.warn(format!(
                    "{name} is locked and has {} of its annotators' labels now, which are not yet those that its lock froze; import the others",
                    labels.len()
                ));
            }
        }
        Ok(())
    }

    pub fn judgement(&mut self, study: &mut Study, entry: &Entry) -> Result<Fate, Trouble> {
        let rater = &entry.address.rater;
        if !self.judges.contains(rater) {
            self.know_judge(study, rater)?;
        }
        let before = if self.judges.contains(rater) {
            None
        } else {
            standing(study, &entry.address)?
        };
        match before {
            Some(label) if same(&label.content, &entry.content) => Ok(Fate::Unchanged),
            Some(_) => Err(Problem::new(
                "answers",
                format!(
                    "{rater} has answered otherwise on this unit; a new model or prompt is a new rater: give it another name"
                ),
            )
            .into()),
            None => {
                self.append(study, entry, &entry.content, Some(rater))?;
                Ok(Fate::New)
            }
        }
    }

    /// Makes a judge known, or completes what is known about it.
    fn know_judge(&mut self, study: &mut Study, name: &RaterName) -> Result<(), Trouble> {
        let raters = study.store.raters()?;
        let known = raters.iter().find(|rater| rater.name == *name);
        let about = match (&self.options.about, known.map(|rater| &*rater.about)) {
            (Some(new), None | Some("")) => new,
            (Some(new), Some(old)) if new != old => {
                let why = format!(
                    "says {new}, but {name} is known as {old}; a new model or prompt is a new rater: give it another name"
                );
                return Err(Problem::new("about", why).into());
            }
            (None, None) => "",
            _ => return Ok(()),
        };
        let row = RaterRow {
            name: name.clone(),
            kind: RaterKind::Judge.as_str().into(),
            about: about.into(),
        };
        study.store.set_rater(&row, &study.now())?;
        if known.is_none() {
            self.judges.insert(name.clone());
        }
        Ok(())
    }

    pub fn gold(&self, study: &Study, entry: &Entry) -> Result<Fate, Trouble> {
        let Known {
            batch,
            was_complete,
        } = self.batch_of(entry)?;
        if !batch.is_revealed() {
            let why = match &batch.lock {
                None => format!(
                    "{} is still open; lock it before its gold is imported",
                    batch.name
                ),
                Some(_) => format!(
                    "{} is locked, but its annotators' labels are not all here yet; import them first",
                    batch.name
                ),
            };
            return Err(Problem::new("batch", why).into());
        }
        let before = standing(study, &entry.address)?.filter(|label| {
            label.content.state == State::Submitted || label.content != Content::default()
        });
        let differs = match &before {
            Some(label) if label.content.answers == entry.content.answers => {
                if label.content.state == State::Submitted {
                    return Ok(Fate::Unchanged);
                }
                false
            }
            Some(_) => true,
            None => false,
        };
        if differs && !self.options.replace {
            let why =
                "differs from the gold that this unit has; --replace appends it as a revision";
            return Err(Problem::new("answers", why).into());
        }
        let content = Content {
            after_judge: entry.content.after_judge || *was_complete,
            ..entry.content.clone()
        };
        self.append(study, entry, &content, entry.by.as_deref())?;
        Ok(if before.is_some() {
            Fate::Changed
        } else {
            Fate::New
        })
    }

    fn append(
        &self,
        study: &Study,
        entry: &Entry,
        content: &Content,
        by: Option<&str>,
    ) -> Result<(), Trouble> {
        let now;
        let at = match &entry.at {
            Some(at) => at,
            None => {
                now = study.now();
                &now
            }
        };
        let new = NewRevision {
            address: &entry.address,
            content,
            action: Action::Import,
            step: None,
            target: None,
            field: None,
            by,
            version: entry.version,
            source: Some(self.source),
            at,
        };
        study.store.append(&entry.codebook, &new)?;
        Ok(())
    }
}

/// The label at an address as it stands.
fn standing(study: &Study, address: &Address) -> Result<Option<Label>> {
    let filter = LabelFilter {
        task: Some(&address.task),
        batch: address.batch.as_deref(),
        unit: Some(&address.unit),
        rater: Some(&address.rater),
        kind: Some(address.kind),
    };
    let mut found = None;
    study.labels(&Viewer::Program, Wanted::Labels(filter), |label| {
        if label.address == *address {
            found = Some(label);
        }
    })?;
    Ok(found)
}
