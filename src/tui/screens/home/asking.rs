//! The question who sits here.

use crossterm::event::KeyCode;
use serde::{Deserialize, Serialize};

use super::Home;
use crate::{
    domain::ids::RaterName,
    tui::{
        app::Notice,
        effects::Effect,
        keymap::{Command, Key},
        screens::Event,
        widgets::input::Input,
    },
};

/// The question who sits here.
pub(super) struct Asking {
    /// Names to choose from; after the last one, a name can be typed.
    pub(super) names: Vec<String>,
    pub(super) cursor: usize,
    pub(super) typed: Input,
    pub(super) then: Then,
}

/// What the name is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Then {
    Nothing,
    Annotate(String),
    Adjudicate(String),
    Lock(String),
}

impl Home {
    pub(super) fn ask(&mut self, then: Then) -> Vec<Effect> {
        let mut names: Vec<String> = Vec::new();
        let batch = match &then {
            Then::Annotate(batch) | Then::Adjudicate(batch) | Then::Lock(batch) => Some(batch),
            Then::Nothing => None,
        };
        for status in &self.status.batches {
            if batch.is_none_or(|batch| *status.batch.name == **batch) {
                for rater in &status.batch.annotators {
                    if !names.contains(&rater.0) {
                        names.push(rater.0.clone());
                    }
                }
            }
        }
        self.asking = Some(Asking {
            names,
            cursor: 0,
            typed: Input::new("", false),
            then,
        });
        Vec::new()
    }

    pub(super) fn answer(&mut self, event: Event) -> Vec<Effect> {
        let Some(asking) = &mut self.asking else {
            return Vec::new();
        };
        let last = match asking.then {
            // Who labels a batch is fixed: no other name will do.
            Then::Annotate(_) => asking.names.len().saturating_sub(1),
            _ => asking.names.len(),
        };
        match event {
            Event::Command(Command::Back) => self.asking = None,
            Event::Command(Command::Done) => {
                let name = match asking.names.get(asking.cursor) {
                    Some(name) => name.clone(),
                    None => asking.typed.text().trim().to_owned(),
                };
                let fits = name.split('+').all(RaterName::is_valid);
                if !fits || name.eq_ignore_ascii_case(RaterName::GOLD) {
                    return vec![Effect::Say(Notice::bad(
                        "a name has 1 to 64 letters, digits, dots, hyphens or underscores",
                    ))];
                }
                let then = asking.then.clone();
                self.asking = None;
                self.who = Some(name);
                return self.go(then);
            }
            Event::Command(Command::Next) => asking.cursor = (asking.cursor + 1).min(last),
            Event::Command(Command::Previous) => asking.cursor = asking.cursor.saturating_sub(1),
            Event::Key(key) if key == Key::of(KeyCode::Down) => {
                asking.cursor = (asking.cursor + 1).min(last);
            }
            Event::Key(key) if key == Key::of(KeyCode::Up) => {
                asking.cursor = asking.cursor.saturating_sub(1);
            }
            Event::Key(key) if last == asking.names.len() && asking.typed.key(key) => {
                asking.cursor = last;
            }
            Event::Paste(text) if last == asking.names.len() => {
                asking.typed.paste(&text);
                asking.cursor = last;
            }
            _ => {}
        }
        Vec::new()
    }
}
