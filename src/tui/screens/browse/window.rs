//! The stretch of the list that is loaded, and how it follows the cursor.

use super::Browse;
use crate::{
    tui::effects::{BrowseAsk, Effect},
    workflow::browse::{Begin, Window},
};

/// Rows that are kept; those farthest from the cursor are let go.
const KEPT: usize = 600;

impl Browse {
    pub(super) fn window(&self, from: Begin) -> Effect {
        Effect::Browse(BrowseAsk::Window {
            viewer: self.viewer.clone(),
            task: self.task(),
            narrowing: Box::new(self.narrowing.clone()),
            from,
        })
    }

    /// Begins the list anew, after another filter or task.
    pub(super) fn again(&mut self) -> Vec<Effect> {
        (self.cursor, self.first, self.page) = (0, 0, None);
        vec![self.window(Begin::First)]
    }

    pub(super) fn take(&mut self, from: Begin, window: Window) -> Vec<Effect> {
        let Window { lines, more } = window;
        match from {
            Begin::First => {
                self.ends = (true, !more);
                (self.rows, self.cursor, self.first) = (lines.into(), 0, 0);
            }
            Begin::At(_) if lines.is_empty() => return vec![self.window(Begin::First)],
            Begin::At(_) => {
                self.ends = (false, !more);
                (self.rows, self.cursor, self.first) = (lines.into(), 0, 0);
            }
            Begin::Last => {
                self.ends = (!more, true);
                self.rows = lines.into();
                self.cursor = self.rows.len().saturating_sub(1);
            }
            Begin::After(_) => {
                self.ends.1 = !more;
                self.rows.extend(lines);
                let surplus = self.rows.len().saturating_sub(KEPT).min(self.first);
                self.rows.drain(..surplus);
                self.ends.0 &= surplus == 0;
                self.cursor -= surplus;
                self.first -= surplus;
                return Vec::new();
            }
            Begin::Before(_) => {
                self.ends.0 = !more;
                self.cursor += lines.len();
                self.first += lines.len();
                for line in lines.into_iter().rev() {
                    self.rows.push_front(line);
                }
                let least = self.cursor + self.height;
                if self.rows.len() > KEPT.max(least) {
                    self.rows.truncate(KEPT.max(least));
                    self.ends.1 = false;
                }
                return Vec::new();
            }
        }
        let mut effects = self.more();
        effects.extend(self.read());
        effects
    }

    /// Loads on where the cursor comes near an end of what is here.
    fn more(&self) -> Vec<Effect> {
        let near = self.height.max(20);
        let (first, last) = (self.rows.front(), self.rows.back());
        let mut effects = Vec::new();
        if let Some(line) = first.filter(|_| !self.ends.0 && self.cursor < near) {
            effects.push(self.window(Begin::Before(line.unit.clone())));
        }
        if let Some(line) = last.filter(|_| !self.ends.1 && self.cursor + near >= self.rows.len()) {
            effects.push(self.window(Begin::After(line.unit.clone())));
        }
        effects
    }

    pub(super) fn move_to(&mut self, row: usize) -> Vec<Effect> {
        let row = row.min(self.rows.len().saturating_sub(1));
        if row == self.cursor {
            return Vec::new();
        }
        self.cursor = row;
        let mut effects = self.more();
        effects.extend(self.read());
        effects
    }
}
