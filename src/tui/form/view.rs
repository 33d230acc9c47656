//! Draws a form: one block per axis, the one under the cursor unfolded.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use super::{Form, Stop, say::said};
use crate::{
    domain::{
        codebook::Axis,
        rules::{Applies, ProblemKind, Review, applies},
    },
    tui::{
        text,
        theme::Theme,
        widgets::{prose, scroll},
    },
};

/// Columns left of what belongs to a question.
pub(super) const INDENT: u16 = 4;

/// What can be seen of the form at the moment.
pub(super) struct Sheet {
    pub lines: Vec<Line<'static>>,
    /// Lines of the question under the cursor.
    pub block: std::ops::Range<usize>,
    /// The line under the cursor, and whether it is to be set off.
    pub cursor: usize,
    /// The line where the text is typed.
    pub typing: Option<usize>,
}

impl Form {
    /// Finds the part of the form to show in a pane of this size.
    pub fn prepare(&mut self, width: u16, height: u16, note: Option<&str>, theme: &Theme) {
        let sheet = self.sheet(width.saturating_sub(1), &self.review(note), theme);
        let height = usize::from(height);
        let len = sheet.lines.len();
        let mut first = self.first.min(len.saturating_sub(height));
        // The whole question, if it fits, and the row under the cursor in any case.
        let end = sheet.block.end.saturating_sub(1);
        first = scroll::keep_in_view(first, end, height, len);
        first = scroll::keep_in_view(first, sheet.block.start, height, len);
        self.first = scroll::keep_in_view(first, sheet.cursor, height, len);
    }

    /// Draws it. `active` tells whether keys go to the form.
    pub fn view(
        &self,
        frame: &mut Frame,
        area: Rect,
        note: Option<&str>,
        active: bool,
        theme: &Theme,
    ) {
        let width = area.width.saturating_sub(1);
        let sheet = self.sheet(width, &self.review(note), theme);
        let height = usize::from(area.height);
        for (y, (index, line)) in
            (area.top()..area.bottom()).zip(sheet.lines.iter().enumerate().skip(self.first))
        {
            frame.buffer_mut().set_line(area.x, y, line, width);
            if index == sheet.cursor && active && sheet.typing.is_none() {
                let whole = Rect::new(area.x, y, width, 1);
                frame.buffer_mut().set_style(whole, theme.selected);
            }
        }
        if let (Some(line), Some(typing)) = (sheet.typing, &self.typing) {
            let indent = INDENT + 2;
            let top = line.saturating_sub(self.first) as u16;
            let rows = typing.height(width.saturating_sub(indent));
            let input = Rect {
                x: area.x + indent.min(area.width),
                y: area.y + top.min(area.height),
                width: width.saturating_sub(indent),
                height: rows.min(area.height.saturating_sub(top)),
            };
            if !input.is_empty() && line >= self.first {
                typing.view(frame, input, theme);
            }
        }
        let track = Rect {
            x: area.right().saturating_sub(1),
            width: 1.min(area.width),
            ..area
        };
        let len = sheet.lines.len();
        scroll::indicator(frame.buffer_mut(), track, self.first, height, len, theme);
    }

    fn sheet(&self, width: u16, review: &Review, theme: &Theme) -> Sheet {
        let mut sheet = Sheet {
            lines: Vec::new(),
            block: 0..0,
            cursor: 0,
            typing: None,
        };
        for (index, axis) in self.codebook.axes.iter().enumerate() {
            let here = self.stop.axis() == Some(index);
            let start = sheet.lines.len();
            self.axis_lines(&mut sheet, index, axis, width, review, theme);
            if here {
                sheet.block = start..sheet.lines.len();
            }
        }
        let start = sheet.lines.len();
        let here = self.stop == Stop::End;
        let open = review.problems.len();
        let (says, style) = match (open, here) {
            (0, true)
                if !self.reasoned
                    && self.codebook.axes.iter().any(|axis| self.owes_reason(axis)) =>
            {
                ("A reason is missing: R writes it.".to_owned(), theme.warn)
            }
            (0, true) if self.columns.is_some() => {
                ("Complete. Enter saves.".to_owned(), theme.good)
            }
            (0, true) => ("Complete. Enter submits.".to_owned(), theme.good),
            (0, false) => ("Complete.".to_owned(), theme.good),
            (1, _) => ("1 thing is open.".to_owned(), theme.muted),
            (open, _) => (format!("{open} things are open."), theme.muted),
        };
        sheet.lines.push(Line::default());
        let mark = if here { "> " } else { "  " };
        sheet
            .lines
            .push(Line::styled(format!("{mark}{says}"), style));
        if here {
            sheet.block = start..sheet.lines.len();
            sheet.cursor = start + 1;
        }
        sheet
    }

