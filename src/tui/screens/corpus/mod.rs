//! What the study's sessions are, as one text that scrolls.

#[cfg(test)]
mod tests;

use ratatui::{
    Frame,
    layout::{Position, Rect},
};
use serde_json::Value;

use super::{Event, Place};
use crate::{
    report::corpus,
    tui::{
        effects::Effect,
        keymap::{Command, Context},
        screens::home::title_bar,
        text,
        theme::Theme,
        widgets::scroll::indicator,
    },
};

pub const NAME: &str = "corpus";

pub struct Corpus {
    found: corpus::Corpus,
    lines: Vec<String>,
    /// The width for which the lines were made.
    laid: Option<u16>,
    /// The line at the top.
    first: usize,
    height: usize,
}

impl Corpus {
    pub fn new(found: corpus::Corpus, saved: &Value) -> Self {
        let first = saved.as_u64().and_then(|first| usize::try_from(first).ok());
        Self {
            found,
            lines: Vec::new(),
            laid: None,
            first: first.unwrap_or(0),
            height: 1,
        }
    }

    pub fn contexts(&self) -> Vec<Context> {
        vec![Context::Corpus, Context::Screen, Context::Always]
    }

    pub fn update(&mut self, event: Event) -> Vec<Effect> {
        let page = self.height.saturating_sub(2).max(1);
        let Event::Command(command) = event else {
            return Vec::new();
        };
        self.first = match command {
            Command::Back => return vec![Effect::Back],
            Command::Down => self.first + 1,
            Command::Up => self.first.saturating_sub(1),
            Command::PageDown => self.first + page,
            Command::PageUp => self.first.saturating_sub(page),
            Command::Top => 0,
            Command::Bottom => self.lines.len(),
            _ => self.first,
        };
        Vec::new()
    }

    pub fn place(&self) -> Option<Place> {
        Some(Place {
            screen: NAME,
            batch: String::new(),
            rater: String::new(),
            state: self.first.into(),
        })
    }

    /// The area of the text.
    fn inner(area: Rect) -> Rect {
        Rect {
            x: area.x + 1,
            y: area.y + 2,
            width: area.width.saturating_sub(3).min(100),
            height: area.height.saturating_sub(2),
        }
    }

    pub fn prepare(&mut self, area: Rect, _: &Theme) {
        let inner = Self::inner(area);
        self.height = usize::from(inner.height);
        if self.laid != Some(inner.width) {
            let text = corpus::text(&self.found, usize::from(inner.width));
            self.lines = text.lines().map(str::to_owned).collect();
            self.laid = Some(inner.width);
        }
        let last = self.lines.len().saturating_sub(self.height);
        self.first = self.first.min(last);
    }

    pub fn view(&self, frame: &mut Frame, area: Rect, theme: &Theme) {
        let total = &self.found.total;
        let right = format!(
            "{} sessions · {} repositories",
            total.sessions, total.repositories
        );
        title_bar(frame, area, "Corpus", &right, theme);
        let inner = Self::inner(area);
        let buffer = frame.buffer_mut();
        let mut above = self.first.checked_sub(1).map(|above| &*self.lines[above]);
        let lines = self.lines.iter().skip(self.first);
        for (y, line) in (inner.top()..inner.bottom()).zip(lines) {
            // Each table begins with its titles.
            let style = match above.is_none_or(str::is_empty) {
                true => theme.heading,
                false => theme.text,
            };
            let at = Position::new(inner.x, y);
            text::paint(buffer, at, inner.width, line, |_| style);
            above = Some(line);
        }
        let track = Rect {
            x: area.right().saturating_sub(1),
            width: 1,
            ..inner
        };
        indicator(
            buffer,
            track,
            self.first,
            self.height,
            self.lines.len(),
            theme,
        );
    }
}
