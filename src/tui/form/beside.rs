//! Draws what raters say beside a form: as a table where there is room, else line by line.

use ratatui::{
    style::Style,
    text::{Line, Span},
};

use super::{Column, Columns, Form, Stop, said, view::INDENT};
use crate::{
    domain::{
        answers::{Answer, Pick},
        codebook::{Axis, Kind},
        gold::coded,
        rules::{Applies, applies},
    },
    tui::{text, theme::Theme, widgets::prose},
};

/// A column with fewer cells says too little.
const LEAST: usize = 12;
/// From this width on a cell has room for the names of codes.
const NAMES: usize = 28;

impl Form {
    /// How wide the columns of a table are, gold's the last; `None` where lines have to do.
    fn cells(&self, width: u16) -> Option<usize> {
        let columns = self.columns()?.raters.len() + 1;
        let room = usize::from(width).saturating_sub(self.title_width() + 3);
        Some(room / columns).filter(|cell| *cell >= LEAST)
    }

    /// The names of the columns, where they form a table. `width` is that of the pane.
    pub fn heading(&self, width: u16, theme: &Theme) -> Option<Line<'static>> {
        let cell = self.cells(width.saturating_sub(1))?;
        let mut spans = vec![Span::raw(" ".repeat(self.title_width() + 3))];
        for (place, column) in self.columns()?.raters.iter().enumerate() {
            let name = column.named();
            spans.push(Span::styled(text::pad(&name, cell), of(place, theme)));
        }
        spans.push(Span::styled("Gold", theme.gold));
        Some(Line::from(spans))
    }

    /// Whether the question of an axis is written out.
    pub(super) fn has_room(&self, width: u16) -> bool {
        self.columns.is_none() || self.cells(width).is_some()
    }

    /// The first line of an axis: what the raters say and what gold says.
    pub(super) fn beside_head(
        &self,
        columns: &Columns,
        index: usize,
        state: Applies,
        broken: bool,
        width: u16,
        theme: &Theme,
    ) -> Line<'static> {
        let axis = &self.codebook.axes[index];
        let here = self.stop.axis() == Some(index);
        let gold = self.answers.get(&axis.key);
        let in_dispute = self.in_dispute(index);
        let (mark, mark_style) = match (state, gold) {
            (Applies::No, _) => ("–", theme.muted),
            (Applies::Open, _) => ("·", theme.muted),
            _ if broken => ("!", theme.bad),
            (Applies::Yes, None) if in_dispute => ("≠", theme.warn),
            (Applies::Yes, None) => ("·", theme.muted),
            (Applies::Yes, Some(_)) if in_dispute => ("✓", theme.good),
            (Applies::Yes, Some(_)) => ("=", theme.muted),
        };
        let quiet = state != Applies::Yes || !in_dispute;
        let style = |bright: Style| if quiet && !here { theme.muted } else { bright };
        let title_width = self.title_width();
        let mut spans = vec![
            Span::styled(format!("{mark} "), mark_style),
            Span::styled(
                text::pad(&axis.title, title_width.min(usize::from(width) / 2)),
                style(if here { theme.heading } else { theme.text }),
            ),
            Span::raw(" "),
        ];
        let says = match state {
            Applies::Yes => say(axis, gold, false),
            Applies::No => "does not apply".into(),
            Applies::Open => "not asked yet".into(),
        };
        if let Some(cell) = self.cells(width) {
            for column in &columns.raters {
                let says = match &column.answers {
                    None => "no label".to_owned(),
                    Some(answers) => match answers.get(&axis.key) {
                        None => "–".to_owned(),
                        some => say(axis, some, cell >= NAMES),
                    },
                };
                let says = text::pad(&text::truncate(&says, cell - 1), cell);
                spans.push(Span::styled(says, style(theme.text)));
            }
            let says = match state {
                Applies::Yes => say(axis, gold, cell >= NAMES),
                _ if text::width(&says) < cell => says,
                Applies::No => "–".into(),
                Applies::Open => "not yet".into(),
            };
            let room = cell.saturating_sub(1);
            let bright = if state == Applies::Yes {
                theme.gold
            } else {
                theme.muted
            };
            spans.push(Span::styled(text::truncate(&says, room), style(bright)));
            return Line::from(spans);
        }
        let room = usize::from(width).saturating_sub(title_width + 3);
        if state == Applies::Yes && gold.is_none() && in_dispute && !here {
            let parts = columns.raters.iter().map(|column| {
                let answer = column.answers.as_ref().and_then(|a| a.get(&axis.key));
                let says = say(axis, answer, false);
                let says = if says.is_empty() { "–" } else { &says };
                format!("{} {says}", column.letter)
            });
            let parts: Vec<String> = parts.collect();
            let says = text::truncate(&parts.join("  "), room);
            spans.push(Span::styled(says, theme.text));
        } else {
            let says = match (state, gold) {
                (Applies::Yes, gold) => self.gold_said(axis, gold),
                _ => says,
            };
            let bright = if state == Applies::Yes {
                theme.gold
            } else {
                theme.muted
            };
            spans.push(Span::styled(text::truncate(&says, room), style(bright)));
        }
        Line::from(spans)
    }

    fn gold_said(&self, axis: &Axis, gold: Option<&Answer>) -> String {
        match gold {
            Some(Answer::Repeated(_)) => say(axis, gold, false),
            gold => said(axis, gold),
        }
    }

    /// What each rater says to the question under the cursor, as far as no table says it.
    pub(super) fn beside_lines(
        &self,
        columns: &Columns,
        stop: Stop,
        width: u16,
        theme: &Theme,
    ) -> Vec<Line<'static>> {
        let Some(axis) = self.axis_of(stop) else {
            return Vec::new();
        };
        let cell = self.cells(width);
        let gold = self.answer(stop);
        let mut lines = Vec::new();
        let widest = columns.raters.iter().map(|c| text::width(&c.named())).max();
        let widest = widest.unwrap_or(0);
        for (place, column) in columns.raters.iter().enumerate() {
            let answer = column
                .answers
                .as_ref()
                .and_then(|answers| at(answers.get(&axis.key), stop));
            let wordy = has_text(axis, answer);
            let whole = |cell: &usize| text::width(&say(axis, answer, *cell >= NAMES)) < *cell;
            if cell.as_ref().is_some_and(whole) && !axis.repeat && !wordy {
                continue;
            }
            let says = match (&column.answers, answer) {
                (None, _) => "no label on this unit".to_owned(),
                (Some(_), None) => "no answer".to_owned(),
                (Some(_), answer) => said(axis, answer),
            };
            let same = answer.is_some() && gold.is_some() && coded(answer) == coded(gold);
            let check = if same && axis.is_coded() { "✓" } else { " " };
            let label = format!("  {check} {}  ", text::pad(&column.named(), widest));
            // Narrow panes are short of rows; the codes below have the names.
            let room = usize::from(width).saturating_sub(text::width(&label));
            let says = match wordy || width >= 50 {
                true => says,
                false => text::truncate(&says, room),
            };
            lines.extend(prose::labelled(
                &label,
                of(place, theme),
                &says,
                width,
                INDENT,
                theme.text,
            ));
        }
        for judge in &columns.judges {
            let answer = judge
                .answers
                .as_ref()
                .and_then(|answers| at(answers.get(&axis.key), stop));
            let label = format!("    {}  ", judge.named());
            let says = said(axis, answer);
            let says = if says.is_empty() { "no answer" } else { &says };
            lines.extend(prose::labelled(
                &label,
                theme.muted,
                says,
                width,
                INDENT,
                theme.muted,
            ));
        }
        lines
    }

    /// The letters of those who chose a code, or a value of its attribute, in the question `stop`.
    pub(super) fn letters(&self, stop: Stop, chose: impl Fn(&Pick) -> bool) -> String {
        let (Some(columns), Some(axis)) = (self.columns(), self.axis_of(stop)) else {
            return String::new();
        };
        let all = columns.raters.iter().chain(&columns.judges);
        let chose = all.filter(|column| {
            let answers = column.answers.as_ref();
            let answer = answers.and_then(|answers| at(answers.get(&axis.key), stop));
            answer.is_some_and(|answer| answer.picks().iter().any(&chose))
        });
        let letters: Vec<String> = chose.map(|column| column.letter.to_string()).collect();
        letters.join(" ")
    }

    /// Whether gold says on an axis what no rater says, so that a reason is owed.
    pub(super) fn owes_reason(&self, axis: &Axis) -> bool {
        self.columns().is_some_and(|columns| {
            let settled = self.answers.get(&axis.key).is_some()
                || applies(&self.codebook, axis, &self.answers) == Applies::No;
            axis.is_coded() && settled && columns.is_nobodys(&axis.key, &self.answers)
        })
    }
}

