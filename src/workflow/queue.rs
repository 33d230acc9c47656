//! What a rater sees of the own work at a desk: the list of units, the pace, earlier uses of a code.

use super::{
    Result, Study,
    adjudicate::Case,
    annotate::{Desk, Matter},
    sight::Wanted,
};
use crate::{
    domain::{
        ids::UnitKey,
        label::{Basis, State},
    },
    store::{revisions::LabelFilter, sessions::SessionRow},
};

pub use crate::store::queue::{Filter, Waiting};

/// How a rater gets on with a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pace {
    pub submitted: u32,
    pub size: u32,
    /// Active seconds per unit so far; `None` before the first.
    pub seconds_per_unit: Option<f64>,
}

impl Pace {
    /// Active seconds that the rest will take at this pace, once it can be told from three units.
    pub fn seconds_left(&self) -> Option<f64> {
        let left = self.size.saturating_sub(self.submitted);
        let pace = self.seconds_per_unit.filter(|_| self.submitted >= 3)?;
        Some(pace * f64::from(left))
    }
}

/// Where a rater used a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    pub unit: UnitKey,
    /// The episode's name, as far as it has one.
    pub name: Option<String>,
    pub note: Option<String>,
}

/// Earlier uses that are shown.
const USES: usize = 50;

impl Study {
    /// A window of the list of units at a desk, and how many there are under this filter.
    pub fn waiting(
        &self,
        desk: &Desk,
        filter: Filter,
        first: u32,
        limit: u32,
    ) -> Result<(Vec<Waiting>, u32)> {
        if desk.is_gold() {
            return self.gold_waiting(desk, filter, first, limit);
        }
        let rows = self
            .store
            .waiting(&desk.batch.name, &desk.rater, filter, first, limit)?;
        let total = self
            .store
            .count_waiting(&desk.batch.name, &desk.rater, filter)?;
        Ok((rows, total))
    }

    /// The same at the gold desk, where a unit's list depends on what the annotators did with it.
    fn gold_waiting(
        &self,
        desk: &Desk,
        filter: Filter,
        first: u32,
        limit: u32,
    ) -> Result<(Vec<Waiting>, u32)> {
        let cases = self.cases(desk)?;
        let belongs = |case: &Case| match filter {
            Filter::All => true,
            Filter::Open => case.saved.is_none(),
            Filter::Flagged => case.flagged,
            Filter::Unsure => case.unsure,
            Filter::PutOff => case.skipped,
            Filter::Saved => case.saved.is_some(),
            Filter::Unanimous => case.saved == Some(Basis::Unanimous),
        };
        let found: Vec<(u32, Case)> = (1..).zip(cases).filter(|(_, case)| belongs(case)).collect();
        let total = found.len() as u32;
        let window = found
            .into_iter()
            .skip(first as usize)
            .take(limit as usize)
            .map(|(position, case)| {
                let episode = self.store.episode(&case.unit)?;
                Ok(Waiting {
                    position,
                    name: episode.and_then(|row| row.episode.name),
                    state: match (case.saved, case.begun) {
                        (Some(_), _) => Some(State::Submitted),
                        (None, true) => Some(State::Draft),
                        (None, false) => None,
                    },
                    skipped: case.skipped,
                    flagged: case.flagged,
                    unsure: case.unsure,
                    basis: case.saved,
                    disputed: case.disputed,
                    unit: case.unit,
                })
            });
        Ok((window.collect::<Result<_>>()?, total))
    }

    /// How the rater gets on. The seconds leave out the unit that is worked on, so that the estimate
    /// is the same when that unit is opened again.
    pub fn pace(&self, desk: &Desk, open: &UnitKey) -> Result<Pace> {
        let (submitted, ..) = self.store.progress(&desk.batch.name, &desk.rater)?;
        let (seconds, units) = self.store.time_spent(&desk.batch.name, &desk.who, open)?;
        Ok(Pace {
            submitted,
            size: desk.size,
            seconds_per_unit: (units > 0 && seconds > 0.0).then(|| seconds / f64::from(units)),
        })
    }

    /// The units of the task on which the rater at this desk used a code, the newest first.
    pub fn uses(&self, desk: &Desk, axis: &str, code: &str, except: &UnitKey) -> Result<Vec<Use>> {
        let filter = LabelFilter {
            task: Some(&desk.batch.task),
            rater: Some(&desk.rater),
            ..Default::default()
        };
        let mut found = Vec::new();
        self.labels(&desk.viewer, Wanted::Labels(filter), |label| {
            let answer = label.content.answers.get(axis);
            if label.address.unit != *except && answer.is_some_and(|answer| answer.uses(code)) {
                found.push((label.at, label.address.unit, label.content.note));
            }
        })?;
        found.sort_by(|a, b| (&b.0, &b.1).cmp(&(&a.0, &a.1)));
        found.truncate(USES);
        found
            .into_iter()
            .map(|(_, unit, note)| {
                let name = self.store.episode(&unit)?.and_then(|row| row.episode.name);
                Ok(Use { unit, name, note })
            })
            .collect()
    }

    /// The episodes that were extracted from a session.
    pub fn extracted(&self, session: &SessionRow) -> Result<Vec<Matter>> {
        let units = self.store.episodes_of_session(session.number)?;
        units
            .into_iter()
            .map(|unit| {
                Ok(Matter {
                    episode: self.store.episode(&unit)?,
                    session: None,
                    unit,
                })
            })
            .collect()
    }

    /// Adds active seconds to a unit that was only read.
    pub fn spend_reading(&mut self, desk: &Desk, unit: &UnitKey, seconds: f64) -> Result<()> {
        if seconds > 0.0 {
            self.store
                .add_time(&desk.batch.name, unit, &desk.who, seconds)?;
        }
        Ok(())
    }
}
