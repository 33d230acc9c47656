//! The list of units at a desk, of which only a window is ever loaded.

use ratatui::{Frame, layout::Rect, text::Span};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        ids::UnitKey,
        label::{Basis, State},
    },
    tui::{
        keymap::Command,
        screens::home::title_bar,
        theme::Theme,
        widgets::{
            scroll::keep_in_view,
            table::{Align, Column, Table},
        },
    },
    workflow::queue::{Filter, Waiting},
};

/// Rows that are loaded at a time.
pub const WINDOW: u32 = 200;

pub struct Units {
    /// Whether it is the adjudicator's.
    gold: bool,
    filter: Filter,
    cursor: u32,
    /// The row at the top of the pane.
    first: u32,
    /// The loaded window begins with this row.
    from: u32,
    rows: Vec<Waiting>,
    total: u32,
    height: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UnitsPlace {
    filter: Filter,
    cursor: u32,
}

/// What the owner of a list has to do.
pub enum Wish {
    Nothing,
    /// Load the window from this row on.
    Load(u32),
    Open(UnitKey),
    Close,
}

impl Units {
    pub fn new(place: UnitsPlace, gold: bool) -> Self {
        Self {
            gold,
            filter: place.filter,
            cursor: place.cursor,
            first: 0,
            from: 0,
            rows: Vec::new(),
            total: 0,
            height: 1,
        }
    }

    /// A list with the cursor at a position, counted from 1.
    pub fn at(position: u32, gold: bool) -> Self {
        let place = UnitsPlace {
            filter: Filter::All,
            cursor: position.saturating_sub(1),
        };
        Self::new(place, gold)
    }

    pub fn place(&self) -> UnitsPlace {
        UnitsPlace {
            filter: self.filter,
            cursor: self.cursor,
        }
    }

    pub fn filter(&self) -> Filter {
        self.filter
    }

    /// The window around the cursor.
    pub fn wanted(&self) -> u32 {
        self.cursor.saturating_sub(WINDOW / 2)
    }

    pub fn loaded(&mut self, first: u32, rows: Vec<Waiting>, total: u32) {
        (self.from, self.rows, self.total) = (first, rows, total);
        self.cursor = self.cursor.min(total.saturating_sub(1));
    }

    pub fn command(&mut self, command: Command) -> Wish {
        let page = self.height.max(2) - 1;
        let to = match command {
            Command::Up => self.cursor.saturating_sub(1),
            Command::Down => self.cursor.saturating_add(1),
            Command::PageUp => self.cursor.saturating_sub(page),
            Command::PageDown => self.cursor.saturating_add(page),
            Command::Top => 0,
            Command::Bottom => u32::MAX,
            Command::Next | Command::Previous => {
                let all = if self.gold { Filter::GOLD } else { Filter::ALL };
                let here = all.iter().position(|f| *f == self.filter).unwrap_or(0);
                let by = if command == Command::Next {
                    1
                } else {
                    all.len() - 1
                };
                self.filter = all[(here + by) % all.len()];
                (self.cursor, self.first) = (0, 0);
                return Wish::Load(0);
            }
            Command::Choose => {
                let row = self.cursor.checked_sub(self.from);
                let row = row.and_then(|row| self.rows.get(row as usize));
                return row.map_or(Wish::Nothing, |row| Wish::Open(row.unit.clone()));
            }
            Command::Back => return Wish::Close,
            _ => return Wish::Nothing,
        };
        self.cursor = to.min(self.total.saturating_sub(1));
        let last = self.from + self.rows.len() as u32;
        let near = self.cursor.saturating_sub(self.height)..self.cursor + self.height;
        let missing = near.start < self.from || (near.end > last && last < self.total);
        if missing {
            Wish::Load(self.wanted())
        } else {
            Wish::Nothing
        }
    }

    pub fn prepare(&mut self, area: Rect) {
        self.height = u32::from(area.height.saturating_sub(3));
        self.first = keep_in_view(
            self.first as usize,
            self.cursor as usize,
            self.height as usize,
            self.total as usize,
        ) as u32;
    }

    pub fn view(&self, frame: &mut Frame, area: Rect, theme: &Theme) {
        let shown = match self.filter {
            Filter::All => "all units",
            Filter::Open if self.gold => "waiting for gold",
            Filter::Open => "not submitted",
            Filter::Flagged => "flagged",
            Filter::Unsure => "unsure",
            Filter::PutOff => "put off",
            Filter::Saved => "saved",
            Filter::Unanimous => "unanimous",
        };
        let right = format!("{} of this kind · Tab: another kind", self.total);
        title_bar(frame, area, shown, &right, theme);
        let skip = self.first.saturating_sub(self.from) as usize;
        let rows: Vec<&Waiting> = self
            .rows
            .iter()
            .skip(skip)
            .take(self.height as usize)
            .collect();
        let column = |title, align, min, max| Column {
            title,
            align,
            min,
            max,
        };
        let table = Table {
            columns: match self.gold {
                true => vec![
                    column("no", Align::Right, 4, 7),
                    column("gold", Align::Left, 11, 11),
                    column("in dispute", Align::Left, 10, 40),
                    column("marks", Align::Left, 5, 12),
                    column("unit", Align::Left, 10, 40),
                    column("name", Align::Left, 10, 80),
                ],
                false => vec![
                    column("no", Align::Right, 4, 7),
                    column("state", Align::Left, 9, 9),
                    column("marks", Align::Left, 5, 12),
                    column("unit", Align::Left, 10, 40),
                    column("name", Align::Left, 10, 80),
                ],
            },
            rows: rows.iter().map(|row| cells(row, self.gold)).collect(),
            selected: self.cursor.checked_sub(self.first).map(|row| row as usize),
            first: 0,
        };
        let body = Rect {
            x: area.x + 1,
            y: area.y + 2,
            width: area.width.saturating_sub(2),
            height: area.height.saturating_sub(2),
        };
        table.view(frame, body, theme);
    }
}

fn cells(row: &Waiting, gold: bool) -> Vec<Span<'_>> {
    let state = match (row.state, row.skipped) {
        (Some(State::Submitted), _) if gold => row.basis.map_or("saved", Basis::as_str),
        (Some(State::Submitted), _) => "submitted",
        (_, true) => "put off",
        (Some(State::Draft), false) => "begun",
        (None, false) => "",
    };
    let marks = match (row.flagged, row.unsure) {
        (true, true) => "flag, unsure",
        (true, false) => "flag",
        (false, true) => "unsure",
        (false, false) => "",
    };
    let mut cells = vec![Span::raw(row.position.to_string()), Span::raw(state)];
    if gold {
        cells.push(Span::raw(row.disputed.join(", ")));
    }
    cells.extend([
        Span::raw(marks),
        Span::raw(row.unit.0.as_str()),
        Span::raw(row.name.as_deref().unwrap_or_default()),
    ]);
    cells
}
