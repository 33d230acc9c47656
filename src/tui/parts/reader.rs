//! The session reader on a screen of its own, with its search.

use ratatui::{Frame, layout::Rect};
use serde::{Deserialize, Serialize};

use crate::{
    domain::session::Turn,
    tui::{
        keymap::{Command, Context, Key},
        theme::Theme,
        widgets::{
            input::{Caret, Input},
            transcript::{self, Command as Move, Mark, Transcript},
        },
    },
};

pub struct Reader {
    transcript: Transcript,
    /// What is searched for.
    needle: String,
    searching: Option<Input>,
}

/// Where a reader was left.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReaderPlace {
    mark: Option<usize>,
    turn: Option<transcript::Place>,
    needle: String,
    searching: Option<(String, Caret)>,
}

impl ReaderPlace {
    /// A reader that is to be opened at a quote.
    pub fn at(mark: usize) -> Self {
        Self {
            mark: Some(mark),
            ..Self::default()
        }
    }
}

impl Reader {
    pub fn new(turns: Vec<Turn>, marks: Vec<Mark>, place: ReaderPlace) -> Self {
        let mut transcript = Transcript::new(turns, marks);
        if let Some(mark) = place.mark {
            transcript.open_at(mark);
        }
        if !place.needle.is_empty() {
            transcript.update(Move::Search(place.needle.clone()));
        }
        if let Some(turn) = place.turn {
            transcript.restore(turn);
        }
        let searching = place.searching.map(|(text, caret)| {
            let mut input = Input::new(&text, false);
            input.set_caret(caret);
            input
        });
        Self {
            transcript,
            needle: place.needle,
            searching,
        }
    }

    pub fn place(&self) -> ReaderPlace {
        ReaderPlace {
            mark: self.transcript.mark(),
            turn: self.transcript.place(),
            needle: self.needle.clone(),
            searching: self
                .searching
                .as_ref()
                .map(|input| (input.text(), input.caret())),
        }
    }

    pub fn contexts(&self) -> Vec<Context> {
        match &self.searching {
            Some(input) => input.contexts(),
            None => vec![Context::Reader, Context::Screen, Context::Always],
        }
    }

    /// Does what a command asks; `false` where the reader is to be closed.
    pub fn command(&mut self, command: Command) -> bool {
        if let Some(input) = &self.searching {
            if command == Command::Done {
                self.needle = input.text();
                self.transcript.update(Move::Search(self.needle.clone()));
            }
            self.searching = None;
            return true;
        }
        let wanted = match command {
            Command::Up => Move::LineUp,
            Command::Down => Move::LineDown,
            Command::PageUp => Move::PageUp,
            Command::PageDown => Move::PageDown,
            Command::Top => Move::Top,
            Command::Bottom => Move::Bottom,
            Command::NextTurn => Move::NextTurn,
            Command::PreviousTurn => Move::PrevTurn,
            Command::NextMark => Move::NextMark,
            Command::PreviousMark => Move::PrevMark,
            Command::NextHit => Move::NextHit,
            Command::PreviousHit => Move::PrevHit,
            Command::Search => {
                self.searching = Some(Input::new("", false));
                return true;
            }
            Command::Back => return false,
            _ => return true,
        };
        self.transcript.update(wanted);
        true
    }

    pub fn key(&mut self, key: Key) {
        if let Some(input) = &mut self.searching {
            input.key(key);
        }
    }

    pub fn paste(&mut self, text: &str) {
        if let Some(input) = &mut self.searching {
            input.paste(text);
        }
    }

    pub fn prepare(&mut self, area: Rect) {
        self.transcript.prepare(area.width, area.height);
    }

    pub fn view(&self, frame: &mut Frame, area: Rect, theme: &Theme) {
        self.transcript.view(frame, area, theme);
        if let Some(input) = &self.searching
            && area.height > 1
        {
            let row = Rect {
                y: area.bottom() - 1,
                height: 1,
                ..area
            };
            frame.render_widget(ratatui::widgets::Clear, row);
            let label = " search: ";
            frame.buffer_mut().set_stringn(
                row.x,
                row.y,
                label,
                usize::from(row.width),
                theme.accent,
            );
            let rest = Rect {
                x: row.x + label.len() as u16,
                width: row.width.saturating_sub(label.len() as u16),
                ..row
            };
            input.view(frame, rest, theme);
        }
    }
}
