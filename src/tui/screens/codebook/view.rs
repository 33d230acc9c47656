//! Draws the rules: the questions on the left, what is to be known about one on the right.

use ratatui::{
    Frame,
    layout::{Position, Rect},
    text::{Line, Span},
};

use super::{Rules, sections::Look};
use crate::tui::{
    screens::home::title_bar,
    text,
    theme::Theme,
    widgets::scroll::{indicator, keep_in_view},
};

impl Rules {
    /// The questions and the rules.
    pub(super) fn areas(&self, area: Rect) -> [Rect; 2] {
        let widest = self
            .sections
            .iter()
            .map(|section| text::width(&section.title))
            .max();
        let left = (widest.unwrap_or(0) as u16 + 6).clamp(14, area.width / 3);
        let y = area.y + 2;
        let height = area.height.saturating_sub(2);
        let right = Rect {
            x: area.x + left + 2,
            y,
            width: area.width.saturating_sub(left + 3).min(100),
            height,
        };
        [Rect::new(area.x + 1, y, left, height), right]
    }

    pub fn view(&self, frame: &mut Frame, area: Rect, theme: &Theme) {
        let (title, name) = match self.books.get(self.book) {
            Some(book) => (book.title.clone(), book.name()),
            None => ("codebook".to_owned(), String::new()),
        };
        let right = match self.hit {
            Some(hit) => format!("/{} ({} of {})", self.needle, hit + 1, self.hits.len()),
            None => name,
        };
        title_bar(frame, area, &title, &right, theme);
        let [questions, rules] = self.areas(area);
        self.questions(frame, questions, theme);
        self.rules(frame, rules, theme);
        if let Some(input) = &self.searching {
            let row = Rect::new(area.x, area.bottom() - 1, area.width, 1);
            frame.render_widget(ratatui::widgets::Clear, row);
            let label = " search: ";
            let line = Line::styled(label, theme.accent);
            frame.buffer_mut().set_line(row.x, row.y, &line, row.width);
            let rest = Rect {
                x: row.x + label.len() as u16,
                width: row.width.saturating_sub(label.len() as u16),
                ..row
            };
            input.view(frame, rest, theme);
        }
    }

    fn questions(&self, frame: &mut Frame, area: Rect, theme: &Theme) {
        let height = usize::from(area.height);
        let first = keep_in_view(0, self.section, height, self.sections.len());
        let shown = self.sections.iter().enumerate().skip(first);
        let buffer = frame.buffer_mut();
        for (y, (index, section)) in (area.top()..area.bottom()).zip(shown) {
            let here = index == self.section;
            let hits = self.hits.iter().filter(|hit| hit.section == index).count();
            let hits = match hits {
                0 => String::new(),
                hits => format!(" {hits}"),
            };
            let room = usize::from(area.width).saturating_sub(3 + text::width(&hits));
            let mark = if here { "> " } else { "  " };
            let style = if here { theme.heading } else { theme.text };
            let line = Line::from(vec![
                Span::styled(mark, theme.accent),
                Span::styled(text::pad(&section.title, room), style),
                Span::styled(hits, theme.hit),
            ]);
            buffer.set_line(area.x, y, &line, area.width);
        }
    }

    fn rules(&self, frame: &mut Frame, area: Rect, theme: &Theme) {
        let Some(section) = self.sections.get(self.section) else {
            return;
        };
        let buffer = frame.buffer_mut();
        for (y, row) in (area.top()..area.bottom()).zip(self.rows.iter().skip(self.first)) {
            let block = &section.blocks[row.block];
            let base = match block.look {
                Look::Heading => theme.heading,
                Look::Plain => theme.text,
                Look::Muted => theme.muted,
            };
            let style = |byte: usize| {
                let byte = row.bytes.start + byte;
                let hit = self.hits.iter().position(|hit| {
                    hit.section == self.section
                        && hit.block == row.block
                        && hit.bytes.contains(&byte)
                });
                match hit {
                    Some(hit) if self.hit == Some(hit) => theme.hit_here,
                    Some(_) => theme.hit,
                    None => base,
                }
            };
            let at = Position::new(area.x + block.indent, y);
            let room = area.width.saturating_sub(block.indent + 1);
            text::paint(buffer, at, room, &block.text[row.bytes.clone()], style);
        }
        let track = Rect {
            x: area.right().saturating_sub(1),
            width: 1,
            ..area
        };
        let height = usize::from(area.height);
        indicator(buffer, track, self.first, height, self.rows.len(), theme);
    }
}
