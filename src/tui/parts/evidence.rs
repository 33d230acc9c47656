//! The evidence of a unit: an episode with its quotes, or the turns of a session.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{episode::Episode, session::Turn},
    tui::{
        parts::rung,
        text,
        theme::Theme,
        widgets::{
            prose, scroll,
            transcript::{self, Command as ReaderCommand, Mark, Transcript},
        },
    },
    workflow::annotate::Matter,
};

/// Characters of a quote that the pane shows; the session has the rest.
const LONGEST_QUOTE: usize = 4_000;

/// Scrolled evidence.
pub struct Evidence {
    matter: Matter,
    /// Where the unit is a session.
    transcript: Option<Transcript>,
    first: usize,
    /// What was laid out last, and for which width and look.
    lines: Vec<Line<'static>>,
    laid: Option<(u16, bool, Option<usize>)>,
    /// The line with which each quote begins.
    starts: Vec<usize>,
    height: usize,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EvidencePlace {
    first: usize,
    turn: Option<transcript::Place>,
}

impl Evidence {
    /// `extracted` are the episodes that a session already has.
    pub fn new(matter: Matter, turns: Vec<Turn>, extracted: &[Matter]) -> Self {
        let transcript = matter.episode.is_none().then(|| {
            let marks = extracted.iter().flat_map(marks).collect();
            Transcript::new(turns, marks)
        });
        Self {
            matter,
            transcript,
            first: 0,
            lines: Vec::new(),
            laid: None,
            starts: Vec::new(),
            height: 1,
        }
    }

    pub fn place(&self) -> EvidencePlace {
        EvidencePlace {
            first: self.first,
            turn: self.transcript.as_ref().and_then(Transcript::place),
        }
    }

    pub fn restore(&mut self, place: EvidencePlace) {
        self.first = place.first;
        if let (Some(transcript), Some(turn)) = (&mut self.transcript, place.turn) {
            transcript.restore(turn);
        }
    }

    /// Scrolls by most of a page.
    pub fn page(&mut self, down: bool) {
        if let Some(transcript) = &mut self.transcript {
            transcript.update(if down {
                ReaderCommand::PageDown
            } else {
                ReaderCommand::PageUp
            });
            return;
        }
        let page = self.height.saturating_sub(2).max(1);
        self.first = if down {
            self.first.saturating_add(page)
        } else {
            self.first.saturating_sub(page)
        };
    }

    /// Fits the evidence into a pane. A quote that the form asks about is brought into view.
    pub fn prepare(&mut self, area: Rect, revealed: bool, quote: Option<usize>, theme: &Theme) {
        self.height = usize::from(area.height);
        if let Some(transcript) = &mut self.transcript {
            transcript.prepare(area.width, area.height);
            return;
        }
        let wanted = (area.width, revealed, quote);
        if self.laid != Some(wanted) {
            let moved = self.laid.is_some_and(|(_, _, before)| before != quote);
            self.lay_out(area.width, revealed, quote, theme);
            self.laid = Some(wanted);
            if let Some(start) = quote
                .and_then(|quote| self.starts.get(quote))
                .filter(|_| moved)
            {
                self.first = scroll::keep_in_view(self.first, *start, self.height, usize::MAX);
                let end = start + 4;
                self.first = scroll::keep_in_view(self.first, end, self.height, usize::MAX);
            }
        }
        self.first = self.first.min(self.lines.len().saturating_sub(self.height));
    }

    fn lay_out(&mut self, width: u16, revealed: bool, quote: Option<usize>, theme: &Theme) {
        (self.lines, self.starts) = lines(&self.matter, width, revealed, quote, theme);
    }

    pub fn view(&self, frame: &mut Frame, area: Rect, theme: &Theme) {
        if let Some(transcript) = &self.transcript {
            transcript.view(frame, area, theme);
            return;
        }
        let buffer = frame.buffer_mut();
        for (y, line) in (area.top()..area.bottom()).zip(self.lines.iter().skip(self.first)) {
            buffer.set_line(area.x, y, line, area.width);
        }
    }

