//! A unit to be read: its evidence, everybody's answers as far as they may be seen, gold with its
//! reason; and from any quote on into the session.

mod lines;
mod table;

use ratatui::{Frame, layout::Rect, text::Line};

use super::{
    evidence::{self, marks},
    reader::{Reader, ReaderPlace},
};
use crate::{
    domain::{ids::UnitKey, session::Turn},
    tui::{
        effects::{Effect, ReadAsk},
        keymap::{Command, Context, Key},
        theme::Theme,
        widgets::scroll::{indicator, keep_in_view},
    },
    workflow::{read::Reading, sight::Viewer},
};

/// From this width on, evidence and answers stand side by side.
pub const WIDE: u16 = 100;

pub struct Page {
    reading: Reading,
    viewer: Viewer,
    /// The axis that the reader came from: it goes before the others.
    axis: Option<String>,
    /// Whether a preview begins with the answers, and not with the evidence.
    answers_first: bool,
    /// The quote at which the session opens.
    quote: usize,
    first: usize,
    columns: [Column; 2],
    height: usize,
    laid: Option<(u16, usize, bool)>,
    reader: Option<Reader>,
    /// Whether to scroll to the quote once the lines are laid out.
    wanted: bool,
}

#[derive(Default)]
struct Column {
    lines: Vec<Line<'static>>,
    /// The line with which each quote begins.
    starts: Vec<usize>,
    width: u16,
}

/// What the owner of a page has to do.
pub enum Wish {
    Nothing,
    Do(Effect),
    /// The unit before or after.
    Step {
        back: bool,
    },
    Close,
}

impl Page {
    pub fn new(
        reading: Reading,
        viewer: Viewer,
        axis: Option<String>,
        answers_first: bool,
        quote: usize,
    ) -> Self {
        let last = reading.matter.quotes().saturating_sub(1);
        Self {
            viewer,
            axis,
            answers_first,
            quote: quote.min(last),
            first: 0,
            columns: Default::default(),
            height: 1,
            laid: None,
            reader: None,
            wanted: false,
            reading,
        }
    }

    pub fn unit(&self) -> &UnitKey {
        &self.reading.matter.unit
    }

    pub fn contexts(&self) -> Vec<Context> {
        match &self.reader {
            Some(reader) => reader.contexts(),
            None => vec![Context::Page, Context::Screen, Context::Always],
        }
    }

    pub fn command(&mut self, command: Command) -> Wish {
        if let Some(reader) = &mut self.reader {
            if !reader.command(command) {
                self.reader = None;
            }
            return Wish::Nothing;
        }
        let page = self.height.saturating_sub(2).max(1);
        match command {
            Command::Back => return Wish::Close,
            Command::NextUnit => return Wish::Step { back: false },
            Command::PreviousUnit => return Wish::Step { back: true },
            Command::OpenSession => {
                let matter = Box::new(self.reading.matter.clone());
                let viewer = self.viewer.clone();
                return Wish::Do(Effect::Read(ReadAsk::Session { viewer, matter }));
            }
            Command::Down => self.first = self.first.saturating_add(1),
            Command::Up => self.first = self.first.saturating_sub(1),
            Command::PageDown => self.first = self.first.saturating_add(page),
            Command::PageUp => self.first = self.first.saturating_sub(page),
            Command::Top => self.first = 0,
            Command::Bottom => self.first = usize::MAX,
            Command::NextMark => self.go_to_quote(self.quote + 1),
            Command::PreviousMark => self.go_to_quote(self.quote.saturating_sub(1)),
            _ => {}
        }
        Wish::Nothing
    }

    /// Opens the session at the quote under the cursor.
    pub fn opened(&mut self, turns: Vec<Turn>) {
        let quotes = marks(&self.reading.matter);
        let place = match quotes.is_empty() {
            true => ReaderPlace::default(),
            false => ReaderPlace::at(self.quote),
        };
        self.reader = Some(Reader::new(turns, quotes, place));
    }

    pub fn key(&mut self, key: Key) {
        if let Some(reader) = &mut self.reader {
            reader.key(key);
        }
    }

