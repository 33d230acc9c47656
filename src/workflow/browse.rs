//! All units of a task, a window at a time, narrowed by what they are and by what may be seen of
//! what was said about them.
//!
//! A filter on labels would tell what it hides. So labels only narrow a list through
//! [`Study::labels_of`], which knows the viewer: the file is asked for candidates, and each is then
//! looked at with the viewer's eyes.

use serde::{Deserialize, Serialize};

use super::{Result, Study, sight::Viewer};
use crate::domain::{
    answers::Answer,
    codebook::{Axis, Codebook, Kind, UnitKind},
    ids::RaterName,
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
    fn admits(&self, codebook: &Codebook, labels: &[Label]) -> bool {
        let basis = self.basis.as_ref().is_none_or(|wanted| {
            labels
                .iter()
                .filter_map(basis_of)
                .any(|basis| basis.as_str() == wanted)
        });
        let answer = self.answer.as_ref().is_none_or(|wanted| {
            labels
                .iter()
                .any(|label| *label.address.rater == *wanted.rater && wanted.is_in(codebook, label))
        });
        basis && answer
    }
}

impl AnswerIs {
    fn is_in(&self, codebook: &Codebook, label: &Label) -> bool {
        let Some(axis) = codebook.axis(&self.axis) else {
            return false;
        };
        let answer = label.content.answers.get(&axis.key);
        answer.is_some_and(|answer| self.is_chosen(axis, answer))
    }

    /// Whether the code, or a label that an open code stands for, is chosen.
    fn is_chosen(&self, axis: &Axis, answer: &Answer) -> bool {
        match answer {
            Answer::Text(_) => false,
            Answer::Picks(picks) => picks.iter().any(|pick| {
                let code = axis.code(&pick.code);
                code.is_some_and(|code| *code.key == *self.code)
            }),
            Answer::Repeated(items) => items
                .iter()
                .flatten()
                .any(|answer| self.is_chosen(axis, answer)),
        }
    }

    /// The code as it stands in stored answers, where it always stands there in the same way: not
    /// the points of a scale, which are numbers, and not open codes.
    fn stored(&self, codebook: &Codebook) -> Option<String> {
        let axis = codebook.axis(&self.axis)?;
        let code = axis.codes.iter().find(|code| *code.key == *self.code)?;
        let plain = axis.kind != Kind::Scale && code.pattern.is_none();
        plain.then(|| serde_json::Value::from(self.code.as_str()).to_string())
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
        let holding = narrowing
            .answer
            .as_ref()
            .and_then(|answer| answer.stored(&task.codebook));
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
                labelled: self.candidates(narrowing, holding.as_deref()),
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
                if narrowing.asks_for_labels() && !narrowing.admits(&task.codebook, &labels) {
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
    fn candidates<'n>(
        &self,
        narrowing: &'n Narrowing,
        holding: Option<&'n str>,
    ) -> Option<Candidates<'n>> {
        let Some(answer) = &narrowing.answer else {
            return narrowing.basis.as_ref().map(|_| Candidates {
                rater: RaterName::GOLD,
                holding: None,
                many: false,
            });
        };
        let kind = self.rater(&answer.rater).map(|rater| rater.kind);
        Some(Candidates {
            rater: &answer.rater,
            holding,
            many: kind.is_ok_and(|kind| kind == RaterKind::Judge.as_str()),
        })
    }

    /// The values that a facet has in the study, at most `limit` of them.
    pub fn facet_values(&self, task: &str, facet: Facet, limit: usize) -> Result<Vec<String>> {
        let task = self.task(task)?;
        Ok(self.store.facet_values(&task.name, facet, limit)?)
    }

    /// How many units a task could label in all, counted up to a limit.
    pub fn unit_count(&self, task: &str, limit: u64) -> Result<u64> {
        let sessions = self.task(task)?.codebook.unit == UnitKind::Session;
        Ok(self.store.count_units(sessions, limit)?)
    }
}
