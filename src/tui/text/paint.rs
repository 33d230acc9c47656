//! Draws one row of a text.

use ratatui::{buffer::Buffer, layout::Position, style::Style};

use super::{Shown, TAB, pieces};

/// A row as it looks, with tabs as blanks. A line end ends it.
pub fn expand(row: &str) -> String {
    let mut line = String::with_capacity(row.len());
    for (_, _, shown, width) in placed(row) {
        match shown {
            Shown::Glyph(glyph) | Shown::Blank(glyph) => line.push_str(glyph),
            _ => line.extend(std::iter::repeat_n(' ', width)),
        }
    }
    line
}

/// Draws a row from `at` over at most `columns`, each piece in the style of the byte of the row where
/// it begins. Gives back the columns used. A glyph without room is drawn as `…`.
pub fn paint(
    buffer: &mut Buffer,
    at: Position,
    columns: u16,
    row: &str,
    style: impl Fn(usize) -> Style,
) -> u16 {
    if !buffer.area.contains(at) {
        return 0;
    }
    let room = usize::from(columns.min(buffer.area.right() - at.x));
    let mut used = 0;
    for (byte, column, shown, width) in placed(row) {
        let left = room.saturating_sub(column);
        if left == 0 {
            break;
        }
        let fill;
        let symbol = match shown {
            Shown::Glyph(glyph) | Shown::Blank(glyph) if width <= left => glyph,
            Shown::Glyph(_) => "…",
            _ => {
                fill = " ".repeat(width.min(left));
                &fill
            }
        };
        let x = at.x + column as u16;
        let (end, _) = buffer.set_stringn(x, at.y, symbol, left, style(byte));
        used = end - at.x;
    }
    used
}

/// The byte, column, look and width of everything in a row that takes room.
fn placed(row: &str) -> impl Iterator<Item = (usize, usize, Shown<'_>, usize)> {
    let mut column = 0;
    pieces(row)
        .take_while(|piece| piece.shown != Shown::LineEnd)
        .filter(|piece| piece.shown != Shown::Nothing)
        .map(move |piece| {
            let width = match piece.shown {
                Shown::Tab => TAB - column % TAB,
                _ => usize::from(piece.width),
            };
            let here = column;
            column += width;
            (piece.raw.start, here, piece.shown, width)
        })
}
