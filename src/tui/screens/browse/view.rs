//! Draws the list of all units.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use super::{Browse, filters};
use crate::tui::{
    effects::COUNTED,
    parts::short_key,
    screens::home::title_bar,
    text,
    theme::Theme,
    widgets::{
        scroll,
        table::{Align, Column, Table},
    },
};

/// From this width on, list and unit stand side by side.
pub(super) const WIDE: u16 = 110;

/// Columns for the key of a unit.
const UNIT: usize = 26;

impl Browse {
    /// Where the list and the unit go; one of them may have no room.
    pub(super) fn areas(&self, area: Rect) -> [Rect; 2] {
        let body = Rect {
            x: area.x + 1,
            y: area.y + 2,
            width: area.width.saturating_sub(2),
            height: area.height.saturating_sub(2),
        };
        let below = Rect {
            y: body.y + 2,
            height: body.height.saturating_sub(2),
            ..body
        };
        if self.reading {
            return [below, body];
        }
        if area.width < WIDE || self.page.is_none() {
            return [below, Rect::default()];
        }
        let left = below.width * 9 / 20;
        let right = Rect {
            x: below.x + left + 2,
            width: below.width - left - 2,
            ..below
        };
        [
            Rect {
                width: left,
                ..below
            },
            right,
        ]
    }

    pub fn view(&self, frame: &mut Frame, area: Rect, theme: &Theme) {
        if let Some(page) = self.page.as_ref().filter(|page| page.reads_session()) {
            page.view(frame, area, theme);
            return;
        }
        let [list, unit] = self.areas(area);
        let what = match self.codebook().is_some_and(filters::labels_sessions) {
            true => "sessions",
            false => "episodes",
        };
        let left = format!("{what}   {}", self.task());
        title_bar(frame, area, &left, &self.found(what), theme);
        if self.reading {
            if let Some(page) = &self.page {
                page.view(frame, unit, theme);
            }
            return;
        }
        self.draw_filters(
            frame,
            Rect::new(list.x, list.y - 2, area.width - 2, 1),
            theme,
        );
        if self.rows.is_empty() {
            let said = match self.narrowing.is_empty() {
                true => "There are none in the study.",
                false => "Nothing matches; x takes all filters away.",
            };
            let line = Line::styled(said, theme.text);
            frame
                .buffer_mut()
                .set_line(list.x, list.y, &line, list.width);
        } else {
            self.table(frame, list, theme);
        }
        if unit.width > 0
            && let Some(page) = &self.page
        {
            page.view(frame, unit, theme);
        }
        if let Some(filters) = &self.filters {
            filters.view(frame, area, theme);
        }
    }

    /// How many there are, as far as that is known without counting them.
    fn found(&self, what: &str) -> String {
        let here = self.rows.len();
        match (self.narrowing.is_empty(), self.ends, self.count) {
            (true, _, Some(COUNTED)) => format!("{} {what} and more", grouped(COUNTED)),
            (true, _, Some(count)) => format!("{} {what}", grouped(count)),
            (_, (true, true), _) => format!("{here} found"),
            _ => format!("more than {here} found"),
        }
    }

    /// What narrows the list, or the text that is being searched for.
    fn draw_filters(&self, frame: &mut Frame, area: Rect, theme: &Theme) {
        if let Some(input) = &self.searching {
            let label = "in name or description: ";
            let line = Line::styled(label, theme.accent);
            frame
                .buffer_mut()
                .set_line(area.x, area.y, &line, area.width);
            let used = text::width(label) as u16;
            let rest = Rect {
                x: area.x + used,
                width: area.width.saturating_sub(used),
                ..area
            };
            input.view(frame, rest, theme);
            return;
        }
        let mut spans = Vec::new();
        for (name, value) in filters::in_words(&self.narrowing) {
            if !spans.is_empty() {
                spans.push(Span::styled("   ", theme.text));
            }
            spans.push(Span::styled(format!("{name}: "), theme.muted));
            spans.push(Span::styled(text::truncate(&value, 40), theme.accent));
        }
        if spans.is_empty() {
            let hint = "all of them; f filters, / searches";
            spans.push(Span::styled(hint, theme.muted));
        }
        let line = Line::from(spans);
        frame
            .buffer_mut()
            .set_line(area.x, area.y, &line, area.width);
    }

    fn table(&self, frame: &mut Frame, area: Rect, theme: &Theme) {
        let column = |title, min, max| Column {
            title,
            align: Align::Left,
            min,
            max,
        };
        let shown = self.rows.iter().skip(self.first).take(self.height);
        // Beside the list stands the unit with its key, so that the name can have the room.
        let beside = self.beside && self.page.is_some();
        let rows: Vec<Vec<Span>> = shown
            .map(|line| {
                let basis = line.basis.map_or("", |basis| basis.as_str());
                let name = match (&line.name, beside) {
                    (Some(name), _) => name.as_str(),
                    (None, true) => line.unit.0.as_str(),
                    (None, false) => line.repository.as_deref().unwrap_or_default(),
                };
                let mut cells = vec![
                    Span::raw(name),
                    Span::raw(line.batch.as_deref().unwrap_or_default()),
                    Span::raw(basis),
                ];
                if !beside {
                    cells.insert(0, Span::raw(short_key(&line.unit, UNIT)));
                }
                cells
            })
            .collect();
        let mut columns = vec![
            column("name", 10, 90),
            column("batch", 5, 12),
            column("gold", 4, 11),
        ];
        if !beside {
            columns.insert(0, column("unit", UNIT as u16, UNIT as u16));
        }
        let rows_here = rows.len();
        let table = Table {
            columns,
            rows,
            selected: self.cursor.checked_sub(self.first),
            first: 0,
        };
        let inner = Rect {
            width: area.width.saturating_sub(1),
            ..area
        };
        table.view(frame, inner, theme);
        // Where the loaded rows stand in the whole list is not known, only whether it goes on.
        let (above, below) = (
            !self.ends.0 || self.first > 0,
            !self.ends.1 || self.first + rows_here < self.rows.len(),
        );
        let track = Rect {
            x: area.right().saturating_sub(1),
            y: area.y + 1,
            width: 1,
            height: area.height.saturating_sub(1),
        };
        let known = self.ends == (true, true);
        let (at, total) = match (above, below) {
            _ if known => (self.first, self.rows.len()),
            (false, _) => (0, rows_here * 8),
            (true, false) => (rows_here * 7, rows_here * 8),
            (true, true) => (rows_here * 7 / 2, rows_here * 8),
        };
        scroll::indicator(frame.buffer_mut(), track, at, rows_here, total, theme);
    }
}

/// `1,000,000`, in groups of three.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut said = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            said.push(',');
        }
        said.push(digit);
    }
    said
}
