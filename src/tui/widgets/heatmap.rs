//! Counts of two raters' codes as a matrix, shaded by their share of the row.

use ratatui::{
    Frame,
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use super::scroll::keep_in_view;
use crate::tui::{text, theme::Theme};

/// A matrix of counts as it is to be drawn.
#[derive(Clone, Copy, Debug)]
pub struct Heatmap<'a> {
    /// What the rows and columns are, such as `ana \ ben`.
    pub corner: &'a str,
    pub rows: &'a [String],
    pub columns: &'a [String],
    /// One list for each row, with one count for each column.
    pub counts: &'a [Vec<u64>],
    /// Row and column of the selected cell. It is always on the screen.
    pub selected: Option<(usize, usize)>,
}

/// Columns that a heading may take.
const LONGEST_HEADING: usize = 8;

impl Heatmap<'_> {
    /// Draws the matrix. A cell is dim up to a quarter of its row, plain up to a half, bold up to
    /// three quarters and reversed above (see [`legend`]); the selected one stands in brackets. Where
    /// the matrix is larger than the area, arrows say on which sides it goes on.
    pub fn view(&self, frame: &mut Frame, area: Rect, theme: &Theme) {
        let buffer = frame.buffer_mut();
        let area = area.intersection(buffer.area);
        if area.is_empty() {
            return;
        }
        let heading = self.heading_width(usize::from(area.width));
        let cell = self.cell_width();
        // One column and one row on each side hold the arrows.
        let room = usize::from(area.width).saturating_sub(heading + 2);
        let fit = (usize::from(area.height).saturating_sub(1), room / cell);
        let (row, column) = self.selected.unwrap_or((0, 0));
        let rows = window(row, fit.0, self.rows.len());
        let columns = window(column, fit.1, self.columns.len());

        let put = |buffer: &mut Buffer, x: usize, y: usize, part: &str, style: Style| {
            let room = usize::from(area.width).saturating_sub(x);
            if room > 0 && y < usize::from(area.height) {
                buffer.set_stringn(area.x + x as u16, area.y + y as u16, part, room, style);
            }
        };
        put(buffer, 0, 0, &text::pad(self.corner, heading), theme.muted);
        for (nth, index) in columns.clone().enumerate() {
            let title = text::pad_left(&self.columns[index], cell - 2);
            let style = self.heading_style(column == index, theme);
            put(
                buffer,
                heading + 1 + nth * cell,
                0,
                &format!(" {title} "),
                style,
            );
        }
        for (nth, index) in rows.clone().enumerate() {
            let title = text::pad(&self.rows[index], heading);
            put(
                buffer,
                0,
                nth + 1,
                &title,
                self.heading_style(row == index, theme),
            );
            for (nth_column, column) in columns.clone().enumerate() {
                let (shown, style) = self.cell(index, column, cell, theme);
                put(
                    buffer,
                    heading + 1 + nth_column * cell,
                    nth + 1,
                    &shown,
                    style,
                );
            }
        }
        let right = heading + 1 + columns.len() * cell;
        for (there, x, y, arrow) in [
            (columns.start > 0, heading, 0, "←"),
            (columns.end < self.columns.len(), right, 0, "→"),
            (rows.start > 0, heading, 1, "↑"),
            (rows.end < self.rows.len(), heading, rows.len(), "↓"),
        ] {
            if there {
                put(buffer, x, y, arrow, theme.accent);
            }
        }
    }

    /// Columns that the whole matrix takes in a pane as wide as `room`.
    pub fn width(&self, room: u16) -> u16 {
        let room = usize::from(room);
        let needed = self.heading_width(room) + 2 + self.columns.len() * self.cell_width();
        needed.min(room) as u16
    }

    fn cell(&self, row: usize, column: usize, width: usize, theme: &Theme) -> (String, Style) {
        let counts = self.counts.get(row).map_or(&[][..], Vec::as_slice);
        let count = counts.get(column).copied().unwrap_or(0);
        let number = match count {
            0 => "·".to_owned(),
            count => count.to_string(),
        };
        let number = text::pad_left(&number, width - 2);
        if self.selected == Some((row, column)) {
            return (format!("[{number}]"), theme.selected);
        }
        let total: u64 = counts.iter().sum();
        let style = match count {
            0 => theme.muted,
            // Quarters of the row, the upper end belonging to each.
            _ => theme.shades[((count * 4).div_ceil(total) as usize - 1).min(3)],
        };
        (format!(" {number} "), style)
    }

    fn heading_style(&self, here: bool, theme: &Theme) -> Style {
        if here && self.selected.is_some() {
            theme.heading
        } else {
            theme.text
        }
    }

    fn heading_width(&self, room: usize) -> usize {
        let rows = self.rows.iter().map(|row| text::width(row));
        rows.chain([text::width(self.corner)])
            .max()
            .unwrap_or(0)
            .min(room / 3)
    }

    /// As wide as the widest number or heading, with room for the brackets.
    fn cell_width(&self) -> usize {
        let titles = self
            .columns
            .iter()
            .map(|title| text::width(title).min(LONGEST_HEADING));
        let most = self.counts.iter().flatten().max().copied().unwrap_or(0);
        let digits = most.checked_ilog10().unwrap_or(0) as usize + 1;
        titles.max().unwrap_or(0).max(digits) + 2
    }
}

