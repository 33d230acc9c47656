//! A text that is being typed.

use crossterm::event::KeyCode;
use ratatui::{Frame, layout::Rect, style::Modifier};
use serde::{Deserialize, Serialize};
use tui_textarea::{CursorMove, DataCursor, Input as Typed, Key as TypedKey, TextArea, WrapMode};

use crate::tui::{
    keymap::{Context, Key},
    text,
    theme::Theme,
};

/// A text under the cursor, of one line or several.
#[derive(Clone, Debug)]
pub struct Input {
    area: TextArea<'static>,
    lines: bool,
}

/// Where the cursor of a text is: line and character.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caret(pub usize, pub usize);

impl Input {
    /// Begins with the cursor at the end. `lines` allows more than one.
    pub fn new(text: &str, lines: bool) -> Self {
        let mut area = TextArea::new(text.split('\n').map(str::to_owned).collect());
        area.set_wrap_mode(WrapMode::WordOrGlyph);
        area.set_cursor_line_style(Default::default());
        area.move_cursor(CursorMove::Bottom);
        area.move_cursor(CursorMove::End);
        Self { area, lines }
    }

    /// What keys mean while it is typed.
    pub fn contexts(&self) -> Vec<Context> {
        match self.lines {
            true => vec![Context::Text, Context::Lines, Context::Always],
            false => vec![Context::Text, Context::Always],
        }
    }

    pub fn text(&self) -> String {
        self.area.lines().join("\n")
    }

    pub fn caret(&self) -> Caret {
        let DataCursor(row, column) = self.area.cursor();
        Caret(row, column)
    }

    /// Puts the cursor where it was, as far as the text still has such a place.
    pub fn set_caret(&mut self, Caret(row, column): Caret) {
        let short = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
        self.area
            .move_cursor(CursorMove::Jump(short(row), short(column)));
    }

    /// Whether the key changed the text.
    pub fn key(&mut self, key: Key) -> bool {
        // Undo is the study's, and the terminal has its own clipboard.
        let taken = key.ctrl
            && matches!(
                key.code,
                KeyCode::Char('u' | 'r' | 'x' | 'c' | 'v' | 'y' | 'm')
            );
        let Some(code) = typed(key.code).filter(|_| !taken) else {
            return false;
        };
        self.area.input(Typed {
            key: code,
            ctrl: key.ctrl,
            alt: key.alt,
            shift: false,
        })
    }

    /// Begins a new line, where there may be several.
    pub fn newline(&mut self) -> bool {
        if self.lines {
            self.area.insert_newline();
        }
        self.lines
    }

    pub fn paste(&mut self, pasted: &str) -> bool {
        let cleaned = text::clean(pasted);
        let one_line = match self.lines {
            true => cleaned.into_owned(),
            false => cleaned.split_whitespace().collect::<Vec<_>>().join(" "),
        };
        self.area.insert_str(one_line)
    }

    /// Rows that the text takes in so many columns, the cursor included.
    pub fn height(&self, columns: u16) -> u16 {
        rows(&self.text(), columns)
    }

    pub fn view(&self, frame: &mut Frame, area: Rect, theme: &Theme) {
        let mut widget = self.area.clone();
        widget.set_style(theme.text);
        widget.set_cursor_style(theme.text.add_modifier(Modifier::REVERSED));
        frame.render_widget(&widget, area);
    }
}

/// Rows that a text takes, with room for a cursor after it.
pub fn rows(text: &str, columns: u16) -> u16 {
    let width = columns.saturating_sub(1);
    let rows: usize = text
        .split('\n')
        .map(|line| text::wrap(line, width).len().max(1))
        .sum();
    u16::try_from(rows).unwrap_or(u16::MAX)
}

fn typed(code: KeyCode) -> Option<TypedKey> {
    Some(match code {
        KeyCode::Char(c) => TypedKey::Char(c),
        KeyCode::Backspace => TypedKey::Backspace,
        KeyCode::Delete => TypedKey::Delete,
        KeyCode::Left => TypedKey::Left,
        KeyCode::Right => TypedKey::Right,
        KeyCode::Up => TypedKey::Up,
        KeyCode::Down => TypedKey::Down,
        KeyCode::Home => TypedKey::Home,
        KeyCode::End => TypedKey::End,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caret_is_found_again_and_a_text_of_one_line_stays_one() {
        let mut input = Input::new("整理 docs", false);
        input.key(Key::of(KeyCode::Left));
        let caret = input.caret();
        let mut again = Input::new("整理 docs", false);
        again.set_caret(caret);
        again.key(Key::char('X'));
        assert_eq!(again.text(), "整理 docXs");
        assert!(!again.newline());
        again.paste("a\nb\u{1b}[31m");
        assert_eq!(again.text(), "整理 docXa bs");
    }

    #[test]
    fn a_caret_beyond_the_text_is_put_into_it() {
        let mut input = Input::new("ab", true);
        input.set_caret(Caret(7, 99));
        input.key(Key::char('c'));
        assert_eq!(input.text().len(), 3);
    }
}
