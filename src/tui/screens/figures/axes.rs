//! The axes of a batch with their shares, intervals and main coefficients.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use super::Figures;
use crate::{
    domain::codebook::Axis,
    report::measured::{AxisFigures, Measured},
    stats::{Stat, Undefined},
    tui::{
        screens::home::title_bar,
        text,
        theme::Theme,
        widgets::{bars, prose, scroll, scroll::keep_in_view},
    },
    workflow::compare::Comparison,
};

/// Columns that ` 0.80 [0.63, 0.90]` takes behind a bar.
const SHARE: usize = 18;

impl Figures {
    /// The rows of the list of axes, what is below, and how much room there is for each.
    fn heights(&self, area: Rect) -> (usize, usize) {
        let room = usize::from(area.height.saturating_sub(4));
        let axes = self.codebook.axes.len();
        // Mean and pooled with their gap, and at least six rows about the axis under the cursor.
        let list = axes.min(room.saturating_sub(10).max(3));
        (list, room.saturating_sub(list))
    }

    pub(super) fn prepare_axes(&mut self, area: Rect) {
        let (height, _) = self.heights(area);
        let axes = self.codebook.axes.len();
        self.first = keep_in_view(self.first, self.cursor, height, axes);
    }

    pub(super) fn view_axes(&self, frame: &mut Frame, area: Rect, theme: &Theme) {
        let right = match &self.measured {
            Ok(measured) => format!("{} units · {}", measured.units, measured.codebook),
            Err(_) => self.batch.codebook.clone(),
        };
        title_bar(frame, area, &self.batch.name, &right, theme);
        let body = Rect {
            x: area.x + 1,
            y: area.y + 2,
            width: area.width.saturating_sub(2),
            height: area.height.saturating_sub(2),
        };
        frame
            .buffer_mut()
            .set_line(body.x, body.y, &self.tabs(theme), body.width);
        let rest = Rect {
            y: body.y + 2,
            height: body.height.saturating_sub(2),
            ..body
        };
        match &self.measured {
            Ok(measured) => self.view_measured(frame, rest, area, measured, theme),
            Err(why) => {
                let mut lines = vec![Line::styled("Not yet.", theme.heading), Line::default()];
                let mut why = why.clone();
                if let Some(first) = why.get(..1) {
                    let first = first.to_uppercase();
                    why.replace_range(..1, &first);
                }
                lines.extend(prose::lines(&why, rest.width.min(76), 0, theme.text));
                draw(frame, rest, lines);
            }
        }
    }