    pub fn paste(&mut self, text: &str) {
        if let Some(reader) = &mut self.reader {
            reader.paste(text);
        }
    }

    /// Scrolls to the quote at which the page was opened.
    pub fn show_quote(&mut self) {
        self.wanted = true;
    }

    fn go_to_quote(&mut self, quote: usize) {
        self.quote = quote.min(self.reading.matter.quotes().saturating_sub(1));
        self.laid = None;
        let before = &self.columns[0].starts;
        if let Some(start) = before.get(self.quote) {
            self.first = keep_in_view(self.first, start + 4, self.height, usize::MAX);
            self.first = self.first.min(*start);
        }
    }

    /// Fits the page into an area. As a preview it stands in one column and sets no quote off.
    pub fn prepare(&mut self, area: Rect, preview: bool, theme: &Theme) {
        if let Some(reader) = &mut self.reader {
            reader.prepare(area);
        }
        self.height = usize::from(area.height);
        if self.laid != Some((area.width, self.quote, preview)) {
            self.laid = Some((area.width, self.quote, preview));
            self.lay_out(area.width, preview, theme);
        }
        if std::mem::take(&mut self.wanted) {
            self.go_to_quote(self.quote);
            self.laid = Some((area.width, self.quote, preview));
        }
        let longest = self.columns.iter().map(|column| column.lines.len()).max();
        let last = longest.unwrap_or(0).saturating_sub(self.height);
        self.first = self.first.min(last);
    }

    fn lay_out(&mut self, width: u16, preview: bool, theme: &Theme) {
        let quote = Some(self.quote).filter(|_| !preview && self.reading.matter.quotes() > 1);
        let told = |width| {
            let mut told = lines::head(&self.reading, width, theme);
            let (evidence, starts) =
                evidence::lines(&self.reading.matter, width, true, quote, theme);
            let above = told.len();
            told.extend(evidence);
            (
                told,
                starts.iter().map(|start| start + above).collect::<Vec<_>>(),
            )
        };
        let said = |width| lines::answers(&self.reading, self.axis.as_deref(), width, theme);
        if width >= WIDE && !preview {
            let right = (width / 2).min(64);
            let left = width - right;
            let (lines, starts) = told(left - 3);
            self.columns = [
                Column {
                    lines,
                    starts,
                    width: left,
                },
                Column {
                    lines: said(right - 2),
                    starts: Vec::new(),
                    width: right,
                },
            ];
            return;
        }
        let (evidence, starts) = told(width.saturating_sub(2));
        let answers = said(width.saturating_sub(2));
        let (mut lines, rest, above) = match preview && self.answers_first {
            true => {
                let above = answers.len() + 1;
                (answers, evidence, above)
            }
            false => (evidence, answers, 0),
        };
        if !lines.is_empty() && !rest.is_empty() {
            lines.push(Line::default());
        }
        lines.extend(rest);
        self.columns = [
            Column {
                lines,
                starts: starts.iter().map(|start| start + above).collect(),
                width,
            },
            Column::default(),
        ];
    }

    /// Draws the page, or the session over it.
    pub fn view(&self, frame: &mut Frame, area: Rect, theme: &Theme) {
        if let Some(reader) = &self.reader {
            reader.view(frame, area, theme);
            return;
        }
        let buffer = frame.buffer_mut();
        let area = area.intersection(buffer.area);
        let mut x = area.x;
        let height = usize::from(area.height);
        for column in &self.columns {
            let width = column.width.min(area.right().saturating_sub(x));
            let hidden = column.lines.len().saturating_sub(height);
            let first = self.first.min(hidden);
            for (y, line) in (area.top()..area.bottom()).zip(column.lines.iter().skip(first)) {
                buffer.set_line(x, y, line, width);
            }
            x = x.saturating_add(width);
        }
        if area.width > 0 {
            let track = Rect {
                x: area.right() - 1,
                width: 1,
                ..area
            };
            let total = self.columns.iter().map(|column| column.lines.len()).max();
            indicator(buffer, track, self.first, height, total.unwrap_or(0), theme);
        }
    }

    /// Whether the session covers the page.
    pub fn reads_session(&self) -> bool {
        self.reader.is_some()
    }
}
