//! Who may see which label. All labels are read through [`Study::labels`], which takes the viewer.
//!
//! The rules: one's own labels are always one's own to see. Another annotator's labels come into
//! sight when their batch is locked, a judge's when every batch that holds the unit has its gold.
//! A unit of an open batch shows nobody's labels from elsewhere to those who are to label it.

use std::collections::{HashMap, HashSet};

use super::{Error, Result, Study};
use crate::{
    domain::{
        batch::Batch,
        ids::{RaterName, UnitKey},
        label::{Label, RaterKind},
    },
    store::revisions::{HistoryRow, LabelFilter},
};

/// Who looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// Somebody at the command line, who may be anyone.
    Anyone,
    /// A person who said who they are; several for a joint adjudication.
    Person(Vec<RaterName>),
    /// The program, which turns labels into figures, gold and snapshots and shows none of them.
    /// `tests/architecture.rs` lists the few files that may say so.
    Program,
}

impl Viewer {
    /// The viewer that `--as NAME` means; `ana+ben` are two people at one screen.
    pub fn named(name: &str) -> Self {
        Viewer::Person(name.split('+').map(RaterName::from).collect())
    }

    fn is(&self, rater: &str) -> bool {
        matches!(self, Viewer::Person(names) if names.iter().any(|name| **name == *rater))
    }
}

/// Which labels are wanted.
#[derive(Clone, Copy, Debug)]
pub enum Wanted<'a> {
    /// As they stand, for each batch that is locked as they stood at its lock.
    Labels(LabelFilter<'a>),
    /// What the lock of a batch froze.
    Snapshot(&'a str),
}

/// What stands in the way of seeing labels, looked up once per reading.
struct Curtain {
    /// Units of open batches, by task and unit, that the viewer may have to label.
    blind: HashSet<(String, UnitKey)>,
    /// Units of batches whose gold is not complete.
    unsettled: HashSet<(String, UnitKey)>,
    batches: HashMap<String, Batch>,
}

impl Curtain {
    fn hides(&self, viewer: &Viewer, label: &Label) -> bool {
        let address = &label.address;
        if *viewer == Viewer::Program {
            return false;
        }
        if address.kind == RaterKind::Annotator && viewer.is(&address.rater) {
            return false;
        }
        let place = (address.task.0.clone(), address.unit.clone());
        if self.blind.contains(&place) {
            return true;
        }
        match address.kind {
            RaterKind::Judge => self.unsettled.contains(&place),
            RaterKind::Annotator | RaterKind::Gold => address
                .batch
                .as_ref()
                .and_then(|name| self.batches.get(&name.0))
                .is_none_or(|batch| !batch.is_revealed()),
        }
    }
}

impl Study {
    /// What hides labels from `viewer`: of one unit, or of all.
    fn curtain(&self, viewer: &Viewer, unit: Option<&str>) -> Result<Curtain> {
        let mut curtain = Curtain {
            blind: HashSet::new(),
            unsettled: HashSet::new(),
            batches: HashMap::new(),
        };
        if *viewer == Viewer::Program {
            return Ok(curtain);
        }
        let names = match unit {
            Some(unit) => self.store.batches_of_unit(unit)?,
            None => self.store.batch_names()?,
        };
        for name in names {
            let batch = self.batch(&name)?;
            let complete = self.gold_is_complete(&batch)?;
            let blind = !batch.is_revealed() && self.may_label(viewer, &batch);
            if blind || !complete {
                let units = match unit {
                    Some(unit) => vec![UnitKey::from(unit)],
                    None => self.store.units_of_batch(&batch.name)?,
                };
                for unit in units {
                    let place = (batch.task.0.clone(), unit);
                    if blind {
                        curtain.blind.insert(place.clone());
                    }
                    if !complete {
                        curtain.unsettled.insert(place);
                    }
                }
            }
            curtain.batches.insert(batch.name.0.clone(), batch);
        }
        Ok(curtain)
    }

    /// Whether whoever looks may be one of a batch's annotators.
    pub(super) fn may_label(&self, viewer: &Viewer, batch: &Batch) -> bool {
        match viewer {
            Viewer::Person(_) => batch.annotators.iter().any(|rater| viewer.is(rater)),
            _ => true,
        }
    }

    /// Refuses a batch whose labels nobody may see yet, with what to do about it.
    pub(super) fn require_revealed(&self, batch: &Batch) -> Result<()> {
        let name = &batch.name;
        match &batch.lock {
            None => Err(Error::NotReady(format!(
                "{name} is still open; lock it with: tiebreak lock {name}"
            ))),
            Some(lock) if !lock.sealed => Err(Error::NotReady(format!(
                "{name} is locked, but its labels are not all here yet; import them"
            ))),
            Some(_) => Ok(()),
        }
    }

    /// Whether every unit of a batch has gold.
    pub fn gold_is_complete(&self, batch: &Batch) -> Result<bool> {
        Ok(batch.is_revealed()
            && self.store.gold_count(&batch.name)? == self.store.batch_size(&batch.name)?)
    }

    /// Hands over the wanted labels that the viewer may see, and tells how many were withheld.
    ///
    /// This is the only way from the study's labels to anything that is shown, counted or written.
    pub fn labels(
        &self,
        viewer: &Viewer,
        wanted: Wanted,
        mut each: impl FnMut(Label),
    ) -> Result<usize> {
        let unit = match wanted {
            Wanted::Labels(filter) => filter.unit,
            Wanted::Snapshot(_) => None,
        };
        let curtain = self.curtain(viewer, unit)?;
        let mut withheld = 0;
        let mut show = |label: Label| {
            if curtain.hides(viewer, &label) {
                withheld += 1;
            } else {
                each(label);
            }
        };
        let shelf = self.shelf_of();
        match wanted {
            Wanted::Labels(filter) => self.store.labels(&shelf, filter, &mut show)?,
            Wanted::Snapshot(batch) => self.store.snapshot(&shelf, batch, &mut show)?,
        }
        Ok(withheld)
    }

    /// Hands over some labels that the viewer may see, in the order in which they were begun, from
    /// behind the annotation `after`. At most `limit` are looked at. Gives where to go on.
    pub fn labels_after(
        &self,
        viewer: &Viewer,
        after: i64,
        limit: usize,
        mut each: impl FnMut(Label),
    ) -> Result<Option<i64>> {
        let curtain = self.curtain(viewer, None)?;
        let shelf = self.shelf_of();
        let next = self.store.labels_after(&shelf, after, limit, |label| {
            if !curtain.hides(viewer, &label) {
                each(label);
            }
        })?;
        Ok(next)
    }

    /// Hands over the history of all annotations under the same rules.
    pub fn history(
        &self,
        viewer: &Viewer,
        batch: Option<&str>,
        mut each: impl FnMut(HistoryRow),
    ) -> Result<usize> {
        let curtain = self.curtain(viewer, None)?;
        let mut withheld = 0;
        self.store.history(&self.shelf_of(), batch, |row| {
            if curtain.hides(viewer, &row.label) {
                withheld += 1;
            } else {
                each(row);
            }
        })?;
        Ok(withheld)
    }

    /// The labels of one unit that the viewer may see.
    pub fn labels_of(&self, viewer: &Viewer, task: &str, unit: &str) -> Result<Vec<Label>> {
        let mut found = Vec::new();
        let filter = LabelFilter {
            task: Some(task),
            unit: Some(unit),
            ..Default::default()
        };
        self.labels(viewer, Wanted::Labels(filter), |label| found.push(label))?;
        Ok(found)
    }
}
