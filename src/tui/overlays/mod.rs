//! What lies over a screen: the help, a question, the line at the bottom.

use ratatui::{
    Frame,
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::{Clear, Widget},
};
use serde::{Deserialize, Serialize};

use super::{
    app::Notice,
    keymap::{self, Command, Context},
    parts::rung,
    text,
    theme::Theme,
    widgets::{prose, scroll},
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Overlay {
    /// The keys of the screen below, from this row on.
    Help { first: u16 },
    /// A question; yes sends the command to the screen.
    Confirm { question: String, yes: Command },
}

impl Overlay {
    pub fn contexts(&self) -> &'static [Context] {
        match self {
            Overlay::Help { .. } => &[Context::Help, Context::Always],
            Overlay::Confirm { .. } => &[Context::Confirm, Context::Always],
        }
    }

    /// Draws it over a screen in which `under` holds.
    pub fn view(&self, frame: &mut Frame, area: Rect, under: &[Context], theme: &Theme) {
        match self {
            Overlay::Help { first } => help(frame, area, *first, under, theme),
            Overlay::Confirm { question, .. } => confirm(frame, area, question, theme),
        }
    }
}

/// An empty pane in the middle of the screen with a frame and a title. Gives back its inside.
pub fn pane(frame: &mut Frame, area: Rect, size: (u16, u16), title: &str, theme: &Theme) -> Rect {
    let width = size.0.saturating_add(4).min(area.width);
    let height = size.1.saturating_add(2).min(area.height);
    let outer = Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    };
    Clear.render(outer, frame.buffer_mut());
    let block = ratatui::widgets::Block::bordered()
        .border_style(theme.border)
        .title(Line::styled(format!(" {title} "), theme.heading));
    let inner = block.inner(outer);
    block.render(outer, frame.buffer_mut());
    Rect {
        x: inner.x + 1,
        width: inner.width.saturating_sub(2),
        ..inner
    }
}

fn help(frame: &mut Frame, area: Rect, first: u16, under: &[Context], theme: &Theme) {
    let width = 76.min(area.width.saturating_sub(5));
    let mut lines: Vec<Line> = Vec::new();
    for context in under {
        let mut active = keymap::active(under)
            .filter(|row| row.context == *context)
            .peekable();
        if active.peek().is_none() {
            continue;
        }
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.push(Line::styled(context.title(), theme.heading));
        for row in active {
            let keys = format!("  {}", keymap::names(row));
            lines.extend(prose::labelled(
                &keys, theme.key, row.help, width, 16, theme.text,
            ));
        }
    }
    let quotes = [Context::Labelling, Context::Page, Context::Reader];
    if quotes.iter().any(|context| under.contains(context)) {
        lines.extend(rung::legend(width, theme));
    }
    let inner = pane(frame, area, (76, lines.len() as u16), "Keys", theme);
    let height = usize::from(inner.height);
    let first = usize::from(first).min(lines.len().saturating_sub(height));
    let buffer = frame.buffer_mut();
    for (y, line) in (inner.top()..inner.bottom()).zip(lines.iter().skip(first)) {
        buffer.set_line(inner.x, y, line, width);
    }
    let track = Rect {
        x: inner.right().saturating_sub(1),
        width: 1,
        ..inner
    };
    scroll::indicator(buffer, track, first, height, lines.len(), theme);
}

fn confirm(frame: &mut Frame, area: Rect, question: &str, theme: &Theme) {
    let question = text::clean(question);
    let rows = text::wrap(&question, 52);
    let inner = pane(frame, area, (52, rows.len() as u16 + 2), "Sure?", theme);
    let buffer = frame.buffer_mut();
    let width = usize::from(inner.width);
    for (y, row) in (inner.top()..inner.bottom()).zip(&rows) {
        buffer.set_stringn(inner.x, y, &question[row.clone()], width, theme.text);
    }
    let line = Line::from(vec![
        Span::styled("y", theme.key),
        Span::styled(" yes      ", theme.text),
        Span::styled("n", theme.key),
        Span::styled(" no", theme.text),
    ]);
    if inner.height > 0 {
        buffer.set_line(inner.x, inner.bottom() - 1, &line, inner.width);
    }
}

/// The last line: a message if there is one, then the keys that fit.
pub fn footer(
    frame: &mut Frame,
    area: Rect,
    contexts: &[Context],
    notice: Option<&Notice>,
    theme: &Theme,
) {
    let buffer = frame.buffer_mut();
    if let Some(notice) = notice {
        let style = if notice.bad { theme.bad } else { theme.accent };
        let mark = if notice.bad { "! " } else { "" };
        let room = usize::from(area.width.saturating_sub(2));
        let line = text::truncate(&format!("{mark}{}", notice.text), room);
        buffer.set_stringn(area.x + 1, area.y, line, room, style);
        return;
    }
    let rows: Vec<_> = keymap::active(contexts)
        .filter(|row| !row.short.is_empty())
        .collect();
    // Leaving and help stay, whatever else does not fit.
    let (last, first): (Vec<_>, Vec<_>) = rows
        .into_iter()
        .partition(|row| row.context == Context::Screen);
    let width = |row: &&keymap::Binding| text::width(&key_name(row)) + text::width(row.short) + 4;
    let mut room =
        usize::from(area.width).saturating_sub(2 + last.iter().map(width).sum::<usize>());
    let mut shown = Vec::new();
    for row in first {
        let Some(left) = room.checked_sub(width(&row)) else {
            break;
        };
        room = left;
        shown.push(row);
    }
    let mut x = area.x + 1;
    for row in shown.into_iter().chain(last) {
        x = write(buffer, x, area, &key_name(row), theme.key);
        x = write(buffer, x, area, " ", theme.muted);
        x = write(buffer, x, area, row.short, theme.muted);
        x = write(buffer, x, area, "   ", theme.muted);
    }
}

fn key_name(row: &keymap::Binding) -> String {
    row.keys
        .first()
        .map(ToString::to_string)
        .unwrap_or_default()
}

fn write(buffer: &mut Buffer, x: u16, area: Rect, part: &str, style: Style) -> u16 {
    let room = usize::from(area.right().saturating_sub(x));
    if room == 0 {
        return x;
    }
    buffer.set_stringn(x, area.y, part, room, style).0
}

/// What a terminal shows that is too small for a screen.
pub fn too_small(frame: &mut Frame, least: (u16, u16)) {
    let area = frame.area();
    let says = format!(
        "Too small: {} x {}.\ntiebreak needs {} x {}.",
        area.width, area.height, least.0, least.1
    );
    let buffer = frame.buffer_mut();
    let rows = text::wrap(&says, area.width);
    for (y, row) in (area.top()..area.bottom()).zip(rows) {
        buffer.set_stringn(area.x, y, &says[row], usize::from(area.width), Style::new());
    }
}
