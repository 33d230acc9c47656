//! Draws the reader.

use std::ops::Range;

use ratatui::{
    Frame,
    buffer::Buffer,
    layout::{Position, Rect},
    style::Style,
};

use super::{
    GUTTER, Mark, Transcript,
    blocks::{Look, Row},
    rows::{Line, RowId, Spot},
};
use crate::{
    domain::{
        event::EventKind,
        session::{Role, Turn},
    },
    tui::{text, theme::Theme, widgets::scroll},
};

impl Transcript {
    /// Draws the reader as it was laid out; `area` should have the size it was prepared for.
    pub fn view(&self, frame: &mut Frame, area: Rect, theme: &Theme) {
        let buffer = frame.buffer_mut();
        let area = area.intersection(buffer.area);
        if area.is_empty() {
            return;
        }
        let [title, body] = [
            Rect { height: 1, ..area },
            Rect {
                y: area.y + 1,
                height: area.height - 1,
                ..area
            },
        ];
        self.draw_title(buffer, title, theme);
        let in_hand = self.in_hand();
        for (y, shown) in (body.top()..body.bottom()).zip(&self.screen) {
            let row = Rect {
                y,
                height: 1,
                width: body.width.saturating_sub(1),
                ..body
            };
            let turn = &self.rows.turns[shown.id.turn];
            match &shown.line {
                Line::Gap => {}
                Line::Header => self.draw_header(buffer, row, turn, theme),
                Line::Fold {
                    index,
                    range,
                    closed,
                } => {
                    let in_hand = in_hand == Some((shown.id, *index));
                    let style = if in_hand {
                        theme.selected
                    } else {
                        theme.border
                    };
                    self.draw_fold(buffer, row, shown.id, (*index, *closed), style, theme);
                    if *closed {
                        self.draw_hits_inside(buffer, row, shown.id.turn, range, theme);
                    }
                }
                Line::Text(text) => self.draw_text(buffer, row, shown.id.turn, text, theme),
            }
        }
        let track = Rect {
            x: area.right() - 1,
            width: 1,
            ..body
        };
        let seen = self.seen();
        let total = self.rows.total_weight();
        scroll::indicator(buffer, track, seen.start, seen.len(), total, theme);
    }

    fn draw_title(&self, buffer: &mut Buffer, area: Rect, theme: &Theme) {
        let columns = usize::from(area.width);
        let right = format!(" {} ", self.progress());
        let left = text::pad(
            &format!(" {}", self.title()),
            columns.saturating_sub(text::width(&right)),
        );
        let line = text::truncate(&format!("{left}{right}"), columns);
        buffer.set_stringn(area.x, area.y, line, columns, theme.title);
    }

    /// Which turn, quote and hit the reader is at.
    pub(super) fn title(&self) -> String {
        let turns = &self.rows.turns;
        let Some((turn, last)) = turns.get(self.turn()).zip(turns.last()) else {
            return "This session has no turns.".to_owned();
        };
        let mut parts = vec![format!(
            "turn {} of {} · {}",
            turn.number, last.number, turn.role
        )];
        match self
            .mark
            .and_then(|mark| Some((mark, self.marks.get(mark)?)))
        {
            Some((index, mark)) => {
                let missing = match self.marked_turn(mark) {
                    Some(_) => String::new(),
                    None => format!(" · the session has no turn {}", mark.turn),
                };
                let count = self.marks.len();
                parts.push(format!(
                    "{} ({} of {count}){missing}",
                    mark.label,
                    index + 1
                ));
            }
            None => match self.marks.len() {
                0 => {}
                1 => parts.push("1 mark".to_owned()),
                count => parts.push(format!("{count} marks")),
            },
        }
        if let Some(search) = &self.search {
            parts.push(match search.here {
                Some(here) => format!("/{} ({} of {})", search.needle, here + 1, search.len()),
                None => format!("/{} (not found)", search.needle),
            });
        }
        parts.join("   ")
    }

    fn progress(&self) -> String {
        let seen = self.seen();
        let total = self.rows.total_weight();
        match (seen.start, seen.end >= total) {
            (0, true) => "all".to_owned(),
            (_, true) => "end".to_owned(),
            (0, false) => "top".to_owned(),
            _ => format!("{}%", seen.end * 100 / total),
        }
    }

    /// The part of the session's weight that is on the screen.
    fn seen(&self) -> Range<usize> {
        let Some((first, last)) = self.screen.first().zip(self.screen.last()) else {
            return 0..0;
        };
        let end = match &last.line {
            _ if self.at_end => self.rows.total_weight(),
            Line::Text(Row { range, .. })
            | Line::Fold {
                range,
                closed: true,
                ..
            } => {
                let end = Spot::byte(last.id.turn, range.end);
                self.rows.weight_before(end)
            }
            _ => self.rows.weight_before(last.spot()),
        };
        self.rows.weight_before(first.spot())..end
    }

    /// The marks on a turn, and whether each is the one that was jumped to.
    fn marks_on(&self, turn: &Turn) -> impl Iterator<Item = (&Mark, bool)> {
        let number = turn.number;
        let marks = self.marks.iter().enumerate();
        marks
            .filter(move |(_, mark)| mark.turn == number)
            .map(|(index, mark)| (mark, self.mark == Some(index)))
    }