    /// What can be compared; the chosen one stands in brackets.
    fn tabs(&self, theme: &Theme) -> Line<'static> {
        let mut spans = Vec::new();
        for (place, comparison) in self.comparisons.iter().enumerate() {
            if place == 1 {
                spans.push(Span::styled("   with gold: ", theme.muted));
            }
            let name = match comparison {
                Comparison::Annotators => "annotators",
                Comparison::WithGold(rater) => rater,
            };
            spans.push(match place == self.chosen {
                true => Span::styled(format!("[{name}]"), theme.accent),
                false => Span::styled(format!(" {name} "), theme.text),
            });
        }
        Line::from(spans)
    }

    fn view_measured(
        &self,
        frame: &mut Frame,
        area: Rect,
        whole: Rect,
        measured: &Measured,
        theme: &Theme,
    ) {
        let (height, _) = self.heights(whole);
        let shape = Shape::of(&self.codebook.axes, area.width);
        let mut lines = Vec::new();
        let shown = self.codebook.axes.iter().enumerate();
        for (place, axis) in shown.skip(self.first).take(height) {
            let here = place == self.cursor;
            lines.push((here, shape.axis(axis, self.figures_of(axis), here, theme)));
        }
        let overall = &measured.overall;
        let axes = if overall.axes == 1 { "axis" } else { "axes" };
        lines.push((false, Line::default()));
        for (title, n, value) in [
            (
                "mean of axes",
                format!("{} {axes}", overall.axes),
                overall.mean,
            ),
            ("pooled", overall.decisions.to_string(), overall.pooled),
        ] {
            lines.push((false, shape.row(title, &n, value, None, "", false, theme)));
        }
        lines.push((false, Line::default()));
        let width = area.width.min(110);
        if let Some(axis) = self.axis() {
            let figures = self.figures_of(axis);
            let about = self.about(axis, figures, measured, width, theme);
            lines.extend(about.into_iter().map(|line| (false, line)));
        }
        for note in &measured.notes {
            lines.push((false, Line::default()));
            let note = prose::labelled("! ", theme.warn, note, width, 2, theme.text);
            lines.extend(note.into_iter().map(|line| (false, line)));
        }
        let buffer = frame.buffer_mut();
        for (y, (here, line)) in (area.top()..area.bottom()).zip(lines) {
            buffer.set_line(area.x, y, &line, area.width);
            if here {
                let row = Rect::new(area.x, y, area.width, 1);
                buffer.set_style(row, theme.selected);
            }
        }
        let track = Rect {
            x: area.right().saturating_sub(1),
            width: 1,
            height: height as u16,
            ..area
        };
        let total = self.codebook.axes.len();
        scroll::indicator(buffer, track, self.first, height, total, theme);
    }

    /// What has to be known about the figures of an axis.
    fn about(
        &self,
        axis: &Axis,
        figures: Option<&AxisFigures>,
        measured: &Measured,
        width: u16,
        theme: &Theme,
    ) -> Vec<Line<'static>> {
        let mut lines = prose::lines(&axis.title, width, 0, theme.heading);
        lines.extend(prose::lines(&axis.question, width, 0, theme.text));
        let Some(figures) = figures else {
            let said = "A free text: it is compared by reading. Enter lists what was written.";
            lines.extend(prose::lines(said, width, 0, theme.muted));
            return lines;
        };
        let what = if figures.per_quote { "quotes" } else { "units" };
        let exact = &figures.exact;
        let mut facts = match measured.gold {
            Some(_) => format!("{} of {} {what} as in gold", exact.agreed, exact.n),
            None => format!("{} of {} {what} alike", exact.agreed, exact.n),
        };
        for (rater, missing) in measured.raters.iter().zip(&figures.missing) {
            if *missing > 0 {
                facts.push_str(&format!("; {missing} missing of {rater}"));
            }
        }
        if let Some((names, exact)) = &figures.with_attributes {
            facts.push_str(&format!(
                "; {} of {} with {} ({})",
                exact.agreed,
                exact.n,
                names.join(", "),
                figure(exact.percent)
            ));
        }
        facts.push('.');
        if let Some(table) = figures.applicable {
            facts.push_str(&format!(
                " It applies for both on {}, for one on {}, for none on {}.",
                table.a,
                table.b + table.c,
                table.d
            ));
        }
        lines.extend(prose::lines(&facts, width, 0, theme.text));
        let coefficients: Vec<String> = figures
            .coefficients
            .iter()
            .filter_map(|(name, value)| Some(format!("{} {}", called(name)?, reason(*value))))
            .collect();
        let mut said = format!(
            "On {} {what} with two codes: {}.",
            figures.coefficients_n,
            coefficients.join(" · ")
        );
        let scored = figures
            .against_gold
            .iter()
            .flat_map(|gold| &gold.coefficients);
        for (_, value) in scored.filter(|(name, _)| *name == "macro_f1_seen") {
            said.push_str(&format!(" F1 {} over the codes in use.", reason(*value)));
        }
        lines.extend(prose::lines(&said, width, 0, theme.muted));
        lines
    }
}

/// How wide the columns are.
struct Shape {
    name: usize,
    bar: usize,
    /// Whether there is room for kappa beside the main coefficient.
    kappa: bool,
}

impl Shape {
    fn of(axes: &[Axis], width: u16) -> Self {
        let widest = axes.iter().map(|axis| text::width(&axis.title)).max();
        let name = widest.unwrap_or(0).clamp(12, 24);
        let width = usize::from(width);
        let kappa = width >= 100;
        let rest = 2 + name + 2 + 8 + 2 + SHARE + 2 + 10 + if kappa { 12 } else { 0 };
        Self {
            name,
            bar: width.saturating_sub(rest).clamp(6, 40),
            kappa,
        }
    }

