//! Text of any length as lines of a pane.

use ratatui::{
    style::Style,
    text::{Line, Span},
};

use crate::tui::text;

/// A text as lines of at most `width` columns, each after `indent` blanks.
pub fn lines(words: &str, width: u16, indent: u16, style: Style) -> Vec<Line<'static>> {
    labelled("", style, words, width, indent, style)
}

/// A label and a text; where the text needs more lines, they begin under its first column.
pub fn labelled(
    label: &str,
    label_style: Style,
    words: &str,
    width: u16,
    indent: u16,
    style: Style,
) -> Vec<Line<'static>> {
    let indent = usize::from(indent.min(width / 2)).max(text::width(label));
    let room = usize::from(width).saturating_sub(indent).max(1);
    let rows = text::wrap(words, room as u16);
    let mut lines: Vec<Line> = rows
        .into_iter()
        .enumerate()
        .map(|(number, row)| {
            let head = if number == 0 { label } else { "" };
            Line::from(vec![
                Span::styled(text::pad(head, indent), label_style),
                Span::styled(text::expand(&words[row]), style),
            ])
        })
        .collect();
    if lines.is_empty() && !label.is_empty() {
        lines.push(Line::styled(label.to_owned(), label_style));
    }
    lines
}
