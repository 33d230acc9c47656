//! The units behind a figure, with the one under the cursor beside them.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    domain::ids::UnitKey,
    tui::{
        app::Notice,
        effects::{Effect, Loaded, ReadAsk},
        keymap::{Command, Context, Key},
        parts::{
            page::{Page, Wish},
            short_key,
        },
        screens::home::title_bar,
        theme::Theme,
        widgets::{
            scroll::keep_in_view,
            table::{Align, Column, Table},
        },
    },
    workflow::sight::Viewer,
};

/// From this width on, list and unit stand side by side.
const WIDE: u16 = 110;

pub struct Row {
    pub unit: UnitKey,
    /// Which quote it is about, counted from 0.
    pub quote: Option<usize>,
    pub cells: Vec<String>,
}

pub struct List {
    title: String,
    columns: Vec<String>,
    rows: Vec<Row>,
    names: Vec<Option<String>>,
    task: String,
    viewer: Viewer,
    axis: Option<String>,
    cursor: usize,
    first: usize,
    height: usize,
    page: Option<Page>,
    /// Whether the page has the screen to itself.
    reading: bool,
}

impl List {
    pub fn new(
        title: String,
        columns: Vec<String>,
        rows: Vec<Row>,
        task: String,
        viewer: Viewer,
        axis: Option<String>,
    ) -> Self {
        Self {
            title,
            columns,
            rows,
            names: Vec::new(),
            task,
            viewer,
            axis,
            cursor: 0,
            first: 0,
            height: 1,
            page: None,
            reading: false,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// What is to be loaded when the list opens.
    pub fn opened(&self) -> Vec<Effect> {
        let units = self.rows.iter().map(|row| row.unit.clone()).collect();
        let mut effects = vec![Effect::Read(ReadAsk::Names(units))];
        effects.extend(self.read());
        effects
    }

    fn read(&self) -> Option<Effect> {
        let row = self.rows.get(self.cursor)?;
        Some(Effect::Read(ReadAsk::Unit {
            viewer: self.viewer.clone(),
            task: self.task.clone(),
            unit: row.unit.clone(),
        }))
    }

    pub fn contexts(&self) -> Vec<Context> {
        match &self.page {
            Some(page) if self.reading => page.contexts(),
            _ => vec![Context::List, Context::Screen, Context::Always],
        }
    }

    pub fn loaded(&mut self, loaded: Loaded) -> Vec<Effect> {
        match loaded {
            Loaded::Names(names) => self.names = names,
            Loaded::Reading(reading) => {
                let quote = self.rows.get(self.cursor).and_then(|row| row.quote);
                let (viewer, axis) = (self.viewer.clone(), self.axis.clone());
                self.page = Some(Page::new(*reading, viewer, axis, true, quote.unwrap_or(0)));
            }
            Loaded::Session(turns) => {
                if let Some(page) = &mut self.page {
                    page.opened(turns);
                }
            }
            _ => {}
        }
        Vec::new()
    }

    /// `None` where the list is to be closed.
    pub fn command(&mut self, command: Command) -> Option<Vec<Effect>> {
        if self.reading
            && let Some(page) = &mut self.page
        {
            return Some(match page.command(command) {
                Wish::Nothing => Vec::new(),
                Wish::Do(effect) => vec![effect],
                Wish::Close => {
                    self.reading = false;
                    Vec::new()
                }
                Wish::Step { back } => self.step(back),
            });
        }
        let page = self.height.saturating_sub(1).max(1);
        let last = self.rows.len().saturating_sub(1);
        let to = match command {
            Command::Back => return None,
            Command::Choose => {
                self.reading = self.page.is_some();
                return Some(Vec::new());
            }
            Command::Down => self.cursor + 1,
            Command::Up => self.cursor.saturating_sub(1),
            Command::PageDown => self.cursor + page,
            Command::PageUp => self.cursor.saturating_sub(page),
            Command::Top => 0,
            Command::Bottom => last,
            _ => return Some(Vec::new()),
        };
        self.cursor = to.min(last);
        Some(self.read().into_iter().collect())
    }

    fn step(&mut self, back: bool) -> Vec<Effect> {
        let end = match back {
            true => self.cursor == 0,
            false => self.cursor + 1 >= self.rows.len(),
        };
        if end {
            let which = if back { "first" } else { "last" };
            let said = format!("This is the {which} unit of the list.");
            return vec![Effect::Say(Notice::good(said))];
        }
        self.cursor = if back {
            self.cursor - 1
        } else {
            self.cursor + 1
        };
        self.read().into_iter().collect()
    }

    pub fn key(&mut self, key: Key) {
        if let Some(page) = &mut self.page {
            page.key(key);
        }
    }

    pub fn paste(&mut self, text: &str) {
        if let Some(page) = &mut self.page {
            page.paste(text);
        }
    }

    /// The list, the line between, and the unit.
    fn areas(&self, area: Rect) -> [Rect; 2] {
        let body = Rect {
            x: area.x + 1,
            y: area.y + 2,
            width: area.width.saturating_sub(2),
            height: area.height.saturating_sub(2),
        };
        if self.reading {
            return [Rect::default(), body];
        }
        if body.width + 2 >= WIDE {
            let left = body.width * 2 / 5;
            let right = Rect {
                x: body.x + left + 2,
                width: body.width - left - 2,
                ..body
            };
            return [
                Rect {
                    width: left,
                    ..body
                },
                right,
            ];
        }
        let rows = self.rows.len() as u16 + 1;
        let above = rows.min(body.height * 2 / 5).max(3).min(body.height);
        let below = Rect {
            y: body.y + above + 1,
            height: body.height.saturating_sub(above + 1),
            ..body
        };
        [
            Rect {
                height: above,
                ..body
            },
            below,
        ]
    }

    pub fn prepare(&mut self, area: Rect, theme: &Theme) {
        let whole = self.page.as_ref().is_some_and(Page::reads_session);
        let [list, unit] = self.areas(area);
        self.height = usize::from(list.height.saturating_sub(1));
        self.first = keep_in_view(self.first, self.cursor, self.height, self.rows.len());
        let reading = self.reading;
        if let Some(page) = &mut self.page {
            let unit = if whole { area } else { unit };
            page.prepare(unit, !reading, theme);
        }
    }

    pub fn view(&self, frame: &mut Frame, area: Rect, left: &str, theme: &Theme) {
        if let Some(page) = self.page.as_ref().filter(|page| page.reads_session()) {
            page.view(frame, area, theme);
            return;
        }
        let left = format!("{left} · {}", self.title);
        let right = format!("{} of {}", self.cursor + 1, self.rows.len());
        title_bar(frame, area, &left, &right, theme);
        let [list, unit] = self.areas(area);
        if !self.reading {
            // Beside the list stands the unit with its key, so that the name can have the room.
            self.table(frame, list, unit.y == list.y, theme);
            if unit.y > list.y && unit.height > 0 {
                let rule = "─".repeat(usize::from(unit.width));
                let line = Line::styled(rule, theme.border);
                frame
                    .buffer_mut()
                    .set_line(unit.x, unit.y - 1, &line, unit.width);
            }
        }
        if let Some(page) = &self.page {
            page.view(frame, unit, theme);
        }
    }

    fn table(&self, frame: &mut Frame, area: Rect, beside: bool, theme: &Theme) {
        let shown = self.first..(self.first + self.height).min(self.rows.len());
        let per_quote = self.rows.iter().any(|row| row.quote.is_some());
        let quote = per_quote.then_some(Column {
            title: "quote",
            align: Align::Right,
            min: 5,
            max: 5,
        });
        let left = |title, min, max| Column {
            title,
            align: Align::Left,
            min,
            max,
        };
        let given = self.columns.iter().map(|title| left(title.as_str(), 4, 26));
        let name = [left("name", 16, 90)];
        let key = (!beside).then(|| left("unit", 14, 26));
        let columns = given.chain(quote).chain(name).chain(key);
        let rows = shown.clone().map(|index| {
            let row = &self.rows[index];
            let name = self.names.get(index).and_then(Option::as_deref);
            let quote = row.quote.map(|quote| Span::raw((quote + 1).to_string()));
            let quote = quote.or(per_quote.then(|| Span::raw("")));
            let given = row.cells.iter().map(|cell| Span::raw(cell.as_str()));
            let name = [Span::raw(name.unwrap_or_default())];
            let key = (!beside).then(|| Span::raw(short_key(&row.unit, 26)));
            given.chain(quote).chain(name).chain(key).collect()
        });
        let table = Table {
            columns: columns.collect(),
            rows: rows.collect(),
            selected: self.cursor.checked_sub(self.first),
            first: 0,
        };
        let inner = Rect {
            width: area.width.saturating_sub(1),
            ..area
        };
        table.view(frame, inner, theme);
        let track = Rect {
            x: area.right().saturating_sub(1),
            y: area.y + 1,
            width: 1,
            height: area.height.saturating_sub(1),
        };
        crate::tui::widgets::scroll::indicator(
            frame.buffer_mut(),
            track,
            self.first,
            shown.len(),
            self.rows.len(),
            theme,
        );
    }
}
