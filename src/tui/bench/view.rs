//! Draws a unit on the desk: its evidence, the form, and what the cursor is on.

use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use super::{Bench, Mode};
use crate::{
    domain::label::Content,
    tui::{
        form::detail,
        overlays::pane,
        text,
        theme::Theme,
        widgets::{input::Input, prose},
    },
};

/// Below this width the form stands under the evidence.
const SIDE_BY_SIDE: u16 = 76;

/// Where everything goes.
pub struct Panes {
    pub evidence: Rect,
    pub form: Rect,
    /// The line between them; `None` where one is above the other.
    pub between: Option<Rect>,
    /// The line above the detail, and the detail.
    pub rule: Rect,
    pub detail: Rect,
}

impl Panes {
    pub fn of(area: Rect) -> Self {
        let detail_height = match area.height {
            0..=19 => 3,
            20..=27 => 5,
            28..=35 => 8,
            _ => 10,
        };
        let detail = Rect {
            x: area.x + 1,
            y: area.bottom().saturating_sub(detail_height),
            width: area.width.saturating_sub(2),
            height: detail_height.min(area.height),
        };
        let rule = Rect {
            y: detail.y.saturating_sub(1),
            height: 1,
            ..area
        };
        let top = area.y + 1;
        let height = rule.y.saturating_sub(top);
        if area.width >= SIDE_BY_SIDE {
            // The form needs a little more at 80 columns; wide screens give both half.
            let left = if area.width < 100 {
                area.width * 45 / 100
            } else {
                area.width / 2
            };
            let evidence = Rect::new(area.x + 1, top, left - 3, height);
            let between = Rect::new(area.x + left - 1, top, 1, height);
            let form = Rect::new(area.x + left + 1, top, area.width - left - 2, height);
            return Self {
                evidence,
                form,
                between: Some(between),
                rule,
                detail,
            };
        }
        let above = height * 2 / 5;
        let evidence = Rect::new(area.x + 1, top, area.width - 2, above.saturating_sub(1));
        let form = Rect::new(area.x + 1, top + above, area.width - 2, height - above);
        Self {
            evidence,
            form,
            between: None,
            rule,
            detail,
        }
    }
}

impl Bench {
    /// Draws what fills the whole screen, if something does.
    pub fn view_whole(&self, frame: &mut Frame, area: Rect, theme: &Theme) -> bool {
        match &self.mode {
            Mode::Reader(reader) => reader.view(frame, area, theme),
            Mode::Units(units) => units.view(frame, area, theme),
            _ => return false,
        }
        true
    }

