//! Files out: whatever the viewer may see, in the formats that imports read.
//!
//! `export sessions`, `episodes`, `batches` and `labels`, imported in that order into an empty
//! study, give the same exports again, byte for byte.

mod dataset;
mod gold;

use std::{
    collections::HashSet,
    io::{self, Write},
    path::PathBuf,
};

use serde_json::Value;

use super::{
    Error, Result, Study, sample,
    sight::{Viewer, Wanted},
};
use crate::{
    domain::{
        batch::Batch,
        ids::{RaterName, UnitKey},
        label::{Label, RaterKind, State},
        redact::Redactor,
    },
    formats::{batches, episodes, fields::Build, gold_table, labels, sessions},
    json,
    store::revisions::LabelFilter,
};

/// What to write, and in which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Export {
    Sessions,
    Episodes,
    Batches,
    Labels,
    /// Gold with its units' text and its annotators' answers, JSON Lines.
    Gold,
    /// Gold as CSV, a row per unit.
    GoldTable,
    /// Every revision of every label.
    History,
}

/// Of what an export is made, for whom, and whether what is private is masked.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'s> {
    /// Labels of open batches are withheld from [`Viewer::Anyone`] and counted. A
    /// [`Viewer::Person`] gets their own labels, those of open batches too.
    pub viewer: &'s Viewer,
    /// One batch, or the whole study. An open batch that is named is an error.
    pub batch: Option<&'s str>,
    pub redact: bool,
}

/// What an export came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// Rows.
    pub written: usize,
    /// Labels that the viewer may not see yet.
    pub withheld: usize,
    /// Places that were masked; `None` where nothing was to be.
    pub masked: Option<usize>,
    /// What is not whole, such as a batch whose gold is not complete.
    pub warnings: Vec<String>,
}

/// Where the lines go. The first failure ends the writing, and is told at the end.
struct Out<'s> {
    sink: &'s mut dyn Write,
    done: Exported,
    failed: Option<Error>,
    redactor: Option<Redactor>,
}

impl<'s> Out<'s> {
    fn new(study: &Study, redact: bool, sink: &'s mut dyn Write) -> Result<Self> {
        let key = redact.then(|| study.store.redaction_key()).transpose()?;
        Ok(Self {
            sink,
            done: Exported::default(),
            failed: None,
            redactor: key.map(|key| Redactor::new(key.as_bytes())),
        })
    }

    /// Writes a record, one line of JSON.
    fn record(&mut self, line: &str) {
        let Some(redactor) = &mut self.redactor else {
            return self.line(line);
        };
        match json::parse(line) {
            Ok(mut record) => {
                redactor.record(&mut record);
                self.line(&record.to_string());
            }
            Err(error) => self.failed = Some(Error::Refused(error.to_string())),
        }
    }

    /// Writes a row of a table.
    fn row(&mut self, mut cells: Vec<String>) {
        if let Some(redactor) = &mut self.redactor {
            cells
                .iter_mut()
                .for_each(|cell| *cell = redactor.text(cell));
        }
        match gold_table::line(&cells) {
            Ok(line) => self.line(&line),
            Err(error) => self.failed = Some(Error::Refused(error.to_string())),
        }
    }

    fn line(&mut self, line: &str) {
        if self.failed.is_some() {
            return;
        }
        let written = self
            .sink
            .write_all(line.as_bytes())
            .and_then(|()| self.sink.write_all(b"\n"));
        match written {
            Ok(()) => self.done.written += 1,
            Err(error) => self.failed = Some(unwritable(error)),
        }
    }

    fn finish(mut self) -> Result<Exported> {
        self.done.masked = self.redactor.as_ref().map(Redactor::masked);
        match self
            .failed
            .map_or_else(|| self.sink.flush().map_err(unwritable), Err)
        {
            Ok(()) => Ok(self.done),
            Err(error) => Err(error),
        }
    }
}

fn unwritable(error: io::Error) -> Error {
    Error::Io(PathBuf::from("the export"), error)
}

