//! A session by itself, to be read.

#[cfg(test)]
mod tests;

use ratatui::{Frame, layout::Rect};
use serde_json::Value;

use super::{Event, Place};
use crate::{
    domain,
    tui::{
        effects::Effect,
        keymap::Context,
        parts::reader::{Reader, ReaderPlace},
        text,
        theme::Theme,
        widgets::transcript::Mark,
    },
};

pub const NAME: &str = "session";

/// What is read, and by whom.
pub struct Subject {
    pub session: domain::session::Session,
    pub marks: Vec<Mark>,
    pub who: Option<String>,
}

pub struct Session {
    id: String,
    who: Option<String>,
    /// What is known about the session, in one line.
    about: String,
    reader: Reader,
}

impl Session {
    /// Opens at a turn, else where it was left.
    pub fn new(subject: Subject, turn: Option<u32>, saved: Value) -> Self {
        let Subject {
            session,
            marks,
            who,
        } = subject;
        let place = match turn {
            Some(turn) => ReaderPlace::at_turn(turn),
            None => serde_json::from_value(saved).unwrap_or_default(),
        };
        let known = [
            &session.repository,
            &session.agent,
            &session.modality,
            &session.started_at,
        ];
        let known: Vec<&str> = known.iter().filter_map(|field| field.as_deref()).collect();
        Self {
            about: known.join(" · "),
            id: session.id.0,
            who,
            reader: Reader::new(session.turns, marks, place),
        }
    }

    pub fn contexts(&self) -> Vec<Context> {
        self.reader.contexts()
    }

    pub fn update(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Command(command) if !self.reader.command(command) => {
                return vec![Effect::Back];
            }
            Event::Key(key) => self.reader.key(key),
            Event::Paste(text) => self.reader.paste(&text),
            _ => {}
        }
        Vec::new()
    }

    pub fn place(&self) -> Option<Place> {
        Some(Place {
            screen: NAME,
            batch: self.id.clone(),
            rater: self.who.clone().unwrap_or_default(),
            state: serde_json::to_value(self.reader.place()).ok()?,
        })
    }

    pub fn prepare(&mut self, area: Rect, _: &Theme) {
        self.reader.prepare(below(area));
    }

    pub fn view(&self, frame: &mut Frame, area: Rect, theme: &Theme) {
        let columns = usize::from(area.width);
        let name = text::truncate(&format!(" {} ", self.id), columns);
        let buffer = frame.buffer_mut();
        let (x, _) = buffer.set_stringn(area.x, area.y, &name, columns, theme.heading);
        let room = usize::from(area.right() - x);
        let about = text::truncate(&format!(" {}", self.about), room);
        buffer.set_stringn(x, area.y, about, room, theme.muted);
        self.reader.view(frame, below(area), theme);
    }
}

/// The screen without its first row.
fn below(area: Rect) -> Rect {
    Rect {
        y: area.y + 1,
        height: area.height.saturating_sub(1),
        ..area
    }
}