    fn draw_header(&self, buffer: &mut Buffer, area: Rect, turn: &Turn, theme: &Theme) {
        let (rule, style) = match turn.role {
            Role::User => ("━", theme.user),
            Role::Agent => ("─", theme.agent),
        };
        let mut x = area.x;
        let mut write = |part: &str, style: Style| {
            let room = usize::from(area.right() - x);
            (x, _) = buffer.set_stringn(x, area.y, text::truncate(part, room), room, style);
        };
        let speaker = format!("TURN {} · {}", turn.number, turn.role);
        write(
            &format!("{} {speaker}", rule.repeat(usize::from(GUTTER - 1))),
            style,
        );
        let is_tool = |tool: &&serde_json::Value| {
            let event = tool.get("event").and_then(serde_json::Value::as_str);
            event.is_none_or(|event| event == EventKind::Tool.as_str())
        };
        let tools = match turn.tools.iter().filter(is_tool).count() {
            0 => None,
            1 => Some("1 tool call".to_owned()),
            count => Some(format!("{count} tool calls")),
        };
        for part in [&turn.kind, &turn.at, &tools].into_iter().flatten() {
            write(&format!(" · {part}"), theme.muted);
        }
        for (mark, here) in self.marks_on(turn) {
            write(" · ", theme.muted);
            write(&mark.label, quote_style(here, theme));
        }
        write(" ", theme.text);
        let rest = usize::from(area.right() - x);
        buffer.set_stringn(x, area.y, rule.repeat(rest), rest, style);
    }

    /// Draws the row of a fold; where it is in hand, its style shows it.
    fn draw_fold(
        &self,
        buffer: &mut Buffer,
        area: Rect,
        id: RowId,
        (index, closed): (usize, bool),
        style: Style,
        theme: &Theme,
    ) {
        draw_bar(buffer, area, &self.rows.turns[id.turn], theme);
        let Some(fold) = self.rows.fold(id.turn, index) else {
            return;
        };
        let symbol = if closed { "▸" } else { "▾" };
        let indent = GUTTER + 2 * fold.depth.min(4) as u16;
        let room = usize::from(area.width.saturating_sub(indent));
        let label = text::truncate(&format!("{symbol} {}", fold.label), room);
        buffer.set_stringn(area.x.saturating_add(indent), area.y, label, room, style);
    }

    /// Tells beside a fold what the search has found in it, and marks that it did.
    fn draw_hits_inside(
        &self,
        buffer: &mut Buffer,
        area: Rect,
        turn: usize,
        range: &Range<usize>,
        theme: &Theme,
    ) {
        let search = self.search.as_ref();
        let count = search.map_or(0, |search| search.count(turn, range.clone()));
        if count > 0 && area.width > 1 {
            buffer.set_stringn(area.x + 1, area.y, "/", 1, theme.accent);
            let told = format!(" · {count} found ");
            let room = usize::from(area.width);
            let width = text::width(&told).min(room);
            let x = area.right() - width as u16;
            buffer.set_stringn(x, area.y, told, width, theme.hit);
        }
    }

    fn draw_text(
        &self,
        buffer: &mut Buffer,
        area: Rect,
        turn_index: usize,
        row: &Row,
        theme: &Theme,
    ) {
        let turn = &self.rows.turns[turn_index];
        draw_bar(buffer, area, turn, theme);
        if row.inside && area.width >= GUTTER {
            buffer.set_stringn(area.x + 1, area.y, "┊", 1, theme.border);
        }

        let mut symbol = None;
        let (mut quotes, mut hits) = (Vec::new(), Vec::new());
        if let Some(search) = &self.search {
            for (index, hit) in search.touching(turn_index, row.range.clone()) {
                let here = search.here == Some(index);
                hits.push((hit, if here { theme.hit_here } else { theme.hit }));
                symbol = Some("/");
            }
        }
        for (mark, here) in self.marks_on(turn) {
            for range in mark.ranges.iter().filter(|range| touches(range, row)) {
                quotes.push((range.clone(), quote_style(here, theme)));
                symbol = if here {
                    Some("»")
                } else {
                    symbol.filter(|s| *s == "»").or(Some("›"))
                };
            }
        }
        if let Some(symbol) = symbol.filter(|_| area.width > 1) {
            buffer.set_stringn(area.x + 1, area.y, symbol, 1, theme.accent);
        }

        let indent = GUTTER + row.look.indent();
        let (base, sign) = match row.look {
            Look::Prose => (theme.text, ""),
            Look::Code => (theme.code, ""),
            Look::Added => (theme.added, "+"),
            Look::Removed => (theme.removed, "-"),
            Look::Place => (theme.place, ""),
        };
        // A line that goes on keeps its sign, which otherwise stands in the text.
        if row.goes_on && area.width > GUTTER {
            buffer.set_stringn(area.x + GUTTER, area.y, sign, 1, base);
        }
        let style = |byte: usize| {
            let byte = row.range.start + byte;
            // A hit inside a quote must stay visible, and so must the quote among others.
            let over = |range: &Range<usize>| range.contains(&byte);
            let hit = hits.iter().find(|(range, _)| over(range));
            let quote = quotes.iter().filter(|(range, _)| over(range));
            let quote = quote.max_by_key(|(_, style)| *style == theme.quote_here);
            hit.or(quote).map_or(base, |(_, style)| *style)
        };
        let at = Position::new(area.x.saturating_add(indent), area.y);
        let room = area.width.saturating_sub(indent);
        text::paint(buffer, at, room, &turn.text[row.range.clone()], style);
    }
}

fn draw_bar(buffer: &mut Buffer, area: Rect, turn: &Turn, theme: &Theme) {
    let (bar, style) = match turn.role {
        Role::User => ("┃", theme.user),
        Role::Agent => ("│", theme.agent),
    };
    buffer.set_stringn(area.x, area.y, bar, usize::from(area.width), style);
}

fn quote_style(here: bool, theme: &Theme) -> Style {
    if here { theme.quote_here } else { theme.quote }
}

/// Whether a quote covers some of a row. Blank rows inside a quote belong to it.
fn touches(quote: &Range<usize>, row: &Row) -> bool {
    quote.start < row.range.end.max(row.range.start + 1) && row.range.start < quote.end
}
