//! A table of text whose columns line up, with one row selected.

use ratatui::{Frame, buffer::Buffer, layout::Rect, style::Style, text::Span};

use super::scroll;
use crate::tui::{text, theme::Theme};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

/// A column of a table. Between `min` and `max` it is as wide as what it holds.
#[derive(Clone, Debug)]
pub struct Column<'a> {
    pub title: &'a str,
    pub align: Align,
    pub min: u16,
    pub max: u16,
}

/// A table as it is to be drawn. A long list passes only the rows around the screen.
#[derive(Clone, Debug, Default)]
pub struct Table<'a> {
    pub columns: Vec<Column<'a>>,
    pub rows: Vec<Vec<Span<'a>>>,
    /// Index of the selected row.
    pub selected: Option<usize>,
    /// Index of the row at the top; see [`scroll::keep_in_view`].
    pub first: usize,
}

/// Blanks between columns.
const BETWEEN: usize = 2;

/// Columns for the mark of the selected row.
const MARGIN: u16 = 2;

impl Table<'_> {
    /// Draws the header and as many rows as fit. Cells that are too long end in `…`; columns without
    /// any room are left out, and a `…` at the end of the header says so.
    pub fn view(&self, frame: &mut Frame, area: Rect, theme: &Theme) {
        let buffer = frame.buffer_mut();
        let area = area.intersection(buffer.area);
        if area.is_empty() {
            return;
        }
        let room = area.width.saturating_sub(MARGIN + 1);
        let widths = self.widths(usize::from(room));
        let line = |y: u16| Rect {
            x: area.x + MARGIN.min(area.width),
            y,
            width: room,
            height: 1,
        };
        let titles = self
            .columns
            .iter()
            .map(|column| (column.title, theme.heading));
        self.draw_row(buffer, line(area.y), titles, &widths);
        if widths.len() < self.columns.len() {
            buffer.set_stringn(area.right() - 1, area.y, "…", 1, theme.heading);
        }
        let body = Rect {
            y: area.y + 1,
            height: area.height - 1,
            ..area
        };
        let shown = self.rows.iter().enumerate().skip(self.first);
        for (y, (index, row)) in (body.top()..body.bottom()).zip(shown) {
            self.draw_row(
                buffer,
                line(y),
                row.iter()
                    .map(|cell| (cell.content.as_ref(), theme.text.patch(cell.style))),
                &widths,
            );
            if self.selected == Some(index) {
                buffer.set_stringn(area.x, y, ">", 1, theme.accent);
                let whole = Rect::new(area.x, y, area.width - 1, 1);
                buffer.set_style(whole, theme.selected);
            }
        }
        let track = Rect {
            x: area.right() - 1,
            width: 1,
            ..body
        };
        let height = usize::from(body.height);
        scroll::indicator(buffer, track, self.first, height, self.rows.len(), theme);
    }

    fn draw_row<'c>(
        &self,
        buffer: &mut Buffer,
        area: Rect,
        cells: impl Iterator<Item = (&'c str, Style)>,
        widths: &[usize],
    ) {
        let mut x = area.x;
        for ((column, width), (cell, style)) in self.columns.iter().zip(widths).zip(cells) {
            let cell = match column.align {
                Align::Left => text::pad(cell, *width),
                Align::Right => text::pad_left(cell, *width),
            };
            let left = usize::from(area.right().saturating_sub(x));
            (x, _) = buffer.set_stringn(x, area.y, cell, left, style);
            x = x.saturating_add(BETWEEN as u16);
        }
    }

    /// The widths of the columns that are drawn. The widest give way first.
    fn widths(&self, room: usize) -> Vec<usize> {
        let mut widths: Vec<usize> = (self.columns.iter().enumerate())
            .map(|(index, column)| {
                let cells = self.rows.iter().filter_map(|row| row.get(index));
                let widest = cells
                    .map(|cell| text::width(&cell.content))
                    .max()
                    .unwrap_or(0);
                let (min, max) = (usize::from(column.min), usize::from(column.max));
                widest
                    .max(text::width(column.title))
                    .min(max)
                    .max(min)
                    .min(room)
            })
            .collect();
        loop {
            let needed = widths.iter().sum::<usize>() + BETWEEN * widths.len().saturating_sub(1);
            if needed <= room {
                return widths;
            }
            let least = |index: usize| usize::from(self.columns[index].min).max(1);
            let widest = (0..widths.len())
                .filter(|index| widths[*index] > least(*index))
                .max_by_key(|index| widths[*index]);
            match widest {
                Some(index) => widths[index] -= 1,
                None if widths.len() > 1 => {
                    widths.pop();
                }
                None => return vec![room],
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::tui::widgets::screen;

    fn column(title: &str, align: Align, min: u16) -> Column<'_> {
        Column {
            title,
            align,
            min,
            max: 40,
        }
    }

    fn table() -> Table<'static> {
        let rows = [
            [
                "s-001#M001",
                "Rewrote a file it was told to leave alone",
                "79",
                "ana",
            ],
            [
                "s-001#M002",
                "整理接入文档和处理建议，这个不是我要的。再来一次吧！",
                "8",
                "ben",
            ],
            [
                "s-002#M001",
                "\u{1b}[31mred\u{1b}[0m\tand\na second line",
                "100",
                "Зоя",
            ],
        ];
        Table {
            columns: vec![
                column("unit", Align::Left, 10),
                column("name", Align::Left, 8),
                column("turns", Align::Right, 5),
                column("rater", Align::Left, 3),
            ],
            rows: rows
                .into_iter()
                .map(|row| row.map(Span::raw).to_vec())
                .collect(),
            selected: Some(1),
            first: 0,
        }
    }

    fn drawn(table: &Table, width: u16, height: u16) -> String {
        let buffer = screen::draw(width, height, |frame| {
            table.view(frame, frame.area(), &Theme::plain());
        });
        screen::text(&buffer) + &screen::modifiers(&buffer)
    }

    #[test]
    fn columns_line_up_and_long_cells_are_cut() {
        assert_snapshot!("table_80", drawn(&table(), 80, 5));
        assert_snapshot!("table_46", drawn(&table(), 46, 5));
    }

    #[test]
    fn a_narrow_table_leaves_columns_out_and_a_short_one_scrolls() {
        let table = Table {
            first: 1,
            ..table()
        };
        assert_snapshot!("table_26", drawn(&table, 26, 3));
    }

    #[test]
    fn a_table_fits_into_any_area() {
        for width in 0..60 {
            for height in 0..4 {
                drawn(&table(), width, height);
            }
        }
    }
}
