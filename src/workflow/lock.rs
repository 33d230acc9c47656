//! Locking a batch: it freezes what is submitted, reveals it, and lets gold follow where all agree.

use std::collections::{BTreeMap, HashSet};

use super::{
    Error, Result, Study, sha256_hex,
    sight::{Viewer, Wanted},
};
use crate::{
    domain::{
        batch::{Batch, Lock},
        codebook::Codebook,
        gold,
        ids::{RaterName, UnitKey},
        label::{Address, Basis, Content, Label, RaterKind, State},
    },
    formats::labels::frozen_line,
    store::revisions::{Action, LabelFilter, NewRevision},
};

/// What a lock did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locked {
    pub frozen: usize,
    /// Labels that were expected and are not there.
    pub missing: usize,
    pub unanimous: usize,
    /// Units that wait for the adjudicator.
    pub disputed: usize,
}

impl Study {
    /// How many labels of a batch are still to be submitted, by annotator.
    pub fn outstanding(&self, batch: &Batch) -> Result<Vec<(RaterName, u32)>> {
        let size = self.store.batch_size(&batch.name)?;
        batch
            .annotators
            .iter()
            .map(|rater| {
                Ok((
                    rater.clone(),
                    size - self.store.progress(&batch.name, rater)?.0,
                ))
            })
            .collect()
    }

    /// Locks a batch once everything is submitted, or with a reason before that.
    pub fn lock(&mut self, batch: &str, by: &str, force: Option<&str>) -> Result<Locked> {
        require_reason(force)?;
        self.atomically(|study| {
            let batch = study.batch(batch)?;
            if let Some(lock) = &batch.lock {
                return Err(Error::NotReady(format!("{} was already locked by {} on {}", batch.name, lock.by, lock.at)));
            }
            let outstanding = study.outstanding(&batch)?;
            let missing: u32 = outstanding.iter().map(|(_, count)| count).sum();
            let forced = force.filter(|_| missing > 0);
            if missing > 0 && forced.is_none() {
                let who: Vec<String> = outstanding
                    .iter()
                    .filter(|(_, count)| *count > 0)
                    .map(|(rater, count)| format!("{rater} has {count} to submit"))
                    .collect();
                return Err(Error::NotReady(format!(
                    "{} is not complete: {}; finish them, or freeze what there is with --force --why REASON",
                    batch.name,
                    who.join(", ")
                )));
            }
            let labels = study.submitted_labels(&batch)?;
            let codebook = study.codebook(&batch.codebook)?.codebook.clone();
            let lock = Lock {
                at: study.now(),
                by: by.to_owned(),
                forced: forced.map(Into::into),
                sha256: snapshot_sha256(&codebook, &labels),
                sealed: true,
            };
            study.log(Some(by), "lock", Some(&batch.name), None, lock.forced.clone())?;
            let batch = Batch { lock: Some(lock), ..batch };
            let done = study.seal(&batch, &codebook, &HashSet::new())?;
            Ok(Locked { missing: missing as usize, ..done })
        })
    }

    /// What the annotators of a batch have submitted, in the order of unit and rater.
    pub(super) fn submitted_labels(&self, batch: &Batch) -> Result<Vec<Label>> {
        let mut labels = Vec::new();
        let filter = LabelFilter {
            task: Some(&batch.task),
            batch: Some(&batch.name),
            kind: Some(RaterKind::Annotator),
            ..Default::default()
        };
        self.labels(&Viewer::Program, Wanted::Labels(filter), |label| {
            if label.content.state == State::Submitted
                && batch.annotators.contains(&label.address.rater)
            {
                labels.push(label);
            }
        })?;
        Ok(labels)
    }

    /// Freezes the submitted labels under the batch's lock and makes gold of what is unanimous,
    /// except for units whose gold is about to be imported.
    pub(super) fn seal(
        &mut self,
        batch: &Batch,
        codebook: &Codebook,
        gold_follows: &HashSet<UnitKey>,
    ) -> Result<Locked> {
        let lock = batch
            .lock
            .as_ref()
            .ok_or_else(|| Error::Refused(format!("{} is not locked", batch.name)))?;
        let mut by_unit: BTreeMap<UnitKey, Vec<Label>> = BTreeMap::new();
        for label in self.submitted_labels(batch)? {
            by_unit
                .entry(label.address.unit.clone())
                .or_default()
                .push(label);
        }
        self.store.set_lock(
            &batch.name,
            &Lock {
                sealed: true,
                ..lock.clone()
            },
        )?;
        let mut frozen = 0;
        for rater in &batch.annotators {
            for (unit, revision) in self.store.submitted(&batch.name, rater)? {
                self.store.freeze(&batch.name, &unit, rater, revision)?;
                frozen += 1;
            }
        }
        let mut unanimous = 0;
        for (unit, labels) in &by_unit {
            let complete = labels.len() == batch.annotators.len();
            let answers: Vec<_> = labels.iter().map(|label| &label.content.answers).collect();
            let Some(agreed) = gold::unanimous(codebook, &answers).filter(|_| complete) else {
                continue;
            };
            unanimous += 1;
            if gold_follows.contains(unit) {
                continue;
            }
            let content = Content {
                answers: agreed,
                state: State::Submitted,
                basis: Some(Basis::Unanimous),
                ..Content::default()
            };
            self.append_gold(
                batch,
                codebook,
                unit,
                &content,
                Action::Lock,
                None,
                None,
                &lock.at,
            )?;
        }
        let size = self.store.batch_size(&batch.name)? as usize;
        let sealed = Batch {
            lock: Some(Lock {
                sealed: true,
                ..lock.clone()
            }),
            ..batch.clone()
        };
        self.note_gold_complete(&sealed)?;
        Ok(Locked {
            frozen,
            missing: 0,
            unanimous,
            disputed: size - unanimous,
        })
    }