impl Study {
    /// Writes what the viewer may see: of one batch, or of the whole study.
    pub fn export(&self, what: Export, scope: &Scope, sink: &mut dyn Write) -> Result<Exported> {
        let viewer = scope.viewer;
        let batch = scope.batch.map(|name| self.batch(name)).transpose()?;
        let batch = batch.as_ref();
        let mut out = Out::new(self, scope.redact, sink)?;
        match what {
            Export::Sessions => self.write_sessions(batch, &mut out)?,
            Export::Episodes => self.write_episodes(batch, &mut out)?,
            Export::Batches => self.write_batches(batch, &mut out)?,
            Export::Labels => match viewer {
                Viewer::Person(names) => self.write_own_labels(names, batch, &mut out)?,
                _ => self.write_labels(viewer, batch, &mut out)?,
            },
            Export::Gold => self.write_gold(viewer, batch, &mut out)?,
            Export::GoldTable => self.write_gold_table(viewer, batch, &mut out)?,
            Export::History => self.write_history(viewer, batch, &mut out)?,
        }
        out.finish()
    }

    fn write_sessions(&self, batch: Option<&Batch>, out: &mut Out) -> Result<()> {
        let wanted = self.units_wanted(batch)?;
        let wanted = wanted.map(|units| -> HashSet<String> {
            let session = |unit: &UnitKey| match unit.split() {
                Some((session, _)) => [unit.0.clone(), session.to_owned()],
                None => [unit.0.clone(), unit.0.clone()],
            };
            units.iter().flat_map(session).collect()
        });
        self.store.each_session(|row| {
            let wanted = wanted
                .as_ref()
                .is_none_or(|ids| ids.contains(&*row.session.id));
            if row.imported && wanted {
                let mut session = row.session;
                session.turns = self.store.turns(row.number)?;
                out.record(&sessions::write(&session));
            }
            Ok::<_, Error>(())
        })
    }

    fn write_episodes(&self, batch: Option<&Batch>, out: &mut Out) -> Result<()> {
        let wanted = self.units_wanted(batch)?;
        let mut told = HashSet::new();
        self.store.each_episode(|row| {
            if batch.is_none() {
                told.insert(row.session_number);
            }
            let wanted = wanted
                .as_ref()
                .is_none_or(|units| units.contains(&row.episode.key()));
            if wanted {
                out.record(&episodes::write(&row.episode));
            }
            Ok::<_, Error>(())
        })?;
        if batch.is_some() {
            return Ok(());
        }
        self.store.each_session(|row| {
            if row.extracted && !told.contains(&row.number) {
                out.record(&episodes::write_empty(&row.session.id));
            }
            Ok(())
        })
    }

    fn units_wanted(&self, batch: Option<&Batch>) -> Result<Option<HashSet<UnitKey>>> {
        let units = batch.map(|batch| self.store.units_of_batch(&batch.name));
        Ok(units.transpose()?.map(|units| units.into_iter().collect()))
    }

    fn write_batches(&self, batch: Option<&Batch>, out: &mut Out) -> Result<()> {
        for head in self.batches_wanted(batch)? {
            let Some(mut batch) = self.store.batch(&head.name)? else {
                continue;
            };
            if !self.gold_is_complete(&head)? {
                hide_labels(&mut batch);
            }
            out.record(&batches::write(&batch));
        }
        Ok(())
    }

    fn batches_wanted(&self, batch: Option<&Batch>) -> Result<Vec<Batch>> {
        match batch {
            Some(batch) => Ok(vec![batch.clone()]),
            None => self.batches(),
        }
    }

    fn write_labels(&self, viewer: &Viewer, batch: Option<&Batch>, out: &mut Out) -> Result<()> {
        if let Some(batch) = batch {
            require_revealed(batch)?;
        }
        for batch in self.batches_wanted(batch)? {
            let of_batch = LabelFilter {
                batch: Some(&batch.name),
                ..Default::default()
            };
            if !batch.is_revealed() {
                out.done.withheld += self.labels(viewer, Wanted::Labels(of_batch), |_| {})?;
                continue;
            }
            let withheld = self.labels(viewer, Wanted::Snapshot(&batch.name), |label| {
                self.write_label(&label, out)
            })?;
            out.done.withheld += withheld;
            let gold = LabelFilter {
                kind: Some(RaterKind::Gold),
                ..of_batch
            };
            let withheld = self.labels(viewer, Wanted::Labels(gold), |label| {
                // What is not saved is not gold yet.
                if label.content.state == State::Submitted {
                    self.write_label(&label, out);
                }
            })?;
            out.done.withheld += withheld;
        }
        if batch.is_none() {
            let judges = LabelFilter {
                kind: Some(RaterKind::Judge),
                ..Default::default()
            };
            let withheld = self.labels(viewer, Wanted::Labels(judges), |label| {
                self.write_label(&label, out)
            })?;
            out.done.withheld += withheld;
        }
        Ok(())
    }