/// What the shading means, in one line.
pub fn legend(theme: &Theme) -> Line<'static> {
    let mut parts = vec![Span::styled("share of the row: ", theme.muted)];
    let steps = [" to 25% ", " to 50% ", " to 75% ", " above "];
    parts.extend(
        steps
            .iter()
            .zip(theme.shades)
            .map(|(step, shade)| Span::styled(*step, shade)),
    );
    Line::from(parts)
}

fn window(selected: usize, fit: usize, len: usize) -> std::ops::Range<usize> {
    let first = keep_in_view(0, selected.min(len.saturating_sub(1)), fit, len);
    first..(first + fit).min(len)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::tui::widgets::screen;

    fn drawn(codes: &[&str], selected: Option<(usize, usize)>, width: u16, height: u16) -> String {
        let codes: Vec<String> = codes.iter().map(|code| (*code).to_owned()).collect();
        let counts: Vec<Vec<u64>> = (0..codes.len() as u64)
            .map(|row| {
                let count = |column| {
                    if row == column {
                        12 * row
                    } else {
                        (row * 3 + column * 5) % 7
                    }
                };
                (0..codes.len() as u64).map(count).collect()
            })
            .collect();
        let map = Heatmap {
            corner: "ana \\ ben",
            rows: &codes,
            columns: &codes,
            counts: &counts,
            selected,
        };
        let buffer = screen::draw(width, height, |frame| {
            map.view(frame, frame.area(), &Theme::plain())
        });
        screen::text(&buffer) + &screen::modifiers(&buffer)
    }

    const CODES: [&str; 6] = ["S1", "S2", "S3", "S4", "custom:slow", "其他"];

    #[test]
    fn cells_hold_numbers_and_are_shaded_by_their_share_of_the_row() {
        assert_snapshot!("heatmap_80", drawn(&CODES, Some((3, 2)), 80, 7));
    }

    #[test]
    fn a_matrix_that_does_not_fit_scrolls_to_the_selected_cell() {
        assert_snapshot!("heatmap_scrolled", drawn(&CODES, Some((4, 3)), 40, 4));
    }

    #[test]
    fn a_matrix_fits_into_any_area() {
        for width in 0..40 {
            for height in 0..9 {
                drawn(&CODES, Some((5, 5)), width, height);
                drawn(&CODES, Some((9, 9)), width, height);
                drawn(&[], None, width, height);
            }
        }
    }
}