    /// Appends gold for a unit outside the adjudicator's desk.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn append_gold(
        &mut self,
        batch: &Batch,
        codebook: &Codebook,
        unit: &UnitKey,
        content: &Content,
        action: Action,
        by: Option<&str>,
        source: Option<&str>,
        at: &str,
    ) -> Result<()> {
        let address = Address {
            task: batch.task.clone(),
            codebook: batch.codebook.clone(),
            batch: Some(batch.name.clone()),
            unit: unit.clone(),
            rater: RaterName::GOLD.into(),
            kind: RaterKind::Gold,
        };
        let version = self.store.episode_version(unit)?;
        let new = NewRevision {
            address: &address,
            content,
            action,
            step: None,
            target: None,
            field: None,
            by,
            version,
            source,
            at,
        };
        self.store.append(codebook, &new)?;
        Ok(())
    }

    /// Logs the first moment at which a batch's gold is complete: from then on the judge can be
    /// seen, and gold that changes later is marked.
    pub(super) fn note_gold_complete(&mut self, batch: &Batch) -> Result<()> {
        if self.gold_is_complete(batch)? && !self.store.happened("gold_complete", &batch.name)? {
            self.log(None, "gold_complete", Some(&batch.name), None, None)?;
        }
        Ok(())
    }

    /// Opens a locked batch again, as long as nobody has begun to adjudicate it.
    pub fn reopen(&mut self, batch: &str, by: &str, why: &str) -> Result<()> {
        require_reason(Some(why))?;
        self.atomically(|study| {
            let batch = study.batch(batch)?;
            if batch.is_open() {
                return Err(Error::NotReady(format!("{} is open", batch.name)));
            }
            let mut settled = 0;
            let filter = LabelFilter {
                batch: Some(&batch.name),
                kind: Some(RaterKind::Gold),
                ..Default::default()
            };
            study.labels(&Viewer::Program, Wanted::Labels(filter), |label| {
                let by_itself = label.content.state == State::Submitted
                    && label.content.basis == Some(Basis::Unanimous);
                // Gold that an earlier reopening withdrew is an empty draft.
                settled += usize::from(!by_itself && label.content != Content::default());
            })?;
            if settled > 0 {
                return Err(Error::NotReady(format!(
                    "{} cannot be opened again: its adjudication has begun ({settled} units)",
                    batch.name
                )));
            }
            study.withdraw_gold(&batch, by)?;
            study.store.unlock(&batch.name)?;
            study.log(
                Some(by),
                "reopen",
                Some(&batch.name),
                None,
                Some(why.to_owned()),
            )
        })
    }

    /// Gold that followed from a lock goes with it: a draft without answers is appended.
    fn withdraw_gold(&mut self, batch: &Batch, by: &str) -> Result<()> {
        let codebook = self.codebook(&batch.codebook)?.codebook.clone();
        let now = self.now();
        for (unit, _) in self.store.submitted(&batch.name, RaterName::GOLD)? {
            self.append_gold(
                batch,
                &codebook,
                &unit,
                &Content::default(),
                Action::Lock,
                Some(by),
                None,
                &now,
            )?;
        }
        Ok(())
    }
}

/// A reason that is asked for has to say something.
fn require_reason(why: Option<&str>) -> Result<()> {
    match why {
        Some(why) if why.trim().is_empty() => {
            Err(Error::Usage("--why is empty: say why, it is kept".into()))
        }
        _ => Ok(()),
    }
}

/// SHA-256 over the frozen lines of a batch's labels, which stand in the order of unit and rater.
pub(super) fn snapshot_sha256(codebook: &Codebook, labels: &[Label]) -> String {
    let mut lines: Vec<String> = labels
        .iter()
        .map(|label| frozen_line(codebook, label) + "\n")
        .collect();
    lines.sort();
    sha256_hex(lines.concat().as_bytes())
}
