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
    asking: Option<(Question, Input)>,
}

/// What is asked for at the bottom of the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Question {
    Search,
    Turn,
}

/// Where a reader was left.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReaderPlace {
    mark: Option<usize>,
    turn: Option<transcript::Place>,
    needle: String,
    asking: Option<(Question, String, Caret)>,
}

impl ReaderPlace {
    /// A reader that is to be opened at a quote.
    pub fn at(mark: usize) -> Self {
        Self {
            mark: Some(mark),
            ..Self::default()
        }
    }

    /// A reader that is to be opened at a turn.
    pub fn at_turn(number: u32) -> Self {
        let turn = transcript::Place {
            turn: number,
            focus: Some(number),
            ..Default::default()
        };
        Self {
            turn: Some(turn),
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
        let asking = place.asking.map(|(question, text, caret)| {
            let mut input = Input::new(&text, false);
            input.set_caret(caret);
            (question, input)
        });
        Self {
            transcript,
            needle: place.needle,
            asking,
        }
    }

    pub fn place(&self) -> ReaderPlace {
        ReaderPlace {
            mark: self.transcript.mark(),
            turn: self.transcript.place(),
            needle: self.needle.clone(),
            asking: self
                .asking
                .as_ref()
                .map(|(question, input)| (*question, input.text(), input.caret())),
        }
    }

    pub fn contexts(&self) -> Vec<Context> {
        match &self.asking {
            Some((_, input)) => input.contexts(),
            None => vec![Context::Reader, Context::Screen, Context::Always],
        }
    }

    /// Does what a command asks; `false` where the reader is to be closed.
    pub fn command(&mut self, command: Command) -> bool {
        if let Some((question, input)) = self.asking.take() {
            if command == Command::Done {
                self.answered(question, input.text());
            }
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
            Command::NextUserTurn => Move::NextUser,
            Command::PreviousUserTurn => Move::PrevUser,
            Command::NextFold => Move::NextFold,
            Command::PreviousFold => Move::PrevFold,
            Command::Fold => Move::Fold,
            Command::FoldAll => Move::FoldAll,
            Command::Search => {
                self.asking = Some((Question::Search, Input::new("", false)));
                return true;
            }
            Command::ToTurn => {
                self.asking = Some((Question::Turn, Input::new("", false)));
                return true;
            }
            Command::Back => return false,
            _ => return true,
        };
        self.transcript.update(wanted);
        true
    }

    fn answered(&mut self, question: Question, text: String) {
        match question {
            Question::Search => {
                self.needle = text;
                self.transcript.update(Move::Search(self.needle.clone()));
            }
            // Only digits can be typed; a number too long is beyond the last turn as well.
            Question::Turn if text.is_empty() => {}
            Question::Turn => {
                let number = text.parse().unwrap_or(u32::MAX);
                self.transcript.update(Move::ToTurn(number));
            }
        }
    }

    pub fn key(&mut self, key: Key) {
        match &mut self.asking {
            Some((Question::Turn, _)) if key.typed().is_some_and(|c| !c.is_ascii_digit()) => {}
            Some((_, input)) => {
                input.key(key);
            }
            None => {}
        }
    }

    pub fn paste(&mut self, text: &str) {
        match &mut self.asking {
            Some((Question::Turn, input)) => {
                let digits: String = text.chars().filter(char::is_ascii_digit).collect();
                input.paste(&digits);
            }
            Some((_, input)) => {
                input.paste(text);
            }
            None => {}
        }
    }

    pub fn prepare(&mut self, area: Rect) {
        self.transcript.prepare(area.width, area.height);
    }

    pub fn view(&self, frame: &mut Frame, area: Rect, theme: &Theme) {
        self.transcript.view(frame, area, theme);
        if let Some((question, input)) = &self.asking
            && area.height > 1
        {
            let row = Rect {
                y: area.bottom() - 1,
                height: 1,
                ..area
            };
            frame.render_widget(ratatui::widgets::Clear, row);
            let label = match question {
                Question::Search => " search: ",
                Question::Turn => " turn: ",
            };
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
