//! One axis: which codes two raters gave to the same items, and how well they agree on each code.

use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use super::{axes::figure, list::Row};
use crate::{
    domain::codebook::{Axis, Kind},
    report::measured::AxisFigures,
    tui::{
        keymap::Command,
        screens::home::title_bar,
        text,
        theme::Theme,
        widgets::{
            heatmap::{self, Heatmap},
            prose,
            scroll::keep_in_view,
            table::{Align, Column, Table},
        },
    },
    workflow::measure::{CrossTable, Given, Item, Items},
};

/// From this width on, the matrix and the codes stand side by side.
const WIDE: u16 = 110;

pub struct Matrix {
    pub axis: Axis,
    items: Items,
    /// The raters in the rows and in the columns.
    pair: (usize, usize),
    table: CrossTable,
    at: (usize, usize),
}

/// A title, the raters, and the units of a list.
pub type Chosen = (String, Vec<String>, Vec<Row>);

impl Matrix {
    /// The table of the first two raters, with the cursor on what they disagree about most.
    pub fn new(axis: &Axis, items: Items) -> Self {
        let pair = (0, 1.min(items.raters.len().saturating_sub(1)));
        let mut matrix = Self {
            axis: axis.clone(),
            table: items.cross_table(pair.0, pair.1),
            items,
            pair,
            at: (0, 0),
        };
        matrix.at = matrix.most_disputed();
        matrix
    }

    fn most_disputed(&self) -> (usize, usize) {
        let mut most = ((false, 0), (0, 0));
        for (row, counts) in self.table.counts.iter().enumerate() {
            for (column, count) in counts.iter().enumerate() {
                // Any disagreement goes before any agreement; of equals, the first.
                let weight = (row != column, *count);
                if *count > 0 && weight > most.0 {
                    most = (weight, (row, column));
                }
            }
        }
        most.1
    }

    pub fn command(&mut self, command: Command) {
        let last = self.table.labels.len().saturating_sub(1);
        let (row, column) = self.at;
        self.at = match command {
            Command::Up => (row.saturating_sub(1), column),
            Command::Down => ((row + 1).min(last), column),
            Command::Left => (row, column.saturating_sub(1)),
            Command::Right => (row, (column + 1).min(last)),
            Command::Top | Command::PageUp => (0, column),
            Command::Bottom | Command::PageDown => (last, column),
            Command::Next => {
                self.next_pair();
                return;
            }
            _ => return,
        };
    }

    fn next_pair(&mut self) {
        let raters = self.items.raters.len();
        let pairs: Vec<(usize, usize)> = (0..raters)
            .flat_map(|first| (first + 1..raters).map(move |second| (first, second)))
            .collect();
        let here = pairs.iter().position(|pair| *pair == self.pair);
        let next = here.map_or(0, |here| (here + 1) % pairs.len());
        if let Some(pair) = pairs.get(next).copied() {
            self.pair = pair;
            self.table = self.items.cross_table(pair.0, pair.1);
            self.at = self.most_disputed();
        }
    }

    fn rater(&self, place: usize) -> &str {
        self.items.raters.get(place).map_or("", |rater| rater)
    }

    fn label(&self, place: usize) -> &str {
        self.table.labels.get(place).map_or("", String::as_str)
    }

    /// The units in the cell under the cursor.
    pub fn cell(&self) -> Chosen {
        let ((first, second), (row, column)) = (self.pair, self.at);
        let title = format!(
            "{}: {} {}, {} {}",
            self.axis.title,
            self.rater(first),
            self.label(row),
            self.rater(second),
            self.label(column)
        );
        self.chosen(title, self.items.cell(first, second, row, column))
    }

    /// The units on which not all agree.
    pub fn disputed(&self) -> Chosen {
        let title = format!("{}: differences", self.axis.title);
        self.chosen(title, self.items.disputed().collect())
    }

    fn chosen(&self, title: String, items: Vec<&Item>) -> Chosen {
        let raters = self.items.raters.iter().map(|rater| rater.0.clone());
        let rows = items.into_iter().map(|item| Row {
            unit: item.unit.clone(),
            quote: item.quote,
            cells: item.given.iter().map(|given| self.said(given)).collect(),
        });
        (title, raters.collect(), rows.collect())
    }

    fn said(&self, given: &Given) -> String {
        match given {
            Given::Codes(codes) => {
                let codes = codes.iter().filter_map(|code| self.items.codes.get(*code));
                codes.cloned().collect::<Vec<_>>().join(", ")
            }
            Given::NotApplicable => "n/a".into(),
            Given::Missing => "missing".into(),
        }
    }