    /// Draws everything below the title. `marks` stands on the line above the detail, and `more`
    /// is read with all that the codebook says.
    pub fn view(
        &self,
        frame: &mut Frame,
        area: Rect,
        panes: &Panes,
        marks: &str,
        more: &[Line<'static>],
        theme: &Theme,
    ) {
        self.evidence.view(frame, panes.evidence, theme);
        let note = self.sheet.content.note.as_deref();
        let active = matches!(self.mode, Mode::Form);
        self.form.view(frame, panes.form, note, active, theme);
        match panes.between {
            Some(between) => {
                for y in between.top()..between.bottom() {
                    frame
                        .buffer_mut()
                        .set_stringn(between.x, y, "│", 1, theme.border);
                }
                self.evidence.view_track(frame, between, theme);
            }
            None => {
                let y = panes.form.y.saturating_sub(1);
                let line = "─".repeat(usize::from(area.width));
                frame.buffer_mut().set_stringn(
                    area.x,
                    y,
                    line,
                    usize::from(area.width),
                    theme.border,
                );
            }
        }
        self.draw_rule(frame, panes.rule, marks, theme);
        match &self.mode {
            Mode::Note(input) => {
                let prompt = match self.is_closed() {
                    true => Some("For the adjudicator. Your label stays as it was locked."),
                    false => self.desk.codebook.note.prompt.as_deref(),
                };
                draw_input(frame, panes.detail, input, prompt, theme);
            }
            Mode::Flag(input) => {
                let prompt = Some(
                    "Why? For example: not a real episode. Without a reason there is no flag.",
                );
                draw_input(frame, panes.detail, input, prompt, theme);
            }
            Mode::Reason(input) => {
                let prompt =
                    Some("Why is this right? Needed where none of the annotators says it.");
                draw_input(frame, panes.detail, input, prompt, theme);
            }
            _ => draw_lines(
                frame,
                panes.detail,
                &detail(&self.form, panes.detail.width, theme),
            ),
        }
        if let Mode::Detail { first } = &self.mode {
            let width = 72.min(area.width.saturating_sub(6));
            let mut lines = detail(&self.form, width, theme);
            lines.extend_from_slice(more);
            let rows = (lines.len() as u16).min(area.height.saturating_sub(4));
            let inner = pane(frame, area, (width, rows), "Codebook", theme);
            let hidden = lines.len().saturating_sub(usize::from(inner.height));
            draw_lines(frame, inner, &lines[usize::from(*first).min(hidden)..]);
        }
        if let Mode::Uses { found, first } = &self.mode {
            self.draw_uses(frame, area, found, *first, theme);
        }
    }

    /// The line above the detail: what the last key did besides, and the marks on the unit.
    fn draw_rule(&self, frame: &mut Frame, area: Rect, marks: &str, theme: &Theme) {
        let (left, style) = match (&self.mode, self.form.said()) {
            (Mode::Note(_), _) if self.is_closed() => ("Second thought", theme.heading),
            (Mode::Note(_), _) => ("Note", theme.heading),
            (Mode::Flag(_), _) => ("Flag", theme.heading),
            (Mode::Reason(_), _) => ("Reason", theme.heading),
            (_, Some(said)) => (said, theme.warn),
            _ => ("", theme.text),
        };
        rule(frame, area, (left, style), marks, theme);
    }

    fn draw_uses(
        &self,
        frame: &mut Frame,
        area: Rect,
        found: &[crate::workflow::queue::Use],
        first: usize,
        theme: &Theme,
    ) {
        let code = self.form.code().map(|(_, label)| label).unwrap_or_default();
        let title = format!("Where you used {code} before");
        let mut lines = Vec::new();
        for one in found.iter().skip(first) {
            let name = one.name.as_deref().unwrap_or_default();
            lines.push(Line::from(vec![
                Span::styled(text::pad(&one.unit, 24), theme.muted),
                Span::styled(format!("  {}", text::truncate(name, 46)), theme.text),
            ]));
            if let Some(note) = &one.note {
                lines.extend(prose::lines(note, 72, 2, theme.muted));
            }
        }
        if found.is_empty() {
            lines.push(Line::styled("Nowhere yet.", theme.muted));
        }
        let size = (
            72,
            (lines.len() as u16)
                .min(area.height.saturating_sub(6))
                .max(1),
        );
        let inner = pane(frame, area, size, &title, theme);
        draw_lines(frame, inner, &lines);
    }
}

/// A line across the screen with words at its left and right.
pub fn rule(frame: &mut Frame, area: Rect, left: (&str, Style), right: &str, theme: &Theme) {
    let buffer = frame.buffer_mut();
    let columns = usize::from(area.width);
    buffer.set_stringn(area.x, area.y, "─".repeat(columns), columns, theme.border);
    let (left, style) = left;
    let mut room = columns.saturating_sub(4);
    if !left.is_empty() {
        let left = format!(" {} ", text::truncate(left, room.saturating_sub(2)));
        room = room.saturating_sub(text::width(&left) + 2);
        buffer.set_stringn(area.x + 2, area.y, left, columns - 2, style);
    }
    let right = text::truncate(right, room.saturating_sub(2));
    if !right.is_empty() {
        let right = format!(" {right} ");
        let x = area.right().saturating_sub(text::width(&right) as u16 + 2);
        buffer.set_stringn(x, area.y, right, columns, theme.accent);
    }
}

/// What is written beside the answers, in one line.
pub fn marks(content: &Content) -> Vec<String> {
    let mut marks = Vec::new();
    if content.unsure {
        marks.push("unsure".to_owned());
    }
    if !content.flags.is_empty() {
        marks.push(format!("flag: {}", content.flags.join("; ")));
    }
    if let Some(reason) = &content.reason {
        marks.push(format!("reason: {reason}"));
    }
    if let Some(note) = &content.note {
        marks.push(format!("note: {note}"));
    }
    marks
}

/// How a note after the lock is told.
pub fn second_thought(text: &str) -> String {
    format!("second thought: {text}")
}

pub fn draw_lines(frame: &mut Frame, area: Rect, lines: &[Line]) {
    for (y, line) in (area.top()..area.bottom()).zip(lines) {
        frame.buffer_mut().set_line(area.x, y, line, area.width);
    }
    if lines.len() > usize::from(area.height) && area.height > 0 {
        let x = area.right().saturating_sub(1);
        frame
            .buffer_mut()
            .set_stringn(x, area.bottom() - 1, "…", 1, Style::new());
    }
}

pub fn draw_input(
    frame: &mut Frame,
    area: Rect,
    input: &Input,
    prompt: Option<&str>,
    theme: &Theme,
) {
    let mut body = area;
    if let Some(prompt) = prompt {
        let lines = prose::lines(prompt, area.width, 0, theme.muted);
        let used = (lines.len() as u16).min(area.height.saturating_sub(1));
        draw_lines(
            frame,
            Rect {
                height: used,
                ..area
            },
            &lines[..usize::from(used)],
        );
        body = Rect {
            y: area.y + used,
            height: area.height - used,
            ..area
        };
    }
    input.view(frame, body, theme);
}