    fn write_own_labels(
        &self,
        names: &[RaterName],
        batch: Option<&Batch>,
        out: &mut Out,
    ) -> Result<()> {
        for name in names {
            let name = self.rater(name)?.name;
            let viewer = Viewer::Person(vec![name.clone()]);
            for batch in self.batches_wanted(batch)? {
                let own = LabelFilter {
                    batch: Some(&batch.name),
                    rater: Some(&name),
                    kind: Some(RaterKind::Annotator),
                    ..Default::default()
                };
                let wanted = if batch.is_revealed() {
                    Wanted::Snapshot(&batch.name)
                } else {
                    Wanted::Labels(own)
                };
                self.labels(&viewer, wanted, |label| {
                    if label.address.rater == name {
                        self.write_label(&label, out);
                    }
                })?;
            }
        }
        Ok(())
    }

    fn write_label(&self, label: &Label, out: &mut Out) {
        match self.codebook(&label.address.codebook) {
            Ok(shelved) => {
                let row = labels::to_json(&shelved.codebook, label);
                out.record(&Value::Object(row).to_string());
            }
            Err(error) => out.failed = Some(error),
        }
    }

    fn write_history(&self, viewer: &Viewer, batch: Option<&Batch>, out: &mut Out) -> Result<()> {
        if let (Some(batch), Viewer::Anyone) = (batch, viewer) {
            require_revealed(batch)?;
        }
        let own = match viewer {
            Viewer::Person(names) => {
                let names = names.iter().map(|name| Ok(self.rater(name)?.name));
                Some(names.collect::<Result<Vec<RaterName>>>()?)
            }
            _ => None,
        };
        let viewer = own.clone().map_or(viewer.clone(), Viewer::Person);
        let batch = batch.map(|batch| &*batch.name);
        let withheld = self.history(&viewer, batch, |row| {
            let is_wanted = own
                .as_ref()
                .is_none_or(|names| names.contains(&row.label.address.rater));
            if !is_wanted {
                return;
            }
            match self.codebook(&row.label.address.codebook) {
                Ok(shelved) => {
                    let label = labels::to_json(&shelved.codebook, &row.label);
                    let mut build = Build::default();
                    build
                        .put("revision", row.id)
                        .put("action", row.action.as_str())
                        .put("by", row.label.by.clone())
                        .put("source", row.source)
                        .put("label", label);
                    out.record(&build.line());
                }
                Err(error) => out.failed = Some(error),
            }
        })?;
        if own.is_none() {
            out.done.withheld += withheld;
        }
        Ok(())
    }
}

/// Takes out what a sample tells of the labels that it was drawn by: strata, chances, which are
/// the same within a stratum, and the codes of filters.
pub(super) fn hide_labels(batch: &mut Batch) {
    for member in &mut batch.members {
        (member.stratum, member.probability) = (None, None);
    }
    let filters = batch.frame.options.get_mut("where");
    for filter in filters.and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(hidden) = filter.as_str().and_then(sample::without_code) {
            *filter = hidden.into();
        }
    }
}

/// Labels of a batch that is named are shown once it is locked and complete.
fn require_revealed(batch: &Batch) -> Result<()> {
    if batch.is_revealed() {
        return Ok(());
    }
    let name = &batch.name;
    Err(Error::NotReady(match &batch.lock {
        None => format!(
            "{name} is open: its labels stay hidden until it is locked; --as NAME gives NAME's own"
        ),
        Some(_) => format!("{name} is locked, but its labels are not all here yet; import them"),
    }))
}
