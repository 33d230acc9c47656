//! All units of a task, a window at a time, narrowed by what they are and by what may be seen of
//! what was said about them.
//!
//! A filter on labels would tell what it hides. So labels only narrow a list through
//! [`Study::labels_of`], which knows the viewer: the file is asked for candidates, and each is then
//! looked at with the viewer's eyes.

use serde::{Deserialize, Serialize};

use super::{Result, Study, sight::Viewer};
use crate::domain::{
    codebook::UnitKind,
    label::{Basis, Label, RaterKind, State},
};

pub use crate::store::browse::{Begin, Facet, Line};
use crate::store::browse::{Candidates, Query};

/// Which units are wanted; an absent field admits all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Narrowing {
    pub repository: Option<String>,
    pub modality: Option<String>,
    pub agent: Option<String>,
    pub confidence: Option<String>,
    pub batch: Option<String>,
    /// How the gold came about, in its own word.
    pub basis: Option<String>,
    pub answer: Option<AnswerIs>,
    /// Part of the name or description.
    pub words: Option<String>,
}

/// A code that a rater used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerIs {
    pub rater: String,
    pub axis: String,
    pub code: String,
}

impl Narrowing {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn asks_for_labels(&self) -> bool {
        self.basis.is_some() || self.answer.is_some()
    }

    /// Whether these labels, which the viewer may see, are what is asked for.
    fn admits(&self, labels: &[Label]) -> bool {
        let basis = self.basis.as_ref().is_none_or(|wanted| {
            labels
                .iter()
                .filter_map(basis_of)
                .any(|basis| basis.as_str() == wanted)
        });
        let answer = self.answer.as_ref().is_none_or(|wanted| {
            labels.iter().any(|label| {
                let answer = label.content.answers.get(&wanted.axis);
                *label.address.rater == *wanted.rater
                    && answer.is_some_and(|answer| answer.uses(&wanted.code))
            })
        });
        basis && answer
    }
}

fn basis_of(label: &Label) -> Option<Basis> {
    let saved = label.address.kind == RaterKind::Gold && label.content.state == State::Submitted;
    label.content.basis.filter(|_| saved)
}

/// A stretch of the list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Window {
    pub lines: Vec<Line>,
    /// Whether the list goes on in the direction that was asked for.
    pub more: bool,
}

impl Study {
    /// At most `limit` units of a task in the order of their keys.
    pub fn browse(
        &self,
        viewer: &Viewer,
        task: &str,
        narrowing: &Narrowing,
        from: &Begin,
        limit: usize,
    ) -> Result<Window> {
        let task = self.task(task)?;
        let mut from = from.clone();
        let mut window = Window::default();
        loop {
            let query = Query {
                task: &task.name,
                sessions: task.codebook.unit == UnitKind::Session,
                repository: narrowing.repository.as_deref(),
                modality: narrowing.modality.as_deref(),
                agent: narrowing.agent.as_deref(),
                confidence: narrowing.confidence.as_deref(),
                batch: narrowing.batch.as_deref(),
                words: narrowing.words.as_deref(),
                labelled: self.candidates(narrowing)?,
                from: &from,
                limit: limit + 1,
            };
            let (found, exhausted) = self.store.lines(&query)?;
            if let Some(last) = found.last() {
                from = from.beyond(&last.unit);
            }
            for mut line in found {
                let labels = match line.labelled {
                    true => self.labels_of(viewer, &task.name, &line.unit)?,
                    false => Vec::new(),
                };
                if narrowing.asks_for_labels() && !narrowing.admits(&labels) {
                    continue;
                }
                line.basis = labels.iter().find_map(basis_of);
                window.lines.push(line);
            }
            if exhausted || window.lines.len() > limit {
                break;
            }
        }
        window.more = window.lines.len() > limit;
        window.lines.truncate(limit);
        if from.is_backward() {
            window.lines.reverse();
        }
        Ok(window)
    }

    /// Which annotations a unit must have to be worth looking at.
    fn candidates<'n>(&self, narrowing: &'n Narrowing) -> Result<Option<Candidates<'n>>> {
        if let Some(answer) = &narrowing.answer {
            let judge = self
                .rater(&answer.rater)
                .is_ok_and(|rater| rater.kind == RaterKind::Judge.as_str());
            return Ok(Some(Candidates {
                rater: &answer.rater,
                many: judge,
            }));
        }
        Ok(narrowing.basis.as_ref().map(|_| Candidates {
            rater: crate::domain::ids::RaterName::GOLD,
            many: false,
        }))
    }

    /// The values that a facet has in the study, at most `limit` of them.
    pub fn facet_values(&self, task: &str, facet: Facet, limit: usize) -> Result<Vec<String>> {
        let task = self.task(task)?;
        Ok(self.store.facet_values(&task.name, facet, limit)?)
    }

    /// How many units a task could label in all.
    pub fn unit_count(&self, task: &str) -> Result<u64> {
        let (sessions, episodes) = self.store.counts()?;
        Ok(match self.task(task)?.codebook.unit {
            UnitKind::Episode => episodes,
            UnitKind::Session => sessions,
        })
    }
}
