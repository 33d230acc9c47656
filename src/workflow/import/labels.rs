//! Labels: a file is read whole, then lands in an order in which a study could have come about:
//! the annotators', the locks that they complete, the judges', and the gold.

mod reading;

use std::{
    collections::{BTreeMap, HashMap, HashSet, hash_map},
    mem,
    path::Path,
};

use serde_json::{Map, Value};

use self::reading::{Entry, Reader};
use super::{Candidate, Fate, FileReport, Options, Trouble};
use crate::{
    domain::{
        batch::Batch,
        ids::{BatchName, RaterName, UnitKey},
        label::{Address, Content, Label, RaterKind, State},
    },
    formats::{
        fields::Problem,
        labels::{self, Row},
    },
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

pub(super) struct Intake<'o> {
    options: &'o Options,
    /// The file's name, which its labels keep.
    source: String,
    rows: Vec<(usize, Row)>,
}

impl<'o> Intake<'o> {
    pub(super) fn new(candidate: &Candidate, options: &'o Options) -> Self {
        let path: &Path = &candidate.path;
        let source = path.file_name().map(|name| name.display().to_string());
        Self {
            options,
            source: source.unwrap_or_default(),
            rows: Vec::new(),
        }
    }

    pub(super) fn take(
        &mut self,
        _study: &mut Study,
        line: usize,
        mut object: Map<String, Value>,
        report: &mut FileReport,
    ) {
        let mut problems = reading::fill(&mut object, self.options);
        match labels::read(object) {
            Ok(row) if problems.is_empty() => self.rows.push((line, row)),
            Ok(_) => report.refuse(line, problems),
            Err(found) => {
                problems.extend(found);
                report.refuse(line, problems);
            }
        }
    }

    pub(super) fn finish(&mut self, study: &mut Study, report: &mut FileReport) -> Result<()> {
        let entries = self.entries(study, report)?;
        let mut landing = Landing {
            options: self.options,
            source: &self.source,
            batches: HashMap::new(),
            judges: HashSet::new(),
        };
        for entry in &entries {
            if let Some(name) = &entry.address.batch {
                landing.learn(study, name)?;
            }
        }
        for entry in of_kind(&entries, RaterKind::Annotator) {
            let done = landing.annotation(study, entry);
            report.book(entry.line, done)?;
        }
        landing.seal(study, &entries, report)?;
        for entry in of_kind(&entries, RaterKind::Judge) {
            let done = landing.judgement(study, entry);
            report.book(entry.line, done)?;
        }
        for entry in of_kind(&entries, RaterKind::Gold) {
            let done = landing.gold(study, entry);
            report.book(entry.line, done)?;
        }
        for known in landing.batches.values() {
            study.note_gold_complete(&known.batch)?;
        }
        Ok(())
    }

    /// The rows that are sound in themselves, each address once.
    fn entries(&mut self, study: &Study, report: &mut FileReport) -> Result<Vec<Entry>> {
        let mut reader = Reader::new(study, self.options)?;
        let mut entries: Vec<Entry> = Vec::with_capacity(self.rows.len());
        let mut places: HashMap<Address, usize> = HashMap::with_capacity(self.rows.len());
        for (line, row) in mem::take(&mut self.rows) {
            let entry = match reader.entry(line, row, report) {
                Ok(entry) => entry,
                Err(trouble) => {
                    report.book(line, Err(trouble))?;
                    continue;
                }
            };
            match places.entry(entry.address.clone()) {
                hash_map::Entry::Vacant(place) => {
                    place.insert(entries.len());
                    entries.push(entry);
                }
                hash_map::Entry::Occupied(place) => {
                    let first = &entries[*place.get()];
                    if same(&first.content, &entry.content) {
                        report.count(Fate::Unchanged);
                    } else {
                        let why = format!(
                            "{} labels this unit on line {} and, differently, on line {line}; keep one of them",
                            entry.address.rater, first.line
                        );
                        report.refuse(line, vec![Problem::new("unit", why)]);
                    }
                }
            }
        }
        Ok(entries)
    }
}

fn of_kind(entries: &[Entry], kind: RaterKind) -> impl Iterator<Item = &Entry> {
    entries
        .iter()
        .filter(move |entry| entry.address.kind == kind)
}

/// Whether two labels say the same in everything that a person or a model wrote.
fn same(a: &Content, b: &Content) -> bool {
    (&a.answers, &a.note, &a.reasoning, &a.flags, a.unsure)
        == (&b.answers, &b.note, &b.reasoning, &b.flags, b.unsure)
        && (a.state, a.basis, &a.extra) == (b.state, b.basis, &b.extra)
}

/// A batch of the file.
struct Known {
    batch: Batch,
    /// Whether its gold was complete before this import, so that a change comes after the judge
    /// could be seen.
    was_complete: bool,
}

/// Writes entries into the study, as far as its state allows.
struct Landing<'i> {
    options: &'i Options,
    source: &'i str,
    batches: HashMap<BatchName, Known>,
    /// Judges that this import made known, and that therefore have no labels but its own.
    judges: HashSet<RaterName>,
}

impl Landing<'_> {
    fn learn(&mut self, study: &Study, name: &BatchName) -> Result<()> {
        if !self.batches.contains_key(name) {
            let known = Known {
                batch: study.batch(name)?,
                was_complete: study.store.happened("gold_complete", name)?,
            };
            self.batches.insert(name.clone(), known);
        }
        Ok(())
    }

    fn batch_of(&self, entry: &Entry) -> Result<&Known, Trouble> {
        let name = entry.address.batch.as_ref();
        name.and_then(|name| self.batches.get(name))
            .ok_or_else(|| Problem::new("batch", "is missing").into())
    }

    fn annotation(&self, study: &Study, entry: &Entry) -> Result<Fate, Trouble> {
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
    fn seal(
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

    fn judgement(&mut self, study: &mut Study, entry: &Entry) -> Result<Fate, Trouble> {
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

    fn gold(&self, study: &Study, entry: &Entry) -> Result<Fate, Trouble> {
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
