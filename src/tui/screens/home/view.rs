//! Draws the home screen.

use std::ops::Range;

use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use super::{Asking, Home, Item, STEPS, Then, has_no_screen};
use crate::{
    tui::{overlays::pane, text, theme::Theme, widgets::scroll},
    workflow::status::{BatchStatus, Progress, Step},
};

const BAR: u16 = 24;

/// Columns of a command, so that it can be copied from the smallest screen.
const COMMAND: u16 = 48;

/// A row of the screen before it has colours.
pub(super) enum Row<'a> {
    Blank,
    Heading(&'static str),
    /// An item and whether the cursor is on it.
    Item(Item<'a>, bool),
    Rater(&'a Progress, u32),
    Gold(&'a BatchStatus),
    Plain(String),
    /// A row of a command.
    Typed(String),
}

impl Home {
    /// All rows, and the one with the cursor.
    pub(super) fn rows(&self) -> (Vec<Row<'_>>, usize) {
        let mut rows = Vec::new();
        let mut at = 0;
        let mut number = 0;
        let mut item = |rows: &mut Vec<Row<'_>>| {
            if number == self.cursor {
                at = rows.len();
            }
            number += 1;
            number - 1 == self.cursor
        };
        if let Some(about) = &self.status.about {
            rows.push(Row::Plain(about.clone()));
            rows.push(Row::Blank);
        }
        rows.push(Row::Heading("Next"));
        for step in self.status.steps.iter().take(STEPS) {
            let here = item(&mut rows);
            rows.push(Row::Item(Item::Step(step), here));
            if has_no_screen(step) {
                rows.extend(self.typed(step).into_iter().map(Row::Typed));
            }
        }
        if self.status.steps.is_empty() {
            rows.push(Row::Plain("Nothing left to do.".to_owned()));
        }
        if !self.status.batches.is_empty() {
            rows.push(Row::Blank);
            rows.push(Row::Heading("Batches"));
        }
        for (index, status) in self.status.batches.iter().enumerate() {
            if index > 0 {
                rows.push(Row::Blank);
            }
            let here = item(&mut rows);
            rows.push(Row::Item(Item::Batch(status), here));
            let raters = status.progress.iter();
            rows.extend(raters.map(|one| Row::Rater(one, status.size)));
            if status.batch.is_revealed() {
                rows.push(Row::Gold(status));
            }
        }
        if !self.status.recent.is_empty() {
            rows.push(Row::Blank);
            rows.push(Row::Heading("Recent"));
        }
        for event in self.status.recent.iter().take(8) {
            let at = event.at.get(..16).unwrap_or(&event.at).replace('T', " ");
            let parts = [&event.who, &event.batch, &event.unit, &event.detail];
            let about: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
            let what = event.what.replace('_', " ");
            rows.push(Row::Plain(format!("{at}  {what}  {}", about.join(" · "))));
        }
        (rows, at)
    }

    /// The command of a step in rows that a shell takes as one.
    fn typed(&self, step: &Step) -> Vec<String> {
        let command = format!("{} {}", self.program, step.command());
        let rows = text::wrap(&command, COMMAND);
        let last = rows.len().saturating_sub(1);
        let row = |(place, row): (usize, Range<usize>)| match place == last {
            true => command[row].to_owned(),
            false => format!("{} \\", command[row].trim_end()),
        };
        rows.into_iter().enumerate().map(row).collect()
    }

    pub fn view(&self, frame: &mut Frame, area: Rect, theme: &Theme) {
        let who = match &self.who {
            Some(who) => format!("you are {who}"),
            None => format!(
                "{} sessions · {} episodes",
                self.status.sessions, self.status.episodes
            ),
        };
        title_bar(
            frame,
            area,
            &format!("tiebreak   {}", self.title),
            &who,
            theme,
        );
        let body = Rect {
            x: area.x + 1,
            y: area.y + 2,
            width: area.width - 2,
            height: area.height.saturating_sub(2),
        };
        let (rows, _) = self.rows();
        let buffer = frame.buffer_mut();
        for (y, row) in (body.top()..body.bottom()).zip(rows.iter().skip(self.first)) {
            let line = row_line(row, usize::from(body.width) - 2, theme);
            buffer.set_line(body.x, y, &line, body.width - 1);
            if let Row::Item(_, true) = row {
                let whole = Rect::new(body.x, y, body.width - 1, 1);
                buffer.set_style(whole, theme.selected);
            }
        }
        let track = Rect {
            x: body.right() - 1,
            width: 1,
            ..body
        };
        let height = usize::from(body.height);
        scroll::indicator(buffer, track, self.first, height, rows.len(), theme);
        if let Some(asking) = &self.asking {
            ask(frame, area, asking, theme);
        }
    }
}

fn row_line<'a>(row: &Row, width: usize, theme: &Theme) -> Line<'a> {
    match row {
        Row::Blank => Line::default(),
        Row::Heading(title) => Line::styled(*title, theme.heading),
        Row::Plain(plain) => {
            Line::styled(format!("  {}", text::truncate(plain, width)), theme.muted)
        }
        Row::Typed(row) => Line::styled(format!("      {}", text::truncate(row, width)), theme.key),
        Row::Item(Item::Step(step), here) => Line::styled(
            format!(
                "{} {}",
                mark(*here),
                text::truncate(&step.to_string(), width)
            ),
            theme.text,
        ),
        Row::Item(Item::Batch(status), here) => {
            let batch = &status.batch;
            let state = match &batch.lock {
                None => "open".to_owned(),
                Some(lock) if !lock.sealed => "locked, waiting for its labels".to_owned(),
                Some(lock) => format!(
                    "locked {} by {}",
                    lock.at.get(..10).unwrap_or(&lock.at),
                    lock.by
                ),
            };
            let head = text::pad(&batch.name, 20.min(width));
            let rest = format!("{} · {} units · {state}", batch.task, status.size);
            Line::styled(
                text::truncate(&format!("{} {head}  {rest}", mark(*here)), width + 2),
                theme.text,
            )
        }
        Row::Rater(one, size) => {
            let mut notes = vec![format!("{} of {size} submitted", one.submitted)];
            if one.begun > 0 {
                notes.push(format!("{} begun", one.begun));
            }
            if one.put_off > 0 {
                notes.push(format!("{} put off", one.put_off));
            }
            bar_line(
                &one.rater,
                one.submitted,
                *size,
                &notes.join(" · "),
                theme.accent,
                theme,
            )
        }
        Row::Gold(status) => {
            let notes = match status.waiting() {
                0 => format!("{} units, complete", status.gold),
                waiting => format!("{} of {} · {waiting} waiting", status.gold, status.size),
            };
            bar_line("gold", status.gold, status.size, &notes, theme.gold, theme)
        }
    }
}

fn mark(here: bool) -> &'static str {
    if here { ">" } else { " " }
}

fn bar_line<'a>(
    name: &str,
    done: u32,
    of: u32,
    notes: &str,
    style: Style,
    theme: &Theme,
) -> Line<'a> {
    let mut spans = vec![Span::styled(
        format!("    {}  ", text::pad(name, 12)),
        theme.text,
    )];
    spans.extend(progress_bar(done, of, BAR, style, theme));
    spans.push(Span::styled(format!("  {notes}"), theme.muted));
    Line::from(spans)
}

