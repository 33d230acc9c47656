//! The annotate screen: the evidence of a unit, the form, and what the cursor is on.

#[cfg(test)]
mod tests;
mod view;

use std::rc::Rc;

use ratatui::layout::Rect;
use serde_json::Value;

pub use self::view::duration;
use super::{Event, Place};
use crate::{
    tui::{
        bench::{Bench, Panes},
        effects::{Effect, Sheet},
        keymap::Context,
        theme::Theme,
    },
    workflow::annotate::Desk,
};

pub const NAME: &str = "annotate";

pub struct Annotate {
    bench: Bench,
}

impl Annotate {
    pub fn new(desk: Rc<Desk>, sheet: Sheet, saved: Value) -> Self {
        Self {
            bench: Bench::new(desk, sheet, saved),
        }
    }

    pub fn contexts(&self) -> Vec<Context> {
        self.bench.contexts(Context::Annotate)
    }

    pub fn update(&mut self, event: Event) -> Vec<Effect> {
        self.bench.update(event)
    }

    pub fn place(&self) -> Option<Place> {
        Some(Place {
            screen: NAME,
            batch: self.bench.desk.batch.name.0.clone(),
            rater: self.bench.desk.rater.0.clone(),
            state: serde_json::to_value(self.bench.saved()).ok()?,
        })
    }

    pub fn prepare(&mut self, area: Rect, theme: &Theme) {
        self.bench.prepare(area, &Panes::of(area), theme);
    }
}
