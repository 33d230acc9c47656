//! Labelling: a desk is one rater at one batch, or an adjudicator at its gold.
//!
//! Every change is appended as a revision and is durable when the function returns.

use std::sync::Arc;

use super::{
    Error, Result, Study,
    sight::{Viewer, Wanted},
};
use crate::{
    domain::{
        batch::Batch,
        codebook::{Codebook, UnitKind},
        ids::{RaterName, UnitKey},
        label::{Address, Content, Label, RaterKind, State},
        rules::{self, Review},
        session::Turn,
    },
    store::{
        batches::Assigned,
        episodes::EpisodeRow,
        revisions::{Action, LabelFilter, NewRevision},
        sessions::SessionRow,
    },
};

/// Whose answers are being made, and where.
#[derive(Clone, Debug)]
pub struct Desk {
    /// Without its members.
    pub batch: Batch,
    pub codebook: Arc<Codebook>,
    /// The rater whose annotation it is: the annotator, or `gold`.
    pub rater: RaterName,
    /// Who sits here: the annotator, or the adjudicators joined by `+`.
    pub who: String,
    pub viewer: Viewer,
    /// How many units there are.
    pub size: u32,
}

impl Desk {
    pub fn is_gold(&self) -> bool {
        self.rater.is_gold()
    }

    pub(super) fn address(&self, unit: &UnitKey) -> Address {
        Address {
            task: self.batch.task.clone(),
            codebook: self.batch.codebook.clone(),
            batch: Some(self.batch.name.clone()),
            unit: unit.clone(),
            rater: self.rater.clone(),
            kind: if self.is_gold() {
                RaterKind::Gold
            } else {
                RaterKind::Annotator
            },
        }
    }
}

/// What a unit is, to be read.
#[derive(Clone, Debug)]
pub struct Matter {
    pub unit: UnitKey,
    pub episode: Option<EpisodeRow>,
    /// The session, if it is in the study.
    pub session: Option<SessionRow>,
}

impl Matter {
    /// How many quotes there are to answer for.
    pub fn quotes(&self) -> usize {
        self.episode
            .as_ref()
            .map_or(0, |row| row.episode.evidence.len())
    }
}

/// What a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change<'a> {
    /// A key that an undo takes back by itself.
    Key,
    /// Typing in a text: one undo takes back the whole of it.
    Typing(&'a str),
}

impl Study {
    /// The desk of an annotator at a batch.
    pub fn desk(&self, batch: &str, rater: &str) -> Result<Desk> {
        let batch = self.batch(batch)?;
        let known = self.rater(rater)?;
        if !batch.annotators.contains(&known.name) {
            let names: Vec<&str> = batch.annotators.iter().map(|name| &**name).collect();
            return Err(Error::Usage(format!(
                "{} does not label {}; its annotators are {}",
                known.name,
                batch.name,
                names.join(", ")
            )));
        }
        Ok(Desk {
            codebook: self.codebook(&batch.codebook)?.codebook.clone(),
            who: known.name.0.clone(),
            viewer: Viewer::named(&known.name),
            rater: known.name,
            size: self.store.batch_size(&batch.name)?,
            batch,
        })
    }

    /// Episode and session of a unit.
    pub fn matter(&self, kind: UnitKind, unit: &UnitKey) -> Result<Matter> {
        let episode = match kind {
            UnitKind::Episode => self.store.episode(unit)?,
            UnitKind::Session => None,
        };
        let session = match (&episode, kind) {
            (Some(row), _) => self.store.session(&row.episode.session)?,
            (None, UnitKind::Session) => self.store.session(unit)?,
            (None, UnitKind::Episode) => None,
        };
        Ok(Matter {
            unit: unit.clone(),
            episode,
            session,
        })
    }

    /// The turns of a session. Reading them from a desk is logged: the judge never sees them.
    pub fn open_session(
        &mut self,
        session: &SessionRow,
        desk: Option<(&Desk, &UnitKey)>,
    ) -> Result<Vec<Turn>> {
        if let Some((desk, unit)) = desk {
            if desk.batch.evidence_only && !desk.is_gold() {
                return Err(Error::Refused(format!(
                    "{} is labelled from the evidence alone; its sessions stay closed",
                    desk.batch.name
                )));
            }
            self.log(
                Some(&desk.who),
                "open_session",
                Some(&desk.batch.name),
                Some(unit),
                None,
            )?;
        }
        Ok(self.store.turns(session.number)?)
    }

    /// The unit at a position of the rater's own order.
    pub fn assigned_at(&self, desk: &Desk, position: u32) -> Result<Option<Assigned>> {
        Ok(self
            .store
            .assigned_at(&desk.batch.name, &desk.rater, position)?)
    }

    pub fn assigned_unit(&self, desk: &Desk, unit: &str) -> Result<Option<Assigned>> {
        Ok(self
            .store
            .assigned_unit(&desk.batch.name, &desk.rater, unit)?)
    }

    /// The next unit that is not submitted, after a position and round to the beginning.
    pub fn next_open(&self, desk: &Desk, position: u32) -> Result<Option<Assigned>> {
        Ok(self
            .store
            .next_open(&desk.batch.name, &desk.rater, position)?)
    }

    /// A window of the rater's order, for lists.
    pub fn assigned_from(&self, desk: &Desk, position: u32, limit: u32) -> Result<Vec<Assigned>> {
        Ok(self
            .store
            .assigned_from(&desk.batch.name, &desk.rater, position, limit)?)
    }

