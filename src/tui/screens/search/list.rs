//! The hits as a list: below the name of each kind its hits, of two rows each.

use super::Search;
use crate::{
    tui::{
        app::Notice,
        effects::{Effect, Goto, ReadAsk, SearchAsk},
        widgets::scroll::keep_in_view,
    },
    workflow::search::{Found, Hit, Place},
};

/// A row of the list.
pub enum Row<'f> {
    Blank,
    Kind(&'f Found),
    Where(&'f Hit, bool),
    Text(&'f Hit),
}

impl Search {
    pub(super) fn hits(&self) -> impl Iterator<Item = &Hit> {
        self.found.iter().flat_map(|found| &found.hits)
    }

    /// The hit that the cursor is on. It is kept beyond the end while hits are still coming.
    pub(super) fn cursor(&self) -> usize {
        self.cursor.min(self.hits().count().saturating_sub(1))
    }

    pub(super) fn move_to(&mut self, hit: usize) {
        self.cursor = hit.min(self.hits().count().saturating_sub(1));
    }

    /// All rows, and the second one of the hit under the cursor.
    pub(super) fn rows(&self) -> (Vec<Row<'_>>, usize) {
        let (mut rows, mut number, mut at) = (Vec::new(), 0, 0);
        let cursor = self.cursor();
        for found in self.found.iter().filter(|found| found.count > 0) {
            if !rows.is_empty() {
                rows.push(Row::Blank);
            }
            rows.push(Row::Kind(found));
            for hit in &found.hits {
                rows.push(Row::Where(hit, number == cursor));
                rows.push(Row::Text(hit));
                if number == cursor {
                    at = rows.len() - 1;
                }
                number += 1;
            }
        }
        (rows, at)
    }

    pub(super) fn keep_in_view(&mut self) {
        let (rows, at) = self.rows();
        let total = rows.len();
        let first = keep_in_view(self.first, at.saturating_sub(1), self.height, total);
        let first = keep_in_view(first, at, self.height, total);
        // The heading above the first hit belongs to it.
        self.first = if self.cursor() == 0 { 0 } else { first };
    }

    /// Opens the hit under the cursor.
    pub(super) fn open(&mut self) -> Vec<Effect> {
        let Some(hit) = self.hits().nth(self.cursor()).cloned() else {
            return Vec::new();
        };
        let viewer = self.viewer.clone();
        let effect = match &hit.place {
            Place::Turn { session, .. } => Effect::Search(SearchAsk::Session {
                viewer,
                session: session.clone(),
            }),
            Place::Episode { unit, .. } => match &self.task {
                Some(task) => Effect::Read(ReadAsk::Unit {
                    viewer,
                    task: task.0.clone(),
                    unit: unit.clone(),
                }),
                None => {
                    let said = "No task of the study labels episodes, so there is no page for one.";
                    return vec![Effect::Say(Notice::good(said))];
                }
            },
            Place::Note { task, unit, .. } => Effect::Read(ReadAsk::Unit {
                viewer,
                task: task.0.clone(),
                unit: unit.clone(),
            }),
            Place::Codebook { task, axis, code } => {
                self.away = true;
                return vec![Effect::Go(Goto::Rule {
                    task: task.0.clone(),
                    axis: axis.clone(),
                    code: code.clone(),
                })];
            }
        };
        self.opening = Some(hit);
        vec![effect]
    }

    /// Goes on to the next hit that is read as a unit, or back.
    pub(super) fn step(&mut self, back: bool) -> Vec<Effect> {
        let is_unit = |hit: &Hit| matches!(hit.place, Place::Episode { .. } | Place::Note { .. });
        let here = self.cursor();
        let hits: Vec<(usize, &Hit)> = self.hits().enumerate().collect();
        let mut others = hits
            .iter()
            .filter(|(_, hit)| is_unit(hit))
            .map(|(at, _)| *at);
        let next = match back {
            true => others.rfind(|at| *at < here),
            false => others.find(|at| *at > here),
        };
        match next {
            Some(at) => {
                self.cursor = at;
                self.open()
            }
            None => {
                let which = if back { "first" } else { "last" };
                let said = format!("This is the {which} unit that was found.");
                vec![Effect::Say(Notice::good(said))]
            }
        }
    }
}