    /// Draws where the pane stands, if not all of it is shown. A session shows that itself.
    pub fn view_track(&self, frame: &mut Frame, track: Rect, theme: &Theme) {
        if self.transcript.is_none() {
            let buffer = frame.buffer_mut();
            scroll::indicator(
                buffer,
                track,
                self.first,
                self.height,
                self.lines.len(),
                theme,
            );
        }
    }
}

/// An episode as lines of at most `width` columns, and the line with which each quote begins.
/// `quote` is set off from the others.
pub fn lines(
    matter: &Matter,
    width: u16,
    revealed: bool,
    quote: Option<usize>,
    theme: &Theme,
) -> (Vec<Line<'static>>, Vec<usize>) {
    let (mut lines, mut starts) = (Vec::new(), Vec::new());
    let Some(row) = &matter.episode else {
        return (lines, starts);
    };
    let episode = &row.episode;
    if let Some(name) = &episode.name {
        lines.extend(prose::lines(name, width, 0, theme.heading));
    }
    lines.push(Line::styled(
        text::truncate(&matter.unit, usize::from(width)),
        theme.muted,
    ));
    if let Some(description) = &episode.description {
        lines.push(Line::default());
        lines.extend(prose::lines(description, width, 0, theme.text));
    }
    if revealed {
        lines.push(Line::default());
        lines.extend(extracted_fields(episode, width, theme));
    }
    for (index, evidence) in episode.evidence.iter().enumerate() {
        lines.push(Line::default());
        starts.push(lines.len());
        let here = quote == Some(index);
        let style = if here {
            theme.quote_here
        } else {
            theme.heading
        };
        let place = match evidence.turn.place {
            Some((turn, role)) => format!("turn {turn} · {role}"),
            None => evidence.turn.text.clone(),
        };
        let number = format!(" {} ", index + 1);
        let badge = rung::badge(row.standings.get(index), &evidence.turn, theme);
        // Whatever the label is, the badge stays in view.
        let room = usize::from(width).saturating_sub(number.len() + 1 + badge.width());
        let mut place = text::truncate(&format!(" {}", text::clean(&place)), room);
        let gap = room.saturating_sub(text::width(&place)).min(2) + 1;
        place.extend(std::iter::repeat_n(' ', gap));
        lines.push(Line::from(vec![
            Span::styled(number, style),
            Span::styled(place, theme.muted),
            badge,
        ]));
        let cut = shorten(&evidence.quote);
        lines.extend(
            prose::labelled(" │ ", theme.border, &cut, width, 3, theme.text)
                .into_iter()
                .map(barred(theme)),
        );
        if let Some(context) = &evidence.context {
            lines.extend(prose::lines(&shorten(context), width, 3, theme.muted));
        }
    }
    if episode.evidence.is_empty() {
        lines.push(Line::default());
        lines.push(Line::styled("It has no quotes.", theme.muted));
    }
    (lines, starts)
}

/// Puts the bar of a quote before each of its lines.
fn barred(theme: &Theme) -> impl Fn(Line<'static>) -> Line<'static> {
    let bar = Span::styled(" │ ", theme.border);
    move |mut line| {
        if let Some(first) = line.spans.first_mut() {
            *first = bar.clone();
        }
        line
    }
}

fn shorten(quote: &str) -> String {
    match quote.char_indices().nth(LONGEST_QUOTE) {
        None => quote.to_owned(),
        Some((end, _)) => format!("{}… (the session has the rest)", &quote[..end]),
    }
}

fn extracted_fields(episode: &Episode, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let none = || "not given".to_owned();
    [
        ("alignment goal ", &episode.alignment_goal),
        ("confidence ", &episode.confidence),
    ]
    .into_iter()
    .flat_map(|(label, value)| {
        let value = value.clone().unwrap_or_else(none);
        prose::labelled(label, theme.muted, &value, width, 16, theme.text)
    })
    .collect()
}

/// The quotes of an episode as marks in its session.
pub fn marks(matter: &Matter) -> Vec<Mark> {
    let Some(row) = &matter.episode else {
        return Vec::new();
    };
    let named = matter.session.is_none();
    let quotes = row.episode.evidence.iter().enumerate();
    quotes
        .map(|(index, evidence)| {
            let standing = row.standings.get(index);
            let how = rung::words(standing, &evidence.turn);
            let label = if named {
                let name = row.episode.name.as_deref().unwrap_or_default();
                format!("{} {name}", row.episode.id)
            } else {
                format!("quote {} {how}", index + 1)
            };
            let claimed = evidence.turn.place.map_or(0, |(turn, _)| turn);
            let place = standing.and_then(|standing| standing.place.as_ref());
            Mark {
                turn: place.map_or(claimed, |place| place.turn),
                ranges: place.map_or_else(Vec::new, |place| place.pieces.clone()),
                label,
            }
        })
        .collect()
}
