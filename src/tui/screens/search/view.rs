//! Draws the search.

use ratatui::{
    Frame,
    buffer::Buffer,
    layout::{Position, Rect},
    text::{Line, Span},
};

use super::{Next, Row, Search};
use crate::{
    tui::{
        parts::short_key, screens::home::title_bar, text, theme::Theme, widgets::input::Input,
        widgets::scroll::indicator,
    },
    workflow::search::{Behind, Hit, Kind, Place},
};

/// Rows above the hits.
pub(super) const HEAD: u16 = 6;

/// Columns of the name of a session or unit.
const NAME: usize = 40;

impl Search {
    pub fn view(&self, frame: &mut Frame, area: Rect, theme: &Theme) {
        let who = self.who.as_deref();
        let who = who.map_or_else(String::new, |who| format!("you are {who}"));
        if let Some(opened) = &self.opened {
            if opened.view(frame, area, theme) {
                let place = format!("{} of {}", self.cursor() + 1, self.hits().count());
                title_bar(frame, area, "search", &place, theme);
            }
            return;
        }
        title_bar(frame, area, "search", &who, theme);
        let row = |y: u16| Rect {
            x: area.x + 1,
            y: area.y + y,
            width: area.width.saturating_sub(2),
            height: 1,
        };
        typed(
            frame,
            row(2),
            "words:   ",
            &self.words,
            !self.on_filters,
            theme,
        );
        let hint = "Tab: modality=cli, AXIS=CODE@RATER, flagged, unsure";
        typed(
            frame,
            row(3),
            "filters: ",
            &self.filters,
            self.on_filters,
            theme,
        );
        if !self.on_filters && self.filters.text().is_empty() {
            let line = Line::styled(hint, theme.muted);
            let area = row(3);
            frame
                .buffer_mut()
                .set_line(area.x + 9, area.y, &line, area.width - 9);
        }
        let (said, style) = match &self.problem {
            Some(problem) => (problem.clone(), theme.warn),
            None => (self.said(), theme.muted),
        };
        let area_of_said = row(4);
        let said = text::truncate(&said, usize::from(area_of_said.width));
        frame.buffer_mut().set_line(
            area_of_said.x,
            area_of_said.y,
            &Line::styled(said, style),
            area_of_said.width,
        );
        let list = Rect {
            x: area.x + 1,
            y: area.y + HEAD,
            width: area.width.saturating_sub(2),
            height: area.height.saturating_sub(HEAD),
        };
        self.list(frame.buffer_mut(), list, theme);
    }

    /// How the search stands.
    fn said(&self) -> String {
        let mut said = Vec::new();
        if self.query.is_empty() {
            said.push(match self.words.text().trim().is_empty() {
                true => "\"a phrase\"  begin*  -without".to_owned(),
                false => "a word that is to be there needs letters or digits".to_owned(),
            });
        } else if matches!(self.next, Next::Find(_) | Next::Narrow) {
            said.push("looking ...".to_owned());
        } else {
            let counts: Vec<String> = self
                .found
                .iter()
                .filter(|found| found.count > 0)
                .map(|found| format!("{} in {}", found.count, found.kind.as_str()))
                .collect();
            said.push(match counts.is_empty() {
                true => "nothing found".to_owned(),
                false => counts.join(", "),
            });
        }
        if matches!(self.next, Next::Notes(_)) {
            said.push("looking through notes".to_owned());
        }
        if self.behind != Behind::default() {
            let Behind { sessions, episodes } = self.behind;
            said.push(format!(
                "not indexed yet: {sessions} sessions, {episodes} episodes"
            ));
        }
        if self.narrow.closed() > 0 {
            said.push(format!("{} sessions are closed", self.narrow.closed()));
        }
        said.join(" · ")
    }

    fn list(&self, buffer: &mut Buffer, area: Rect, theme: &Theme) {
        let (rows, _) = self.rows();
        let width = area.width.saturating_sub(1);
        for (y, row) in (area.top()..area.bottom()).zip(rows.iter().skip(self.first)) {
            match row {
                Row::Blank => {}
                Row::Kind(found) => {
                    let shown = found.hits.len() as u64;
                    let more = match found.count > shown {
                        true => format!(", the best {shown} of them"),
                        false => String::new(),
                    };
                    let name = capital(found.kind);
                    let line = Line::from(vec![
                        Span::styled(name, theme.heading),
                        Span::styled(format!("  {}{more}", found.count), theme.muted),
                    ]);
                    buffer.set_line(area.x, y, &line, width);
                }
                Row::Where(hit, here) => {
                    let mark = if *here { "> " } else { "  " };
                    let line = format!("{mark}{}", place(hit));
                    let line = text::pad(&line, usize::from(width));
                    let style = if *here { theme.selected } else { theme.text };
                    buffer.set_stringn(area.x, y, line, usize::from(width), style);
                }
                Row::Text(hit) => {
                    let snippet = &hit.snippet;
                    let style = |byte: usize| {
                        let marked = snippet.marks.iter().any(|mark| mark.contains(&byte));
                        if marked { theme.hit } else { theme.muted }
                    };
                    let at = Position::new(area.x + 4, y);
                    text::paint(buffer, at, width.saturating_sub(4), &snippet.text, style);
                }
            }
        }
        let track = Rect {
            x: area.right().saturating_sub(1),
            width: 1,
            ..area
        };
        indicator(buffer, track, self.first, self.height, rows.len(), theme);
    }
}

/// A line that is typed in, with its label; without the cursor where another one has it.
fn typed(frame: &mut Frame, area: Rect, label: &str, input: &Input, here: bool, theme: &Theme) {
    let style = if here { theme.accent } else { theme.muted };
    let line = Line::styled(label.to_owned(), style);
    frame
        .buffer_mut()
        .set_line(area.x, area.y, &line, area.width);
    let used = text::width(label) as u16;
    let rest = Rect {
        x: area.x + used,
        width: area.width.saturating_sub(used),
        ..area
    };
    match here {
        true => input.view(frame, rest, theme),
        false => {
            let shown = text::truncate(&input.text(), usize::from(rest.width));
            let line = Line::styled(shown, theme.text);
            frame
                .buffer_mut()
                .set_line(rest.x, rest.y, &line, rest.width);
        }
    }
}

fn capital(kind: Kind) -> &'static str {
    match kind {
        Kind::Episode => "Episodes",
        Kind::Session => "Sessions",
        Kind::Codebook => "Codebooks",
        Kind::Note => "Notes",
    }
}

/// Where a hit is, in a line.
fn place(hit: &Hit) -> String {
    match &hit.place {
        Place::Turn {
            session,
            turn,
            role,
        } => format!("{}  TURN {turn} | {role}", short_key(session, NAME)),
        Place::Episode { unit, name, .. } => {
            // A hit in the name shows it below.
            let name = name.as_deref().filter(|_| hit.field != "name");
            let name = name.unwrap_or_default();
            format!("{}  {}  {name}", short_key(unit, NAME), hit.field)
        }
        Place::Codebook { task, axis, code } => {
            let parts = [Some(task.0.as_str()), axis.as_deref(), code.as_deref()];
            let parts: Vec<&str> = parts.into_iter().flatten().collect();
            format!("{}  {}", parts.join(" · "), hit.field)
        }
        Place::Note {
            unit, rater, batch, ..
        } => {
            let batch = batch.as_ref().map(|batch| format!("  {batch}"));
            let unit = short_key(unit, NAME);
            format!(
                "{unit}  {} of {rater}{}",
                hit.field,
                batch.unwrap_or_default()
            )
        }
    }
}
