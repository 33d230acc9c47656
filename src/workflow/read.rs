//! Reading a unit outside a desk: what it is, and what everybody said about it, as far as the reader
//! may see it.

use std::sync::Arc;

use super::{Error, Result, Study, annotate::Matter, sight::Viewer};
use crate::domain::{
    codebook::Codebook,
    ids::{BatchName, TaskName, UnitKey},
    label::{Label, RaterKind},
    session::Turn,
};

/// A unit with all labels of a task that its reader may see.
#[derive(Clone, Debug)]
pub struct Reading {
    pub matter: Matter,
    pub task: TaskName,
    /// The task's rules as they are now.
    pub codebook: Arc<Codebook>,
    /// Annotators first, then gold, then judges.
    pub labels: Vec<Seen>,
    /// Batches of the task that hold the unit and are not revealed yet.
    pub open: Vec<BatchName>,
}

/// A label with the rules that it was made under.
#[derive(Clone, Debug)]
pub struct Seen {
    pub label: Label,
    pub codebook: Arc<Codebook>,
}

impl Study {
    /// A unit as `viewer` may read it.
    pub fn reading(&self, viewer: &Viewer, task: &str, unit: &UnitKey) -> Result<Reading> {
        let task = self.task(task)?;
        let matter = self.matter(task.codebook.unit, unit)?;
        if matter.episode.is_none() && matter.session.is_none() {
            return Err(Error::Usage(format!("the study has no unit {unit}")));
        }
        let mut labels = self
            .labels_of(viewer, &task.name, unit)?
            .into_iter()
            .map(|label| {
                let codebook = self.codebook(&label.address.codebook)?.codebook.clone();
                Ok(Seen { label, codebook })
            })
            .collect::<Result<Vec<_>>>()?;
        labels.sort_by_key(|seen| match seen.label.address.kind {
            RaterKind::Annotator => 0,
            RaterKind::Gold => 1,
            RaterKind::Judge => 2,
        });
        let mut open = Vec::new();
        for name in self.store.batches_of_unit(unit)? {
            let batch = self.batch(&name)?;
            if batch.task == task.name && !batch.is_revealed() {
                open.push(batch.name);
            }
        }
        Ok(Reading {
            matter,
            task: task.name.clone(),
            codebook: task.codebook.clone(),
            labels,
            open,
        })
    }

    /// The turns of a unit's session, for somebody who is at no desk. Whoever still has to label the
    /// unit is held to the rules of the desk: it is logged, or refused where the evidence alone is
    /// to be read.
    pub fn read_session(&mut self, viewer: &Viewer, matter: &Matter) -> Result<Vec<Turn>> {
        let Some(session) = &matter.session else {
            return Err(Error::Refused("the session is not in the study".into()));
        };
        self.admit_to_session(viewer, &matter.unit)?;
        Ok(self.store.turns(session.number)?)
    }

    /// Holds whoever reads the session of a unit to the rules of the unit's open batches.
    pub(super) fn admit_to_session(&mut self, viewer: &Viewer, unit: &UnitKey) -> Result<()> {
        for name in self.store.batches_of_unit(unit)? {
            let batch = self.batch(&name)?;
            let may_label = match viewer {
                Viewer::Person(names) => names.iter().find(|who| batch.annotators.contains(who)),
                _ => None,
            };
            if !batch.is_open() || (may_label.is_none() && *viewer != Viewer::Anyone) {
                continue;
            }
            if batch.evidence_only {
                return Err(Error::Refused(format!(
                    "{name} is labelled from the evidence alone; its sessions stay closed until it is locked"
                )));
            }
            self.log(
                may_label.map(|who| &**who),
                "open_session",
                Some(&name),
                Some(unit),
                None,
            )?;
        }
        Ok(())
    }

    /// The names of episodes, for lists.
    pub fn names_of(&self, units: &[UnitKey]) -> Result<Vec<Option<String>>> {
        units
            .iter()
            .map(|unit| Ok(self.store.episode_name(unit)?.flatten()))
            .collect()
    }
}
