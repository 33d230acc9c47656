//! The annotate screen.
use std::rc::Rc;

use ratatui::{Frame, layout::Rect};
use serde_json::Value;

use super::{Event, Place};
use crate::{
    tui::{
        effects::{Effect, Sheet},
        keymap::{Command, Context},
        theme::Theme,
    },
    workflow::annotate::Desk,
};

pub const NAME: &str = "annotate";

pub struct Annotate {
    desk: Rc<Desk>,
}

impl Annotate {
    pub fn new(desk: Rc<Desk>, _sheet: Sheet, _saved: Value) -> Self {
        Self { desk }
    }

    pub fn contexts(&self) -> Vec<Context> {
        vec![
            Context::Labelling,
            Context::Annotate,
            Context::Screen,
            Context::Always,
        ]
    }

    pub fn update(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Command(Command::Back) => vec![Effect::Back],
            _ => Vec::new(),
        }
    }

    pub fn prepare(&mut self, _area: Rect) {}

    pub fn view(&self, frame: &mut Frame, area: Rect, theme: &Theme) {
        super::home::title_bar(frame, area, &self.desk.batch.name, &self.desk.rater, theme);
    }

    pub fn place(&self) -> Option<Place> {
        None
    }
}