    /// The rater's annotation of a unit as it stands; `None` before the first key.
    pub fn annotation(&self, desk: &Desk, unit: &UnitKey) -> Result<Option<Label>> {
        let filter = LabelFilter {
            task: Some(&desk.batch.task),
            batch: Some(&desk.batch.name),
            unit: Some(unit),
            rater: Some(&desk.rater),
            kind: None,
        };
        let mut found = None;
        self.labels(&desk.viewer, Wanted::Labels(filter), |label| {
            found = Some(label)
        })?;
        Ok(found)
    }

    /// What stands against an annotation.
    pub fn review(&self, desk: &Desk, matter: &Matter, content: &Content) -> Review {
        rules::review(
            &desk.codebook,
            &content.answers,
            content.note.as_deref(),
            matter.quotes(),
        )
    }

    /// Writes a changed draft, with the active seconds that it took.
    pub fn edit(
        &mut self,
        desk: &Desk,
        unit: &UnitKey,
        content: &Content,
        change: Change,
        seconds: f64,
    ) -> Result<()> {
        self.atomically(|study| {
            study.require_draft(desk, unit)?;
            let field = match change {
                Change::Key => None,
                Change::Typing(field) => Some(field),
            };
            let step = match field {
                Some(field) => study.running_step(desk, unit, field)?,
                None => None,
            };
            let content = Content {
                state: State::Draft,
                skipped: false,
                ..content.clone()
            };
            study.write(desk, unit, &content, Action::Edit, step, None, field)?;
            study.spend(desk, unit, seconds)
        })
    }

    /// Submits a complete, valid annotation; at the gold desk, saves the unit's gold.
    pub fn submit(
        &mut self,
        desk: &Desk,
        matter: &Matter,
        content: &Content,
        seconds: f64,
    ) -> Result<()> {
        let review = self.review(desk, matter, content);
        if let Some(problem) = review.problems.first() {
            let axis = problem
                .axis
                .as_ref()
                .and_then(|key| desk.codebook.axis(key));
            let title = axis.map_or("The note", |axis| axis.title.as_str());
            return Err(Error::Refused(format!("{title}: {}", problem.why)));
        }
        self.atomically(|study| {
            study.require_draft(desk, &matter.unit)?;
            let mut content = Content {
                state: State::Submitted,
                skipped: false,
                ..content.clone()
            };
            if desk.is_gold() {
                content = study.settled(desk, &matter.unit, content)?;
            }
            study.write(
                desk,
                &matter.unit,
                &content,
                Action::Submit,
                None,
                None,
                None,
            )?;
            study.spend(desk, &matter.unit, seconds)?;
            if desk.is_gold() {
                study.note_gold_complete(&desk.batch)?;
            }
            Ok(())
        })
    }

    /// Takes a submitted unit back, so that it can be changed.
    pub fn take_back(&mut self, desk: &Desk, unit: &UnitKey) -> Result<()> {
        self.atomically(|study| {
            study.require_open(desk)?;
            let Some(label) = study
                .annotation(desk, unit)?
                .filter(|l| l.content.state == State::Submitted)
            else {
                return Err(Error::Refused("this unit is not submitted".into()));
            };
            let content = Content {
                state: State::Draft,
                ..label.content
            };
            study.write(desk, unit, &content, Action::TakeBack, None, None, None)
        })
    }

    /// Puts a unit off, or takes it up again. The batch is not complete until it is submitted.
    pub fn skip(&mut self, desk: &Desk, unit: &UnitKey, content: &Content) -> Result<()> {
        self.atomically(|study| {
            study.require_draft(desk, unit)?;
            study.write(desk, unit, content, Action::Edit, None, None, None)
        })
    }

    #[allow(clippy::too_many_arguments)]
    pub(super) fn write(
        &mut self,
        desk: &Desk,
        unit: &UnitKey,
        content: &Content,
        action: Action,
        step: Option<i64>,
        target: Option<i64>,
        field: Option<&str>,
    ) -> Result<()> {
        let version = self.store.episode_version(unit)?;
        self.store.append(
            &desk.codebook,
            &NewRevision {
                address: &desk.address(unit),
                content,
                action,
                step,
                target,
                field,
                by: Some(&desk.who),
                version,
                source: None,
                at: &self.now(),
            },
        )?;
        Ok(())
    }

    fn spend(&mut self, desk: &Desk, unit: &UnitKey, seconds: f64) -> Result<()> {
        if seconds > 0.0 {
            self.store
                .add_time(&desk.batch.name, unit, &desk.who, seconds)?;
        }
        Ok(())
    }

    /// Annotators work while the batch is open, adjudicators once it is locked. Asked of the file
    /// each time: somebody else may have locked it.
    pub(super) fn require_open(&self, desk: &Desk) -> Result<()> {
        let batch = self.batch(&desk.batch.name)?;
        match (desk.is_gold(), &batch.lock) {
            (false, Some(lock)) => Err(Error::Refused(format!(
                "{} was locked by {} on {}; no label changes any more",
                batch.name, lock.by, lock.at
            ))),
            (true, None) => Err(Error::Refused(format!(
                "{} is open again; nothing to adjudicate",
                batch.name
            ))),
            _ => Ok(()),
        }
    }

    fn require_draft(&self, desk: &Desk, unit: &UnitKey) -> Result<()> {
        self.require_open(desk)?;
        let state = self
            .annotation(desk, unit)?
            .map(|label| label.content.state);
        if state == Some(State::Submitted) {
            let done = if desk.is_gold() { "saved" } else { "submitted" };
            return Err(Error::Refused(format!(
                "this unit is {done}; take it back to change it"
            )));
        }
        Ok(())
    }
}