/// A bar that is full only when all is done, and empty only when nothing is.
pub fn progress_bar<'a>(
    done: u32,
    of: u32,
    width: u16,
    style: Style,
    theme: &Theme,
) -> [Span<'a>; 2] {
    let width = usize::from(width);
    let full = match (done, of) {
        (0, _) | (_, 0) => 0,
        (done, of) if done >= of => width,
        (done, of) => (done as usize * width / of as usize).clamp(1, width - 1),
    };
    [
        Span::styled("█".repeat(full), style),
        Span::styled("░".repeat(width - full), theme.muted),
    ]
}

/// The bar at the top of a screen: what it is, and on the right how it stands.
pub fn title_bar(frame: &mut Frame, area: Rect, left: &str, right: &str, theme: &Theme) {
    let columns = usize::from(area.width);
    let right = text::truncate(&format!(" {right} "), columns);
    let room = columns - text::width(&right);
    let line = format!("{}{right}", text::pad(&format!(" {left}"), room));
    frame
        .buffer_mut()
        .set_stringn(area.x, area.y, line, columns, theme.title);
}

fn ask(frame: &mut Frame, area: Rect, asking: &Asking, theme: &Theme) {
    let fixed = matches!(asking.then, Then::Annotate(_));
    let rows = asking.names.len() + usize::from(!fixed);
    let inner = pane(frame, area, (40, rows as u16), "Who are you?", theme);
    for (index, y) in (inner.top()..inner.bottom()).enumerate() {
        let here = index == asking.cursor;
        let row = Rect::new(inner.x, y, inner.width, 1);
        match asking.names.get(index) {
            Some(name) => {
                let line = format!("{} {name}", mark(here));
                let style = if here { theme.selected } else { theme.text };
                let line = text::pad(&line, usize::from(row.width));
                frame
                    .buffer_mut()
                    .set_stringn(row.x, y, line, usize::from(row.width), style);
            }
            None => {
                let name = if asking.names.is_empty() {
                    "your name"
                } else {
                    "another name"
                };
                let label = format!("{} {name}: ", mark(here));
                let (x, _) = frame.buffer_mut().set_stringn(
                    row.x,
                    y,
                    &label,
                    usize::from(row.width),
                    theme.text,
                );
                let rest = Rect {
                    x,
                    width: row.right().saturating_sub(x),
                    ..row
                };
                if here {
                    asking.typed.view(frame, rest, theme);
                }
            }
        }
    }
}
