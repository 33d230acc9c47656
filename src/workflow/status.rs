//! How far a study is, and what to do next.

use serde::Serialize;

use super::{Result, Study, second_thoughts::SECOND_THOUGHT};
use crate::{
    domain::{
        batch::Batch,
        codebook::UnitKind,
        ids::{BatchName, RaterName, TaskName},
    },
    store::events::EventRow,
};

/// How far an annotator is with a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Progress {
    pub rater: RaterName,
    pub submitted: u32,
    /// Begun and neither submitted nor put off.
    pub begun: u32,
    pub put_off: u32,
}

/// How far a batch is.
#[derive(Clone, Debug)]
pub struct BatchStatus {
    /// Without its members.
    pub batch: Batch,
    pub size: u32,
    pub progress: Vec<Progress>,
    /// Units whose gold is saved.
    pub gold: u32,
}

impl BatchStatus {
    pub fn is_labelled(&self) -> bool {
        self.progress.iter().all(|one| one.submitted == self.size)
    }

    /// Units that wait for the adjudicator; none before the lock.
    pub fn waiting(&self) -> u32 {
        if self.batch.is_revealed() {
            self.size.saturating_sub(self.gold)
        } else {
            0
        }
    }
}

/// A next thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    ImportSessions,
    ImportEpisodes,
    /// `n` units would do, of this task or another that has units.
    Sample {
        task: TaskName,
        n: u64,
    },
    Label {
        batch: BatchName,
        rater: RaterName,
        left: u32,
    },
    Lock {
        batch: BatchName,
    },
    /// A batch was imported locked, and its labels are not all here.
    ImportLabels {
        batch: BatchName,
    },
    Adjudicate {
        batch: BatchName,
        left: u32,
    },
    /// Gold is complete: read agreement, score a judge, export.
    ReadResults {
        batch: BatchName,
    },
}

/// The state of a study at a glance.
#[derive(Clone, Debug)]
pub struct Status {
    /// What is to be known about the study as a whole, such as that it is invented.
    pub about: Option<String>,
    pub sessions: u64,
    pub episodes: u64,
    pub batches: Vec<BatchStatus>,
    /// What can be done next, the most pressing first.
    pub steps: Vec<Step>,
    /// The newest entries of the log.
    pub recent: Vec<EventRow>,
}

impl Study {
    /// How far the study is; with the steps of `who` first, if it is known who asks.
    pub fn status(&self, who: Option<&str>) -> Result<Status> {
        let (sessions, episodes) = self.store.counts()?;
        let batches: Vec<BatchStatus> = self
            .batches()?
            .into_iter()
            .map(|batch| self.batch_status(batch))
            .collect::<Result<_>>()?;
        let mut steps: Vec<Step> = batches
            .iter()
            .flat_map(|status| steps_of(status, who))
            .collect();
        if sessions == 0 && episodes == 0 {
            steps.push(Step::ImportSessions);
        }
        if episodes == 0 {
            steps.push(Step::ImportEpisodes);
        }
        if batches.is_empty()
            && let Some(step) = self.first_sample(sessions, episodes)
        {
            steps.push(step);
        }
        // Finished batches have nothing that presses.
        steps.sort_by_key(|step| matches!(step, Step::ReadResults { .. }));
        let mut recent = self.store.events(None, 20)?;
        // A unit of a locked batch may also be in an open one.
        for event in recent
            .iter_mut()
            .filter(|event| event.what == SECOND_THOUGHT)
        {
            event.detail = None;
        }
        Ok(Status {
            about: self.about()?,
            sessions,
            episodes,
            batches,
            steps,
            recent,
        })
    }

    /// What could be drawn from, for the first task that has units.
    fn first_sample(&self, sessions: u64, episodes: u64) -> Option<Step> {
        self.tasks().iter().find_map(|task| {
            let units = match task.codebook.unit {
                UnitKind::Episode => episodes,
                UnitKind::Session => sessions,
            };
            (units > 0).then(|| Step::Sample {
                task: task.name.clone(),
                n: units.min(100),
            })
        })
    }

    /// How far one batch is.
    pub fn batch_status(&self, batch: Batch) -> Result<BatchStatus> {
        let progress = batch
            .annotators
            .iter()
            .map(|rater| {
                let (submitted, begun, put_off) = self.store.progress(&batch.name, rater)?;
                Ok(Progress {
                    rater: rater.clone(),
                    submitted,
                    begun,
                    put_off,
                })
            })
            .collect::<Result<_>>()?;
        Ok(BatchStatus {
            size: self.store.batch_size(&batch.name)?,
            gold: self.store.gold_count(&batch.name)?,
            progress,
            batch,
        })
    }
}

fn steps_of(status: &BatchStatus, who: Option<&str>) -> Vec<Step> {
    let batch = status.batch.name.clone();
    match &status.batch.lock {
        None if status.is_labelled() => vec![Step::Lock { batch }],
        None => status
            .progress
            .iter()
            .filter(|one| one.submitted < status.size)
            .filter(|one| who.is_none_or(|who| who.eq_ignore_ascii_case(&one.rater)))
            .map(|one| Step::Label {
                batch: batch.clone(),
                rater: one.rater.clone(),
                left: status.size - one.submitted,
            })
            .collect(),
        Some(lock) if !lock.sealed => vec![Step::ImportLabels { batch }],
        Some(_) if status.waiting() > 0 => vec![Step::Adjudicate {
            batch,
            left: status.waiting(),
        }],
        Some(_) => vec![Step::ReadResults { batch }],
    }
}

impl Step {
    /// What can be typed after `tiebreak` to take it.
    pub fn command(&self) -> String {
        match self {
            Step::ImportSessions => "import sessions PATH...".into(),
            Step::ImportEpisodes => "import episodes PATH...".into(),
            Step::Sample { task, n } => {
                format!("sample NAME --task {task} --n {n} --seed 1 --annotators NAME,NAME")
            }
            Step::Label { batch, rater, .. } => format!("annotate {batch} --as {rater}"),
            Step::Lock { batch } => format!("lock {batch}"),
            Step::ImportLabels { batch } => format!("import labels PATH... --batch {batch}"),
            Step::Adjudicate { batch, .. } => format!("adjudicate {batch} --as NAME"),
            Step::ReadResults { batch } => format!("agreement {batch}"),
        }
    }
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Step::ImportSessions => f.write_str("Import the chat sessions"),
            Step::ImportEpisodes => f.write_str("Import the episodes"),
            Step::Sample { .. } => f.write_str("Draw a batch of units to label"),
            Step::Label { batch, rater, left } => write!(f, "{rater} labels {batch}: {left} to go"),
            Step::Lock { batch } => write!(f, "Lock {batch}: everybody has submitted everything"),
            Step::ImportLabels { batch } => {
                write!(f, "Import the labels that {batch} was locked with")
            }
            Step::Adjudicate { batch, left } => write!(f, "Adjudicate {batch}: {left} waiting"),
            Step::ReadResults { batch } => {
                write!(f, "Read the results of {batch}: its gold is complete")
            }
        }
    }
}