    fn axis_lines(
        &self,
        sheet: &mut Sheet,
        index: usize,
        axis: &Axis,
        width: u16,
        review: &Review,
        theme: &Theme,
    ) {
        let here = self.stop.axis() == Some(index);
        let state = applies(&self.codebook, axis, &self.answers);
        let problem = review.of_axis(&axis.key);
        let broken = review.is_broken(&axis.key);
        let stale = axis.repeat && self.quotes == 0;
        let mark = match (state, problem) {
            (Applies::No, _) => "–",
            (Applies::Open, _) => "·",
            _ if broken => "!",
            (Applies::Yes, Some(_)) => "·",
            (Applies::Yes, None) if self.answers.get(&axis.key).is_some() => "✓",
            (Applies::Yes, None) => "○",
        };
        let title_width = self.title_width().min(usize::from(width) / 2);
        let title = text::pad(&axis.title, title_width);
        let asked = state == Applies::Yes && !stale;
        let (head, rest) = match (asked, here) {
            (false, _) => (theme.muted, theme.muted),
            (true, true) => (theme.heading, theme.muted),
            (true, false) => (theme.text, theme.text),
        };
        let mark_style = match mark {
            "!" => theme.bad,
            "✓" => theme.good,
            _ => theme.muted,
        };
        let room = usize::from(width).saturating_sub(title_width + 4);
        let says = if stale {
            "no quotes to ask about".to_owned()
        } else {
            match state {
                Applies::Yes if here => String::new(),
                Applies::Yes => self.summary(index, axis),
                Applies::No => "does not apply".to_owned(),
                Applies::Open => self.waits_for(axis, room),
            }
        };
        let head = match self.columns() {
            Some(columns) => self.beside_head(columns, index, state, broken, width, theme),
            None => Line::from(vec![
                Span::styled(format!("{mark} "), mark_style),
                Span::styled(title, head),
                Span::styled(format!("  {}", text::truncate(&says, room)), rest),
            ]),
        };
        sheet.lines.push(head);
        if here && self.has_room(width) {
            // Narrow panes are short of rows as well; the help of the axis has the whole question.
            let lines = prose::lines(&axis.question, width, INDENT, theme.muted);
            let shown = if width < 50 { 1 } else { lines.len() };
            let cut = lines.len() > shown;
            sheet.lines.extend(lines.into_iter().take(shown));
            if cut && let Some(line) = sheet.lines.last_mut() {
                line.push_span(Span::styled(" …", theme.muted));
            }
        }
        // A rule that is broken is said at once; what is only missing, where the cursor has been.
        for problem in review
            .problems
            .iter()
            .filter(|p| p.axis.as_ref() == Some(&axis.key))
        {
            let loud = problem.kind == ProblemKind::Broken || self.tried;
            let begun = self.answers.get(&axis.key).is_some();
            if loud || (begun && !here) {
                let style = if loud { theme.bad } else { theme.warn };
                sheet.lines.extend(prose::labelled(
                    "  ! ",
                    style,
                    &problem.why,
                    width,
                    INDENT,
                    style,
                ));
            }
        }
        for (_, hint) in review.hints.iter().filter(|(key, _)| *key == axis.key) {
            sheet.lines.extend(prose::labelled(
                "  ~ ",
                theme.muted,
                hint,
                width,
                INDENT,
                theme.muted,
            ));
        }
        if self.owes_reason(axis) {
            let says = match self.reasoned {
                true => "none of the annotators says this; the reason is given",
                false => "none of the annotators says this: a reason is needed (R)",
            };
            sheet.lines.extend(prose::labelled(
                "  ~ ", theme.warn, says, width, INDENT, theme.warn,
            ));
        }
        if here && let Some(columns) = self.columns().filter(|_| !axis.repeat) {
            sheet
                .lines
                .extend(self.beside_lines(columns, self.stop, width, theme));
        }
        if here && asked {
            self.question_lines(sheet, index, axis, width, theme);
        }
    }

    pub(super) fn title_width(&self) -> usize {
        let titles = self
            .codebook
            .axes
            .iter()
            .map(|axis| text::width(&axis.title));
        titles.max().unwrap_or(0)
    }

    fn waits_for(&self, axis: &Axis, room: usize) -> String {
        let parent = axis
            .applies_when
            .as_ref()
            .and_then(|condition| self.codebook.axis(&condition.axis));
        let long = parent.map(|parent| format!("not asked yet: depends on {}", parent.title));
        long.filter(|long| text::width(long) <= room)
            .unwrap_or_else(|| "not asked yet".to_owned())
    }

    /// The rows of the question under the cursor; where it is asked per quote, of the quote there.
    fn question_lines(
        &self,
        sheet: &mut Sheet,
        index: usize,
        axis: &Axis,
        width: u16,
        theme: &Theme,
    ) {
        if !axis.repeat {
            self.row_lines(sheet, self.stop, axis, width, theme);
            return;
        }
        for quote in 0..self.quotes {
            let stop = Stop::Axis {
                axis: index,
                quote: Some(quote),
            };
            let here = stop == self.stop;
            let says = if here {
                String::new()
            } else {
                said(axis, self.answer(stop))
            };
            let style = if here { theme.heading } else { theme.text };
            let mark = if self.answer(stop).is_some() {
                "✓"
            } else {
                "·"
            };
            let room = usize::from(width).saturating_sub(16);
            sheet.lines.push(Line::from(vec![
                Span::styled(format!("  {mark} "), theme.muted),
                Span::styled(text::pad(&format!("quote {}", quote + 1), 10), style),
                Span::styled(text::truncate(&says, room), theme.text),
            ]));
            if here {
                if let Some(columns) = self.columns() {
                    sheet
                        .lines
                        .extend(self.beside_lines(columns, stop, width, theme));
                }
                self.row_lines(sheet, stop, axis, width, theme);
            }
        }
    }

    /// An answer in one line.
    fn summary(&self, index: usize, axis: &Axis) -> String {
        if axis.repeat {
            let given = (0..self.quotes)
                .filter(|quote| {
                    let stop = Stop::Axis {
                        axis: index,
                        quote: Some(*quote),
                    };
                    self.answer(stop).is_some()
                })
                .count();
            return format!("{given} of {} quotes", self.quotes);
        }
        said(axis, self.answers.get(&axis.key))
    }
}
