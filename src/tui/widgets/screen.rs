//! Draws a widget for a test and reads the screen back.

use ratatui::{
    Frame, Terminal,
    backend::TestBackend,
    buffer::{Buffer, CellWidth},
    style::Modifier,
};

/// What a widget draws on an empty screen.
pub fn draw(width: u16, height: u16, view: impl FnOnce(&mut Frame)) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(view).unwrap().buffer.clone()
}

/// The screen as text, without the cells behind wide glyphs and without blanks at the ends of rows.
pub fn text(buffer: &Buffer) -> String {
    rows(buffer, |cell| cell.symbol().to_owned())
}

/// One letter for how each cell is set off: `b`old, `d`im, `r`eversed, `R` bold and reversed.
pub fn modifiers(buffer: &Buffer) -> String {
    rows(buffer, |cell| {
        let letter = match cell.modifier {
            m if m.is_empty() => " ",
            Modifier::BOLD => "b",
            Modifier::DIM => "d",
            Modifier::REVERSED => "r",
            m if m == Modifier::BOLD | Modifier::REVERSED => "R",
            _ => "?",
        };
        letter.repeat(usize::from(cell.symbol().cell_width()))
    })
}

fn rows(buffer: &Buffer, show: impl Fn(&ratatui::buffer::Cell) -> String) -> String {
    let mut screen = String::new();
    for y in buffer.area.rows() {
        let mut row = String::new();
        let mut x = y.left();
        while x < y.right() {
            let cell = &buffer[(x, y.y)];
            row += &show(cell);
            x += cell.symbol().cell_width().max(1);
        }
        screen += row.trim_end();
        screen.push('\n');
    }
    screen
}