    fn axis(
        &self,
        axis: &Axis,
        figures: Option<&AxisFigures>,
        here: bool,
        theme: &Theme,
    ) -> Line<'static> {
        let Some(figures) = figures else {
            let mark = if here { "> " } else { "  " };
            return Line::from(vec![
                Span::styled(
                    format!("{mark}{}", text::pad(&axis.title, self.name)),
                    theme.text,
                ),
                Span::styled("     text", theme.muted),
            ]);
        };
        let exact = &figures.exact;
        let interval = exact.interval.ok().map(|found| (found.low, found.high));
        let n = format!("{}/{}", exact.agreed, exact.n);
        let main = ["ac1", "alpha_masi"]
            .iter()
            .find_map(|name| Some((*name, figures.coefficient(name)?)));
        let mut beside = match main {
            Some(("ac1", value)) => format!("AC1 {}", figure(value)),
            Some((_, value)) => format!("alpha {}", figure(value)),
            None => String::new(),
        };
        if self.kappa
            && let Some(value) = ["kappa", "fleiss_kappa"]
                .iter()
                .find_map(|name| figures.coefficient(name))
        {
            beside = format!("{}  kappa {}", text::pad(&beside, 10), figure(value));
        }
        self.row(
            &axis.title,
            &n,
            exact.percent,
            interval,
            &beside,
            here,
            theme,
        )
    }

    #[allow(clippy::too_many_arguments)]
    fn row(
        &self,
        title: &str,
        n: &str,
        value: Stat,
        interval: Option<(f64, f64)>,
        beside: &str,
        here: bool,
        theme: &Theme,
    ) -> Line<'static> {
        let mark = if here { "> " } else { "  " };
        let mut spans = vec![
            Span::styled(format!("{mark}{}", text::pad(title, self.name)), theme.text),
            Span::styled(format!("  {}  ", text::pad_left(n, 8)), theme.text),
        ];
        let share = bars::share(value.ok(), interval, self.bar as u16, theme);
        let used = share.width();
        spans.extend(share.spans);
        let gap = (self.bar + SHARE).saturating_sub(used) + 2;
        spans.push(Span::styled(" ".repeat(gap), theme.text));
        spans.push(Span::styled(beside.to_owned(), theme.text));
        Line::from(spans)
    }
}

/// Two decimals; `-` for undefined.
pub fn figure(value: Stat) -> String {
    match value {
        Ok(value) if value.abs() < 0.005 => "0.00".into(),
        Ok(value) => format!("{value:.2}"),
        Err(_) => "-".into(),
    }
}

/// The coefficients that are read most, by the names that people give them. The `agreement` command
/// prints all of them.
fn called(name: &str) -> Option<&'static str> {
    Some(match name {
        "ac1" => "AC1",
        "kappa" => "kappa",
        "kappa_quadratic" => "kappa (quadratic)",
        "fleiss_kappa" => "Fleiss' kappa",
        "alpha_nominal" => "alpha",
        "alpha_ordinal" => "alpha (ordinal)",
        "alpha_masi" => "alpha (MASI)",
        "alpha_jaccard" => "alpha (Jaccard)",
        "mean_jaccard" => "mean Jaccard",
        _ => return None,
    })
}

fn reason(value: Stat) -> String {
    match value {
        Ok(_) => figure(value),
        Err(Undefined::NoItems) => "undefined (no items)".into(),
        Err(Undefined::NoVariation) => "undefined (one code throughout)".into(),
        Err(Undefined::NoPairs) => "undefined (no item with two codes)".into(),
        Err(Undefined::ZeroSupport) => "undefined (code not in use)".into(),
    }
}

fn draw(frame: &mut Frame, area: Rect, lines: Vec<Line>) {
    for (y, line) in (area.top()..area.bottom()).zip(&lines) {
        frame.buffer_mut().set_line(area.x, y, line, area.width);
    }
}