impl Column {
    /// The letter, with the name as far as it is shown.
    pub fn named(&self) -> String {
        match &self.name {
            Some(name) => format!("{} {name}", self.letter),
            None => self.letter.to_string(),
        }
    }
}

/// The style of a masked rater.
pub fn of(place: usize, theme: &Theme) -> Style {
    if place.is_multiple_of(2) {
        theme.a
    } else {
        theme.b
    }
}

/// The part of an answer that a question asks for.
fn at(answer: Option<&Answer>, stop: Stop) -> Option<&Answer> {
    match (stop, answer) {
        (
            Stop::Axis {
                quote: Some(quote), ..
            },
            Some(Answer::Repeated(items)),
        ) => items.get(quote)?.as_ref(),
        (Stop::Axis { quote: Some(_), .. }, _) => None,
        (_, answer) => answer,
    }
}

/// Whether an answer holds words that the codes do not tell.
fn has_text(axis: &Axis, answer: Option<&Answer>) -> bool {
    let open = |pick: &Pick| {
        pick.text.is_some()
            || axis
                .code(&pick.code)
                .is_none_or(|code| code.pattern.is_some())
    };
    axis.kind == Kind::Text || answer.is_some_and(|answer| answer.picks().iter().any(open))
}

/// An answer in few words: codes with their attributes, and names only where they have room.
fn say(axis: &Axis, answer: Option<&Answer>, names: bool) -> String {
    match answer {
        Some(Answer::Picks(picks)) if !names => {
            let picks = picks.iter().map(|pick| {
                let mut says = pick.code.0.clone();
                for (_, value) in &pick.attributes {
                    says += &format!(" {value}");
                }
                says
            });
            picks.collect::<Vec<_>>().join(", ")
        }
        Some(Answer::Repeated(items)) => {
            let items = items.iter().map(|item| match item {
                None => "–".to_owned(),
                item => say(axis, item.as_ref(), false),
            });
            items.collect::<Vec<_>>().join(" | ")
        }
        answer => said(axis, answer),
    }
}