    pub fn view(
        &self,
        frame: &mut Frame,
        area: Rect,
        left: &str,
        figures: Option<&AxisFigures>,
        theme: &Theme,
    ) {
        let title = format!("{left} · {}", self.axis.title);
        let total: u64 = self.table.counts.iter().flatten().sum();
        let what = match (self.axis.kind, self.axis.repeat) {
            (Kind::Multi, _) => "pairs of codes",
            (_, true) => "quotes",
            (_, false) => "units",
        };
        title_bar(frame, area, &title, &format!("{total} {what}"), theme);
        let body = Rect {
            x: area.x + 1,
            y: area.y + 2,
            width: area.width.saturating_sub(2),
            height: area.height.saturating_sub(2),
        };
        let tall = self.table.labels.len() as u16 + 1;
        let mut told = self.sentence(body.width, theme);
        // Figures count every label, the table only those that the viewer may see.
        let counted = self
            .items
            .items
            .iter()
            .filter(|item| item.agreement.is_some());
        if figures.is_some_and(|figures| figures.exact.n > counted.count()) {
            let note = "Labels that you may not see yet are left out of this table.";
            told.extend(prose::lines(note, body.width, 0, theme.warn));
        }
        if area.width >= WIDE {
            let half = self.map_of(&self.corner()).width(body.width / 2).max(48);
            let map = Rect {
                width: half,
                height: tall.min(body.height.saturating_sub(told.len() as u16 + 3)),
                ..body
            };
            self.map(frame, map, theme);
            let below = Rect {
                y: map.bottom() + 1,
                height: body.bottom().saturating_sub(map.bottom() + 1),
                width: half,
                ..body
            };
            told = self.sentence(half, theme);
            told.insert(0, heatmap::legend(theme));
            told.insert(1, Line::default());
            draw(frame, below, &told);
            let right = Rect {
                x: body.x + half + 4,
                width: body.width.saturating_sub(half + 4),
                ..body
            };
            self.codes(frame, right, figures, theme);
            return;
        }
        // The codes get what the matrix leaves, and at least a few rows.
        let least = told.len() as u16 + 7;
        let map = Rect {
            height: tall
                .min(body.height.saturating_sub(least).max(3))
                .min(body.height),
            ..body
        };
        self.map(frame, map, theme);
        let rest = Rect {
            y: map.bottom(),
            height: body.bottom().saturating_sub(map.bottom()),
            ..body
        };
        told.insert(0, heatmap::legend(theme));
        draw(frame, rest, &told);
        let codes = Rect {
            y: rest.y + told.len() as u16 + 1,
            height: rest.height.saturating_sub(told.len() as u16 + 1),
            ..rest
        };
        self.codes(frame, codes, figures, theme);
    }

    fn corner(&self) -> String {
        format!("{} \\ {}", self.rater(self.pair.0), self.rater(self.pair.1))
    }

    fn map_of<'m>(&'m self, corner: &'m str) -> Heatmap<'m> {
        Heatmap {
            corner,
            rows: &self.table.labels,
            columns: &self.table.labels,
            counts: &self.table.counts,
            selected: Some(self.at),
        }
    }

    fn map(&self, frame: &mut Frame, area: Rect, theme: &Theme) {
        self.map_of(&self.corner()).view(frame, area, theme);
    }

    /// What the cell under the cursor says.
    fn sentence(&self, width: u16, theme: &Theme) -> Vec<Line<'static>> {
        let (row, column) = self.at;
        let count = self.table.counts.get(row).and_then(|row| row.get(column));
        let named = |place: usize| {
            let label = self.label(place);
            let code = self.axis.code(label).filter(|code| code.pattern.is_none());
            match code.filter(|code| code.name != label) {
                Some(code) => format!("{label} {}", code.name),
                None => label.to_owned(),
            }
        };
        let what = match (self.axis.repeat, count) {
            (true, Some(1)) => "quote",
            (true, _) => "quotes",
            (false, Some(1)) => "unit",
            (false, _) => "units",
        };
        let said = format!(
            "{} {what}: {} says {}, {} says {}.",
            count.copied().unwrap_or(0),
            self.rater(self.pair.0),
            named(row),
            self.rater(self.pair.1),
            named(column)
        );
        prose::lines(&said, width, 0, theme.text)
    }

    /// Each code against all the others.
    fn codes(&self, frame: &mut Frame, area: Rect, figures: Option<&AxisFigures>, theme: &Theme) {
        let Some(figures) = figures.filter(|_| area.height > 1) else {
            return;
        };
        let scored = figures.codes.iter().any(|code| code.score.is_some());
        let titles: &[&str] = match scored {
            true => &["both", "gold", "rater", "prec.", "recall", "F1"],
            false => &["both", "one", "none", "po", "kappa", "AC1"],
        };
        let number = |title| Column {
            title,
            align: Align::Right,
            min: 4,
            max: 6,
        };
        let mut columns = vec![
            Column {
                title: "code",
                align: Align::Left,
                min: 3,
                max: 14,
            },
            Column {
                title: "",
                align: Align::Left,
                min: 6,
                max: 34,
            },
        ];
        columns.extend(titles.iter().copied().map(number));
        let rows: Vec<Vec<Span>> = figures
            .codes
            .iter()
            .map(|code| {
                let here = [self.at.0, self.at.1]
                    .iter()
                    .any(|place| self.label(*place) == code.code);
                let style = if here { theme.heading } else { Style::new() };
                let counts = &code.table;
                let numbers = match code.score {
                    Some(score) => [
                        score.true_positives.to_string(),
                        score.false_negatives.to_string(),
                        score.false_positives.to_string(),
                        figure(score.precision()),
                        figure(score.recall()),
                        figure(score.f1()),
                    ],
                    None => [
                        counts.a.to_string(),
                        (counts.b + counts.c).to_string(),
                        counts.d.to_string(),
                        figure(counts.po()),
                        figure(counts.kappa()),
                        figure(counts.ac1()),
                    ],
                };
                let name = match code.name == code.code {
                    true => String::new(),
                    false => text::clean(&code.name).into_owned(),
                };
                let mut cells = vec![
                    Span::styled(code.code.clone(), style),
                    Span::styled(name, style),
                ];
                cells.extend(numbers.map(|number| Span::styled(number, style)));
                cells
            })
            .collect();
        let height = usize::from(area.height) - 1;
        let table = Table {
            first: keep_in_view(
                0,
                self.at.0.min(rows.len().saturating_sub(1)),
                height,
                rows.len(),
            ),
            columns,
            rows,
            selected: None,
        };
        table.view(frame, area, theme);
    }
}

fn draw(frame: &mut Frame, area: Rect, lines: &[Line]) {
    for (y, line) in (area.top()..area.bottom()).zip(lines) {
        frame.buffer_mut().set_line(area.x, y, line, area.width);
    }
}
